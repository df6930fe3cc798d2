"""From bytes to text, and back."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.sources import Source, Unreadable, decode, read, read_bytes

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
MARKS = {
    "utf-8": b"\xef\xbb\xbf",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\0\0",
    "utf-32-be": b"\0\0\xfe\xff",
}
TEXT = "a: ü # 😀\r\nb: c\rd:\n"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_byte_order_marks(encoding: str) -> None:
    decoded = decode(MARKS[encoding] + TEXT.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.bom) == (TEXT, encoding, MARKS[encoding])


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [TEXT, "ab", "a"])
def test_encodings_without_a_byte_order_mark(encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.bom) == (text, encoding, b"")


def test_nothing() -> None:
    assert decode(b"").text == ""
    assert decode(MARKS["utf-16-le"]).text == ""


def test_a_second_mark_is_a_character() -> None:
    assert decode(MARKS["utf-8"] * 2 + b"a").text == "\ufeffa"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a: b\nc: \xff\n", "is not UTF-8: the byte 0xff at offset 8 (line 2) does not fit"),
        (b"\xef\xbb\xbfa: \xe9\n", "is not UTF-8: the byte 0xe9 at offset 6 (line 1) does not fit"),
        (b"a: \xed\xa0\x80\n", "is not UTF-8: the byte 0xed at offset 3 (line 1) does not fit"),
        (b"\xff\xfea\0\x00\xd8", "is not UTF-16: the byte 0x00 at offset 4 (line 1) does not fit"),
        (b"a: b\n\nc: \0\n", "is a binary file, not a text: there is a zero character on line 3"),
        (b"\0\0\0\0\0", "is a binary file, not a text: there is a zero character on line 1"),
    ],
)
def test_what_is_no_text(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert caught.value.reason == reason
    assert str(caught.value) == reason


@given(st.binary() | st.text().map(str.encode) | st.text(max_size=5).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_a_text_or_unreadable_and_come_back_unchanged(data: bytes) -> None:
    try:
        decoded = decode(data)
    except Unreadable:
        return
    assert decoded.encode(decoded.text) == data
    assert "\0" not in decoded.text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.sampled_from(ENCODINGS))
def test_every_text_is_read_behind_its_mark(text: str, encoding: str) -> None:
    assert decode(MARKS[encoding] + text.encode(encoding)).text == text


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: b\r\n")
    assert read(Source(path, "a.yaml"), 6) == "a: b\r\n"
    with pytest.raises(Unreadable, match=r"^has 6 bytes, more than the 5 that famlint reads$"):
        read(Source(path, "a.yaml"), 5)


def test_a_file_that_has_gone(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"^has gone since famlint found it$"):
        read_bytes(tmp_path / "a.yaml", 100)


def test_a_file_that_has_become_something_else(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unreadable, match=r"^is a pipe, not a file$"):
        read_bytes(tmp_path / "pipe", 100)
    with pytest.raises(Unreadable, match=r"^cannot be read: is a directory$|^is a directory, not a file$"):
        read_bytes(tmp_path, 100)
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(Unreadable, match=r"^cannot be read: too many levels of symbolic links$"):
        read_bytes(tmp_path / "loop", 100)


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(Unreadable, match=r"^cannot be read: permission denied$"):
        read_bytes(tmp_path / "a.yaml", 100)


def test_a_file_that_says_it_is_empty_and_is_not() -> None:
    path = Path("/proc/self/status")
    if not path.exists():
        pytest.skip("no /proc on this system")
    with pytest.raises(Unreadable, match=r"^has [0-9]+ bytes, more than the 5 that famlint reads$"):
        read_bytes(path, 5)
