"""From a file to its text, and what of it is needed to write the text back byte for byte."""

import os
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from pathlib import Path
from typing import NamedTuple, Protocol

# UTF-32 first: its little-endian mark starts with that of UTF-16.
_MARKS = (
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF8, "utf-8"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}


class Unreadable(Exception):  # noqa: N818 - it says what the file is, callers read `except Unreadable`
    """A file without a text. `reason` continues a sentence about the file (`is not UTF-8: …`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Decoded(NamedTuple):
    """A text, and how the file holds it. Line ends are the file's own, the byte order mark is not in the text."""

    text: str
    encoding: str
    bom: bytes

    def encode(self, text: str) -> bytes:
        """The bytes of a file that holds `text` as this one holds its own."""
        return self.bom + text.encode(self.encoding)


class _Located(Protocol):
    @property
    def path(self) -> Path: ...


def read(source: _Located, max_bytes: int) -> str:
    """The text of a file of at most `max_bytes` bytes. Raises Unreadable."""
    return decode(read_bytes(source.path, max_bytes)).text


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file. Raises Unreadable, also for a file that has changed its kind or has gone."""
    # Without O_NONBLOCK a pipe that has taken the place of the file would block for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable(f"is {kind_of(status.st_mode)}, not a file")
            data = file.read(max_bytes + 1)
            size = max(status.st_size, len(data))
    except FileNotFoundError:
        raise Unreadable("has gone since famlint found it") from None
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot be read: {reason_of(error)}") from None
    if len(data) > max_bytes:
        raise Unreadable(f"has {size:,} bytes, more than the {max_bytes:,} that famlint reads")
    return data


def decode(data: bytes) -> Decoded:
    """The text of a file's bytes. Raises Unreadable where they are no text.

    The encoding is UTF-8, UTF-16 or UTF-32: by the byte order mark, else by the zero bytes among the first four
    (YAML 1.2.2, section 5.2).
    """
    bom, encoding = _encoding(data)
    try:
        text = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        start = error.start + len(bom)
        line = 1 + data[len(bom) : start].decode(encoding, errors="ignore").count("\n")
        byte = f"the byte 0x{data[start]:02x} at offset {start} (line {line}) does not fit"
        raise Unreadable(f"is not {_NAMES[encoding]}: {byte}") from None
    zero = text.find("\0")
    if zero >= 0:
        line = 1 + text.count("\n", 0, zero)
        raise Unreadable(f"is a binary file, not a text: there is a zero character on line {line}")
    return Decoded(text, encoding, bom)


def kind_of(mode: int) -> str:
    """What a file that is not a regular one is, with its article."""
    for test, name in (
        (stat.S_ISDIR, "a directory"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISLNK, "a symbolic link"),
    ):
        if test(mode):
            return name
    return "something else"


def reason_of(error: OSError | ValueError) -> str:
    """Why the system refused, as a clause in lower case."""
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return words[:1].lower() + words[1:]


def _encoding(data: bytes) -> tuple[bytes, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    zeros = tuple(byte == 0 for byte in data[:4])
    if len(zeros) == 4 and zeros[:3] == (True, True, True) and not zeros[3]:
        return b"", "utf-32-be"
    if len(zeros) == 4 and not zeros[0] and zeros[1:] == (True, True, True):
        return b"", "utf-32-le"
    if zeros[:2] == (True, False):
        return b"", "utf-16-be"
    if zeros[:2] == (False, True):
        return b"", "utf-16-le"
    return b"", "utf-8"
