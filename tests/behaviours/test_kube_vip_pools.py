"""What the cloud provider makes of its pools, cell by cell against facts/kube-vip.md sections 1.6 and 5.6."""

import pytest

from famlint.behaviours.kube_vip_pools import (
    CHECKED_TO,
    Fault,
    Pool,
    checked,
    families_for,
    family_in_name,
    hidden_source,
    mended,
    pool_for,
    pools_of,
    read_pool,
    shadows,
)
from famlint.network.addresses import Family
from famlint.network.versions import Version
from famlint.unknown import Unknown
from tests.rules.made_pools import pools, written

V4, V6 = Family.IPV4, Family.IPV6
BOTH = frozenset((V4, V6))
NEITHER: frozenset[Family] = frozenset()
DUAL = "192.168.0.200/29,fd80::100/124"


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("192.168.0.200/29", {V4}),
        ("fd80::100/124", {V6}),
        (DUAL, BOTH),
        ("192.168.0.201/29", {V4}),  # host bits are accepted
        ("0.0.0.0/32", {V4}),
        ("192.168.0.200-192.168.0.210", {V4}),
        ("10.0.0.1-10.0.0.1", {V4}),
        ("fd80::100-fd80::1ff", {V6}),
        ("10.0.0.1-10.0.0.9,10.0.1.1-10.0.1.9,fd80::1-fd80::9", BOTH),
        ("::ffff:10.0.0.1-::ffff:10.0.0.9", {V6}),
        ("::ffff:10.0.0.0/120", {V6}),  # netip keeps mapped addresses IPv6
    ],
)
@pytest.mark.parametrize("key", ["cidr-global", "range-shop"])
def test_a_pool_that_is_read_whatever_its_key_says(key: str, text: str, families: set[Family]) -> None:
    pool = read_pool(key, written(text, 100))
    assert pool.families == families
    assert pool.problems == ()


@pytest.mark.parametrize(
    ("text", "fault", "item"),
    [
        ("", Fault.EMPTY, ""),
        (" ", Fault.EMPTY_ITEM, " "),
        ("192.168.0.200/29, fd80::100/124", Fault.BLANK, " fd80::100/124"),
        ("192.168.0.200/29 ,fd80::100/124", Fault.BLANK, "192.168.0.200/29 "),
        ("192.168.0.200/29\n", Fault.BLANK, "192.168.0.200/29\n"),
        ("10.0.0.1 - 10.0.0.9", Fault.BLANK, "10.0.0.1 - 10.0.0.9"),
        ("10.0.0.0/24,", Fault.EMPTY_ITEM, ""),
        ("10.0.0.0/33", Fault.NO_CIDR, "10.0.0.0/33"),
        ("010.0.0.0/24", Fault.NO_CIDR, "010.0.0.0/24"),
        ("10.0.0.0/24,10.0.1.1", Fault.NO_CIDR, "10.0.1.1"),
        ("10.0.0.0/255.255.255.0", Fault.NO_CIDR, "10.0.0.0/255.255.255.0"),
        ("10.0.0.1", Fault.NO_RANGE, "10.0.0.1"),
        ("10.0.0.1-9", Fault.NO_RANGE, "10.0.0.1-9"),
        ("10.0.0.1-10.0.0.2-10.0.0.3", Fault.NO_RANGE, "10.0.0.1-10.0.0.2-10.0.0.3"),
        ("10.0.0.1-fd00::1", Fault.TWO_FAMILIES, "10.0.0.1-fd00::1"),
        ("10.0.0.9-10.0.0.1", Fault.DESCENDING, "10.0.0.9-10.0.0.1"),
        ("10.0.0.1-10.0.0.9,10.0.1.0/24", Fault.MIXED, "10.0.0.1-10.0.0.9"),
    ],
)
def test_what_is_refused(text: str, fault: Fault, item: str) -> None:
    value = written(text, 100)
    (problem,) = read_pool("cidr-global", value).problems
    assert (problem.fault, problem.item) == (fault, item)
    begin = text.rindex(item)
    assert problem.span == value.part(begin, begin + len(item))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("192.168.0.200/29, fd80::100/124", DUAL),
        ("10.0.0.1 - 10.0.0.9,", "10.0.0.1-10.0.0.9"),
        (" ", None),
        ("10.0.0.0/33, 10.0.1.0/24", None),
        ("10.0.0.1-10.0.0.9,10.0.1.0/24", None),
    ],
)
def test_the_one_right_text(text: str, right: str | None) -> None:
    assert mended(read_pool("cidr-global", written(text, 0))) == right


@pytest.mark.parametrize(
    ("data", "key", "families"),
    [
        ({"cidr-shop": "10.0.0.0/24", "cidr-global": DUAL}, "cidr-shop", {V4}),
        ({"cidr-other": "10.0.0.0/24", "cidr-global": DUAL}, "cidr-global", BOTH),
        ({"range-shop": "fd80::1-fd80::9", "cidr-global": "10.0.0.0/24"}, "cidr-global", {V4}),
        ({"range-shop": "fd80::1-fd80::9", "range-global": "10.0.0.1-10.0.0.9"}, "range-shop", {V6}),
        ({"range-global": "10.0.0.1-10.0.0.9"}, "range-global", {V4}),
        ({"cidr-shop": "", "cidr-global": DUAL}, "cidr-shop", NEITHER),
        ({"cidr-shop": "10.0.0.0/33", "cidr-global": DUAL}, "cidr-shop", NEITHER),
        ({"cidr-shop": "0.0.0.0/32", "cidr-global": DUAL}, "cidr-shop", NEITHER),
        ({"cidr-other": DUAL}, "", NEITHER),
    ],
)
def test_the_first_key_serves_a_namespace(data: dict[str, str], key: str, families: frozenset[Family]) -> None:
    made = pools(data)
    pool = pool_for(made, "shop")
    assert (pool.key if pool else "") == key
    assert families_for(made, "shop") == families


def test_a_key_that_is_not_known_could_come_first() -> None:
    made = pools({"cidr-global": DUAL}, unknown=("cidr-shop",))
    with pytest.raises(Unknown):
        families_for(made, "shop")
    assert families_for(made, "other") == BOTH
    with pytest.raises(Unknown):
        families_for(pools({"cidr-global": DUAL}, partial="a template may add pools"), "shop")


def test_known_pools_come_before_the_gap() -> None:
    found: list[Pool] = []
    with pytest.raises(Unknown):
        found.extend(pools_of(pools({"cidr-b": DUAL}, unknown=("cidr-a",))))
    assert [pool.key for pool in found] == ["cidr-b"]


def test_other_keys_are_no_pools() -> None:
    made = pools({"interface-global": "eth0", "allow-share-global": "true", "search-order": "desc", "cidr-": "x"})
    assert list(pools_of(made)) == []


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"cidr-global": "10.0.0.0/24", "range-global": "fd80::1-fd80::9"}, [("range-global", "cidr-global", {V6})]),
        ({"cidr-global": DUAL, "range-shop": "10.0.0.1-10.0.0.9"}, [("range-shop", "cidr-global", set())]),
        (
            {"cidr-shop": "10.0.0.0/24", "range-shop": "10.0.1.1-10.0.1.9", "cidr-global": DUAL},
            [("range-shop", "cidr-shop", set())],
        ),
        ({"cidr-shop": "10.0.0.0/24", "range-other": "fd80::1-fd80::9"}, []),
        ({"cidr-shop": "10.0.0.0/24", "range-global": "fd80::1-fd80::9"}, []),
        ({"cidr-shop": "10.0.0.0/24", "cidr-global": DUAL}, []),
        ({"cidr-global": "0.0.0.0/32", "range-global": "fd80::1-fd80::9"}, [("range-global", "cidr-global", set())]),
        ({"cidr-global": "10.0.0.0/24", "range-global": "fd80::9-fd80::1"}, [("range-global", "cidr-global", set())]),
    ],
)
def test_ranges_that_are_never_used(data: dict[str, str], found: list[tuple[str, str, set[Family]]]) -> None:
    assert [(one.hidden.key, one.by.key, set(one.lost)) for one in shadows(pools(data))] == found


def test_a_shadow_needs_both_values() -> None:
    with pytest.raises(Unknown):
        list(shadows(pools({"range-global": "fd80::1-fd80::9"}, unknown=("cidr-global",))))
    with pytest.raises(Unknown):
        list(shadows(pools({"cidr-global": DUAL}, unknown=("range-global",))))


@pytest.mark.parametrize(
    ("key", "family"),
    [
        ("cidr-ipv6", V6),
        ("range-v4", V4),
        ("cidr-global-ipv6", V6),
        ("cidr-IPv4", V4),
        ("cidr-global", None),
        ("cidr-shop-ipv6", None),
    ],
)
def test_names_like_families(key: str, family: Family | None) -> None:
    assert family_in_name(key) is family


def test_what_another_key_would_have() -> None:
    made = pools({"cidr-shop": "10.0.0.0/24", "cidr-global": DUAL})
    pool = pool_for(made, "shop")
    assert pool is not None
    other = hidden_source(made, pool, "shop", V6)
    assert other is not None
    assert other.key == "cidr-global"
    assert hidden_source(pools({"cidr-shop": "10.0.0.0/24"}), pool, "shop", V6) is None


def test_beyond_the_last_release() -> None:
    assert checked(CHECKED_TO) == ""
    assert "v0.0.12" in checked(Version(0, 1, 0))
