"""Runs rules over the subjects of each cluster and makes findings of what they yield."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from famlint.clusters import Cluster
from famlint.components.model import Component
from famlint.findings import Finding, Label
from famlint.positions import Span
from famlint.registry import load_rules
from famlint.rules import Draft, Rule
from famlint.unknown import Unknown


class Gap(NamedTuple):
    """A rule that a missing fact kept from judging a component."""

    code: str
    title: str
    span: Span
    fact: str
    reason: str


class Judgement(NamedTuple):
    """What the rules said, which ones could not judge what, and which crashed."""

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    problems: tuple[str, ...]


class Case(NamedTuple):
    """A subject to judge: the rules of `prefixes` whose subject type fits are asked.

    `others` are further states that the subject can be in: a finding counts only if it holds in all of them.
    """

    subject: object
    component: Component | None
    cluster: Cluster
    prefixes: tuple[str, ...]
    others: tuple[object, ...] = ()


def judge(cases: Iterable[Case], rules_of: "RulesOf | None" = None) -> Judgement:
    """Ask every rule about every subject that it is for. What sharper rules say at the same place goes first."""
    rules_of = rules_of or RulesOf({})
    findings: dict[tuple[str, Span, str], Finding] = {}
    unless: dict[str, tuple[str, ...]] = {}
    gaps: dict[Gap, None] = {}
    problems: dict[str, None] = {}
    for case in cases:
        for rule in rules_of.get(case.prefixes):
            if not isinstance(case.subject, rule.subject):
                continue
            unless[rule.code] = rule.unless
            try:
                for draft in _in_all_states(rule, case):
                    found = _finding(rule, draft, case)
                    findings.setdefault((found.code, found.primary.span, found.message), found)
            except Unknown as unknown:
                if case.component is not None:
                    gaps.setdefault(
                        Gap(rule.code, case.component.title, case.component.span, unknown.fact, unknown.reason)
                    )
            except Exception as error:  # noqa: BLE001 - one broken rule must not hide what the others found
                where = case.component.title if case.component else "an input"
                problems.setdefault(f"rule {rule.code} crashed on {where}: {type(error).__name__}: {error}")
    kept = _sharpest(tuple(findings.values()), unless)
    return Judgement(tuple(sorted(kept, key=order)), tuple(gaps), tuple(problems))


def _in_all_states(rule: Rule, case: Case) -> Iterator[Draft]:
    """What a rule says of a case: of its one state as it comes, of several only what holds in each. Raises Unknown."""
    if not case.others:
        yield from rule.check(case.subject, case.cluster)
        return
    elsewhere = [{draft.primary.span for draft in rule.check(other, case.cluster)} for other in case.others]
    for draft in rule.check(case.subject, case.cluster):
        if all(draft.primary.span in spans for spans in elsewhere):
            yield draft


class RulesOf(NamedTuple):
    """Rules by code prefixes, loaded when they are first asked for."""

    loaded: dict[tuple[str, ...], tuple[Rule, ...]]

    def get(self, prefixes: tuple[str, ...]) -> tuple[Rule, ...]:
        """The rules of some prefixes."""
        if prefixes not in self.loaded:
            self.loaded[prefixes] = tuple(rule for rule in load_rules(prefixes) if rule.code.startswith(prefixes))
        return self.loaded[prefixes]


def order(finding: Finding) -> tuple[str, int, int, str, str]:
    """The order of findings in every report: by place, then by code."""
    span = finding.primary.span
    return span.path, span.start, span.end, finding.code, finding.message


def _finding(rule: Rule, draft: Draft, case: Case) -> Finding:
    primary = draft.primary.span
    related = tuple(label for label in dict.fromkeys(draft.related) if label.span != primary)
    component = case.component.title if case.component else ""
    return Finding(
        rule.code,
        rule.name,
        rule.severities[0] if draft.severity is None else draft.severity,
        draft.message,
        draft.primary,
        related,
        draft.fix,
        component,
        case.cluster.name,
        f"{rule.code} {component}",
        case.component.form if case.component else "",
    )


def _sharpest(findings: tuple[Finding, ...], unless: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    by_code: dict[str, list[Span]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding.primary.span)
    for finding in findings:
        sharper = (span for code in unless.get(finding.code, ()) for span in by_code.get(code, ()))
        if not any(_meet(span, finding.primary.span) for span in sharper):
            yield finding


def _meet(one: Span, other: Span) -> bool:
    """Whether two spans share a character or are the same."""
    return one == other or (one.path == other.path and max(one.start, other.start) < min(one.end, other.end))


def labels(finding: Finding) -> Iterator[Label]:
    """Every labelled span of a finding, the primary first."""
    yield finding.primary
    yield from finding.related
