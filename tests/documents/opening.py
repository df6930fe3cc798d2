"""A text as a document, and the documents inside it."""

from collections.abc import Callable

from famlint.documents.document import Document, Fault, Role, Template
from famlint.documents.embedded import DEPTH, Opening, unwrap
from famlint.documents.limits import Limits
from famlint.documents.masking import mask
from famlint.documents.text import Text, whole
from famlint.documents.tree import at
from famlint.documents.yaml import parse
from famlint.positions import Span

PATH = "a.yaml"


def document(content: str, role: Role = Role.MANIFEST) -> Document:
    """A text that is one document."""
    masked = mask(content)
    text = whole(PATH, masked.content, 0, len(content), masked.holes)
    root = parse(text.content, Limits())
    assert root is not None
    return Document(text, root, role, 0, Template())


def opened(
    content: str,
    *,
    relevant: Callable[[str], bool] = lambda _: True,
    limits: Limits | None = None,
    wanted: frozenset[tuple[str, str]] = frozenset(),
    depth: int = DEPTH,
) -> tuple[list[Document], list[Fault]]:
    """All documents of a text, outer ones first, and the faults met on the way."""
    found = list(unwrap(document(content), Opening(relevant, limits or Limits(), wanted), depth))
    return [one for one in found if isinstance(one, Document)], [one for one in found if isinstance(one, Fault)]


def value_at(one: Document, *path: str | int) -> tuple[str, Span]:
    """A value of a document and its place in the file."""
    ref = one.ref(*path)
    assert ref is not None, at(one.root, *path[:-1])
    text, _, span = ref.text.value(ref.scalar)
    return text, span


def written(content: str, span: Span) -> str:
    """The characters of the file at a place."""
    return content[span.start : span.end]


def text_of(content: str) -> Text:
    """A whole text, nothing masked."""
    return whole(PATH, content, 0, len(content), {})
