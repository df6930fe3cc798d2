"""Formats of schemas: what fits, and what is said of what does not."""

import pytest

from famlint.formats import FORMATS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("address", "10.0.0.7"),
        ("address", "fd00::7"),
        ("addresses", "10.0.0.7,fd00::7"),
        ("addresses", " 10.0.0.7,fd00::7\n"),
        ("blank-or-address", ""),
        ("blank-or-address", " ::1 "),
        ("cidr", "10.42.0.0/16"),
        ("cidr", "10.42.0.1/16"),
        ("cidrs", "10.42.0.0/16,fd42::/56"),
        ("cidrs", "10.42.0.0/16 "),
        ("cidrs", "10.42.0.0/16,POD_CIDR_V6"),
        ("addresses", "NODE_IP"),
        ("addresses", "@@node_ip@@"),
        ("addresses", "[[ node_ip ]]"),
        ("addresses", "<%= node_ip %>"),
        ("blank-or-address", "MY_PLACEHOLDER"),
        ("release", "v0.8.9"),
        ("release", "v1.31.4+rke2r1"),
        ("release", "v1.31.4-rke2r1"),
        ("release", "0.8.9-ours.7"),
    ],
)
def test_fits(name: str, text: str) -> None:
    assert FORMATS[name](text) == ""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("address", "10.0.0.7/32", "no IP address: it has a prefix length"),
        ("address", "[fd00::7]", "no IP address: leave out the brackets"),
        ("address", "010.0.0.7", "no IP address"),
        ("address", "web.example.org", "no IP address"),
        ("address", "fe80::1%eth0", "no IP address"),
        ("address", "", "no IP address"),
        ("addresses", "10.0.0.7, fd00::7", 'no list: leave out the blank around "fd00::7", nobody trims it'),
        ("addresses", "10.0.0.7,", 'no list of them: "" is no IP address'),
        ("addresses", " 10.0.0.777 ", "no IP address"),
        ("addresses", "eth0", "no IP address"),
        ("addresses", "[fd00::7]", "no IP address: leave out the brackets"),
        ("blank-or-address", "10.0.0.7,fd00::7", "no IP address"),
        ("release", "1.31", "no release like v0.8.9"),
        ("release", "v1.31.4-rc2+rke2r1", "no final release, and what holds for one may not hold for it"),
        ("release", "v1.31.4-RC2-rke2r1", "no final release, and what holds for one may not hold for it"),
        ("release", "0.20.0-beta.5", "no final release, and what holds for one may not hold for it"),
        ("release", "v0.9.0-rc.1", "no final release, and what holds for one may not hold for it"),
        ("cidr", "10.42.0.0", "no CIDR: the prefix length is missing"),
        ("cidr", "10.42.0.0/33", "no CIDR like 10.43.0.0/16"),
        ("cidrs", "10.42.0.0/16,fd42::", 'no list of them: "fd42::" is no CIDR: the prefix length is missing'),
    ],
)
def test_does_not_fit(name: str, text: str, said: str) -> None:
    assert FORMATS[name](text) == said
