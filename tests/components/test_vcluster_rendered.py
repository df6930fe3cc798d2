"""What rendered objects and dumps show of a virtual cluster."""

import pytest

from famlint.components.model import Component
from famlint.components.vcluster import KIND, VirtualCluster
from famlint.components.vcluster_rendered import labelled_chart
from famlint.network.versions import Version
from famlint.unknown import Unknown
from tests.forms.vcluster import API, FAULT, K0S, K3S, config_secret, workload
from tests.marked import unmarked
from tests.resolve.trees import release_of, resolved, results, text_of

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: my-vc
  namespace: team-a
  labels: {app: vcluster, chart: vcluster-0.36.1, vcluster.loft.sh/service: "true"}
  annotations: {vcluster.loft.sh/service-cidr: "10.96.0.0/12"}
spec:
  type: ClusterIP
  clusterIPs: ["10.96.4.4", "fd00:10:96::44"]
  ipFamilies: [IPv4, IPv6]
  ipFamilyPolicy: PreferDualStack
  ports: [{name: https, port: 443}]
"""
SYNCER = """\
- name: syncer
  image: ghcr.io/loft-sh/vcluster-pro:0.30.2
"""


def components(text: str) -> tuple[Component, ...]:
    return resolved(unmarked({"rendered.yaml": text})).of(KIND)


def only(text: str) -> VirtualCluster:
    (component,) = components(text)
    return VirtualCluster(component)


@pytest.mark.parametrize(
    ("text", "chart", "version"),
    [
        ("vcluster-0.36.1", "vcluster", Version(0, 36, 1)),
        ("vcluster-k8s-0.15.2", "vcluster-k8s", Version(0, 15, 2)),
        ("vcluster-eks-0.19.0-alpha.3", "vcluster-eks", Version(0, 19, 0)),
        ("vcluster-0.29.0_build.1", "vcluster", Version(0, 29, 0)),
        ("vcluster-pro-0.1.0", "", None),
        ("my-vcluster-0.30.0", "", None),
        ("vcluster", "", None),
    ],
)
def test_the_label_of_the_chart(text: str, chart: str, version: Version | None) -> None:
    assert labelled_chart(text) == (chart, version)


def test_the_secret_holds_the_values() -> None:
    vcluster = only(config_secret("networking: {podCIDR: 10.244.0.0/16}\nrbac: {}\nplugins: {}\n"))
    assert (vcluster.component.namespace, vcluster.component.name) == ("team-a", "my-vc")
    assert text_of(vcluster.component, "networking.podCIDR") == "10.244.0.0/16"
    value = vcluster.get("networking.podCIDR")
    assert value is not None
    assert not value.span.literal
    assert vcluster.decoded


def test_the_secret_without_a_label_is_of_an_unknown_release() -> None:
    text = config_secret().replace('chart: "vcluster-0.36.1", ', "")
    vcluster = only(text)
    assert release_of(vcluster.component).startswith("[")
    assert (vcluster.chart, vcluster.legacy, vcluster.decoded) == ("vcluster", False, True)


def test_a_broken_secret_is_reported() -> None:
    (result,) = results(unmarked({"a.yaml": config_secret("serviceCIDR: [\n")}))
    assert [fault.kind for fault in result.faults] == ["unparsable"]


def test_values_in_another_secret_are_values_by_themselves() -> None:
    vcluster = only(config_secret().replace("vc-config-my-vc", "my-config"))
    assert (vcluster.form, vcluster.decoded, vcluster.bare) == ("Secret", False, True)
    assert release_of(vcluster.component).startswith("[")


def test_another_secret_is_no_virtual_cluster() -> None:
    assert components(K0S.replace("chart: vcluster-k0s-0.15.2, ", "").replace("kind: Cluster", "kind: Other")) == ()


def test_k3s_shows_its_range_and_nothing_else() -> None:
    vcluster = only(K3S)
    assert text_of(vcluster.component, "serviceCIDR") == FAULT.replace(" ", "")
    assert (vcluster.chart, vcluster.legacy, vcluster.certain, vcluster.decoded) == ("vcluster", True, True, False)
    with pytest.raises(Unknown):
        vcluster.get("service.type")


@pytest.mark.parametrize("text", [K3S, API, K0S])
def test_what_is_filled_in_at_run_time_is_unknown(text: str) -> None:
    later = "CIDR_PLACEHOLDER" if text is K0S else "$(SERVICE_CIDR)"
    for fault in (FAULT, FAULT.replace(" ", "")):
        text = text.replace(f"«{fault}»", later)
    with pytest.raises(Unknown):
        only(text).get("serviceCIDR")


def test_several_ranges_for_k3s_are_unknown() -> None:
    text = K3S.replace("--disable=traefik,servicelb", "--service-cidr=10.43.0.0/16")
    with pytest.raises(Unknown, match="several"):
        only(text).get("serviceCIDR")


def test_the_flags_of_the_api_server_are_there() -> None:
    vcluster = only(API)
    assert text_of(vcluster.component, "@flag.advertise-address") == "0.0.0.0"
    assert text_of(vcluster.component, "@flag.endpoint-reconciler-type") == "none"
    assert text_of(vcluster.component, "serviceCIDR") == FAULT
    assert vcluster.component.name == "my-vc"


@pytest.mark.parametrize(
    ("label", "image", "version", "key"),
    [
        ("vcluster-0.30.2", "ghcr.io/loft-sh/vcluster-pro:0.30.2", "v0.30.2", "controlPlane.statefulSet.image.tag"),
        ("vcluster-0.30.2", "ghcr.io/loft-sh/vcluster-pro:0.29.0", "v0.30.2", "controlPlane.statefulSet.image.tag"),
        ("other", "mirror.example.org/vcluster-oss:0.25.0", "v0.25.0", "controlPlane.statefulSet.image.tag"),
        ("vcluster-k0s-0.18.1", "loftsh/vcluster:0.18.1", "v0.18.1", "syncer.image.tag"),
    ],
)
def test_the_release_of_a_workload(label: str, image: str, version: str, key: str) -> None:
    text = workload(
        "StatefulSet", label, "my-vc", "vcluster", SYNCER.replace("ghcr.io/loft-sh/vcluster-pro:0.30.2", image)
    )
    vcluster = only(text)
    assert release_of(vcluster.component) == version
    assert text_of(vcluster.component, key) == image.rpartition(":")[2]
    with pytest.raises(Unknown):
        vcluster.get("serviceCIDR")


def test_kustomize_gives_another_image() -> None:
    files = {
        "vc.yaml": workload("StatefulSet", "other", "my-vc", "vcluster", SYNCER),
        "kustomization.yaml": (
            "resources: [vc.yaml]\nimages:\n  - {name: ghcr.io/loft-sh/vcluster-pro, newTag: 0.36.1}\n"
        ),
    }
    (component,) = resolved(files).of(KIND)
    assert release_of(component) == "v0.36.1"


def test_the_service_of_a_dump_has_the_keys_of_the_values() -> None:
    vcluster = only(SERVICE)
    component = vcluster.component
    assert text_of(component, "controlPlane.service.annotations.vcluster.loft.sh/service-cidr") == "10.96.0.0/12"
    value = vcluster.get("controlPlane.service.spec.clusterIPs")
    assert value is not None
    assert [item.text for item in value.items or ()] == ["10.96.4.4", "fd00:10:96::44"]
    assert (vcluster.form, release_of(component), vcluster.legacy, vcluster.certain) == (
        "Service",
        "v0.36.1",
        False,
        True,
    )
    assert not vcluster.bare


def test_the_cached_range_of_a_dump_is_none_that_is_set() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vc-cidr-my-vc}\ndata: {cidr: 10.96.0.0/12}\n"
    vcluster = only(text)
    assert (vcluster.component.name, text_of(vcluster.component, "@detected")) == ("my-vc", "10.96.0.0/12")
    assert vcluster.legacy
    with pytest.raises(Unknown):
        vcluster.get("serviceCIDR")


@pytest.mark.parametrize(
    "text",
    [
        SERVICE.replace('{vcluster.loft.sh/service-cidr: "10.96.0.0/12"}', "{}"),
        SERVICE.replace("app: vcluster", "app: web").replace('vcluster.loft.sh/service: "true"', "a: b"),
        workload("Deployment", "web-1.0.0", "web", "vcluster", "- {name: web, image: 'nginx:1.27'}\n"),
        workload("Deployment", "web-1.0.0", "web", "web", SYNCER),
        workload("StatefulSet", "vcluster-0.30.2", "my-vc-etcd", "vcluster-etcd", "- {name: etcd, image: 'etcd:3'}\n"),
    ],
)
def test_what_is_no_virtual_cluster(text: str) -> None:
    assert components(text) == ()


def test_objects_of_one_release_are_replicas_of_one() -> None:
    from famlint.components.vcluster import ADAPTER

    assert ADAPTER.identity is not None
    found = components(f"{SERVICE}---\n{config_secret()}")
    assert {ADAPTER.identity(one) for one in found} == {" team-a/my-vc"}
    (bare,) = resolved({"vcluster.yaml": "sync: {toHost: {}}\n"}).of(KIND)
    assert ADAPTER.identity(bare) == ""
