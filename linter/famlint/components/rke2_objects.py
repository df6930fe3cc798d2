"""Objects of Kubernetes that configure RKE2 and k3s, or name their release.

Rancher clusters, control planes of Cluster API with the Cluster that refers to them, Plans of the
system-upgrade-controller, values of the chart rke2-calico. Source: facts/distributions.md sections 1.5, 2 and 4.6;
rancher/cluster-api-provider-rke2 pkg/rke2/config.go.
"""

import re
from collections.abc import Iterator

from famlint.components.declaration import NO_BASE, Declaration, leaf, named_span, owner
from famlint.components.images import parse_image
from famlint.components.model import Leaf
from famlint.components.rke2_files import SCHEMA
from famlint.components.structured import misshapen
from famlint.documents.document import Document, Role
from famlint.documents.rancher_carriers import hidden_files
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at, text_at
from famlint.network.versions import Version, parse_version
from famlint.unknown import Unknown

RANCHER = "Rancher cluster"
CONTROL_PLANE = "RKE2 control plane"
CLUSTER = "Cluster API cluster"
CALICO = "rke2-calico values"
PLANS = {"RKE2": "RKE2 Plan", "k3s": "k3s Plan"}
VERSION = "@version"
CHART = "chart.rke2-calico."
"""What the keys of values of rke2-calico begin with where they stand in a configuration."""

_SUFFIX = re.compile(r"v?(?P<release>\d+\.\d+\.\d+)(?:[+-](?P<name>rke2|k3s)r?\d+)?")
_DISTRIBUTIONS = {"rke2": "RKE2", "k3s": "k3s"}
_UPGRADE_IMAGES = {"rke2-upgrade": "RKE2", "k3s-upgrade": "k3s"}
_SERVER_FIELDS = {
    ("advertiseAddress",): "advertise-address",
    ("bindAddress",): "bind-address",
    ("cloudProviderName",): "cloud-provider-name",
    ("clusterDNS",): "cluster-dns",
    ("clusterDomain",): "cluster-domain",
    ("cni",): "cni",
    ("kubeAPIServer", "extraArgs"): "kube-apiserver-arg",
    ("kubeControllerManager", "extraArgs"): "kube-controller-manager-arg",
    ("serviceNodePortRange",): "service-node-port-range",
    ("tlsSan",): "tls-san",
}
"""`serverConfig` of the provider and the flags that it makes of it."""


def release(text: str) -> Version | Unknown:
    """The release that `v1.31.4+rke2r1` names, or an image's `v1.31.4-rke2r1`.

    Release candidates are none: some carry what the release of their number lacks (facts 0.1).
    """
    match = _SUFFIX.fullmatch(text.strip())
    version = parse_version(match["release"]) if match else None
    return version if version is not None else Unknown("version", f"{text!r} is no final release")


def distribution_named(text: str) -> str:
    """`RKE2` or `k3s` as the suffix of a release says, release candidates included; empty without one."""
    match = re.search(r"[+-](rke2|k3s)r?\d+\s*\Z", text)
    return _DISTRIBUTIONS[match[1]] if match else ""


def collect_objects(document: Document) -> Iterator[Declaration]:
    """What one object says about RKE2 or k3s."""
    carrier = document.carrier
    if carrier is not None and carrier.kind == "HelmChartConfig" and carrier.name == "rke2-calico":
        yield from _calico(document)
        return
    match (document.group, document.kind):
        case ("provisioning.cattle.io", "Cluster"):
            yield from _rancher(document)
        case ("controlplane.cluster.x-k8s.io", "RKE2ControlPlane" | "RKE2ControlPlaneTemplate"):
            yield from _control_plane(document)
        case ("cluster.x-k8s.io", "Cluster"):
            yield from _cluster(document)
        case ("upgrade.cattle.io", "Plan"):
            yield from _plan(document)


def _declaration(document: Document, kind: str, keys: dict[str, Leaf], partial: str = "") -> Declaration:
    patch = document.role is Role.PATCH
    return Declaration(
        kind,
        _text(document, document.root, "metadata", "name"),
        document.namespace,
        named_span(document),
        keys,
        form=document.kind,
        partial=partial or (NO_BASE if patch else ""),
        owner=owner(document),
        patch=patch,
        number=document.number,
        source=document.source,
        branch=document.branch,
    )


def _text(document: Document, node: Node | None, *path: str | int) -> str:
    """The text at a path as people wrote it, placeholders included."""
    found = at(node, *path)
    return document.text.value(found)[0] if isinstance(found, Scalar) and not found.is_null else ""


def _rancher(document: Document) -> Iterator[Declaration]:
    """A cluster that Rancher provisions. One without `rkeConfig` is imported or hosted: Rancher does not start it."""
    config = at(document.root, "spec", "rkeConfig")
    version = at(document.root, "spec", "kubernetesVersion")
    if config is None and not (document.role is Role.PATCH and version is not None):
        return
    keys: dict[str, Leaf] = {VERSION: leaf(document, version)} if version is not None else {}
    common = at(config, "machineGlobalConfig")
    keys |= _flags(document, common)
    entries = at(config, "machineSelectorConfig")
    judged = [common]
    for entry in entries.items if isinstance(entries, Sequence) else ():
        flags = _flags(document, at(entry, "config"))
        judged.append(at(entry, "config"))
        if _selects(at(entry, "machineLabelSelector")):
            why = "a machineSelectorConfig sets it for some machines"
            flags = {key: made._replace(unknown=made.unknown or why, absent=False) for key, made in flags.items()}
        keys |= flags
    charts = at(config, "chartValues")
    values = at(charts, "rke2-calico") if isinstance(charts, Mapping) else charts
    keys |= nested(document, values, CHART)
    found = _declaration(document, RANCHER, keys, _hidden(document) or _open(document, config, common))
    faults = (misshapen(document, _given(one), SCHEMA) for one in judged if isinstance(one, Mapping))
    # One mapping may stand at several places by an alias.
    yield found._replace(misshapen=tuple(dict.fromkeys(fault for some in faults for fault in some)))


def _given(node: Mapping) -> Mapping:
    """The pairs that an object of Rancher gives: an empty value is none (facts 1.1)."""
    return node._replace(pairs=tuple((key, value) for key, value in node.pairs if not _is_empty(value)))


def _is_empty(node: Node) -> bool:
    if isinstance(node, Sequence):
        return all(_is_empty(item) for item in node.items)
    return isinstance(node, Scalar) and (node.is_null or not node.text.strip())


def _selects(selector: Node | None) -> bool:
    """Whether a selector picks some machines; an empty one picks all."""
    if isinstance(selector, Mapping):
        return any(not isinstance(value, Mapping | Sequence) or _filled(value) for _, value in selector.pairs)
    return selector is not None and not (isinstance(selector, Scalar) and selector.is_null)


def _filled(node: Mapping | Sequence) -> bool:
    return bool(node.pairs if isinstance(node, Mapping) else node.items)


def _flags(document: Document, node: Node | None) -> dict[str, Leaf]:
    """The flags of a mapping in an object of Rancher. An empty value is none."""
    found: dict[str, Leaf] = {}
    for key, value in node.pairs if isinstance(node, Mapping) else ():
        if isinstance(key, Scalar) and key.text != "<<" and not key.text.startswith("@"):
            made = leaf(document, value)
            empty = made.items is None and not (made.text or made.unknown or made.holes)
            if document.conditional(key):
                made = made._replace(unknown=made.unknown or "inside a condition of a template")
            found[key.text] = made._replace(absent=True) if empty else made
    return found


def _control_plane(document: Document) -> Iterator[Declaration]:
    """A control plane that Cluster API's provider for RKE2 makes.

    Its ranges come from the Cluster that refers to it. A template is completed by Clusters of its class.
    """
    template = document.kind == "RKE2ControlPlaneTemplate"
    spec = at(document.root, "spec", "template", "spec") if template else at(document.root, "spec")
    server = at(spec, "serverConfig")
    keys: dict[str, Leaf] = {}
    # Objects of v1alpha1 give the release in agentConfig.
    version = at(spec, "version") or at(spec, "agentConfig", "version")
    if version is not None:
        keys[VERSION] = leaf(document, version)
    for path, flag in _SERVER_FIELDS.items():
        node = at(server, *path)
        if node is not None:
            keys[flag] = leaf(document, node)
    kubelet = at(spec, "agentConfig", "kubelet", "extraArgs")
    if kubelet is not None:
        keys["kubelet-arg"] = leaf(document, kubelet)
    partial = "Clusters of a class complete the template" if template else ""
    yield _declaration(document, CONTROL_PLANE, keys, partial or _hidden(document) or _open(document, spec, server))


def _cluster(document: Document) -> Iterator[Declaration]:
    """The ranges of a Cluster of Cluster API, under the flags that the provider for RKE2 makes of them.

    `@control-plane` is the name of the control plane that it refers to.
    """
    reference = at(document.root, "spec", "controlPlaneRef")
    if document.role is not Role.PATCH and text_at(reference, "kind") != "RKE2ControlPlane":
        return
    keys: dict[str, Leaf] = {}
    for field, flag in (("pods", "cluster-cidr"), ("services", "service-cidr")):
        blocks = at(document.root, "spec", "clusterNetwork", field, "cidrBlocks")
        if blocks is not None:
            made = leaf(document, blocks)
            # Without a block the provider gives no flag.
            keys[flag] = made._replace(absent=made.absent or made.items == ())
    name = at(reference, "name")
    if name is not None:
        keys["@control-plane"] = leaf(document, name)
    if not keys:
        return
    yield _declaration(document, CLUSTER, keys, _open(document, at(document.root, "spec", "clusterNetwork")))


def _plan(document: Document) -> Iterator[Declaration]:
    """A Plan that upgrades RKE2 or k3s: `spec.version`, else the tag of its image unless a channel decides."""
    spec = at(document.root, "spec")
    image = _text(document, spec, "upgrade", "image")
    distribution = _UPGRADE_IMAGES.get(parse_image(image).base_name)
    if distribution is None:
        return
    keys: dict[str, Leaf] = {}
    version, channel, tagged = at(spec, "version"), at(spec, "channel"), at(spec, "upgrade", "image")
    if version is not None:
        keys[VERSION] = leaf(document, version)
    elif channel is not None:
        keys[VERSION] = leaf(document, channel)._replace(unknown="the channel of the Plan decides")
    elif tagged is not None and parse_image(image).tag:
        made, parsed = leaf(document, tagged), parse_image(image)
        span = made.span
        if span.literal and span.end - span.start == len(image):
            span = span._replace(start=span.start + parsed.tag_at)
        keys[VERSION] = made._replace(text=parsed.tag, span=span, holes=(), unknown=made.unknown or _hole(made))
    yield _declaration(document, PLANS[distribution], keys)


def _hole(made: Leaf) -> str:
    return f"a placeholder: {made.text}" if made.holes else ""


def _calico(document: Document) -> Iterator[Declaration]:
    carrier = document.carrier
    if carrier is None or carrier.layer.name == "set":
        return
    keys = nested(document, document.root, "")
    placed = _declaration(document, CALICO, keys, "a template may add values" if document.open(document.root) else "")
    patch = document.role is Role.PATCH or carrier.layer.name.startswith("patched")
    yield placed._replace(name=carrier.name, namespace=carrier.namespace, form=carrier.kind, patch=patch)


def nested(document: Document, node: Node | None, prefix: str) -> dict[str, Leaf]:
    """The leaves below a node by path, positions of lists included. An empty mapping leaves no trace."""
    if isinstance(node, Mapping) and not document.open(node):
        found: dict[str, Leaf] = {}
        for key, value in node.pairs:
            if isinstance(key, Scalar):
                below = nested(document, value, f"{prefix}{key.text}.")
                if document.conditional(key):
                    below = {path: made._replace(unknown="inside a condition of a template") for path, made in
                             below.items()}  # fmt: skip
                found |= below
        return found
    if isinstance(node, Sequence) and node.items and not document.open(node):
        return {
            path: made
            for position, item in enumerate(node.items)
            for path, made in nested(document, item, f"{prefix}{position}.").items()
        }
    return {} if node is None else {prefix.removesuffix("."): leaf(document, node)}


def _hidden(document: Document) -> str:
    """Why a key that is not written could be set all the same: by a file whose text is not there."""
    return next((f"the text of {path} cannot be read here" for path in hidden_files(document)), "")


def _open(document: Document, *nodes: Node | None) -> str:
    return "a template may add keys" if any(node is not None and document.open(node) for node in nodes) else ""
