"""The Helm chart of kube-vip: its values, its defaults by version, and the settings that it renders.

Source: facts/kube-vip.md section 4.2 (kube-vip/helm-charts charts/kube-vip, kube-vip-0.4.2 to kube-vip-0.9.9).
"""

from collections.abc import Iterator
from collections.abc import Mapping as Dict

from famlint.components.adapter import REFERENCED, Chart, Defaults, Release, Rendered, Values
from famlint.components.chart_values import (
    BELOW_A_PARENT,
    declared,
    is_of_chart,
    is_referenced,
    leaves_of,
    values_of,
)
from famlint.components.declaration import Declaration
from famlint.components.helm import as_helm_reads
from famlint.components.images import parse_image, tag_release
from famlint.components.kube_vip import IMAGES, OTHER_CHART, container_declaration, settings
from famlint.components.kube_vip import KIND as KUBE_VIP
from famlint.components.kube_vip_variables import FLAGS, SWITCHES, VARIABLES
from famlint.components.model import Leaf, Value
from famlint.documents.document import Document
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, text_at
from famlint.network.versions import Version, parse_version
from famlint.unknown import Unknown

KIND = "kube-vip chart"
NAME = "kube-vip"
_TOPS = ("image", "config", "env", "envValueFrom", "envFrom", "extraArgs")
_PREFIXES = frozenset(("vip", "cp", "svc", "lb", "bgp"))

_APP_VERSIONS: tuple[tuple[str, str, str], ...] = (
    ("0.4.2", "0.4.4", "v0.4.1"),
    ("0.5.0", "0.5.0", "v0.7.0"),
    ("0.6.0", "0.6.2", "v0.8.0"),
    ("0.6.3", "0.6.5", "v0.8.4"),
    ("0.6.6", "0.6.7", "v0.8.9"),
    ("0.7.1", "0.7.1", "v0.9.1"),
    ("0.8.0", "0.8.1", "v0.9.1"),
    ("0.8.2", "0.8.2", "v0.9.2"),
    ("0.9.0", "0.9.0", "v1.0.0"),
    ("0.9.1", "0.9.3", "v1.0.1"),
    ("0.9.4", "0.9.4", "v1.0.2"),
    ("0.9.5", "0.9.5", "v1.0.3"),
    ("0.9.6", "0.9.9", "v1.0.4"),
)
IMAGES_OF_NEW_CHARTS = (Version(0, 9, 1), Version(1, 2, 3))
"""The oldest image that a chart from 0.7.1 on brings, and the newest release checked."""
_COMMON = {
    "env.vip_arp": "true",
    "env.lb_enable": "true",
    "env.lb_port": "6443",
    "env.cp_enable": "false",
    "env.svc_enable": "true",
    "env.vip_leaderelection": "false",
}


def defaults(version: Version | Unknown, given: Dict[str, Leaf]) -> Defaults:
    """The chart's own values that matter.

    For a chart of unknown version, or one that the facts do not list, the prefix of newer charts is assumed only
    where the user sets none and the image is new enough for it.
    """
    known = _of_version(version) if isinstance(version, Version) else None
    name = f"default of chart kube-vip {str(version).removeprefix('v')}" if known else "chart default"
    texts, unknown = known or _COMMON, {}
    if known is None and assumes_new(given):
        texts = {**_COMMON, "env.vip_subnet": "32"}
    elif known is None:
        why = "the chart's default, and the chart's version is unknown"
        unknown = dict.fromkeys(("env.vip_cidr", "env.vip_subnet"), why)
    if "env" in given and not given["env"].absent:
        texts = {path: text for path, text in texts.items() if not path.startswith("env.")}
        unknown = {}
    return Defaults(name, texts, unknown=unknown)


def _of_version(version: Version) -> Dict[str, str] | None:
    for first, last, app_version in _APP_VERSIONS:
        low, high = parse_version(first), parse_version(last)
        if low is not None and high is not None and low <= version <= high:
            prefix = "env.vip_subnet" if version >= Version(0, 7, 1) else "env.vip_cidr"
            return {**_COMMON, "image.tag": app_version, prefix: "32"}
    return None


def assumes_new(given: Dict[str, Leaf]) -> bool:
    """Whether a chart of unknown version is taken for one of 0.7.1 or newer (facts 5, common groundwork)."""
    tag = given.get("image.tag")
    image = parse_version(tag.text) if tag and not tag.holes else None
    new = tag is None or (image is not None and image >= Version(0, 9, 0))
    return new and "env.vip_cidr" not in given and "env.vip_subnet" not in given


def collect(document: Document) -> Iterator[Declaration]:
    """Values of the chart: of a release, or a values file by itself, recognised by what only kube-vip reads.

    Keys are paths in the values (`env.vip_subnet`). A container of kube-vip in the values of another chart is
    a declaration of kube-vip itself.
    """
    root, carrier = values_of(document), document.carrier
    if root is None:
        return
    below = root.get(NAME)
    if is_of_chart(document, root, NAME, _reads_like_the_chart):
        yield _declaration(document, root)
    elif is_referenced(document) and any(root.get(top) is not None for top in _TOPS):
        yield _declaration(document, root)._replace(form=REFERENCED)
    elif isinstance(below, Mapping) and _reads_like_the_chart(below):
        yield _declaration(document, below)._replace(form=BELOW_A_PARENT)
    else:
        for container in _containers(root):
            name = (carrier.name if carrier else "") or NAME
            yield container_declaration(document, container, name, OTHER_CHART)


def _declaration(document: Document, values: Mapping) -> Declaration:
    keys = leaves_of(document, values, _TOPS)
    if document.open(values):
        keys["env.*"] = Leaf("", document.text.span(values.start, values.start), unknown="a template may add values")
    names = (name for path in keys if (name := path.removeprefix("env.")) != path)
    return declared(
        document,
        KIND,
        {path: as_helm_reads(made) for path, made in keys.items()},
        ignored=tuple(name for name in names if name not in VARIABLES | {"*"}),
    )


def _reads_like_the_chart(root: Mapping) -> bool:
    env = root.get("env")
    if not isinstance(env, Mapping):
        return False
    repository = text_at(root, "image", "repository")
    if repository and parse_image(repository).base_name not in IMAGES:
        return False
    names = {name.text for name, _ in env.pairs if isinstance(name, Scalar)} & VARIABLES
    return len(names) > 1 and any("_" in name and name.split("_")[0] in _PREFIXES for name in names)


def _containers(root: Node) -> Iterator[Mapping]:
    """Mappings anywhere in the values that hold an image of kube-vip and its environment."""
    stack: list[Node] = [root]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Sequence):
            stack.extend(reversed(node.items))
            continue
        image = node.get("image")
        text = image.text if isinstance(image, Scalar) else text_at(image, "repository")
        if parse_image(text).base_name in IMAGES and node.get("env") is not None:
            yield node
        else:
            stack.extend(value for _, value in reversed(node.pairs))


def render(release: Release) -> Rendered:
    """What the chart's template makes of effective values: kube-vip's settings.

    The template writes `vip_address` only where the control plane is on, and the user's `env` comes after it.
    """
    made, partial = _rendered(release.values)
    tag = made.get("image.tag")
    image: Version | Unknown = Unknown("kube-vip version", "neither the chart's version nor image.tag is known")
    if isinstance(tag, Value) and tag.text:
        image = tag_release(tag.text, "kube-vip version")
    elif isinstance(tag, Unknown):
        image = Unknown("kube-vip version", tag.reason)
    partial = release.partial or partial
    return Rendered(settings(made), image, tag.span if isinstance(tag, Value) else None, partial, _bounds(release))


def _bounds(release: Release) -> tuple[Version, Version] | None:
    """The releases that a chart of unknown version can bring, where its own image is used."""
    if isinstance(release.version, Version) or "image.tag" in release.values or release.partial:
        return None
    return IMAGES_OF_NEW_CHARTS if assumes_new(release.given) else None


def _rendered(values: Values) -> tuple[dict[str, Value | Unknown], str]:
    """`env.<variable>` and `flag.<variable>`, `image.tag`; and the reason why a missing variable proves nothing."""
    made: dict[str, Value | Unknown] = {}
    partial = ""
    control_plane = values.get("env.cp_enable")
    address = values.get("config.address")
    if isinstance(control_plane, Unknown):
        made["env.vip_address"] = Unknown("vip_address", control_plane.reason)
    elif control_plane is not None and control_plane.text.lower() == "true" and address is not None:
        made["env.vip_address"] = address
    for path, value in values.items():
        top, _, rest = path.partition(".")
        if path in ("env", "env.*", "extraArgs", "extraArgs.*") or top == "envFrom":
            partial = partial or "the values add variables that are not known"
        elif top == "env":
            made[path] = value
        elif top == "extraArgs" and (variable := FLAGS.get(rest) or SWITCHES.get(rest)):
            bare = isinstance(value, Value) and not value.text and rest in SWITCHES
            made[f"flag.{variable}"] = value._replace(text="true") if bare and isinstance(value, Value) else value
    for path in values:
        top, _, rest = path.partition(".")
        if top == "envValueFrom" and rest:
            name = rest.split(".")[0]
            made[f"env.{name}"] = Unknown(name, "it comes from envValueFrom")
    if "image.tag" in values:
        made["image.tag"] = values["image.tag"]
    return made, partial


CHART = Chart(KIND, KUBE_VIP, frozenset((NAME,)), defaults, render, collect)
