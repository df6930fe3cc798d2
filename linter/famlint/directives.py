"""What a file says about its findings: `# famlint: ignore[CODE, …] reason`, and the annotation of an object.

The text is read line by line and not as YAML, so that comments in embedded documents count as well, and in files
that are no YAML before they are rendered.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from famlint.positions import Span

WORD = "famlint:"
KINDS = ("ignore", "ignore-document", "ignore-file")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_COMMENT = re.compile(r"#[ \t]*+famlint:[ \t]*+")
_DIRECTIVE = re.compile(r"([A-Za-z_-]++)(.*)\Z")
_BRACKETS = re.compile(r"[ \t]*+\[([^\[\]]*+)\](.*)\Z")
_BARE_CODE = re.compile(r"[ \t]*+[:(=]?[ \t]*+([A-Z]{2,}[0-9]{2,}|[A-Za-z]{3}[0-9]{3})\b")
_SEPARATOR = re.compile(r"[\s,]+")
_CODE = re.compile(r"(?:[A-Z][A-Z0-9]{0,15}|[A-Za-z]{2,8}[0-9]{1,8}|[A-Za-z]++(?:-[A-Za-z0-9]++)++)\Z")
"""A code or the beginning of one, a code in any case, a rule's name. A word in lower case may be just that: a word."""
_QUOTED = {'"': re.compile(r"\"(?:[^\"\\]|\\.)*+\""), "'": re.compile(r"'(?:[^']|'')*+'")}
_TOKEN = re.compile(r"[ \t]++|[^ \t\"'#:,\[\]{}?(=-]++")
_BEFORE_SCALAR = frozenset(("", ":", "-", ",", "[", "{", "?", "(", "="))
_NO_NODE = re.compile(
    r"""[ \t\ufeff]*+
    (?: (?:---|\.\.\.)?[ \t]*+(?:\#.*)?
      | %\S.*
      | \{\{-?\s*(?:if|else|end|range|with|define|block|/\*).*\}\}
      | \{[%\#].*[%\#]\}
    )[ \t]*+\Z""",
    re.VERBOSE,
)
"""Lines without a node: blank, a comment, a document's marker, a directive of YAML, a condition of a template."""


class Suppression(NamedTuple):
    """One directive of a file. `start:end` are the offsets that it covers, `span` is its own place.

    `codes` are codes, their beginnings and rules' names; none stand for every rule. `malformed` is what is
    wrong with the directive, empty for a good one.
    """

    span: Span
    kind: str
    codes: tuple[str, ...]
    reason: str
    start: int
    end: int
    malformed: str = ""


class Annotation(NamedTuple):
    """`famlint/ignore: "CODE: reason"` of an object, with the object's extent in its file."""

    extent: Span
    span: Span
    text: str


def directives(text: str, documents: Sequence[tuple[int, int]]) -> tuple[Suppression, ...]:
    """The directives of a file, in their order, with empty paths: `at_path` fills them in.

    Args:
        text: the file's text, before anything in it is masked.
        documents: the extents of its documents, in their order.
    """
    if WORD not in text:
        return ()
    return tuple(_directives(text, documents))


def at_path(path: str, found: Iterable[Suppression]) -> tuple[Suppression, ...]:
    """The directives with the path of their file."""
    return tuple(one._replace(span=one.span._replace(path=path)) for one in found)


def fault_of_code(code: str) -> str:
    """What is wrong with a code, its beginning or a rule's name, as a clause; empty where nothing is."""
    return "" if _CODE.match(code) else f'"{code}" is no code like VIP001'


def usual_case(code: str) -> str:
    """A code, its beginning or a rule's name as famlint writes it: names in lower case, all others in upper case."""
    return code.lower() if "-" in code else code.upper()


def _directives(text: str, documents: Sequence[tuple[int, int]]) -> Iterator[Suppression]:
    """Read the lines once; a directive on a line of its own waits for the next line that holds a node."""
    starts = [start for start, _ in documents]
    waiting: list[Suppression] = []
    for line in _lines(text):
        bare = _NO_NODE.match(line[0].rstrip("\r\n")) is not None
        # What has no length stands behind the last character of a text without a line end.
        end_of_line = line.end() + (line.end() == len(text))
        if not bare:
            yield from (one._replace(start=line.start(), end=end_of_line) for one in waiting)
            waiting = []
        for begin, end in _comments(line[0]) if WORD in line[0] else ():
            one = _read(line[0][begin:end], line.start() + begin)
            if one.malformed:
                yield one
            elif one.kind == "ignore-file":
                yield one._replace(start=0, end=len(text) + 1)
            elif one.kind == "ignore-document":
                start, end = _document(one.span.start, documents, starts, len(text))
                yield one._replace(start=start, end=end)
            elif bare:
                waiting.append(one)
            else:
                yield one._replace(start=line.start(), end=end_of_line)
    yield from waiting


def _lines(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _LINE.finditer(text) if match[0])


def _comments(line: str) -> Iterator[tuple[int, int]]:
    """The directives in a line: each from its `#` to the next one or to the end of the line."""
    comment = _comment(line)
    if comment is None:
        return
    end = len(line.rstrip())
    begins = [
        match.start()
        for match in _COMMENT.finditer(line, comment)
        if match.start() == comment or line[match.start() - 1] in " \t"
    ]
    for begin, after in zip(begins, [*begins[1:], end], strict=True) if begins else ():
        yield begin, begin + len(line[begin:after].rstrip())


def _comment(line: str) -> int | None:
    """Where the comment of a line begins, None without one. A `#` in quotes or inside a word is none."""
    position, before, open_quotes = 0, "", set[str]()
    while position < len(line):
        character = line[position]
        if character == "#" and (position == 0 or line[position - 1] in " \t\ufeff"):
            return position
        token = _TOKEN.match(line, position)
        if character in _QUOTED and before in _BEFORE_SCALAR and character not in open_quotes:
            token = _QUOTED[character].match(line, position)
            if token is None:
                # Looking for its end again and again would take forever in a long line.
                open_quotes.add(character)
        position = token.end() if token else position + 1
        before = line[position - 1].strip(" \t\ufeff") or before
    return None


def _read(comment: str, offset: int) -> Suppression:
    """A directive that covers nothing yet."""
    nothing = Suppression(Span("", offset, offset + len(comment)), "", (), "", 0, 0)
    prefix = _COMMENT.match(comment)
    parsed = _DIRECTIVE.match(comment, prefix.end()) if prefix else None
    if parsed is None:
        return nothing._replace(malformed=f"a directive is one of {', '.join(KINDS)}")
    kind, rest = parsed.groups()
    if kind not in KINDS:
        return nothing._replace(kind=kind, malformed=f'unknown directive "{kind}"{_hint(kind)}')
    brackets = _BRACKETS.match(rest)
    if brackets is None:
        return nothing._replace(kind=kind, reason=_reason(rest), malformed=_fault_of_bare(kind, rest))
    written = [code for code in _SEPARATOR.split(brackets[1]) if code]
    codes = tuple(map(usual_case, written))
    faults = [fault for fault in map(fault_of_code, written) if fault]
    malformed = faults[0] if faults else "" if codes else f'there is no code between the brackets; "{kind}" means all'
    return nothing._replace(kind=kind, codes=codes, reason=_reason(brackets[2]), malformed=malformed)


def _fault_of_bare(kind: str, rest: str) -> str:
    """A directive without brackets accepts every rule: nobody may get that by a slip."""
    if rest.lstrip().startswith("["):
        return "the bracket is not closed"
    code = _BARE_CODE.match(rest)
    return f'codes stand in brackets: did you mean "{kind}[{code[1].upper()}]"?' if code else ""


def _reason(text: str) -> str:
    return text.strip().lstrip(":-–—").strip()


def _hint(word: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word.lower().replace("_", "-"), KINDS, 1, 0.5)
    return f': did you mean "{close[0]}"?' if close else f"; known are {', '.join(KINDS)}"


def _document(offset: int, documents: Sequence[tuple[int, int]], starts: Sequence[int], length: int) -> tuple[int, int]:
    """The document around an offset, or the next one for a comment between two, or the last one."""
    if not documents:
        return 0, length + 1
    index = max(bisect_right(starts, offset) - 1, 0)
    if offset >= documents[index][1] and index + 1 < len(documents):
        index += 1
    start, end = documents[index]
    return start, end + 1 if end == length else end
