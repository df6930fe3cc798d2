"""All declarations of a run by where they stand, and which Kustomizations reach them."""

from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath
from typing import NamedTuple

from famlint.components import delivery
from famlint.components.declaration import Declaration
from famlint.file_result import FileResult

_MOST_CHAINS = 50


class Placed(NamedTuple):
    """A declaration and its file."""

    path: str
    declaration: Declaration

    @property
    def home(self) -> str:
        """The directory of the file."""
        return dirname(self.path)


class Tree(NamedTuple):
    """The declarations by kind, and the Kustomizations by directory."""

    by_kind: dict[str, list[Placed]]
    kustomizations: dict[str, Placed]
    included_by: dict[str, list[str]]
    files: frozenset[str]

    def of(self, kind: str) -> list[Placed]:
        """Every declaration of a kind, in the order of paths."""
        return self.by_kind.get(kind, [])

    def chains(self, path: str) -> list[tuple[Placed, ...]]:
        """The Kustomizations that a file goes through, innermost first: one chain for each way to a root.

        A file that no Kustomization lists has one empty chain.
        """
        found: list[tuple[Placed, ...]] = []
        stack: list[tuple[str, tuple[str, ...]]] = [(path, ())]
        while stack and len(found) < _MOST_CHAINS:
            place, chain = stack.pop()
            owners = [owner for owner in self.included_by.get(place, ()) if owner not in chain]
            if not owners:
                found.append(tuple(self.kustomizations[home] for home in chain))
            stack += [(owner, (*chain, owner)) for owner in reversed(owners)]
        return found


def plant(results: Iterable[FileResult]) -> Tree:
    """Sort the declarations of all files."""
    by_kind: dict[str, list[Placed]] = {}
    files = set()
    for result in sorted(results, key=lambda result: result.path):
        files.add(result.path)
        for declaration in result.declarations:
            by_kind.setdefault(declaration.kind, []).append(Placed(result.path, declaration))
    kustomizations = {placed.home: placed for placed in by_kind.get(delivery.KUSTOMIZATION, ())}
    included_by: dict[str, list[str]] = {}
    for home, placed in kustomizations.items():
        for entry in listed(placed, "resources"):
            if entry in files or entry in kustomizations:
                included_by.setdefault(entry, []).append(home)
    return Tree(by_kind, kustomizations, included_by, frozenset(files))


def listed(kustomization: Placed, field: str) -> Iterator[str]:
    """The paths below a field of a Kustomization (`resources`, `patches`), from the root of the run."""
    for key, leaf in kustomization.declaration.keys.items():
        if key.startswith(f"{field}.") and not leaf.holes and "://" not in leaf.text:
            yield beside(kustomization.path, leaf.text)


def beside(path: str, relative: str) -> str:
    """A path that a file names, from the root of the run."""
    found = normpath(join(dirname(path), relative))
    return "" if found == "." else found


def parent(directory: str) -> str:
    """The directory above; the empty one is above all, absolute paths included."""
    above = dirname(directory)
    return "" if above == directory else above


def encloses(directory: str, path: str) -> bool:
    """Whether a directory is or holds a path; the empty one is the root."""
    return not directory or path == directory or path.startswith(f"{directory}/")
