"""What the prefix rules of kube-vip share: evidence, wording, fixes. No rule lives here."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours.kube_vip import Fault, Mode, Outcome, Role, Vip
from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.findings import Edit, Fix, Label
from famlint.network.addresses import Family
from famlint.positions import Span
from famlint.unknown import Unknown


class Evidence(NamedTuple):
    """The VIPs that are known, those of Services that nothing tells more about, and the facts that were missing."""

    vips: tuple[Vip, ...]
    assumed: tuple[Vip, ...]
    unknown: tuple[Unknown, ...]

    def settle(self) -> None:
        """Say that the picture was not complete: raises the first Unknown, after all findings have been made."""
        if self.unknown:
            raise self.unknown[0]


def evidence(kube_vip: KubeVip, links: tuple[Link, ...]) -> Evidence:
    """What is known about the VIPs of a kube-vip. Raises Unknown where release or mode are unknown."""
    found = behaviour.survey(kube_vip, links)
    missing = list(found.unknown)
    assumed: list[Vip] = []
    try:
        if behaviour.engine(kube_vip) and behaviour.serves_unseen(kube_vip, links):
            assumed += (behaviour.service_vip(kube_vip, family) for family in Family)
    except Unknown as unknown:
        missing.append(unknown)
    return Evidence(found.vips, tuple(assumed), tuple(missing))


def by_place(vips: Iterable[Vip], wanted: Callable[[Vip], bool]) -> tuple[tuple[Vip, ...], ...]:
    """The wanted VIPs, grouped by the place that has to change."""
    groups: dict[Span | None, list[Vip]] = {}
    for vip in vips:
        if wanted(vip):
            groups.setdefault(place(vip), []).append(vip)
    return tuple(tuple(group) for group in groups.values())


def place(vip: Vip) -> Span | None:
    """Where the primary label goes: the applied part of the setting, the `address` that it was derived from, or the
    VIP itself where a chart's default applies, which stands nowhere."""
    if vip.setting is not None and not from_chart(vip.setting):
        return vip.element_span or vip.setting.span
    if vip.derived_from is not None:
        return vip.derived_from.span
    return vip.span or (vip.setting.span if vip.setting else None)


def from_chart(value: Value) -> bool:
    """Whether a value is a default of the Helm chart, which nobody wrote."""
    return "default" in value.layer.split()


def others(vips: Iterable[Vip]) -> tuple[Label, ...]:
    """The VIPs as the other sides of a finding, and what filled or stands behind the setting."""
    vips = tuple(vips)
    source = vips[0].setting or vips[0].derived_from
    behind = tuple(Label(span, message) for span, message in source.via) if source else ()
    chart = (
        (Label(source.span, f'{vips[0].variable} "{source.text}" is the {source.layer}'),)
        if source is not None and from_chart(source)
        else ()
    )
    return (*(label for vip in vips for label in vip.because), *behind, *chart)


def names(vips: tuple[Vip, ...]) -> str:
    """`the IPv4 VIP 192.0.2.10 and 2 more`, `IPv4 and IPv6 Services` where no address is known."""
    first = next((vip for vip in vips if vip.text), None)
    if first is None:
        return " and ".join(dict.fromkeys(vip.family.value for vip in vips)) + " Services"
    subject = f"the {first.family.value} VIP {first.text}"
    return subject if len(vips) == 1 else f"{subject} and {len(vips) - 1} more"


def source_of(vip: Vip, release: str) -> str:
    """Where the prefix comes from: `vip_cidr "128"`, or the derivation."""
    if vip.derived_from is not None:
        return f'{vip.variable} is not set and kube-vip {release} derives "{vip.applied}" from address, which'
    default = f" (the {vip.setting.layer})" if vip.setting is not None and from_chart(vip.setting) else ""
    return f'{vip.variable} "{vip.applied}"{default}'


def fate(kube_vip: KubeVip, vip: Vip) -> str:
    """What will happen, as a clause with kube-vip and its release as the subject."""
    release = f"kube-vip {kube_vip.version}"
    panics = kube_vip.version.patch == 10 and vip.outcome is Outcome.CRASH
    clause = {
        Outcome.CRASH: f"{release} panics when it binds it" if panics else f"{release} crashes when it binds it",
        Outcome.STOPS: f"{release} stops at start",
        Outcome.NOT_CONFIGURED: f"{release} never configures it",
        Outcome.NOT_ANNOUNCED: f"{release} does not announce it",
        Outcome.ROUTE_REJECTED: f"the kernel rejects the route that {release} installs",
        Outcome.BOUND: f"{release} brings it up like that",
    }[vip.outcome]
    return clause + behaviour.checked(kube_vip.version)


def takes_pairs(kube_vip: KubeVip, variable: str) -> bool:
    """Whether this variable is read as IPv4,IPv6 in this release and mode."""
    if variable == "vip_subnet":
        return kube_vip.version in behaviour.SUBNET_LIST
    return kube_vip.version in behaviour.CIDR_IN_ARP and behaviour.modes(kube_vip) == {Mode.ARP}


def rewrite(value: Value | None, variable: str, text: str, *, also: str = "") -> Fix:
    """Write another value: an edit where the file holds the value itself, advice everywhere else."""
    if value is None or from_chart(value):
        return Fix(f'set {"env." if value else ""}{variable}: "{text}"{also}')
    # A value whose file text is not the value (escapes, folded lines) cannot be replaced character by character.
    exact = value.span.literal and value.span.end - value.span.start == len(value.text)
    edits = (Edit(value.span, text),) if exact else ()
    return Fix(f'write "{text}"{also}', edits, value.editable)


def fitting(kube_vip: KubeVip, setting: str, found: Evidence) -> str:
    """The setting that keeps what is right in `setting` and gives each known VIP a prefix of its family.

    A pair, or one number where no IPv6 VIP needs a second one. Table mode takes host prefixes only.
    """
    parts = [part.strip().rpartition("/")[2].strip() for part in setting.split(",")]
    numbers = [int(part) if part.isascii() and part.isdigit() and len(part) <= 3 else None for part in parts]
    if behaviour.modes(kube_vip) == {Mode.TABLE}:
        numbers = []
    first = numbers[0] if numbers else None
    second = numbers[1] if len(numbers) > 1 else None
    own6 = any(vip.role is Role.CONTROL_PLANE and vip.family is Family.IPV6 for vip in found.vips)
    if second is None and own6:
        second = first
    v4 = first if first is not None and first <= 32 else 32
    v6 = second if second is not None and 32 < second <= 128 else 128
    return f"{v4},{v6}" if len(parts) > 1 or own6 or first is None or first > 32 else str(v4)


BROKEN_SYNTAX = frozenset(
    (
        Fault.SLASH,
        Fault.NO_SLASH,
        Fault.LIST,
        Fault.EMPTY_ITEM,
        Fault.BLANK,
        Fault.NOT_A_NUMBER,
        Fault.TOO_MANY_ITEMS,
        Fault.TOO_LONG_FOR_IPV6,
    )
)
"""Faults of the text itself, whatever the VIPs are."""
