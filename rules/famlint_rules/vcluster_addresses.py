"""Bare addresses in the values of vcluster: VCL019, VCL023, VCL024 and VCL027."""

from collections.abc import Iterator

from famlint.behaviours.metallb_items import ItemFault, fault_of
from famlint.behaviours.vcluster_addresses import Reader, bind_address, dns_outside, no_bare_ips, pool_items
from famlint.behaviours.vcluster_paths import named, remark
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Edit, Fix, Label, Severity
from famlint.network.endpoints import bare_ip
from famlint.rules import Draft, finding, rule


@rule(
    "VCL019",
    "proxy-bind-address-no-ip",
    subject=VirtualCluster,
    severity=Severity.ERROR,
    basis="vcluster 7.1 VC-19",
    references=("loft-sh/vcluster chart/values.yaml@v0.36.1",),
)
def proxy_bind_address_no_ip(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """The proxy's bind address is no bare IP

    What it finds:
        A `controlPlane.proxy.bindAddress` in brackets, with a prefix length or a zone, or a name.

    Why it matters:
        The text is read as a bare IP. Anything else becomes no address at all, the listener fails and the control plane
        does not start. See `controlPlane.proxy` in chart/values.yaml@v0.36.1 of loft-sh/vcluster.

    Bad (chart vcluster 0.36.1):
        controlPlane:
          proxy:
            bindAddress: "[::]"

    Good (chart vcluster 0.36.1):
        controlPlane:
          proxy:
            bindAddress: "::"

    How to fix:
        Write `0.0.0.0` or `::`; each of them listens on both families. For one interface write its bare address.

    Limits:
        Whether the address exists in the Pod is not known here.
    """
    found = bind_address(vcluster)
    if found is None:
        return
    value, form = found
    yield finding(
        value,
        f'bindAddress "{value.text}" is not a bare IP address, so the proxy of {named(vcluster)} cannot listen and '
        f"the control plane does not start{remark(vcluster)}",
        label=form.value,
        fix=_bare(value, "0.0.0.0 or ::, which both listen on both families"),
    )


@rule(
    "VCL023",
    "metallb-pool-item-unusable",
    subject=VirtualCluster,
    severity=Severity.WARNING,
    basis="vcluster 7.1 VC-23",
    references=("metallb/metallb internal/config/config.go@v0.16.1",),
)
def metallb_pool_item_unusable(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """An item of the deployed MetalLB's pool gives no address

    What it finds:
        An item of `deploy.metallb.ipAddressPool.addresses` that is an address without a prefix length, or a range whose
        ends are of two families or in the wrong order.

    Why it matters:
        MetalLB takes CIDRs and `first-last`. It refuses the others with the whole pool; a range from IPv4 to IPv6 is
        taken but holds no address. The step from the values to MetalLB's objects is closed code, hence a warning. See
        internal/config/config.go@v0.16.1 of metallb/metallb.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        deploy:
          metallb:
            enabled: true
            ipAddressPool:
              addresses: ["192.0.2.10", "192.0.2.20-2001:db8::20"]

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        deploy:
          metallb:
            enabled: true
            ipAddressPool:
              addresses: ["192.0.2.10/32", "2001:db8::10-2001:db8::20"]

    How to fix:
        Write `/32` or `/128` behind a single address, and one range per family with the lower address first.

    Limits:
        A CIDR with host bits is taken with its whole network and not reported.
    """
    found = pool_items(vcluster)
    for _path, value in found.values:
        fault = fault_of(value.text)
        if fault is None:
            continue
        yield finding(
            value,
            f'pool item "{value.text}": {fault.value}, and Services of {named(vcluster)} get no address from it'
            f"{remark(vcluster)}",
            label="gives no address",
            fix=_single(value)
            if fault is ItemFault.BARE_ADDRESS
            else Fix("write one range per family, lower end first"),
        )
    found.settle()


@rule(
    "VCL024",
    "plain-ip-expected",
    subject=VirtualCluster,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="vcluster 7.1 VC-24",
    references=("kubernetes/kubernetes pkg/apis/core/validation/validation.go",),
)
def plain_ip_expected(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """A field for a bare IP address holds something else

    What it finds:
        A text that is no bare IP address in `controlPlane.statefulSet.hostAliases[].ip`,
        `controlPlane.statefulSet.dnsConfig.nameservers[]`, `networking.resolveDNS[].target.ip` or
        `controlPlane.standalone.advertiseAddress`.

    Why it matters:
        The API server refuses the Pod of the control plane over the first two (validation.go of
        kubernetes/kubernetes), so the virtual cluster never starts: an error. The others are read by closed code and
        are at most a warning.

    Bad (chart vcluster 0.36.1):
        controlPlane:
          statefulSet:
            hostAliases:
              - ip: "10.0.0.7/32"
                hostnames: ["db.example.org"]

    Good (chart vcluster 0.36.1):
        controlPlane:
          statefulSet:
            hostAliases:
              - ip: "10.0.0.7"
                hostnames: ["db.example.org"]

    How to fix:
        Write the address alone: no brackets, no prefix length, no port, no zone, no name.

    Limits:
        Leading zeros in octets are not reported: some releases of Kubernetes take them. Without the chart (standalone,
        docker driver) the fields of the Pod are not read and not judged.
    """
    for wrong in no_bare_ips(vcluster):
        value = wrong.written.value
        yield finding(
            value,
            f'{_key(wrong.written.path)} "{value.text}" is not a bare IP address: {wrong.reader.value}'
            f"{remark(vcluster)}",
            label=wrong.form.value,
            fix=_bare(value, "the address alone"),
            severity=Severity.ERROR if wrong.reader is Reader.API_SERVER else Severity.WARNING,
        )


@rule(
    "VCL027",
    "dns-address-outside-service-range",
    subject=VirtualCluster,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="vcluster 7.1 VC-27",
    references=("loft-sh/vcluster chart/values.yaml@v0.36.1",),
)
def dns_address_outside_service_range(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Draft]:
    """The address of the cluster DNS lies outside of the service CIDR

    What it finds:
        A `clusterIP` of `controlPlane.coredns.service.spec`, or a `clusterDNS` of `privateNodes.kubelet.config`, that
        lies in no range of an explicit service CIDR.

    Why it matters:
        The API server refuses the Service kube-dns with such a ClusterIP, so no name resolves inside: an error. A
        kubelet that hands out such an address sends Pods to a DNS server that the virtual cluster does not have: a
        warning, for a DNS server outside of the cluster may be meant. See chart/values.yaml@v0.36.1 of
        loft-sh/vcluster.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16"
        controlPlane:
          coredns:
            service:
              spec: {type: ClusterIP, clusterIP: "10.96.0.10"}

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          serviceCIDR: "10.128.0.0/16"
        controlPlane:
          coredns:
            service:
              spec: {type: ClusterIP, clusterIP: "10.128.0.10"}

    How to fix:
        Write an address of the service CIDR, usually the tenth, the same in both places.

    Limits:
        Link-local addresses (a DNS cache on the node) and `None` are not reported. Silent where the service CIDR is not
        written, or CoreDNS is off or has manifests of its own.
    """
    for wrong in dns_outside(vcluster, cluster):
        fate = (
            f"the API server refuses the Service kube-dns and no name resolves in {named(vcluster)}"
            if wrong.service
            else f"Pods of {named(vcluster)} ask a DNS server that is no Service of it"
        )
        yield finding(
            wrong.value,
            f"{wrong.value.text} lies outside of the service CIDR {wrong.ranges.text}: {fate}{remark(vcluster)}",
            label="outside of the service CIDR",
            because=(Label(wrong.ranges.span, "the service CIDR"),),
            fix=Fix(f'write an address of it, such as "{wrong.usual}"'),
            severity=Severity.ERROR if wrong.service else Severity.WARNING,
        )


def _bare(value: Value, otherwise: str) -> Fix:
    """The bare address where the text can mean only one."""
    meant = bare_ip(value.text)
    if meant is None:
        return Fix(f"write {otherwise}")
    return Fix(f'write "{meant}"', (Edit(value.span, meant),) if value.editable else ())


def _single(value: Value) -> Fix:
    text = f"{value.text.strip()}/{128 if ':' in value.text else 32}"
    return Fix(f'write "{text}"', (Edit(value.span, text),) if value.editable else ())


def _key(path: str) -> str:
    return path.rpartition(".")[2]
