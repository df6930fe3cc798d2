"""kube-apiserver in every form in which people start it, and what is none."""

import pytest

from famlint.components.model import Component, Value
from famlint.findings import Edit
from famlint.fixes import apply
from tests.resolve.trees import release_of, resolved, text_of

RANGE = "flag.service-cluster-ip-range"
HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\nspec:\n  containers:\n"
IMAGE = "image: registry.k8s.io/kube-apiserver:v1.33.2"


def container(body: str, image: str = IMAGE) -> str:
    return f"{HEAD}  - name: kube-apiserver\n    {image}\n{body}"


def found(text: str, **others: str) -> list[Component]:
    files = {"kube-apiserver.yaml": text, **{name.replace("_", "."): other for name, other in others.items()}}
    return list(resolved(files).of("kube-apiserver"))


def only(text: str, **others: str) -> Component:
    (component,) = found(text, **others)
    return component


FORMS = {
    "one word": "    command: [kube-apiserver, --service-cluster-ip-range=10.96.0.0/16]\n",
    "two words": "    command: [kube-apiserver, --service-cluster-ip-range, 10.96.0.0/16, --v=2]\n",
    "a path": "    command: [/usr/local/bin/kube-apiserver, --service-cluster-ip-range=10.96.0.0/16]\n",
    "args": "    command: [kube-apiserver]\n    args: [--service-cluster-ip-range=10.96.0.0/16]\n",
    "args alone": "    args: [--service-cluster-ip-range=10.96.0.0/16]\n",
    "the program in args": "    args: [kube-apiserver, --service-cluster-ip-range=10.96.0.0/16]\n",
    "from command to args": ("    command: [kube-apiserver, --service-cluster-ip-range]\n    args: [10.96.0.0/16]\n"),
    "underscores": "    command: [kube-apiserver, --service_cluster_ip_range=10.96.0.0/16]\n",
    "the last one wins": (
        "    command: [kube-apiserver, --service-cluster-ip-range=10.0.0.0/24,\n"
        "      --service-cluster-ip-range=10.96.0.0/16]\n"
    ),
    "args over command": (
        "    command: [kube-apiserver, --service-cluster-ip-range=10.0.0.0/24]\n"
        "    args: [--service-cluster-ip-range=10.96.0.0/16]\n"
    ),
    "go-runner": (
        "    command: [/go-runner, --log-file=/var/log/a.log, --also-stdout, /usr/local/bin/kube-apiserver]\n"
        "    args: [--service-cluster-ip-range=10.96.0.0/16]\n"
    ),
    "a shell": "    command: [/bin/sh, -c, exec kube-apiserver --service-cluster-ip-range=10.96.0.0/16 --v=2]\n",
    "a shell in args": "    command: [sh, -ec]\n    args: ['kube-apiserver --service-cluster-ip-range 10.96.0.0/16']\n",
    "a shell on lines": (
        "    command:\n    - sh\n    - -c\n    - |\n      exec kube-apiserver \\\n"
        "        --v=2 \\\n        --service-cluster-ip-range=10.96.0.0/16\n"
    ),
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_a_form(body: str) -> None:
    text = container(body)
    component = only(text)
    assert text_of(component, RANGE) == "10.96.0.0/16"
    assert component.partial == ""
    assert release_of(component) == "v1.33.2"
    value = component.values[RANGE]
    assert isinstance(value, Value)
    assert text[value.span.start : value.span.end] == "10.96.0.0/16"
    assert "10.96.0.0/12" in apply(text, [Edit(value.span, "10.96.0.0/12")])


@pytest.mark.parametrize("kind", ["Deployment", "DaemonSet", "StatefulSet"])
def test_a_hosted_control_plane(kind: str) -> None:
    text = (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: apiserver, namespace: tenant}}\nspec:\n  template:\n"
        "    spec:\n      containers:\n      - {name: sidecar, image: 'example.com/sidecar:v1.0.0'}\n"
        "      - name: api\n        image: registry.k8s.io/kube-apiserver:v1.33.2\n"
        "        command: [kube-apiserver, --service-cluster-ip-range=10.96.0.0/16]\n"
    )
    component = only(text)
    assert (component.form, component.title) == (kind, "kube-apiserver tenant/apiserver")
    assert text_of(component, RANGE) == "10.96.0.0/16"


@pytest.mark.parametrize(
    "body",
    [
        "    command: [kube-controller-manager, --service-cluster-ip-range=10.96.0.0/16]\n",
        "    command: [kubectl, logs, kube-apiserver]\n",
        "    command: [sh, -c, 'until curl kube-apiserver; do sleep 1; done']\n",
        "    command: [sh, -c, kubectl get pods -l component=kube-apiserver]\n",
        "    command: [/go-runner, /usr/local/bin/kube-scheduler, --v=2]\n",
        "    args: [audit, --target=kube-apiserver]\n",
    ],
)
def test_another_program(body: str) -> None:
    assert found(container(body)) == []


def test_args_alone_of_another_image() -> None:
    assert found(container("    args: [--v=2]\n", "image: example.com/kube-apiserver-watcher:v1.0.0")) == []


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ("registry.k8s.io/kube-apiserver:v1.33.2", "v1.33.2"),
        ("mirror.example.com:5000/k8s/kube-apiserver-arm64:v1.33.2@sha256:aa", "v1.33.2"),
        ("rancher/hardened-kubernetes:v1.33.2-rke2r1-build20250618", "v1.33.2"),
        ("registry.k8s.io/kube-apiserver", "[the image has no tag]"),
        ("registry.k8s.io/kube-apiserver:latest", "[the image tag 'latest' names no release]"),
        (
            "example.com/control-plane:v4.2.0",
            "[the image example.com/control-plane:v4.2.0 is not of Kubernetes' own releases]",
        ),
    ],
)
def test_releases(image: str, release: str) -> None:
    assert release_of(only(container("    command: [kube-apiserver, --v=2]\n", f"image: {image}"))) == release


def test_a_switch_does_not_take_the_next_flag() -> None:
    component = only(container("    command: [kube-apiserver, --allow-privileged, --v=2, --profiling]\n"))
    flags = ("allow-privileged", "v", "profiling")
    assert [text_of(component, f"flag.{name}") for name in flags] == ["true", "2", "true"]


def test_flags_that_add_up() -> None:
    component = only(
        container(
            "    command: [kube-apiserver, --feature-gates=A=true, --feature-gates=B=false]\n"
            "    args: [--feature-gates=C=true]\n"
        )
    )
    value = component.values["flag.feature-gates"]
    assert isinstance(value, Value)
    assert value.text == "A=true,B=false,C=true"
    assert [item.text for item in value.items or ()] == ["A=true", "B=false", "C=true"]


@pytest.mark.parametrize(
    ("body", "range_", "partial"),
    [
        ("    command: [kube-apiserver, '--service-cluster-ip-range=${R}']\n", "[a placeholder: ${R} (", ""),
        (
            "    command: [kube-apiserver, --service-cluster-ip-range=10.96.0.0/16, '${MORE}']\n",
            "[the later word ${MORE} may override it]",
            "a placeholder may stand for flags",
        ),
        ("    command: ${COMMAND}\n    args: [--v=2]\n", "", "the whole command is a placeholder"),
        (
            "    command: [sh, -c, 'exec kube-apiserver $FLAGS 2>&1 | tee log']\n",
            "",
            "kube-apiserver is started by a script of a shell",
        ),
        (
            "    command:\n    - kube-apiserver\n    - --service-cluster-ip-range=10.96.0.0/16\n"
            "    {{- range .Values.extra }}\n    - {{ . }}\n    {{- end }}\n",
            "[",
            "a placeholder may stand for flags",
        ),
        (
            "    command:\n    - kube-apiserver\n    - --service-cluster-ip-range=10.96.0.0/16\n"
            "    {{- toYaml .Values.extra | nindent 4 }}\n",
            "[what a template adds may override it]",
            "a template may add flags",
        ),
    ],
)
def test_what_is_open(body: str, range_: str, partial: str) -> None:
    component = only(container(body))
    assert text_of(component, RANGE).startswith(range_)
    assert component.partial == partial


def test_a_patch_replaces_a_list_as_a_whole() -> None:
    patch = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - name: kube-apiserver\n        args: [--service-cluster-ip-range=10.97.0.0/16]\n"
    )
    base = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - name: kube-apiserver\n        image: registry.k8s.io/kube-apiserver:v1.33.2\n"
        "        command: [kube-apiserver, --advertise-address=192.0.2.10]\n"
        "        args: [--service-cluster-ip-range=10.96.0.0/16, --v=2]\n"
    )
    component = only(
        base, kustomization_yaml="resources: [kube-apiserver.yaml]\npatches: [{path: patch.yaml}]\n", patch_yaml=patch
    )
    assert text_of(component, RANGE) == "10.97.0.0/16"
    assert text_of(component, "flag.advertise-address") == "192.0.2.10"
    assert "flag.v" not in component.values


def test_a_fragment_without_an_image_is_partial() -> None:
    text = HEAD + "  - name: kube-apiserver\n    command: [kube-apiserver, --v=2]\n"
    assert only(text).partial
