"""Keys that miss their name or their place: what a schema knows under another spelling or at another path.

Our schemas hold what concerns the network, not every key of a program. So an unknown key is no fault by itself: it is
one where it says in another way what a key marked `"network": true` says.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from famlint.documents.tree import Mapping as Pairs
from famlint.documents.tree import Node, Scalar

_SHORTEST = 6
"""Names under this many letters are too alike for a guess by one letter."""

Schema = Mapping[str, object]


class Misnamed(NamedTuple):
    """A key that is not known at its place. `path` is where it stands, `instead` where it belongs: several paths where
    it is not clear. `moved`: the name is right and the place is wrong.
    """

    key: Scalar
    path: str
    instead: tuple[str, ...]
    moved: bool


def misnamed(schema: Schema, root: Node) -> Iterator[Misnamed]:
    """The keys of a tree that miss a network key of the schema, in the order of the text."""
    places: dict[str, list[str]] = {}
    for path in _network_keys(schema, schema, ""):
        places.setdefault(_normal(path.rpartition(".")[2]), []).append(path)
    yield from _in(schema, schema, root, "", places)


def _in(schema: Schema, whole: Schema, node: Node, path: str, places: Mapping[str, list[str]]) -> Iterator[Misnamed]:
    properties = _properties(schema, whole)
    if not isinstance(node, Pairs) or properties is None:
        return
    for key, value in node.pairs:
        if not isinstance(key, Scalar) or (key.text == "<<" and not key.style):
            continue
        here = f"{path}{key.text}"
        # RKE2 and k3s append the value of a key with a plus.
        inner = properties.get(key.text.removesuffix("+"))
        if inner is not None:
            yield from _in(inner, whole, value, f"{here}.", places)
        elif near := _misspelt(key.text, properties):
            yield Misnamed(key, here, (f"{path}{near}",), moved=False)
        elif elsewhere := places.get(_normal(key.text)):
            yield Misnamed(key, here, tuple(elsewhere), moved=True)


def _misspelt(name: str, properties: Mapping[str, Schema]) -> str:
    """The network key beside it that a name means, empty where there is none."""
    network = [known for known, inner in properties.items() if inner.get("network")]
    same = [known for known in network if _normal(known) == _normal(name)]
    close = [known for known in network if len(known) >= _SHORTEST and _one_letter_apart(_normal(known), _normal(name))]
    return next(iter(same or close), "")


def _normal(name: str) -> str:
    return name.replace("-", "").replace("_", "").removesuffix("+").lower()


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter changed, dropped, added or swapped with its neighbour makes one text the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        swapped = one[start + 1 : start + 2] + one[start : start + 1]
        return one[start + 1 :] == other[start + 1 :] or one[:start] + swapped + one[start + 2 :] == other
    short, long = sorted((one, other), key=len)
    return short[start:] == long[start + 1 :]


def _network_keys(schema: Schema, whole: Schema, path: str) -> Iterator[str]:
    for name, inner in (_properties(schema, whole) or {}).items():
        if inner.get("network"):
            yield f"{path}{name}"
        yield from _network_keys(inner, whole, f"{path}{name}.")


def _properties(schema: Schema, whole: Schema) -> Mapping[str, Schema] | None:
    """The properties of an object's schema, None where it does not say which keys there are."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        definitions = whole.get("$defs")
        found = definitions.get(reference.rpartition("/")[2]) if isinstance(definitions, Mapping) else None
        return _properties(found, whole) if isinstance(found, Mapping) else None
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return None
    return {str(name): inner for name, inner in properties.items() if isinstance(inner, Mapping)}
