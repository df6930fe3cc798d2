"""What the cloud provider of kube-vip does with its pools: which key serves a namespace, and with which families.

Source: facts/kube-vip.md sections 1.6, 3.2 (F39) and 5.6 (kube-vip/kube-vip-cloud-provider
pkg/provider/loadBalancer.go@v0.0.12, pkg/ipam/addressbuilder.go@v0.0.12).
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from famlint.components.kube_vip_pools import AddressPools
from famlint.components.model import Value
from famlint.network.addresses import Address, Dialect, Family, parse_address, parse_cidr
from famlint.network.versions import Version, band
from famlint.positions import Span
from famlint.unknown import Unknown

CHECKED_TO = Version(0, 0, 12)
"""Newer releases are taken to behave like this one, and messages say so."""

MIXES_FAMILIES = band("-0.0.7")
"""A pool is not split by family: whatever is free is given (section 5.6)."""

READS_ONE_ADDRESS = band("0.0.7-0.0.9")
"""The whole annotation of every Service is read as one address before each allocation (section 1.6)."""

READS_ADDRESSES = band("0.0.7-")
"""The annotations of all Services are parsed before each allocation, and one that fails ends it (section 1.6)."""

GIVES_TWO_ADDRESSES = band("0.0.8-")
"""A dual-stack Service gets an address of each family (section 1.6)."""

DHCP = "0.0.0.0/32"
"""The whole value that asks for a lease in place of an address."""

_GLOBAL = "global"
_BLANKS = " \t\r\n"
_NAMED_LIKE = {"ipv4": Family.IPV4, "v4": Family.IPV4, "ipv6": Family.IPV6, "v6": Family.IPV6}


class Fault(Enum):
    """Why the provider refuses a pool: what is to be said of the item."""

    EMPTY = "has no value"
    BLANK = "has a blank or a line break"
    EMPTY_ITEM = "is empty"
    NO_CIDR = "is no CIDR"
    NO_RANGE = "is no range of the form first-last"
    MIXED = "is a range among CIDRs"
    TWO_FAMILIES = "starts in one family and ends in the other"
    DESCENDING = "ends before it starts"


class Problem(NamedTuple):
    """A fault of a pool: the item that it lies in, empty where the pool is, and its place."""

    fault: Fault
    item: str
    span: Span


class Pool(NamedTuple):
    """A pool as the provider reads it. `families` are those of its good items; with a problem none is ever given."""

    key: str
    value: Value
    families: frozenset[Family]
    problems: tuple[Problem, ...]

    @property
    def dhcp(self) -> bool:
        """Whether it asks for leases."""
        return self.value.text == DHCP


class Shadow(NamedTuple):
    """A range that is never used, what hides it, and the families that only the range has."""

    hidden: Pool
    by: Pool
    lost: frozenset[Family]


def checked(version: Version) -> str:
    """A remark for messages about releases beyond the ground truth, empty for the others."""
    return f" (checked up to {CHECKED_TO})" if version > CHECKED_TO else ""


def pools_of(pools: AddressPools) -> Iterator[Pool]:
    """Every pool that is known, in the order of the ConfigMap. Raises Unknown after the last one for the others."""
    unknown: Unknown | None = None
    for key in pools.keys:
        try:
            value = pools.get(key)
        except Unknown as reason:
            unknown = unknown or reason
            continue
        if value is not None:
            yield read_pool(key, value)
    if unknown is not None:
        raise unknown


def pool_for(pools: AddressPools, namespace: str) -> Pool | None:
    """The pool that serves a namespace, None without one. Raises Unknown.

    The first key that is there wins, empty or not, and no other one is asked for a family that it lacks.
    """
    for kind in ("cidr", "range"):
        for scope in (namespace, _GLOBAL):
            value = pools.get(f"{kind}-{scope}")
            if value is not None:
                return read_pool(f"{kind}-{scope}", value)
    return None


def families_for(pools: AddressPools, namespace: str) -> frozenset[Family]:
    """The families of the addresses that Services of a namespace get; none where nothing or a lease is given.

    Raises Unknown.
    """
    pool = pool_for(pools, namespace)
    return frozenset() if pool is None or pool.problems or pool.dhcp else pool.families


def shadows(pools: AddressPools) -> Iterator[Shadow]:
    """The ranges that are never used. Raises Unknown, after those that are known.

    `range-<namespace>` is hidden by `cidr-<namespace>`, and every range by `cidr-global`.
    """
    unknown: Unknown | None = None
    for key in pools.keys:
        kind, _, scope = key.partition("-")
        if kind != "range":
            continue
        try:
            hidden = pools.get(key)
            by = _first(pools, scope)
        except Unknown as reason:
            unknown = unknown or reason
            continue
        if hidden is not None and by is not None:
            pool = read_pool(key, hidden)
            yield Shadow(pool, by, frozenset() if by.dhcp or pool.problems else pool.families - by.families)
    if unknown is not None:
        raise unknown


def family_in_name(key: str) -> Family | None:
    """The family that the namespace of a key is called like: `cidr-ipv6`, `range-global-v4`."""
    return _NAMED_LIKE.get(namespace_of(key).removeprefix(f"{_GLOBAL}-").lower())


def namespace_of(key: str) -> str:
    """The namespace that a key of a pool is for; `global` stands for all without a key of their own."""
    return key.partition("-")[2]


def read_pool(key: str, value: Value) -> Pool:
    """A pool as the provider reads it: CIDRs where there is a slash in it, whatever the key says, else ranges."""
    text = value.text
    if not text:
        return Pool(key, value, frozenset(), (Problem(Fault.EMPTY, "", value.span),))
    families: set[Family] = set()
    problems: list[Problem] = []
    start = 0
    for item in text.split(","):
        span = value.part(start, start + len(item))
        found = _family(item, cidrs="/" in text)
        if isinstance(found, Fault):
            problems.append(Problem(found, item, span))
            cleaned = _family(without_blanks(item), cidrs="/" in text)
            families |= {cleaned} if isinstance(cleaned, Family) else set()
        else:
            families.add(found)
        start += len(item) + 1
    return Pool(key, value, frozenset(families), tuple(problems))


def mended(pool: Pool) -> str | None:
    """The one right text of a pool, None where its items leave a choice: blanks and empty items only go away."""
    items = [item for item in without_blanks(pool.value.text).split(",") if item]
    clear = all(problem.fault in (Fault.BLANK, Fault.EMPTY_ITEM) for problem in pool.problems)
    return ",".join(items) if clear and items else None


def hidden_source(pools: AddressPools, pool: Pool, namespace: str, family: Family) -> Pool | None:
    """The pool that has a family and is not used for a namespace because another one comes first. Raises Unknown."""
    for key in (f"cidr-{_GLOBAL}", f"range-{namespace}", f"range-{_GLOBAL}"):
        value = pools.get(key) if key != pool.key else None
        other = read_pool(key, value) if value is not None else None
        if other is not None and family in other.families and not other.problems:
            return other
    return None


def without_blanks(text: str) -> str:
    """A text without blanks and line breaks anywhere."""
    return "".join(mark for mark in text if mark not in _BLANKS)


def _first(pools: AddressPools, scope: str) -> Pool | None:
    """The CIDRs that come before the range of a scope."""
    for key in dict.fromkeys((f"cidr-{scope}", f"cidr-{_GLOBAL}")):
        value = pools.get(key)
        if value is not None:
            return read_pool(key, value)
    return None


def _family(item: str, *, cidrs: bool) -> Family | Fault:
    """The family of an item, or why the provider refuses it."""
    if not item.strip(_BLANKS):
        return Fault.EMPTY_ITEM
    plain = without_blanks(item)
    found = _cidr(plain) if cidrs else _range(plain)
    return Fault.BLANK if plain != item and isinstance(found, Family) else found


def _cidr(item: str) -> Family | Fault:
    cidr = parse_cidr(item, Dialect.GO_NETIP)
    if cidr is not None:
        return cidr.family
    return Fault.MIXED if "/" not in item and isinstance(_range(item), Family) else Fault.NO_CIDR


def _range(item: str) -> Family | Fault:
    ends = [parse_address(end, Dialect.GO_NETIP) for end in item.split("-")]
    match ends:
        case [Address() as first, Address() as last]:
            if first.family is not last.family:
                return Fault.TWO_FAMILIES
            return first.family if first.value <= last.value else Fault.DESCENDING
    return Fault.NO_RANGE
