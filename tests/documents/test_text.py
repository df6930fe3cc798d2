"""The way back from a parsed text to the characters of its file."""

from famlint.documents.document import Role
from famlint.documents.text import Text, extent, whole
from famlint.documents.tree import Scalar, at
from famlint.positions import Span
from tests.documents.opening import PATH, document, text_of, written


def scalar(content: str, *path: str | int) -> tuple[Text, Scalar]:
    one = document(content, Role.MANIFEST)
    node = at(one.root, *path)
    assert isinstance(node, Scalar)
    return one.text, node


def test_offsets_of_a_later_document_count_from_the_start_of_the_file() -> None:
    content = "a: 1\n---\nb: 22\n"
    text = whole(PATH, content, 9, len(content), {})
    assert text.content == "b: 22\n"
    assert text.span(3, 5) == Span(PATH, 12, 14, True)
    assert written(content, text.span(3, 5)) == "22"
    assert text.span(3, 3) == Span(PATH, 12, 12, True)


def test_a_value_has_no_quotes() -> None:
    content = "a: '128'\n"
    text, node = scalar(content, "a")
    found, holes, span = text.value(node)
    assert (found, holes, written(content, span), span.literal) == ("128", (), "128", True)
    assert written(content, extent(text, node)) == "'128'"


def test_an_escape_is_one_unit_and_no_literal() -> None:
    content = 'a: "1\\x328"\n'
    text, node = scalar(content, "a")
    found, _, span = text.value(node)
    assert (found, written(content, span), span.literal) == ("128", "1\\x328", False)
    inner = text.inside(node)
    assert inner.content == "128"
    assert written(content, inner.span(0, 1)) == "1"
    assert written(content, inner.span(1, 2)) == "\\x32"
    assert not inner.span(1, 2).literal
    assert inner.span(2, 3) == Span(PATH, content.index("8"), content.index("8") + 1, True)


def test_placeholders_come_back_with_their_places() -> None:
    content = 'a: "${V4},${V6}"\n'
    text, node = scalar(content, "a")
    found, holes, span = text.value(node)
    assert found == "${V4},${V6}"
    assert [found[start:end] for start, end in holes] == ["${V4}", "${V6}"]
    assert written(content, span) == found


def test_inside_a_literal_block_each_line_has_its_place() -> None:
    content = "a:\n  b: |\n    x: 1\n    y: 22\n"
    text, node = scalar(content, "a", "b")
    inner = text.inside(node)
    assert inner.content == "x: 1\ny: 22\n"
    at_22 = inner.content.index("22")
    assert inner.span(at_22, at_22 + 2) == Span(PATH, content.index("22"), content.index("22") + 2, True)
    # Over a line end the file holds the indentation as well.
    over = inner.span(3, at_22 + 2)
    assert written(content, over) == "1\n    y: 22"
    assert not over.literal


def test_three_levels_deep() -> None:
    content = "a: |\n  b: \"c: 'd: 128'\"\n"
    text, node = scalar(content, "a")
    for key in ("b", "c"):
        inner = text.inside(node)
        one = document(inner.content)
        found = at(one.root, key)
        assert isinstance(found, Scalar)
        text, node = inner, found
    last = text.inside(node)
    assert last.content == "d: 128"
    span = last.span(3, 6)
    assert (written(content, span), span.literal) == ("128", True)


def test_what_was_decoded_stands_at_the_whole_scalar() -> None:
    content = "a: 'ZDogMTI4'\n"
    text, node = scalar(content, "a")
    inner = text.opaque(node, "d: 128", {})
    span = inner.span(3, 6)
    assert (written(content, span), span.literal) == ("ZDogMTI4", False)
    assert inner.span(0, 1) == span


def test_characters_beyond_the_basic_plane_count_once() -> None:
    content = "# \U0001f600\na: ü128\n"
    text = text_of(content)
    start = content.index("128")
    assert written(content, text.span(start, start + 3)) == "128"
