"""What git says about a work tree, without running anything that the repository names."""

# ruff: noqa: PTH116, PTH117, PTH118, PTH120
# A walk handles thousands of paths, and texts are several times faster than Path objects.

import os
import stat
from collections.abc import Iterable, Mapping
from typing import NamedTuple

_CONFIG = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("safe.bareRepository", "explicit"),
    ("protocol.allow", "never"),
)
_SECONDS = 30
_MOST_PATHS = 200
"""Directories on one command line; beyond that the whole work tree is listed and the caller picks."""


class Listing(NamedTuple):
    """Paths below the top of a work tree, with `/`, in the order of git. Submodules are listed as one path.

    `unlisted` are sentences about directories that git could not open.
    """

    paths: tuple[str, ...]
    unlisted: tuple[str, ...]


def work_tree_of(directory: str) -> str | None:
    """The top of the git work tree that holds an absolute directory, None outside of any. Runs no git."""
    while True:
        if is_work_tree(directory):
            return directory
        above = os.path.dirname(directory)
        if above == directory:
            return None
        directory = above


def is_work_tree(directory: str) -> bool:
    """Whether the directory has a repository of its own: `.git` with a HEAD, or a `.git` file that names one."""
    marker = os.path.join(directory, ".git")
    try:
        mode = os.stat(marker).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) or (stat.S_ISDIR(mode) and os.path.lexists(os.path.join(marker, "HEAD")))


def listed(top: str, directories: Iterable[str], *, untracked: bool) -> Listing | None:
    """The tracked files below some directories, with `untracked` also those that are not ignored.

    Args:
        top: the top of the work tree, absolute.
        directories: paths relative to `top` with `/`, empty for all of it.
        untracked: whether files count that git does not track and does not ignore.

    None where git is missing, fails or takes too long.
    """
    program = _git()
    if program is None:
        return None
    from subprocess import DEVNULL, SubprocessError
    from subprocess import run as run_process

    wanted = list(directories)
    if "" in wanted or len(wanted) > _MOST_PATHS:
        wanted = []
    command = [program, "--literal-pathspecs", "--no-pager"]
    for name, value in _CONFIG:
        command += ["-c", f"{name}={value}"]
    # The repository's own core.worktree could point anywhere. Naming only the work tree keeps git's own search
    # for the repository, and with it the check of who owns it.
    command += [f"--work-tree={top}", "ls-files", "-z", "--cached"]
    if untracked:
        command += ["--others", "--exclude-standard"]
    try:
        done = run_process(
            [*command, "--", *wanted],
            cwd=top,
            env=_environment(os.environ),
            stdin=DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, SubprocessError, ValueError):
        return None
    if done.returncode != 0:
        return None
    paths = dict.fromkeys(os.fsdecode(path).rstrip("/") for path in done.stdout.split(b"\0") if path)
    warnings = os.fsdecode(done.stderr).splitlines()
    unlisted = (line.partition("warning: ")[2] for line in warnings if "could not open directory" in line)
    return Listing(tuple(paths), tuple(unlisted))


def _git() -> str | None:
    """The git to run. A relative entry of PATH could be a directory of the repository itself."""
    from shutil import which

    found = which("git")
    return found if found and os.path.isabs(found) else None


def _environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment without what redirects git, and with what keeps it quiet, local and read-only."""
    kept = {name: value for name, value in inherited.items() if not name.startswith("GIT_")}
    return {
        **kept,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        # An object that is missing in a partial clone would be fetched, by a program that the repository names.
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }
