"""The service ranges of an API server: how it reads them, and what it says to each at start-up.

The list is split at commas and nothing is trimmed. Source: facts/kubernetes.md sections 0.1 (P1 to P6) and 1.1.1
(A1 to A6; kubernetes/kubernetes cmd/kube-apiserver/app/options/completion.go and validation.go).
"""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from famlint.behaviours.feature_gates import MULTI_CIDR, NO_DUAL_WRITE, is_on
from famlint.components.model import Value
from famlint.network.addresses import Cidr, Dialect, Family, looks_like_ip, parse_cidr
from famlint.network.versions import Version, band
from famlint.positions import Span

MOST = 2
"""Ranges in one list (A2)."""

SMALLEST = {Family.IPV4: 29, Family.IPV6: 125}
"""The longest prefix of the primary range: eight addresses (A4)."""

LARGEST = {Family.IPV4: 12, Family.IPV6: 108}
"""The shortest prefix while the first allocator is kept up: 20 bits for hosts (A5)."""

ALLOCATABLE = 64
"""The shortest IPv6 prefix from which the allocator of ServiceCIDRs gives addresses (A6)."""

UNSIZED = (0, 1)
"""Prefixes whose size counts as zero (P6)."""

_LIMIT_UNSETTLED = band("1.27.0-1.30.99")
"""With the gate on, the limit of these releases was not read in any source (O3)."""


class Range(NamedTuple):
    """A member of the list: its number from 0, its text, what it is read as (None: it is refused), its place."""

    number: int
    text: str
    cidr: Cidr | None
    span: Span

    @property
    def name(self) -> str:
        """How messages call it."""
        return f'"{self.text}"'


class Limit(Enum):
    """Whether an API server refuses ranges that are larger than the first allocator can hold."""

    HOLDS = "holds"
    GONE = "gone"
    UNSETTLED = "unsettled"


def ranges(flag: Value | None) -> tuple[Range, ...]:
    """The members of `--service-cluster-ip-range`, none where it is absent or empty (a default holds then)."""
    if flag is None or not flag.text:
        return ()
    found, start = [], 0
    for number, text in enumerate(flag.text.split(",")):
        found.append(Range(number, text, parse_cidr(text, Dialect.KUBERNETES), flag.part(start, start + len(text))))
        start += len(text) + 1
    return tuple(found)


def is_bare(text: str) -> bool:
    """Whether a member that is refused would be read without what stands around it: blanks, quotation marks."""
    return parse_cidr(meant(text), Dialect.KUBERNETES) is not None


def meant(text: str) -> str:
    """A member without blanks and quotation marks around it."""
    return text.strip(" \t\r\n\"'")


def means_a_range(text: str) -> bool:
    """Whether a person meant a range or an address, or left a member empty. A word in its place is a template's."""
    inner = meant(text)
    return not inner or any(looks_like_ip(part.partition("/")[0]) for part in inner.replace(";", " ").split())


def same_family(members: tuple[Range, ...]) -> Family | None:
    """The family that both of exactly two ranges have (A3), None where they differ."""
    families = {member.cidr.family if member.cidr else None for member in members}
    return families.pop() if len(members) == MOST and len(families) == 1 else None


def is_too_small(cidr: Cidr) -> bool:
    """Whether a primary range has fewer than eight addresses; /0 and /1 count as empty (A4, P6)."""
    return cidr.prefix > SMALLEST[cidr.family] or (cidr.prefix in UNSIZED and not cidr.mapped)


def is_too_large(cidr: Cidr) -> bool:
    """Whether a range has more than 20 bits for hosts (A5)."""
    return cidr.prefix < LARGEST[cidr.family]


def is_beyond_allocation(cidr: Cidr) -> bool:
    """Whether the allocator of ServiceCIDRs gives no address of a range (A6)."""
    return cidr.family is Family.IPV6 and cidr.prefix < ALLOCATABLE


def limit(gates: Mapping[str, str], release: Version) -> Limit:
    """What becomes of ranges that are too large (A5).

    Args:
        gates: the words of `--feature-gates`.
        release: the release whose gates hold (`feature_gates.gate_release`).

    Raises Unknown where a gate's word is no truth value.
    """
    new = is_on(MULTI_CIDR, gates, release)
    if new and release in _LIMIT_UNSETTLED:
        return Limit.UNSETTLED
    return Limit.GONE if new and is_on(NO_DUAL_WRITE, gates, release) else Limit.HOLDS
