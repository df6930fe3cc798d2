"""Values files that a release names: parts of it where they are in the tree, unknown where they are not."""

from collections.abc import Mapping

import pytest

from famlint.components.model import Component
from tests.resolve.trees import kustomization, resolved, text_of

VALUES = "controlPlane: {distro: {k8s: {enabled: true}}}\nserviceCIDR: 10.96.0.0/16\n"
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: team, namespace: argocd}
spec:
  sources:
  - repoURL: https://charts.example.org
    chart: vcluster
    targetRevision: 0.24.0
    helm: {valueFiles: [%s]}
  - {repoURL: https://example.org/repo.git, ref: v}
"""


def only(files: Mapping[str, str]) -> Component:
    (found,) = resolved(files).of("vcluster")
    return found


def inflated(more: str) -> str:
    return kustomization(helmCharts=f"[{{name: vcluster, version: 0.24.0, releaseName: team, {more}}}]")


def test_kustomize_lays_inline_values_over_its_file() -> None:
    inline = "valuesFile: v.yaml, valuesInline: {serviceCIDR: 10.97.0.0/16}"
    found = only({"a/kustomization.yaml": inflated(inline), "a/v.yaml": VALUES})
    assert text_of(found, "serviceCIDR") == "10.97.0.0/16"
    assert text_of(found, "controlPlane.distro.k8s.enabled") == "true"
    assert found.partial == ""


def test_kustomize_lays_additional_files_in_their_order() -> None:
    files = {"a/v.yaml": VALUES, "a/w.yaml": "serviceCIDR: 10.98.0.0/16\n"}
    more = "valuesFile: v.yaml, additionalValuesFiles: [w.yaml]"
    assert text_of(only({"a/kustomization.yaml": inflated(more), **files}), "serviceCIDR") == "10.98.0.0/16"


@pytest.mark.parametrize("there", [{}, {"b/v.yaml": VALUES}])
def test_a_file_that_is_not_there_leaves_all_unknown(there: Mapping[str, str]) -> None:
    found = [
        one
        for one in resolved({"a/kustomization.yaml": inflated("valuesFile: v.yaml"), **there}).of("vcluster")
        if one.name == "team"
    ]
    assert [one.partial for one in found] == ["values come from a values file"]


def test_argo_cd_takes_files_of_another_source_by_the_end_of_their_path() -> None:
    found = only({"apps/app.yaml": APPLICATION % "$v/vc/values.yaml", "vc/values.yaml": VALUES})
    assert text_of(found, "serviceCIDR") == "10.96.0.0/16"
    assert found.partial == ""


@pytest.mark.parametrize("named", ["$v/vc/values.yaml", "values-prod.yaml"])
def test_argo_cd_files_that_are_not_clear_leave_all_unknown(named: str) -> None:
    files = {"apps/app.yaml": APPLICATION % named, "a/vc/values.yaml": VALUES, "b/vc/values.yaml": VALUES}
    found = [one for one in resolved(files).of("vcluster") if one.form == "Application"]
    assert [one.partial for one in found] == ["values come from files that the Application names"]
