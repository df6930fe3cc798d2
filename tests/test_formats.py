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
        ("blank-or-address", "10.0.0.7,fd00::7", "no IP address"),
        ("cidr", "10.42.0.0", "no CIDR: the prefix length is missing"),
        ("cidr", "10.42.0.0/33", "no CIDR like 10.43.0.0/16"),
        ("cidrs", "10.42.0.0/16,fd42::", 'no list of them: "fd42::" is no CIDR: the prefix length is missing'),
    ],
)
def test_does_not_fit(name: str, text: str, said: str) -> None:
    assert FORMATS[name](text) == said
