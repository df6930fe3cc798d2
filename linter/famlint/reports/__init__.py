"""What famlint prints: one module per format, each with `render(run, options) -> str`."""

from collections.abc import Callable
from typing import NamedTuple

from famlint.result import Run
from famlint.terminal import Paint, plain


class Options(NamedTuple):
    """How a report is printed.

    `info` and `select` decide whether reports for people print recommendations: all of them, or those that
    `select` picks as `--select` does. `paint` colours the report.
    """

    info: bool = False
    select: tuple[str, ...] = ()
    paint: Paint = plain


Render = Callable[[Run, Options], str]

FINDINGS_FORMATS = ("text", "concise", "json")
"""Formats of `famlint check`."""

LISTING_FORMATS = ("text", "json")
"""Formats of `famlint coverage` and `famlint rules`."""


def findings_report(name: str) -> Render:
    """The renderer of one of FINDINGS_FORMATS. Raises ValueError for another name."""
    if name == "text":
        from famlint.reports import text

        return text.render
    if name == "concise":
        from famlint.reports import concise

        return concise.render
    if name == "json":
        from famlint.reports import json

        return json.render
    raise ValueError(f"no such format: {name}")


def coverage_report(name: str) -> Render:
    """The renderer of one of LISTING_FORMATS for what was understood. Raises ValueError for another name."""
    from famlint.reports import coverage

    if name == "text":
        return coverage.render
    if name == "json":
        return coverage.render_json
    raise ValueError(f"no such format: {name}")
