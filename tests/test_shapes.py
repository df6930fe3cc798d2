"""Schemas against trees: which node is at fault, and what is said of it."""

import socket
from collections.abc import Mapping

import pytest

from famlint.documents.limits import Limits
from famlint.documents.tree import Node
from famlint.documents.yaml import parse
from famlint.shapes import checker, plain, repeated_keys, violations


def tree(text: str) -> Node:
    root = parse(text, Limits())
    assert root is not None
    return root


def said(schema: Mapping[str, object], text: str) -> list[tuple[str, str]]:
    """Each violation as the text of its node and its message."""
    return [(text[one.node.start : one.node.end], one.message) for one in violations(schema, tree(text))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("'null'", "null"),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("on", "on"),
        ("12", 12),
        ("-012", -12),
        ("+1", 1),
        ("0x1F", 31),
        ("0o17", 15),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("1:2:3", "1:2:3"),
        ("1.33", 1.33),
        ("1.", 1.0),
        (".5e3", 500.0),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("inf", "inf"),
        ("nan", "nan"),
        ("1e", "1e"),
        ("fd00::1", "fd00::1"),
        ("2027-01-31", "2027-01-31"),
        ('"12"', "12"),
        ("|\n  12\n", "12\n"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ('!!int "12"', 12),
        ("!!bool true", True),
        ("!own 12", "12"),
        ("٣", "٣"),
        ("[1, a]", [1, "a"]),
        ("{1: a, b: }", {"1": "a", "b": None}),
        ("{a: 1, a: 2}", {"a": 2}),
    ],
)
def test_plain_values(text: str, value: object) -> None:
    found = plain(tree(f"- {text}\n"))
    assert found == [value if text else None]
    assert isinstance(found, list)
    assert type(found[0]) is (type(value) if text else type(None))


def test_not_a_number() -> None:
    value = plain(tree(".nan"))
    assert isinstance(value, float)
    assert value != value


def test_a_number_that_python_would_refuse() -> None:
    assert said({"type": "integer"}, "9" * 5000) == []
    assert [message for _, message in said({"maximum": 5}, "9" * 5000)] == ["the number is too large: it is at most 5"]


def test_merge_keys() -> None:
    text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], x: 5}\n"
    found = plain(tree(text))
    assert isinstance(found, dict)
    assert found["c"] == {"x": 5, "y": 2, "z": 4}
    closed = {"properties": {"c": {"additionalProperties": False, "properties": {"x": {}, "y": {}, "z": {}}}}}
    assert said(closed, text) == []


def test_a_fault_behind_a_merge_key_stands_where_it_is_written() -> None:
    schema = {"properties": {"b": {"properties": {"x": {"type": "integer"}}}}}
    assert said(schema, "a: &a {x: no}\nb: {<<: *a}\n") == [("no", "b.x: a whole number is expected")]


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        ({"type": ["string", "null"]}, "[1]", [("[1]", "a text is expected")]),
        (
            {"additionalProperties": False, "properties": {"name": {}}},
            "nam: 1",
            [("nam", 'unknown key "nam": did you mean "name"?')],
        ),
        ({"additionalProperties": False, "patternProperties": {"^x-": {}}}, "x-a: 1\ny: 2", [("y", 'unknown key "y"')]),
        ({"items": {"required": ["a", "b"]}}, "[{a: }]", [("{a: }", '[0]: the key "b" is missing')]),
        ({"properties": {"a": {"required": ["b"]}}}, "a: {}", [("a", 'a: the key "b" is missing')]),
        ({"propertyNames": {"enum": ["one"]}}, "two: 1", [("two", '"two" is none of one')]),
        ({"propertyNames": {"pattern": "^a"}}, "b: 1", [("b", '"b" does not fit the schema (pattern)')]),
        ({"items": {"pattern": "^a"}}, "[a, 'b']", [("'b'", '[1]: "b" does not fit the schema (pattern)')]),
        ({"items": {"const": "a"}}, "[b]", [("b", '[0]: "b" is none of a')]),
        ({"uniqueItems": True}, "[a, b, 'a']", [("'a'", "it stands in the list twice")]),
        ({"maxItems": 1}, "[a, b]", [("[a, b]", "the list is too long: it has at most 1")]),
        ({"minLength": 1}, "''", [("''", "an empty text says nothing")]),
        ({"minimum": 3}, "2", [("2", "the number is too small: it is at least 3")]),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, "a: 1", [("a: 1", "a text or a list is expected")]),
        (
            {"properties": {"a": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}}},
            "a: [b, 1]",
            [("1", 'a[1]: a text is expected (write it in quotes: "…")')],
        ),
        ({"not": {}}, "x", [("x", '"x" does not fit the schema (not)')]),
        ({"additionalProperties": {"type": "string"}}, "a: b\nc: 1\nd: 2.5", [
            ("1", 'c: a text is expected (write it in quotes: "…")'),
            ("2.5", 'd: a text is expected (write it in quotes: "…")'),
        ]),
    ],
)  # fmt: skip
def test_messages_and_nodes(schema: Mapping[str, object], text: str, expected: list[tuple[str, str]]) -> None:
    assert said(schema, text) == expected


def test_violations_come_in_the_order_of_the_text() -> None:
    schema = {"properties": {"a": {"type": "array"}}, "additionalProperties": False, "required": ["z"]}
    assert [message for _, message in said(schema, "c: 1\na: 1\nb: 1\n")] == [
        'the key "z" is missing',
        'unknown key "c"',
        "a: a list is expected",
        'unknown key "b"',
    ]


def test_long_texts_are_cut_and_many_violations_counted_no_further() -> None:
    [(_, message)] = said({"enum": ["a"]}, "b" * 500)
    assert message == f'"{"b" * 80}…" is none of a'
    assert len(violations({"items": {"type": "string"}}, tree(f"[{'1,' * 5000}]"))) == 100


def test_aliases_do_not_multiply_long_texts() -> None:
    text = f"[&a {'x' * 1_000_000}{', *a' * 100}]"
    [(_, message)] = said({"type": "string"}, text)
    assert message == "over 50,000,000 characters once its aliases are followed"


def test_one_checker_serves_many_trees() -> None:
    check = checker({"type": "string"})
    assert check(tree("a")) == ()
    assert len(check(tree("[a]"))) == 1
    assert check(tree("b")) == ()


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(Exception, match=r"Unresolvable"):
        violations({"$ref": "https://example.org/a.json"}, tree("a"))


def test_repeated_keys() -> None:
    text = "a: {x: 1, 'x': 2}\nb: &b {y: 1}\nc: [*b, *b]\na: 3\n<<: *b\n<<: *b\n"
    found = repeated_keys(tree(text))
    assert [(text[one.node.start : one.node.end], one.message) for one in found] == [
        ("'x'", 'the key "x" stands here a second time'),
        ("a", 'the key "a" stands here a second time'),
        ("<<", 'the key "<<" stands here a second time'),
    ]
    assert found[1].node.start == text.index("a: 3")
