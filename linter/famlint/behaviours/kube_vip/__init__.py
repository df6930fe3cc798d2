"""What a release of kube-vip does with each of its VIPs: pure functions from effective settings to data.

The tables and their sources are in facts/kube-vip.md, section 2; here lives their only transcription.
"""

from famlint.behaviours.kube_vip.outcomes import Survey, serves_unseen, service_vip, survey, vips
from famlint.behaviours.kube_vip.records import Fault, Item, Kind, Mode, Outcome, Role, Ruling, Steering, Vip
from famlint.behaviours.kube_vip.releases import (
    APPENDS_SUBNET,
    CHECKED_TO,
    CIDR_IN_ARP,
    CIDR_READ,
    RELEASES,
    SUBNET_LIST,
    checked,
    supported,
)
from famlint.behaviours.kube_vip.steering import (
    Derivation,
    asks_for_auto,
    derive,
    election,
    engine,
    refusal,
    reversed_pair,
    steering,
    v6_first,
)
from famlint.behaviours.kube_vip.subjects import (
    control_plane_items,
    handled,
    items_of,
    kind_of,
    modes,
    service_items,
)

__all__ = [
    "APPENDS_SUBNET",
    "CHECKED_TO",
    "CIDR_IN_ARP",
    "CIDR_READ",
    "RELEASES",
    "SUBNET_LIST",
    "Derivation",
    "Fault",
    "Item",
    "Kind",
    "Mode",
    "Outcome",
    "Role",
    "Ruling",
    "Steering",
    "Survey",
    "Vip",
    "asks_for_auto",
    "checked",
    "control_plane_items",
    "derive",
    "election",
    "engine",
    "handled",
    "items_of",
    "kind_of",
    "modes",
    "refusal",
    "reversed_pair",
    "serves_unseen",
    "service_items",
    "service_vip",
    "steering",
    "supported",
    "survey",
    "v6_first",
    "vips",
]
