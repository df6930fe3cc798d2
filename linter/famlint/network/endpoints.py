"""Hosts with ports, URL authorities and bare addresses, as programs written in Go take them apart.

Nothing here looks anything up. Sources: Go's `net.SplitHostPort` (src/net/ipsock.go) and `net/url`
(src/net/url/url.go), facts/vcluster.md sections 3.1 and 7.1.
"""

from enum import Enum
from typing import NamedTuple

from famlint.network.addresses import Dialect, Family, is_dns_name, parse_address, parse_cidr

_DIGITS = frozenset("0123456789")
_SCHEME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")


class SplitFault(Enum):
    """Why Go refuses to take a host and a port out of a text; the value says it in words."""

    NO_PORT = "it has no port"
    COLONS = "it has more than one colon outside of brackets"
    NOT_CLOSED = "a bracket is not closed"
    BRACKET = "a bracket stands where none may"


class HostPort(NamedTuple):
    """A host without its brackets, and what stands behind the last colon. Go checks neither of the two."""

    host: str
    port: str


def split_host_port(text: str) -> HostPort | SplitFault:
    """A host and a port as Go's `net.SplitHostPort` takes them out of a text.

    The port may be empty or a word, the host may be anything: `https://name` gives the host `https` and the port
    `//name`.
    """
    colon = text.rfind(":")
    if colon < 0:
        return SplitFault.NO_PORT
    if text.startswith("["):
        closing = text.find("]")
        if closing < 0:
            return SplitFault.NOT_CLOSED
        if closing + 1 != colon:
            return SplitFault.COLONS if text[closing + 1 : closing + 2] == ":" else SplitFault.NO_PORT
        host, opened_from, closed_from = text[1:closing], 1, closing + 1
    else:
        host, opened_from, closed_from = text[:colon], 0, 0
        if ":" in host:
            return SplitFault.COLONS
    if "[" in text[opened_from:] or "]" in text[closed_from:]:
        return SplitFault.BRACKET
    return HostPort(host, text[colon + 1 :])


class Authority(NamedTuple):
    """Where `host[:port]` stands in a URL: `text[start:end]`. `scheme` is in lower case, empty where there is none."""

    scheme: str
    start: int
    end: int


def authority(text: str) -> Authority:
    """The part of a URL that names the host, without a user. A text without `scheme://` is read as if it began there.

    Nothing is checked. Go reads a text without a scheme in another way, but kubeconfig clients add the scheme.
    """
    scheme, mark, _rest = text.partition("://")
    if not mark or not scheme or not _SCHEME.issuperset(scheme):
        scheme, mark = "", ""
    start = len(scheme) + len(mark)
    end = min((place for place in (text.find(char, start) for char in "/?#") if place >= 0), default=len(text))
    user = text.rfind("@", start, end)
    return Authority(scheme.lower(), start if user < 0 else user + 1, end)


def bracketed(text: str) -> tuple[str, ...]:
    """What `host[:port]` can mean where its host is an IPv6 literal without brackets: each reading with brackets.

    `fd00::10:443` has two, the address `fd00::10:443` and the port 443 of `fd00::10`; `fd00::10:16443` has one, for no
    group has five digits. Empty where the text holds no IPv6 literal, or where it has brackets.
    """
    if text.count(":") < 2 or "[" in text:
        return ()
    head, _colon, port = text.rpartition(":")
    with_port = (f"[{head}]:{port}",) if _is_ipv6(head) and _is_port(port) else ()
    return (*with_port, f"[{text}]") if _is_ipv6(text) else with_port


class Form(Enum):
    """How a text is written that stands where a bare address, or a bare host, is expected.

    The value is what a message says after "it is" or "it has".
    """

    IP = "a bare IP address"
    NAME = "a DNS name"
    WILDCARD = "a wildcard DNS name"
    URL = "a URL"
    BRACKETS = "in brackets"
    CIDR = "an address with a prefix length"
    PORT = "a host with a port"
    ZONE = "an address with a zone"
    BLANKS = "surrounded by blanks"
    OTHER = "neither an IP address nor a DNS name"


def form_of(text: str, dialect: Dialect) -> Form:
    """How a text is written. An address counts as one only where the reader with this dialect takes it."""
    if text.strip() != text:
        return Form.BLANKS
    if parse_address(text, dialect) is not None:
        return Form.ZONE if "%" in text else Form.IP
    if "://" in text:
        return Form.URL
    if text.startswith("["):
        return Form.BRACKETS
    if parse_cidr(text, Dialect.KUBERNETES) is not None:
        return Form.CIDR
    if parse_address(text, Dialect.GO_NETIP) is not None:
        return Form.ZONE if "%" in text else Form.OTHER
    host, _colon, port = text.partition(":")
    if _is_port(port) and _is_host(host):
        return Form.PORT
    if text.startswith("*.") and is_dns_name(text[2:]):
        return Form.WILDCARD
    return Form.NAME if is_dns_name(text) else Form.OTHER


def bare_host(text: str) -> str | None:
    """The one bare IP address or DNS name that a text with something around it can mean; None where that is open.

    `[fd00::10]:443` and `https://[fd00::10]/` mean `fd00::10`, `10.0.0.7/32` means `10.0.0.7`. `10.0.0.7/24` may mean
    the address or the network, so there is none.
    """
    text = text.strip()
    if "://" in text:
        found = authority(text)
        text = text[found.start : found.end]
    if text.startswith("["):
        host, closing, port = text[1:].partition("]")
        whole = bool(closing) and (not port or (port[0] == ":" and _is_port(port[1:])))
        return host if whole and _is_ipv6(host) else None
    cidr = parse_cidr(text, Dialect.GO_NET)
    if cidr is not None:
        return text.partition("/")[0] if cidr.prefix == cidr.family.bits and not cidr.mapped else None
    if _is_host(text) or _is_ipv6(text):
        return text
    host, _colon, port = text.partition(":")
    return host if _is_port(port) and _is_host(host) else None


def bare_ip(text: str) -> str | None:
    """`bare_host` where it is an IP address, else None."""
    host = bare_host(text)
    return host if host is not None and parse_address(host, Dialect.GO_NET) is not None else None


def _is_ipv6(text: str) -> bool:
    return ":" in text and parse_address(text, Dialect.GO_NET) is not None


def _is_host(text: str) -> bool:
    address = parse_address(text, Dialect.GO_NET)
    return is_dns_name(text) or (address is not None and address.family is Family.IPV4 and ":" not in text)


def _is_port(text: str) -> bool:
    return 0 < len(text) <= 5 and _DIGITS.issuperset(text) and int(text) <= 65535
