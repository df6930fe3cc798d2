"""How releases of vcluster find the service range of their host when no value names it, and where that goes wrong.

Source: facts/vcluster.md sections 1, 2.1 to 2.3, 5 (1 to 4, 17) and 7.1 (VC-05, VC-06, VC-26, VC-29).
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from famlint.behaviours.vcluster.host import Host, host_of, known_host
from famlint.behaviours.vcluster.modes import Distro, Mode, distro_of, mode_of
from famlint.behaviours.vcluster.ranges import (
    BY_DEFAULT,
    DEFAULT_SERVICES,
    fixed_range,
    is_inside,
    readable,
    service_range,
)
from famlint.behaviours.vcluster.releases import (
    CACHES,
    DETECTS_EACH_START,
    DETECTS_ONE_FAMILY,
    Syncer,
    syncer_of,
)
from famlint.behaviours.vcluster_paths import any_below, switched
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.addresses import Cidr, Dialect, Family, parse_address, parse_cidr
from famlint.network.versions import Version
from famlint.unknown import Unknown

NAMES_NO_RANGE = (1, 33)
"""From this Kubernetes on a refused Service does not tell the range any more, so both probes fail (section 2.1)."""

ANNOTATION = "vcluster.loft.sh/service-cidr"
_SERVICE = "controlPlane.service"
_PINS = (f"{_SERVICE}.annotations.{ANNOTATION}", f"controlPlane.advanced.globalMetadata.annotations.{ANNOTATION}")
_FALLBACK = parse_cidr(DEFAULT_SERVICES, Dialect.KUBERNETES)
_BOTH_FAMILIES = ("PreferDualStack", "RequireDualStack")


class Way(Enum):
    """What else than another release settles the range."""

    KEY = "serviceCIDR"
    ONE_RANGE = "serviceCIDR with one range"
    NOTHING = "no key is read"


class Redetection(NamedTuple):
    """A range that is found anew at every start.

    Attributes:
        syncer: the release.
        host: what is known of the host, None where nothing is.
        outside: whether the host's first range certainly lies outside of the fallback.
        always: whether both probes fail every time.
        way: what else settles the range.
    """

    syncer: Syncer
    host: Host | None
    outside: bool
    always: bool
    way: Way


class LostFamily(NamedTuple):
    """A dual-stack host of which the release finds one family."""

    syncer: Syncer
    host: Host
    policy: Value | None


class Stale(NamedTuple):
    """A range in the annotation of the host Service that does not hold the Service's own address."""

    annotation: Value
    address: Value


class FixedRange(NamedTuple):
    """The range of a legacy chart, and the host that has another one. `value`: where it is rendered."""

    host: Host
    value: Value | None


def redetection(vcluster: VirtualCluster, cluster: Cluster) -> Redetection | None:
    """How a release finds the range anew at every start; None where it does not, or where that is harmless.

    Raises Unknown.
    """
    syncer = syncer_of(vcluster)
    if syncer.version not in DETECTS_EACH_START or mode_of(vcluster) is Mode.PRIVATE:
        return None
    if service_range(vcluster, cluster) is not None:
        return None
    host = known_host(vcluster, cluster)
    first = host.ranges[0].cidr if host and host.ranges else None
    inside = _in_fallback(first)
    if host is not None and inside and len(host.families) == 1:
        return None
    outside = host is not None and not inside and (first is not None or host.families[0] is Family.IPV6)
    always = host is not None and isinstance(host.kubernetes, Version) and host.kubernetes[:2] >= NAMES_NO_RANGE
    return Redetection(syncer, host, outside, always, _way(vcluster))


def lost_family(vcluster: VirtualCluster, cluster: Cluster) -> LostFamily | None:
    """The dual-stack host of a release that finds one family; None where nothing is lost. Raises Unknown."""
    syncer = syncer_of(vcluster)
    if syncer.version not in DETECTS_ONE_FAMILY or mode_of(vcluster) is Mode.PRIVATE:
        return None
    if distro_of(vcluster) is Distro.K0S or any(key in vcluster.component.values for key in _PINS):
        return None
    if service_range(vcluster, cluster) is not None or not _has_service(vcluster):
        return None
    policy = vcluster.get(f"{_SERVICE}.spec.ipFamilyPolicy")
    if policy is not None and policy.text in _BOTH_FAMILIES:
        return None
    host = host_of(vcluster, cluster)
    return LostFamily(syncer, host, policy) if len(host.families) > 1 else None


def stale(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Stale]:
    """The addresses of the host Service that its cached range does not hold, in a dump of it. Raises Unknown."""
    annotation = vcluster.component.values.get(f"{_SERVICE}.annotations.{ANNOTATION}")
    if vcluster.form != "Service" or not isinstance(annotation, Value):
        return
    cached = readable(annotation)
    addresses = tuple(_addresses(vcluster))
    if cached is None or not addresses or vcluster.version not in CACHES or _is_pinned(vcluster, cluster):
        return
    for value in addresses:
        address = parse_address(value.text, Dialect.KUBERNETES)
        own = Cidr(address.family, address.value, address.family.bits) if address is not None else None
        if own is not None and not any(is_inside(own, cidr) for cidr in cached):
            yield Stale(annotation, value)


def other_than_fixed(vcluster: VirtualCluster, cluster: Cluster) -> FixedRange | None:
    """The host of a legacy chart whose own range is not the host's. Raises Unknown."""
    if not vcluster.legacy or vcluster.bare or not fixed_range(vcluster):
        return None
    value = service_range(vcluster, cluster)
    rendered = vcluster.form in ("StatefulSet", "Deployment")
    if value is None or (value.layer != BY_DEFAULT and not (rendered and value.text == DEFAULT_SERVICES)):
        return None
    host = host_of(vcluster, cluster)
    if not host.ranges and Family.IPV4 in host.families:
        raise Unknown("the service range of the host", "only its families are known")
    if host.ranges and _in_fallback(host.ranges[0].cidr):
        return None
    return FixedRange(host, value if rendered else None)


def _in_fallback(first: Cidr | None) -> bool:
    return first is not None and _FALLBACK is not None and is_inside(first, _FALLBACK)


def _way(vcluster: VirtualCluster) -> Way:
    if distro_of(vcluster) is Distro.K0S:
        return Way.ONE_RANGE
    return Way.NOTHING if vcluster.legacy else Way.KEY


def _has_service(vcluster: VirtualCluster) -> bool:
    """Whether the host Service exists that the release starts from; without it the start fails at once."""
    path = f"{_SERVICE}.enabled"
    return not any_below(vcluster, path) or switched(vcluster, path, default=True)


def _addresses(vcluster: VirtualCluster) -> Iterator[Value]:
    """The ClusterIPs of the host Service; none of a headless one."""
    values = vcluster.component.values
    many, one = values.get(f"{_SERVICE}.spec.clusterIPs"), values.get(f"{_SERVICE}.spec.clusterIP")
    if isinstance(many, Value) and many.items:
        yield from many.items
    elif isinstance(one, Value):
        yield one


def _is_pinned(vcluster: VirtualCluster, cluster: Cluster) -> bool:
    """Whether the values of the same release name the range, or make it one with nodes of its own. Raises Unknown."""
    for other in cluster.of(VirtualCluster):
        if other.component.name != vcluster.component.name or other.form == vcluster.form:
            continue
        if service_range(other, cluster) is not None:
            return True
    return False
