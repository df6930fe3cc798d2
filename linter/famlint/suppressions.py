"""Findings that somebody accepted: by comments, by annotations, and by entries of the configuration.

A suppression accepts a finding where one of the finding's labelled spans starts or ends in what it covers. Codes
may be beginnings of codes, names of rules, or `ALL`.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from famlint.config import Entry
from famlint.directives import Annotation, Suppression, fault_of_code, usual_case
from famlint.findings import Finding
from famlint.inputs import Remark
from famlint.positions import Span
from famlint.result import Suppressed

Judged = Callable[[str, str], bool]
_OWN = "FAM"


class Sifted(NamedTuple):
    """Findings that are left, findings that were accepted, and findings about the suppressions themselves."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    remarks: tuple[Remark, ...]


def sift(
    findings: Iterable[Finding],
    directives: Iterable[Suppression],
    annotations: Iterable[Annotation],
    entries: Iterable[Entry],
    *,
    judged: Judged,
    matcher: Callable[[str], Callable[[str], bool]],
    line: Callable[[Span], int],
    today: date,
) -> Sifted:
    """Take out of the findings what was accepted.

    A code, or the beginning of one, that accepts nothing is stale where it was judged. What there is to say
    about suppressions can be accepted in its turn, but only by a comment or an annotation that names its code:
    a bare `ignore` that has gone stale would accept its own remark.

    Args:
        findings: all findings.
        directives, annotations, entries: what accepts them.
        judged: whether the rule of a code was selected and could judge in a path; asked before a
            suppression is called stale.
        matcher: makes a test for paths of a pattern (the configuration's `path`).
        line: the line of a span, from 1.
        today: decides whether an entry has expired; its last day still counts.
    """
    entries = tuple(entries)
    covering, remarks = _read(directives, annotations)
    current = tuple(_tested(one, matcher) for one in entries if not _is_over(one, today))
    places = _places(covering)
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []
    used: set[_Use] = set()
    for finding in findings:
        accepting = list(_accepting(finding, places, current))
        used.update((one.span, one.code) for one in accepting)
        if accepting:
            first = accepting[0]
            suppressed.append(Suppressed(finding, f"{first.span.path}:{line(first.span)}", first.reason))
        else:
            kept.append(finding)
    named = [(one.span, one.codes) for one in covering] + [(entry.span, (entry.rule,)) for entry, _ in current]
    remarks += _stale(named, used, judged, own=False)
    remarks += (_expired(one) for one in entries if _is_over(one, today))
    left = tuple(_not_accepted(remarks, places, used))
    return Sifted(tuple(kept), tuple(suppressed), (*left, *_stale(named, used, judged, own=True)))


class _Covering(NamedTuple):
    """A comment or an annotation: `span` is its place, `start:end` what it covers there."""

    span: Span
    kind: str
    start: int
    end: int
    codes: tuple[str, ...]
    reason: str


class _Ranges(NamedTuple):
    """Suppressions of one kind in one file by what they cover. Ranges of one kind are the same or apart."""

    starts: list[int]
    found: list[list[_Covering]]

    def at(self, offset: int) -> list[_Covering]:
        """Those that cover an offset."""
        index = bisect_right(self.starts, offset) - 1
        return self.found[index] if index >= 0 and offset < self.found[index][0].end else []


_Places = dict[str, list[_Ranges]]
_Test = Callable[[Finding], bool]
_Use = tuple[Span, str]
"""A suppression by its place, and which of its codes accepted something."""


class _Accepting(NamedTuple):
    """What accepts a finding: the place of the suppression, its reason, and the code that fits."""

    span: Span
    reason: str
    code: str


def _read(directives: Iterable[Suppression], annotations: Iterable[Annotation]) -> tuple[list[_Covering], list[Remark]]:
    """What comments and annotations accept, and what is wrong with those that accept nothing."""
    covering: list[_Covering] = []
    remarks: list[Remark] = []
    for one in directives:
        if one.malformed:
            remarks.append(Remark("FAM002", one.span, f"{one.malformed}: it suppresses nothing"))
        else:
            covering.append(_Covering(one.span, one.kind, one.start, one.end, one.codes, one.reason))
    for annotation in annotations:
        for found in _annotated(annotation):
            if isinstance(found, Remark):
                remarks.append(found)
            else:
                covering.append(found)
    return covering, remarks


def _accepting(finding: Finding, places: _Places, entries: Iterable[tuple[Entry, _Test]]) -> Iterator[_Accepting]:
    """Everything that accepts a finding: what stands in the files, then entries of the configuration."""
    # Late: the rules import what reads files, which imports this module.
    from famlint.registry import selects

    for one in _around(finding, places):
        for code in one.codes or ("ALL",):
            if selects(code, finding.code, finding.name):
                yield _Accepting(one.span, one.reason, code)
    for entry, fits in entries:
        if selects(entry.rule, finding.code, finding.name) and fits(finding):
            yield _Accepting(entry.span, entry.reason, entry.rule)


def _not_accepted(remarks: Iterable[Remark], places: _Places, used: set[_Use]) -> Iterator[Remark]:
    """The remarks that nobody accepts. What accepts one of the others is added to `used`."""
    from famlint.registry import selects

    for remark in remarks:
        accepting = [
            (one.span, code)
            for one in _at(remark.span, places)
            for code in one.codes
            if code.startswith(_OWN) and selects(code, remark.code)
        ]
        used.update(accepting)
        if not accepting:
            yield remark


def _annotated(one: Annotation) -> Iterator[_Covering | Remark]:
    """What an annotation accepts, line by line, and what is wrong with it."""
    for text in filter(None, map(str.strip, one.text.splitlines())):
        listed, _, reason = text.partition(":")
        written = [code for code in re.split(r"[\s,]+", listed) if code]
        fault = next(
            (fault for code in written if (fault := fault_of_code(code))), "" if written else "there is no code"
        )
        if fault:
            yield Remark("FAM002", one.span, f'{fault}: write "VIP001: the reason". It suppresses nothing')
        else:
            codes = tuple(map(usual_case, written))
            yield _Covering(one.span, "annotation", one.extent.start, one.extent.end, codes, reason.strip())


def _places(covering: Iterable[_Covering]) -> _Places:
    grouped: dict[tuple[str, str], dict[int, list[_Covering]]] = {}
    for one in covering:
        if one.start < one.end:
            grouped.setdefault((one.span.path, one.kind), {}).setdefault(one.start, []).append(one)
    places: _Places = {}
    for (path, _), by_start in grouped.items():
        starts = sorted(by_start)
        places.setdefault(path, []).append(_Ranges(starts, [by_start[start] for start in starts]))
    return places


def _spans(finding: Finding) -> tuple[Span, ...]:
    return (finding.primary.span, *(label.span for label in finding.related))


def _around(finding: Finding, places: _Places) -> Iterator[_Covering]:
    for span in _spans(finding):
        yield from _at(span, places)


def _at(span: Span, places: _Places) -> Iterator[_Covering]:
    """What covers the start or the end of a span: a span around a whole document is not on each of its lines."""
    for ranges in places.get(span.path, ()):
        yield from ranges.at(span.start)
        if span.end - 1 > span.start:
            yield from ranges.at(span.end - 1)


def _tested(entry: Entry, matcher: Callable[[str], Callable[[str], bool]]) -> tuple[Entry, _Test]:
    """An entry with its test of everything but the rule."""
    in_path = matcher(entry.path) if entry.path else None

    def fits(finding: Finding) -> bool:
        component, _, title = finding.component.rpartition(" ")
        namespace, _, name = title.rpartition("/")
        return (
            (in_path is None or any(in_path(span.path) for span in _spans(finding)))
            and entry.kind.casefold() in ("", component.casefold(), finding.kind.casefold())
            and entry.namespace in ("", namespace)
            and entry.name in ("", name)
        )

    return entry, fits


def _stale(
    named: Iterable[tuple[Span, tuple[str, ...]]], used: set[_Use], judged: Judged, *, own: bool
) -> list[Remark]:
    """Remarks on codes that accept nothing; `own` asks about famlint's own codes, which come after all others."""
    remarks = []
    for span, codes in named:
        unused = [
            code
            for code in dict.fromkeys(codes)
            if _is_code(code) and code.startswith(_OWN) == own and (span, code) not in used and judged(code, span.path)
        ]
        if unused:
            what = "the suppression" if len(unused) == len(set(codes)) else "it from the list"
            found = f"nothing is suppressed here: {', '.join(unused)} finds nothing in what this covers. Remove {what}"
            remarks.append(Remark("FAM001", span, found))
    return remarks


def _is_code(code: str) -> bool:
    """Whether it can be told if rules of that code were judged: not of names, nor of all rules at once."""
    return code != "ALL" and code.isupper()


def _is_over(one: Entry, today: date) -> bool:
    return one.until is not None and today > one.until


def _expired(one: Entry) -> Remark:
    message = f"the suppression of {one.rule} ended on {one.until}: its findings are reported again"
    return Remark("FAM004", one.span, message)
