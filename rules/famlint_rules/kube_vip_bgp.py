"""BGP in kube-vip: router ID, peers, families, source (VIP028, VIP029, VIP031, VIP032)."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours import kube_vip_bgp as bgp
from famlint.behaviours.kube_vip_bgp_peers import Peer, PeerFault, bracketed
from famlint.behaviours.kube_vip_links import links_of
from famlint.clusters import Cluster
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Family
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_fixes import rewrite

_FAULTS = {
    PeerFault.BLANK: "has a blank, which kube-vip does not trim: leave it out",
    PeerFault.BARE_IPV6: "has an IPv6 address without brackets, so it is cut at its first colon",
    PeerFault.OPEN_BRACKET: "has brackets that kube-vip does not take here",
    PeerFault.NO_AS: "has no AS number",
    PeerFault.BAD_AS: "has an AS that is no number below 2^32",
    PeerFault.FIELDS: "does not have the four fields address:AS:password:multihop that this release wants",
    PeerFault.NO_IPV6: "is an IPv6 peer, which kube-vip takes from v0.5.8 on",
    PeerFault.BAD_MULTIHOP: "has a multihop field that is neither true nor false",
    PeerFault.BAD_PORT: "has a port field that is no number",
    PeerFault.SLASH: "has a slash, behind which this release reads MP-BGP options",
}


@rule(
    "VIP028",
    "bgp-router-id",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="kube-vip 5.4",
    references=("osrg/gobgp pkg/server/server.go@v4.6.0", "kube-vip/kube-vip pkg/detector/interfaces.go@v1.2.3"),
)
def bgp_router_id(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """The BGP router ID is missing or not in IPv4 form

    What it finds:
        BGP mode with a `bgp_routerid` that is not in the form of an IPv4 address, or with nothing that gives one.

    Why it matters:
        A router ID is a 32-bit number, on IPv6-only nodes too. Without one BGP does not start. Up to
        v1.2.0 an IPv6 address was sent as 0.0.0.0, which peers refuse; from v1.2.1 on it keeps BGP from starting
        (pkg/server/server.go@v4.6.0 of osrg/gobgp).

    Bad (kube-vip v1.2.3, found in 0.5.0-1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: "fd00::1"
          bgp_as: "65000"
          bgp_peers: "10.0.0.254:65000::false"
          svc_enable: "true"

    Good (kube-vip v1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_as: "65000"
          bgp_peers: "10.0.0.254:65000::false"
          svc_enable: "true"

    How to fix:
        Give every node a number of its own in IPv4 form. It need not be an address of the node.

    Limits:
        Silent where `bgp_routerinterface`, `annotation` or Equinix Metal give the ID, and for `valueFrom`, unless
        it names the address of the Pod or of its node and the cluster is known to be IPv6 first (a warning).
    """
    if not bgp.is_on(kube_vip):
        return
    field = bgp.router_id_field(kube_vip)
    if field is not None:
        yield from _address_of_the_pod(kube_vip, cluster, field)
        return
    value = kube_vip.get("bgp_routerid")
    advice = Fix("write a number in IPv4 form that no other node has, such as 10.0.0.1")
    if value is None:
        switch = kube_vip.get("bgp_enable")
        if switch is not None and not bgp.has_router_id(kube_vip):
            yield finding(
                switch,
                "BGP is on and nothing gives a router ID: it does not start. Set bgp_routerid, also on IPv6-only nodes",
                label="no bgp_routerid, no bgp_routerinterface",
                fix=advice,
            )
    elif not bgp.is_router_id(value.text):
        yield finding(
            value,
            f'bgp_routerid "{value.text}" is no router ID: a 32-bit number in IPv4 form, also on IPv6-only nodes; '
            + _effect_of_router_id(kube_vip, value),
            label="not in IPv4 form",
            fix=advice,
        )


def _address_of_the_pod(kube_vip: KubeVip, cluster: Cluster, field: Value) -> Iterator[Draft]:
    found = bgp.primary_family(kube_vip, cluster)
    if found is not None and found[0] is Family.IPV6:
        yield finding(
            field,
            f"bgp_routerid is taken from {field.text}, IPv6 here as the primary family is ({found[1]}): no router "
            "ID, so BGP does not come up",
            label="IPv6 here",
            fix=Fix("write a number in IPv4 form for each node, or set bgp_routerinterface to a NIC with IPv4"),
            severity=Severity.WARNING,
        )


def _effect_of_router_id(kube_vip: KubeVip, value: Value) -> str:
    release = bgp.release(kube_vip)
    if release is None:
        return "BGP sessions do not come up"
    if bgp.family_of(value.text) is Family.IPV6 and release not in bgp.REFUSES_IPV6_ROUTER_ID:
        return f"kube-vip {release} sends 0.0.0.0 instead, and peers refuse the session"
    return f"BGP does not start in kube-vip {release}{behaviour.checked(release)}"


@rule(
    "VIP029",
    "bgp-peer-syntax",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.4",
    references=("kube-vip/kube-vip pkg/kubevip/config_bgp.go@v1.2.3", "kube-vip/kube-vip#500"),
    unless=("VIP030",),
)
def bgp_peer_syntax(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """A BGP peer that kube-vip cannot read

    What it finds:
        An element of `bgp_peers` that does not follow the grammar of the release: an IPv6 address without brackets, a
        blank after the comma, a missing AS, from v0.8.10 to v1.2.1 a slash in the password. And a `bgp_peeraddress` in
        brackets.

    Why it matters:
        `bgp_peers` is parsed in every mode, and one bad element ends the start. An IPv6 address without brackets is cut
        at its first colon; where that happens to parse, BGP fails on a neighbour that does not exist, as it does on an
        IPv4 address with a blank before it. See
        pkg/kubevip/config_bgp.go@v1.2.3 of kube-vip/kube-vip.

    Bad (kube-vip v1.2.3, found in 0.5.0-1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "fd00::fe:65000::false"
          svc_enable: "true"

    Good (kube-vip v1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "[fd00::fe]:65000::false"
          svc_enable: "true"

    Bad (kube-vip v1.0.4, found in 0.8.10-1.2.1):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false:"
          svc_enable: "true"

    How to fix:
        `address:AS:password:multihop`, IPv6 addresses in brackets, elements separated by a comma and nothing else.
        `bgp_peeraddress` takes the bare address.

    Limits:
        Without a known release only what fails in every one is reported. Names of peers are taken as they are. Silent
        for empty elements from v0.5.8 on, which are left out, and outside of BGP mode for what is parsed all the same.
    """
    on = bgp.is_on(kube_vip)
    for value, peer in bgp.neighbours(kube_vip):
        single = value is kube_vip.get("bgp_peeraddress")
        if peer.fault is None or peer.place is None or ((single or peer.starts) and not on):
            continue
        span = value.part(peer.place.start, peer.place.end)
        yield finding(
            span,
            f'the BGP peer "{peer.whole.text}" {_FAULTS[peer.fault]}: '
            + ("BGP fails on an invalid neighbour" if single or peer.starts else "kube-vip does not start"),
            label="not readable" if peer.place is peer.whole else "this part",
            fix=_readable(value, peer, single=single),
        )


def _readable(value: Value, peer: Peer, *, single: bool) -> Fix:
    """The peer as kube-vip reads it, where one text is right: brackets and blanks only go to their place."""
    whole = peer.whole
    bare = whole.text.strip()
    if single:
        bare = bare.strip("[]")
        meant = bare if peer.fault is not PeerFault.NO_IPV6 and bgp.family_of(bare) is not None else ""
    elif peer.fault is PeerFault.BLANK:
        meant = bare
    else:
        address = bracketed(peer) if peer.fault is PeerFault.BARE_IPV6 else None
        meant = f"[{address.text}]{whole.text[len(address.text) :]}" if address is not None else ""
    if not meant:
        form = "the bare address" if single else "address:AS:password:multihop, IPv6 addresses in brackets"
        return Fix(f"write {form}")
    return rewrite(f'write "{meant}"', value, (whole.start, whole.end, meant))


@rule(
    "VIP031",
    "bgp-family-unreachable",
    subject=KubeVip,
    severity=Severity.WARNING,
    basis="kube-vip 5.4",
    references=("kube-vip/kube-vip#988", "kube-vip/kube-vip#1003", "osrg/gobgp pkg/config/oc/default.go@v3.27.0"),
)
def bgp_family_unreachable(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """VIPs of a family that no BGP peer is told about

    What it finds:
        VIPs of a family without a peer of that family, while `mpbgp_nexthop` is empty.

    Why it matters:
        Each session carries its own family only. A VIP of the other one is accepted and announced to nobody, without an
        error (kube-vip/kube-vip#988, #1003; pkg/config/oc/default.go@v3.27.0 of osrg/gobgp).

    Bad (kube-vip v1.0.4, found in 0.7.0-1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"

    Good (kube-vip v1.0.4):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false,[fd00::fe]:65000::false"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"

    How to fix:
        Add a peer of the family, or set `mpbgp_nexthop` (v0.8.10 and later).

    Limits:
        Silent where peers can come from annotations or Zebra, and where one peer is a name, unnumbered or not readable.
        Up to v0.8.9 `mpbgp_nexthop` is not read, so that it does not help.
    """
    if behaviour.engine(kube_vip) is not behaviour.Mode.BGP or bgp.peers_from_elsewhere(kube_vip):
        return
    neighbours = bgp.neighbours(kube_vip)
    if bgp.next_hop(kube_vip) is not None or any(peer.fault for _, peer in neighbours):
        return
    reached = {peer.family for _, peer in neighbours}
    if None in reached or len(reached) != 1:
        return
    (family,) = reached
    missed = [vip for vip in behaviour.vips(kube_vip, links_of(kube_vip, cluster)) if vip.family is not family]
    if missed and family is not None:
        named = ", ".join(dict.fromkeys(vip.name for vip in missed))
        yield finding(
            neighbours[0].value,
            f"{named}: announced to no peer, since all peers are {family.value} and mpbgp_nexthop is not set",
            label=f"{family.value} peers only",
            because=[label for vip in missed for label in vip.because],
            fix=Fix(f"add an {missed[0].family.value} peer, or set mpbgp_nexthop (v0.8.10 and later)"),
        )


@rule(
    "VIP032",
    "bgp-source-family",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.4",
    references=("kube-vip/kube-vip pkg/bgp/peers.go@v0.8.10",),
)
def bgp_source_family(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """The source of BGP sessions does not fit a peer

    What it finds:
        `bgp_sourceip` of another family than a peer, and `bgp_sourceip` together with `bgp_sourceif`.

    Why it matters:
        One source address holds for all peers, and no connection can be made from an IPv4 address to an IPv6 peer. With
        both settings kube-vip does not start. See pkg/bgp/peers.go@v0.8.10 of kube-vip/kube-vip.

    Bad (kube-vip v1.2.3, found in 0.5.8-1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_sourceip: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false,[fd00::fe]:65000::false"
          svc_enable: "true"

    Good (kube-vip v1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_sourceif: eth0
          bgp_peers: "10.0.0.254:65000::false,[fd00::fe]:65000::false"
          svc_enable: "true"

    How to fix:
        Name the NIC in `bgp_sourceif` instead, or run one instance for each family.

    Limits:
        Silent where the source is unknown and where peers come from annotations.
    """
    source = kube_vip.get("bgp_sourceip") if bgp.is_on(kube_vip) else None
    if source is None or kube_vip.get("annotation") is not None:
        return
    interface = kube_vip.get("bgp_sourceif")
    if interface is not None:
        yield finding(
            source,
            f'bgp_sourceip "{source.text}" and bgp_sourceif "{interface.text}" exclude each other: BGP does not start',
            label="one of the two",
            because=(Label(interface.span, "the other one"),),
            fix=Fix("leave out one of them; bgp_sourceif serves both families"),
        )
        return
    family, hop = bgp.family_of(source.text), bgp.next_hop(kube_vip)
    if family is None or (hop is not None and hop.text == "auto_sourceif"):
        return
    for value, peer in bgp.neighbours(kube_vip):
        if peer.fault is None and peer.family not in (None, family):
            place = value.part(peer.address.start, peer.address.end)
            yield finding(
                source,
                f"bgp_sourceip {source.text} cannot be used for the peer {peer.address.text}: no session comes up",
                label=f"{family.value}",
                because=(Label(place, f"this peer is {peer.family.value}" if peer.family else ""),),
                fix=Fix("name the NIC in bgp_sourceif instead, or run one instance for each family"),
            )
            return
