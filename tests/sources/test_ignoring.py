"""Globs, and .gitignore files outside of git."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from famlint.sources.ignoring import fault_of, globs
from tests.sources.source_trees import fill, names


@pytest.mark.parametrize(
    ("patterns", "path", "verdict"),
    [
        (["vendor/"], "vendor/a.yaml", True),
        (["vendor/"], "b/vendor/", True),
        (["/vendor/"], "b/vendor/a.yaml", None),
        (["./vendor/"], "vendor/a.yaml", True),
        (["*.json", "!keep.json"], "a/keep.json", False),
        (["a/**/b.yaml"], "a/b.yaml", True),
        (["a/*.yaml"], "a/b/c.yaml", None),
        ([], "a", None),
        (["\udcff*"], "\udcffa", True),
    ],
)
def test_globs(patterns: Sequence[str], path: str, verdict: bool | None) -> None:
    assert globs(patterns).verdict(path) is verdict


def test_globs_without_those_that_fit_a_directory() -> None:
    found = globs(["vendor/", "*.json", "a/vendor"]).without("vendor")
    assert found.kept == ("*.json", "a/vendor")


@pytest.mark.parametrize(
    ("pattern", "clause"),
    [
        ("", "it is empty"),
        ("!", "it is empty"),
        ("/", "it is empty"),
        ("# a", "a glob that starts with # is a comment"),
        ("a\nb", "it holds a line end or a zero character"),
        ("../a", "it leads out of its directory with .."),
        ("a/../b", "it leads out of its directory with .."),
        ("a..b/*", ""),
        ("a\\", "a backslash at its end"),
        ("a\\\\", ""),
        ("[a", "a [ without its ]"),
        ("[ab]*.yaml", ""),
        ("*a*a*a*b", "more than 3 stars between two slashes"),
        ("**/a/**/b/**", "more than 2 times **"),
        ("*/*/*/*/*/*/*", "more than 6 wildcards"),
        ("a" * 1001, "it is longer than 1000 characters"),
        ("clusters/*/apps/**/*.yaml", ""),
    ],
)
def test_faults_of_globs(pattern: str, clause: str) -> None:
    assert fault_of(pattern) == clause


def test_hostile_globs_take_no_time(tmp_path: Path) -> None:
    fill(tmp_path, {".gitignore": "*a*a*a*a*a*a*a*b\n" * 50, f"{'a' * 240}.yaml": ""})
    started = time.perf_counter()
    assert len(names(tmp_path)) == 1
    assert time.perf_counter() - started < 5


def test_a_walk_honours_gitignore_files(tmp_path: Path) -> None:
    fill(
        tmp_path,
        {".gitignore": "build/\n*.json\n\n# no\n!/keep.json\r\nbroken\\\n", "c/.gitignore": "!*.json\na.yaml\n"},
    )
    fill(
        tmp_path, ["a.yaml", "a.json", "keep.json", "b/keep.json", "build/a.yaml", "c/a.yaml", "c/a.json", "c/d/a.yaml"]
    )
    assert names(tmp_path) == ["a.yaml", "c/a.json", "keep.json"]


def test_a_gitignore_above_the_named_directory_counts_but_not_against_it(tmp_path: Path) -> None:
    fill(tmp_path, {".gitignore": "build/\n*.json\n"})
    fill(tmp_path, ["build/a.yaml", "build/b.json", "build/build/c.yaml"])
    assert names(tmp_path, "build") == ["build/a.yaml", "build/build/c.yaml"]


@pytest.mark.parametrize("odd", ["directory", "link"])
def test_a_gitignore_that_is_no_file(tmp_path: Path, odd: str) -> None:
    fill(tmp_path, {"a.yaml": "", "patterns": "*\n"})
    if odd == "directory":
        (tmp_path / ".gitignore").mkdir()
    else:
        (tmp_path / ".gitignore").symlink_to("patterns")
    assert names(tmp_path) == ["a.yaml"]


def test_a_gitignore_of_odd_bytes(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbfa.yaml\n\xff.yaml\n\x0bb.yaml\n")
    fill(tmp_path, ["a.yaml", "b.yaml", "\udcff.yaml"])
    assert names(tmp_path) == ["b.yaml"]
