"""Directories and git repositories for tests, and short ways to ask what is read of them."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from famlint.sources import discover, root_of


def fill(directory: Path, files: Mapping[str, str] | Sequence[str]) -> Path:
    """Write files below a directory; a sequence of names stands for files that say nothing."""
    for name in files:
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name] if isinstance(files, Mapping) else "a: b\n")
    return directory


def git(directory: Path, *words: str) -> None:
    """Run git with a configuration of its own, so that the machine's cannot matter."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *words], cwd=directory, env=environment, check=True, capture_output=True)


def repository(directory: Path, files: Mapping[str, str] | Sequence[str] = ()) -> Path:
    """A git repository whose files are all tracked."""
    directory.mkdir(parents=True, exist_ok=True)
    git(directory, "init", "--initial-branch=main")
    fill(directory, files)
    git(directory, "add", "--all", "--force")
    git(directory, "commit", "--allow-empty", "--message=a")
    return directory


def names(
    directory: Path,
    *paths: str,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    tracked_only: bool = False,
) -> list[str]:
    """The names of what is read when `directory` is the root; every path can be read."""
    found = discover([directory / path for path in paths or (".",)], directory, include, exclude, tracked_only)
    assert found.missing == ()
    return [source.name for source in found.files]


def names_in_work_tree(start: Path) -> list[str]:
    """The names of what is read below a directory, with the root that belongs to it."""
    return [source.name for source in discover([start], root_of([start], None), (), ()).files]
