"""The range of a virtual cluster beside its host, its Pods, and the Service of its control plane.

Source: facts/vcluster.md sections 2.4, 3.1 and 7.1 (VC-07, VC-09, VC-13).
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from famlint.behaviours.vcluster.host import Host, HostRange, host_of
from famlint.behaviours.vcluster.modes import Mode, mode_of
from famlint.behaviours.vcluster.ranges import (
    BY_DEFAULT,
    families_of,
    is_inside,
    overlap,
    pod_range,
    readable,
    service_range,
)
from famlint.behaviours.vcluster.releases import PRIVATE_NODES
from famlint.behaviours.vcluster_paths import any_below, is_written, may_be_in, switched
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.addresses import Cidr, Dialect, Family, parse_address
from famlint.unknown import Unknown

_SERVICE = "controlPlane.service"
_FLANNEL = "deploy.cni.flannel.enabled"


class Fit(Enum):
    """How a range does not fit that of the host."""

    ELSEWHERE = "no Service gets an address inside of it"
    PARTLY = "some Services get an address outside of it"
    LACKS = "the host's other family is missing"
    MORE = "the host lacks a family of it"


class Misfit(NamedTuple):
    """An explicit range that is not the host's. `family`: the one that is missing on one side."""

    fit: Fit
    value: Value
    host: Host
    host_range: HostRange | None
    family: Family | None


class MissingPods(NamedTuple):
    """Families of the Services that the Pods of private nodes do not have.

    `none_shared`: they have no family in common. `flannel`: the chart's own CNI, which uses the range, is installed.
    """

    families: tuple[Family, ...]
    services: Value
    pods: Value
    none_shared: bool
    flannel: bool


class Clash(Enum):
    """What the Service of the control plane asks for that a single-family range cannot give."""

    POLICY = "it needs addresses of both families"
    FAMILY = "it asks for the other family"
    ADDRESS = "the address is outside of it"


class ServiceClash(NamedTuple):
    """A value of `controlPlane.service.spec` that does not fit the range of the virtual cluster."""

    clash: Clash
    value: Value
    services: Value


def misfit(vcluster: VirtualCluster, cluster: Cluster) -> Misfit | None:
    """How the explicit range of a virtual cluster on shared nodes does not fit its host. Raises Unknown."""
    value = service_range(vcluster, cluster)
    if value is None or value.layer == BY_DEFAULT or mode_of(vcluster) is Mode.PRIVATE:
        return None
    mine = readable(value)
    if mine is None:
        return None
    host = host_of(vcluster, cluster)
    families = families_of(mine)
    if host.families[0] not in families:
        first = host.ranges[0] if host.ranges else None
        return Misfit(Fit.ELSEWHERE, value, host, first, host.families[0])
    for number, one in enumerate(host.ranges):
        if any(is_inside(one.cidr, cidr) for cidr in mine):
            continue
        if number == 0 or one.cidr.family in families:
            shared = any(overlap(one.cidr, cidr) for cidr in mine)
            return Misfit(Fit.PARTLY if shared or number else Fit.ELSEWHERE, value, host, one, None)
        return Misfit(Fit.LACKS, value, host, one, one.cidr.family)
    lacks = next((family for family in host.families if family not in families), None)
    if lacks is not None:
        return Misfit(Fit.LACKS, value, host, None, lacks)
    more = next((family for family in families if family not in host.families), None)
    return Misfit(Fit.MORE, value, host, None, more) if more is not None else None


def missing_pods(vcluster: VirtualCluster, cluster: Cluster) -> MissingPods | None:
    """The families of Services for which the Pods of private nodes have no range. Raises Unknown."""
    if vcluster.legacy or not may_be_in(vcluster, PRIVATE_NODES) or mode_of(vcluster) is not Mode.PRIVATE:
        return None
    services, pods = service_range(vcluster, cluster), pod_range(vcluster)
    if services is None or pods is None:
        return None
    mine, theirs = readable(services), readable(pods)
    if mine is None or theirs is None:
        return None
    families = families_of(theirs)
    missing = tuple(family for family in families_of(mine) if family not in families)
    if not missing:
        return None
    flannel = not any_below(vcluster, _FLANNEL) or switched(vcluster, _FLANNEL, default=True)
    return MissingPods(missing, services, pods, len(missing) == len(families_of(mine)), flannel)


def service_clashes(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[ServiceClash]:
    """What the Service of the control plane asks for that a single-family range cannot give. Raises Unknown."""
    if vcluster.legacy or not any_below(vcluster, f"{_SERVICE}.spec") or mode_of(vcluster) is Mode.PRIVATE:
        return
    if any_below(vcluster, f"{_SERVICE}.enabled") and not switched(vcluster, f"{_SERVICE}.enabled", default=True):
        return
    services = service_range(vcluster, cluster)
    mine = readable(services) if services is not None else None
    if services is None or mine is None or len(mine) != 1:
        return
    gaps: list[Unknown] = []
    for clash, value in _asked(vcluster, gaps):
        if _is_clash(clash, value, mine[0]):
            yield ServiceClash(clash, value, services)
    for gap in gaps:
        raise gap


def _asked(vcluster: VirtualCluster, gaps: list[Unknown]) -> Iterator[tuple[Clash, Value]]:
    """The values of the Service that can clash, one by one; what is not known goes to `gaps`."""
    for key, clash in (
        ("ipFamilyPolicy", Clash.POLICY),
        ("ipFamilies", Clash.FAMILY),
        ("clusterIP", Clash.ADDRESS),
        ("clusterIPs", Clash.ADDRESS),
    ):
        found = vcluster.component.values.get(f"{_SERVICE}.spec.{key}")
        if isinstance(found, Unknown):
            gaps.append(found)
        elif found is not None:
            members = (found,) if found.items is None else found.items
            yield from ((clash, member) for member in members if is_written(member))


def _is_clash(clash: Clash, value: Value, mine: Cidr) -> bool:
    if clash is Clash.POLICY:
        return value.text == "RequireDualStack"
    if clash is Clash.FAMILY:
        return value.text in {family.value for family in Family} and value.text != mine.family.value
    address = parse_address(value.text, Dialect.KUBERNETES)
    if address is None:
        return False
    return not is_inside(Cidr(address.family, address.value, address.family.bits), mine)
