"""Objects of a tree: their layers, their image, the component that comes out."""

from collections.abc import Iterator

from famlint.components.adapter import Adapter, Values
from famlint.components.declaration import Declaration
from famlint.components.images import parse_image
from famlint.components.model import Component, Leaf, Value
from famlint.resolve.layers import Stratum, lay
from famlint.resolve.patches import Subject, changes
from famlint.resolve.tree import Placed, Tree, Way


def objects(tree: Tree, adapter: Adapter) -> Iterator[Component]:
    """Every object of a kind that counts after all changes; one for each way to a cluster."""
    for placed in tree.of(adapter.kind):
        # An object in a file that a Kustomization uses as a patch is no object of its own.
        if placed.declaration.patch or placed.path in tree.patch_files:
            continue
        ways = tree.ways(placed.path)
        for way in ways:
            component = _component(tree, adapter, placed, way, shared=len(ways) > 1)
            if component is not None:
                yield component


def _component(tree: Tree, adapter: Adapter, placed: Placed, way: Way, *, shared: bool) -> Component | None:
    declaration = placed.declaration
    name = declaration.name.partition("/")[0]
    subject = Subject(declaration.form, name, adapter.kind, adapter.touched, adapter.metadata, adapter.settable)
    strata = [Stratum(0, "manifest", declaration.keys, way), *changes(tree, subject, way)]
    layered = lay(tree, strata, editable=not shared)
    if not adapter.counts(layered.values):
        return None
    values = _with_tag(layered.values, way)
    version, version_span = adapter.version(values)
    return Component(
        adapter.kind,
        declaration.name,
        _namespace(declaration, way),
        declaration.span,
        version,
        version_span,
        adapter.settings(values),
        layered.partial or declaration.partial,
        declaration.form,
        declaration.source,
        holder(declaration),
        declaration.branch,
        place=way.place,
    )


def holder(declaration: Declaration) -> str:
    """What tells apart the objects that hold others: two machine configurations in one file are two clusters'."""
    owner = declaration.owner
    return f"{owner.kind} {owner.namespace}/{owner.name}" if owner and owner.kind != "List" else ""


def _namespace(declaration: Declaration, way: Way) -> str:
    for owner in reversed(way.owners):
        given = owner.declaration.keys.get("namespace")
        if given is not None:
            return given.text
    return declaration.namespace


def _with_tag(values: Values, way: Way) -> Values:
    """The values with the tag of `image` as `image.tag`: its own, or that of the last `images:` that names it."""
    image = values.get("image")
    if not isinstance(image, Value):
        return values
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
    return {**values, "image.tag": Value(text, span, image.layer, image.via, editable=False)}


def _overrides(kustomization: Placed) -> Iterator[dict[str, Leaf]]:
    """The entries of `images:`, in their order: each one sees what the ones before have made of a name."""
    entries: dict[str, dict[str, Leaf]] = {}
    for key, leaf in kustomization.declaration.keys.items():
        if key.startswith("images."):
            _, number, field = key.split(".", 2)
            entries.setdefault(number, {})[field] = leaf
    yield from entries.values()
