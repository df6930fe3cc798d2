"""The shape of structured input against a JSON Schema, with every fault at its node.

jsonschema is imported when something is checked: it costs a tenth of a second.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from famlint.documents.tree import Mapping as Pairs
from famlint.documents.tree import Node, Scalar, Sequence
from famlint.formats import FORMATS

if TYPE_CHECKING:
    from jsonschema import ValidationError

_MOST = 100
_HEAVIEST = 50_000_000
_QUOTED = 80
_INTEGER = re.compile(r"[-+]?[0-9]++\Z")
_BASED = re.compile(r"0x[0-9a-fA-F]++\Z|0o[0-7]++\Z")
_FLOAT = re.compile(
    r"[-+]?(?:(?:\.[0-9]++|[0-9]++(?:\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?|\.(?:inf|Inf|INF))\Z|\.(?:nan|NaN|NAN)\Z"
)
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))


class Violation(NamedTuple):
    """A fault of shape: the node to point at (a key for an unknown key), and what is wrong with it."""

    node: Node
    message: str


def violations(schema: Mapping[str, object], root: Node) -> tuple[Violation, ...]:
    """What a tree violates, in the order of the text. For several trees `checker` is faster."""
    return checker(schema)(root)


def checker(schema: Mapping[str, object]) -> Callable[[Node], tuple[Violation, ...]]:
    """What finds the violations of a schema (draft 2020-12) in trees: at most 100 in each, in the order of the text.

    Nothing is fetched: a reference out of the schema raises an exception of jsonschema.
    """
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry

    formats = FormatChecker(formats=())
    for name, fault in FORMATS.items():
        formats.checks(name)(_passes(fault))
    validator = Draft202012Validator(schema, format_checker=formats, registry=Registry())

    def check_tree(root: Node) -> tuple[Violation, ...]:
        if _weight(root) > _HEAVIEST:
            # Every message of jsonschema quotes what it is about.
            return (Violation(root, f"over {_HEAVIEST:,} characters once its aliases are followed"),)
        found = (violation for error in validator.iter_errors(plain(root)) for violation in _explained(root, error))
        return tuple(sorted(islice(found, _MOST), key=lambda violation: (violation.node.start, violation.message)))

    return check_tree


def repeated_keys(root: Node) -> tuple[Violation, ...]:
    """The keys that stand twice in one mapping, which YAML forbids and readers take in different ways."""
    found: dict[int, Violation] = {}
    for node in _nodes(root):
        seen: set[str] = set()
        for key, _ in node.pairs if isinstance(node, Pairs) else ():
            if isinstance(key, Scalar):
                if key.text in seen:
                    found[key.start] = Violation(key, f'the key "{key.text}" stands here a second time')
                seen.add(key.text)
    return tuple(found[start] for start in sorted(found))


def plain(node: Node) -> object:
    """A tree as plain values by the core schema of YAML 1.2.2 (10.3.2), for validation only. Keys become texts.

    A merge key (`<<`) brings the pairs that its mapping has not itself, as `tree.Mapping.get` has it.
    """
    if isinstance(node, Pairs):
        merged: dict[str, object] = {}
        own: dict[str, object] = {}
        for key, value in node.pairs:
            if isinstance(key, Scalar) and key.text == "<<" and not key.style:
                sources = value.items if isinstance(value, Sequence) else (value,)
                for source in reversed(sources):
                    inner = plain(source)
                    merged |= inner if isinstance(inner, dict) else {}
            elif isinstance(key, Scalar):
                own[key.text] = plain(value)
        return merged | own
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if node.style or node.tag:
        return _tagged(node)
    if node.is_null:
        return None
    if node.text in _TRUE or node.text in _FALSE:
        return node.text in _TRUE
    return _number(node.text)


def _tagged(node: Scalar) -> object:
    kind = (node.tag or "").removeprefix("tag:yaml.org,2002:")
    if kind in ("int", "float"):
        return _number(node.text)
    if kind == "bool" and (node.text in _TRUE or node.text in _FALSE):
        return node.text in _TRUE
    return None if node.is_null else node.text


def _number(text: str) -> object:
    if _INTEGER.match(text):
        # Python refuses to read longer ones; for validation they are all alike.
        return int(text) if len(text) <= 4000 else 10**400
    if text[:2] in ("0x", "0o") and _BASED.match(text):
        return int(text, 0)
    if _FLOAT.match(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def _nodes(root: Node) -> Iterator[Node]:
    """Every node once, however many aliases stand for it."""
    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        yield node
        for child in _children(node):
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, Pairs):
        for pair in node.pairs:
            yield from pair
    elif isinstance(node, Sequence):
        yield from node.items


def _weight(root: Node) -> int:
    """The characters of all scalars that a reader sees, each as often as aliases stand for it."""
    weights: dict[int, int] = {}

    def weigh(node: Node) -> int:
        if id(node) not in weights:
            own = len(node.text) if isinstance(node, Scalar) else 1
            weights[id(node)] = own + sum(weigh(child) for child in _children(node))
        return weights[id(node)]

    return weigh(root)


def _explained(root: Node, error: "ValidationError") -> Iterator[Violation]:
    """An error of jsonschema in our words, at the node that it is about."""
    path = tuple(error.absolute_path)
    node, key = _at(root, path)
    where = f"{_name(path)}: " if path else ""
    rule, wanted = str(error.validator), error.validator_value
    if rule in ("anyOf", "oneOf") and error.context:
        yield from _alternatives(root, error)
    elif rule == "additionalProperties" and wanted is False and isinstance(node, Pairs):
        yield from _unknown_keys(node, error.schema)
    elif rule == "required" and isinstance(wanted, list) and isinstance(node, Pairs):
        for name in wanted:
            if node.pair(str(name)) is None:
                yield Violation(key or node, f'{where}the key "{name}" is missing')
    elif rule in ("enum", "const"):
        choices = [str(choice) for choice in (wanted if isinstance(wanted, list) else [wanted])]
        about, text = _about(node, error.instance)
        yield Violation(about, f"{where}{_shown(text)} is none of {', '.join(choices)}{hint(text, choices)}")
    elif rule == "type":
        yield Violation(node, f"{where}{_types(wanted, node)}")
    elif rule == "format" and str(wanted) in FORMATS:
        about, text = _about(node, error.instance)
        yield Violation(about, f"{where}{_shown(text)} is {FORMATS[str(wanted)](text)}")
    elif rule == "uniqueItems" and isinstance(node, Sequence):
        yield Violation(_second(node), f"{where}it stands in the list twice")
    elif rule == "minLength" and wanted == 1:
        yield Violation(node, f"{where}an empty text says nothing")
    elif rule in _BOUNDS:
        yield Violation(node, f"{where}{_BOUNDS[rule]} {wanted}")
    else:
        about, text = _about(node, error.instance)
        yield Violation(about, f"{where}{_shown(text)} does not fit the schema ({rule})")


def _alternatives(root: Node, error: "ValidationError") -> Iterator[Violation]:
    """What keeps the alternative from fitting that comes nearest: one of the right type with the fewest errors."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    near = [
        found
        for found in branches.values()
        if not any(inner.validator == "type" and not inner.relative_path for inner in found)
    ]
    if near:
        for inner in min(near, key=len):
            yield from _explained(root, inner)
        return
    node, _ = _at(root, tuple(error.absolute_path))
    path = _name(tuple(error.absolute_path))
    wanted = [inner.validator_value for found in branches.values() for inner in found if inner.validator == "type"]
    yield Violation(node, f"{path}: {_types(wanted, node)}" if path else _types(wanted, node))


def _unknown_keys(node: Pairs, schema: object) -> Iterator[Violation]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    patterns = schema.get("patternProperties") if isinstance(schema, Mapping) else None
    known = [str(name) for name in properties] if isinstance(properties, Mapping) else []
    for name, _ in node.pairs:
        if isinstance(name, Scalar) and name.text not in known and not (name.text == "<<" and not name.style):
            if isinstance(patterns, Mapping) and any(re.search(str(pattern), name.text) for pattern in patterns):
                continue
            yield Violation(name, f"unknown key {_shown(name.text)}{hint(name.text, known)}")


def _about(node: Node, instance: object) -> tuple[Node, str]:
    """The node that an error is about with its text: a key where the instance is the text of one of its keys."""
    if isinstance(node, Pairs) and isinstance(instance, str):
        pair = node.pair(instance)
        return (pair[0] if pair else node), instance
    return node, node.text if isinstance(node, Scalar) else ""


def _shown(text: str) -> str:
    """A text as messages quote it: of a long one only the beginning."""
    return f'"{text[:_QUOTED]}…"' if len(text) > _QUOTED else f'"{text}"'


def _types(wanted: object, node: Node) -> str:
    names = [str(name) for name in wanted] if isinstance(wanted, list) else [str(wanted)]
    # That a key may be empty helps nobody who filled it.
    names = [name for name in dict.fromkeys(names) if name != "null"] or names
    if len(names) == 1:
        quotes = _QUOTES if names[0] == "string" and isinstance(node, Scalar) else ""
        return f"{_TYPES.get(names[0], names[0])} is expected{quotes}"
    return f"{' or '.join(_TYPES.get(name, name) for name in dict.fromkeys(names))} is expected"


def _second(node: Sequence) -> Node:
    """The first item that stands in the list before."""
    seen: set[str] = set()
    for item in node.items:
        value = repr(plain(item))
        if value in seen:
            return item
        seen.add(value)
    return node


def hint(word: str, known: Iterable[str]) -> str:
    """A suggestion for a misspelt word, empty where none is close."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), 1, 0.6)
    return f': did you mean "{close[0]}"?' if close else ""


def _at(root: Node, path: tuple[object, ...]) -> tuple[Node, Scalar | None]:
    """The node at a path of jsonschema, and its key where it has one."""
    node: Node = root
    key: Scalar | None = None
    for step in path:
        if isinstance(node, Pairs) and (found := node.pair(str(step))):
            key, node = found
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            key, node = None, node.items[step]
    return node, key


def _name(path: tuple[object, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


_TYPES = {
    "object": "a mapping of keys to values",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}
_QUOTES = ' (write it in quotes: "…")'
_BOUNDS = {
    "minItems": "the list is too short: it has at least",
    "maxItems": "the list is too long: it has at most",
    "minLength": "the text is too short: it has at least",
    "maxLength": "the text is too long: it has at most",
    "minProperties": "there are too few keys: there are at least",
    "maxProperties": "there are too many keys: there are at most",
    "minimum": "the number is too small: it is at least",
    "maximum": "the number is too large: it is at most",
}


def _passes(fault: Callable[[str], str]) -> Callable[[object], bool]:
    """A format as jsonschema wants it. It is asked about values that are no texts, too: their type is judged apart."""
    return lambda value: not isinstance(value, str) or not fault(value)
