"""What is known of the cluster that a virtual one runs in.

Nobody sees it in the values: the configuration names it, or a control plane stands in the same tree. Source:
facts/vcluster.md, vocabulary, and section 7 (`host`).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from famlint.behaviours import api_servers, rke2_api_servers
from famlint.behaviours.api_servers import ApiServer, service_ranges
from famlint.behaviours.vcluster.ranges import families_of
from famlint.behaviours.vcluster_paths import any_below, switched
from famlint.clusters import Cluster
from famlint.components.kube_apiserver import KIND as API_SERVER
from famlint.components.kube_apiserver import KubeApiserver
from famlint.components.model import Component
from famlint.components.rke2 import DistributionConfig, is_of_a_machine
from famlint.components.vcluster import VirtualCluster
from famlint.network.addresses import Cidr, Dialect, Family, parse_cidr
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown

_FACT = "the host cluster"
_CONTROL_PLANE = "control plane"
_HERE = frozenset(("in-cluster", "https://kubernetes.default.svc"))
"""How Argo CD calls the cluster that it runs in."""

_CONTROL_PLANES: tuple[type[object], ...] = (KubeApiserver, DistributionConfig)
"""What counts as a control plane. A new kind is a type here and a line in `_server_of`."""

_ISOLATED = "experimental.isolatedControlPlane"


class HostRange(NamedTuple):
    """A service range of the host, and the place that names it; none where the configuration does."""

    text: str
    cidr: Cidr
    span: Span | None


class Host(NamedTuple):
    """The host of a virtual cluster.

    Attributes:
        ranges: its service ranges, primary first; none where only its families are known.
        families: of its Services, primary first; never empty.
        kubernetes: its release.
        why: who says so, for messages.
    """

    ranges: tuple[HostRange, ...]
    families: tuple[Family, ...]
    kubernetes: Version | Unknown
    why: str

    @property
    def text(self) -> str:
        """Its ranges as the value of `serviceCIDR`, empty where they are not known."""
        return ",".join(one.text for one in self.ranges)

    @property
    def named(self) -> str:
        """What messages call its ranges: the ranges, else the families."""
        return self.text or " and ".join(family.value for family in self.families)


class _Plane(NamedTuple):
    """The API server of a control plane, and why it is thought to be the host's."""

    server: ApiServer
    why: str


def host_of(vcluster: VirtualCluster, cluster: Cluster) -> Host:
    """What is known of the host of a virtual cluster. Raises Unknown where not even its families are.

    The configuration goes first: the cluster that it calls the host, else what it says of the cluster that the values
    are applied to. Then the nearest control plane.
    """
    if any_below(vcluster, _ISOLATED) and switched(vcluster, f"{_ISOLATED}.enabled"):
        raise Unknown(_FACT, "the control plane is isolated: its workloads run in another cluster")
    if cluster.host is not None:
        return _made(cluster.host, _planes_in(cluster.host), f"the configuration: cluster {cluster.host.name}")
    return _made(cluster, _planes_near(vcluster.component, cluster), "the configuration")


def known_host(vcluster: VirtualCluster, cluster: Cluster) -> Host | None:
    """As `host_of`, None where nothing is known."""
    try:
        return host_of(vcluster, cluster)
    except Unknown:
        return None


def _made(cluster: Cluster, planes: Iterable[_Plane], configured: str) -> Host:
    ranges = tuple(_ranges(cluster.known.services))
    families = tuple(dict.fromkeys(Family(text) for text in cluster.known.families))
    kubernetes: Version | Unknown = cluster.kubernetes or Unknown("Kubernetes version of the host", "nothing names it")
    why = configured if ranges or families else ""
    gap = Unknown(_FACT, "neither the configuration nor a control plane in the tree names its service range")
    try:
        for plane in planes if not why or isinstance(kubernetes, Unknown) else ():
            if isinstance(kubernetes, Unknown):
                kubernetes = plane.server.release
            if not why:
                ranges, why = _seen(plane.server), plane.why
    except Unknown as unknown:
        gap = unknown
    families = families_of(one.cidr for one in ranges) or families
    if not families:
        raise gap
    return Host(ranges, families, kubernetes, why)


def _planes_in(cluster: Cluster) -> Iterator[_Plane]:
    """The control plane of a cluster of its own. Raises Unknown where its API servers do not agree."""
    planes = (*cluster.of(KubeApiserver), *cluster.of(DistributionConfig))
    servers = [_server_of(plane, cluster) for plane in planes]
    found = [server for server in servers if server is not None]
    if len({tuple(one.cidr for one in service_ranges(server)) for server in found}) > 1:
        raise Unknown(_FACT, "its API servers do not have the same service ranges")
    for server in found[:1]:
        yield _Plane(server, f"the API server of cluster {cluster.name}")


def _planes_near(component: Component, cluster: Cluster) -> Iterator[_Plane]:
    """The nearest control plane, of whatever kind. Raises Unknown where several are equally near."""
    elsewhere = component.place.destination
    if elsewhere and elsewhere not in _HERE:
        raise Unknown(_FACT, f"the release goes to the cluster {elsewhere}")
    near = cluster.equally_near(component, *_CONTROL_PLANES, noun=_CONTROL_PLANE, only=is_control_plane)
    planes = [_Plane(server, one.why) for one in near if (server := _server_of(one.subject, cluster)) is not None]
    if len(planes) < len(near) or len({_says(plane.server) for plane in planes}) > 1:
        names = " and ".join(sorted(plane.server.component.title for plane in planes[:3]))
        raise Unknown(_FACT, f"{len(near)} control planes are equally near and do not say the same ({names})")
    yield from planes[:1]


def _says(server: ApiServer) -> tuple[str, ...]:
    """What an API server says of its cluster, as texts. Raises Unknown."""
    return (str(server.release), *(one.text for one in service_ranges(server)))


def is_control_plane(component: Component) -> bool:
    """Whether a component stands for a control plane of the tree it is in."""
    if component.kind != API_SERVER:
        return is_of_a_machine(component)
    # Others are hosted for another cluster, or written on its machines.
    return component.form == "Pod" and not component.holder


def _server_of(subject: object, cluster: Cluster) -> ApiServer | None:
    """The API server of a control plane."""
    if isinstance(subject, KubeApiserver):
        return api_servers.api_server(subject, cluster)
    return rke2_api_servers.api_server(subject, cluster) if isinstance(subject, DistributionConfig) else None


def _seen(server: ApiServer) -> tuple[HostRange, ...]:
    """The service ranges of an API server. Raises Unknown."""
    found = service_ranges(server)
    ranges = tuple(HostRange(one.text, one.cidr, one.span) for one in found if one.cidr is not None)
    if len(ranges) != len(found):
        raise Unknown(_FACT, "its API server refuses its own service range")
    return ranges


def _ranges(texts: Iterable[str]) -> Iterator[HostRange]:
    for text in texts:
        cidr = parse_cidr(text, Dialect.KUBERNETES)
        if cidr is not None:
            yield HostRange(text, cidr, None)
