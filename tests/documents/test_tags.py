"""Template tags: their extent, their kind, and the parts of a text that depend on them."""

import time

import pytest

from famlint.documents.tags import conditional, tags


def found(content: str) -> list[tuple[str, str]]:
    return [(content[tag.start : tag.end], tag.kind) for tag in tags(content)]


def parts(content: str) -> list[str]:
    return [content[start:end] for start, end in conditional(content, tags(content))]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: ${A}${B}", ["${A}", "${B}"]),
        ("${A:=${B}} x", ["${A:=${B}}"]),
        ('["${POD_CIDR:=["192.168.0.0/18"]}"]', ['${POD_CIDR:=["192.168.0.0/18"]}']),
        ("$${X}", ["$${X}"]),
        ("${A:=don't} ${B}", ["${A:=don't}", "${B}"]),
        ("${A:='}'}x", ["${A:='}'}"]),
        ("'${A:=}' }'", ["${A:=}"]),
        ("${A ${B}", ["${B}"]),
        ("${A\n}", []),
        ('${cidrhost(split(",", x)[0], 10)}', ['${cidrhost(split(",", x)[0], 10)}']),
        ("${{ secrets.X }}", ["${{ secrets.X }}"]),
        ("{{ .x }}{{- y -}}", ["{{ .x }}", "{{- y -}}"]),
        ('{{ {"a": {"b": 1}} }}x', ['{{ {"a": {"b": 1}} }}']),
        ("{{`{{ $labels.x }}`}}", ["{{`{{ $labels.x }}`}}"]),
        ('{{ "}}" }}', ['{{ "}}" }}']),
        ('{{ " }} "', ['{{ " }}']),
        ("{{ a\n  | b }} c", ["{{ a\n  | b }}"]),
        ("{{ a\n{{ b }}", ["{{ b }}"]),
        ("{{{ a }}}", ["{{{ a }}}"]),
        ("{{ a", []),
        ("a }} b", []),
        ("- #{ item }#", ["#{ item }#"]),
        ("#{ item", []),
        ("#{ item\n}#", []),
        ("%{http_code}", ["%{http_code}"]),
        ("{% include 'a' %}", ["{% include 'a' %}"]),
        ("__A_B__\n  __C__  \nx: __D__\n__E", ["__A_B__", "__C__"]),
    ],
)
def test_expressions(content: str, expected: list[str]) -> None:
    assert found(content) == [(text, "expression") for text in expected]


@pytest.mark.parametrize(
    "tag",
    [
        "{{- /* don't }} mind */ -}}",
        "{{/* a\n b */}}",
        "{{- $x := .y }}",
        "{{ $a, $b := .y }}",
        "{{ $x = 1 }}",
        "{{ break }}",
        '{{ fail "no" }}',
        "{# a\n b #}",
        "#| a |#",
        "{% set x = 1 %}",
        "{%- raw -%}",
        "{% endraw %}",
        "#% set x = 1 %#",
    ],
)
def test_silent(tag: str) -> None:
    assert found(f"a\n{tag}\nb") == [(tag, "silent")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{% if a %}1{% elif b %}2{% else %}3{% endif %}4", ["1", "2", "3"]),
        ("{{- if a }}1{{ else if b }}2{{else}}3{{ end -}}4", ["1", "2", "3"]),
        ("{{ range $i, $e := .x }}1{{ end }}2", ["1"]),
        ("{{ with .x }}1{{ end }}{{ define `x` }}2{{ end }}{{ block `x` . }}3{{ end }}4", ["1", "2", "3"]),
        ("#% for x in y %#1#% endfor %#2", ["1"]),
        ("%{ if a ~}1%{ else }2%{ endif }3", ["1", "2"]),
        ("%{ for a in b }1%{ endfor }2", ["1"]),
        ("{%- if a -%}{% for b in c %}1{% endfor %}{% endif %}2", ["{% for b in c %}1{% endfor %}", "1"]),
        ("{% macro a() %}1{% endmacro %}{% set b %}2{% endset %}3", ["1", "2"]),
        ("{% raw %}1{% endraw %}2", []),
        ("{{ if a }}1", ["1"]),
        ("# {{ if a }}\n1", []),
        ("# {{ if a }}\n1\n# {{ end }}", ["\n1\n# "]),
        ("1{{ end }}2{% endif %}3{{ else }}4", []),
        ("{% if a %}{% for b in c %}1{% endif %}2", ["{% for b in c %}1", "1"]),
        ("{{ range(3) }}1{{ endpoint }}{{ ifx }}{{ if }}", []),
    ],
)
def test_conditional_parts(content: str, expected: list[str]) -> None:
    assert parts(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        "${" * 50_000,
        "${a" * 33_000 + "}",
        '${"' * 33_000,
        "${\\" * 33_000,
        "$" * 100_000,
        "{{" * 50_000,
        "{{" * 50_000 + "}}",
        "{{ \n" * 25_000,
        "{{ '" * 25_000,
        '{{"' * 33_000,
        "{{ `\n" * 20_000,
        "{{ { }}" * 14_000,
        "{{/*\n" * 20_000,
        "{{ ' }}" * 14_000,
        "{%" * 50_000,
        "{% \n" * 25_000 + "%}",
        "{#\n" * 33_000,
        "#{" * 50_000,
        "#|" * 50_000,
        "%{" * 50_000,
        "__A" * 33_000,
        "{% if %}" * 7_000 + "{% endfor %}" * 4_000,
    ],
)
def test_hostile_text_costs_linear_time(content: str) -> None:
    before = time.perf_counter()
    list(conditional(content, tags(content)))
    assert time.perf_counter() - before < 1
