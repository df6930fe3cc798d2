"""MP-BGP in kube-vip: both families over one session (VIP030)."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours import kube_vip_bgp as bgp
from famlint.behaviours.kube_vip_bgp import OptionFault
from famlint.behaviours.kube_vip_bgp_peers import Peer
from famlint.clusters import Cluster
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.findings import Fix, Severity
from famlint.network.addresses import Family
from famlint.positions import Span
from famlint.rules import Draft, finding, rule

_OPTIONS = {
    OptionFault.SLASH: (Severity.ERROR, "this release does not read options behind a slash: it does not start"),
    OptionFault.EMPTY_PORT: (Severity.ERROR, "the port field before them is empty: this release does not start"),
    OptionFault.IGNORED_FIELD: (Severity.WARNING, "this release does not read the sixth field: they are ignored"),
    OptionFault.CUT_IPV6: (Severity.ERROR, "mpbgp_ipv6 is cut at its first colon: BGP does not start"),
    OptionFault.NO_GLOBAL: (Severity.WARNING, "mpbgp_nexthop itself is not set: they are ignored"),
}

_ADDRESSES = (("mpbgp_ipv4", Family.IPV4), ("mpbgp_ipv6", Family.IPV6))


@rule(
    "VIP030",
    "bgp-mpbgp-grammar",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.WARNING, Severity.INFO),
    basis="kube-vip 5.4",
    references=(
        "kube-vip/kube-vip pkg/kubevip/config_bgp.go@v1.2.1",
        "kube-vip/kube-vip pkg/kubevip/config_bgp.go@v1.2.3",
        "kube-vip/kube-vip pkg/bgp/peers.go@v0.8.10",
    ),
)
def bgp_mpbgp_grammar(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """MP-BGP settings that kube-vip cannot use

    What it finds:
        Options of a peer in a form that the release does not read; a next-hop mode that does not exist or that lacks
        what it needs (`fixed` an address, `auto_sourceip` and `auto_sourceif` their source); next-hop addresses that
        are none or are of the wrong family; `mpbgp_` variables of a release that does not know them.

    Why it matters:
        The form of the options has changed: `/mpbgp_…` behind the element from v0.8.10 to v1.2.1, the sixth field from
        v1.2.2 on, where an IPv6 address is cut at its first colon. Most mistakes keep BGP from starting, so all VIPs
        are unreachable. See pkg/kubevip/config_bgp.go@v1.2.3 and pkg/bgp/peers.go@v0.8.10 of kube-vip/kube-vip.

    Bad (kube-vip v1.2.3, found in 1.2.2-1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          mpbgp_nexthop: fixed
          mpbgp_ipv4: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false:179/mpbgp_ipv4=10.0.0.2"
          svc_enable: "true"

    Good (kube-vip v1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          mpbgp_nexthop: fixed
          mpbgp_ipv6: "fd00::1"
          bgp_peers: "10.0.0.254:65000::false"
          svc_enable: "true"

    Bad (kube-vip v1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          mpbgp_nexthop: fixed
          bgp_peers: "10.0.0.254:65000::false"
          svc_enable: "true"

    How to fix:
        Use the global variables: `mpbgp_nexthop: fixed` with `mpbgp_ipv4` and `mpbgp_ipv6`.

    Limits:
        Silent without a known release. `mpbgp_ipv4` and `mpbgp_ipv6` count with `fixed` alone. A next hop of the wrong
        family is a warning: kube-vip takes it and announces a wrong next hop.
    """
    version = kube_vip.version
    on = bgp.is_on(kube_vip)
    next_hop = bgp.next_hop(kube_vip)
    for value, peer in bgp.neighbours(kube_vip):
        fault = bgp.option_fault(peer, version, next_hop)
        # Peers are parsed in every mode; what is merely ignored matters only where BGP is on.
        if fault is not None and (on or _OPTIONS[fault][0] is Severity.ERROR):
            severity, effect = _OPTIONS[fault]
            yield finding(
                value.part(peer.whole.start, peer.whole.end),
                f'the MP-BGP options of the BGP peer "{peer.whole.text}" do not count in kube-vip {version}: {effect}'
                + behaviour.checked(version),
                label="options of this peer",
                fix=Fix("use the global variables mpbgp_nexthop, mpbgp_ipv4 and mpbgp_ipv6 instead"),
                severity=severity,
            )
        elif on and next_hop is not None:
            yield from _of_peer(kube_vip, value, peer)
    if on and version in bgp.READS_MP_BGP:
        yield from _next_hops(kube_vip, next_hop)
    elif on:
        yield from _unread(kube_vip)


def _unread(kube_vip: KubeVip) -> Iterator[Draft]:
    for variable in ("mpbgp_nexthop", "mpbgp_ipv4", "mpbgp_ipv6"):
        value = kube_vip.get(variable)
        if value is not None:
            yield finding(
                value,
                f"{variable} is read from v0.8.10 on: kube-vip {kube_vip.version} ignores it",
                label="not read",
                fix=Fix("use kube-vip v0.8.10 or later"),
                severity=Severity.INFO,
            )


def _next_hops(kube_vip: KubeVip, next_hop: Value | None) -> Iterator[Draft]:
    """The global variables."""
    if next_hop is None:
        return
    if next_hop.text not in bgp.NEXT_HOPS:
        yield finding(
            next_hop,
            f'mpbgp_nexthop "{next_hop.text}" is none of {", ".join(bgp.NEXT_HOPS)}: BGP does not start'
            + behaviour.checked(kube_vip.version),
            label="no such mode",
            fix=Fix(f"write one of {', '.join(bgp.NEXT_HOPS)}"),
        )
        return
    for missing in sorted(bgp.lacking(kube_vip)):
        yield finding(
            next_hop,
            f'mpbgp_nexthop "{next_hop.text}" needs {missing}: BGP does not start in kube-vip {kube_vip.version}'
            + behaviour.checked(kube_vip.version),
            label=f"needs {missing}",
            fix=Fix(f"set {missing}"),
        )
    if bgp.fixed_for(kube_vip):
        for variable, family in _ADDRESSES:
            value = kube_vip.get(variable)
            if value is not None:
                yield from _address(variable, family, value.text, value)


def _of_peer(kube_vip: KubeVip, value: Value, peer: Peer) -> Iterator[Draft]:
    """The options of one peer, in a form that the release reads."""
    mode = peer.option("mpbgp_nexthop")
    if mode is not None and mode.text and mode.text not in bgp.NEXT_HOPS:
        yield finding(
            value.part(mode.start, mode.end),
            f'mpbgp_nexthop "{mode.text}" of the BGP peer {peer.address.text} is none of {", ".join(bgp.NEXT_HOPS)}: '
            f"BGP does not start{behaviour.checked(kube_vip.version)}",
            label="no such mode",
            fix=Fix(f"write one of {', '.join(bgp.NEXT_HOPS)}"),
        )
    elif bgp.hop_of(kube_vip, peer) == "fixed":
        for variable, family in _ADDRESSES:
            part = peer.option(variable)
            if part is not None and part.text:
                yield from _address(variable, family, part.text, value.part(part.start, part.end))


def _address(variable: str, family: Family, text: str, place: Value | Span) -> Iterator[Draft]:
    """A next hop that is not of its family."""
    wrong = bgp.family_of(text)
    if wrong is family:
        return
    yield finding(
        place,
        f'{variable} "{text}" is {"an " + wrong.value + " address" if wrong else "no IP address"}: '
        + ("kube-vip takes it, and announces a wrong next hop" if wrong else "BGP does not start"),
        label=f"an {family.value} address is meant",
        fix=Fix(f"write an {family.value} address"),
        severity=Severity.WARNING if wrong else Severity.ERROR,
    )
