"""The tables of facts/kube-vip.md, sections 2.2 to 2.6, typed in a second time.

Nothing of famlint is used here: what the rules say is held against these tables. A cell is the prefix that a VIP gets,
or one of the words below.
"""

from typing import NamedTuple, TypeAlias

BROKEN = "broken"
"""Crash, refused at start, not configured, not announced, not parsable: the VIP does not work."""

NIC = "nic"
"""The prefix of the network interface."""

OPEN = "open"
"""The tables do not say it, or two facts meet: nothing is demanded."""

ANNOUNCED = "announced"
"""BGP announces a host route, whatever the setting."""

Cell: TypeAlias = int | str

RELEASES = (
    "0.5.0", "0.5.5", "0.5.6", "0.5.7", "0.5.8", "0.5.9", "0.5.10", "0.5.11", "0.5.12", "0.6.0", "0.6.1", "0.6.2",
    "0.6.3", "0.6.4", "0.7.0", "0.7.1", "0.7.2", "0.8.0", "0.8.1", "0.8.2", "0.8.3", "0.8.4", "0.8.5", "0.8.6",
    "0.8.7", "0.8.8", "0.8.9", "0.8.10", "0.9.0", "0.9.1", "0.9.2", "1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4",
    "1.1.0", "1.1.1", "1.1.2", "1.2.0", "1.2.1", "1.2.2", "1.2.3",
)  # fmt: skip


class Row(NamedTuple):
    """What becomes of a VIP of the control plane, and of one of a Service, by family."""

    cp4: Cell
    cp6: Cell
    svc4: Cell
    svc6: Cell

    def cell(self, *, control_plane: bool, v6: bool) -> Cell:
        """The column for a VIP."""
        return (self.cp6 if v6 else self.cp4) if control_plane else (self.svc6 if v6 else self.svc4)


def number(release: str) -> tuple[int, ...]:
    """A release as numbers, to compare."""
    return tuple(int(part) for part in release.split("."))


# 2.3: vip_subnet as text behind the address. The columns are the family only.
APPENDED: dict[str, tuple[Cell, Cell]] = {
    "": (32, 128),
    "/24": (24, 24),
    "/32": (32, 32),
    "/64": (BROKEN, 64),
    "/128": (BROKEN, 128),
    "24": (BROKEN, BROKEN),
    "32": (BROKEN, BROKEN),
    "64": (BROKEN, BROKEN),
    "128": (BROKEN, BROKEN),
    "/24,/64": (BROKEN, BROKEN),
    "/24,64": (BROKEN, BROKEN),
    "32,128": (BROKEN, BROKEN),
    "24,64": (BROKEN, BROKEN),
    "128,32": (BROKEN, BROKEN),
    "64,24": (BROKEN, BROKEN),
    "24, 64": (BROKEN, BROKEN),
    "24,64,64": (BROKEN, BROKEN),
    "33": (BROKEN, BROKEN),
    "32,": (BROKEN, BROKEN),
    ",128": (BROKEN, BROKEN),
    "32,129": (BROKEN, BROKEN),
    "10.0.0.0/24": (BROKEN, BROKEN),
    "auto": (BROKEN, BROKEN),
    "auto,auto": (BROKEN, BROKEN),
}

# 2.4: vip_cidr in ARP mode, 0.8.5-0.8.10.
ARP_LIST: dict[str, Row] = {
    "": Row(BROKEN, BROKEN, 32, 128),
    "32": Row(32, 32, 32, 128),
    "24": Row(24, 24, 24, 128),
    "33": Row(BROKEN, 33, BROKEN, 128),
    "64": Row(BROKEN, 64, BROKEN, 128),
    "128": Row(BROKEN, 128, BROKEN, 128),
    "32,128": Row(32, 128, 32, 128),
    "24,64": Row(24, 64, 24, 64),
    "24, 64": Row(24, 64, 24, 64),
    "128,32": Row(BROKEN, 32, BROKEN, 32),
    "64,24": Row(BROKEN, 24, BROKEN, 24),
    "32,32,128": Row(32, 32, 32, 32),
    "32,": Row(32, BROKEN, 32, BROKEN),
    ",128": Row(BROKEN, 128, 32, 128),
    "/24": Row(BROKEN, BROKEN, BROKEN, 128),
    "auto": Row(BROKEN, BROKEN, NIC, 128),
    "auto,auto": Row(BROKEN, BROKEN, NIC, NIC),
    # A v6 number above 128 is /0 up to 0.8.9 and a crash in 0.8.10: broken, either way.
    "32,129": Row(32, BROKEN, 32, BROKEN),
}

# 2.5: vip_cidr in BGP mode up to 0.8.10. The columns are the family only.
BGP_TEXT: dict[str, tuple[Cell, Cell]] = {
    "": (BROKEN, BROKEN),
    "0": (ANNOUNCED, ANNOUNCED),
    "24": (ANNOUNCED, ANNOUNCED),
    "32": (ANNOUNCED, ANNOUNCED),
    "33": (BROKEN, ANNOUNCED),
    "64": (BROKEN, ANNOUNCED),
    "128": (BROKEN, ANNOUNCED),
    "32,128": (BROKEN, BROKEN),
    "24,64": (BROKEN, BROKEN),
    "128,32": (BROKEN, BROKEN),
    "32,32,128": (BROKEN, BROKEN),
    "/24": (BROKEN, BROKEN),
}

# 2.1: Services in BGP mode with an election, 0.8.5-0.8.10, take one element each. What an element that is too long for
# IPv4 does there is not in the tables: 2.5 leaves these Services out.
BGP_ELEMENT: dict[str, tuple[Cell, Cell]] = {
    "": (ANNOUNCED, ANNOUNCED),
    "24": (ANNOUNCED, ANNOUNCED),
    "32": (ANNOUNCED, ANNOUNCED),
    "64": (OPEN, ANNOUNCED),
    "128": (OPEN, ANNOUNCED),
    "32,128": (ANNOUNCED, ANNOUNCED),
    "24,64": (ANNOUNCED, ANNOUNCED),
}

# 2.6: vip_subnet from 0.9.0 on, in every mode.
SUBNET_LIST: dict[str, Row] = {
    "": Row(BROKEN, BROKEN, 32, 128),
    "32": Row(32, 32, 32, 128),
    "24": Row(24, 24, 24, 128),
    "33": Row(BROKEN, 33, BROKEN, 128),
    "64": Row(BROKEN, 64, BROKEN, 128),
    "128": Row(BROKEN, 128, BROKEN, 128),
    "32,128": Row(32, 128, 32, 128),
    "24,64": Row(24, 64, 24, 64),
    "24, 64": Row(24, BROKEN, 24, 64),
    "128,32": Row(BROKEN, 32, BROKEN, 32),
    "64,24": Row(BROKEN, 24, BROKEN, 24),
    "/24": Row(BROKEN, BROKEN, BROKEN, 128),
    "10.0.0.0/24": Row(BROKEN, BROKEN, BROKEN, 128),
    "32,": Row(32, BROKEN, 32, 128),
    ",128": Row(BROKEN, 128, 32, 128),
    "24,64,64": Row(BROKEN, BROKEN, 24, 64),
    "auto": Row(BROKEN, BROKEN, NIC, 128),
    "auto,auto": Row(BROKEN, BROKEN, NIC, NIC),
    "32,129": Row(32, BROKEN, 32, BROKEN),
}

CIDR_VALUES = tuple(dict.fromkeys((*ARP_LIST, *BGP_TEXT)))
SUBNET_VALUES = tuple(dict.fromkeys((*APPENDED, *SUBNET_LIST)))


def derived(release: str, v6: tuple[bool, ...]) -> list[int]:
    """2.2: the prefixes derived from the addresses of `address`, in their order."""
    lengths = [128 if one else 32 for one in v6]
    return sorted(set(lengths)) if number(release) >= (1, 0, 1) else lengths


def derived_row(lengths: list[int], *, strict: bool) -> Row:
    """What a derived list does: position 1 is v4, position 2 is v6; one number serves both of a control plane.

    `strict`: from 0.9.0 on three or more elements are refused for a control plane (2.6).
    """
    first, second = lengths[0], lengths[1] if len(lengths) > 1 else None
    v4: Cell = first if first <= 32 else BROKEN
    if strict and len(lengths) > 2:
        return Row(BROKEN, BROKEN, v4, 128 if second is None else second)
    return Row(v4, first if second is None else second, v4, 128 if second is None else second)
