"""Roles and their bindings: which account may do what. They say nothing about addresses by themselves.

A workload that watches EndpointSlices needs a role for it (facts/kube-vip.md F38). The fields are those of
rbac.authorization.k8s.io/v1: kubernetes/api rbac/v1/types.go@v0.33.0.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from famlint.components.adapter import Adapter
from famlint.components.declaration import Declaration, flatten, leaf, named_span, owner
from famlint.components.model import Component, Leaf, Value
from famlint.documents.document import Document
from famlint.documents.document import Role as DocumentRole
from famlint.documents.tree import Mapping as Pairs
from famlint.documents.tree import Node, Scalar, Sequence, at
from famlint.unknown import Unknown

GROUP = "rbac.authorization.k8s.io"
ROLE = "Role"
BINDING = "RoleBinding"
_ROLES = frozenset(("ClusterRole", "Role"))
_BINDINGS = frozenset(("ClusterRoleBinding", "RoleBinding"))

Entry = Mapping[str, Value | Unknown]
"""One member of a list of mappings, its fields by name."""


class Role(NamedTuple):
    """A ClusterRole or a Role. Keys of the component: `rules.<n>.<field>` (lists), `aggregationRule`."""

    component: Component

    @property
    def kind(self) -> str:
        """`ClusterRole` or `Role`."""
        return self.component.form

    def rules(self) -> tuple[Entry, ...]:
        """What it grants: entries with the lists `apiGroups`, `resources`, `verbs`. Raises Unknown."""
        if "aggregationRule" in self.component.values:
            raise Unknown("rules", "an aggregated role gets its rules from others, by their labels")
        return _entries(self.component, "rules")


class RoleRef(NamedTuple):
    """The role that a binding names: `ClusterRole` or `Role`, and its name."""

    kind: str
    name: str


class RoleBinding(NamedTuple):
    """A ClusterRoleBinding or a RoleBinding. Keys of the component: `roleRef.<field>`, `subjects.<n>.<field>`."""

    component: Component

    @property
    def kind(self) -> str:
        """`ClusterRoleBinding` or `RoleBinding`."""
        return self.component.form

    def role(self) -> RoleRef:
        """The role that it binds. Raises Unknown."""
        kind, name = self.component.get("roleRef.kind"), self.component.get("roleRef.name")
        if kind is None or name is None:
            raise Unknown("roleRef", "the binding does not name its role")
        return RoleRef(kind.text, name.text)

    def subjects(self) -> tuple[Entry, ...]:
        """Whom it binds it to: entries with `kind`, `name` and perhaps `namespace`. Raises Unknown."""
        return _entries(self.component, "subjects")


def collect_roles(document: Document) -> Iterator[Declaration]:
    """A ClusterRole or a Role."""
    if document.group == GROUP and document.kind in _ROLES:
        keys = _listed(document, "rules")
        aggregated = at(document.root, "aggregationRule")
        if aggregated is not None and not (isinstance(aggregated, Scalar) and aggregated.is_null):
            keys["aggregationRule"] = leaf(document, aggregated)
        yield _declaration(document, ROLE, keys)


def collect_bindings(document: Document) -> Iterator[Declaration]:
    """A ClusterRoleBinding or a RoleBinding."""
    if document.group == GROUP and document.kind in _BINDINGS:
        keys = flatten(document, at(document.root, "roleRef"), "roleRef.", depth=0)
        yield _declaration(document, BINDING, keys | _listed(document, "subjects"))


def _declaration(document: Document, kind: str, keys: dict[str, Leaf]) -> Declaration:
    patch = document.role is DocumentRole.PATCH
    partial = "a template may add fields" if document.open(document.root) else ""
    return Declaration(
        kind,
        document.name,
        document.namespace,
        named_span(document),
        keys,
        form=document.kind,
        partial=partial or ("a patch names only what it changes" if patch else ""),
        owner=owner(document),
        patch=patch,
        number=document.number,
        source=document.source,
        branch=document.branch,
    )


def _listed(document: Document, field: str) -> dict[str, Leaf]:
    """The fields of a list of mappings, `<field>.<n>.<name>`. A list takes the place of the one before, as a whole."""
    node = at(document.root, field)
    if node is None:
        return {}
    keys = {field: Leaf("", document.text.span(node.start, node.start), absent=True)}
    for number, item in enumerate(node.items if isinstance(node, Sequence) else ()):
        if isinstance(item, Pairs):
            keys |= flatten(document, item, f"{field}.{number}.", depth=0)
        else:
            keys[f"{field}.{number}.*"] = _open(document, item, "an entry is no mapping")
    if document.open(node) or (not isinstance(node, Sequence) and not _is_null(node)):
        keys[f"{field}.*"] = _open(document, node, "a template may add entries")
    return keys


def _open(document: Document, node: Node, why: str) -> Leaf:
    return Leaf("", document.text.span(node.start, node.start), unknown=why)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def _entries(component: Component, field: str) -> tuple[Entry, ...]:
    """The members of a list of mappings in their order. What may be added is a member with the field `*`."""
    found: dict[str, dict[str, Value | Unknown]] = {}
    for key, value in component.values.items():
        top, _, rest = key.partition(".")
        if top == field and rest:
            number, _, name = rest.partition(".")
            found.setdefault(number, {})[name or "*"] = value
    if not found and component.partial:
        raise Unknown(field, component.partial)
    return tuple(found.values())


ROLES = Adapter(
    ROLE,
    collect_roles,
    (),
    Role,
    touched=("/rules/", "/aggregationRule/"),
)
"""No words of its own: see what a workload wants that names its account."""

BINDINGS = Adapter(BINDING, collect_bindings, (), RoleBinding, touched=("/subjects/", "/roleRef/"))
"""Likewise."""
