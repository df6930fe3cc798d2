"""Marks stand under what they mark."""

from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st

from famlint.reports.excerpt import excerpt, mark
from famlint.reports.places import line_table
from famlint.reports.visible import drawn, visible, width
from famlint.terminal import plain

_ANY = st.characters(exclude_characters="\r\n")
_GUTTER = len("1 | ")


def _draw(line: str, start: int, end: int) -> tuple[str, str]:
    table = line_table(line)
    return tuple(excerpt(table, [mark(table, start, end, "", "^", "error")], 1, plain))  # type: ignore[return-value]  # two rows


@given(st.text(_ANY, max_size=60), st.text(_ANY, min_size=1, max_size=30), st.text(_ANY, max_size=60))
def test_carets_cover_exactly_the_marked_characters(before: str, marked: str, after: str) -> None:
    _, row = _draw(before + marked + after, len(before), len(before) + len(marked))
    cells = width("".join(map(drawn, marked)))
    assert row[_GUTTER:] == " " * width("".join(map(drawn, before))) + "^" * max(cells, 1)


@given(st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=200, max_size=900), st.data())
def test_carets_on_a_cut_line_stand_under_the_same_text(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, min(start + 60, len(line))))
    shown, row = _draw(line, start, end)
    left = row.index("^")
    assert shown[left : left + row.count("^")] == line[start:end]
    assert len(shown) < 250


def test_a_huge_line_is_quick() -> None:
    line = "0123456789" * 1_000_000
    shown, _ = _draw(line, 5_000_000, 5_000_003)
    assert shown == f"1 | …{line[4_999_960:5_000_043]}…"


@given(st.text())
def test_visible_is_printable_and_keeps_what_is(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert shown == text or not text.isprintable()


def test_width() -> None:
    assert width("abc") == 3
    assert width("名") == 2
    assert width("Ａ") == 2
    assert category("\u0301") == "Mn"
    assert width("e\u0301") == 1
    assert width("é…") == 2
