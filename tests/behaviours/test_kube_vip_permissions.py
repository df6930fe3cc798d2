"""Which ClusterRole keeps a kube-vip from watching EndpointSlices, and all that may give it the right."""

from collections.abc import Mapping

import pytest

from famlint.behaviours.kube_vip_permissions import Lacking, lacks_slices
from famlint.clusters import group
from famlint.components.kube_vip import KubeVip
from famlint.unknown import Unknown
from tests.resolve.trees import resolved

API = "apiVersion: rbac.authorization.k8s.io/v1\n"
SERVICES = "- {apiGroups: [''], resources: [services, endpoints], verbs: [list, get, watch]}\n"
LEASES = "- {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [list, get, watch, update, create]}\n"
RIGHT = "- {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, get, watch]}\n"
LACKING = SERVICES + LEASES
WATCHED = LACKING + RIGHT


def role(rules: str = LACKING, name: str = "vip", kind: str = "ClusterRole", namespace: str = "") -> str:
    where = f", namespace: {namespace}" if namespace else ""
    return f"{API}kind: {kind}\nmetadata: {{name: {name}{where}}}\nrules:\n{rules}"


def binding(
    subject: str = "kind: ServiceAccount, name: vip, namespace: kube-system",
    name: str = "vip",
    kind: str = "ClusterRoleBinding",
    of: str = "ClusterRole",
) -> str:
    return (
        f"{API}kind: {kind}\nmetadata: {{name: {name}-binding, namespace: kube-system}}\n"
        f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {of}, name: {name}}}\nsubjects: [{{{subject}}}]\n"
    )


def workload(
    tag: str = "v1.0.4", env: str = "svc_enable: 'true'", pod: str = "", name: str = "kube-vip", kind: str = "DaemonSet"
) -> str:
    variables = ", ".join(
        f"{{name: {key}, value: {value}}}" for key, _, value in (e.partition(": ") for e in env.split("; "))
    )
    spec = f"{{serviceAccountName: vip{pod}, containers: [{{name: kube-vip, args: [manager], env: [{variables}], "
    spec += f"image: 'ghcr.io/kube-vip/kube-vip:{tag}'}}]}}"
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: kube-system}}\n"
        f"spec: {{template: {{spec: {spec}}}}}\n"
    )


def found(files: Mapping[str, str]) -> dict[str, Lacking | str | None]:
    """What is said of each kube-vip, by its file; the fact in brackets where it is unknown."""
    (cluster,) = group(resolved(files), {}).clusters
    said: dict[str, Lacking | str | None] = {}
    for kube_vip in cluster.of(KubeVip):
        try:
            said[kube_vip.component.span.path] = lacks_slices(kube_vip, cluster)
        except Unknown as unknown:
            said[kube_vip.component.span.path] = f"[{unknown.reason}]"
    return said


def one(*documents: str) -> Lacking | str | None:
    (said,) = found({"vip.yaml": "---\n".join(documents)}).values()
    return said


def lacking(*documents: str) -> str:
    said = one(*documents)
    assert isinstance(said, Lacking)
    return said.role.component.name


def test_a_role_without_the_right() -> None:
    said = one(workload(), role(), binding())
    assert isinstance(said, Lacking)
    assert (said.account, said.why) == ("vip", "both stand in vip.yaml")
    assert said.role.component.name == "vip"
    assert said.binding.component.name == "vip-binding"
    assert len(said.kube_vips) == 1


def test_in_files_of_their_own() -> None:
    said = found({"infra/ds.yaml": workload(), "infra/rbac/role.yaml": role(), "infra/rbac/b.yaml": binding()})
    assert isinstance(said["infra/ds.yaml"], Lacking)


@pytest.mark.parametrize(
    ("tag", "env"),
    [
        ("v1.0.0", "svc_enable: 'true'"),
        ("v1.2.3", "svc_enable: 'true'; enable_endpoints: 'false'"),
        ("v0.7.0", "svc_enable: 'true'; enable_endpointslices: 'true'"),
        ("v0.9.2", "svc_enable: 'true'; enable_endpointslices: 'true'"),
    ],
)
def test_releases_that_read_endpointslices(tag: str, env: str) -> None:
    assert lacking(workload(tag, env), role(), binding()) == "vip"


@pytest.mark.parametrize(
    ("tag", "env"),
    [
        ("v0.9.2", "svc_enable: 'true'"),
        ("v0.6.4", "svc_enable: 'true'; enable_endpointslices: 'true'"),
        ("v1.0.0", "svc_enable: 'true'; enable_endpoints: 'true'"),
        ("v1.0.4", "svc_enable: 'false'"),
        ("v1.0.4", "cp_enable: 'true'"),
        ("v1.0.4", "svc_enable: 'true'; k8s_config_file: /etc/vip.conf"),
    ],
)
def test_silent_without_a_need(tag: str, env: str) -> None:
    assert one(workload(tag, env), role(), binding()) is None


@pytest.mark.parametrize(
    "right",
    [
        RIGHT,
        "- {apiGroups: ['*'], resources: ['*'], verbs: ['*']}\n",
        "- {apiGroups: [discovery.k8s.io], resources: ['*'], verbs: [watch]}\n",
        "- {apiGroups: ['', discovery.k8s.io], resources: [endpoints, endpointslices], verbs: ['*']}\n",
    ],
)
def test_silent_with_the_right(right: str) -> None:
    assert one(workload(), role(LACKING + right), binding()) is None


@pytest.mark.parametrize(
    "right",
    [
        "- {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, get]}\n",
        "- {apiGroups: [''], resources: [endpointslices], verbs: [list, get, watch]}\n",
        "- {apiGroups: [discovery.k8s.io], resources: [endpointslice], verbs: [list, get, watch]}\n",
        "- {nonResourceURLs: ['*'], verbs: ['*']}\n",
    ],
)
def test_what_is_not_the_right(right: str) -> None:
    assert lacking(workload(), role(LACKING + right), binding()) == "vip"


@pytest.mark.parametrize(
    "other",
    [
        [role(RIGHT, "more"), binding(name="more")],
        [role(RIGHT, "more"), binding("kind: Group, name: 'system:serviceaccounts:kube-system'", "more")],
        [role(RIGHT, "more"), binding("kind: Group, name: 'system:serviceaccounts'", "more")],
        [role(RIGHT, "more"), binding("kind: User, name: 'system:serviceaccount:kube-system:vip'", "more")],
        [role(RIGHT, "more"), binding(name="more", kind="RoleBinding")],
        [
            role(RIGHT, "more", "Role", "kube-system"),
            binding(name="more", kind="RoleBinding", of="Role"),
        ],
        # The namespace of the account may be changed on the way.
        [role(RIGHT, "more"), binding("kind: ServiceAccount, name: vip, namespace: network", "more")],
    ],
)
def test_silent_where_another_role_may_give_it(other: list[str]) -> None:
    assert one(workload(), role(), binding(), *other) is None


def test_the_role_about_services_is_named() -> None:
    assert lacking(workload(), role(LEASES, "a"), binding(name="a"), role(), binding()) == "vip"


@pytest.mark.parametrize(
    "documents",
    [
        [role()],
        [role(), binding("kind: ServiceAccount, name: other, namespace: kube-system")],
        [role(), binding("kind: ServiceAccount, name: vip, namespace: network")],
        [role(), binding("kind: ServiceAccount, name: vip")],
        [role(), binding("kind: User, name: vip")],
        [role(), binding(kind="RoleBinding")],
        [role(LACKING, "vip", "Role", "kube-system"), binding(kind="RoleBinding", of="Role")],
    ],
)
def test_silent_where_the_input_binds_none(documents: list[str]) -> None:
    assert one(workload(), *documents) is None


def test_unknown_where_the_role_is_not_in_the_input() -> None:
    assert one(workload(), binding(name="cluster-admin")) == "[ClusterRole cluster-admin is not in the input]"
    assert one(workload(), role(), binding(), binding(name="more")) == "[ClusterRole more is not in the input]"


def test_unknown_rules() -> None:
    unsettled = "- {apiGroups: ['${GROUP}'], resources: [endpointslices], verbs: [watch]}\n"
    assert "a placeholder: ${GROUP}" in str(one(workload(), role(LACKING + unsettled), binding()))
    # What cannot be the right does not matter, whatever the placeholder stands for.
    other = "- {apiGroups: ['${GROUP}'], resources: [pods], verbs: [watch]}\n"
    assert lacking(workload(), role(LACKING + other), binding()) == "vip"


def test_a_binding_of_nobody_in_particular() -> None:
    open_one = binding("kind: ServiceAccount, name: '${NAME}', namespace: a", "more")
    assert isinstance(one(workload(), role(), binding(), open_one), str)
    files = {"vip/a.yaml": "---\n".join((workload(), role(), binding())), "apps/b.yaml": open_one}
    assert isinstance(found(files)["vip/a.yaml"], Lacking)


def test_each_cluster_has_its_own_role() -> None:
    good, bad = (workload(), role(WATCHED), binding()), (workload(), role(), binding())
    said = found({"clusters/a/vip.yaml": "---\n".join(good), "clusters/b/vip.yaml": "---\n".join(bad)})
    assert said["clusters/a/vip.yaml"] is None
    assert isinstance(said["clusters/b/vip.yaml"], Lacking)


def test_one_role_for_several_workloads() -> None:
    other = workload(env="svc_enable: 'true'; vip_arp: 'true'", name="second")
    said = found({"a.yaml": workload(), "b.yaml": other, "rbac.yaml": role() + "---\n" + binding()})
    first, second = said.values()
    assert isinstance(first, Lacking)
    assert isinstance(second, Lacking)
    assert [len(one.kube_vips) for one in (first, second)] == [2, 2]


@pytest.mark.parametrize("pod", [", hostNetwork: true", ""])
def test_a_kubeconfig_speaks_for_it(pod: str) -> None:
    mounted = workload(pod=pod).replace(
        "args: [manager]", "args: [manager], volumeMounts: [{mountPath: /etc/kubernetes/admin.conf, name: a}]"
    )
    assert one(mounted, role(), binding()) is None


def test_unknown_release() -> None:
    assert isinstance(one(workload("latest"), role(), binding()), str)
