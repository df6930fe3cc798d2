"""How releases of kube-vip read BGP peers: the grammar of `bgp_peers` by release, and what fails in it.

Source: facts/kube-vip.md section 1.3 (kube-vip/kube-vip pkg/bgp/peers.go@v0.5.0, @v0.5.8, @v0.8.10;
pkg/kubevip/config_bgp.go@v1.0.4, @v1.2.1, @v1.2.3).
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from famlint.network.addresses import Dialect, Family, parse_address
from famlint.network.versions import Version, band

FOUR_FIELDS = band("0.5.0-0.5.7")
"""An element has exactly four fields, and no IPv6."""

EMPTY_MULTIHOP_FAILS = band("0.5.8-1.1.2")
HAS_PORT = band("0.8.10-")
EMPTY_PORT_FAILS = band("0.8.10-1.2.1")
SUFFIX = band("0.8.10-1.2.1")
"""MP-BGP options of a peer stand behind a slash at the end of its element."""

COLON_FIELD = band("1.2.2-")
"""MP-BGP options of a peer are its sixth field."""

UNNUMBERED = band("1.2.0-")
_MOST_AS = 2**32 - 1
_BOOLEANS = frozenset(("1", "t", "T", "true", "True", "TRUE", "0", "f", "F", "false", "False", "FALSE"))
_MARK = "/mpbgp_"
_UNNUMBERED = "unnumbered:"
_WITH_PASSWORD = 2
"""The fields of an element that ends with its password, in which a blank may stand."""


class PeerFault(Enum):
    """Why an element cannot be read."""

    BLANK = "a blank"
    BARE_IPV6 = "an IPv6 address without brackets"
    OPEN_BRACKET = "a bracket that is not closed"
    NO_AS = "no AS number"
    BAD_AS = "an AS that is no number"
    FIELDS = "not four fields"
    NO_IPV6 = "an IPv6 peer"
    BAD_MULTIHOP = "a multihop that is no boolean"
    BAD_PORT = "a port that is no number"
    SLASH = "a slash"


class Part(NamedTuple):
    """A piece of the value: its text and its offsets."""

    text: str
    start: int
    end: int


class Peer(NamedTuple):
    """One element of `bgp_peers`.

    `address` is without brackets. `family` is None for names, for unnumbered peers and for what is no address.
    `options` are its MP-BGP options by name; `colon` and `slash` say in which of the two forms they are written, and
    `empty_port` whether the port field before them is empty. `fault` with its place is why kube-vip cannot read it;
    `starts` says that it is parsed all the same, so that only BGP fails, on a neighbour that is none.
    """

    whole: Part
    address: Part
    family: Family | None
    unnumbered: bool = False
    options: tuple[tuple[str, Part], ...] = ()
    colon: bool = False
    slash: bool = False
    empty_port: bool = False
    fault: PeerFault | None = None
    place: Part | None = None
    starts: bool = False

    def option(self, name: str) -> Part | None:
        """The last option of a name."""
        return next((part for key, part in reversed(self.options) if key == name), None)


def peers(text: str, version: Version | None) -> tuple[Peer, ...]:
    """The elements of a `bgp_peers` text, for a release or (None) with the faults of every release only.

    Empty for an empty text. From 0.5.8 on empty elements are left out.
    """
    listed = _split(Part(text, 0, len(text)), ",") if text else ()
    strict = version is not None and version in FOUR_FIELDS
    return tuple(_peer(part, version) for part in listed if part.text or strict)


def peer_address(text: str, version: Version | None) -> Peer:
    """A `bgp_peeraddress`: one address; brackets make an invalid neighbour, up to 0.5.7 a port may follow IPv4."""
    part = Part(text, 0, len(text))
    fault = PeerFault.OPEN_BRACKET if text[:1] == "[" else PeerFault.BLANK if text != text.strip() else None
    if version is not None and version in FOUR_FIELDS:
        host = text.partition(":")[0]
        part = part._replace(text=host, end=len(host)) if text.count(":") == 1 else part
        fault = fault or (PeerFault.NO_IPV6 if _is_ipv6(text) else None)
    return Peer(Part(text, 0, len(text)), part, _family(part.text), fault=fault, place=part if fault else None)


def bracketed(peer: Peer) -> Part | None:
    """The IPv6 address of an element without brackets; None where it is not clear where the address ends."""
    heads = [head for head in _heads(peer.whole.text) if head]
    if len(heads) != 1:
        return None
    return Part(heads[0], peer.whole.start, peer.whole.start + len(heads[0]))


def _peer(whole: Part, version: Version | None) -> Peer:
    text = whole.text
    if text.lstrip() != text:
        return _after_blank(whole, version)
    if text.startswith(_UNNUMBERED) and (version is None or version in UNNUMBERED):
        return Peer(whole, whole, None, unnumbered=True)
    if version is not None and version in SUFFIX and "/" in text and not text[text.index("/") :].startswith(_MARK):
        return Peer(whole, whole, None, fault=PeerFault.SLASH, place=whole)
    suffix_at = text.find(_MARK)
    body, slash = (text[:suffix_at], True) if suffix_at >= 0 else (text, False)
    if body[:1] == "[":
        close = body.find("]")
        if close < 0:
            return Peer(whole, whole, None, fault=PeerFault.OPEN_BRACKET, place=whole)
        address, rest_at = Part(body[1:close], whole.start + 1, whole.start + close), close + 1
    else:
        if _heads(body):
            starts = not any(_faults(Peer(whole, whole, None), _fields(whole, body), version))
            return Peer(whole, whole, Family.IPV6, slash=slash, fault=PeerFault.BARE_IPV6, place=whole, starts=starts)
        close = (body + ":").find(":")
        address, rest_at = Part(body[:close], whole.start, whole.start + close), close
    fields = list(_split(Part(body[rest_at + 1 :], whole.start + rest_at + 1, whole.start + len(body)), ":"))
    if rest_at >= len(body):
        fields = []
    peer = Peer(whole, address, _family(address.text), slash=slash, empty_port=len(fields) > 3 and not fields[3].text)
    options = list(_options(fields[4])) if len(fields) > 4 and "mpbgp_" in fields[4].text else []
    if options:
        peer = peer._replace(options=tuple(options), colon=True)
    if slash:
        start = whole.start + suffix_at + 1
        peer = peer._replace(options=tuple(_options(Part(text[suffix_at + 1 :], start, whole.end))))
    if text.rstrip() != text and len(fields) != _WITH_PASSWORD:
        return peer._replace(fault=PeerFault.BLANK, place=whole)
    fault, place = next(iter(_faults(peer, fields, version)), (None, None))
    return peer._replace(fault=fault, place=place)


def _after_blank(whole: Part, version: Version | None) -> Peer:
    """An element that begins with a blank, which stays in the address: brackets are not recognised then."""
    text = whole.text.lstrip()
    rest = _peer(Part(text, whole.end - len(text), whole.end), version)
    starts = rest.fault is None and not rest.unnumbered and text[:1] != "["
    return Peer(whole, whole, None, fault=PeerFault.BLANK, place=whole, starts=starts)


def _fields(whole: Part, text: str) -> list[Part]:
    """What follows the first colon of an element, at the colons."""
    at = text.find(":") + 1
    return list(_split(Part(text[at:], whole.start + at, whole.start + len(text)), ":")) if at else []


def _faults(peer: Peer, fields: list[Part], version: Version | None) -> Iterator[tuple[PeerFault, Part]]:
    """What fails, in the order in which kube-vip reads."""
    autonomous = fields[0].text if fields else ""
    if not autonomous:
        yield PeerFault.NO_AS, peer.whole
    elif not (autonomous.isascii() and autonomous.isdecimal() and int(autonomous) <= _MOST_AS):
        yield PeerFault.BAD_AS, fields[0]
    if version is None:
        return
    if version in FOUR_FIELDS:
        if peer.family is Family.IPV6:
            yield PeerFault.NO_IPV6, peer.address
        if len(fields) != 3:
            yield PeerFault.FIELDS, peer.whole
    multihop = fields[2] if len(fields) > 2 else None
    if multihop is not None and multihop.text not in _BOOLEANS and (multihop.text or version in EMPTY_MULTIHOP_FAILS):
        yield PeerFault.BAD_MULTIHOP, multihop if multihop.text else peer.whole
    port = fields[3] if len(fields) > 3 else None
    if port is not None and version in HAS_PORT:
        number = port.text.isascii() and port.text.isdecimal()
        if not number and (port.text or version in EMPTY_PORT_FAILS):
            yield PeerFault.BAD_PORT, port if port.text else peer.whole


def _heads(text: str) -> list[str]:
    """The IPv6 addresses that a text without brackets may begin with: those before a number, or all of it."""
    if ":" not in text or "." in text.partition(":")[0]:
        return []
    groups = text.split(":")
    heads = [
        head
        for end in range(2, len(groups))
        if _is_ipv6(head := ":".join(groups[:end])) and groups[end].isascii() and groups[end].isdecimal()
    ]
    return heads or ([text] if _is_ipv6(text) else [])


def _is_ipv6(text: str) -> bool:
    found = parse_address(text, Dialect.GO_NET)
    return found is not None and found.family is Family.IPV6


def _family(text: str) -> Family | None:
    found = parse_address(text, Dialect.GO_NET)
    return found.family if found else None


def _options(part: Part) -> Iterator[tuple[str, Part]]:
    for option in _split(part, ";"):
        name, equals, value = option.text.partition("=")
        if equals:
            yield name, Part(value, option.end - len(value), option.end)


def _split(part: Part, separator: str) -> Iterator[Part]:
    start = part.start
    for text in part.text.split(separator):
        yield Part(text, start, start + len(text))
        start += len(text) + 1
