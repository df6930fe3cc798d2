"""kube-vip and the families of Services: VIP019 and VIP020."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip_services as services
from famlint.behaviours.kube_vip import Item
from famlint.clusters import Cluster
from famlint.components.service import Service
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Family
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_service_words import kube_vips_of, served_by


@rule(
    "VIP019",
    "service-vip-family-mismatch",
    subject=Service,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="kube-vip 5.3",
    references=("kube-vip/kube-vip#933", "kubernetes/kubernetes pkg/proxy/serviceport.go"),
    unless=("VIP013",),
)
def service_vip_family_mismatch(service: Service, cluster: Cluster) -> Iterator[Draft]:
    """A Service asks kube-vip for an address of a family that it does not have

    What it finds:
        A single-stack Service whose annotation `kube-vip.io/loadbalancerIPs`, or `spec.loadBalancerIP` where a kube-vip
        is in the input, names an address of the other family. Single-stack is every Service without
        `ipFamilyPolicy: PreferDualStack` or `RequireDualStack`. It is an error where both families are listed, a
        warning where all addresses are of the other family.

    Why it matters:
        kube-vip does not compare the addresses with `ipFamilies`: it brings up and publishes each of them. kube-proxy
        forwards only those of the Service's own family. The other address answers ping and refuses connections. See
        kube-vip/kube-vip#933 and kubernetes/kubernetes pkg/proxy/serviceport.go.

    Bad:
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,fd80::200"}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}

    Bad (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          type: LoadBalancer
          loadBalancerIP: fd80::200
          ipFamilies: [IPv4]
          selector: {app: web}
          ports: [{port: 80}]

    Good:
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,fd80::200"}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    How to fix:
        Write `ipFamilyPolicy: PreferDualStack` (or `RequireDualStack`) with `ipFamilies: [IPv4, IPv6]`, or remove the
        address of the other family.

    Limits:
        Silent for one address without `ipFamilies` (the cluster decides), for two `ipFamilies` or `clusterIPs` without
        a policy (the API server refuses the Service), for DHCP and host names, and with `kube-vip.io/ignore: "true"`.
    """
    servers = cluster.servers_of(service)
    asked = services.asked(service, kube_vips_of(service, cluster))
    if asked is None:
        return
    listed = {family for family in map(services.certain_family, asked.items) if family}
    if not listed or not services.is_single_stack(service):
        return
    own = services.own_family(service)
    because = () if asked.annotated else served_by(servers)
    if own is not None:
        both = len(listed) == 2
        for item in asked.items:
            if services.certain_family(item) not in (None, own):
                yield _foreign(service, item, own, because, both=both)
    elif len(listed) == 2:
        yield finding(
            asked.value,
            f'"{asked.value.text}" gives addresses of both families to a single-stack Service: kube-vip brings up all '
            "of them, but kube-proxy does not forward those of the family that the Service lacks, so that connections "
            "to them are refused",
            label="both families",
            because=because,
            fix=_both_families(),
        )


@rule(
    "VIP020",
    "require-dual-stack-one-vip",
    subject=Service,
    severity=Severity.WARNING,
    basis="kube-vip 5.3",
    references=("kube-vip/kube-vip pkg/instance/instance.go@v1.2.3",),
)
def require_dual_stack_one_vip(service: Service, cluster: Cluster) -> Iterator[Draft]:
    """A Service that requires both families asks kube-vip for addresses of one

    What it finds:
        `ipFamilyPolicy: RequireDualStack` on a Service whose annotation `kube-vip.io/loadbalancerIPs` lists addresses
        of one family only.

    Why it matters:
        The annotation is all that kube-vip goes by: it brings up these addresses and no other, and no pool adds the
        missing one. The Service has cluster IPs of both families and can be reached from outside over one of them.
        See pkg/instance/instance.go@v1.2.3 of kube-vip/kube-vip.

    Bad:
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.0.0.200}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    Good:
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,fd80::200"}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    How to fix:
        Add an address of the other family, separated by a comma without a blank (kube-vip v0.7.0 or later). Or leave
        the annotation to a cloud provider with pools of both families.

    Limits:
        Silent without the annotation, and where an item is a host name or asks for a DHCP lease.
    """
    policy = services.requires_both(service)
    if policy is None:
        return
    asked = services.asked(service, kube_vips_of(service, cluster))
    if asked is None or not asked.annotated:
        return
    listed = services.families(service, asked)
    if len(listed) != 1:
        return
    (only,) = listed
    other = _other(only)
    yield finding(
        asked.value,
        f'the Service requires both families, but "{asked.value.text}" has no {other.value} address: kube-vip brings '
        f"up what the annotation lists and nothing else, so the Service cannot be reached from outside over "
        f"{other.value}",
        label=f"only {only.value}",
        because=(Label(policy.span, "both families are required"),),
        fix=Fix(f"add an {other.value} address behind a comma, without a blank (kube-vip v0.7.0 or later)"),
    )


def _foreign(service: Service, item: Item, own: Family, because: tuple[Label, ...], *, both: bool) -> Draft:
    given = service.component.get("spec.ipFamilies")
    label = (Label(given.span, f"the Service has {own.value} only"),) if given is not None else ()
    other = _other(own)
    return finding(
        item.span,
        f"{other.value} address {item.text} on a single-stack {own.value} Service: kube-vip brings it up, but "
        "kube-proxy does not forward it, so that connections to it are refused",
        label=f"not {own.value}",
        because=(*label, *because, *(Label(*place) for place in item.value.via)),
        fix=_both_families() if both else Fix(f"write an {own.value} address, or give the Service {other.value}"),
        severity=Severity.ERROR if both else Severity.WARNING,
    )


def _both_families() -> Fix:
    return Fix("set ipFamilyPolicy: PreferDualStack and ipFamilies: [IPv4, IPv6], or remove the address")


def _other(family: Family) -> Family:
    return Family.IPV6 if family is Family.IPV4 else Family.IPV4
