"""How the kube-controller-manager cuts the pod range into one block per node (NodeIPAM).

A controller manager of any kind is a `NodeIpam`; what it does with its values is judged here, once. Source:
facts/kubernetes.md section 0.1 (P3, P4) and section 1.2, checks C1, C2 and C6 to C10.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from famlint.components.model import Component, Value
from famlint.network.addresses import Cidr, Dialect, Family, parse_cidr
from famlint.network.versions import Version, band
from famlint.positions import Span
from famlint.unknown import Unknown

NODE_PREFIX: Mapping[Family, int] = {Family.IPV4: 24, Family.IPV6: 64}
"""The prefix length of a node's block where no flag gives one (section 1.2)."""

MOST_BITS_V6 = 16
"""How much longer than the pod range an IPv6 node block may be (C10). IPv4 has no such limit."""

MASK_FLAGS = band("1.23.0-")
"""Flags for masks that do not fit the families of the pod range end the start (C6 to C8)."""

GENERIC = "node-cidr-mask-size"
SPECIFIC: Mapping[Family, str] = {Family.IPV4: f"{GENERIC}-ipv4", Family.IPV6: f"{GENERIC}-ipv6"}
"""The flags for the prefix length of a node's block: for a single-stack range, and for one family."""


class NodeIpam(NamedTuple):
    """A kube-controller-manager, as far as it gives pod ranges to nodes.

    Attributes:
        component: what declares it.
        name: for messages, `the controller manager of vcluster my-vc`.
        cluster_cidr: `--cluster-cidr`, whatever key it comes from. None: not given.
        masks: `--node-cidr-mask-size…` by the name of the flag; a flag that is not given is not in it.
        allocates: whether it gives ranges to nodes at all.
        release: of Kubernetes.
        remark: what messages add where a release is newer than the ground truth, else empty.
    """

    component: Component
    name: str
    cluster_cidr: Value | Unknown | None
    masks: Mapping[str, Value | Unknown]
    allocates: bool
    release: Version | Unknown
    remark: str = ""


class Member(NamedTuple):
    """A member of the pod range with its place. `cidr` is None where the controller manager cannot read it."""

    text: str
    span: Span
    cidr: Cidr | None


class RangeFault(Enum):
    """Why the controller manager exits over its pod range; the value is what a message says of it."""

    EMPTY = "it is empty"
    BLANK = "blanks around the comma are not cut off"
    UNREADABLE = "this is not a CIDR"
    MORE_THAN_TWO = "it takes at most two, one of each family"
    ONE_FAMILY = "two ranges must be one of each family"


class BadRange(NamedTuple):
    """What is wrong with a pod range, and where. `right` is the one text that mends it, empty where there is none."""

    fault: RangeFault
    value: Value
    span: Span
    text: str
    right: str = ""


class NodeBlocks(NamedTuple):
    """The blocks that one member of the pod range gives: `prefix` is the length of a node's block.

    `flag` is the name of the flag that sets it, `mask` its value; None where the length is the default.
    """

    value: Value
    member: Member
    cidr: Cidr
    prefix: int
    flag: str
    mask: Value | None


class MaskFault(Enum):
    """Why the controller manager exits over the flags for node masks."""

    GENERIC_WITH_TWO = "the flag without a family counts only for one range"
    GENERIC_AND_SPECIFIC = "the flag without a family excludes those for one family"
    OTHER_FAMILY = "the pod range has no member of that family"


class BadMask(NamedTuple):
    """A flag for node masks that does not fit, with its name."""

    fault: MaskFault
    flag: str
    value: Value


def members(value: Value) -> tuple[Member, ...]:
    """The members of `--cluster-cidr` as the controller manager splits them: only the whole text is trimmed (P4)."""
    start = len(value.text) - len(value.text.lstrip())
    found: list[Member] = []
    for text in value.text.strip().split(","):
        found.append(Member(text, value.part(start, start + len(text)), parse_cidr(text, Dialect.KUBERNETES)))
        start += len(text) + 1
    return tuple(found)


def bad_range(ipam: NodeIpam) -> BadRange | None:
    """The first thing over which the controller manager exits in its pod range (C1, C2). Raises Unknown."""
    value = _cluster_cidr(ipam)
    if value is None:
        return None
    if not value.text.strip():
        return BadRange(RangeFault.EMPTY, value, value.span, value.text)
    found = members(value)
    for member in found:
        if member.cidr is None:
            blank = parse_cidr(member.text.strip(), Dialect.KUBERNETES) is not None
            fault = RangeFault.BLANK if blank else RangeFault.UNREADABLE
            return BadRange(fault, value, member.span, member.text, _trimmed(value) if blank else "")
    if len(found) > 2:
        return BadRange(RangeFault.MORE_THAN_TWO, value, value.span, value.text)
    return None if _one_of_each(found) else BadRange(RangeFault.ONE_FAMILY, value, value.span, value.text)


def node_blocks(ipam: NodeIpam) -> Iterator[NodeBlocks]:
    """The blocks that each member of a readable pod range gives. Nothing without one. Raises Unknown.

    A flag that is 0 leaves the default. Ranges written as IPv4-mapped IPv6 are passed over: Kubernetes counts 128 bits
    for their size (P3).
    """
    value = _cluster_cidr(ipam)
    if value is None or bad_range(ipam) or bad_mask(ipam):
        return
    found = members(value)
    for member in found:
        if member.cidr is None or member.cidr.mapped:
            continue
        family = member.cidr.family
        flags = (SPECIFIC[family],) if len(found) == 2 else (SPECIFIC[family], GENERIC)
        given = [(flag, mask) for flag in flags if (mask := _mask(ipam, flag)) is not None and _number(mask)]
        flag, mask = given[0] if given else (SPECIFIC[family], None)
        yield NodeBlocks(value, member, member.cidr, _number(mask) if mask else NODE_PREFIX[family], flag, mask)


def bad_mask(ipam: NodeIpam) -> BadMask | None:
    """The flag for node masks over which the controller manager exits (C6 to C8). Raises Unknown.

    A release that is not known counts as one that checks: all supported ones do.
    """
    value = _cluster_cidr(ipam)
    if value is None or bad_range(ipam) or (isinstance(ipam.release, Version) and ipam.release not in MASK_FLAGS):
        return None
    families = _families(members(value))
    generic = _mask(ipam, GENERIC)
    specific = {
        family: mask for family, flag in SPECIFIC.items() if (mask := _mask(ipam, flag)) is not None and _number(mask)
    }
    if generic is not None and _number(generic):
        if len(families) == 2:
            return BadMask(MaskFault.GENERIC_WITH_TWO, GENERIC, generic)
        return BadMask(MaskFault.GENERIC_AND_SPECIFIC, GENERIC, generic) if specific else None
    for family, mask in specific.items():
        if family not in families:
            return BadMask(MaskFault.OTHER_FAMILY, SPECIFIC[family], mask)
    return None


def too_short(blocks: NodeBlocks) -> bool:
    """Whether a node's block is larger than the pod range that it is cut from (C9); equal is one node."""
    return blocks.prefix < blocks.cidr.prefix


def too_far(blocks: NodeBlocks) -> bool:
    """Whether a node's IPv6 block is too small a part of the pod range (C10)."""
    return blocks.cidr.family is Family.IPV6 and blocks.prefix - blocks.cidr.prefix > MOST_BITS_V6


def _cluster_cidr(ipam: NodeIpam) -> Value | None:
    """The pod range in use. Raises Unknown."""
    if not ipam.allocates:
        return None
    if isinstance(ipam.cluster_cidr, Unknown):
        raise ipam.cluster_cidr
    return ipam.cluster_cidr


def _mask(ipam: NodeIpam, flag: str) -> Value | None:
    found = ipam.masks.get(flag)
    if isinstance(found, Unknown):
        raise found
    return found


def _number(mask: Value) -> int:
    """A mask as a number, 0 where the flag leaves the default.

    Raises Unknown for any other text: the flag library reads `024` and `0x40` as octal and hexadecimal numbers.
    """
    plain = mask.text.isascii() and mask.text.isdecimal() and len(mask.text) <= 3
    if not plain or (mask.text[0] == "0" and mask.text != "0"):
        raise Unknown(GENERIC, f"{mask.text} is not a plain number")
    return int(mask.text)


def _trimmed(value: Value) -> str:
    """The range without blanks around its members, empty where that is not enough."""
    text = ",".join(part.strip() for part in value.text.split(","))
    found = members(value._replace(text=text))
    return text if all(member.cidr for member in found) and len(found) <= 2 and _one_of_each(found) else ""


def _one_of_each(found: tuple[Member, ...]) -> bool:
    return len(_families(found)) == len(found)


def _families(found: tuple[Member, ...]) -> frozenset[Family]:
    return frozenset(member.cidr.family for member in found if member.cidr)
