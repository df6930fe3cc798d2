"""What MetalLB takes for an item of an address pool.

Source: facts/cni-and-load-balancers.md section 1.8 and rule MLB001 (metallb/metallb internal/config/config.go@v0.16.1):
an item is a CIDR as Go's `net` reads it, or `first-last`, blanks around both ends cut off.
"""

from enum import Enum

from famlint.network.addresses import Dialect, parse_address


class ItemFault(Enum):
    """Why an item gives no addresses; the value says what MetalLB does with it."""

    BARE_ADDRESS = "MetalLB refuses an address without a prefix length"
    BACKWARDS = "MetalLB refuses a range whose first address is above its last"
    TWO_FAMILIES = "MetalLB takes no address from a range between two families"


def fault_of(text: str) -> ItemFault | None:
    """What is wrong with an item. None for what is right, and for texts that hold no address at all."""
    if parse_address(text.strip(), Dialect.GO_NET) is not None:
        return ItemFault.BARE_ADDRESS
    first_text, dash, last_text = text.partition("-")
    first = parse_address(first_text.strip(), Dialect.GO_NET)
    last = parse_address(last_text.strip(), Dialect.GO_NET)
    if not dash or first is None or last is None:
        return None
    if first.family is not last.family:
        return ItemFault.TWO_FAMILIES
    return ItemFault.BACKWARDS if first.value > last.value else None
