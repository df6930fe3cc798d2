"""Addresses as Kubernetes, Go's net and Go's netip read them."""

import ipaddress
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.network.addresses import (
    Address,
    Cidr,
    Dialect,
    Family,
    format_address,
    is_dns_name,
    looks_like_ip,
    parse_address,
    parse_cidr,
)

KUBERNETES, NET, NETIP = Dialect.KUBERNETES, Dialect.GO_NET, Dialect.GO_NETIP

ACCEPTED = [
    # text, Kubernetes, net, netip: the canonical text, None where it is refused
    ("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1"),
    ("010.0.0.1", "10.0.0.1", None, None),
    ("0000000010.0.0.1", "10.0.0.1", None, None),
    ("10.0.0.00", "10.0.0.0", None, None),
    ("10.0.0.256", None, None, None),
    ("10.0.0", None, None, None),
    ("10.0.0.1.", None, None, None),
    ("10.0.0.-1", None, None, None),
    ("+10.0.0.1", None, None, None),
    ("0x0a.0.0.1", None, None, None),
    ("10.0.0.٣", None, None, None),
    (" 10.0.0.1", None, None, None),
    ("10.0.0.1\n", None, None, None),
    ("", None, None, None),
    ("fd00::1", "fd00::1", "fd00::1", "fd00::1"),
    ("FD00:0:0:0:0:0:0:1", "fd00::1", "fd00::1", "fd00::1"),
    ("::", "::", "::", "::"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"),
    ("1:2:3:4:5:6:7:8::", None, None, None),
    ("1::2:3:4:5:6:7:8", None, None, None),
    ("1:2:3:4:5:6:7", None, None, None),
    ("1::2::3", None, None, None),
    (":::", None, None, None),
    (":", None, None, None),
    ("fd00:", None, None, None),
    (":fd00::1", None, None, None),
    ("fd00::00001", "fd00::1", None, None),
    ("fd00::12345", None, None, None),
    ("fd00::g", None, None, None),
    ("[fd00::1]", None, None, None),
    ("fd00::1/64", None, None, None),
    ("fd00::10.0.0.1", "fd00::a00:1", "fd00::a00:1", "fd00::a00:1"),
    ("fd00::010.0.0.1", "fd00::a00:1", None, None),
    ("10.0.0.1::", None, None, None),
    ("1:2:3:4:5:6:7:10.0.0.1", None, None, None),
    ("1:2:3:4:5:6:10.0.0.1", "1:2:3:4:5:6:a00:1", "1:2:3:4:5:6:a00:1", "1:2:3:4:5:6:a00:1"),
    ("fe80::1%eth0", None, None, "fe80::1%eth0"),
    ("fe80::1%", None, None, None),
    ("10.0.0.1%eth0", None, None, None),
]


@pytest.mark.parametrize(("text", "kubernetes", "net", "netip"), ACCEPTED)
def test_address(text: str, kubernetes: str | None, net: str | None, netip: str | None) -> None:
    for dialect, expected in ((KUBERNETES, kubernetes), (NET, net), (NETIP, netip)):
        found = parse_address(text, dialect)
        assert (None if found is None else str(found)) == expected


def test_mapped_addresses() -> None:
    assert parse_address("::ffff:10.0.0.1", NET) == Address(Family.IPV4, 0x0A000001)
    assert parse_address("::ffff:10.0.0.1", KUBERNETES) == Address(Family.IPV4, 0x0A000001)
    assert parse_address("::ffff:a00:1", NETIP) == Address(Family.IPV6, 0xFFFF0A000001)
    # Compatible, not mapped.
    assert parse_address("::10.0.0.1", NET) == Address(Family.IPV6, 0x0A000001)


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "fd00::/129",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0/0.0.0.255",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8 ",
        "10.0.0.0/8/8",
        "10.0.0.0/٣",
        "10.0.0.0/" + "9" * 5000,
        "fe80::%eth0/64",
        "/24",
        "10/8",
    ],
)
def test_no_cidr(text: str, dialect: Dialect) -> None:
    assert parse_cidr(text, dialect) is None


def test_cidr() -> None:
    assert parse_cidr("10.96.0.5/16", NET) == Cidr(Family.IPV4, 0x0A600005, 16)
    found = parse_cidr("fd00::1/64", NET)
    assert found is not None
    assert (str(found), found.network) == ("fd00::1/64", 0xFD00 << 112)
    assert parse_cidr("0.0.0.0/0", NETIP) == Cidr(Family.IPV4, 0, 0)


def test_leading_zeros_in_the_prefix_length() -> None:
    for dialect in (KUBERNETES, NET):
        assert parse_cidr("10.0.0.0/008", dialect) == Cidr(Family.IPV4, 0x0A000000, 8)
    assert parse_cidr("10.0.0.0/08", NETIP) is None
    assert parse_cidr("010.0.0.0/8", KUBERNETES) is not None
    assert parse_cidr("010.0.0.0/8", NET) is None


def test_mapped_ranges() -> None:
    assert parse_cidr("::ffff:10.0.0.0/104", NET) == Cidr(Family.IPV4, 0x0A000000, 8, mapped=True)
    wide = parse_cidr("::ffff:10.0.0.0/90", KUBERNETES)
    assert wide is not None
    assert wide.family is Family.IPV6
    kept = parse_cidr("::ffff:10.0.0.0/104", NETIP)
    assert kept is not None
    assert (kept.family, kept.prefix, kept.mapped) == (Family.IPV6, 104, False)


def test_looks_like_ip() -> None:
    for text in ("10.0.0.1", "10.0.0.300", "010.0.0.1", "1.2", "fd00::1", "fd00:::1", "::ffff:1.2.3.4", ":"):
        assert looks_like_ip(text)
    for text in ("", "10", "web.example.com", "a.b", "[fd00::1]", "10.0.0.1/8", "host:80", "fe80::1%eth0", "..."):
        assert not looks_like_ip(text)


def test_dns_names() -> None:
    for text in ("localhost", "k8s.example.com", "k8s.example.com.", "_x.example.com", "1.example", "a" * 63):
        assert is_dns_name(text)
    for text in ("", ".", "a..b", "-a", "a-.b", "a b", "10.0.0.1", "10.0.0.300", "é.com", "a" * 64, "a." * 127 + "b"):
        assert not is_dns_name(text)


def library(text: str) -> str | None:
    """What Python's own parser says; it refuses leading zeros and takes zones, as netip does."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_every_address_reads_back(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    for text in (str(address), address.exploded, str(address).upper()):
        assert parse_address(text, NETIP) == Address(Family.IPV4 if address.version == 4 else Family.IPV6, int(address))
    family = Family.IPV4 if address.version == 4 else Family.IPV6
    assert format_address(family, int(address)) == str(address)


@given(st.text(alphabet="0123456789abf:.", max_size=24))
def test_agrees_with_the_library_on_any_text(text: str) -> None:
    found = parse_address(text, NETIP)
    assert (None if found is None else str(found)) == library(text)


@given(st.lists(st.sampled_from(["0", "1", "01", "255", "256", "ffff", "fffff", ":", "::", ".", "%e"]), max_size=16))
def test_agrees_with_the_library_on_pieces(pieces: list[str]) -> None:
    text = "".join(pieces)
    if text.count("%") <= 1:
        found = parse_address(text, NETIP)
        assert (found is None) == (library(text) is None)


@given(st.text(max_size=40))
def test_total(text: str) -> None:
    for dialect in Dialect:
        parse_address(text, dialect)
        parse_cidr(text, dialect)
    looks_like_ip(text)
    is_dns_name(text)


def test_ipaddress_is_not_imported_for_parsing() -> None:
    program = (
        "import sys; from famlint.network.addresses import *; parse_cidr('10.0.0.0/8', Dialect.GO_NET);"
        "sys.exit('ipaddress' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
