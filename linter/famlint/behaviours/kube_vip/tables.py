"""The decision tables: what one release does with one VIP under one setting.

Each function is one table of facts/kube-vip.md, section 2. Sources named there: kube-vip/kube-vip
pkg/vip/address.go, pkg/cluster/service.go, pkg/manager/instance.go, pkg/instance/instance.go, pkg/bgp/hosts.go,
pkg/utils/ip.go at the tags that bound each table; vishvananda/netlink addr.go and addr_linux.go at v1.3.0.
"""

from famlint.behaviours.kube_vip.records import Fault, Outcome, Role, Ruling
from famlint.behaviours.kube_vip.releases import IPV6_OVER_BGP, MASKS_OVERLONG_IPV6_TO_ZERO, PANICS_ON_A_BAD_MASK
from famlint.behaviours.kube_vip.subjects import parts, trimmed_parts
from famlint.network.addresses import Dialect, Family, host_mask, parse_address, parse_cidr
from famlint.network.versions import Version
from famlint.unknown import Unknown

_SAMPLES = {Family.IPV4: "192.0.2.1", Family.IPV6: "2001:db8::1"}
_LARGEST_INT = 2**63 - 1


def full_length(family: Family) -> Ruling:
    """0.5.0 to 0.5.5 outside BGP: nothing steers the prefix (section 2.1)."""
    return Ruling(Outcome.BOUND, family.bits)


def appended(role: Role, family: Family, setting: str, text: str = "") -> Ruling:
    """`vip_subnet`, 0.5.6 to 0.8.10: appended to the address as text (section 2.3).

    Args:
        role: whose VIP: an unparsable one stops the control plane, a Service only stays without its VIP.
        family: the VIP's family.
        setting: the value, empty for unset.
        text: the address, empty where only the family is known.

    What follows a space is a label of the interface for the library (vishvananda/netlink addr.go, ParseAddr). Raises
    Unknown for an address that would get one: the tables do not tell what comes of it.
    """
    if not setting:
        return full_length(family)
    where = (0, len(setting))
    address, space, _ = ((text or _SAMPLES[family]) + setting).partition(" ")
    cidr = parse_cidr(address, Dialect.GO_NET)
    if cidr is not None and space:
        raise Unknown("vip_subnet", "a blank in it")
    if cidr is None:
        fails = Outcome.STOPS if role is Role.CONTROL_PLANE else Outcome.NOT_CONFIGURED
        return Ruling(fails, None, _append_fault(family, setting), *where)
    return Ruling(Outcome.BOUND, cidr.prefix, _ipv4_length(family, cidr.prefix), *where)


def masked(version: Version, role: Role, family: Family, setting: str) -> Ruling:
    """`vip_cidr` in ARP mode, 0.8.5 to 0.8.10 (section 2.4); `auto` is judged before, in the start-up checks.

    Args:
        version: decides how a number above 32 or 128 ends.
        role: a control plane uses a lone number for both families, a Service for IPv4 alone.
        family: the VIP's family.
        setting: the value or the derived text, empty for neither.

    Raises Unknown for a number with a sign.
    """
    if not setting and role is Role.CONTROL_PLANE:
        return Ruling(Outcome.STOPS, None, Fault.NO_PREFIX)
    start, end = _element(role, family, trimmed_parts(setting))
    element = setting[start:end]
    if not setting or (start, end) == (-1, -1):
        return Ruling(Outcome.BOUND, family.bits, _auto_alone(setting))
    if not element and role is Role.SERVICE and family is Family.IPV4:
        return Ruling(Outcome.BOUND, family.bits)
    if element == "auto":
        return _auto(role, start, end)
    if element[:1] in ("+", "-") and element[1:].isdecimal():
        raise Unknown("vip_cidr", "a number with a sign")
    number = _number(element)
    if number is None:
        return Ruling(Outcome.STOPS, None, _number_fault(setting, start, end), start, end)
    if number <= family.bits:
        return Ruling(Outcome.BOUND, number, _ipv4_length(family, number), start, end)
    ends = Outcome.PANIC if version in PANICS_ON_A_BAD_MASK else Outcome.CRASH
    if family is Family.IPV4:
        return Ruling(ends, None, Fault.TOO_LONG, start, end)
    if version in MASKS_OVERLONG_IPV6_TO_ZERO:
        return Ruling(Outcome.BOUND, 0, Fault.TOO_LONG_FOR_IPV6, start, end)
    return Ruling(ends, None, Fault.TOO_LONG_FOR_IPV6, start, end)


def announced(version: Version, family: Family, setting: str, text: str = "") -> Ruling:
    """`vip_cidr` in BGP mode, 0.5.0 to 0.8.10: `IP/value` must be a CIDR, the route is a host route (section 2.5).

    Args:
        version: IPv6 is announced from 0.5.8 on.
        family: the VIP's family.
        setting: the effective value, empty for none.
        text: the address, empty where only the family is known.
    """
    where = (0, len(setting))
    if family is Family.IPV6 and version not in IPV6_OVER_BGP:
        return Ruling(Outcome.NOT_ANNOUNCED, None, Fault.NO_IPV6)
    if parse_cidr(f"{text or _SAMPLES[family]}/{setting}", Dialect.GO_NET) is not None:
        return Ruling(Outcome.BOUND, family.bits, None, *where)
    return Ruling(Outcome.NOT_ANNOUNCED, None, _announce_fault(family, setting), *where)


def announced_per_family(family: Family, setting: str) -> Ruling:
    """`vip_cidr` in BGP mode for Services with election, 0.8.5 to 0.8.10 (section 2.1).

    Raises Unknown for an element that is no prefix length: the tables do not tell what happens then.
    """
    start, end = _element(Role.SERVICE, family, trimmed_parts(setting))
    if not setting or (start, end) == (-1, -1):
        return Ruling(Outcome.BOUND, family.bits)
    number = _number(setting[start:end])
    if number is None or number > family.bits:
        raise Unknown("vip_cidr", "not known what this element does in BGP mode with election")
    return Ruling(Outcome.BOUND, family.bits, None, start, end)


def listed(role: Role, family: Family, setting: str) -> Ruling:
    """`vip_subnet`, from 0.9.0 on, every mode (section 2.6); `auto` is judged before, in the start-up checks.

    Args:
        role: a control plane uses a lone number for both families and is not trimmed; a Service is trimmed and
            uses a lone number for IPv4 alone.
        family: the VIP's family.
        setting: the value or the derived text, empty for neither.
    """
    control_plane = role is Role.CONTROL_PLANE
    if not setting and control_plane:
        return Ruling(Outcome.STOPS, None, Fault.NO_PREFIX)
    places = parts(setting) if control_plane else trimmed_parts(setting)
    if control_plane and len(places) > 2:
        return Ruling(Outcome.STOPS, None, Fault.TOO_MANY_ITEMS, 0, len(setting))
    start, end = _element(role, family, places)
    if not setting or (start, end) == (-1, -1):
        return Ruling(Outcome.BOUND, family.bits, _auto_alone(setting))
    element = setting[start:end]
    if not element and not control_plane:
        return Ruling(Outcome.BOUND, family.bits)
    if element == "auto":
        return _auto(role, start, end)
    cidr = parse_cidr(f"{_SAMPLES[family]}/{element}", Dialect.GO_NET)
    if cidr is not None:
        return Ruling(Outcome.BOUND, cidr.prefix, _ipv4_length(family, cidr.prefix), start, end)
    fails = Outcome.STOPS if control_plane else Outcome.NOT_CONFIGURED
    number = _number(element)
    if number is None:
        return Ruling(fails, None, _number_fault(setting, start, end), start, end)
    fault = Fault.TOO_LONG if family is Family.IPV4 else Fault.TOO_LONG_FOR_IPV6
    return Ruling(fails, None, fault, start, end)


def routed(ruling: Ruling, family: Family, text: str = "") -> Ruling:
    """Routing-table mode: what becomes of a VIP whose prefix was found (last paragraph of section 2.6).

    The kernel rejects an IPv4 destination with host bits and installs the whole prefix for IPv6. An address that
    is not known is taken to have host bits.
    """
    if ruling.outcome is not Outcome.BOUND or ruling.prefix is None or ruling.prefix == family.bits:
        return ruling
    if family is Family.IPV6:
        return ruling._replace(fault=ruling.fault or Fault.WHOLE_PREFIX)
    address = parse_address(text, Dialect.GO_NET)
    if address is not None and not address.value & host_mask(family, ruling.prefix):
        return ruling
    return ruling._replace(outcome=Outcome.ROUTE_REJECTED, fault=Fault.HOST_BITS)


def _element(role: Role, family: Family, places: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """The place of the element for a family: IPv4 first, IPv6 second; (-1, -1) where a Service finds none."""
    if family is Family.IPV4:
        return places[0]
    if len(places) > 1:
        return places[1]
    return places[0] if role is Role.CONTROL_PLANE else (-1, -1)


def _number(text: str) -> int | None:
    if not text.isascii() or not text.isdigit():
        return None
    significant = text.lstrip("0")
    # Longer than any int of Go; Python itself refuses to convert thousands of digits.
    number = int(significant or "0") if len(significant) < 20 else _LARGEST_INT + 1
    return number if number <= _LARGEST_INT else None


def _ipv4_length(family: Family, prefix: int) -> Fault | None:
    return Fault.IPV4_LENGTH if family is Family.IPV6 and prefix <= 32 else None


def _auto(role: Role, start: int, end: int) -> Ruling:
    if role is Role.CONTROL_PLANE:
        return Ruling(Outcome.STOPS, None, Fault.AUTO, start, end)
    return Ruling(Outcome.BOUND, None, None, start, end)


def _auto_alone(setting: str) -> Fault | None:
    return Fault.AUTO_ALONE if setting.strip() == "auto" else None


def _number_fault(setting: str, start: int, end: int) -> Fault:
    """Why an element is no number."""
    element = setting[start:end]
    if not element.strip():
        return Fault.EMPTY_ITEM
    if "/" in element:
        return Fault.SLASH
    return Fault.BLANK if _number(element.strip()) is not None else Fault.NOT_A_NUMBER


def _append_fault(family: Family, setting: str) -> Fault:
    """Why address and `vip_subnet` together are no CIDR."""
    if "," in setting:
        return Fault.LIST
    if not setting.startswith("/"):
        return Fault.SLASH if "/" in setting else Fault.NO_SLASH
    number = _number(setting[1:])
    if number is None:
        return Fault.NOT_A_NUMBER
    return Fault.TOO_LONG if family is Family.IPV4 else Fault.TOO_LONG_FOR_IPV6


def _announce_fault(family: Family, setting: str) -> Fault:
    """Why `IP/vip_cidr` is no CIDR."""
    if not setting:
        return Fault.NO_PREFIX
    if "," in setting:
        return Fault.LIST_IN_BGP
    number = _number(setting)
    if number is None:
        return _number_fault(setting, 0, len(setting))
    return Fault.TOO_LONG if family is Family.IPV4 else Fault.TOO_LONG_FOR_IPV6
