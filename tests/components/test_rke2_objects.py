"""Objects that configure RKE2 and k3s or name their release."""

from collections.abc import Mapping

import pytest

from famlint.components.rke2 import K3S, RKE2
from famlint.components.rke2_objects import CALICO, PLANS
from famlint.unknown import Unknown
from tests.components.rancher import CLUSTER, CONTROL_PLANE, RANCHER, configs, only, written
from tests.resolve.trees import kustomization, release_of, resolved, results


def selected(config: str) -> str:
    return f"    machineSelectorConfig:\n    - config: {config}\n"


class TestRancher:
    def test_release_and_name(self) -> None:
        component = only({"a.yaml": RANCHER})
        assert (component.title, release_of(component)) == ("RKE2 config fleet-default/edge", "v1.31.4")
        span = component.version_span
        assert span is not None
        assert RANCHER[span.start : span.end] == "v1.31.4+rke2r1"

    def test_k3s(self) -> None:
        assert only({"a.yaml": RANCHER.replace("+rke2r1", "+k3s1")}).kind == K3S

    def test_a_placeholder_as_release(self) -> None:
        component = only({"a.yaml": RANCHER.replace("v1.31.4+rke2r1", "${VERSION}")})
        assert component.kind == RKE2
        assert release_of(component).startswith("[a placeholder")

    def test_config_for_all_machines_goes_over_the_global_one(self) -> None:
        more = selected("{cni: cilium}") + "    - config: {a: b}\n      machineLabelSelector: {}\n"
        component = only({"a.yaml": RANCHER + more})
        assert (written(component, "cni"), written(component, "a")) == (["cilium"], ["b"])

    def test_config_for_some_machines_is_unknown(self) -> None:
        more = selected("{cni: cilium}") + "      machineLabelSelector: {matchLabels: {a: b}}\n"
        component = only({"a.yaml": RANCHER + more})
        assert written(component, "cni") == "[a machineSelectorConfig sets it for some machines]"
        assert written(component, "cluster-cidr") == ["fd00:42::/56"]

    @pytest.mark.parametrize("empty", ["''", "", "' '", "[]", "['']", "[~]"])
    def test_an_empty_value_is_none_and_no_fault(self, empty: str) -> None:
        (result,) = results({"a.yaml": f"{RANCHER}      cluster-dns: {empty}\n      bind-address: {empty}\n"})
        assert [one.misshapen for one in result.declarations] == [()]

    def test_faults_in_the_config_of_some_machines(self) -> None:
        some = "      machineLabelSelector: {matchLabels: {a: b}}\n"
        (result,) = results({"a.yaml": RANCHER + selected("{node_ip: 192.0.2.1, cluster-dns: 192.0.2.300}") + some})
        (declaration,) = result.declarations
        assert [(one.kind, one.instead) for one in declaration.misshapen] == [("misspelt", "node-ip"), ("value", "")]

    def test_faults_of_an_alias_are_told_once(self) -> None:
        text = RANCHER.replace("machineGlobalConfig:", "machineGlobalConfig: &all").replace(":43::/112", ":43::/130")
        (result,) = results({"a.yaml": text + selected("*all")})
        assert [len(one.misshapen) for one in result.declarations] == [1]

    def test_chart_values(self) -> None:
        values = "{installation: {calicoNetwork: {ipPools: [{cidr: 'fd00::/56'}], bgp: Disabled}}}"
        component = only({"a.yaml": f"{RANCHER}    chartValues:\n      rke2-calico: {values}\n"})
        chart = {key for key in component.values if key.startswith("chart.")}
        network = "chart.rke2-calico.installation.calicoNetwork"
        assert chart == {f"{network}.ipPools.0.cidr", f"{network}.bgp"}

    def test_chart_values_that_are_a_placeholder(self) -> None:
        component = only({"a.yaml": f"{RANCHER}    chartValues: ${{VALUES}}\n"})
        assert isinstance(component.values["chart.rke2-calico"], Unknown)

    def test_a_file_from_a_secret_may_hold_anything(self) -> None:
        files = (
            "    machineSelectorFiles:\n    - fileSources:\n      - secret:\n          name: a\n"
            "          items: [{key: a, path: /etc/rancher/rke2/config.yaml.d/10.yaml}]\n"
        )
        assert only({"a.yaml": RANCHER + files}).partial.startswith("the text of /etc/rancher/rke2/config.yaml.d/10")

    def test_patches(self) -> None:
        patch = (
            "apiVersion: provisioning.cattle.io/v1\nkind: Cluster\nmetadata: {name: edge}\n"
            "spec: {kubernetesVersion: v1.32.5+rke2r1, rkeConfig: {machineGlobalConfig: {cni: cilium}}}\n"
        )
        files = {
            "base/cluster.yaml": RANCHER,
            "base/kustomization.yaml": kustomization(resources="[cluster.yaml]", patches="[{path: patch.yaml}]"),
            "base/patch.yaml": patch,
        }
        component = only(files)
        assert (release_of(component), written(component, "cni")) == ("v1.32.5", ["cilium"])


class TestControlPlane:
    files: Mapping[str, str] = {"cluster.yaml": f"{CLUSTER}---\n{CONTROL_PLANE}"}

    def test_fields_are_flags(self) -> None:
        component = only(self.files)
        assert release_of(component) == "v1.31.4"
        assert written(component, "tls-san") == ["edge.example.com"]
        assert written(component, "service-cidr") == ["fd00:43::/112"]
        assert written(component, "kube-apiserver-arg") == ["--service-cluster-ip-range=fd00:43::/112"]
        assert written(component, "kubelet-arg") == ["max-pods=200"]

    def test_without_its_cluster_the_ranges_are_unknown(self) -> None:
        assert written(only({"a.yaml": CONTROL_PLANE}), "cluster-cidr") == (
            "[no Cluster here refers to the control plane]"
        )

    def test_two_clusters(self) -> None:
        files = {"a.yaml": CONTROL_PLANE, "b.yaml": CLUSTER, "c.yaml": CLUSTER.replace("name: edge,", "name: b,")}
        assert written(only(files), "cluster-cidr") == "[several Clusters refer to the control plane]"

    def test_the_cluster_of_the_same_file_goes_first(self) -> None:
        text = f"{CLUSTER}---\n{CONTROL_PLANE}"
        found = configs({"a.yaml": text, "b.yaml": text.replace("fd00:42::/56", "fd01:42::/56")})
        assert [written(component, "cluster-cidr") for component in found] == [["fd00:42::/56"], ["fd01:42::/56"]]

    def test_a_cluster_of_another_control_plane(self) -> None:
        other = CLUSTER.replace("name: edge-control-plane", "name: other")
        assert isinstance(only({"a.yaml": f"{CONTROL_PLANE}---\n{other}"}).values["cluster-cidr"], Unknown)

    def test_names_that_are_placeholders(self) -> None:
        text = f"{CLUSTER}---\n{CONTROL_PLANE}".replace("edge-control-plane", "${NAME}-control-plane")
        assert written(only({"a.yaml": text}), "cluster-cidr") == ["fd00:42::/56"]

    def test_a_cluster_without_ranges_gives_none(self) -> None:
        text = CLUSTER.replace('["fd00:42::/56"]', "[]")
        component = only({"a.yaml": f"{text}---\n{CONTROL_PLANE}"})
        assert written(component, "cluster-cidr") == []
        assert component.partial == ""

    def test_a_template_is_partial(self) -> None:
        template = CONTROL_PLANE.replace("RKE2ControlPlane", "RKE2ControlPlaneTemplate").replace(
            "spec:\n", "spec:\n template:\n  spec:\n", 1
        )
        component = only({"a.yaml": template.replace("\n  ", "\n   ").replace("\n    spec:", "\n  spec:")})
        assert component.partial == "Clusters of a class complete the template"

    def test_the_files_that_it_writes_go_over_its_fields(self) -> None:
        files = (
            "  files:\n  - path: /etc/rancher/rke2/config.yaml.d/20.yaml\n    content: |\n      cni: cilium\n"
            "  - path: /etc/rancher/rke2/config.yaml.d/10.yaml\n    content: |\n      cni: canal\n      tls-san+: [b]\n"
        )
        component = only({"a.yaml": f"{CLUSTER}---\n{CONTROL_PLANE}{files}"})
        assert written(component, "cni") == ["cilium"]

    def test_a_file_appends_to_a_field_and_to_a_range(self) -> None:
        files = (
            "  files:\n  - path: /etc/rancher/rke2/config.yaml.d/20.yaml\n"
            "    content: |\n      tls-san+: b.example.com\n      cluster-cidr+: 10.42.0.0/16\n"
        )
        component = only({"a.yaml": f"{CLUSTER}---\n{CONTROL_PLANE}{files}"})
        assert written(component, "tls-san") == ["edge.example.com", "b.example.com"]
        assert written(component, "cluster-cidr") == ["fd00:42::/56", "10.42.0.0/16"]

    def test_a_file_from_elsewhere_may_hold_anything(self) -> None:
        files = (
            "  files:\n  - path: /etc/rancher/rke2/config.yaml.d/20.yaml\n"
            "    contentFrom: {secret: {name: a, key: b}}\n"
        )
        assert "cannot be read" in only({"a.yaml": f"{CLUSTER}---\n{CONTROL_PLANE}{files}"}).partial

    def test_a_patch_that_writes_files(self) -> None:
        patch = (
            "apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: RKE2ControlPlane\n"
            "metadata: {name: edge-control-plane}\nspec:\n  files:\n"
            "  - {path: /etc/rancher/rke2/config.yaml.d/1.yaml, content: 'cni: cilium'}\n"
        )
        files = {
            "base/cluster.yaml": f"{CLUSTER}---\n{CONTROL_PLANE}",
            "base/kustomization.yaml": kustomization(resources="[cluster.yaml]", patches="[{path: patch.yaml}]"),
            "base/patch.yaml": patch,
        }
        assert "config.yaml.d/1.yaml" in only(files).partial

    def test_a_patch_of_the_cluster(self) -> None:
        patch = (
            "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: edge}\n"
            "spec: {clusterNetwork: {pods: {cidrBlocks: ['fd07::/56']}}}\n"
        )
        files = {
            "base/cluster.yaml": f"{CLUSTER}---\n{CONTROL_PLANE}",
            "base/kustomization.yaml": kustomization(resources="[cluster.yaml]", patches="[{path: patch.yaml}]"),
            "base/patch.yaml": patch,
        }
        assert written(only(files), "cluster-cidr") == ["fd07::/56"]

    def test_in_a_list(self) -> None:
        files = "  files:\n  - {path: /etc/rancher/rke2/config.yaml.d/1.yaml, content: 'cni: cilium'}\n"
        items = "".join(
            f"- {text.replace(chr(10), chr(10) + '  ').rstrip()}\n" for text in (CLUSTER, CONTROL_PLANE + files)
        )
        component = only({"a.yaml": f"apiVersion: v1\nkind: List\nitems:\n{items}"})
        assert (written(component, "cni"), written(component, "cluster-cidr")) == (["cilium"], ["fd00:42::/56"])


def plan(spec: str) -> Mapping[str, str]:
    return {"a.yaml": f"apiVersion: upgrade.cattle.io/v1\nkind: Plan\nmetadata: {{name: server}}\nspec: {spec}\n"}


@pytest.mark.parametrize(
    ("spec", "kind", "named"),
    [
        ("{version: v1.31.4+rke2r1, upgrade: {image: rancher/rke2-upgrade}}", "RKE2", "v1.31.4"),
        ("{version: v1.31.4-rke2r1, upgrade: {image: rancher/rke2-upgrade:v1}}", "RKE2", "v1.31.4"),
        ("{upgrade: {image: 'rancher/rke2-upgrade:v1.31.4-rke2r1'}}", "RKE2", "v1.31.4"),
        ("{version: v1.31.4+k3s1, upgrade: {image: example.com/rancher/k3s-upgrade}}", "k3s", "v1.31.4"),
        ("{channel: 'https://a/stable', upgrade: {image: 'rancher/rke2-upgrade:v1.31.4-rke2r1'}}", "RKE2",
         "[the channel of the Plan decides]"),
        ("{upgrade: {image: rancher/rke2-upgrade}}", "RKE2", "[nothing names it]"),
        ("{version: v1.31.4-rc2+rke2r1, upgrade: {image: rancher/rke2-upgrade}}", "RKE2",
         "['v1.31.4-rc2+rke2r1' is no final release]"),
        ("{upgrade: {image: 'rancher/rke2-upgrade:${TAG}'}}", "RKE2",
         "[a placeholder: rancher/rke2-upgrade:${TAG}]"),
    ],
)  # fmt: skip
def test_plans(spec: str, kind: str, named: str) -> None:
    (found,) = resolved(plan(spec)).of(PLANS[kind])
    assert release_of(found) == named


def test_a_plan_for_something_else() -> None:
    found = resolved(plan("{version: v1.31.4, upgrade: {image: example.com/os-upgrade}}"))
    assert not any(component.kind in PLANS.values() for component in found.components)


def test_the_values_of_calico() -> None:
    text = (
        "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: rke2-calico, namespace: kube-system}\n"
        "spec:\n  valuesContent: |-\n    installation:\n      calicoNetwork:\n        ipPools: []\n"
        "        nodeAddressAutodetectionV4: {firstFound: false}\n"
    )
    (found,) = resolved({"a.yaml": text}).of(CALICO)
    network = "installation.calicoNetwork"
    assert set(found.values) == {f"{network}.ipPools", f"{network}.nodeAddressAutodetectionV4.firstFound"}
    assert resolved({"a.yaml": text.replace("rke2-calico", "rke2-canal")}).of(CALICO) == ()
