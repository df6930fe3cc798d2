"""Where reports go, and how they get there."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from famlint.reports.output import Target, encode, targets, words, write_file

_FORMATS = ("text", "concise", "json")


def test_targets() -> None:
    assert targets((), _FORMATS) == (Target("text", None),)
    assert targets(("text", "json=a=b.json"), _FORMATS) == (Target("text", None), Target("json", "a=b.json"))
    assert targets(("json=-",), _FORMATS) == (Target("json", None),)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("sarif",), "no format 'sarif'"),
        (("",), "no format ''"),
        (("json=",), "names no file"),
        (("text", "json"), "two reports go to standard output"),
        (("text", "json=-"), "two reports go to standard output"),
        (("text=a", "json=./a"), "two reports go to ./a"),
    ],
)
def test_bad_targets(options: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        targets(options, _FORMATS)


def test_words() -> None:
    assert words(("VIP001, SVC", "API,", " ")) == ("VIP001", "SVC", "API")


def test_a_file_is_replaced_at_once_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_bytes(b"old")
    path.chmod(0o640)
    before = path.open("rb")
    write_file(str(path), b"new")
    # Whoever has the old file open still reads all of it: the new one is another file.
    with before:
        assert before.read() == b"old"
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["report"]


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    write_file(str(tmp_path / "report"), b"new")
    (tmp_path / "other").write_bytes(b"")
    assert (tmp_path / "report").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "report")
    write_file(str(tmp_path / "link"), b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "report").read_bytes() == b"new"


def test_a_device_stays_a_device() -> None:
    write_file(os.devnull, b"gone")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_file(str(tmp_path / "directory"), b"new")
    with pytest.raises(FileNotFoundError):
        write_file(str(tmp_path / "missing" / "report"), b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["directory"]


def test_encode() -> None:
    assert encode("名\udc80") == "名".encode() + b"\\udc80"
    assert encode("ä…", "ascii") == b"\\xe4\\u2026"


def test_a_reader_that_goes_away_is_no_error() -> None:
    program = (
        "import sys; from famlint.reports.output import write_stream\n"
        "write_stream(sys.stdout.buffer, b'x' * 1_000_000); print('more'); sys.exit(1)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 1
