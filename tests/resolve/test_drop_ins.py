"""config.yaml and its drop-ins: their order, `+`, and what a fragment alone proves."""

import pytest

from famlint.components.model import Component, Value
from famlint.components.rke2 import EITHER, K3S, RKE2, elements
from famlint.unknown import Unknown
from tests.resolve.trees import config_map, flux, resolved

HOME = "hosts/a/etc/rancher/rke2"


def configs(files: dict[str, str]) -> list[Component]:
    found = resolved(files)
    return [component for kind in (RKE2, K3S, EITHER) for component in found.of(kind)]


def written(files: dict[str, str], key: str) -> list[str]:
    (component,) = configs({f"{HOME}/{name}": text for name, text in files.items()})
    value = component.values.get(key)
    assert not isinstance(value, Unknown)
    return [part.text for part in elements(value)] if value else []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"config.yaml": "tls-san: a\n"}, ["a"]),
        ({"config.yaml": "tls-san: a\n", "config.yaml.d/10.yaml": "tls-san: b\n"}, ["b"]),
        ({"config.yaml": "tls-san: a\n", "config.yaml.d/10.YML": "tls-san: b\n"}, ["b"]),
        ({"config.yaml": "tls-san: a\n", "config.yaml.d/10.yaml": "tls-san+: b\n"}, ["a", "b"]),
        ({"config.yaml": "tls-san: [a, b]\n", "config.yaml.d/10.yaml": "tls-san+: [c]\n"}, ["a", "b", "c"]),
        ({"config.yaml": "tls-san+: a\n"}, ["a"]),
        (
            {
                "config.yaml": "tls-san: a\n",
                "config.yaml.d/20.yaml": "tls-san+: c\n",
                "config.yaml.d/10.yaml": "tls-san+: b\n",
            },
            ["a", "b", "c"],
        ),
        (
            {
                "config.yaml": "tls-san: a\n",
                "config.yaml.d/10.yaml": "tls-san+: b\n",
                "config.yaml.d/20.yaml": "tls-san: c\n",
            },
            ["c"],
        ),
        ({"config.yaml": "tls-san: a\n", "config.yaml.d/below/10.yaml": "tls-san: b\n"}, ["a"]),
        ({"config.yaml": "tls-san: a\n", "config.yaml.d/10.txt": "tls-san: b\n"}, ["a"]),
    ],
)
def test_order(files: dict[str, str], expected: list[str]) -> None:
    assert written(files, "tls-san") == expected


def test_each_value_keeps_its_file_and_its_place() -> None:
    files = {
        f"{HOME}/config.yaml": "cluster-cidr: 10.42.0.0/16\n",
        f"{HOME}/config.yaml.d/10.yaml": "cluster-cidr+: fd00::/56\n",
    }
    (component,) = configs(files)
    value = component.values["cluster-cidr"]
    assert isinstance(value, Value)
    spans = [part.span for part in elements(value)]
    assert [files[span.path][span.start : span.end] for span in spans] == ["10.42.0.0/16", "fd00::/56"]
    assert not value.editable


def test_a_file_of_one_key_decides_what_it_sets() -> None:
    files = {"config.yaml": "cni: calico\ncluster-cidr: fd00::/56\n", "config.yaml.d/50-cni.yaml": "cni: cilium\n"}
    assert written(files, "cni") == ["cilium"]


def test_hosts_are_configurations_of_their_own() -> None:
    found = configs({f"hosts/{host}/etc/rancher/rke2/config.yaml": f"tls-san: {host}\n" for host in "abc"})
    assert len(found) == 3


def test_a_file_recognised_by_its_keys_has_drop_ins_too() -> None:
    files = {"rke2/config.yaml": "cni: calico\ntls-san: a\nnode-ip: b\n", "rke2/config.yaml.d/1.yaml": "cni: cilium\n"}
    (component,) = configs(files)
    value = component.values["cni"]
    assert isinstance(value, Value)
    assert value.text == "cilium"


def test_a_fragment_alone_proves_nothing_by_what_it_lacks() -> None:
    (component,) = configs({f"{HOME}/config.yaml.d/10.yaml": "cluster-cidr: fd00::/56\n"})
    assert component.place.home == HOME
    assert component.get("cluster-cidr") is not None
    with pytest.raises(Unknown, match=r"config\.yaml is not among the files"):
        component.get("node-ip")


def test_a_whole_file_proves_absence() -> None:
    (component,) = configs({f"{HOME}/config.yaml": "cluster-cidr: fd00::/56\n"})
    assert component.get("node-ip") is None


def test_a_template_that_may_add_keys() -> None:
    (component,) = configs({f"{HOME}/config.yaml.j2": "cluster-cidr: fd00::/56\n{{ more }}\n"})
    assert component.partial == "a template may add keys"


def test_one_file_of_unknown_members_makes_the_list_unknown() -> None:
    files = {f"{HOME}/config.yaml": "tls-san: [a]\n", f"{HOME}/config.yaml.d/10.yaml": "tls-san+: ['${NAME}']\n"}
    (component,) = configs(files)
    assert isinstance(component.values["tls-san"], Unknown)


def test_files_of_two_machines_in_one_document_stay_apart_by_document() -> None:
    one = "write_files:\n- path: /etc/rancher/rke2/config.yaml\n  content: |\n    cluster-cidr: fd00::/56\n"
    two = "write_files:\n- path: /etc/rancher/rke2/config.yaml.d/1.yaml\n  content: |\n    cluster-cidr: fd01::/56\n"
    assert len(configs({"a.yaml": f"{one}---\n{two}"})) == 2
    together = one + two.partition("\n")[2]
    (component,) = configs({"a.yaml": together})
    value = component.values["cluster-cidr"]
    assert isinstance(value, Value)
    assert value.text == "fd01::/56"


def test_variables_of_flux_fill_objects() -> None:
    files = {
        "apps/cluster.yaml": (
            "apiVersion: provisioning.cattle.io/v1\nkind: Cluster\nmetadata: {name: edge}\n"
            "spec: {kubernetesVersion: '${RELEASE}', rkeConfig: {machineGlobalConfig: {cni: calico}}}\n"
        ),
        "flux.yaml": flux("./apps", "{substituteFrom: [{kind: ConfigMap, name: vars}]}"),
        "vars.yaml": config_map("vars", RELEASE="v1.31.4+rke2r1"),
    }
    (component,) = configs(files)
    assert component.kind == RKE2
    assert str(component.version) == "v1.31.4"
