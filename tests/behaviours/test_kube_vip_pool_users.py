"""Which Services wait for an address of which pool, and what they miss (facts/kube-vip.md 1.6 and 5.6)."""

import pytest

from famlint.behaviours.kube_vip_pool_users import (
    Need,
    given,
    has_addresses,
    lacks,
    naming,
    needs,
    pools_named,
    pools_near,
    release_for,
    served,
    stopping,
)
from famlint.behaviours.kube_vip_pools import (
    read_pool,
)
from famlint.clusters import Known
from famlint.components.service import Service
from famlint.network.addresses import Family
from famlint.network.versions import Version
from famlint.unknown import Unknown
from tests.made_clusters import cluster_of
from tests.rules.hand_made import kube_vip
from tests.rules.made_pools import named, pools, provider, service, written

V4, V6 = Family.IPV4, Family.IPV6
BOTH = frozenset((V4, V6))
NEITHER: frozenset[Family] = frozenset()
DUAL = "192.168.0.200/29,fd80::100/124"
REQUIRES = ("RequireDualStack", ("IPv4", "IPv6"))


@pytest.mark.parametrize(
    ("one", "need", "families"),
    [
        (service(*REQUIRES), Need.BOTH, BOTH),
        (service("RequireDualStack"), Need.BOTH, BOTH),
        (service("PreferDualStack", ("IPv4",)), Need.BOTH_IF_POSSIBLE, BOTH),
        (service("", ("IPv6",)), Need.ONE, {V6}),
        (service("SingleStack", ("IPv4",)), Need.ONE, {V4}),
        (service(), None, NEITHER),
        (service("SingleStack"), None, NEITHER),
        (service("", ("IPv4", "IPv6")), None, NEITHER),  # refused by the API server
    ],
)
def test_what_a_service_asks_for(one: Service, need: Need | None, families: frozenset[Family]) -> None:
    assert needs(one) == (need, families)


@pytest.mark.parametrize(
    ("one", "of_both", "of_ipv6"),
    [
        (service(*REQUIRES), BOTH, NEITHER),
        (service("PreferDualStack", ("IPv4",)), BOTH, {V6}),
        (service("", ("IPv4",)), {V4}, NEITHER),
        (service("SingleStack", ("IPv6",)), {V6}, {V6}),
        (service(), {V4}, {V6}),
    ],
)
def test_the_families_that_a_service_gets(one: Service, of_both: frozenset[Family], of_ipv6: frozenset[Family]) -> None:
    assert given(one, read_pool("cidr-global", written(DUAL, 0))) == of_both
    assert given(one, read_pool("cidr-global", written("fd80::/124", 0))) == of_ipv6
    for text in ("0.0.0.0/32", "10.0.0.0/33", ""):
        assert given(one, read_pool("cidr-global", written(text, 0))) == NEITHER


@pytest.mark.parametrize(
    ("one", "having"),
    [
        (service(ips="10.0.0.1"), True),
        (service(spec__loadBalancerIP="10.0.0.1"), True),
        (service(), False),
    ],
)
def test_addresses_of_its_own(one: Service, having: bool) -> None:
    assert has_addresses(one) is having


CLASS_MODE = provider(KUBEVIP_ENABLE_LOADBALANCERCLASS="true")
OWN_CLASS = provider(KUBEVIP_CUSTOM_LOADBALANCERCLASS_NAME="example.com/own")
KUBE_VIP_CLASS = service(spec__loadBalancerClass="kube-vip.io/kube-vip-class")


def test_which_services_the_provider_looks_at() -> None:
    nobody = cluster_of()
    assert served(service(), None, nobody)
    assert served(KUBE_VIP_CLASS, None, nobody)
    assert not served(service(spec__loadBalancerClass="example.com/other"), None, nobody)
    assert not served(KUBE_VIP_CLASS, provider(), nobody)
    assert served(KUBE_VIP_CLASS, CLASS_MODE, nobody)
    assert not served(service(), CLASS_MODE, nobody)
    assert served(service(spec__loadBalancerClass="example.com/own"), OWN_CLASS, nobody)
    assert not served(KUBE_VIP_CLASS, OWN_CLASS, nobody)
    assert not served(service(ignore="true"), None, nobody)
    assert not served(service(**{"annotations__metallb.io/address-pool": "a"}), None, nobody)
    with pytest.raises(Unknown):
        served(service(unknown=("spec.loadBalancerClass",)), None, nobody)
    with pytest.raises(Unknown):
        served(service(), provider(unknown=("KUBEVIP_ENABLE_LOADBALANCERCLASS",)), nobody)


def test_a_service_that_kube_vip_is_not_linked_to_is_somebody_elses() -> None:
    serving = kube_vip("v1.2.3", {"vip_arp": "true", "svc_enable": "true"})
    control_plane = kube_vip("v1.2.3", {"vip_arp": "true", "cp_enable": "true"})
    assert not served(service(), None, cluster_of(serving))
    assert served(service(), None, cluster_of(control_plane))


V4_ONLY = pools({"cidr-global": "10.0.0.0/24"})


@pytest.mark.parametrize(
    ("one", "missing"),
    [
        (service(*REQUIRES), {V6}),
        (service("PreferDualStack"), {V6}),
        (service("", ("IPv6",)), {V6}),
        (service("", ("IPv4",)), None),
        (service(), None),
        (service(*REQUIRES, ips="10.0.0.1"), None),
        (service(*REQUIRES, spec__loadBalancerIP="10.0.0.1"), None),
        (service(*REQUIRES, spec__loadBalancerClass="example.com/other"), None),
    ],
)
def test_what_a_pool_lacks(one: Service, missing: set[Family] | None) -> None:
    found = lacks(V4_ONLY, cluster_of(V4_ONLY, one))
    assert [set(lack.families) for lack in found.items] == ([missing] if missing else [])
    assert found.unknown is None


@pytest.mark.parametrize("text", ["0.0.0.0/32", "10.0.0.0/33", "", DUAL])
def test_pools_that_say_nothing_about_a_family(text: str) -> None:
    made = pools({"cidr-global": text})
    assert lacks(made, cluster_of(made, service(*REQUIRES))).items == ()


def test_an_unknown_namespace_is_a_gap() -> None:
    for one in (service(*REQUIRES, namespace=""), service(*REQUIRES, unknown=("metadata.namespace",))):
        found = lacks(V4_ONLY, cluster_of(V4_ONLY, one))
        assert found.items == ()
        with pytest.raises(Unknown, match=r"metadata\.namespace"):
            found.settle()


def test_a_preferred_family_that_the_cluster_does_not_have() -> None:
    one = service("PreferDualStack")
    for families, count in ((("IPv4",), 0), (("IPv4", "IPv6"), 1), ((), 1)):
        cluster = cluster_of(V4_ONLY, one, known=Known(families=families))
        assert len(lacks(V4_ONLY, cluster).items) == count


def test_one_gap_hides_no_other_service() -> None:
    unclear = service(namespace="", name="unclear", path="other.yaml")
    found = lacks(V4_ONLY, cluster_of(V4_ONLY, unclear, service(*REQUIRES)))
    assert [lack.user.service.component.name for lack in found.items] == ["web"]
    assert found.unknown is not None


def test_the_config_map_that_the_provider_names() -> None:
    mine, other = named({"cidr-global": DUAL}, "pools"), named({"cidr-global": "10.0.0.0/24"}, "addresses")
    naming_it = provider(KUBEVIP_CONFIG_MAP="pools")
    one = service()
    cluster = cluster_of(mine, other, naming_it, one)
    near = pools_near(one, cluster)
    assert near is not None
    assert near.subject.component is mine.component
    assert pools_named(mine, cluster) is not None
    assert pools_named(other, cluster) is None
    assert pools_named(mine, cluster_of(mine, provider())) is None
    assert pools_named(mine, cluster_of(mine, provider(unknown=("KUBEVIP_CONFIG_MAP",)))) is None
    assert pools_near(one, cluster_of(other, naming_it, V4_ONLY, one)) is None
    with pytest.raises(Unknown):
        pools_near(one, cluster_of(mine, named({}, "pools", path="more.yaml"), naming_it, one))
    assert pools_near(one, cluster_of(V4_ONLY, provider(KUBEVIP_CONFIG_MAP="kubevip"), one)) is not None


def test_a_service_is_counted_for_its_own_pools_and_provider_only() -> None:
    mine, other = pools({"cidr-global": "10.0.0.0/24"}, path="a.yaml"), pools({"cidr-global": DUAL}, path="b.yaml")
    one = service(*REQUIRES, path="a.yaml")
    cluster = cluster_of(other, mine, one)
    assert len(lacks(mine, cluster).items) == 1
    assert lacks(other._replace(component=other.component._replace(values=mine.component.values)), cluster).items == ()
    here, there = provider("v0.0.9", path="b.yaml"), provider("v0.0.9", path="c.yaml")
    two = service(*REQUIRES, path="b.yaml")
    cluster = cluster_of(here, there, other, two)
    assert stopping(here, cluster).items == (two,)
    assert stopping(there, cluster).items == ()


def test_two_pools_are_no_pool() -> None:
    other = pools({"cidr-global": DUAL}, name="kube-vip-cloud-provider", path="more.yaml")
    found = lacks(V4_ONLY, cluster_of(V4_ONLY, other, service(*REQUIRES)))
    assert found.items == ()
    assert found.unknown is not None


def test_the_release_that_reads_pools() -> None:
    assert release_for(V4_ONLY, cluster_of(V4_ONLY, provider("v0.0.7"))) == Version(0, 0, 7)
    assert release_for(V4_ONLY, cluster_of(V4_ONLY, provider(None))) is None
    assert release_for(V4_ONLY, cluster_of(V4_ONLY)) is None


@pytest.mark.parametrize(
    ("one", "data", "stops"),
    [
        (service(*REQUIRES), {"cidr-global": DUAL}, "0.0.8-0.0.9"),
        (service("PreferDualStack"), {"cidr-global": DUAL}, "0.0.8-0.0.9"),
        (service(*REQUIRES), None, "0.0.8-0.0.9"),
        (service("PreferDualStack", ("IPv4", "IPv6")), None, "0.0.8-0.0.9"),
        (service("PreferDualStack"), None, ""),
        (service("PreferDualStack"), {"cidr-global": "10.0.0.0/24"}, ""),
        (service(*REQUIRES), {"cidr-global": "10.0.0.0/24"}, ""),
        (service(*REQUIRES), {"cidr-global": "10.0.0.0/33,fd80::/124"}, ""),
        (service("", ("IPv4",)), {"cidr-global": DUAL}, ""),
        (service(*REQUIRES, ips="10.0.0.1,fd80::1"), {"cidr-global": DUAL}, "0.0.7-0.0.9"),
        (service(*REQUIRES, ips="10.0.0.1"), {"cidr-global": DUAL}, ""),
        (service(*REQUIRES, spec__loadBalancerIP="10.0.0.1"), {"cidr-global": DUAL}, ""),
        (service(*REQUIRES, spec__loadBalancerClass="example.com/other"), {"cidr-global": DUAL}, ""),
    ],
)
def test_the_first_dual_stack_service_stops_old_providers(
    one: Service, data: dict[str, str] | None, stops: str
) -> None:
    found = []
    for patch in range(1, 14):
        reading = provider(f"v0.0.{patch}")
        members = [pools(data)] if data is not None else []
        if stopping(reading, cluster_of(reading, *members, one)).items:
            found.append(f"0.0.{patch}")
    assert (f"{found[0]}-{found[-1]}" if found else "") == stops


def test_an_unknown_release_stops_nothing() -> None:
    reading = provider(None)
    with pytest.raises(Unknown):
        stopping(reading, cluster_of(reading, service(*REQUIRES)))
    assert stopping(reading, cluster_of(reading)).items == ()


@pytest.mark.parametrize(
    ("ips", "stops"),
    [
        ("web.example.com", True),
        ("10.0.0.1,web.example.com", True),
        ("10.0.0.1", False),
        ("10.0.0.1, fd80::1", False),
        ("10.0.0.1/24", False),
        ("10.0.0.300", False),
        ("", False),
    ],
)
def test_a_host_name_among_the_addresses(ips: str, stops: bool) -> None:
    one = service(ips=ips)
    for release, read in (("v0.0.6", False), ("v0.0.7", True), ("v0.0.12", True)):
        reading = provider(release)
        assert bool(naming(reading, cluster_of(reading, one)).items) is (stops and read)
