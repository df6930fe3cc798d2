"""Files whose expected findings are marked in the text: «128» is where a primary span must lie.

The marks are taken out before the files are written, and their place is counted from the marked text itself,
so that an expectation can never drift from its file.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Expected(NamedTuple):
    """Where a finding must be: lines and columns from 1, ends exclusive."""

    path: str
    line: int
    column: int
    end_column: int


def unmarked(files: Mapping[str, str]) -> dict[str, str]:
    """The files as they are written."""
    return {path: text.replace("«", "").replace("»", "") for path, text in files.items()}


def expected(files: Mapping[str, str]) -> list[Expected]:
    """The marked places of all files, by path and line."""
    return sorted(place for path, text in files.items() for place in _places(path, text))


def _places(path: str, text: str) -> Iterator[Expected]:
    for number, line in enumerate(text.split("\n"), 1):
        seen = 0
        while (start := line.find("«", seen)) >= 0:
            end = line.index("»", start)
            marks = line[:start].count("«") * 2
            yield Expected(path, number, start - marks + 1, end - 1 - marks + 1)
            seen = end
