"""The pod range of a kube-controller-manager and the blocks that it cuts out of it for nodes: KCM001 to KCM006."""

from collections.abc import Iterator

from famlint.behaviours.node_ipam import (
    MOST_BITS_V6,
    BadMask,
    BadRange,
    MaskFault,
    NodeBlocks,
    NodeIpam,
    bad_mask,
    bad_range,
    node_blocks,
    too_far,
    too_short,
)
from famlint.clusters import Cluster
from famlint.findings import Edit, Fix, Label, Severity
from famlint.rules import Draft, finding, rule

_SOURCE = "kubernetes/kubernetes cmd/kube-controller-manager/app/core.go@00115d34eb4e"


@rule(
    "KCM001",
    "pod-range-invalid",
    subject=NodeIpam,
    severity=Severity.ERROR,
    basis="kubernetes R19, vcluster 7.1 VC-10",
    references=(_SOURCE,),
)
def pod_range_invalid(ipam: NodeIpam, _cluster: Cluster) -> Iterator[Draft]:
    """The controller manager cannot use the pod range

    What it finds:
        A pod range (`--cluster-cidr`, `networking.podCIDR` of a vcluster with private nodes) with a member that is not
        a CIDR, with blanks around the comma, with more than two members, or with two of one family.

    Why it matters:
        The kube-controller-manager exits at start and keeps exiting: no node gets a pod range, and no pod on them gets
        an address. Members are split at the comma and not trimmed. See
        cmd/kube-controller-manager/app/core.go@00115d34eb4e of kubernetes/kubernetes.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16"
          podCIDR: "10.64.0.0/16,10.65.0.0/16"

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16"
          podCIDR: "10.64.0.0/15"

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16"
          podCIDR: "10.64.0.0/16, fd00:64::/56"

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16"
          podCIDR: "10.64.0.0/16,fd00:64::/56"

    How to fix:
        Write one CIDR, or one of each family with a comma and no blank between them.

    Limits:
        Silent where ranges for nodes are not allocated, and where the command or its flags are replaced. Host bits and
        leading zeros are taken by Kubernetes and not reported.
    """
    bad = bad_range(ipam)
    if bad is None:
        return
    yield finding(
        bad.span,
        f'the pod range "{bad.value.text}" ends {ipam.name} at its start: {bad.fault.value}; no node gets pod '
        f"addresses{ipam.remark}",
        label=bad.fault.value,
        because=(Label(*place) for place in bad.value.via),
        fix=_mended(bad),
    )


@rule(
    "KCM002",
    "node-mask-shorter-than-pod-range",
    subject=NodeIpam,
    severity=Severity.ERROR,
    basis="kubernetes R23, vcluster 7.1 VC-10",
    references=("kubernetes/kubernetes pkg/controller/nodeipam/node_ipam_controller.go@01f5e9c4e793",),
)
def node_mask_shorter_than_pod_range(ipam: NodeIpam, _cluster: Cluster) -> Iterator[Draft]:
    """A node's block is larger than the pod range

    What it finds:
        A member of the pod range whose prefix is longer than that of the block for one node. Without a flag a node gets
        a /24 of IPv4 and a /64 of IPv6, so an IPv6 /112 is too small for a single node.

    Why it matters:
        The kube-controller-manager exits at start: no node gets a pod range. See
        pkg/controller/nodeipam/node_ipam_controller.go@01f5e9c4e793 of kubernetes/kubernetes.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16,fd00:128::/108"
          podCIDR: "10.64.0.0/16,fd00:64::/112"

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16,fd00:128::/108"
          podCIDR: "10.64.0.0/16,fd00:64::/56"

    How to fix:
        Make the pod range larger (IPv4 /16, IPv6 /56), or the node's block smaller with `--node-cidr-mask-size-ipv4` or
        `--node-cidr-mask-size-ipv6`.

    Limits:
        Equal prefixes, room for one node, are not reported. Silent for allocators other than the usual one.
    """
    for blocks in node_blocks(ipam):
        if too_short(blocks):
            yield _misfit(
                ipam,
                blocks,
                f"{_mask_of(blocks)} do not fit into {blocks.member.text}",
                f"an {blocks.cidr.family.value} range of /{max(blocks.prefix - 8, 1)} or shorter, or a longer "
                f"--{blocks.flag}",
            )


@rule(
    "KCM003",
    "node-mask-too-far",
    subject=NodeIpam,
    severity=Severity.ERROR,
    basis="kubernetes R24, vcluster 7.1 VC-10",
    references=("kubernetes/kubernetes pkg/controller/nodeipam/ipam/cidrset/cidr_set.go@0be333dd7d35",),
)
def node_mask_too_far(ipam: NodeIpam, _cluster: Cluster) -> Iterator[Draft]:
    """An IPv6 pod range has more than 65536 blocks for nodes

    What it finds:
        An IPv6 member of the pod range whose prefix is more than 16 bits shorter than that of the block for one node.
        Without a flag a node gets a /64, so the range may be a /48 at most.

    Why it matters:
        The kube-controller-manager exits at start: no node gets a pod range, not of IPv4 either. IPv4 has no such limit
        there. See pkg/controller/nodeipam/ipam/cidrset/cidr_set.go@0be333dd7d35 of kubernetes/kubernetes.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16,fd00:128::/108"
          podCIDR: "10.64.0.0/16,fd00::/40"

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16,fd00:128::/108"
          podCIDR: "10.64.0.0/16,fd00::/48"

    How to fix:
        Write a /48 to /56 for blocks of /64, or set `--node-cidr-mask-size-ipv6` to at most 16 more than the prefix of
        the range.

    Limits:
        kubeadm has a limit of the same kind for IPv4; this rule is about the controller manager alone.
    """
    for blocks in node_blocks(ipam):
        if too_far(blocks):
            bits = blocks.prefix - blocks.cidr.prefix
            yield _misfit(
                ipam,
                blocks,
                f"{blocks.member.text} is {bits} bits larger than {_mask_of(blocks)} and the limit is {MOST_BITS_V6}",
                f"an IPv6 range of /{blocks.prefix - MOST_BITS_V6} or longer",
            )


@rule(
    "KCM004",
    "node-mask-generic-dual",
    subject=NodeIpam,
    severity=Severity.ERROR,
    basis="kubernetes R20",
    references=(_SOURCE, "kubernetes/kubernetes#104691"),
)
def node_mask_generic_dual(ipam: NodeIpam, _cluster: Cluster) -> Iterator[Draft]:
    """One node mask for a dual-stack pod range

    What it finds:
        `--node-cidr-mask-size` beside a pod range of two members.

    Why it matters:
        The flag counts only for a range of one family. With two the kube-controller-manager exits at start (since
        1.23), and no node gets a pod range. See cmd/kube-controller-manager/app/core.go@00115d34eb4e and
        kubernetes/kubernetes#104691.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "10.128.0.0/16,fd00:128::/108", podCIDR: "10.64.0.0/16,fd00:64::/56"}
        controlPlane:
          distro:
            k8s:
              controllerManager:
                extraArgs: ["--node-cidr-mask-size=24"]

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "10.128.0.0/16,fd00:128::/108", podCIDR: "10.64.0.0/16,fd00:64::/56"}
        controlPlane:
          distro:
            k8s:
              controllerManager:
                extraArgs: ["--node-cidr-mask-size-ipv4=24", "--node-cidr-mask-size-ipv6=64"]

    How to fix:
        Write `--node-cidr-mask-size-ipv4` and `--node-cidr-mask-size-ipv6`; either may be left out.

    Limits:
        Silent for a value of 0, which is the default, and where ranges for nodes are not allocated.
    """
    yield from _masks(ipam, MaskFault.GENERIC_WITH_TWO, "write --node-cidr-mask-size-ipv4 and -ipv6 in its place")


@rule(
    "KCM005",
    "node-mask-generic-and-specific",
    subject=NodeIpam,
    severity=Severity.ERROR,
    basis="kubernetes R21",
    references=(_SOURCE,),
)
def node_mask_generic_and_specific(ipam: NodeIpam, _cluster: Cluster) -> Iterator[Draft]:
    """Two kinds of node masks for one pod range

    What it finds:
        `--node-cidr-mask-size` together with `--node-cidr-mask-size-ipv4` or `--node-cidr-mask-size-ipv6`, with a pod
        range of one member.

    Why it matters:
        The kube-controller-manager exits at start (since 1.23), and no node gets a pod range. See
        cmd/kube-controller-manager/app/core.go@00115d34eb4e of kubernetes/kubernetes.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "10.128.0.0/16", podCIDR: "10.64.0.0/16"}
        controlPlane:
          distro:
            k8s:
              controllerManager:
                extraArgs: ["--node-cidr-mask-size=24", "--node-cidr-mask-size-ipv4=24"]

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "10.128.0.0/16", podCIDR: "10.64.0.0/16"}
        controlPlane:
          distro:
            k8s:
              controllerManager:
                extraArgs: ["--node-cidr-mask-size-ipv4=24"]

    How to fix:
        Drop `--node-cidr-mask-size`.

    Limits:
        A dual-stack pod range with the flag is reported by KCM004.
    """
    yield from _masks(ipam, MaskFault.GENERIC_AND_SPECIFIC, "drop --node-cidr-mask-size")


@rule(
    "KCM006",
    "node-mask-wrong-family",
    subject=NodeIpam,
    severity=Severity.ERROR,
    basis="kubernetes R22",
    references=(_SOURCE,),
)
def node_mask_wrong_family(ipam: NodeIpam, _cluster: Cluster) -> Iterator[Draft]:
    """A node mask for a family without a pod range

    What it finds:
        `--node-cidr-mask-size-ipv4` where the only pod range is IPv6, or `--node-cidr-mask-size-ipv6` where it is IPv4.

    Why it matters:
        The kube-controller-manager exits at start (since 1.23), and no node gets a pod range. See
        cmd/kube-controller-manager/app/core.go@00115d34eb4e of kubernetes/kubernetes.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "fd00:128::/108", podCIDR: "fd00:64::/56"}
        controlPlane:
          distro:
            k8s:
              controllerManager:
                extraArgs: ["--node-cidr-mask-size-ipv4=24"]

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "fd00:128::/108", podCIDR: "fd00:64::/56"}
        controlPlane:
          distro:
            k8s:
              controllerManager:
                extraArgs: ["--node-cidr-mask-size-ipv6=64"]

    How to fix:
        Write the flag of the other family, or add a pod range of this one.

    Limits:
        Silent for a dual-stack pod range, where both flags are right.
    """
    yield from _masks(ipam, MaskFault.OTHER_FAMILY, "write the flag of the family that has a pod range")


def _masks(ipam: NodeIpam, fault: MaskFault, advice: str) -> Iterator[Draft]:
    bad: BadMask | None = bad_mask(ipam)
    if bad is None or bad.fault is not fault:
        return
    yield finding(
        bad.value,
        f"--{bad.flag}={bad.value.text} ends {ipam.name} at its start: {fault.value}; no node gets pod "
        f"addresses{ipam.remark}",
        label="this flag does not fit the pod range",
        fix=Fix(advice),
    )


def _misfit(ipam: NodeIpam, blocks: NodeBlocks, fault: str, right: str) -> Draft:
    """The range is what must change, unless only the flag was written."""
    written = blocks.value.layer != "default" or blocks.mask is None
    where = blocks.member.span if written or blocks.mask is None else blocks.mask.span
    because = (Label(blocks.mask.span, f"nodes get a /{blocks.prefix}"),) if blocks.mask is not None else ()
    return finding(
        where,
        f"{fault}: {ipam.name} exits at its start and no node gets pod addresses{ipam.remark}",
        label=f"a range of /{blocks.cidr.prefix}" if written else f"nodes get a /{blocks.prefix}",
        because=(*because, *(Label(*place) for place in blocks.value.via)),
        fix=Fix(f"write {right}"),
    )


def _mask_of(blocks: NodeBlocks) -> str:
    usual = "" if blocks.mask is not None else ", the default,"
    return f"node blocks of /{blocks.prefix}{usual}"


def _mended(bad: BadRange) -> Fix:
    if not bad.right:
        return Fix("write one CIDR, or one of each family with a comma between them")
    return Fix(f'write "{bad.right}"', (Edit(bad.value.span, bad.right),) if bad.value.editable else ())
