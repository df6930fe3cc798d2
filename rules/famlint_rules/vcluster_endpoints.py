"""Endpoints and URLs in the values of vcluster: VCL018, VCL020, VCL021 and VCL022."""

from collections.abc import Iterator

from famlint.behaviours.vcluster_addresses import gateway, ingress_ips, useless_sans
from famlint.behaviours.vcluster_paths import named, remark
from famlint.behaviours.vcluster_urls import BadUrl, bad_urls
from famlint.clusters import Cluster
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Edit, Fix, Label, Severity
from famlint.network.endpoints import bare_host
from famlint.rules import Draft, finding, rule


@rule(
    "VCL018",
    "kube-vip-gateway-prefix",
    subject=VirtualCluster,
    severity=Severity.WARNING,
    basis="vcluster 7.1 VC-18",
    references=("loft-sh/vcluster chart/values.schema.json@v0.36.1",),
)
def kube_vip_gateway_prefix(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """The gateway of vcluster's kube-vip has no prefix length, or another family than the VIP

    What it finds:
        A `controlPlane.advanced.kubeVip.gateway` that is not an address with a prefix length, or whose family is not
        that of the address in `controlPlane.endpoint`, while kube-vip is enabled.

    Why it matters:
        The schema asks for the gateway with the prefix length of its network, host bits and all: the VIP gets that
        length. The code that reads it is closed, hence a warning. See chart/values.schema.json@v0.36.1 of
        loft-sh/vcluster.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        controlPlane:
          endpoint: "10.100.0.100:8443"
          advanced:
            kubeVip: {enabled: true, interface: net1, gateway: "10.100.0.1"}

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        controlPlane:
          endpoint: "10.100.0.100:8443"
          advanced:
            kubeVip: {enabled: true, interface: net1, gateway: "10.100.0.1/24"}

    How to fix:
        Write the gateway's address and the prefix length of its network, such as `10.100.0.1/24`.

    Limits:
        The prefix length itself is not judged, nor is the family where the endpoint is a name.
    """
    found = gateway(vcluster)
    if found is None:
        return
    if found.cidr is None:
        yield finding(
            found.value,
            f'kubeVip.gateway "{found.value.text}" is not an address with a prefix length, which kube-vip of '
            f"{named(vcluster)} needs for its VIP{remark(vcluster)}",
            label="an address with a prefix length is expected",
            fix=Fix("write the gateway with the prefix length of its network, such as 10.100.0.1/24"),
        )
    elif found.vip is not None and found.endpoint is not None and found.vip.family is not found.cidr.family:
        yield finding(
            found.value,
            f"kubeVip.gateway {found.value.text} is {found.cidr.family.value}, the VIP in controlPlane.endpoint is "
            f"{found.vip.family.value}: {named(vcluster)} has no way out for the VIP{remark(vcluster)}",
            label=found.cidr.family.value,
            because=(Label(found.endpoint.span, f"the VIP is {found.vip.family.value}"),),
            fix=Fix(f"write the {found.vip.family.value} gateway"),
        )


@rule(
    "VCL020",
    "server-url-unusable",
    subject=VirtualCluster,
    severity=Severity.ERROR,
    basis="vcluster 7.1 VC-20",
    references=("loft-sh/vcluster pkg/config/validation.go@v0.36.1", "golang/go#31024"),
)
def server_url_unusable(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """A server URL has an IPv6 address without brackets, or no scheme

    What it finds:
        `exportKubeConfig.server`, a `server` of `exportKubeConfig.additionalSecrets` or
        `controlPlane.backingStore.etcd.external.endpoint` whose host is an IPv6 address without brackets; and, from
        v0.29.0, an `exportKubeConfig.server` that does not begin with `http://` or `https://`.

    Why it matters:
        Without brackets nobody can tell the port from the address. From v0.35.0 vcluster does not start over
        `exportKubeConfig.server`; older ones write a kubeconfig that no client can use, and the other two keys are not
        checked at all. See pkg/config/validation.go@v0.36.1 of loft-sh/vcluster and golang/go#31024.

    Bad (chart vcluster 0.36.1):
        exportKubeConfig:
          server: "https://fd00:100::10:16443"

    Good (chart vcluster 0.36.1):
        exportKubeConfig:
          server: "https://[fd00:100::10]:16443"

    Bad (chart vcluster 0.36.1):
        exportKubeConfig:
          server: "vc.example.org:443"

    Good (chart vcluster 0.36.1):
        exportKubeConfig:
          server: "https://vc.example.org:443"

    How to fix:
        Write the address in brackets and the port behind them: `https://[fd00:100::10]:443`.

    Limits:
        Clients add a missing scheme to `additionalSecrets`, and vcluster adds it to the etcd endpoint; both are not
        reported. A missing scheme needs a known release.
    """
    for bad in bad_urls(vcluster):
        yield finding(
            bad.span,
            _told(bad, named(vcluster)) + remark(vcluster),
            label="an IPv6 address without brackets" if bad.text else "no http:// or https://",
            because=(Label(*place) for place in bad.value.via),
            fix=_mended(bad),
        )


@rule(
    "VCL021",
    "extra-san-never-matches",
    subject=VirtualCluster,
    severity=Severity.WARNING,
    basis="vcluster 7.1 VC-21",
    references=("loft-sh/vcluster pkg/certs@v0.36.1",),
)
def extra_san_never_matches(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """An extra name for the certificate can never match

    What it finds:
        An item of `controlPlane.proxy.extraSANs` in brackets, with a port or a scheme, or with a prefix length.

    Why it matters:
        A bare IP becomes an IP entry of the certificate. Everything else becomes a DNS entry without a check, and no
        client asks for `[fd00::10]` or `10.0.0.0/24`: TLS fails for the address that was meant. See pkg/certs@v0.36.1
        of loft-sh/vcluster.

    Bad (chart vcluster 0.36.1):
        controlPlane:
          proxy:
            extraSANs: ["[fd00:100::10]", "10.0.0.0/24"]

    Good (chart vcluster 0.36.1):
        controlPlane:
          proxy:
            extraSANs: ["fd00:100::10", "10.0.0.7", "vc.example.org"]

    How to fix:
        Write the bare address or the DNS name. A certificate cannot name a whole network.

    Limits:
        Other texts that are no DNS names are not judged.
    """
    wrong, found = useless_sans(vcluster)
    for value, form in wrong:
        meant = bare_host(value.text)
        edits = (Edit(value.span, meant),) if meant is not None and value.editable else ()
        yield finding(
            value,
            f'extraSANs "{value.text}" becomes a DNS name that no client of {named(vcluster)} ever asks for'
            f"{remark(vcluster)}",
            label=form.value,
            fix=Fix(f'write "{meant}"' if meant is not None else "write the bare addresses or a DNS name", edits),
        )
    found.settle()


@rule(
    "VCL022",
    "ingress-host-is-ip",
    subject=VirtualCluster,
    severity=Severity.ERROR,
    basis="vcluster 7.1 VC-22",
    references=("kubernetes/kubernetes pkg/apis/networking/validation/validation.go",),
)
def ingress_host_is_ip(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """The Ingress of the control plane has an address for its host

    What it finds:
        An IP address as `controlPlane.ingress.host` (`ingress.host` of the charts before v0.20) of an enabled Ingress,
        or as a host of its own `spec.rules`.

    Why it matters:
        The API server refuses an Ingress whose host is an IP address, so the release cannot be installed. See
        pkg/apis/networking/validation/validation.go of kubernetes/kubernetes.

    Bad (chart vcluster 0.36.1):
        controlPlane:
          ingress:
            enabled: true
            host: "10.0.0.7"

    Good (chart vcluster 0.36.1):
        controlPlane:
          ingress:
            enabled: true
            host: "vc.example.org"

    How to fix:
        Write a DNS name. To reach the control plane by its address use a Service of type LoadBalancer and
        `controlPlane.proxy.extraSANs`.

    Limits:
        With rules of its own the Ingress does not use `host`. Silent where no chart is installed (standalone, docker
        driver).
    """
    found = ingress_ips(vcluster)
    for _path, host in found.values:
        yield finding(
            host,
            f'the API server refuses the Ingress of {named(vcluster)}: its host "{host.text}" is an IP address'
            f"{remark(vcluster)}",
            label="a DNS name is expected",
            fix=Fix("write a DNS name"),
        )
    found.settle()


def _told(bad: BadUrl, name: str) -> str:
    key = bad.path.rpartition(".")[2]
    if not bad.text:
        return (
            f'{name} does not start: exportKubeConfig.{key} "{bad.value.text}" begins neither with http:// nor https://'
        )
    if bad.refused:
        fate = f"{name} does not start"
    elif bad.refused is None:
        fate = f"the kubeconfig of {name} is of no use, and from v0.35.0 it does not start"
    else:
        fate = f"nobody can tell the address from a port, and {name} or its clients cannot connect"
    return f'the host of {key} "{bad.value.text}" is an IPv6 address without brackets: {fate}'


def _mended(bad: BadUrl) -> Fix:
    """An edit where the text can mean one thing only; else the reading with a port comes first."""
    first, *others = bad.meant
    if others:
        return Fix(f'write "{first}", or "{others[0]}" if no port is meant')
    return Fix(f'write "{first}"', (Edit(bad.value.span, first),) if bad.value.editable else ())
