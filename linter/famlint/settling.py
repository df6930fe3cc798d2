"""Which findings are reported: those of selected rules, at their configured severity, not accepted by anybody."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from famlint.clusters import NOWHERE
from famlint.config import Config
from famlint.file_result import FileResult
from famlint.findings import Finding, Severity
from famlint.judging import Case, Gap, Judgement, judge, order
from famlint.positions import Span
from famlint.registry import selects
from famlint.result import Suppressed
from famlint.sources.ignoring import globs
from famlint.suppressions import sift


class Choice(NamedTuple):
    """Which rules report, and how severely."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    severity: Mapping[str, Severity]

    def wants(self, code: str, name: str = "") -> bool:
        """Whether a rule reports: all by default, or those selected, less those ignored."""
        selected = not self.select or any(selects(pattern, code, name) for pattern in self.select)
        return selected and not any(selects(pattern, code, name) for pattern in self.ignore)

    def of(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings of selected rules, at their configured severity."""
        for finding in findings:
            if self.wants(finding.code, finding.name):
                severity = self.severity.get(finding.code)
                yield finding if severity is None else finding._replace(severity=severity)

    def gaps(self, gaps: Iterable[Gap]) -> Iterator[Gap]:
        """The gaps of selected rules."""
        return (gap for gap in gaps if self.wants(gap.code))


class Settled(NamedTuple):
    """The findings to report in their order, and those that somebody accepted."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]


def settle(
    judgement: Judgement,
    choice: Choice,
    results: Iterable[FileResult],
    config: Config,
    line: Callable[[Span], int],
    today: date,
    *,
    whole: bool,
) -> Settled:
    """Select, suppress, and add what there is to say about the suppressions themselves.

    `whole`: the run saw the whole tree. Only then can a suppression be stale: what it accepts may rest on a file
    that was not read.
    """
    results = tuple(results)
    unjudged = {(gap.code, gap.span.path) for gap in judgement.gaps}

    def judged(code: str, path: str) -> bool:
        gap = any(missing.startswith(code) and path == place for missing, place in unjudged)
        return whole and choice.wants(code) and not gap and not judgement.problems

    sifted = sift(
        choice.of(judgement.findings),
        (directive for result in results for directive in result.suppressions),
        (annotation for result in results for annotation in result.annotated),
        config.suppress,
        judged=judged,
        matcher=lambda pattern: globs((pattern,)).matches,
        line=line,
        today=today,
    )
    remarks = judge(Case(remark, None, NOWHERE, ("FAM",)) for remark in sifted.remarks)
    findings = sorted((*sifted.kept, *choice.of(remarks.findings)), key=order)
    return Settled(tuple(findings), sifted.suppressed)
