"""What the Service rules of kube-vip share: who serves a Service, labels, wording. No rule lives here."""

from collections.abc import Iterable

from famlint.behaviours.kube_vip_services import release_of
from famlint.clusters import Cluster, Server
from famlint.components.kube_vip import KubeVip
from famlint.components.service import Service
from famlint.findings import Label


def kube_vips_of(service: Service, cluster: Cluster) -> tuple[KubeVip, ...]:
    """The kube-vip workloads that a Service is linked to."""
    return tuple(server.kube_vip for server in cluster.servers_of(service))


def served_by(servers: Iterable[Server]) -> tuple[Label, ...]:
    """The kube-vip on which a finding about a Service rests, and why the two belong together."""
    return tuple(serves(server.kube_vip, server.why) for server in servers)


def serves(kube_vip: KubeVip, why: str) -> Label:
    """A kube-vip as the other side of a finding about a Service: its release, or the workload where that is unknown."""
    place = kube_vip.component.version_span or kube_vip.component.span
    return Label(place, f"this kube-vip serves the Service ({why})" if why else "this kube-vip serves the Service")


def named(kube_vips: Iterable[KubeVip]) -> str:
    """`kube-vip v1.2.3` where one release is known, else `kube-vip`."""
    releases = {release_of(kube_vip) for kube_vip in kube_vips}
    known = releases.pop() if len(releases) == 1 else None
    return f"kube-vip {known}" if known else "kube-vip"
