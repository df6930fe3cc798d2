"""The shape of structured input against a JSON Schema, with every fault at its node.

jsonschema is imported when something is checked: it costs a tenth of a second.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from famlint.documents.tree import Mapping as Pairs
from famlint.documents.tree import Node, Scalar, Sequence
from famlint.network.versions import parse_version

_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))


class Violation(NamedTuple):
    """A fault of shape: the node to point at (a key for an unknown key), and what is wrong with it."""

    node: Node
    message: str


def violations(schema: Mapping[str, object], root: Node) -> tuple[Violation, ...]:
    """What a tree violates, in the order of the text."""
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    for name, (check, _) in _FORMATS.items():
        checker.checks(name)(check)
    validator = Draft202012Validator(schema, format_checker=checker)
    found = [
        violation
        for error in validator.iter_errors(plain(root))
        for violation in _explained(
            root, str(error.validator), error.validator_value, tuple(error.path), error.message, error.schema
        )
    ]
    return tuple(sorted(found, key=lambda violation: (violation.node.start, violation.message)))


def plain(node: Node) -> object:
    """A tree as plain values by the core schema of YAML 1.2.2 (10.3.2), for validation only. Keys become texts."""
    if isinstance(node, Pairs):
        return {key.text: plain(value) for key, value in node.pairs if isinstance(key, Scalar)}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if node.style or node.tag:
        return node.text
    if node.is_null:
        return None
    if node.text in _TRUE or node.text in _FALSE:
        return node.text in _TRUE
    return _number(node.text)


def _number(text: str) -> object:
    for kind in (int, float):
        try:
            if text[-1:].isdigit() and "_" not in text:
                return kind(text)
        except ValueError:
            continue
    return text


def _explained(
    root: Node, rule: str, wanted: object, path: tuple[object, ...], message: str, schema: object
) -> Iterator[Violation]:
    node, key = _at(root, path)
    where = f"{_name(path)}: " if path else ""
    if rule == "additionalProperties" and wanted is False and isinstance(node, Pairs) and isinstance(schema, Mapping):
        known = schema.get("properties")
        for name, _ in node.pairs:
            if isinstance(name, Scalar) and isinstance(known, Mapping) and name.text not in known:
                yield Violation(name, f'unknown key "{name.text}"{hint(name.text, known)}')
    elif rule == "required" and isinstance(wanted, list) and isinstance(node, Pairs):
        for name in wanted:
            if node.get(str(name)) is None:
                yield Violation(key or node, f'{where}the key "{name}" is missing')
    elif rule == "enum" and isinstance(wanted, list) and isinstance(node, Scalar):
        choices = [str(choice) for choice in wanted]
        yield Violation(node, f'{where}"{node.text}" is none of {", ".join(choices)}{hint(node.text, choices)}')
    elif rule == "type":
        yield Violation(node, f"{where}{_TYPES.get(str(wanted), f'{wanted} is expected')}")
    elif rule == "format" and isinstance(node, Scalar):
        yield Violation(node, f'{where}"{node.text}" is not {_FORMATS[str(wanted)][1]}')
    elif rule == "minLength":
        yield Violation(node, f"{where}an empty text says nothing")
    elif isinstance(node, Pairs) and rule == "propertyNames":
        yield Violation(node, f"{where}{message}")
    else:
        yield Violation(node, f"{where}{message}")


def hint(word: str, known: Iterable[str]) -> str:
    """A suggestion for a misspelt word, empty where none is close."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), 1, 0.6)
    return f': did you mean "{close[0]}"?' if close else ""


def _at(root: Node, path: tuple[object, ...]) -> tuple[Node, Scalar | None]:
    node, key = root, None
    for step in path:
        if isinstance(node, Pairs) and (found := node.pair(str(step))):
            key, node = found
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
    return node, key


def _name(path: tuple[object, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


_TYPES = {
    "object": "keys and values are expected",
    "array": "a list is expected",
    "string": 'a text is expected (write it in quotes: "…")',
    "integer": "a whole number is expected",
    "boolean": "true or false is expected",
}


def _is_text(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


def _is_day(text: str) -> bool:
    from datetime import date

    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_code(text: str) -> bool:
    """Whether a text has the form of a rule's code or of the start of one: `VIP001`, `VIP`."""
    return 1 < len(text) <= 6 and text.isascii() and text.isalnum() and text.isupper()


def is_minor(text: str) -> bool:
    """Whether a text names a minor version of Kubernetes: `1.33`, also `v1.33.2`."""
    parts = text.removeprefix("v").split("+")[0].split(".")
    return len(parts) in (2, 3) and all(part.isdecimal() for part in parts)


_FORMATS: dict[str, tuple[Callable[[object], bool], str]] = {
    "day": (_is_text(_is_day), "a day like 2027-01-31"),
    "release": (_is_text(lambda text: parse_version(text) is not None), "a release like v0.8.9"),
    "kubernetes-version": (_is_text(is_minor), "a version of Kubernetes like 1.33"),
    "rule-code": (_is_text(is_code), "a code like VIP001, or the start of one"),
}
