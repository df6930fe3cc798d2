"""The kube-controller-manager of a virtual cluster with private nodes, as far as it gives pod ranges to nodes.

Source: facts/vcluster.md section 3.1 (`networking.podCIDR`, `controllerManager`), section 7 (`pod`) and VC-10:
`--allocate-node-cidrs=true` and `--cluster-cidr` are vcluster's own flags, those in `extraArgs` go over them.
"""

from collections.abc import Callable
from typing import NamedTuple

from famlint.behaviours.node_ipam import GENERIC, SPECIFIC, NodeIpam
from famlint.behaviours.vcluster.modes import Distro, Mode, distro_of, mode_of
from famlint.behaviours.vcluster.ranges import pod_range
from famlint.behaviours.vcluster_paths import any_below, flags_of, named, remark, switched
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.unknown import Unknown

_MANAGER = "controlPlane.distro.k8s.controllerManager"
_REPLACED = ("controllers", "cluster-cidr", "cidr-allocator-type")
"""Flags after which nothing is concluded: another range, another allocator, or the controller switched off."""


class _Flags(NamedTuple):
    given: dict[str, Value]
    unknown: Unknown | None


def node_ipam(vcluster: VirtualCluster, _cluster: Cluster) -> NodeIpam | None:
    """How the controller manager of a virtual cluster gives ranges to nodes; None where it does not. Never raises.

    It does so with private nodes and the distro k8s only. What is not known is Unknown in the record.
    """
    try:
        if vcluster.legacy or mode_of(vcluster) is not Mode.PRIVATE or _has_none(vcluster):
            return None
    except Unknown as unknown:
        return _unknown(vcluster, unknown) if _says_private(vcluster) else None
    flags = _flags(vcluster)
    cluster_cidr = flags.unknown or _asked(lambda: pod_range(vcluster))
    for flag in _REPLACED:
        if flag in flags.given:
            cluster_cidr = Unknown("the pod range", f"the controller manager has its own --{flag}")
    if isinstance(cluster_cidr, Value) and not cluster_cidr.text.strip():
        cluster_cidr = None
    allocates = flags.given.get("allocate-node-cidrs")
    return NodeIpam(
        vcluster.component,
        f"the kube-controller-manager of {named(vcluster)}",
        cluster_cidr,
        {flag: flags.given[flag] for flag in (GENERIC, *SPECIFIC.values()) if flag in flags.given},
        allocates is None or allocates.text.lower() in ("true", "1", "t"),
        Unknown("Kubernetes version", "every release that vcluster runs with private nodes checks the same"),
        remark(vcluster),
    )


def _says_private(vcluster: VirtualCluster) -> bool:
    """Whether the values speak of private nodes at all: without that nothing is worth a word."""
    return "networking.podCIDR" in vcluster.component.values


def _unknown(vcluster: VirtualCluster, why: Unknown) -> NodeIpam:
    name = f"the kube-controller-manager of {named(vcluster)}"
    return NodeIpam(vcluster.component, name, why, {}, True, why, "")


def _has_none(vcluster: VirtualCluster) -> bool:
    off = any_below(vcluster, f"{_MANAGER}.enabled") and not switched(vcluster, f"{_MANAGER}.enabled", default=True)
    return off or distro_of(vcluster) is not Distro.K8S


def _flags(vcluster: VirtualCluster) -> _Flags:
    """The flags in `extraArgs`, the last one of a name; unknown where the command is replaced."""
    command = _asked(lambda: vcluster.get(f"{_MANAGER}.command"))
    if isinstance(command, Unknown):
        return _Flags({}, command)
    if command is not None and command.items != ():
        return _Flags({}, Unknown("the pod range", "the command of the controller manager is replaced"))
    value = _asked(lambda: vcluster.get(f"{_MANAGER}.extraArgs"))
    if isinstance(value, Unknown):
        return _Flags({}, value)
    return _Flags(flags_of(value) if value is not None else {}, None)


def _asked(question: Callable[[], Value | None]) -> Value | Unknown | None:
    """An answer, or the reason why there is none: a projection must not raise."""
    try:
        return question()
    except Unknown as unknown:
        return unknown
