"""kube-vip prefixes that the mode does not take: VIP008 to VIP010."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours.kube_vip import Fault, Mode, Outcome, Vip
from famlint.behaviours.kube_vip_links import links_of
from famlint.clusters import Cluster, Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.findings import Severity
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_prefix_words import evidence, fate, mend, names, others


@rule(
    "VIP008",
    "bgp-prefix-unparsable",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip#891", "kube-vip/kube-vip#904", "kube-vip/kube-vip@271f21f"),
    unless=("VIP001", "VIP005"),
)
def bgp_prefix_unparsable(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """BGP mode announces nothing because the prefix is no number

    What it finds:
        In BGP mode up to v0.8.10: a `vip_cidr` that is a list or no number, or none at all where none is derived.

    Why it matters:
        These releases put the address and the whole `vip_cidr` together, `10.0.0.10/32,128`, and announce nothing if
        that is no CIDR. v0.8.1 and v0.8.2 have no default; v0.8.3 to v0.8.10 derive a list from an `address` with two
        items. See kube-vip/kube-vip#891 and #904, fixed for dual-stack in kube-vip/kube-vip@271f21f.

    Bad (kube-vip v0.8.9, found in 0.7.0-0.8.10):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false,[fd00::fe]:65000::false"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"
          vip_cidr: "32,128"

    Good (kube-vip v0.8.9):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false,[fd00::fe]:65000::false"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"
          vip_cidr: "32"

    Bad (kube-vip v0.8.10, found in 0.8.1-0.8.10):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false"
          svc_enable: "true"

    How to fix:
        Write `32`. BGP announces host routes of both families whatever the number is; it only has to be one.

    Limits:
        Silent for Services with election from v0.8.5 on, which use one element per family, and up to v0.8.0 for an
        unset variable.
    """
    version = behaviour.supported(kube_vip.version)
    if version not in behaviour.CIDR_READ or behaviour.engine(kube_vip) is not Mode.BGP:
        return
    links = links_of(kube_vip, cluster)
    found = evidence(kube_vip, links)
    hit = tuple(vip for vip in (*found.vips, *found.assumed) if _unparsable(vip))
    if hit:
        first = hit[0]
        source = first.setting or first.derived_from
        route = f"{first.text or '<VIP>'}/{first.applied}"
        setting = f'{first.variable} "{first.applied}"' if source else f"{first.variable} is not set"
        derived = " (derived from address)" if first.derived_from else ""
        yield finding(
            source or _switch(kube_vip),
            f'{setting}{derived}: kube-vip {version} announces "{route}", which is not a CIDR, '
            f"so there is no route for {names(hit)}",
            label="one prefix per item is derived" if first.derived_from else "" if source else "BGP mode",
            because=others(hit),
            fix=mend(kube_vip, links, first.variable),
        )
    found.settle()


@rule(
    "VIP009",
    "auto-prefix-misuse",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip#961",),
)
def auto_prefix_misuse(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """The prefix auto is used where it does not work

    What it finds:
        `auto` in the prefix setting without ARP mode, or together with `address` or `vip_address`. A lone `auto` while
        a Service has an IPv6 VIP is a warning: the IPv6 VIP gets a /128, not the prefix of the interface.

    Why it matters:
        `auto` takes the prefix of the interface and works for Services in ARP mode alone. With a control-plane
        `address` or in another mode kube-vip ends at start; with `vip_address` every Service fails. See
        kube-vip/kube-vip#961 and cmd/kube-vip.go@v1.2.3.

    Bad (kube-vip v1.0.4, found in 0.9.0-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
          cp_enable: "true"
          address: 10.0.0.10
          vip_subnet: "auto,auto"

    Good (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_subnet: "auto,auto"

    Bad (kube-vip v1.0.4, found in 0.9.0-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_subnet: auto
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "fd00::20"}}
        spec: {type: LoadBalancer, ipFamilies: [IPv6], selector: {app: web}, ports: [{port: 80}]}

    How to fix:
        Write numbers, or serve the Services from an instance of its own without a control plane.

    Limits:
        Silent up to v0.8.4, which do not know `auto`.
    """
    links = links_of(kube_vip, cluster)
    refused = behaviour.refusal(kube_vip)
    if refused is not None:
        fault, applied = refused
        if fault is Fault.AUTO and applied.setting is not None:
            arp = Mode.ARP in behaviour.modes(kube_vip)
            why = "address is set" if arp else "ARP mode is off"
            yield _auto(kube_vip, links, applied.setting, applied.variable, why)
        return
    found = evidence(kube_vip, links)
    hit = next((vip for vip in (*found.vips, *found.assumed) if vip.fault is Fault.AUTO), None)
    if hit is not None and hit.setting is not None:
        yield _auto(kube_vip, links, hit.setting, hit.variable, "vip_address is set")
    alone = tuple(vip for vip in found.vips if vip.fault is Fault.AUTO_ALONE)
    if alone and alone[0].setting is not None:
        first = alone[0]
        yield finding(
            alone[0].setting,
            f'{first.variable} "auto" counts for IPv4 alone: {names(alone)} gets a /128',
            label="IPv4 only",
            because=others(alone),
            fix=mend(kube_vip, links, first.variable),
            severity=Severity.WARNING,
        )
    found.settle()


@rule(
    "VIP010",
    "routing-table-prefix",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip pkg/vip/address.go@v1.2.3",),
    unless=("VIP002", "VIP003", "VIP005"),
)
def routing_table_prefix(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """Table mode installs a route that is no host route

    What it finds:
        In routing-table mode, an explicit prefix below the full length of a VIP's family.

    Why it matters:
        The route's destination is the VIP with this prefix. The kernel rejects an IPv4 destination with host bits, and
        for IPv6 it installs the whole prefix, which draws the traffic of all its addresses. See PrepareRoute in
        pkg/vip/address.go@v0.8.9 and @v1.2.3 of kube-vip/kube-vip.

    Bad (kube-vip v1.2.3, found in 0.9.0-1.2.3):
        env:
          vip_routingtable: "true"
          svc_enable: "true"
          vip_subnet: "24"

    Good (kube-vip v1.2.3):
        env:
          vip_routingtable: "true"
          svc_enable: "true"
          vip_subnet: "32,128"

    Bad (kube-vip v0.8.10, found in 0.5.6-0.8.10):
        env:
          vip_routingtable: "true"
          cp_enable: "true"
          address: 10.0.0.10
          vip_subnet: /24

    How to fix:
        Write `32,128`. Up to v0.8.10 remove `vip_subnet`: every VIP then gets the full length of its family.

    Limits:
        Silent for an IPv4 VIP without host bits under the prefix. Services of unknown families count as IPv4 ones for a
        first number below 32.
    """
    if behaviour.engine(kube_vip) is not Mode.TABLE:
        return
    links = links_of(kube_vip, cluster)
    found = evidence(kube_vip, links)
    rejected = tuple(vip for vip in (*found.vips, *found.assumed) if _explicit(vip, Fault.HOST_BITS))
    wide = tuple(vip for vip in found.vips if _explicit(vip, Fault.WHOLE_PREFIX))
    hit = rejected or wide
    if hit and hit[0].setting is not None:
        first = hit[0]
        happens = (
            fate(kube_vip, first)
            if rejected
            else f"the route draws the whole /{first.prefix}{behaviour.checked(kube_vip.version)}"
        )
        yield finding(
            hit[0].setting,
            f'{first.variable} "{first.applied}" makes table mode install a route to {_destination(first)} '
            f"for {names(hit)}: {happens}",
            label="no host prefix",
            because=others((*rejected, *wide)),
            fix=mend(kube_vip, links, first.variable),
            severity=Severity.ERROR if rejected else Severity.WARNING,
        )
    found.settle()


def _auto(kube_vip: KubeVip, links: tuple[Link, ...], setting: Value, variable: str, why: str) -> Draft:
    fails = "every Service fails" if why.startswith("vip_address") else f"kube-vip {kube_vip.version} stops at start"
    advice = "" if why.startswith("ARP") else ", or serve Services from an instance without a control plane"
    return finding(
        setting,
        f'{variable} "{setting.text}" works for Services in ARP mode only and not together with a control-plane '
        f"address; {why}: {fails}{behaviour.checked(kube_vip.version)}",
        label=why,
        fix=mend(kube_vip, links, variable, also=advice),
    )


def _unparsable(vip: Vip) -> bool:
    judged_elsewhere = (Fault.TOO_LONG, Fault.NO_IPV6)
    return vip.outcome is Outcome.NOT_ANNOUNCED and vip.fault not in judged_elsewhere


def _explicit(vip: Vip, fault: Fault) -> bool:
    return vip.fault is fault and vip.setting is not None


def _destination(vip: Vip) -> str:
    return f"{vip.text}/{vip.prefix}" if vip.text else f"a /{vip.prefix}"


def _switch(kube_vip: KubeVip) -> Value:
    """The value that turned BGP mode on: the place for a setting that is missing."""
    switch = kube_vip.get(Mode.BGP.value)
    if switch is None:
        raise ValueError("BGP mode without its switch")
    return switch
