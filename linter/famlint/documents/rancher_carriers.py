"""Files that objects write on a machine: configuration of RKE2 and k3s inside cloud-init, Ignition and Cluster API.

All of them name a file by `path` and hold its text in `content` (cloud-init `write_files`, `spec.files` of Cluster
API's providers) or in `contents.inline` (Butane). The layer of what they hold is the place of the file among its
drop-ins: its rank, and its path on the machine as the name.
Source: facts/distributions.md sections 1.1 and 2.
"""

import re
from collections.abc import Iterator

from famlint.documents.carriers import Carried, carried
from famlint.documents.document import Carrier, Document, Layer, Role
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at, text_at

CONFIG_FILE = 0
DROP_IN = 1
"""Ranks of config.yaml and of the files in config.yaml.d."""

_CONFIG = re.compile(
    r"(?P<home>.*/)?etc/rancher/(?P<name>rke2|k3s)/config\.ya?ml(?P<drop_in>\.d/[^/]+\.ya?ml)?", re.IGNORECASE
)
_TEMPLATE = re.compile(r"\.(j2|tmpl|tpl)\Z")
_DISTRIBUTION_DIRECTORY = "etc/rancher/"
_ENCODINGS = {"": False, "text/plain": False, "b64": True, "base64": True}


def config_layer(path: str) -> Layer | None:
    """The layer that a file on a machine is to RKE2 or k3s; None for a path that neither reads."""
    match = _CONFIG.fullmatch(_TEMPLATE.sub("", path))
    return Layer(DROP_IN if match["drop_in"] else CONFIG_FILE, path) if match else None


def written_files(document: Document) -> Iterator[Carried]:
    """The configuration of RKE2 and k3s that a document writes on a machine, wherever in it that stands.

    A file whose text is compressed or stands elsewhere is left out, and so are those of a patch: see `hidden_files`.
    """
    for entry, layer in _entries(document) if document.role is not Role.PATCH else ():
        text, encoded = _text(entry)
        if text is not None:
            carrier = Carrier(document.kind or "cloud-init", _name(document), document.namespace, layer)
            yield Carried(text, Role.MANIFEST, carrier, encoded)


def _name(document: Document) -> str:
    """`metadata.name` as people wrote it, placeholders included."""
    found = document.ref("metadata", "name")
    return found.text.value(found.scalar)[0] if found else ""


def hidden_files(document: Document) -> Iterator[str]:
    """The paths of such files whose text cannot be read here, or is to change an object that stands elsewhere."""
    for entry, layer in _entries(document):
        if document.role is Role.PATCH or _text(entry)[0] is None:
            yield layer.name


def _entries(document: Document) -> Iterator[tuple[Mapping, Layer]]:
    if _DISTRIBUTION_DIRECTORY not in document.text.content:
        return
    stack: list[Node] = [document.root]
    # What is a document of its own is asked by itself.
    seen = {id(part.node) for part in carried(document)}
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Sequence):
            stack.extend(reversed(node.items))
            continue
        layer = config_layer(text_at(node, "path"))
        if layer is not None:
            yield node, layer
        stack.extend(value for _, value in reversed(node.pairs))


def _text(entry: Mapping) -> tuple[Scalar | None, bool]:
    """The scalar that holds a file's text, and whether it is base64; None where it cannot be read."""
    for path in (("content",), ("contents", "inline")):
        found = at(entry, *path)
        encoded = _ENCODINGS.get(text_at(entry, "encoding"))
        if isinstance(found, Scalar) and not found.is_null and encoded is not None:
            return found, encoded
    return None, False
