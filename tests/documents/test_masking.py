"""Placeholders: hidden so that YAML parses, and found again in what was parsed."""

import re
import time
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.documents.limits import Limits
from famlint.documents.masking import Masked, mask, placeholders, unmask
from famlint.documents.splitting import split
from famlint.documents.tree import Node, Scalar, Sequence
from famlint.documents.yaml import NotYaml, parse


def shown(content: str) -> str:
    """The masked text with a letter for each hole, in the order of their first place."""
    letters: dict[str, str] = {}

    def letter(run: re.Match[str]) -> str:
        return letters.setdefault(run[0], ascii_uppercase[len(letters)])

    return re.sub("[\ue000-\uf8ff]", letter, mask(content).content)


def restored(node: Node | None, masked: Masked) -> object:
    if node is None:
        return None
    if isinstance(node, Scalar):
        return unmask(node.text, masked.holes)[0]
    if isinstance(node, Sequence):
        return [restored(item, masked) for item in node.items]
    return {str(restored(key, masked)): restored(value, masked) for key, value in node.pairs}


def read(content: str) -> object:
    masked = mask(content)
    return restored(parse(masked.content, Limits()), masked)


def insertions(content: str) -> list[str]:
    """The first eight characters of each tag that may insert something."""
    return [content[at : at + 8] for at in mask(content).insertions]


@pytest.mark.parametrize(
    "content", ["", "a: 1\n", "a: $X # b\n- {c: d}\n", "x: __A__ <VIP> $(POD_IP)\n", "\ue000: \uf8ff"]
)
def test_without_a_marker_nothing_happens(content: str) -> None:
    masked = mask(content)
    assert masked.content is content
    assert masked[1:] == ({}, (), ())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: ${A}${B}\n", "a: AAAABBBB\n"),
        ("a: [${A}, ${B}]\n", "a: [AAAA, BBBB]\n"),
        ('a: ${P:=["10.0.0.0/8"]}\n', "a: AAAAAAAAAAAAAAAAAAAA\n"),
        ("a: {{ x }} # b\n", "a: AAAAAAA # b\n"),
        ('{"a": {{ x | toJson }}}\n', '{"a": AAAAAAAAAAAAAAAA}\n'),
        ("{{ k }}: {{ v }}\n", "AAAAAAA: BBBBBBB\n"),
        ("- #{ item }#\n", "- AAAAAAAAAA\n"),
        ("a: {{ x\r\n  | y }}\r\nb: 1\r\n", "a: AAAA\r\n        \r\nb: 1\r\n"),
        # Comments stay, but no tag may go on below them.
        ("# ${A} {{ b }}\nc: ${D}\n", "# ${A} {{ b }}\nc: AAAA\n"),
        ("# {{ a\n  b }} c\nd: 1\n", "# {{ a\n       c\nd: 1\n"),
        # Tags that control, on lines of their own.
        ("a:\n{%- if x %}\n  b: 1\n{%- endif %}\n", "a:\n#AAAAAAAAAA\n  b: 1\n#BBBBBBBBBBB\n"),
        ("  #% for x in y %#\n  - 1\n", "  #AAAAAAAAAAAAAAA\n  - 1\n"),
        ("{{- $x := 1 }}\na: 1\n{# b\n c #}\n", "              \na: 1\n    \n     \n"),
        # Tags that control, inside a line.
        ("a: {{ if x }}1{{ end }}\n", "a: AAAAAAAAAA1BBBBBBBBB\n"),
        ('a: ["b"{{ if x }}, "c"{{ end }}]\n', 'a: ["b"          , "c"         ]\n'),
        ("a: '{{ b }}'{{ if x }}\n", "a: 'AAAAAAA'          \n"),
        ('a: "{{ b }}{# c #}" {# d #}\n', 'a: "AAAAAAABBBBBBB"        \n'),
        (
            "spec: {{- if x }}\n  a: b\n{{- end }}\n",
            "spec:            \n  a: b\n#AAAAAAAAA\n",
        ),
        ("--- {{ if x }}\na: 1\n", "---           \na: 1\n"),
        # Block scalars.
        ("a: |\n  ${B}\n  {{ c }}\nd: 1\n", "a: |\n  AAAA\n  BBBBBBB\nd: 1\n"),
        (
            "a: |\n  b\n{{- if x }}\n  c\n{{- end }}\nd: 1\n",
            "a: |\n  b\n  #AAAAAAAA\n  c\n#BBBBBBBBB\nd: 1\n",
        ),
        ("a: |-{{ tpl .x . }}\nb: 1\n", "a:   AAAAAAAAAAAAAA\nb: 1\n"),
        ("a: |- {{ if x }}\n  b\n  {{ end }}\nc: 1\n", "a: |-           \n  b\n  #AAAAAAAA\nc: 1\n"),
        ("a: |\n  {{- /* b */}}\n  c\n", "a: |\n  #AAAAAAAAAAAA\n  c\n"),
        ("a: |\n  c\n  {{- /* b */}}\n", "a: |\n  c\n               \n"),
        ("a: >-\n      {% if x %}\n  b\n", "a: >-\n  #AAAAAAAAAAAAA\n  b\n"),
    ],
)
def test_what_the_parser_sees(content: str, expected: str) -> None:
    assert shown(content) == expected


@pytest.mark.parametrize(
    ("content", "expected", "inserted"),
    [
        ("a:\n  {{ x }}\nb: 1\n", {"a": "{{ x }}", "b": "1"}, []),
        ("a:\n  # c\n  ${EXTRA}\n", {"a": "${EXTRA}"}, []),
        ("a: # c\n  ${EXTRA}\n", {"a": "${EXTRA}"}, []),
        ("a: &x !t\n  ${EXTRA}\n", {"a": "${EXTRA}"}, []),
        ("- a:\n    b:\n{{ x | indent(6) }}\n", [{"a": {"b": "{{ x | indent(6) }}"}}], []),
        ("-\n  {{ x }}\n- b\n", ["{{ x }}", "b"], []),
        ("    a:\n{{x}}\n    b: 1\n", {"a": "", "b": "1"}, ["{{x}}\n  "]),
        ("a:\n  {{ x }}\n  b: 1\n", {"a": {"b": "1"}}, ["{{ x }}\n"]),
        ("a:\n{{ x }}\n- b\n", {"a": ["b"]}, ["{{ x }}\n"]),
        ("a:\n  b: 1\n  {{ x }}\n", {"a": {"b": "1"}}, ["{{ x }}\n"]),
        ("a:\n  {{ x }}\n  {{ y }}\n", {"a": "{{ x }}"}, ["{{ y }}\n"]),
        ("a:\n{{ if x }}\n  b: 1\n{{ else }}\n  {{ y }}\n{{ end }}\n", {"a": {"b": "1"}}, ["{{ y }}\n"]),
        ("a: {{- x | nindent 2 }}\n  b: 1\n", {"a": {"b": "1"}}, ["{{- x | "]),
        ("a: {{- x }}\n- b\n", {"a": ["b"]}, ["{{- x }}"]),
        ("- {{ x }}\n  b: 1\n", [{"b": "1"}], ["{{ x }}\n"]),
        ("a: {{ x }}\n  more\n", {"a": "{{ x }} more"}, []),
        ("---\n{{ x }}\na: 1\n", {"a": "1"}, ["{{ x }}\n"]),
        ("a: 1\n__EXTRA__\nb: 1\n", {"a": "1", "b": "1"}, ["__EXTRA_"]),
        ('a: "b\n  {{ x }}\n  c"\n', {"a": "b {{ x }} c"}, ["{{ x }}\n"]),
        ("# {{ x }}\n# ${Y}\na: 1\n", {"a": "1"}, []),
        ("a: |\n  {{ x }}\n  ${Y}\n", {"a": "{{ x }}\n${Y}\n"}, []),
        ("a: >-\n  {% if x %}\n  b\n  {% endif %}\nc: 1\n", {"a": "{% if x %} b {% endif %}", "c": "1"}, []),
        ("a: |\n  b: 1\n{{- if x }}\n  c: 1\n{{- end }}\n", {"a": "b: 1\n{{- if x }}\nc: 1\n"}, []),
        ("{{ if x }}{{ y }}{{ end }}\na: 1\n", {"a": "1"}, ["{{ y }}{"]),
        ("a:\n  b: 1\n  {{ if x }}c: {{ y }}{{ end }}\n  d: 1\n", {"a": {"b": "1", "d": "1"}}, ["{{ if x "]),
        ("- a\n{% if x %}- b{% endif %}\n- c\n", ["a", "c"], ["{% if x "]),
        ("a: {{ x\n  y }}\nb: 1\n", {"a": "{{ x\n  y }}", "b": "1"}, []),
        ("${A}-${B}: '${C}x'\n", {"${A}-${B}": "${C}x"}, []),
    ],
)
def test_what_is_read(content: str, expected: object, inserted: list[str]) -> None:
    assert read(content) == expected
    assert insertions(content) == inserted


def test_yaml_inside_a_block_scalar_stays_yaml() -> None:
    content = "v: |\n  {{- if .a }}\n  cidr: ${C}\n  {{- end }}\n  b: 1\n"
    masked = mask(content)
    outer = parse(masked.content, Limits())
    assert outer is not None
    assert not isinstance(outer, Scalar | Sequence)
    inner = outer.get("v")
    assert isinstance(inner, Scalar)
    assert restored(parse(inner.text, Limits()), masked) == {"cidr": "${C}", "b": "1"}


def test_conditional_ranges() -> None:
    content = "a: 1\n{{ if x }}\nb: 1\n{{ else }}\nc: 1\n{{ end }}\nd: 1\n"
    assert [content[start:end] for start, end in mask(content).conditional] == ["\nb: 1\n", "\nc: 1\n"]


def test_unmask_says_where_the_holes_are() -> None:
    masked = mask("x: ${A}/{{ b }} ${A}\n")
    text, places = unmask(masked.content[3:-1], masked.holes)
    assert text == "${A}/{{ b }} ${A}"
    assert [text[start:end] for start, end in places] == ["${A}", "{{ b }}", "${A}"]
    assert unmask("no hole", masked.holes) == ("no hole", ())


def test_private_characters_of_the_input_are_no_holes() -> None:
    content = 'a: \ue000${X}\ue001\nb: "\\ue002\\U0000E003"\nc: ${Y}\n'
    assert read(content) == {"a": "\ue000${X}\ue001", "b": "\ue002\ue003", "c": "${Y}"}


def test_more_holes_than_characters() -> None:
    content = "".join(f"- ${{V{n}}}\n" for n in range(6_500)) + "- ${V0}\n- ${V1}${V1}\n"
    values = read(content)
    assert isinstance(values, list)
    assert values[:6_399] == [f"${{V{n}}}" for n in range(6_399)]
    assert values[6_399:6_500] == ["…"] * 101
    assert values[6_500] == "${V0}"
    # The second must not melt into the first.
    assert values[6_501] == "${V1}…"


FRAGMENTS = st.sampled_from(
    [
        "a: ",
        "b: ",
        "- ",
        "${A}",
        "${B:=x}",
        "$${C}",
        "{{ x }}",
        "{{- if y }}",
        "{{ else }}",
        "{{- end }}",
        "{{ toYaml .z\n | nindent 2 }}",
        "{% for i in j %}",
        "{% endfor %}",
        "{# c #}",
        "#{ d }#",
        "#% if e %#",
        "%{ if f }",
        "%{ endif }",
        "{{/* g\n h */}}",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "  ",
        "    ",
        "# ",
        ": ",
        '"',
        "'",
        "[",
        "]",
        ", ",
        "{",
        "}",
        "---\n",
        ">-\n",
        "\ue000",
        "__K__",
        "\u2028",
        "$",
        "\\",
        "`",
    ]
) | st.sampled_from(["|", "|\n", "a: |\n", "k: |2\n", "k: >\n"])


@given(st.lists(FRAGMENTS, max_size=25).map("".join) | st.text(max_size=40))
def test_any_text_keeps_its_length_and_line_ends(content: str) -> None:
    masked = mask(content)
    assert len(masked.content) == len(content)
    for char in "\r\n\u2028":
        assert [at for at, own in enumerate(masked.content) if own == char] == [
            at for at, own in enumerate(content) if own == char
        ]
    assert all(0 <= start < end <= len(content) for start, end in masked.conditional)
    assert all(0 <= at < len(content) for at in masked.insertions)
    list(split(masked.content))


EXPRESSIONS = st.sampled_from(["${A}", "${A:=${B}}", "{{ .x }}", "{{ a | b('c') }}", "#{ d }#", '${P:=["10.0.0.0/8"]}'])
KEYS = st.text("abc", min_size=1, max_size=3)
TEXT = st.text("xyz./-", min_size=1, max_size=5).map(lambda text: f"v{text}v")
VALUES = st.lists(EXPRESSIONS | TEXT, min_size=1, max_size=4).map("".join)


@given(st.dictionaries(KEYS, VALUES | st.lists(VALUES, max_size=3), min_size=1, max_size=4), st.sampled_from(["", '"']))
def test_values_come_back(document: dict[str, str | list[str]], quote: str) -> None:
    # Quotes inside double quotes would be broken YAML before any template is rendered.
    lines = []
    for key, value in document.items():
        if isinstance(value, str):
            lines.append(f"{key}: {quote}{value}{quote}")
        else:
            lines.append(f"{key}: [{', '.join(quote + item + quote for item in value)}]")
    assert read("\n".join(lines)) == document


@given(st.lists(st.tuples(KEYS, EXPRESSIONS | TEXT), min_size=1, max_size=5))
def test_block_scalars_come_back(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"{key}={value}\n" for key, value in pairs)
    content = "a: |\n" + "".join(f"    {line}\n" for line in text.splitlines()) + "b: 1\n"
    assert read(content) == {"a": text, "b": "1"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A},${B:=x}", ["${A}", "${B:=x}"]),
        ("https://{{ .x }}:6443", ["{{ .x }}"]),
        ("#{ item }#", ["#{ item }#"]),
        ("$(POD_IP)/32", ["$(POD_IP)"]),
        ("$(hostname -I | cut -d' ' -f1)", ["$(hostname -I | cut -d' ' -f1)"]),
        ("$VIP/$PREFIX", ["$VIP", "$PREFIX"]),
        ("<VIP>", ["<VIP>"]),
        ("<your control plane address>:6443", ["<your control plane address>"]),
        ("ENC[AES256_GCM,data:x=,type:str]", ["ENC[AES256_GCM,data:x=,type:str]"]),
        ("op://vault/item/field", ["op://vault/item/field"]),
        ("ref+sops://a/b", ["ref+sops://a/b"]),
        ("__POD_CIDR__,__X__", ["__POD_CIDR__", "__X__"]),
        ("@VIP@", ["@VIP@"]),
        ("CHANGEME", ["CHANGEME"]),
        ("replace-me/24", ["replace-me"]),
        ("REPLACE_WITH_VIP", ["REPLACE_WITH_VIP"]),
        ("YOUR_VIP_HERE", ["YOUR_VIP_HERE"]),
        ("192.168.1.x", ["192.168.1.x"]),
        ("xxx.xxx.xxx.xxx/24", ["xxx.xxx.xxx.xxx"]),
    ],
)
def test_placeholders(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in placeholders(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.0.0/8",
        "fd00:10::/64,10.0.0.0/8",
        "::ffff:1.2.3.4",
        "0x1f",
        "6443",
        "xxx.example.com",
        "changeme.example.com",
        "todo",
        "replacement",
        "my_var__name",
        "__main",
        "user@HOST",
        "a < b > c",
        "$1.50",
        "100%",
        "--flag=a,b",
        "/64#1",
        "https://registry.k8s.io/pause:3.9@sha256:abc",
        "0.0.0.0",
    ],
)
def test_no_placeholder(text: str) -> None:
    assert placeholders(text) == ()


@pytest.mark.parametrize(
    "content",
    [
        "${" * 50_000,
        "${" * 25_000 + "}" * 25_000,
        "{{" * 50_000,
        "{%" * 50_000,
        "{{if}}'a'" * 10_000,
        "{{ x }}\n" * 12_000,
        "a: |\n" * 20_000 + "{{ x }}",
        ": | # " * 16_000 + "{{ x }}",
        " &a" * 30_000 + "{{ x }}\n{{ y }}",
        "a: {{x}}\n  b:b" + ":b" * 50_000,
        "- " * 50_000 + "{{ x }}\n{{ y }}",
        "\ue000" * 100_000 + "{{ x }}",
        "<a" * 50_000,
        "ENC[" * 25_000,
        "__a_" * 25_000,
        "xxx." * 25_000,
        "$(" * 50_000,
    ],
)
def test_hostile_text_costs_linear_time(content: str) -> None:
    before = time.perf_counter()
    masked = mask(content)
    unmask(masked.content, masked.holes)
    placeholders(content)
    assert time.perf_counter() - before < 1.5


def test_a_broken_template_is_still_refused() -> None:
    with pytest.raises(NotYaml):
        read("a: {{ x }}\n b: ]\n")
