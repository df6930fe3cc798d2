"""How the rules of kube-vip make fixes. No rule lives here."""

from famlint.components.model import Value
from famlint.findings import Edit, Fix


def rewrite(description: str, value: Value, *parts: tuple[int, int, str]) -> Fix:
    """A fix that replaces parts of a value (start and end in its text, and what to write there).

    It is advice without edits where the file does not hold the value's own characters.
    """
    span = value.span
    if not span.literal or span.end - span.start != len(value.text):
        return Fix(description, (), value.editable)
    edits = tuple(Edit(value.part(start, end), text) for start, end, text in parts)
    return Fix(description, edits, value.editable)
