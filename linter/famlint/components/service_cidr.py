"""ServiceCIDR objects of networking.k8s.io.

Source: facts/kubernetes.md sections 3.2, 4 and 6.1.
"""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.components.adapter import Adapter
from famlint.components.declaration import Declaration, leaf, named_span, owner
from famlint.components.model import Component, Value
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Scalar, at

KIND = "ServiceCIDR"
GROUP = "networking.k8s.io"
DEFAULT = "kubernetes"
"""The name of the object that API servers make of their flag."""


class ServiceCidr(NamedTuple):
    """A ServiceCIDR. Keys of the component: `apiVersion`, `spec.cidrs` (a list), `dumped`."""

    component: Component

    @property
    def name(self) -> str:
        """The object's name."""
        return self.component.name

    @property
    def api_version(self) -> Value | None:
        """Group and version as written. Raises Unknown."""
        return self.component.get("apiVersion")

    @property
    def cidrs(self) -> Value | None:
        """The list of ranges, None where it is not given. Raises Unknown."""
        return self.component.get("spec.cidrs")

    @property
    def dumped(self) -> bool:
        """Whether it was read from a cluster, so that it passed admission there."""
        return "dumped" in self.component.values


def collect(document: Document) -> Iterator[Declaration]:
    """A ServiceCIDR object."""
    if document.kind != KIND or document.group != GROUP:
        return
    spec = at(document.root, "spec")
    found = {
        "apiVersion": at(document.root, "apiVersion"),
        "spec.cidrs": at(spec, "cidrs"),
        "dumped": _mark_of_a_dump(document),
    }
    patch = document.role is Role.PATCH
    open_node = any(document.open(node) for node in (document.root, spec) if node is not None)
    yield Declaration(
        KIND,
        document.name,
        "",
        named_span(document),
        {key: leaf(document, node) for key, node in found.items() if node is not None},
        form=KIND,
        partial="a template may add fields" if open_node else "a patch names only what it changes" if patch else "",
        owner=owner(document),
        patch=patch,
        number=document.number,
        source=document.source,
        branch=document.branch,
    )


def _mark_of_a_dump(document: Document) -> Scalar | None:
    """What only the API server writes (facts/kubernetes.md G9)."""
    for field in ("resourceVersion", "uid"):
        node = at(document.root, "metadata", field)
        if isinstance(node, Scalar) and not node.is_null:
            return node
    status = at(document.root, "status")
    return status.keys()[0] if isinstance(status, Mapping) and status.keys() else None


ADAPTER = Adapter(
    KIND,
    collect,
    (KIND,),
    ServiceCidr,
    prefixes=("SCD",),
    touched=("/spec/cidrs/", "/apiVersion/"),
)
