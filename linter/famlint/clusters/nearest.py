"""Nearest unique: which one of a kind belongs to a component, as the design describes it.

It is the only one in the smallest directory that encloses the component and holds any of the kind. Families and
ranges are never compared in order to group.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from famlint.clusters.places import may_belong, scope, upwards
from famlint.components.model import Component
from famlint.unknown import Unknown


class Index(NamedTuple):
    """Components of one kind by file and by (scope, directory), so that no pair of components is compared.

    `noun` is how people call one of them; `others` are the directories that leave a relation open.
    """

    noun: str
    files: dict[str, list[Component]]
    below: dict[tuple[str, str], list[Component]]
    others: frozenset[tuple[str, str]] = frozenset()


def index(noun: str, components: Iterable[Component], others: Iterable[str] = ()) -> Index:
    """Components by what lies around them."""
    made = Index(noun, {}, {}, frozenset((scope(other), above) for other in others for above in upwards(other)))
    for component in components:
        made.files.setdefault(component.span.path, []).append(component)
        home = component.place.home
        for directory in upwards(home):
            made.below.setdefault((scope(home), directory), []).append(component)
    return made


def nearest(
    component: Component, around: Index, identity: Callable[[Component], str]
) -> tuple[tuple[Component, ...], str]:
    """Those of the index that a component belongs to (several where they are replicas of one), and why.

    Nothing where there is none. Raises Unknown where several are equally near.
    """
    path, mine = component.span.path, scope(component.place.home)
    stream = [one for one in around.files.get(path, ()) if may_belong(component, one)]
    if stream:
        return _one(stream, f"both stand in {path}", around.noun, identity)
    for directory in upwards(component.place.home):
        if (mine, directory) in around.others:
            raise Unknown(around.noun, f"{directory or 'the tree'} also holds pools of another load balancer")
        inside = [one for one in around.below.get((mine, directory), ()) if may_belong(component, one)]
        if inside:
            where = f"{directory}/" if directory else "the tree"
            return _one(inside, f"the only {around.noun} in {where}", around.noun, identity)
    return (), ""


def _one(
    found: list[Component], why: str, noun: str, identity: Callable[[Component], str]
) -> tuple[tuple[Component, ...], str]:
    first = found[0]
    same = identity(first)
    if all((same and identity(one) == same) or _same_object(one, first) for one in found[1:]):
        return tuple(found), why
    names = ", ".join(sorted(where(one) for one in found[:3]))
    raise Unknown(noun, f"{len(found)} {noun} are equally near ({names})")


def _same_object(one: Component, other: Component) -> bool:
    """Whether two components are one object, or two ways of it to the same directory."""
    return one.span == other.span and one.place.home == other.place.home


def where(component: Component) -> str:
    """A component and its file, for people."""
    return f"{component.title} ({component.span.path})"
