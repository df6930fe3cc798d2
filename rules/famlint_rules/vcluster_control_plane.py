"""Flags, Service and endpoint of a virtual control plane: VCL012, VCL013, VCL016 and VCL017."""

from collections.abc import Iterator

from famlint.behaviours.vcluster.endpoints import BadEndpoint, bad_endpoint, endpoint_on_shared_nodes
from famlint.behaviours.vcluster.modes import Mode, at_most, mode_of
from famlint.behaviours.vcluster.ranges import BY_DEFAULT, RANGE_FLAG, splits
from famlint.behaviours.vcluster.service import Clash, ServiceClash, service_clashes
from famlint.behaviours.vcluster_paths import named, remark
from famlint.clusters import Cluster
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Edit, Fix, Label, Severity
from famlint.rules import Draft, finding, rule


@rule(
    "VCL012",
    "range-flag-split",
    subject=VirtualCluster,
    severity=(Severity.WARNING, Severity.INFO),
    basis="vcluster 7.1 VC-12",
    references=("loft-sh/vcluster config/config.go@v0.37.0-rc.1",),
)
def range_flag_split(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """The API server gets another range than the rest of vcluster

    What it finds:
        A `--service-cluster-ip-range` in `controlPlane.distro.k8s.apiServer.extraArgs` with other ranges than an
        explicit `serviceCIDR` or, with private nodes, than the range in force or the flag of the controller manager.

    Why it matters:
        The flag reaches the API server alone and wins there. The certificate and, with private nodes, the kubeadm
        configuration and the ranges kept from nodes follow the key: TLS to the Service `kubernetes` fails. See
        config/config.go@v0.37.0-rc.1 of loft-sh/vcluster.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "10.128.0.0/16"}
        controlPlane:
          distro:
            k8s:
              apiServer:
                extraArgs: ["--service-cluster-ip-range=10.129.0.0/16"]

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "10.129.0.0/16"}

    How to fix:
        Drop the flags and write the range as `networking.serviceCIDR` with private nodes, as `serviceCIDR` without.

    Limits:
        Silent where the ranges are the same, and on shared nodes without `serviceCIDR`: the flag alone works there. A
        flag of the controller manager alone does nothing on shared nodes.
    """
    for found in splits(vcluster):
        who = "the controller manager" if found.of_manager else "the certificate and the rest"
        if found.other.layer == BY_DEFAULT:
            who = "the certificate and the rest (by default)"
        because = () if found.other.layer == BY_DEFAULT else (Label(found.other.span, f"what {who} of it use"),)
        assumed = found.other.layer == BY_DEFAULT
        yield finding(
            found.flag,
            f"the API server of {named(vcluster)} gets {found.flag.text} by --{RANGE_FLAG}, {who} use "
            f"{found.other.text}{remark(vcluster)}",
            label="for the API server alone",
            because=because,
            fix=Fix("drop the flag and write the range as serviceCIDR, with private nodes as networking.serviceCIDR"),
            severity=at_most(vcluster, Severity.WARNING) if assumed else Severity.WARNING,
        )


@rule(
    "VCL013",
    "control-plane-service-family",
    subject=VirtualCluster,
    severity=(Severity.ERROR, Severity.WARNING, Severity.INFO),
    basis="vcluster 7.1 VC-13",
    references=("loft-sh/vcluster#1587", "loft-sh/vcluster#1592"),
)
def control_plane_service_family(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Draft]:
    """The Service of the control plane does not fit the single-family range

    What it finds:
        A `controlPlane.service.spec` with `ipFamilyPolicy: RequireDualStack`, an entry of the other family, or a
        ClusterIP outside of an explicit service range of one family, on shared nodes.

    Why it matters:
        vcluster copies the addresses, families and policy of this Service to `default/kubernetes` inside. The virtual
        API server refuses what its range does not hold, and the control plane does not get ready. See
        loft-sh/vcluster#1587 and #1592.

    Bad (chart vcluster 0.36.1):
        serviceCIDR: "10.96.0.0/12"
        controlPlane: {service: {spec: {type: ClusterIP, ipFamilyPolicy: RequireDualStack}}}

    Good (chart vcluster 0.36.1):
        serviceCIDR: "10.96.0.0/12,fd00:10:96::/108"
        controlPlane: {service: {spec: {type: ClusterIP, ipFamilyPolicy: RequireDualStack}}}

    How to fix:
        Write both ranges of the host as `serviceCIDR`, or keep the Service single-stack and its ClusterIP in the range.

    Limits:
        Silent for `PreferDualStack` alone, for a headless Service, where the Service is switched off, and with private
        nodes.
    """
    for found in service_clashes(vcluster, cluster):
        yield finding(
            found.value,
            f"{_clash(found, named(vcluster))}{remark(vcluster)}",
            label=found.clash.value,
            because=(Label(found.services.span, "the range of the virtual cluster"),),
            fix=Fix(_advice(found)),
            severity=at_most(vcluster, Severity.ERROR),
        )


@rule(
    "VCL016",
    "endpoint-syntax",
    subject=VirtualCluster,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="vcluster 7.1 VC-16",
    references=("loft-sh/vcluster pkg/config/validation.go@v0.26.0",),
)
def endpoint_syntax(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """controlPlane.endpoint is no host with a port

    What it finds:
        A `controlPlane.endpoint` without a port, with an IPv6 address that is not in brackets, or with a scheme.

    Why it matters:
        vcluster takes host and port apart at start and refuses to run where that fails. `https://name` passes, with the
        host `https`, and no node ever joins. See pkg/config/validation.go@v0.26.0 of loft-sh/vcluster.

    Bad (chart vcluster 0.36.1, found in 0.26.0-):
        privateNodes: {enabled: true}
        controlPlane: {endpoint: "fd00:100::10:8443"}

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        controlPlane: {endpoint: "[fd00:100::10]:8443"}

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        controlPlane: {endpoint: "https://vc.example.org:8443"}

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        controlPlane: {endpoint: "vc.example.org:8443"}

    How to fix:
        Write `host:port`, an IPv6 address in brackets: `[fd00:100::10]:8443`.

    Limits:
        Whether the name resolves and the port is the right one is not judged. On shared nodes every endpoint fails, see
        VCL017. The scheme without a port is a warning.
    """
    found = bad_endpoint(vcluster)
    if found is None:
        return
    yield finding(
        found.value,
        f"{_endpoint(found, named(vcluster))}{remark(vcluster)}",
        label="host:port is expected",
        fix=_mended(found),
        severity=Severity.WARNING if found.fault is None else Severity.ERROR,
    )


@rule(
    "VCL017",
    "endpoint-needs-private-nodes",
    subject=VirtualCluster,
    severity=(Severity.ERROR, Severity.WARNING, Severity.INFO),
    basis="vcluster 7.1 VC-17",
    references=("loft-sh/vcluster pkg/config/validation.go@v0.26.0",),
    unless=("VCL003", "VCL016"),
)
def endpoint_needs_private_nodes(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """controlPlane.endpoint is set without private nodes

    What it finds:
        A `controlPlane.endpoint` on shared nodes.

    Why it matters:
        vcluster checks its configuration at start and refuses to run: the key is for nodes that join from outside. See
        pkg/config/validation.go@v0.26.0 of loft-sh/vcluster.

    Bad (chart vcluster 0.36.1, found in 0.26.0-):
        controlPlane: {endpoint: "10.100.0.100:8443"}

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        controlPlane: {endpoint: "10.100.0.100:8443"}

    How to fix:
        Set `privateNodes.enabled: true`, or remove the endpoint. To reach a shared control plane from outside use a
        Service of type LoadBalancer and `exportKubeConfig.server`.

    Limits:
        Info where the file may be meant for a standalone control plane or the docker driver, at most a warning in a
        lone values file. Before v0.26.0 the chart refuses the key.
    """
    value = endpoint_on_shared_nodes(vcluster)
    if value is None:
        return
    unsure = mode_of(vcluster) is Mode.UNKNOWN
    when = " unless it is started standalone or by the docker driver" if unsure else ""
    yield finding(
        value,
        f"{named(vcluster)} has controlPlane.endpoint {value.text} but no private nodes: it refuses to start{when}"
        f"{remark(vcluster)}",
        label="only with privateNodes",
        fix=Fix("set privateNodes.enabled: true, or remove the endpoint"),
        severity=at_most(vcluster, Severity.ERROR),
    )


def _clash(found: ServiceClash, name: str) -> str:
    key = {Clash.POLICY: "ipFamilyPolicy", Clash.FAMILY: "ipFamilies", Clash.ADDRESS: "clusterIP"}[found.clash]
    return (
        f"{key} {found.value.text} of the Service of {name} does not fit its service range {found.services.text}: the "
        "virtual API server refuses to give default/kubernetes the addresses of that Service"
    )


def _advice(found: ServiceClash) -> str:
    if found.clash is Clash.ADDRESS:
        return "drop the ClusterIP, or write the host's range as serviceCIDR"
    return "write the host's range of both families as serviceCIDR, or keep the Service SingleStack with one family"


def _endpoint(found: BadEndpoint, name: str) -> str:
    if found.fault is None:
        return (
            f'controlPlane.endpoint "{found.value.text}" passes the check of {name}, but its host is the word '
            f'"{found.value.text.partition(":")[0]}": no node can join'
        )
    return f'{name} refuses to start: controlPlane.endpoint "{found.value.text}" is no host:port, {found.fault.value}'


def _mended(found: BadEndpoint) -> Fix:
    if len(found.meant) == 1:
        edits = (Edit(found.value.span, found.meant[0]),) if found.value.editable else ()
        return Fix(f'write "{found.meant[0]}"', edits)
    return Fix("write host:port, an IPv6 address in brackets: [fd00:100::10]:8443")
