"""What Kustomizations change of an object on its way: patches, annotations, names, namespaces.

Strategic merges of what an adapter understands are computed; so are JSON patches on Helm values. Anything else
that can touch the object's settings makes them unknown: nothing is guessed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.components import delivery
from famlint.components.declaration import NO_BASE, Declaration
from famlint.components.model import Leaf
from famlint.components.table import CHART_KINDS
from famlint.documents.document import Target
from famlint.resolve.layers import Stratum
from famlint.resolve.tree import Placed, Tree, Way, beside

_RANK = 100
OF_A_RELEASE = ("/spec/values/", "/spec/valuesFrom/", "/spec/chart/", "/spec/valuesContent/")
"""Where the settings of a release of a chart lie, as JSON pointers."""
_OF_A_CONTAINER = frozenset(("env", "envFrom", "args", "command", "image"))


class Subject(NamedTuple):
    """What a patch may apply to: an object's kind and name, and what adapters know of its settings.

    `declared` is the kind of its declarations; the rest is as in `Adapter`.
    """

    kind: str
    name: str
    declared: str
    touched: tuple[str, ...]
    metadata: bool = False
    settable: tuple[tuple[str, str], ...] = ()


def changes(tree: Tree, subject: Subject, way: Way) -> Iterator[Stratum]:
    """The strata that the Kustomizations on a way add, innermost first."""
    names = {subject.name}
    name = subject.name
    for number, owner in enumerate(way.owners):
        rank = _RANK + number
        keys = owner.declaration.keys
        for key, leaf in keys.items():
            if key.startswith("opaque."):
                yield Stratum(rank, "Kustomization", {}, way, f"{leaf.text} of {owner.path} may change it")
        for placed, target in _patches(tree, owner):
            if _reaches(placed.declaration, target, subject.kind, names):
                for stratum in _stratum(placed, subject, rank, way):
                    selects = target is not None and target.selector
                    why = f"a patch of {owner.path} selects by more than kind and name"
                    yield stratum._replace(keys={}, opaque=why) if selects else stratum
        if subject.metadata:
            given = {key: leaf for key, leaf in keys.items() if key.startswith("annotations.")}
            given |= {"metadata.namespace": keys["namespace"]} if "namespace" in keys else {}
            yield Stratum(rank, "Kustomization", given, way)
        name = f"{_text(keys.get('namePrefix'))}{name}{_text(keys.get('nameSuffix'))}"
        names.add(name)


def _text(leaf: Leaf | None) -> str:
    return leaf.text if leaf else ""


def _patches(tree: Tree, owner: Placed) -> Iterator[tuple[Placed, Target | None]]:
    """The patches of a Kustomization with the targets that it gives them: inline ones, then those in files."""
    for placed in tree.patches.get(owner.path, ()):
        if placed.declaration.patch:
            yield placed, placed.declaration.owner.target if placed.declaration.owner else None
    for key, leaf in owner.declaration.keys.items():
        field, _, number = key.partition(".")
        if field == "patches":
            parts = [_text(owner.declaration.keys.get(f"targets.{number}.{part}")) for part in Target._fields]
            target = Target(*parts) if any(parts) else None
            for placed in tree.patches.get(beside(owner.path, leaf.text), ()):
                yield placed, target


def _reaches(declaration: Declaration, target: Target | None, kind: str, names: set[str]) -> bool:
    """Whether a patch can apply to an object. Names in targets are patterns; what is no plain name may match."""
    if target is not None and any(target):
        pattern = any(mark in target.name for mark in "*.[](|?+^$")
        return target.kind in ("", kind) and (pattern or target.name in ("", *names))
    own = declaration.form
    if declaration.kind in CHART_KINDS:
        own = declaration.owner.kind if declaration.owner else ""
    if own == "JSON patch":
        return True
    return own == kind and (declaration.name == "" or declaration.name.partition("/")[0] in names)


def _stratum(placed: Placed, subject: Subject, rank: int, way: Way) -> Iterator[Stratum]:
    declaration = placed.declaration
    if declaration.kind == subject.declared:
        adds = "" if declaration.partial == NO_BASE else declaration.partial
        version = declaration.owner.version if declaration.owner else None
        yield Stratum(rank, "patch", declaration.keys, way, adds=adds, version=version)
    elif declaration.kind == delivery.PATCH and declaration.form == "JSON patch":
        yield from _json(declaration, subject, rank, way)
    elif declaration.kind == delivery.PATCH and "$patch" in declaration.keys:
        yield Stratum(rank, "patch", {}, way, f"a patch in {placed.path} deletes or replaces it")


def _setting(pointer: str, subject: Subject) -> str:
    """The key of the setting that a pointer names, empty where it names more or less than one."""
    values = pointer.removeprefix("/spec/values/")
    if values != pointer and subject.declared in CHART_KINDS:
        return _unescaped(values.replace("/", "."))
    for above, section in subject.settable:
        name = pointer.removeprefix(above)
        if name != pointer and name and "/" not in name:
            return section + _unescaped(name)
    return ""


def _unescaped(pointer: str) -> str:
    return pointer.replace("~1", "/").replace("~0", "~")


def _touches(pointer: str, places: tuple[str, ...]) -> bool:
    """Whether a pointer lies at, below or above a setting."""
    if "/containers/" in pointer:
        field = pointer.partition("/containers/")[2].split("/")[1:2]
        return not field or not field[0] or field[0] in _OF_A_CONTAINER
    return any(pointer.startswith(place) or place.startswith(pointer) for place in places)


def _json(declaration: Declaration, subject: Subject, rank: int, way: Way) -> Iterator[Stratum]:
    """A JSON patch: values of Helm are set, anything else that lies at or above a setting makes all unknown."""
    keys: dict[str, Leaf] = {}
    for key, path in declaration.keys.items():
        number, _, field = key.partition(".")
        pointer = f"{path.text.rstrip('/')}/"
        if field != "path" or not _touches(pointer, subject.touched):
            continue
        op, value = declaration.keys.get(f"{number}.op"), declaration.keys.get(f"{number}.value")
        plain = value is not None and value.items is None and not value.unknown
        dotted = _setting(path.text, subject)
        if dotted and op is not None and (plain or op.text == "remove"):
            keys[dotted] = Leaf("", path.span, absent=True) if op.text == "remove" or value is None else value
        else:
            yield Stratum(rank, "patch", {}, way, "a JSON patch changes it")
    if keys:
        yield Stratum(rank, "patch", keys, way)
