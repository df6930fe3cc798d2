"""The YAML tree: nodes as written, with positions, before anybody decides what they mean.

Nothing is resolved: `yes`, `010` and `1:2:3` are texts, and a key given twice stands twice. Offsets count
code points of the text that was parsed (`Text.content`), from 0, ends exclusive.
"""

from typing import NamedTuple, TypeAlias


class Scalar(NamedTuple):
    """A scalar. `start`/`end` cover the token with its quotes; `style` is "", "'", '"', "|" or ">".

    A key without a value has a scalar with an empty text, style "" and start == end.
    """

    text: str
    start: int
    end: int
    style: str = ""
    tag: str | None = None
    anchored: bool = False

    @property
    def is_null(self) -> bool:
        """Whether YAML readers take this for null."""
        return self.style == "" and self.tag in (None, "tag:yaml.org,2002:null") and self.text in _NULLS


_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class Sequence(NamedTuple):
    """A sequence of nodes."""

    items: "tuple[Node, ...]"
    start: int
    end: int
    tag: str | None = None
    anchored: bool = False


class Mapping(NamedTuple):
    """Pairs in the order of the text. `get` follows the readers that let the last of equal keys win."""

    pairs: "tuple[tuple[Node, Node], ...]"
    start: int
    end: int
    tag: str | None = None
    anchored: bool = False

    def get(self, key: str) -> "Node | None":
        """The value of `key`, None without one. A merge key (`<<`) is looked into last."""
        found = self.pair(key)
        return found[1] if found else None

    def pair(self, key: str) -> "tuple[Scalar, Node] | None":
        """The key node and the value of `key`, None without one."""
        merged: tuple[Scalar, Node] | None = None
        for name, value in reversed(self.pairs):
            if isinstance(name, Scalar):
                if name.text == key:
                    return name, value
                if name.text == "<<" and name.style == "":
                    merged = merged or _merged(value, key)
        return merged

    def keys(self) -> "tuple[Scalar, ...]":
        """The scalar keys as written, merge keys included."""
        return tuple(name for name, _ in self.pairs if isinstance(name, Scalar))


Node: TypeAlias = Scalar | Sequence | Mapping


def _merged(value: Node, key: str) -> "tuple[Scalar, Node] | None":
    for source in value.items if isinstance(value, Sequence) else (value,):
        if isinstance(source, Mapping) and (found := source.pair(key)):
            return found
    return None


def at(node: Node | None, *path: str | int) -> Node | None:
    """The node at a path of keys and list positions, None where the tree has no such place."""
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and -len(node.items) <= step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node


def text_at(node: Node | None, *path: str | int) -> str:
    """The text of the scalar at a path, empty where there is none or it is null."""
    found = at(node, *path)
    return found.text if isinstance(found, Scalar) and not found.is_null else ""
