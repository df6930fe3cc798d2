"""What one file says: its declarations, its faults, its suppressions, and what it wants from elsewhere.

A pure function of the file's text, its path and the adapters, so that it can be computed in any process and
be cached.
"""

import re
from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple

from famlint.components import delivery
from famlint.components.declaration import Declaration, Want
from famlint.components.table import COLLECTORS, TRIGGERS
from famlint.directives import Annotation, Suppression, at_path, directives
from famlint.documents.document import Document, Fault, Role, Template, branches, gaps
from famlint.documents.embedded import Opening, unwrap
from famlint.documents.limits import LimitExceeded, Limits
from famlint.documents.masking import Masked, mask
from famlint.documents.splitting import split
from famlint.documents.text import whole
from famlint.documents.tree import Mapping, Scalar, at, text_at
from famlint.documents.yaml import NotYaml, parse
from famlint.positions import Span

_SOURCE = re.compile(r"^# Source: (\S+)", re.MULTILINE)


_ENCODED = ("Secret", "base64", "b64", "binaryData")
"""Words without which nobody decodes base64."""

FILES = (delivery.VALUES_FILE, delivery.PATCH_FILE)
"""Kinds of wants that name a file, from the file that wants it."""


class Note(NamedTuple):
    """A document that looks relevant and was not understood, for `famlint coverage`."""

    span: Span
    message: str


class FileResult(NamedTuple):
    """All that later stages know of a file.

    `documents` counts those that are not empty. `role` is what it was read as: something else may name it as Helm
    values or as a patch.
    """

    path: str
    documents: int
    declarations: tuple[Declaration, ...]
    faults: tuple[Fault, ...]
    suppressions: tuple[Suppression, ...]
    notes: tuple[Note, ...]
    annotated: tuple[Annotation, ...]
    role: Role = Role.MANIFEST

    def wants(self) -> Iterator[Want]:
        """What the declarations need from elsewhere."""
        for declaration in self.declarations:
            yield from declaration.wants


class Relevance(NamedTuple):
    """Which texts could matter: those that hold a trigger word, plain or in base64, or the name of a want.

    `codes` are the words in base64; they are looked for only in texts that speak of an encoding. Looking for words one
    by one is several times faster than one regular expression of all.
    """

    words: tuple[str, ...]
    codes: tuple[str, ...]
    wanted: frozenset[tuple[str, str]]
    wanted_names: re.Pattern[str] | None

    def names(self, text: str) -> bool:
        """Whether a text holds the name of something that is wanted."""
        return self.wanted_names is not None and self.wanted_names.search(text) is not None

    def matches(self, text: str) -> bool:
        """Whether a text could matter."""
        return any(word in text for word in self.words) or (
            any(mark in text for mark in _ENCODED) and any(code in text for code in self.codes)
        )


def relevance(wants: frozenset[Want] = frozenset()) -> Relevance:
    """What to look for: the adapters' trigger words, and the names of what a first round wanted."""
    codes = {code for word in TRIGGERS if len(word) > 7 for code in _in_base64(word)}
    named = {want.name for want in wants if want.name and want.kind not in FILES}
    names = re.compile("|".join(sorted(re.escape(name) for name in named))) if named else None
    words = tuple(sorted({*TRIGGERS, *named}))
    return Relevance(words, tuple(sorted(codes)), frozenset((want.kind, want.name) for want in wants), names)


def _in_base64(word: str) -> Iterator[str]:
    """How a word looks inside base64, for each of its three alignments."""
    from binascii import b2a_base64

    for shift in range(3):
        encoded = b2a_base64(b"\0" * shift + word.encode(), newline=False).decode()
        usable = (shift + len(word)) * 8 // 6
        yield encoded[-(-shift * 8 // 6) : usable]


def read_file(
    path: str, text: str, relevant: Relevance, limits: Limits, *, whole_file: bool = False, role: Role = Role.MANIFEST
) -> FileResult:
    """Everything that a file declares.

    Args:
        path: its name in reports.
        text: its decoded text.
        relevant: which documents are parsed at all.
        limits: what ends in a fault on this file.
        whole_file: parse every document, relevant or not.
        role: what the file is to those that name it.
    """
    reader = _Reader([], [], [], [])
    if not whole_file and not relevant.matches(text):
        return FileResult(path, _count(text), (), (), (), (), ())
    masked = mask(text)
    ranges = list(split(masked.content))
    if len(ranges) > limits.documents:
        reader.faults.append(Fault("limit", Span(path, 0, 1), f"more than {limits.documents} documents"))
        ranges = ranges[: limits.documents]
    deadline = perf_counter() + limits.seconds
    for number, (start, end) in enumerate(ranges):
        if not whole_file and not relevant.matches(masked.content[start:end]):
            continue
        if perf_counter() > deadline:
            reader.faults.append(Fault("limit", Span(path, start, start + 1), f"took over {limits.seconds:g} seconds"))
            break
        _read_document(reader, path, masked, _Part(number, start, end, role), relevant, limits)
    suppressions = at_path(path, directives(text, ranges))
    return FileResult(
        path,
        len(ranges),
        tuple(reader.declarations),
        tuple(reader.faults),
        tuple(suppressions),
        tuple(reader.notes),
        tuple(reader.annotated),
        role,
    )


class _Reader(NamedTuple):
    """What is gathered while a file is read."""

    declarations: list[Declaration]
    faults: list[Fault]
    notes: list[Note]
    annotated: list[Annotation]


class _Part(NamedTuple):
    """One document of a file: its number, its extent, what it is to its reader."""

    number: int
    start: int
    end: int
    role: Role


def _count(text: str) -> int:
    return sum(1 for _ in split(text))


def _read_document(
    reader: _Reader,
    path: str,
    masked: Masked,
    part: _Part,
    relevant: Relevance,
    limits: Limits,
) -> None:
    number, start, end, role = part
    text = whole(path, masked.content, start, end, masked.holes)
    try:
        root = parse(text.content, limits)
    except NotYaml as error:
        at_offset = min(error.offset, max(len(text.content) - 1, 0))
        templated = any(hole in text.content for hole in masked.holes) or any(
            start <= point <= end for pair in masked.conditional for point in pair
        )
        reader.faults.append(Fault("unparsable", text.span(at_offset, at_offset + 1), error.reason, templated))
        return
    except LimitExceeded as error:
        reader.faults.append(Fault("limit", text.span(0, 1), str(error)))
        return
    if root is None:
        return
    template = Template(masked.conditional, masked.insertions)
    source = _SOURCE.search(text.content)
    document = Document(
        text,
        root,
        role,
        number,
        template,
        branches(text, root, template),
        gaps(text, root, template),
        source=source[1] if source else "",
    )
    second = _second_object(document)
    if second is not None:
        reader.faults.append(Fault("run-together", text.span(second.start, second.end), "two objects in one document"))
    before = len(reader.declarations)
    for inner in unwrap(document, Opening(relevant.matches, limits, relevant.wanted)):
        if isinstance(inner, Fault):
            reader.faults.append(inner)
            continue
        for collect in COLLECTORS:
            reader.declarations.extend(collect(inner))
    note = at(root, "metadata", "annotations", "famlint/ignore")
    if note is not None:
        where = document.ref("metadata", "annotations", "famlint/ignore")
        if where:
            value, _, span = text.value(where.scalar)
            reader.annotated.append(Annotation(text.span(0, len(text.content)), span, value))
    if len(reader.declarations) == before:
        reader.notes.append(Note(text.span(root.start, root.start), _why_nothing(document)))


def _second_object(document: Document) -> Scalar | None:
    """The key where a second object begins in a document that gives `apiVersion` and `kind` twice, None without one."""
    if not isinstance(document.root, Mapping):
        return None
    keys = [key for key, _ in document.root.pairs if isinstance(key, Scalar) and not document.conditional(key)]
    repeated = [[key for key in keys if key.text == name] for name in ("apiVersion", "kind")]
    if any(len(found) < 2 for found in repeated):
        return None
    return min((found[1] for found in repeated), key=lambda key: key.start)


def _why_nothing(document: Document) -> str:
    kind = document.kind or text_at(document.root, "apiVersion")
    return f"{kind}: mentions a component, declares none" if kind else "no kind: nothing recognised"
