"""From offsets to lines and columns."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from famlint.findings import Finding
from famlint.positions import Place, Span

# CRLF first: it is one line end. The other breaks of YAML 1.1 (NEL, LS, PS) end no line in any editor.
_LINE_END = re.compile(r"\r\n|\n|\r")


class LineTable(NamedTuple):
    """A text and where its lines start, offsets in code points from 0."""

    text: str
    starts: tuple[int, ...]

    def locate(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1. An offset beyond the text counts as its end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def bounds(self, line: int) -> tuple[int, int]:
        """Start and exclusive end of a line's characters, its line end left out."""
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        for character in "\n", "\r":
            if end > start and self.text[end - 1] == character:
                end -= 1
        return start, end

    def place(self, span: Span) -> Place:
        """The span as people count it."""
        return Place(span.path, *self.locate(span.start), *self.locate(span.end))


class Source(NamedTuple):
    """The texts of a run: `table(path)`, None for a file without a text, and `place(span)`.

    A span of a file without a text has the place 1:1.
    """

    table: Callable[[str], LineTable | None]
    place: Callable[[Span], Place]


def line_table(text: str) -> LineTable:
    """The table of one text. Lines end at LF, CRLF and a lone CR."""
    return LineTable(text, (0, *(match.end() for match in _LINE_END.finditer(text))))


def source(texts: Mapping[str, str]) -> Source:
    """A Source over texts by path. Each table is built when it is first asked for, and once."""
    tables: dict[str, LineTable] = {}

    def table(path: str) -> LineTable | None:
        if path not in tables and path in texts:
            tables[path] = line_table(texts[path])
        return tables.get(path)

    def place(span: Span) -> Place:
        found = table(span.path)
        return found.place(span) if found else Place(span.path, 1, 1, 1, 1)

    return Source(table, place)


def ordered(findings: Iterable[Finding], texts: Source) -> tuple[Finding, ...]:
    """Findings by path, line and code; column, message and name decide between equals."""

    def key(finding: Finding) -> tuple[str, int, str, int, str, str]:
        place = texts.place(finding.primary.span)
        return place.path, place.line, finding.code, place.column, finding.message, finding.component

    return tuple(sorted(findings, key=key))
