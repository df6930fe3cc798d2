"""What the API server refuses in an ipBlock, by hand and against Python's own networks."""

from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite

from famlint.behaviours.ip_blocks import BlockFault, IpBlock, family_of, refused
from famlint.components.model import Value
from famlint.network.addresses import Family
from famlint.positions import Span


def value(text: str) -> Value:
    return Value(text, Span("policy.yaml", 0, len(text)), "manifest")


def faults(cidr: str, *excepts: str) -> list[tuple[str, BlockFault]]:
    return [(one.value.text, one.fault) for one in refused(IpBlock(value(cidr), tuple(map(value, excepts))))]


@composite
def networks(draw: DrawFn) -> IPv4Network | IPv6Network:
    """Few bits and both families, so that networks often hold each other."""
    if draw(st.booleans()):
        return IPv4Network((draw(st.integers(0, 7)) << 29, draw(st.integers(0, 4))), strict=False)
    return IPv6Network((draw(st.integers(0, 7)) << 125, draw(st.integers(0, 4))), strict=False)


@pytest.mark.parametrize(
    ("cidr", "left_out", "fault"),
    [
        ("::/0", "10.0.0.0/8", BlockFault.OTHER_FAMILY),
        ("0.0.0.0/0", "fc00::/7", BlockFault.OTHER_FAMILY),
        ("10.0.0.0/8", "10.0.0.0/8", BlockFault.NOT_SMALLER),
        ("10.0.0.0/8", "0.0.0.0/0", BlockFault.NOT_SMALLER),
        ("10.0.0.0/8", "11.0.0.0/16", BlockFault.OUTSIDE),
        ("10.0.0.0/8", "8.0.0.0/6", BlockFault.NOT_SMALLER),
        ("10.0.0.0/8", "10.0.0.0", BlockFault.EXCEPT_UNREADABLE),
        ("10.0.0.0/8", "10.0.0.0/33", BlockFault.EXCEPT_UNREADABLE),
    ],
)
def test_faults(cidr: str, left_out: str, fault: BlockFault) -> None:
    assert faults(cidr, left_out) == [(left_out, fault)]


@pytest.mark.parametrize(
    ("cidr", "left_out"),
    [
        ("10.0.0.5/8", "10.1.2.3/16"),
        ("010.0.0.0/08", "10.1.0.0/16"),
        ("::/0", "fc00::/7"),
        ("10.0.0.0/8", "::ffff:10.0.0.0/104"),
    ],
)
def test_taken(cidr: str, left_out: str) -> None:
    assert faults(cidr, left_out) == []


def test_an_unreadable_range_says_nothing_about_its_exceptions() -> None:
    assert faults("banana", "10.0.0.0/8", "pear") == [("banana", BlockFault.CIDR_UNREADABLE)]
    assert family_of(IpBlock(value("banana"))) is None
    assert family_of(IpBlock(value("::/0"))) is Family.IPV6


def test_each_exception_is_judged() -> None:
    assert [text for text, _fault in faults("10.0.0.0/8", "fc00::/7", "10.1.0.0/16", "x")] == ["fc00::/7", "x"]


@given(networks(), networks())
def test_strictly_inside_is_taken(outer: IPv4Network | IPv6Network, inner: IPv4Network | IPv6Network) -> None:
    inside = outer.version == inner.version and inner != outer and _holds(outer, inner)
    assert (faults(str(outer), str(inner)) == []) is inside


def _holds(outer: IPv4Network | IPv6Network, inner: IPv4Network | IPv6Network) -> bool:
    return ip_network(outer).prefixlen <= inner.prefixlen and inner.network_address in outer
