"""Which Services wait for an address of which pool, and what they miss.

Source: facts/kube-vip.md sections 1.6 and 5.6.
"""

from collections.abc import Callable
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

from famlint.behaviours.kube_vip_pools import (
    GIVES_TWO_ADDRESSES,
    READS_ADDRESSES,
    READS_ONE_ADDRESS,
    Pool,
    pool_for,
)
from famlint.clusters import Cluster, Near
from famlint.components.kube_vip import KubeVip
from famlint.components.kube_vip_pools import NAMES, AddressPools, CloudProvider, NamedPools
from famlint.components.service import Service
from famlint.network.addresses import Family, is_dns_name, looks_like_ip
from famlint.network.versions import Version
from famlint.unknown import Unknown

_ADDRESSES = "kube-vip.io/loadbalancerIPs"
_IGNORE = "kube-vip.io/ignore"
_CLASS = "kube-vip.io/kube-vip-class"
_BOTH = frozenset(Family)
Item = TypeVar("Item")


class Need(Enum):
    """What a Service asks for."""

    BOTH = "RequireDualStack"
    ONE = "one family"
    BOTH_IF_POSSIBLE = "PreferDualStack"


class User(NamedTuple):
    """A Service that gets its addresses of a pool, and why the two are thought to belong together."""

    service: Service
    pool: Pool
    why: str


class Lack(NamedTuple):
    """The families that a pool cannot give to a Service that needs them."""

    user: User
    need: Need
    families: frozenset[Family]


class Found(NamedTuple, Generic[Item]):
    """What was found, and the first thing that was not known about others."""

    items: tuple[Item, ...]
    unknown: Unknown | None

    def settle(self) -> None:
        """Raises Unknown where something was not known: what was found has been reported by then."""
        if self.unknown is not None:
            raise self.unknown


def pools_named(named: NamedPools, cluster: Cluster) -> AddressPools | None:
    """A ConfigMap by another name as pools, where a provider of the cluster is told to read it."""
    names = set()
    for provider in cluster.of(CloudProvider):
        try:
            names.add(provider.config_map)
        except Unknown:
            continue
    return AddressPools(named.component) if named.component.name in names else None


def pools_near(service: Service, cluster: Cluster) -> Near[AddressPools] | None:
    """The pools that a Service gets its addresses of, None without any. Raises Unknown where several could be it."""
    provider = provider_of(service, cluster)
    name = provider.config_map if provider else ""
    if not name or name in NAMES:
        return cluster.nearest(service.component, AddressPools)
    found = [pools for pools in cluster.of(NamedPools) if pools.component.name == name]
    if len(found) > 1:
        raise Unknown("pools", f"{len(found)} ConfigMaps are called {name}")
    return Near(AddressPools(found[0].component), f"the provider reads the ConfigMap {name}") if found else None


def provider_of(service: Service, cluster: Cluster) -> CloudProvider | None:
    """The provider that belongs to a Service. Raises Unknown where several could be it."""
    near = cluster.nearest(service.component, CloudProvider)
    return near.subject if near else None


def release_for(pools: AddressPools, cluster: Cluster) -> Version | None:
    """The release of the provider that reads pools, None where it is not known."""
    try:
        near = cluster.nearest(pools.component, CloudProvider)
        return near.subject.version if near else None
    except Unknown:
        return None


def lacks(pools: AddressPools, cluster: Cluster) -> Found[Lack]:
    """The Services that wait for addresses of these pools which the pools cannot give."""

    def lack(service: Service) -> Lack | None:
        user = _user(service, pools, cluster)
        return missing(user, cluster) if user else None

    return _found(cluster, lack)


def _user(service: Service, pools: AddressPools, cluster: Cluster) -> User | None:
    # The question that most Services fail goes first: there may be as many pools as Services.
    near = pools_near(service, cluster)
    if near is None or near.subject.component is not pools.component or has_addresses(service):
        return None
    if not served(service, provider_of(service, cluster), cluster):
        return None
    pool = pool_for(pools, namespace(service))
    return User(service, pool, near.why) if pool else None


def namespace(service: Service) -> str:
    """The namespace of a Service. Raises Unknown where it names none: it is then chosen when it is applied."""
    found = service.component.get("metadata.namespace")
    if found is None or not found.text:
        raise Unknown("metadata.namespace", "the Service names none")
    return found.text


def has_addresses(service: Service) -> bool:
    """Whether a Service brings its addresses. Raises Unknown."""
    given = (service.annotation(_ADDRESSES), service.component.get("spec.loadBalancerIP"))
    return any(value is not None and value.text for value in given)


def served(service: Service, provider: CloudProvider | None, cluster: Cluster) -> bool:
    """Whether the provider looks at a Service at all. Raises Unknown.

    Where kube-vip itself stands in the cluster, a Service that is not linked to it is somebody else's.
    """
    ignore = service.annotation(_IGNORE)
    if service.addressed_to_others or (ignore is not None and ignore.text == "true"):
        return False
    if any(kube_vip.may_serve for kube_vip in cluster.of(KubeVip)) and not cluster.servers_of(service):
        return False
    value = service.component.get("spec.loadBalancerClass")
    chosen = value.text if value else ""
    return chosen == provider.load_balancer_class if provider else chosen in ("", _CLASS)


def missing(user: User, cluster: Cluster) -> Lack | None:
    """What the pool of a Service cannot give, None where it gives what is needed. Raises Unknown.

    A pool that the provider refuses, or that asks for leases, says nothing about families. A preferred family counts
    only where the cluster can have it, as far as the configuration says.
    """
    pool, expected = user.pool, cluster.known.families
    need, families = needs(user.service)
    lacking = families - pool.families
    if need is None or pool.problems or pool.dhcp:
        return None
    if need is Need.BOTH_IF_POSSIBLE and expected:
        lacking = frozenset(family for family in lacking if family.value in expected)
    return Lack(user, need, lacking) if lacking else None


def needs(service: Service) -> tuple[Need | None, frozenset[Family]]:
    """What a Service asks for, and the families that this takes. Raises Unknown.

    Two families without a policy are refused by the API server, and no family is whatever the cluster has: None.
    """
    policy = service.component.get("spec.ipFamilyPolicy")
    word = policy.text if policy else ""
    if word == Need.BOTH.value:
        return Need.BOTH, _BOTH
    if word == Need.BOTH_IF_POSSIBLE.value:
        return Need.BOTH_IF_POSSIBLE, _BOTH
    families = listed(service)
    return (Need.ONE, families) if word in ("", "SingleStack") and len(families) == 1 else (None, frozenset())


def given(service: Service, pool: Pool) -> frozenset[Family]:
    """The families of the addresses that a Service gets of its pool from v0.0.8 on; none where it gets no address.

    Without a family of its own a Service gets IPv4 where the pool has it. Raises Unknown.
    """
    need, families = needs(service)
    if pool.problems or pool.dhcp:
        return frozenset()
    if need is Need.BOTH_IF_POSSIBLE:
        return pool.families
    if need is not None:
        return families if families <= pool.families else frozenset()
    return frozenset({Family.IPV4} & pool.families) or pool.families


def listed(service: Service) -> frozenset[Family]:
    """The families in `spec.ipFamilies`. Raises Unknown."""
    value = service.component.get("spec.ipFamilies")
    words = {item.text for item in value.items or ()} if value else set()
    return frozenset(family for family in Family if family.value in words)


def stops_allocation(service: Service, cluster: Cluster, version: Version) -> bool:
    """Whether two addresses of this Service end every later allocation of a provider in the band. Raises Unknown.

    It has them written down, or gets them of a pool that holds both families.
    """
    written = service.annotation(_ADDRESSES)
    if written is not None and written.text:
        return "," in written.text
    if version not in GIVES_TWO_ADDRESSES or has_addresses(service):
        return False
    need, _ = needs(service)
    if need not in (Need.BOTH, Need.BOTH_IF_POSSIBLE):
        return False
    near = pools_near(service, cluster)
    if near is None:
        return need is Need.BOTH or listed(service) == _BOTH
    pool = pool_for(near.subject, namespace(service))
    return pool is not None and not pool.problems and pool.families == _BOTH


def stopping(provider: CloudProvider, cluster: Cluster) -> Found[Service]:
    """The Services whose two addresses end the allocations of a provider. Raises Unknown for an unknown release."""
    if not cluster.of(Service) or provider.version not in READS_ONE_ADDRESS:
        return Found((), None)
    return _those(provider, cluster, lambda service: stops_allocation(service, cluster, provider.version))


def naming(provider: CloudProvider, cluster: Cluster) -> Found[Service]:
    """The Services with a host name among their addresses, which ends the allocations of a provider (section 1.6).

    Raises Unknown for an unknown release.
    """
    if not cluster.of(Service) or provider.version not in READS_ADDRESSES:
        return Found((), None)
    return _those(provider, cluster, lambda service: bool(named_address(service)))


def named_address(service: Service) -> str:
    """The first host name among the addresses of a Service, empty without one. Raises Unknown."""
    written = service.annotation(_ADDRESSES)
    for item in written.text.split(",") if written else ():
        plain = item.strip()
        if is_dns_name(plain) and not looks_like_ip(plain):
            return plain
    return ""


def _those(provider: CloudProvider, cluster: Cluster, chosen: Callable[[Service], bool]) -> Found[Service]:
    """The Services of a provider that are chosen."""

    def find(service: Service) -> Service | None:
        if not chosen(service):
            return None
        mine = provider_of(service, cluster)
        found = mine is not None and mine.component is provider.component and served(service, mine, cluster)
        return service if found else None

    return _found(cluster, find)


def _found(cluster: Cluster, find: Callable[[Service], Item | None]) -> Found[Item]:
    items: list[Item] = []
    unknown: Unknown | None = None
    for service in cluster.of(Service):
        try:
            item = find(service)
        except Unknown as reason:
            unknown = unknown or reason
            continue
        if item is not None:
            items.append(item)
    return Found(tuple(items), unknown)
