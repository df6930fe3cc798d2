"""One line per finding, for editors and for grep."""

from famlint.reports import Options
from famlint.reports.places import ordered, source
from famlint.reports.summary import count_lines, is_shown, read_line
from famlint.reports.visible import visible
from famlint.result import Run


def render(run: Run, options: Options) -> str:
    """`path:line:column: severity[CODE] message` for each finding, then one line of summary."""
    texts = source(run.texts)
    shown = [item for item in run.findings if is_shown(item, info=options.info, select=options.select)]
    lines = []
    for finding in ordered(shown, texts):
        place = texts.place(finding.primary.span)
        word = finding.severity.word
        where = options.paint(f"{visible(place.path)}:{place.line}:{place.column}:", "strong")
        lines.append(f"{where} {options.paint(f'{word}[{visible(finding.code)}]', word)} {visible(finding.message)}")
    lines.append("; ".join((*count_lines(run, len(shown)), read_line(run.coverage))))
    return "\n".join(lines) + "\n"
