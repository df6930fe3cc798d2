"""How configuration reaches a cluster: Kustomize's and Flux' Kustomizations, variables, chart repositories.

These declarations configure nothing by themselves; `famlint.resolve` layers others with their help.
"""

from collections.abc import Iterator

from famlint.components.adapter import Adapter
from famlint.components.declaration import Declaration, Want, flatten, leaf, named_span, owner, strings
from famlint.components.model import Leaf
from famlint.documents.carriers import is_kustomization, selector_of
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at, text_at

TRIGGERS = ("kind: Kustomization", "kind: Component", "configMapGenerator", "substituteFrom", "kind: Application")
KUSTOMIZATION = "Kustomization"
PATCH_FILE = "patch file"
VALUES_FILE = "values file"
FLUX = "Flux Kustomization"
VARIABLES = "variables"
REFERENCE = "values reference"
PATCH = "patch"
CHART_SOURCE = "chart source"
NAMED_VALUES = "named values files"
_FLUX_GROUP = "kustomize.toolkit.fluxcd.io"
_OPAQUE = ("replacements", "vars", "transformers")


def collect(document: Document) -> Iterator[Declaration]:
    """Declarations of the kinds above, by the object's kind."""
    kind, group = document.kind, document.group
    if kind == "Kustomization" and group == _FLUX_GROUP:
        yield _flux(document)
    elif is_kustomization(document):
        yield _kustomization(document)
    elif group == "argoproj.io" and kind in ("Application", "ApplicationSet"):
        yield from _argo(document)
    elif kind in ("ConfigMap", "Secret") and not group:
        yield _variables(document)
    elif kind == "HelmRelease":
        yield from _references(document)
    elif kind in ("OCIRepository", "HelmChart") and group == "source.toolkit.fluxcd.io":
        yield from _chart_source(document)
    if document.role is Role.PATCH:
        yield _patch(document)


def _kustomization(document: Document) -> Declaration:
    """Keys, paths as written: `resources.<n>`, `components.<n>`, `patches.<n>` with `targets.<n>.kind|name`,
    `images.<n>.<field>`, `generators.<name>.<key>`, `valuesFiles.<n>`, and what is done to every object:
    `namespace`, `namePrefix`, `nameSuffix`, `annotations.<name>`, `opaque.<field>` for what is not computed.
    """
    root = document.root
    keys = _everything(document, root, "commonAnnotations")
    for number, file in enumerate([*strings(at(root, "resources")), *strings(at(root, "bases"))]):
        keys[f"resources.{number}"] = leaf(document, file)
    for number, file in enumerate(strings(at(root, "components"))):
        keys[f"components.{number}"] = leaf(document, file)
    entries = [(at(entry, "path"), entry) for key in ("patches", "patchesJson6902") for entry in _items(at(root, key))]
    entries += [(entry, entry) for entry in strings(at(root, "patchesStrategicMerge")) if "\n" not in entry.text]
    wants = []
    for number, (path, entry) in enumerate(entries):
        if not isinstance(path, Scalar):
            continue
        keys[f"patches.{number}"] = leaf(document, path)
        wants.append(Want(PATCH_FILE, path.text))
        for field in ("kind", "name"):
            node = at(entry, "target", field)
            if node is not None:
                keys[f"targets.{number}.{field}"] = leaf(document, node)
        if selector := selector_of(at(entry, "target")):
            keys[f"targets.{number}.selector"] = leaf(document, path)._replace(text=selector)
    keys |= _images(document, at(root, "images"))
    for generator in ("configMapGenerator", "secretGenerator"):
        for entry in _items(at(root, generator)):
            for file in strings(at(entry, "files")):
                key, equals, path_text = file.text.partition("=")
                path_text = path_text if equals else key
                key = key if equals else path_text.rpartition("/")[2]
                keys[f"generators.{text_at(entry, 'name')}.{key}"] = leaf(document, file)._replace(text=path_text)
                wants.append(Want(VALUES_FILE, path_text))
    for entry in _items(at(root, "helmCharts")):
        for file in [*strings(at(entry, "valuesFile")), *strings(at(entry, "additionalValuesFiles"))]:
            keys[f"valuesFiles.{len(keys)}"] = leaf(document, file)
            wants.append(Want(VALUES_FILE, file.text))
    return Declaration(
        KUSTOMIZATION,
        document.name,
        "",
        named_span(document),
        keys,
        form=document.kind or "Kustomization",
        number=document.number,
        wants=tuple(wants),
    )


def _everything(document: Document, node: Node | None, annotations: str) -> dict[str, Leaf]:
    """What a Kustomization does to every object that goes through it."""
    keys: dict[str, Leaf] = {}
    for field in ("namespace", "namePrefix", "nameSuffix"):
        given = at(node, field)
        if given is not None:
            keys[field] = leaf(document, given)
    keys |= flatten(document, at(node, *annotations.split(".")), "annotations.", depth=0)
    for field in _OPAQUE:
        given = at(node, field)
        if given is not None:
            keys[f"opaque.{field}"] = Leaf(field, document.text.span(given.start, given.start))
    return keys


def _images(document: Document, node: Node | None) -> dict[str, Leaf]:
    return {
        f"images.{number}.{field}": leaf(document, given)
        for number, entry in enumerate(_items(node))
        for field in ("name", "newName", "newTag", "digest")
        if (given := at(entry, field)) is not None
    }


def _flux(document: Document) -> Declaration:
    """Keys: `path`, `substitute.<NAME>`, `substituteFrom.<n>`, `images.<n>.<field>`, and as `_everything` says."""
    spec = at(document.root, "spec")
    keys = _everything(document, spec, "commonMetadata.annotations")
    for key, field in (("path", "path"), ("namespace", "targetNamespace")):
        given = at(spec, field)
        if given is not None:
            keys[key] = leaf(document, given)
    keys |= _images(document, at(spec, "images"))
    components, destination = at(spec, "components"), at(spec, "kubeConfig", "secretRef", "name")
    if components is not None:
        keys["opaque.components"] = leaf(document, components)._replace(text="components")
    if destination is not None:
        keys["destination"] = leaf(document, destination)
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


def _argo(document: Document) -> Iterator[Declaration]:
    """Each directory that an Application applies, as Flux' Kustomizations are declared; and the values files named.

    What Argo CD's own Kustomize options do to the objects is not computed.
    """
    spec = at(document.root, "spec", "template", "spec") or at(document.root, "spec")
    sources = [source for source in (at(spec, "source"), *_items(at(spec, "sources"))) if source is not None]
    keys: dict[str, Leaf] = {}
    for source in sources:
        for file in strings(at(source, "helm", "valueFiles")):
            keys[f"valuesFiles.{len(keys)}"] = leaf(document, file)
        path = at(source, "path")
        if isinstance(path, Scalar) and at(source, "chart") is None:
            given = {"path": leaf(document, path)}
            destination = at(spec, "destination", "name") or at(spec, "destination", "server")
            if destination is not None:
                given["destination"] = leaf(document, destination)
            if at(source, "kustomize") is not None:
                given["opaque.kustomize"] = Leaf("kustomize", given["path"].span)
            yield Declaration(
                FLUX,
                document.name,
                document.namespace,
                named_span(document),
                given,
                form="Argo CD Application",
                number=document.number,
            )
    if keys:
        yield Declaration(
            NAMED_VALUES, document.name, document.namespace, named_span(document), keys, number=document.number
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
    directive = at(document.root, "$patch")
    if directive is not None:
        keys["$patch"] = leaf(document, directive)
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


ADAPTER = Adapter("delivery", collect, TRIGGERS)
