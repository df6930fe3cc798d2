"""What the account of a kube-vip may do: the roles that the input binds to it.

Source: facts/kube-vip.md F38 and section 5.5 (endpointslices-rbac). How roles are read: kubernetes/kubernetes
plugin/pkg/auth/authorizer/rbac/rbac.go@v1.33.0.
"""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.behaviours.kube_vip_endpoints import reads_slices
from famlint.clusters import Cluster
from famlint.clusters.nearest import index, nearest
from famlint.components.kube_vip import WORKLOADS, KubeVip
from famlint.components.model import Component, Value
from famlint.components.rbac import Entry, Role, RoleBinding
from famlint.unknown import Unknown

_RIGHT = (("apiGroups", "discovery.k8s.io"), ("resources", "endpointslices"), ("verbs", "watch"))
_ABOUT_SERVICES = frozenset(("services", "endpoints"))


class Lacking(NamedTuple):
    """A ClusterRole that does not let kube-vip watch EndpointSlices, what binds it, and why it is thought to do so.

    `kube_vips` are the workloads of the account that need the right.
    """

    role: Role
    binding: RoleBinding
    account: str
    kube_vips: tuple[KubeVip, ...]
    why: str


class _Account(NamedTuple):
    namespace: str
    name: str


class _Bound(NamedTuple):
    """A role that a binding gives to the account of these workloads. `certain`: it names the account."""

    role: Role
    binding: RoleBinding
    certain: bool
    workloads: tuple[Component, ...]
    why: str


def lacks_slices(kube_vip: KubeVip, cluster: Cluster) -> Lacking | None:
    """The ClusterRole that lacks the right to watch EndpointSlices, which this kube-vip reads; None where all is well.

    Every role that may be the account's counts, whatever binds it. Nothing is said where the input binds none.
    Raises Unknown.
    """
    # The chart brings its own role, which is not in the input.
    if kube_vip.component.form not in WORKLOADS or not _reads_slices(kube_vip):
        return None
    name = kube_vip.account
    if name is None:
        return None
    missing: list[Unknown] = []
    bound = tuple(_bound(kube_vip, _Account(kube_vip.component.namespace, name), cluster, missing))
    if any(_may_watch(one.role, missing) for one in bound):
        return None
    if missing:
        raise missing[0]
    whole = [one for one in bound if one.certain and one.binding.kind == "ClusterRoleBinding"]
    # The right belongs to the role about Services; another one may be for leases alone.
    first = min(whole, key=lambda one: not _is_about_services(one.role), default=None)
    if first is None:
        return None
    sharing = tuple(
        other
        for other in cluster.of(KubeVip)
        if any(other.component is workload for workload in first.workloads) and _needs_slices(other)
    )
    return Lacking(first.role, first.binding, name, sharing, first.why)


def _reads_slices(kube_vip: KubeVip) -> bool:
    return kube_vip.on("svc_enable") and reads_slices(kube_vip)


def _needs_slices(kube_vip: KubeVip) -> bool:
    try:
        return _reads_slices(kube_vip)
    except Unknown:
        return False


def _bound(kube_vip: KubeVip, account: _Account, cluster: Cluster, missing: list[Unknown]) -> Iterator[_Bound]:
    """The roles that belong to an account. What keeps others from being known is added to `missing`."""
    around = index("kube-vip", (other.component for other in cluster.of(KubeVip) if _speaks_as(other, account)))
    for binding in cluster.of(RoleBinding):
        try:
            certain = _names(binding, account)
        except Unknown as unknown:
            # A binding elsewhere that names nobody in particular would make every account's rights unknown.
            if binding.component.place.home == kube_vip.component.place.home:
                missing.append(unknown)
            continue
        if certain is None:
            continue
        workloads, why = nearest(binding.component, around, lambda _: account.name)
        if not any(workload is kube_vip.component for workload in workloads):
            continue
        try:
            for role in _roles(binding, cluster):
                yield _Bound(role, binding, certain, workloads, why)
        except Unknown as unknown:
            missing.append(unknown)


def _speaks_as(kube_vip: KubeVip, account: _Account) -> bool:
    try:
        return kube_vip.account == account.name and kube_vip.component.namespace == account.namespace
    except Unknown:
        return False


def _names(binding: RoleBinding, account: _Account) -> bool | None:
    """Whether a binding is for an account: True where it names it, False where it only may be, None where it is not.

    Groups of accounts may hold it, and so may an account of the same name in a namespace that is not certain.
    """
    found: bool | None = None
    for subject in binding.subjects():
        kind, name = _field(subject, "kind"), _field(subject, "name")
        if kind == "Group" and name.startswith(("system:serviceaccounts", "system:authenticated")):
            found = found or False
        elif kind == "User" and name == f"system:serviceaccount:{account.namespace}:{account.name}":
            found = True
        elif kind == "ServiceAccount" and name == account.name:
            namespace = _field(subject, "namespace")
            found = found or (bool(namespace) and namespace == account.namespace)
    return found


def _roles(binding: RoleBinding, cluster: Cluster) -> tuple[Role, ...]:
    """The roles of the input that a binding names: those nearest to it. Raises Unknown where there is none."""
    wanted = binding.role()
    fitting = [
        role
        for role in cluster.of(Role)
        if (role.kind, role.component.name) == wanted
        and (role.kind == "ClusterRole" or role.component.namespace == binding.component.namespace)
    ]
    found, _ = nearest(binding.component, index("role", (role.component for role in fitting)), lambda _: wanted.name)
    if not found:
        raise Unknown("role", f"{wanted.kind} {wanted.name} is not in the input")
    return tuple(role for role in fitting if any(role.component is one for one in found))


def _may_watch(role: Role, missing: list[Unknown]) -> bool:
    """Whether a role lets its holder watch EndpointSlices. What is not known is added to `missing`."""
    try:
        rules = role.rules()
    except Unknown as unknown:
        missing.append(unknown)
        return False
    for rule in rules:
        answers = [_covers(rule, field, wanted) for field, wanted in _RIGHT]
        if all(answer is True for answer in answers):
            return True
        if False not in answers:
            missing += [answer for answer in answers if isinstance(answer, Unknown)]
    return False


def _covers(rule: Entry, field: str, wanted: str) -> bool | Unknown:
    """Whether one list of a rule holds a word, or all words."""
    value = rule.get(field, rule.get("*"))
    if isinstance(value, Unknown):
        return value
    return value is not None and not _texts(value).isdisjoint((wanted, "*"))


def _is_about_services(role: Role) -> bool:
    listed = (rule.get("resources") for rule in role.rules())
    return any(isinstance(value, Value) and not _texts(value).isdisjoint(_ABOUT_SERVICES) for value in listed)


def _texts(value: Value) -> frozenset[str]:
    return frozenset(item.text for item in value.items or ())


def _field(entry: Entry, name: str) -> str:
    """The text of a field, empty where it is absent. Raises Unknown."""
    value = entry.get(name, entry.get("*"))
    if isinstance(value, Unknown):
        raise value
    return value.text if value is not None else ""
