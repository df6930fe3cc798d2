"""Keys that do nothing, or that the chart's release does not know: VCL003 and VCL028."""

from collections.abc import Iterator

from famlint.behaviours.vcluster.keys import UnknownKey, unknown_keys
from famlint.behaviours.vcluster.modes import Mode, mode_of
from famlint.behaviours.vcluster.ranges import unused_pods
from famlint.behaviours.vcluster.releases import PRIVATE_NODES
from famlint.behaviours.vcluster_paths import named, remark
from famlint.clusters import Cluster
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Fix, Severity
from famlint.network.versions import Version
from famlint.rules import Draft, finding, rule


@rule(
    "VCL003",
    "key-not-in-chart-version",
    subject=VirtualCluster,
    severity=Severity.ERROR,
    basis="vcluster 7.1 VC-03, 3.1",
    references=("loft-sh/vcluster chart/values.schema.json@v0.20.0",),
)
def key_not_in_chart_version(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """The chart's release does not know a key

    What it finds:
        A key of vcluster that came later, that is gone, or that only the charts before v0.20 had.

    Why it matters:
        From v0.20.0 on the chart has a schema that refuses every other key, so Helm installs nothing, and the program
        refuses such a configuration as well. See chart/values.schema.json@v0.20.0 of loft-sh/vcluster.

    Bad (chart vcluster 0.25.2, found in 0.20.0-0.25.99):
        networking: {serviceCIDR: "10.43.0.0/16"}

    Good (chart vcluster 0.25.2):
        serviceCIDR: "10.43.0.0/16"

    Bad (chart vcluster 0.33.0, found in 0.20.0-):
        syncer: {extraArgs: ["--tls-san=vc.example.org"]}

    Good (chart vcluster 0.33.0):
        controlPlane: {proxy: {extraSANs: [vc.example.org]}}

    Bad (chart vcluster 0.33.0, found in 0.33.0-):
        controlPlane: {distro: {k3s: {enabled: true}}}

    Good (chart vcluster 0.32.0):
        controlPlane: {distro: {k3s: {enabled: true}}}

    How to fix:
        Write the key of the release that is installed, or install a release that knows the key.

    Limits:
        Silent where the chart's version is unknown or a candidate. Only keys that concern the network, and the
        top-level ones, are known by release. A null is no key: Helm drops it.
    """
    for found in unknown_keys(vcluster):
        yield finding(
            found.value,
            f"chart vcluster {vcluster.version} refuses {found.path}, {_known(found, vcluster.version)}: "
            f"{named(vcluster)} is not installed{remark(vcluster)}",
            label=f"{found.path} is no key of {vcluster.version}",
            fix=Fix(_elsewhere(found.instead) if found.instead else _release(found)),
        )


def _elsewhere(path: str) -> str:
    return f"write {path}" if "." in path else f"write {path} at the top of the values"


@rule(
    "VCL028",
    "pod-cidr-unused",
    subject=VirtualCluster,
    severity=Severity.INFO,
    basis="vcluster 7.1 VC-28",
    references=("loft-sh/vcluster chart/values.yaml@v0.37.0-rc.1",),
)
def pod_cidr_unused(vcluster: VirtualCluster, _cluster: Cluster) -> Iterator[Draft]:
    """networking.podCIDR has no effect on shared nodes

    What it finds:
        A `networking.podCIDR` other than the default 10.244.0.0/16 without private nodes.

    Why it matters:
        On shared nodes Pods get their addresses from the host. See chart/values.yaml@v0.37.0-rc.1 of loft-sh/vcluster.

    Bad (chart vcluster 0.36.1, found in 0.26.0-):
        networking: {podCIDR: "10.64.0.0/16"}

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking: {podCIDR: "10.64.0.0/16"}

    How to fix:
        Remove the key, or enable private nodes.

    Limits:
        Silent for the default, which every `vc-config-` Secret holds, and where the chart's version is unknown.
    """
    value = unused_pods(vcluster)
    if value is None or vcluster.version not in PRIVATE_NODES:
        return
    unsure = mode_of(vcluster) is Mode.UNKNOWN
    when = " unless it is started standalone or by the docker driver" if unsure else ""
    yield finding(
        value,
        f"{named(vcluster)} has no private nodes, so networking.podCIDR {value.text} has no effect{when}: Pods get "
        f"addresses of the host{remark(vcluster)}",
        label="not read without privateNodes",
        fix=Fix("remove it, or enable private nodes"),
    )


def _known(found: UnknownKey, version: Version) -> str:
    """Which releases know the key."""
    if found.known is None:
        return "a key of the charts before v0.20.0"
    (low, high), *_ = found.known.ranges
    if low is not None and version < low:
        return f"which is known from {low} on"
    return f"which is gone after v{high.major}.{high.minor}" if high is not None else "which it does not know"


def _release(found: UnknownKey) -> str:
    """What to do where no key of this release holds the setting."""
    low = found.known.ranges[0][0] if found.known is not None else None
    high = found.known.ranges[-1][1] if found.known is not None else None
    if low is not None and high is None:
        return f"remove it, or upgrade the chart to {str(low).removeprefix('v')} or newer"
    return "remove it"
