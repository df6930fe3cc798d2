"""How configuration reaches a cluster: Kustomize's and Flux' Kustomizations, variables, chart repositories.

These declarations configure nothing by themselves; `famlint.resolve` layers others with their help.
"""

from collections.abc import Iterator

from famlint.components.declaration import Declaration, Want, leaf, named_span, owner, strings
from famlint.components.model import Leaf
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at, text_at

TRIGGERS = ("kind: Kustomization", "configMapGenerator", "substituteFrom", "images:")
KUSTOMIZATION = "Kustomization"
FLUX = "Flux Kustomization"
VARIABLES = "variables"
REFERENCE = "values reference"
PATCH = "patch"
CHART_SOURCE = "chart source"
_FLUX_GROUP = "kustomize.toolkit.fluxcd.io"
_KUSTOMIZE_KEYS = ("resources", "images", "patches", "configMapGenerator", "patchesStrategicMerge", "components")


def collect(document: Document) -> Iterator[Declaration]:
    """Declarations of the kinds above, by the object's kind."""
    kind, group = document.kind, document.group
    if kind == "Kustomization" and group == _FLUX_GROUP:
        yield _flux(document)
    elif _is_kustomization(document):
        yield _kustomization(document)
    elif kind in ("ConfigMap", "Secret") and not group:
        yield _variables(document)
    elif kind == "HelmRelease":
        yield from _references(document)
    elif kind in ("OCIRepository", "HelmChart") and group == "source.toolkit.fluxcd.io":
        yield from _chart_source(document)
    if document.role is Role.PATCH:
        yield _patch(document)


def _is_kustomization(document: Document) -> bool:
    """Kustomize lets its file go without kind; then the file's name tells."""
    if document.kind:
        return document.kind in ("Kustomization", "Component") and document.group == "kustomize.config.k8s.io"
    name = document.text.path.rpartition("/")[2]
    return name.lower() in ("kustomization.yaml", "kustomization.yml", "kustomization") and document.carrier is None


def _kustomization(document: Document) -> Declaration:
    """Keys: `resources` and `patches` (paths), `images.<n>.<field>`, `generators.<name>.<key>` (paths), `namespace`."""
    keys: dict[str, Leaf] = {}
    root = document.root
    files = [*strings(at(root, "resources")), *strings(at(root, "bases")), *strings(at(root, "components"))]
    for number, file in enumerate(files):
        keys[f"resources.{number}"] = leaf(document, file)
    patches = [at(entry, "path") for key in ("patches", "patchesJson6902") for entry in _items(at(root, key))]
    patches += [entry for entry in strings(at(root, "patchesStrategicMerge")) if "\n" not in entry.text]
    for number, patch in enumerate(patches):
        if isinstance(patch, Scalar):
            keys[f"patches.{number}"] = leaf(document, patch)
    for number, entry in enumerate(_items(at(root, "images"))):
        for field in ("name", "newName", "newTag", "digest"):
            node = at(entry, field)
            if node is not None:
                keys[f"images.{number}.{field}"] = leaf(document, node)
    wants = []
    for generator in ("configMapGenerator", "secretGenerator"):
        for entry in _items(at(root, generator)):
            for file in strings(at(entry, "files")):
                key, equals, path = file.text.partition("=")
                path = path if equals else key
                key = key if equals else path.rpartition("/")[2]
                keys[f"generators.{text_at(entry, 'name')}.{key}"] = leaf(document, file)._replace(text=path)
                wants.append(Want("file", path))
    namespace = at(root, "namespace")
    if namespace is not None:
        keys["namespace"] = leaf(document, namespace)
    return Declaration(
        KUSTOMIZATION,
        document.name,
        "",
        named_span(document),
        keys,
        form="Kustomization",
        number=document.number,
        wants=tuple(wants),
    )


def _flux(document: Document) -> Declaration:
    """Keys: `path`, `substitute.<NAME>`, `substituteFrom.<n>.kind|name`, `targetNamespace`."""
    keys: dict[str, Leaf] = {}
    spec = at(document.root, "spec")
    for key in ("path", "targetNamespace"):
        given = at(spec, key)
        if given is not None:
            keys[key] = leaf(document, given)
    substitute = at(spec, "postBuild", "substitute")
    for name, value in substitute.pairs if isinstance(substitute, Mapping) else ():
        if isinstance(name, Scalar):
            keys[f"substitute.{name.text}"] = leaf(document, value)
    wants = []
    for number, entry in enumerate(_items(at(spec, "postBuild", "substituteFrom"))):
        source = at(entry, "name")
        if isinstance(source, Scalar):
            keys[f"substituteFrom.{number}"] = leaf(document, source)
            wants.append(Want(text_at(entry, "kind") or "ConfigMap", source.text))
    return Declaration(
        FLUX,
        document.name,
        document.namespace,
        named_span(document),
        keys,
        form="Flux Kustomization",
        patch=document.role is Role.PATCH,
        owner=owner(document),
        number=document.number,
        wants=tuple(wants),
    )


def _variables(document: Document) -> Declaration:
    """Keys: the data of a ConfigMap or the readable data of a Secret. Base64 is left to the embedded documents."""
    keys: dict[str, Leaf] = {}
    for field in ("data", "stringData"):
        data = at(document.root, field)
        if document.kind == "Secret" and field == "data":
            continue
        for name, value in data.pairs if isinstance(data, Mapping) else ():
            if isinstance(name, Scalar) and isinstance(value, Scalar):
                keys[name.text] = leaf(document, value)
    return Declaration(
        VARIABLES,
        document.name,
        document.namespace,
        named_span(document),
        keys,
        form=document.kind,
        number=document.number,
    )


def _references(document: Document) -> Iterator[Declaration]:
    """`valuesFrom` of a HelmRelease. Keys of each: `kind`, `name`, `valuesKey`, `targetPath`, `optional`."""
    entries = _items(at(document.root, "spec", "valuesFrom"))
    for number, entry in enumerate(entries):
        keys = {
            key: leaf(document, node)
            for key in ("kind", "name", "valuesKey", "targetPath", "optional")
            if (node := at(entry, key)) is not None
        }
        wanted = Want(text_at(entry, "kind") or "ConfigMap", text_at(entry, "name"))
        yield Declaration(
            REFERENCE,
            document.name,
            document.namespace,
            named_span(document),
            keys,
            form=str(number),
            owner=owner(document),
            patch=document.role is Role.PATCH,
            number=document.number,
            wants=(wanted,),
        )
    chart = at(document.root, "spec", "chartRef", "name")
    if isinstance(chart, Scalar):
        yield Declaration(
            REFERENCE,
            document.name,
            document.namespace,
            named_span(document),
            {"chartRef": leaf(document, chart)},
            form="chart",
            number=document.number,
            wants=(Want(text_at(document.root, "spec", "chartRef", "kind"), chart.text),),
        )


def _chart_source(document: Document) -> Iterator[Declaration]:
    """Keys: `url`, `version`."""
    spec = at(document.root, "spec")
    keys = {}
    for key, path in (("url", ("url",)), ("url", ("chart",)), ("version", ("ref", "tag")), ("version", ("version",))):
        node = at(spec, *path)
        if node is not None:
            keys[key] = leaf(document, node)
    yield Declaration(
        CHART_SOURCE,
        document.name,
        document.namespace,
        named_span(document),
        keys,
        form=document.kind,
        number=document.number,
    )


def _patch(document: Document) -> Declaration:
    """A patch as such: what it applies to, and the paths that a JSON patch touches (keys `<n>.op|path|value`)."""
    keys: dict[str, Leaf] = {}
    for number, entry in enumerate(_items(document.root)):
        for field in ("op", "path", "value"):
            node = at(entry, field)
            if node is not None:
                keys[f"{number}.{field}"] = leaf(document, node)
    return Declaration(
        PATCH,
        document.name,
        document.namespace,
        named_span(document),
        keys,
        form=document.kind or "JSON patch",
        owner=owner(document),
        patch=True,
        number=document.number,
    )


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()
