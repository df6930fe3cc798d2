"""Comments, annotations and entries that accept findings."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.config import Entry
from famlint.directives import Annotation, Suppression, at_path, directives
from famlint.documents.splitting import split
from famlint.findings import Finding, Label, Severity
from famlint.positions import Span
from famlint.registry import selects
from famlint.sources.ignoring import globs
from famlint.suppressions import Sifted, sift

PATH = "a.yaml"
TODAY = date(2026, 6, 15)


def read(text: str) -> tuple[Suppression, ...]:
    return at_path(PATH, directives(text, list(split(text))))


def covered(text: str) -> list[tuple[str, str]]:
    """Each directive's kind and the text that it covers."""
    return [(one.kind, text[one.start : one.end]) for one in read(text)]


def finding(text: str, *words: str, code: str = "VIP001", path: str = PATH, component: str = "") -> Finding:
    """A finding with labels on the first occurrences of some words."""
    spans = [Span(path, text.index(word), text.index(word) + len(word)) for word in words]
    labels = [Label(span, "") for span in spans]
    return Finding(
        code=code,
        name=f"rule-{code.lower()}",
        severity=Severity.ERROR,
        message="m",
        primary=labels[0],
        related=tuple(labels[1:]),
        component=component,
        kind="DaemonSet",
    )


Judged = Callable[[str, str], bool]


def all_but(*unjudged: tuple[str, str]) -> Judged:
    """Every code was judged in every path, but for these."""
    return lambda code, path: (code, path) not in unjudged


_EVERYTHING = all_but()


def sifted(
    findings: Sequence[Finding],
    text: str = "",
    annotations: Sequence[Annotation] = (),
    entries: Sequence[Entry] = (),
    judged: Judged = _EVERYTHING,
) -> Sifted:
    return sift(
        findings,
        read(text),
        annotations,
        entries,
        judged=judged,
        matcher=lambda pattern: globs((pattern,)).matches,
        line=lambda span: text.count("\n", 0, span.start) + 1,
        today=TODAY,
    )


def remarks(found: Sifted) -> list[tuple[str, str]]:
    return [(remark.code, remark.message) for remark in found.remarks]


_PIECES = (
    *("#", " ", "# famlint: ", "famlint:", "ignore", "-file", "[", "]", "VIP1", ",", '"', "'", "\n", "\r"),
    *("---", "a: b", "\\", "{{", "%", "\n# famlint: ignore[VIP]\n"),
)


class TestReading:
    """What a comment says, and what it covers."""

    @pytest.mark.parametrize(
        ("comment", "kind", "codes", "reason"),
        [
            ("# famlint: ignore[VIP001] we know", "ignore", ("VIP001",), "we know"),
            ("#famlint:ignore[VIP001]", "ignore", ("VIP001",), ""),
            ("# famlint: ignore [ VIP001,  SVC ,] : moved # by hand", "ignore", ("VIP001", "SVC"), "moved # by hand"),
            ("# famlint: ignore[VIP001 SVC] - a", "ignore", ("VIP001", "SVC"), "a"),
            ("# famlint: ignore", "ignore", (), ""),
            ("# famlint: ignore VIP moves by hand", "ignore", (), "VIP moves by hand"),
            ("# famlint: ignore[vip-prefix-impossible]", "ignore", ("vip-prefix-impossible",), ""),
            ("# famlint: ignore[ALL]", "ignore", ("ALL",), ""),
            ("# famlint: ignore[vip001, Vip-Prefix-Impossible]", "ignore", ("VIP001", "vip-prefix-impossible"), ""),
            ("# famlint: ignore rfc1918 addresses", "ignore", (), "rfc1918 addresses"),
            ("# famlint: ignore-document[VIP]", "ignore-document", ("VIP",), ""),
            ("# famlint: ignore-file", "ignore-file", (), ""),
            ("# a note # famlint: ignore-file[VIP] b", "ignore-file", ("VIP",), "b"),
        ],
    )
    def test_directives(self, comment: str, kind: str, codes: tuple[str, ...], reason: str) -> None:
        [one] = read(f"a: b {comment}  \n")
        assert (one.kind, one.codes, one.reason, one.malformed) == (kind, codes, reason, "")
        assert one.span == Span(
            PATH, 5 + comment.index("#famlint" if "#f" in comment else "# famlint"), 5 + len(comment)
        )

    @pytest.mark.parametrize(
        ("comment", "malformed"),
        [
            ("# famlint: ingore[VIP001]", 'unknown directive "ingore": did you mean "ignore"?'),
            ("# famlint: ignore_file", 'unknown directive "ignore_file": did you mean "ignore-file"?'),
            ("# famlint: Ignore", 'unknown directive "Ignore": did you mean "ignore"?'),
            ("# famlint: see", 'unknown directive "see"; known are ignore, ignore-document, ignore-file'),
            ("# famlint:", "a directive is one of ignore, ignore-document, ignore-file"),
            ("# famlint: [VIP001]", "a directive is one of ignore, ignore-document, ignore-file"),
            ("# famlint: ignore[]", 'there is no code between the brackets; "ignore" means all'),
            ("# famlint: ignore[VIP001", "the bracket is not closed"),
            ("# famlint: ignore[vip]", '"vip" is no code like VIP001'),
            ("# famlint: ignore[VIP001; SVC]", '"VIP001;" is no code like VIP001'),
            ("# famlint: ignore VIP001", 'codes stand in brackets: did you mean "ignore[VIP001]"?'),
            ("# famlint: ignore: VIP001 a", 'codes stand in brackets: did you mean "ignore[VIP001]"?'),
            ("# famlint: ignore vip001", 'codes stand in brackets: did you mean "ignore[VIP001]"?'),
            ("# famlint: ignore-file VIP001", 'codes stand in brackets: did you mean "ignore-file[VIP001]"?'),
        ],
    )
    def test_malformed_directives(self, comment: str, malformed: str) -> None:
        text = f"a: b {comment}\n"
        [one] = read(text)
        assert one.malformed == malformed
        assert text[one.span.start : one.span.end] == comment
        found = sifted([finding(text, "b")], text)
        assert len(found.kept) == 1
        assert remarks(found) == [("FAM002", f"{malformed}: it suppresses nothing")]

    @pytest.mark.parametrize(
        "text",
        [
            "a: b# famlint: ignore\n",
            "a: 'b # famlint: ignore'\n",
            'a: "b # famlint: ignore"\n',
            'a: "b \\" # famlint: ignore"\n',
            "a: 'it''s # famlint: ignore'\n",
            '{"a": ["b", "c # famlint: ignore"]}\n',
            "- '# famlint: ignore'\n",
            "a: famlint: ignore\n",
            "# famlint ignore\n",
            "a: b\n",
        ],
    )
    def test_what_is_no_directive(self, text: str) -> None:
        assert read(text) == ()

    @pytest.mark.parametrize(
        "line", ["it's", 'a: b"', "a: 'b'", '"#": 1', "a: it's 5\" wide", 'a: "x # y"', "- 'a", "[a, \"b\", 'c']"]
    )
    def test_a_comment_behind_quotes(self, line: str) -> None:
        assert [one.kind for one in read(f"{line} # famlint: ignore\n")] == ["ignore"]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_the_next_line_with_a_node(self, end: str) -> None:
        text = end.join(("  # famlint: ignore[VIP]", "", " # more", "---", "a: b", "c: d", ""))
        assert covered(text) == [("ignore", f"a: b{end}")]

    def test_stacked_comments_cover_the_same_line(self) -> None:
        text = "# famlint: ignore[A]\n# famlint: ignore[B]\na: b # famlint: ignore[C]\nc: d\n"
        assert covered(text) == [("ignore", "a: b # famlint: ignore[C]\n")] * 3

    @pytest.mark.parametrize(
        "line", ["{{- if .Values.ipv6 }}", "{{ end -}}", "{% if a %}", "{# a #}", "%YAML 1.2", "--- # x"]
    )
    def test_lines_without_a_node(self, line: str) -> None:
        assert covered(f"# famlint: ignore[VIP]\n{line}\na: b\n") == [("ignore", "a: b\n")]

    @pytest.mark.parametrize(
        "line", ["{{ .Values.a }}: b", '- {{ include "a" . }}', "{{ toYaml .Values.env }}", "--- {a: b}", "-"]
    )
    def test_lines_with_a_node(self, line: str) -> None:
        assert covered(f"# famlint: ignore[VIP]\n{line}\na: b\n") == [("ignore", f"{line}\n")]

    def test_nothing_follows(self) -> None:
        assert covered("a: b\n# famlint: ignore[VIP]\n") == [("ignore", "")]

    def test_embedded_documents(self) -> None:
        text = "a: |\n  b: c  # famlint: ignore[VIP]\n  # famlint: ignore[SVC]\n  d: e\n"
        assert covered(text) == [("ignore", "  b: c  # famlint: ignore[VIP]\n"), ("ignore", "  d: e\n")]

    def test_documents(self) -> None:
        text = (
            "# famlint: ignore-document[A]\n---\na: b\n"
            "---\n# famlint: ignore-document[B]\nc: d\n"
            "...\n# famlint: ignore-document[C]\n---\ne: f\n"
        )
        assert [body for _, body in covered(text)] == [
            "---\na: b\n",
            "---\n# famlint: ignore-document[B]\nc: d\n",
            "---\ne: f\n",
        ]

    def test_the_whole_file(self) -> None:
        text = "a: b\n---\nc: d\n# famlint: ignore-file[A]"
        assert covered(text) == [("ignore-file", text)]

    def test_a_byte_order_mark_inside_the_text(self) -> None:
        assert covered("\ufeff# famlint: ignore[A]\na: b\n") == [("ignore", "a: b\n")]

    @given(st.lists(st.sampled_from(_PIECES)).map("".join))
    def test_any_text_gives_directives_inside_of_it(self, text: str) -> None:
        for one in read(text):
            assert text[one.span.start] == "#"
            assert text.count("\n", one.span.start, one.span.end) == 0
            assert 0 <= one.start <= one.end <= len(text) + 1
            assert one.malformed or one.kind in ("ignore", "ignore-document", "ignore-file")

    @pytest.mark.parametrize(
        "text",
        [
            "# famlint: ignore[A]\n" * 50_000,
            "# famlint: ignore[A] " * 50_000,
            '"\\"' * 300_000 + " # famlint: ignore[A]\n",
            "' " * 300_000 + " # famlint: ignore[A]\n",
            "{{ if " * 300_000 + "# famlint: ignore[A]\n",
            "---\na: b # famlint: ignore-document[A]\n" * 20_000,
        ],
    )
    def test_hostile_texts_take_linear_time(self, text: str) -> None:
        started = time.perf_counter()
        assert read(text)
        assert time.perf_counter() - started < 10


class TestAccepting:
    """Which findings are accepted, by what, and what is said about the rest."""

    def test_a_comment_on_the_line_of_any_label(self) -> None:
        text = "a: one # famlint: ignore[VIP001] we know\nb: two\nc: three\n"
        one, two, both = finding(text, "one"), finding(text, "two"), finding(text, "two", "one")
        found = sifted([one, two, both], text)
        assert found.kept == (two,)
        assert [(item.finding, item.where, item.reason) for item in found.suppressed] == [
            (one, "a.yaml:1", "we know"),
            (both, "a.yaml:1", "we know"),
        ]
        assert found.remarks == ()

    def test_another_file(self) -> None:
        text = "a: one # famlint: ignore[VIP001]\n"
        assert len(sifted([finding(text, "one", path="b.yaml")], text).kept) == 1

    @pytest.mark.parametrize("written", ["VIP001", "VIP", "VIP00", "ALL", "rule-vip001", "SVC,VIP001", "", "vip001"])
    def test_codes_that_fit(self, written: str) -> None:
        text = f"a: one # famlint: ignore{f'[{written}]' if written else ''}\n"
        assert sifted([finding(text, "one")], text).kept == ()
        assert not written or any(selects(code, "VIP001", "rule-vip001") for code in written.split(","))

    @pytest.mark.parametrize("written", ["VIP0011", "VIP002", "SVC", "IP001", "rule-vip002"])
    def test_codes_that_do_not_fit(self, written: str) -> None:
        text = f"a: one # famlint: ignore[{written}]\n"
        assert len(sifted([finding(text, "one")], text).kept) == 1

    def test_a_span_around_a_line_is_not_on_it(self) -> None:
        text = "a: [1,\n  two, # famlint: ignore[VIP001]\n  3]\n"
        assert len(sifted([finding(text, "[1,\n  two, # famlint: ignore[VIP001]\n  3]")], text).kept) == 1

    def test_a_span_that_ends_on_a_line_is_on_it(self) -> None:
        text = "a: [1,\n  3] # famlint: ignore[VIP001]\n"
        assert sifted([finding(text, "[1,\n  3]")], text).kept == ()

    @pytest.mark.parametrize("text", ["# famlint: ignore[VIP001]\na:\nb: c\n", "# famlint: ignore[VIP001]\na:"])
    def test_an_empty_value_at_the_end_of_a_line(self, text: str) -> None:
        at = text.index("a:") + 2
        empty = finding(text, "a:")._replace(primary=Label(Span(PATH, at, at), ""))
        assert sifted([empty], text).kept == ()

    def test_document_and_file(self) -> None:
        text = "# famlint: ignore-document[VIP]\n---\na: one\n---\nb: two\n# famlint: ignore-file[SVC]\n"
        found = sifted([finding(text, "one"), finding(text, "two"), finding(text, "two", code="SVC001")], text)
        assert [(item.code, item.primary.span.start) for item in found.kept] == [("VIP001", text.index("two"))]

    def test_what_accepts_nothing_is_stale(self) -> None:
        text = "a: one # famlint: ignore[VIP001, VIP002, SVC]\nb: two # famlint: ignore[VIP003]\n"
        found = sifted([finding(text, "one")], text)
        stale = "nothing is suppressed here: {} finds nothing in what this covers. Remove {}"
        assert remarks(found) == [
            ("FAM001", stale.format("VIP002, SVC", "it from the list")),
            ("FAM001", stale.format("VIP003", "the suppression")),
        ]
        assert found.remarks[1].span == Span(PATH, text.index("# famlint: ignore[VIP003]"), len(text) - 1)

    def test_all_that_accept_the_same_finding_are_needed(self) -> None:
        text = "# famlint: ignore-file[VIP]\na: one # famlint: ignore[VIP001]\n"
        assert sifted([finding(text, "one")], text).remarks == ()

    def test_what_was_not_judged_is_not_stale(self) -> None:
        text = "a: one # famlint: ignore[VIP001, VIP002]\n"
        judged = all_but(("VIP001", PATH))
        [(_, message)] = remarks(sifted([], text, judged=judged))
        assert "VIP002" in message
        assert "VIP001" not in message

    @pytest.mark.parametrize("written", ["", "[ALL]", "[vip-prefix-impossible]"])
    def test_where_it_cannot_be_told_nothing_is_stale(self, written: str) -> None:
        assert sifted([], f"a: b # famlint: ignore{written}\n").remarks == ()

    def test_remarks_are_accepted_by_name_only(self) -> None:
        text = (
            "# famlint: ignore-file[FAM001]\n# famlint: ignore-file\na: b # famlint: ignore[VIP001]\nc: # famlint: no\n"
        )
        assert [code for code, _ in remarks(sifted([], text))] == ["FAM002"]

    def test_a_stale_suppression_of_remarks(self) -> None:
        [(code, message)] = remarks(sifted([], "# famlint: ignore-file[FAM002]\na: b\n"))
        assert code == "FAM001"
        assert "FAM002 finds nothing" in message

    def test_many_findings_and_many_comments(self) -> None:
        text = "".join(f"k{number}: v # famlint: ignore[VIP001]\n" for number in range(3000))
        span = Span(PATH, 0, 1)
        offsets = [
            match for match in range(len(text)) if text.startswith("k", match) and text[match - 1 : match] in ("", "\n")
        ]
        findings = [
            finding(text, "k0")._replace(primary=Label(span._replace(start=at, end=at + 1), "")) for at in offsets
        ]
        started = time.perf_counter()
        found = sifted(findings, text)
        assert (len(found.suppressed), found.remarks) == (3000, ())
        assert time.perf_counter() - started < 5


class TestAnnotations:
    """`famlint/ignore` on an object."""

    TEXT = "kind: A\nx: one\n---\nkind: B\nx: two\n"

    def annotation(self, text: str) -> Annotation:
        return Annotation(Span(PATH, 0, self.TEXT.index("---")), Span(PATH, 0, 4), text)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("VIP001: we know", "we know"),
            ("VIP001", ""),
            ("SVC, VIP001: a: b", "a: b"),
            ("SVC: a\nVIP: b\n", "b"),
            ("ALL:", ""),
            ("vip001: a", "a"),
        ],
    )
    def test_its_document_is_covered(self, text: str, reason: str) -> None:
        one, two = finding(self.TEXT, "one"), finding(self.TEXT, "two")
        found = sifted([one, two], self.TEXT, [self.annotation(text)])
        assert found.kept == (two,)
        assert [(item.where, item.reason) for item in found.suppressed] == [("a.yaml:1", reason)]

    @pytest.mark.parametrize("code", ["VIP001", "vip001"])
    def test_stale(self, code: str) -> None:
        assert [code for code, _ in remarks(sifted([], self.TEXT, [self.annotation(f"{code}: a")]))] == ["FAM001"]

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("because", '"because" is no code like VIP001'),
            (": a", "there is no code"),
            ("vip: a", '"vip" is no code like VIP001'),
        ],
    )
    def test_malformed(self, text: str, fault: str) -> None:
        found = sifted([finding(self.TEXT, "one")], self.TEXT, [self.annotation(text)])
        assert len(found.kept) == 1
        assert remarks(found) == [("FAM002", f'{fault}: write "VIP001: the reason". It suppresses nothing')]


class TestEntries:
    """`suppress` in the configuration."""

    TEXT = "x: one\ny: two\n"
    ENTRY = Entry("VIP001", "", "", "", "", "we know", None, Span(".famlint.yaml", 0, 10, literal=False))

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"rule": "VIP"},
            {"rule": "ALL"},
            {"path": "a.yaml"},
            {"path": "*.yaml"},
            {"kind": "DaemonSet"},
            {"kind": "daemonset"},
            {"kind": "kube-vip"},
            {"namespace": "kube-system"},
            {"name": "vip"},
            {"until": TODAY},
            {"path": "*.yaml", "kind": "kube-vip", "namespace": "kube-system", "name": "vip"},
        ],
    )
    def test_fits(self, fields: dict[str, Any]) -> None:
        one = finding(self.TEXT, "one", component="kube-vip kube-system/vip")
        found = sifted([one], self.TEXT, entries=[self.ENTRY._replace(**fields)])
        assert [(item.where, item.reason) for item in found.suppressed] == [(".famlint.yaml:1", "we know")]
        assert found.remarks == ()

    @pytest.mark.parametrize(
        "fields",
        [
            {"rule": "VIP002"},
            {"path": "b.yaml"},
            {"kind": "Deployment"},
            {"namespace": "default"},
            {"name": "vip2"},
            {"name": "kube-system"},
        ],
    )
    def test_does_not_fit(self, fields: dict[str, Any]) -> None:
        one = finding(self.TEXT, "one", component="kube-vip kube-system/vip")
        found = sifted([one], self.TEXT, entries=[self.ENTRY._replace(**fields)])
        assert found.kept == (one,)
        assert [remark.span.path for remark in found.remarks] == [".famlint.yaml"]

    def test_the_path_of_any_label(self) -> None:
        one = finding(self.TEXT, "one")
        one = one._replace(related=(Label(Span("deep/b.yaml", 0, 1), ""),))
        assert sifted([one], self.TEXT, entries=[self.ENTRY._replace(path="deep/")]).kept == ()

    def test_a_component_without_a_namespace(self) -> None:
        one = finding(self.TEXT, "one", component="Service web")
        assert sifted([one], self.TEXT, entries=[self.ENTRY._replace(name="web", kind="Service")]).kept == ()

    def test_expired(self) -> None:
        one = finding(self.TEXT, "one")
        entry = self.ENTRY._replace(until=date(2026, 6, 14))
        found = sifted([one], self.TEXT, entries=[entry])
        assert found.kept == (one,)
        assert remarks(found) == [
            ("FAM004", "the suppression of VIP001 ended on 2026-06-14: its findings are reported again")
        ]
        assert found.remarks[0].span == entry.span
