"""Releases of charts: which values belong to one release, laid over the chart's defaults."""

from collections.abc import Iterator, Mapping
from posixpath import basename
from typing import NamedTuple

from famlint.components import delivery
from famlint.components.adapter import REFERENCED, Chart, Release
from famlint.components.helm import DEPENDENCY, chart_version
from famlint.components.model import Component, Leaf, Value
from famlint.components.table import ADAPTER_OF
from famlint.documents.carriers import TARGET_PATH, VALUES_FROM
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.resolve.layers import Stratum, lay
from famlint.resolve.objects import holder
from famlint.resolve.patches import OF_A_RELEASE, Subject, changes
from famlint.resolve.tree import Placed, Tree, Way, beside, is_values_file
from famlint.resolve.variables import fill, nearest
from famlint.unknown import Unknown


def releases(tree: Tree, chart: Chart) -> Iterator[Component]:
    """Every release of a chart; one for each way to a cluster."""
    for group in _releases(tree, chart):
        first = group[0]
        owner = first.declaration.owner
        for way in tree.ways(first.path):
            own = [stratum for placed in group for stratum in _own(tree, chart, placed, way)]
            subject = Subject(owner.kind if owner else "", first.declaration.name, chart.kind, OF_A_RELEASE)
            above = [*_references(tree, chart, first, way), *changes(tree, subject, way)]
            yield from _component(tree, chart, group, [*own, *above], way)


def values_files(tree: Tree, chart: Chart) -> Iterator[Component]:
    """Values files by themselves: each that no other is a layer over, above those that it is a layer over.

    `values.yaml` < `values-prod.yaml` < `values-prod-eu.yaml`. Files that a release names are parts of it.
    """
    families: dict[str, list[Placed]] = {}
    named = _named_elsewhere(tree)
    for placed in tree.of(chart.kind):
        owner = placed.declaration.owner
        if (owner is None or owner.key) and not placed.declaration.patch and not _is_part(placed, named):
            families.setdefault(placed.home, []).append(placed)
    for found in (families[home] for home in sorted(families)):
        strict = [placed for placed in found if placed.declaration.form != REFERENCED]
        for placed in found if strict else ():
            layers = [*(one for one in found if _is_under(one, placed)), placed]
            if not any(_is_under(placed, one) for one in found):
                way = tree.ways(placed.path)[0]
                layers.sort(key=lambda one: len(_stem(one)))
                yield from _component(
                    tree, chart, layers, [stratum for one in layers for stratum in _own(tree, chart, one, way)], way
                )


def _stem(placed: Placed) -> str:
    owner = placed.declaration.owner
    return owner.key if owner else basename(placed.path).rpartition(".")[0]


def _is_under(one: Placed, other: Placed) -> bool:
    """Whether one file's values are the layer under another's, as their names say."""
    low, high = _stem(one), _stem(other)
    return high.startswith(low) and high[len(low) : len(low) + 1] in ("-", ".", "_") and is_values_file(one.path)


class _Elsewhere(NamedTuple):
    """Values that others name: ConfigMaps by kind and name, files by path, files by the end of their path."""

    objects: frozenset[tuple[str, str]]
    files: frozenset[str]
    endings: frozenset[str]


def _named_elsewhere(tree: Tree) -> _Elsewhere:
    objects = {
        (_text(reference, "kind") or "ConfigMap", _text(reference, "name")) for reference in tree.of(delivery.REFERENCE)
    }
    files = {
        beside(kustomization.path, leaf.text)
        for kustomization in tree.kustomizations.values()
        for key, leaf in kustomization.declaration.keys.items()
        if key.startswith(("generators.", "valuesFiles."))
    }
    endings = {
        leaf.text.removeprefix("$").partition("/")[2] if leaf.text.startswith("$") else leaf.text.lstrip("./")
        for named in tree.of(delivery.NAMED_VALUES)
        for leaf in named.declaration.keys.values()
    }
    return _Elsewhere(frozenset(objects), frozenset(files), frozenset(ending for ending in endings if ending))


def _is_part(placed: Placed, named: _Elsewhere) -> bool:
    """Whether values belong to a release that names them, so that they are none of their own."""
    owner = placed.declaration.owner
    return (
        (placed.declaration.form == REFERENCED and not is_values_file(placed.path))
        or placed.path in named.files
        or (owner is not None and (owner.kind, owner.name) in named.objects)
        or any(placed.path == ending or placed.path.endswith(f"/{ending}") for ending in named.endings)
    )


def _text(placed: Placed, key: str) -> str:
    leaf = placed.declaration.keys.get(key)
    return leaf.text if leaf else ""


def _releases(tree: Tree, chart: Chart) -> list[list[Placed]]:
    """The declarations of one release together; a HelmChartConfig joins the nearest HelmChart of its name."""
    groups: dict[tuple[str, int, str], list[Placed]] = {}
    configs = []
    for placed in tree.of(chart.kind):
        declaration = placed.declaration
        owner = declaration.owner
        if owner is None or owner.key or declaration.patch:
            continue
        if owner.kind == "HelmChartConfig":
            configs.append(placed)
        else:
            groups.setdefault((placed.path, declaration.number, f"{owner.kind} {owner.name}"), []).append(placed)
    found = list(groups.values())
    charts = {(group[0].path, group[0].declaration.number): group for group in found if _kind(group[0]) == "HelmChart"}
    for config in configs:
        near = nearest([group[0] for group in charts.values()], config.declaration.name, config.home)
        if len(near) == 1:
            charts[near[0].path, near[0].declaration.number].append(config)
        elif not near:
            found.append([config])
    return found


def _kind(placed: Placed) -> str:
    return placed.declaration.owner.kind if placed.declaration.owner else ""


def _own(tree: Tree, chart: Chart, placed: Placed, way: Way) -> Iterator[Stratum]:
    declaration = placed.declaration
    owner = declaration.owner
    if owner is not None and owner.opaque is not None:
        files = [_file(tree, chart, placed, name) for name in owner.files]
        if not files or None in files:
            yield Stratum(owner.opaque.rank, "values", {}, way, owner.opaque.name)
        for file in files if None not in files else ():
            if file is not None:
                given = file.declaration
                yield Stratum(owner.opaque.rank, f"values file {file.path}", given.keys, way, adds=given.partial)
    yield Stratum(declaration.layer.rank, declaration.layer.name, declaration.keys, way)


def _references(tree: Tree, chart: Chart, first: Placed, way: Way) -> Iterator[Stratum]:
    """`valuesFrom`, in its order."""
    for placed in tree.of(delivery.REFERENCE):
        declaration = placed.declaration
        same = placed.path == first.path and declaration.name == first.declaration.name
        if not same or "name" not in declaration.keys:
            continue
        number = int(declaration.form)
        name, target = declaration.keys["name"], declaration.keys.get("targetPath")
        key = _text(placed, "valuesKey") or "values.yaml"
        kind = _text(placed, "kind") or "ConfigMap"
        rank = TARGET_PATH if target else VALUES_FROM + min(number, 8)
        label = f"valuesFrom {kind} {name.text}"
        missing = f"{kind} {name.text} is not in the tree"
        if target is not None:
            candidates = [one for one in tree.of(delivery.VARIABLES) if one.declaration.form == kind]
            maps = nearest(candidates, name.text, way.home, declaration.namespace)
            leaf = maps[0].declaration.keys.get(key) if len(maps) == 1 else None
            yield Stratum(rank, label, {target.text: leaf or Leaf("", name.span, unknown=missing)}, way)
            continue
        values = _values_of(tree, chart, Wanted(kind, name.text, key, declaration.namespace), way)
        if values is None:
            yield Stratum(rank, label, {}, way, missing)
        else:
            yield Stratum(rank, label, values.declaration.keys, way)


def _file(tree: Tree, chart: Chart, placed: Placed, name: str) -> Placed | None:
    """The values in a file that a release names: beside it, or (`$ref/path` of Argo CD) the only one that ends so."""
    ending = name.removeprefix("$").partition("/")[2] if name.startswith("$") else ""
    path = beside(placed.path, name)
    found = [
        one
        for one in tree.of(chart.kind)
        if one.declaration.owner is None
        and (one.path == ending or one.path.endswith(f"/{ending}") if ending else one.path == path)
    ]
    return found[0] if len(found) == 1 else None


class Wanted(NamedTuple):
    """A key of a ConfigMap or Secret that holds values."""

    kind: str
    name: str
    key: str
    namespace: str


def _values_of(tree: Tree, chart: Chart, wanted: Wanted, way: Way) -> Placed | None:
    """The values in a ConfigMap or Secret, or in the file that a generator makes it of; None where it is not clear."""
    candidates = [
        placed._replace(declaration=placed.declaration._replace(name=owner.name, namespace=owner.namespace))
        for placed in tree.of(chart.kind)
        if (owner := placed.declaration.owner) and owner.key == wanted.key and owner.kind == wanted.kind
    ]
    found = nearest(candidates, wanted.name, way.home, wanted.namespace)
    if found:
        return found[0] if len(found) == 1 else None
    files = {placed.path: placed for placed in tree.of(chart.kind) if placed.declaration.owner is None}
    generated = []
    for kustomization in tree.kustomizations.values():
        made = kustomization.declaration.keys.get(f"generators.{wanted.name}.{wanted.key}")
        if made is not None and (file := files.get(beside(kustomization.path, made.text))):
            generated.append(file)
    return generated[0] if len(generated) == 1 else None


def _component(tree: Tree, chart: Chart, group: list[Placed], strata: list[Stratum], way: Way) -> Iterator[Component]:
    first = group[0]
    declaration = first.declaration
    owner = declaration.owner
    version, version_span = _chart_version(tree, chart, group, strata, way)
    given: dict[str, Leaf] = {}
    for placed in group:
        given |= placed.declaration.keys
    shared = len(tree.ways(first.path)) > 1
    place = version_span or declaration.span
    layered = lay(tree, [_defaults(chart, version, place, given, way), *strata], editable=not shared)
    named = fill(tree, owner.chart, "chart", "release", way) if owner and owner.chart else None
    rendered = chart.render(
        Release(
            named if isinstance(named, Value) else None,
            version,
            version_span,
            layered.values,
            layered.partial or declaration.partial,
            given,
        )
    )
    if not ADAPTER_OF[chart.component].counts(rendered.values):
        return
    yield Component(
        chart.component,
        declaration.name or chart.component,
        declaration.namespace,
        declaration.span,
        rendered.version,
        rendered.version_span,
        rendered.values,
        rendered.partial,
        owner.kind if owner and owner.kind else "values file",
        declaration.source,
        holder(declaration),
        bounds=rendered.bounds,
        place=way.place if not (owner and owner.destination) else way.place._replace(destination=owner.destination),
    )


def _defaults(chart: Chart, version: Version | Unknown, place: Span, given: Mapping[str, Leaf], way: Way) -> Stratum:
    """The chart's defaults as the lowest stratum. They stand nowhere: the version's place stands for them."""
    place = place._replace(literal=False)
    defaults = chart.defaults(version, given)
    keys = {path: Leaf(text, place) for path, text in defaults.texts.items()}
    keys |= {
        path: Leaf("", place, items=tuple(Leaf(text, place) for text in texts))
        for path, texts in defaults.lists.items()
    }
    keys |= {path: Leaf("", place, unknown=why) for path, why in defaults.unknown.items() if path not in keys}
    return Stratum(0, defaults.name, keys, way)


def _chart_version(
    tree: Tree, chart: Chart, group: list[Placed], strata: list[Stratum], way: Way
) -> tuple[Version | Unknown, Span | None]:
    """The chart's version: of the last patch that gives one, else of the release, else of what it refers to."""
    unknown = Unknown("chart version", "nothing names it")
    patched = [stratum.version for stratum in reversed(strata) if stratum.version is not None]
    owners = [placed.declaration.owner for placed in group if placed.declaration.owner]
    named = [leaf for owner in owners for leaf in (owner.version, owner.chart) if leaf is not None]
    for leaf in [*patched[:1], *named, *_sources(tree, chart, group[0], way)]:
        value = fill(tree, leaf, "chart version", "", way)
        version = chart_version(value.text) if isinstance(value, Value) else None
        if version is not None:
            return version, leaf.span
        if leaf is not (owners[0].chart if owners else None):
            return Unknown("chart version", f"{leaf.text!r} names no release"), None
    return unknown, None


def _sources(tree: Tree, chart: Chart, placed: Placed, way: Way) -> Iterator[Leaf]:
    """The version in the OCIRepository of a `chartRef`, or in the Chart.yaml beside a values file."""
    for reference in tree.of(delivery.REFERENCE):
        declaration = reference.declaration
        same = reference.path == placed.path and declaration.name == placed.declaration.name
        if same and declaration.form == "chart":
            for found in nearest(tree.of(delivery.CHART_SOURCE), declaration.keys["chartRef"].text, way.home)[:1]:
                if (leaf := found.declaration.keys.get("version")) is not None:
                    yield leaf
    if placed.declaration.owner is None:
        for found in tree.of(DEPENDENCY):
            if found.home == placed.home and found.declaration.name in chart.names:
                yield found.declaration.keys["version"]
