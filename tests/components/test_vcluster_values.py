"""Which values are vcluster's, and how they become leaves."""

import pytest

from famlint.components.vcluster_values import (
    LEGACY,
    TRIGGERS,
    UNIFIED,
    generation_of_keys,
    generation_of_range,
    leaves,
    misplaced,
    recognise,
    recognise_below,
)
from famlint.documents.limits import Limits
from famlint.documents.tree import Mapping
from famlint.documents.yaml import parse
from tests.documents.opening import document

UNIFIED_VALUES = [
    "controlPlane: {distro: {k8s: {enabled: true}}}",
    "controlPlane: {distro: {k0s: {enabled: true}}}",
    "controlPlane: {backingStore: {etcd: {embedded: {enabled: true}}}}",
    "controlPlane: {proxy: {extraSANs: [vc.example.org]}}",
    "{controlPlane: {statefulSet: {}}, sync: {toHost: {}}}",
    "sync: {fromHost: {nodes: {enabled: true}}}",
    "{serviceCIDR: 10.96.0.0/12, exportKubeConfig: {server: a}}",
    "networking: {replicateServices: {toHost: []}}",
    "networking: {resolveDNS: []}",
    "networking: {advanced: {proxyKubelets: {byIP: false}}}",
    "experimental: {syncSettings: {}}",
    "experimental: {docker: {network: kind}}",
    "policies: {centralAdmission: {}}",
    "privateNodes: {enabled: true}",
    "{networking: {podCIDR: 10.244.0.0/16}, privateNodes: {kubelet: {}}}",
    "{privateNodes: {vpn: {}}, sleepMode: {}, external: {}, snapshots: {}}",
]
LEGACY_VALUES = [
    "{syncer: {extraArgs: []}, vcluster: {image: rancher/k3s}}",
    "{syncer: {}, api: {}}",
    "{syncer: {}, mapServices: {}, global: {}}",
    "{isolation: {networkPolicy: {outgoingConnections: {}}}, serviceCIDR: a}",
    "sync: {fake-nodes: {enabled: true}}",
    "multiNamespaceMode: {enabled: true}",
    "{fallbackHostDns: true, ingress: {}}",
    "hostpathMapper: {enabled: true}",
    "noopSyncer: {}",
    "k3sToken: {}",
]
OTHERS = [
    # Common to both generations or to half of all charts: no sign of vcluster.
    "serviceCIDR: 10.96.0.0/12",
    "networking: {podCIDR: 10.244.0.0/16, serviceCIDR: 10.96.0.0/12}",
    "controlPlane: {endpoint: 'cp.example.org:6443'}",
    "controlPlane: {service: {spec: {type: LoadBalancer}}}",
    "{rbac: {create: true}, deploy: {}, logging: {}, plugins: {}, policies: {networkPolicy: {enabled: true}}}",
    "{service: {type: ClusterIP}, ingress: {enabled: true}, api: {}, controller: {}, etcd: {}}",
    "{syncer: {image: a}}",
    "{vcluster: {enabled: true}}",
    # A sign among keys that no release of vcluster knows.
    "{controlPlane: {distro: {k8s: {}}}, clusterName: prod}",
    "{sync: {toHost: {}}, image: {tag: v1}}",
    "{exportKubeConfig: {}, replicaCount: 2}",
    "{syncer: {}, vcluster: {}, image: {}}",
    "{fallbackHostDns: true, resources: {}}",
    # A key of the one generation among those of the other.
    "{controlPlane: {distro: {k8s: {}}}, syncer: {}}",
    "[]",
    "text",
]


def tree(text: str) -> Mapping:
    root = parse(text, Limits())
    assert isinstance(root, Mapping)
    return root


@pytest.mark.parametrize("text", UNIFIED_VALUES)
def test_values_of_the_unified_chart(text: str) -> None:
    assert recognise(tree(text)) == UNIFIED


@pytest.mark.parametrize("text", LEGACY_VALUES)
def test_values_of_a_legacy_chart(text: str) -> None:
    assert recognise(tree(text)) == LEGACY


@pytest.mark.parametrize("text", OTHERS)
def test_values_of_others(text: str) -> None:
    root = parse(text, Limits())
    assert root is not None
    assert recognise(root) == ""


@pytest.mark.parametrize("text", [*UNIFIED_VALUES, *LEGACY_VALUES])
def test_what_is_recognised_holds_a_trigger(text: str) -> None:
    assert any(word in text for word in TRIGGERS)


@pytest.mark.parametrize("text", ["serviceCIDR: a", "networking: {podCIDR: a}", "controlPlane: {service: {}}"])
def test_the_name_of_the_chart_makes_common_keys_enough(text: str) -> None:
    assert recognise_below("vcluster", tree(text)) == UNIFIED
    assert recognise_below("tenant", tree(text)) == ""


@pytest.mark.parametrize(
    "text", ["enabled: true", "{image: a, extraArgs: []}", "{global: {}}", "{serviceCIDR: a, x: b}"]
)
def test_the_name_alone_is_not_enough(text: str) -> None:
    assert recognise_below("vcluster", tree(text)) == ""


def test_lists_of_mappings_have_indices() -> None:
    text = (
        "policies: {networkPolicy: {workload: {egress: [\n"
        "  {to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]}}}\n"
        "controlPlane: {statefulSet: {hostAliases: [{ip: 10.0.0.7, hostnames: [a, b]}]}, proxy: {extraSANs: []}}\n"
        "privateNodes: {}\n"
    )
    one = document(text)
    assert isinstance(one.root, Mapping)
    found = leaves(one, one.root)
    assert [path for path, leaf in found.items() if leaf.absent] == [
        "policies.networkPolicy.workload.egress",
        "policies.networkPolicy.workload.egress.0.to",
        "controlPlane.statefulSet.hostAliases",
    ]
    assert {path: leaf.text for path, leaf in found.items() if not leaf.absent and leaf.items is None} == {
        "policies.networkPolicy.workload.egress.0.to.0.ipBlock.cidr": "10.0.0.0/8",
        "controlPlane.statefulSet.hostAliases.0.ip": "10.0.0.7",
    }
    lists = {path: [item.text for item in leaf.items] for path, leaf in found.items() if leaf.items is not None}
    assert lists == {
        "policies.networkPolicy.workload.egress.0.to.0.ipBlock.except": ["10.1.0.0/16"],
        "controlPlane.statefulSet.hostAliases.0.hostnames": ["a", "b"],
        "controlPlane.proxy.extraSANs": [],
    }


def test_merged_keys_and_keys_with_dots() -> None:
    text = (
        "controlPlane:\n  service: {annotations: {vcluster.loft.sh/service-cidr: 10.96.0.0/12}}\n"
        "sync: &sync {toHost: {pods: {enabled: true}}}\nexperimental: {<<: *sync, docker: {}}\n"
        "serviceCIDR: first\nserviceCIDR: last\n"
    )
    one = document(text)
    assert isinstance(one.root, Mapping)
    assert {path: leaf.text for path, leaf in leaves(one, one.root).items()} == {
        "controlPlane.service.annotations.vcluster.loft.sh/service-cidr": "10.96.0.0/12",
        "sync.toHost.pods.enabled": "true",
        "experimental.toHost.pods.enabled": "true",
        "serviceCIDR": "last",
    }


@pytest.mark.parametrize(
    ("written", "read"), [("yes", "true"), ("Off", "false"), ("True", "true"), ("'yes'", "yes"), ("~", "")]
)
def test_scalars_are_as_helm_reads_them(written: str, read: str) -> None:
    one = document(f"privateNodes: {{enabled: {written}}}")
    assert isinstance(one.root, Mapping)
    assert leaves(one, one.root)["privateNodes.enabled"].text == read


@pytest.mark.parametrize(
    ("paths", "generation"),
    [
        (["controlPlane.endpoint", "serviceCIDR"], UNIFIED),
        (["sync.toHost.pods.enabled"], UNIFIED),
        (["sync.services.enabled"], LEGACY),
        (["syncer.extraArgs", "rbac.role.create"], LEGACY),
        (["serviceCIDR", "global.x", "telemetry.enabled"], ""),
        (["syncer.extraArgs", "controlPlane.endpoint"], ""),
    ],
)
def test_the_generation_of_keys(paths: list[str], generation: str) -> None:
    assert generation_of_keys(paths) == generation


@pytest.mark.parametrize(
    ("text", "generation"),
    [
        ("0.30.x", UNIFIED),
        ("~0.30.1", UNIFIED),
        ("^0.20", UNIFIED),
        ("0.19.*", LEGACY),
        (">=0.25.0 <0.30.0", UNIFIED),
        (">=0.15.0", ""),
        (">=0.30.0 || 0.15.x", ""),
        ("<0.30.0", ""),
        ("*", ""),
        ("latest", ""),
    ],
)
def test_the_generation_of_a_range(text: str, generation: str) -> None:
    assert generation_of_range(text) == generation


def test_network_keys_in_the_wrong_place() -> None:
    paths = ("controlPlane.serviceCIDR", "podCIDR", "serviceCIDR", "networking.podCIDR", "plugins.a.serviceCIDR")
    assert misplaced(paths) == ("controlPlane.serviceCIDR", "podCIDR")
