"""Declarations and components: what documents say, and what holds once they are layered.

A `Leaf` is a value as a document writes it; a `Value` is what holds after resolving. In between lies
`famlint.resolve`. Both keep the span, so that a finding can point at the exact characters.
"""

from collections.abc import Mapping
from typing import NamedTuple

from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown


class Hole(NamedTuple):
    """A placeholder inside a leaf's text: `text[start:end]`, as people wrote it."""

    start: int
    end: int


class Leaf(NamedTuple):
    """A value as written.

    `span` covers the value's characters without quotes. `unknown` is a reason where the document itself says
    that the value comes from elsewhere (`valueFrom`). `items` are the members where the value is a list,
    None where it is not. `absent` marks a null, which removes a default of a lower layer. `plain`: written
    without quotes, so that a reader of YAML may take it for something else than text.
    """

    text: str
    span: Span
    holes: tuple[Hole, ...] = ()
    unknown: str = ""
    items: "tuple[Leaf, ...] | None" = None
    absent: bool = False
    anchored: bool = False
    plain: bool = False


class Value(NamedTuple):
    """An effective value: text, where it is written, the layer that it comes from, what else it rests on.

    `layer` is `env`, `flag`, `values`, `default`, … as the adapter names its layers. `via` are places that
    filled it (a ConfigMap of variables) or stand behind it. `editable`: an edit of `span` changes just this.
    """

    text: str
    span: Span
    layer: str
    via: tuple[tuple[Span, str], ...] = ()
    editable: bool = True
    items: "tuple[Value, ...] | None" = None

    def part(self, start: int, end: int) -> Span:
        """The span of `text[start:end]`, the whole span where the file does not hold these characters."""
        if not self.span.literal or self.span.end - self.span.start != len(self.text):
            return self.span
        return self.span._replace(start=self.span.start + start, end=self.span.start + end)


class Place(NamedTuple):
    """Where a component is applied.

    `home` is the directory that is applied, `applied_from` that of the outermost object that applies it,
    `destination` the cluster that such an object names, `kustomization` the file of the innermost Kustomization that
    lists the component.
    """

    home: str = ""
    applied_from: str = ""
    destination: str = ""
    kustomization: str = ""


class Component(NamedTuple):
    """A component with its effective values. `known_version` and the values may be `Unknown`.

    `complete` is the reason why nothing may be concluded from a missing key, empty where a missing key is
    absent. `span` is the place that stands for the whole component (its name or its image), `form` the kind of
    object that declares it, `source` the chart template that a rendered one comes from, `holder` the object that holds
    it as text, `branch` the conditional part of a template that it stands in, `place` where it is applied. `bounds` are
    the oldest and the newest release that it can be where the version is unknown but not quite.
    """

    kind: str
    name: str
    namespace: str
    span: Span
    known_version: Version | Unknown
    version_span: Span | None
    values: Mapping[str, Value | Unknown]
    partial: str = ""
    form: str = ""
    source: str = ""
    holder: str = ""
    branch: tuple[int, int] | None = None
    bounds: tuple[Version, Version] | None = None
    place: Place = Place()

    @property
    def title(self) -> str:
        """How reports name it: `kube-vip kube-system/kube-vip-ds`."""
        where = "/".join(part for part in (self.namespace, self.name) if part)
        return f"{self.kind} {where}".rstrip()

    @property
    def version(self) -> Version:
        """The release. Raises Unknown."""
        if isinstance(self.known_version, Unknown):
            raise self.known_version
        return self.known_version

    def get(self, key: str) -> Value | None:
        """The effective value, None where it is absent. Raises Unknown."""
        found = self.values.get(key)
        if isinstance(found, Unknown):
            raise found
        if found is None and self.partial:
            raise Unknown(key, self.partial)
        return found
