"""Examples become real objects, told by reading them with another YAML library's loader."""

from typing import cast

import pytest
from ruamel.yaml import YAML

from famlint.documentation import Example
from famlint.testing import check_files, example_files

SETTINGS = """\
env:
  vip_arp: "true"
  vip_cidr: "32,128" # a remark
  address: 10.0.0.10
  bgp_routerid: {valueFrom: {fieldRef: {fieldPath: status.podIP}}}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"


def example(wrapper: str, *files: tuple[str, str]) -> Example:
    return Example(True, wrapper, None, files)


def load(text: str) -> list[dict[str, object]]:
    return list(YAML(typ="safe", pure=True).load_all(text))


def container(document: dict[str, object]) -> dict[str, object]:
    node: object = document
    for key in ("spec", "template", "spec"):
        node = cast("dict[str, object]", node)[key]
    (found,) = cast("dict[str, list[dict[str, object]]]", node)["containers"]
    return found


def test_settings_become_a_daemon_set() -> None:
    files = example_files(example("kube-vip v0.8.9", ("", f"{SETTINGS}---\n{SERVICE}")))
    assert list(files) == ["kube-vip.yaml", "other.yaml"]
    assert files["other.yaml"] == SERVICE
    (daemon_set,) = load(files["kube-vip.yaml"])
    assert daemon_set["kind"] == "DaemonSet"
    assert daemon_set["metadata"] == {"name": "kube-vip-ds", "namespace": "kube-system"}
    found = container(daemon_set)
    assert found["image"] == "ghcr.io/kube-vip/kube-vip:v0.8.9"
    assert found["args"] == ["manager"]
    assert found["env"] == [
        {"name": "vip_arp", "value": "true"},
        {"name": "vip_cidr", "value": "32,128"},
        {"name": "address", "value": "10.0.0.10"},
        {"name": "bgp_routerid", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    ]


@pytest.mark.parametrize("wrapper", ["kube-vip v0.8.9", "kube-vip latest"])
def test_another_version(wrapper: str) -> None:
    files = example_files(example(wrapper, ("", SETTINGS)), "v1.0.4")
    assert "kube-vip:v1.0.4\n" in files["kube-vip.yaml"]


@pytest.mark.parametrize(
    "env",
    [
        'env: [{name: a, value: "1"}, {name: b, value: "2"}]\n',
        'env:\n- name: a\n  value: "1"\n- name: b\n  value: "2"\n',
        'env: {a: "1", b: "2"}\n',
        'env:\n  a: "1"\n\n  # why\n  b: "2"\n',
    ],
)
def test_forms_of_env_and_other_keys(env: str) -> None:
    text = f"args: [manager, --arp]\n{env}envFrom:\n- configMapRef: {{name: kube-vip}}\n"
    found = container(load(example_files(example("kube-vip v1.0.4", ("", text)))["kube-vip.yaml"])[0])
    assert found["env"] == [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
    assert found["args"] == ["manager", "--arp"]
    assert found["envFrom"] == [{"configMapRef": {"name": "kube-vip"}}]


def test_two_settings_become_two_daemon_sets_in_one_file() -> None:
    files = example_files(example("kube-vip v1.0.4", ("", f"{SETTINGS}---\n{SETTINGS}---\n{SERVICE}")))
    first, second = load(files["kube-vip.yaml"])
    assert [first["metadata"], second["metadata"]] == [
        {"name": "kube-vip-ds", "namespace": "kube-system"},
        {"name": "kube-vip-ds-2", "namespace": "kube-system"},
    ]
    assert container(first) == container(second)
    assert files["other.yaml"] == SERVICE


def test_values_become_a_release() -> None:
    text = 'config:\n  address: "fd00::10"\nenv: {cp_enable: "true"}\n'
    files = example_files(example("chart kube-vip 0.9.9", ("", f"{text}---\n{SERVICE}")))
    assert list(files) == ["kube-vip.yaml", "other.yaml"]
    (release,) = load(files["kube-vip.yaml"])
    assert release["kind"] == "HelmRelease"
    spec = cast("dict[str, dict[str, dict[str, object]]]", release["spec"])
    assert (spec["chart"]["spec"]["chart"], spec["chart"]["spec"]["version"]) == ("kube-vip", "0.9.9")
    assert spec["values"] == {"config": {"address": "fd00::10"}, "env": {"cp_enable": "true"}}


def test_named_files_stand_beside_the_wrapped_one() -> None:
    files = example_files(example("kube-vip v1.0.4", ("", SETTINGS), ("apps/web.yaml", SERVICE)))
    assert list(files) == ["kube-vip.yaml", "apps/web.yaml"]
    files = example_files(example("kube-vip v1.0.4", ("vip/ds.yaml", SETTINGS), ("apps/web.yaml", SERVICE)))
    assert list(files) == ["vip/ds.yaml", "apps/web.yaml"]
    assert "kind: DaemonSet" in files["vip/ds.yaml"]


def test_without_a_wrapper_nothing_changes() -> None:
    assert example_files(example("", ("", "a: 1\n---\nb: 2\n"))) == {"example.yaml": "a: 1\n---\nb: 2\n"}
    assert example_files(example("", ("x.yaml", "a: 1\n"), ("y.yaml", "b: 2\n"))) == {
        "x.yaml": "a: 1\n",
        "y.yaml": "b: 2\n",
    }


@pytest.mark.parametrize(
    ("wrapper", "text"),
    [
        ("kube-proxy v1.2.3", SETTINGS),
        ("kube-vip", SETTINGS),
        ("kube-vip v1.2.3", SERVICE),
        ("kube-vip v1.2.3", f"{SERVICE}---\n{SETTINGS}"),
        ("kube-vip v1.2.3", "env:\n  a: |\n    1\n"),
    ],
)
def test_refused(wrapper: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"wrapper|first document|one line"):
        example_files(example(wrapper, ("", text)))


def test_two_files_of_one_name() -> None:
    with pytest.raises(ValueError, match=r"other\.yaml"):
        example_files(example("kube-vip v1.2.3", ("", f"{SETTINGS}---\n{SERVICE}"), ("other.yaml", SERVICE)))


def test_check_files_reads_every_file() -> None:
    run = check_files({"a/b/kube-vip.yaml": "a: 1\n", "c.yaml": "kind: Service\n"})
    assert run.coverage.files_read == 2
    assert run.findings == ()
    assert run.problems == ()


def test_check_files_names_files_as_given() -> None:
    run = check_files({"a/broken.yaml": "kind: DaemonSet # kube-vip\na: [\n"})
    assert [finding.primary.span.path for finding in run.findings] == ["a/broken.yaml"]
    assert run.texts["a/broken.yaml"].endswith("a: [\n")


def test_check_files_passes_the_request_on() -> None:
    files = {"broken.yaml": "kind: DaemonSet # kube-vip\na: [\n"}
    assert check_files(files, ignore=("YML001",)).findings == ()
    assert check_files(files, select=("VIP",)).findings == ()
    assert check_files({**files, ".famlint.yaml": "ignore: [YML]\n"}).findings == ()


def test_check_files_takes_any_text() -> None:
    assert check_files({"ä\u2028.yaml": "a: \U0001f600\r\n"}).coverage.files_read == 1
