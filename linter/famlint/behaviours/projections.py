"""What follows from a component that is a component by itself: the API server of a virtual cluster, say.

Rules about an API server then judge it like any other one, and nothing is stated twice.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from famlint.clusters import Cluster


class Projected(NamedTuple):
    """A subject that follows from another one, and the code prefixes of the rules that are asked about it."""

    subject: object
    prefixes: tuple[str, ...]


_BY_KIND: Mapping[str, Callable[[object, Cluster], Iterator[Projected]]] = {}


def projections(kind: str, subject: object, cluster: Cluster) -> Iterator[Projected]:
    """What follows from a subject, the component of a kind, in its cluster."""
    find = _BY_KIND.get(kind)
    return find(subject, cluster) if find else iter(())
