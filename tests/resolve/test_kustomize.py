"""Kustomize: chains of its files, images, patch files and patches inside."""

import pytest

from famlint.components.model import Value
from tests.resolve.trees import daemon_set, flux, kustomization, only, release_of, resolved, service, text_of

BASE = {"base/ds.yaml": daemon_set(), "base/kustomization.yaml": kustomization(resources="[ds.yaml]")}
IMAGE = "ghcr.io/kube-vip/kube-vip"


def overlay(**fields: str) -> dict[str, str]:
    return {**BASE, "prod/kustomization.yaml": kustomization(resources="[../base]", **fields)}


def test_a_tag_of_the_overlay() -> None:
    found = only(overlay(images=f"[{{name: {IMAGE}, newTag: v1.2.3}}]"))
    assert release_of(found) == "v1.2.3"
    assert found.version_span is not None
    assert found.version_span.path == "prod/kustomization.yaml"


@pytest.mark.parametrize(
    ("images", "release"),
    [
        ("[{name: other, newTag: v1.2.3}]", "v0.8.9"),
        ("[{name: kube-vip, newTag: v1.2.3}]", "v0.8.9"),
        (f"[{{name: {IMAGE}, newName: mirror/kube-vip}}]", "v0.8.9"),
        (f"[{{name: {IMAGE}, newTag: latest}}]", "[the image tag 'latest' names no release]"),
        (f"[{{name: {IMAGE}, digest: 'sha256:00'}}]", "[the image has no tag]"),
        (f"[{{name: {IMAGE}, newName: m/kube-vip}}, {{name: m/kube-vip, newTag: v1.0.4}}]", "v1.0.4"),
    ],
)
def test_images(images: str, release: str) -> None:
    assert release_of(only(overlay(images=images))) == release


def test_the_outermost_tag_wins_through_three_levels() -> None:
    files = overlay(images=f"[{{name: {IMAGE}, newTag: v1.0.4}}]")
    files["site/kustomization.yaml"] = kustomization(
        resources="[../prod]", images=f"[{{name: {IMAGE}, newTag: v1.1.2}}]"
    )
    assert release_of(only(files)) == "v1.1.2"


def test_two_overlays_are_two_components_of_one_file_that_is_not_edited_for_both() -> None:
    files = overlay(images=f"[{{name: {IMAGE}, newTag: v1.0.4}}]")
    files["lab/kustomization.yaml"] = kustomization(resources="[../base]")
    found = resolved(files).of("kube-vip")
    assert sorted((one.place.home, release_of(one)) for one in found) == [("lab", "v0.8.9"), ("prod", "v1.0.4")]
    for one in found:
        value = one.values["vip_cidr"]
        assert isinstance(value, Value)
        assert not value.editable
    alone = only(BASE).values["vip_cidr"]
    assert isinstance(alone, Value)
    assert alone.editable


PATCH = (
    "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: NAME}\nspec:\n  template:\n    spec:\n      containers:\n"
    "      - name: kube-vip\n        env:\n        - {name: vip_cidr, value: '24'}\n"
)


@pytest.mark.parametrize("field", ["patches", "patchesStrategicMerge"])
def test_a_patch_file(field: str) -> None:
    listed = "[{path: patch.yaml}]" if field == "patches" else "[patch.yaml]"
    files = {**overlay(**{field: listed}), "prod/patch.yaml": PATCH.replace("NAME", "kube-vip")}
    found = only(files)
    assert (text_of(found, "vip_cidr"), release_of(found)) == ("24", "v0.8.9")
    value = found.values["vip_cidr"]
    assert isinstance(value, Value)
    assert (value.span.path, value.layer) == ("prod/patch.yaml", "patch")


def test_a_patch_of_another_object_changes_nothing() -> None:
    files = {**overlay(patches="[{path: patch.yaml}]"), "prod/patch.yaml": PATCH.replace("NAME", "other")}
    assert text_of(only(files), "vip_cidr") == "128"


def test_a_json_patch_on_containers_is_not_guessed() -> None:
    patch = '[{target: {kind: DaemonSet}, patch: "[{op: remove, path: /spec/template/spec/containers/0/env/0}]"}]'
    assert text_of(only(overlay(patches=patch)), "vip_cidr") == "[a JSON patch changes it]"
    harmless = patch.replace("/spec/template/spec/containers/0/env/0", "/metadata/labels")
    assert text_of(only(overlay(patches=harmless)), "vip_cidr") == "128"
    other = patch.replace("DaemonSet", "Deployment")
    assert text_of(only(overlay(patches=other)), "vip_cidr") == "128"


def test_a_patch_of_flux_reaches_what_lies_below_its_path() -> None:
    inline = "".join(f"      {line}\n" for line in PATCH.replace("NAME", "kube-vip").splitlines())
    patches = f"  patches:\n  - patch: |\n{inline}    target: {{kind: DaemonSet}}\n"
    assert text_of(only({**BASE, "flux/ks.yaml": flux("./base") + patches}), "vip_cidr") == "24"
    assert text_of(only({**BASE, "flux/ks.yaml": flux("./prod") + patches}), "vip_cidr") == "128"


def test_the_namespace_of_the_outermost_kustomization() -> None:
    assert only(overlay(namespace="vips")).namespace == "vips"
    assert only(BASE).namespace == ""


def test_kustomizations_that_list_each_other_end() -> None:
    files = {
        "a/kustomization.yaml": kustomization(resources="[../b, ds.yaml]"),
        "b/kustomization.yaml": kustomization(resources="[../a]"),
        "a/ds.yaml": daemon_set(),
    }
    assert text_of(only(files), "vip_cidr") == "128"


@pytest.mark.parametrize(
    ("patch", "key", "text"),
    [
        ("{op: add, path: /metadata/annotations/kube-vip.io~1loadbalancerIPs, value: 10.0.0.9}",
         "annotations.kube-vip.io/loadbalancerIPs", "10.0.0.9"),
        ("{op: replace, path: /spec/loadBalancerIP, value: 10.0.0.9}", "spec.loadBalancerIP", "10.0.0.9"),
        ("{op: remove, path: /spec/loadBalancerIP}", "spec.loadBalancerIP", ""),
        ("{op: add, path: /metadata/labels/app, value: web}", "spec.loadBalancerIP", "192.0.2.10"),
    ],
)  # fmt: skip
def test_a_json_patch_of_a_service(patch: str, key: str, text: str) -> None:
    target = "{kind: Service, name: web}"
    files = {
        "base/svc.yaml": service(),
        "base/kustomization.yaml": kustomization(resources="[svc.yaml]"),
        "prod/kustomization.yaml": kustomization(
            resources="[../base]", patches=f"[{{target: {target}, patch: '[{patch}]'}}]"
        ),
    }
    (found,) = resolved(files).of("Service")
    assert text_of(found, key) == text


def test_a_json_patch_of_one_item_of_a_list_makes_the_service_unknown() -> None:
    patch = "[{op: add, path: /spec/ipFamilies/0, value: IPv6}]"
    files = {
        "base/svc.yaml": service(),
        "base/kustomization.yaml": kustomization(resources="[svc.yaml]"),
        "prod/kustomization.yaml": kustomization(
            resources="[../base]", patches=f"[{{target: {{kind: Service}}, patch: '{patch}'}}]"
        ),
    }
    assert resolved(files).of("Service") == ()
