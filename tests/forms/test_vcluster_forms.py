"""One fault of vcluster's in every form: the value is read at its place, with its release and its chart."""

import pytest

from famlint.components.model import Component, Value
from famlint.components.vcluster import KIND, VirtualCluster
from tests.forms.vcluster import (
    FAULT,
    FORMS,
    VALUES,
    config_secret,
    helm_release,
    instance,
    template,
    template_version,
)
from tests.marked import unmarked
from tests.resolve.trees import release_of, resolved, results, text_of

PLACEHOLDER = "${SERVICE_RANGE}"


def written(files: dict[str, str], value: Value) -> str:
    return files[value.span.path][value.span.start : value.span.end]


def components(files: dict[str, str]) -> tuple[Component, ...]:
    return resolved(unmarked(files)).of(KIND)


def marked(files: dict[str, str]) -> tuple[str, str]:
    """The file with the mark, and what stands in it."""
    ((path, text),) = [(path, text) for path, text in files.items() if "«" in text]
    return path, text.partition("«")[2].partition("»")[0]


@pytest.mark.parametrize("name", FORMS)
def test_the_value_is_read_at_its_place(name: str) -> None:
    form = FORMS[name]
    (component,) = components(form.files)
    value = component.get("serviceCIDR")
    path, text = marked(form.files)
    assert value is not None
    assert value.text.replace(" ", "") == FAULT.replace(" ", "")
    assert (value.span.path, written(unmarked(form.files), value)) == (path, text)


@pytest.mark.parametrize("name", FORMS)
def test_release_chart_and_form_are_understood(name: str) -> None:
    form = FORMS[name]
    (component,) = components(form.files)
    vcluster = VirtualCluster(component)
    assert vcluster.form == form.form
    assert vcluster.chart == form.chart
    assert vcluster.legacy == (form.generation == "legacy")
    assert release_of(component) == form.version if form.version else release_of(component).startswith("[")


@pytest.mark.parametrize("name", [name for name in FORMS if "secret" not in name])
def test_a_placeholder_is_unknown(name: str) -> None:
    path, text = marked(FORMS[name].files)
    files = {**FORMS[name].files, path: FORMS[name].files[path].replace(f"«{text}»", PLACEHOLDER)}
    (component,) = components(files)
    assert text_of(component, "serviceCIDR").startswith("[")


@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_reported_as_unreadable(name: str) -> None:
    assert [fault for result in results(unmarked(FORMS[name].files)) for fault in result.faults] == []


@pytest.mark.parametrize("name", FORMS)
def test_windows_line_ends_change_nothing(name: str) -> None:
    files = {path: text.replace("\n", "\r\n") for path, text in FORMS[name].files.items()}
    (component,) = components(files)
    assert text_of(component, "serviceCIDR").replace(" ", "") == FAULT.replace(" ", "")


def test_each_version_of_a_template_is_a_virtual_cluster_of_its_own_release() -> None:
    versions = "  versions:\n" + template_version("1.0.0", "0.30.2") + template_version("2.0.0", "0.34.0")
    found = components({"vc.yaml": template(versions)})
    assert [(one.name, release_of(one)) for one in found] == [
        ("my-template", "v0.36.1"),
        ("my-template/1.0.0", "v0.30.2"),
        ("my-template/2.0.0", "v0.34.0"),
    ]


def test_an_instance_of_a_template_has_no_values_of_its_own() -> None:
    text = (
        "apiVersion: management.loft.sh/v1\nkind: VirtualClusterInstance\nmetadata: {name: my-vc}\n"
        "spec:\n  templateRef: {name: my-template, version: 1.0.x}\n"
    )
    assert components({"vc.yaml": text}) == ()


def test_a_release_without_values_is_a_virtual_cluster() -> None:
    (component,) = components({"vc.yaml": helm_release("")})
    assert (component.get("serviceCIDR"), release_of(component)) == (None, "v0.36.1")
    (component,) = components({"vc.yaml": instance("")})
    assert (component.get("serviceCIDR"), release_of(component)) == (None, "v0.36.1")


def test_a_part_of_a_template_that_depends_on_a_parameter_is_unknown() -> None:
    values = "{{- if .Values.dual }}\nserviceCIDR: 10.96.0.0/12\n{{- end }}\nsync: {toHost: {}}\n"
    (component,) = components({"vc.yaml": template(values=values)})
    assert text_of(component, "serviceCIDR").startswith("[")


def test_the_secret_beside_the_release_is_the_same_virtual_cluster() -> None:
    found = components({"rendered.yaml": config_secret(), "vc.yaml": helm_release(VALUES)})
    assert [(one.namespace, one.name, one.form) for one in found] == [
        ("team-a", "my-vc", "Secret"),
        ("team-a", "my-vc", "HelmRelease"),
    ]
