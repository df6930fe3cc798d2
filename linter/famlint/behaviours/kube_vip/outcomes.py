"""What becomes of every VIP: the tables applied to one kube-vip and the Services that it serves.

Source: facts/kube-vip.md section 2.1 for which table holds where.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from famlint.behaviours.kube_vip import tables
from famlint.behaviours.kube_vip.records import Fault, Item, Mode, Outcome, Role, Ruling, Steering, Vip
from famlint.behaviours.kube_vip.releases import APPENDS_SUBNET, CIDR_IN_ARP, SUBNET_LIST, supported
from famlint.behaviours.kube_vip.steering import (
    appended_subnet,
    auto_with_vip_address,
    derived_from_item,
    election,
    engine,
    refusal,
    steering,
)
from famlint.behaviours.kube_vip.subjects import POOL, control_plane_items, handled, service_items
from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.findings import Label
from famlint.network.addresses import Family
from famlint.positions import Span
from famlint.unknown import Unknown


class Survey(NamedTuple):
    """The VIPs that are certain, and what kept the others from being so."""

    vips: tuple[Vip, ...]
    unknown: tuple[Unknown, ...]


def vips(kube_vip: KubeVip, links: Iterable[Link]) -> tuple[Vip, ...]:
    """The VIPs whose family and fate are certain: the control plane's first, then the Services' as given.

    Raises Unknown where release or mode are unknown, which leaves nothing certain.
    """
    return survey(kube_vip, links).vips


def survey(kube_vip: KubeVip, links: Iterable[Link]) -> Survey:
    """The VIPs, and the facts that were missing for others. Raises Unknown where release or mode are unknown."""
    if engine(kube_vip) is None and refusal(kube_vip) is None:
        return Survey((), ())
    missing: list[Unknown] = []
    found: list[Vip] = []
    own = _known(partial(control_plane_items, kube_vip), missing)
    _judge(kube_vip, Role.CONTROL_PLANE, own, None, found, missing)
    for link in links:
        asked = _known(partial(_service_items, kube_vip, link), missing)
        _judge(kube_vip, Role.SERVICE, asked, link, found, missing)
    return Survey(tuple(found), tuple(missing))


def service_vip(kube_vip: KubeVip, family: Family) -> Vip:
    """What a Service of this family would get whose address is not known. Raises Unknown."""
    return _vip(kube_vip, Role.SERVICE, family, None, None)


def serves_unseen(kube_vip: KubeVip, links: Iterable[Link]) -> bool:
    """Whether it serves Services of which nothing is known: no linked one names an address or a family.

    Raises Unknown where `svc_enable` is unknown.
    """
    if not kube_vip.on("svc_enable"):
        return False
    seen = (item for link in links for item in _known(partial(_service_items, kube_vip, link), []))
    return all(item.family is None for item in seen)


def unseen(kube_vip: KubeVip, links: tuple[Link, ...]) -> Iterator[Vip]:
    """A VIP of each family for Services of which nothing is known; none where Services are known. Raises Unknown."""
    if engine(kube_vip) and serves_unseen(kube_vip, links):
        yield from (service_vip(kube_vip, family) for family in Family)


def _judge(
    kube_vip: KubeVip,
    role: Role,
    items: Iterable[Item],
    link: Link | None,
    found: list[Vip],
    missing: list[Unknown],
) -> None:
    for item in items:
        if item.family is None:
            continue
        try:
            found.append(_vip(kube_vip, role, item.family, item, link))
        except Unknown as unknown:
            missing.append(unknown)


def _known(ask: Callable[[], tuple[Item, ...]], missing: list[Unknown]) -> tuple[Item, ...]:
    try:
        return ask()
    except Unknown as unknown:
        missing.append(unknown)
        return ()


def _service_items(kube_vip: KubeVip, link: Link) -> tuple[Item, ...]:
    return service_items(kube_vip, link.service) if handled(kube_vip, link.service) else ()


def _vip(kube_vip: KubeVip, role: Role, family: Family, item: Item | None, link: Link | None) -> Vip:
    text = item.text if item else ""
    if family is Family.IPV4 and ":" in text:
        raise Unknown("prefix", f"how kube-vip writes the IPv4-mapped address {text} is not known")
    applied, ruling = _ruling(kube_vip, role, family, text)
    element, place = _element(kube_vip, applied, ruling)
    return Vip(
        text=text,
        family=family,
        role=role,
        outcome=ruling.outcome,
        prefix=ruling.prefix,
        fault=ruling.fault,
        variable=applied.variable,
        applied=applied.text,
        setting=applied.setting,
        derived_from=applied.derived_from,
        element=element,
        element_span=place,
        address=item.value if item else None,
        span=item.span if item else None,
        link=link,
        because=_because(role, item, link),
    )


def _ruling(kube_vip: KubeVip, role: Role, family: Family, text: str) -> tuple[Steering, Ruling]:
    version = supported(kube_vip.version)
    refused = refusal(kube_vip)
    if refused is not None:
        fault, applied = refused
        return applied, Ruling(Outcome.STOPS, None, fault, 0, len(applied.text))
    mode = engine(kube_vip)
    if mode is None:
        raise Unknown("mode", "no mode is switched on")
    applied = steering(kube_vip) or Steering("", "")
    subnet = appended_subnet(kube_vip)
    if version in APPENDS_SUBNET and applied.variable != "vip_subnet" and subnet is not None:
        # The text is appended in every mode, and replaced only after it has been parsed.
        checked = tables.appended(role, family, subnet.text, text)
        if checked.outcome is not Outcome.BOUND:
            return Steering("vip_subnet", subnet.text, subnet), checked
    ruling = _table(kube_vip, mode, role, family, text, applied)
    return applied, tables.routed(ruling, family, text) if mode is Mode.TABLE else ruling


def _table(kube_vip: KubeVip, mode: Mode | None, role: Role, family: Family, text: str, applied: Steering) -> Ruling:
    version = kube_vip.version
    setting = applied.text
    if version in SUBNET_LIST:
        if role is Role.SERVICE and auto_with_vip_address(kube_vip, applied):
            return Ruling(Outcome.NOT_CONFIGURED, None, Fault.AUTO, 0, len(setting))
        return tables.listed(role, family, setting)
    if mode is Mode.BGP:
        if version in CIDR_IN_ARP and role is Role.SERVICE and election(kube_vip):
            return tables.announced_per_family(family, setting)
        return tables.announced(version, family, setting, text)
    if mode is Mode.ARP and version in CIDR_IN_ARP:
        if role is Role.SERVICE and auto_with_vip_address(kube_vip, applied):
            return Ruling(Outcome.NOT_CONFIGURED, None, Fault.AUTO, 0, len(setting))
        return tables.masked(version, role, family, setting)
    if applied.variable == "vip_subnet":
        return tables.appended(role, family, setting, text)
    return tables.full_length(family)


def _element(kube_vip: KubeVip, applied: Steering, ruling: Ruling) -> tuple[str, Span | None]:
    """The applied part of the setting and where it is written; nothing where a default was applied."""
    start, end = ruling.start, ruling.end
    element = applied.text[start:end]
    source = applied.setting or applied.derived_from
    if source is None or (start == end and ruling.fault is None):
        return "", None
    if start == end:
        return element, source.span
    if applied.setting is not None:
        return element, applied.setting.part(start, end)
    if "," in element:
        return element, source.span
    return element, source.part(*derived_from_item(kube_vip.version, applied, start))


def _because(role: Role, item: Item | None, link: Link | None) -> tuple[Label, ...]:
    if item is None:
        return ()
    if role is Role.CONTROL_PLANE or link is None:
        return (Label(item.span, "the control-plane VIP"), *_via(item.value))
    said = "this Service gets its address from kube-vip" if item.text else "this Service asks kube-vip for this family"
    if item.value.layer == POOL:
        said = f"the pool that the Service {link.service.component.name} gets its address of"
    return (Label(item.span, f"{said} ({link.why})" if link.why else said), *_via(item.value))


def _via(value: Value) -> tuple[Label, ...]:
    return tuple(Label(span, message) for span, message in value.via)
