"""What was read and understood, what was not, and which rules had to stay silent for want of a fact."""

from collections.abc import Iterable

from famlint.reports import Options
from famlint.reports.summary import read_line
from famlint.reports.visible import visible
from famlint.result import FileCoverage, NotEvaluated, ObjectCoverage, Run
from famlint.terminal import Paint


def render(run: Run, options: Options) -> str:
    """For people: files with something in them, notes on the rest, rules not evaluated, what was read."""
    paint = options.paint
    files = sorted(item for item in run.coverage.files if item.objects or item.notes)
    blocks = [list(_file(item, paint)) for item in files]
    if run.coverage.notes:
        notes = (f"  {visible(note)}" for note in sorted(run.coverage.notes))
        blocks.append([paint("notes", "strong"), *notes])
    if run.not_evaluated:
        blocks.append([paint("not evaluated", "strong"), *_missing(run.not_evaluated, paint)])
    blocks.append([read_line(run.coverage)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def render_json(run: Run, _options: Options) -> str:
    """For programs: every file that was read, and the same facts."""
    # Only here: text must not pay for the encoder.
    from famlint.reports.json import dump, not_evaluated, summary

    return dump(
        {
            "version": 1,
            "files": [
                {
                    "file": file.path,
                    "documents": file.documents,
                    "objects": [
                        {
                            "line": found.line,
                            "kind": found.kind,
                            "name": found.name,
                            "understood": sorted(found.understood),
                            "not_understood": sorted(found.not_understood),
                        }
                        for found in sorted(file.objects)
                    ],
                    "notes": [{"line": line, "message": message} for line, message in sorted(file.notes)],
                }
                for file in sorted(run.coverage.files)
            ],
            "notes": sorted(run.coverage.notes),
            "not_evaluated": not_evaluated(run.not_evaluated),
            "summary": summary(run),
        }
    )


def _file(file: FileCoverage, paint: Paint) -> Iterable[str]:
    documents = "1 document" if file.documents == 1 else f"{file.documents} documents"
    yield f"{paint(visible(file.path), 'strong')} ({documents})"
    lines: list[tuple[int, list[str]]] = [(found.line, list(_object(found, paint))) for found in file.objects]
    lines += [
        (line, [f"  {paint('not understood', 'warning')} at line {line}: {visible(note)}"]) for line, note in file.notes
    ]
    for _, block in sorted(lines):
        yield from block


def _object(found: ObjectCoverage, paint: Paint) -> Iterable[str]:
    title = visible(f"{found.kind} {found.name}".rstrip())
    yield f"  {paint(title, 'strong')} at line {found.line}"
    yield f"    understood: {_keys(found.understood)}"
    if found.not_understood:
        yield f"    {paint('not understood', 'warning')}: {_keys(found.not_understood)}"


def _keys(keys: Iterable[str]) -> str:
    return ", ".join(visible(key) for key in sorted(keys)) or "no key"


def _missing(entries: Iterable[NotEvaluated], paint: Paint) -> Iterable[str]:
    """One line for each missing fact of an object, with the codes of all the rules that asked for it."""
    codes: dict[tuple[str, int, str, str, str], set[str]] = {}
    for item in entries:
        codes.setdefault((item.path, item.line, item.component, item.fact, item.reason), set()).add(item.code)
    for (path, line, component, fact, reason), asking in sorted(codes.items()):
        where = paint(f"{visible(path)}:{line}:", "strong")
        subject = f" {visible(component)}:" if component else ""
        yield f"  {where}{subject} {visible(fact)} is unknown, {visible(reason)} ({', '.join(sorted(asking))})"
