"""What one run of famlint found out: all that a report may print."""

from collections.abc import Mapping
from typing import NamedTuple

from famlint.findings import Finding, Severity


class Suppressed(NamedTuple):
    """A finding that somebody accepted. `where` is the comment's or the entry's place, `path:line`."""

    finding: Finding
    where: str
    reason: str


class NotEvaluated(NamedTuple):
    """A rule that could not judge an object, and the fact that was missing."""

    code: str
    component: str
    fact: str
    reason: str
    path: str
    line: int


class ObjectCoverage(NamedTuple):
    """One object: its kind and name, the keys understood, the keys that look relevant but are not known."""

    line: int
    kind: str
    name: str
    understood: tuple[str, ...]
    not_understood: tuple[str, ...]


class FileCoverage(NamedTuple):
    """One file: documents in it, objects understood, notes on documents relevant but not understood."""

    path: str
    documents: int
    objects: tuple[ObjectCoverage, ...]
    notes: tuple[tuple[int, str], ...]


class Coverage(NamedTuple):
    """What was read and understood. `notes` are about more than one file: relations left open
    (`Service web (a.yaml): 2 kube-vip are equally near (…)`), and what was left out (a chart, an inner repository).
    """

    files_read: int
    documents_read: int
    files: tuple[FileCoverage, ...]
    notes: tuple[str, ...]

    def components(self) -> Mapping[str, int]:
        """How many objects of each kind were understood, sorted by kind."""
        counts: dict[str, int] = {}
        for kind in sorted(found.kind for file in self.files for found in file.objects):
            counts[kind] = counts.get(kind, 0) + 1
        return counts


class Run(NamedTuple):
    """A whole run. `findings` are sorted and not suppressed; `texts` hold each file that a finding names.

    `problems` are what famlint could not do (a named path is missing, a rule crashed): exit code 2.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    coverage: Coverage
    texts: Mapping[str, str]
    problems: tuple[str, ...] = ()

    def worst(self) -> Severity | None:
        """The highest severity found, None without findings."""
        return max((found.severity for found in self.findings), default=None)
