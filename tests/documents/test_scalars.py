"""From a scalar's text back to the characters it was read from, in every style."""

import json
from io import StringIO

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from famlint.documents.limits import Limits
from famlint.documents.scalars import Segment, segments, value_span
from famlint.documents.tree import Node, Scalar, Sequence
from famlint.documents.yaml import NotYaml, parse


def scalars(node: Node | None) -> list[Scalar]:
    if node is None:
        return []
    if isinstance(node, Scalar):
        return [node]
    children = node.items if isinstance(node, Sequence) else [part for pair in node.pairs for part in pair]
    return [scalar for child in children for scalar in scalars(child)]


def last(content: str) -> Scalar:
    return scalars(parse(content, Limits()))[-1]


def outer(content: str) -> list[tuple[str, str]]:
    """What each segment of the last scalar says: its text, and the source it came from."""
    scalar = last(content)
    found = segments(content, scalar)
    assert found is not None
    return [
        (
            scalar.text[part.inner : part.inner + part.inner_length],
            content[part.outer : part.outer + part.outer_length],
        )
        for part in found
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("k: 10.0.0.0/8 # c", [("10.0.0.0/8", "10.0.0.0/8")]),
        ("k: !t &x '10.0.0.0/8'", [("10.0.0.0/8", "10.0.0.0/8")]),
        ('k: "a b"', [("a b", "a b")]),
        ("k: ''", []),
        ("k:", []),
        ("k: a\n  b", [("a", "a"), (" ", "\n  "), ("b", "b")]),
        ("k: a  \n\n\n  b", [("a", "a"), ("\n\n", "  \n\n\n  "), ("b", "b")]),
        ("k: a\r\n  b", [("a", "a"), (" ", "\r\n  "), ("b", "b")]),
        ("k: 'it''s'", [("it", "it"), ("'", "''"), ("s", "s")]),
        ("k: 'a\n\n  b'", [("a", "a"), ("\n", "\n\n  "), ("b", "b")]),
        (r'k: "a\n\"b\\"', [("a", "a"), ("\n", r"\n"), ('"', r"\""), ("b", "b"), ("\\", r"\\")]),
        (
            r'k: "\x41\u00e9\U0001F600\/\t"',
            [("A", r"\x41"), ("é", r"\u00e9"), ("😀", r"\U0001F600"), ("/", r"\/"), ("\t", r"\t")],
        ),
        ('k: "a \\\n  b"', [("a ", "a "), ("b", "b")]),
        ('k: "a\\\n\n  b"', [("a", "a"), ("\n", "\\\n\n  "), ("b", "b")]),
        ('k: "a  \n  b\\ "', [("a", "a"), (" ", "  \n  "), ("b", "b"), (" ", "\\ ")]),
        ("k: |\n  a\n   b\n\n  c\n", [("a\n", "a\n"), (" b\n\n", " b\n\n"), ("c\n", "c\n")]),
        ("k: |- # c\n  a\n  b\n\n\n", [("a\n", "a\n"), ("b", "b")]),
        ("k: |+\n  a\n\n\nz: |+\n  b\n\n", [("b\n\n", "b\n\n")]),
        ("k: |2\n    a\n   b\n", [("  a\n", "  a\n"), (" b\n", " b\n")]),
        ("k: |\r\n  a\r\n  b\r\n", [("a", "a"), ("\n", "\r\n"), ("b", "b"), ("\n", "\r\n")]),
        ("k: |\n  a", [("a", "a")]),
        ("k: |\n\n  a\n", [("\n", "\n"), ("a\n", "a\n")]),
        ("k: >-\n  a\n  b\n", [("a", "a"), (" ", "\n  "), ("b", "b")]),
        ("k: >-\r\n  a\r\n  b", [("a", "a"), (" ", "\r\n  "), ("b", "b")]),
        ("k: >-\n  a\n\n\n  b\n", [("a", "a"), ("\n\n", "\n\n\n  "), ("b", "b")]),
        ("k: >-\n  a\n    b\n  c\n", [("a\n", "a\n"), ("  b\n", "  b\n"), ("c", "c")]),
        ("k: |+\n\n\n", [("\n\n", "\n\n")]),
        ("k: |+\n  \r", [("\n", "\r")]),
        ("k: |\n", []),
    ],
)
def test_segments(content: str, expected: list[tuple[str, str]]) -> None:
    assert outer(content) == expected


def test_a_text_that_does_not_come_from_there_has_no_segments() -> None:
    content = "k: |\n  abc\n"
    scalar = last(content)
    assert segments(content, scalar._replace(text="abd\n")) is None
    assert segments(content, scalar._replace(text="abc\nd")) is None
    assert segments("k: 'a\n b'", Scalar("a  b", 3, 9, "'")) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("k: a b # c", "a b"),
        ("k: 'a'", "a"),
        ('k: "a\\n"', "a\\n"),
        ("k: !t 'a'", "a"),
        ("k: |- # c\n\n    a b\n    c\n", "a b"),
        ("k: >2-\n    a\n", "a"),
        ("k: |\n", "|\n"),
        ("k:", ""),
    ],
)
def test_value_span(content: str, expected: str) -> None:
    start, end = value_span(content, last(content))
    assert content[start:end] == expected


def retrace(content: str, scalar: Scalar) -> None:
    """Assert what the contract of `segments` promises for any scalar."""
    found = segments(content, scalar)
    if found is None:
        # The one case given up: an indentation indicator and a first line of mere blanks.
        assert scalar.style in ("|", ">")
        assert scalar.text.lstrip("\n\u2028\u2029").startswith(" ")
        event("given up")
        return
    position, before = 0, scalar.start
    for part in found:
        assert part.inner == position
        assert part.inner_length > 0
        assert before <= part.outer <= part.outer + part.outer_length <= scalar.end
        position, before = part.inner + part.inner_length, part.outer + part.outer_length
        inner, source = scalar.text[part.inner : position], content[part.outer : before]
        if part.inner_length == part.outer_length:
            same = [one == two or one in " \n" for one, two in zip(inner, source, strict=True)]
            assert all(same)
        elif inner.strip(" \n\t\r\x85\u2028\u2029"):
            assert source[0] == "\\" or (inner, source) == ("'", "''")
    assert position == len(scalar.text)


TEXTS = st.text(
    st.sampled_from("abc  \n\n'\"\\#:-{}[]|>!&*%@,?\t\r\x85\xa0\u2028é😀\ue000\x07/") | st.characters(), max_size=50
)
STYLES = (str, SingleQuotedScalarString, DoubleQuotedScalarString, LiteralScalarString, FoldedScalarString)


@given(TEXTS, st.sampled_from(STYLES), st.integers(10, 80), st.booleans())
def test_whatever_ruamel_writes_is_retraced(text: str, style: type[str], width: int, windows: bool) -> None:
    stream = StringIO()
    dumper = YAML()
    dumper.width = width
    try:
        dumper.dump({"key": [style(text)], "other": style(text)}, stream)
        content = stream.getvalue().replace("\n", "\r\n") if windows else stream.getvalue()
        found = scalars(parse(content, Limits()))
    except (NotYaml, YAMLError, AttributeError, IndexError, TypeError, UnicodeEncodeError):
        # ruamel writes some texts wrongly, or fails on them.
        assume(False)
    event(found[-1].style or "plain")
    for scalar in found:
        retrace(content, scalar)


# What JSON leaves unescaped but YAML does not take is left out, and what JSON escapes as two halves.
JSON_TEXTS = st.text(
    st.sampled_from("ab \n\t\r'\"\\/#:\x07é") | st.characters(max_codepoint=0xD7FF, exclude_categories=("Cc", "Cs")),
    max_size=40,
)


@given(st.dictionaries(JSON_TEXTS, JSON_TEXTS, max_size=3), st.booleans())
def test_whatever_json_writes_is_retraced(value: dict[str, str], ascii_only: bool) -> None:
    content = json.dumps(value, ensure_ascii=ascii_only, indent=1)
    found = scalars(parse(content, Limits()))
    assert [scalar.text for scalar in found] == [text for pair in value.items() for text in pair]
    for scalar in found:
        assert segments(content, scalar) is not None
        retrace(content, scalar)


@given(st.text("a \n\t'\"\\#x|>-+2\r:", max_size=30), st.sampled_from(["k: ", "k: '", 'k: "', "k: |", "k: >", "- - >"]))
def test_whatever_libyaml_reads_is_retraced(text: str, before: str) -> None:
    content = before + text.replace("\n", "\n  ") + (before[-1] if before[-1] in "'\"" else "")
    try:
        found = scalars(parse(content, Limits()))
    except NotYaml:
        assume(False)
    for scalar in found:
        retrace(content, scalar)


def test_a_segment_is_four_numbers() -> None:
    assert segments("a: bcd", Scalar("bcd", 3, 6)) == (Segment(inner=0, inner_length=3, outer=3, outer_length=3),)
