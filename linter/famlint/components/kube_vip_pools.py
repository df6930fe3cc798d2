"""The cloud provider of kube-vip and its address pools: the ConfigMap, the workload, the chart of both.

Source: facts/kube-vip.md sections 1.6 and 5.6 (kube-vip/kube-vip-cloud-provider pkg/provider/provider.go@v0.0.12,
kube-vip/helm-charts charts/kube-vip-cloud-provider/templates@kube-vip-cloud-provider-0.2.10).
"""

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from typing import NamedTuple

from famlint.components.adapter import REFERENCED, Adapter, Chart, Defaults, Release, Rendered, Values
from famlint.components.chart_values import (
    BELOW_A_PARENT,
    declared,
    is_of_chart,
    is_referenced,
    leaves_of,
    values_of,
)
from famlint.components.declaration import NO_BASE, Declaration, Want, flatten, leaf, named_span, owner, strings
from famlint.components.images import parse_image, release_of, tag_release
from famlint.components.kube_vip import WORKLOADS, container_declaration, part_of
from famlint.components.model import Component, Leaf, Value
from famlint.documents.carriers import is_kustomization
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at, text_at
from famlint.network.versions import Version
from famlint.unknown import Unknown

KIND = "kube-vip pools"
NAMED_KIND = "kube-vip pools by another name"
PROVIDER_KIND = "kube-vip cloud provider"
CHART_NAME = "kube-vip-cloud-provider"
NAMES = frozenset(("kubevip", CHART_NAME))
"""Names of the ConfigMap: the provider's own default, and the chart's."""

_IMAGE = "kube-vip-cloud-provider"
_PREFIXES = ("cidr-", "range-")
_VERSION = "kube-vip-cloud-provider version"
_CONFIG_MAP = "KUBEVIP_CONFIG_MAP"
_CLASS_ON = "KUBEVIP_ENABLE_LOADBALANCERCLASS"
_CLASS_NAME = "KUBEVIP_CUSTOM_LOADBALANCERCLASS_NAME"
_CLASS = "kube-vip.io/kube-vip-class"
_TOPS = ("cm", "configMapName", "enableloadbalancerClass", "image")


class AddressPools(NamedTuple):
    """The pools of the cloud provider. Keys of the component: `data.<key>`, as the ConfigMap has them."""

    component: Component

    def get(self, key: str) -> Value | None:
        """The text under a key of the ConfigMap (`cidr-global`), None where it is absent. Raises Unknown."""
        return self.component.get(f"data.{key}")

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of pools that are there, their values known or not: `cidr-<namespace>`, `range-<namespace>`."""
        names = (key.removeprefix("data.") for key in self.component.values if key.startswith("data."))
        return tuple(name for name in names if is_pool(name))


class NamedPools(NamedTuple):
    """A ConfigMap with keys of pools by another name. It counts only where a provider names it."""

    component: Component


class CloudProvider(NamedTuple):
    """The workload of the cloud provider. Keys of the component: `env.<variable>`."""

    component: Component

    @property
    def version(self) -> Version:
        """The release of the image. Raises Unknown."""
        return self.component.version

    @property
    def config_map(self) -> str:
        """The name of the ConfigMap that it is told to read, empty for its own default. Raises Unknown."""
        return self._text(_CONFIG_MAP)

    @property
    def load_balancer_class(self) -> str:
        """The class of the only Services that it serves; empty where it serves those without one. Raises Unknown."""
        return self._text(_CLASS_NAME) or (_CLASS if self._text(_CLASS_ON) == "true" else "")

    def _text(self, variable: str) -> str:
        value = self.component.get(f"env.{variable}")
        return value.text if value else ""


def is_pool(name: str) -> bool:
    """Whether a key of the ConfigMap holds addresses: `cidr-<namespace>`, `range-<namespace>`."""
    return any(name.startswith(prefix) and name != prefix for prefix in _PREFIXES)


def collect(document: Document) -> Iterator[Declaration]:
    """A ConfigMap of pools, and what generators of Kustomize lay over one."""
    if document.kind == "ConfigMap" and not document.group:
        yield from _config_map(document, KIND)
    elif is_kustomization(document):
        yield from _merged(document)


def collect_named(document: Document) -> Iterator[Declaration]:
    """A ConfigMap with keys of pools by any other name."""
    if document.kind == "ConfigMap" and not document.group:
        yield from _config_map(document, NAMED_KIND)


def _config_map(document: Document, kind: str) -> Iterator[Declaration]:
    patch = document.role is Role.PATCH
    known = document.name in NAMES or (patch and not document.name)
    data = at(document.root, "data")
    keys = flatten(document, data, "data.", depth=0)
    if known != (kind == KIND) or not (patch or _has_pools(keys)):
        return
    places = [node for node in (document.root, data) if node is not None]
    opened = "a template may add pools" if any(document.open(node) for node in places) else ""
    yield Declaration(
        kind,
        document.name,
        document.namespace,
        named_span(document),
        keys,
        form="ConfigMap",
        partial=opened or (NO_BASE if patch else ""),
        owner=owner(document),
        patch=patch,
        number=document.number,
        source=document.source,
        branch=document.branch,
    )


def _has_pools(keys: dict[str, Leaf]) -> bool:
    return any(is_pool(key.removeprefix("data.")) or key == "data.*" for key in keys)


def _merged(document: Document) -> Iterator[Declaration]:
    """A generator that changes a ConfigMap of elsewhere. One that makes its own is not read: overlays may change it."""
    entries = at(document.root, "configMapGenerator")
    for entry in entries.items if isinstance(entries, Sequence) else ():
        name, behavior = at(entry, "name"), text_at(entry, "behavior")
        if not isinstance(name, Scalar) or name.text not in NAMES or behavior not in ("merge", "replace"):
            continue
        span = document.text.value(name)[2]
        cleared = {"data": Leaf("", span, absent=True)} if behavior == "replace" else {}
        others = any(at(entry, field) is not None for field in ("files", "envs", "env"))
        yield Declaration(
            KIND,
            name.text,
            text_at(entry, "namespace"),
            span,
            {**cleared, **dict(_literals(document, at(entry, "literals")))},
            form="ConfigMap",
            partial="other keys come from files" if others else NO_BASE,
            patch=True,
            number=document.number,
        )


def _literals(document: Document, node: Node | None) -> Iterator[tuple[str, Leaf]]:
    for literal in strings(node):
        made = leaf(document, literal)
        name, equals, _ = made.text.partition("=")
        if equals:
            yield f"data.{name}", part_of(made, len(name) + 1)


def has_pools(values: Values) -> bool:
    """Whether there is a pool among effective values."""
    return any(is_pool(key.removeprefix("data.")) for key in values)


def collect_provider(document: Document) -> Iterator[Declaration]:
    """The containers of the cloud provider. Keys: `image`, `env.<variable>`."""
    if document.kind not in WORKLOADS:
        return
    pod = at(document.root, "spec") if document.kind == "Pod" else at(document.root, "spec", "template", "spec")
    containers = at(pod, "containers")
    for container in containers.items if isinstance(containers, Sequence) else ():
        if isinstance(container, Mapping) and _is_provider(container):
            made = container_declaration(document, container, document.name, document.kind)
            named = made.keys.get(f"env.{_CONFIG_MAP}")
            wants = (Want("ConfigMap", named.text),) if named and named.text and not named.holes else ()
            yield made._replace(kind=PROVIDER_KIND, ignored=(), wants=wants)


def _is_provider(container: Mapping) -> bool:
    """By the image's base name, mirrors included; without a usable image by its command or its name."""
    image = text_at(container, "image")
    if parse_image(image).base_name.endswith(_IMAGE):
        return True
    started = [word.text.rpartition("/")[2] for word in strings(container.get("command"))][:1] == [_IMAGE]
    return started or (not image and text_at(container, "name") == _IMAGE)


def collect_values(document: Document) -> Iterator[Declaration]:
    """Values of the chart as pools. Keys are paths in the values (`cm.data.cidr-global`)."""
    return _values(document, CHART.kind)


def collect_provider_values(document: Document) -> Iterator[Declaration]:
    """Values of the chart as the provider's workload, by the same paths."""
    return _values(document, PROVIDER_CHART.kind)


def _values(document: Document, kind: str) -> Iterator[Declaration]:
    root = values_of(document)
    if root is None:
        return
    below = root.get(CHART_NAME)
    if is_of_chart(document, root, CHART_NAME, _reads_like_the_chart):
        yield _release(document, root, kind)
    elif is_referenced(document) and isinstance(root.get("cm"), Mapping):
        yield _release(document, root, kind)._replace(form=REFERENCED)
    elif isinstance(below, Mapping) and _reads_like_the_chart(below):
        yield _release(document, below, kind)._replace(form=BELOW_A_PARENT)


def _reads_like_the_chart(root: Mapping) -> bool:
    data = at(root, "cm", "data")
    return isinstance(data, Mapping) and any(is_pool(key.text) for key in data.keys())  # noqa: SIM118 - a tree's method


def _release(document: Document, values: Mapping, kind: str) -> Declaration:
    partial = "a template may add values" if document.open(values) else ""
    return declared(document, kind, leaves_of(document, values, _TOPS), partial=partial)


def defaults(_version: Version | Unknown, _given: Dict[str, Leaf]) -> Defaults:
    """The chart brings no pools and no class of its own."""
    return Defaults("default of chart kube-vip-cloud-provider", {})


def render(release: Release) -> Rendered:
    """The ConfigMap that the chart writes of `cm.data`; none where `configMapName` names another one."""
    version = Unknown(_VERSION, "pools have no release")
    named = release.values.get("configMapName")
    if isinstance(named, Unknown) or (named is not None and named.text):
        return Rendered({}, version, partial="the pools stand in a ConfigMap that the chart does not write")
    made = {
        f"data.{key.removeprefix('cm.data.')}": value
        for key, value in release.values.items()
        if key.startswith("cm.data.")
    }
    unknown = [path for path in ("cm", "cm.data", "cm.*", "cm.data.*") if path in release.values]
    return Rendered(made, version, partial=release.partial or ("the values add pools" if unknown else ""))


def render_provider(release: Release) -> Rendered:
    """The workload that the chart writes. Its release is known where the values name the tag."""
    made: dict[str, Value | Unknown] = {}
    for path, variable in (("configMapName", _CONFIG_MAP), ("enableloadbalancerClass", _CLASS_ON)):
        value = release.values.get(path)
        if value is not None:
            made[f"env.{variable}"] = value
    tag = release.values.get("image.tag")
    version: Version | Unknown = Unknown(_VERSION, "the values name no tag")
    if isinstance(tag, Value) and tag.text:
        version = tag_release(tag.text, _VERSION)
    return Rendered(made, version, tag.span if isinstance(tag, Value) else None, release.partial)


ADAPTER = Adapter(
    KIND,
    collect,
    ("cidr-global", "range-global", "kubevip", CHART_NAME),
    AddressPools,
    prefixes=("KCP",),
    counts=has_pools,
    touched=("/data/",),
    balances=True,
)
NAMED = Adapter(NAMED_KIND, collect_named, (), NamedPools, counts=has_pools, touched=("/data/",))
PROVIDER = Adapter(
    PROVIDER_KIND,
    collect_provider,
    (_IMAGE, _CONFIG_MAP),
    CloudProvider,
    prefixes=("KCP",),
    version=release_of(_VERSION),
    touched=("/spec/template/spec/containers/", "/spec/containers/"),
    release_name=CHART_NAME,
)
CHART = Chart("kube-vip-cloud-provider chart", KIND, frozenset((CHART_NAME,)), defaults, render, collect_values)
PROVIDER_CHART = Chart(
    "kube-vip-cloud-provider chart workload",
    PROVIDER_KIND,
    frozenset((CHART_NAME,)),
    defaults,
    render_provider,
    collect_provider_values,
)
