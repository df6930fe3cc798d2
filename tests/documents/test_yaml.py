"""The tree that libyaml's events are composed to, and what is refused."""

import json
import time
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.nodes import Node as TheirNode

from famlint.documents.limits import LimitExceeded, Limits
from famlint.documents.tree import Node, Scalar, Sequence, at
from famlint.documents.yaml import NotYaml, parse

LIMITS = Limits()


def tree(content: str) -> Node:
    found = parse(content, LIMITS)
    assert found is not None
    return found


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return [(plain(key), plain(value)) for key, value in node.pairs]


def theirs(node: TheirNode) -> object:
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, MappingNode):
        return [(theirs(key), theirs(value)) for key, value in node.value]
    return [theirs(item) for item in node.value]


def source(content: str, node: Node) -> str:
    return content[node.start : node.end]


@pytest.mark.parametrize("content", ["", "# c\n", "---\n", "--- # c\n...\n", "\n\n", "\ufeff# c\n"])
def test_nothing(content: str) -> None:
    assert parse(content, LIMITS) is None


def test_nothing_is_resolved() -> None:
    assert plain(tree("- yes\n- 010\n- 1:2:3\n- ~\n- 2001-01-01\n")) == ["yes", "010", "1:2:3", "~", "2001-01-01"]


def test_keys_given_twice_and_merge_keys_stay_as_pairs() -> None:
    root = tree("b: &b {x: 1}\na: 1\na: 2\n<<: *b\n")
    assert plain(root) == [("b", [("x", "1")]), ("a", "1"), ("a", "2"), ("<<", [("x", "1")])]
    assert plain(at(root, "a") or root) == "2"
    assert plain(at(root, "x") or root) == "1"


@pytest.mark.parametrize(
    ("item", "token", "style"),
    [
        ("a b", "a b", ""),
        ("'it''s'", "'it''s'", "'"),
        ('"x\\n"', '"x\\n"', '"'),
        ("|-\n  x", "|-\n  x", "|"),
        (">\n  x", ">\n  x", ">"),
        ("!t 'x'", "'x'", "'"),
        ("&n x", "x", ""),
        ("!!str &n # c\n  x", "x", ""),
        ("&n !<tag:x,y> x", "x", ""),
        ("!!str", "", ""),
        ("é😀 \ue000", "é😀 \ue000", ""),
    ],
)
def test_a_scalar_covers_its_token_without_tag_and_anchor(item: str, token: str, style: str) -> None:
    content = f"é: 1\r\nk: {item}"
    found = at(tree(content), "k")
    assert isinstance(found, Scalar)
    assert (source(content, found), found.style) == (token, style)
    assert found.anchored == ("&" in item)
    assert (found.tag is not None) == ("!" in item)


def test_a_missing_value_is_an_empty_scalar_behind_its_key() -> None:
    content = "a:\nb:   # c\nc: x"
    root = tree(content)
    for key in "ab":
        found = at(root, key)
        assert isinstance(found, Scalar)
        assert found.is_null
        assert found.start == found.end == content.index(f"{key}:") + 2


@pytest.mark.parametrize(
    ("content", "key", "expected"),
    [
        ("k:\n  a: b  # c\n\n# d\nz: 1", "k", "a: b"),
        ("k:\n- a\n- b: c\n\n\nz: 1", "k", "- a\n- b: c"),
        ("k: {a: b, } # c\nz: 1", "k", "{a: b, }"),
        ("k: !t [a,\n b]\nz: 1", "k", "[a,\n b]"),
        ("k: &x # c\n  a: b\nz: 1", "k", "a: b"),
        ("k: &x\n  - a\nz: 1", "k", "- a"),
        ("y: &x 1\nk:\n  a: *x\n\nz: 1", "k", "a: *x"),
        ("k:\n  - *x\nz: 1", "k", "- *x"),
    ],
)
def test_extent_of_collections(content: str, key: str, expected: str) -> None:
    content = content if "&x" in content else "y: &x 1\n" + content
    found = at(tree(content), key)
    assert found is not None
    assert source(content, found) == expected


def test_a_byte_order_mark_counts_as_one_character() -> None:
    content = "\ufeffa: &x b\n"
    found = at(tree(content), "a")
    assert found is not None
    assert source(content, found) == "b"


def test_an_alias_is_the_node_itself_and_the_later_anchor_wins() -> None:
    root = tree("a: &x [1]\nb: *x\nc: &x [2]\nd: *x\n")
    assert at(root, "b") is at(root, "a")
    assert at(root, "d") is at(root, "c")


def test_an_anchor_given_again_inside_its_own_node_wins_afterwards() -> None:
    assert plain(tree("- &x {a: &x b}\n- *x\n")) == [[("a", "b")], "b"]


@pytest.mark.parametrize(
    ("content", "offset", "word"),
    [
        ("a: *x", 3, "*x"),
        ("a: &x {b: *x}", 10, "inside"),
        ("- &x [1]\n- &x [*x]\n", 15, "inside"),
        ("a: b: c", 4, "mapping values"),
        ("a:\n\t- b", 3, "cannot start"),
        ("a: é\x07", 4, "control"),
        ("é: \x00", 3, "control"),
        ("a: \ud800", 3, "surrogate"),
        ("\ufeffa: b: c", 5, "mapping values"),
        ("a: [1, 2", 8, "expected"),
        ("a: !foo!bar x", 3, "tag handle"),
        ("a\n---\nb", 6, "more than one"),
        ('"\\q"', 1, "escape"),
        ("%YAML 3.0\n---\na", 0, "incompatible"),
    ],
)
def test_refused(content: str, offset: int, word: str) -> None:
    with pytest.raises(NotYaml) as caught:
        parse(content, LIMITS)
    reason = caught.value.reason
    assert word in reason
    assert "\n" not in reason
    assert "line" not in reason
    assert reason[0].islower()
    assert caught.value.offset == offset


def test_an_empty_second_document_does_no_harm() -> None:
    assert plain(tree("a\n---\n# c\n...\n")) == "a"


def test_tabs_where_they_are_no_indentation() -> None:
    assert plain(tree('{\t"a":\t[1,\n\t\t2]\n\t}')) == [("a", ["1", "2"])]


@pytest.mark.parametrize("content", ["[" * 100_000, "- " * 100_000, "a: " + "{a: " * 100_000, "? " * 100_000])
def test_nesting_ends_in_a_clear_answer(content: str) -> None:
    with pytest.raises(LimitExceeded, match="nested deeper than 200 levels"):
        parse(content, LIMITS)


def test_nesting_up_to_the_limit() -> None:
    content = "[" * 200 + "]" * 200
    assert parse(content, LIMITS) is not None
    with pytest.raises(LimitExceeded):
        parse(f"[{content}]", LIMITS)


def test_deep_nesting_needs_no_recursion() -> None:
    content = "[" * 5_000 + "]" * 5_000
    assert isinstance(parse(content, LIMITS._replace(depth=10_000)), Sequence)


def test_alias_bomb() -> None:
    rows = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 40)]
    with pytest.raises(LimitExceeded, match="aliases"):
        parse("\n".join(rows), LIMITS)


def test_aliases_are_counted_exactly() -> None:
    content = "- &a [1, 2]\n- *a\n- [*a, *a]\n"
    # The sequence at the top, its first and second item with three nodes each, and a third with seven.
    assert parse(content, LIMITS._replace(aliased_nodes=14)) is not None
    with pytest.raises(LimitExceeded):
        parse(content, LIMITS._replace(aliased_nodes=13))


def test_a_large_file_without_aliases_is_no_bomb() -> None:
    assert parse("- a\n" * 100, LIMITS._replace(aliased_nodes=10)) is not None


VALUES = st.recursive(
    st.text(max_size=12) | st.integers().map(str) | st.sampled_from(["", "yes", "a: b", "- x", "# c", " x ", "null"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(VALUES, st.booleans())
def test_the_texts_are_those_of_ruamel(value: object, flow: bool) -> None:
    stream = StringIO()
    dumper = YAML(typ="safe", pure=True)
    dumper.default_flow_style = flow
    dumper.dump(value, stream)
    content = stream.getvalue()
    try:
        found = parse(content, LIMITS)
    except NotYaml:
        # The dumper writes some control characters that libyaml does not read.
        with pytest.raises(Exception, match=r"unacceptable|control|found|expected"):
            YAML(typ="safe", pure=False).compose(content)
        return
    try:
        other = YAML(typ="safe", pure=False).compose(content)
    except MarkedYAMLError:
        # A plain colon in a flow collection: libyaml refuses it, YAML 1.2 does not.
        other = YAML(typ="safe", pure=True).compose(content)
    assert (plain(found) if found else "") == theirs(other)


@given(VALUES)
def test_json_is_read(value: object) -> None:
    content = json.dumps(value, indent="\t")

    def expected(part: object) -> object:
        if isinstance(part, dict):
            return [(key, expected(inner)) for key, inner in part.items()]
        return [expected(inner) for inner in part] if isinstance(part, list) else part

    # YAML cannot write characters beyond the first plane as two escapes, as JSON does.
    if "\\ud" not in content:
        assert plain(tree(content)) == expected(value)


@given(st.text(max_size=80))
def test_any_text_ends_in_a_tree_or_a_clear_answer(content: str) -> None:
    offset, reason = 0, "fine"
    try:
        parse(content, LIMITS)
    except NotYaml as error:
        offset, reason = error.offset, error.reason
    assert 0 <= offset <= len(content)
    assert reason


def test_speed() -> None:
    content = "items:\n" + "- {name: service, ports: [80, 443], families: [IPv4, IPv6]}\n" * 10_000
    before = time.perf_counter()
    parse(content, LIMITS)
    assert time.perf_counter() - before < 2
