"""Documents inside documents: what is opened, to which depth, and where its values stand in the file."""

from base64 import b64encode
from textwrap import indent

import pytest

from famlint.documents.document import Role
from famlint.documents.limits import Limits
from tests.documents.opening import opened, value_at, written

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: deep}\nspec: {prefix: '128'}\n"


def config_map(name: str, content: str, style: str = "|") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n  a.yaml: {style}\n" + indent(
        content, "    "
    )


def quoted(content: str) -> str:
    return '"' + content.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def in_quotes(content: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: q}}\ndata:\n  a.yaml: {quoted(content)}\n"


def in_single_quotes(content: str) -> str:
    body = content.replace("'", "''").replace("\n", "\n\n")
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: q}}\ndata:\n  a.yaml: '{body}'\n"


def folded(content: str) -> str:
    """Every line end is doubled, so that folding leaves one of two."""
    return config_map("f", content.replace("\n", "\n\n"), ">")


DEEP = {
    "literal": config_map("one", POD),
    "three literals": config_map("one", config_map("two", config_map("three", POD))),
    "chomped and indented": config_map("one", config_map("two", POD, "|2-"), "|+ # kept"),
    "folded": folded(POD),
    "folded in a literal": config_map("one", folded(POD)),
    "literal in a folded": folded(config_map("two", POD).replace("\n    ", "\n     ")),
    "quoted": in_quotes(POD),
    "quoted in a literal": config_map("one", in_quotes(POD)),
    "literal in quotes": in_quotes(config_map("two", POD)),
    "quotes in quotes": in_quotes(in_quotes(POD)),
    "single quotes": in_single_quotes(POD),
    "crlf": config_map("one", config_map("two", POD)).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("form", DEEP)
def test_the_place_is_exact_at_every_depth(form: str) -> None:
    content = DEEP[form]
    documents, faults = opened(content)
    assert faults == []
    assert [one.kind for one in documents] == ["ConfigMap"] * (len(documents) - 1) + ["Pod"]
    text, span = value_at(documents[-1], "spec", "prefix")
    assert text == "128"
    assert (written(content, span), span.literal) == ("128", True)
    name, where = value_at(documents[-1], "metadata", "name")
    assert (name, written(content, where)) == ("deep", "deep")


def secret(content: str) -> str:
    encoded = b64encode(content.encode()).decode()
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata:\n  a.yaml: {encoded}\n"


def test_base64_stands_at_its_scalar() -> None:
    content = secret(config_map("two", POD))
    documents, faults = opened(content)
    assert faults == []
    assert [one.kind for one in documents] == ["Secret", "ConfigMap", "Pod"]
    text, span = value_at(documents[-1], "spec", "prefix")
    assert text == "128"
    assert not span.literal
    assert written(content, span) == content.rpartition(" ")[2].strip()


def test_base64_inside_a_literal_block() -> None:
    content = config_map("one", secret(POD))
    documents, _ = opened(content)
    text, span = value_at(documents[-1], "spec", "prefix")
    assert (text, span.literal) == ("128", False)
    assert written(content, span) == content.rpartition(" ")[2].strip()


@pytest.mark.parametrize("data", ["'%%%'", "${SECRET}", "/w==", "''", "!!binary AAAA"])
def test_what_is_no_text_in_base64_is_left_alone(data: str) -> None:
    documents, faults = opened(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata:\n  a.yaml: {data}\n")
    assert [one.kind for one in documents] == ["Secret"]
    assert faults == []


def test_a_stream_in_a_string() -> None:
    content = config_map("one", f"{POD}---\n# nothing\n---\n{POD.replace('deep', 'second')}")
    documents, faults = opened(content)
    assert faults == []
    names = [value_at(one, "metadata", "name") for one in documents]
    assert [name for name, _ in names] == ["one", "deep", "second"]
    assert [written(content, span) for _, span in names] == ["one", "deep", "second"]


def test_carriers_name_what_they_hold() -> None:
    content = (
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: vip, namespace: kube-system}\nspec:\n"
        "  chart: kube-vip\n  version: 0.6.7\n  valuesContent: |\n    env: {a: '1'}\n"
    )
    documents, _ = opened(content)
    outer, inner = documents
    assert (outer.carrier, inner.role) == (None, Role.VALUES)
    assert inner.carrier is not None
    assert (inner.carrier.kind, inner.carrier.name, inner.carrier.namespace) == ("HelmChart", "vip", "kube-system")
    assert inner.carrier.chart is not None
    assert inner.carrier.version is not None
    assert (inner.carrier.chart.scalar.text, inner.carrier.version.scalar.text) == ("kube-vip", "0.6.7")
    assert written(content, value_at(inner, "env", "a")[1]) == "1"


def test_a_patch_in_a_patch() -> None:
    def flux(patch: str, kind: str) -> str:
        return (
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k}\nspec:\n  patches:\n"
            f"  - target: {{kind: {kind}}}\n    patch: |\n" + indent(patch, "      ")
        )

    release = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r}\nspec: {values: {a: '128'}}\n"
    )
    content = flux(flux(release, "HelmRelease"), "Kustomization")
    documents, faults = opened(content)
    assert faults == []
    assert [one.role for one in documents] == [Role.MANIFEST, Role.PATCH, Role.PATCH, Role.VALUES]
    text, span = value_at(documents[-1], "a")
    assert (text, written(content, span)) == ("128", "128")
    carrier = documents[-1].carrier
    assert carrier is not None
    assert carrier.target is not None
    assert carrier.target.kind == "HelmRelease"


def test_any_string_that_is_an_object_is_opened_and_others_are_not() -> None:
    content = "apiVersion: example.com/v1\nkind: Machine\nspec:\n  files:\n  - content: |\n" + indent(POD, "      ")
    documents, _ = opened(content)
    assert [one.kind for one in documents] == ["Machine", "Pod"]
    assert written(content, value_at(documents[1], "spec", "prefix")[1]) == "128"
    prose = content.replace("kind: Pod", "sort: Pod")
    assert [one.kind for one in opened(prose)[0]] == ["Machine"]
    assert [one.kind for one in opened(content.replace("Machine", "CustomResourceDefinition"))[0]] == [
        "CustomResourceDefinition"
    ]
    assert [one.kind for one in opened(content, relevant=lambda text: "nothing" in text)[0]] == ["Machine"]


def test_a_key_that_some_release_names_holds_values_whatever_is_in_it() -> None:
    content = config_map("vip", "env:\n  vip_cidr: '128'\n")
    assert [one.role for one in opened(content, relevant=lambda _: False)[0]] == [Role.MANIFEST]
    documents, _ = opened(content, relevant=lambda _: False, wanted=frozenset({("ConfigMap", "vip")}))
    assert [one.role for one in documents] == [Role.MANIFEST, Role.VALUES]
    assert written(content, value_at(documents[1], "env", "vip_cidr")[1]) == "128"


def test_placeholders_inside_are_known_as_such() -> None:
    content = config_map("one", POD.replace("'128'", '"${PREFIX:=128}"'))
    documents, _ = opened(content)
    ref = documents[-1].ref("spec", "prefix")
    assert ref is not None
    text, holes, span = ref.text.value(ref.scalar)
    assert (text, holes, written(content, span)) == ("${PREFIX:=128}", ((0, 14),), "${PREFIX:=128}")


def test_the_depth_is_bounded() -> None:
    content = POD
    for level in range(4):
        content = config_map(f"n{level}", content)
    assert len(opened(content)[0]) == 5
    assert len(opened(content, depth=2)[0]) == 3
    assert len(opened(content, depth=0)[0]) == 1


def test_a_broken_carried_text_is_a_fault_at_its_place() -> None:
    chart = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: vip}\nspec:\n  valuesContent: |\n"
    content = chart + "    env:\n    - [unclosed\n    more: {\n"
    documents, faults = opened(content)
    assert [one.kind for one in documents] == ["HelmChart"]
    (fault,) = faults
    assert fault.kind == "unparsable"
    assert content.index("unclosed") <= fault.span.start < len(content)
    assert not fault.templated


def test_a_broken_text_that_nobody_said_to_be_yaml_is_none() -> None:
    documents, faults = opened(config_map("one", "kind: Pod\n- [unclosed\n"))
    assert [one.kind for one in documents] == ["ConfigMap"]
    assert faults == []


def test_limits_hold_inside() -> None:
    chart = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: vip}\nspec:\n  valuesContent: |\n"
    content = chart + "    a: [[[[[[1]]]]]]\n"
    _, faults = opened(content, limits=Limits(depth=4))
    assert [fault.kind for fault in faults] == ["limit"]
    assert opened(content, limits=Limits(depth=9))[1] == []


def test_a_tag_on_a_line_of_its_own_inside_a_string_stands_for_keys() -> None:
    inner = POD + "{{ toYaml .Values.more }}\n"
    content = config_map("one", inner)
    (_, pod), faults = opened(content)
    assert faults == []
    text, span = value_at(pod, "spec", "prefix")
    assert (text, written(content, span)) == ("128", "128")
    assert pod.open(pod.root)
    (_, closed), _ = opened(config_map("one", POD))
    assert not closed.open(closed.root)


def test_a_tag_in_a_value_inside_a_string_stays_a_placeholder() -> None:
    content = config_map("one", POD.replace("'128'", "'{{ .Values.prefix }}'") + "---\n{{ if .x }}\na: 1\n{{ end }}\n")
    (_, pod, _), faults = opened(content)
    assert faults == []
    text, span = value_at(pod, "spec", "prefix")
    assert text == written(content, span) == "{{ .Values.prefix }}"
