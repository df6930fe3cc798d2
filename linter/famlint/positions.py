"""Where something stands: the one way in which every stage names a place."""

from typing import NamedTuple


class Span(NamedTuple):
    """Part of one file.

    `start` and `end` count code points of the file's decoded text from 0 (a byte order mark is not
    counted); `end` is exclusive. `literal` says that the file holds the value's own characters there, so
    that an edit may replace them: it is false for base64, for escapes and for folded lines.
    """

    path: str
    start: int
    end: int
    literal: bool = True


class Place(NamedTuple):
    """A span as people count it: lines and columns from 1, columns in code points, ends exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
