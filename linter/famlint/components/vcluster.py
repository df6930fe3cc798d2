"""vcluster: the values of its charts in all forms, and what its charts render.

Source: facts/vcluster.md sections 3, 4 and 6, and the definitions of section 7.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from typing import NamedTuple

from famlint.components.adapter import REFERENCED, Adapter, Chart, Defaults, Release, Rendered
from famlint.components.chart_values import declared, is_referenced, values_of
from famlint.components.declaration import Declaration, Owner, leaf, owner
from famlint.components.helm import chart_name, chart_version
from famlint.components.model import Component, Leaf, Value
from famlint.components.structured import misshapen
from famlint.components.vcluster_rendered import (
    CHART_KEY,
    GENERATION,
    collect,
    generation_of,
    settings,
    version,
)
from famlint.components.vcluster_rendered import KIND as RENDERED
from famlint.components.vcluster_values import (
    FIRST_UNIFIED,
    LEGACY,
    NAMES,
    TRIGGERS,
    UNIFIED,
    fits,
    generation_of_keys,
    generation_of_range,
    leaves,
    misplaced,
    recognise,
    recognise_below,
    version_of_range,
)
from famlint.documents.document import Carrier, Document, Role
from famlint.documents.tree import Mapping, Scalar
from famlint.network.versions import Version
from famlint.unknown import Unknown

KIND = RENDERED
VALUES_KIND = "vcluster chart"
PARENT = "@parent"
"""The key below which values stand in those of a parent chart."""

RANGE = "@range"
"""The range of versions that a release asks for."""

DECODED = "Secret"
VALUES_FILE = "values file"
_PLATFORM = frozenset(("VirtualClusterInstance", "VirtualClusterTemplate"))
_BY_A_RELEASE = _PLATFORM | {
    "HelmRelease",
    "Application",
    "ApplicationSet",
    "HelmChart",
    "HelmChartConfig",
    "HelmChartProxy",
    "Kustomization",
}
_OBJECTS = frozenset(("StatefulSet", "Deployment", "Service"))
_ONLY_IN_A_CLUSTER = ("controlPlane.service", "controlPlane.statefulSet", "controlPlane.ingress", "rbac", "sync")
_SCHEMAS = {UNIFIED: "vcluster", LEGACY: "vcluster-legacy"}


class VirtualCluster(NamedTuple):
    """A virtual cluster: the values of a release, or what an object that was rendered shows of them.

    Keys are paths in the values as the user writes them; the chart's defaults are not among them.
    """

    component: Component

    def get(self, key: str) -> Value | None:
        """The value at a path, None where it is absent. Raises Unknown."""
        return self.component.get(key)

    @property
    def version(self) -> Version:
        """The release of the chart. Raises Unknown."""
        return self.component.version

    @property
    def chart(self) -> str:
        """`vcluster`, `vcluster-k8s`, `vcluster-k0s` or `vcluster-eks`. Raises Unknown."""
        value = self.component.get(CHART_KEY)
        return value.text if value else KIND

    @property
    def legacy(self) -> bool:
        """Whether it is one of the charts up to 0.19, with values of their own form. Raises Unknown."""
        release = self.component.known_version
        if isinstance(release, Version):
            return release < FIRST_UNIFIED
        value = self.component.get(GENERATION)
        return value is not None and value.text == LEGACY

    @property
    def form(self) -> str:
        """What holds the values: `HelmRelease`, `Application`, `values file`, `Secret`, `Service`, …"""
        return self.component.form

    @property
    def decoded(self) -> bool:
        """Whether these are all values of the chart, defaults included, out of the Secret `vc-config-<release>`."""
        secret = self.component.holder.rpartition("/")[2]
        holds_all = not secret or secret.startswith("vc-config-")
        return self.form == DECODED and holds_all and not self.component.partial

    @property
    def bare(self) -> bool:
        """Whether these are values by themselves, in a file or a ConfigMap: a release may give others over them."""
        return self.form in (VALUES_FILE, "ConfigMap") or (self.form == DECODED and not self.decoded)

    @property
    def overlaid(self) -> bool:
        """Whether the values stand in several files, of which a release may take any."""
        values = self.component.values.values()
        return len({value.span.path for value in values if isinstance(value, Value)}) > 1

    @property
    def certain(self) -> bool:
        """Whether it is certainly a release of Helm in a cluster, neither standalone nor of the docker driver."""
        if self.form in _BY_A_RELEASE or self.form in _OBJECTS or self.decoded or PARENT in self.component.values:
            return True
        keys = self.component.values
        return any(key == top or key.startswith(f"{top}.") for key in keys for top in _ONLY_IN_A_CLUSTER)


def collect_values(document: Document) -> Iterator[Declaration]:
    """Values of a chart: of a release, of a file, or below a key of a parent chart's values."""
    root, carrier = values_of(document), document.carrier
    if root is None:
        return
    if carrier is not None and not carrier.key and document.role is Role.MANIFEST:
        return
    found = recognise(root)
    if found or _is_release(carrier):
        yield _declaration(document, root, found)
        return
    below = list(_below(document, root))
    yield from below
    if not below and is_referenced(document) and (fits(root) or _moves(carrier, root)):
        yield _declaration(document, root, "")._replace(form=REFERENCED)


def _is_release(carrier: Carrier | None) -> bool:
    """Whether the object around values says itself that the chart is vcluster's."""
    if carrier is None or carrier.key:
        return False
    if carrier.kind in _PLATFORM:
        return True
    if carrier.chart is not None:
        return chart_name(carrier.chart.scalar.text) in NAMES
    return carrier.name in NAMES


def _moves(carrier: Carrier | None, root: Mapping) -> bool:
    """Whether a patch of a release gives another version and leaves the values alone."""
    return not root.pairs and carrier is not None and not carrier.key and carrier.version is not None


def _below(document: Document, root: Mapping) -> Iterator[Declaration]:
    """Values of the charts that a parent chart depends on, by their names or aliases."""
    for key, values in root.pairs:
        if isinstance(key, Scalar) and isinstance(values, Mapping) and (found := recognise_below(key.text, values)):
            made = _declaration(document, values, found)
            keys = {PARENT: leaf(document, key), **made.keys}
            yield made._replace(keys=keys, owner=_without_chart(made.owner))


def _without_chart(given: Owner | None) -> Owner | None:
    """The owner without a version that is the parent chart's."""
    return given._replace(chart=None, version=None) if given else None


def _declaration(document: Document, values: Mapping, recognised: str) -> Declaration:
    found = owner(document)
    if found is not None and found.chart is not None and chart_name(found.chart.text) not in NAMES:
        found = found._replace(version=None)
    keys = leaves(document, values)
    ranged = found.version if found else None
    shape = _generation(ranged, recognised or generation_of_keys(keys))
    ignored = misplaced(keys)
    if ranged is not None:
        keys[RANGE] = ranged
    faults = misshapen(document, values, _SCHEMAS[shape]) if shape else ()
    return declared(document, VALUES_KIND, keys, of=found, ignored=ignored, misshapen=faults)


def _generation(asked: Leaf | None, recognised: str) -> str:
    """The generation that a declaration is judged as: what the version says goes over what the keys look like."""
    if asked is None or asked.holes:
        return recognised
    return generation_of(_version(asked.text), "") or generation_of_range(asked.text) or recognised


def _version(text: str) -> Version | Unknown:
    return chart_version(text) or Unknown("chart version", f"{text!r} names no release")


def defaults(_version: Version | Unknown, _given: Dict[str, Leaf]) -> Defaults:
    """None: what a missing key means is a matter of the release, for behaviours to say."""
    return Defaults("chart default", {})


def render(release: Release) -> Rendered:
    """The values with `@chart` and `@generation`, which stand where the chart is named.

    A range whose releases all behave alike counts as its first release.
    """
    release = _settled(release)
    values = {path: value for path, value in release.values.items() if path != RANGE}
    open_paths = (path for path in values if path == "*" or path.endswith(".*"))
    partial = "a template may add values" if next(open_paths, "") else ""
    named = chart_name(release.chart.text) if release.chart else ""
    parent = values.get(PARENT)
    below = parent.text if isinstance(parent, Value) else ""
    chart = next((name for name in (named, below) if name in NAMES), "")
    generation = _of_release(release, chart)
    place = release.chart or next((value for value in values.values() if isinstance(value, Value)), None)
    if place is None:
        place = _at(release)
    if place is not None:
        made = Value("", place.span._replace(literal=False), "chart", editable=False)
        values[CHART_KEY] = made._replace(text=chart or (_distribution(values) if generation == LEGACY else KIND))
        if generation:
            values[GENERATION] = made._replace(text=generation)
    unknown = Unknown("generation of the chart", "its version is not known and its values fit several")
    values.setdefault(GENERATION, unknown)
    values.setdefault(CHART_KEY, unknown)
    return Rendered(values, release.version, release.version_span, release.partial or partial)


def _settled(release: Release) -> Release:
    """The release with a version, where it asks for a range that is as good as one.

    The reason of an unknown version names the text that gave it: a patch may have given another than the range.
    """
    asked, version = release.values.get(RANGE), release.version
    if (
        not isinstance(asked, Value)
        or not isinstance(version, Unknown)
        or not version.reason.startswith(repr(asked.text))
    ):
        return release
    first = version_of_range(asked.text)
    return release._replace(version=first, version_span=asked.span) if first is not None else release


def _at(release: Release) -> Value | None:
    return Value("", release.version_span, "chart") if release.version_span else None


def _of_release(release: Release, chart: str) -> str:
    """The generation by version, by the name of the chart, by the range that is asked for, by the keys.

    A release that asks for no version gets the newest.
    """
    asked = release.values.get(RANGE)
    found = generation_of(release.version, chart)
    if isinstance(asked, Value):
        found = found or generation_of_range(asked.text)
    found = found or generation_of_keys(path for path in release.values if not path.startswith("@"))
    newest = asked is None and isinstance(release.version, Unknown) and release.chart is not None
    return found or (UNIFIED if newest else "")


def _distribution(values: Dict[str, Value | Unknown]) -> str:
    """The legacy chart that values without a chart's name are for."""
    texts = {path: value.text for path, value in values.items() if isinstance(value, Value)}
    if "k0s" in texts.get("vcluster.image", "") or "k0s" in texts.get("config.apiVersion", ""):
        return "vcluster-k0s"
    if "k0s.k0sproject.io" in texts.get("config", ""):
        return "vcluster-k0s"
    tops = {path.partition(".")[0] for path in values}
    if not tops & {"api", "controller", "etcd"}:
        return KIND
    return "vcluster-eks" if any("eks-distro" in text for text in texts.values()) else "vcluster-k8s"


def _identity(component: Component) -> str:
    """The objects of one release in one directory are one virtual cluster; a values file is one of its own."""
    if component.form == VALUES_FILE:
        return ""
    return f"{component.place.home} {component.namespace}/{component.name}"


ADAPTER = Adapter(
    KIND,
    collect,
    TRIGGERS,
    VirtualCluster,
    prefixes=("VCL",),
    version=version,
    settings=settings,
    touched=("/data/", "/stringData/", "/spec/", "/metadata/labels/chart/", "/metadata/annotations/"),
    release_name=KIND,
    identity=_identity,
)
CHART = Chart(VALUES_KIND, KIND, NAMES, defaults, render, collect_values)
