"""Files of RKE2 and k3s: config.yaml and its drop-ins, in the tree and in whatever writes them on a machine.

Source: facts/distributions.md sections 1.1 and 2.
"""

import re
from collections import Counter
from collections.abc import Iterator
from posixpath import basename

from famlint.components.declaration import Declaration, leaf, owner
from famlint.components.host_network import WANTED
from famlint.components.model import Leaf
from famlint.components.structured import misshapen
from famlint.documents.document import Document, Layer, Role
from famlint.documents.rancher_carriers import CONFIG_FILE, DROP_IN, config_layer
from famlint.documents.tree import Mapping, Node, Scalar
from famlint.inputs import Misshapen

FILE = "RKE2 or k3s file"
SCHEMA = "rancher"
"""The schema of what both read."""
BY_KEYS = "file recognised by its keys"
CONFIG = "config file"
FRAGMENT = "drop-in"
_TEMPLATE = re.compile(r"\.(j2|tmpl|tpl)\Z")
_DROP_IN = re.compile(r"(?:.*/)?config\.ya?ml\.d/[^/]+\.ya?ml", re.IGNORECASE)
_IMAGE_BUILDER = re.compile(r"(?:.*/)?kubernetes/config/(?:server|agent)\.ya?ml")
_SIGNATURE = frozenset(
    (
        "cluster-cidr",
        "service-cidr",
        "cluster-dns",
        "node-ip",
        "node-external-ip",
        "tls-san",
        "write-kubeconfig-mode",
        "kube-apiserver-arg",
        "kube-controller-manager-arg",
        "kubelet-arg",
        "flannel-backend",
        "egress-selector-mode",
        "cluster-init",
    )
)
AGENT_PATH = re.compile(r"(?<![a-z])(?:agent|worker)s?(?![a-z])", re.IGNORECASE)
ONLY_SERVER = frozenset(
    (
        "advertise-address",
        "cluster-cidr",
        "cluster-dns",
        "cluster-domain",
        "cluster-init",
        "cni",
        "disable",
        "egress-selector-mode",
        "flannel-backend",
        "kube-apiserver-arg",
        "kube-controller-manager-arg",
        "service-cidr",
        "service-node-port-range",
        "tls-san",
        "write-kubeconfig-mode",
    )
)
"""Keys that an agent does not know and drops."""
_FORMS = {CONFIG_FILE: CONFIG, DROP_IN: FRAGMENT}
FILE_FORMS = frozenset((CONFIG, FRAGMENT, BY_KEYS))
"""The forms of what stands in files; other configurations are objects."""


def collect_files(document: Document) -> Iterator[Declaration]:
    """A config.yaml, or a drop-in of one. Keys stand as written, the `+` of appended ones included.

    The layer is the place of the file among its drop-ins; its name is the path of the file.
    """
    root = document.root
    if not isinstance(root, Mapping) or document.kind or document.role is not Role.MANIFEST:
        return
    layer = _layer(document)
    form = _FORMS[layer.rank] if layer else BY_KEYS
    names = {key.text.removesuffix("+") for key, _ in root.pairs if isinstance(key, Scalar)}
    if layer is None and ("apiVersion" in names or len(names & _SIGNATURE) < 2):
        return
    carrier = document.carrier
    held = (layer.name if layer else carrier.key) if carrier else ""
    yield Declaration(
        FILE,
        held or basename(document.text.path),
        "",
        document.text.span(root.start, root.start),
        dict(_keys(document, root)),
        form=form,
        partial="a template may add keys" if document.open(root) else "",
        layer=layer or Layer(CONFIG_FILE, document.text.path),
        owner=owner(document),
        number=document.number,
        source=document.source,
        branch=document.branch,
        misshapen=_faults(document, root, layer.name if layer else document.text.path),
        # With Calico it matters whether the machine has an IPv4 address.
        wants=WANTED if root.get("cni") is not None else (),
    )


def _faults(document: Document, root: Mapping, path: str) -> tuple[Misshapen, ...]:
    """What does not fit the schema. An agent, as its path says, drops what only servers read."""
    if not AGENT_PATH.search(path):
        return misshapen(document, root, SCHEMA)
    pairs = ((key, value) for key, value in root.pairs if not (isinstance(key, Scalar) and _of_servers(key.text)))
    found = misshapen(document, root._replace(pairs=tuple(pairs)), SCHEMA)
    return tuple(one for one in found if not _of_servers(one.instead))


def _of_servers(key: str) -> bool:
    return key.removesuffix("+") in ONLY_SERVER


def _layer(document: Document) -> Layer | None:
    """The place among drop-ins, from the path of the file; None where the path tells nothing."""
    carrier = document.carrier
    if carrier is not None:
        return carrier.layer if config_layer(carrier.layer.name) else None
    path = _TEMPLATE.sub("", document.text.path)
    if _DROP_IN.fullmatch(path):
        return Layer(DROP_IN, document.text.path)
    if _IMAGE_BUILDER.fullmatch(path):
        return Layer(CONFIG_FILE, document.text.path)
    return config_layer(document.text.path)


def _keys(document: Document, root: Mapping) -> Iterator[tuple[str, Leaf]]:
    times = Counter(key.text for key, _ in root.pairs if isinstance(key, Scalar))
    for key, value in root.pairs:
        if isinstance(key, Scalar) and key.text != "<<" and not key.text.startswith("@"):
            made = _flag(document, value)
            if times[key.text] > 1:
                made = made._replace(unknown=made.unknown or "the file gives it twice")
            if document.conditional(key):
                made = made._replace(unknown=made.unknown or "inside a condition of a template")
            yield key.text, made


def _flag(document: Document, value: Node) -> Leaf:
    """A value as its flag gets it: a key without a value gives the flag an empty text."""
    made = leaf(document, value)
    return made._replace(absent=False) if made.absent else made
