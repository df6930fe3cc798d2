"""The addresses in the values of vcluster that are read one by one: which keys, by whom, in which releases.

Source: facts/vcluster.md sections 3.1, 3.2 and 7.1 (VC-18 to VC-24, VC-27).
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from famlint.behaviours.vcluster.modes import Mode, mode_of
from famlint.behaviours.vcluster.ranges import readable, service_range
from famlint.behaviours.vcluster_paths import (
    Found,
    Written,
    any_below,
    may_be_in,
    switched,
    value_at,
    values_at,
    without_chart,
)
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.addresses import Address, Cidr, Dialect, Family, parse_address, parse_cidr
from famlint.network.endpoints import Form, HostPort, bare_ip, form_of, split_host_port
from famlint.network.versions import Band, band

_PROXY = "controlPlane.proxy"
_KUBE_VIP = "controlPlane.advanced.kubeVip"
_INGRESS = "controlPlane.ingress"
_METALLB = "deploy.metallb"
_COREDNS = "controlPlane.coredns"

KUBE_VIP = band("0.30.0-")
METALLB = band("0.26.0-")
KUBELET_CONFIG = band("0.27.0-")
"""Since when the chart has these keys (section 3.1)."""


class Reader(Enum):
    """Who reads a bare address; the value is what happens to one that is none."""

    API_SERVER = "the API server refuses the Pod of the control plane"
    CLOSED = "vcluster cannot use it"


class IpField(NamedTuple):
    """A key that holds bare addresses: its path, since when the chart has it, and who reads it."""

    path: str
    since: Band
    reader: Reader


IP_FIELDS = (
    IpField("controlPlane.statefulSet.hostAliases[].ip", band("0.32.0-"), Reader.API_SERVER),
    IpField("controlPlane.statefulSet.dnsConfig.nameservers", band("0.21.0-"), Reader.API_SERVER),
    IpField("networking.resolveDNS[].target.ip", band("0.20.0-"), Reader.CLOSED),
    IpField("controlPlane.standalone.advertiseAddress", band("0.36.0-"), Reader.CLOSED),
)


class NoIp(NamedTuple):
    """A value that is no bare address where one is needed."""

    written: Written
    form: Form
    reader: Reader


class DnsAddress(NamedTuple):
    """An address of the cluster DNS that lies outside of the service CIDR.

    `service`: it is the ClusterIP of kube-dns itself, not what kubelets hand to Pods. `usual` is the tenth address of
    the range of its family, or of the first range.
    """

    value: Value
    service: bool
    ranges: Value
    usual: str


def no_bare_ips(vcluster: VirtualCluster) -> Iterator[NoIp]:
    """The values of `IP_FIELDS` that are no bare address. Nobody there refuses leading zeros. Raises Unknown."""
    if vcluster.legacy:
        return
    fields = [field for field in IP_FIELDS if may_be_in(vcluster, field.since)]
    asked = [(field, values_at(vcluster, field.path)) for field in fields]
    for field, found in asked:
        if found.values and field.reader is Reader.API_SERVER and without_chart(vcluster):
            continue
        for written in found.values:
            form = form_of(written.value.text, Dialect.KUBERNETES)
            if form is not Form.IP:
                yield NoIp(written, form, field.reader)
    for _field, found in asked:
        found.settle()


def bind_address(vcluster: VirtualCluster) -> tuple[Value, Form] | None:
    """The address on which vcluster's proxy listens, where it is no bare IP for Go's `net`. Raises Unknown."""
    value = None if vcluster.legacy else value_at(vcluster, f"{_PROXY}.bindAddress")
    if value is None or (form := form_of(value.text, Dialect.GO_NET)) is Form.IP:
        return None
    return value, form


def useless_sans(vcluster: VirtualCluster) -> tuple[tuple[tuple[Value, Form], ...], Found]:
    """The items of `extraSANs` that become a DNS name which nobody asks for, and all that was found."""
    found = Found((), None) if vcluster.legacy else values_at(vcluster, f"{_PROXY}.extraSANs")
    wrong = (Form.BRACKETS, Form.URL, Form.CIDR, Form.PORT)
    forms = ((written.value, form_of(written.value.text, Dialect.GO_NET)) for written in found.values)
    return tuple((value, form) for value, form in forms if form in wrong), found


def ingress_ips(vcluster: VirtualCluster) -> Found:
    """The hosts of the Ingress that the chart renders which are IP addresses, in brackets or not. Raises Unknown.

    With rules of its own the Ingress does not use `host`, but the hosts of these rules.
    """
    path = "ingress" if vcluster.legacy else _INGRESS
    if not switched(vcluster, f"{path}.enabled"):
        return Found((), None)
    if not vcluster.legacy and without_chart(vcluster):
        return Found((), None)
    own = not vcluster.legacy and any_below(vcluster, f"{_INGRESS}.spec.rules")
    found = values_at(vcluster, f"{_INGRESS}.spec.rules[].host" if own else f"{path}.host")
    return found._replace(values=tuple(one for one in found.values if _is_ip(one.value.text)))


def pool_items(vcluster: VirtualCluster) -> Found:
    """The items of the address pool of the MetalLB that vcluster deploys. Raises Unknown."""
    if vcluster.legacy or not may_be_in(vcluster, METALLB) or not switched(vcluster, f"{_METALLB}.enabled"):
        return Found((), None)
    return values_at(vcluster, f"{_METALLB}.ipAddressPool.addresses")


class Gateway(NamedTuple):
    """The gateway of vcluster's kube-vip, and the endpoint whose host is its VIP where that is an address."""

    value: Value
    cidr: Cidr | None
    endpoint: Value | None
    vip: Address | None


def gateway(vcluster: VirtualCluster) -> Gateway | None:
    """The gateway where vcluster's kube-vip is on, as the documentation wants it: address/prefix. Raises Unknown."""
    if vcluster.legacy or not may_be_in(vcluster, KUBE_VIP) or not switched(vcluster, f"{_KUBE_VIP}.enabled"):
        return None
    value = value_at(vcluster, f"{_KUBE_VIP}.gateway")
    if value is None:
        return None
    endpoint = value_at(vcluster, "controlPlane.endpoint")
    apart = split_host_port(endpoint.text) if endpoint else None
    vip = parse_address(apart.host, Dialect.GO_NET) if isinstance(apart, HostPort) else None
    return Gateway(value, parse_cidr(value.text, Dialect.GO_NET), endpoint, vip)


def dns_outside(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[DnsAddress]:
    """The addresses of the cluster DNS that lie outside of an explicit service CIDR. Raises Unknown.

    Link-local addresses belong to a cache on the node.
    """
    addresses = [*_kubelet_dns(vcluster), *_service_ips(vcluster)]
    found = service_range(vcluster, cluster) if addresses else None
    if found is None or found.layer == "default":
        return
    known = readable(found)
    if known is None:
        return
    for value, service in addresses:
        address = parse_address(value.text, Dialect.KUBERNETES)
        if address is None or _link_local(address) or any(_holds(cidr, address) for cidr in known):
            continue
        usual = next((cidr for cidr in known if cidr.family is address.family), known[0])
        yield DnsAddress(value, service, found, str(Address(usual.family, usual.network + 10)))


def _kubelet_dns(vcluster: VirtualCluster) -> Iterator[tuple[Value, bool]]:
    path = "privateNodes.kubelet.config.clusterDNS"
    if vcluster.legacy or not may_be_in(vcluster, KUBELET_CONFIG) or not any_below(vcluster, path):
        return
    if mode_of(vcluster) is Mode.PRIVATE:
        found = values_at(vcluster, path)
        yield from ((written.value, False) for written in found.values)
        found.settle()


def _service_ips(vcluster: VirtualCluster) -> Iterator[tuple[Value, bool]]:
    spec = f"{_COREDNS}.service.spec"
    paths = (f"{spec}.clusterIP", f"{spec}.clusterIPs")
    if vcluster.legacy or not any(any_below(vcluster, path) for path in paths):
        return
    overwritten = any_below(vcluster, f"{_COREDNS}.overwriteManifests") and value_at(
        vcluster, f"{_COREDNS}.overwriteManifests"
    )
    if overwritten or not switched(vcluster, f"{_COREDNS}.enabled", default=True):
        return
    found = values_at(vcluster, *paths)
    first = {written.value.text: written.value for written in reversed(found.values)}
    yield from ((value, True) for value in reversed(first.values()))
    found.settle()


def _is_ip(text: str) -> bool:
    return form_of(text, Dialect.KUBERNETES) is Form.IP or (text.startswith("[") and bare_ip(text) is not None)


def _holds(cidr: Cidr, address: Address) -> bool:
    return cidr.family is address.family and Cidr(cidr.family, address.value, cidr.prefix).network == cidr.network


def _link_local(address: Address) -> bool:
    prefix, network = (16, 0xA9FE0000) if address.family is Family.IPV4 else (10, 0xFE80 << 112)
    return Cidr(address.family, address.value, prefix).network == network
