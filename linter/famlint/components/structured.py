"""Structured configuration against the schema of its reader: keys and values that do not fit, each at its place."""

from collections.abc import Callable, Iterator
from functools import cache

from famlint.documents.document import Document
from famlint.documents.text import extent
from famlint.documents.tree import Node, Scalar, Sequence
from famlint.inputs import Misshapen
from famlint.misnaming import Misnamed, Schema, misnamed
from famlint.positions import Span


def misshapen(document: Document, root: Node, name: str) -> tuple[Misshapen, ...]:
    """What does not fit the schema of a name in a part of a document.

    Placeholders fit everything: what they stand for is not known.
    """
    schema, check = _schema(name)
    effect, refused = str(schema.get("unknown", "")), schema.get("refused") is not False
    found = [_of_key(document, one, effect, refused=refused) for one in misnamed(schema, root)]
    found += [
        Misshapen("value", _place(document, node), text, _joined(document, node, text))
        for node, text in check(root)
        if not _has_hole(document, node)
    ]
    return tuple(sorted(found, key=lambda one: one.span))


@cache
def _schema(name: str) -> tuple[Schema, Callable[[Node], Iterator[tuple[Node, str]]]]:
    from famlint.shapes import checker
    from famlint_schemas import load

    schema = load(name)
    check = checker(schema)

    def pairs(root: Node) -> Iterator[tuple[Node, str]]:
        return ((violation.node, violation.message) for violation in check(root))

    return schema, pairs


def _of_key(document: Document, one: Misnamed, effect: str, *, refused: bool) -> Misshapen:
    places = " or ".join(one.instead)
    if one.moved:
        message = f'"{one.path}" is not read: {one.key.text} belongs at {places}'
        return Misshapen("misplaced", _span(document, one.key), message, "", effect, refused)
    name = one.instead[0].rpartition(".")[2]
    message = f'"{one.path}" is no key: did you mean "{name}"?'
    return Misshapen("misspelt", _span(document, one.key), message, name, effect, refused)


def _joined(document: Document, node: Node, said: str) -> str:
    """The comma list that a YAML list should have been, where a text is expected; empty otherwise."""
    items = node.items if isinstance(node, Sequence) and "a text is expected" in said else ()
    texts = [document.text.value(item)[0] for item in items if isinstance(item, Scalar)]
    return f'"{",".join(texts)}"' if texts and len(texts) == len(items) else ""


def _place(document: Document, node: Node) -> Span:
    return _span(document, node) if isinstance(node, Scalar) else extent(document.text, node)


def _span(document: Document, node: Scalar) -> Span:
    return document.text.value(node)[2]


def _has_hole(document: Document, node: Node) -> bool:
    if isinstance(node, Scalar):
        return bool(document.text.value(node)[1]) or document.conditional(node)
    return document.open(node)
