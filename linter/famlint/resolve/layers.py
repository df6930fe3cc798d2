"""Layers of values, laid over each other in the order of their ranks."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from famlint.components.model import Leaf, Value
from famlint.resolve.tree import Tree, Way
from famlint.resolve.variables import fill
from famlint.unknown import Unknown

_SECTIONS = frozenset(("annotations", "env", "flag", "labels", "metadata", "spec"))


class Stratum(NamedTuple):
    """One source of values, whose placeholders the variables on `way` fill.

    `opaque` is the reason why it could set anything, `adds` the reason why it could add settings that nobody else
    names; both are empty where `keys` is all of it. `version` is another release of the chart.
    """

    rank: int
    name: str
    keys: Mapping[str, Leaf]
    way: Way
    opaque: str = ""
    adds: str = ""
    version: Leaf | None = None


class Layered(NamedTuple):
    """Effective values, and the reason why a missing key proves nothing."""

    values: dict[str, Value | Unknown]
    partial: str


def fact_of(key: str) -> str:
    """How people call the fact behind a key: without the section that adapters put before it."""
    section, _, rest = key.partition(".")
    return rest if rest and section in _SECTIONS else key


def lay(tree: Tree, strata: Iterable[Stratum], *, editable: bool = True) -> Layered:
    """The effective values of strata in ascending rank; of equal ranks the later one wins.

    A null removes what lower layers set at its path and below. An opaque stratum makes unknown all that lies
    under it.
    """
    values: dict[str, Value | Unknown] = {}
    partial = ""
    for stratum in sorted(strata, key=lambda stratum: stratum.rank):
        partial = stratum.adds or partial
        if stratum.opaque:
            partial = stratum.opaque
            values = {key: Unknown(fact_of(key), stratum.opaque) for key in values}
        lower = tuple(values)
        for key, leaf in stratum.keys.items():
            if leaf.absent:
                for old in (old for old in lower if old == key or old.startswith(f"{key}.")):
                    values.pop(old, None)
                continue
            value = fill(tree, leaf, fact_of(key), stratum.name, stratum.way)
            if isinstance(value, Value) and not editable:
                value = value._replace(editable=False)
            values[key] = value
    return Layered(values, partial)
