"""Real configuration of public repositories, kept beside the checkout: nearly all of it has to be readable."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from famlint.documents.limits import Limits
from famlint.documents.masking import mask
from famlint.documents.scalars import segments
from famlint.documents.splitting import split
from famlint.documents.tree import Node, Scalar, Sequence
from famlint.documents.yaml import NotYaml, parse

SHARED = Path(__file__).parents[3] / "shared"
SUFFIXES = (".yaml", ".yml", ".j2", ".tmpl", ".tpl")


def files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        pytest.skip(f"the corpus is not beside the checkout: no {folder.name}/")
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES and path.is_file()]
    assert found
    return found


def decoded(path: Path) -> str:
    raw = path.read_bytes()
    return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def scalars(root: Node) -> Iterator[Scalar]:
    stack, seen = [root], set[int]()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Sequence):
            stack += node.items
        else:
            stack += (part for pair in node.pairs for part in pair)


@pytest.mark.parametrize("folder", ["corpus", "corpus-fixes"])
def test_documents_parse(folder: str) -> None:
    read, refused = 0, []
    for path in files(SHARED / folder):
        content = mask(decoded(path)).content
        for start, end in split(content):
            try:
                parse(content[start:end], Limits())
            except NotYaml as error:
                line = content.count("\n", 0, start + error.offset) + 1
                refused.append(f"{path}:{line}: {error.reason}")
            else:
                read += 1
    assert read > 30
    assert len(refused) <= 0.02 * (read + len(refused)), "\n".join(refused)


@pytest.mark.parametrize("folder", ["corpus", "corpus-fixes"])
def test_masking_keeps_lines_and_every_scalar_is_retraced(folder: str) -> None:
    retraced = 0
    for path in files(SHARED / folder):
        content = decoded(path)
        masked = mask(content).content
        assert [len(line) for line in masked.splitlines()] == [len(line) for line in content.splitlines()], path
        for start, end in split(masked):
            text = masked[start:end]
            try:
                root = parse(text, Limits())
            except NotYaml:
                continue
            for scalar in scalars(root) if root else ():
                assert segments(text, scalar) is not None, f"{path}: {scalar}"
                retraced += 1
    assert retraced > 1_000
