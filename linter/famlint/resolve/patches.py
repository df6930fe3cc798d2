"""Patches: which of them reach an object, and what they change of it.

Strategic merges of what an adapter understands are computed; so are JSON patches on Helm values. Anything else
that touches the object's settings makes them unknown: nothing is guessed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.components import delivery, kube_vip_chart
from famlint.components.declaration import Declaration
from famlint.components.model import Leaf
from famlint.resolve.layers import Stratum
from famlint.resolve.tree import Placed, Tree, listed

_SETTINGS = ("/spec/template/spec/containers", "/spec/containers", "/spec/values", "/spec/chart")
_RANK = 100


class Subject(NamedTuple):
    """What a patch may apply to: an object's kind and name, and the settings that adapters know of it."""

    kind: str
    name: str
    settings: str


def patches(tree: Tree, subject: Subject, chain: tuple[Placed, ...], home: str) -> Iterator[Stratum]:
    """The strata that patches add, innermost Kustomization first, Flux' last."""
    owners = [*chain, *tree.covering(home)]
    for number, owner in enumerate(owners):
        for path in dict.fromkeys((owner.path, *listed(owner, "patches"))):
            for placed in tree.patches.get(path, ()):
                fitting = placed.declaration.kind in (subject.settings, delivery.PATCH)
                if fitting and _reaches(placed.declaration, subject):
                    yield from _stratum(placed, subject, _RANK + number, home)


def _reaches(declaration: Declaration, subject: Subject) -> bool:
    """Whether a patch can apply to the subject. Names in targets are patterns; what is no plain name may match."""
    owner = declaration.owner
    target = owner.target if owner else None
    if target is not None and (target.kind or target.name):
        return target.kind in ("", subject.kind) and (
            target.name in ("", subject.name) or any(mark in target.name for mark in "*.[](|?+^$")
        )
    kind = declaration.form if declaration.kind != kube_vip_chart.KIND else "HelmRelease"
    return kind in (subject.kind, "JSON patch") and declaration.name in (subject.name, "")


def _stratum(placed: Placed, subject: Subject, rank: int, home: str) -> Iterator[Stratum]:
    declaration = placed.declaration
    if declaration.kind != delivery.PATCH:
        keys = dict(declaration.keys)
        yield Stratum(rank, "patch", keys, home)
        return
    if declaration.form != "JSON patch":
        return
    keys = {}
    for key, path in declaration.keys.items():
        number, _, field = key.partition(".")
        if field != "path":
            continue
        value = declaration.keys.get(f"{number}.value")
        op = declaration.keys.get(f"{number}.op")
        if not path.text.startswith(_SETTINGS) and path.text not in ("", "/", "/spec"):
            continue
        inside = path.text.removeprefix("/spec/values/")
        plain = value is not None and value.items is None and not value.unknown
        if subject.settings == kube_vip_chart.KIND and inside != path.text and op and (plain or op.text == "remove"):
            dotted = inside.replace("/", ".").replace("~1", "/").replace("~0", "~")
            keys[dotted] = Leaf("", path.span, absent=True) if op.text == "remove" or value is None else value
        else:
            yield Stratum(rank, "patch", {}, home, "a JSON patch changes it")
    if keys:
        yield Stratum(rank, "patch", keys, home)
