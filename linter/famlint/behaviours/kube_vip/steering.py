"""Which variable steers a prefix, what it says, and what stops kube-vip before any prefix is used.

Source: facts/kube-vip.md sections 1.2, 2.1, 2.2 and the notes below the tables 2.4 and 2.6; kube-vip/kube-vip
cmd/kube-vip.go at v0.8.3, v0.8.9, v0.8.10, v0.9.0, v1.0.1 and v1.2.3.
"""

from typing import NamedTuple

from famlint.behaviours.kube_vip.records import Fault, Kind, Mode, Steering
from famlint.behaviours.kube_vip.releases import (
    APPENDS_SUBNET,
    CIDR_DEFAULTS_TO_32,
    CIDR_IN_ARP,
    CIDR_READ,
    DERIVES,
    DERIVES_IN_LIST_ORDER,
    ONE_MODE_ONLY,
    RESOLVES_NAMES,
    SUBNET_LIST,
    supported,
)
from famlint.behaviours.kube_vip.subjects import elements, kind_of, modes, parts, trimmed_parts
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.network.addresses import Dialect, Family, parse_address
from famlint.network.versions import Version
from famlint.unknown import Unknown


class Derivation(NamedTuple):
    """What is derived from `address`.

    `text` is None where DNS decides. `indices` tell which item of `address` each element stands for. `fails`: start-up
    ends because of the item at that index.
    """

    text: str | None
    indices: tuple[int, ...] = ()
    fails: int | None = None


class ReversedPair(NamedTuple):
    """A setting whose two numbers stand for IPv6 and IPv4, in this order."""

    variable: str
    setting: Value
    first: int
    second: int


def engine(kube_vip: KubeVip) -> Mode | None:
    """The mode whose tables hold; None where no engine is started. Raises Unknown where the tables leave it open.

    From 1.2.2 on anything but exactly one mode is refused at start (`refusal`). Before, several modes share code;
    from 0.9.0 on ARP and BGP follow the same table, so that ARP stands for both (section 1.2, 2.1).
    """
    version = supported(kube_vip.version)
    on = modes(kube_vip)
    if len(on) == 1:
        return next(iter(on))
    if not on or version in ONE_MODE_ONLY:
        return None
    if version in SUBNET_LIST and on == {Mode.ARP, Mode.BGP}:
        return Mode.ARP
    names = ", ".join(sorted(mode.value for mode in on))
    raise Unknown("mode", f"what {names} do together in kube-vip {version} is not settled")


def election(kube_vip: KubeVip) -> bool:
    """Whether Services are served under a leader election. Raises Unknown."""
    return kube_vip.on("svc_election") or kube_vip.on("vip_leaderelection")


def steering(kube_vip: KubeVip) -> Steering | None:
    """What steers the prefixes of this release in this mode (section 2.1). None: nothing does.

    Raises Unknown, also where the derived text depends on DNS and for WireGuard up to 0.8.10, which the tables do not
    cover.
    """
    version = supported(kube_vip.version)
    mode = engine(kube_vip)
    if mode is None:
        return None
    if version in SUBNET_LIST:
        return explicit_or_derived(kube_vip, "vip_subnet")
    if mode is Mode.WIREGUARD:
        raise Unknown("prefix", f"the prefixes of kube-vip {version} in WireGuard mode are not known")
    if mode is Mode.BGP or (mode is Mode.ARP and version in CIDR_IN_ARP):
        return explicit_or_derived(kube_vip, "vip_cidr")
    subnet = appended_subnet(kube_vip)
    if version in APPENDS_SUBNET or subnet is not None:
        return Steering("vip_subnet", subnet.text if subnet else "", subnet)
    return None


def appended_subnet(kube_vip: KubeVip) -> Value | None:
    """The `vip_subnet` that releases up to 0.8.10 append to every address, None where it is unset or not read.

    Up to 0.5.5 only the flag is read. Raises Unknown.
    """
    version = supported(kube_vip.version)
    if version in SUBNET_LIST:
        return None
    value = kube_vip.get("vip_subnet")
    if value is None or not value.text or (version not in APPENDS_SUBNET and value.layer != "flag"):
        return None
    return value


def refusal(kube_vip: KubeVip) -> tuple[Fault, Steering] | None:
    """Why kube-vip stops at start whatever its VIPs are, with what it rests on. Raises Unknown.

    The number of modes (1.2.2 on); a prefix that cannot be derived from `address` (0.8.3 on, in every mode); `auto`
    without ARP mode or together with `address` (0.8.5 on).
    """
    version = supported(kube_vip.version)
    on = modes(kube_vip)
    if version in ONE_MODE_ONLY and len(on) != 1:
        return Fault.MODES, Steering("", "")
    if version not in DERIVES:
        return None
    variable = "vip_subnet" if version in SUBNET_LIST else "vip_cidr"
    setting = _set(kube_vip, variable)
    if setting is None:
        address = _set(kube_vip, "address")
        if address is not None and derive(version, address.text).fails is not None:
            return Fault.NOT_DERIVED, Steering(variable, "", None, address)
        return None
    automatic = asks_for_auto(setting.text) and (version in CIDR_IN_ARP or version in SUBNET_LIST)
    if automatic and (Mode.ARP not in on or _set(kube_vip, "address") is not None):
        return Fault.AUTO, Steering(variable, setting.text, setting)
    return None


def auto_with_vip_address(kube_vip: KubeVip, found: Steering) -> bool:
    """Whether `auto` meets a `vip_address`: every Service fails then (note below table 2.6). Raises Unknown."""
    return asks_for_auto(found.text) and _set(kube_vip, "vip_address") is not None


def asks_for_auto(text: str) -> bool:
    """Whether an element of a prefix setting is `auto`."""
    return "auto" in elements(text)


def derive(version: Version, address: str) -> Derivation:
    """The prefixes derived from `address` (section 2.2): 32 or 128 per item, which is not trimmed.

    Up to 1.0.0 in list order, one per item; from 1.0.1 on without duplicates, 32 first. An item that is no address
    ends start-up up to 0.8.9; later it is looked up, which only a host name survives.
    """
    families: list[Family] = []
    asks_dns = False
    for index, (start, end) in enumerate(parts(address)):
        item = address[start:end]
        found = parse_address(item, Dialect.GO_NET)
        if found is not None:
            families.append(found.family)
        elif version in RESOLVES_NAMES and kind_of(item) is Kind.NAME:
            asks_dns = True
        else:
            return Derivation(None, (), index)
    if asks_dns:
        return Derivation(None)
    indices = tuple(range(len(families)))
    if version not in DERIVES_IN_LIST_ORDER:
        indices = tuple(families.index(family) for family in Family if family in families)
    return Derivation(",".join(str(families[index].bits) for index in indices), indices)


def reversed_pair(kube_vip: KubeVip) -> ReversedPair | None:
    """The explicit pair whose first number is no IPv4 prefix while the second one is, None where there is none.

    Only where pairs are read as IPv4,IPv6: ARP mode from 0.8.5, every mode from 0.9.0. Raises Unknown.
    """
    version = supported(kube_vip.version)
    mode = engine(kube_vip)
    if version not in SUBNET_LIST and not (version in CIDR_IN_ARP and mode is Mode.ARP):
        return None
    if mode is None or (mode is Mode.WIREGUARD and not kube_vip.on("svc_enable")):
        return None
    found = explicit_or_derived(kube_vip, "vip_subnet" if version in SUBNET_LIST else "vip_cidr", derived=False)
    numbers = elements(found.text)
    if len(numbers) != 2 or not all(text.isascii() and text.isdigit() and len(text) <= 3 for text in numbers):
        return None
    first, second = (int(text) for text in numbers)
    if found.setting is None or not 32 < first <= 128 or second > 32:
        return None
    return ReversedPair(found.variable, found.setting, first, second)


def derived_from_item(version: Version, found: Steering, start: int) -> tuple[int, int]:
    """The part of `address` that the derived element beginning at `start` of the text comes from."""
    if found.derived_from is None:
        raise ValueError("nothing was derived")
    address = found.derived_from.text
    nth = found.text[:start].count(",")
    return trimmed_parts(address)[derive(version, address).indices[nth]]


def explicit_or_derived(kube_vip: KubeVip, variable: str, *, derived: bool = True) -> Steering:
    """What a variable with numbers says, or what the release puts in its place. Raises Unknown."""
    version = kube_vip.version
    setting = _set(kube_vip, variable)
    if setting is not None:
        return Steering(variable, setting.text, setting)
    if version in CIDR_READ and version in CIDR_DEFAULTS_TO_32:
        return Steering(variable, "32")
    address = _set(kube_vip, "address") if derived and version in DERIVES else None
    if address is None:
        return Steering(variable, "")
    result = derive(version, address.text)
    if result.fails is not None:
        return Steering(variable, "", None, address)
    if result.text is None:
        raise Unknown("address", f"{variable} is derived from a host name")
    return Steering(variable, result.text, None, address)


def _set(kube_vip: KubeVip, variable: str) -> Value | None:
    value = kube_vip.get(variable)
    return value if value is not None and value.text else None
