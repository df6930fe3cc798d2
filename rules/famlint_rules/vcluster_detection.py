"""How vcluster finds the service range of its host: VCL004, VCL005, VCL006, VCL026 and VCL029."""

from collections.abc import Iterator

from famlint.behaviours.kubernetes_releases import named as kubernetes
from famlint.behaviours.vcluster.detection import (
    Redetection,
    Way,
    lost_family,
    other_than_fixed,
    redetection,
    stale,
)
from famlint.behaviours.vcluster.host import Host
from famlint.behaviours.vcluster.modes import at_most
from famlint.behaviours.vcluster.ranges import DEFAULT_SERVICES, unread_range
from famlint.behaviours.vcluster.releases import DETECTS_EACH_START
from famlint.behaviours.vcluster_paths import named, remark
from famlint.clusters import Cluster
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Edit, Fix, Label, Severity
from famlint.network.versions import Version
from famlint.rules import Draft, finding, rule
from famlint_rules.vcluster_words import of_host

_UPGRADE = "upgrade the chart to 0.25.2 or newer"


@rule(
    "VCL004",
    "legacy-service-cidr-ignored",
    subject=VirtualCluster,
    severity=Severity.WARNING,
    basis="vcluster 7.1 VC-04",
    references=("loft-sh/vcluster charts/k3s/values.yaml@v0.17.0", "loft-sh/vcluster charts/k8s/values.yaml@v0.19.10"),
)
def legacy_service_cidr_ignored(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """The chart does not read serviceCIDR

    What it finds:
        A `serviceCIDR` for the charts `vcluster` (k3s) v0.17.0 to v0.19.10, `vcluster-k8s` or `vcluster-eks` v0.19.

    Why it matters:
        No template of these charts mentions the key, and they have no schema that would refuse it. The range is
        detected as if nothing were set. See charts/k3s@v0.17.0 and charts/k8s@v0.19.10 of loft-sh/vcluster.

    Bad (chart vcluster 0.17.1, found in 0.17.0-0.19.99):
        serviceCIDR: "fd00:43::/112"
        syncer: {extraArgs: ["--tls-san=vc.example.org"]}
        vcluster: {extraArgs: ["--debug"]}

    Good (chart vcluster-k8s 0.18.1):
        serviceCIDR: "fd00:43::/112"
        syncer: {extraArgs: ["--tls-san=vc.example.org"]}

    How to fix:
        Upgrade the chart to v0.25.2 or newer and leave the range to its detection. No key of these charts sets it.

    Limits:
        Silent for `vcluster-k0s`, which reads the key, and where the chart's version is unknown.
    """
    value = unread_range(vcluster)
    if value is not None:
        yield finding(
            value,
            f"chart {vcluster.chart} {vcluster.version} does not read serviceCIDR: {named(vcluster)} detects the range "
            f"of its host as if {value.text} were not there{_each_start(vcluster)}",
            label="never read",
            fix=Fix(f"{_UPGRADE}: no key of this one sets the range"),
        )


@rule(
    "VCL005",
    "service-range-redetected",
    subject=VirtualCluster,
    severity=(Severity.WARNING, Severity.ERROR, Severity.INFO),
    basis="vcluster 7.1 VC-05",
    references=("loft-sh/vcluster#1898", "loft-sh/vcluster#2834", "telepresenceio/telepresence#3867"),
)
def service_range_redetected(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Draft]:
    """vcluster looks for the host's service range at every start, and falls back to 10.96.0.0/12

    What it finds:
        vcluster v0.19.0 to v0.24.1 or v0.25.0 on shared nodes without an explicit range.

    Why it matters:
        These releases create two Services with impossible addresses and read the range out of the refusals. Where no
        refusal names a range (a timeout, a quota, a webhook) nothing is retried: the virtual API server gets the
        constant 10.96.0.0/12. No IPv4 range was ever seen on such a host; the next start may find the right one, and
        the family flips. From Kubernetes 1.33 on refusals name no range, so the constant is all there is. With another
        range than the host's no Service can be created. See loft-sh/vcluster#1898, #2834 and
        pkg/util/servicecidr/servicecidr.go@v0.20.0.

    Bad (chart vcluster 0.24.1, found in 0.19.0-0.24.1, 0.25.0):
        telemetry: {enabled: false}

    Good (chart vcluster 0.25.2):
        telemetry: {enabled: false}

    Good (chart vcluster 0.24.1):
        serviceCIDR: "fd00:10:96::/108"

    Bad (chart vcluster 0.25.0, found in 0.19.0-0.24.1, 0.25.0):
        telemetry: {enabled: false}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-apiserver, namespace: kube-system}
        spec:
          containers:
          - name: kube-apiserver
            image: registry.k8s.io/kube-apiserver:v1.33.2
            command: [kube-apiserver, "--service-cluster-ip-range=fd00:10:96::/108", "--advertise-address=fd00::10"]

    How to fix:
        Upgrade to v0.25.2 or newer, which fails instead of guessing and keeps what it found. Until then write the
        host's ranges, in the host's order, as the top-level `serviceCIDR` (v0.20.0 and later; k0s takes the first one
        only).

    Limits:
        An error where the host runs Kubernetes 1.33 or newer and its first range is known to lie outside of
        10.96.0.0/12; silent where its one range lies inside, private nodes are on, or values are not all in sight. At
        most a warning in a lone values file. Where a legacy chart does not read the `serviceCIDR` that is written,
        VCL004 says so instead of the warning.
    """
    found = redetection(vcluster, cluster)
    if found is None:
        return
    severity = Severity.ERROR if found.always and found.outside else Severity.WARNING
    if severity is not Severity.ERROR and unread_range(vcluster) is not None:
        return
    yield finding(
        found.syncer.span or vcluster.component.span,
        _redetected(found, f"{named(vcluster)} ({found.syncer.version})"),
        label="detects the range at every start",
        because=of_host(found.host),
        fix=Fix(_settled(found)),
        severity=at_most(vcluster, severity),
    )


@rule(
    "VCL006",
    "dual-stack-lost",
    subject=VirtualCluster,
    severity=(Severity.WARNING, Severity.INFO),
    basis="vcluster 7.1 VC-06",
    references=("loft-sh/vcluster#2920", "loft-sh/vcluster#2945"),
)
def dual_stack_lost(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Draft]:
    """vcluster v0.24.2 and v0.25.1 detect one family of a dual-stack host

    What it finds:
        One of these two releases on shared nodes of a dual-stack host, without `serviceCIDR`, while the Service of the
        control plane has one family, which is the default.

    Why it matters:
        They search for the range around the addresses of their own Service. With one address there is one range, and
        every dual-stack Service is refused inside, `PreferDualStack` too, for the host hands out two addresses. The
        range is then kept in an annotation, so that an upgrade alone does not mend it. See loft-sh/vcluster#2920 and
        #2945.

    Bad (chart vcluster 0.25.1, found in 0.24.2, 0.25.1):
        controlPlane: {service: {spec: {type: ClusterIP}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-apiserver, namespace: kube-system}
        spec:
          containers:
          - name: kube-apiserver
            image: registry.k8s.io/kube-apiserver:v1.32.2
            command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112"]

    Good (chart vcluster 0.25.1):
        controlPlane: {service: {spec: {type: ClusterIP, ipFamilyPolicy: PreferDualStack}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-apiserver, namespace: kube-system}
        spec:
          containers:
          - name: kube-apiserver
            image: registry.k8s.io/kube-apiserver:v1.32.2
            command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112"]

    How to fix:
        Upgrade to v0.25.2 or newer and delete the annotation `vcluster.loft.sh/service-cidr` of the host Service. Or
        set `controlPlane.service.spec.ipFamilyPolicy: PreferDualStack` before the first start, or `serviceCIDR` with
        both ranges.

    Limits:
        Silent where the host is not known to be dual-stack, where the annotation is set through values, and for k0s,
        which takes one range in any case.
    """
    found = lost_family(vcluster, cluster)
    if found is None:
        return
    policy = (Label(found.policy.span, "one family"),) if found.policy is not None else ()
    yield finding(
        found.syncer.span or vcluster.component.span,
        f"{named(vcluster)} ({found.syncer.version}) finds one family of its dual-stack host {found.host.named} "
        f"({found.host.why}), that of its own Service: every dual-stack Service is refused inside",
        label="detects one family only",
        because=(*policy, *of_host(found.host)),
        fix=Fix(
            "upgrade to v0.25.2 or newer and delete the annotation vcluster.loft.sh/service-cidr of the host Service, "
            "or write controlPlane.service.spec.ipFamilyPolicy: PreferDualStack before the first start"
        ),
        severity=at_most(vcluster, Severity.WARNING),
    )


@rule(
    "VCL026",
    "stale-range-annotation",
    subject=VirtualCluster,
    severity=Severity.WARNING,
    basis="vcluster 7.1 VC-26",
    references=("loft-sh/vcluster pkg/util/servicecidr/servicecidr.go@v0.37.0-rc.1", "loft-sh/vcluster#2732"),
)
def stale_range_annotation(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Draft]:
    """The cached service range does not hold the address of vcluster's own Service

    What it finds:
        In a dump of the host Service, an annotation `vcluster.loft.sh/service-cidr` that lacks a family of the
        Service's ClusterIPs, or that does not hold one of them.

    Why it matters:
        From v0.24.2 (not v0.25.0) on the annotation wins over detection and is never checked again. The host gives out
        addresses that the virtual API server refuses. An annotation of v0.24.2 or v0.25.1 survives upgrades. See
        pkg/util/servicecidr/servicecidr.go@v0.37.0-rc.1 of loft-sh/vcluster and loft-sh/vcluster#2732.

    Bad:
        apiVersion: v1
        kind: Service
        metadata:
          name: my-vc
          labels: {app: vcluster, chart: vcluster-0.36.1, vcluster.loft.sh/service: "true"}
          annotations: {vcluster.loft.sh/service-cidr: "10.96.0.0/12"}
        spec:
          clusterIPs: ["10.96.4.4", "fd00:10:96::44"]
          ipFamilies: [IPv4, IPv6]
          ipFamilyPolicy: PreferDualStack

    Good:
        apiVersion: v1
        kind: Service
        metadata:
          name: my-vc
          labels: {app: vcluster, chart: vcluster-0.36.1, vcluster.loft.sh/service: "true"}
          annotations: {vcluster.loft.sh/service-cidr: "10.96.0.0/12,fd00:10:96::/108"}
        spec:
          clusterIPs: ["10.96.4.4", "fd00:10:96::44"]
          ipFamilies: [IPv4, IPv6]
          ipFamilyPolicy: PreferDualStack

    How to fix:
        Delete the annotation and restart the control plane. With a virtual Kubernetes of 1.33 or newer and another
        first range a ServiceCIDR with the new range is needed inside as well.

    Limits:
        Silent where values of the same release name the range, or have nodes of their own.
    """
    for found in tuple(stale(vcluster, cluster))[:1]:
        yield finding(
            found.annotation,
            f"the cached range {found.annotation.text} of {named(vcluster)} does not hold {found.address.text}, the "
            f"address of its own Service: the virtual API server refuses what the host gives out{remark(vcluster)}",
            label="out of date",
            because=(Label(found.address.span, "outside of the cached range"),),
            fix=Fix("delete the annotation and restart the control plane"),
        )


@rule(
    "VCL029",
    "legacy-default-range",
    subject=VirtualCluster,
    severity=Severity.ERROR,
    basis="vcluster 7.1 VC-29",
    references=(
        "loft-sh/vcluster charts/k8s/values.yaml@v0.8.1",
        "loft-sh/vcluster cmd/vclusterctl/cmd/create.go@v0.4.5",
    ),
)
def legacy_default_range(vcluster: VirtualCluster, cluster: Cluster) -> Iterator[Draft]:
    """The chart's own service range is not the host's

    What it finds:
        The charts v0.4, `vcluster-k8s` and `vcluster-k0s` v0.5.0 to v0.8.1 and `vcluster-eks` v0.6.0 to v0.8.1,
        installed by Helm without a range or rendered with 10.96.0.0/12, on a host with another range.

    Why it matters:
        Only vcluster's command line asked the host for its range; the chart alone has 10.96.0.0/12. Services get their
        address from the host, and the virtual API server refuses each one outside of its range. See
        charts/k8s/values.yaml@v0.8.1 of loft-sh/vcluster.

    Bad (chart vcluster-k8s 0.8.1, found in 0.5.0-0.8.1):
        syncer: {extraArgs: ["--tls-san=vc.example.org"]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-apiserver, namespace: kube-system}
        spec:
          containers:
          - name: kube-apiserver
            image: registry.k8s.io/kube-apiserver:v1.23.2
            command: [kube-apiserver, "--service-cluster-ip-range=fd00:10:96::/108", "--advertise-address=fd00::10"]

    Good (chart vcluster-k8s 0.8.1):
        serviceCIDR: "fd00:10:96::/108"
        syncer: {extraArgs: ["--tls-san=vc.example.org"]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-apiserver, namespace: kube-system}
        spec:
          containers:
          - name: kube-apiserver
            image: registry.k8s.io/kube-apiserver:v1.23.2
            command: [kube-apiserver, "--service-cluster-ip-range=fd00:10:96::/108", "--advertise-address=fd00::10"]

    How to fix:
        Write the host's range as `serviceCIDR`, or upgrade: from v0.9.0 on the range is detected.

    Limits:
        Silent where the host is not known, for k0s with a configuration of its own, and for a lone values file: there
        the command line may fill the range in.
    """
    found = other_than_fixed(vcluster, cluster)
    if found is None:
        return
    edits = (
        (Edit(found.value.span, found.host.text),) if found.value and found.value.editable and found.host.text else ()
    )
    shown = found.host.text or "the host's range"
    yield finding(
        found.value or vcluster.component.version_span or vcluster.component.span,
        f"{named(vcluster)} has the chart's own range {DEFAULT_SERVICES}, its host has {found.host.named} "
        f"({found.host.why}): no Service can be created",
        label=f"the chart's default {DEFAULT_SERVICES}",
        because=of_host(found.host),
        fix=Fix(f'write serviceCIDR: "{shown}"', edits, safe=False),
    )


def _each_start(vcluster: VirtualCluster) -> str:
    """What VCL005 says where it leaves the word to VCL004."""
    anew = vcluster.version in DETECTS_EACH_START
    return f", at every start anew, and takes {DEFAULT_SERVICES} where that fails" if anew else ""


def _redetected(found: Redetection, name: str) -> str:
    """What happens, by what is known of the host."""
    host, constant = found.host, f"the constant {DEFAULT_SERVICES}"
    looks = f"{name} reads the host's service range out of refused Services at every start and takes {constant}"
    if host is None:
        return f"{looks} where that fails: on a host with another range no Service can then be created"
    if found.always and found.outside:
        return (
            f"{_host(host)} does not name its range when it refuses a Service, so {name} takes {constant} at every "
            f"start: the host has {host.named} ({host.why}), and no Service can be created"
        )
    if found.outside:
        return f"{looks} where that fails: the host has {host.named} ({host.why}), and no Service can then be created"
    if len(host.families) > 1:
        return f"{looks} where that fails: the other family of the host {host.named} ({host.why}) is then lost"
    return f"{looks} where that fails: the host has {host.named} ({host.why})"


def _host(host: Host) -> str:
    return kubernetes(host.kubernetes) if isinstance(host.kubernetes, Version) else "the host"


def _settled(found: Redetection) -> str:
    host = found.host
    if found.way is Way.NOTHING:
        return f"{_UPGRADE}: no key of this one sets the range"
    ranges = host.text if host is not None else ""
    if found.way is Way.ONE_RANGE:
        ranges = ranges.partition(",")[0]
        what = f'"{ranges}"' if ranges else "the host's first range, k0s takes one"
    else:
        what = f'"{ranges}"' if ranges else "the host's ranges in the host's order"
    return f"{_UPGRADE}, or write at the top of the values serviceCIDR: {what}"
