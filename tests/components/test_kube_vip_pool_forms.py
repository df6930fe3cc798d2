"""Pools and the provider in every form people write them: what is collected, and what the chart makes of values."""

from collections.abc import Iterator

import pytest

from famlint.components.adapter import Collect, Release
from famlint.components.declaration import NO_BASE, Declaration, Want
from famlint.components.kube_vip_pools import (
    ADAPTER,
    CHART,
    NAMED,
    PROVIDER,
    PROVIDER_CHART,
    AddressPools,
    CloudProvider,
    collect,
    collect_named,
    collect_provider,
    collect_provider_values,
    collect_values,
    is_pool,
)
from famlint.components.model import Component, Value
from famlint.documents.document import Role
from famlint.documents.text import extent
from famlint.documents.tree import at
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown
from tests.documents.opening import document, opened

HERE = Span("a.yaml", 0, 1)
NO_VERSION = Unknown("version", "nothing names it")


def config_map(name: str, data: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: kube-system}}\ndata: {data}\n"


def workload(kind: str = "Deployment", image: str = "image: ghcr.io/kube-vip/kube-vip-cloud-provider:v0.0.12") -> str:
    pod = f"{{containers: [{{name: kube-vip-cloud-provider, {image}}}]}}"
    head = f"kind: {kind}\nmetadata: {{name: provider, namespace: kube-system}}\nspec: "
    return head + (pod if kind == "Pod" else f"{{template: {{spec: {pod}}}}}") + "\n"


def release(values: str, chart: str = "kube-vip-cloud-provider", name: str = "kvcp") -> str:
    head = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
    spec = f"{{chart: {{spec: {{chart: {chart}, version: 0.2.10}}}}, values: {values}}}"
    return f"{head}metadata: {{name: {name}, namespace: kube-system}}\nspec: {spec}\n"


def declared(text: str, by: Collect, role: Role = Role.MANIFEST) -> list[Declaration]:
    def everywhere() -> Iterator[Declaration]:
        found, faults = opened(text)
        assert not faults
        for one in found:
            yield from by(one._replace(role=role) if role is not Role.MANIFEST else one)

    return list(everywhere())


def texts(declaration: Declaration) -> dict[str, str]:
    return {key: leaf.text for key, leaf in declaration.keys.items()}


def component(values: dict[str, Value | Unknown], partial: str = "") -> Component:
    return Component("kube-vip pools", "kubevip", "", HERE, NO_VERSION, None, values, partial)


def value(text: str) -> Value:
    return Value(text, HERE, "values")


@pytest.mark.parametrize("name", ["kubevip", "kube-vip-cloud-provider"])
def test_the_config_map_by_its_names(name: str) -> None:
    text = config_map(name, "{cidr-global: 10.0.0.0/24, interface-global: eth0}")
    (found,) = declared(text, collect)
    assert (found.kind, found.name, found.namespace, found.partial) == (ADAPTER.kind, name, "kube-system", "")
    assert texts(found) == {"data.cidr-global": "10.0.0.0/24", "data.interface-global": "eth0"}
    span = found.keys["data.cidr-global"].span
    assert text[span.start : span.end] == "10.0.0.0/24"
    assert declared(text, collect_named) == []


@pytest.mark.parametrize("data", ["{interface-global: eth0}", "{}", "{cidr-: x, cidrs: y}"])
def test_a_config_map_without_a_pool(data: str) -> None:
    assert declared(config_map("kubevip", data), collect) == []


def test_a_config_map_by_another_name() -> None:
    text = config_map("pools", "{range-shop: 10.0.0.1-10.0.0.9}")
    assert declared(text, collect) == []
    (found,) = declared(text, collect_named)
    assert (found.kind, found.name) == (NAMED.kind, "pools")


def test_a_template_that_may_add_pools_is_partial() -> None:
    one = document(config_map("kubevip", "{cidr-a: 10.0.0.0/24}"))
    data = at(one.root, "data")
    assert data is not None
    here = extent(one.text, data)
    (found,) = collect(one._replace(gaps=frozenset({(here.start, here.end)})))
    assert found.partial == "a template may add pools"


def test_a_patch_of_the_config_map() -> None:
    (found,) = declared(config_map("kubevip", "{interface-global: eth1}"), collect, Role.PATCH)
    assert found.patch
    assert found.partial == NO_BASE
    (by_target,) = declared("kind: ConfigMap\ndata: {cidr-global: 10.0.0.0/24}\n", collect, Role.PATCH)
    assert by_target.patch


@pytest.mark.parametrize(("behavior", "clears"), [("merge", False), ("replace", True)])
def test_a_generator_that_changes_the_config_map(behavior: str, clears: bool) -> None:
    text = (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nconfigMapGenerator:\n"
        f"- {{name: kubevip, behavior: {behavior}, literals: ['cidr-global=10.0.0.0/24', nothing]}}\n"
    )
    (found,) = declared(text, collect)
    assert found.patch
    assert ("data" in found.keys) is clears
    leaf = found.keys["data.cidr-global"]
    assert (leaf.text, text[leaf.span.start : leaf.span.end]) == ("10.0.0.0/24", "10.0.0.0/24")
    assert declared(text.replace(f"behavior: {behavior}", "behavior: create"), collect) == []
    assert declared(text.replace("name: kubevip", "name: other"), collect) == []


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "Pod"])
@pytest.mark.parametrize(
    "image",
    [
        "image: docker.io/kubevip/kube-vip-cloud-provider:v0.0.12",
        "image: mirror.example.com/mirrored-kube-vip-cloud-provider:v0.0.12",
        "command: [/kube-vip-cloud-provider, --leader-elect], image: '{{ image }}'",
        "resources: {}",
    ],
)
def test_the_workload_of_the_provider(kind: str, image: str) -> None:
    (found,) = declared(workload(kind, image), collect_provider)
    assert (found.kind, found.name, found.form) == (PROVIDER.kind, "provider", kind)


@pytest.mark.parametrize("image", ["image: ghcr.io/kube-vip/kube-vip:v1.0.0", "image: example.com/other:v1"])
def test_another_workload(image: str) -> None:
    assert declared(workload(image=image), collect_provider) == []


def test_the_config_map_that_the_provider_names_is_wanted() -> None:
    image = "image: kubevip/kube-vip-cloud-provider:v0.0.12, env: [{name: KUBEVIP_CONFIG_MAP, value: pools}]"
    (found,) = declared(workload(image=image), collect_provider)
    assert found.wants == (Want("ConfigMap", "pools"),)
    assert texts(found)["env.KUBEVIP_CONFIG_MAP"] == "pools"
    (hidden,) = declared(workload(image=image.replace("pools", "'${NAME}'")), collect_provider)
    assert hidden.wants == ()


@pytest.mark.parametrize(
    "text",
    [
        release("{cm: {data: {cidr-global: 10.0.0.0/24}}}"),
        release("{cm: {data: {cidr-global: 10.0.0.0/24}}}", chart="other", name="kube-vip-cloud-provider"),
        "cm: {data: {cidr-global: 10.0.0.0/24}}\n",
        "kube-vip-cloud-provider: {cm: {data: {cidr-global: 10.0.0.0/24}}}\n",
    ],
)
def test_values_of_the_chart(text: str) -> None:
    for by, kind in ((collect_values, CHART.kind), (collect_provider_values, PROVIDER_CHART.kind)):
        (found,) = declared(text, by)
        assert found.kind == kind
        assert texts(found)["cm.data.cidr-global"] == "10.0.0.0/24"


@pytest.mark.parametrize(
    "text",
    [
        release("{cm: {data: {other: x}}}", chart="other"),
        "cm: {data: {other: x}}\n",
        "cm: {cidr-global: 10.0.0.0/24}\n",
        "dependencies: [{name: kube-vip-cloud-provider, version: 0.2.10}]\n",
        config_map("kubevip", "{cidr-global: 10.0.0.0/24}"),
    ],
)
def test_values_of_something_else(text: str) -> None:
    assert declared(text, collect_values) == []


def test_values_to_which_a_template_may_add() -> None:
    one = document("cm: {data: {cidr-global: 10.0.0.0/24}}\n")
    here = extent(one.text, one.root)
    (found,) = collect_values(one._replace(gaps=frozenset({(here.start, here.end)})))
    assert found.partial == "a template may add values"


def rendered(values: dict[str, Value | Unknown], partial: str = "") -> Release:
    return Release(None, Version(0, 2, 10), None, values, partial, {})


def test_the_chart_writes_its_config_map() -> None:
    made = CHART.render(rendered({"cm.data.cidr-global": value("10.0.0.0/24"), "image.tag": value("v0.0.9")}))
    assert dict(made.values) == {"data.cidr-global": value("10.0.0.0/24")}
    assert made.partial == ""
    assert CHART.render(rendered({"cm": Unknown("cm", "a placeholder")})).partial
    assert CHART.render(rendered({}, "values come from elsewhere")).partial == "values come from elsewhere"


@pytest.mark.parametrize("name", [value("pools"), Unknown("configMapName", "a placeholder")])
def test_the_chart_may_use_another_config_map(name: Value | Unknown) -> None:
    made = CHART.render(rendered({"configMapName": name, "cm.data.cidr-global": value("10.0.0.0/24")}))
    assert not made.values
    assert made.partial
    workload = PROVIDER_CHART.render(rendered({"configMapName": name}))
    assert workload.values["env.KUBEVIP_CONFIG_MAP"] is name


def test_the_workload_of_the_chart() -> None:
    made = PROVIDER_CHART.render(rendered({"image.tag": value("v0.0.9"), "enableloadbalancerClass": value("true")}))
    assert made.version == Version(0, 0, 9)
    assert made.version_span == HERE
    subject = CloudProvider(component(dict(made.values)))
    assert subject.load_balancer_class == "kube-vip.io/kube-vip-class"
    assert subject.config_map == ""
    unknown = PROVIDER_CHART.render(rendered({"image.tag": value("latest")}))
    assert isinstance(unknown.version, Unknown)
    assert isinstance(PROVIDER_CHART.render(rendered({})).version, Unknown)
    assert CHART.defaults(Version(0, 2, 10), {}).texts == {}


def test_keys_of_pools() -> None:
    subject = AddressPools(component({"data.cidr-a": value("x"), "data.interface-a": value("y")}))
    assert subject.keys == ("cidr-a",)
    assert subject.get("cidr-a") == value("x")
    assert subject.get("cidr-b") is None
    with pytest.raises(Unknown):
        AddressPools(component({}, "a template may add pools")).get("cidr-b")
    assert ADAPTER.counts({"data.cidr-a": value("x")})
    assert not ADAPTER.counts({"data.interface-a": value("y")})


@pytest.mark.parametrize(
    ("key", "found"), [("cidr-a", True), ("range-global", True), ("cidr-", False), ("cidr", False)]
)
def test_which_keys_are_pools(key: str, found: bool) -> None:
    assert is_pool(key) is found


def test_the_release_of_the_provider() -> None:
    version, span = PROVIDER.version({"image": value("x:v0.0.9"), "image.tag": value("v0.0.9")})
    assert (version, span) == (Version(0, 0, 9), HERE)
    assert isinstance(PROVIDER.version({"image": value("x:latest"), "image.tag": value("latest")})[0], Unknown)
