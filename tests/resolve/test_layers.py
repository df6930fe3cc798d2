"""Layers of values over each other, and the order in which Helm releases get theirs."""

import pytest

from famlint.components.model import Leaf, Value
from famlint.positions import Span
from famlint.resolve.layers import Stratum, lay
from famlint.resolve.tree import Way, plant
from famlint.unknown import Unknown
from tests.resolve.trees import config_map, flux, kustomization, only, release_of, resolved, text_of

HERE = Span("a.yaml", 3, 6)
NO_WAY = Way("")


def leaf(text: str = "", *, absent: bool = False) -> Leaf:
    return Leaf(text, HERE, absent=absent)


def texts(*strata: Stratum) -> dict[str, str]:
    layered = lay(plant(()), strata)
    return {key: value.text if isinstance(value, Value) else value.reason for key, value in layered.values.items()}


def test_higher_ranks_win_and_equal_ranks_keep_their_order() -> None:
    low = Stratum(1, "low", {"env.a": leaf("low"), "env.b": leaf("low")}, NO_WAY)
    high = Stratum(2, "high", {"env.a": leaf("high")}, NO_WAY)
    again = Stratum(2, "again", {"env.a": leaf("again")}, NO_WAY)
    assert texts(high, low) == texts(low, high) == {"env.a": "high", "env.b": "low"}
    assert texts(high, again, low)["env.a"] == "again"
    assert texts(again, high, low)["env.a"] == "high"


def test_a_null_removes_what_lies_below_it_and_nothing_above() -> None:
    low = Stratum(1, "low", {"env.a": leaf("1"), "env.b": leaf("2"), "environment": leaf("3")}, NO_WAY)
    null = Stratum(2, "null", {"env": leaf(absent=True)}, NO_WAY)
    high = Stratum(3, "high", {"env.a": leaf("4")}, NO_WAY)
    assert texts(low, null) == {"environment": "3"}
    assert texts(low, null, high) == {"environment": "3", "env.a": "4"}


def test_an_opaque_stratum_hides_what_lies_under_it_only() -> None:
    low = Stratum(1, "low", {"env.a": leaf("1"), "env.b": leaf("2")}, NO_WAY)
    opaque = Stratum(2, "opaque", {"env.b": leaf("3")}, NO_WAY, "not in the tree")
    high = Stratum(3, "high", {"env.c": leaf("4")}, NO_WAY)
    layered = lay(plant(()), (high, opaque, low))
    assert layered.partial == "not in the tree"
    assert isinstance(layered.values["env.a"], Unknown)
    assert texts(low, opaque, high) == {"env.a": "not in the tree", "env.b": "3", "env.c": "4"}


def test_a_value_keeps_its_place_and_its_layer() -> None:
    value = lay(plant(()), (Stratum(1, "values", {"env.a": leaf("128")}, NO_WAY),)).values["env.a"]
    assert value == Value("128", HERE, "values")
    shared = lay(plant(()), (Stratum(1, "values", {"env.a": leaf("128")}, NO_WAY),), editable=False).values["env.a"]
    assert isinstance(shared, Value)
    assert not shared.editable


def release(values: str = "", values_from: str = "", version: str = "0.6.7") -> str:
    return (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: kube-vip}\nspec:\n"
        f"  chart: {{spec: {{chart: kube-vip, version: {version}}}}}\n"
        + (f"  valuesFrom: {values_from}\n" if values_from else "")
        + (f"  values: {values}\n" if values else "")
    )


MAP = config_map("vip", **{"values.yaml": '"env: {vip_cidr: \\"2\\", vip_interface: from}\\nimage: {tag: v0.8.8}\\n"'})
SINGLE = config_map("single", prefix='"4"')
FROM = "{kind: ConfigMap, name: vip}"
TARGET = "{kind: ConfigMap, name: single, valuesKey: prefix, targetPath: env.vip_cidr}"
PATCH = kustomization(resources="[release.yaml, maps.yaml]") + (
    "patches:\n- target: {kind: HelmRelease, name: kube-vip}\n  patch: |\n"
    "    - op: replace\n      path: /spec/values/env/vip_cidr\n      value: '5'\n"
)
LAYERS = {
    "default": ({"release.yaml": release()}, "32"),
    "valuesFrom": ({"release.yaml": release(values_from=f"[{FROM}]")}, "2"),
    "values": ({"release.yaml": release('{env: {vip_cidr: "3"}}', f"[{FROM}]")}, "3"),
    "targetPath": ({"release.yaml": release('{env: {vip_cidr: "3"}}', f"[{TARGET}, {FROM}]")}, "4"),
    "patch": (
        {"release.yaml": release('{env: {vip_cidr: "3"}}', f"[{TARGET}, {FROM}]"), "kustomization.yaml": PATCH},
        "5",
    ),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_flux_release_lays_them_in_this_order(layer: str) -> None:
    files, wanted = LAYERS[layer]
    # A map of values that nothing refers to would be a kube-vip of its own.
    maps = {} if layer == "default" else {"maps.yaml": f"{MAP}---\n{SINGLE}"}
    found = only({**maps, **files})
    assert text_of(found, "vip_cidr") == wanted
    assert text_of(found, "vip_arp") == "true"
    below = "ConfigMap, name: vip}" in files["release.yaml"]
    assert release_of(found) == ("v0.8.8" if below else "v0.8.9")
    assert text_of(found, "vip_interface") == ("from" if below else "")


def test_a_later_reference_wins_over_an_earlier_one() -> None:
    other = config_map("other", **{"values.yaml": '"env: {vip_cidr: \\"9\\", vip_arp: \\"true\\"}\\nimage: {}\\n"'})
    maps = {"maps.yaml": f"{MAP}---\n{other}"}
    pair = (FROM, "{kind: ConfigMap, name: other}")
    assert text_of(only({**maps, "release.yaml": release(values_from=f"[{', '.join(pair)}]")}), "vip_cidr") == "9"
    assert text_of(only({**maps, "release.yaml": release(values_from=f"[{', '.join(pair[::-1])}]")}), "vip_cidr") == "2"


def test_what_is_not_in_the_tree_makes_unknown_what_it_could_set() -> None:
    reference = "[{kind: Secret, name: vip}]"
    found = only({"release.yaml": release('{env: {vip_cidr: "3"}}', reference)})
    assert text_of(found, "vip_cidr") == "3"
    assert "Secret vip is not in the tree" in text_of(found, "vip_arp")
    assert "Secret vip is not in the tree" in found.partial
    one_key = TARGET.replace("single", "elsewhere")
    found = only({"release.yaml": release('{env: {vip_cidr: "3"}}', f"[{one_key}]")})
    assert "ConfigMap elsewhere" in text_of(found, "vip_cidr")
    assert text_of(found, "vip_arp") == "true"
    assert found.partial == ""


def test_a_helm_chart_config_lies_over_its_chart_and_set_over_both() -> None:
    def chart(kind: str, more: str) -> str:
        return f"apiVersion: helm.cattle.io/v1\nkind: {kind}\nmetadata: {{name: kube-vip}}\nspec:\n{more}"

    base = chart("HelmChart", "  chart: kube-vip\n  version: 0.6.7\n  valuesContent: |\n    env: {vip_cidr: '1'}\n")
    config = chart("HelmChartConfig", "  valuesContent: |\n    env: {vip_cidr: '2'}\n")
    assert text_of(only({"a.yaml": base}), "vip_cidr") == "1"
    assert text_of(only({"a.yaml": config, "b.yaml": base}), "vip_cidr") == "2"
    with_set = f"{base}  set:\n    env.vip_cidr: '3'\n"
    assert text_of(only({"a.yaml": config, "b.yaml": with_set}), "vip_cidr") == "3"


def test_side_by_side_values_files_are_layers() -> None:
    base = 'image: {tag: v0.8.9}\nenv: {vip_cidr: "24", vip_arp: "true", vip_interface: eth0}\n'
    prod = 'env: {vip_cidr: "128", vip_arp: "true"}\n'
    found = only({"kube-vip/values.yaml": base, "kube-vip/values-prod.yaml": prod})
    assert (text_of(found, "vip_cidr"), text_of(found, "vip_interface")) == ("128", "eth0")
    assert text_of(only({"kube-vip/values.yaml": base}), "vip_cidr") == "24"


def test_the_environment_goes_over_the_flag() -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-vip}\nspec:\n  containers:\n  - image: kube-vip:v0.8.9\n"
        "    args: [manager, --cidr=24, --arp]\n    env: ENV\n"
    )
    assert text_of(only({"pod.yaml": pod.replace("ENV", "[]")}), "vip_cidr") == "24"
    assert text_of(only({"pod.yaml": pod.replace("ENV", '[{name: vip_cidr, value: "128"}]')}), "vip_cidr") == "128"
    assert text_of(only({"pod.yaml": pod.replace("ENV", '[{name: vip_cidr, value: ""}]')}), "vip_cidr") == "24"


def test_a_flux_scope_does_not_turn_a_release_into_two() -> None:
    files = {"apps/release.yaml": release('{env: {vip_cidr: "3"}}'), "flux/apps.yaml": flux("./apps")}
    assert len(resolved(files).of("kube-vip")) == 1
