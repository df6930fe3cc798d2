"""Addresses, CIDRs and families, read as the program that consumes them reads them.

There is no parsing without a dialect. Sources: facts/kubernetes.md section 0.1 (P1, P3), facts/kube-vip.md
section 1; Go's `net` and `net/netip` packages.
"""

from enum import Enum
from typing import NamedTuple

_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_MAPPED = 0xFFFF << 32


class Family(Enum):
    """An IP family."""

    IPV4 = "IPv4"
    IPV6 = "IPv6"

    @property
    def bits(self) -> int:
        """The length of a full prefix."""
        return 32 if self is Family.IPV4 else 128


class Dialect(Enum):
    """Whose rules a text is read by.

    KUBERNETES: the parsers of flags and objects. Leading zeros in octets, in IPv6 groups and in the prefix
    length are taken, `::ffff:10.0.0.1` is IPv4.
    GO_NET: Go's `net.ParseIP` and `net.ParseCIDR`. No leading zeros in octets, at most four digits in a group,
    `::ffff:10.0.0.1` is IPv4. The prefix length may have leading zeros.
    GO_NETIP: Go's `netip.ParseAddr` and `netip.ParsePrefix`. As GO_NET, but `::ffff:10.0.0.1` stays IPv6, an IPv6
    address may have a zone, and the prefix length takes no leading zeros.
    """

    KUBERNETES = "kubernetes"
    GO_NET = "net"
    GO_NETIP = "netip"


class Address(NamedTuple):
    """An address. `value` is its number; `zone` is empty where there is none (only GO_NETIP reads zones)."""

    family: Family
    value: int
    zone: str = ""

    def __str__(self) -> str:
        return format_address(self.family, self.value) + (f"%{self.zone}" if self.zone else "")


class Cidr(NamedTuple):
    """An address with a prefix length. `value` keeps the host bits.

    `mapped`: written as an IPv4-mapped IPv6 range of at least /96 and read as IPv4; `prefix` is then the IPv4
    length. Readers that limit the size of ranges count 128 bits for it (facts/kubernetes.md P3).
    """

    family: Family
    value: int
    prefix: int
    mapped: bool = False

    @property
    def network(self) -> int:
        """The number of the first address."""
        return self.value & ~host_mask(self.family, self.prefix)

    def __str__(self) -> str:
        return f"{format_address(self.family, self.value)}/{self.prefix}"


def parse_address(text: str, dialect: Dialect) -> Address | None:
    """The address that `text` is for this reader, None where the reader refuses it (blanks, masks, names)."""
    lenient = dialect is Dialect.KUBERNETES
    if ":" not in text:
        value = _ipv4(text, lenient=lenient)
        return None if value is None else Address(Family.IPV4, value)
    zone = ""
    if dialect is Dialect.GO_NETIP:
        text, percent, zone = text.partition("%")
        if percent and not zone:
            return None
    value = _ipv6(text, lenient=lenient)
    if value is None:
        return None
    if value >> 32 == _MAPPED >> 32 and dialect is not Dialect.GO_NETIP:
        return Address(Family.IPV4, value & 0xFFFFFFFF)
    return Address(Family.IPV6, value, zone)


def parse_cidr(text: str, dialect: Dialect) -> Cidr | None:
    """The CIDR that `text` is for this reader, None where the reader refuses it. A zone is always refused."""
    address, slash, length = text.partition("/")
    prefix = _prefix(length, leading_zeros=dialect is not Dialect.GO_NETIP)
    if not slash or prefix is None:
        return None
    if ":" not in address:
        value = _ipv4(address, lenient=dialect is Dialect.KUBERNETES)
        return None if value is None or prefix > 32 else Cidr(Family.IPV4, value, prefix)
    value = _ipv6(address, lenient=dialect is Dialect.KUBERNETES)
    if value is None or prefix > 128:
        return None
    # The masked network decides: below /96 the mapping itself is cut off.
    if value >> 32 == _MAPPED >> 32 and prefix >= 96 and dialect is not Dialect.GO_NETIP:
        return Cidr(Family.IPV4, value & 0xFFFFFFFF, prefix - 96, mapped=True)
    return Cidr(Family.IPV6, value, prefix)


def host_mask(family: Family, prefix: int) -> int:
    """The number whose bits are the host part of a prefix."""
    return (1 << (family.bits - prefix)) - 1


def format_address(family: Family, value: int) -> str:
    """The usual text of an address (RFC 5952 for IPv6)."""
    # Late: only a finding's message needs it.
    from ipaddress import IPv4Address, IPv6Address

    return str(IPv4Address(value) if family is Family.IPV4 else IPv6Address(value))


def looks_like_ip(text: str) -> bool:
    """Whether a person meant an address: digits and dots, or hexadecimal groups with a colon.

    It need not be one: `10.0.0.300`, `010.0.0.1`, `fd00:::1`.
    """
    letters = set(text)
    if ":" in letters:
        return letters <= _HEX | {":", "."}
    return "." in letters and bool(letters & _DIGITS) and letters <= _DIGITS | {"."}


def is_dns_name(text: str) -> bool:
    """Whether a resolver can be asked for `text` as a host name: labels of 1 to 63 characters, at most 253 in all.

    A last label of digits alone is no name (RFC 1123 section 2.1), so nothing that looks like an address is one.
    """
    name = text.removesuffix(".")
    labels = name.split(".")
    return (
        0 < len(name) <= 253
        and all(
            0 < len(label) <= 63 and not label.startswith("-") and not label.endswith("-") and _NAME.issuperset(label)
            for label in labels
        )
        and not _DIGITS.issuperset(labels[-1])
    )


def _prefix(text: str, *, leading_zeros: bool) -> int | None:
    if not text or not _DIGITS.issuperset(text) or (len(text) > 1 and text[0] == "0" and not leading_zeros):
        return None
    significant = text.lstrip("0")
    return int(significant or "0") if len(significant) <= 3 else None


def _ipv4(text: str, *, lenient: bool) -> int | None:
    octets = text.split(".")
    if len(octets) != 4:
        return None
    value = 0
    for octet in octets:
        if not octet or not _DIGITS.issuperset(octet):
            return None
        significant = octet.lstrip("0") or "0"
        if (significant != octet and not lenient) or len(significant) > 3 or int(significant) > 255:
            return None
        value = value << 8 | int(significant)
    return value


def _ipv6(text: str, *, lenient: bool) -> int | None:
    head, double, tail = text.partition("::")
    if "::" in tail:
        return None
    before = _groups(head, lenient=lenient, last=not double)
    after = _groups(tail, lenient=lenient, last=True)
    if before is None or after is None:
        return None
    missing = 8 - len(before) - len(after)
    # A double colon stands for one group at least.
    if (missing < 1) if double else (missing != 0):
        return None
    value = 0
    for group in (*before, *(0,) * missing, *after):
        value = value << 16 | group
    return value


def _groups(text: str, *, lenient: bool, last: bool) -> tuple[int, ...] | None:
    """The 16-bit groups of a part of an IPv6 text; dotted octets may end the last part."""
    if not text:
        return ()
    parts = text.split(":")
    values: list[int] = []
    for index, part in enumerate(parts):
        if "." in part:
            octets = _ipv4(part, lenient=lenient) if last and index == len(parts) - 1 else None
            if octets is None:
                return None
            values += (octets >> 16, octets & 0xFFFF)
            continue
        if not part or not _HEX.issuperset(part):
            return None
        significant = part.lstrip("0") or "0"
        if len(significant if lenient else part) > 4:
            return None
        values.append(int(significant, 16))
    return tuple(values)
