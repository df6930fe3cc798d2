"""kube-vip workloads and Services: their layers, their image, the component that comes out."""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.components import kube_vip, service
from famlint.components.declaration import Declaration
from famlint.components.images import parse_image
from famlint.components.model import Component, Leaf, Value
from famlint.network.versions import Version, parse_version
from famlint.positions import Span
from famlint.resolve.layers import Layered, Stratum, lay
from famlint.resolve.patches import Subject, changes
from famlint.resolve.tree import Placed, Tree, Way
from famlint.unknown import Unknown


class Resolved(NamedTuple):
    """A component and the way on which it reaches its cluster."""

    component: Component
    way: Way


def workloads(tree: Tree) -> Iterator[Resolved]:
    """Every kube-vip that stands in a manifest; one for each way to a cluster."""
    for placed, way in _objects(tree, kube_vip.KIND):
        declaration = placed.declaration
        name = declaration.name.partition("/")[0]
        layered = _layers(tree, placed, way, Subject(declaration.form, name, kube_vip.KIND))
        image, version_span = _image(layered, way)
        yield Resolved(
            Component(
                kube_vip.KIND,
                declaration.name,
                _namespace(declaration, way),
                declaration.span,
                image,
                version_span,
                kube_vip.settings(layered.values),
                layered.partial or declaration.partial,
                declaration.form,
                declaration.source,
                way.kustomizations[0].path if way.kustomizations else "",
                holder(declaration),
                declaration.branch,
            ),
            way,
        )


def services(tree: Tree) -> Iterator[Resolved]:
    """Every Service that is of type LoadBalancer after all changes."""
    for placed, way in _objects(tree, service.KIND):
        declaration = placed.declaration
        layered = _layers(tree, placed, way, Subject("Service", declaration.name, service.KIND))
        kind = layered.values.get("spec.type")
        if not isinstance(kind, Value) or kind.text != "LoadBalancer":
            continue
        yield Resolved(
            Component(
                service.KIND,
                declaration.name,
                _namespace(declaration, way),
                declaration.span,
                Unknown("version", "a Service has none"),
                None,
                layered.values,
                layered.partial or declaration.partial,
                declaration.form,
                declaration.source,
                way.kustomizations[0].path if way.kustomizations else "",
                holder(declaration),
                declaration.branch,
            ),
            way,
        )


def holder(declaration: Declaration) -> str:
    """What tells apart the objects that hold others: two machine configurations in one file are two clusters'."""
    owner = declaration.owner
    return f"{owner.kind} {owner.namespace}/{owner.name}" if owner and owner.kind != "List" else ""


def _objects(tree: Tree, kind: str) -> Iterator[tuple[Placed, Way]]:
    """Declarations that are objects of their own, with each of their ways."""
    for placed in tree.of(kind):
        # An object in a file that a Kustomization uses as a patch is no object of its own.
        if placed.declaration.patch or placed.path in tree.patch_files:
            continue
        for way in tree.ways(placed.path):
            yield placed, way


def _layers(tree: Tree, placed: Placed, way: Way, subject: Subject) -> Layered:
    strata = [Stratum(0, "manifest", placed.declaration.keys, way), *changes(tree, subject, way)]
    return lay(tree, strata, editable=len(tree.ways(placed.path)) == 1)


def _namespace(declaration: Declaration, way: Way) -> str:
    for owner in reversed(way.owners):
        given = owner.declaration.keys.get("namespace")
        if given is not None:
            return given.text
    return declaration.namespace


def _image(layered: Layered, way: Way) -> tuple[Version | Unknown, Span | None]:
    """The release, from the image's tag or from the last `images:` on the way that names it."""
    text, span = "", None
    image = layered.values.get("image")
    if isinstance(image, Value):
        parsed = parse_image(image.text)
        text, span = parsed.tag, image.part(parsed.tag_at, len(image.text.partition("@")[0]))
        repository = parsed.repository
        for fields in (fields for owner in way.owners for fields in _overrides(owner)):
            if "name" in fields and fields["name"].text == repository:
                repository = fields["newName"].text if "newName" in fields else repository
                if "digest" in fields:
                    text, span = "", fields["digest"].span
                elif "newTag" in fields:
                    text, span = fields["newTag"].text, fields["newTag"].span
    elif isinstance(image, Unknown):
        return Unknown("kube-vip version", image.reason), None
    elif isinstance(tag := layered.values.get("image.tag"), Value):
        text, span = tag.text, tag.span
    elif isinstance(tag, Unknown):
        return Unknown("kube-vip version", tag.reason), None
    return release(text), span


def release(tag: str) -> Version | Unknown:
    """The release that a tag names; `latest`, a digest or a private tag leave it unknown."""
    version = parse_version(tag)
    if version is not None and tag.startswith("v"):
        return version
    reason = f"the image tag {tag!r} names no release" if tag else "the image has no tag"
    return Unknown("kube-vip version", reason)


def _overrides(kustomization: Placed) -> Iterator[dict[str, Leaf]]:
    """The entries of `images:`, in their order: each one sees what the ones before have made of a name."""
    entries: dict[str, dict[str, Leaf]] = {}
    for key, leaf in kustomization.declaration.keys.items():
        if key.startswith("images."):
            _, number, field = key.split(".", 2)
            entries.setdefault(number, {})[field] = leaf
    yield from entries.values()
