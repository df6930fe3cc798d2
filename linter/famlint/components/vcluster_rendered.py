"""vcluster as its charts render it, and as it stands in a cluster.

From 0.20 on only the Secret `vc-config-<release>` shows the values; up to 0.18 the range of Services stands in the
command of the API server or of k3s, or in the configuration of k0s. Source: facts/vcluster.md section 4.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Dict

from famlint.components.declaration import Declaration, flatten, leaf, named_span, owner, ref_leaf, strings
from famlint.components.flags import command_line, effective, flags
from famlint.components.images import parse_image
from famlint.components.model import Leaf, Value
from famlint.components.vcluster_values import FIRST_UNIFIED, LEGACY, NAMES, UNIFIED, leaves
from famlint.documents.carriers import is_vcluster_secret
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at, text_at
from famlint.network.versions import Version, parse_version
from famlint.positions import Span
from famlint.unknown import Unknown

KIND = "vcluster"
CHART_KEY = "@chart"
GENERATION = "@generation"
DETECTED = "@detected"
"""The key of the range that a release up to 0.18 has found and keeps in a ConfigMap."""

SERVICE_CIDR_ANNOTATION = "vcluster.loft.sh/service-cidr"
A_PART = "an object that a chart renders shows only a part of its values"
AT_RUN_TIME = "vcluster fills it in when it starts"

_LABEL = "@label"
_LABEL_TEXT = re.compile(r"(?P<chart>vcluster(?:-k8s|-k0s|-eks)?)-(?P<version>\d+\.\d+\.\d+.*)")
_IMAGES = frozenset(("vcluster", "vcluster-pro", "vcluster-oss"))
_CIDR_FLAG = re.compile(r"--service-cidr(?:=|\s+)(?P<range>\S+)")
_PLACEHOLDER = "CIDR_PLACEHOLDER"
_OF_A_SERVICE = "controlPlane.service."


def collect(document: Document) -> Iterator[Declaration]:
    """Objects of a release: its Secrets, workloads that name a range, the host Service and the ConfigMap of a dump."""
    carrier = document.carrier
    root = document.root
    if not isinstance(root, Mapping):
        return
    if carrier is not None and carrier.kind == "Secret" and not carrier.key and is_vcluster_secret(carrier.name):
        yield from _secret(document, root, carrier.name)
    elif document.kind in ("StatefulSet", "Deployment"):
        yield from _workload(document)
    elif document.kind == "Service" and not document.group:
        yield from _service(document)
    elif document.kind == "ConfigMap" and document.name.startswith("vc-cidr-"):
        cidr = at(root, "data", "cidr")
        if cidr is not None:
            name, keys = document.name.removeprefix("vc-cidr-"), {DETECTED: leaf(document, cidr)}
            yield _declaration(document, name, _known(document, "", LEGACY) | keys)


def _declaration(document: Document, name: str, keys: dict[str, Leaf], partial: str = A_PART) -> Declaration:
    label = at(document.root, "metadata", "labels", "chart")
    if label is not None:
        keys = {_LABEL: leaf(document, label), **keys}
    return Declaration(
        KIND,
        name,
        document.namespace,
        named_span(document),
        keys,
        form=document.kind,
        partial=partial,
        owner=owner(document),
        patch=document.role is Role.PATCH,
        number=document.number,
        source=document.source,
        branch=document.branch,
    )


def _known(document: Document, chart: str, generation: str) -> dict[str, Leaf]:
    """What the kind of the object alone says."""
    place = named_span(document)._replace(literal=False)
    return {key: Leaf(text, place) for key, text in ((CHART_KEY, chart), (GENERATION, generation)) if text}


def _secret(document: Document, root: Mapping, secret: str) -> Iterator[Declaration]:
    """What a virtual cluster starts with: all values of the chart, or the configuration of k0s."""
    carrier = document.carrier
    label = ref_leaf(document, carrier.version) if carrier else None
    keys = {_LABEL: label} if label is not None else {}
    if secret.startswith("vc-config-"):
        name, partial = secret.removeprefix("vc-config-"), ""
        keys |= _known(document, KIND, UNIFIED) | leaves(document, root)
    else:
        name, partial = secret.removeprefix("vc-").removesuffix("-config"), A_PART
        cidr = at(root, "spec", "network", "serviceCIDR")
        if not isinstance(cidr, Scalar) or cidr.is_null:
            return
        keys |= _known(document, "vcluster-k0s", LEGACY) | {"serviceCIDR": _filled_later(leaf(document, cidr))}
    made = _declaration(document, name, keys, partial)
    yield made._replace(namespace=carrier.namespace if carrier else "", form="Secret")


def _workload(document: Document) -> Iterator[Declaration]:
    """The workload of the control plane, or the API server of the charts for k8s and eks."""
    app = text_at(document.root, "metadata", "labels", "app")
    containers = _items(at(document.root, "spec", "template", "spec", "containers"))
    images = [image for one in containers if isinstance(image := at(one, "image"), Scalar)]
    own = [image for image in images if parse_image(image.text).base_name in _IMAGES]
    labelled = _LABEL_TEXT.fullmatch(text_at(document.root, "metadata", "labels", "chart")) is not None
    if app == "vcluster" and (own or labelled):
        keys = {"image": leaf(document, own[0])} if own else {}
        yield _declaration(document, document.name, keys | _k3s_range(document, containers))
    elif app == "vcluster-api" and labelled:
        keys = _known(document, "", LEGACY)
        for container in containers:
            line = command_line(document, container, "kube-apiserver") if isinstance(container, Mapping) else None
            keys |= {f"@{key}": made for key, made in flags(line).items()} if line else {}
        yield _declaration(document, document.name.removesuffix("-api"), keys)


def _k3s_range(document: Document, containers: tuple[Node, ...]) -> dict[str, Leaf]:
    """`--service-cidr` of k3s, a word of its own or inside the text that a shell runs."""
    found = []
    for container in containers:
        for word in (*strings(at(container, "command")), *strings(at(container, "args"))):
            made = leaf(document, word)
            for match in _CIDR_FLAG.finditer(made.text):
                start, end = match.span("range")
                held = any(hole.start < end and start < hole.end for hole in made.holes)
                span = document.text.inside(word).span(start, end)
                found.append(Leaf(match["range"], span, unknown=made.unknown or (AT_RUN_TIME if held else "")))
    if len({one.text for one in found}) > 1:
        found = [found[-1]._replace(unknown="k3s is given several ranges")]
    return {"serviceCIDR": found[-1]} if found else {}


def _filled_later(made: Leaf) -> Leaf:
    later = "$(" in made.text or made.text == _PLACEHOLDER
    return made._replace(unknown=made.unknown or AT_RUN_TIME) if later else made


def _service(document: Document) -> Iterator[Declaration]:
    """The host Service of a dump, which keeps the range that was found. Keys are those of the values that make it."""
    metadata, spec = at(document.root, "metadata"), at(document.root, "spec")
    marked = text_at(metadata, "labels", "vcluster.loft.sh/service") == "true"
    if not marked and text_at(metadata, "labels", "app") != "vcluster":
        return
    if at(metadata, "annotations", SERVICE_CIDR_ANNOTATION) is None:
        return
    keys = _known(document, KIND, UNIFIED)
    keys |= flatten(document, at(metadata, "annotations"), f"{_OF_A_SERVICE}annotations.", depth=0)
    if isinstance(spec, Mapping):
        keys |= {f"{_OF_A_SERVICE}spec.{path}": made for path, made in leaves(document, spec).items()}
    yield _declaration(document, document.name, keys)


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def labelled_chart(text: str) -> tuple[str, Version | None]:
    """The chart and its version in the label `chart` (`vcluster-k8s-0.15.2`); an empty text where it is none of ours.

    From 0.29 on the label has `_` for `+`, and at most 63 characters.
    """
    match = _LABEL_TEXT.fullmatch(text.strip())
    return (match["chart"], parse_version(match["version"].replace("_", "+"))) if match else ("", None)


def version(values: Dict[str, Value | Unknown]) -> tuple[Version | Unknown, Span | None]:
    """The chart's release: of the label, else of the tag of vcluster's own image."""
    label, tag = values.get(_LABEL), values.get("image.tag")
    if isinstance(label, Value):
        chart, named = labelled_chart(label.text)
        if named is not None:
            return named, label.part(len(chart) + 1, len(label.text))
    if isinstance(tag, Value) and (named := parse_version(tag.text)) is not None:
        return named, tag.span
    for given in (label, tag):
        if isinstance(given, Unknown):
            return Unknown("chart version", given.reason), None
    return Unknown("chart version", "neither a label nor the image names it"), None


def generation_of(release: Version | Unknown, chart: str) -> str:
    """The generation of a release of a chart, empty where neither says it."""
    if isinstance(release, Version):
        return LEGACY if release < FIRST_UNIFIED else UNIFIED
    return LEGACY if chart in NAMES - {KIND} else ""


def settings(values: Dict[str, Value | Unknown]) -> dict[str, Value | Unknown]:
    """The values that the object shows, with `@chart` and `@generation`; flags of the API server as `@flag.<name>`."""
    words = {key.removeprefix("@"): value for key, value in values.items() if key.startswith(("@command.", "@args."))}
    found = {key: value for key, value in values.items() if key.removeprefix("@") not in words}
    flagged = effective(words)
    found |= {f"@{key}": value for key, value in flagged.items()}
    if "flag.service-cluster-ip-range" in flagged:
        found["serviceCIDR"] = flagged["flag.service-cluster-ip-range"]
    label, tag = found.pop(_LABEL, None), found.pop("image.tag", None)
    found.pop("image", None)
    chart = labelled_chart(label.text)[0] if isinstance(label, Value) else ""
    generation = generation_of(version(values)[0], chart)
    named = label if isinstance(label, Value) else tag
    if isinstance(label, Value) and chart:
        found[CHART_KEY] = label._replace(text=chart, editable=False)
    if isinstance(named, Value) and generation:
        found[GENERATION] = named._replace(text=generation, editable=False)
    found.setdefault(CHART_KEY, Unknown("chart", "no label names it"))
    made = found.setdefault(GENERATION, Unknown("generation of the chart", "the release of vcluster is not known"))
    if tag is not None and isinstance(made, Value):
        found["syncer.image.tag" if made.text == LEGACY else "controlPlane.statefulSet.image.tag"] = tag
    return found
