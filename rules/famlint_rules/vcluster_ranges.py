"""The service range and the pod range of a virtual cluster: VCL002, VCL007, VCL008 and VCL009."""

from collections.abc import Iterator

from famlint.behaviours.vcluster.modes import Mode, at_most, mode_of
from famlint.behaviours.vcluster.ranges import BY_DEFAULT, SERVICE_CIDR, dual_for_k0s, ignored_range
from famlint.behaviours.vcluster.releases import PRIVATE_NODES
from famlint.behaviours.vcluster.service import Fit, Misfit, MissingPods, misfit, missing_pods
from famlint.behaviours.vcluster_paths import may_be_in, named, remark
from famlint.clusters import Cluster
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Edit, Fix, Label, Severity
from famlint.rules import Draft, finding, rule
from famlint_rules.vcluster_words import of_host

_SEVERITY = {
    Fit.ELSEWHERE: Severity.ERROR,
    Fit.PARTLY: Severity.WARNING,
    Fit.LACKS: Severity.WARNING,
    Fit.MORE: Severity.INFO,
}


@rule(
    "VCL002",
    "networking-service-cidr-ignored",
    subject=VirtualCluster,
    severity=(Severity.WARNING, Severity.INFO),
    basis="vcluster 7.1 VC-02",
    references=("loft-sh/vcluster pkg/util/servicecidr/servicecidr.go@v0.37.0-rc.1",),
    unless=("VCL003",),
)
def networking_service_cidr_ignored(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """networking.serviceCIDR has no effect on shared nodes

    What it finds:
        A `networking.serviceCIDR` without private nodes.

    Why it matters:
        Only `privateNodes.enabled: true` makes vcluster read this key, although its description offers it for the case
        that detection fails. Nothing is logged, and the range is detected. See
        pkg/util/servicecidr/servicecidr.go@v0.37.0-rc.1 of loft-sh/vcluster.

    Bad (chart vcluster 0.36.1, found in 0.26.0-):
        networking: {serviceCIDR: "fd22:663c:50ba::/108"}

    Good (chart vcluster 0.36.1):
        serviceCIDR: "fd22:663c:50ba::/108"

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "fd22:663c:50ba::/108", podCIDR: "fd00:64::/56"}

    How to fix:
        Delete the key, for detection finds the host's range. Where it cannot, write the host's ranges as the top-level
        `serviceCIDR`.

    Limits:
        Info where the file may be meant for a standalone control plane or the docker driver, which have private nodes
        without saying so. Before v0.26.0 the chart refuses the key.
    """
    value = ignored_range(vcluster) if may_be_in(vcluster, PRIVATE_NODES) else None
    if value is None:
        return
    unsure = mode_of(vcluster) is Mode.UNKNOWN
    when = " unless it is started standalone or by the docker driver" if unsure else ""
    yield finding(
        value,
        f"{named(vcluster)} has no private nodes, so networking.serviceCIDR has no effect{when}: the range of its host "
        f"counts, not {value.text}{remark(vcluster)}",
        label="not read without privateNodes",
        fix=Fix(f"delete it, or write the host's ranges as the top-level {SERVICE_CIDR}"),
        severity=at_most(vcluster, Severity.WARNING),
    )


@rule(
    "VCL007",
    "service-cidr-not-of-host",
    subject=VirtualCluster,
    severity=(Severity.ERROR, Severity.WARNING, Severity.INFO),
    basis="vcluster 7.1 VC-07",
    references=("loft-sh/vcluster#1929", "loft-sh/vcluster pkg/util/servicecidr/servicecidr.go@v0.37.0-rc.1"),
    unless=("VCL029",),
)
def service_cidr_not_of_host(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Draft]:
    """The service range of a virtual cluster is not that of its host

    What it finds:
        An explicit range on shared nodes that does not hold the host's ranges, or that has a family which the host
        lacks.

    Why it matters:
        Every Service, `kubernetes` included, gets its address from the host, and the virtual API server refuses those
        outside of its own range: without the host's first range the control plane restarts for ever or stops to sync,
        without its second one dual-stack Services are refused. See loft-sh/vcluster#1929 for the symptoms.

    Bad (chart vcluster 0.36.1):
        serviceCIDR: "10.96.0.0/12"
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-apiserver, namespace: kube-system}
        spec:
          containers:
          - name: kube-apiserver
            image: registry.k8s.io/kube-apiserver:v1.33.2
            command: [kube-apiserver, "--service-cluster-ip-range=fd22:663c:50ba::/108", "--advertise-address=fd00::10"]

    Good (chart vcluster 0.36.1):
        serviceCIDR: "fd22:663c:50ba::/108"
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-apiserver, namespace: kube-system}
        spec:
          containers:
          - name: kube-apiserver
            image: registry.k8s.io/kube-apiserver:v1.33.2
            command: [kube-apiserver, "--service-cluster-ip-range=fd22:663c:50ba::/108", "--advertise-address=fd00::10"]

    How to fix:
        Write the host's ranges in the host's order, or, from v0.25.2 on, leave the key out: they are detected.

    Limits:
        Silent where the host is not known, with private nodes, and where the range holds all of the host's, wider or in
        another order. A range that no API server takes is reported as such.
    """
    found = misfit(vcluster, cluster)
    if found is None:
        return
    known = found.host.text and found.value.editable
    edits = (Edit(found.value.span, found.host.text),) if known else ()
    yield finding(
        found.value,
        f"{_misfit(found, named(vcluster))}{remark(vcluster)}",
        label="not the host's range" if found.fit is not Fit.MORE else "more than the host has",
        because=of_host(found.host),
        fix=Fix(f'write "{found.host.text}"' if found.host.text else "write the host's ranges", edits, safe=False),
        severity=at_most(vcluster, _SEVERITY[found.fit]),
    )


@rule(
    "VCL008",
    "k0s-takes-one-range",
    subject=VirtualCluster,
    severity=Severity.ERROR,
    basis="vcluster 7.1 VC-08",
    references=("loft-sh/vcluster#1413", "loft-sh/vcluster#1929"),
    unless=("VCL007",),
)
def k0s_takes_one_range(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """serviceCIDR has two ranges for k0s

    What it finds:
        A `serviceCIDR` with a comma where k0s is the distribution: `vcluster-k0s` from v0.5.0 on, or
        `controlPlane.distro.k0s` up to v0.25.

    Why it matters:
        vcluster puts the text into k0s's configuration as it is, and k0s takes one range there: it refuses to start.
        See loft-sh/vcluster#1413.

    Bad (chart vcluster 0.24.1, found in 0.20.0-0.25.99):
        serviceCIDR: "10.64.0.0/16,fd00:64::/108"
        controlPlane: {distro: {k0s: {enabled: true}}}

    Good (chart vcluster 0.24.1):
        serviceCIDR: "10.64.0.0/16"
        controlPlane: {distro: {k0s: {enabled: true}}}

    Bad (chart vcluster-k0s 0.19.10):
        serviceCIDR: "10.64.0.0/16,fd00:64::/108"
        syncer: {extraArgs: ["--tls-san=vc.example.org"]}

    Good (chart vcluster-k0s 0.19.10):
        serviceCIDR: "10.64.0.0/16"
        syncer: {extraArgs: ["--tls-san=vc.example.org"]}

    How to fix:
        Keep the first range. For both families take another distribution; k0s is gone in v0.26.0.

    Limits:
        Silent where k0s has a configuration of its own, and where it is not the distribution that runs: k3s goes over
        it.
    """
    value = dual_for_k0s(vcluster)
    if value is None:
        return
    first = value.text.partition(",")[0].strip()
    yield finding(
        value,
        f"k0s takes one service range, {named(vcluster)} gives it {value.text}: it refuses to start",
        label="k0s takes one range",
        fix=Fix(f'write "{first}"', (Edit(value.span, first),) if value.editable and first else ()),
    )


@rule(
    "VCL009",
    "pod-family-missing",
    subject=VirtualCluster,
    severity=(Severity.ERROR, Severity.WARNING, Severity.INFO),
    basis="vcluster 7.1 VC-09",
    references=("loft-sh/vcluster chart/values.yaml@v0.37.0-rc.1",),
)
def pod_family_missing(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Draft]:
    """Services of private nodes have a family that Pods do not have

    What it finds:
        With private nodes, a family of the service range for which `networking.podCIDR` has no range. Its default is
        the IPv4 range 10.244.0.0/16, whatever the services are.

    Why it matters:
        Pods get addresses out of `podCIDR` alone, so a Service of that family has no endpoints. Without a family in
        common no Service works. See chart/values.yaml@v0.37.0-rc.1 of loft-sh/vcluster.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "fd00:128::/108"}

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {serviceCIDR: "fd00:128::/108", podCIDR: "fd00:64::/56"}

    How to fix:
        Give `networking.podCIDR` a range of each family of the services: `10.64.0.0/16,fd00:64::/56`.

    Limits:
        Info where Flannel is disabled, for another CNI may have ranges of its own. Silent where either range is
        unknown.
    """
    found = missing_pods(vcluster, cluster)
    if found is None:
        return
    by_default = found.pods.layer == BY_DEFAULT
    where, other = (found.services, found.pods) if by_default else (found.pods, found.services)
    severity = Severity.ERROR if found.none_shared else Severity.WARNING
    if not found.flannel:
        severity = Severity.INFO
    assumed = by_default or found.services.layer == BY_DEFAULT
    yield finding(
        where,
        f"{_pods(found, named(vcluster))}{remark(vcluster)}",
        label=f"no {found.families[0].value} for Pods",
        because=() if other.layer == BY_DEFAULT else (Label(other.span, "the range of the Services"),),
        fix=Fix(f"give networking.podCIDR a range of {' and '.join(one.value for one in found.families)}"),
        severity=at_most(vcluster, severity) if assumed else severity,
    )


def _misfit(found: Misfit, name: str) -> str:
    """What happens to Services whose addresses the host gives out."""
    host = f"its host has {found.host.named} ({found.host.why})"
    mine = f"{name} has the service range {found.value.text}, {host}"
    if found.fit is Fit.ELSEWHERE:
        return f"{mine}: the addresses that the host gives out are refused, no Service can be created"
    if found.fit is Fit.PARTLY:
        return f"{mine}: Services whose address lies outside of the range of {name} are refused"
    family = found.family.value if found.family is not None else "other"
    if found.fit is Fit.LACKS:
        return f"{mine}: dual-stack Services are refused, for {family} is missing"
    return f"{mine}: no Service ever gets an {family} address"


def _pods(found: MissingPods, name: str) -> str:
    families = " and ".join(one.value for one in found.families)
    pods = "Pods get the chart's own" if found.pods.layer == BY_DEFAULT else "Pods get"
    services = "the chart's own" if found.services.layer == BY_DEFAULT else ""
    return (
        f"Services of {name} have {services} {found.services.text}, {pods} {found.pods.text}: ".replace("  ", " ")
        + f"no Pod has {families}, and {families} Services have no endpoints"
        + ("" if found.flannel else " unless the CNI has ranges of its own")
    )
