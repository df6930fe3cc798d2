"""Virtual clusters made by hand, every value with a span of its own, and what a rule says of them."""

from collections.abc import Mapping, Sequence

from famlint.clusters import Cluster
from famlint.components.model import Component, Value
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Severity
from famlint.fixes import apply
from famlint.network.versions import parse_version
from famlint.positions import Span
from famlint.rules import Draft, Rule
from famlint.unknown import Unknown
from tests.made_clusters import cluster_of

PATH = "vcluster.yaml"
RELEASE = "0.36.1"
PRIVATE = {"privateNodes.enabled": "true"}
FLUX = "HelmRelease"
BARE = "values file"
DECODED = "Secret"

Settings = Mapping[str, str | Sequence[str]]


def vcluster(
    settings: Settings,
    *,
    release: str | None = RELEASE,
    form: str = FLUX,
    unknown: Sequence[str] = (),
    partial: str = "",
    chart: str = "vcluster",
    name: str = "my-vc",
) -> VirtualCluster:
    """A virtual cluster; a list of texts is a list of scalars. Releases before 0.20 are of the legacy charts."""
    version = parse_version(release) if release else None
    legacy = version is not None and (version.major, version.minor) < (0, 20)
    written = {"@chart": chart, "@generation": "legacy" if legacy else "unified", **settings}
    values: dict[str, Value | Unknown] = {
        key: _value(one, 1000 * number) for number, (key, one) in enumerate(written.items())
    }
    values |= {key: Unknown(key, "a placeholder") for key in unknown}
    known = version or Unknown("chart version", "nothing names it")
    return VirtualCluster(
        Component("vcluster", name, "team-a", Span(PATH, 90_000, 90_001), known, None, values, partial, form)
    )


def found(rule: Rule, subject: VirtualCluster, cluster: Cluster | None = None) -> list[Draft]:
    return list(rule.check(subject, cluster or cluster_of(subject)))


def gap(rule: Rule, subject: VirtualCluster, cluster: Cluster | None = None) -> tuple[list[Draft], str]:
    """What a rule says before a fact is missing, and which fact that is."""
    drafts: list[Draft] = []
    try:
        for draft in rule.check(subject, cluster or cluster_of(subject)):
            drafts.append(draft)
    except Unknown as unknown:
        return drafts, unknown.fact
    return drafts, ""


def severity(rule: Rule, draft: Draft) -> Severity:
    chosen = draft.severity or rule.severities[0]
    assert chosen in rule.severities
    return chosen


def pointed_at(subject: VirtualCluster, draft: Draft) -> str:
    """The characters under the primary label."""
    for one in _values(subject):
        start, end = draft.primary.span.start, draft.primary.span.end
        if one.span.start <= start and end <= one.span.end and one.text:
            return one.text[start - one.span.start : end - one.span.start]
    raise AssertionError("the primary label lies outside of all settings")


def fixed(subject: VirtualCluster, draft: Draft) -> str:
    """The whole value after the fix."""
    assert draft.fix is not None
    (edit,) = draft.fix.edits
    for one in _values(subject):
        if one.span.start <= edit.span.start and edit.span.end <= one.span.end and one.text:
            text = " " * one.span.start + one.text
            return apply(text, draft.fix.edits)[one.span.start :]
    raise AssertionError("the edit lies outside of all settings")


def _value(given: str | Sequence[str], start: int) -> Value:
    if isinstance(given, str):
        return Value(given, Span(PATH, start, start + len(given)), "values")
    items, at = [], start
    for text in given:
        items.append(Value(text, Span(PATH, at, at + len(text)), "values"))
        at += len(text) + 2
    return Value("", Span(PATH, start, at), "values", items=tuple(items))


def _values(subject: VirtualCluster) -> list[Value]:
    known = [one for one in subject.component.values.values() if isinstance(one, Value)]
    return [member for one in known for member in (one.items if one.items is not None else (one,))]
