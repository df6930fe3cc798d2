"""What of a virtual cluster is understood: layers, completeness, certainty, charts; and what stays silent."""

from pathlib import Path

import pytest

from famlint.components.model import Component, Value
from famlint.components.vcluster import KIND, VALUES_KIND, VirtualCluster
from famlint.unknown import Unknown
from tests.forms.vcluster import argo, config_map, config_secret, helm_chart, helm_release
from tests.marked import unmarked
from tests.resolve.trees import release_of, resolved, results, text_of

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
DISTRO = "controlPlane: {distro: {k8s: {enabled: true}}}\n"


def components(files: dict[str, str]) -> tuple[Component, ...]:
    return resolved(unmarked(files)).of(KIND)


def only(files: dict[str, str]) -> VirtualCluster:
    (component,) = components(files)
    return VirtualCluster(component)


def items(component: Component, key: str) -> list[str]:
    value = component.values[key]
    assert isinstance(value, Value)
    return [item.text for item in value.items or ()]


def test_an_upper_list_of_mappings_replaces_the_lower_one() -> None:
    aliases = "controlPlane: {statefulSet: {hostAliases: [%s]}}\n"
    vcluster = only(
        {
            "values.yaml": DISTRO + aliases.partition(": {")[0].replace("controlPlane", "sync") + ": {toHost: {}}\n",
            "values-a.yaml": aliases % "{ip: 10.0.0.1}, {ip: 10.0.0.2}",
            "values-a-b.yaml": aliases % "{ip: 10.0.0.3}",
        }
    )
    assert text_of(vcluster.component, "controlPlane.statefulSet.hostAliases.0.ip") == "10.0.0.3"
    assert "controlPlane.statefulSet.hostAliases.1.ip" not in vcluster.component.values
    assert vcluster.overlaid


def test_a_null_removes_what_lower_layers_give() -> None:
    vcluster = only(
        {
            "vc.yaml": argo(
                "values: |\n  serviceCIDR: 10.96.0.0/12\n  networking: {podCIDR: a}\n"
                "valuesObject:\n  serviceCIDR: null\n  networking: null\n"
            )
        }
    )
    assert (vcluster.get("serviceCIDR"), vcluster.get("networking.podCIDR")) == (None, None)


def test_every_top_level_key_is_there() -> None:
    values = "deploy: {cni: {flannel: {enabled: false}}}\ntelemetry: {enabled: false}\nsyncer: {extraArgs: [--a]}\n"
    vcluster = only({"vc.yaml": helm_release(values, version="0.25.2")})
    keys = {key for key in vcluster.component.values if not key.startswith("@")}
    assert keys == {"deploy.cni.flannel.enabled", "telemetry.enabled", "syncer.extraArgs"}
    assert items(vcluster.component, "syncer.extraArgs") == ["--a"]
    assert not vcluster.legacy


@pytest.mark.parametrize(
    ("chart", "version", "values", "legacy"),
    [
        ("vcluster", "0.19.10", "serviceCIDR: a\n", True),
        ("vcluster", "0.20.0", "serviceCIDR: a\n", False),
        ("vcluster", "0.20.0-beta.1", "syncer: {}\n", False),
        ("vcluster-k8s", "*", "serviceCIDR: a\n", True),
        ("vcluster", "0.30.x", "serviceCIDR: a\n", False),
        ("vcluster", "~0.18", "serviceCIDR: a\n", True),
        ("vcluster", "*", DISTRO, False),
        ("vcluster", "*", "syncer: {extraArgs: []}\n", True),
    ],
)
def test_the_generation(chart: str, version: str, values: str, legacy: bool) -> None:
    assert only({"vc.yaml": helm_release(values, chart=chart, version=version)}).legacy == legacy


def test_a_release_without_a_version_gets_the_newest() -> None:
    text = helm_release("serviceCIDR: a\n").replace('      version: "0.36.1"\n', "")
    vcluster = only({"vc.yaml": text})
    assert not vcluster.legacy
    assert release_of(vcluster.component).startswith("[")


@pytest.mark.parametrize("version", ["*", "${VERSION}", "<0.30.0"])
def test_the_generation_stays_open(version: str) -> None:
    vcluster = only({"vc.yaml": helm_release("serviceCIDR: a\n", version=version)})
    with pytest.raises(Unknown):
        _ = vcluster.legacy
    with pytest.raises(Unknown):
        _ = vcluster.version


@pytest.mark.parametrize(
    ("values", "chart"),
    [
        ("syncer: {}\nvcluster: {image: rancher/k3s:v1.26}\n", "vcluster"),
        ("syncer: {}\nvcluster: {image: k0sproject/k0s:v1.26}\n", "vcluster-k0s"),
        ("syncer: {}\nvcluster: {}\nconfig: |\n  apiVersion: k0s.k0sproject.io/v1beta1\n", "vcluster-k0s"),
        ("syncer: {}\napi: {image: registry.k8s.io/kube-apiserver:v1.26}\n", "vcluster-k8s"),
        ("syncer: {}\napi: {image: public.ecr.aws/eks-distro/kubernetes/kube-apiserver:v1}\n", "vcluster-eks"),
        ("syncer: {}\ncontroller: {extraArgs: [--x]}\n", "vcluster-k8s"),
        (DISTRO, "vcluster"),
    ],
)
def test_the_chart_of_a_values_file(values: str, chart: str) -> None:
    assert only({"values.yaml": values}).chart == chart


def test_a_bare_file_is_neither_certain_nor_complete() -> None:
    vcluster = only({"vcluster.yaml": DISTRO})
    assert (vcluster.bare, vcluster.certain, vcluster.decoded, vcluster.overlaid) == (True, False, False, False)


@pytest.mark.parametrize("key", ["sync: {toHost: {pods: {enabled: true}}}", "rbac: {role: {enabled: true}}"])
def test_keys_that_only_a_cluster_reads_make_the_mode_certain(key: str) -> None:
    vcluster = only({"vcluster.yaml": f"{DISTRO}{key}\n"})
    assert (vcluster.bare, vcluster.certain) == (True, True)


@pytest.mark.parametrize("key", ["service", "statefulSet", "ingress"])
def test_objects_of_the_control_plane_make_the_mode_certain(key: str) -> None:
    text = f"exportKubeConfig: {{server: a}}\ncontrolPlane: {{{key}: {{labels: {{a: b}}}}}}\n"
    assert only({"vcluster.yaml": text}).certain


def test_values_below_a_parent_chart_are_certain_and_bare() -> None:
    vcluster = only({"values.yaml": "vcluster: {networking: {podCIDR: 10.244.0.0/16}}\n"})
    assert (vcluster.bare, vcluster.certain) == (True, True)


def test_a_config_map_that_nobody_names_is_bare() -> None:
    vcluster = only({"a.yaml": config_map("values", "values.yaml", DISTRO + "serviceCIDR: a\n")})
    assert (vcluster.form, vcluster.bare, vcluster.certain) == ("ConfigMap", True, False)


def test_a_decoded_secret_is_complete() -> None:
    vcluster = only({"a.yaml": config_secret(DISTRO)})
    assert (vcluster.decoded, vcluster.certain, vcluster.bare) == (True, True, False)
    assert vcluster.get("serviceCIDR") is None


def test_values_of_a_release_that_are_not_in_the_tree_leave_it_partial() -> None:
    vcluster = only({"vc.yaml": helm_release(DISTRO, "valuesFrom:\n  - {kind: Secret, name: elsewhere}\n")})
    assert vcluster.get("controlPlane.distro.k8s.enabled") is not None
    with pytest.raises(Unknown, match="elsewhere"):
        vcluster.get("serviceCIDR")


def test_what_a_template_may_add_leaves_it_partial() -> None:
    values = DISTRO + "networking:\n  {{- toYaml .Values.networking | nindent 2 }}\n  podCIDR: 10.244.0.0/16\n"
    vcluster = only({"vc.yaml": helm_release(values)})
    with pytest.raises(Unknown, match="a template may add"):
        vcluster.get("networking.serviceCIDR")


def test_the_version_of_an_umbrella_chart_is_not_vclusters() -> None:
    values = f"tenant:\n  {DISTRO}"
    vcluster = only({"vc.yaml": helm_release(values, chart="my-platform", version="0.19.0")})
    assert release_of(vcluster.component).startswith("[")
    assert not vcluster.legacy


def test_the_version_of_a_wrapper_that_hands_its_values_on_is_not_vclusters() -> None:
    vcluster = only({"vc.yaml": helm_release(DISTRO, chart="acme-vcluster", version="0.19.0")})
    assert release_of(vcluster.component).startswith("[")


@pytest.mark.parametrize(
    "files",
    [
        {"vc.yaml": helm_release("networking: {podCIDR: a}\nserviceCIDR: b\n", chart="kube-ovn")},
        {"values.yaml": "networking: {podCIDR: a, serviceCIDR: b}\n"},
        {"values.yaml": "vcluster: {enabled: true, image: a}\n"},
        {"values.yaml": "integrations:\n  certManager: {sync: {toHost: {}}}\nname: my-platform\n"},
        {"a.yaml": "apiVersion: v1\nkind: Config\nsync: {toHost: {}}\n"},
        {"Chart.yaml": "name: a\ndependencies: [{name: vcluster, version: 0.36.1}]\n"},
        {"a.yaml": config_map("app", "app.yaml", "sync:\n  toHost: {}\nport: 80\n")},
        {
            "vc.yaml": helm_chart("serviceCIDR: a\n")
            .replace("chart: vcluster", "chart: other")
            .replace("name: vcluster", "name: other")
        },
    ],
)
def test_what_is_not_vcluster_is_not_taken(files: dict[str, str]) -> None:
    found = [
        declaration
        for result in results(files)
        for declaration in result.declarations
        if declaration.kind in (KIND, VALUES_KIND)
    ]
    assert (found, components(files)) == ([], ())


def test_values_inside_values_are_not_looked_for() -> None:
    values = f"{DISTRO}integrations: {{certManager: {{sync: {{toHost: {{}}}}}}}}\n"
    assert len(components({"values.yaml": values})) == 1


def test_misplaced_network_keys_are_named() -> None:
    (result,) = results({"values.yaml": DISTRO + "podCIDR: 10.244.0.0/16\n"})
    assert result.declarations == ()
    (result,) = results({"vc.yaml": helm_release("networking: {advanced: {podCIDR: 10.244.0.0/16}}\n")})
    (declaration,) = [one for one in result.declarations if one.kind == VALUES_KIND]
    assert declaration.ignored == ("networking.advanced.podCIDR",)
    assert [one.kind for one in declaration.misshapen] == ["misplaced"]


def test_the_schema_is_that_of_the_generation() -> None:
    def kinds(version: str) -> list[str]:
        (result,) = results({"vc.yaml": helm_release("servicCIDR: 10.96.0.0/12\nsyncer: {}\n", version=version)})
        return [f"{one.kind} {one.refused}" for one in result.declarations[0].misshapen]

    assert kinds("0.36.1") == ["misspelt True"]
    assert kinds("0.15.2") == ["misspelt False"]


def test_two_aliases_of_one_parent_are_two_virtual_clusters() -> None:
    text = f"team-a:\n  {DISTRO}team-b:\n  {DISTRO}"
    assert len(components({"values.yaml": text})) == 2


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
def test_the_corpus_has_virtual_clusters_where_they_are() -> None:
    paths = [path for path in CORPUS.rglob("*") if path.suffix in (".yaml", ".yml", ".j2", ".tmpl", ".tpl")]
    files = {path.relative_to(CORPUS).as_posix(): path.read_bytes().decode(errors="ignore") for path in paths}
    found = components({path: text for path, text in files.items() if "«" not in text})
    assert sorted({component.span.path.partition("/")[2] for component in found}) == [
        "chart/values.yaml",
        "config/values.yaml",
        "e2e/vcluster-default.yaml",
        "e2e/vcluster-node.yaml",
        "e2e/vcluster-servicesync.yaml",
        "test/commonValues.yaml",
        "vcluster-use-cases/auto-nodes-aws/manifests/auto-nodes-aws-template.yaml",
        "vcluster-use-cases/private-nodes/auto-nodes/manifests/auto-nodes-template.yaml",
        "vcluster-use-cases/private-nodes/manifests/private-node-template.yaml",
        "vcluster-use-cases/private-nodes/manifests/vcluster.yaml",
        "vcluster-use-cases/resolve-dns/manifests/vcluster-a.yaml",
        "vcluster-use-cases/resolve-dns/manifests/vcluster-b.yaml",
        "vind-demo-cluster/vcluster.yaml",
    ]
    assert len(found) == 16
