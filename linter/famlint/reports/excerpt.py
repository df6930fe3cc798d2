"""Lines of a file with marks and labels under them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from famlint.reports.places import LineTable
from famlint.reports.visible import drawn, visible, width
from famlint.terminal import Paint

_LONGEST = 160
"""Code points of a line that is drawn whole; of longer ones only what is near a mark."""
_BEFORE = 40
_AFTER = 40
_LONGEST_MARK = 80
_CUT = "…"


class Mark(NamedTuple):
    """Part of one line, as offsets of the text; `end == start` is drawn as one character."""

    line: int
    start: int
    end: int
    message: str
    sign: str
    style: str


class _Run(NamedTuple):
    left: int
    right: int
    mark: Mark


class _Row(NamedTuple):
    """What stands in one row under a line: texts with their cell and style, from left to right."""

    parts: tuple[tuple[int, str, str], ...]


def mark(table: LineTable, start: int, end: int, message: str, sign: str, style: str) -> Mark:
    """The mark for a span. What lies beyond the end of the span's first line is not marked."""
    line, _ = table.locate(start)
    low, high = table.bounds(line)
    start = min(max(start, low), high)
    return Mark(line, start, max(start, min(end, high)), visible(message), sign, style)


def excerpt(table: LineTable, marks: Iterable[Mark], gutter: int, paint: Paint) -> list[str]:
    """The marked lines in order, with their marks.

    `gutter` is the width of the line numbers. A single line between two marked ones is shown, more of them
    become `...`.
    """
    rows: list[str] = []
    previous = 0
    for number, group in groupby(sorted(set(marks)), key=lambda item: item.line):
        if previous and number - previous == 2:
            text, _ = _fit(table, number - 1, ())
            rows.append(_numbered(number - 1, text, gutter, paint))
        elif previous and number - previous > 2:
            rows.append(paint("...", "gutter"))
        previous = number
        here = tuple(group)
        text, cells = _fit(table, number, here)
        rows.append(_numbered(number, text, gutter, paint))
        bar = edge(gutter, paint)
        rows += [f"{bar} {_painted(row, paint)}".rstrip() for row in _rows(here, cells)]
    return rows


def edge(gutter: int, paint: Paint) -> str:
    """The gutter of a line without a number."""
    return " " * (gutter + 1) + paint("|", "gutter")


def _numbered(number: int, text: str, gutter: int, paint: Paint) -> str:
    return f"{paint(f'{number:>{gutter}} |', 'gutter')} {text}".rstrip()


# --- the line ----------------------------------------------------------------------------------


def _fit(table: LineTable, line: int, marks: Sequence[Mark]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A line as it is shown, and per offset the cell where it starts.

    An offset that was cut away has no entry; the entry before it is that of the cut.
    """
    low, high = table.bounds(line)
    shown: list[str] = []
    cells: list[tuple[int, int]] = []
    cell, reached = 0, low
    for start, end in (*_kept(low, high, marks), (high, high)):
        if start > reached:
            cells.append((reached, cell))
            shown.append(_CUT)
            cell += width(_CUT)
        piece = table.text[start:end]
        if piece.isascii() and piece.isprintable():
            shown.append(piece)
            cells += zip(range(start, end), range(cell, cell + len(piece)), strict=True)
            cell += len(piece)
            piece = ""
        for offset, character in enumerate(piece, start):
            text = drawn(character)
            cells.append((offset, cell))
            shown.append(text)
            cell += width(text)
        reached = end
    cells.append((high, cell))
    return "".join(shown), tuple(cells)


def _kept(low: int, high: int, marks: Sequence[Mark]) -> list[tuple[int, int]]:
    if high - low <= _LONGEST:
        return [(low, high)]
    if not marks:
        return [(low, low + _LONGEST)]
    kept: list[tuple[int, int]] = []
    for item in sorted(marks, key=lambda item: item.start):
        start = max(low, item.start - _BEFORE)
        end = min(high, item.start + min(item.end - item.start, _LONGEST_MARK) + _AFTER)
        if kept and start <= kept[-1][1] + 1:
            kept[-1] = kept[-1][0], max(kept[-1][1], end)
        else:
            kept.append((start, end))
    return kept


# --- the marks under it ------------------------------------------------------------------------


def _rows(marks: Sequence[Mark], cells: tuple[tuple[int, int], ...]) -> list[_Row]:
    """The rows under a line. Marks that would touch go into tiers below each other."""
    tiers: list[list[_Run]] = []
    for run in sorted((_run(item, cells) for item in marks), key=lambda run: (run.mark.sign != "^", run)):
        free = (tier for tier in tiers if all(run.right < other.left or other.right < run.left for other in tier))
        tier = next(free, None)
        if tier is None:
            tiers.append([run])
        else:
            tier.append(run)
    return [row for tier in tiers for row in _tier(sorted(tier))]


def _run(item: Mark, cells: tuple[tuple[int, int], ...]) -> _Run:
    left, right = _cell(item.start, cells), _cell(item.end, cells)
    return _Run(left, max(right, left + 1), item)


def _cell(offset: int, cells: tuple[tuple[int, int], ...]) -> int:
    return cells[bisect_right(cells, offset, key=lambda entry: entry[0]) - 1][1]


def _tier(runs: list[_Run]) -> Iterable[_Row]:
    last = runs[-1]
    signs = [(run.left, run.mark.sign * (run.right - run.left), run.mark.style) for run in runs]
    yield _Row((*signs, (last.right + 1, last.mark.message, last.mark.style)))
    waiting = [run for run in runs[:-1] if run.mark.message]
    if waiting:
        yield _stems(waiting)
    while waiting:
        run = waiting.pop()
        yield _Row((*_stems(waiting).parts, (run.left, run.mark.message, run.mark.style)))


def _stems(runs: Iterable[_Run]) -> _Row:
    return _Row(tuple((run.left, "|", run.mark.style) for run in runs))


def _painted(row: _Row, paint: Paint) -> str:
    """The row as text. Only the last part of a row may hold characters that are not one cell wide."""
    out: list[str] = []
    cell = 0
    for left, text, style in row.parts:
        out += " " * (left - cell), paint(text, style)
        cell = left + len(text)
    return "".join(out)
