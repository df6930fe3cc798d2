"""Documents in a stream, against hand-made streams and against libyaml's own view of them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from famlint.documents.limits import Limits
from famlint.documents.splitting import split
from famlint.documents.yaml import parse


def texts(content: str) -> list[str]:
    return [content[start:end] for start, end in split(content)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", []),
        ("# only a comment\n\n", []),
        ("---", []),
        ("--- # nothing\n---\n...\n", []),
        ("a: 1", ["a: 1"]),
        ("a: 1\n---\nb: 2\n", ["a: 1\n", "---\nb: 2\n"]),
        ("---\na: 1\n---\n# nothing\n---\nb: 2\n...\n", ["---\na: 1\n", "---\nb: 2\n"]),
        ("--- # c\r\na: 1\r\n---\r\nb: 2\r\n", ["--- # c\r\na: 1\r\n", "---\r\nb: 2\r\n"]),
        ("--- {a: b}\n--- !tag\nx: 1\n---\t|\n  text\n", ["--- {a: b}\n", "--- !tag\nx: 1\n", "---\t|\n  text\n"]),
        ("----\n---x\n  ---\n", ["----\n---x\n  ---\n"]),
        ("a\n...\n# gone\n...\nb\n", ["a\n", "\nb\n"]),
        ("# c\n%YAML 1.2\n---\na\n", ["# c\n%YAML 1.2\n---\na\n"]),
        ("a\n...\n%TAG ! x\n---\nb\n", ["a\n", "\n%TAG ! x\n---\nb\n"]),
        ("a:\n  50\n---\n%x\n---\nb", ["a:\n  50\n", "---\n%x\n", "---\nb"]),
        ("\ufeff---\na\n---\nb", ["---\na\n", "---\nb"]),
    ],
)
def test_ranges(content: str, expected: list[str]) -> None:
    assert texts(content) == expected


def test_text_inside_a_block_scalar_is_no_marker() -> None:
    content = "a: |\n  ---\n  ...\nb: 1\n"
    assert texts(content) == [content]


DOCUMENTS = ["a: 1\n", "- x\n- y\n", "t: |\n  ---\n  z\n", "# nothing\n", "\n", "[a,\n b]\n", "'q: ---'\n", "--- x\n"]


@given(st.lists(st.tuples(st.sampled_from(DOCUMENTS), st.sampled_from(["---\n", "...\n---\n", "--- # c\n"]))))
def test_as_many_documents_as_libyaml_finds(stream: list[tuple[str, str]]) -> None:
    content = "---\n" + "".join(marker + document for document, marker in stream)
    found = [found for start, end in split(content) if (found := parse(content[start:end], Limits())) is not None]
    nodes = [node for node in YAML(typ="safe", pure=False).compose_all(content) if node.value != ""]
    assert len(found) == len(nodes) == len(list(split(content)))


def test_a_large_stream_takes_a_moment() -> None:
    content = "---\nkind: Service\nmetadata:\n  name: a\n" * 250_000
    before = time.perf_counter()
    assert sum(1 for _ in split(content)) == 250_000
    assert time.perf_counter() - before < 2
