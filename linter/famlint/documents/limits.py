"""How much one file may ask of famlint before it is refused."""

from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds on one file. `file_bytes` bounds its scalars too.

    `depth` counts nested collections, `aliased_nodes` the nodes that a reader reaches when it follows every
    alias, `seconds` the time spent on the file.
    """

    file_bytes: int = 10 * 1024 * 1024
    depth: int = 200
    documents: int = 100_000
    aliased_nodes: int = 1_000_000
    seconds: float = 10.0


class LimitExceeded(Exception):  # noqa: N818 - not an error of the program, an answer about the input
    """A bound was passed; its text is a clause for people (`nested deeper than 200 levels`)."""
