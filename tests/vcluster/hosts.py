"""Virtual clusters beside the host that they run in."""

from famlint.clusters import Cluster, Known
from famlint.components.kube_apiserver import KubeApiserver
from famlint.components.model import Component, Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown
from tests.made_clusters import cluster_of

V4 = "10.96.0.0/16"
V6 = "fd00:10:96::/108"
FAR = "10.43.0.0/16"
OLD = Version(1, 32, 0)
NEW = Version(1, 33, 0)


def beside(vcluster: VirtualCluster, *ranges: str, kubernetes: Version | None = None) -> Cluster:
    """The cluster of the values, whose configuration says what its service ranges are."""
    return cluster_of(vcluster, known=Known(kubernetes=kubernetes, services=ranges))


def of_families(vcluster: VirtualCluster, *families: str, kubernetes: Version | None = None) -> Cluster:
    """The cluster of the values, of which only the families are configured."""
    return cluster_of(vcluster, known=Known(kubernetes=kubernetes, families=families))


def inside(vcluster: VirtualCluster, host: Cluster, kubernetes: Version | None = None) -> Cluster:
    """A virtual cluster of its own whose host the configuration names."""
    return cluster_of(vcluster, known=Known(kubernetes=kubernetes), host=host)


def api_server(
    ranges: str | None, *, release: str = "", unknown: str = "", name: str = "kube-apiserver"
) -> KubeApiserver:
    """A kube-apiserver with a service range."""
    values: dict[str, Value | Unknown] = {}
    path = f"{name}.yaml"
    if ranges is not None:
        values["flag.service-cluster-ip-range"] = Value(ranges, Span(path, 100, 100 + len(ranges)), "flag")
    if unknown:
        values["flag.service-cluster-ip-range"] = Unknown("flag.service-cluster-ip-range", unknown)
    parts = [int(part) for part in release.split(".")] if release else []
    known = Version(*parts) if parts else Unknown("the release of Kubernetes", "nothing names it")
    return KubeApiserver(
        Component("kube-apiserver", name, "kube-system", Span(path, 0, 1), known, None, values, form="Pod")
    )
