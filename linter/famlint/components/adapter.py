"""What the engine has to know of a component: one record per kind of object, one per Helm chart.

A new component is such a record in `famlint.components.table`; nothing else of the engine names it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from famlint.components.declaration import Declaration
from famlint.components.model import Component, Leaf, Value
from famlint.documents.document import Document
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown

Values = Mapping[str, Value | Unknown]
Collect = Callable[[Document], Iterator[Declaration]]

REFERENCED = "values that a release may refer to"
"""The form of a declaration that counts only where a release of its chart names it."""


def no_version(_values: Values) -> tuple[Version | Unknown, Span | None]:
    """The release of an object that has none of its own."""
    return Unknown("version", "nothing names it"), None


def unchanged(values: Values) -> Values:
    """The values as they are."""
    return values


def always(_values: Values) -> bool:
    """Every object counts."""
    return True


class Adapter(NamedTuple):
    """One kind of object.

    Attributes:
        kind: of its declarations, and of the component.
        collect: the declarations of a document.
        triggers: words; a document that holds none of any adapter is not parsed.
        subject: what rules have as their subject, made of the component. None: the declarations only help to
            resolve others.
        prefixes: code prefixes of the rules that are asked about it.
        version: its release, from the effective values, with the place that names it.
        settings: the last step: effective values as the subject shows them.
        counts: whether an object with these effective values is one at all.
        touched: JSON pointers; a JSON patch at, above or below one of them changes its settings.
        metadata: its annotations (`annotations.<name>`) and `metadata.namespace` are among the values.
        minor_decides: a minor version of Kubernetes says what it does.
        release_name: what `versions` of the configuration calls it, empty where its release is not given there.
        identity: what makes two of them replicas of one; an empty text makes each its own.
        balances: it hands out addresses of Services. Pools of another load balancer near it leave its relations open.
        settable: JSON pointers of mappings whose members are settings, with the beginnings of their keys.
    """

    kind: str
    collect: Collect
    triggers: tuple[str, ...]
    subject: Callable[[Component], object] | None = None
    prefixes: tuple[str, ...] = ()
    version: Callable[[Values], tuple[Version | Unknown, Span | None]] = no_version
    settings: Callable[[Values], Values] = unchanged
    counts: Callable[[Values], bool] = always
    touched: tuple[str, ...] = ()
    metadata: bool = False
    minor_decides: bool = False
    release_name: str = ""
    identity: Callable[[Component], str] | None = None
    balances: bool = False
    settable: tuple[tuple[str, str], ...] = ()


class Defaults(NamedTuple):
    """A chart's own values: texts and lists by path, and the reasons why others are not known, by path.

    `name` is how reports call the layer.
    """

    name: str
    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]] = {}
    unknown: Mapping[str, str] = {}


class Release(NamedTuple):
    """A release of a chart: its reference and version, its effective values, what the user gave of them.

    `partial` is the reason why a missing value proves nothing, empty where it is absent.
    """

    chart: Value | None
    version: Version | Unknown
    version_span: Span | None
    values: Values
    partial: str
    given: Mapping[str, Leaf]


class Rendered(NamedTuple):
    """What a chart makes of a release: the values, the version and the bounds of the component, see `Component`."""

    values: Values
    version: Version | Unknown
    version_span: Span | None = None
    partial: str = ""
    bounds: tuple[Version, Version] | None = None


class Chart(NamedTuple):
    """A Helm chart whose releases are components.

    Attributes:
        kind: of the declarations of its values.
        component: the kind of the component that a release becomes.
        names: of the chart, as releases and Chart.yaml files call it.
        collect: the declarations of values; None where the adapter of the component collects them.
        defaults: the chart's own values, by its version and what the user gives.
        render: what becomes of effective values.
    """

    kind: str
    component: str
    names: frozenset[str]
    defaults: Callable[[Version | Unknown, Mapping[str, Leaf]], Defaults]
    render: Callable[[Release], Rendered]
    collect: Collect | None = None
