"""The lines of a template, as far as their layout decides what YAML makes of the tags on them."""

import re
from typing import Literal, NamedTuple

from famlint.documents.tags import Tag

_MARKER = re.compile(r"(?:---|\.\.\.)(?=[ \t\r\n]|\Z)")
_KEY_COLUMN = re.compile(r"[ \t]*+(?:-[ \t]++)*+")
_BLOCK_HEADER = re.compile(r"[:?-][ \t]++(?:[!&]\S*+[ \t]++)*+([|>][-+0-9]*+)[ \t\r]*+(?:(?<=[ \t])#.*)?\Z", re.DOTALL)
_COMMENT = re.compile(r"(?:(?<=[ \t])|\A)#.*", re.DOTALL)
_STRUCTURE = re.compile(r"[ \t]*+-(?:[ \t\r]|\Z)|[^:]*+(?::(?![ \t\r]|\Z)[^:]*+)*+:(?:[ \t\r]|\Z)")
_DASHES = re.compile(r"[ \t]*+(?:-[ \t]++)*+-[ \t\r]*+\Z|[ \t]*+(?:-[ \t]++)+\Z")
_NOTHING_ELSE = re.compile(r"[ \t\r]*+(?:#.*)?\Z", re.DOTALL)


class Line(NamedTuple):
    """A line without its line end, or several where a tag goes on over line ends.

    `bare`: nothing but tags and perhaps a comment behind them. A document marker is indented by -1: every
    other line is deeper.
    """

    start: int
    end: int
    indent: int
    kind: Literal["blank", "comment", "bare", "text"]
    tags: tuple[Tag, ...] = ()


class Block(NamedTuple):
    """A block scalar: the column of its key (-1 at the root), where in the line its header stands, and the
    indentation of its content, None until a line of it is seen.
    """

    parent: int
    header: int
    indent: int | None


def lines(content: str, found: list[Tag]) -> list[Line]:
    """All lines of the text, with the tags that start on each."""
    result: list[Line] = []
    start, index, length = 0, 0, len(content)
    while start < length:
        end = content.find("\n", start)
        end = length if end < 0 else end
        first = index
        while index < len(found) and found[index].start < end:
            if found[index].end > end:
                end = content.find("\n", found[index].end)
                end = length if end < 0 else end
            index += 1
        here = tuple(found[first:index]) if index > first else ()
        result.append(_line(content, start, end, here))
        start = end + 1
    return result


def following(all_lines: list[Line]) -> tuple[list[int], list[Line | None]]:
    """For each line, how deep the next one that is not blank or bare is (-1: none), and the next with text."""
    depths, texts = [-1] * len(all_lines), list[Line | None]([None] * len(all_lines))
    depth, text = -1, None
    for index in range(len(all_lines) - 1, -1, -1):
        depths[index], texts[index] = depth, text
        line = all_lines[index]
        if line.kind in ("comment", "text"):
            depth = line.indent
        if line.kind == "text":
            text = line
    return depths, texts


def block_of(text: str) -> Block | None:
    """The block scalar whose header ends the line, None without one."""
    if "|" not in text and ">" not in text:
        return None
    header = _BLOCK_HEADER.search(text)
    if header is None:
        return None
    parent = -1 if text.startswith("---") else key_column(text[: header.start(1)])
    digit = re.search(r"[1-9]", header[1])
    return Block(parent, header.start(1), max(parent, 0) + int(digit[0]) if digit else None)


def key_column(text: str) -> int:
    """The column of the key on a line, or of its last dash where there is nothing behind it."""
    if _DASHES.match(text):
        return text.rindex("-")
    match = _KEY_COLUMN.match(text)
    return match.end() if match else 0


def awaits_value(text: str) -> bool:
    """Whether the line ends with a key, or a dash, that has no value yet."""
    stripped = _COMMENT.sub("", text).rstrip() if "#" in text else text.rstrip()
    for _ in ("tag", "anchor"):
        token = stripped[max(stripped.rfind(" "), stripped.rfind("\t")) + 1 :]
        if token.startswith(("!", "&")):
            stripped = stripped[: -len(token)].rstrip()
    return stripped.endswith(":") or _DASHES.match(stripped) is not None


def belongs(content: str, line: Line | None, text: str) -> bool:
    """Whether `line` is, by its indentation, part of the value of the key that ends `text`."""
    if line is None:
        return False
    column = key_column(text)
    if line.indent != column:
        return line.indent > column
    # A sequence may stand below the very column of its key, but not of the dash before it.
    return content.startswith("- ", line.start + line.indent) and not _DASHES.match(text)


def is_structure(content: str, line: Line) -> bool:
    """Whether a line looks like a key or an item rather than like more of a plain scalar."""
    return _STRUCTURE.match(content, line.start, line.end) is not None


def ends_line(content: str, line: Line, offset: int) -> bool:
    """Whether nothing but a comment follows in the line."""
    return _NOTHING_ELSE.match(content, offset, line.end) is not None


def _line(content: str, start: int, end: int, found: tuple[Tag, ...]) -> Line:
    text = content[start:end]
    stripped = text.lstrip(" \t\r")
    indent = len(text) - len(stripped)
    if not stripped:
        return Line(start, end, indent, "blank")
    if not found:
        if stripped[0] == "#":
            return Line(start, end, indent, "comment")
        return Line(start, end, -1 if _MARKER.match(text) else indent, "text")
    if found[0].commented:
        return Line(start, end, indent, "comment", found)
    position = start
    for tag in found:
        gap = content[position : tag.start].strip()
        if gap:
            return Line(start, end, -1 if _MARKER.match(text) else indent, "bare" if gap[0] == "#" else "text", found)
        position = tag.end
    kind: Literal["bare", "text"] = "bare" if _NOTHING_ELSE.match(content, position, end) else "text"
    return Line(start, end, indent, kind, found)
