"""Globs in the language of .gitignore: those of the configuration, and .gitignore files themselves.

pathspec matches them with regular expressions that backtrack, so that a few stars in one pattern can take
minutes on one name. Patterns with more wildcards than any real one has are therefore refused in the
configuration and have no effect in a .gitignore.
"""

# ruff: noqa: PTH118, PTH120, PTH123
# A walk handles thousands of paths, and texts are several times faster than Path objects.

import os
import stat
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_STARS_IN_A_PART = 3
_DEEP_STARS = 2
_WILDCARDS = 6
_LONGEST = 1000
_FILE_BYTES = 1 << 20


class Globs(NamedTuple):
    """Compiled globs, `kept` as they were written. `spec` is None where there are none."""

    kept: tuple[str, ...]
    spec: "GitIgnoreSpec | None"

    def verdict(self, path: str) -> bool | None:
        """Whether the last glob that fits a relative path (`/` at the end of a directory) includes it, None: no fit."""
        return self.spec.check_file(path).include if self.spec else None

    def matches(self, path: str) -> bool:
        """Whether a relative path is included."""
        return self.verdict(path) is True

    def without(self, directory: str) -> "Globs":
        """The globs without those that fit the directory as a whole: whoever names it wants what is in it."""
        if not self.spec or not directory:
            return self
        return globs(glob for glob in self.kept if globs((glob,)).verdict(f"{directory}/") is not True)


def globs(patterns: Iterable[str]) -> Globs:
    """Compile globs that `fault_of` finds nothing wrong with; the others have no effect."""
    kept = tuple(text for text in (pattern.removeprefix("./") for pattern in patterns) if not fault_of(text))
    if not kept:
        return Globs((), None)
    # Late: it takes about 30 ms.
    from pathspec import GitIgnoreSpec

    return Globs(kept, GitIgnoreSpec.from_lines(kept))


def fault_of(pattern: str) -> str:
    """What is wrong with a glob, as a clause; empty where nothing is."""
    body = pattern.removeprefix("!")
    parts = body.split("/")
    stars = [part.count("*") for part in parts if part != "**"]
    deep = parts.count("**")
    trailing = len(body.rstrip(" ")) - len(body.rstrip(" ").rstrip("\\"))
    for wrong, clause in (
        (not body.strip() or not body.strip("/"), "it is empty"),
        (pattern.startswith("#"), "a glob that starts with # is a comment"),
        ("\0" in body or "\n" in body or "\r" in body, "it holds a line end or a zero character"),
        (".." in parts, "it leads out of its directory with .."),
        (len(body) > _LONGEST, f"it is longer than {_LONGEST} characters"),
        (max(stars, default=0) > _STARS_IN_A_PART, f"more than {_STARS_IN_A_PART} stars between two slashes"),
        (deep > _DEEP_STARS, f"more than {_DEEP_STARS} times **"),
        (sum(stars) + deep > _WILDCARDS, f"more than {_WILDCARDS} wildcards"),
        (trailing % 2 == 1, "a backslash at its end"),
        (body.count("[") > body.count("]"), "a [ without its ]"),
    ):
        if wrong:
            return clause
    return ""


def ignored_below(top: str, named: str) -> Callable[[str, str], bool]:
    """Whether .gitignore files ignore something, for a walk that starts at `named` and prunes what is ignored.

    The answer takes an absolute directory and a name in it, with `/` at its end for a directory. Files from `top`
    downwards count, the deepest one that says anything decides, and each is read once. What ignores `named`
    itself has no effect: whoever names a directory wants what is in it.
    """
    chains: dict[str, tuple[tuple[str, Globs], ...]] = {}

    def chain(directory: str) -> tuple[tuple[str, Globs], ...]:
        """The globs that count in a directory, with the directory of each, the deepest first."""
        missing = []
        while directory not in chains:
            missing.append(directory)
            above = os.path.dirname(directory)
            if directory == top or above == directory:
                break
            directory = above
        found = chains.get(directory, ())
        for inner in reversed(missing):
            own = globs(_lines(os.path.join(inner, ".gitignore")))
            if named.startswith(os.path.join(inner, "")):
                own = own.without(os.path.relpath(named, inner))
            found = ((os.path.join(inner, ""), own), *found) if own.kept else found
            chains[inner] = found
        return found

    def ignores(directory: str, name: str) -> bool:
        path = os.path.join(directory, name)
        verdicts = (own.verdict(path[len(place) :]) for place, own in chain(directory))
        return next((verdict for verdict in verdicts if verdict is not None), False)

    return ignores


def _lines(path: str) -> list[str]:
    """The patterns of a .gitignore. As for git, a link or anything but a file has none."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return []
        with open(path, "rb") as file:
            data = file.read(_FILE_BYTES)
    except OSError:
        return []
    lines = os.fsdecode(data.removeprefix(b"\xef\xbb\xbf")).split("\n")
    return [line.removesuffix("\r") for line in lines if not line.startswith("#")]
