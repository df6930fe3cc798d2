"""Values of vcluster's charts: how they are told from those of other charts, and their leaves by path.

Source: facts/vcluster.md sections 3 and 6.
"""

import re
from collections.abc import Iterable, Iterator

from famlint.components.declaration import leaf
from famlint.components.helm import as_helm_reads
from famlint.components.model import Leaf
from famlint.documents.document import Document
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at
from famlint.network.versions import Version

UNIFIED = "unified"
LEGACY = "legacy"
NAMES = frozenset(("vcluster", "vcluster-k8s", "vcluster-k0s", "vcluster-eks"))
"""The charts. `vcluster` is the one of k3s up to 0.19 and the unified one from 0.20 on."""

FIRST_UNIFIED = Version(0, 20, 0)
UNIFIED_KEYS = frozenset(
    (
        "controlPlane",
        "deletion",
        "deploy",
        "experimental",
        "exportKubeConfig",
        "external",
        "global",
        "integrations",
        "logging",
        "networking",
        "platform",
        "plugin",
        "plugins",
        "policies",
        "privateNodes",
        "pro",
        "rbac",
        "serviceCIDR",
        "sleep",
        "sleepMode",
        "snapshots",
        "sync",
        "telemetry",
    )
)
LEGACY_KEYS = frozenset(
    (
        *("admission", "affinity", "annotations", "api", "autoDeletePersistentVolumeClaims", "centralAdmission"),
        *("config", "controller", "coredns", "defaultImageRegistry", "embeddedEtcd", "enableHA", "etcd"),
        *("fallbackHostDns", "fsGroup", "fullnameOverride", "global", "globalAnnotations", "headless"),
        *("hostpathMapper", "ingress", "init", "isolation", "job", "k3sToken", "labels", "mapServices", "monitoring"),
        *("multiNamespaceMode", "nameOverride", "nodeSelector", "noopSyncer", "openshift", "plugin"),
        *("podAnnotations", "podDisruptionBudget", "podLabels", "podSecurityContext", "preInstall"),
        *("priorityClassName", "pro", "proLicenseSecret", "proxy", "rbac", "replicas", "scheduler"),
        *("securityContext", "serverToken", "service", "serviceAccount", "serviceCIDR", "storage", "sync", "syncer"),
        *("telemetry", "tolerations", "vcluster", "volumeClaimTemplates", "volumes", "workloadServiceAccount"),
    )
)
"""Top-level keys that any release of a generation knows."""

_UNIFIED_SIGNS: tuple[tuple[str, ...], ...] = (
    ("controlPlane", "distro", "k8s"),
    ("controlPlane", "distro", "k3s"),
    ("controlPlane", "distro", "k0s"),
    ("controlPlane", "backingStore", "database"),
    ("controlPlane", "backingStore", "etcd"),
    ("controlPlane", "proxy", "extraSANs"),
    ("sync", "toHost"),
    ("sync", "fromHost"),
    ("exportKubeConfig",),
    ("networking", "replicateServices"),
    ("networking", "resolveDNS"),
    ("networking", "advanced", "proxyKubelets"),
    ("experimental", "syncSettings"),
    ("experimental", "docker"),
    ("policies", "centralAdmission"),
    ("privateNodes", "enabled"),
    ("privateNodes", "autoNodes"),
    ("privateNodes", "vpn"),
    ("privateNodes", "joinNode"),
)
_LEGACY_SIGNS: tuple[tuple[str, ...], ...] = (
    ("isolation", "networkPolicy", "outgoingConnections"),
    ("sync", "fake-nodes"),
    ("sync", "fake-persistentvolumes"),
    ("sync", "legacy-storageclasses"),
    ("multiNamespaceMode",),
    ("fallbackHostDns",),
    ("hostpathMapper",),
    ("noopSyncer",),
    ("k3sToken",),
)
_BESIDE_SYNCER = ("vcluster", "api", "controller", "mapServices", "isolation")
_OWN_WORDS = ("networking", "controlPlane", "serviceCIDR", "sync", "policies", "privateNodes", "experimental")
"""Keys of which one must stand below a key that has a chart's own name, for values that no sign marks."""

TRIGGERS = (
    "vcluster",
    "VirtualCluster",
    "vc-config-",
    "vc-cidr-",
    "distro:",
    'distro"',
    "backingStore",
    "extraSANs",
    "toHost",
    "fromHost",
    "exportKubeConfig",
    "replicateServices",
    "resolveDNS",
    "proxyKubelets",
    "experimental:",
    'experimental"',
    "centralAdmission",
    "privateNodes",
    "syncer:",
    'syncer"',
    "outgoingConnections",
    "fake-nodes",
    "fake-persistentvolumes",
    "legacy-storageclasses",
    "multiNamespaceMode",
    "fallbackHostDns",
    "hostpathMapper",
    "noopSyncer",
    "k3sToken",
)

_PLACES = {
    "serviceCIDR": frozenset(("serviceCIDR", "networking.serviceCIDR")),
    "podCIDR": frozenset(("networking.podCIDR",)),
    "clusterDomain": frozenset(("networking.advanced.clusterDomain",)),
    "extraSANs": frozenset(("controlPlane.proxy.extraSANs",)),
}
_FREE = frozenset(("global", "external", "plugin", "plugins"))
_ONE_MINOR = re.compile(r"[~^=v ]*0\.(\d{1,4})(?:\.(?:\d+|[xX*])[^\s|,]*)?")
_MINOR_RANGE = re.compile(r"(?:[~^=] *)?v?0\.(\d{1,4})(?:\.(\d{1,4}|[xX*]))?")
_DIVIDED_MINORS = frozenset((24, 25, 33))
"""Minors whose patch releases do not behave alike (sections 1 and 4)."""

_AT_LEAST = re.compile(r">=? *v?(\d{1,4})\.(\d{1,4})\b[^|]*")


_LOWER = frozenset(key.lower() for key in UNIFIED_KEYS)


def recognise(values: Node) -> str:
    """The generation whose values a mapping certainly holds: `unified`, `legacy`, or an empty text for neither.

    One sign is enough, and no top-level key may be one that the generation does not know.
    """
    if not isinstance(values, Mapping):
        return ""
    tops = top_keys(values)
    if _are_of(tops, UNIFIED_KEYS) and any(at(values, *sign) is not None for sign in _UNIFIED_SIGNS):
        return UNIFIED
    ranged = any(at(values, "networking", key) is not None for key in ("serviceCIDR", "podCIDR"))
    if _are_of(tops, UNIFIED_KEYS) and ranged and "privateNodes" in tops:
        return UNIFIED
    if tops <= LEGACY_KEYS and any(at(values, *sign) is not None for sign in _LEGACY_SIGNS):
        return LEGACY
    return LEGACY if tops <= LEGACY_KEYS and "syncer" in tops and tops & set(_BESIDE_SYNCER) else ""


def _are_of(tops: frozenset[str], known: frozenset[str]) -> bool:
    """Whether keys are those of a generation, also in other capitals or with dashes: a slip hides no file."""
    return all(key in known or key.replace("-", "").replace("_", "").lower() in _LOWER for key in tops - known)


def recognise_below(name: str, values: Node) -> str:
    """As `recognise`, for values below a key of a parent chart. The name of a chart makes common keys enough."""
    found = recognise(values)
    if found or name not in NAMES or not isinstance(values, Mapping):
        return found
    tops = top_keys(values)
    return UNIFIED if tops <= UNIFIED_KEYS and tops & set(_OWN_WORDS) else ""


def fits(values: Node) -> bool:
    """Whether a mapping has keys, and only such as one generation knows: what a release may add to its values."""
    tops = top_keys(values) if isinstance(values, Mapping) else frozenset()
    return bool(tops) and (tops <= UNIFIED_KEYS or tops <= LEGACY_KEYS)


def top_keys(values: Mapping) -> frozenset[str]:
    """The names of a mapping's keys, merged ones included."""
    return frozenset(key.text for key, _ in _pairs(values))


_LISTS_OF_DEFAULTS = (".except",)
"""Lists that the chart fills, so that removing them by a null says something."""


def leaves(document: Document, values: Mapping) -> dict[str, Leaf]:
    """Everything below a mapping by its path, a list of mappings by the index of each.

    A list of mappings has a leaf `absent` at its own path before its members, so that it replaces a list of a lower
    layer. A mapping or list into which a template may insert adds `<path>.*`, unknown. Scalars are as Helm reads them.
    """
    return dict(_below(document, values, "", 24))


def _below(document: Document, node: Node, path: str, depth: int) -> Iterator[tuple[str, Leaf]]:
    prefix = f"{path}." if path else ""
    if isinstance(node, Sequence):
        if not any(isinstance(item, Mapping | Sequence) for item in node.items) or depth == 0:
            yield path, as_helm_reads(leaf(document, node))
            return
        yield path, Leaf("", document.text.span(node.start, node.start), absent=True)
        yield from _gap(document, node, prefix)
        for number, item in enumerate(node.items):
            if isinstance(item, Mapping) and not item.pairs:
                # An empty rule is a rule: `egress: [{}]` allows everything.
                yield f"{prefix}{number}", leaf(document, item)._replace(unknown="")
            yield from _below(document, item, f"{prefix}{number}", depth - 1)
    elif isinstance(node, Scalar) and node.is_null and path.endswith(_LISTS_OF_DEFAULTS):
        # Without its null the list would be the chart's own again.
        yield path, Leaf("", document.text.span(node.start, node.end), items=())
    elif isinstance(node, Mapping) and depth > 0:
        yield from _gap(document, node, prefix)
        for key, value in _pairs(node):
            inner = _below(document, value, f"{prefix}{key.text}", depth - 1)
            yield from _conditional(inner) if document.conditional(key) else inner
    else:
        yield path, as_helm_reads(leaf(document, node))


def _gap(document: Document, node: Mapping | Sequence, prefix: str) -> Iterator[tuple[str, Leaf]]:
    if document.open(node):
        what = "keys" if isinstance(node, Mapping) else "items"
        yield f"{prefix}*", Leaf("", document.text.span(node.start, node.start), unknown=f"a template may add {what}")


def _conditional(found: Iterable[tuple[str, Leaf]]) -> Iterator[tuple[str, Leaf]]:
    for path, made in found:
        yield path, made if made.unknown or made.absent else made._replace(unknown="inside a condition of a template")


def _pairs(node: Mapping) -> list[tuple[Scalar, Node]]:
    """The pairs that count: the last of equal keys, and what `<<` merges beneath the mapping's own."""
    found: dict[str, tuple[Scalar, Node]] = {}
    merged = node.get("<<")
    for source in reversed(merged.items if isinstance(merged, Sequence) else (merged,)):
        if isinstance(source, Mapping):
            found |= {key.text: (key, value) for key, value in _pairs(source)}
    for key, value in node.pairs:
        # Keys of our own begin with @; no chart has such keys.
        if isinstance(key, Scalar) and not (key.text == "<<" and not key.style) and not key.text.startswith("@"):
            found[key.text] = (key, value)
    return list(found.values())


def generation_of_keys(paths: Iterable[str]) -> str:
    """The generation that only knows the keys at these paths; empty where both know them, or neither."""
    votes = set()
    for path in paths:
        top, _, rest = path.partition(".")
        inner = rest.partition(".")[0]
        if top == "sync" and inner:
            votes.add(UNIFIED if inner in ("toHost", "fromHost") else LEGACY)
        elif (top in UNIFIED_KEYS) != (top in LEGACY_KEYS):
            votes.add(UNIFIED if top in UNIFIED_KEYS else LEGACY)
    return votes.pop() if len(votes) == 1 else ""


def generation_of_range(text: str) -> str:
    """The generation of every release in a range of versions (`0.30.x`, `~0.19`, `>=0.24`); empty where open."""
    one, least = _ONE_MINOR.fullmatch(text.strip()), _AT_LEAST.fullmatch(text.strip())
    if one:
        return UNIFIED if int(one[1]) >= FIRST_UNIFIED.minor else LEGACY
    return UNIFIED if least and (int(least[1]), int(least[2])) >= FIRST_UNIFIED[:2] else ""


def version_of_range(text: str) -> Version | None:
    """The first release of a range within one minor (`0.30.x`, `~0.30.2`) whose releases all behave alike, else None.

    A range with a suffix takes candidates too, and is not known.
    """
    match = _MINOR_RANGE.fullmatch(text.strip())
    if match is None or int(match[1]) in _DIVIDED_MINORS:
        return None
    patch = match[2] or ""
    return Version(0, int(match[1]), int(patch) if patch.isdecimal() else 0)


def misplaced(paths: Iterable[str]) -> tuple[str, ...]:
    """Paths whose last key is one of the network's and stands where no release reads it."""
    found = []
    for path in paths:
        top, _, last = path.partition(".")[0], "", path.rpartition(".")[2]
        if top not in _FREE and last in _PLACES and path not in _PLACES[last]:
            found.append(path)
    return tuple(found)
