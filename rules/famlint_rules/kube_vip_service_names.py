"""kube-vip and Services that leave their address to DHCP or DNS: VIP023 and VIP024."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip_services as services
from famlint.behaviours.kube_vip import Item, Kind, checked
from famlint.behaviours.kube_vip_services import Asked, Lease, NameFate
from famlint.clusters import Cluster, Link
from famlint.components.kube_vip import KubeVip
from famlint.components.service import Service
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Family
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_address_words import each
from famlint_rules.kube_vip_service_words import kube_vips_of, named, served_by, serves


@rule(
    "VIP023",
    "dhcpv6-service",
    subject=Service,
    severity=(Severity.ERROR, Severity.INFO),
    basis="kube-vip 5.3",
    references=("kube-vip/kube-vip#632", "kube-vip/kube-vip pkg/services/services.go@v1.2.3"),
)
def dhcpv6_service(service: Service, cluster: Cluster) -> Iterator[Draft]:
    """A Service asks kube-vip for an address over DHCPv6

    What it finds:
        The address `::` in the annotation `kube-vip.io/loadbalancerIPs`, or in `spec.loadBalancerIP` where a kube-vip
        is in the input. It is info where the release is not known, or newer than v1.2.3.

    Why it matters:
        Up to v1.0.2 there is no DHCPv6. From v1.0.3 to v1.2.3 the code that waits for the IPv6 lease reads the IPv4
        client: kube-vip crashes when the lease of `::` arrives, and with `0.0.0.0,::` the IPv6 VIP is overwritten with
        the IPv4 lease. See pkg/services/services.go@v1.2.3 and kube-vip/kube-vip#632.

    Bad (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "::"}}
        spec: {type: LoadBalancer, ipFamilies: [IPv6], selector: {app: web}, ports: [{port: 80}]}

    Good (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "fd80::200"}}
        spec: {type: LoadBalancer, ipFamilies: [IPv6], selector: {app: web}, ports: [{port: 80}]}

    How to fix:
        Write a static IPv6 address, or let the kube-vip cloud provider choose one from a pool.

    Limits:
        Silent for `0.0.0.0`: DHCPv4 works.
    """
    servers = cluster.servers_of(service)
    asked = services.asked(service, kube_vips_of(service, cluster))
    if asked is None:
        return
    lease = _lease(asked)
    for item in asked.items:
        if not services.asks_for_lease(item) or item.family is not Family.IPV6:
            continue
        yield finding(
            item.span,
            f'"{item.text}" asks for an address over DHCPv6: {_what_a_lease_does(asked, lease)}',
            label="DHCPv6",
            because=(*served_by(servers), *(Label(*place) for place in item.value.via)),
            fix=Fix("write a static IPv6 address, or let the kube-vip cloud provider choose one from a pool"),
            severity=Severity.INFO if lease is Lease.OPEN else Severity.ERROR,
        )


@rule(
    "VIP024",
    "service-hostname-old",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="kube-vip 5.3",
    references=("kube-vip/kube-vip#1156", "kube-vip/kube-vip#1356"),
)
def service_hostname_old(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """A Service gives a host name as its address to a kube-vip that cannot use it

    What it finds:
        A host name in the annotation `kube-vip.io/loadbalancerIPs`, served by kube-vip v0.8.5 to v0.8.10 in ARP mode,
        or in BGP mode with an election, or by v0.9.0 to v1.0.2 in any mode. From v1.0.3 on it is a warning where
        neither `vip_subnet` nor `address` is set.

    Why it matters:
        Up to v1.0.0 the name is taken for IPv6, and the IPv4 address behind it gets a prefix of 128: kube-vip crashes
        (v0.8.5 to v0.8.9), ends itself (v0.8.10) or never configures the VIP. v1.0.1 and v1.0.2 ignore the name. From
        v1.0.3 on it is resolved, but nothing gives the address a prefix. See kube-vip/kube-vip#1156 and #1356.

    Bad (kube-vip v0.9.2, found in 0.8.5-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: web.example.com}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}

    Bad (kube-vip v0.9.2, found in 0.8.5-1.0.2):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_subnet: "32,128"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: web.example.com}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}

    Good (kube-vip v0.9.2):
        env:
          vip_arp: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.0.0.200}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}

    How to fix:
        Write an IP address. Or use kube-vip v1.0.3 or later with `vip_subnet: "32,128"`.

    Limits:
        Silent up to v0.8.4, in table mode and in BGP mode without election up to v0.8.10, and up to v1.0.0 for a
        Service whose only family is IPv6: a name with IPv6 addresses gets its 128. Silent where the release is unknown.
    """
    yield from each(*(_names(kube_vip, link) for link in cluster.services_of(kube_vip)))


def _lease(asked: Asked) -> Lease:
    fates = {services.dhcpv6(services.release_of(kube_vip), asked.items) for kube_vip in asked.serving}
    return next((fate for fate in Lease if fate in fates), Lease.OPEN)


def _what_a_lease_does(asked: Asked, lease: Lease) -> str:
    name = named(asked.serving)
    if lease is Lease.CRASH:
        return f"{name} crashes when the lease arrives, and there is no VIP before"
    if lease is Lease.IPV4_LEASE:
        return f"{name} overwrites the IPv6 VIP with the IPv4 lease"
    if lease is Lease.NOT_SUPPORTED:
        return f"{name} does not support that (DHCPv6 came with v1.0.3), and the Service gets no IPv6 VIP"
    return f"it is broken in every release of kube-vip up to v1.2.3{services.beyond(asked.serving)}"


def _names(kube_vip: KubeVip, link: Link) -> Iterator[Draft]:
    asked = services.asked(link.service, (kube_vip,))
    names = tuple(item for item in asked.items if item.kind is Kind.NAME) if asked and asked.annotated else ()
    fate = services.name_fate(kube_vip, link.service) if names else None
    if fate is None:
        return
    for item in names:
        yield finding(
            item.span,
            _what_a_name_does(kube_vip, item, fate) + checked(kube_vip.version),
            label="a host name",
            because=(serves(kube_vip, link.why), *(Label(*place) for place in item.value.via)),
            fix=Fix('set vip_subnet: "32,128", or write an IP address')
            if fate is NameFate.NO_PREFIX
            else Fix('write an IP address, or use kube-vip v1.0.3 or later with vip_subnet: "32,128"'),
            severity=Severity.WARNING if fate is NameFate.NO_PREFIX else Severity.ERROR,
        )


def _what_a_name_does(kube_vip: KubeVip, item: Item, fate: NameFate) -> str:
    release = f"kube-vip {kube_vip.version}"
    if fate is NameFate.NO_PREFIX:
        return (
            f'{release} has no prefix for the address of the host name "{item.text}": neither vip_subnet nor address '
            "is set, so the VIP cannot be parsed and the Service does not get it"
        )
    if fate is NameFate.IGNORED:
        return f'{release} ignores the host name "{item.text}": the Service gets no VIP from it'
    ends = {
        NameFate.CRASH: 'crashes ("index out of range")',
        NameFate.PANIC: "ends itself with a panic",
        NameFate.NOT_ANNOUNCED: "does not announce the VIP",
    }
    end = ends.get(fate, "never configures the VIP")
    return (
        f'{release} takes the host name "{item.text}" for IPv6: if it has an IPv4 address, that gets an IPv6 prefix, '
        f"and kube-vip {end}"
    )
