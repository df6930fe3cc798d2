"""From the text of one YAML document to the tree, through libyaml's events.

Events instead of libyaml's own composer: they come several times faster, an anchor given twice is no error
(YAML 1.2 allows it, the later one wins), and the depth is checked before anything recurses.

libyaml refuses a plain colon inside flow collections (`[fd00::1]`, `{url: oci://host}`), which YAML 1.2 and the
readers of Kubernetes take. Such a text is read again by ruamel's own parser, below a size.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from famlint.documents.limits import LimitExceeded, Limits
from famlint.documents.tree import Mapping, Node, Scalar, Sequence

_PROPERTIES = re.compile(r"(?:(?:!<[^>\s]*+>|![^\s,\[\]{}]*+|&[\w-]++)(?:[ \t\r\n]++|(?<=\s)#[^\r\n]*+)*+)++")


def parse(content: str, limits: Limits) -> Node | None:
    """The root node of the one document in `content`, None where there is nothing but comments.

    Raises NotYaml where the text is no YAML or holds a second document, LimitExceeded where it is nested too
    deep or its aliases reach too many nodes. Offsets count code points of `content`.
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    shift = 1 if content.startswith("\ufeff") else 0
    try:
        try:
            return _compose(content, shift, limits, _fast_events(content))
        except MarkedYAMLError as error:
            if error.problem not in _COLON_IN_FLOW or len(content) > _MOST_FOR_SLOW:
                raise
            try:
                return _compose(content, 0, limits, _slow_events(content))
            except YAMLError:
                raise error from None
    except UnicodeEncodeError as error:
        raise NotYaml("a lone surrogate is no character", error.start) from None
    except ReaderError as error:
        # libyaml counts bytes here, code points everywhere else.
        before = content.encode()[: error.position].decode(errors="ignore")
        raise NotYaml(_clause(error.reason), len(before)) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        offset = mark.index + shift if mark else 0
        raise NotYaml(_clause(error.problem or error.context), min(offset, len(content))) from None
    except YAMLError as error:
        raise NotYaml(_clause(str(error)), 0) from None


def _clause(problem: str | None) -> str:
    """libyaml's words as one lower-case clause."""
    first = (problem or "").partition("\n")[0].strip()
    return first[:1].lower() + first[1:] or "not YAML"


class NotYaml(Exception):  # noqa: N818 - it says what the text is, callers read `except NotYaml`
    """The text is not YAML. `reason` is a clause, `offset` the code point where it was noticed."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class _Mark(Protocol):
    index: int


class _Event(Protocol):
    """What libyaml's events have between them; which of it is there depends on the kind."""

    start_mark: _Mark
    end_mark: _Mark
    anchor: str | None
    ctag: object
    tag: str | None
    value: str
    style: str | None
    flow_style: bool


class _Open(NamedTuple):
    """A collection around the one that is being read. `surplus` counts nodes beyond its own children."""

    children: list[Node]
    start: int
    tag: str | None
    anchor: str | None
    flow: bool
    surplus: int


class _Anchored(NamedTuple):
    """A node that aliases may name, and how many nodes it stands for. No node: it is still open."""

    node: Node | None
    size: int


_COLON_IN_FLOW = ("found unexpected ':'", "did not find expected node content")
_MOST_FOR_SLOW = 1_000_000


def _fast_events(content: str) -> "Callable[[], _Event]":
    from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # re-exported without saying so

    next_event: Callable[[], _Event] = CParser(content).get_event
    return next_event


def _slow_events(content: str) -> "Callable[[], _Event]":
    from ruamel.yaml import YAML

    events: Iterator[_Event] = iter(YAML(typ="safe", pure=True).parse(content))
    return events.__next__


def _compose(content: str, shift: int, limits: Limits, next_event: "Callable[[], _Event]") -> Node | None:
    """The first document with a node; refuses a second one."""
    from ruamel.yaml.events import DocumentStartEvent, StreamEndEvent

    root: Node | None = None
    while True:
        event = next_event()
        if isinstance(event, StreamEndEvent):
            return root
        if isinstance(event, DocumentStartEvent):
            found = _document(content, shift, limits, next_event)
            if not (isinstance(found, Scalar) and _is_nothing(found)):
                if root is not None:
                    raise NotYaml("more than one document", found.start)
                root = found


def _is_nothing(root: Scalar) -> bool:
    return not root.text and not root.style and root.tag is None and not root.anchored


def _document(content: str, shift: int, limits: Limits, next_event: Callable[[], _Event]) -> Node:
    """One document, in one loop without recursion: hostile nesting must not reach Python's stack."""
    from ruamel.yaml.events import (
        AliasEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )

    new = tuple.__new__
    anchors: dict[str, _Anchored] = {}
    stack: list[_Open] = []
    children: list[Node] = []
    start, tag, anchor, flow, surplus = 0, None, None, False, 0
    aliased = False
    end = 0
    while True:
        event = next_event()
        kind: object = event.__class__
        if kind is ScalarEvent:
            end = event.end_mark.index + shift
            if event.ctag is None and event.anchor is None:
                node = new(Scalar, (event.value, event.start_mark.index + shift, end, event.style or "", None, False))
            else:
                node = _decorated(content, event, shift)
                if event.anchor:
                    anchors[event.anchor] = _Anchored(node, 1)
            children.append(node)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            stack.append(_Open(children, start, tag, anchor, flow, surplus))
            if len(stack) > limits.depth:
                raise LimitExceeded(f"nested deeper than {limits.depth} levels")
            children, surplus = [], 0
            start, tag, anchor, flow = event.start_mark.index + shift, event.tag, event.anchor, event.flow_style
            if tag or anchor:
                start = _behind_properties(content, start)
            if anchor:
                anchors[anchor] = _Anchored(None, 0)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            # libyaml ends a block collection at the next token, which may be many comments further down.
            if flow:
                end = event.end_mark.index + shift
            size = 1 + len(children) + surplus
            if aliased and size > limits.aliased_nodes:
                raise LimitExceeded(f"more than {limits.aliased_nodes} nodes where aliases are followed")
            collection: Node
            if kind is MappingEndEvent:
                pairs = tuple(zip(children[::2], children[1::2], strict=True))
                collection = Mapping(pairs, start, end, tag, anchor is not None)
            else:
                collection = Sequence(tuple(children), start, end, tag, anchor is not None)
            if anchor and anchors[anchor].node is None:
                anchors[anchor] = _Anchored(collection, size)
            children, start, tag, anchor, flow, outer = stack.pop()
            surplus = outer + size - 1
            children.append(collection)
        elif kind is AliasEvent:
            aliased = True
            name = event.anchor or ""
            end = event.end_mark.index + shift
            target = anchors.get(name)
            if target is None or target.node is None:
                reason = "does not stand for an earlier node" if target is None else "stands inside its own node"
                raise NotYaml(f"the alias *{name} {reason}", event.start_mark.index + shift)
            surplus += target.size - 1
            if surplus > limits.aliased_nodes:
                raise LimitExceeded(f"more than {limits.aliased_nodes} nodes where aliases are followed")
            children.append(target.node)
        else:
            return children[0]


def _decorated(content: str, event: _Event, shift: int) -> Scalar:
    """A scalar with a tag or an anchor: it starts behind them."""
    start, end = event.start_mark.index + shift, event.end_mark.index + shift
    start = end if not event.value and not event.style else min(_behind_properties(content, start), end)
    return Scalar(event.value, start, end, event.style or "", event.tag, event.anchor is not None)


def _behind_properties(content: str, start: int) -> int:
    found = _PROPERTIES.match(content, start)
    return found.end() if found else start
