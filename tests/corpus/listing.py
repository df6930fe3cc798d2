"""What famlint understands of a folder of repositories, as lines for people to read."""

from collections.abc import Iterator
from pathlib import Path

from famlint.engine import Request, run
from famlint.positions import Span
from famlint.reports.places import source
from famlint.result import FileCoverage, Run


def checkouts(shared: Path) -> Iterator[Path]:
    """The repositories, each a run of its own: folders of the corpus, and both sides of each repaired fault."""
    yield from sorted(folder for folder in (shared / "corpus").iterdir() if folder.is_dir())
    for side in sorted((shared / "corpus-fixes").glob("*/*/*")):
        if side.name in ("before", "after"):
            yield side


def runs(shared: Path) -> dict[str, Run]:
    """A run for each repository, by its folder from `shared`."""
    return {folder.relative_to(shared).as_posix(): run(Request((str(folder),))) for folder in checkouts(shared)}


def lines(found: dict[str, Run], shared: Path) -> Iterator[str]:
    """One paragraph for each repository that famlint understands anything of."""
    for folder, one in sorted(found.items()):
        body = list(_run(one, shared / folder))
        if body:
            yield f"# {folder}"
            yield from body
            yield ""


def relative(path: str, folder: Path) -> str:
    """A report's path, from the folder that was checked."""
    given = Path(path)
    for base in (folder.resolve(), folder):
        if given.is_absolute() and given.is_relative_to(base):
            return given.relative_to(base).as_posix()
    return path


def _run(one: Run, folder: Path) -> Iterator[str]:
    place = source(one.texts).place
    findings: dict[str, list[str]] = {}
    for finding in one.findings:
        spot = place(finding.primary.span)
        severity = f"{finding.code} {finding.severity.word}"
        at = f"{spot.line}:{spot.column}-{spot.end_column}"
        related = "".join(f"\n      {_related(one, label.span, folder)} {label.message}" for label in finding.related)
        text = f"    {at} {severity}: {finding.message}{related}"
        findings.setdefault(relative(spot.path, folder), []).append(text)
    files = {relative(file.path, folder): file for file in one.coverage.files}
    for path in sorted({*files, *findings}):
        yield f"  {path}"
        yield from _file(files[path]) if path in files else ()
        yield from findings.get(path, ())
    gaps: dict[str, list[str]] = {}
    for gap in one.not_evaluated:
        where = f"{relative(gap.path, folder)}:{gap.line} {gap.component}: {gap.fact}: {gap.reason}"
        gaps.setdefault(where, []).append(gap.code)
    yield from (f"  not evaluated: {where}: {' '.join(codes)}" for where, codes in gaps.items())
    yield from (
        f"  note: {note.replace(f'{folder}/', '').replace(f'{folder.resolve()}/', '')}" for note in one.coverage.notes
    )
    yield from (f"  problem: {problem}" for problem in one.problems)


def _related(one: Run, span: Span, folder: Path) -> str:
    spot = source(one.texts).place(span)
    return f"{relative(spot.path, folder)}:{spot.line}:{spot.column}"


def _file(file: FileCoverage) -> Iterator[str]:
    for found in file.objects:
        yield f"    {found.line} {found.kind} {found.name}".rstrip()
        if found.understood:
            yield f"      keys: {' '.join(found.understood)}"
        if found.not_understood:
            yield f"      not understood: {' '.join(found.not_understood)}"
    yield from (f"    {line} note: {message}" for line, message in file.notes)
