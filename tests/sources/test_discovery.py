"""Which files below a directory are read, without git."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from famlint.sources import Source, discover, name_of, root_of
from tests.sources.source_trees import fill, names, repository


def test_suffixes(tmp_path: Path) -> None:
    read = ["a.yaml", "b.YML", "c.json", "d.yaml.j2", "e.Yml.TMPL", "f.json.tpl", ".g.yaml", "h/i.yaml"]
    fill(tmp_path, [*read, "a.txt", "yaml", "b.j2", "c.yaml.bak", "d.yaml.j2.tpl", "e.yaml.md"])
    assert names(tmp_path) == sorted(read)


def test_a_named_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    fill(tmp_path, {".gitignore": "*", "kube-vip.env": "", ".famlint.yaml": "", "a/b.yaml": ""})
    assert names(tmp_path, "kube-vip.env", ".famlint.yaml", "a/b.yaml", exclude=["a/"]) == [
        ".famlint.yaml",
        "a/b.yaml",
        "kube-vip.env",
    ]


def test_famlints_own_configuration_is_no_manifest(tmp_path: Path) -> None:
    fill(tmp_path, [".famlint.yaml", "a/.famlint.yaml", "b.yaml"])
    assert names(tmp_path) == ["b.yaml"]


def test_hidden_directories_are_read_only_if_named(tmp_path: Path) -> None:
    fill(tmp_path, [".github/a.yaml", ".github/.hidden/b.yaml", "c/.d/e.yaml", ".f.yaml"])
    assert names(tmp_path) == [".f.yaml"]
    assert names(tmp_path, ".github", "c/.d") == [".github/a.yaml", "c/.d/e.yaml"]


def test_nothing_is_read_twice_and_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    fill(tmp_path, ["b/a.yaml", "b.yaml", "a.yaml"])
    assert names(tmp_path, "b", "b/a.yaml", ".", "b/../b.yaml", "b.yaml") == ["a.yaml", "b.yaml", "b/a.yaml"]


def test_paths_outside_of_the_root_are_absolute(tmp_path: Path) -> None:
    fill(tmp_path, ["root/a.yaml", "rooted/b.yaml"])
    found = discover([tmp_path / "root", tmp_path / "rooted"], tmp_path / "root", (), ())
    assert [source.name for source in found.files] == [f"{tmp_path}/rooted/b.yaml", "a.yaml"]
    assert found.files[1] == Source(tmp_path / "root/a.yaml", "a.yaml")
    assert name_of(tmp_path / "root/c/d", tmp_path / "root") == "c/d"
    assert name_of(tmp_path / "root", tmp_path / "root") == "."
    assert name_of(tmp_path / "rooted", tmp_path / "root") == f"{tmp_path}/rooted"


def test_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, ["a/b.yaml", "c.yaml"])
    monkeypatch.chdir(tmp_path / "a")
    found = discover([Path(), Path("../c.yaml")], tmp_path, (), ())
    assert [source.name for source in found.files] == ["a/b.yaml", "c.yaml"]


def test_hostile_names(tmp_path: Path) -> None:
    hostile = ["a\nb.yaml", "c\udcff.yaml", "-d.yaml", " e .yaml", "*.yaml", ":f.yaml", "\x1b[31m.yaml", "g\\.yaml"]
    fill(tmp_path, [f"x/{name}" for name in hostile])
    assert names(tmp_path) == sorted(f"x/{name}" for name in hostile)
    assert names(tmp_path, *(f"x/{name}" for name in hostile)) == sorted(f"x/{name}" for name in hostile)


@pytest.fixture
def deep_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """More directories in each other than Python has stack frames. pytest itself could not remove them."""
    monkeypatch.chdir(tmp_path)
    for _ in range(1200):
        Path("a").mkdir()
        os.chdir("a")
    Path("b.yaml").write_text("")
    yield tmp_path
    Path("b.yaml").unlink()
    for _ in range(1200):
        os.chdir("..")
        Path("a").rmdir()


def test_a_tree_deeper_than_pythons_stack(deep_tree: Path) -> None:
    assert names(deep_tree) == ["a/" * 1200 + "b.yaml"]


@pytest.mark.parametrize(
    ("include", "exclude", "read"),
    [
        ([], ["a/"], ["b.yaml", "b/a/c.json"]),
        ([], ["/a/"], ["b.yaml", "b/a/c.json"]),
        ([], ["*", "!b.yaml"], ["b.yaml"]),
        ([], ["*.yaml"], ["b/a/c.json"]),
        (["b/"], [], ["b/a/c.json"]),
        (["*.conf"], [], ["b/d.conf"]),
        (["**/*.json", "b.yaml"], ["b/"], ["b.yaml"]),
        (["nothing"], [], []),
    ],
)
def test_include_and_exclude(tmp_path: Path, include: list[str], exclude: list[str], read: list[str]) -> None:
    fill(tmp_path, ["a/a.yaml", "b.yaml", "b/a/c.json", "b/d.conf", "b/e.png"])
    if not include and "a/" in exclude:
        read = ["b.yaml"]
    assert names(tmp_path, include=include, exclude=exclude) == read


def test_a_named_directory_that_is_excluded_is_read(tmp_path: Path) -> None:
    fill(tmp_path, ["vendor/a.yaml", "vendor/b.json", "vendor/vendored/c.yaml"])
    assert names(tmp_path, "vendor", exclude=["vendor/", "*.json"]) == ["vendor/a.yaml", "vendor/vendored/c.yaml"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    fill(tmp_path, ["a.yaml"])
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(os.path.relpath(tmp_path / "socket.yaml"))
        found = discover(
            [tmp_path / name for name in ("no.yaml", "pipe.yaml", "loop.yaml", "socket.yaml", "a.yaml/b", ".")],
            tmp_path,
            (),
            (),
        )
    assert found.missing == (
        f"{tmp_path}/no.yaml: no such file or directory",
        f"{tmp_path}/pipe.yaml: a pipe, not a file; famlint check - reads standard input",
        f"{tmp_path}/loop.yaml: too many levels of symbolic links",
        f"{tmp_path}/socket.yaml: a socket, not a file",
        f"{tmp_path}/a.yaml/b: not a directory",
    )
    assert [source.name for source in found.files] == ["a.yaml"]


def test_devices_are_not_read() -> None:
    assert discover([Path(os.devnull)], Path("/dev"), (), ()).missing == (f"{os.devnull}: a device, not a file",)


def test_a_directory_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, ["a/a.yaml", "b/b.yaml"])
    scan = os.scandir

    def refuse(directory: str) -> object:
        if directory.endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return scan(directory)

    monkeypatch.setattr("os.scandir", refuse)
    found = discover([tmp_path], tmp_path, (), ())
    assert found.missing == ("a: the directory cannot be read: permission denied",)
    assert [source.name for source in found.files] == ["b/b.yaml"]


class TestLinks:
    """Links are followed inside the root only, and never read a file a second time."""

    def test_a_link_to_a_file_that_is_read_anyway(self, tmp_path: Path) -> None:
        fill(tmp_path, ["z.yaml"])
        (tmp_path / "a.yaml").symlink_to("z.yaml")
        assert names(tmp_path) == ["z.yaml"]
        assert names(tmp_path, "a.yaml") == ["a.yaml"]
        assert names(tmp_path, "a.yaml", "z.yaml") == ["z.yaml"]

    def test_a_link_to_a_file_that_is_not_read_by_itself(self, tmp_path: Path) -> None:
        fill(tmp_path, [".hidden/z.txt"])
        (tmp_path / "b.yaml").symlink_to(".hidden/z.txt")
        (tmp_path / "a.yaml").symlink_to(".hidden/z.txt")
        assert names(tmp_path) == ["a.yaml"]

    def test_a_link_to_a_directory(self, tmp_path: Path) -> None:
        fill(tmp_path, ["base/z.yaml", "base/deep/y.yaml", "overlay/a.yaml"])
        (tmp_path / "overlay/base").symlink_to("../base")
        assert names(tmp_path) == ["base/deep/y.yaml", "base/z.yaml", "overlay/a.yaml"]
        assert names(tmp_path, "overlay") == ["overlay/a.yaml", "overlay/base/deep/y.yaml", "overlay/base/z.yaml"]

    def test_loops(self, tmp_path: Path) -> None:
        fill(tmp_path, ["a/b/c.yaml"])
        (tmp_path / "a/b/up").symlink_to("../..")
        (tmp_path / "a/here").symlink_to(".")
        (tmp_path / "a/x").symlink_to("y")
        (tmp_path / "a/y").symlink_to("x")
        assert names(tmp_path) == ["a/b/c.yaml"]
        assert names(tmp_path, "a/b") == ["a/b/c.yaml"]

    def test_links_out_of_the_root(self, tmp_path: Path) -> None:
        fill(tmp_path, ["out/secret.yaml", "rooted/secret.yaml", "root/a.yaml"])
        for name, target in ("f.yaml", "../out/secret.yaml"), ("d", "../out"), ("e", "../rooted"), ("up", ".."):
            (tmp_path / "root" / name).symlink_to(target)
        assert names(tmp_path / "root") == ["a.yaml"]
        named = discover([tmp_path / "root/f.yaml", tmp_path / "root/d"], tmp_path / "root", (), ())
        assert named.files == ()
        assert named.missing == tuple(
            f"{tmp_path}/root/{name}: the link leads out of {tmp_path}/root, and famlint does not follow it"
            for name in ("f.yaml", "d")
        )

    def test_a_link_that_is_named_outside_of_the_root(self, tmp_path: Path) -> None:
        fill(tmp_path, ["root/a.yaml", "out/b.yaml", "other/c.yaml"])
        (tmp_path / "link").symlink_to("out")
        (tmp_path / "out/d.yaml").symlink_to("../other/c.yaml")
        found = discover([tmp_path / "link"], tmp_path / "root", (), ())
        assert [source.name for source in found.files] == [f"{tmp_path}/out/b.yaml"]

    def test_dangling_links_pipes_and_hidden_directories_behind_links(self, tmp_path: Path) -> None:
        fill(tmp_path, ["a.yaml", "x/b.yaml", "y/c.yaml"])
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "y/b.yaml").symlink_to("../pipe")
        (tmp_path / "y/d.yaml").symlink_to("nothing")
        (tmp_path / "y/.x").symlink_to("../x")
        assert names(tmp_path, "y") == ["y/c.yaml"]


class TestCharts:
    """The templates of a Helm chart are no manifests."""

    def test_templates_are_left_out_and_the_chart_is_reported(self, tmp_path: Path) -> None:
        fill(tmp_path, ["c/Chart.yaml", "c/values.yaml", "c/templates/a.yaml", "c/templates/b/c.yaml", "c/crds/d.yaml"])
        fill(tmp_path, ["c/charts/sub/Chart.yaml", "c/charts/sub/templates/e.yaml", "templates/f.yaml"])
        found = discover([tmp_path], tmp_path, (), ())
        assert [source.name for source in found.files] == [
            "c/Chart.yaml",
            "c/charts/sub/Chart.yaml",
            "c/crds/d.yaml",
            "c/values.yaml",
            "templates/f.yaml",
        ]
        assert found.charts == ("c", "c/charts/sub")

    def test_the_chart_itself_is_named(self, tmp_path: Path) -> None:
        fill(tmp_path, ["Chart.yaml", "templates/a.yaml"])
        found = discover([tmp_path], tmp_path, (), ())
        assert ([source.name for source in found.files], found.charts) == (["Chart.yaml"], (".",))

    def test_templates_that_are_named(self, tmp_path: Path) -> None:
        fill(tmp_path, ["c/Chart.yaml", "c/templates/a.yaml", "c/templates/b/c.yaml"])
        assert names(tmp_path, "c/templates") == ["c/templates/a.yaml", "c/templates/b/c.yaml"]
        assert names(tmp_path, "c/templates/b") == ["c/templates/b/c.yaml"]
        assert names(tmp_path, "c/templates/a.yaml", ".") == ["c/Chart.yaml", "c/templates/a.yaml"]

    def test_a_chart_of_which_only_templates_are_included(self, tmp_path: Path) -> None:
        fill(tmp_path, ["c/Chart.yaml", "c/templates/a.yaml"])
        assert discover([tmp_path], tmp_path, ["templates/"], ()).charts == ("c",)

    def test_a_chart_without_templates_is_none(self, tmp_path: Path) -> None:
        fill(tmp_path, ["c/Chart.yaml", "c/a.yaml"])
        assert discover([tmp_path], tmp_path, (), ()).charts == ()


class TestRoot:
    """What report paths are relative to."""

    def test_the_work_tree_of_the_first_path(self, tmp_path: Path) -> None:
        repository(tmp_path / "a/repo", ["b/c.yaml"])
        repository(tmp_path / "other")
        top = tmp_path / "a/repo"
        for path in "a/repo/b/c.yaml", "a/repo/b", "a/repo", "a/repo/no/such.yaml", "a/repo/.git":
            assert root_of([tmp_path / path, tmp_path / "other"], tmp_path / "config.yaml") == top

    def test_the_configuration_outside_of_git(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fill(tmp_path, ["a/b.yaml", "c/.famlint.yaml"])
        monkeypatch.chdir(tmp_path)
        assert root_of([tmp_path / "a/b.yaml"], Path("c/.famlint.yaml")) == tmp_path / "c"
        assert root_of([Path("a/b.yaml")], None) == tmp_path / "a"
        assert root_of([Path("a"), tmp_path / "c"], None) == tmp_path
        assert root_of([], None) == tmp_path

    def test_without_paths_the_current_directory_counts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(fill(repository(tmp_path), ["a/b.yaml"]) / "a")
        assert root_of([], None) == tmp_path
        assert root_of([Path("b.yaml")], None) == tmp_path

    def test_an_empty_git_directory_is_no_repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fill(tmp_path, ["a/.git/config", "a/b.yaml"])
        monkeypatch.chdir(tmp_path)
        assert root_of([Path("a/b.yaml")], None) == tmp_path / "a"

    def test_a_link_belongs_where_it_stands(self, tmp_path: Path) -> None:
        repository(tmp_path / "one", ["a.yaml"])
        repository(tmp_path / "two", ["b.yaml"])
        (tmp_path / "one/link").symlink_to("../two")
        (tmp_path / "free").symlink_to("two")
        assert root_of([tmp_path / "one/link"], None) == tmp_path / "one"
        assert root_of([tmp_path / "free"], None) == tmp_path / "two"
