"""Roles and bindings in the forms that people write, and the account of a kube-vip."""

import pytest

from famlint.components.kube_vip import KubeVip
from famlint.components.model import Component, Value
from famlint.components.rbac import Entry, Role, RoleBinding
from famlint.unknown import Unknown
from tests.resolve.trees import kustomization, resolved

API = "apiVersion: rbac.authorization.k8s.io/v1\n"
ROLE = API + "kind: ClusterRole\nmetadata: {name: vip}\n"
LEASES = "- {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, watch]}\n"
SLICES = "- apiGroups: [discovery.k8s.io]\n  resources:\n  - endpointslices\n  verbs: ['*']\n"
BINDING = API + (
    "kind: ClusterRoleBinding\nmetadata: {name: vip}\n"
    "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: vip}\n"
    "subjects: [{kind: ServiceAccount, name: vip, namespace: kube-system}]\n"
)
POD = "containers: [{name: kube-vip, image: 'ghcr.io/kube-vip/kube-vip:v1.0.4', args: [manager]%s}]%s"
CONFIG = ", volumeMounts: [{mountPath: /etc/kubernetes/admin.conf, name: kubeconfig}]"


WANTING = {
    "vip.yaml": "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: kube-vip}\nspec: {template: {spec: {"
    "serviceAccountName: vip, containers: [{name: kube-vip, image: kube-vip:v1.0.4, env: []}]}}}\n"
}
"""Permissions are read only where a workload names an account."""


def role(text: str, *more: str) -> Role:
    files = {"a.yaml": text} | {f"{number}.yaml": other for number, other in enumerate(more)}
    (found,) = resolved(WANTING | files).of("Role")
    return Role(found)


def binding(text: str) -> RoleBinding:
    (found,) = resolved(WANTING | {"a.yaml": text}).of("RoleBinding")
    return RoleBinding(found)


def texts(entry: Entry, field: str) -> list[str]:
    value = entry[field]
    assert isinstance(value, Value)
    return [item.text for item in value.items or ()] or [value.text]


def workload(text: str, kind: str = "DaemonSet") -> Component:
    head = f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: kube-vip, namespace: kube-system}}\nspec:\n"
    body = f"  {{{text}}}\n" if kind == "Pod" else f"  template: {{spec: {{{text}}}}}\n"
    (found,) = resolved({"a.yaml": head + body}).of("kube-vip")
    return found


def account(text: str, kind: str = "DaemonSet") -> str | None:
    return KubeVip(workload(text, kind)).account


class TestRoles:
    def test_rules(self) -> None:
        found = role(f"{ROLE}rules:\n{LEASES}{SLICES}")
        assert found.kind == "ClusterRole"
        assert [texts(entry, "resources") for entry in found.rules()] == [["leases"], ["endpointslices"]]
        assert texts(found.rules()[1], "verbs") == ["*"]

    @pytest.mark.parametrize("rules", ["", "rules:\n", "rules: []\n"])
    def test_none(self, rules: str) -> None:
        assert role(f"{ROLE}{rules}# leases\n").rules() == ()

    def test_of_a_namespace(self) -> None:
        found = role(f"{API}kind: Role\nmetadata: {{name: vip, namespace: apps}}\nrules:\n{LEASES}")
        assert (found.kind, found.component.namespace) == ("Role", "apps")

    def test_in_a_list(self) -> None:
        item = "".join(f"  {line}\n" for line in f"{ROLE}rules:\n{LEASES}".splitlines())
        assert len(role(f"apiVersion: v1\nkind: List\nitems:\n-{item[1:]}").rules()) == 1

    def test_aggregated(self) -> None:
        found = role(f"{ROLE}aggregationRule: {{clusterRoleSelectors: []}}\nrules: [] # leases\n")
        with pytest.raises(Unknown, match="aggregated"):
            found.rules()

    def test_a_template_may_add_rules(self) -> None:
        found = role(f"{ROLE}rules:\n{LEASES}{{{{- with .Values.rules }}}}\n{{{{ toYaml . }}}}\n{{{{- end }}}}\n")
        values = [value for entry in found.rules() for value in entry.values()]
        assert any(isinstance(value, Unknown) for value in values)

    def test_a_placeholder_for_all_rules(self) -> None:
        (entry,) = role(f"{ROLE}rules: ${{RULES}} # leases\n").rules()
        assert isinstance(entry["*"], Unknown)

    def test_a_patch_replaces_the_rules(self) -> None:
        files = {
            "kustomization.yaml": kustomization(resources="[role.yaml]", patches="[{path: patch.yaml}]"),
            "role.yaml": f"{ROLE}rules:\n{LEASES}{LEASES}",
            "patch.yaml": f"{ROLE}rules:\n{SLICES}",
        }
        (found,) = resolved(WANTING | files).of("Role")
        assert [texts(entry, "resources") for entry in Role(found).rules()] == [["endpointslices"]]

    def test_a_json_patch_makes_them_unknown(self) -> None:
        inline = '[{target: {kind: ClusterRole}, patch: "[{op: add, path: /rules/-, value: {}}]"}]'
        files = {
            "kustomization.yaml": kustomization(resources="[role.yaml]", patches=inline),
            "role.yaml": f"{ROLE}rules:\n{LEASES}",
        }
        (found,) = resolved(WANTING | files).of("Role")
        assert all(isinstance(value, Unknown) for entry in Role(found).rules() for value in entry.values())

    @pytest.mark.parametrize(
        "text", [f"{ROLE}rules: []\n", f"{ROLE}rules:\n{LEASES}".replace("rbac.authorization.k8s.io", "example.com")]
    )
    def test_others_are_left_out(self, text: str) -> None:
        assert resolved(WANTING | {"a.yaml": text}).of("Role") == ()


class TestBindings:
    def test_role_and_subjects(self) -> None:
        found = binding(BINDING)
        assert found.kind == "ClusterRoleBinding"
        assert found.role() == ("ClusterRole", "vip")
        (subject,) = found.subjects()
        assert {field: texts(subject, field) for field in subject} == {
            "kind": ["ServiceAccount"],
            "name": ["vip"],
            "namespace": ["kube-system"],
        }

    def test_nobody(self) -> None:
        assert binding(BINDING.replace("subjects:", "other:")).subjects() == ()

    def test_a_role_that_is_a_placeholder(self) -> None:
        with pytest.raises(Unknown):
            binding(BINDING.replace("ClusterRole, name: vip", "ClusterRole, name: '${ROLE}'")).role()

    def test_no_role(self) -> None:
        with pytest.raises(Unknown):
            binding(BINDING.replace("roleRef", "reference")).role()


class TestAccount:
    def test_named(self) -> None:
        assert account(POD % ("", ", serviceAccountName: vip")) == "vip"
        assert account(POD % ("", ", serviceAccount: vip")) == "vip"
        value = workload(POD % ("", ", serviceAccountName: vip")).values["pod.serviceAccountName"]
        assert isinstance(value, Value)
        assert value.text == "vip"

    def test_default(self) -> None:
        assert account(POD % ("", "")) == "default"

    def test_a_static_pod_has_none(self) -> None:
        assert account(POD % ("", ""), "Pod") is None

    @pytest.mark.parametrize("mount", [CONFIG, ", volumeMounts: [{mountPath: /root/.kube/config}]"])
    def test_a_kubeconfig_speaks_for_it(self, mount: str) -> None:
        assert account(POD % (mount, ", serviceAccountName: vip")) is None
        assert "pod.kubeconfig" in workload(POD % (mount, "")).values

    def test_a_kubeconfig_by_variable(self) -> None:
        env = ", env: [{name: k8s_config_file, value: /etc/vip.conf}]"
        assert account(POD % (env, ", serviceAccountName: vip")) is None

    def test_other_mounts(self) -> None:
        assert account(POD % (", volumeMounts: [{mountPath: /lib/modules}]", ", serviceAccountName: vip")) == "vip"

    @pytest.mark.parametrize("pod", [("", ", serviceAccountName: '${ACCOUNT}'"), (", volumeMounts: '${MOUNTS}'", "")])
    def test_placeholders(self, pod: tuple[str, str]) -> None:
        with pytest.raises(Unknown):
            account(POD % pod)

    def test_a_template_may_name_one(self) -> None:
        text = (
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: kube-vip}\nspec:\n  template:\n    spec:\n"
            "      {{- with .Values.account }}\n      serviceAccountName: {{ . }}\n      {{- end }}\n"
            "      containers:\n      - name: kube-vip\n        image: ghcr.io/kube-vip/kube-vip:v1.0.4\n"
        )
        (found,) = resolved({"templates/ds.yaml": text}).of("kube-vip")
        with pytest.raises(Unknown):
            _ = KubeVip(found).account

    def test_values_of_a_chart(self) -> None:
        text = "env: {vip_arp: 'true', svc_enable: 'true', vip_interface: eth0}\nimage: {repository: a/kube-vip}\n"
        (found,) = resolved({"values.yaml": text}).of("kube-vip")
        with pytest.raises(Unknown, match="chart"):
            _ = KubeVip(found).account

    def test_settings_stay_as_they_are(self) -> None:
        env = ", env: [{name: vip_arp, value: 'true'}]"
        assert set(workload(POD % (env, ", serviceAccountName: vip")).values) == {"vip_arp", "pod.serviceAccountName"}


def test_permissions_are_not_read_without_a_workload_that_names_an_account() -> None:
    text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: vip}\nrules:\n"
    text += "- {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get]}\n"
    assert resolved({"a.yaml": text}).of("Role") == ()
    assert len(resolved(WANTING | {"a.yaml": text}).of("Role")) == 1
