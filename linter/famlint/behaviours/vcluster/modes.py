"""Whether a virtual cluster shares the nodes of its host, which distribution it runs, and how sure that is.

Source: facts/vcluster.md section 1 (distributions) and the definitions of section 7.
"""

from collections.abc import Callable
from enum import Enum

from famlint.behaviours.vcluster.releases import PRIVATE_NODES, syncer_of
from famlint.behaviours.vcluster_paths import any_below, switched, without_chart
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Severity
from famlint.network.versions import Version
from famlint.unknown import Unknown

_PRIVATE = "privateNodes.enabled"
_DISTROS = "controlPlane.distro"


class Mode(Enum):
    """PRIVATE: nodes and ranges of its own. SHARED: Pods and Services live in the host. UNKNOWN: it may be either."""

    PRIVATE = "private"
    SHARED = "shared"
    UNKNOWN = "unknown"


class Distro(Enum):
    """Whose API server a virtual cluster runs."""

    K8S = "k8s"
    K3S = "k3s"
    K0S = "k0s"
    EKS = "eks"


_OF_LEGACY_CHART = {
    "vcluster": Distro.K3S,
    "vcluster-k8s": Distro.K8S,
    "vcluster-k0s": Distro.K0S,
    "vcluster-eks": Distro.EKS,
}


def mode_of(vcluster: VirtualCluster) -> Mode:
    """The mode that the values give.

    A values file by itself may be meant for a standalone control plane or the docker driver, which set private nodes
    themselves: its mode is UNKNOWN unless it says so, or uses keys that only a release in a cluster has.

    Raises Unknown where a value that decides is not known.
    """
    if vcluster.legacy or _too_old(vcluster):
        return Mode.SHARED
    if vcluster.decoded:
        return Mode.PRIVATE if switched(vcluster, _PRIVATE) else Mode.SHARED
    gaps = []
    questions: tuple[Callable[[], bool], ...] = (
        lambda: switched(vcluster, _PRIVATE),
        lambda: without_chart(vcluster),
    )
    for is_private in questions:
        try:
            if is_private():
                return Mode.PRIVATE
        except Unknown as unknown:
            gaps.append(unknown)
    if gaps:
        raise gaps[0]
    return Mode.SHARED if vcluster.certain else Mode.UNKNOWN


def distro_of(vcluster: VirtualCluster) -> Distro:
    """The distribution that runs. k3s goes over k0s, and without either it is k8s. Raises Unknown."""
    if vcluster.legacy:
        distro = _OF_LEGACY_CHART.get(vcluster.chart)
        if distro is None:
            raise Unknown("the distribution", f"no chart of vcluster is called {vcluster.chart!r}")
        return distro
    for distro in (Distro.K3S, Distro.K0S):
        path = f"{_DISTROS}.{distro.value}"
        if any_below(vcluster, path) and switched(vcluster, f"{path}.enabled"):
            return distro
    return Distro.K8S


def at_most(vcluster: VirtualCluster, severity: Severity) -> Severity:
    """The severity of what rests on a missing key, or on the mode.

    A lone values file may have another one laid over it: a warning. Where several files are in sight of which a release
    may take any, or where the mode is not known: info. Raises Unknown.
    """
    if mode_of(vcluster) is Mode.UNKNOWN or (vcluster.bare and vcluster.overlaid):
        return Severity.INFO
    return min(severity, Severity.WARNING) if vcluster.bare else severity


def _too_old(vcluster: VirtualCluster) -> bool:
    """Whether the release has no private nodes."""
    version = vcluster.component.known_version
    if isinstance(version, Version):
        return version not in PRIVATE_NODES
    try:
        return syncer_of(vcluster).version not in PRIVATE_NODES
    except Unknown:
        return False
