"""Where reports go."""

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple


class Target(NamedTuple):
    """A format, and the file it goes to; None is standard output."""

    format: str
    path: str | None


def targets(options: Sequence[str], formats: Sequence[str]) -> tuple[Target, ...]:
    """What `--format` asks for: `json`, `json=FILE`, `json=-`. Without any, the first format to standard output.

    Raises ValueError with a sentence for people: unknown format, two reports for one place.
    """
    found = tuple(_target(option, formats) for option in options) or (Target(formats[0], None),)
    seen: set[str | None] = set()
    for target in found:
        place = None if target.path is None else str(Path(target.path).absolute())
        if place in seen:
            raise ValueError(f"two reports go to {target.path or 'standard output'}: give one a file, NAME=FILE")
        seen.add(place)
    return found


def write_file(path: str, data: bytes) -> None:
    """Write a whole file: readers see the old content or the new, never a part.

    A link is followed, an existing file keeps its permissions; devices and pipes are written to as they are.
    Raises OSError.
    """
    place = Path(path).resolve()
    mode = _mode(place)
    if mode is not None and not stat.S_ISREG(mode):
        place.write_bytes(data)
        return
    temporary = place.with_name(f".{place.name[:100]}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_stream(stream: BinaryIO, data: bytes) -> None:
    """Write to a pipe or terminal. A reader that has gone away is no error."""
    try:
        stream.write(data)
        stream.flush()
    except BrokenPipeError:
        # Else the interpreter complains when it flushes the stream at exit.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def encode(text: str, encoding: str = "utf-8") -> bytes:
    """The bytes of a report. What the encoding lacks is escaped; in JSON such an escape is JSON's own."""
    return text.encode(encoding, "backslashreplace")


def words(values: Iterable[str]) -> tuple[str, ...]:
    """The members of repeated comma lists: `("VIP001, SVC", "API")` gives three."""
    return tuple(word for value in values for word in map(str.strip, value.split(",")) if word)


def _target(option: str, formats: Sequence[str]) -> Target:
    name, sign, path = option.partition("=")
    if name not in formats:
        raise ValueError(f"no format {name!r}: choose from {', '.join(formats)}")
    if sign and not path:
        raise ValueError(f"{option!r} names no file")
    return Target(name, path if path and path != "-" else None)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
