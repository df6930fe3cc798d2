"""Template tags in a text: where they are, and which of them decide what else is there.

Known are Go templates and Jinja2 (which share `{{ }}`), makejinja's `#{ }#` and `#% %#`, shell, Flux and envsubst
variables (`${ }`), Terraform's `%{ }`, and `__TOKEN__` on a line of its own. Every search remembers where it
failed, so that hostile text costs linear time.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["expression", "open", "middle", "close", "silent"]

_OPENER = re.compile(r"\$\{|\{\{|\{[%#]|#[{%|]|%\{|__(?=[A-Z])")
_TOKEN = re.compile(r"__[A-Z][A-Z0-9_]*+(?<=__)(?=[ \t\r]*+(?:\n|\Z))")
_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}", "#{": "}#", "#%": "%#", "#|": "|#"}
_MARGIN = 200
"""The deepest indentation of a token that has the line for itself."""
_ON_ONE_LINE = frozenset(("#{", "#%"))
_QUOTED = r""""(?:[^"\\\r\n]++|\\.)*+"|'(?:[^'\\\r\n]++|\\.)*+'"""
_IN_EXPRESSION = re.compile(rf"\\.|{_QUOTED}|`[^`]*+`|[{{}}]", re.DOTALL)
_IN_VARIABLE = re.compile(rf"\\.|{_QUOTED}|[{{}}\n]")
_BRACES = re.compile(r"[{}\n]")
_GO_COMMENT = re.compile(r"\{\{-?\s*+/\*")
_GO_COMMENT_END = re.compile(r"\*/\s*+-?\}\}")
_GO_KEYWORD = re.compile(r"(?:(if|range|with|define|block)\s+\S|(else)\b|(end)(?:\s|$))")
_GO_ASSIGNMENT = re.compile(r"\$\w*+(?:\s*+,\s*+\$\w++)?\s*+:?=(?!=)")
_GO_SILENT = re.compile(r"/\*|(?:break|continue)$|fail\s")
_WORD = re.compile(r"[a-z]+")
_COMMENT = re.compile(r"[ \t]*+#")
_BLOCKS = frozenset(("if", "for", "macro", "call", "block", "set", "unless", "case"))
_BRANCHES = frozenset(("else", "elif", "elseif", "elsif", "when"))


class Tag(NamedTuple):
    """A tag from `start` to `end`. `word` pairs an opening with its closing tag.

    `expression` leaves text behind, `open`, `middle` and `close` bound a part that may be absent or repeated,
    `silent` leaves nothing (comments, assignments). `commented`: its line is a YAML comment.
    """

    start: int
    end: int
    kind: Kind
    word: str
    commented: bool


def tags(content: str) -> list[Tag]:
    """All tags, in order, none inside another. Offsets count code points."""
    found: list[Tag] = []
    after: dict[str, int] = {}
    braces: dict[int, int] = {}
    unbalanced = 0
    start, line_end, comment = 0, -1, -1
    while opener := _OPENER.search(content, start):
        start, kind = opener.start(), opener[0]
        if kind == "__":
            end = _token_end(content, start)
        elif kind in ("${", "%{"):
            end = _variable_end(content, start, braces)
        else:
            end = 0
            if kind == "{{" and start >= unbalanced:
                end, unbalanced = _balanced(content, start, after)
            end = end or _closed(content, start, kind, after)
        if not end:
            start += 1
            continue
        if start > line_end:
            line_start, line_end = content.rfind("\n", 0, start) + 1, _next(content, "\n", start, after)
            mark = _COMMENT.match(content, line_start)
            comment = mark.end() - 1 if mark else -1
        first = start - 1 if kind == "${" and start and content[start - 1] == "$" else start
        found.append(Tag(first, end, *_classified(content[start:end], kind), -1 < comment < start))
        start = end
    return found


def conditional(content: str, found: list[Tag]) -> Iterator[tuple[int, int]]:
    """The parts between opening and closing tags, as ranges sorted by their start.

    `else` divides a part. A part that is never closed goes on to the end of the text, unless its opening tag
    stands in a comment, where it may be mere prose.
    """
    ranges: list[tuple[int, int]] = []
    stack: list[tuple[str, int, bool]] = []
    waiting: dict[str, int] = {}
    for tag in found:
        if tag.kind == "open":
            stack.append((tag.word, tag.end, tag.commented))
            waiting[tag.word] = waiting.get(tag.word, 0) + 1
        elif tag.kind == "middle" and stack:
            word, start, commented = stack.pop()
            ranges.append((start, tag.start))
            stack.append((word, tag.end, commented))
        elif tag.kind == "close" and waiting.get(tag.word):
            while True:
                word, start, _ = stack.pop()
                waiting[word] -= 1
                ranges.append((start, tag.start))
                if word == tag.word:
                    break
    ranges += [(start, len(content)) for _, start, commented in stack if not commented]
    return iter(sorted(part for part in ranges if part[0] < part[1]))


def _next(content: str, text: str, start: int, after: dict[str, int]) -> int:
    """The next occurrence, the text's length without one. Starts never go back, so each is found once."""
    at = after.get(text, -1)
    if at < start:
        at = content.find(text, start)
        after[text] = at = len(content) if at < 0 else at
    return at


def _token_end(content: str, start: int) -> int:
    """The end of a `__TOKEN__` that has the line for itself, 0 for any other: inside a line it harms no parser."""
    line_start = content.rfind("\n", max(0, start - _MARGIN), start) + 1
    if start - line_start >= _MARGIN or content[line_start:start].strip(" \t"):
        return 0
    token = _TOKEN.match(content, start)
    return token.end() if token else 0


def _closed(content: str, start: int, opener: str, after: dict[str, int]) -> int:
    """The end of a tag that the next closer closes, 0 without one.

    A second opener on a later line means that the first was none: otherwise one stray brace would swallow
    the file up to the next tag.
    """
    closer = _CLOSERS[opener]
    at = _next(content, closer, start + 2, after)
    if at == len(content):
        return 0
    line_end = _next(content, "\n", start, after)
    if at > line_end and (opener in _ON_ONE_LINE or _next(content, opener, line_end, after) < at):
        return 0
    return at + 2


def _balanced(content: str, start: int, after: dict[str, int]) -> tuple[int, int]:
    """The end of `{{ … }}` with balanced braces (Jinja2 has dictionaries), 0 without one; how far it looked.

    Strings are passed over: Go has raw ones that hold whole tags.
    """
    if _GO_COMMENT.match(content, start):
        end = _GO_COMMENT_END.match(content, _next(content, "*/", start + 2, after))
        if end:
            return end.end(), end.end()
    depth = 0
    for token in _IN_EXPRESSION.finditer(content, start + 2):
        at = token.start()
        if token[0] == "{":
            if content.startswith("{{", at):
                return 0, at
            depth += 1
        elif token[0] == "}":
            if depth:
                depth -= 1
            elif content.startswith("}}", at):
                return at + 2, at + 2
    return 0, len(content)


def _variable_end(content: str, start: int, known: dict[int, int]) -> int:
    """The end of `${ … }` on its line, 0 without one. `known`: what earlier searches found out about braces."""
    brace = start + 1
    if brace not in known:
        _pair(content, brace, _IN_VARIABLE, known)
        if not known[brace]:
            # The quotes were none: an apostrophe, or the quotes around the whole value.
            _pair(content, brace, _BRACES, known)
    return known[brace]


def _pair(content: str, brace: int, tokens: re.Pattern[str], known: dict[int, int]) -> None:
    """Pair braces from `brace` until it is closed or the line ends; 0 for those that stay open."""
    opened: list[int] = []
    for token in tokens.finditer(content, brace):
        if token[0] == "{":
            opened.append(token.start())
        elif token[0] == "}":
            known[opened.pop()] = token.end()
            if not opened:
                return
        elif token[0] == "\n":
            break
    known.update(dict.fromkeys(opened, 0))


def _classified(text: str, opener: str) -> tuple[Kind, str]:
    inside = text[2:-2].strip("-+~ \t\r\n")
    if opener == "{{":
        return _go(inside)
    if opener in ("{#", "#|"):
        return "silent", ""
    if opener in ("#{", "${", "__"):
        return "expression", ""
    return _statement(text[2:-1] if opener == "%{" else inside, opener)


def _go(inside: str) -> tuple[Kind, str]:
    keyword = _GO_KEYWORD.match(inside)
    if keyword:
        return ("open" if keyword[1] else "middle" if keyword[2] else "close"), "{{"
    if _GO_SILENT.match(inside) or _GO_ASSIGNMENT.match(inside):
        return "silent", ""
    return "expression", ""


def _statement(inside: str, opener: str) -> tuple[Kind, str]:
    found = _WORD.match(inside.strip("-+~ \t"))
    word = found[0] if found else ""
    if opener == "%{" and word not in ("if", "for", "else", "endif", "endfor"):
        return "expression", ""
    if word == "include":
        return "expression", ""
    if word in _BRANCHES:
        return "middle", ""
    if word in _BLOCKS and not (word == "set" and "=" in inside):
        return "open", opener + word
    if word.startswith("end") and word[3:] in _BLOCKS:
        return "close", opener + word[3:]
    return "silent", ""
