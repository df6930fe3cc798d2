"""What one document says about one component: keys as text with spans and holes, nothing concluded."""

from collections.abc import Mapping as Dict
from typing import NamedTuple

from famlint.components.model import Hole, Leaf
from famlint.documents.document import Document, Layer, Ref, Target
from famlint.documents.tree import Mapping, Node, Scalar, Sequence
from famlint.inputs import Misshapen
from famlint.positions import Span

CONDITIONAL = "inside a condition of a template"
NO_BASE = "the workload that this patch changes is not in the tree"
"""Why a patch by itself is partial."""


class Want(NamedTuple):
    """Something elsewhere in the tree that this declaration needs: an object by kind and name, or a file."""

    kind: str
    name: str


class Owner(NamedTuple):
    """The object that held a document: see `famlint.documents.document.Carrier`."""

    kind: str
    name: str
    namespace: str
    chart: Leaf | None = None
    version: Leaf | None = None
    target: Target | None = None
    key: str = ""
    opaque: Layer | None = None
    files: tuple[str, ...] = ()
    destination: str = ""


class Declaration(NamedTuple):
    """What a document declares.

    `kind` names what is declared ("kube-vip", "kube-vip chart", "Service", "Kustomization", …); `keys` its
    values as written. `partial` is the reason why missing keys prove nothing, empty where the declaration is
    complete. `owner` is the object that held the document, `patch` whether it changes another declaration.
    `span` is where its name stands. `ignored` are keys that look relevant and are not understood. `branch` is the
    conditional part of a template around the whole document. `misshapen` is what does not fit the schema of its kind.
    """

    kind: str
    name: str
    namespace: str
    span: Span
    keys: Dict[str, Leaf]
    form: str = ""
    partial: str = ""
    layer: Layer = Layer(0, "")
    owner: Owner | None = None
    patch: bool = False
    number: int = 0
    source: str = ""
    wants: tuple[Want, ...] = ()
    ignored: tuple[str, ...] = ()
    branch: tuple[int, int] | None = None
    misshapen: tuple[Misshapen, ...] = ()


def leaf(document: Document, node: Node) -> Leaf:
    """A node as a value: its text with placeholders put back, its span, and why it may be unknown."""
    unknown = CONDITIONAL if document.conditional(node) else ""
    if isinstance(node, Scalar):
        text, holes, span = document.text.value(node)
        if node.tag is not None and not node.tag.startswith("tag:yaml.org,2002:"):
            unknown = unknown or f"the tag {node.tag}"
        if node.is_null:
            text, holes = "", ()
        return Leaf(
            text,
            span,
            tuple(Hole(*hole) for hole in holes),
            unknown,
            absent=node.is_null,
            anchored=node.anchored,
            plain=not node.style,
        )
    span = document.text.span(node.start, node.end)
    if isinstance(node, Mapping):
        return Leaf("", span, (), unknown or "a mapping stands where a text is expected", anchored=node.anchored)
    items = tuple(leaf(document, item) for item in node.items)
    if document.open(node):
        unknown = unknown or "a template may add items"
    return Leaf("", span, (), unknown, items, anchored=node.anchored)


def ref_leaf(document: Document, ref: Ref | None) -> Leaf | None:
    """A scalar of another text (the chart's version beside the values) as a value."""
    return leaf(document._replace(text=ref.text), ref.scalar) if ref else None


def owner(document: Document) -> Owner | None:
    """The object that carries a document, with its leaves made."""
    carrier = document.carrier
    if carrier is None:
        return None
    chart, version = ref_leaf(document, carrier.chart), ref_leaf(document, carrier.version)
    return Owner(
        carrier.kind,
        carrier.name,
        carrier.namespace,
        chart,
        version,
        carrier.target,
        carrier.key,
        carrier.opaque,
        carrier.files,
        carrier.destination,
    )


def named_span(document: Document) -> Span:
    """The place that stands for a document: its name, else its kind, else its start."""
    for path in (("metadata", "name"), ("kind",)):
        ref = document.ref(*path)
        if ref:
            return ref.text.value(ref.scalar)[2]
    return document.text.span(document.root.start, document.root.start)


def flatten(document: Document, node: Node | None, prefix: str, *, depth: int = 6) -> dict[str, Leaf]:
    """The leaves below a mapping, by path (`env.vip_cidr`); dots inside a key stay as they are.

    A mapping into which a template may insert keys adds `<prefix>*`, unknown. An empty mapping leaves no trace.
    """
    found: dict[str, Leaf] = {}
    if not isinstance(node, Mapping):
        return found
    if document.open(node):
        span = document.text.span(node.start, node.start)
        found[f"{prefix}*"] = Leaf("", span, unknown="a template may add keys")
    for source in _merged(node):
        found = flatten(document, source, prefix, depth=depth - 1) | found if depth > 0 else found
    for key, value in node.pairs:
        if not isinstance(key, Scalar) or (key.text == "<<" and not key.style):
            continue
        if isinstance(value, Mapping) and depth > 0:
            if document.conditional(key) and not value.pairs:
                continue
            found |= flatten(document, value, f"{prefix}{key.text}.", depth=depth - 1)
        else:
            made = leaf(document, value)
            if document.conditional(key) and not made.unknown:
                made = made._replace(unknown=CONDITIONAL)
            found[f"{prefix}{key.text}"] = made
    return found


def _merged(node: Mapping) -> tuple[Node, ...]:
    """What `<<` merges into a mapping; earlier ones win."""
    value = node.get("<<")
    return value.items if isinstance(value, Sequence) else (value,) if value is not None else ()


def strings(node: Node | None) -> tuple[Scalar, ...]:
    """The scalars of a sequence, or a lone scalar as one."""
    if isinstance(node, Scalar):
        return () if node.is_null else (node,)
    return tuple(item for item in node.items if isinstance(item, Scalar)) if isinstance(node, Sequence) else ()
