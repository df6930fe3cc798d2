"""What directories say about clusters: scopes of their own, directories of one cluster among several."""

from collections.abc import Iterator

from famlint.components.model import Component
from famlint.resolve.tree import parent

_OWN_SCOPE = ("test", "e2e", "example", "fixture", "testdata", "hack", "vendor", "ci")
_CLUSTERS = frozenset(("clusters", "environments", "envs", "stages", "sites", "overlays"))
_STARTS = ("test", "example", "fixture")


def upwards(directory: str) -> Iterator[str]:
    """A directory and all above it, the root last."""
    while directory:
        yield directory
        directory = parent(directory)
    yield ""


def scope(home: str) -> str:
    """The nearest directory above that is a scope of its own (tests, examples), empty for the tree itself."""
    parts = home.split("/") if home else []
    for end in range(len(parts), 0, -1):
        word = parts[end - 1].lower()
        if word in _OWN_SCOPE or word.rstrip("s") in _OWN_SCOPE or word.startswith(_STARTS):
            return "/".join(parts[:end])
    return ""


def may_belong(one: Component, other: Component) -> bool:
    """Whether nothing says that two components are of two clusters.

    It says so where what applies them names two destinations, where they or what applies them lie in two
    directories below one called clusters, and where a template has one or the other.
    """
    mine, theirs = one.place, other.place
    if mine.destination != theirs.destination and mine.destination and theirs.destination:
        return False
    for here, there in ((mine.home, theirs.home), (mine.applied_from, theirs.applied_from)):
        places = _place_among_clusters(here), _place_among_clusters(there)
        if all(places) and places[0] != places[1]:
            return False
    same_file = one.span.path == other.span.path
    return not (same_file and one.branch and other.branch and one.branch != other.branch)


def _place_among_clusters(home: str) -> str:
    """The directory of one cluster among several, as `clusters/prod`; empty where the names do not tell."""
    parts = home.split("/")
    return next(
        ("/".join(parts[: end + 1]) for end, part in enumerate(parts) if end and parts[end - 1].lower() in _CLUSTERS),
        "",
    )
