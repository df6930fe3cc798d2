"""The report for people: each finding with the lines that it rests on."""

from collections.abc import Iterable

from famlint.findings import Finding, Label
from famlint.positions import Place
from famlint.reports import Options
from famlint.reports.excerpt import Mark, edge, excerpt, mark
from famlint.reports.places import Source, ordered, source
from famlint.reports.summary import count_lines, is_shown, read_line
from famlint.reports.visible import visible
from famlint.result import Run
from famlint.terminal import Paint


def render(run: Run, options: Options) -> str:
    """The findings with excerpts, then the counts, then what was read. Ends with a line end."""
    texts = source(run.texts)
    shown = [item for item in run.findings if is_shown(item, info=options.info, select=options.select)]
    blocks = ["\n".join(_block(finding, texts, options.paint)) for finding in ordered(shown, texts)]
    last = "\n".join((*count_lines(run, len(shown)), read_line(run.coverage)))
    return "\n\n".join((*blocks, last)) + "\n"


def _block(finding: Finding, texts: Source, paint: Paint) -> Iterable[str]:
    word = finding.severity.word
    primary = texts.place(finding.primary.span)
    marked = _marks(finding, texts)
    gutter = len(str(max((item.line for marks in marked.values() for item in marks), default=primary.line)))
    bar = edge(gutter, paint)

    yield f"{paint(f'{word}[{visible(finding.code)}]', word)}{paint(f': {visible(finding.message)}', 'strong')}"
    for path, marks in marked.items():
        own = path == primary.path
        place = primary if own else _first(path, finding.related, texts)
        arrow = paint(" " * gutter + ("-->" if own else ":::"), "gutter")
        yield f"{arrow} {visible(path)}:{place.line}:{place.column}"
        yield bar
        if table := texts.table(path):
            yield from excerpt(table, marks, gutter, paint)
            yield bar
    yield from _notes(finding, " " * (gutter + 1) + paint("=", "gutter"), paint)


def _notes(finding: Finding, sign: str, paint: Paint) -> Iterable[str]:
    if fix := finding.fix:
        name, ending = ("fix", f" ({'safe' if fix.safe else 'unsafe'})") if fix.edits else ("help", "")
        yield f"{sign} {paint(f'{name}:', 'help')} {visible(fix.description)}{ending}"
    yield f"{sign} {paint('why:', 'strong')} famlint explain {visible(finding.code)}"


def _marks(finding: Finding, texts: Source) -> dict[str, tuple[Mark, ...]]:
    """Marks by file: the primary's file first, the others as the finding names them."""
    by_file: dict[str, tuple[Mark, ...]] = {}
    for label in finding.primary, *finding.related:
        span = label.span
        own = label is finding.primary
        repeats = not own and not label.message and span == finding.primary.span
        table = texts.table(span.path)
        sign, style = ("^", finding.severity.word) if own else ("-", "related")
        drawn = table and not repeats
        more = (mark(table, span.start, span.end, label.message, sign, style),) if table and drawn else ()
        by_file[span.path] = by_file.get(span.path, ()) + more
    return by_file


def _first(path: str, labels: Iterable[Label], texts: Source) -> Place:
    """The place of the label that is drawn first in a file."""
    places = (texts.place(label.span) for label in labels if label.span.path == path)
    return min(places, key=lambda place: (place.line, place.column))
