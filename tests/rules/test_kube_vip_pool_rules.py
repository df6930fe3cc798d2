"""The rules about the cloud provider's pools: what they say, how severe it is, what they point at, and when not."""

import pytest

from famlint.clusters import Cluster
from famlint.findings import Severity
from famlint.fixes import apply
from famlint.rules import Draft, Rule
from famlint.unknown import Unknown
from famlint_rules.kube_vip_pool_users import name_stops_provider, pool_family_missing, provider_cannot_split_families
from famlint_rules.kube_vip_pools import pool_named_like_a_family, pool_shadowed, pool_syntax
from tests.made_clusters import cluster_of
from tests.rules.hand_made import severity
from tests.rules.made_pools import IMAGE, POOLS, pools, provider, service

DUAL = "192.168.0.200/29,fd80::100/124"
V4 = "192.168.0.208/29"
REQUIRES = ("RequireDualStack", ("IPv4", "IPv6"))


def judged(rule: Rule, subject: object, *others: object, cluster: Cluster | None = None) -> list[Draft]:
    return list(rule.check(subject, cluster or cluster_of(subject, *others)))


def told(rule: Rule, subject: object, *others: object) -> list[Draft]:
    """What is said before the first gap."""
    said: list[Draft] = []
    with pytest.raises(Unknown):
        said.extend(rule.check(subject, cluster_of(subject, *others)))
    return said


def test_a_blank_is_taken_away() -> None:
    text = "192.168.0.200/29, fd80::100/124"
    (draft,) = judged(pool_syntax, pools({"cidr-global": text}))
    assert severity(pool_syntax, draft) is Severity.ERROR
    assert "no Service gets an address" in draft.message
    assert draft.primary.span.start == 200 + text.index(" ")
    assert draft.fix is not None
    assert apply(" " * 200 + text, draft.fix.edits)[200:] == DUAL


def test_every_bad_item_of_a_pool_is_one_finding() -> None:
    (draft,) = judged(pool_syntax, pools({"range-shop": "10.0.0.9-10.0.0.1,10.0.0.2,10.0.1.1-10.0.1.9"}))
    assert "of the namespace shop" in draft.message
    assert [label.message for label in (draft.primary, *draft.related)] == [
        "ends before it starts",
        "is no range of the form first-last",
    ]
    assert draft.fix is not None
    assert draft.fix.edits == ()


@pytest.mark.parametrize("text", ["", " ", "10.0.0.0/24,"])
def test_empty_values_and_items(text: str) -> None:
    (draft,) = judged(pool_syntax, pools({"cidr-global": text}))
    assert "empty" in draft.message


def test_values_that_are_not_in_the_file_are_not_edited() -> None:
    (draft,) = judged(pool_syntax, pools({"cidr-global": f"{V4}\n"}, editable=False))
    assert draft.fix is not None
    assert draft.fix.edits == ()
    assert "\\n" in draft.message
    assert "\n" not in draft.message


@pytest.mark.parametrize(
    "data",
    [
        {"cidr-global": DUAL},
        {"cidr-global": "10.0.0.1-10.0.0.9"},
        {"range-global": V4},
        {"range-global": "10.0.0.1-10.0.0.9,fd80::1-fd80::9"},
        {"cidr-global": "192.168.0.203/29"},
        {"cidr-global": "0.0.0.0/32"},
        {"interface-global": "", "search-order": "desc, asc"},
    ],
)
def test_pools_that_work(data: dict[str, str]) -> None:
    assert judged(pool_syntax, pools(data)) == []


def test_a_placeholder_says_nothing_and_hides_nothing() -> None:
    (draft,) = told(pool_syntax, pools({"cidr-b": "10.0.0.0/33"}, unknown=("cidr-a",)))
    assert "cidr-b" in draft.message
    assert told(pool_shadowed, pools({"range-global": V4}, unknown=("cidr-global",))) == []


def test_a_hidden_range() -> None:
    (draft,) = judged(pool_shadowed, pools({"cidr-global": DUAL, "range-shop": "10.0.0.1-10.0.0.9"}))
    assert severity(pool_shadowed, draft) is Severity.WARNING
    assert "takes cidr-global for Services of the namespace shop" in draft.message
    assert draft.primary.span.start == 400
    assert [label.span.start for label in draft.related] == [200]


def test_the_only_source_of_a_family_is_an_error() -> None:
    (draft,) = judged(pool_shadowed, pools({"cidr-global": V4, "range-global": "fd80::1-fd80::9"}))
    assert severity(pool_shadowed, draft) is Severity.ERROR
    assert "IPv6 addresses are never given" in draft.message


@pytest.mark.parametrize(
    "data",
    [
        {"cidr-shop": V4, "range-other": "10.0.0.1-10.0.0.9"},
        {"cidr-shop": V4, "range-global": "10.0.0.1-10.0.0.9"},
        {"cidr-shop": V4, "cidr-global": DUAL},
        {"range-shop": "10.0.0.1-10.0.0.9", "range-global": "10.0.1.1-10.0.1.9"},
        {"cidr-global": "", "range-global": "10.0.0.1-10.0.0.9"},
    ],
)
def test_ranges_that_are_used(data: dict[str, str]) -> None:
    assert judged(pool_shadowed, pools(data)) == []


def test_a_required_family_that_another_key_has() -> None:
    (draft,) = judged(pool_family_missing, pools({"cidr-shop": V4, "cidr-global": DUAL}), service(*REQUIRES))
    assert severity(pool_family_missing, draft) is Severity.ERROR
    assert draft.message == (
        "cidr-shop has no IPv6 address for Service shop/web: it requires both families, gets no address and stays "
        "pending"
    )
    assert draft.primary.span.start == 200
    assert [label.message for label in draft.related] == [
        "asks for it (the only kube-vip pools in the tree)",
        "not asked: cidr-shop comes first",
    ]
    assert draft.fix is not None
    assert draft.fix.edits == ()


def test_services_that_miss_the_same_are_one_finding() -> None:
    (draft,) = judged(
        pool_family_missing,
        pools({"cidr-global": V4}),
        service("PreferDualStack", name="first", path="first.yaml"),
        service(*REQUIRES),
    )
    assert severity(pool_family_missing, draft) is Severity.ERROR
    assert "Service shop/web and 1 more" in draft.message
    assert len(draft.related) == 2


def test_a_preferred_family() -> None:
    (draft,) = judged(pool_family_missing, pools({"cidr-global": V4}), service("PreferDualStack"))
    assert severity(pool_family_missing, draft) is Severity.WARNING
    assert "gets IPv4 only" in draft.message


def test_the_one_family_of_a_service() -> None:
    (draft,) = judged(pool_family_missing, pools({"cidr-global": V4}), service("", ("IPv6",)))
    assert severity(pool_family_missing, draft) is Severity.ERROR
    assert "asks for IPv6" in draft.message


@pytest.mark.parametrize(
    ("release", "level", "words"),
    [
        ("v0.0.7", Severity.INFO, "does not look at families"),
        ("v0.0.8", Severity.ERROR, "stays pending"),
        ("v0.0.12", Severity.ERROR, "stays pending"),
        ("v0.0.13", Severity.ERROR, "(checked up to v0.0.12)"),
        (None, Severity.ERROR, "stays pending"),
    ],
)
def test_the_provider_decides(release: str | None, level: Severity, words: str) -> None:
    (draft,) = judged(pool_family_missing, pools({"cidr-global": V4}), provider(release), service(*REQUIRES))
    assert severity(pool_family_missing, draft) is level
    assert words in draft.message


def test_a_service_without_a_namespace_is_a_gap() -> None:
    assert told(pool_family_missing, pools({"cidr-global": V4}), service(*REQUIRES, namespace="")) == []


def test_a_placeholder_in_the_effective_pool_is_a_gap() -> None:
    assert told(pool_family_missing, pools({"cidr-global": V4}, unknown=("cidr-shop",)), service(*REQUIRES)) == []


@pytest.mark.parametrize("release", ["v0.0.8", "v0.0.9"])
def test_old_providers_stop(release: str) -> None:
    reading = provider(release)
    (draft,) = judged(provider_cannot_split_families, reading, pools({"cidr-global": DUAL}), service(*REQUIRES))
    assert severity(provider_cannot_split_families, draft) is Severity.WARNING
    assert draft.primary.span == IMAGE
    assert "after Service shop/web it gives no address" in draft.message


def test_providers_that_go_on() -> None:
    for release in ("v0.0.6", "v0.0.7", "v0.0.10", "v0.0.12"):
        reading = provider(release)
        assert judged(provider_cannot_split_families, reading, pools({"cidr-global": DUAL}), service(*REQUIRES)) == []
    assert told(provider_cannot_split_families, provider(None), service(*REQUIRES)) == []


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"cidr-global": V4, "cidr-ipv6": "fd80::100/124"}, "ipv6"),
        ({"cidr-global-v6": "fd80::100/124"}, "global-v6"),
        ({"range-ipv4": "10.0.0.1-10.0.0.9"}, "ipv4"),
    ],
)
def test_a_pool_named_like_its_family(data: dict[str, str], named: str) -> None:
    (draft,) = judged(pool_named_like_a_family, pools(data), service())
    assert f"a namespace called {named}" in draft.message
    assert judged(pool_named_like_a_family, pools(data), service(namespace=named)) == []


def test_a_pool_of_another_family_is_a_namespaces() -> None:
    assert judged(pool_named_like_a_family, pools({"cidr-ipv6": V4, "cidr-v4": DUAL, "cidr-shop": V4})) == []


def test_a_host_name_stops_the_provider() -> None:
    (draft,) = judged(name_stops_provider, provider(), service(ips="10.0.0.1,web.example.com"))
    assert severity(name_stops_provider, draft) is Severity.ERROR
    assert '"web.example.com" is no address' in draft.message
    assert draft.primary.span.end - draft.primary.span.start == len("web.example.com")
    assert "checked" not in draft.message
    (later,) = judged(name_stops_provider, provider("v0.1.0"), service(ips="web.example.com"))
    assert "(checked up to v0.0.12)" in later.message


def test_host_names_that_stop_nothing() -> None:
    other = service(ips="web.example.com", spec__loadBalancerClass="example.com/other")
    assert judged(name_stops_provider, provider(), other, service(ips="10.0.0.1")) == []
    assert judged(name_stops_provider, provider("v0.0.6"), service(ips="web.example.com")) == []
    assert told(name_stops_provider, provider(), service(unknown=("annotations.kube-vip.io/loadbalancerIPs",))) == []


def test_values_of_pools_stand_in_their_file() -> None:
    (draft,) = judged(pool_syntax, pools({"cidr-global": ""}))
    assert draft.primary.span.path == POOLS
    assert draft.fix is not None
    assert draft.fix.description == "remove cidr-global, or give it addresses"
