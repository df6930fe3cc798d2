"""What depends on a terminal: colour, and a progress line for long runs."""

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

Paint = Callable[[str, str], str]
"""`paint(text, style)`: the text, with the style's escapes around it where colour is wanted."""

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "related": "1;34",
    "gutter": "1;34",
    "help": "1;32",
    "strong": "1",
    "dim": "2",
}
_DELAY = 1.0
_INTERVAL = 0.1


class Stream(Protocol):
    """The part of a text stream that this module needs."""

    def isatty(self) -> bool:
        """Whether people look at it."""
        ...

    def write(self, text: str, /) -> int:
        """Write text."""
        ...

    def flush(self) -> None:
        """Hand on what was written."""
        ...


class Progress(NamedTuple):
    """A progress line: `update(done, total)` from time to time, `finish()` before anything else is written."""

    update: Callable[[int, int], None]
    finish: Callable[[], None]


def plain(text: str, _style: str) -> str:
    """A Paint that leaves the text as it is."""
    return text


def coloured(text: str, style: str) -> str:
    """A Paint for terminals. Empty texts stay empty."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if text else text


def paint_for(stream: Stream, environment: Mapping[str, str]) -> Paint:
    """The Paint that suits a stream.

    NO_COLOR wins over FORCE_COLOR (both count unless empty, see no-color.org and force-color.org), these over
    `TERM=dumb`, and that over whether the stream is a terminal.
    """
    if environment.get("NO_COLOR"):
        return plain
    if environment.get("FORCE_COLOR"):
        return coloured
    if environment.get("TERM") == "dumb":
        return plain
    return coloured if stream.isatty() else plain


def progress_on(stream: Stream, clock: Callable[[], float] = time.monotonic) -> Progress:
    """A progress line that shows up on `stream` after one second and goes away without a trace.

    The first second counts from this call. `clock` gives seconds.
    """
    begun = clock()
    shown_at: float | None = None

    def update(done: int, total: int) -> None:
        nonlocal shown_at
        now = clock()
        if now - begun < _DELAY or (shown_at is not None and now - shown_at < _INTERVAL):
            return
        shown_at = now
        stream.write(f"\r\x1b[Kreading {done} of {total} files")
        stream.flush()

    def finish() -> None:
        nonlocal shown_at
        if shown_at is not None:
            stream.write("\r\x1b[K")
            stream.flush()
            shown_at = None

    return Progress(update, finish)
