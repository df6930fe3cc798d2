"""The NetworkPolicies of vcluster's charts: VCL014 and VCL015."""

from collections.abc import Iterator

from famlint.behaviours.ip_blocks import BlockFault, IpBlock, Refused, family_of, refused
from famlint.behaviours.vcluster.modes import Mode, at_most, mode_of
from famlint.behaviours.vcluster_paths import named, remark
from famlint.behaviours.vcluster_policies import Own, need_of, public_egress, raw_blocks, reaches
from famlint.clusters import Cluster
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Family
from famlint.rules import Draft, finding, rule

_ANY = {Family.IPV4: "0.0.0.0/0", Family.IPV6: "::/0"}


@rule(
    "VCL014",
    "networkpolicy-except-outside",
    subject=VirtualCluster,
    severity=(Severity.ERROR, Severity.WARNING, Severity.INFO),
    basis="vcluster 7.1 VC-14",
    references=("loft-sh/vcluster chart/templates/networkpolicy.yaml@v0.36.1", "rancher/k3k#1143"),
)
def networkpolicy_except_outside(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """The API server refuses an ipBlock of vcluster's NetworkPolicy

    What it finds:
        An enabled `policies.networkPolicy` (`isolation` of the charts before v0.20) whose block for public egress, or
        whose own rules, have an `except` that does not lie strictly inside the range, or a range that is no CIDR. Where
        `except` is not written, the chart's five IPv4 ranges stay in it.

    Why it matters:
        The API server refuses the whole policy: the release cannot be installed, or the policy that should be there is
        missing. See chart/templates/networkpolicy.yaml@v0.36.1 of loft-sh/vcluster and, for the same mistake elsewhere,
        rancher/k3k#1143.

    Bad (chart vcluster 0.36.1):
        policies:
          networkPolicy:
            enabled: true
            workload:
              publicEgress: {cidr: "::/0"}

    Good (chart vcluster 0.36.1):
        policies:
          networkPolicy:
            enabled: true
            workload:
              publicEgress: {cidr: "::/0", except: ["fc00::/7", "fe80::/10"]}

    Bad (chart vcluster 0.30.1):
        policies:
          networkPolicy:
            enabled: true
            outgoingConnections:
              ipBlock: {cidr: "0.0.0.0/0", except: ["fc00::/7"]}

    Good (chart vcluster 0.30.1):
        policies:
          networkPolicy:
            enabled: true
            outgoingConnections:
              ipBlock: {cidr: "0.0.0.0/0", except: ["10.0.0.0/8"]}

    How to fix:
        Write `except` with ranges of the same family inside of `cidr`, for `::/0` usually `fc00::/7` and `fe80::/10`,
        or an empty list.

    Limits:
        A warning where the chart's own list is at work in a lone values file, to which another file may add its list;
        info where the file may be meant for a vcluster without the chart. Silent with private nodes from v0.33.2.
    """
    egress = public_egress(vcluster)
    if egress is not None and (found := tuple(refused(egress.block))):
        yield _refusal(vcluster, found, egress.own)
    for block in raw_blocks(vcluster):
        if found := tuple(refused(block)):
            yield _refusal(vcluster, found, Own.NOTHING)


@rule(
    "VCL015",
    "networkpolicy-one-family",
    subject=VirtualCluster,
    severity=(Severity.WARNING, Severity.INFO),
    basis="vcluster 7.1 VC-15",
    references=("loft-sh/vcluster chart/templates/networkpolicy.yaml@v0.36.1",),
    unless=("VCL014",),
)
def networkpolicy_one_family(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Draft]:
    """vcluster's NetworkPolicy lets out one family only

    What it finds:
        An enabled `policies.networkPolicy` whose block for public egress is of one family (IPv4 by default), while the
        service CIDR or the host has the other one too, and no egress rule of the user's lets it out.

    Why it matters:
        Workloads reach no public address of the other family; before v0.31 port 53 alone stays open. Nothing is logged,
        and programs that prefer IPv6 wait for a timeout. See chart/templates/networkpolicy.yaml@v0.36.1 of
        loft-sh/vcluster.

    Bad (chart vcluster 0.36.1):
        serviceCIDR: "10.96.0.0/12,fd00:10:96::/108"
        policies:
          networkPolicy: {enabled: true}

    Good (chart vcluster 0.36.1):
        serviceCIDR: "10.96.0.0/12,fd00:10:96::/108"
        policies:
          networkPolicy:
            enabled: true
            workload:
              egress:
                - to:
                    - ipBlock: {cidr: "::/0", except: ["fc00::/7", "fe80::/10"]}

    How to fix:
        Add an egress rule with a block of the other family to `policies.networkPolicy.workload.egress` (v0.25 to v0.30:
        `extraWorkloadRules`).

    Limits:
        Silent where the families are not known, where public egress is switched off, and with private nodes from
        v0.33.2. Info where the file may be meant for a vcluster without the chart.
    """
    egress = None if vcluster.legacy else public_egress(vcluster)
    has = family_of(egress.block) if egress is not None else None
    if egress is None or has is None:
        return
    lacks = Family.IPV6 if has is Family.IPV4 else Family.IPV4
    if reaches(vcluster, lacks):
        return
    need = need_of(vcluster, cluster, lacks)
    if need is None:
        return
    rules = f"to {egress.rules}" if egress.rules else "after an upgrade to v0.25.0 or newer"
    yield finding(
        egress.block.cidr,
        f"the NetworkPolicy of {named(vcluster)} lets workloads reach {egress.block.cidr.text} only: public "
        f"{lacks.value} addresses are denied, and {need.why}{remark(vcluster)}",
        label=f"public egress is {has.value} only",
        because=(Label(need.value.span, f"has {lacks.value}"),) if need.value is not None else (),
        fix=Fix(f"add an egress rule with an ipBlock of {_ANY[lacks]} {rules}"),
        severity=at_most(vcluster, Severity.WARNING),
    )


def _refusal(vcluster: VirtualCluster, found: tuple[Refused, ...], own: Own) -> Draft:
    """One finding for a block, at the value to change: the first one that is written, else the range."""
    block, first = found[0].block, found[0]
    texts = ", ".join(dict.fromkeys(one.value.text for one in found))
    if first.fault is BlockFault.CIDR_UNREADABLE:
        fault = f'the range "{block.cidr.text}" of its ipBlock {first.fault.value}'
    else:
        whose = "except" if own is not Own.EXCEPT else "the chart's own except"
        fault = f"{whose} {texts} must lie strictly inside of {block.cidr.text}"
    return finding(
        block.cidr if own is Own.EXCEPT else first.value,
        f"the API server refuses the NetworkPolicy of {named(vcluster)}: {fault}{remark(vcluster)}",
        label="the chart's except list is IPv4" if own is Own.EXCEPT else first.fault.value,
        because=() if own is Own.EXCEPT else _others(found, own),
        fix=_advice(block, first),
        severity=_severity(vcluster, own),
    )


def _others(found: tuple[Refused, ...], own: Own) -> Iterator[Label]:
    if found[0].fault is not BlockFault.CIDR_UNREADABLE:
        words = "the range is 0.0.0.0/0, the chart's own" if own is Own.RANGE else "the range"
        yield Label(found[0].block.cidr.span, words)
        yield from (Label(one.value.span, one.fault.value) for one in found[1:])


def _advice(block: IpBlock, first: Refused) -> Fix:
    if first.fault is BlockFault.CIDR_UNREADABLE:
        return Fix("write a CIDR, such as 0.0.0.0/0 or ::/0")
    family = family_of(block)
    if family is Family.IPV6:
        return Fix('write `except: ["fc00::/7", "fe80::/10"]`, or the ranges inside of it that must stay closed')
    return Fix("write `except` with the IPv4 ranges inside of it that must stay closed, or `except: []`")


def _severity(vcluster: VirtualCluster, own: Own) -> Severity:
    """What rests on a value of the chart is a warning at most where another file may give it."""
    if own is not Own.NOTHING:
        return at_most(vcluster, Severity.ERROR)
    return Severity.INFO if mode_of(vcluster) is Mode.UNKNOWN else Severity.ERROR
