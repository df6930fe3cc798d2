"""The command line of a container: which program it starts, and the flags that it gives it.

Read are `--flag=value`, `--flag value` as two words, words in `command` and `args`, and a plain list of words behind
`sh -c`. Of equal flags the last one wins, except for those that add up. Source: facts/kubernetes.md sections 0.2 and
7.0 (G11).
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from itertools import pairwise
from typing import NamedTuple

from famlint.components.declaration import NO_BASE, leaf
from famlint.components.images import parse_image
from famlint.components.model import Leaf, Value
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, text_at
from famlint.unknown import Unknown

LISTS = ("command", "args")
"""The fields of a container that hold words, in the order in which they make a command line."""

_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_LAUNCHERS = frozenset(("go-runner", "hyperkube", "tini", "dumb-init"))
"""Programs that start the one that their words name."""

_PIECE = re.compile(r"[^\s\\]+")
_PLAIN = re.compile(r"(?:[\w./:,=@%+\[\]-]|\s|\\\n)*\Z")
"""A shell takes these characters as they stand; a backslash before a line end joins lines."""


class Word(NamedTuple):
    """A word of a command line, and the field that it stands in."""

    leaf: Leaf
    field: str


class CommandLine(NamedTuple):
    """The words behind the name of the program.

    `partial` is the reason why there may be more of them, empty where these are all.
    """

    words: tuple[Word, ...]
    partial: str = ""


def command_line(
    document: Document, container: Mapping, program: str, images: frozenset[str] = frozenset()
) -> CommandLine | None:
    """What a container gives to a program; None where it starts another one, or nobody knows which.

    Args:
        document: the document around the container.
        container: one of its containers.
        program: the name of the program without its directory.
        images: base names of images that start the program by themselves.
    """
    words = [word for field in LISTS for word in _words(document, container.get(field), field)]
    script = _script(container, words)
    if script is not None:
        return _of_a_shell(document, script, program)
    start = _program(words, program)
    if start is None and not _starts_by_itself(container, words, program, images):
        return None
    return CommandLine(tuple(words[start or 0 :]), _partial(document, container, words))


def flags(line: CommandLine, adding: frozenset[str] = frozenset()) -> dict[str, Leaf]:
    """The flags of a command line as `<field>.<name>`, such as `command.service-cluster-ip-range`.

    Args:
        line: the command line.
        adding: names of flags that add up where they are given several times.
    """
    found: dict[str, Leaf] = {}
    words = line.words
    for index, (word, field) in enumerate(words):
        if word.unknown or _is_open(word):
            why = word.unknown or f"the later word {word.text} may override it"
            found = {key: made._replace(unknown=made.unknown or why) for key, made in found.items()}
            continue
        if not word.text.startswith("--") or word.text == "--":
            continue
        name, equals, value = word.text[2:].partition("=")
        if equals:
            made = part_of(word, len(word.text) - len(value), len(word.text))
        elif index + 1 < len(words) and not words[index + 1].leaf.text.startswith("-"):
            made = words[index + 1].leaf
        else:
            made = word._replace(text="true", span=word.span._replace(literal=False))
        name = name.replace("_", "-")
        key = f"{field}.{name}"
        found[key] = _added(found[key], made) if name in adding and key in found else made
    return found


def effective(values: Dict[str, Value | Unknown], adding: frozenset[str] = frozenset()) -> dict[str, Value | Unknown]:
    """The flags that hold, as `flag.<name>`, of values by field and name. What stands in `args` comes last.

    Where flags of `adding` add up, the text is all of them with commas, and `items` are the single ones.
    """
    found: dict[str, Value | Unknown] = {}
    for field in LISTS:
        for key, value in values.items():
            name = key.removeprefix(f"{field}.")
            if name == key:
                continue
            made = _as_text(value) if isinstance(value, Value) else value
            before = found.get(f"flag.{name}")
            if name in adding and before is not None:
                made = _joined(before, made)
            found[f"flag.{name}"] = made
    return found


def replaced(document: Document, container: Mapping) -> dict[str, Leaf]:
    """What a patch takes away: a list of words replaces the one before as a whole."""
    if document.role is not Role.PATCH:
        return {}
    span = document.text.span(container.start, container.start)
    return {field: Leaf("", span, absent=True) for field in LISTS if container.get(field) is not None}


def part_of(whole: Leaf, start: int, end: int) -> Leaf:
    """`text[start:end]` of a leaf, with its span and its holes."""
    span = whole.span
    if span.literal and span.end - span.start == len(whole.text):
        span = span._replace(start=span.start + start, end=span.start + end)
    moved = (hole._replace(start=max(hole.start - start, 0), end=hole.end - start) for hole in whole.holes)
    holes = tuple(hole for hole in moved if hole.end > 0 and hole.start < end - start)
    return whole._replace(text=whole.text[start:end], span=span, holes=holes)


def _words(document: Document, node: Node | None, field: str) -> Iterator[Word]:
    if not isinstance(node, Sequence):
        return
    for item in node.items:
        yield Word(leaf(document, item), field)
    if document.open(node):
        added = leaf(document, node)
        yield Word(added._replace(items=None, unknown="what a template adds may override it"), field)


def _is_open(word: Leaf) -> bool:
    """Whether a placeholder stands where the name of a flag would."""
    name = len(word.text.partition("=")[0])
    return any(hole.start < name for hole in word.holes) and not word.text.startswith("--")


def _name_of(word: Word) -> str:
    return word.leaf.text.rpartition("/")[2]


def _program(words: list[Word], program: str) -> int | None:
    """Where the words of a program begin, None where the first program is another one."""
    launched = 0
    if words and _name_of(words[0]) in _LAUNCHERS:
        launched = next((at for at, word in enumerate(words) if at and not word.leaf.text.startswith("-")), 0)
    return launched + 1 if words and _name_of(words[launched]) == program else None


def _starts_by_itself(container: Mapping, words: list[Word], program: str, images: frozenset[str]) -> bool:
    """Whether there are only flags, and the image or (without one) the container's name says whose they are."""
    if words and not words[0].leaf.text.startswith("-") and not _is_open(words[0].leaf):
        return False
    image = text_at(container, "image")
    return parse_image(image).base_name in images if image else text_at(container, "name") == program


def _script(container: Mapping, words: list[Word]) -> Scalar | None:
    """The text that a shell is given to run."""
    if not words or _name_of(words[0]) not in _SHELLS:
        return None
    lists = (container.get(field) for field in LISTS)
    nodes = [item for node in lists if isinstance(node, Sequence) for item in node.items]
    for option, script in pairwise(nodes):
        if isinstance(option, Scalar) and isinstance(script, Scalar) and re.fullmatch(r"-[a-z]*c", option.text):
            return script
    return None


def _of_a_shell(document: Document, script: Scalar, program: str) -> CommandLine | None:
    text, holes, _ = document.text.value(script)
    if holes or not _PLAIN.match(text) or "\n" in text.strip().replace("\\\n", " "):
        starts = re.search(rf"(?:^|[;&|\n])\s*(?:exec\s+)?(?:[\w./-]*/)?{re.escape(program)}(?=\s|$)", text)
        return CommandLine((), f"{program} is started by a script of a shell") if starts else None
    inner = document.text.inside(script)
    words = [Word(Leaf(found[0], inner.span(found.start(), found.end())), LISTS[0]) for found in _PIECE.finditer(text)]
    if words and words[0].leaf.text == "exec":
        words = words[1:]
    start = _program(words, program)
    return CommandLine(tuple(words[start:])) if start is not None else None


def _partial(document: Document, container: Mapping, words: Iterable[Word]) -> str:
    """Why a flag that is not written could be given all the same."""
    nodes = [container.get(field) for field in LISTS]
    if any(document.open(node) for node in (container, *nodes) if node is not None):
        return "a template may add flags"
    if any(isinstance(node, Scalar) and not node.is_null for node in nodes):
        return "the whole command is a placeholder"
    if any(word.leaf.unknown or _is_open(word.leaf) for word in words):
        return "a placeholder may stand for flags"
    if container.get("image") is None or document.role is Role.PATCH:
        return NO_BASE
    return ""


def _added(before: Leaf, more: Leaf) -> Leaf:
    items = (*(before.items if before.items is not None else (before,)), more)
    return more._replace(text="", items=items, holes=(), unknown="")


def _as_text(value: Value) -> Value:
    """A flag that was given several times, with a text of its own."""
    if value.items is None:
        return value
    return value._replace(text=",".join(item.text for item in value.items), editable=False)


def _joined(before: Value | Unknown, more: Value | Unknown) -> Value | Unknown:
    if isinstance(before, Unknown) or isinstance(more, Unknown):
        return before if isinstance(before, Unknown) else more
    return _as_text(more._replace(items=(*(before.items or (before,)), *(more.items or (more,)))))
