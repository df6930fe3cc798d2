"""Carries out the edits of a fix on the text of a file, and tries them before they are offered."""

from collections.abc import Callable, Iterable, Iterator

from famlint.file_result import FileResult
from famlint.findings import Edit, Finding


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits carried out; everything outside of them stays as it is.

    Args:
        text: the decoded text of one file, which the offsets of the spans count.
        edits: edits of that file, in any order.

    Raises ValueError, and changes nothing, where edits overlap, two insert at one point, they name several files, reach
    out of the text, or replace a value that the file does not hold literally.
    """
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    if len({edit.span.path for edit in ordered}) > 1:
        raise ValueError("the edits belong to several files")
    parts: list[str] = []
    done = 0
    last = (-1, -1)
    for edit in ordered:
        span = edit.span
        if not span.literal:
            raise ValueError(f"the file does not hold the value at {span.start} literally")
        if not 0 <= span.start <= span.end <= len(text):
            raise ValueError(f"an edit of {span.start} to {span.end} in a text of {len(text)} characters")
        if span.start < done or last == (span.start, span.end):
            raise ValueError(f"two edits overlap at {span.start}")
        parts += (text[done : span.start], edit.text)
        done, last = span.end, (span.start, span.end)
    return "".join((*parts, text[done:]))


def fitted(finding: Finding, text: str, reread: Callable[[str], FileResult | None]) -> Finding:
    """The finding with edits that leave a readable file in which the value is what the fix says.

    An edit is tried as it is, then in double and in single quotes: `32,128` is one value in a block and two in a
    flow mapping. Where none of them works the edits are dropped, and the fix is advice.

    Args:
        finding: a finding whose fix has edits.
        text: the decoded text of the file that its edits change.
        reread: reads a text as that file, or says by None that it has done so often enough.
    """
    fix = finding.fix
    if fix is None or not fix.edits:
        return finding
    if len({edit.span.path for edit in fix.edits}) > 1:
        return finding._replace(fix=fix._replace(edits=()))
    before = reread(text)
    broken = len(before.faults) if before is not None else 0
    for quote in ("", '"', "'"):
        edits = tuple(edit._replace(text=f"{quote}{edit.text}{quote}" if edit.text else "") for edit in fix.edits)
        try:
            changed = apply(text, edits)
        except ValueError:
            break
        result = reread(changed) if before is not None else None
        if result is None:
            break
        if len(result.faults) <= broken and all(
            _holds(result, edit, shift) for edit, shift in _shifted(fix.edits, edits)
        ):
            return finding._replace(fix=fix._replace(edits=edits))
    return finding._replace(fix=fix._replace(edits=()))


def _shifted(edits: Iterable[Edit], written: Iterable[Edit]) -> Iterator[tuple[Edit, int]]:
    """Each edit with how far the edits before it have moved its place."""
    moved = 0
    for edit, made in sorted(zip(edits, written, strict=True)):
        yield edit, moved
        moved += len(made.text) - (made.span.end - made.span.start)


def _holds(result: FileResult, edit: Edit, shift: int) -> bool:
    """Whether some value at the place of an edit holds its text."""
    start = edit.span.start + shift
    leaves = [leaf for declaration in result.declarations for leaf in declaration.keys.values()]
    leaves += [item for leaf in leaves for item in leaf.items or ()]
    if any(leaf.span.start <= start + 1 and start <= leaf.span.end and edit.text in leaf.text for leaf in leaves):
        return True
    # The edit of a key: it is known now, and nothing is wrong with its name any more.
    keys = {key.rpartition(".")[2] for declaration in result.declarations for key in declaration.keys}
    wrong = [fault for declaration in result.declarations for fault in declaration.misshapen]
    return edit.text in keys and not any(fault.span.start <= start < fault.span.end for fault in wrong)
