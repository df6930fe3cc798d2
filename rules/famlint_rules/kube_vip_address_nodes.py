"""kube-vip on its nodes: how IPv6 VIPs are announced, and who leads. VIP017 and VIP018."""

from collections.abc import Iterator
from functools import partial

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours import kube_vip_addresses as addresses
from famlint.behaviours.kube_vip import Item
from famlint.clusters import Cluster
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Component, Value
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Family
from famlint.rules import Draft, finding, rule
from famlint.unknown import Unknown
from famlint_rules.kube_vip_address_words import each, known


@rule(
    "VIP017",
    "ndp-on-loopback",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.2",
    references=("kube-vip/kube-vip pkg/vip/ndp.go@v0.5.0",),
)
def ndp_on_loopback(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """IPv6 VIPs are bound to lo in ARP mode, where NDP cannot announce them

    What it finds:
        `vip_interface: lo` with an IPv6 control-plane VIP, or with an IPv6 Service that uses this interface
        (`vip_servicesinterface`, else `vip_interface`), in ARP mode.

    Why it matters:
        ARP mode announces IPv6 addresses by NDP, which needs a link-local address on the interface. `lo` has none. Up
        to v0.8.9 the process ends; later releases log the error, and the VIP sits on `lo` where nobody can reach it.
        See pkg/vip/ndp.go@v0.5.0 of kube-vip/kube-vip.

    Bad (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          vip_interface: lo
          cp_enable: "true"
          address: "fd00::10"

    Bad (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          vip_interface: eth0
          vip_servicesinterface: lo
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "fd00::200"}}
        spec: {type: LoadBalancer, ipFamilies: [IPv6], selector: {app: web}, ports: [{port: 80}]}

    Good (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          vip_interface: eth0
          cp_enable: "true"
          address: "fd00::10"

    Good (kube-vip v1.2.3):
        env:
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "[fd00::fe]:65000::false"
          vip_interface: lo
          cp_enable: "true"
          address: "fd00::10"

    How to fix:
        Name the interface that carries the node's addresses, or use BGP or routing-table mode, where binding to `lo` is
        right.

    Limits:
        Silent in the other modes, where several modes are on, and for Services that choose their own interface.
    """
    own = kube_vip.get("vip_interface")
    services = kube_vip.get("vip_servicesinterface") or own
    if not any(interface is not None and interface.text == "lo" for interface in (own, services)):
        return
    if not addresses.announces_by_ndp(kube_vip):
        return
    found, missing = known(partial(addresses.ipv6_control_plane, kube_vip))
    links = cluster.services_of(kube_vip)
    served, missing_too = known(*(partial(addresses.ipv6_service, kube_vip, link) for link in links))
    for interface in dict.fromkeys((own, services)):
        if interface is None or interface.text != "lo":
            continue
        vips = tuple(_label(item, "this control-plane VIP") for item in (found if interface == own else ()))
        vips += tuple(_label(item, "this Service") for item in (served if interface == services else ()))
        if vips:
            yield _unannounced(
                kube_vip, "vip_interface" if interface == own else "vip_servicesinterface", interface, vips
            )
    unknown = missing or missing_too
    if unknown is not None:
        raise unknown


@rule(
    "VIP018",
    "same-lease-two-families",
    subject=KubeVip,
    severity=Severity.WARNING,
    basis="kube-vip 5.2",
    references=("kube-vip/kube-vip#279", "kube-vip/kube-vip#625", "kube-vip/kube-vip#631"),
)
def same_lease_two_families(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """Two kube-vip, one for each family, share a lease

    What it finds:
        Two kube-vip workloads in one file or in one Kustomization, both with a control plane and a leader election, one
        with IPv4 VIPs only and the other with IPv6 VIPs only, that hold the same lease: same name, same namespace.

    Why it matters:
        The holder of the lease is named after the node. Both instances of a node count as the holder, overwrite each
        other's record, and leadership flaps; on different nodes only one family is up. See kube-vip/kube-vip#279, #625
        and #631.

    Bad (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          cp_enable: "true"
          vip_leaderelection: "true"
          cp_namespace: kube-system
          address: 10.0.0.10
        ---
        env:
          vip_arp: "true"
          cp_enable: "true"
          vip_leaderelection: "true"
          cp_namespace: kube-system
          address: "fd00::10"

    Good (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          cp_enable: "true"
          vip_leaderelection: "true"
          cp_namespace: kube-system
          address: "10.0.0.10,fd00::10"
          vip_subnet: "32,128"

    Good (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: 10.0.0.10
        ---
        env:
          vip_arp: "true"
          cp_enable: "true"
          vip_leasename: plndr-cp-lock-v6
          address: "fd00::10"

    How to fix:
        Run one instance with both addresses, from v0.7.0 on. Or give one of them a `vip_leasename` of its own, from
        v0.6.1 on.

    Limits:
        Silent for workloads in different files that no Kustomization lists together: they can belong to different
        clusters. Silent for two VIPs of one family, and for host names.
    """
    here = kube_vip.component
    earlier = (
        other
        for other in cluster.of(KubeVip)
        if _applied_together(here, other.component) and other.component.span < here.span
    )
    yield from each(*(_shared_lease(kube_vip, other) for other in earlier if other.component.name != here.name))


def _applied_together(one: Component, other: Component) -> bool:
    """Whether two workloads stand in one file or in one Kustomization: then they are for one cluster.

    Not so where two objects hold them as text, or a template has one or the other.
    """
    if one.holder != other.holder or (one.branch and other.branch and one.branch != other.branch):
        return False
    together = one.place.kustomization
    return one.span.path == other.span.path or (bool(together) and together == other.place.kustomization)


def _label(item: Item, whose: str) -> Label:
    return Label(item.span, f"{whose} is IPv6")


def _unannounced(kube_vip: KubeVip, variable: str, interface: Value, vips: tuple[Label, ...]) -> Draft:
    release = kube_vip.component.known_version
    if isinstance(release, Unknown):
        effect = "kube-vip cannot announce it"
    elif addresses.ends_without_link_local(release):
        effect = f"kube-vip {release} ends"
    else:
        effect = f"kube-vip {release} logs an error and the VIP stays on lo, unannounced{behaviour.checked(release)}"
    return finding(
        interface,
        f'{variable} "lo" cannot carry an IPv6 VIP in ARP mode: NDP needs a link-local address and lo has none; '
        f"{effect}",
        label="has no link-local address",
        because=vips,
        fix=Fix("name the interface that carries the node's addresses, or use BGP or routing-table mode"),
    )


def _shared_lease(kube_vip: KubeVip, other: KubeVip) -> Iterator[Draft]:
    mine, yours = addresses.control_plane(kube_vip), addresses.control_plane(other)
    if mine is None or yours is None:
        return
    families = {addresses.only_family(kube_vip), addresses.only_family(other)}
    if families != set(Family) or not addresses.elects(kube_vip) or not addresses.elects(other):
        return
    name = addresses.shared_lease(kube_vip, other)
    if name is None:
        return
    yield finding(
        mine.value,
        f"{other.component.name} and {kube_vip.component.name} write the lease {name} under the same node name: "
        f"leadership will flap between the {_family(yours)} and the {_family(mine)} VIP",
        label=f"the {_family(mine)} VIP of {kube_vip.component.name}",
        because=(Label(yours.value.span, f"the {_family(yours)} VIP of {other.component.name}"),),
        fix=Fix(
            f'use one instance with address: "{_both(mine, yours)}" (v0.7.0 and later), or give one of them its own '
            "vip_leasename"
        ),
    )


def _family(found: addresses.Addresses) -> str:
    family = addresses.written_items(found)[0].family
    return family.value if family else ""


def _both(mine: addresses.Addresses, yours: addresses.Addresses) -> str:
    """All addresses, IPv4 first: releases up to v1.0.0 derive the prefixes in this order."""
    items = (*addresses.written_items(mine), *addresses.written_items(yours))
    return ",".join(item.text for item in sorted(items, key=lambda item: item.family is Family.IPV6))
