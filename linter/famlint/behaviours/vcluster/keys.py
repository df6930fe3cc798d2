"""Which release of the unified chart knows which key: its schema refuses all others, and so does the program.

Source: facts/vcluster.md section 3.1 (loft-sh/vcluster chart/values.schema.json, tags v0.20.0 to v0.37.0-rc.1) and
7.1 (VC-03). A candidate of a release counts as nothing: it may still have what the release has not.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from famlint.behaviours.vcluster.releases import PRIVATE_NODES, is_stable
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.components.vcluster_values import FIRST_UNIFIED, LEGACY_KEYS, UNIFIED_KEYS
from famlint.network.versions import Band, Version, band

KEYS: Mapping[str, Band] = {
    "controlPlane.advanced.cloudControllerManager.kubeOvn": band("0.37.0-"),
    "controlPlane.advanced.konnectivity.agent.extraArgs": PRIVATE_NODES,
    "controlPlane.advanced.konnectivity.server.extraArgs": PRIVATE_NODES,
    "controlPlane.advanced.kubeVip": band("0.30.0-"),
    "controlPlane.backingStore.etcd.external.endpoint": band("0.25.0-"),
    "controlPlane.distro.k0s": band("0.20.0-0.25.99"),
    "controlPlane.distro.k3s": band("0.20.0-0.32.99"),
    "controlPlane.distro.k8s.apiServer.image.tag": band("0.20.0-0.24.99"),
    "controlPlane.distro.k8s.image.tag": band("0.25.0-"),
    "controlPlane.endpoint": PRIVATE_NODES,
    "controlPlane.standalone.advertiseAddress": band("0.36.0-"),
    "controlPlane.standalone.enabled": PRIVATE_NODES,
    "controlPlane.statefulSet.dnsConfig": band("0.21.0-"),
    "controlPlane.statefulSet.dnsPolicy": band("0.21.0-"),
    "controlPlane.statefulSet.hostAliases": band("0.32.0-"),
    "controlPlane.tlsRoute": band("0.34.0-"),
    "deletion": band("0.32.0-"),
    "deploy": PRIVATE_NODES,
    "deploy.kubeProxy.config": band("0.27.0-"),
    "experimental.docker": band("0.31.0-"),
    "experimental.isolatedControlPlane": band("0.20.0-0.27.99"),
    "experimental.multiNamespaceMode": band("0.20.0-0.25.99"),
    "experimental.syncSettings.disableSync": band("0.20.0-0.25.99"),
    "experimental.syncSettings.rewriteKubernetesService": band("0.20.0-0.25.99"),
    "exportKubeConfig.additionalSecrets": band("0.24.0-"),
    "external": band("0.20.0-0.31.99"),
    "integrations.netris.kubeVip": band("0.32.0-"),
    "logging": PRIVATE_NODES,
    "networking.podCIDR": PRIVATE_NODES,
    "networking.serviceCIDR": PRIVATE_NODES,
    "platform": band("0.32.0-"),
    "policies.networkPolicy.controlPlane": band("0.31.0-"),
    "policies.networkPolicy.extraControlPlaneRules": band("0.25.0-0.30.99"),
    "policies.networkPolicy.extraWorkloadRules": band("0.25.0-0.30.99"),
    "policies.networkPolicy.outgoingConnections": band("0.20.0-0.30.99"),
    "policies.networkPolicy.workload": band("0.31.0-"),
    "privateNodes": PRIVATE_NODES,
    "privateNodes.daemon.controlPlaneLoadBalancer": band("0.34.0-"),
    "privateNodes.kubelet.config": band("0.27.0-"),
    "privateNodes.vpn": band("0.28.0-"),
    "sleep": band("0.32.0-"),
    "sleepMode": band("0.24.0-0.31.99"),
    "snapshots": band("0.32.0-"),
    "sync.fromHost.gateways.status.exposeAddresses": band("0.35.0-"),
    "sync.toHost.endpointSlices": band("0.30.0-"),
}
"""Keys that not every release knows, and the releases that do."""

_OUTGOING = "policies.networkPolicy.outgoingConnections"
_PUBLIC = "policies.networkPolicy.workload.publicEgress"
_SAME: tuple[tuple[str, str], ...] = (
    ("networking.serviceCIDR", "serviceCIDR"),
    (_OUTGOING, _PUBLIC),
    (_PUBLIC, f"{_OUTGOING}.ipBlock"),
    ("controlPlane.distro.k8s.apiServer.image.tag", "controlPlane.distro.k8s.image.tag"),
    ("controlPlane.distro.k8s.image.tag", "controlPlane.distro.k8s.apiServer.image.tag"),
    ("policies.networkPolicy.extraWorkloadRules", "policies.networkPolicy.workload.egress"),
    ("policies.networkPolicy.workload.egress", "policies.networkPolicy.extraWorkloadRules"),
    ("isolation.networkPolicy.outgoingConnections", _OUTGOING),
    ("isolation", "policies"),
    ("service", "controlPlane.service.spec"),
    ("ingress", "controlPlane.ingress"),
    ("coredns", "controlPlane.coredns"),
    ("syncer", "controlPlane.statefulSet"),
    ("api", "controlPlane.distro.k8s.apiServer"),
    ("controller", "controlPlane.distro.k8s.controllerManager"),
    ("mapServices", "networking.replicateServices"),
    ("fallbackHostDns", "networking.advanced.fallbackHostCluster"),
    ("sleepMode", "sleep"),
    ("sleep", "sleepMode"),
)
"""What holds the same setting in other releases."""

_OBJECTS = ("StatefulSet", "Deployment", "Service", "ConfigMap")
_LEGACY_ONLY = LEGACY_KEYS - UNIFIED_KEYS


class UnknownKey(NamedTuple):
    """A key that the chart's release does not know.

    Attributes:
        path: the key.
        value: the first value at or below it.
        known: the releases that know it, None for a key of the charts before v0.20.
        instead: the key of this release for it, empty where there is none.
    """

    path: str
    value: Value
    known: Band | None
    instead: str


def unknown_keys(vcluster: VirtualCluster) -> Iterator[UnknownKey]:
    """The keys that the release of a unified chart does not know, the outermost one of each. Raises Unknown.

    What a Secret holds has passed the schema of its chart.
    """
    if vcluster.decoded or vcluster.form in _OBJECTS or not any(map(_depends, vcluster.component.values)):
        return
    version = vcluster.version
    if version < FIRST_UNIFIED or not is_stable(vcluster):
        return
    seen: set[str] = set()
    for key, value in vcluster.component.values.items():
        found = _refused(key, version)
        if isinstance(value, Value) and found is not None and found not in seen:
            seen.add(found)
            yield UnknownKey(found, value, KEYS.get(found), _instead(key, version))


def _depends(key: str) -> bool:
    """Whether the release decides about a key."""
    return key.partition(".")[0] in _LEGACY_ONLY or any(key == path or key.startswith(f"{path}.") for path in KEYS)


def _refused(key: str, version: Version) -> str | None:
    """The outermost part of a path that a release refuses."""
    if key.partition(".")[0] in _LEGACY_ONLY:
        return key.partition(".")[0]
    parts = key.split(".")
    for end in range(1, len(parts) + 1):
        path = ".".join(parts[:end])
        if path in KEYS and version not in KEYS[path]:
            return path
    return None


def _instead(key: str, version: Version) -> str:
    """The key of a release for the setting at a path."""
    for old, new in _SAME:
        if (key == old or key.startswith(f"{old}.")) and _refused(new, version) is None:
            return new
    return ""
