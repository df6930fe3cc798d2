"""Lines, columns and order."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.findings import Finding, Label, Severity
from famlint.positions import Place, Span
from famlint.reports.places import line_table, ordered, source

_TEXT = st.text(alphabet=st.sampled_from("ab\t\r\n\u2028é👍"), max_size=40)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("", 0, (1, 1)),
        ("abc", 2, (1, 3)),
        ("abc", 3, (1, 4)),
        ("a\nb", 2, (2, 1)),
        ("a\n", 2, (2, 1)),
        ("a\r\nb", 3, (2, 1)),
        ("a\rb", 2, (2, 1)),
        ("a\n\rb", 3, (3, 1)),
        ("\ta", 1, (1, 2)),
        ("👍a", 1, (1, 2)),
        ("a\u2028b\x85c", 4, (1, 5)),
        ("abc", 99, (1, 4)),
    ],
)
def test_locate(text: str, offset: int, expected: tuple[int, int]) -> None:
    assert line_table(text).locate(offset) == expected


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a\r\nbc\rd\n", 1, "a"),
        ("a\r\nbc\rd\n", 2, "bc"),
        ("a\r\nbc\rd\n", 3, "d"),
        ("a\r\nbc\rd\n", 4, ""),
        ("", 1, ""),
    ],
)
def test_bounds(text: str, line: int, expected: str) -> None:
    start, end = line_table(text).bounds(line)
    assert text[start:end] == expected


@given(_TEXT)
def test_lines_and_columns_lead_back(text: str) -> None:
    table = line_table(text)
    lines = re.split(r"\r\n|\r|\n", text)
    assert len(lines) == len(table.starts)
    assert [text[slice(*table.bounds(number))] for number in range(1, len(lines) + 1)] == lines
    for offset in range(len(text) + 1):
        line, column = table.locate(offset)
        assert table.starts[line - 1] + column - 1 == offset


def test_a_span_that_ends_on_another_line() -> None:
    assert source({"f": "ab\ncd\n"}).place(Span("f", 1, 5)) == Place("f", 1, 2, 2, 3)


def test_a_file_without_a_text() -> None:
    texts = source({})
    assert texts.table("f") is None
    assert texts.place(Span("f", 7, 9)) == Place("f", 1, 1, 1, 1)


def test_order_is_path_line_code_column() -> None:
    texts = source({"a": "xxxx\nyyyy\n", "b": "zz\n"})

    def one(code: str, path: str, start: int) -> Finding:
        return Finding(code, "", Severity.ERROR, "", Label(Span(path, start, start + 1), ""))

    right = (one("Z1", "a", 0), one("A1", "a", 8), one("A2", "a", 5), one("A2", "a", 6), one("A1", "b", 0))
    assert ordered(reversed(right), texts) == right
