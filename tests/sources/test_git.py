"""Which files are read in a git work tree, and that git runs nothing of it."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from famlint.sources import discover
from famlint.sources.git import listed
from tests.sources.source_trees import fill, git, names, names_in_work_tree, repository


def test_tracked_and_untracked_files_but_not_ignored_ones(tmp_path: Path) -> None:
    repository(tmp_path, ["tracked.yaml", "sub/tracked.json", "ignored/but-tracked.yaml"])
    fill(tmp_path, {".gitignore": "ignored*\n", ".git/info/exclude": "excluded.yaml\n"})
    fill(tmp_path, ["untracked.yaml", "ignored.yaml", "ignored/b.yaml", "excluded.yaml", "sub/new/a.yaml"])
    assert names(tmp_path) == [
        "ignored/but-tracked.yaml",
        "sub/new/a.yaml",
        "sub/tracked.json",
        "tracked.yaml",
        "untracked.yaml",
    ]
    tracked = ["ignored/but-tracked.yaml", "sub/tracked.json", "tracked.yaml"]
    assert names(tmp_path, tracked_only=True) == tracked
    assert names(tmp_path, "sub") == ["sub/new/a.yaml", "sub/tracked.json"]
    assert names(tmp_path, "ignored", "sub", tracked_only=True) == tracked[:2]
    assert names(tmp_path, "ignored.yaml", tracked_only=True) == ["ignored.yaml"]


def test_a_named_directory_that_git_ignores_is_walked(tmp_path: Path) -> None:
    repository(tmp_path, ["a.yaml"])
    fill(tmp_path, {".gitignore": "out/\n*.json\n", "out/.gitignore": "b.yaml\n"})
    fill(tmp_path, ["out/a.yaml", "out/b.yaml", "out/c.json"])
    assert names(tmp_path) == ["a.yaml"]
    assert names(tmp_path, "out") == ["out/a.yaml"]
    assert names(tmp_path, "out", tracked_only=True) == []


def test_rules_of_the_walk_hold_in_a_work_tree(tmp_path: Path) -> None:
    repository(tmp_path, [".github/a.yaml", "b/.c/d.yaml", ".e.yaml", "f.txt", "vendor/g.yaml", ".famlint.yaml"])
    repository(tmp_path / "g", ["Chart.yaml", "templates/a.yaml"])
    assert names(tmp_path, exclude=["vendor/"]) == [".e.yaml"]
    assert names(tmp_path, ".github", "b/.c", "vendor", exclude=["vendor/"]) == [
        ".github/a.yaml",
        "b/.c/d.yaml",
        "vendor/g.yaml",
    ]
    assert discover([tmp_path / "g"], tmp_path, (), ()).charts == ("g",)


def test_hostile_names(tmp_path: Path) -> None:
    hostile = ["a\nb.yaml", "c\udcff.yaml", "-d.yaml", ' "e" .yaml', "*.yaml", ":(top)f.yaml", "g\\.yaml", "ü.yaml"]
    repository(tmp_path, [f"{name}.d/{name}" for name in hostile])
    expected = sorted(f"{name}.d/{name}" for name in hostile)
    assert names(tmp_path) == expected
    assert names(tmp_path, *(f"{name}.d" for name in hostile)) == expected
    assert names(tmp_path, "*.yaml.d") == ["*.yaml.d/*.yaml"]


def test_files_that_have_gone_or_changed_their_kind(tmp_path: Path) -> None:
    repository(tmp_path, ["a.yaml", "b.yaml", "c.yaml", "d/e.yaml", "f/g.yaml", "h.yaml"])
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "b.yaml").unlink()
    (tmp_path / "b.yaml").mkdir()
    (tmp_path / "c.yaml").unlink()
    os.mkfifo(tmp_path / "c.yaml")
    (tmp_path / "d/e.yaml").unlink()
    (tmp_path / "d").rmdir()
    (tmp_path / "d").write_text("")
    (tmp_path / "f").rename(tmp_path / "moved")
    (tmp_path / "f").symlink_to("moved")
    assert names(tmp_path) == ["h.yaml", "moved/g.yaml"]


def test_a_directory_that_a_link_out_of_the_tree_has_replaced(tmp_path: Path) -> None:
    repository(tmp_path / "repo", ["d/e.yaml", "a.yaml"])
    fill(tmp_path, ["out/e.yaml"])
    (tmp_path / "repo/d/e.yaml").unlink()
    (tmp_path / "repo/d").rmdir()
    (tmp_path / "repo/d").symlink_to("../out")
    assert names(tmp_path / "repo") == ["a.yaml"]


def test_tracked_links(tmp_path: Path) -> None:
    fill(tmp_path, ["out/b.yaml"])
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "out.yaml").symlink_to("../out/b.yaml")
    (repo / "outer").symlink_to("../out")
    (repo / "in.yaml").symlink_to("a.yaml")
    (repo / "loop").symlink_to(".")
    (repo / "git.yaml").symlink_to(".git/config")
    repository(repo, ["a.yaml", "overlay/c.yaml", "base/d.yaml"])
    (repo / "overlay/base").symlink_to("../base")
    assert names(repo) == ["a.yaml", "base/d.yaml", "git.yaml", "overlay/c.yaml"]
    assert names(repo, "overlay") == ["overlay/base/d.yaml", "overlay/c.yaml"]


def test_a_file_in_conflict_is_read_once(tmp_path: Path) -> None:
    repository(tmp_path, {"a.yaml": "a\n"})
    git(tmp_path, "checkout", "-b", "other")
    fill(tmp_path, {"a.yaml": "b\n"})
    git(tmp_path, "commit", "--all", "--message=b")
    git(tmp_path, "checkout", "main")
    fill(tmp_path, {"a.yaml": "c\n"})
    git(tmp_path, "commit", "--all", "--message=c")
    with pytest.raises(subprocess.CalledProcessError):
        git(tmp_path, "merge", "other")
    assert names(tmp_path) == ["a.yaml"]


class TestRepositoriesInRepositories:
    """Submodules, linked work trees, and repositories that a walk meets."""

    def test_submodules_are_read_if_named(self, tmp_path: Path) -> None:
        repository(tmp_path / "inner", ["b.yaml"])
        repository(tmp_path / "outer", ["a.yaml"])
        git(tmp_path / "outer", "submodule", "add", str(tmp_path / "inner"), "mod")
        git(tmp_path / "outer", "commit", "--message=b")
        fill(tmp_path, ["outer/mod/new.yaml"])
        found = discover([tmp_path / "outer"], tmp_path / "outer", (), ())
        assert ([source.name for source in found.files], found.submodules) == (["a.yaml"], ("mod",))
        assert names(tmp_path / "outer", "mod") == ["mod/b.yaml", "mod/new.yaml"]
        assert names(tmp_path / "outer", "mod", ".", tracked_only=True) == ["a.yaml", "mod/b.yaml"]
        assert names_in_work_tree(tmp_path / "outer/mod") == ["b.yaml", "new.yaml"]

    def test_a_submodule_that_is_not_checked_out(self, tmp_path: Path) -> None:
        repository(tmp_path / "inner", ["b.yaml"])
        repository(tmp_path / "outer", ["a.yaml"])
        git(tmp_path / "outer", "submodule", "add", str(tmp_path / "inner"), "mod")
        git(tmp_path / "outer", "submodule", "deinit", "--force", "mod")
        assert names(tmp_path / "outer") == ["a.yaml"]

    def test_an_untracked_repository(self, tmp_path: Path) -> None:
        repository(tmp_path, ["a.yaml"])
        repository(tmp_path / "b/inner", ["c.yaml"])
        found = discover([tmp_path], tmp_path, (), ())
        assert ([source.name for source in found.files], found.submodules) == (["a.yaml"], ("b/inner",))

    def test_a_linked_work_tree(self, tmp_path: Path) -> None:
        repository(tmp_path / "main", {"a.yaml": "", ".gitignore": "b.yaml\n"})
        git(tmp_path / "main", "worktree", "add", str(tmp_path / "linked"))
        fill(tmp_path / "linked", ["b.yaml", "c.yaml"])
        assert names_in_work_tree(tmp_path / "linked") == ["a.yaml", "c.yaml"]

    def test_repositories_that_a_walk_meets(self, tmp_path: Path) -> None:
        repository(tmp_path / "one", {"a.yaml": "", ".git/info/exclude": "no.yaml\n"})
        repository(tmp_path / "deep/two", ["b.yaml"])
        fill(tmp_path, ["one/no.yaml", "one/.c/d.yaml", "e.yaml"])
        assert names(tmp_path) == ["deep/two/b.yaml", "e.yaml", "one/a.yaml"]

    def test_several_repositories_are_named(self, tmp_path: Path) -> None:
        repository(tmp_path / "one", {"a.yaml": "", ".gitignore": "b.yaml"})
        repository(tmp_path / "two", {"c.yaml": "", ".gitignore": "d.yaml"})
        fill(tmp_path, ["one/b.yaml", "two/d.yaml"])
        found = discover([tmp_path / "one", tmp_path / "two"], tmp_path / "one", (), ())
        assert [source.name for source in found.files] == [f"{tmp_path}/two/c.yaml", "a.yaml"]


class TestWithoutGit:
    """Where git cannot help, the tree is walked."""

    def test_git_is_missing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        repository(tmp_path / "repo", {"a.yaml": "", ".gitignore": "b.yaml\n"})
        repository(tmp_path / "repo/inner", ["d.yaml"])
        fill(tmp_path / "repo", ["b.yaml", "c.yaml"])
        monkeypatch.setenv("PATH", str(tmp_path))
        assert names(tmp_path / "repo") == ["a.yaml", "c.yaml"]
        found = discover([tmp_path / "repo"], tmp_path / "repo", (), (), tracked_only=True)
        assert found.files == ()
        assert found.missing == (f"{tmp_path}/repo: --tracked reads nothing: git could not list the tracked files",)

    def test_tracked_files_outside_of_git(self, tmp_path: Path) -> None:
        fill(tmp_path, ["a.yaml"])
        found = discover([tmp_path], tmp_path, (), (), tracked_only=True)
        assert found.missing == (f"{tmp_path}: --tracked reads nothing: outside of a git work tree",)

    def test_a_broken_repository(self, tmp_path: Path) -> None:
        repository(tmp_path, ["a.yaml"])
        (tmp_path / ".git/index").write_text("nonsense")
        assert names(tmp_path) == ["a.yaml"]

    def test_git_takes_too_long(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        repository(tmp_path / "repo", ["a.yaml"])
        (tmp_path / "bin").mkdir()
        program(tmp_path / "bin/git", "exec sleep 60")
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
        monkeypatch.setattr("famlint.sources.git._SECONDS", 0.2)
        assert names(tmp_path / "repo") == ["a.yaml"]


class TestHostileRepositories:
    """Reading a repository runs nothing that it brings, and is not led elsewhere."""

    def test_programs_in_its_configuration(self, tmp_path: Path) -> None:
        repository(tmp_path / "repo", {"a.yaml": "", ".gitattributes": "*.yaml filter=bad diff=bad\n"})
        bad = program(tmp_path / "bad", f"touch {tmp_path}/ran")
        fill(tmp_path / "repo", ["b.yaml"])
        for name in "core.fsmonitor", "filter.bad.clean", "filter.bad.process", "core.pager", "diff.bad.textconv":
            git(tmp_path / "repo", "config", name, str(bad))
        (tmp_path / "hooks").mkdir()
        for hook in "fsmonitor-watchman", "post-index-change", "post-checkout":
            program(tmp_path / "hooks" / hook, f"touch {tmp_path}/ran")
        git(tmp_path / "repo", "-c", "core.fsmonitor=false", "config", "core.hooksPath", str(tmp_path / "hooks"))
        (tmp_path / "ran").unlink(missing_ok=True)
        assert names(tmp_path / "repo") == ["a.yaml", "b.yaml"]
        assert not (tmp_path / "ran").exists()
        subprocess.run(["git", "status"], cwd=tmp_path / "repo", check=False, capture_output=True)
        assert (tmp_path / "ran").exists()

    def test_its_work_tree_setting_leads_nowhere(self, tmp_path: Path) -> None:
        repository(tmp_path / "repo", ["a.yaml"])
        fill(tmp_path, ["out/secret.yaml", "repo/b.yaml"])
        git(tmp_path / "repo", "config", "core.worktree", str(tmp_path / "out"))
        assert names(tmp_path / "repo") == ["a.yaml", "b.yaml"]

    def test_the_environment_does_not_redirect_git(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        repository(tmp_path / "one", ["a.yaml"])
        repository(tmp_path / "two", ["b.yaml"])
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "two/.git"))
        monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "two"))
        monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "two/.git/index"))
        assert names(tmp_path / "one", tracked_only=True) == ["a.yaml"]

    def test_a_git_in_the_tree_is_not_run(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        repository(tmp_path, ["a.yaml"])
        program(tmp_path / "git", f"touch {tmp_path}/ran; exit 1")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
        assert names(tmp_path) == ["a.yaml"]
        assert not (tmp_path / "ran").exists()

    def test_the_index_is_not_written(self, tmp_path: Path) -> None:
        repository(tmp_path, ["a.yaml"])
        before = {path: path.read_bytes() for path in (tmp_path / ".git").rglob("*") if path.is_file()}
        assert names(tmp_path) == ["a.yaml"]
        assert {path: path.read_bytes() for path in (tmp_path / ".git").rglob("*") if path.is_file()} == before


def test_many_directories_are_listed_at_once(tmp_path: Path) -> None:
    repository(tmp_path, [f"d{number:03}/a.yaml" for number in range(300)])
    found = listed(str(tmp_path), [f"d{number:03}" for number in range(300)], untracked=True)
    assert found is not None
    assert len(found.paths) == 300
    assert len(names(tmp_path, *(f"d{number:03}" for number in range(0, 300, 2)))) == 150


def program(path: Path, script: str) -> Path:
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
