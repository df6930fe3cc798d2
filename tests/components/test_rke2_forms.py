"""RKE2 and k3s: every form in which people write their configuration, and what is none."""

import base64
from collections.abc import Mapping

import pytest

from famlint.components.model import Value
from famlint.components.rke2 import AGENT, EITHER, K3S, RKE2, DistributionConfig, elements, is_agent, kind_of
from famlint.components.rke2_objects import distribution_named, release
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown
from tests.components.rancher import (
    CLUSTER,
    CONFIG,
    CONTROL_PLANE,
    RANCHER,
    cloud_init,
    configs,
    indented,
    only,
    written,
)
from tests.resolve.trees import config_map, results


def secret(key: str, content: str) -> str:
    encoded = base64.b64encode(content.encode()).decode()
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: files}}\ndata:\n  {key}: {encoded}\n"


BUTANE = f"""\
variant: fcos
version: 1.4.0
storage:
  files:
  - path: /etc/rancher/rke2/config.yaml
    contents:
      inline: |
{indented(CONFIG, 8)}"""
FORMS = {
    "path": {"hosts/a/etc/rancher/rke2/config.yaml": CONFIG},
    "path of one key": {"etc/rancher/rke2/config.yaml": "cluster-cidr: fd00:42::/56\n"},
    "template": {"roles/rke2/templates/etc/rancher/rke2/config.yaml.j2": CONFIG},
    "drop-in": {"config.yaml.d/10-network.yaml": CONFIG},
    "image builder": {"eib/kubernetes/config/server.yaml": CONFIG},
    "signature": {"server.yaml": CONFIG},
    "cloud-init": {"user-data.yaml": cloud_init("/etc/rancher/rke2/config.yaml")},
    "cloud-init drop-in": {"user-data.yaml": cloud_init("/etc/rancher/rke2/config.yaml.d/10.yaml")},
    "cloud-init in a Secret": {"secret.yaml": secret("userData", cloud_init("/etc/rancher/rke2/config.yaml"))},
    "config in a Secret": {"secret.yaml": secret("config.yaml", CONFIG)},
    "config in a ConfigMap": {"map.yaml": config_map("files", **{"config.yaml": f"|\n{indented(CONFIG, 4)}"})},
    "Butane": {"machine.yaml": BUTANE},
    "Rancher": {"cluster.yaml": RANCHER},
    "Cluster API": {"cluster.yaml": f"{CLUSTER}---\n{CONTROL_PLANE}"},
    "Cluster API in two files": {"cluster.yaml": CLUSTER, "control-plane.yaml": CONTROL_PLANE},
}


@pytest.mark.parametrize("files", FORMS.values(), ids=FORMS.keys())
def test_every_form_is_one_configuration_of_rke2(files: Mapping[str, str]) -> None:
    component = only(files)
    assert component.kind == RKE2
    assert written(component, "cluster-cidr") == ["fd00:42::/56"]


@pytest.mark.parametrize("name", ["path", "cloud-init", "Butane", "Rancher", "Cluster API"])
def test_the_span_of_a_value_is_its_place_in_the_file(name: str) -> None:
    files = FORMS[name]
    value = only(files).values["cluster-cidr"]
    assert isinstance(value, Value)
    span = elements(value)[0].span
    assert span.literal
    assert files[span.path][span.start : span.end] == "fd00:42::/56"


def test_base64_in_cloud_init() -> None:
    content = base64.b64encode(CONFIG.encode()).decode()
    text = f"write_files:\n- path: /etc/rancher/k3s/config.yaml\n  encoding: b64\n  content: {content}\n"
    component = only({"user-data.yaml": text})
    assert (component.kind, written(component, "service-cidr")) == (K3S, ["fd00:43::/112"])


def test_files_that_cannot_be_read_are_no_configuration() -> None:
    text = "write_files:\n- path: /etc/rancher/k3s/config.yaml\n  encoding: gz+b64\n  content: H4sIAAAAAAAA\n"
    assert configs({"user-data.yaml": text}) == []


NOTHING = {
    "an object": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {node-ip: a, tls-san: b}\n",
    "a nested mapping": "cluster:\n  apiServer:\n    extraArgs: {node-ip: fd00::1, cluster-cidr: fd00::/56}\n",
    "one key": "cluster-cidr: fd00::/56\nname: a\n",
    "a list": "- cluster-cidr: fd00::/56\n  service-cidr: fd00::/112\n",
    "an apiVersion": "apiVersion: 1\ncluster-cidr: fd00::/56\nservice-cidr: fd00::/112\n",
    "an imported cluster": "apiVersion: provisioning.cattle.io/v1\nkind: Cluster\nspec: {kubernetesVersion: v1.31.4}\n",
    "another Cluster": "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnetworking: {podSubnet: fd00::/56}\n",
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING.keys())
def test_what_is_no_configuration(text: str) -> None:
    assert configs({"a.yaml": text}) == []


def test_a_file_beside_the_configuration_is_none() -> None:
    text = "mirrors: {}\ncluster-cidr: a\nname: b\n"
    assert configs({"etc/rancher/rke2/registries.yaml": text}) == []


def value(text: str, *items: str) -> Value:
    members = tuple(Value(item, Span("a", 0, 1), "") for item in items)
    return Value(text, Span("a", 10, 10 + len(text)), "", items=members or None)


@pytest.mark.parametrize(
    ("path", "given", "kind"),
    [
        ("etc/rancher/rke2/config.yaml", {}, RKE2),
        ("etc/rancher/k3s/config.yaml", {"cni": value("calico")}, K3S),
        ("a.yaml", {"cni": value("calico")}, RKE2),
        ("a.yaml", {"profile": value("cis")}, RKE2),
        ("a.yaml", {"server": value("https://[fd00::1]:9345")}, RKE2),
        ("a.yaml", {"server": value("https://a:6443")}, K3S),
        ("a.yaml", {"server": value("https://a")}, EITHER),
        ("a.yaml", {"flannel-backend": value("none")}, K3S),
        ("a.yaml", {"cluster-init": value("true")}, K3S),
        ("a.yaml", {"disable": value("", "traefik")}, K3S),
        ("a.yaml", {"disable": value("", "rke2-ingress-nginx")}, EITHER),
        ("a.yaml", {"cluster-init": value("true"), "cni": value("calico")}, EITHER),
        ("a.yaml", {"node-ip": value("10.0.0.1")}, EITHER),
    ],
)
def test_whose_configuration_it_is(path: str, given: dict[str, Value], kind: str) -> None:
    assert kind_of([path], given) == kind


@pytest.mark.parametrize(
    ("path", "keys", "agent"),
    [
        ("etc/rancher/rke2/config.yaml", ["server", "node-ip"], True),
        ("etc/rancher/rke2/config.yaml", ["server", "tls-san"], False),
        ("etc/rancher/rke2/config.yaml", ["node-ip"], False),
        ("hosts/agent-1/etc/rancher/rke2/config.yaml", ["cni", "cluster-cidr"], True),
        ("kubernetes/config/agent.yaml", ["cni"], True),
        ("hosts/reagent/etc/rancher/rke2/config.yaml", ["cni"], False),
    ],
)
def test_agents(path: str, keys: list[str], agent: bool) -> None:
    assert is_agent([path], {key: value("x") for key in keys}) is agent


def test_an_agent_is_marked() -> None:
    component = only({"agents/etc/rancher/rke2/config.yaml": CONFIG})
    assert AGENT in component.values
    assert DistributionConfig(component).agent


def test_machines_that_are_not_control_planes_are_agents() -> None:
    template = (
        "apiVersion: bootstrap.cluster.x-k8s.io/v1beta1\nkind: RKE2ConfigTemplate\nmetadata: {name: a}\n"
        "spec:\n  template:\n    spec:\n      files:\n      - path: /etc/rancher/rke2/config.yaml.d/10.yaml\n"
        f"        content: |\n{indented(CONFIG, 10)}"
    )
    assert DistributionConfig(only({"a.yaml": template})).agent


@pytest.mark.parametrize(
    ("written_value", "parts", "starts"),
    [
        (value("10.42.0.0/16,fd00::/56"), ["10.42.0.0/16", "fd00::/56"], [10, 23]),
        (value(" 10.42.0.0/16 \n"), ["10.42.0.0/16"], [11]),
        (value("a, b"), ["a", " b"], [10, 12]),
        (value(""), [""], [10]),
        (value("", "a", "b,c"), ["a", "b", "c"], [0, 0, 0]),
    ],
)
def test_elements(written_value: Value, parts: list[str], starts: list[int]) -> None:
    found = elements(written_value)
    assert [part.text for part in found] == parts
    assert [part.span.start for part in found] == starts


def test_no_elements() -> None:
    assert elements(Value("", Span("a", 0, 2), "", items=())) == ()


@pytest.mark.parametrize(
    ("text", "named", "distribution"),
    [
        ("v1.31.4+rke2r1", Version(1, 31, 4), "RKE2"),
        ("v1.31.4-rke2r1", Version(1, 31, 4), "RKE2"),
        ("v1.25.16+rke2r2", Version(1, 25, 16), "RKE2"),
        ("v1.31.5+k3s1", Version(1, 31, 5), "k3s"),
        ("v1.31.5-k3s1", Version(1, 31, 5), "k3s"),
        ("1.31.5", Version(1, 31, 5), ""),
        ("v1.31.4-rc2+rke2r1", None, "RKE2"),
        ("v1.31.4-rc3-rke2r1", None, "RKE2"),
        ("v1.32.0-alpha1+rke2r1", None, "RKE2"),
        ("v1.31", None, ""),
        ("stable", None, ""),
        ("", None, ""),
    ],
)
def test_releases(text: str, named: Version | None, distribution: str) -> None:
    found = release(text)
    assert (None if isinstance(found, Unknown) else found) == named
    assert distribution_named(text) == distribution


def test_empty_means_given_in_a_file_and_unset_in_rancher() -> None:
    (in_file,) = configs({"etc/rancher/rke2/config.yaml": "cni: calico\nnode-ip:\ncluster-cidr: ''\n"})
    assert (written(in_file, "node-ip"), written(in_file, "cluster-cidr")) == ([""], [""])
    rancher = RANCHER.replace("fd00:42::/56", "''").replace("fd00:43::/112", "")
    assert {"cluster-cidr", "service-cidr"}.isdisjoint(only({"a.yaml": rancher}).values)


def test_a_comment_in_the_place_of_a_value_is_a_placeholder() -> None:
    component = only({"etc/rancher/rke2/config.yaml": "cluster-cidr:\n- #{ cidr }#\nnode-ip: #{ ip }#\n"})
    assert str(written(component, "cluster-cidr")).startswith("[a member is unknown: a placeholder")
    assert str(written(component, "node-ip")).startswith("[a placeholder")


def test_a_key_given_twice_is_unknown() -> None:
    component = only({"etc/rancher/rke2/config.yaml": "cni: calico\ncni: cilium\ntls-san: a\n"})
    assert written(component, "cni") == "[the file gives it twice]"


def test_what_does_not_fit_the_schema_is_kept() -> None:
    (result,) = results({"etc/rancher/rke2/config.yaml": "cluster-cdir: fd00::/56\nservice-cidr: fd00::/112\n"})
    (declaration,) = result.declarations
    assert [one.kind for one in declaration.misshapen] == ["misspelt"]


@pytest.mark.parametrize(
    "text",
    [
        "advertise-address: [192.0.2.10]\n",
        "bind-address: ['::']\n",
        "service-node-port-range: [30000-32767]\n",
        "egress-selector-mode: [disabled]\n",
        "egress-selector-mode: ''\n",
        "flannel-backend: [none]\n",
        "tls-san: [1e5, edge.example.org]\n",
        "advertise-address+: 192.0.2.10\n",
    ],
)
def test_an_element_of_a_list_is_a_flag_like_any_other(text: str) -> None:
    assert faults("etc/rancher/rke2/config.yaml", f"node-ip: 192.0.2.10\n{text}") == []


def test_one_address_is_taken_in_a_list_too() -> None:
    found = faults("etc/rancher/rke2/config.yaml", "node-ip: 192.0.2.10\nadvertise-address: [192.0.2.10/24]\n")
    assert found == ['advertise-address[0]: "192.0.2.10/24" is no IP address: it has a prefix length']
    found = faults("etc/rancher/rke2/config.yaml", "node-ip: 192.0.2.10\negress-selector-mode: pods\n")
    assert found == [
        'egress-selector-mode: "pods" is none of agent, cluster, pod, disabled: did you mean "pod"?',
    ]


def test_an_agent_drops_what_only_servers_read() -> None:
    text = "server: https://a:9345\ncluster-cidr+: 10.42.0.0\nservice-cdir: 10.43.0.0/16\nnode-ip: 192.0.2.300\n"
    assert faults("agent/etc/rancher/rke2/config.yaml", text) == ['node-ip: "192.0.2.300" is no IP address']
    assert len(faults("etc/rancher/rke2/config.yaml", text)) == 3


def faults(path: str, text: str) -> list[str]:
    (result,) = results({path: text})
    (declaration,) = result.declarations
    return [one.message for one in declaration.misshapen]
