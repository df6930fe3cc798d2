"""BGP in kube-vip: router ID, peers and their families, MP-BGP next hops, the source of sessions.

Sources: facts/kube-vip.md sections 1.2 (BGP), 3.1 (MP-BGP rules), F24 to F28.
"""

from enum import Enum
from typing import NamedTuple

from famlint.behaviours.api_servers import api_server, primary
from famlint.behaviours.kube_vip.records import Mode
from famlint.behaviours.kube_vip_bgp_peers import COLON_FIELD, SUFFIX, Peer, peer_address, peers
from famlint.clusters import Cluster
from famlint.components.kube_apiserver import KubeApiserver
from famlint.components.kube_vip import FIELD, KubeVip
from famlint.components.model import Value
from famlint.network.addresses import Dialect, Family, parse_address, parse_cidr
from famlint.network.versions import Version, band
from famlint.unknown import Unknown

READS_MP_BGP = band("0.8.10-")
"""`mpbgp_nexthop`, `mpbgp_ipv4` and `mpbgp_ipv6` are read."""

REFUSES_IPV6_ROUTER_ID = band("1.2.1-")
"""Before, an IPv6 router ID was sent as 0.0.0.0, which peers refuse (F28)."""

NEXT_HOPS = ("fixed", "auto_sourceip", "auto_sourceif")
_ADDRESS_FIELDS = ("status.podIP", "status.hostIP")
_METAL = "vip_packet"
_READS_METAL = band("-0.8.10")


class Neighbour(NamedTuple):
    """A peer and the setting that names it."""

    value: Value
    peer: Peer


class OptionFault(Enum):
    """Why the MP-BGP options of a peer do not do what they say."""

    SLASH = "the form with a slash is not read"
    EMPTY_PORT = "the port field before them is empty"
    IGNORED_FIELD = "the sixth field is not read"
    CUT_IPV6 = "an IPv6 address is cut at its colon"
    NO_GLOBAL = "mpbgp_nexthop is empty"


def is_on(kube_vip: KubeVip) -> bool:
    """Whether BGP is switched on. Raises Unknown."""
    return kube_vip.on(Mode.BGP.value)


def neighbours(kube_vip: KubeVip) -> tuple[Neighbour, ...]:
    """All peers: of `bgp_peers` and `bgp_peeraddress`. Raises Unknown."""
    version = release(kube_vip)
    found: list[Neighbour] = []
    if (value := kube_vip.get("bgp_peers")) is not None:
        found += (Neighbour(value, peer) for peer in peers(value.text, version))
    if (single := kube_vip.get("bgp_peeraddress")) is not None:
        found.append(Neighbour(single, peer_address(single.text, version)))
    return tuple(found)


def release(kube_vip: KubeVip) -> Version | None:
    """The release, None where it is unknown: then only what fails in every release counts."""
    version = kube_vip.component.known_version
    return None if isinstance(version, Unknown) else version


def is_router_id(text: str) -> bool:
    """Whether a text is a router ID: a 32-bit number in the form of an IPv4 address."""
    return ":" not in text and parse_address(text, Dialect.GO_NET) is not None


def family_of(text: str) -> Family | None:
    """The family of an address, None for anything else."""
    found = parse_address(text, Dialect.GO_NET)
    return found.family if found else None


def has_router_id(kube_vip: KubeVip) -> bool:
    """Whether anything gives a router ID: a setting, a NIC, annotations of the node, or Equinix Metal.

    Raises Unknown.
    """
    given = ("bgp_routerid", "bgp_routerinterface", "annotation")
    if any(kube_vip.get(variable) is not None for variable in given):
        return True
    version = release(kube_vip)
    return (version is None or version in _READS_METAL) and kube_vip.on(_METAL)


def router_id_field(kube_vip: KubeVip) -> Value | None:
    """The field of the Pod that the router ID is taken from, where that is its address or its node's."""
    field = kube_vip.component.values.get(f"{FIELD}bgp_routerid")
    return field if isinstance(field, Value) and field.text in _ADDRESS_FIELDS else None


def primary_family(kube_vip: KubeVip, cluster: Cluster) -> tuple[Family, str] | None:
    """The primary family of Services, and who says so: the configuration or the nearest API server. Raises Unknown."""
    given = [cidr.family for text in cluster.known.services[:1] if (cidr := parse_cidr(text, Dialect.KUBERNETES))]
    given = given or [Family(text) for text in cluster.known.families[:1]]
    if given:
        return given[0], "the configuration"
    near = cluster.nearest(kube_vip.component, KubeApiserver)
    first = primary(api_server(near.subject, cluster)) if near is not None else None
    return (first.cidr.family, near.why) if first is not None and first.cidr is not None and near is not None else None


def peers_from_elsewhere(kube_vip: KubeVip) -> bool:
    """Whether annotations of the node bring peers, or another daemon speaks BGP. Raises Unknown."""
    return kube_vip.get("annotation") is not None or kube_vip.on("zebra_enable")


def option_fault(peer: Peer, version: Version, hop: Value | None) -> OptionFault | None:
    """What keeps a peer's own MP-BGP options from counting, None where they count or are not there (F25)."""
    if peer.slash and version not in SUFFIX:
        return OptionFault.SLASH
    if peer.colon and version not in COLON_FIELD:
        return OptionFault.EMPTY_PORT if peer.empty_port and version in SUFFIX else OptionFault.IGNORED_FIELD
    rest = _behind_ipv6(peer)
    if peer.colon and rest and (hop is not None or rest[1:2] not in ("", ":")):
        return OptionFault.CUT_IPV6
    if peer.options and hop is None:
        return OptionFault.NO_GLOBAL
    return None


def _behind_ipv6(peer: Peer) -> str:
    """What stands behind an `mpbgp_ipv6` that a colon cuts; the next field is BFD, and must be empty to be read."""
    part = peer.option("mpbgp_ipv6")
    return peer.whole.text[part.end - peer.whole.start :] if part is not None and part.text else ""


def next_hop(kube_vip: KubeVip) -> Value | None:
    """The global `mpbgp_nexthop`, None where it is unset or not read by the release. Raises Unknown."""
    version = release(kube_vip)
    return kube_vip.get("mpbgp_nexthop") if version is None or version in READS_MP_BGP else None


def fixed_for(kube_vip: KubeVip) -> bool:
    """Whether `mpbgp_ipv4` and `mpbgp_ipv6` count for a peer: no other mode reads them. Raises Unknown."""
    return any(hop_of(kube_vip, peer) == "fixed" for _, peer in neighbours(kube_vip))


def lacking(kube_vip: KubeVip) -> frozenset[str]:
    """What the next-hop modes of all peers need and do not have, as names of variables. Raises Unknown."""
    modes = [(hop_of(kube_vip, peer), peer) for _, peer in neighbours(kube_vip)]
    return frozenset(missing for mode, peer in modes if (missing := missing_for(kube_vip, mode, peer)))


def hop_of(kube_vip: KubeVip, peer: Peer) -> str:
    """The next-hop mode that counts for a peer: its own, else the global one; empty without a global one.

    Raises Unknown.
    """
    value = next_hop(kube_vip)
    if value is None:
        return ""
    own = peer.option("mpbgp_nexthop")
    return own.text if own else value.text


def missing_for(kube_vip: KubeVip, mode: str, peer: Peer) -> str:
    """What a next-hop mode needs and does not have: the names of the variables, empty where it has it all.

    Raises Unknown.
    """
    if mode == "fixed":
        own = peer.option("mpbgp_ipv4") or peer.option("mpbgp_ipv6")
        given = own is not None or kube_vip.get("mpbgp_ipv4") is not None or kube_vip.get("mpbgp_ipv6") is not None
        return "" if given else "mpbgp_ipv4 or mpbgp_ipv6"
    needed = {"auto_sourceip": "bgp_sourceip", "auto_sourceif": "bgp_sourceif"}.get(mode, "")
    return needed if needed and kube_vip.get(needed) is None else ""
