"""Service ranges cell by cell against facts/kubernetes.md 0.1 and 1.1.1."""

import pytest

from famlint.behaviours.service_ranges import (
    Limit,
    is_beyond_allocation,
    is_too_large,
    is_too_small,
    limit,
    means_a_range,
    ranges,
    same_family,
)
from famlint.components.model import Value
from famlint.network.addresses import Cidr, Dialect, Family, parse_cidr
from famlint.network.versions import Version, parse_version
from famlint.positions import Span

BOTH = {"MultiCIDRServiceAllocator": "true", "DisableAllocatorDualWrite": "true"}
NEW = {"MultiCIDRServiceAllocator": "true"}
OLD = {"MultiCIDRServiceAllocator": "false"}
NOT_DISABLED = {"DisableAllocatorDualWrite": "false"}
DISABLED = {"DisableAllocatorDualWrite": "true"}
BETA = {"AllBeta": "true"}


def flag(text: str) -> Value:
    return Value(text, Span("a.yaml", 10, 10 + len(text)), "manifest")


def cidr(text: str) -> Cidr:
    found = parse_cidr(text, Dialect.KUBERNETES)
    assert found is not None
    return found


def release(text: str) -> Version:
    found = parse_version(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10.96.0.0/16", ["10.96.0.0/16"]),
        ("10.96.0.0/16,fd00:96::/112", ["10.96.0.0/16", "fd00:96::/112"]),
        ("10.96.0.0/16, fd00:96::/112", ["10.96.0.0/16", None]),
        (" 10.96.0.0/16", [None]),
        ("10.96.0.0/16,", ["10.96.0.0/16", None]),
        ("010.096.0.0/016", ["10.96.0.0/16"]),
        ("10.96.0.5/16", ["10.96.0.5/16"]),
        ("10.96.0.0", [None]),
        ("::ffff:10.0.0.0/104", ["10.0.0.0/8"]),
        ("", []),
    ],
)
def test_a_list_is_split_and_not_trimmed(text: str, read: list[str | None]) -> None:
    found = ranges(flag(text))
    assert [str(one.cidr) if one.cidr else None for one in found] == read
    assert [one.span.end - one.span.start for one in found] == [len(one.text) for one in found]


def test_no_flag() -> None:
    assert ranges(None) == ()


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("10.96.0.0/16,10.97.0.0/16", Family.IPV4),
        ("fd00::/112,fd01::/112", Family.IPV6),
        ("10.96.0.0/16,::ffff:10.97.0.0/112", Family.IPV4),
        ("10.96.0.0/16,::ffff:10.0.0.0/90", None),
        ("10.96.0.0/16,fd00::/112", None),
        ("10.96.0.0/16", None),
        ("10.96.0.0/16,x", None),
        ("x,y", None),
        ("10.96.0.0/16,10.97.0.0/16,10.98.0.0/16", None),
    ],
)
def test_same_family(text: str, family: Family | None) -> None:
    assert same_family(ranges(flag(text))) is family


@pytest.mark.parametrize(
    ("text", "small", "large", "beyond"),
    [
        ("10.96.0.0/29", False, False, False),
        ("10.96.0.0/30", True, False, False),
        ("10.96.0.0/12", False, False, False),
        ("10.0.0.0/11", False, True, False),
        ("0.0.0.0/0", True, True, False),
        ("128.0.0.0/1", True, True, False),
        ("64.0.0.0/2", False, True, False),
        ("fd00::/125", False, False, False),
        ("fd00::/126", True, False, False),
        ("fd00::/108", False, False, False),
        ("fd00::/107", False, True, False),
        ("fd00::/64", False, True, False),
        ("fd00::/63", False, True, True),
        ("::/0", True, True, True),
        # Sizes of mapped ranges are counted with 128 bits, so that /96 is not empty.
        ("::ffff:0.0.0.0/96", False, True, False),
        ("::ffff:10.0.0.0/108", False, False, False),
    ],
)
def test_sizes(text: str, *, small: bool, large: bool, beyond: bool) -> None:
    one = cidr(text)
    assert (is_too_small(one), is_too_large(one), is_beyond_allocation(one)) == (small, large, beyond)


@pytest.mark.parametrize(
    ("version", "gates", "what"),
    [
        ("1.20.0", {}, Limit.HOLDS),
        ("1.26.15", NEW, Limit.HOLDS),
        ("1.29.3", {}, Limit.HOLDS),
        ("1.29.3", NEW, Limit.UNSETTLED),
        ("1.31.0", {}, Limit.HOLDS),
        ("1.31.0", NEW, Limit.HOLDS),
        ("1.31.0", BOTH, Limit.GONE),
        ("1.32.9", BETA, Limit.HOLDS),
        ("1.32.9", BETA | DISABLED, Limit.GONE),
        ("1.33.0", {}, Limit.HOLDS),
        ("1.33.0", DISABLED, Limit.GONE),
        ("1.33.0", BETA, Limit.GONE),
        ("1.33.0", DISABLED | OLD, Limit.HOLDS),
        ("1.34.0", {}, Limit.GONE),
        ("1.34.0", NOT_DISABLED, Limit.HOLDS),
        ("1.34.0", OLD, Limit.GONE),
        ("1.35.0", NOT_DISABLED, Limit.GONE),
        ("1.38.0", NOT_DISABLED, Limit.GONE),
    ],
)
def test_limit(version: str, gates: dict[str, str], what: Limit) -> None:
    assert limit(gates, release(version)) is what


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", True),
        (" ", True),
        ("10.96.0.0", True),
        (" fd00::/112", True),
        ('"10.96.0.0/16"', True),
        ("10.96.0.0/16;fd00::/112", True),
        ("10.96.0.300/16", True),
        ("SERVICE_CIDR", False),
        ("service-range", False),
    ],
)
def test_what_a_person_meant(text: str, *, meant: bool) -> None:
    assert means_a_range(text) is meant
