"""Which characters of a document a scalar's text was read from.

A parsed value is not what the file holds: quotes, escapes, folding and indentation lie between. The rules are
those of YAML 1.1 as libyaml applies them; every result is checked against the text that libyaml returned.
"""

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from famlint.documents.tree import Scalar

_BREAK = r"(?:\r\n|[\r\n\x85\u2028\u2029])"
_FOLD = re.compile(rf"[ \t]*+(?:{_BREAK}[ \t]*+)++")
_BREAKS = re.compile(_BREAK)
_PLAIN = re.compile(r"[^ \t\r\n\x85\u2028\u2029]++|[ \t]++")
_SINGLE = re.compile(r"''|[^ \t\r\n\x85\u2028\u2029']++|[ \t]++")
_DOUBLE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|[^ \t\r\n\x85\u2028\u2029\\]++|[ \t]++")
_ESCAPED_BREAK = re.compile(rf"\\{_BREAK}[ \t]*+((?:{_BREAK}[ \t]*+)*+)")
_HEADER = re.compile(rf"[|>][-+0-9]*+[ \t]*+(?:#[^\r\n\x85\u2028\u2029]*+)?{_BREAK}")
_LINE = re.compile(rf"( *+)([^\r\n\x85\u2028\u2029]*+)({_BREAK}|\Z)")
_QUOTES = frozenset(("'", '"'))
_NAMED = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


class Segment(NamedTuple):
    """A stretch of a scalar's text (`inner`) and of the document it was read from (`outer`), with lengths.

    Equal lengths correspond character by character; otherwise the stretch is one unit, such as an escape.
    """

    inner: int
    inner_length: int
    outer: int
    outer_length: int


def segments(content: str, scalar: Scalar) -> tuple[Segment, ...] | None:
    """How `scalar.text` maps to the characters of `content` that the scalar was parsed from.

    The segments are in order, cover the whole text and lie within the scalar. None where the text cannot be
    retraced: the scalar is then one place as a whole.
    """
    if not scalar.text:
        return ()
    quotes = 1 if scalar.style in _QUOTES else 0
    start, end = scalar.start + quotes, scalar.end - quotes
    if scalar.style not in ("|", ">") and content[start:end] == scalar.text:
        return (Segment(0, len(scalar.text), start, end - start),)
    pieces = _block(content, scalar) if scalar.style in ("|", ">") else _flow(content, scalar.style, start, end)
    return _joined(pieces, scalar.text)


def value_span(content: str, scalar: Scalar) -> tuple[int, int]:
    """The characters of the value without quotes; of a block scalar the first line that is not blank."""
    if scalar.style in _QUOTES:
        return scalar.start + 1, scalar.end - 1
    if scalar.style not in ("|", ">"):
        return scalar.start, scalar.end
    header = _HEADER.match(content, scalar.start, scalar.end)
    if header:
        for line in _lines(content, header.end(), scalar.end):
            if line[2].strip():
                return line.start(2), line.end(2)
    return scalar.start, scalar.end


class _Piece(NamedTuple):
    """What one stretch of the source (`start` to `end`) contributes to the text."""

    text: str
    start: int
    end: int


def _joined(pieces: Iterator[_Piece], text: str) -> tuple[Segment, ...] | None:
    """The pieces as segments, neighbours that correspond character by character made one."""
    found: list[Segment] = []
    inner = 0
    for piece in pieces:
        length = len(piece.text)
        if not text.startswith(piece.text, inner):
            return None
        if not length:
            continue
        part = Segment(inner, length, piece.start, piece.end - piece.start)
        last = found[-1] if found else None
        if last and _even(last) and _even(part) and last.outer + last.outer_length == part.outer:
            found[-1] = Segment(last.inner, last.inner_length + length, last.outer, last.outer_length + length)
        else:
            found.append(part)
        inner += length
    return tuple(found) if inner == len(text) else None


def _even(part: Segment) -> bool:
    return part.inner_length == part.outer_length


def _flow(content: str, style: str, start: int, end: int) -> Iterator[_Piece]:
    """Plain and quoted scalars: a line break becomes a blank, n of them n - 1 line breaks."""
    token = {"'": _SINGLE, '"': _DOUBLE}.get(style, _PLAIN)
    while start < end:
        match = _FOLD.match(content, start, end)
        if match:
            yield _Piece(_folded(_BREAKS.findall(match[0])), start, match.end())
        elif style == '"' and (match := _ESCAPED_BREAK.match(content, start, end)):
            yield _Piece("".join(map(_read, _BREAKS.findall(match[1]))), start, match.end())
        elif match := token.match(content, start, end):
            yield _Piece(_meaning(match[0], style), start, match.end())
        else:
            return
        start = match.end()


def _read(line_break: str) -> str:
    """A line break as libyaml returns it: the two Unicode separators stay what they are."""
    return line_break if line_break in "\u2028\u2029" else "\n"


def _folded(breaks: list[str]) -> str:
    """What line breaks between two lines that may be joined come to."""
    first, rest = _read(breaks[0]), "".join(map(_read, breaks[1:]))
    return (rest or " ") if first == "\n" else first + rest


def _meaning(token: str, style: str) -> str:
    if style == "'" and token == "''":
        return "'"
    if style != '"' or token[0] != "\\":
        return token
    if token[1] in "xuU":
        code = token[2:]
        # Anything else is no escape that libyaml lets pass.
        return chr(int(code, 16)) if re.fullmatch("[0-9a-fA-F]+", code) and int(code, 16) < 0x110000 else token
    return _NAMED.get(token[1], token[1])


def _lines(content: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Lines as (blanks, rest, line break), none behind the last line break."""
    while start < end:
        line = _LINE.match(content, start, end)
        if line is None:
            return
        yield line
        start = line.end()


def _block(content: str, scalar: Scalar) -> Iterator[_Piece]:
    """Literal and folded scalars, line by line. What chomping strips is not in the text any more."""
    header = _HEADER.match(content, scalar.start, scalar.end)
    if header is None:
        return
    lines = list(_lines(content, header.end(), scalar.end))
    indent = _indent(lines, scalar.text)
    breaks: list[re.Match[str]] = []
    blank = True  # Line breaks before the first line are never folded, like those beside an indented line.
    for line in lines:
        start = min(line.start() + indent, line.end(2))
        if start < line.end(2):
            indented = content[start] in " \t"
            folds = scalar.style == ">" and not blank and not indented
            yield from _between(breaks, start if folds else None)
            yield _Piece(content[start : line.end(2)], start, line.end(2))
            breaks, blank = [], indented
        if line[3]:
            breaks.append(line)
    kept = len(scalar.text) - len(scalar.text.rstrip("\n\u2028\u2029"))
    yield from _between(breaks[:kept], None)


def _between(lines: list[re.Match[str]], folded_to: int | None) -> Iterator[_Piece]:
    """The line breaks (third group) between two lines with content; folded, one unit up to the next content."""
    if folded_to is not None:
        yield _Piece(_folded([line[3] for line in lines]), lines[0].start(3), folded_to)
    else:
        yield from (_Piece(_read(line[3]), *line.span(3)) for line in lines)


def _indent(lines: list[re.Match[str]], text: str) -> int:
    """The indentation of the content: what its first line has more than the text's first line.

    Without any content every line is blank, however long.
    """
    for line in lines:
        if line[2]:
            first = text.lstrip("\n\u2028\u2029")
            return max(len(line[1]) - (len(first) - len(first.lstrip(" "))), 0)
    return sys.maxsize
