"""Flux' variables: filled where the tree holds them, unknown everywhere else."""

from famlint.components.model import Value
from tests.resolve.trees import config_map, daemon_set, flux, only, resolved, text_of

APP = {"apps/vip/ds.yaml": daemon_set('vip_cidr: "${PREFIX}"')}
FROM = "{substituteFrom: [{kind: ConfigMap, name: settings}]}"
TWO = "{substituteFrom: [{kind: ConfigMap, name: settings}, {kind: ConfigMap, name: more}]}"


def prefix(files: dict[str, str]) -> str:
    return text_of(only({**APP, **files}), "vip_cidr")


def test_filled_from_the_config_map() -> None:
    files = {"flux/ks.yaml": flux("./apps", FROM), "flux/settings.yaml": config_map("settings", PREFIX='"128"')}
    assert prefix(files) == "128"
    value = only({**APP, **files}).values["vip_cidr"]
    assert isinstance(value, Value)
    ((span, message),) = value.via
    assert files["flux/settings.yaml"][span.start : span.end] == "128"
    assert (span.path, message) == ("flux/settings.yaml", "PREFIX is set here")
    assert not value.editable


def test_part_of_a_text_is_filled() -> None:
    app = {"apps/vip/ds.yaml": daemon_set('vip_cidr: "${V4},${V6:=64}"')}
    files = {"flux/ks.yaml": flux("./apps", FROM), "flux/a.yaml": config_map("settings", V4='"24"', V6='"128"')}
    assert text_of(only({**app, **files}), "vip_cidr") == "24,128"


def test_substitute_goes_over_substitute_from_and_later_maps_over_earlier() -> None:
    maps = f"{config_map('settings', PREFIX='a')}---\n{config_map('more', PREFIX='b')}"
    inline = TWO.replace("{substituteFrom", "{substitute: {PREFIX: c}, substituteFrom")
    assert prefix({"flux/ks.yaml": flux("./apps", TWO), "flux/maps.yaml": maps}) == "b"
    assert prefix({"flux/ks.yaml": flux("./apps", inline), "flux/maps.yaml": maps}) == "c"


def test_the_nearest_map_of_the_name_counts() -> None:
    files = {
        "prod/flux/ks.yaml": flux("./prod/apps", FROM),
        "prod/flux/settings.yaml": config_map("settings", PREFIX="near"),
        "test/flux/settings.yaml": config_map("settings", PREFIX="far"),
        "prod/apps/ds.yaml": daemon_set('vip_cidr: "${PREFIX}"'),
    }
    assert text_of(only(files), "vip_cidr") == "near"


def test_two_kustomizations_over_one_directory_are_two_clusters() -> None:
    files = {
        "a/ks.yaml": flux("./apps", FROM),
        "a/settings.yaml": config_map("settings", PREFIX="24"),
        "b/ks.yaml": flux("./apps/vip", FROM),
        "b/settings.yaml": config_map("settings", PREFIX="128"),
    }
    found = resolved({**APP, **files}).of("kube-vip")
    assert sorted(text_of(one, "vip_cidr") for one in found) == ["128", "24"]
    values = [one.values["vip_cidr"] for one in found]
    assert all(isinstance(value, Value) and not value.editable for value in values)


def test_an_inner_and_an_outer_kustomization_that_disagree_leave_it_unknown() -> None:
    def files(outer: str) -> dict[str, str]:
        return {
            "flux/ks.yaml": flux("./apps/vip", f"{{substitute: {{PREFIX: '{outer}'}}}}"),
            "apps/vip/ks.yaml": flux("./app", "{substitute: {PREFIX: '24'}}"),
            "app/ds.yaml": daemon_set('vip_cidr: "${PREFIX}"'),
        }

    assert "different values" in text_of(only(files("128")), "vip_cidr")
    assert text_of(only(files("24")), "vip_cidr") == "24"


def test_a_default_is_never_the_value() -> None:
    app = {"apps/vip/ds.yaml": daemon_set('vip_cidr: "${PREFIX:=128}"')}
    assert text_of(only(app), "vip_cidr").startswith("[a placeholder: ${PREFIX:=128}")
    files = {**app, "flux/ks.yaml": flux("./apps", FROM), "flux/settings.yaml": config_map("settings", OTHER="1")}
    assert "no ConfigMap of the tree sets it" in text_of(only(files), "vip_cidr")
    files["flux/settings.yaml"] = config_map("settings", PREFIX="24")
    assert text_of(only(files), "vip_cidr") == "24"


def test_other_directories_and_placeholders_are_not_covered() -> None:
    settings = {"flux/settings.yaml": config_map("settings", PREFIX="24")}
    assert "no Flux Kustomization" in prefix({"flux/ks.yaml": flux("./elsewhere", FROM), **settings})
    assert "no Flux Kustomization" in prefix({"flux/ks.yaml": flux("./apps/vi", FROM), **settings})
    nested = {"flux/settings.yaml": config_map("settings", PREFIX='"${OTHER}"')}
    assert "its value is a placeholder" in prefix({"flux/ks.yaml": flux("./apps", FROM), **nested})
