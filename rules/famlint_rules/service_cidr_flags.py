"""ServiceCIDR objects next to the flag of their API server: SCD004 and SCD005."""

from collections.abc import Iterator

from famlint.behaviours.api_servers import ApiServer, service_ranges, started_as
from famlint.behaviours.kubernetes_releases import named
from famlint.behaviours.service_cidrs import (
    TELLS,
    UPDATES,
    Comparison,
    Difference,
    Outcome,
    compare,
    is_partly_held,
    linked,
    never_used,
    not_held,
    reads_objects,
)
from famlint.clusters import Cluster
from famlint.components.service_cidr import DEFAULT, ServiceCidr
from famlint.findings import Fix, Label, Severity
from famlint.rules import Draft, finding, rule


@rule(
    "SCD004",
    "servicecidr-default-vs-flags",
    subject=ServiceCidr,
    severity=Severity.WARNING,
    basis="kubernetes 7.7 R70",
    references=(
        "kubernetes/kubernetes#131261",
        "kubernetes/kubernetes#131263",
        "kubernetes/kubernetes#133338",
        "kubernetes/kubernetes pkg/controlplane/controller/defaultservicecidr/default_servicecidr_controller.go",
    ),
    unless=("SCD005",),
)
def servicecidr_default_vs_flags(service_cidr: ServiceCidr, cluster: Cluster) -> Iterator[Draft]:
    """The ServiceCIDR "kubernetes" differs from the flag of the API server

    What it finds:
        An object named `kubernetes` whose ranges are not those of `--service-cluster-ip-range`, in the same order and
        as canonical text, where addresses of Services come from ServiceCIDR objects: Kubernetes 1.33 and newer, or the
        gate `MultiCIDRServiceAllocator` on.

    Why it matters:
        kube-apiserver makes this object from its flag if there is none, and does not edit the one that is there. It
        goes on serving; ranges that only the flag has give no address, and the condition Ready stays True. Up to 1.34
        just a line in its log tells. One change is taken over by itself, from 1.33.0 on: a second range behind an
        unchanged first one. See kubernetes/kubernetes#131261, #131263 and #133338.

    Bad (kube-apiserver v1.33.2, found in 1.33.0-):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/12"]
        ---
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: kubernetes}
        spec: {cidrs: [10.96.0.0/16]}

    Good (kube-apiserver v1.33.2):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112"]
        ---
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: kubernetes}
        spec: {cidrs: [10.96.0.0/16]}

    Bad (kube-apiserver v1.32.4, found in 1.29.0-1.32.99):
        command:
        - kube-apiserver
        - --service-cluster-ip-range=10.96.0.0/16,fd00:96::/112
        - --feature-gates=MultiCIDRServiceAllocator=true
        - --runtime-config=networking.k8s.io/v1beta1=true
        ---
        apiVersion: networking.k8s.io/v1beta1
        kind: ServiceCIDR
        metadata: {name: kubernetes}
        spec: {cidrs: [10.96.0.0/16]}

    How to fix:
        Do not ship this object, kube-apiserver makes it. For more room leave the flag and add a ServiceCIDR of another
        name. For a second family up to 1.32 add a ServiceCIDR with its range, or upgrade to 1.33.

    Limits:
        Silent where the flag is not known, where one of the two is refused, and where the gate is off; also where a
        second family was added and another ServiceCIDR holds it.
    """
    found = linked(service_cidr, cluster) if service_cidr.name == DEFAULT else None
    if found is None or not reads_objects(service_cidr, found.server):
        return
    comparison = compare(service_cidr, found.server, found.why)
    if comparison is None or comparison.outcome is not Outcome.INCONSISTENT:
        return
    missing = not_held(service_cidr, comparison, cluster)
    if comparison.difference is Difference.SECOND_ADDED and not missing:
        return
    yield finding(
        comparison.differs_at,
        f'the ServiceCIDR "{DEFAULT}" has {_listed(comparison.object_has)}, the flag of {found.server.name} '
        f"{_listed(comparison.flag_has)}: {found.server.name} does not edit the object, {_fate(comparison, missing)}. "
        f"Its condition Ready stays True, {_sign(found.server)}",
        label=comparison.difference.value if comparison.difference else "",
        because=comparison.because,
        fix=_advice(comparison, found.server),
    )


@rule(
    "SCD005",
    "servicecidr-family-not-in-flags",
    subject=ServiceCidr,
    severity=Severity.ERROR,
    basis="kubernetes 7.7 R71",
    references=("kubernetes/kubernetes pkg/registry/core/rest/storage_core.go",),
)
def servicecidr_family_not_in_flags(service_cidr: ServiceCidr, cluster: Cluster) -> Iterator[Draft]:
    """A ServiceCIDR of a family that the API server does not serve

    What it finds:
        A range in a ServiceCIDR whose family `--service-cluster-ip-range` lacks.

    Why it matters:
        kube-apiserver makes its allocators at start, one for each family of the flag. A range of another family is
        never used: Services of that family are refused. See pkg/registry/core/rest/storage_core.go of
        kubernetes/kubernetes.

    Bad (kube-apiserver v1.33.2, found in 1.33.0-):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16"]
        ---
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: v6}
        spec: {cidrs: ["fd00:97::/112"]}

    Good (kube-apiserver v1.33.2):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112"]
        ---
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: v6}
        spec: {cidrs: ["fd00:97::/112"]}

    How to fix:
        Add a range of that family to the flag, behind the first one.

    Limits:
        Silent where the flag is not given or not known, where it is refused, and where the gate is off.
    """
    found = linked(service_cidr, cluster)
    if found is None or not reads_objects(service_cidr, found.server):
        return
    for member in never_used(service_cidr, found.server):
        family = member.cidr.family.value if member.cidr else ""
        yield finding(
            member.value,
            f"{found.server.name} has no {family} range in --service-cluster-ip-range, so {member.value.text} is never "
            f"used: it makes its allocators from the flag, and Services that ask for {family} are refused",
            label=f"{family}, which the flag lacks",
            because=tuple(
                Label(one.span, f"the flag of {found.server.name} ({found.why})")
                for one in service_ranges(found.server)
            ),
            fix=Fix(f"add an {family} range to the flag, behind the first one"),
        )


def _listed(texts: tuple[str, ...]) -> str:
    return ",".join(texts)


def _fate(comparison: Comparison, missing: tuple[str, ...]) -> str:
    if missing and is_partly_held(comparison, missing):
        return f"so Services get addresses of {_listed(comparison.object_has)} only"
    if missing:
        return f"so no Service gets an address of {_listed(missing)}"
    if comparison.difference is Difference.SWAPPED:
        return "while new Services default to the family that is first in the flag"
    if comparison.difference is Difference.OTHER:
        return "and goes on giving addresses of the ranges in it"
    return "which cannot lose a range either"


def _sign(server: ApiServer) -> str:
    """How the mismatch shows."""
    release = started_as(server)
    if release is None:
        return "and before Kubernetes 1.35 only a line in its log tells"
    if release in TELLS:
        return "an event KubernetesDefaultServiceCIDRInconsistent tells"
    return f"and in {named(release)} only a line in its log tells"


def _advice(comparison: Comparison, server: ApiServer) -> Fix:
    release = started_as(server)
    if comparison.difference is Difference.SECOND_ADDED and release is not None and release not in UPDATES:
        return Fix(f"add a ServiceCIDR of another name with {comparison.flag_has[-1]}, or upgrade to Kubernetes 1.33")
    return Fix("make the two equal, or leave the object to kube-apiserver; for more room add a ServiceCIDR")
