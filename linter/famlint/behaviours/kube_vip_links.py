"""The Services of a kube-vip, each with the families that its pool gives it where nothing else tells them.

Source: facts/kube-vip.md section 5 (common groundwork) and 1.6.
"""

from famlint.behaviours.kube_vip.subjects import POOL
from famlint.behaviours.kube_vip_pool_users import given, has_addresses, listed, namespace, pools_near
from famlint.behaviours.kube_vip_pools import Pool, pool_for
from famlint.clusters import Cluster, Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.components.service import Service
from famlint.unknown import Unknown

_FAMILIES = "spec.ipFamilies"


def links_of(kube_vip: KubeVip, cluster: Cluster) -> tuple[Link, ...]:
    """The LoadBalancer Services linked to a kube-vip.

    One without addresses and families of its own shows those of the pool that it gets its address of, at the
    pool's place.
    """
    return tuple(link._replace(service=_with_pool(link.service, cluster)) for link in cluster.services_of(kube_vip))


def _with_pool(service: Service, cluster: Cluster) -> Service:
    try:
        if has_addresses(service) or listed(service):
            return service
        near = pools_near(service, cluster)
        pool = pool_for(near.subject, namespace(service)) if near else None
        return _of(service, pool) if pool else service
    except Unknown:
        return service


def _of(service: Service, pool: Pool) -> Service:
    """The Service with the families of a pool. Raises Unknown."""
    families = given(service, pool)
    if not families:
        return service
    place = pool.value._replace(layer=POOL, span=pool.value.span._replace(literal=False), editable=False, items=None)
    items = tuple(place._replace(text=family.value) for family in sorted(families, key=lambda one: one.value))
    values = {**service.component.values, _FAMILIES: Value("", place.span, POOL, items=items, editable=False)}
    return Service(service.component._replace(values=values))
