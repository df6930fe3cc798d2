"""What the API server accepts as the `ipBlock` of a NetworkPolicy.

Source: facts/kubernetes.md section 3.2 and rule R75; kubernetes/kubernetes
pkg/apis/networking/validation/validation.go (ValidateIPBlock). Both fields are read by Kubernetes' own parser, host
bits are cut off.
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from famlint.components.model import Value
from famlint.network.addresses import Cidr, Dialect, Family, host_mask, parse_cidr


class IpBlock(NamedTuple):
    """A range and the parts of it that are left out, as they stand in a policy or in the values of a chart."""

    cidr: Value
    excepts: tuple[Value, ...] = ()


class BlockFault(Enum):
    """Why the API server refuses a block; the value is what a message says of the text."""

    CIDR_UNREADABLE = "is no CIDR"
    EXCEPT_UNREADABLE = "is not a CIDR"
    OTHER_FAMILY = "is of the other family"
    OUTSIDE = "lies outside of it"
    NOT_SMALLER = "is not smaller than it"


class Refused(NamedTuple):
    """A block that the API server refuses, at the value that it objects to."""

    block: IpBlock
    value: Value
    fault: BlockFault


def refused(block: IpBlock) -> Iterator[Refused]:
    """Everything that the API server objects to in a block: the range alone, else each exception that does not fit.

    An exception written as an IPv4-mapped IPv6 range beside a plain one is passed over: Kubernetes compares the prefix
    lengths of such a pair as they are written, and the answer differs from what the text says.
    """
    cidr = parse_cidr(block.cidr.text, Dialect.KUBERNETES)
    if cidr is None:
        yield Refused(block, block.cidr, BlockFault.CIDR_UNREADABLE)
        return
    for value in block.excepts:
        left_out = parse_cidr(value.text, Dialect.KUBERNETES)
        if left_out is None:
            yield Refused(block, value, BlockFault.EXCEPT_UNREADABLE)
        elif left_out.mapped == cidr.mapped and (fault := _misfit(left_out, cidr)):
            yield Refused(block, value, fault)


def family_of(block: IpBlock) -> Family | None:
    """The one family of the addresses that a block can name; None where its range is unreadable."""
    cidr = parse_cidr(block.cidr.text, Dialect.KUBERNETES)
    return cidr.family if cidr else None


def _misfit(left_out: Cidr, cidr: Cidr) -> BlockFault | None:
    if left_out.family is not cidr.family:
        return BlockFault.OTHER_FAMILY
    if left_out.network & ~host_mask(cidr.family, cidr.prefix) != cidr.network:
        return BlockFault.NOT_SMALLER if _inside(cidr, left_out) else BlockFault.OUTSIDE
    return BlockFault.NOT_SMALLER if left_out.prefix <= cidr.prefix else None


def _inside(inner: Cidr, outer: Cidr) -> bool:
    return inner.prefix >= outer.prefix and inner.network & ~host_mask(outer.family, outer.prefix) == outer.network
