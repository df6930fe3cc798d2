"""What kube-vip does with its VIPs, as data."""

from enum import Enum
from typing import NamedTuple

from famlint.clusters import Link
from famlint.components.model import Value
from famlint.findings import Label
from famlint.network.addresses import Address, Family
from famlint.positions import Span


class Mode(Enum):
    """How kube-vip makes a VIP reachable; the value is the switch."""

    ARP = "vip_arp"
    BGP = "bgp_enable"
    TABLE = "vip_routingtable"
    WIREGUARD = "vip_wireguard"


class Role(Enum):
    """Whose VIP it is."""

    CONTROL_PLANE = "control plane"
    SERVICE = "Service"


class Kind(Enum):
    """What an item of an address list is for kube-vip. All but ADDRESS are looked up in DNS."""

    ADDRESS = "address"
    NAME = "host name"
    EMPTY = "empty"
    WITH_PREFIX = "address with a prefix length"
    BRACKETS = "brackets"
    ZONE = "zone"
    INVALID = "no address and no name"


class Item(NamedTuple):
    """An item of `address`, `vip_address` or of a Service's addresses.

    `span` covers the item without the blanks around it. `address` is set where `kind` is ADDRESS.
    `family` is set where it is certain, also for a Service that only names its families (`text` is empty then).
    """

    text: str
    value: Value
    span: Span
    kind: Kind
    address: Address | None = None
    family: Family | None = None


class Outcome(Enum):
    """What becomes of a VIP."""

    BOUND = "comes up"
    CRASH = "kube-vip crashes"
    PANIC = "kube-vip ends itself"
    STOPS = "kube-vip stops at start"
    NOT_CONFIGURED = "this VIP is never configured"
    NOT_ANNOUNCED = "this VIP is not announced"
    ROUTE_REJECTED = "the kernel rejects the route"


class Fault(Enum):
    """Why. With the outcome BOUND: why it is still wrong."""

    TOO_LONG = "an IPv4 prefix above 32"
    TOO_LONG_FOR_IPV6 = "an IPv6 prefix above 128"
    IPV4_LENGTH = "an IPv6 VIP with an IPv4 prefix"
    WHOLE_PREFIX = "a route to a whole IPv6 prefix"
    HOST_BITS = "a route with host bits"
    NO_PREFIX = "no prefix"
    NOT_A_NUMBER = "not a number"
    SLASH = "a slash"
    NO_SLASH = "no slash"
    LIST = "a list where one value is read"
    EMPTY_ITEM = "an empty item"
    BLANK = "a blank"
    TOO_MANY_ITEMS = "more than two items"
    LIST_IN_BGP = "a list in BGP mode"
    AUTO = "auto out of place"
    AUTO_ALONE = "auto does not reach IPv6"
    NOT_DERIVED = "no prefix can be derived from address"
    NO_IPV6 = "no IPv6 over BGP yet"
    MODES = "not exactly one mode"


class Ruling(NamedTuple):
    """One cell of a table: what happens, and which part of the setting's text was applied.

    `prefix` is None where there is none or where the NIC decides. `start == end`: a default was applied.
    """

    outcome: Outcome
    prefix: int | None = None
    fault: Fault | None = None
    start: int = 0
    end: int = 0


class Steering(NamedTuple):
    """Which variable steers a prefix, and what it says.

    `text` is what the release applies, empty for the built-in default. `setting` is the explicit value,
    `derived_from` the `address` that the text was derived from; both are None for a default.
    """

    variable: str
    text: str
    setting: Value | None = None
    derived_from: Value | None = None


class Vip(NamedTuple):
    """A VIP and what this release does with it.

    `text` is empty where only the family is known. `address` and `span` say where it is written. `variable`,
    `setting` and `derived_from` are what decides the prefix, as in Steering; `element` is the part of it that
    was applied, `element_span` its place (for a derived prefix: the address that it was derived from), None
    for a default. `because` is this VIP as the other side of a finding.
    """

    text: str
    family: Family
    role: Role
    outcome: Outcome
    prefix: int | None
    fault: Fault | None
    variable: str
    applied: str
    setting: Value | None
    derived_from: Value | None
    element: str
    element_span: Span | None
    address: Value | None
    span: Span | None
    link: Link | None
    because: tuple[Label, ...]

    @property
    def name(self) -> str:
        """How a message names it."""
        owner = "control-plane" if self.role is Role.CONTROL_PLANE else "Service"
        return f"{self.family.value} {owner} VIP {self.text}".rstrip()
