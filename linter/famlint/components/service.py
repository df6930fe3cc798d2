"""Services of type LoadBalancer, and who else than kube-vip may hand out their addresses.

Source: facts/kube-vip.md section 1.5.
"""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.components.adapter import Adapter, Values
from famlint.components.declaration import Declaration, flatten, leaf, named_span, owner
from famlint.components.model import Component, Leaf, Value
from famlint.documents.document import Document, Role
from famlint.documents.tree import Sequence, at, text_at

KIND = "Service"
OTHER_LOAD_BALANCER = "other load balancer"
TRIGGERS = ("LoadBalancer", "loadbalancerIPs")
FIELDS = ("type", "loadBalancerIP", "loadBalancerClass", "ipFamilyPolicy", "ipFamilies", "clusterIP", "clusterIPs")
_OTHERS = frozenset(
    (
        ("metallb.io", "IPAddressPool"),
        ("metallb.io", "AddressPool"),
        ("cilium.io", "CiliumLoadBalancerIPPool"),
        ("purelb.io", "ServiceGroup"),
        ("loadbalancer.harvesterhci.io", "IPPool"),
    )
)


_OTHER_ANNOTATIONS = (
    "lbipam.cilium.io/",
    "io.cilium/lb-ipam",
    "metallb.io/",
    "metallb.universe.tf/",
    "purelb.io/",
    "projectcalico.org/loadBalancerIPs",
    "service.beta.kubernetes.io/",
    "load-balancer.hetzner.cloud/",
    "networking.gke.io/",
    "cloud.google.com/",
    "loadbalancer.openstack.org/",
    "kubernetes.digitalocean.com/",
    "oci.oraclecloud.com/",
)


class Service(NamedTuple):
    """A Service of type LoadBalancer.

    Keys of the component: `annotations.<name>`, `labels.<name>`, `spec.loadBalancerIP`,
    `spec.loadBalancerClass`, `spec.ipFamilyPolicy`, `spec.ipFamilies` (a list), `spec.clusterIP`,
    `spec.clusterIPs` (a list), `metadata.namespace`.
    """

    component: Component

    def annotation(self, name: str) -> Value | None:
        """An annotation, None where it is absent. Raises Unknown."""
        return self.component.get(f"annotations.{name}")

    @property
    def addressed_to_others(self) -> bool:
        """Whether its annotations speak to another load balancer, and none to kube-vip."""
        names = [key.removeprefix("annotations.") for key in self.component.values if key.startswith("annotations.")]
        return any(name.startswith(_OTHER_ANNOTATIONS) for name in names) and not any(
            name.startswith("kube-vip.io/") for name in names
        )


def is_load_balancer(values: Values) -> bool:
    """Whether a Service is of type LoadBalancer after all changes."""
    kind = values.get("spec.type")
    return isinstance(kind, Value) and kind.text == "LoadBalancer"


def _is_old_metallb(document: Document) -> bool:
    """MetalLB took its pools from a ConfigMap before it had objects of its own (up to 0.12)."""
    return document.kind == "ConfigMap" and "address-pools" in text_at(document.root, "data", "config")


def _is_metallb(document: Document) -> bool:
    """A release of MetalLB's chart, or its controller; its pools may stand elsewhere."""
    charts = (("spec", "chart", "spec", "chart"), ("spec", "chart"), ("spec", "source", "chart"))
    if any(text_at(document.root, *path).rpartition("/")[2] == "metallb" for path in charts):
        return True
    containers = at(document.root, "spec", "template", "spec", "containers")
    items = containers.items if isinstance(containers, Sequence) else ()
    return any("metallb/controller" in text_at(item, "image") for item in items)


def collect_others(document: Document) -> Iterator[Declaration]:
    """A pool of another load balancer, or MetalLB itself."""
    if (document.group, document.kind) in _OTHERS or _is_old_metallb(document) or _is_metallb(document):
        yield Declaration(
            OTHER_LOAD_BALANCER,
            document.name,
            document.namespace,
            named_span(document),
            {},
            form=document.kind,
            number=document.number,
        )


def collect(document: Document) -> Iterator[Declaration]:
    """A Service of any type."""
    if document.kind != "Service" or document.group:
        return
    keys: dict[str, Leaf] = {}
    for field in ("annotations", "labels"):
        keys |= flatten(document, at(document.root, "metadata", field), f"{field}.", depth=0)
    spec = at(document.root, "spec")
    for field in FIELDS:
        node = at(spec, field)
        if node is not None:
            keys[f"spec.{field}"] = leaf(document, node)
    metadata = at(document.root, "metadata")
    namespace = at(metadata, "namespace")
    if namespace is not None:
        keys["metadata.namespace"] = leaf(document, namespace)
    annotations = at(metadata, "annotations")
    open_node = any(document.open(node) for node in (spec, metadata, annotations) if node is not None)
    yield Declaration(
        KIND,
        document.name,
        document.namespace,
        named_span(document),
        keys,
        form="Service",
        partial="a template may add fields" if open_node else "",
        owner=owner(document),
        patch=document.role is Role.PATCH,
        number=document.number,
        source=document.source,
        branch=document.branch,
    )


ADAPTER = Adapter(
    KIND,
    collect,
    TRIGGERS,
    Service,
    prefixes=("VIP",),
    counts=is_load_balancer,
    touched=("/metadata/annotations/kube-vip.io~1", *(f"/spec/{field}/" for field in FIELDS)),
    metadata=True,
    settable=(("/metadata/annotations/", "annotations."), ("/spec/", "spec.")),
)
OTHERS = Adapter(
    OTHER_LOAD_BALANCER,
    collect_others,
    (
        "address-pools",
        "IPAddressPool",
        "CiliumLoadBalancerIPPool",
        "ServiceGroup",
        "chart: metallb",
        "metallb/controller",
        "harvesterhci",
    ),
)
