"""Carries out the edits of a fix on the text of a file."""

from collections.abc import Iterable

from famlint.findings import Edit


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
