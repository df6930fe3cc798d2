"""Which keys miss a network key of a schema, and which are merely unknown."""

import pytest

from famlint.documents.limits import Limits
from famlint.documents.yaml import parse
from famlint.misnaming import misnamed
from famlint_schemas import load


def told(schema: str, text: str) -> list[tuple[str, tuple[str, ...], bool]]:
    root = parse(text, Limits())
    assert root is not None
    return [(one.path, one.instead, one.moved) for one in misnamed(load(schema), root)]


@pytest.mark.parametrize(
    ("text", "path", "instead", "moved"),
    [
        ("serviceCidr: a", "serviceCidr", ("serviceCIDR",), False),
        ("service-cidr: a", "service-cidr", ("serviceCIDR",), False),
        ("serviceCIDRs: a", "serviceCIDRs", ("serviceCIDR",), False),
        ("networking: {podCidr: a}", "networking.podCidr", ("networking.podCIDR",), False),
        ("networking: {podCDIR: a}", "networking.podCDIR", ("networking.podCIDR",), False),
        ("podCIDR: a", "podCIDR", ("networking.podCIDR",), True),
        ("networking: {bindAddress: a}", "networking.bindAddress", ("controlPlane.proxy.bindAddress",), True),
        ("controlPlane: {serviceCIDR: a}", "controlPlane.serviceCIDR", ("serviceCIDR", "networking.serviceCIDR"), True),
    ],
)
def test_vcluster(text: str, path: str, instead: tuple[str, ...], moved: bool) -> None:
    assert told("vcluster", text) == [(path, instead, moved)]


@pytest.mark.parametrize(
    "text",
    [
        "serviceCIDR: a\nnetworking: {podCIDR: b, serviceCIDR: c}",
        "sync: {toHost: {services: {enabled: true}}}",
        "controlPlane: {service: {spec: {clusterIP: None, bindAddress: a}}}",
        "controlPlane: {hostPathMapper: {enabled: true}, something: 1}",
        "endpointt: a",
        "- serviceCidr: a",
        "<<: {serviceCidr: a}",
        "serviceCIDR:",
    ],
)
def test_silent_on_what_is_right_or_none_of_the_networks_business(text: str) -> None:
    assert told("vcluster", text) == []


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("cluster-cdir", "cluster-cidr"),
        ("cluster_cidr", "cluster-cidr"),
        ("clusterCIDR", "cluster-cidr"),
        ("service-cidrs", "service-cidr"),
        ("servce-cidr", "service-cidr"),
        ("advertise-adress", "advertise-address"),
        ("node-external-ips", "node-external-ip"),
    ],
)
def test_rancher(key: str, instead: str) -> None:
    assert told("rancher", f"{key}: a") == [(key, (instead,), False)]


@pytest.mark.parametrize(
    "key",
    ["node-ip", "cluster-cidr+", "tls-san+", "node-name", "bind-addressing", "cluster-domain", "tls-san-security"],
)
def test_rancher_is_silent(key: str) -> None:
    assert told("rancher", f"{key}: a") == []
