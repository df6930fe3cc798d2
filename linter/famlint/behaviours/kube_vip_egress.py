"""What kube-vip does with the egress settings: which CIDR it takes for which family, which networks it can use.

Source: facts/kube-vip.md sections 1.2 (Egress), 1.5, 3.2 (F17 to F20) and 5.3; here lives their only transcription.
"""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from famlint.behaviours.kube_vip.subjects import parts, trimmed_parts
from famlint.behaviours.kube_vip_services import asked, families, recipients, release_of
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.components.service import Service
from famlint.network.addresses import Dialect, Family, parse_address, parse_cidr
from famlint.network.versions import Band, Version, band
from famlint.positions import Span

EGRESS = "kube-vip.io/egress"
EGRESS_IPV6 = "kube-vip.io/egress-ipv6"
RANGES = ("egress_podcidr", "egress_servicecidr")
"""The variables with the ranges that are not translated: traffic to them stays inside."""

NETWORKS = ("kube-vip.io/egress-allowed-networks", "kube-vip.io/egress-denied-networks")
"""The annotations that limit the egress of a Service to networks, or keep it from them."""

_READS_EGRESS = band("0.5.5-")
_READS_EGRESS_IPV6 = band("0.8.3-")
_READS_RANGES = band("0.5.6-")
_READS_NETWORKS = band("0.8.8-")
_LISTS_OF_RANGES = band("0.7.0-")
_NO_RANGE_FOR_IPV4 = band("0.7.0")
_LAST_FOR_IPV4_FIRST_FOR_IPV6 = band("0.7.1-0.8.2")
_FIRST_FOR_IPV4 = band("0.8.3-0.8.4")
_LOGS_A_MISMATCH = band("0.8.5-")
_SLICES_BY_OPTION = band("0.8.3-0.9.2")
_SLICES_BY_DEFAULT = band("1.0.0-")


class Entry(NamedTuple):
    """An entry of a comma list as kube-vip reads it: untrimmed. `start` and `end` are its place in the text.

    `family` is None where this text is no CIDR. `blank`: only the blanks around it keep it from being one.
    """

    text: str
    span: Span
    start: int
    end: int
    family: Family | None
    blank: bool


class RangeFault(Enum):
    """Why egress does not get the range that it needs (F17, F18)."""

    BLANK = "a blank before or behind an entry"
    NO_CIDR = "an entry is no CIDR"
    NO_IPV6 = "no IPv6 range"
    NONE_FOR_IPV4 = "this release finds no range for IPv4"
    SWAPPED = "IPv4 gets the last range, IPv6 the first"
    FIRST_FOR_IPV4 = "IPv4 gets the first range"


class RangeRuling(NamedTuple):
    """What is wrong with a range setting, and the entries at fault; none where it is the whole value."""

    fault: RangeFault
    value: Value
    entries: tuple[Entry, ...] = ()


class SliceNeed(NamedTuple):
    """What keeps IPv6 egress from working: the variable, its setting (None where it is unset), the word it needs.

    `read`: the release knows the annotation at all.
    """

    variable: str
    setting: Value | None
    word: str
    read: bool = True


def entries(value: Value) -> tuple[Entry, ...]:
    """The entries of a comma list of CIDRs."""
    found = []
    for (start, end), (left, right) in zip(parts(value.text), trimmed_parts(value.text), strict=True):
        text, bare = value.text[start:end], value.text[left:right]
        cidr = parse_cidr(text, Dialect.GO_NET)
        blank = text != bare and parse_cidr(bare, Dialect.GO_NET) is not None
        found.append(Entry(text, value.part(start, end), start, end, cidr.family if cidr else None, blank))
    return tuple(found)


def egressed(service: Service, kube_vips: Iterable[KubeVip]) -> frozenset[Family] | None:
    """The families whose traffic leaves from a Service's VIPs; empty where not certain, None without egress.

    `kube-vip.io/egress-ipv6` switches all of it to IPv6. Otherwise the VIPs decide (section 1.5). Raises Unknown.
    """
    linked = tuple(kube_vips)
    if not _says_true(service, EGRESS):
        return None
    serving = recipients(service, linked)
    if serving is None or not _any_release(serving, _READS_EGRESS):
        return None
    if _says_true(service, EGRESS_IPV6) and _any_release(serving, _READS_EGRESS_IPV6):
        return frozenset((Family.IPV6,))
    return families(service, asked(service, linked))


def range_ruling(kube_vip: KubeVip, variable: str, service: Service) -> RangeRuling | None:
    """What is wrong with `egress_podcidr` or `egress_servicecidr` for a Service; None where nothing certainly is.

    The variable is asked for only where the Service has egress. Raises Unknown.
    """
    egress = egressed(service, (kube_vip,))
    value = kube_vip.get(variable) if egress is not None else None
    if egress is None or value is None:
        return None
    release = kube_vip.version
    found = entries(value)
    # How releases that expect one CIDR take a list is not known.
    if release not in _READS_RANGES or (release not in _LISTS_OF_RANGES and len(found) > 1):
        return None
    blank = tuple(entry for entry in found if entry.blank)
    if blank:
        return RangeRuling(RangeFault.BLANK, value, blank)
    broken = tuple(entry for entry in found if entry.family is None)
    if broken:
        return RangeRuling(RangeFault.NO_CIDR, value, broken)
    fault = _family_fault(release, [entry.family for entry in found], egress)
    return RangeRuling(fault, value) if fault and release in _LISTS_OF_RANGES else None


def says_why(release: Version) -> bool:
    """Whether kube-vip logs that a range is of the wrong family (F18)."""
    return release in _LOGS_A_MISMATCH


def slice_need(kube_vip: KubeVip) -> SliceNeed | None:
    """What keeps this kube-vip from sending IPv6 egress (F19), None where nothing does. Raises Unknown."""
    release = kube_vip.version
    if release in _SLICES_BY_DEFAULT:
        on = kube_vip.on("enable_endpoints")
        return SliceNeed("enable_endpoints", kube_vip.get("enable_endpoints"), "false") if on else None
    if release in _SLICES_BY_OPTION:
        variable = "enable_endpointslices"
        return None if kube_vip.on(variable) else SliceNeed(variable, kube_vip.get(variable), "true")
    return SliceNeed("", None, "", read=False) if release in _READS_EGRESS else None


def reads_networks(kube_vips: Iterable[KubeVip]) -> bool:
    """Whether the allowed and denied networks are read; an unknown release, or none at all, may do so."""
    return _any_release(kube_vips, _READS_NETWORKS)


def networks(value: Value) -> tuple[Entry, ...]:
    """The entries of allowed or denied networks.

    A bare address and a netmask in dots count: iptables, which older releases call with the text, takes both.
    """
    return tuple(entry._replace(family=entry.family or _family_for_iptables(entry.text)) for entry in entries(value))


def asks_for_ipv6_egress(kube_vip: KubeVip, service: Service) -> Value | None:
    """The annotation by which a Service of this kube-vip asks for IPv6 egress, None without. Raises Unknown."""
    if not _says_true(service, EGRESS) or not _says_true(service, EGRESS_IPV6):
        return None
    return service.annotation(EGRESS_IPV6) if recipients(service, (kube_vip,)) else None


def _family_fault(release: Version, listed: list[Family | None], egress: frozenset[Family]) -> RangeFault | None:
    ipv4, only_ipv6 = Family.IPV4 in egress, egress == {Family.IPV6}
    if only_ipv6 and Family.IPV6 not in listed:
        return RangeFault.NO_IPV6
    if release in _NO_RANGE_FOR_IPV4:
        return RangeFault.NONE_FOR_IPV4 if ipv4 else None
    mixed = Family.IPV4 in listed and Family.IPV6 in listed
    if release in _LAST_FOR_IPV4_FIRST_FOR_IPV6:
        wrong = {Family.IPV4: listed[-1] is Family.IPV6, Family.IPV6: listed[0] is Family.IPV4}
        # Egress of unknown families is hit for certain only where each family gets the wrong one.
        hit = any(wrong[family] for family in egress) if egress else all(wrong.values())
        return RangeFault.SWAPPED if mixed and hit else None
    if release in _FIRST_FOR_IPV4:
        return RangeFault.FIRST_FOR_IPV4 if mixed and ipv4 and listed[0] is Family.IPV6 else None
    return None


def _family_for_iptables(text: str) -> Family | None:
    network, slash, mask = text.partition("/")
    address = parse_address(network, Dialect.GO_NET)
    fits = address is not None and (not slash or parse_address(mask, Dialect.GO_NET) is not None)
    return address.family if address is not None and fits else None


def _says_true(service: Service, annotation: str) -> bool:
    value = service.annotation(annotation)
    return value is not None and value.text == "true"


def _any_release(kube_vips: Iterable[KubeVip], wanted: Band) -> bool:
    releases = [release_of(kube_vip) for kube_vip in kube_vips]
    return not releases or any(release is None or release in wanted for release in releases)
