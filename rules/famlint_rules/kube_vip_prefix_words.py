"""What the prefix rules of kube-vip share: evidence, wording, fixes. No rule lives here."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours.kube_vip import Change, Fault, Outcome, Vip
from famlint.clusters import Link
from famlint.components.kube_vip import OTHER_CHART, WORKLOADS, KubeVip
from famlint.components.model import Value
from famlint.findings import Fix, Label
from famlint.positions import Span
from famlint.unknown import Unknown
from famlint_rules.kube_vip_fixes import rewrite


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
        assumed.extend(behaviour.unseen(kube_vip, links))
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
    # A prefix derived from `address` and the VIP in it were filled from the same place.
    return tuple(dict.fromkeys((*(label for vip in vips for label in vip.because), *behind, *chart)))


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
    clause = {
        Outcome.CRASH: f"{release} crashes when it binds it",
        Outcome.PANIC: f"{release} panics when it binds it",
        Outcome.STOPS: f"{release} stops at start",
        Outcome.NOT_CONFIGURED: f"{release} never configures it",
        Outcome.NOT_ANNOUNCED: f"{release} does not announce it",
        Outcome.ROUTE_REJECTED: f"the kernel rejects the route that {release} installs",
        Outcome.BOUND: f"{release} brings it up like that",
    }[vip.outcome]
    return clause + behaviour.checked(kube_vip.version)


def appended(kube_vip: KubeVip, vip: Vip) -> bool:
    """Whether the prefix is text that this release appends to the address."""
    return vip.variable == "vip_subnet" and kube_vip.version not in behaviour.SUBNET_LIST


def mend(kube_vip: KubeVip, links: tuple[Link, ...], variable: str, *, also: str = "") -> Fix | None:
    """What makes every known VIP right in one step; `variable` is the one that the finding is about.

    Edits where the file holds all values that change, advice everywhere else. None where no setting helps.
    """
    changes = behaviour.repair(kube_vip, links)
    if not changes:
        return None
    changes = tuple(sorted(changes, key=lambda change: change.variable != variable))
    said = ", and ".join(_said(kube_vip, change, own=change.variable == variable) for change in changes)
    after = _after_removal(behaviour.changed(kube_vip, *changes)) if [one.text for one in changes] == [""] else ""
    parts = tuple(
        rewrite("", change.value, (0, len(change.value.text), change.text))
        for change in changes
        if change.value is not None and change.text and not from_chart(change.value)
    )
    whole = len(parts) == len(changes) and all(part.edits for part in parts)
    edits = tuple(edit for part in parts for edit in part.edits) if whole else ()
    return Fix(said + after + also, edits, all(part.safe for part in parts))


def in_chart(kube_vip: KubeVip) -> bool:
    """Whether the settings stand under `env` of the chart's values."""
    return kube_vip.component.form not in ("", *WORKLOADS, OTHER_CHART)


def _said(kube_vip: KubeVip, change: Change, *, own: bool) -> str:
    if change.value is None or from_chart(change.value):
        env = "env." if change.value is not None or in_chart(kube_vip) else ""
        return f'set {env}{change.variable}: "{change.text}"'
    if not change.text:
        return f"remove {change.variable}"
    return f'write "{change.text}"' if own else f'write {change.variable}: "{change.text}"'


def _after_removal(kube_vip: KubeVip) -> str:
    """What decides the prefixes once `vip_subnet` is gone."""
    try:
        found = behaviour.steering(kube_vip)
    except Unknown:
        return ""
    if found is not None and found.variable == "vip_cidr" and found.text:
        return ": the prefixes derived from address apply" if found.derived_from else ": vip_cidr decides"
    return ": each VIP then gets the full length of its family"


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
