"""Pages: read from a docstring, refused where they are malformed, printed for a terminal."""

from collections.abc import Iterator

import pytest

from famlint.clusters import Cluster
from famlint.documentation import WIDTH, parse, render
from famlint.findings import Severity
from famlint.network.versions import band
from famlint.rules import Draft, rule

PAGE = """What a rule finds

    What it finds:
        First line
        of a paragraph.

        - an item
          of two lines
        - another one

    Why it matters:
        Because.

    Bad (kube-vip v0.8.9, found in 0.8.5-0.8.10, 1.0.0-):
        env:
          vip_arp: "true"

          # a comment
          address: fd00::10
        ---
        kind: Service

    Good (chart kube-vip 0.9.9):
        env: {}

    Bad:
        # file: a/one.yaml
        one: 1
        # file: two.yaml
        two: 2

    Good:
        above: 0
        # file: below.yaml
        below: 1

    How to fix:
        Do it right.

    Limits:
        None.
    """


def test_parse() -> None:
    page = parse(PAGE)
    assert page.title == "What a rule finds"
    assert page.finds == "First line\nof a paragraph.\n\n- an item\n  of two lines\n- another one"
    assert (page.matters, page.fix, page.limits) == ("Because.", "Do it right.", "None.")
    first, chart, several, mixed = page.examples
    assert first.bad
    assert first.wrapper == "kube-vip v0.8.9"
    assert first.found_in == band("0.8.5-0.8.10, 1.0.0-")
    assert first.files == (("", 'env:\n  vip_arp: "true"\n\n  # a comment\n  address: fd00::10\n---\nkind: Service\n'),)
    assert (chart.bad, chart.wrapper, chart.found_in) == (False, "chart kube-vip 0.9.9", None)
    assert several.files == (("a/one.yaml", "one: 1\n"), ("two.yaml", "two: 2\n"))
    assert mixed.files == (("", "above: 0\n"), ("below.yaml", "below: 1\n"))


def test_parse_takes_what_newer_pythons_dedent() -> None:
    lines = PAGE.splitlines()
    dedented = "\n".join([lines[0], *(line.removeprefix("    ") for line in lines[1:])])
    assert parse(dedented) == parse(PAGE)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("What a rule finds", "", "line 1: the first line must be the title"),
        ("What a rule finds", "It finds.", "line 1: the title ends without a full stop"),
        ("finds\n\n", "finds\n", "line 2: a blank line must follow the title"),
        ("What it finds:", "What it sees:", "line 3: unknown heading 'What it sees'"),
        ("    What it finds:\n", "        What it finds:\n", "line 3: text must stand below a heading"),
        ("        Because.\n", "    Because.\n", "line 12: 'Because.' is no heading, and content is indented"),
        ("        Because.\n", "", "line 11: 'Why it matters' is empty"),
        ("    Why it matters:\n        Because.\n", "", "line 38: the section 'Why it matters' is missing"),
        ("    Limits:\n        None.\n", "", "line 37: the section 'Limits' is missing"),
        ("How to fix:", "Why it matters:", "line 37: 'Why it matters' must stand before 'example'"),
        ("Limits:", "How to fix:", "line 40: 'How to fix' is given twice"),
        ("Good (chart", "Better (chart", "line 23: unknown heading 'Better (chart kube-vip 0.9.9)'"),
        ("found in 0.8.5-", "found in x-", "line 14: not a release: 'x'"),
        (
            "found in 0.8.5-0.8.10, 1.0.0-",
            "found in 0.9.0-1.0.0",
            "line 14: the example's release 'kube-vip v0.8.9' is not",
        ),
        ("Bad:", "Bad (, found in 0.8.5-):", "line 26: the example's release '' is not in 0.8.5-"),
        ("kube-vip 0.9.9", "kube-vip 0.9.9, found in 0.9.9", "line 23: a good example is found in no release"),
        ("file: two.yaml", "file: a/one.yaml", "line 26: the file a/one.yaml is given twice"),
        ("file: two.yaml", "file: ../two.yaml", "line 26: the file ../two.yaml lies outside"),
        ("file: two.yaml", "file: /two.yaml", "line 26: the file /two.yaml lies outside"),
    ],
)
def test_parse_refuses(old: str, new: str, message: str) -> None:
    assert old in PAGE
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the message is compared below, not as a pattern
        parse(PAGE.replace(old, new, 1))
    assert str(refused.value).startswith(message)


def test_parse_refuses_nothing_at_all() -> None:
    with pytest.raises(ValueError, match="line 1"):
        parse("")


def _check(_subject: int, _cluster: Cluster) -> Iterator[Draft]:
    yield from ()


def test_render() -> None:
    _check.__doc__ = PAGE.replace("Because.", f"Because {'an-option-with-hyphens ' * 9}ends.")
    made = rule(
        "VIP999",
        "a-rule",
        subject=int,
        severity=(Severity.ERROR, Severity.INFO),
        basis="kube-vip 9.9",
        references=("kube-vip/kube-vip#1052", "kube-vip/kube-vip cmd/kube-vip.go@v1.2.3"),
    )(_check)
    text = render(made)
    assert text.startswith("VIP999 a-rule (error or info)\n\nWhat a rule finds\n\nWhat it finds:\n    First line of a")
    assert "\n    - an item of two lines\n    - another one\n" in text
    assert (
        "\nBad, kube-vip v0.8.9 (found in v0.8.5 to v0.8.10, v1.0.0 and later):\n        env:\n          vip_arp"
        in text
    )
    assert "\nGood, chart kube-vip 0.9.9:\n        env: {}\n" in text
    assert "\nBad:\n        # file: a/one.yaml\n        one: 1\n" in text
    assert text.endswith(
        "References:\n"
        "    https://github.com/kube-vip/kube-vip/issues/1052\n"
        "    kube-vip/kube-vip cmd/kube-vip.go@v1.2.3\n"
    )
    assert "kube-vip 9.9" not in text
    assert text.count("an-option-with-hyphens") == 9
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert not any(line != line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize(
    ("releases", "words"),
    [("0.8.4", "v0.8.4"), ("-0.8.4", "releases up to v0.8.4"), ("0.8.4-", "v0.8.4 and later")],
)
def test_render_names_the_band(releases: str, words: str) -> None:
    about = f"kube-vip v0.8.4, found in {releases}"
    _check.__doc__ = PAGE.replace("kube-vip v0.8.9, found in 0.8.5-0.8.10, 1.0.0-", about)
    made = rule("VIP999", "a-rule", subject=int, severity=Severity.ERROR, basis="x")(_check)
    assert f"Bad, kube-vip v0.8.4 (found in {words}):" in render(made)
