"""Which range the API server of a virtual cluster gets, and which one its Pods, key by key."""

import pytest

from famlint.behaviours.vcluster.ranges import BY_DEFAULT, pod_range, readable, service_range
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.unknown import Unknown
from tests.made_clusters import cluster_of
from tests.vcluster.subjects import helm
from tests.vcluster_rest.subjects import BARE, PRIVATE, Settings

SERVICE = "serviceCIDR"
NETWORKING = "networking.serviceCIDR"
POD = "networking.podCIDR"
API = "controlPlane.distro.k8s.apiServer"
MANAGER = "controlPlane.distro.k8s.controllerManager"
FLAG = "--service-cluster-ip-range=10.1.0.0/16"
K3S = {"controlPlane.distro.k3s.enabled": "true"}
K0S = {"controlPlane.distro.k0s.enabled": "true"}


def services(vcluster: VirtualCluster) -> str | None:
    found = service_range(vcluster, cluster_of(vcluster))
    return found.text if found is not None else None


def is_open(vcluster: VirtualCluster) -> bool:
    try:
        service_range(vcluster, cluster_of(vcluster))
    except Unknown:
        return True
    return False


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({}, None),
        ({SERVICE: ""}, None),
        ({SERVICE: "10.2.0.0/16"}, "10.2.0.0/16"),
        ({NETWORKING: "10.3.0.0/16"}, None),
        ({SERVICE: "10.2.0.0/16", NETWORKING: "10.3.0.0/16"}, "10.2.0.0/16"),
        ({**PRIVATE}, "10.96.0.0/12"),
        ({**PRIVATE, NETWORKING: "10.3.0.0/16"}, "10.3.0.0/16"),
        ({**PRIVATE, SERVICE: "10.2.0.0/16", NETWORKING: "10.3.0.0/16"}, "10.2.0.0/16"),
        ({f"{API}.extraArgs": [FLAG]}, "10.1.0.0/16"),
        ({SERVICE: "10.2.0.0/16", f"{API}.extraArgs": [FLAG, "--v=2"]}, "10.1.0.0/16"),
        ({f"{API}.extraArgs": ["--service-cluster-ip-range=10.9.0.0/16", FLAG]}, "10.1.0.0/16"),
        ({f"{API}.extraArgs": [], f"{API}.command": []}, None),
        ({**K3S, SERVICE: "10.2.0.0/16", f"{API}.extraArgs": [FLAG]}, "10.2.0.0/16"),
        ({**K0S, SERVICE: "10.2.0.0/16"}, "10.2.0.0/16"),
    ],
)
def test_unified(settings: Settings, text: str | None) -> None:
    assert services(helm(settings)) == text


@pytest.mark.parametrize(
    "settings",
    [
        {SERVICE: "10.2.0.0/16", f"{API}.command": ["/bin/api"]},
        {SERVICE: "10.2.0.0/16", f"{API}.enabled": "false"},
        {**K3S, SERVICE: "10.2.0.0/16", "controlPlane.distro.k3s.command": ["/k3s"]},
        {**K3S, "controlPlane.distro.k3s.extraArgs": ["--service-cidr=10.2.0.0/16"]},
        {**K0S, SERVICE: "10.2.0.0/16", "controlPlane.distro.k0s.config": "apiVersion: k0s"},
        {f"{API}.extraArgs": ["--service-cluster-ip-range=((X))"]},
    ],
)
def test_unified_is_open(settings: Settings) -> None:
    assert is_open(helm(settings))


@pytest.mark.parametrize("key", [SERVICE, f"{API}.extraArgs", f"{API}.command", "controlPlane.distro.k3s.enabled"])
def test_placeholders(key: str) -> None:
    assert is_open(helm(unknown=[key]))


def test_the_mode_of_a_file_is_open() -> None:
    assert services(helm(form=BARE)) is None
    assert is_open(helm({NETWORKING: "10.3.0.0/16"}, form=BARE))


def test_values_out_of_sight() -> None:
    assert is_open(helm(partial="a Secret is not in the tree"))
    assert services(helm({SERVICE: "10.2.0.0/16"}, partial="a Secret is not in the tree")) == "10.2.0.0/16"


@pytest.mark.parametrize(
    ("chart", "release", "read"),
    [
        ("vcluster", "0.5.0", True),
        ("vcluster", "0.16.4", True),
        ("vcluster", "0.17.0", False),
        ("vcluster", "0.19.10", False),
        ("vcluster-k8s", "0.18.1", True),
        ("vcluster-k8s", "0.19.0", False),
        ("vcluster-eks", "0.18.1", True),
        ("vcluster-eks", "0.19.10", False),
        ("vcluster-k0s", "0.19.10", True),
    ],
)
def test_charts_that_read_the_key(chart: str, release: str, *, read: bool) -> None:
    found = services(helm({SERVICE: "10.2.0.0/16"}, release, chart=chart))
    assert found == ("10.2.0.0/16" if read else None)


@pytest.mark.parametrize(
    ("chart", "release", "fixed"),
    [
        ("vcluster", "0.4.5", True),
        ("vcluster", "0.5.0", False),
        ("vcluster-k8s", "0.5.0", True),
        ("vcluster-k8s", "0.8.1", True),
        ("vcluster-k8s", "0.9.0", False),
        ("vcluster-k0s", "0.8.1", True),
        ("vcluster-eks", "0.6.0", True),
        ("vcluster-eks", "0.8.1", True),
        ("vcluster-eks", "0.9.0", False),
    ],
)
def test_charts_with_a_range_of_their_own(chart: str, release: str, *, fixed: bool) -> None:
    found = service_range(helm({}, release, chart=chart), cluster_of())
    assert (found is not None) is fixed
    if found is not None:
        assert (found.text, found.layer, found.span.literal) == ("10.96.0.0/12", BY_DEFAULT, False)


@pytest.mark.parametrize(
    ("chart", "settings"),
    [
        ("vcluster-k0s", {SERVICE: "10.2.0.0/16", "config": "apiVersion: k0s.k0sproject.io/v1beta1"}),
        ("vcluster-k8s", {SERVICE: "10.2.0.0/16", "api.extraArgs": [FLAG]}),
        ("vcluster", {"vcluster.extraArgs": ["--service-cidr=10.2.0.0/16"]}),
        ("vcluster", {"vcluster.baseArgs": ["--service-cidr", "10.2.0.0/16"]}),
    ],
)
def test_legacy_is_open(chart: str, settings: Settings) -> None:
    assert is_open(helm(settings, "0.15.0", chart=chart))


def test_what_is_rendered_counts_whatever_the_chart_reads() -> None:
    rendered = helm({SERVICE: "10.2.0.0/16"}, "0.18.0", form="StatefulSet", partial="an object shows only a part")
    assert services(rendered) == "10.2.0.0/16"


class TestPods:
    @pytest.mark.parametrize(
        ("settings", "text"),
        [
            ({}, None),
            ({POD: "10.4.0.0/16"}, None),
            (PRIVATE, "10.244.0.0/16"),
            ({**PRIVATE, POD: ""}, "10.244.0.0/16"),
            ({**PRIVATE, POD: "10.4.0.0/16,fd00::/56"}, "10.4.0.0/16,fd00::/56"),
        ],
    )
    def test_text(self, settings: Settings, text: str | None) -> None:
        found = pod_range(helm(settings))
        assert (found.text if found else None) == text

    def test_the_default_stands_nowhere(self) -> None:
        found = pod_range(helm(PRIVATE))
        assert found is not None
        assert (found.layer, found.span.literal, found.editable) == (BY_DEFAULT, False, False)

    @pytest.mark.parametrize(
        "settings",
        [{f"{MANAGER}.command": ["/bin/cm"]}, {f"{MANAGER}.extraArgs": ["--cluster-cidr=10.4.0.0/16"]}],
    )
    def test_open(self, settings: Settings) -> None:
        with pytest.raises(Unknown):
            pod_range(helm({**PRIVATE, POD: "10.5.0.0/16", **settings}))


@pytest.mark.parametrize("text", ["10.96.0.0", "10.96.0.0/12, fd00::/108", "banana", "", "10.0.0.0/8,"])
def test_unreadable(text: str) -> None:
    value = helm({SERVICE: text}).component.values[SERVICE]
    assert isinstance(value, Value)
    assert readable(value) is None
