"""Releases of the kube-vip chart: which values belong to one release, laid over the chart's defaults."""

from collections.abc import Iterator
from posixpath import basename, dirname

from famlint.components import delivery, kube_vip, kube_vip_chart
from famlint.components.model import Component, Leaf, Value
from famlint.documents.carriers import TARGET_PATH, VALUES_FROM
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.resolve.layers import Stratum, lay
from famlint.resolve.patches import Subject, patches
from famlint.resolve.tree import Placed, Tree, beside
from famlint.resolve.variables import fill, nearest
from famlint.resolve.workloads import Resolved, release
from famlint.unknown import Unknown

_TOP_CARRIERS = frozenset(("HelmRelease", "HelmChart"))
"""Objects whose uncomputed parts lie over the values, not under them."""


def releases(tree: Tree) -> Iterator[Resolved]:
    """Every release of the chart, and every values file that stands for one."""
    for group in _releases(tree):
        first = group[0]
        owner = first.declaration.owner
        for chain in tree.chains(first.path):
            home = chain[-1].home if chain else first.home
            own = [stratum for placed in group for stratum in _own(placed, home)]
            subject = Subject(owner.kind if owner else "", first.declaration.name, kube_vip_chart.KIND)
            above = [*_references(tree, first, home), *patches(tree, subject, chain, home)]
            yield _component(tree, group, [*own, *above], home)


def values_files(tree: Tree) -> Iterator[Resolved]:
    """Values files by themselves. `values-prod.yaml` beside `values.yaml` is a layer over it."""
    bases: dict[str, list[Placed]] = {}
    named = {
        (_text(reference, "kind") or "ConfigMap", _text(reference, "name")) for reference in tree.of(delivery.REFERENCE)
    }
    generated = {
        beside(kustomization.path, leaf.text)
        for kustomization in tree.kustomizations.values()
        for key, leaf in kustomization.declaration.keys.items()
        if key.startswith("generators.")
    }
    for placed in tree.of(kube_vip_chart.KIND):
        owner = placed.declaration.owner
        alone = owner is None or owner.key
        if alone and not placed.declaration.patch and not _is_part(placed, named, generated):
            bases.setdefault(placed.home, []).append(placed)
    for home, found in sorted(bases.items()):
        base = [placed for placed in found if basename(placed.path) in ("values.yaml", "values.yml")]
        others = [placed for placed in found if placed not in base]
        for group in [[*base[:1], other] for other in others] or [base]:
            strata = [stratum for placed in group for stratum in _own(placed, home)]
            yield _component(tree, group, strata, home)


def _is_part(placed: Placed, named: set[tuple[str, str]], generated: set[str]) -> bool:
    """Whether values belong to a release that names them, so that they are none of their own."""
    owner = placed.declaration.owner
    return (
        placed.declaration.form == kube_vip_chart.REFERENCED
        or placed.path in generated
        or (owner is not None and (owner.kind, owner.name) in named)
    )


def _text(placed: Placed, key: str) -> str:
    leaf = placed.declaration.keys.get(key)
    return leaf.text if leaf else ""


def _releases(tree: Tree) -> list[list[Placed]]:
    """The declarations of one release together; a HelmChartConfig joins the HelmChart of its name."""
    groups: dict[tuple[str, str, str], list[Placed]] = {}
    for placed in tree.of(kube_vip_chart.KIND):
        owner = placed.declaration.owner
        if owner is None or owner.key or placed.declaration.patch:
            continue
        kind = "HelmChart" if owner.kind == "HelmChartConfig" else owner.kind
        scope = "" if kind == "HelmChart" else f"{placed.path} {placed.declaration.number}"
        groups.setdefault((kind, owner.name, scope), []).append(placed)
    found = []
    for group in groups.values():
        charts = [placed for placed in group if _kind(placed) != "HelmChartConfig"]
        paths = {(placed.path, placed.declaration.number) for placed in charts}
        if len(paths) > 1:
            found += [
                [placed for placed in charts if (placed.path, placed.declaration.number) == one]
                for one in sorted(paths)
            ]
        else:
            found.append(sorted(group, key=lambda placed: _kind(placed) == "HelmChartConfig"))
    return found


def _kind(placed: Placed) -> str:
    return placed.declaration.owner.kind if placed.declaration.owner else ""


def _own(placed: Placed, home: str) -> Iterator[Stratum]:
    declaration = placed.declaration
    if declaration.partial:
        rank = 99 if _kind(placed) in _TOP_CARRIERS else 20
        yield Stratum(rank, "values", {}, home, declaration.partial)
    yield Stratum(declaration.layer.rank, declaration.layer.name, declaration.keys, home)


def _references(tree: Tree, first: Placed, home: str) -> Iterator[Stratum]:
    """`valuesFrom`, in its order."""
    for placed in tree.of(delivery.REFERENCE):
        declaration = placed.declaration
        if placed.path != first.path or declaration.name != first.declaration.name or "name" not in declaration.keys:
            continue
        number = int(declaration.form)
        name, target = declaration.keys["name"], declaration.keys.get("targetPath")
        key = declaration.keys["valuesKey"].text if "valuesKey" in declaration.keys else "values.yaml"
        kind = declaration.keys["kind"].text if "kind" in declaration.keys else "ConfigMap"
        rank = TARGET_PATH if target else VALUES_FROM
        label = f"valuesFrom {kind} {name.text}"
        if target is not None:
            maps = nearest([m for m in tree.of(delivery.VARIABLES) if m.declaration.form == kind], name.text, home)
            leaf = maps[0].declaration.keys.get(key) if len(maps) == 1 else None
            unknown = Leaf("", name.span, unknown=f"it comes from {kind} {name.text}, which is not in the tree")
            yield Stratum(rank, label, {target.text: leaf or unknown}, home)
            continue
        values = _values_of(tree, kind, name.text, key, home)
        if values is None:
            yield Stratum(rank + min(number, 8), label, {}, home, f"{kind} {name.text} is not in the tree")
        else:
            yield Stratum(rank + min(number, 8), label, values.declaration.keys, values.home)


def _values_of(tree: Tree, kind: str, name: str, key: str, home: str) -> Placed | None:
    """The values in a ConfigMap or Secret, or in the file that a generator makes it of."""
    candidates = [
        placed
        for placed in tree.of(kube_vip_chart.KIND)
        if (owner := placed.declaration.owner) and owner.key == key and owner.kind == kind
    ]
    named = [placed for placed in candidates if placed.declaration.owner and placed.declaration.owner.name == name]
    for placed in nearest([p._replace(declaration=p.declaration._replace(name=name)) for p in named], name, home)[:1]:
        return placed
    files = {placed.path: placed for placed in tree.of(kube_vip_chart.KIND) if placed.declaration.owner is None}
    for kustomization in tree.kustomizations.values():
        made = kustomization.declaration.keys.get(f"generators.{name}.{key}")
        if made is not None and (found := files.get(beside(kustomization.path, made.text))):
            return found
    return None


def _component(tree: Tree, group: list[Placed], strata: list[Stratum], home: str) -> Resolved:
    first = group[0]
    declaration = first.declaration
    version, version_span = _chart_version(tree, group, home)
    layered = lay(tree, [_defaults(version, version_span, group, home), *strata])
    rendered, partial = kube_vip_chart.render(layered.values)
    tag = rendered.get("image.tag")
    image: Version | Unknown = Unknown("kube-vip version", "neither the chart's version nor image.tag is known")
    if isinstance(tag, Value) and tag.text:
        image = release(tag.text)
    elif isinstance(tag, Unknown):
        image = Unknown("kube-vip version", tag.reason)
    owner = declaration.owner
    return Resolved(
        Component(
            kube_vip.KIND,
            declaration.name or kube_vip_chart.CHART,
            declaration.namespace,
            declaration.span,
            image,
            tag.span if isinstance(tag, Value) else None,
            kube_vip.settings(rendered),
            layered.partial or partial,
            owner.kind if owner and owner.kind else "values file",
            declaration.source,
        ),
        home,
    )


def _defaults(version: Version | Unknown, span: Span | None, group: list[Placed], home: str) -> Stratum:
    """The chart's defaults as the lowest stratum. They stand nowhere: the version's place stands for them."""
    given: dict[str, Leaf] = {}
    for placed in group:
        given |= placed.declaration.keys
    known = kube_vip_chart.defaults(version) if isinstance(version, Version) else None
    place = (span or group[0].declaration.span)._replace(literal=False)
    name = f"default of chart kube-vip {str(version).removeprefix('v')}" if known else "chart default"
    keys = {path: Leaf(text, place) for path, text in (known or kube_vip_chart.defaults_of_any(given)).items()}
    if known is None and "env.vip_subnet" not in keys:
        for path in ("env.vip_cidr", "env.vip_subnet"):
            if path not in keys:
                keys[path] = Leaf("", place, unknown="the chart's default, and the chart's version is unknown")
    if "env" in given and not given["env"].absent:
        keys = {path: leaf for path, leaf in keys.items() if not path.startswith("env.")}
    return Stratum(0, name, keys, home)


def _chart_version(tree: Tree, group: list[Placed], home: str) -> tuple[Version | Unknown, Span | None]:
    unknown = Unknown("chart version", "nothing names it")
    for placed in group:
        owner = placed.declaration.owner
        for leaf in (owner.version, owner.chart) if owner else ():
            if leaf is not None:
                value = fill(tree, leaf, "chart version", "", home)
                version = kube_vip_chart.chart_version(value.text) if isinstance(value, Value) else None
                if version is not None:
                    return version, leaf.span
                unknown = Unknown("chart version", f"{leaf.text!r} names no release")
    source = _source(tree, group[0], home)
    if source is not None:
        version = kube_vip_chart.chart_version(source.text)
        if version is not None:
            return version, source.span
    return unknown, None


def _source(tree: Tree, placed: Placed, home: str) -> Leaf | None:
    """The version in the OCIRepository of a `chartRef`, or in the Chart.yaml beside a values file."""
    for reference in tree.of(delivery.REFERENCE):
        declaration = reference.declaration
        if (
            reference.path == placed.path
            and declaration.name == placed.declaration.name
            and declaration.form == "chart"
        ):
            for found in nearest(tree.of(delivery.CHART_SOURCE), declaration.keys["chartRef"].text, home)[:1]:
                return found.declaration.keys.get("version")
    if placed.declaration.owner is None:
        for found in tree.of(kube_vip_chart.DEPENDENCY):
            if dirname(found.path) == placed.home:
                return found.declaration.keys["version"]
    return None
