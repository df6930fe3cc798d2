"""The report for programs.

All findings are in it, recommendations too: programs choose by `severity`. Positions are those of
`famlint.positions.Place`. Keys stand in the order of the contract, lists are sorted.
"""

import json
from collections.abc import Mapping

from famlint.findings import Finding, Fix, Severity
from famlint.positions import Span
from famlint.reports import Options
from famlint.reports.places import Source, ordered, source
from famlint.result import Coverage, NotEvaluated, Run, Suppressed


def render(run: Run, _options: Options) -> str:
    """The findings, their summary, what was not evaluated and what was suppressed, as version 1 of the contract."""
    texts = source(run.texts)
    return dump(
        {
            "version": 1,
            "findings": [_finding(item, texts) for item in ordered(run.findings, texts)],
            "summary": summary(run),
            "not_evaluated": not_evaluated(run.not_evaluated),
            "suppressed": [
                {**_finding(item.finding, texts), "where": item.where, "reason": item.reason}
                for item in sorted(run.suppressed, key=_suppressed_key)
            ],
        }
    )


def dump(value: object) -> str:
    """JSON text with a line end. What is not printable (a terminal might obey it) is escaped, the rest is not."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return "".join(f"{line if line.isprintable() else ''.join(map(_escaped, line))}\n" for line in text.split("\n"))


def summary(run: Run) -> dict[str, object]:
    """The figures of a run, and what famlint could not do (`problems`)."""
    found = {severity.word: sum(item.severity is severity for item in run.findings) for severity in reversed(Severity)}
    return {
        **found,
        "suppressed": len(run.suppressed),
        "not_evaluated": len(run.not_evaluated),
        **_read(run.coverage),
        "problems": list(run.problems),
    }


def not_evaluated(entries: tuple[NotEvaluated, ...]) -> list[Mapping[str, object]]:
    """Rules that could not judge an object, by place and code."""
    return [
        {
            "code": item.code,
            "component": item.component,
            "fact": item.fact,
            "reason": item.reason,
            "file": item.path,
            "line": item.line,
        }
        for item in sorted(entries, key=lambda item: (item.path, item.line, item))
    ]


def _suppressed_key(item: Suppressed) -> tuple[str, str, Span, str, str]:
    return item.where, item.finding.code, item.finding.primary.span, item.finding.message, item.reason


def _read(coverage: Coverage) -> dict[str, object]:
    return {
        "files": coverage.files_read,
        "documents": coverage.documents_read,
        "components": dict(coverage.components()),
    }


def _escaped(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]


def _finding(finding: Finding, texts: Source) -> dict[str, object]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.word,
        "message": finding.message,
        **_place(finding.primary.span, texts),
        "related": [{**_place(label.span, texts), "message": label.message} for label in finding.related],
        "component": finding.component,
        "cluster": finding.cluster,
        "fix": _fix(finding.fix, texts) if finding.fix else None,
    }


def _fix(fix: Fix, texts: Source) -> dict[str, object]:
    return {
        "description": fix.description,
        "safe": fix.safe,
        "edits": [{**_place(edit.span, texts), "text": edit.text} for edit in fix.edits],
    }


def _place(span: Span, texts: Source) -> dict[str, object]:
    place = texts.place(span)
    return {
        "file": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }
