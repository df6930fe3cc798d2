"""Where the documents of a YAML stream begin and end, without parsing it."""

import re
from collections.abc import Iterator

# A literal line break in front lets the regex engine leap from line to line; `^` would not.
_MARKER = re.compile(r"\n(?:---|\.\.\.)(?=[ \t\r\n]|\Z)")
_NOTHING = re.compile(r"(?:[ \t\r\n\ufeff]++|#[^\r\n]*+)*+")
_DIRECTIVES = re.compile(r"(?:[ \t\r\n\ufeff]++|#[^\r\n]*+|(?<![^\r\n\ufeff])%[^\r\n]*+)*+")


def split(content: str) -> Iterator[tuple[int, int]]:
    """The ranges of the documents in a stream, as code points, ends exclusive.

    A range starts at its `---` (so that `--- !tag` and `--- {a: b}` keep their meaning), or at the directives
    before it, and ends before the next `---` or `...`. Documents without any node are left out.
    """
    start, bare = 0, True
    for marker in _markers(content):
        opens = content[marker] == "-"
        if opens and bare and _DIRECTIVES.fullmatch(content, start, marker):
            start = start if "%" in content[start:marker] else marker
        else:
            if not _empty(content, start, marker):
                yield start, marker
            start = marker if opens else marker + 3
        bare = not opens
    if not _empty(content, start, len(content)):
        yield start, len(content)


def _markers(content: str) -> Iterator[int]:
    """The offsets of all `---` and `...` lines."""
    first = 1 if content.startswith("\ufeff") else 0
    if content[first : first + 3] in ("---", "...") and content[first + 3 : first + 4] in ("", " ", "\t", "\r", "\n"):
        yield first
    for match in _MARKER.finditer(content):
        yield match.start() + 1


def _empty(content: str, start: int, end: int) -> bool:
    """Whether a range holds nothing but its `---`, comments and blanks."""
    if content.startswith("---", start):
        start += 3
    return _NOTHING.fullmatch(content, start, end) is not None
