"""What the mode of kube-vip and the features beside it do with its addresses: modes together, node labels, IPVS, DAD.

Source: facts/kube-vip.md sections 1.2, 3.2 (F21, F22, F32) and 5.5; here lives their only transcription.
"""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from famlint.behaviours.kube_vip import Item, Mode, control_plane_items, handled, modes, service_items
from famlint.behaviours.kube_vip.releases import ONE_MODE_ONLY, supported
from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.network.addresses import Family
from famlint.network.versions import band
from famlint.unknown import Unknown

LABELS, BALANCES, SKIPS_DAD = "enable_node_labeling", "lb_enable", "vip_skipdad"

_ARP_FIRST = band("1.1.0-1.2.1")
_ORDER_WITH_ARP_FIRST = (Mode.ARP, Mode.BGP, Mode.TABLE, Mode.WIREGUARD)
_ORDER_BEFORE = (Mode.BGP, Mode.ARP, Mode.WIREGUARD, Mode.TABLE)
_LABELS_LISTS = band("0.6.3-")
_LABELS_IPV6 = band("0.6.3-1.1.2")
_LABELS_IPV6_SERVICES = band("1.0.1")
_LABELS_SERVICE_LISTS = band("1.0.1-")
_BALANCES_NOTHING = band("0.5.0-0.5.12")
_ENDS_WITH_IPV6 = band("0.6.0-0.7.2")
_READS_SKIPDAD = band("1.2.3-")


class Switch(NamedTuple):
    """A mode that is on, and what switches it on."""

    mode: Mode
    value: Value


class Several(NamedTuple):
    """More than one mode. `started` is the one whose engine runs, None where kube-vip refuses to start."""

    switches: tuple[Switch, ...]
    started: Mode | None


class BadLabel(NamedTuple):
    """A label of the node whose value the API server refuses: its text, the character that is not allowed.

    `link` is the Service that it is for, None for the label of kube-vip's own address.
    """

    value: Value
    text: str
    character: str
    link: Link | None = None


class Ipvs(Enum):
    """What becomes of IPVS for an IPv6 control-plane VIP (F22)."""

    INERT = "IPVS balances nothing, the VIP is answered by the leader alone"
    ENDS = "the kernel refuses the IPVS service, and kube-vip ends"


class Balanced(NamedTuple):
    """IPv6 control-plane VIPs behind an IPVS that does not work for them."""

    switch: Value
    items: tuple[Item, ...]
    fate: Ipvs


def several_modes(kube_vip: KubeVip) -> Several | None:
    """More than one mode that is on, None for one or none. Raises Unknown."""
    on = modes(kube_vip)
    if len(on) < 2:
        return None
    version = supported(kube_vip.version)
    order = _ORDER_WITH_ARP_FIRST if version in _ARP_FIRST else _ORDER_BEFORE
    started = None if version in ONE_MODE_ONLY else next(mode for mode in order if mode in on)
    switches = ((mode, kube_vip.get(mode.value)) for mode in Mode if mode in on)
    return Several(tuple(Switch(mode, value) for mode, value in switches if value is not None), started)


def own_bad_label(kube_vip: KubeVip) -> BadLabel | None:
    """The label with the text of `address` that the API server refuses (F21), None without. Raises Unknown.

    It is written where one leader is elected for all Services, which `svc_election` replaces: kube-vip/kube-vip
    pkg/manager/manager_arp.go@v0.8.9. The control plane need not be on.
    """
    if not kube_vip.on(LABELS) or not kube_vip.on("svc_enable") or not kube_vip.on(Mode.ARP.value):
        return None
    version = supported(kube_vip.version)
    address = None if kube_vip.on("svc_election") else kube_vip.get("address")
    if address is None:
        return None
    if version in _LABELS_LISTS and "," in address.text:
        return BadLabel(address, address.text, ",")
    if version in _LABELS_IPV6 and ":" in address.text:
        return BadLabel(address, address.text, ":")
    return None


def bad_service_labels(kube_vip: KubeVip, links: Iterable[Link]) -> tuple[tuple[BadLabel, ...], Unknown | None]:
    """The labels with the addresses of a Service that the API server refuses, and the first missing fact (F21).

    Raises Unknown where the switch or the release is unknown.
    """
    if not kube_vip.on(LABELS) or not kube_vip.on("svc_enable"):
        return (), None
    version = supported(kube_vip.version)
    if version not in _LABELS_SERVICE_LISTS:
        return (), None
    found: list[BadLabel] = []
    missing: Unknown | None = None
    for link in links:
        try:
            label = _service_label(kube_vip, link)
        except Unknown as unknown:
            missing = missing or unknown
            continue
        if label is not None:
            found.append(label)
    return tuple(found), missing


def balanced_ipv6(kube_vip: KubeVip) -> Balanced | None:
    """IPv6 control-plane VIPs for which IPVS does not work in this release (F22), None without. Raises Unknown."""
    if not kube_vip.on("cp_enable") or not kube_vip.on(BALANCES):
        return None
    switch, version = kube_vip.get(BALANCES), supported(kube_vip.version)
    fate = Ipvs.ENDS if version in _ENDS_WITH_IPV6 else Ipvs.INERT if version in _BALANCES_NOTHING else None
    if switch is None or fate is None:
        return None
    items = tuple(item for item in control_plane_items(kube_vip) if item.family is Family.IPV6)
    return Balanced(switch, items, fate) if items else None


def detected_twice(kube_vip: KubeVip) -> tuple[Item, ...]:
    """IPv6 control-plane VIPs that several nodes bring up at once, on an interface that checks for duplicates (F32).

    Table mode without a leader, from the release on that has a switch against it, which is not set. Raises Unknown.
    """
    if not kube_vip.on(Mode.TABLE.value) or not kube_vip.on("cp_enable") or kube_vip.version not in _READS_SKIPDAD:
        return ()
    if modes(kube_vip) != {Mode.TABLE} or kube_vip.on("vip_leaderelection"):
        return ()
    interface = kube_vip.get("vip_interface")
    if interface is None or interface.text == "lo" or kube_vip.get(SKIPS_DAD) is not None:
        return ()
    return tuple(item for item in control_plane_items(kube_vip) if item.family is Family.IPV6)


def _service_label(kube_vip: KubeVip, link: Link) -> BadLabel | None:
    if not handled(kube_vip, link.service):
        return None
    items = [item for item in service_items(kube_vip, link.service) if item.text]
    if len(items) > 1:
        return BadLabel(items[0].value, items[0].value.text, ",", link)
    if kube_vip.version in _LABELS_IPV6_SERVICES and items and items[0].family is Family.IPV6:
        return BadLabel(items[0].value, items[0].text, ":", link)
    return None
