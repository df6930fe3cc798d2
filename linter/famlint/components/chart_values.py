"""Values of a chart in any of their places: what adapters of charts share."""

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Dict

from famlint.components.declaration import Declaration, Owner, flatten, leaf, named_span, owner
from famlint.components.helm import chart_name
from famlint.components.model import Leaf
from famlint.documents.carriers import PATCH, VALUES
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Sequence
from famlint.inputs import Misshapen

FILE = "values file"
BELOW_A_PARENT = "values of a parent chart"


def values_of(document: Document) -> Mapping | None:
    """The mapping that may be values: no object of Kubernetes, and no Chart.yaml."""
    root = document.root
    if not isinstance(root, Mapping) or document.kind:
        return None
    is_chart = document.carrier is None and isinstance(root.get("dependencies"), Sequence)
    return None if is_chart else root


def is_of_chart(document: Document, root: Mapping, name: str, reads_like_it: Callable[[Mapping], bool]) -> bool:
    """Whether values are those of a chart: the release says so, or they read like it where nobody says anything."""
    carrier = document.carrier
    if carrier is None or carrier.key:
        return reads_like_it(root)
    if carrier.chart is not None:
        named = chart_name(carrier.chart.scalar.text)
        return named == name or (name in (named, carrier.name) and reads_like_it(root))
    return carrier.name == name or reads_like_it(root)


def is_referenced(document: Document) -> bool:
    """Values that only their user can tell apart: a file or a key that a release names, a patch of a release."""
    carrier = document.carrier
    return document.role is Role.VALUES and (carrier is None or bool(carrier.key) or _is_patch(document))


def leaves_of(document: Document, values: Mapping, tops: Iterable[str]) -> dict[str, Leaf]:
    """The leaves below some top-level keys, by path."""
    keys: dict[str, Leaf] = {}
    for top in tops:
        node = values.get(top)
        if isinstance(node, Mapping):
            keys |= flatten(document, node, f"{top}.")
        elif node is not None:
            keys[top] = leaf(document, node)
    return keys


def declared(
    document: Document,
    kind: str,
    keys: Dict[str, Leaf],
    *,
    of: Owner | None = None,
    partial: str = "",
    ignored: tuple[str, ...] = (),
    misshapen: tuple[Misshapen, ...] = (),
) -> Declaration:
    """Values as a declaration of a kind. `of` is the release that holds them, by default the document's owner."""
    found, carrier = of or owner(document), document.carrier
    return Declaration(
        kind,
        found.name if found else "",
        found.namespace if found else "",
        found.chart.span if found and found.chart else named_span(document),
        keys,
        form=f"values of a {found.kind}" if found and found.kind else FILE,
        partial=partial,
        layer=carrier.layer if carrier and carrier.layer.name else VALUES,
        owner=found,
        patch=document.role is Role.PATCH or _is_patch(document),
        number=document.number,
        ignored=ignored,
        misshapen=misshapen,
    )


def _is_patch(document: Document) -> bool:
    return document.carrier is not None and document.carrier.layer.rank > PATCH.rank
