"""kube-vip's egress and IP families: VIP025 to VIP027."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip_egress as egress
from famlint.behaviours.kube_vip_egress import RangeRuling
from famlint.behaviours.kube_vip_services import beyond
from famlint.clusters import Cluster, Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.components.service import Service
from famlint.findings import Severity
from famlint.rules import Draft, rule
from famlint.unknown import Unknown
from famlint_rules.kube_vip_address_words import each
from famlint_rules.kube_vip_egress_words import of_networks, of_range, of_slices
from famlint_rules.kube_vip_service_words import kube_vips_of


@rule(
    "VIP025",
    "egress-cidr-family",
    subject=KubeVip,
    severity=Severity.WARNING,
    basis="kube-vip 5.3",
    references=("kube-vip/kube-vip#768", "kube-vip/kube-vip#937", "kube-vip/kube-vip#970"),
)
def egress_cidr_family(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """The ranges for egress lack the family that a Service sends from

    What it finds:
        A Service with `kube-vip.io/egress: "true"` whose egress is IPv6, while `egress_podcidr` or `egress_servicecidr`
        is set and holds no IPv6 range. An entry of these that is no CIDR, or has a blank before or behind it. From
        v0.7.0 to v0.8.4 also lists of which these releases take the wrong entry: v0.7.0 finds none for IPv4, v0.7.1 to
        v0.8.2 take the last for IPv4 and the first for IPv6, v0.8.3 and v0.8.4 the first for IPv4.

    Why it matters:
        kube-vip takes the range of the VIP's family out of the list. Without one it sets up no egress: the traffic of
        the Pods leaves with the address of the node. There is no default for IPv6. See pkg/services/egress.go@v1.2.3 of
        kube-vip/kube-vip, and kube-vip/kube-vip#768, #937 and #970 for the order of lists.

    Bad (kube-vip v1.0.4, found in 0.7.0-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
          svc_election: "true"
          egress_podcidr: 10.42.0.0/16
          egress_servicecidr: 10.43.0.0/16
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: out
          annotations:
            kube-vip.io/egress: "true"
            kube-vip.io/egress-ipv6: "true"
            kube-vip.io/loadbalancerIPs: "fd80::201"
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          ipFamilies: [IPv6]
          selector: {app: out}
          ports: [{port: 80}]

    Bad (kube-vip v0.8.2, found in 0.7.0-0.8.2):
        env:
          vip_arp: "true"
          svc_enable: "true"
          svc_election: "true"
          egress_podcidr: "10.42.0.0/16,fd42::/56"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: out, annotations: {kube-vip.io/egress: "true", kube-vip.io/loadbalancerIPs: 10.0.0.201}}
        spec: {type: LoadBalancer, externalTrafficPolicy: Local, selector: {app: out}, ports: [{port: 80}]}

    Good (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          svc_enable: "true"
          svc_election: "true"
          egress_podcidr: "10.42.0.0/16,fd42::/56"
          egress_servicecidr: "10.43.0.0/16,fd43::/112"
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: out
          annotations:
            kube-vip.io/egress: "true"
            kube-vip.io/egress-ipv6: "true"
            kube-vip.io/loadbalancerIPs: "fd80::201"
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          ipFamilies: [IPv6]
          selector: {app: out}
          ports: [{port: 80}]

    How to fix:
        List a range of each family, without blanks: `10.42.0.0/16,fd42::/56`. For the order of lists use v0.8.5 or
        later.

    Limits:
        Silent where the variable is unset (kube-vip may find the ranges by itself), without a Service that asks for
        egress, and for lists up to v0.6.4, which expects one CIDR.
    """
    links = cluster.services_of(kube_vip)
    yield from each(*(_ranges(kube_vip, variable, links) for variable in egress.RANGES))


@rule(
    "VIP026",
    "egress-ipv6-needs-endpointslices",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.INFO),
    basis="kube-vip 5.3",
    references=("kube-vip/kube-vip#937",),
)
def egress_ipv6_needs_endpointslices(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """A Service asks for IPv6 egress, but kube-vip does not use EndpointSlices

    What it finds:
        A Service with `kube-vip.io/egress: "true"` and `kube-vip.io/egress-ipv6: "true"`, served by kube-vip v0.8.3 to
        v0.9.2 without `enable_endpointslices: "true"`, or by v1.0.0 or later with `enable_endpoints: "true"`. It is
        info up to v0.8.2, which does not know the second annotation.

    Why it matters:
        The IPv6 address of the Pod comes from EndpointSlices only. Without them nothing leaves from the VIP, and from
        v0.8.3 on IPv4 endpoints are skipped as well. See kube-vip/kube-vip#937.

    Bad (kube-vip v0.9.2, found in 0.5.5-0.9.2):
        env:
          vip_arp: "true"
          svc_enable: "true"
          svc_election: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: out, annotations: {kube-vip.io/egress: "true", kube-vip.io/egress-ipv6: "true"}}
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: out}
          ports: [{port: 80}]

    Bad (kube-vip v1.2.3, found in 0.5.5-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
          svc_election: "true"
          enable_endpoints: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: out, annotations: {kube-vip.io/egress: "true", kube-vip.io/egress-ipv6: "true"}}
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: out}
          ports: [{port: 80}]

    Good (kube-vip v0.9.2):
        env:
          vip_arp: "true"
          svc_enable: "true"
          svc_election: "true"
          enable_endpointslices: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: out, annotations: {kube-vip.io/egress: "true", kube-vip.io/egress-ipv6: "true"}}
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: out}
          ports: [{port: 80}]

    How to fix:
        Set `enable_endpointslices: "true"` (v0.8.3 to v0.9.2), or remove `enable_endpoints` (v1.0.0 and later). The
        ClusterRole must allow reading EndpointSlices.

    Limits:
        Silent without `kube-vip.io/egress: "true"`, and where the release is not known.
    """
    asking: list[tuple[Value, Link]] = []
    missing: Unknown | None = None
    for link in cluster.services_of(kube_vip):
        try:
            value = egress.asks_for_ipv6_egress(kube_vip, link.service)
        except Unknown as unknown:
            missing = missing or unknown
            continue
        if value is not None:
            asking.append((value, link))
    need = egress.slice_need(kube_vip) if asking else None
    if need is not None:
        yield from of_slices(kube_vip, need, asking)
    if missing is not None:
        raise missing


@rule(
    "VIP027",
    "egress-network-family",
    subject=Service,
    severity=Severity.WARNING,
    basis="kube-vip 5.3",
    references=("kube-vip/kube-vip pkg/nftables/nftables.go@v1.2.3", "kube-vip/kube-vip pkg/services/egress.go@v1.2.3"),
)
def egress_network_family(service: Service, cluster: Cluster) -> Iterator[Draft]:
    """A network that limits egress is of the wrong family, or none at all

    What it finds:
        An item of `kube-vip.io/egress-allowed-networks` or `kube-vip.io/egress-denied-networks` that is of the family
        which does not leave from the Service's VIP, is no CIDR, or has a blank before or behind it.

    Why it matters:
        The items become firewall rules of one family. An IPv6 network in an IPv4 rule gives an empty range that cannot
        work, an IPv4 network in an IPv6 rule never matches. A blank is a parse error, and there is no rule at all. See
        pkg/nftables/nftables.go@v1.2.3 of kube-vip/kube-vip.

    Bad:
        apiVersion: v1
        kind: Service
        metadata:
          name: out
          annotations:
            kube-vip.io/egress: "true"
            kube-vip.io/loadbalancerIPs: 10.0.0.201
            kube-vip.io/egress-allowed-networks: "fd99::/64"
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          ipFamilies: [IPv4]
          selector: {app: out}
          ports: [{port: 80}]

    Bad (kube-vip v1.2.3, found in 0.8.8-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
          svc_election: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: out
          annotations:
            kube-vip.io/egress: "true"
            kube-vip.io/loadbalancerIPs: 10.0.0.201
            kube-vip.io/egress-denied-networks: "172.18.0.0/24, 172.19.0.0/24"
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          ipFamilies: [IPv4]
          selector: {app: out}
          ports: [{port: 80}]

    Good:
        apiVersion: v1
        kind: Service
        metadata:
          name: out
          annotations:
            kube-vip.io/egress: "true"
            kube-vip.io/loadbalancerIPs: 10.0.0.201
            kube-vip.io/egress-allowed-networks: 172.18.0.0/24
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          ipFamilies: [IPv4]
          selector: {app: out}
          ports: [{port: 80}]

    How to fix:
        List networks of the family that is egressed, separated by commas without blanks.

    Limits:
        The family is judged only where that of the VIPs is certain and single. Silent up to v0.8.7, which does not read
        these annotations, and for bare addresses, which depend on the firewall in use.
    """
    kube_vips = kube_vips_of(service, cluster)
    if not any(map(service.annotation, egress.NETWORKS)) or not egress.reads_networks(kube_vips):
        return
    families = egress.egressed(service, kube_vips)
    if families is None:
        return
    for name in egress.NETWORKS:
        value = service.annotation(name)
        if value is not None and value.text:
            yield from of_networks(name, value, families, beyond(kube_vips))


def _ranges(kube_vip: KubeVip, variable: str, links: tuple[Link, ...]) -> Iterator[Draft]:
    hit: dict[RangeRuling, list[Link]] = {}
    missing: Unknown | None = None
    for link in links:
        try:
            ruling = egress.range_ruling(kube_vip, variable, link.service)
        except Unknown as unknown:
            missing = missing or unknown
            continue
        if ruling is not None:
            hit.setdefault(ruling, []).append(link)
    for ruling, owners in hit.items():
        yield from of_range(kube_vip, variable, ruling, owners)
    if missing is not None:
        raise missing
