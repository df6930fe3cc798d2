"""Placeholders and template tags, hidden from the YAML parser and found again in its values.

Masking keeps the length and the line ends of the text, so that every offset in the masked text is one in the
original. A placeholder inside a line becomes a *hole*, a run of one private-use character. Tags on lines of
their own become comments, or the value of the key above them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from famlint.documents.lines import (
    Block,
    Line,
    awaits_value,
    belongs,
    block_of,
    ends_line,
    following,
    is_structure,
    key_column,
    lines,
)
from famlint.documents.tags import conditional, tags

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_ESCAPED_PRIVATE = re.compile(r"\\(?:u|U0000)([eEfF][0-9a-fA-F]{3})")
_RUN = re.compile("#?([\ue000-\uf8ff])\\1*+")
_FIRST, _LAST, _SHARED = 0xE000, 0xF8FE, "\uf8ff"
_VISIBLE = re.compile(r"[^\r\n\x85\u2028\u2029]")
_BREAK = re.compile(r"[\r\n\x85\u2028\u2029]")
_WORDS = re.compile(
    r"""\$\([^()\n]*+\)
    | \$[A-Za-z_]\w*+
    | <[A-Za-z_][^<>\n]*+>
    | \bENC\[[^\[\]\n]*+\]
    | \b(?:op|ref\+\w++)://[^\s"']++
    | (?<!\w)__[A-Za-z]\w*?__(?!\w)
    | (?<![\w@])@[A-Z][A-Z0-9_]*+@(?!\w)
    | (?<![\w.-])(?i:replace[-_]?me|change[-_]?me|replace[-_]with[-_]\w++|placeholder)(?![\w.-])
    | (?<![\w.-])(?:TODO|TBD|FIXME|XXX++|(?:YOUR|REPLACE|CHANGE|INSERT)[-_][A-Z0-9_-]++)(?![\w.-])
    | (?<![\w.-])(?=[0-9.]*+[xX])(?:[0-9]{1,3}|[xX]{1,3})(?:\.(?:[0-9]{1,3}|[xX]{1,3})){3}(?![\w.-])""",
    re.VERBOSE,
)


class Masked(NamedTuple):
    """A text that YAML parsers accept, of the same length and with the same line ends.

    `holes` gives the original text of each private-use character; a key of two characters, `#` first, stands
    for a tag that became a comment. `conditional` are the parts that a template may leave out or repeat,
    `insertions` the places where it may add keys or items: offsets in code points.
    """

    content: str
    holes: Mapping[str, str]
    conditional: tuple[tuple[int, int], ...]
    insertions: tuple[int, ...]


def mask(content: str) -> Masked:
    """Hide every tag and placeholder that could disturb a parser; a text without any comes back as it is."""
    found = tags(content)
    if not found:
        return Masked(content, {}, (), ())
    holes: dict[str, str] = {}
    insertions: list[int] = []
    pieces: list[str] = []
    done = 0
    for line, masked in _masked_lines(content, lines(content, found), _namer(content, holes), insertions):
        pieces += content[done : line.start], masked
        done = line.end
    pieces.append(content[done:])
    return Masked("".join(pieces), holes, tuple(conditional(content, found)), tuple(insertions))


def unmask(text: str, holes: Mapping[str, str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A parsed text with the original text of its holes, and where these are in the result."""
    if not holes or not _PRIVATE.search(text):
        return text, ()
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    done = length = 0
    for run in _RUN.finditer(text):
        start, original = run.start(), holes.get("#" + run[1]) if run[0][0] == "#" else None
        if original is None:
            start, original = run.start(1), holes.get(run[1])
        if original is None:
            continue
        length += start - done
        pieces += text[done:start], original
        places.append((length, length + len(original)))
        length += len(original)
        done = run.end()
    pieces.append(text[done:])
    return "".join(pieces), tuple(places)


def placeholders(text: str) -> tuple[tuple[int, int], ...]:
    """Where a final value holds placeholders of any form, as ranges in order.

    Beyond the tags of templates: `$(X)`, `$X`, `<X>`, `ENC[…]`, `op://…`, `__X__`, `@X@`, words such as CHANGEME,
    and addresses with an `x` in place of numbers.
    """
    places = [(tag.start, tag.end) for tag in tags(text)]
    done, merged = 0, list[tuple[int, int]]()
    for start, end in [*places, (len(text), len(text))]:
        # What stands inside a tag is part of it.
        merged += (word.span() for word in _WORDS.finditer(text, done, start))
        merged.append((start, end))
        done = end
    return tuple(merged[:-1])


def _namer(content: str, holes: dict[str, str]) -> Callable[[str, str], str]:
    """Gives each hole a character of its own, and enters it into `holes` under its prefix (`#` or none).

    Characters of the input, also escaped ones, are not used. When all are taken, equal texts share theirs
    unless they follow each other, and the remaining ones share the last character: what they held is lost.
    """
    taken = {*_PRIVATE.findall(content), *(chr(int(code, 16)) for code in _ESCAPED_PRIVATE.findall(content))}
    free = (chr(code) for code in range(_FIRST, _LAST + 1) if chr(code) not in taken)
    known: dict[tuple[str, str], str] = {}
    latest = ""

    def name(text: str, prefix: str) -> str:
        nonlocal latest
        char = next(free, "")
        if not char:
            char = known.get((prefix, text), _SHARED)
            if char in (latest, _SHARED):
                char, text = _SHARED, "…"
        if char != _SHARED:
            known[prefix, text] = char
        holes[prefix + char] = text
        latest = char
        return char

    return name


def _masked_lines(
    content: str, all_lines: list[Line], name: Callable[[str, str], str], insertions: list[int]
) -> Iterator[tuple[Line, str]]:
    """The lines that change, each with its new text."""
    depths, texts = following(all_lines)
    block: Block | None = None
    above = ""
    for index, line in enumerate(all_lines):
        if line.kind == "blank":
            continue
        if block and line.indent <= block.parent and not (line.kind == "bare" and depths[index] > block.parent):
            block = None
        if block:
            if line.kind == "bare":
                own = min(depth for depth in (line.indent, depths[index]) if depth > block.parent)
                masked = _bare_in_block(content, line, name, own if block.indent is None else block.indent, block)
                yield line, masked
                if masked.strip() and block.indent is None:
                    block = block._replace(indent=own)
                continue
            if line.tags:
                yield line, _inline(content, line, [name(content[t.start : t.end], "") for t in line.tags])
            if block.indent is None:
                block = block._replace(indent=line.indent)
            continue
        if line.kind == "comment":
            if line.tags:
                yield line, _comment_only(content, line)
            continue
        if line.kind == "bare":
            masked, above = _bare(content, line, name, insertions, above, texts[index])
            yield line, masked
            continue
        above = content[line.start : line.end]
        if line.tags:
            above = _text(content, line, name, insertions, depths[index], texts[index])
            yield line, above
        block = block_of(above)


def _bare(
    content: str,
    line: Line,
    name: Callable[[str, str], str],
    insertions: list[int],
    above: str,
    below: Line | None,
) -> tuple[str, str]:
    """A line of tags outside block scalars, and what then is the line above for the next one.

    It is the value of the key above it, if that has no other; any other text that it leaves behind is
    something that famlint does not know, inserted where the line stands.
    """
    if all(tag.kind == "silent" for tag in line.tags):
        return _blank(content[line.start : line.end]), above
    spoken = [tag for tag in line.tags if tag.kind == "expression"]
    if not spoken:
        return _remark(content, line, name), above
    if awaits_value(above) and not belongs(content, below, above):
        value = _from_column(_inline(content, line, _names(content, line, name)), key_column(above) + 1)
        if value:
            return value, ""
    insertions.append(spoken[0].start)
    return _remark(content, line, name), above


def _bare_in_block(content: str, line: Line, name: Callable[[str, str], str], indent: int, block: Block) -> str:
    """A line of tags inside a block scalar; it must be indented like the scalar, or it would end it.

    Tags that leave no text get a `#`, because the scalar may be YAML itself. As the first line of the scalar
    they must not become blank: a long blank line there would count as the scalar's indentation.
    """
    first = block.indent is None
    if not first and all(tag.kind == "silent" for tag in line.tags):
        return _blank(content[line.start : line.end])
    if all(tag.kind != "expression" for tag in line.tags):
        masked = _remark(content, line, name)
    else:
        masked = _inline(content, line, _names(content, line, name))
    if first and line.indent > indent:
        mark = "#" if masked[line.indent] == "#" else ""
        char = masked[line.indent + len(mark)]
        return " " * indent + mark + char * (line.indent - indent) + masked[line.indent + len(mark) :]
    return _from_column(masked, indent) or _blank(masked)


def _names(content: str, line: Line, name: Callable[[str, str], str]) -> list[str]:
    """A hole for each tag of a line, a blank for each that leaves nothing behind."""
    return [" " if tag.kind == "silent" else name(content[tag.start : tag.end], "") for tag in line.tags]


def _remark(content: str, line: Line, name: Callable[[str, str], str]) -> str:
    """A line of tags as a comment that still says what stood there, should it end up in a value."""
    first, last = line.tags[0], line.tags[-1]
    char = name(content[first.start : last.end], "#")
    masked = _inline(content, line._replace(tags=(first._replace(end=last.end),)), [char])
    at = first.start - line.start
    return f"{masked[:at]}#{masked[at + 1 :]}"


def _blank(text: str) -> str:
    return _VISIBLE.sub(" ", text)


def _from_column(text: str, column: int) -> str:
    """The text with its content starting at `column` or later; empty where nothing of its first line is left."""
    indent = len(text) - len(text.lstrip(" \t"))
    if indent >= column:
        return text
    first = _BREAK.search(text)
    end = first.start() if first else len(text)
    mark = "#" if text[indent : indent + 1] == "#" else ""
    rest = text[column + len(mark) : end]
    if not _PRIVATE.search(rest):
        return ""
    return " " * column + mark + rest + text[end:]


def _comment_only(content: str, line: Line) -> str:
    """A comment may keep its placeholders, but a tag must not go on below it."""
    text = content[line.start : line.end]
    for tag in line.tags:
        tail = _filled(content[tag.start : tag.end], " ")
        first = _BREAK.search(tail)
        if first:
            at = tag.start - line.start + first.start()
            text = text[:at] + tail[first.start() :] + text[at + len(tail) - first.start() :]
    return text


def _text(
    content: str,
    line: Line,
    name: Callable[[str, str], str],
    insertions: list[int],
    depth: int,
    below: Line | None,
) -> str:
    """A line with tags and other text."""
    first, last = line.tags[0], line.tags[-1]
    before = content[line.start : first.start]
    between = (content[one.end : two.start] for one, two in zip(line.tags, line.tags[1:], strict=False))
    if ends_line(content, line, last.end) and not any(gap.strip() for gap in between):
        header = block_of(before)
        if header and depth > header.parent:
            return _inline(content, line, [" "] * len(line.tags))
        if header:
            masked = _inline(content, line, _names(content, line, name))
            end = first.start - line.start
            return masked[: header.header] + " " * (end - header.header) + masked[end:]
        nested = below is not None and belongs(content, below, before) and is_structure(content, below)
        if before.strip() == "---" or (nested and awaits_value(before)):
            # A key cannot have both a scalar and what stands below it.
            insertions += [tag.start for tag in line.tags if tag.kind == "expression"][:1]
            return _inline(content, line, [" "] * len(line.tags))
    elif _is_conditional_line(content, line, below):
        insertions.append(first.start)
        end = line.start + len(content[line.start : line.end].rstrip())
        return _remark(content, line._replace(tags=(first._replace(end=end),)), name)
    return _inline(content, line, list(_inline_names(content, line, name)))


def _is_conditional_line(content: str, line: Line, below: Line | None) -> bool:
    """Whether a key or an item with its whole value stands behind a tag such as `{{ if … }}`.

    Rendered, it starts in the column of the tag, where the masked text cannot put it.
    """
    first = line.tags[0]
    if first.start != line.start + line.indent or first.kind in ("expression", "silent"):
        return False
    text = line._replace(start=first.end)
    return (
        is_structure(content, text)
        and not awaits_value(content[text.start : text.end])
        and (below is None or below.indent <= line.indent)
    )


def _inline_names(content: str, line: Line, name: Callable[[str, str], str]) -> Iterator[str]:
    """Holes, save where a tag that leaves nothing behind would spoil what stands before it."""
    plain = all(tag.kind == "expression" for tag in line.tags)
    position, quote, closed = line.start, "", False
    for tag in line.tags:
        if not plain:
            quote, closed = _quoted(content[position : tag.start], quote, fresh=position == line.start, closed=closed)
        spoils = closed if tag.kind != "silent" else ends_line(content, line, tag.end)
        if spoils and tag.kind != "expression" and not quote and tag.start > line.start + line.indent:
            yield " "
        else:
            closed = False
            yield name(content[tag.start : tag.end], "")
        position = tag.end


def _quoted(gap: str, quote: str, *, fresh: bool, closed: bool) -> tuple[str, bool]:
    """The quotes that are open behind a stretch of a line, and whether a quoted or flow value ends there."""
    before = " " if fresh else "x"
    escaped = False
    for char in gap:
        if quote:
            if escaped:
                escaped = False
            elif char == "\\" and quote == '"':
                escaped = True
            elif char == quote:
                quote, closed = "", True
        elif char in "\"'" and before in " \t[{,(:":
            quote = char
        elif char not in " \t,":
            closed = char in "]}"
        before = char
    return quote, closed and not quote


def _inline(content: str, line: Line, names: list[str]) -> str:
    """The line with each tag filled with its character."""
    pieces: list[str] = []
    position = line.start
    for tag, char in zip(line.tags, names, strict=True):
        pieces += content[position : tag.start], _filled(content[tag.start : tag.end], char)
        position = tag.end
    pieces.append(content[position : line.end])
    return "".join(pieces)


def _filled(tag: str, char: str) -> str:
    """A run as long as the tag's first line; what goes on below becomes blank."""
    first = _BREAK.search(tag)
    if first is None:
        return char * len(tag)
    return char * first.start() + _VISIBLE.sub(" ", tag[first.start() :])
