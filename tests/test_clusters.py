"""Which Services belong to which kube-vip: nearest unique, and everything that leaves it open."""

from collections.abc import Mapping

import pytest

from famlint.clusters import Grouping, Known, Named, group
from famlint.components.kube_apiserver import KubeApiserver
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Component
from famlint.components.service_cidr import ServiceCidr
from famlint.network.versions import Version
from famlint.unknown import Unknown
from tests.resolve.trees import daemon_set, kustomization, resolved, service

ON = 'svc_enable: "true"'
POOL = "apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\nmetadata: {name: pool}\nspec: {addresses: [10.0.0.0/24]}\n"
VIP = daemon_set(ON)


def grouped(files: Mapping[str, str], named: Mapping[str, Named] | None = None) -> Grouping:
    return group(resolved(files), named or {})


def links(found: Grouping) -> dict[str, list[str]]:
    """The files of the Services of each kube-vip, by its file."""
    return {
        kube_vip.component.span.path: sorted(link.service.component.span.path for link in linked)
        for cluster in found.clusters
        for kube_vip, linked in cluster.links
    }


def why(found: Grouping) -> list[str]:
    return [link.why for cluster in found.clusters for _, linked in cluster.links for link in linked]


def test_the_only_one_of_the_tree() -> None:
    found = grouped({"infra/vip/ds.yaml": VIP, "apps/web/svc.yaml": service()})
    assert links(found) == {"infra/vip/ds.yaml": ["apps/web/svc.yaml"]}
    assert why(found) == ["the only kube-vip in the tree"]


def test_the_nearest_one() -> None:
    found = grouped(
        {
            "prod/vip/ds.yaml": VIP,
            "prod/apps/svc.yaml": service(),
            "lab/vip/ds.yaml": VIP,
            "lab/apps/deep/down/svc.yaml": service(),
        }
    )
    assert links(found) == {
        "prod/vip/ds.yaml": ["prod/apps/svc.yaml"],
        "lab/vip/ds.yaml": ["lab/apps/deep/down/svc.yaml"],
    }
    assert sorted(why(found)) == ["the only kube-vip in lab/", "the only kube-vip in prod/"]


def test_one_stream_goes_first() -> None:
    found = grouped({"a.yaml": f"{VIP}---\n{service()}", "b.yaml": VIP})
    assert links(found) == {"a.yaml": ["a.yaml"], "b.yaml": []}
    assert why(found) == ["both stand in a.yaml"]


def test_two_equally_near_are_ambiguous_and_said() -> None:
    found = grouped({"prod/ds.yaml": VIP, "lab/ds.yaml": VIP, "apps/svc.yaml": service()})
    assert links(found) == {"prod/ds.yaml": [], "lab/ds.yaml": []}
    (note,) = found.notes
    assert note.startswith("Service web (apps/svc.yaml): 2 kube-vip are equally near")


@pytest.mark.parametrize(("other", "together"), [("192.0.2.1", True), ("192.0.2.2", False)])
def test_replicas_name_the_same_address(other: str, together: bool) -> None:
    def node(address: str) -> str:
        return daemon_set(f"{ON}\naddress: {address}")

    files = {"node1/ds.yaml": node("192.0.2.1"), "node2/ds.yaml": node(other), "apps/svc.yaml": service()}
    linked = ["apps/svc.yaml"] if together else []
    assert links(grouped(files)) == {"node1/ds.yaml": linked, "node2/ds.yaml": linked}


@pytest.mark.parametrize(
    "scope",
    ["test", "tests", "e2e", "example", "examples", "testdata", "hack", "vendor", "ci", "test-data", "Fixtures"],
)
def test_scopes_of_their_own(scope: str) -> None:
    files = {f"{scope}/ds.yaml": VIP, f"{scope}/svc.yaml": service("inside"), "apps/svc.yaml": service()}
    assert links(grouped(files)) == {f"{scope}/ds.yaml": [f"{scope}/svc.yaml"]}
    files = {"vip/ds.yaml": VIP, f"{scope}/svc.yaml": service("inside"), "apps/svc.yaml": service()}
    assert links(grouped(files)) == {"vip/ds.yaml": ["apps/svc.yaml"]}
    assert grouped(files).notes == ()


@pytest.mark.parametrize("directory", ["contest", "cilium", "examination", "hacks-and-tools"])
def test_words_that_only_look_like_a_scope(directory: str) -> None:
    files = {f"{directory}/ds.yaml": VIP, "apps/svc.yaml": service()}
    assert links(grouped(files)) == {f"{directory}/ds.yaml": ["apps/svc.yaml"]}


def test_pools_of_another_load_balancer() -> None:
    found = grouped({"vip/ds.yaml": VIP, "metallb/pool.yaml": POOL, "apps/svc.yaml": service()})
    assert links(found) == {"vip/ds.yaml": []}
    assert found.notes == ("Service web (apps/svc.yaml): the tree also holds pools of another load balancer",)
    near = grouped({"prod/ds.yaml": VIP, "lab/pool.yaml": POOL, "prod/svc.yaml": service()})
    assert links(near) == {"prod/ds.yaml": ["prod/svc.yaml"]}
    elsewhere = grouped({"vip/ds.yaml": VIP, "examples/pool.yaml": POOL, "apps/svc.yaml": service()})
    assert links(elsewhere) == {"vip/ds.yaml": ["apps/svc.yaml"]}


def test_one_that_serves_no_services_does_not_stand_in_the_way() -> None:
    control_plane = daemon_set('svc_enable: "false"\ncp_enable: "true"')
    files = {"cp/ds.yaml": control_plane, "svc/ds.yaml": VIP, "apps/svc.yaml": service()}
    assert links(grouped(files)) == {"cp/ds.yaml": [], "svc/ds.yaml": ["apps/svc.yaml"]}
    files["cp/ds.yaml"] = daemon_set("svc_enable: ${SVC}")
    assert links(grouped(files)) == {"cp/ds.yaml": [], "svc/ds.yaml": []}


def test_a_kustomization_moves_its_files_to_its_own_directory() -> None:
    files = {
        "base/vip/ds.yaml": VIP,
        "clusters/prod/kustomization.yaml": kustomization(resources="[../../base/vip/ds.yaml]"),
        "clusters/prod/apps/svc.yaml": service(),
        "clusters/lab/ds.yaml": VIP,
    }
    assert links(grouped(files))["base/vip/ds.yaml"] == ["clusters/prod/apps/svc.yaml"]


def test_configured_clusters_split_what_directories_do_not() -> None:
    files = {"a/ds.yaml": VIP, "b/ds.yaml": VIP, "apps/a/svc.yaml": service("a"), "apps/b/svc.yaml": service("b")}
    named = {
        "one": Named(("a", "apps/a")),
        "two": Named(("./b/", "apps/b/**"), Known(versions={"kube-vip": Version(1, 2, 3)})),
    }
    found = grouped(files, named)
    assert links(found) == {"a/ds.yaml": ["apps/a/svc.yaml"], "b/ds.yaml": ["apps/b/svc.yaml"]}
    assert [(cluster.name, len(cluster.of(KubeVip))) for cluster in found.clusters] == [("one", 1), ("two", 1)]
    releases = {cluster.name: str(cluster.of(KubeVip)[0].version) for cluster in found.clusters}
    assert releases == {"one": "v0.8.9", "two": "v1.2.3"}


def test_the_closest_configured_path_wins() -> None:
    files = {"all/ds.yaml": VIP, "all/inner/ds.yaml": VIP, "all/inner/svc.yaml": service()}
    found = grouped(files, {"outer": Named(("all",)), "inner": Named(("all/inner",))})
    assert links(found) == {"all/ds.yaml": [], "all/inner/ds.yaml": ["all/inner/svc.yaml"]}


def test_a_configured_cluster_is_stronger_than_a_pool() -> None:
    files = {"vip/ds.yaml": VIP, "vip/pool.yaml": POOL, "apps/svc.yaml": service()}
    assert links(grouped(files, {"prod": Named(("vip", "apps"))})) == {"vip/ds.yaml": ["apps/svc.yaml"]}


API_SERVER = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver}\nspec:\n  containers:\n  - name: kube-apiserver\n"
    "    image: registry.k8s.io/kube-apiserver:v1.31.4\n    command: [kube-apiserver, --bind-address=::]\n"
)
SERVICE_CIDR = (
    "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: kubernetes}\nspec: {cidrs: [10.96.0.0/16]}\n"
)


def near(found: Grouping) -> tuple[str, str]:
    """The file of the API server of the only ServiceCIDR, and why; the reason in brackets where it stays open."""
    (cluster,) = [cluster for cluster in found.clusters if cluster.of(ServiceCidr)]
    (service_cidr,) = cluster.of(ServiceCidr)
    try:
        server = cluster.nearest(service_cidr.component, KubeApiserver)
    except Unknown as unknown:
        return f"[{unknown.reason}]", ""
    return (server.subject.component.span.path, server.why) if server else ("", "")


def test_any_component_asks_for_the_nearest_of_a_type() -> None:
    files = {"prod/cp/api.yaml": API_SERVER, "prod/apps/range.yaml": SERVICE_CIDR, "lab/api.yaml": API_SERVER}
    assert near(grouped(files)) == ("prod/cp/api.yaml", "the only kube-apiserver in prod/")
    assert near(grouped({"range.yaml": SERVICE_CIDR})) == ("", "")
    open_one = {"a/api.yaml": API_SERVER, "b/api.yaml": API_SERVER, "apps/range.yaml": SERVICE_CIDR}
    assert near(grouped(open_one))[0].startswith("[2 kube-apiserver are equally near (")


def test_what_the_configuration_knows_of_a_cluster_and_of_its_host() -> None:
    known = Known(Version(1, 33, 0), minor=True, services=("fd00:1::/112",))
    named = {"host": Named(known=known), "tenant": Named(("a",), host="host")}
    (tenant,) = grouped({"a/api.yaml": API_SERVER}, named).clusters
    assert tenant.host is not None
    assert (tenant.host.name, tenant.host.kubernetes, tenant.host.known.services) == (
        "host",
        Version(1, 33, 0),
        ("fd00:1::/112",),
    )
    assert tenant.kubernetes is None


def test_a_minor_version_that_is_given_goes_over_the_image() -> None:
    files = {"a/api.yaml": API_SERVER, "b/ds.yaml": VIP}
    (cluster,) = group(resolved(files), {}, Known(Version(1, 33, 0), minor=True)).clusters
    assert [str(one.component.known_version) for one in cluster.of(KubeApiserver)] == ["v1.33.0"]
    assert [str(one.version) for one in cluster.of(KubeVip)] == ["v0.8.9"]


def test_several_that_are_equally_near_can_be_asked_together() -> None:
    files = {"n1/api.yaml": API_SERVER, "n2/api.yaml": API_SERVER, "range.yaml": SERVICE_CIDR, "far/deep/ds.yaml": VIP}
    (cluster,) = grouped(files).clusters
    (service_cidr,) = cluster.of(ServiceCidr)
    found = cluster.equally_near(service_cidr.component, KubeApiserver)
    assert [one.subject.component.span.path for one in found] == ["n1/api.yaml", "n2/api.yaml"]
    assert {one.why for one in found} == {"the nearest kube-apiserver, 2 that agree"}
    assert cluster.equally_near(service_cidr.component, KubeApiserver, only=_of_the_first_node) == (
        found[0]._replace(why="the only kube-apiserver in the tree"),
    )


def _of_the_first_node(component: Component) -> bool:
    return component.span.path.startswith("n1/")
