"""What was read and what of it was understood, for the last line of a report and for `famlint coverage`."""

from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate

from famlint.components import delivery, service
from famlint.components.declaration import Declaration
from famlint.file_result import FileResult
from famlint.judging import Gap
from famlint.positions import Span
from famlint.result import Coverage, FileCoverage, NotEvaluated, ObjectCoverage

_CALLED_BY_FORM = (delivery.VARIABLES, delivery.CHART_SOURCE, service.OTHER_LOAD_BALANCER)

Line = Callable[[Span], int]


def coverage(results: Iterable[FileResult], notes: Iterable[str], line: Line) -> Coverage:
    """The account of a run. `line` gives the line of a span, from 1."""
    results = sorted(results, key=lambda result: result.path)
    files = tuple(_file(result, line) for result in results if result.declarations or result.notes)
    return Coverage(len(results), sum(result.documents for result in results), files, tuple(notes))


def not_evaluated(gaps: Iterable[Gap], line: Line) -> tuple[NotEvaluated, ...]:
    """The rules that a missing fact kept from judging, by place. Each gap counts, also of two objects on one line."""
    found = [NotEvaluated(gap.code, gap.title, gap.fact, gap.reason, gap.span.path, line(gap.span)) for gap in gaps]
    return tuple(sorted(found, key=lambda gap: (gap.path, gap.line, gap.code, gap.fact, gap.reason, gap.component)))


def _file(result: FileResult, line: Line) -> FileCoverage:
    objects = sorted({_object(declaration, line) for declaration in result.declarations if _is_object(declaration)})
    notes = sorted({(line(note.span), note.message) for note in result.notes})
    return FileCoverage(result.path, result.documents, tuple(objects), tuple(notes))


def _is_object(declaration: Declaration) -> bool:
    """Whether people would call it an object: not a part of one, such as a reference or the frame of a patch."""
    return declaration.kind not in (delivery.PATCH, delivery.REFERENCE)


def _object(declaration: Declaration, line: Line) -> ObjectCoverage:
    kind = declaration.form if declaration.kind in _CALLED_BY_FORM else declaration.kind
    kind = f"patch of {kind}" if declaration.patch else kind
    name = "/".join(part for part in (declaration.namespace, declaration.name) if part)
    return ObjectCoverage(
        line(declaration.span), kind, name, tuple(sorted(declaration.keys)), tuple(sorted(declaration.ignored))
    )


def line_in(texts: Mapping[str, str]) -> Line:
    """The line of a span, from 1, in the texts of a run; 1 where the text is not at hand."""
    starts: dict[str, list[int]] = {}

    def line(span: Span) -> int:
        from bisect import bisect_right

        if span.path not in starts:
            text = texts.get(span.path, "")
            starts[span.path] = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        return bisect_right(starts[span.path], span.start)

    return line
