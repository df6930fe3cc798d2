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


class Scope(NamedTuple):
    """A Flux Kustomization and the directories that its `path` can mean."""

    placed: Placed
    path: str

    def covers(self, home: str) -> bool:
        """Whether a directory lies below the path, seen from any directory above the Kustomization's file."""
        above = dirname(self.placed.path)
        while True:
            root = join(above, self.path) if self.path else above
            if encloses(root, home):
                return bool(root) or bool(self.path)
            if not above:
                return False
            above = parent(above)


class Tree(NamedTuple):
    """The declarations by kind, and the Kustomizations of both kinds that bring them to a cluster.

    `kustomizations` are those of Kustomize by directory, `included_by` the directories of those that list a
    path, `patch_files` the files that they use as patches, `patches` all patches by file, `flux` the Kustomizations
    of Flux. `covered` remembers answers.
    """

    by_kind: dict[str, list[Placed]]
    kustomizations: dict[str, Placed]
    included_by: dict[str, list[str]]
    patch_files: frozenset[str]
    patches: dict[str, list[Placed]]
    flux: tuple[Scope, ...]
    files: frozenset[str]
    covered: dict[str, tuple[Placed, ...]]

    def of(self, kind: str) -> list[Placed]:
        """Every declaration of a kind, in the order of paths."""
        return self.by_kind.get(kind, [])

    def covering(self, home: str) -> tuple[Placed, ...]:
        """The Flux Kustomizations that apply a directory."""
        if home not in self.covered:
            self.covered[home] = tuple(scope.placed for scope in self.flux if scope.covers(home))
        return self.covered[home]

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
    patch_files = frozenset(path for placed in kustomizations.values() for path in listed(placed, "patches"))
    patches: dict[str, list[Placed]] = {}
    for placed in (placed for kind in by_kind.values() for placed in kind):
        if placed.declaration.patch or placed.path in patch_files:
            patches.setdefault(placed.path, []).append(placed)
    flux = tuple(_scopes(by_kind.get(delivery.FLUX, ())))
    return Tree(by_kind, kustomizations, included_by, patch_files, patches, flux, frozenset(files), {})


def _scopes(placed: Iterable[Placed]) -> Iterator[Scope]:
    """The Flux Kustomizations; those whose path is a placeholder cover nothing."""
    for one in placed:
        leaf = one.declaration.keys.get("path")
        if leaf is not None and not leaf.holes and not one.declaration.patch:
            yield Scope(one, leaf.text.strip("./").rstrip("/"))


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
