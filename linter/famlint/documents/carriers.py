"""The objects that carry configuration inside them, and where in them it stands.

Each function says which nodes of one kind of object are documents: subtrees (`spec.values`) or strings
(`valuesContent`). Ranks put the sources of Helm values into the order in which the tools merge them:
Flux lays `values` over `valuesFrom`, and a reference with `targetPath` over both
(fluxcd/pkg chartutil/values.go); Argo CD `valueFiles` < `values` < `valuesObject` < `parameters`; helm-controller
`valuesContent` < HelmChartConfig < `set`.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from famlint.documents.document import Carrier, Document, Layer, Ref, Role, Target
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at, text_at

PACKAGED = 5
VALUES_FROM = 10
FILES = 20
VALUES = Layer(30, "values")
VALUES_OBJECT = Layer(31, "valuesObject")
CHART_CONFIG = Layer(40, "HelmChartConfig")
SET = Layer(50, "set")
TARGET_PATH = 51
PATCH = Layer(60, "patch")
RENDERED = 99
"""Ranks of layers from the lowest to the highest. Patches of a tree's Kustomizations come after all of them."""


class Carried(NamedTuple):
    """A node that is a document. `encoded`: its text is base64."""

    node: Node
    role: Role
    carrier: Carrier
    encoded: bool = False


def carried(document: Document) -> Iterator[Carried]:
    """The documents that an object carries, by its kind; nothing for other kinds."""
    root = document.root
    if not isinstance(root, Mapping):
        return
    kind = document.kind
    if kind == "List" or (kind.endswith("List") and isinstance(root.get("items"), Sequence)):
        yield from _items(document)
    find = _BY_KIND.get((document.group, kind))
    if find:
        yield from find(document)
    elif is_kustomization(document):
        yield from _kustomization(document)


def is_kustomization(document: Document) -> bool:
    """Whether a document is Kustomize's own file. It may go without kind; then the file's name tells."""
    if document.kind:
        return document.kind in ("Kustomization", "Component") and document.group == "kustomize.config.k8s.io"
    return document.carrier is None and is_kustomization_file(document.text.path)


def is_kustomization_file(path: str) -> bool:
    """Whether Kustomize looks for a file of this name."""
    return path.rpartition("/")[2].lower() in ("kustomization.yaml", "kustomization.yml", "kustomization")


def _items(document: Document) -> Iterator[Carried]:
    items = at(document.root, "items")
    if isinstance(items, Sequence):
        for item in items.items:
            yield Carried(item, document.role, document.carrier or Carrier("List", "", ""))


def _release(
    document: Document, layer: Layer, chart: Ref | None, version: Ref | None, opaque: Layer | None = None
) -> Carrier:
    return Carrier(
        document.kind,
        document.name,
        document.namespace,
        layer if document.role is not Role.PATCH else Layer(PATCH.rank + layer.rank, f"patched {layer.name}"),
        chart,
        version,
        document.carrier.target if document.carrier and document.role is Role.PATCH else None,
        "",
        opaque,
    )


def _helm_release(document: Document) -> Iterator[Carried]:
    """Flux. A release without values is one too: the chart's defaults hold."""
    chart = document.ref("spec", "chart", "spec", "chart") or document.ref("spec", "chartRef", "name")
    version = document.ref("spec", "chart", "spec", "version")
    opaque = None
    if at(document.root, "spec", "chart", "spec", "valuesFiles") is not None:
        opaque = Layer(PACKAGED, "values files of the chart's package are used")
    if at(document.root, "spec", "postRenderers") is not None:
        opaque = Layer(RENDERED, "post-renderers change what the chart renders")
    values = at(document.root, "spec", "values") or Mapping((), document.root.start, document.root.start)
    elsewhere = text_at(document.root, "spec", "kubeConfig", "secretRef", "name")
    carrier = _release(document, VALUES, chart, version, opaque)._replace(destination=elsewhere)
    yield Carried(values, Role.VALUES, carrier)


def _argo_application(document: Document) -> Iterator[Carried]:
    spec = at(document.root, "spec", "template", "spec") if document.kind == "ApplicationSet" else None
    spec = spec or at(document.root, "spec")
    sources = [at(spec, "source")]
    many = at(spec, "sources")
    sources += many.items if isinstance(many, Sequence) else []
    namespace = text_at(spec, "destination", "namespace")
    elsewhere = text_at(spec, "destination", "name") or text_at(spec, "destination", "server")
    for source in sources:
        chart, version = at(source, "chart"), at(source, "targetRevision")
        if not isinstance(source, Mapping) or not isinstance(chart, Scalar):
            continue
        refs = (Ref(document.text, chart), Ref(document.text, version) if isinstance(version, Scalar) else None)
        files = at(source, "helm", "valueFiles")
        named = tuple(one.text for one in files.items if isinstance(one, Scalar)) if isinstance(files, Sequence) else ()
        opaque = Layer(FILES, "values come from files that the Application names") if named else None
        empty = Mapping((), source.start, source.start)
        for layer, node in (
            (VALUES, at(source, "helm", "values") or empty),
            (VALUES_OBJECT, at(source, "helm", "valuesObject")),
            (SET, _parameters(at(source, "helm", "parameters"))),
        ):
            if node is not None:
                carrier = _release(document, layer, *refs, opaque)._replace(files=named, destination=elsewhere)
                yield Carried(node, Role.VALUES, carrier._replace(namespace=namespace or carrier.namespace))


def _parameters(node: Node | None) -> Node | None:
    """`[{name: env.vip_cidr, value: "128"}]` as the mapping that it stands for."""
    if not isinstance(node, Sequence):
        return None
    root: Mapping = Mapping((), node.start, node.end)
    for item in node.items:
        name, value = at(item, "name"), at(item, "value")
        if isinstance(name, Scalar) and isinstance(value, Scalar):
            root = with_value(root, tuple(name.text.replace("\\.", "\0").split(".")), name, value)
    return root


def with_value(root: Mapping, path: tuple[str, ...], key: Scalar, value: Node) -> Mapping:
    """The mapping with a value set at a path; new keys take the position of `key`."""
    step, rest = path[0].replace("\0", "."), path[1:]
    old = root.get(step)
    inner = value
    if rest:
        inner = with_value(old if isinstance(old, Mapping) else Mapping((), value.start, value.end), rest, key, value)
    kept = tuple(pair for pair in root.pairs if not (isinstance(pair[0], Scalar) and pair[0].text == step))
    return root._replace(pairs=(*kept, (key._replace(text=step), inner)))


def _helm_chart(document: Document) -> Iterator[Carried]:
    """helm-controller of k3s and RKE2. A HelmChartConfig names its chart by its own name."""
    config = document.kind == "HelmChartConfig"
    chart, version = document.ref("spec", "chart"), document.ref("spec", "version")
    content = at(document.root, "spec", "valuesContent")
    layer = CHART_CONFIG if config else VALUES
    if not isinstance(content, Scalar) or content.is_null:
        content = None
    secrets = at(document.root, "spec", "valuesSecrets") is not None
    opaque = Layer(RENDERED, "values come from valuesSecrets") if secrets else None
    empty = Mapping((), document.root.start, document.root.start)
    yield Carried(content or empty, Role.VALUES, _release(document, layer, chart, version, opaque))
    pairs = at(document.root, "spec", "set")
    if isinstance(pairs, Mapping):
        root: Mapping = Mapping((), pairs.start, pairs.end)
        for key, value in pairs.pairs:
            if isinstance(key, Scalar):
                root = with_value(root, tuple(key.text.replace("\\.", "\0").split(".")), key, value)
        yield Carried(root, Role.VALUES, _release(document, SET, chart, version))


def _helm_chart_proxy(document: Document) -> Iterator[Carried]:
    """Cluster API's add-on provider for Helm."""
    chart, version = document.ref("spec", "chartName"), document.ref("spec", "version")
    values = at(document.root, "spec", "valuesTemplate")
    empty = Mapping((), document.root.start, document.root.start)
    yield Carried(values or empty, Role.VALUES, _release(document, VALUES, chart, version))


def _kustomization(document: Document) -> Iterator[Carried]:
    """Patches of Kustomize's file and of Flux's object; charts that Kustomize inflates."""
    spec = at(document.root, "spec") if document.group == "kustomize.toolkit.fluxcd.io" else document.root
    owner = Carrier(document.kind or "Kustomization", document.name, document.namespace, PATCH)
    for key in ("patches", "patchesJson6902", "patchesStrategicMerge"):
        entries = at(spec, key)
        for entry in entries.items if isinstance(entries, Sequence) else ():
            if key == "patchesStrategicMerge":
                patch: Node | None = entry
            else:
                patch = at(entry, "patch")
            if patch is None or (isinstance(patch, Scalar) and "\n" not in patch.text and "{" not in patch.text):
                continue
            target = at(entry, "target")
            kind, name, namespace = (text_at(target, part) for part in ("kind", "name", "namespace"))
            wanted = Target(kind, name, namespace, selector_of(target)) if target else None
            yield Carried(patch, Role.PATCH, owner._replace(target=wanted))
    charts = at(spec, "helmCharts")
    for entry in charts.items if isinstance(charts, Sequence) else ():
        chart, version = at(entry, "name"), at(entry, "version")
        if not isinstance(chart, Scalar):
            continue
        files = _values_files(entry)
        yield Carried(
            at(entry, "valuesInline") or Mapping((), entry.start, entry.start),
            Role.VALUES,
            Carrier(
                "Kustomization",
                text_at(entry, "releaseName") or chart.text,
                text_at(entry, "namespace"),
                VALUES,
                Ref(document.text, chart),
                Ref(document.text, version) if isinstance(version, Scalar) else None,
                opaque=Layer(FILES, "values come from a values file") if files else None,
                files=files,
            ),
        )


def selector_of(target: Node | None) -> str:
    """What a patch's target asks for beside kind and name; a namespace counts, since Kustomize may change it."""
    parts = ("namespace", "labelSelector", "annotationSelector")
    return ", ".join(part for part in parts if at(target, part) is not None)


def _values_files(entry: Node) -> tuple[str, ...]:
    """The files that Kustomize lays under `valuesInline`, in their order."""
    more = at(entry, "additionalValuesFiles")
    found = [at(entry, "valuesFile"), *(more.items if isinstance(more, Sequence) else ())]
    return tuple(one.text for one in found if isinstance(one, Scalar) and not one.is_null)


def _config_map(document: Document) -> Iterator[Carried]:
    yield from _data(document, "data", encoded=False)


def _secret(document: Document) -> Iterator[Carried]:
    yield from _data(document, "data", encoded=True)
    yield from _data(document, "stringData", encoded=False)


def is_vcluster_secret(name: str) -> bool:
    """Whether a Secret holds what a virtual cluster starts with.

    `vc-config-<release>` holds vcluster.yaml (from 0.20), `vc-<release>-config` the configuration of k0s (up to 0.19).
    """
    return name.startswith("vc-config-") or (name.startswith("vc-") and name.endswith("-config"))


def _data(document: Document, field: str, *, encoded: bool) -> Iterator[Carried]:
    """The keys of a ConfigMap or Secret. Such a Secret of vcluster is opened whatever it holds."""
    data = at(document.root, field)
    for key, value in data.pairs if isinstance(data, Mapping) else ():
        if isinstance(key, Scalar) and isinstance(value, Scalar) and not value.is_null:
            carrier = Carrier(document.kind, document.name, document.namespace, key=key.text)
            if document.kind == "Secret" and key.text == "config.yaml" and is_vcluster_secret(document.name):
                label = document.ref("metadata", "labels", "chart")
                if label is not None or document.name.startswith("vc-config-"):
                    carrier = carrier._replace(key="", version=label)
            yield Carried(value, Role.MANIFEST, carrier, encoded)


def _virtual_cluster(document: Document) -> Iterator[Carried]:
    """vcluster's platform: the template of an instance, that of a template and of each of its versions.

    An instance that names a template has no values of its own here. Which chart it is need not be said.
    """
    spec = at(document.root, "spec")
    versions = at(spec, "versions")
    templates = [("", at(spec, "template"))]
    for number, entry in enumerate(versions.items if isinstance(versions, Sequence) else ()):
        templates.append((text_at(entry, "version") or str(number), at(entry, "template")))
    for name, template in templates:
        release = at(template, "helmRelease")
        if not isinstance(release, Mapping):
            continue
        chart, version = at(release, "chart", "name"), at(release, "chart", "version")
        carrier = _release(document, VALUES, _given(document, chart), _given(document, version))
        values = at(release, "values")
        if not isinstance(values, Scalar | Mapping) or (isinstance(values, Scalar) and not values.text.strip()):
            values = Mapping((), release.start, release.start)
        named = carrier._replace(name=f"{carrier.name}/{name}" if name else carrier.name)
        yield Carried(values, Role.VALUES, named)


def _given(document: Document, node: Node | None) -> Ref | None:
    return Ref(document.text, node) if isinstance(node, Scalar) and not node.is_null else None


_BY_KIND: dict[tuple[str, str], Callable[[Document], Iterator[Carried]]] = {
    ("helm.toolkit.fluxcd.io", "HelmRelease"): _helm_release,
    ("argoproj.io", "Application"): _argo_application,
    ("argoproj.io", "ApplicationSet"): _argo_application,
    ("helm.cattle.io", "HelmChart"): _helm_chart,
    ("helm.cattle.io", "HelmChartConfig"): _helm_chart,
    ("addons.cluster.x-k8s.io", "HelmChartProxy"): _helm_chart_proxy,
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): _kustomization,
    ("management.loft.sh", "VirtualClusterInstance"): _virtual_cluster,
    ("management.loft.sh", "VirtualClusterTemplate"): _virtual_cluster,
    ("storage.loft.sh", "VirtualClusterInstance"): _virtual_cluster,
    ("storage.loft.sh", "VirtualClusterTemplate"): _virtual_cluster,
    ("", "ConfigMap"): _config_map,
    ("", "Secret"): _secret,
}
