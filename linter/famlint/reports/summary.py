"""The last lines of a report: how much was found, and what was read and understood."""

from famlint.findings import Finding, Severity
from famlint.reports.visible import visible
from famlint.result import Coverage, Run


def is_shown(finding: Finding, *, info: bool, select: tuple[str, ...]) -> bool:
    """Whether reports for people print a finding: a recommendation only on demand or where its code was selected."""
    if finding.severity > Severity.INFO or info or not select:
        return finding.severity > Severity.INFO or info
    # Only here: the registry knows the rules, and a report seldom needs them.
    from famlint.registry import selects

    return any(selects(pattern, finding.code, finding.name) for pattern in select)


def count_lines(run: Run, shown: int) -> list[str]:
    """What was found, and what could not be judged. `shown` is the number of findings that the report prints."""
    found = {severity: sum(finding.severity is severity for finding in run.findings) for severity in Severity}
    parts = [
        _count(found[Severity.ERROR], "error") if found[Severity.ERROR] else "",
        _count(found[Severity.WARNING], "warning") if found[Severity.WARNING] else "",
        f"{found[Severity.INFO]} info" if found[Severity.INFO] else "",
    ]
    counts = ", ".join(filter(None, parts)) or "no findings"
    if shown < len(run.findings):
        counts += " (--info shows them)" if found[Severity.INFO] == len(run.findings) - shown else " (--info shows all)"
    if run.suppressed:
        counts += f", {len(run.suppressed)} suppressed"
    if run.problems:
        counts += f", {_count(len(run.problems), 'problem')} (see standard error)"
    missing = len(run.not_evaluated)
    hint = f"{_count(missing, 'check')} not evaluated: famlint coverage names the missing facts"
    return [counts, hint] if missing else [counts]


def read_line(coverage: Coverage) -> str:
    """The very last line: what was read and understood."""
    if not coverage.files_read:
        return "read no files: nothing was checked"
    read = f"read {_count(coverage.files_read, 'file')} ({_count(coverage.documents_read, 'document')})"
    components = coverage.components()
    if not components:
        return f"{read}, recognised nothing: nothing was checked"
    by_name = sorted(components, key=lambda kind: (kind.lower(), kind))
    kinds = ", ".join(f"{components[kind]} {visible(kind)}" for kind in by_name)
    return f"{read}, understood {sum(components.values())}: {kinds}"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
