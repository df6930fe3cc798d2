"""Which files below the named paths are read, and how reports call them."""

# ruff: noqa: PTH112, PTH113, PTH114, PTH116, PTH118, PTH119, PTH120
# A walk handles thousands of paths, and texts are several times faster than Path objects.

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from famlint.sources.git import is_work_tree, listed, work_tree_of
from famlint.sources.ignoring import Globs, globs, ignored_below
from famlint.sources.reading import kind_of, reason_of

_SUFFIXES = (".yaml", ".yml", ".json")
_TEMPLATED = (".j2", ".tmpl", ".tpl")
_OWN = ".famlint.yaml"


class Source(NamedTuple):
    """A file to read. `name` is how reports call it: relative to the root with `/`, absolute outside of it."""

    path: Path
    name: str


class Discovered(NamedTuple):
    """What a run reads.

    `files` are sorted by name, no file stands there twice. `missing` are sentences about paths that cannot be
    read. `charts` are the directories of Helm charts whose templates were left out, `submodules` those of
    repositories inside a repository, which are not read unless named.
    """

    files: tuple[Source, ...]
    missing: tuple[str, ...]
    charts: tuple[str, ...] = ()
    submodules: tuple[str, ...] = ()


def root_of(paths: Sequence[Path], config: Path | None) -> Path:
    """The directory that report paths are relative to.

    The git work tree that holds the first path (the current directory without paths); else the directory of the
    configuration file; else the directory that holds all paths, so that nothing depends on where famlint is run.
    """
    start = _located(paths[0] if paths else Path())
    for candidate in dict.fromkeys((start, os.path.realpath(start))):
        inner = os.path.isdir(candidate) and not os.path.islink(candidate)
        top = work_tree_of(candidate if inner else os.path.dirname(candidate))
        if top is not None:
            return Path(top)
    if config:
        return Path(os.path.dirname(_located(config)))
    places = [os.path.realpath(path) for path in paths or (Path(),)]
    return Path(os.path.commonpath([place if os.path.isdir(place) else os.path.dirname(place) for place in places]))


def discover(
    paths: Sequence[Path],
    root: Path,
    include: Sequence[str],
    exclude: Sequence[str],
    tracked_only: bool = False,
) -> Discovered:
    """Find the files to read.

    In a git work tree: tracked files, and unless `tracked_only` those that git does not ignore; elsewhere, or where
    git fails, a walk that honours .gitignore. Links are followed only inside the root.

    Args:
        paths: files and directories; a file is read whatever its name.
        root: what `root_of` found.
        include: globs as in .gitignore, relative to the root. Where there are any, only files that fit one are read;
            a glob whose last part has a suffix of its own (`*.conf`) also brings files that are neither YAML nor JSON.
        exclude: globs of what is not read.
        tracked_only: of directories, read only what git tracks.
    """
    top = os.path.realpath(root)
    found = _Found({}, [], {}, {})
    directories: list[_Named] = []
    for path in dict.fromkeys(paths):
        named = _named(path, top, found)
        if named and named.directory:
            directories.append(named)
        elif named:
            found.add(named.location, named.real)
    choice = _Choice(top, globs(include), globs(exclude))
    for named, listing in _listings(directories, tracked_only, found):
        _take(named, listing, choice, found, links=not tracked_only)
    files = (Source(Path(path), _name(path, top)) for path in found.files.values())
    return Discovered(
        tuple(sorted(files, key=lambda source: source.name)),
        tuple(dict.fromkeys(found.missing)),
        tuple(sorted(_name(chart, top) for chart in found.charts)),
        tuple(sorted(_name(module, top) for module in found.submodules)),
    )


def name_of(path: Path, root: Path) -> str:
    """How reports call a file or directory: relative to the root with `/`, absolute outside of it."""
    return _name(_located(path), os.path.realpath(root))


class _Found(NamedTuple):
    """What is gathered: files by their real path, sentences, charts and submodules."""

    files: dict[str, str]
    missing: list[str]
    charts: dict[str, None]
    submodules: dict[str, None]

    def add(self, location: str, real: str) -> None:
        """Note a file; of several names the real one is kept."""
        known = self.files.get(real)
        if known is None or (known != real and (location == real or location < known)):
            self.files[real] = location


class _Named(NamedTuple):
    """A path that was named and exists. `bound` is the real directory that links may not lead out of."""

    shown: str
    location: str
    real: str
    bound: str
    directory: bool


class _Choice(NamedTuple):
    """Which files of a directory are read."""

    top: str
    include: Globs
    exclude: Globs

    def wants(self, path: str) -> bool:
        """Whether include and suffix let a file through; `path` is absolute."""
        base = os.path.basename(path)
        if base == _OWN:
            return False
        relative = _below(path, self.top)
        if not self.include.kept or relative is None:
            return _is_configuration(base)
        if not self.include.matches(relative):
            return False
        last = (glob.rpartition("/")[2] for glob in self.include.kept)
        return _is_configuration(base) or any("." in part and fnmatchcase(base, part) for part in last)


def _located(path: Path) -> str:
    """The absolute path with all links resolved but the last."""
    if path.name in ("", ".."):
        return os.path.realpath(path)
    return os.path.join(os.path.realpath(path.parent), path.name)


def _named(path: Path, top: str, found: _Found) -> _Named | None:
    """A named path, None with a sentence where it cannot be read."""
    shown = str(path)
    try:
        location = _located(path)
        real = os.path.realpath(location)
        mode = os.stat(location).st_mode
    except (OSError, ValueError) as error:
        found.missing.append(f"{shown}: {reason_of(error)}")
        return None
    inside = _below(location, top) is not None
    if inside and _below(real, top) is None:
        found.missing.append(f"{shown}: the link leads out of {top}, and famlint does not follow it")
        return None
    if stat.S_ISDIR(mode):
        return _Named(shown, location, real, top if inside else real, directory=True)
    if not stat.S_ISREG(mode):
        hint = "; famlint check - reads standard input" if stat.S_ISFIFO(mode) else ""
        found.missing.append(f"{shown}: {kind_of(mode)}, not a file{hint}")
        return None
    return _Named(shown, location, real, real, directory=False)


def _listings(
    directories: Iterable[_Named], tracked_only: bool, found: _Found
) -> Iterator[tuple[_Named, tuple[str, ...] | None]]:
    """Each directory with its files as git lists them, None where it has to be walked; one git per work tree."""
    groups: dict[str | None, list[_Named]] = {}
    for named in directories:
        groups.setdefault(work_tree_of(named.real), []).append(named)
    for tree, members in groups.items():
        wanted = (_below(named.real, tree) or "" for named in members) if tree else ()
        listing = listed(tree, wanted, untracked=not tracked_only) if tree else None
        for named in members:
            if listing is None or tree is None:
                if tracked_only:
                    why = "git could not list the tracked files" if tree else "outside of a git work tree"
                    found.missing.append(f"{named.shown}: --tracked reads nothing: {why}")
                yield named, () if tracked_only else None
                continue
            inner = os.path.join(_below(named.real, tree) or "", "")
            files = tuple(os.path.join(tree, path) for path in listing.paths if path.startswith(inner))
            found.missing.extend(listing.unlisted)
            # Of a directory that is ignored as a whole git lists nothing, but it was named.
            yield named, files if files or tracked_only else None


def _take(named: _Named, listing: tuple[str, ...] | None, choice: _Choice, found: _Found, *, links: bool) -> None:
    """Add the files of one named directory that are to be read; with `links` also those in linked directories."""
    choice = choice._replace(exclude=choice.exclude.without(_below(named.real, choice.top) or ""))
    walk = _Walk(named, choice, ignored_below(named.bound, named.real), {named.real}, found)
    waiting = list(_walked(named.real, walk) if listing is None else _listed(listing, walk))
    while waiting:
        link = waiting.pop()
        real = os.path.realpath(link)
        try:
            mode = os.stat(link).st_mode
        except OSError:
            continue
        if _below(real, named.bound) is None:
            continue
        if stat.S_ISREG(mode) and choice.wants(link):
            _add(link, real, walk)
        # What lies below the named directory has been found without the link.
        known = real in walk.seen or _below(real, named.real) is not None
        if stat.S_ISDIR(mode) and links and not known and not os.path.basename(link).startswith("."):
            walk.seen.add(real)
            waiting += _walked(link, walk)


class _Walk(NamedTuple):
    """What the search below one named directory carries along; `seen` are real directories."""

    named: _Named
    choice: _Choice
    ignores: Callable[[str, str], bool]
    seen: set[str]
    found: _Found


def _listed(listing: Iterable[str], walk: _Walk) -> Iterator[str]:
    """Add the regular files of git's listing; yields the links in it."""
    pruned: dict[str, bool] = {}
    for path in listing:
        if not _reached(os.path.dirname(path), walk, pruned) or _excluded(path, walk, directory=False):
            continue
        try:
            mode = os.lstat(path).st_mode
        except OSError:  # Tracked and deleted.
            continue
        if stat.S_ISLNK(mode):
            yield path
        elif stat.S_ISREG(mode):
            if walk.choice.wants(path):
                _add(path, path, walk)
        elif stat.S_ISDIR(mode) and is_work_tree(path):
            walk.found.submodules.setdefault(path)


def _reached(directory: str, walk: _Walk, reached: dict[str, bool]) -> bool:
    """Whether nothing between the named directory and this one is left out. A link in between is not followed."""
    above: list[str] = []
    while directory != walk.named.real and directory not in reached:
        above.append(directory)
        directory = os.path.dirname(directory)
    answer = reached.get(directory, True)
    for inner in reversed(above):
        answer = (
            answer
            and not os.path.basename(inner).startswith(".")
            and not os.path.islink(inner)
            and not _excluded(inner, walk, directory=True)
        )
        reached[inner] = answer
    return answer


def _walked(start: str, walk: _Walk) -> Iterator[str]:
    """Add the regular files below a directory; yields the links. Directories are read in the order of their names."""
    waiting = [(start, os.path.realpath(start))]
    while waiting:
        directory, real = waiting.pop()
        try:
            with os.scandir(directory) as entries:
                children = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            shown = _name(directory, walk.choice.top)
            walk.found.missing.append(f"{shown}: the directory cannot be read: {reason_of(error)}")
            continue
        inner: list[tuple[str, str]] = []
        for entry in children:
            is_directory = entry.is_dir(follow_symlinks=False)
            if is_directory and entry.name.startswith("."):
                continue
            if _excluded(entry.path, walk, directory=is_directory):
                continue
            if walk.ignores(directory, entry.name + "/" * is_directory):
                continue
            if entry.is_symlink():
                yield entry.path
            elif is_directory:
                yield from _entered(entry.path, os.path.join(real, entry.name), walk, inner)
            elif entry.is_file(follow_symlinks=False) and walk.choice.wants(entry.path):
                _add(entry.path, os.path.join(real, entry.name), walk)
        waiting += reversed(inner)


def _entered(directory: str, real: str, walk: _Walk, inner: list[tuple[str, str]]) -> Iterator[str]:
    """Note a directory to walk, or take a repository that the walk meets as git lists it; yields the links in it."""
    if real in walk.seen:
        return
    walk.seen.add(real)
    listing = None
    if is_work_tree(directory):
        if work_tree_of(walk.named.real):
            walk.found.submodules.setdefault(directory)
            return
        listing = listed(directory, (), untracked=True)
    if listing is None:
        inner.append((directory, real))
        return
    walk.found.missing.extend(listing.unlisted)
    yield from _listed((os.path.join(directory, path) for path in listing.paths), walk)


def _excluded(path: str, walk: _Walk, *, directory: bool) -> bool:
    relative = _below(path, walk.choice.top)
    return relative is not None and walk.choice.exclude.matches(relative + "/" * directory)


def _add(path: str, real: str, walk: _Walk) -> None:
    """Add a file unless it is a template of a Helm chart below the named directory."""
    directory, base = os.path.split(path)
    if base == "Chart.yaml" and os.path.isdir(os.path.join(directory, "templates")):
        walk.found.charts.setdefault(directory)
    chart = _chart_of(directory, walk.named)
    if chart:
        walk.found.charts.setdefault(chart)
    else:
        walk.found.add(path, real)


def _chart_of(directory: str, named: _Named) -> str:
    """The chart that a directory holds templates of, empty without one. Nothing above the named directory counts."""
    while _below(directory, named.real) or _below(directory, named.location):
        above, name = os.path.split(directory)
        if name == "templates" and os.path.isfile(os.path.join(above, "Chart.yaml")):
            return above
        directory = above
    return ""


def _is_configuration(name: str) -> bool:
    """Whether a file name ends like YAML or JSON, perhaps as a template."""
    name = name.lower()
    for suffix in _TEMPLATED:
        if name.endswith(suffix):
            name = name[: -len(suffix)]
            break
    return name.endswith(_SUFFIXES)


def _below(path: str, directory: str) -> str | None:
    """The path relative to a directory that holds it, empty for the directory itself, None outside of it."""
    if path == directory:
        return ""
    inner = directory if directory.endswith(os.sep) else directory + os.sep
    return path[len(inner) :].replace(os.sep, "/") if path.startswith(inner) else None


def _name(path: str, top: str) -> str:
    relative = _below(path, top)
    return path.replace(os.sep, "/") if relative is None else relative or "."
