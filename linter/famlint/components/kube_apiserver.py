"""kube-apiserver as a Pod of a node or of a hosted control plane: its flags, its release.

Source: facts/kubernetes.md sections 0.2, 1.1 and 7.0 (G3, G11).
"""

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from typing import NamedTuple

from famlint.components.adapter import Adapter
from famlint.components.declaration import Declaration, leaf, named_span, owner
from famlint.components.flags import command_line, effective, flags, replaced
from famlint.components.images import parse_image, release_of
from famlint.components.model import Component, Value
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Sequence, at, text_at
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown

KIND = "kube-apiserver"
TRIGGERS = ("kube-apiserver",)
WORKLOADS = frozenset(("Pod", "Deployment", "DaemonSet", "StatefulSet"))
IMAGES = frozenset(("kube-apiserver", *(f"kube-apiserver-{arch}" for arch in ("amd64", "arm64", "arm", "s390x"))))
"""Base names of the image of this program alone."""

ADDING = frozenset(("feature-gates", "runtime-config", "emulated-version", "etcd-servers", "service-account-issuer"))
"""Flags of which every occurrence counts (spf13/pflag: maps and slices)."""

_RELEASED_AS = IMAGES | {"hyperkube", "hardened-kubernetes"}
"""Images whose tag is the release of Kubernetes."""

_FACT = "the release of Kubernetes"


class KubeApiserver(NamedTuple):
    """A kube-apiserver with its flags, keyed `flag.<name>`."""

    component: Component

    @property
    def version(self) -> Version:
        """The release of Kubernetes. Raises Unknown."""
        return self.component.version

    def flag(self, name: str) -> Value | None:
        """A flag by its name without dashes, None where it is not given. Raises Unknown."""
        return self.component.get(f"flag.{name}")


def collect(document: Document) -> Iterator[Declaration]:
    """The kube-apiserver of a workload. Keys: `image`, `command.<flag>`, `args.<flag>`."""
    if document.kind not in WORKLOADS:
        return
    pod = at(document.root, "spec") if document.kind == "Pod" else at(document.root, "spec", "template", "spec")
    containers = at(pod, "containers")
    for container in containers.items if isinstance(containers, Sequence) else ():
        line = command_line(document, container, KIND, IMAGES) if isinstance(container, Mapping) else None
        if line is None or not isinstance(container, Mapping):
            continue
        keys = replaced(document, container) | flags(line, ADDING)
        image = container.get("image")
        if image is not None:
            keys["image"] = leaf(document, image)
        yield Declaration(
            KIND,
            document.name or text_at(container, "name"),
            document.namespace,
            named_span(document),
            keys,
            form=document.kind,
            partial=line.partial,
            owner=owner(document),
            patch=document.role is Role.PATCH,
            number=document.number,
            source=document.source,
            branch=document.branch,
        )


def settings(values: Dict[str, Value | Unknown]) -> dict[str, Value | Unknown]:
    """The flags that hold, as `flag.<name>`."""
    return effective(values, ADDING)


def version(values: Dict[str, Value | Unknown]) -> tuple[Version | Unknown, Span | None]:
    """The release in the tag of an image that is built with each release; other images have numbers of their own."""
    image = values.get("image")
    if isinstance(image, Value) and parse_image(image.text).base_name not in _RELEASED_AS:
        return Unknown(_FACT, f"the image {image.text} is not of Kubernetes' own releases"), None
    return release_of(_FACT)(values)


def _identity(component: Component) -> str:
    """Replicas share the members of etcd, as long as each of these has one address for all."""
    servers = component.values.get("flag.etcd-servers")
    if not isinstance(servers, Value) or any(word in servers.text for word in ("127.", "localhost", "[::1]")):
        return ""
    return f"{component.namespace} {servers.text}"


ADAPTER = Adapter(
    KIND,
    collect,
    TRIGGERS,
    KubeApiserver,
    prefixes=("API",),
    version=version,
    settings=settings,
    touched=("/spec/containers/", "/spec/template/spec/containers/"),
    minor_decides=True,
    identity=_identity,
)
