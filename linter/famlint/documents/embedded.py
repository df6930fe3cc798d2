"""Documents inside documents: one mechanism that opens strings and subtrees, to any depth."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from famlint.documents.carriers import Carried, carried
from famlint.documents.document import Carrier, Document, Fault, Role, Template, branches, gaps
from famlint.documents.limits import LimitExceeded, Limits
from famlint.documents.masking import mask, unmask
from famlint.documents.rancher_carriers import written_files
from famlint.documents.scalars import Segment
from famlint.documents.splitting import split
from famlint.documents.text import Text
from famlint.documents.tree import Mapping, Node, Scalar, Sequence
from famlint.documents.yaml import NotYaml, parse

DEPTH = 8
"""How deep documents are followed into each other; configuration in the wild has three levels."""


class Opening(NamedTuple):
    """What decides whether a string is opened: `relevant` says whether a text could matter.

    `wanted` are objects, as (kind, name), whose files some other object reads whatever is in them.
    """

    relevant: Callable[[str], bool]
    limits: Limits
    wanted: frozenset[tuple[str, str]] = frozenset()


def unwrap(document: Document, opening: Opening, depth: int = DEPTH) -> Iterator[Document | Fault]:
    """The document and all that it holds, outer ones first.

    Strings of known carriers are opened and must be YAML; any other string of several lines, or that looks
    like JSON, is opened where its text is relevant and is taken for a document only if it parses to one.
    """
    yield document
    if depth == 0:
        return
    opened: set[int] = set()
    for part in (*carried(document), *written_files(document)):
        opened.add(part.node.start)
        for inner in _open(document, part, opening):
            if isinstance(inner, Fault):
                yield inner
            else:
                yield from unwrap(inner, opening, depth - 1)
    if document.role is Role.VALUES and document.carrier and document.carrier.chart:
        opened.add(document.root.start)
    if document.kind == "CustomResourceDefinition":
        return
    for scalar in _strings(document.root):
        if scalar.start in opened or not opening.relevant(scalar.text):
            continue
        for inner in _texts(document, document.text.inside(scalar), opening):
            if isinstance(inner, Document) and isinstance(inner.root, Mapping) and inner.kind:
                holder = Carrier(document.kind, document.name, document.namespace)
                yield from unwrap(inner._replace(role=Role.MANIFEST, carrier=holder), opening, depth - 1)


def _open(document: Document, part: Carried, opening: Opening) -> Iterator[Document | Fault]:
    if not isinstance(part.node, Scalar):
        yield document.child(part.node, part.role, part.carrier)
        return
    text: Text | None = document.text.inside(part.node)
    if part.encoded:
        text = _decoded(document.text, part.node)
    if text is None:
        return
    if part.carrier.key and not _wanted(part, text.content, opening):
        return
    for inner in _texts(document, text, opening):
        if isinstance(inner, Document):
            named = (part.carrier.kind, part.carrier.name) in opening.wanted and part.carrier.key
            yield inner._replace(role=Role.VALUES if named and not inner.kind else part.role, carrier=part.carrier)
        elif not part.carrier.key:
            yield inner


def _wanted(part: Carried, content: str, opening: Opening) -> bool:
    """Whether a key of a ConfigMap or Secret is a file that matters."""
    named = (part.carrier.kind, part.carrier.name) in opening.wanted
    return _looks_like_a_file(content) and (named or opening.relevant(content))


def _looks_like_a_file(text: str) -> bool:
    return "\n" in text or text.lstrip()[:1] in ("{", "[")


def _decoded(text: Text, scalar: Scalar) -> Text | None:
    """The text behind base64; None where it is no text (or a placeholder)."""
    import binascii

    try:
        content = binascii.a2b_base64(scalar.text.encode("ascii"), strict_mode=False).decode("utf-8")
    except (ValueError, UnicodeError):
        return None
    masked = mask(content)
    return text.opaque(scalar, masked.content, masked.holes)


def _texts(document: Document, text: Text, opening: Opening) -> Iterator[Document | Fault]:
    """The documents of a string. A broken one ends the string: its rest cannot be trusted."""
    text, template = _masked_again(text, document.template)
    for start, end in split(text.content):
        piece = _cut(text, start, end)
        try:
            root = parse(piece.content, opening.limits)
        except NotYaml as error:
            offset = min(error.offset, max(len(piece.content) - 1, 0))
            yield Fault("unparsable", piece.span(offset, offset + 1), error.reason, bool(text.holes))
            return
        except LimitExceeded as error:
            yield Fault("limit", piece.span(0, 1), str(error))
            return
        if root is not None:
            yield document._replace(
                text=piece,
                root=root,
                template=template,
                branches=branches(piece, root, template),
                gaps=gaps(piece, root, template),
            )


def _masked_again(text: Text, template: Template) -> tuple[Text, Template]:
    """A string masked as the YAML that it is.

    Outside, its lines were text: a tag on a line of its own was a part of it. Inside, it stands for keys or items.
    """
    original, places = unmask(text.content, text.holes)
    if not places or len(original) != len(text.content):
        return text, template
    masked = mask(original)
    inserted = (text.span(point, point).start for point in masked.insertions)
    return (
        text._replace(content=masked.content, holes=masked.holes),
        template._replace(insertions=tuple(sorted({*template.insertions, *inserted}))),
    )


def _cut(text: Text, start: int, end: int) -> Text:
    """Part of a text as a text of its own."""
    if start == 0 and end == len(text.content):
        return text
    if not text.literal:
        span = text.span(start, end)
        pieces: tuple[Segment, ...] = (Segment(0, end - start, span.start, span.end - span.start),)
    else:
        pieces = tuple(
            piece._replace(inner=piece.inner - start)
            for piece in text.pieces
            if start < piece.inner + piece.inner_length and piece.inner < end
        )
    return text._replace(content=text.content[start:end], pieces=pieces)


def _strings(root: Node) -> Iterator[Scalar]:
    """Every scalar that could hold a document, once, without recursion."""
    stack: list[Node] = [root]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            if len(node.text) > 8 and _looks_like_a_file(node.text):
                yield node
        elif id(node) not in seen:
            seen.add(id(node))
            if isinstance(node, Sequence):
                stack.extend(reversed(node.items))
            else:
                stack.extend(value for _, value in reversed(node.pairs))
