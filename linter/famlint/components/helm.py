"""What all Helm charts have in common: references to a chart, its version, and Chart.yaml's dependencies."""

import re
from collections.abc import Iterator
from functools import partial

from famlint.components.adapter import Adapter
from famlint.components.declaration import Declaration, leaf
from famlint.components.model import Leaf
from famlint.documents.document import Document
from famlint.documents.tree import Sequence, at, text_at
from famlint.network.versions import Version, parse_version

DEPENDENCY = "chart dependency"
_ARCHIVE = re.compile(r"(?P<name>[^/]{1,200}?)-(?P<version>v?\d{1,9}\.\d{1,9}\.\d{1,9}[^/]{0,200})\.tgz")


def chart_version(text: str) -> Version | None:
    """The version of a chart reference: `0.9.9`, or the end of an archive's name; None for ranges and candidates."""
    match = _ARCHIVE.fullmatch(text.rpartition("/")[2]) if text.endswith(".tgz") else None
    found = match["version"] if match else text.strip()
    # A candidate is not the release of its number.
    return None if "-" in found else parse_version(found)


def chart_name(text: str) -> str:
    """`kube-vip` out of `kube-vip`, `repo/kube-vip`, `oci://host/kube-vip`, `https://host/kube-vip-0.9.9.tgz`."""
    base = text.rstrip("/").rpartition("/")[2]
    match = _ARCHIVE.fullmatch(base) if base.endswith(".tgz") else None
    return match["name"] if match else base


def dependencies(names: frozenset[str]) -> Adapter:
    """The dependencies of a Chart.yaml on charts of these names. Keys: `version`, `alias`."""
    return Adapter(DEPENDENCY, partial(_collect, names), ())


def _collect(names: frozenset[str], document: Document) -> Iterator[Declaration]:
    entries = at(document.root, "dependencies")
    if document.kind or document.carrier is not None or not isinstance(entries, Sequence):
        return
    for entry in entries.items:
        name, version = text_at(entry, "name"), at(entry, "version")
        if name in names and version is not None:
            keys = {key: leaf(document, node) for key in ("version", "alias") if (node := at(entry, key)) is not None}
            yield Declaration(DEPENDENCY, name, "", keys["version"].span, keys, number=document.number)


def as_helm_reads(made: Leaf) -> Leaf:
    """Helm reads YAML 1.1: a plain `yes` is true, a plain number with a leading zero is octal."""
    if made.items is not None:
        return made._replace(items=tuple(as_helm_reads(item) for item in made.items))
    if not made.plain or made.holes or not made.text:
        return made
    word = made.text.lower()
    if word in ("yes", "on", "true", "y", "no", "off", "false", "n"):
        text = "true" if word in ("yes", "on", "true", "y") else "false"
        return made if made.text == text else made._replace(text=text, span=made.span._replace(literal=False))
    if len(made.text) > 1 and made.text[0] == "0" and made.text.replace("_", "").isalnum():
        return made._replace(unknown=f"Helm reads the number {made.text} in another base")
    return made
