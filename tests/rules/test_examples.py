"""The examples of every rule's page, through the whole of famlint.

Nothing here knows a rule: a page that is incomplete, an example that says too much or too little, a band that is off
by one release, or a fix that does not mend what it promises fails by itself.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from famlint.behaviours.kube_vip import RELEASES
from famlint.components.kube_vip import KubeVip
from famlint.documentation import Example, parse, render
from famlint.findings import Edit, Finding
from famlint.fixes import apply
from famlint.network.versions import Version
from famlint.registry import load_rules
from famlint.result import Run
from famlint.rules import Rule
from famlint.testing import check_files, example_files

RULES = load_rules()
WITHOUT_EXAMPLES = {
    "FAM001": "it needs a rule that had a finding once",
    "FAM003": "a file over the limits is too large for a page",
    "FAM004": "it depends on the day",
    "YML002": "a file that is no text cannot stand in a page",
}

LAST_PATCH = 99
ENDS = {
    "kube-vip": (RELEASES[0], RELEASES[-1]),
    "kube-apiserver": (Version(1, 20, 0), Version(1, 37, 0)),
    "chart": (Version(0, 4, 0), Version(0, 99, 0)),
}
"""The first and the last release that a band with an open end is tried with, by wrapper."""

Case = tuple[Rule, Example]


def examples(*, bad: bool) -> Iterator[Case]:
    for rule in RULES:
        for example in parse(rule.documentation).examples:
            if example.bad is bad:
                yield rule, example


def banded() -> Iterator[tuple[Rule, Example, Version, Version]]:
    for rule, example in examples(bad=True):
        for low, high in example.found_in.ranges if example.found_in else ():
            first, last = ENDS[example.wrapper.split()[0]]
            yield rule, example, low or first, high or last


def case_name(value: object) -> str | None:
    if isinstance(value, Rule):
        return value.code
    if isinstance(value, Example):
        return value.wrapper.replace(" ", "-") or "plain"
    return str(value) if isinstance(value, Version) else None


def codes(run: Run) -> list[str]:
    assert run.problems == ()
    return sorted(finding.code for finding in run.findings)


@pytest.mark.parametrize("rule", RULES, ids=case_name)
def test_page_is_complete(rule: Rule) -> None:
    page = parse(rule.documentation)
    told = Counter(example.bad for example in page.examples)
    if rule.code in WITHOUT_EXAMPLES:
        assert not told
    else:
        assert told[True]
        assert told[False]
    text = render(rule)
    assert rule.code in text
    assert rule.name in text


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(("rule", "example"), [*examples(bad=True)], ids=case_name)
def test_bad_example_raises_exactly_its_rule(rule: Rule, example: Example) -> None:
    run = check_files(example_files(example))
    assert set(codes(run)) == {rule.code}
    assert {finding.severity for finding in run.findings} <= set(rule.severities)


@pytest.mark.parametrize(("rule", "example"), [*examples(bad=False)], ids=case_name)
def test_good_example_raises_nothing(rule: Rule, example: Example) -> None:
    run = check_files(example_files(example))
    assert codes(run) == []
    # Silence counts only where the example was understood and the rule could judge it.
    assert [gap for gap in run.not_evaluated if gap.code == rule.code] == []
    if rule.subject is KubeVip:
        assert run.coverage.components().keys() & {"kube-vip", "kube-vip chart"}


@pytest.mark.parametrize(("rule", "example", "low", "high"), [*banded()], ids=case_name)
def test_band_ends_where_it_says(rule: Rule, example: Example, low: Version, high: Version) -> None:
    assert example.found_in is not None
    for end in (low, high):
        assert rule.code in codes(check_files(example_files(example, str(end)))), f"not found in {end}"
    for beyond in (*neighbour(example, low, -1), *neighbour(example, high, 1)):
        if beyond not in example.found_in:
            assert rule.code not in codes(check_files(example_files(example, str(beyond)))), f"found in {beyond}"


def neighbour(example: Example, end: Version, step: int) -> tuple[Version, ...]:
    """The next release in one direction; nothing beyond the first and the last.

    Only kube-vip's releases are all known here. Elsewhere the next number stands for the next release: the next
    patch, the last patch of the minor version before, the first one of the minor version behind.
    """
    what = example.wrapper.split()[0]
    if what == "kube-vip":
        index = RELEASES.index(end) + step
        return RELEASES[index : index + 1] if index >= 0 else ()
    if end in ENDS[what]:
        return ()
    major, minor, patch = end
    if step > 0:
        return (Version(major, minor + 1, 0),) if patch == LAST_PATCH else (Version(major, minor, patch + 1),)
    return (Version(major, minor - 1, LAST_PATCH),) if patch == 0 else (Version(major, minor, patch - 1),)


@pytest.mark.parametrize(("rule", "example"), [*examples(bad=True)], ids=case_name)
def test_fixes_mend_the_example(rule: Rule, example: Example) -> None:
    files = example_files(example)
    run = check_files(files)
    before = Counter(codes(run))
    for finding in run.findings:
        if finding.fix is None or not finding.fix.edits:
            continue
        after = Counter(codes(check_files(edited(run, files, finding))))
        assert after <= before, f"{finding.fix.description} brings {after - before}"
        assert after[rule.code] < before[rule.code], f"{finding.fix.description} mends nothing"


def edited(run: Run, files: Mapping[str, str], finding: Finding) -> Mapping[str, str]:
    """The files after the edits of one finding."""
    assert finding.fix is not None
    by_path: dict[str, list[Edit]] = {}
    for edit in finding.fix.edits:
        by_path.setdefault(edit.span.path, []).append(edit)
    changed = dict(files)
    for path, edits in by_path.items():
        assert run.texts[path] == files[path]
        changed[path] = apply(files[path], edits)
    return changed
