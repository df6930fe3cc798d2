"""Runs made by hand for the golden reports: each shows one difficulty."""

from collections.abc import Callable, Mapping

from famlint.findings import Edit, Finding, Fix, Label, Severity
from famlint.positions import Span
from famlint.result import Coverage, FileCoverage, NotEvaluated, ObjectCoverage, Run, Suppressed

HELM = "apps/kube-vip/helmrelease.yaml"
INGRESS = "apps/web/ingress.yaml"


def span(texts: Mapping[str, str], path: str, needle: str, occurrence: int = 1) -> Span:
    """The span of the n-th occurrence of a text in a file."""
    start = -1
    for _ in range(occurrence):
        start = texts[path].index(needle, start + 1)
    return Span(path, start, start + len(needle))


def covered(files: int = 1, documents: int = 1, kinds: tuple[str, ...] = ("kube-vip",)) -> Coverage:
    """Coverage with one object of each kind."""
    objects = tuple(ObjectCoverage(number, kind, "", ("address",), ()) for number, kind in enumerate(kinds, 1))
    return Coverage(files, documents, (FileCoverage("a.yaml", documents, objects, ()),) if kinds else (), ())


def run_of(texts: Mapping[str, str], *findings: Finding, coverage: Coverage | None = None) -> Run:
    """A run with nothing but findings."""
    return Run(findings, (), (), coverage or covered(), texts)


def _finding(primary: Label, *related: Label, message: str = "a message", code: str = "VIP001") -> Finding:
    return Finding(code, "a-rule", Severity.ERROR, message, primary, related)


def two_files() -> Run:
    """The case of the README: the value and the Service that it breaks."""
    texts = {
        HELM: "kind: HelmRelease\n" * 20 + '      vip_cidr: "128"\n',
        INGRESS: "kind: Service\n" * 6 + "  loadBalancerIP: 192.0.2.10\n",
    }
    value = span(texts, HELM, "128")
    finding = Finding(
        "VIP001",
        "vip-prefix-crash",
        Severity.ERROR,
        'vip_cidr "128" gives the IPv4 VIP 192.0.2.10 a /128: kube-vip v0.8.9 crashes when it binds it',
        Label(value, "read as the IPv4 prefix"),
        (Label(span(texts, INGRESS, "192.0.2.10"), "this Service gets its address from kube-vip"),),
        Fix('write "32,128"', (Edit(value, "32,128"),)),
        "kube-vip kube-system/kube-vip",
        "prod",
    )
    return run_of(texts, finding, coverage=covered(14, 31, ("kube-vip", "Service", "Service")))


def many_labels() -> Run:
    """Labels on one line, overlapping ones, repeated ones, near and distant lines, lines before the primary."""
    path = "pod.yaml"
    texts = {
        path: "".join(f"line{number}: one two three four\n" for number in range(1, 13)),
        "other.yaml": "first: 1\nsecond: 2\n",
    }

    def label(line: int, word: str, message: str) -> Label:
        return Label(span(texts, path, word, line), message)

    return run_of(
        texts,
        _finding(label(3, "four", "the primary"), label(3, "two", "left of it"), message="two on a line"),
        _finding(
            label(5, "two", "the primary"),
            label(5, "four", "the last"),
            label(5, "one", "the first"),
            label(5, "three", ""),
            message="four on a line, one without words",
            code="VIP002",
        ),
        _finding(
            label(6, "two three", "a part of it"),
            label(6, "one two three four", "all of it"),
            label(6, "three four", "and this"),
            message="overlapping",
            code="VIP003",
        ),
        _finding(
            label(9, "one", ""),
            label(10, "two", "the next line"),
            label(12, "two", "with one line between"),
            label(1, "two", "far away"),
            label(1, "two", "far away"),
            label(9, "one", ""),
            message="several lines, no words at the primary",
            code="VIP004",
        ),
        _finding(
            label(10, "one", "the primary"),
            Label(span(texts, "other.yaml", "2"), "named first"),
            Label(span(texts, "other.yaml", "1"), "drawn first"),
            message="two labels in another file",
            code="VIP005",
        ),
    )


def line_ends() -> Run:
    """CRLF, a lone CR and LF in one file; a mark at the end of a line and at the end of the file."""
    path = "crlf.yaml"
    texts = {path: "first: 1\r\nsecond: 2\rthird: 3\nfourth:\r\n\tfifth: 5"}
    empty = texts[path].index("fourth:") + len("fourth:")
    end = len(texts[path])
    return run_of(
        texts,
        _finding(Label(span(texts, path, "2"), "after CRLF"), message="second"),
        _finding(Label(span(texts, path, "3"), "after CR"), message="third"),
        _finding(Label(Span(path, empty, empty), "an address is missing here"), message="nothing there"),
        _finding(Label(span(texts, path, "5"), "after a tab"), message="fifth"),
        _finding(Label(Span(path, end, end), "the file ends"), message="end", code="VIP009"),
        _finding(
            Label(span(texts, path, "third"), ""),
            Label(span(texts, path, "2\rthird: 3\nfo"), "only its first line is marked"),
            message="several lines",
            code="VIP010",
        ),
    )


def wide_characters() -> Run:
    """East Asian, combining and tab characters before and inside the marked text."""
    path = "wide.yaml"
    texts = {
        path: "名前: 値 address: 10.0.0.1\n"
        "cafe\u0301: 10.0.0.2\n"
        "\ta:\tb: 10.0.0.3\n"
        "value: 全角 # and more\n"
        "👍: 10.0.0.4, 10.0.0.5\n"
    }
    return run_of(
        texts,
        *(_finding(Label(span(texts, path, f"10.0.0.{number}"), "here")) for number in (1, 2, 3)),
        _finding(Label(span(texts, path, "全角"), "four cells"), message="全角"),
        _finding(Label(span(texts, path, "10.0.0.5"), "右"), Label(span(texts, path, "10.0.0.4"), "左"), message="two"),
    )


def hostile_text() -> Run:
    """Escape sequences, bells, carriage returns and bidirectional controls wherever text is printed."""
    path = "a\x1b]0;title\x07/b\r\u202e.yaml"
    texts = {path: "key: \x1b[2J\u202e10.0.0.1\u2066\x07\x9b\u00a0\u200b end\n", "other\nline.yaml": "x: \x1b[0m y\n"}
    value = span(texts, path, "10.0.0.1")
    finding = Finding(
        "VIP001",
        "a-rule",
        Severity.WARNING,
        "bad \x1b[31mvalue\x1b[0m\r\nerror[VIP999]: faked\u2028",
        Label(value, "label \x07 with \u202eevil"),
        (Label(span(texts, "other\nline.yaml", "y"), "next\nline"),),
        Fix("write \x1b[1m", (Edit(value, "x"),), safe=False),
    )
    return run_of(texts, finding)


def long_lines() -> Run:
    """Lines that are cut around what is marked."""
    path = "long.json"
    filler = "x" * 300
    texts = {
        path: f'{{"a": "{filler}", "b": "10.0.0.1", "c": "{filler}", "d": "10.0.0.2", "e": "{"y" * 400}"}}\nshort\n'
    }
    return run_of(
        texts,
        _finding(Label(span(texts, path, "10.0.0.1"), "in the middle"), message="one mark"),
        _finding(
            Label(span(texts, path, "10.0.0.2"), "the primary"),
            Label(span(texts, path, "10.0.0.1"), "the other"),
            message="two marks",
            code="VIP002",
        ),
        _finding(Label(span(texts, path, "y" * 400), "longer than the window"), message="a long mark", code="VIP003"),
        _finding(Label(span(texts, path, "short"), "beside it"), message="a short line", code="VIP004"),
    )


def everything_counted() -> Run:
    """Several severities out of order, suppressed findings, missing facts, problems, advice, a file without a text."""
    texts = {"b.yaml": "a: 1\nb: 2\nc: 3\n"}

    def one(code: str, severity: Severity, needle: str, fix: Fix | None = None) -> Finding:
        return Finding(code, "a-rule", severity, f"{code} says", Label(span(texts, "b.yaml", needle), ""), (), fix)

    edit = Edit(span(texts, "b.yaml", "3"), "4")
    return Run(
        (
            one("VIP010", Severity.WARNING, "3", Fix("write 4", (edit,), safe=False)),
            one("VIP009", Severity.WARNING, "3", Fix("add the key vip_leaseName")),
            one("VIP008", Severity.INFO, "2"),
            one("SVC001", Severity.INFO, "1"),
            Finding("YML001", "gone", Severity.ERROR, "unreadable", Label(Span("a.yaml", 7, 9), "not drawn")),
        ),
        (
            Suppressed(one("VIP003", Severity.ERROR, "2"), "b.yaml:2", "known"),
            Suppressed(one("VIP002", Severity.ERROR, "2"), "b.yaml:2", ""),
        ),
        (
            NotEvaluated("VIP002", "kube-vip kube-system/b", "vip_cidr", "a placeholder: ${VIP_CIDR}", "b.yaml", 2),
            NotEvaluated("VIP001", "kube-vip kube-system/b", "vip_cidr", "a placeholder: ${VIP_CIDR}", "b.yaml", 2),
            NotEvaluated("VIP001", "kube-vip kube-system/a", "kube-vip version", "the tag is latest", "a.yaml", 1),
        ),
        Coverage(
            3,
            5,
            (
                FileCoverage(
                    "b.yaml",
                    3,
                    (
                        ObjectCoverage(2, "kube-vip", "kube-system/b", ("vip_cidr", "address"), ("vip_new",)),
                        ObjectCoverage(1, "Service", "default/web", (), ()),
                    ),
                    ((3, "a HelmRelease without a chart version"),),
                ),
                FileCoverage("a.yaml", 1, (), ((1, "not YAML: \x1b[2J"),)),
                FileCoverage("c.yaml", 1, (), ()),
            ),
            ("two kube-vip in apps/: no relation", "apps/: a Service without a kube-vip"),
        ),
        texts,
        ("missing.yaml: no such file", "rule VIP007 crashed"),
    )


def nothing_found() -> Run:
    """Understood and clean."""
    return run_of({}, coverage=covered(2, 2, ("Service", "kube-vip")))


def nothing_understood() -> Run:
    """Read, but nothing in it is known."""
    return run_of({}, coverage=covered(1, 0, ()))


def nothing_read() -> Run:
    """No file at all."""
    return run_of({}, coverage=covered(0, 0, ()))


SAMPLES: tuple[Callable[[], Run], ...] = (
    two_files,
    many_labels,
    line_ends,
    wide_characters,
    hostile_text,
    long_lines,
    everything_counted,
    nothing_found,
    nothing_understood,
    nothing_read,
)
