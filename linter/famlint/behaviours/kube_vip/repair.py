"""Which settings would give every known VIP a right prefix: candidates, each tried on the tables.

Source: facts/kube-vip.md section 2. No knowledge of its own: a candidate counts if the tables find no fault in it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.behaviours.kube_vip.outcomes import survey, unseen
from famlint.behaviours.kube_vip.records import Fault, Mode, Outcome, Role, Vip
from famlint.behaviours.kube_vip.releases import CIDR_IN_ARP, SUBNET_LIST, supported
from famlint.behaviours.kube_vip.steering import asks_for_auto, explicit_or_derived, refusal, reversed_pair
from famlint.behaviours.kube_vip.subjects import elements, items_of, modes
from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.network.addresses import Family
from famlint.unknown import Unknown

_AUTO = "auto"


class Change(NamedTuple):
    """Another text for a variable, empty to remove it. `value` is what it says now, None where it is unset."""

    variable: str
    text: str
    value: Value | None = None


def repair(kube_vip: KubeVip, links: tuple[Link, ...]) -> tuple[Change, ...] | None:
    """The fewest changes of prefix settings after which no known VIP is at fault, keeping what is right.

    Empty where nothing is wrong, None where no setting helps. Services of which nothing is known count as Services of
    both families. Raises Unknown where the release is unknown.
    """
    if right(kube_vip, links):
        return ()
    tried = (changes for changes in _candidates(kube_vip, links) if right(changed(kube_vip, *changes), links))
    return next(tried, None)


def right(kube_vip: KubeVip, links: tuple[Link, ...]) -> bool:
    """Whether nothing is known to be wrong with the prefixes: start-up is not refused and no VIP is at fault."""
    try:
        if refusal(kube_vip) is not None or reversed_pair(kube_vip) is not None:
            return False
        if not all(_fits(vip) for vip in survey(kube_vip, links).vips):
            return False
        return all(_fits(vip) or _shares_text(kube_vip, vip) for vip in unseen(kube_vip, links))
    except Unknown:
        return True


def changed(kube_vip: KubeVip, *changes: Change) -> KubeVip:
    """The same kube-vip with other settings. A new one stands at the span of the whole component."""
    component = kube_vip.component
    values = dict(component.values)
    for variable, text, value in changes:
        values[variable] = value._replace(text=text) if value else Value(text, component.span, "change")
    return KubeVip(component._replace(values=values))


def moved_to_address(kube_vip: KubeVip) -> tuple[Change, ...]:
    """What moves `vip_address` to `address`, from which a prefix is derived; empty without it. Raises Unknown."""
    value = kube_vip.get("vip_address")
    if value is None:
        return ()
    return Change("address", value.text, kube_vip.get("address")), Change("vip_address", "", value)


def ipv4_first(kube_vip: KubeVip) -> tuple[Change, ...]:
    """What lists the IPv4 addresses of `address` before all others; empty without it. Raises Unknown."""
    value = kube_vip.get("address")
    if value is None:
        return ()
    items = sorted(items_of(value, lists=True), key=lambda item: item.family is not Family.IPV4)
    return (Change("address", ",".join(item.text for item in items), value),)


def meant(element: str) -> int | None:
    """The prefix length that an element stands for, `24` in ` /24`; None for anything but a number up to 999."""
    number = element.rpartition("/")[2].strip()
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 3 else None


def _fits(vip: Vip) -> bool:
    # No setting brings IPv6 to a release that cannot announce it.
    return (vip.outcome is Outcome.BOUND and vip.fault is None) or vip.fault is Fault.NO_IPV6


def _shares_text(kube_vip: KubeVip, vip: Vip) -> bool:
    """One appended text serves one family; Services of which nothing is known are taken for IPv4 ones there."""
    appended = vip.variable == "vip_subnet" and kube_vip.version not in SUBNET_LIST
    return appended and vip.outcome is Outcome.BOUND and vip.fault is Fault.IPV4_LENGTH


def _candidates(kube_vip: KubeVip, links: tuple[Link, ...]) -> Iterator[tuple[Change, ...]]:
    """One change before two: `vip_cidr` and the appended `vip_subnet` may both be at fault."""
    try:
        vips = survey(kube_vip, links).vips
    except Unknown:
        vips = ()
    lists = supported(kube_vip.version) in SUBNET_LIST
    listed = _changes(kube_vip, "vip_subnet" if lists else "vip_cidr", vips)
    appended = () if lists else _appended_changes(kube_vip, vips)
    yield from ((change,) for change in (*listed, *appended))
    yield from ((first, second) for first in appended for second in listed)


def _changes(kube_vip: KubeVip, variable: str, vips: tuple[Vip, ...]) -> tuple[Change, ...]:
    """Texts for the variable that holds numbers; none where it plays no part or is not known."""
    on = modes(kube_vip)
    try:
        found = explicit_or_derived(kube_vip, variable)
    except Unknown:
        return ()
    if variable == "vip_subnet" or (on == {Mode.ARP} and kube_vip.version in CIDR_IN_ARP):
        lone_for_ipv6 = any(vip.role is Role.CONTROL_PLANE and vip.family is Family.IPV6 for vip in vips)
        texts = _lists(found.text, _kept(on, vips), lone_for_ipv6=lone_for_ipv6)
    elif Mode.BGP in on or asks_for_auto(found.text):
        texts = _lone_numbers(found.text)
    else:
        return ()
    return tuple(Change(variable, text, found.setting) for text in texts)


def _kept(on: frozenset[Mode], vips: tuple[Vip, ...]) -> frozenset[Family]:
    """The families whose numbers are worth keeping: in table mode only host routes are safe for VIPs to come."""
    if on != {Mode.TABLE}:
        return frozenset(Family)
    return frozenset(vip.family for vip in vips) & {Family.IPV4}


def _lists(text: str, kept: frozenset[Family], *, lone_for_ipv6: bool) -> Iterator[str]:
    """A number or IPv4,IPv6: what is written, tidied; else as much of it as fits a family."""
    if not text:
        yield from ("32", "128", "32,128")
        return
    first, second, *_ = (*(_tidied(element) for element in elements(text)), None)
    if "," not in text:
        if first is not None:
            yield first
        if first == _AUTO:
            yield "auto,auto"
        second = first if lone_for_ipv6 else None
    if not _is_ipv4(first) and _is_ipv6(first) and _is_ipv4(second):
        first, second = second, first
    for ipv4 in (first, "32") if _is_ipv4(first) and Family.IPV4 in kept else ("32",):
        for ipv6 in (second, "128") if _is_ipv6(second) and Family.IPV6 in kept else ("128",):
            yield f"{ipv4},{ipv6}"


def _lone_numbers(text: str) -> Iterator[str]:
    number = _tidied(text)
    if number is not None and number != _AUTO:
        yield number
    yield "32"


def _appended_changes(kube_vip: KubeVip, vips: tuple[Vip, ...]) -> tuple[Change, ...]:
    """Texts for a `vip_subnet` that is appended to each address: a slash and the number for one family, or none."""
    try:
        value = kube_vip.get("vip_subnet")
    except Unknown:
        return ()
    if value is None or not value.text:
        return ()
    number = _tidied(value.text)
    families = {vip.family for vip in vips} or {Family.IPV4}
    serves = _is_ipv4 if families == {Family.IPV4} else _is_ipv6
    keeps = number is not None and number != _AUTO and len(families) == 1 and serves(number)
    texts = (f"/{number}", "") if keeps else ("",)
    return tuple(Change("vip_subnet", text, value) for text in texts)


def _tidied(element: str) -> str | None:
    number = meant(element)
    if number is None:
        return _AUTO if element.strip() == _AUTO else None
    return str(number)


def _is_ipv4(element: str | None) -> bool:
    return element == _AUTO or (element is not None and int(element) <= 32)


def _is_ipv6(element: str | None) -> bool:
    return element == _AUTO or (element is not None and 32 < int(element) <= 128)
