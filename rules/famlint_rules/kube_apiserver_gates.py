"""Feature gates of ServiceCIDR at an API server: API010 and API011."""

from collections.abc import Iterator

from famlint.behaviours.api_servers import ApiServer, flag_of, gates_at, known_release
from famlint.behaviours.feature_gates import GATES, MULTI_CIDR, Gate, Setting, serves, settings
from famlint.behaviours.kubernetes_releases import checked, named
from famlint.behaviours.service_cidrs import API, needed_api
from famlint.clusters import Cluster
from famlint.findings import Fix, Severity
from famlint.network.versions import Version
from famlint.rules import Draft, finding, rule

_DELETE = Fix("delete the gate")


@rule(
    "API010",
    "gate-servicecidr-locked",
    subject=ApiServer,
    severity=(Severity.ERROR, Severity.INFO),
    basis="kubernetes 7.1 R17",
    references=("kubernetes/kubernetes pkg/features/kube_features.go", "kubernetes/kubernetes#141762"),
)
def gate_servicecidr_locked(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """A feature gate of ServiceCIDR that cannot be set any more

    What it finds:
        `MultiCIDRServiceAllocator=false` from Kubernetes 1.34 on, `DisableAllocatorDualWrite=false` from 1.35 on,
        either gate with any value from 1.38 on. With `--emulated-version` that release decides.

    Why it matters:
        A locked gate that is set to another value, and a gate that does not exist, end kube-apiserver at start-up.
        `=true` on a locked gate is a dead setting, which will end it in 1.38: an info. See
        pkg/features/kube_features.go of kubernetes/kubernetes and kubernetes/kubernetes#141762.

    Bad (kube-apiserver v1.34.1, found in 1.34.0-):
        command:
        - kube-apiserver
        - --feature-gates=MultiCIDRServiceAllocator=false
        - --service-cluster-ip-range=10.96.0.0/16

    Good (kube-apiserver v1.34.1):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16"]

    How to fix:
        Delete the gate.

    Limits:
        An info where the release is unknown and the gate is set to false, silent where it is set to true.
    """
    given = [
        (one, gate) for one in settings(flag_of(server, "feature-gates")) for gate in GATES if one.name == gate.name
    ]
    if not given:
        return
    release = known_release(server)
    for setting, gate in given:
        told = _of_release(server, setting, gate, release) if release else _of_any(setting, gate)
        if told:
            yield finding(setting.span, told[1], label=told[2], fix=_DELETE, severity=told[0])


@rule(
    "API011",
    "servicecidr-gate-without-api",
    subject=ApiServer,
    severity=(Severity.WARNING, Severity.INFO),
    basis="kubernetes 7.1 R18",
    references=("kubernetes/api networking/v1beta1 types",),
)
def servicecidr_gate_without_api(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """The allocator of ServiceCIDRs without its API

    What it finds:
        The gate `MultiCIDRServiceAllocator` on in Kubernetes 1.31 or 1.32 without the beta API in `--runtime-config`.
        In 1.29 and 1.30 the same for the alpha API, as an info.

    Why it matters:
        The allocator keeps its addresses in ServiceCIDR and IPAddress objects, and APIs that are not stable are off by
        default. What exactly happens at start-up is not settled, so this is a warning. See networking/v1beta1 of
        kubernetes/api.

    Bad (kube-apiserver v1.32.4, found in 1.29.0-1.32.99):
        command:
        - kube-apiserver
        - --feature-gates=MultiCIDRServiceAllocator=true
        - --service-cluster-ip-range=10.96.0.0/16

    Good (kube-apiserver v1.32.4):
        command:
        - kube-apiserver
        - --feature-gates=MultiCIDRServiceAllocator=true
        - --runtime-config=networking.k8s.io/v1beta1=true
        - --service-cluster-ip-range=10.96.0.0/16

    How to fix:
        Add `--runtime-config=networking.k8s.io/v1beta1=true`, or upgrade to 1.33, where both are on.

    Limits:
        Silent in other releases.
    """
    gate = next((one for one in settings(flag_of(server, "feature-gates")) if one.name == MULTI_CIDR.name), None)
    if gate is None or not gate.on:
        return
    release = gates_at(server)
    version = needed_api(release)
    if not version or serves(flag_of(server, "runtime-config"), API, version):
        return
    yield finding(
        gate.span,
        f"the allocator of ServiceCIDRs needs the API {API}/{version}, which is off by default in {named(release)}: "
        "without it Services may get no address",
        label="needs an API that is off",
        fix=Fix(f"add --runtime-config={API}/{version}=true, or upgrade to Kubernetes 1.33"),
        severity=Severity.INFO if version == "v1alpha1" else Severity.WARNING,
    )


def _of_release(server: ApiServer, setting: Setting, gate: Gate, release: Version) -> tuple[Severity, str, str] | None:
    if release in gate.removed:
        what = f"the gate {gate.name} does not exist any more in {named(release)}"
        return Severity.ERROR, f"{what}: {server.name} refuses to start{checked(release)}", "an unknown gate"
    if release not in gate.locked:
        return None
    if setting.on:
        what = f"the gate {gate.name} is locked on in {named(release)}, so this says nothing"
        return Severity.INFO, f"{what}; Kubernetes 1.38 refuses to start with it", "a dead setting"
    what = f"the gate {gate.name} is locked on in {named(release)}"
    return Severity.ERROR, f"{what}: {server.name} refuses to start", "a locked gate"


def _of_any(setting: Setting, gate: Gate) -> tuple[Severity, str, str] | None:
    """Where the release is unknown."""
    since = gate.locked.ranges[0][0]
    if setting.on or since is None:
        return None
    what = f"the gate {gate.name} is locked on from {named(since)} on, which refuses to start with it"
    return Severity.INFO, what, "locked later"
