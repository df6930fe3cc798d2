"""Colour and progress."""

import io
from collections.abc import Mapping

import pytest

from famlint.terminal import coloured, paint_for, plain, progress_on


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "environment", "colour"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
)
def test_colour(terminal: bool, environment: Mapping[str, str], colour: bool) -> None:
    assert (paint_for(_Terminal() if terminal else io.StringIO(), environment) is coloured) == colour


def test_paint() -> None:
    assert plain("x", "error") == "x"
    assert coloured("x", "error") == "\x1b[1;31mx\x1b[0m"
    assert coloured("", "error") == ""


def test_no_progress_in_the_first_second() -> None:
    stream, now = _Terminal(), [5.0]
    progress = progress_on(stream, lambda: now[0])
    now[0] = 5.99
    progress.update(1, 10)
    progress.finish()
    assert stream.getvalue() == ""


def test_progress_is_shown_now_and_then_and_goes_away() -> None:
    stream, now = _Terminal(), [5.0]
    progress = progress_on(stream, lambda: now[0])
    for moment, done in (6.0, 1), (6.05, 2), (6.2, 3):
        now[0] = moment
        progress.update(done, 10)
    progress.finish()
    progress.finish()
    assert stream.getvalue() == "\r\x1b[Kreading 1 of 10 files\r\x1b[Kreading 3 of 10 files\r\x1b[K"
