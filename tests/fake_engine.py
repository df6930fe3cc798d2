"""Stand-ins for what the command line calls, so that its own behaviour is tested alone."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

from famlint.findings import Finding, Label, Severity
from famlint.positions import Span
from famlint.result import Coverage, FileCoverage, NotEvaluated, ObjectCoverage, Run

Progress = Callable[[int, int], None]


class Request(NamedTuple):
    """The engine's Request."""

    paths: tuple[str, ...] = (".",)
    stdin: bytes | None = None
    stdin_filename: str = "<stdin>"
    config: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    kubernetes_version: str | None = None
    tracked_only: bool = False


class UsageError(Exception):
    """The engine's UsageError."""


def found(*severities: Severity, problems: tuple[str, ...] = ()) -> Run:
    """A run with one finding for each severity, on the lines of one file."""
    path = "a.yaml"
    findings = tuple(
        Finding(f"VIP00{line}", "a-rule", severity, f"{severity.word} here", Label(Span(path, at, at + 1), ""))
        for line, (at, severity) in enumerate(zip(range(0, 20, 2), severities, strict=False), 1)
    )
    objects = (ObjectCoverage(1, "kube-vip", "ns/name", ("address",), ("vip_new",)),)
    missing = (NotEvaluated("VIP009", "kube-vip ns/name", "vip_cidr", "a placeholder: ${A}", path, 1),)
    coverage = Coverage(1, 1, (FileCoverage(path, 1, objects, ()),), ())
    return Run(findings, (), missing, coverage, {path: "1\n2\n3\n"}, problems)


def module(run: Callable[[Request, Progress | None], Run]) -> ModuleType:
    """A module to put in place of famlint.engine."""
    engine = ModuleType("famlint.engine")
    vars(engine).update(Request=Request, UsageError=UsageError, run=run)
    return engine


def install(run: Callable[[Request, Progress | None], Run]) -> None:
    """Put it in place for the rest of this process: for programs started by a test."""
    sys.modules["famlint.engine"] = module(run)
