"""Flux' post-build substitution: which variables hold for a file, and leaves with their holes filled.

A Flux Kustomization substitutes in everything below its `path`; `substitute` goes over `substituteFrom`, where
later entries go over earlier ones (fluxcd/kustomize-controller, docs/spec/v1/kustomizations.md). A default
written into a placeholder is never taken for the value.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from famlint.components import delivery
from famlint.components.model import Leaf, Value
from famlint.resolve.tree import Placed, Tree, Way, encloses, parent
from famlint.unknown import Unknown

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?[-=][^{}]*)?\}\Z")


class Source(NamedTuple):
    """Where a variable's value stands."""

    leaf: Leaf
    label: str


def lookup(tree: Tree, name: str, way: Way) -> Source | Unknown:
    """The value of a variable for what goes a way.

    Patches of an outer Kustomization may give `substituteFrom` to the inner ones, so every one on the way counts.
    Two different values leave the variable unknown.
    """
    found: dict[str, Source] = {}
    covered = way.appliers
    files = {placed.path for placed in covered}
    for placed in tree.of(delivery.FLUX):
        if placed in covered or (placed.declaration.patch and placed.path in files):
            for source in _sources(tree, placed, name):
                if source.leaf.holes:
                    return Unknown(name, f"its value is a placeholder: {source.leaf.text}")
                found.setdefault(source.leaf.text, source)
    if not found:
        why = "no ConfigMap of the tree sets it" if covered else "no Flux Kustomization of the tree covers the file"
        return Unknown(name, why)
    if len(found) > 1:
        return Unknown(name, "two ConfigMaps give it different values")
    return next(iter(found.values()))


def _sources(tree: Tree, placed: Placed, name: str) -> list[Source]:
    keys = placed.declaration.keys
    if given := keys.get(f"substitute.{name}"):
        return [Source(given, f"{name} is set here")]
    found: list[Source] = []
    for key, reference in keys.items():
        if key.startswith("substituteFrom."):
            maps = nearest(tree.of(delivery.VARIABLES), reference.text, placed.home)
            found = [
                Source(m.declaration.keys[name], f"{name} is set here") for m in maps if name in m.declaration.keys
            ] or found
    return found


def nearest(candidates: Iterable[Placed], name: str, home: str, namespace: str = "") -> list[Placed]:
    """Those of a name in the smallest directory that encloses `home` and holds one (or lies beside it).

    One that names another namespace than the given one does not count.
    """
    named = [
        placed
        for placed in candidates
        if placed.declaration.name == name and namespace in ("", placed.declaration.namespace or namespace)
    ]
    directory = home
    while True:
        inside = [placed for placed in named if encloses(directory, placed.path)]
        if inside or not directory:
            return inside
        directory = parent(directory)


def fill(tree: Tree, leaf: Leaf, fact: str, layer: str, way: Way) -> Value | Unknown:
    """A leaf as an effective value: its placeholders filled from the tree, or unknown with the reason."""
    if leaf.unknown:
        return Unknown(fact, leaf.unknown)
    editable = leaf.span.literal and not leaf.anchored
    if leaf.items is not None:
        items = [fill(tree, item, fact, layer, way) for item in leaf.items]
        for item in items:
            if isinstance(item, Unknown):
                return Unknown(fact, f"a member is unknown: {item.reason}")
        return Value("", leaf.span, layer, (), editable, tuple(item for item in items if isinstance(item, Value)))
    if not leaf.holes:
        return Value(leaf.text, leaf.span, layer, (), editable)
    text, via, last = "", [], 0
    for start, end in leaf.holes:
        hole = leaf.text[start:end]
        match = _VARIABLE.match(hole)
        source = lookup(tree, match[1], way) if match else None
        if not isinstance(source, Source):
            why = f" ({source.reason})" if source else ""
            return Unknown(fact, f"a placeholder: {hole}{why}")
        text += leaf.text[last:start] + source.leaf.text
        via.append((source.leaf.span, source.label))
        last = end
    span = leaf.span._replace(literal=False)
    return Value(text + leaf.text[last:], span, layer, tuple(via), editable=False)
