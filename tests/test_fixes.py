"""Edits carried out on a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.findings import Edit
from famlint.fixes import apply
from famlint.positions import Span


def edit(start: int, end: int, text: str, path: str = "a.yaml", *, literal: bool = True) -> Edit:
    return Edit(Span(path, start, end, literal), text)


def test_edits_in_any_order() -> None:
    assert apply("address: a, b\r\n", [edit(11, 12, ""), edit(9, 10, "ä€")]) == "address: ä€,b\r\n"


def test_insertions_and_neighbours() -> None:
    assert apply("abc", [edit(0, 0, "<"), edit(0, 1, "A"), edit(1, 2, "B"), edit(3, 3, ">")]) == "<ABc>"


def test_nothing_to_do() -> None:
    assert apply("abc", []) == "abc"


@pytest.mark.parametrize(
    "edits",
    [
        [edit(0, 2, "x"), edit(1, 3, "y")],
        [edit(0, 3, "x"), edit(1, 1, "y")],
        [edit(1, 1, "x"), edit(1, 1, "y")],
        [edit(0, 1, "x"), edit(0, 1, "x")],
        [edit(2, 4, "x")],
        [edit(-1, 1, "x")],
        [edit(2, 1, "x")],
        [edit(0, 1, "x", literal=False)],
        [edit(0, 1, "x"), edit(2, 3, "y", "b.yaml")],
    ],
)
def test_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match=r"edit|literally"):
        apply("abc", edits)


@given(st.text(), st.lists(st.tuples(st.integers(0, 9), st.integers(1, 3), st.text(max_size=3)), max_size=5))
def test_everything_else_stays(text: str, pieces: list[tuple[int, int, str]]) -> None:
    """Against the simplest way: one edit after the other, from the end."""
    edits, at = [], 0
    for gap, length, new in pieces:
        start, end = at + gap, at + gap + length
        if end > len(text):
            break
        edits.append(edit(start, end, new))
        at = end
    expected = text
    for one in reversed(edits):
        expected = expected[: one.span.start] + one.text + expected[one.span.end :]
    assert apply(text, reversed(edits)) == expected
