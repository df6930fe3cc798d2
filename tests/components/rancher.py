"""Configurations of RKE2 and k3s as texts, brought as far as resolve."""

from collections.abc import Mapping

from famlint.components.model import Component
from famlint.components.rke2 import EITHER, K3S, RKE2, elements
from famlint.unknown import Unknown
from tests.resolve.trees import resolved

CONFIG = "cni: calico\ncluster-cidr: fd00:42::/56\nservice-cidr: fd00:43::/112\n"
KINDS = (RKE2, K3S, EITHER)


def configs(files: Mapping[str, str]) -> list[Component]:
    found = resolved(files)
    return [component for kind in KINDS for component in found.of(kind)]


def only(files: Mapping[str, str]) -> Component:
    (found,) = configs(files)
    return found


def written(component: Component, key: str) -> list[str] | str:
    """The elements of a key; the reason in brackets where it is unknown."""
    value = component.values.get(key)
    if isinstance(value, Unknown):
        return f"[{value.reason}]"
    return [part.text for part in elements(value)] if value else []


def indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


def cloud_init(path: str, content: str = CONFIG) -> str:
    return f"#cloud-config\nwrite_files:\n- path: {path}\n  permissions: '0600'\n  content: |\n{indented(content, 4)}"


RANCHER = """\
apiVersion: provisioning.cattle.io/v1
kind: Cluster
metadata: {name: edge, namespace: fleet-default}
spec:
  kubernetesVersion: v1.31.4+rke2r1
  rkeConfig:
    machineGlobalConfig:
      cni: calico
      cluster-cidr: fd00:42::/56
      service-cidr: fd00:43::/112
"""
CONTROL_PLANE = """\
apiVersion: controlplane.cluster.x-k8s.io/v1beta1
kind: RKE2ControlPlane
metadata: {name: edge-control-plane, namespace: edge}
spec:
  version: v1.31.4+rke2r1
  serverConfig:
    cni: calico
    tlsSan: [edge.example.com]
    kubeAPIServer: {extraArgs: ["--service-cluster-ip-range=fd00:43::/112"]}
  agentConfig:
    kubelet: {extraArgs: [max-pods=200]}
"""
CLUSTER = """\
apiVersion: cluster.x-k8s.io/v1beta1
kind: Cluster
metadata: {name: edge, namespace: edge}
spec:
  clusterNetwork:
    pods: {cidrBlocks: ["fd00:42::/56"]}
    services: {cidrBlocks: ["fd00:43::/112"]}
  controlPlaneRef: {kind: RKE2ControlPlane, name: edge-control-plane}
"""
