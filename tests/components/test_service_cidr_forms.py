"""ServiceCIDR objects, in the forms in which they come, and what is none."""

import pytest

from famlint.components.model import Component, Value
from famlint.components.service_cidr import ServiceCidr
from famlint.unknown import Unknown
from tests.resolve.trees import resolved

PLAIN = "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: extra}\nspec: {cidrs: [10.97.0.0/16]}\n"


def found(text: str) -> list[ServiceCidr]:
    components: tuple[Component, ...] = resolved({"extra.yaml": text}).of("ServiceCIDR")
    return [ServiceCidr(component) for component in components]


def cidrs(subject: ServiceCidr) -> list[str]:
    listed = subject.cidrs
    return [item.text for item in listed.items or ()] if listed else []


def indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}" for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        '{"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "extra"},'
        ' "spec": {"cidrs": ["10.97.0.0/16"]}}',
        "apiVersion: v1\nkind: List\nitems:\n-\n" + indented(PLAIN, 2),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  extra.yaml: |\n" + indented(PLAIN, 4),
    ],
)
def test_a_form(text: str) -> None:
    (subject,) = found(text)
    assert (subject.name, cidrs(subject), subject.dumped) == ("extra", ["10.97.0.0/16"], False)
    assert isinstance(subject.api_version, Value)
    assert subject.api_version.text == "networking.k8s.io/v1"


def test_another_group() -> None:
    assert found(PLAIN.replace("networking.k8s.io", "networking.example.com")) == []


@pytest.mark.parametrize(
    ("text", "dumped"),
    [
        (PLAIN.replace("name: extra", "name: extra, uid: 1-2"), True),
        (PLAIN.replace("name: extra", "name: extra, resourceVersion: '7'"), True),
        (PLAIN + "status: {conditions: []}\n", True),
        (PLAIN + "status: {}\n", False),
    ],
)
def test_dumps(text: str, *, dumped: bool) -> None:
    (subject,) = found(text)
    assert subject.dumped is dumped


def test_placeholders() -> None:
    (subject,) = found(PLAIN.replace("10.97.0.0/16", "'${RANGE}'"))
    with pytest.raises(Unknown):
        _ = subject.cidrs
