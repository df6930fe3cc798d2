"""Findings that somebody accepted: comments, annotations, and entries of the configuration.

`# famlint: ignore[CODE, …] reason` covers its line, or from a line of its own the next line that holds something;
`ignore-document` and `ignore-file` cover more. Without brackets all codes are meant; a code may be a prefix.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from famlint.config import Entry
from famlint.findings import Finding
from famlint.inputs import Remark
from famlint.positions import Span
from famlint.result import Suppressed

_WORD = "famlint:"
_KINDS = ("ignore", "ignore-document", "ignore-file")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*famlint:[ \t]*([^\r\n]*)", re.MULTILINE)
_DIRECTIVE = re.compile(r"([A-Za-z-]+)[ \t]*(?:\[([^\]]*)\])?[ \t]*(.*)\Z")
_CODE = re.compile(r"[A-Z]{1,3}[0-9A-Z]{0,4}\Z")

Judged = Callable[[str, str], bool]


class Suppression(NamedTuple):
    """One directive of a file. `start:end` are the offsets that it covers, `span` is its own place.

    `malformed` is what is wrong with it, empty for a good one.
    """

    span: Span
    kind: str
    codes: tuple[str, ...]
    reason: str
    start: int
    end: int
    malformed: str = ""


def directives(text: str, documents: Sequence[tuple[int, int]]) -> tuple[Suppression, ...]:
    """The directives of a file. `documents` are the extents of its documents; paths are filled in by `at_path`."""
    if _WORD not in text:
        return ()
    return tuple(_read(text, match, documents) for match in _COMMENT.finditer(text))


def at_path(path: str, found: Iterable[Suppression]) -> tuple[Suppression, ...]:
    """The directives with the path of their file."""
    return tuple(one._replace(span=one.span._replace(path=path)) for one in found)


def _read(text: str, match: re.Match[str], documents: Sequence[tuple[int, int]]) -> Suppression:
    span = Span("", match.start(), match.start() + len(match[0].rstrip()))
    parsed = _DIRECTIVE.match(match[1].strip())
    if parsed is None:
        return Suppression(span, "", (), "", 0, 0, "a directive is a word: ignore, ignore-document or ignore-file")
    kind, brackets, reason = parsed[1], parsed[2], parsed[3]
    if kind not in _KINDS:
        return Suppression(span, kind, (), reason, 0, 0, f'unknown directive "{kind}"{_hint(kind)}')
    codes = tuple(part.strip() for part in brackets.split(",")) if brackets is not None else ()
    if brackets is not None and not all(_CODE.match(code) for code in codes):
        return Suppression(span, kind, codes, reason, 0, 0, f'"[{brackets}]" is no list of codes like [VIP001]')
    start, end = _covered(text, match.start(), kind, documents)
    return Suppression(span, kind, codes, reason.strip(), start, end)


def _hint(word: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, _KINDS, 1, 0.5)
    return f': did you mean "{close[0]}"?' if close else ""


def _covered(text: str, position: int, kind: str, documents: Sequence[tuple[int, int]]) -> tuple[int, int]:
    if kind == "ignore-file":
        return 0, len(text) + 1
    if kind == "ignore-document":
        return next(
            ((start, end) for start, end in _parts(text, documents) if start <= position < end), (0, len(text) + 1)
        )
    start = text.rfind("\n", 0, position) + 1
    if text[start:position].strip():
        return start, _line_end(text, position)
    line = _line_end(text, position)
    while line < len(text):
        end = _line_end(text, line + 1)
        content = text[line + 1 : end].strip()
        if content and not content.startswith("#"):
            return line + 1, end
        line = end
    return position, position


def _parts(text: str, documents: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The documents with the comments before them: each reaches from the end of the one before."""
    before = 0
    for number, (_, end) in enumerate(documents):
        last = number == len(documents) - 1
        yield before, len(text) + 1 if last else end
        before = end


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def covers(one: Suppression, finding: Finding) -> bool:
    """Whether a directive accepts a finding: one of its labelled spans lies in what the directive covers."""
    if one.malformed or (one.codes and not any(finding.code.startswith(code) for code in one.codes)):
        return False
    spans = (finding.primary.span, *(label.span for label in finding.related))
    return any(
        span.path == one.span.path and span.start < one.end and max(span.end, span.start + 1) > one.start
        for span in spans
    )


class Annotation(NamedTuple):
    """`famlint/ignore: "CODE: reason"` of an object, with the object's extent in its file."""

    extent: Span
    span: Span
    text: str


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

    Args:
        findings: all findings.
        directives, annotations, entries: what accepts them.
        judged: whether the rule of a code was selected and could judge in a path; asked before a
            suppression is called stale.
        matcher: makes a test for paths of a pattern (the configuration's `path`).
        line: the line of a span, from 1.
        today: decides whether an entry has expired.
    """
    directives, annotations, entries = tuple(directives), tuple(annotations), tuple(entries)
    accepted = [
        *(_Rule(one.span, one.codes, one.reason, partial(covers, one)) for one in directives),
        *(_annotation(one) for one in annotations),
        *(_entry(one, matcher) for one in entries if one.until is None or today <= one.until),
    ]
    used: set[Span] = set()
    kept, suppressed = [], []
    for finding in findings:
        hits = [one for one in accepted if one.matches(finding)]
        used.update(one.span for one in hits)
        if hits:
            where = f"{hits[0].span.path}:{line(hits[0].span)}"
            suppressed.append(Suppressed(finding, where, hits[0].reason))
        else:
            kept.append(finding)
    stale = [
        _stale(one)
        for one in accepted
        if one.span not in used and one.codes and all(judged(code, one.span.path) for code in one.codes)
    ]
    broken = [_malformed(one) for one in directives if one.malformed]
    expired = [_expired(one) for one in entries if one.until is not None and today > one.until]
    return Sifted(tuple(kept), tuple(suppressed), (*stale, *broken, *expired))


class _Rule(NamedTuple):
    span: Span
    codes: tuple[str, ...]
    reason: str
    matches: Callable[[Finding], bool]


def _annotation(one: Annotation) -> _Rule:
    codes, _, reason = one.text.partition(":")
    wanted = tuple(code.strip() for code in codes.split(",") if code.strip())

    def matches(finding: Finding) -> bool:
        spans = (finding.primary.span, *(label.span for label in finding.related))
        here = any(s.path == one.extent.path and one.extent.start <= s.start < one.extent.end for s in spans)
        return here and any(finding.code.startswith(code) for code in wanted)

    return _Rule(one.span, wanted, reason.strip(), matches)


def _entry(one: Entry, matcher: Callable[[str], Callable[[str], bool]]) -> _Rule:
    fits = matcher(one.path) if one.path else None

    def matches(finding: Finding) -> bool:
        component, _, title = finding.component.rpartition(" ")
        namespace, _, name = title.rpartition("/")
        return (
            finding.code.startswith(one.rule)
            and (fits is None or fits(finding.primary.span.path))
            and one.kind in ("", component, finding.kind)
            and one.namespace in ("", namespace)
            and one.name in ("", name)
        )

    return _Rule(one.span, (one.rule,), one.reason, matches)


def _stale(one: _Rule) -> Remark:
    codes = ", ".join(one.codes)
    message = f"nothing is suppressed here: no {codes} is found any more. Remove the suppression"
    return Remark("FAM001", one.span, message)


def _malformed(one: Suppression) -> Remark:
    return Remark("FAM002", one.span, f"{one.malformed}: it suppresses nothing")


def _expired(one: Entry) -> Remark:
    message = f"the suppression of {one.rule} ended on {one.until}: its findings are reported again"
    return Remark("FAM004", one.span, message)
