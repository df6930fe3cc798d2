"""A document: a tree with the way back to its file, and how it is carried where it is inside another one."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from famlint.documents.text import Text, extent
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at, text_at
from famlint.positions import Span


class Role(Enum):
    """What a document is to its reader."""

    MANIFEST = "manifest"
    VALUES = "values"
    PATCH = "patch"


class Layer(NamedTuple):
    """The place of one source of values among the others: higher ranks win, `name` is for people."""

    rank: int
    name: str


class Ref(NamedTuple):
    """A scalar in the text that it stands in."""

    text: Text
    scalar: Scalar


class Target(NamedTuple):
    """What a patch applies to; empty parts match anything. `selector` is any further condition."""

    kind: str
    name: str
    namespace: str
    selector: str = ""


class Carrier(NamedTuple):
    """The object that holds a document: a Helm release, a ConfigMap, a list of patches.

    `chart` and `version` are those of a Helm release, `layer` the rank of its values, `target` that of a
    patch, `key` the key of a ConfigMap or Secret. `opaque` is a layer of values that is not computed: its name says
    why, and all that lies under it is unknown. `files` are the values files behind it: where all of them are in the
    tree, nothing is unknown. `destination` is the cluster that a release names.
    """

    kind: str
    name: str
    namespace: str
    layer: Layer = Layer(0, "")
    chart: Ref | None = None
    version: Ref | None = None
    target: Target | None = None
    key: str = ""
    opaque: Layer | None = None
    files: tuple[str, ...] = ()
    destination: str = ""


class Template(NamedTuple):
    """What template syntax leaves open in a file, as offsets in the file."""

    conditional: tuple[tuple[int, int], ...] = ()
    insertions: tuple[int, ...] = ()


class Document(NamedTuple):
    """One parsed document.

    `number` counts the outermost documents of a file from 0. `source` is the chart template that a rendered
    document comes from. `branches` are the conditional parts of the file, `gaps` the extents in the file of
    collections into which a template may insert keys or items.
    """

    text: Text
    root: Node
    role: Role
    number: int
    template: Template = Template()
    branches: tuple[tuple[int, int], ...] = ()
    gaps: frozenset[tuple[int, int]] = frozenset()
    carrier: Carrier | None = None
    source: str = ""

    @property
    def kind(self) -> str:
        """The object's kind, empty for anything without one."""
        return text_at(self.root, "kind")

    @property
    def group(self) -> str:
        """The API group, empty for the core group and for anything without one."""
        group, slash, _ = text_at(self.root, "apiVersion").partition("/")
        return group if slash else ""

    @property
    def name(self) -> str:
        """`metadata.name`."""
        return text_at(self.root, "metadata", "name")

    @property
    def namespace(self) -> str:
        """`metadata.namespace`."""
        return text_at(self.root, "metadata", "namespace")

    def ref(self, *path: str | int) -> Ref | None:
        """The scalar at a path, None without one."""
        node = at(self.root, *path)
        return Ref(self.text, node) if isinstance(node, Scalar) and not node.is_null else None

    def child(self, root: Node, role: Role, carrier: Carrier | None) -> "Document":
        """A part of this document that is a document itself."""
        return self._replace(root=root, role=role, carrier=carrier)

    def conditional(self, node: Node) -> bool:
        """Whether a template decides if the node is there at all. A condition around the document does not count."""
        if not self.branches:
            return False
        here = extent(self.text, node)
        index = bisect_right(self.branches, (here.start, _FAR)) - 1
        return index >= 0 and here.end <= self.branches[index][1]

    @property
    def branch(self) -> tuple[int, int] | None:
        """The narrowest conditional part of the file that holds the whole document."""
        whole = extent(self.text, self.root)
        around = [part for part in self.template.conditional if part[0] <= whole.start and whole.end <= part[1]]
        return max(around, default=None)

    def open(self, node: Node) -> bool:
        """Whether a template may insert keys or items into the collection."""
        if not self.gaps:
            return False
        here = extent(self.text, node)
        return (here.start, here.end) in self.gaps


def branches(text: Text, root: Node, template: Template) -> tuple[tuple[int, int], ...]:
    """The widest conditional parts of a file that do not hold the whole document, in the order of the file."""
    if not template.conditional:
        return ()
    whole = extent(text, root)
    widest: list[tuple[int, int]] = []
    for start, end in sorted(template.conditional, key=lambda part: (part[0], -part[1])):
        around = start <= whole.start and whole.end <= end
        if not around and not (widest and end <= widest[-1][1]):
            widest.append((start, end))
    return tuple(widest)


def gaps(text: Text, root: Node, template: Template) -> frozenset[tuple[int, int]]:
    """The extents in the file of the collections that an insertion may land in.

    An insertion belongs to the collection around it. Behind the last item of a collection the indentation of
    a template says little, so every collection that could go on there counts.
    """
    whole, last = extent(text, root), text.span(0, len(text.content)).end
    points = sorted(point for point in template.insertions if whole.start <= point < last)
    found: set[tuple[int, int]] = set()
    stack: list[tuple[Node, int]] = [(root, last)] if points else []
    while stack:
        node, limit = stack.pop()
        if isinstance(node, Scalar):
            continue
        here = extent(text, node)
        children = [(child, extent(text, child), stop) for child, stop in _children(text, node, limit)]
        before = here.start
        for child, part, _ in children:
            if not isinstance(child, Scalar):
                if _within(points, before, part.start):
                    found.add((here.start, here.end))
                before = max(before, part.end)
        if _within(points, before, limit):
            found.add((here.start, here.end))
        stack += [(child, stop) for child, part, stop in children if _within(points, part.start, stop)]
    return frozenset(found)


def _within(points: list[int], start: int, end: int) -> bool:
    """Whether one of the sorted points lies in `start:end`."""
    index = bisect_left(points, start)
    return index < len(points) and points[index] < end


_FAR = 1 << 62


def _children(text: Text, node: Sequence | Mapping, limit: int) -> Iterator[tuple[Node, int]]:
    """The children with the offset in the file up to which each could go on."""
    if isinstance(node, Sequence):
        starts = [extent(text, item).start for item in node.items[1:]]
        yield from zip(node.items, [*starts, limit], strict=True) if node.items else ()
    else:
        starts = [extent(text, key).start for key, _ in node.pairs[1:]]
        yield from zip((value for _, value in node.pairs), [*starts, limit], strict=True) if node.pairs else ()


class Fault(NamedTuple):
    """An input that famlint could not read: `kind` is `unparsable`, `unreadable`, `limit` or `run-together`."""

    kind: str
    span: Span
    reason: str
    templated: bool = False
