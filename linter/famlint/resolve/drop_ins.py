"""Configurations of RKE2 and k3s: config.yaml below its drop-ins, and the objects that stand for such files.

config.yaml < config.yaml.d/*.yaml in alphabetical order. A key in a later file replaces the whole value of an earlier
one; a key that ends with `+` appends to it. Source: facts/distributions.md sections 1.1 and 2.
"""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, dirname
from typing import NamedTuple

from famlint.components.model import Component, Leaf, Place, Value
from famlint.components.rke2 import AGENT, K3S, RKE2, TOUCHED, is_agent, kind_of, named_release
from famlint.components.rke2_files import FILE, FRAGMENT
from famlint.components.rke2_objects import CLUSTER, CONTROL_PLANE, RANCHER, VERSION, distribution_named
from famlint.documents.rancher_carriers import DROP_IN
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.resolve.layers import Layered, Stratum, lay
from famlint.resolve.objects import holder
from famlint.resolve.patches import Subject, changes
from famlint.resolve.tree import Placed, Tree, Way, parent
from famlint.resolve.variables import nearest
from famlint.unknown import Unknown

_LONE = "config.yaml is not among the files, and may set it"
_OF_AGENTS = frozenset(("RKE2Config", "RKE2ConfigTemplate"))
"""Objects of Cluster API's provider that people write for agents only."""
_BELOW, _OBJECT, _FILES = -1000, 0, 1
"""Ranks: the ranges of a Cluster with its patches, the object itself, the files that it writes; patches come last."""


def configs(tree: Tree) -> Iterator[Component]:
    """Every configuration of RKE2 or k3s; of objects, one for each way to a cluster."""
    groups = _groups(tree)
    for kind in (RANCHER, CONTROL_PLANE):
        for placed in tree.of(kind):
            # An object in a file that a Kustomization uses as a patch is no object of its own.
            if placed.declaration.patch or placed.path in tree.patch_files:
                continue
            files = groups.pop(_of_object(placed), [])
            for way in tree.ways(placed.path):
                yield _of_an_object(tree, placed, files, way)
    for files in groups.values():
        yield _of_files(tree, files)


class _Group(NamedTuple):
    """What the files of one configuration share: where they stand, and the object that writes them."""

    place: str
    number: int
    owner: str


def _groups(tree: Tree) -> dict[_Group, list[Placed]]:
    found: dict[_Group, list[Placed]] = {}
    for placed in tree.of(FILE):
        found.setdefault(_group(placed), []).append(placed)
    for files in found.values():
        files.sort(key=lambda one: (one.declaration.layer.rank, basename(one.declaration.layer.name), one.path))
    return found


def _group(placed: Placed) -> _Group:
    declaration = placed.declaration
    name = declaration.layer.name
    if declaration.owner is not None:
        directory = dirname(name)
        above = dirname(directory) if declaration.layer.rank == DROP_IN else directory
        # What a Secret holds has no path on a machine; its key tells it apart.
        where = f"{placed.path}:{above}:{declaration.owner.key}"
        return _Group(where, declaration.number, holder(declaration))
    home = parent(placed.home) if declaration.layer.rank == DROP_IN else placed.home
    if _is_main(placed):
        return _Group(f"{home}/config.yaml", 0, "")
    return _Group(placed.path, declaration.number, "")


def _is_main(placed: Placed) -> bool:
    """Whether a file is called as the one that drop-ins are for."""
    name = basename(placed.path).lower()
    return placed.declaration.layer.rank == DROP_IN or name.startswith(("config.yaml", "config.yml"))


def _of_object(placed: Placed) -> _Group:
    """The group of the files that an object writes on its machines."""
    declaration = placed.declaration
    return _Group(
        f"{placed.path}:/etc/rancher/rke2:",
        declaration.number,
        f"{declaration.form} {declaration.namespace}/{declaration.name}",
    )


def merged(
    files: Iterable[Placed], way: Way, below: Mapping[str, Leaf] | None = None, first: int = 0
) -> Iterator[Stratum]:
    """The layers of files in their order, `key+` as what it makes of the values before it.

    Args:
        files: in the order in which they are read.
        way: on which their placeholders are filled.
        below: the values that all of them go over.
        first: the rank of the first.
    """
    effective = dict(below or {})
    for rank, placed in enumerate(files, first):
        declaration = placed.declaration
        keys: dict[str, Leaf] = {}
        for key, written in declaration.keys.items():
            name, leaf = key.removesuffix("+"), written
            before = effective.get(name) if name != key else None
            if before is not None and not before.absent:
                leaf = _appended(before, leaf)
            effective[name] = keys[name] = leaf
        yield Stratum(rank, declaration.layer.name, keys, way, adds=declaration.partial)


def _appended(before: Leaf, after: Leaf) -> Leaf:
    """A list of the members of both; each keeps its place."""
    unknown = before.unknown or after.unknown
    return Leaf("", after.span, (), unknown, (*_members(before), *_members(after)), anchored=True)


def _members(leaf: Leaf) -> tuple[Leaf, ...]:
    return leaf.items if leaf.items is not None else (leaf,)


def _of_files(tree: Tree, files: list[Placed]) -> Component:
    first = files[0]
    way = tree.ways(first.path)[0]
    layered = lay(tree, merged(files, way))
    lone = _LONE if all(one.declaration.form == FRAGMENT for one in files) else ""
    paths = [one.declaration.layer.name for one in files]
    kind = kind_of(paths, layered.values)
    version = Unknown("version", "a configuration file names none")
    values = layered.values
    owner = first.declaration.owner
    if is_agent(paths, values) or (owner is not None and owner.kind in _OF_AGENTS):
        values = _as_agent(values, first.declaration.span)
    home = parent(first.home) if owner is None and lone else way.home
    return _component(
        first,
        kind,
        Layered(values, layered.partial or lone),
        (version, None),
        way.place._replace(home=home),
    )


def _of_an_object(tree: Tree, placed: Placed, files: list[Placed], way: Way) -> Component:
    declaration = placed.declaration
    subject = Subject(declaration.form, declaration.name, declaration.kind, TOUCHED[declaration.kind])
    strata = list(_ranges(tree, placed, way)) if declaration.kind == CONTROL_PLANE else []
    strata.append(Stratum(_OBJECT, "manifest", declaration.keys, way, adds=declaration.partial))
    below = {key: leaf for stratum in strata for key, leaf in stratum.keys.items()}
    strata += [*merged(files, way, below, _FILES), *changes(tree, subject, way)]
    layered = lay(tree, strata, editable=len(tree.ways(placed.path)) == 1)
    version, span = named_release(layered.values)
    kind = RKE2 if declaration.kind == CONTROL_PLANE else _of_rancher(layered)
    values = {key: value for key, value in layered.values.items() if key != VERSION}
    return _component(placed, kind, Layered(values, layered.partial), (version, span), way.place)


def _of_rancher(layered: Layered) -> str:
    """Rancher says by the release which of the two it installs."""
    text = layered.values.get(VERSION)
    named = distribution_named(text.text) if isinstance(text, Value) else ""
    return {"RKE2": RKE2, "k3s": K3S}.get(named) or kind_of((), layered.values)


def _ranges(tree: Tree, placed: Placed, way: Way) -> Iterator[Stratum]:
    """The ranges that the one Cluster which refers to a control plane gives it. Without it they are unknown."""
    declaration = placed.declaration
    clusters = [
        one._replace(declaration=one.declaration._replace(name=named.text))
        for one in tree.of(CLUSTER)
        if not one.declaration.patch and (named := one.declaration.keys.get("@control-plane")) is not None
    ]
    beside = [one for one in clusters if one.path == placed.path]
    found = nearest(beside, declaration.name, way.home, declaration.namespace) or nearest(
        clusters, declaration.name, way.home, declaration.namespace
    )
    if len(found) != 1:
        why = "several Clusters refer to the control plane" if found else "no Cluster here refers to the control plane"
        unknown = Leaf("", declaration.span, unknown=why)
        yield Stratum(_BELOW, "Cluster", {"cluster-cidr": unknown, "service-cidr": unknown}, way)
        return
    cluster = next(one.declaration for one in tree.of(CLUSTER) if one.declaration.span == found[0].declaration.span)
    subject = Subject(cluster.form, cluster.name, CLUSTER, TOUCHED[CLUSTER])
    for stratum in (Stratum(0, "Cluster", cluster.keys, way, adds=cluster.partial), *changes(tree, subject, way)):
        keys = {key: leaf for key, leaf in stratum.keys.items() if not key.startswith("@")}
        yield stratum._replace(rank=_BELOW + stratum.rank, keys=keys)


def _as_agent(values: dict[str, Value | Unknown], span: Span) -> dict[str, Value | Unknown]:
    return {**values, AGENT: Value("true", span._replace(literal=False), "path", editable=False)}


def _component(
    placed: Placed, kind: str, layered: Layered, version: tuple[Version | Unknown, Span | None], place: Place
) -> Component:
    declaration = placed.declaration
    return Component(
        kind,
        declaration.name,
        declaration.namespace,
        declaration.span,
        *version,
        layered.values,
        layered.partial,
        declaration.form,
        declaration.source,
        holder(declaration),
        declaration.branch,
        place=place,
    )
