"""All declarations of a run by where they stand, and the ways on which they reach a cluster."""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, dirname, join, normpath
from typing import NamedTuple

from famlint.components import delivery
from famlint.components.declaration import Declaration
from famlint.components.model import Place
from famlint.components.table import CHART_KINDS
from famlint.documents.document import Role
from famlint.file_result import FILES, FileResult

_MOST_WAYS = 100
_DEEPEST = 6


class Placed(NamedTuple):
    """A declaration and its file."""

    path: str
    declaration: Declaration

    @property
    def home(self) -> str:
        """The directory of the file."""
        return dirname(self.path)


class Way(NamedTuple):
    """How an object reaches a cluster.

    `home` is the directory that is applied, `kustomizations` are those of Kustomize that it goes through,
    innermost first, each behind its components; `appliers` the Flux Kustomization (or the Application) that
    applies the directory, and those that apply it in turn.
    """

    home: str
    kustomizations: tuple[Placed, ...] = ()
    appliers: tuple[Placed, ...] = ()

    @property
    def owners(self) -> tuple[Placed, ...]:
        """All that may change the object, in the order in which they do."""
        return (*self.kustomizations, *self.appliers)

    @property
    def destination(self) -> str:
        """The cluster that an applier names (a destination, a kubeconfig), empty where none does."""
        for applier in self.appliers:
            if (named := applier.declaration.keys.get("destination")) is not None:
                return named.text
        return ""

    @property
    def applied_from(self) -> str:
        """The directory of the outermost applier, else the one that is applied."""
        return self.appliers[-1].home if self.appliers else self.home

    @property
    def place(self) -> Place:
        """The way as its components keep it."""
        innermost = self.kustomizations[0].path if self.kustomizations else ""
        return Place(self.home, self.applied_from, self.destination, innermost)


class Tree(NamedTuple):
    """The declarations by kind, and what brings them to a cluster.

    `kustomizations` are those of Kustomize by directory, `included_by` the directories of those that list a
    path, `patch_files` the files that they use as patches, `patches` all patches by file, `scopes` those who apply
    a directory, by the directory. `known_ways` remembers answers.
    """

    by_kind: dict[str, list[Placed]]
    kustomizations: dict[str, Placed]
    included_by: dict[str, list[str]]
    patch_files: frozenset[str]
    patches: dict[str, list[Placed]]
    scopes: dict[str, list[Placed]]
    known_ways: dict[str, tuple[tuple[Placed, ...], ...]]

    def of(self, kind: str) -> list[Placed]:
        """Every declaration of a kind, in the order of paths."""
        return self.by_kind.get(kind, [])

    def ways(self, path: str) -> list[Way]:
        """Every way of a file's objects to a cluster; at least one."""
        found = []
        for chain in self._chains(path):
            home = chain[-1].home if chain else dirname(path)
            seen: set[str] = set()
            kustomizations = tuple(one for owner in chain for one in self._with_components(owner, seen))
            found += [Way(home, kustomizations, appliers) for appliers in self.appliers(home)]
        return found[:_MOST_WAYS]

    def appliers(self, home: str, seen: tuple[Placed, ...] = ()) -> tuple[tuple[Placed, ...], ...]:
        """Who applies a directory, each followed by its own appliers.

        A path applies what lies below it up to the next file of Kustomize, which decides for itself what it lists.
        """
        if home in self.known_ways and not seen:
            return self.known_ways[home]
        found: list[tuple[Placed, ...]] = []
        for placed in self._applying(home):
            if any(placed is one for one in seen) or len(found) >= _MOST_WAYS:
                continue
            for chain in self._chains(placed.path) if len(seen) < _DEEPEST else ():
                outer = self.appliers(chain[-1].home if chain else placed.home, (*seen, placed))
                found += [(placed, *rest) for rest in outer]
        answer = tuple(found[:_MOST_WAYS]) or ((),)
        if not seen:
            self.known_ways[home] = answer
        return answer

    def _applying(self, home: str) -> Iterator[Placed]:
        directory = home
        while True:
            yield from self.scopes.get(directory, ())
            if not directory:
                return
            directory = parent(directory)
            if directory in self.kustomizations:
                return

    def _chains(self, path: str) -> list[tuple[Placed, ...]]:
        """The Kustomizations that list a file, and those that list them: a chain for each way to a root."""
        found: list[tuple[Placed, ...]] = []
        stack: list[tuple[str, tuple[str, ...]]] = [(path, ())]
        while stack and len(found) < _MOST_WAYS:
            place, chain = stack.pop()
            owners = [owner for owner in self.included_by.get(place, ()) if owner not in chain]
            if not owners:
                found.append(tuple(self.kustomizations[home] for home in chain))
            stack += [(owner, (*chain, owner)) for owner in reversed(owners)]
        return found

    def _with_components(self, owner: Placed, seen: set[str]) -> Iterator[Placed]:
        """A Kustomization behind the components that it names: they change what it has gathered, before it does."""
        for directory in listed(owner, "components"):
            component = self.kustomizations.get(directory)
            if component is not None and directory not in seen:
                seen.add(directory)
                yield from self._with_components(component, seen)
        yield owner


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
        for entry in (*listed(placed, "resources"), *_from_components(placed, kustomizations)):
            if entry in files or entry in kustomizations:
                included_by.setdefault(entry, []).append(home)
    patch_files = frozenset(path for placed in kustomizations.values() for path in listed(placed, "patches"))
    patches: dict[str, list[Placed]] = {}
    for placed in (placed for kind in by_kind.values() for placed in kind):
        if placed.declaration.patch or placed.path in patch_files:
            patches.setdefault(placed.path, []).append(placed)
    scopes = _scopes(by_kind.get(delivery.FLUX, ()))
    return Tree(by_kind, kustomizations, included_by, patch_files, patches, scopes, {})


def _from_components(placed: Placed, kustomizations: dict[str, Placed]) -> Iterator[str]:
    """The resources that the components of a Kustomization bring, and those of their components."""
    stack, seen = list(listed(placed, "components")), set()
    while stack:
        directory = stack.pop()
        if directory in kustomizations and directory not in seen:
            seen.add(directory)
            yield from listed(kustomizations[directory], "resources")
            stack += listed(kustomizations[directory], "components")


def _scopes(placed: Iterable[Placed]) -> dict[str, list[Placed]]:
    """Those who apply a directory, by every directory that their path can mean.

    The path starts from the root of a repository, which can be any directory above the file that names it. A path
    that is a placeholder means none.
    """
    found: dict[str, list[Placed]] = {}
    for one in placed:
        leaf = one.declaration.keys.get("path")
        if leaf is None or leaf.holes or one.declaration.patch:
            continue
        path, above = leaf.text.strip("./").rstrip("/"), one.home
        while True:
            root = join(above, path) if path else above
            if root:
                found.setdefault(root, []).append(one)
            if not above:
                break
            above = parent(above)
    return found


def named_roles(results: Mapping[str, FileResult]) -> dict[str, Role]:
    """What files are to others that name them: patches of a Kustomization, Helm values.

    Beside a values file of the chart, others of the same family (`values-prod.yaml`) are its layers.
    """
    roles: dict[str, Role] = {}
    families = set()
    for path, result in results.items():
        for want in result.wants():
            if want.kind in FILES:
                roles[beside(path, want.name)] = Role.PATCH if want.kind == delivery.PATCH_FILE else Role.VALUES
        if any(one.kind in CHART_KINDS and one.owner is None for one in result.declarations):
            families.add(dirname(path))
    for path, result in results.items():
        if dirname(path) in families and is_values_file(path) and not result.declarations:
            roles[path] = Role.VALUES
    return {path: role for path, role in roles.items() if path in results}


def is_values_file(path: str) -> bool:
    """Whether a file is called like values of Helm: `values.yaml`, `values-prod.yaml`, `vcluster.yaml`."""
    name = basename(path).lower()
    return name.startswith(("values", "vcluster")) and name.endswith((".yaml", ".yml"))


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
