"""What the egress rules of kube-vip say about what the behaviours find. No rule lives here."""

from collections.abc import Iterable, Iterator, Sequence

from famlint.behaviours import kube_vip_egress as egress
from famlint.behaviours.kube_vip import checked
from famlint.behaviours.kube_vip_egress import Entry, RangeFault, RangeRuling, SliceNeed
from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Family
from famlint.rules import Draft, finding
from famlint_rules.kube_vip_address_words import image
from famlint_rules.kube_vip_fixes import rewrite
from famlint_rules.kube_vip_service_words import serves

_BLANKS = " \t\r\n"


def of_range(kube_vip: KubeVip, variable: str, ruling: RangeRuling, links: Iterable[Link]) -> Iterator[Draft]:
    """The findings about a range setting, for the Services that it fails."""
    value = ruling.value
    because = tuple(_egress_of(link) for link in links)
    release = f"kube-vip {kube_vip.version}"
    if ruling.fault is RangeFault.NO_CIDR:
        for entry in ruling.entries:
            yield finding(
                entry.span if entry.text else value.span,
                f"{_quoted(entry)} in {variable} is no CIDR: {release} cannot use it, and egress that needs it is not "
                f"set up{checked(kube_vip.version)}",
                label="no CIDR" if entry.text else "an empty item",
                because=(*because, *_via(value)),
                fix=Fix("write CIDRs separated by commas, such as 10.42.0.0/16,fd42::/56"),
            )
        return
    if ruling.fault is RangeFault.BLANK:
        yield finding(
            ruling.entries[0].span,
            f'{release} does not trim "{ruling.entries[0].text}" in {variable}: it is no CIDR then, and egress that '
            f"needs it is not set up{checked(kube_vip.version)}",
            label="a blank before or behind the CIDR",
            because=(*because, *_via(value)),
            fix=_without_blanks(value, ruling.entries),
        )
        return
    yield finding(
        value,
        _range_message(kube_vip, variable, value, ruling.fault),
        label=ruling.fault.value,
        because=(*(() if ruling.fault is RangeFault.NO_IPV6 else image(kube_vip)), *because),
        fix=Fix(_RANGE_FIXES[ruling.fault]),
    )


def of_slices(kube_vip: KubeVip, need: SliceNeed, asking: Sequence[tuple[Value, Link]]) -> Iterator[Draft]:
    """The findings about IPv6 egress without EndpointSlices: at the setting if there is one, else at each Service."""
    release = f"kube-vip {kube_vip.version}"
    if need.setting is not None:
        yield finding(
            need.setting,
            f'{need.variable} "{need.setting.text}" keeps {release} from using EndpointSlices: no IPv6 egress works, '
            f"and nothing leaves from the VIP{checked(kube_vip.version)}",
            label="EndpointSlices are not used",
            because=tuple(
                Label(value.span, f"this Service asks for IPv6 egress{_why(link)}") for value, link in asking
            ),
            fix=rewrite(f'write "{need.word}"', need.setting, (0, len(need.setting.text), need.word)),
        )
        return
    for value, link in asking:
        yield finding(
            value,
            f"{release} sends no IPv6 egress without EndpointSlices: nothing leaves from the VIP of this Service"
            if need.read
            else f"{release} does not know kube-vip.io/egress-ipv6: IPv6 egress came with v0.8.3",
            label="IPv6 egress",
            because=(serves(kube_vip, link.why),),
            fix=Fix(
                f'set {need.variable}: "{need.word}" and allow reading EndpointSlices in the ClusterRole'
                if need.read
                else "use kube-vip v0.8.3 or later with EndpointSlices, or remove the annotation"
            ),
            severity=Severity.ERROR if need.read else Severity.INFO,
        )


def of_networks(annotation: str, value: Value, families: frozenset[Family], remark: str) -> Iterator[Draft]:
    """The findings about allowed or denied networks. `remark` is about releases newer than the ground truth."""
    found = egress.networks(value)
    blank = tuple(entry for entry in found if entry.blank)
    if blank:
        yield finding(
            blank[0].span,
            f'kube-vip does not trim "{blank[0].text}" in {annotation}: it is a parse error, and no rule of this '
            f"egress is set up{remark}",
            label="a blank before or behind the network",
            because=_via(value),
            fix=_without_blanks(value, blank),
        )
    for entry in found:
        if entry.blank:
            continue
        if entry.family is None:
            yield finding(
                entry.span if entry.text else value.span,
                f"{_quoted(entry)} in {annotation} is no network: it is a parse error, and no rule of this egress is "
                f"set up{remark}",
                label="no CIDR" if entry.text else "an empty item",
                because=_via(value),
                fix=Fix("write CIDRs separated by commas, without blanks"),
            )
        elif len(families) == 1 and entry.family not in families:
            (family,) = families
            yield finding(
                entry.span,
                f"{entry.family.value} network {entry.text} in {annotation}, while the egress of this Service is "
                f"{family.value}: {_of_the_other_family(entry.family)}{remark}",
                label=f"not {family.value}",
                because=_via(value),
                fix=Fix(f"write a network of {family.value}, or remove this one"),
            )


def _range_message(kube_vip: KubeVip, variable: str, value: Value, fault: RangeFault) -> str:
    release = f"kube-vip {kube_vip.version}"
    if fault is RangeFault.NO_IPV6:
        how = "logs a family mismatch and" if egress.says_why(kube_vip.version) else "says nothing,"
        return f'no IPv6 range in {variable} "{value.text}": {release} {how} sets up no IPv6 egress' + checked(
            kube_vip.version
        )
    why = {
        RangeFault.NONE_FOR_IPV4: "finds no range for IPv4 in any explicit value, so that IPv4 egress is not set up",
        RangeFault.SWAPPED: "takes the last entry for IPv4 and the first for IPv6, so that egress gets a rule of the "
        "wrong family and does not work",
        RangeFault.FIRST_FOR_IPV4: "takes the first entry for IPv4 where the VIP lies outside of the IPv4 range, so "
        "that egress gets a rule of the wrong family and does not work",
    }[fault]
    return f'{variable} "{value.text}": {release} {why}'


_RANGE_FIXES = {
    RangeFault.NO_IPV6: "add an IPv6 range behind a comma, such as 10.42.0.0/16,fd42::/56",
    RangeFault.NONE_FOR_IPV4: "use kube-vip v0.8.5 or later",
    RangeFault.SWAPPED: "use kube-vip v0.8.5 or later, or list the IPv6 range first",
    RangeFault.FIRST_FOR_IPV4: "use kube-vip v0.8.5 or later, or list the IPv4 range first",
}


def _of_the_other_family(family: Family) -> str:
    return (
        "an IPv6 network in an IPv4 rule cannot work"
        if family is Family.IPV6
        else "an IPv4 network in an IPv6 rule never matches"
    )


def _quoted(entry: Entry) -> str:
    return f'"{entry.text}"' if entry.text else "an empty item"


def _without_blanks(value: Value, entries: Iterable[Entry]) -> Fix:
    cuts = []
    for entry in entries:
        left = len(entry.text) - len(entry.text.lstrip(_BLANKS))
        right = len(entry.text.rstrip(_BLANKS))
        cuts += [(entry.start, entry.start + left, "")] if left else []
        cuts += [(entry.start + right, entry.end, "")] if right < len(entry.text) else []
    return rewrite("remove the blank", value, *cuts)


def _egress_of(link: Link) -> Label:
    value = link.service.annotation(egress.EGRESS_IPV6) or link.service.annotation(egress.EGRESS)
    return Label(
        link.service.component.span if value is None else value.span, f"this Service asks for egress{_why(link)}"
    )


def _why(link: Link) -> str:
    return f" ({link.why})" if link.why else ""


def _via(value: Value) -> tuple[Label, ...]:
    return tuple(Label(*place) for place in value.via)
