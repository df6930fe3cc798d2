"""Nearest unique: which one of a kind belongs to a component, as the design describes it.

It is the only one in the smallest directory that encloses the component and holds any of the kind. Families and
ranges are never compared in order to group.
"""

from collections.abc import Callable, Iterable
from posixpath import dirname
from typing import NamedTuple

from famlint.clusters.places import may_belong, scope, upwards
from famlint.components.model import Component
from famlint.unknown import Unknown


class Index(NamedTuple):
    """Components of one kind by file and by (scope, directory), so that no pair of components is compared.

    `noun` is how people call one of them; `others` are the directories, and `other_files` the files, that leave a
    relation open.
    """

    noun: str
    files: dict[str, list[Component]]
    below: dict[tuple[str, str], list[Component]]
    others: frozenset[tuple[str, str]] = frozenset()
    other_files: frozenset[str] = frozenset()


def index(noun: str, components: Iterable[Component], others: Iterable[str] = ()) -> Index:
    """Components by what lies around them. `others` are files with pools of another load balancer."""
    files = frozenset(others)
    homes = {dirname(file) for file in files}
    made = Index(noun, {}, {}, frozenset((scope(home), above) for home in homes for above in upwards(home)), files)
    for component in components:
        made.files.setdefault(component.span.path, []).append(component)
        home = component.place.home
        for directory in upwards(home):
            made.below.setdefault((scope(home), directory), []).append(component)
    return made


class Candidates(NamedTuple):
    """Those that a component may belong to, all equally near, and where they stand, for people."""

    found: tuple[Component, ...]
    where: str


def candidates(component: Component, around: Index) -> Candidates:
    """All of the index that are as near as the nearest one; none where there is none.

    Raises Unknown where something else leaves the relation open.
    """
    path, mine = component.span.path, scope(component.place.home)
    stream = tuple(one for one in around.files.get(path, ()) if may_belong(component, one))
    if stream and path in around.other_files:
        raise Unknown(around.noun, f"{path} also holds pools of another load balancer")
    if stream:
        return Candidates(stream, "")
    for directory in upwards(component.place.home):
        if (mine, directory) in around.others:
            raise Unknown(around.noun, f"{directory or 'the tree'} also holds pools of another load balancer")
        inside = tuple(one for one in around.below.get((mine, directory), ()) if may_belong(component, one))
        if inside:
            return Candidates(inside, f"{directory}/" if directory else "the tree")
    return Candidates((), "")


def nearest(
    component: Component, around: Index, identity: Callable[[Component], str]
) -> tuple[tuple[Component, ...], str]:
    """Those of the index that a component belongs to (several where they are replicas of one), and why.

    Nothing where there is none. Raises Unknown where several are equally near.
    """
    found, place = candidates(component, around)
    if any(_key(one, identity) != _key(found[0], identity) for one in found[1:]):
        names = ", ".join(sorted(where(one) for one in found[:3]))
        raise Unknown(around.noun, f"{len(found)} {around.noun} are equally near ({names})")
    return found, why(component, around.noun, place) if found else ""


def why(component: Component, noun: str, place: str) -> str:
    """Why a component and the only candidate are thought to belong together."""
    return f"the only {noun} in {place}" if place else f"both stand in {component.span.path}"


def distinct(found: Iterable[Component], identity: Callable[[Component], str]) -> tuple[Component, ...]:
    """The first of each: replicas are one, and so are two ways of an object to the same directory."""
    kept: dict[tuple[object, ...], Component] = {}
    for one in found:
        kept.setdefault(_key(one, identity), one)
    return tuple(kept.values())


def _key(one: Component, identity: Callable[[Component], str]) -> tuple[object, ...]:
    same = identity(one)
    return (same,) if same else (one.span, one.place.home)


def where(component: Component) -> str:
    """A component and its file, for people."""
    return f"{component.title} ({component.span.path})"
