"""What follows from a component that is a component by itself: the API server of a virtual cluster, say.

Rules about an API server then judge it like any other one, and nothing is stated twice. Modules are imported when a
component of their kind occurs.
"""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.clusters import Cluster
from famlint.components import kube_apiserver, kube_vip_pools, rke2, vcluster


class Projected(NamedTuple):
    """A subject that follows from another one, and the code prefixes of the rules that are asked about it."""

    subject: object
    prefixes: tuple[str, ...]


def projections(subject: object, cluster: Cluster) -> Iterator[Projected]:
    """What follows from a subject of a cluster."""
    if isinstance(subject, kube_apiserver.KubeApiserver):
        from famlint.behaviours import api_servers

        yield Projected(api_servers.api_server(subject, cluster), ("API",))
    elif isinstance(subject, rke2.DistributionConfig):
        from famlint.behaviours import rke2_api_servers

        server = rke2_api_servers.api_server(subject, cluster)
        if server is not None:
            yield Projected(server, ("API",))
    elif isinstance(subject, kube_vip_pools.NamedPools):
        from famlint.behaviours import kube_vip_pool_users

        pools = kube_vip_pool_users.pools_named(subject, cluster)
        if pools is not None:
            yield Projected(pools, ("KCP",))
    elif isinstance(subject, vcluster.VirtualCluster):
        from famlint.behaviours import vcluster_node_ipam
        from famlint.behaviours.vcluster import control_plane

        server = control_plane.api_server(subject, cluster)
        if server is not None:
            yield Projected(server, ("API",))
        ipam = vcluster_node_ipam.node_ipam(subject, cluster)
        if ipam is not None:
            yield Projected(ipam, ("KCM",))
