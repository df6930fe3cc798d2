"""kube-vip: where its settings stand in manifests, and the settings themselves.

Settings are keyed by environment variable. A flag in `args` counts under the variable that carries the same
data. Source: facts/kube-vip.md sections 1, 4.1 and 5 (common groundwork).
"""

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from typing import NamedTuple

from famlint.components.adapter import Adapter
from famlint.components.declaration import NO_BASE, Declaration, Want, flatten, leaf, named_span, owner, strings
from famlint.components.images import parse_image, release_of
from famlint.components.kube_vip_variables import FLAGS, SWITCHES, VARIABLES
from famlint.components.model import Component, Leaf, Value
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Node, Scalar, Sequence, at, text_at
from famlint.network.versions import Version
from famlint.unknown import Unknown

KIND = "kube-vip"
TRIGGERS = ("kube-vip", "vip_arp", "vip_interface", "cp_enable", "svc_enable", "vip_cidr", "vip_subnet")
IMAGES = frozenset(
    ("kube-vip", "kube-vip-iptables", "mirrored-kube-vip-kube-vip", "mirrored-kube-vip-kube-vip-iptables")
)
"""Base names of the image, also as Rancher's mirror writes them (rancher/image-mirror)."""

_NEEDS_SVC_ENABLE = ("svc_election", "svc_namespace", "svc_leasename", "lb_class_only", "lb_class_name",
                     "lb_class_legacy_handling")  # fmt: skip
_EMPTY_COUNTS = frozenset(("lb_class_name",))
WORKLOADS = frozenset(("DaemonSet", "Deployment", "StatefulSet", "Pod"))
OTHER_CHART = "values of another chart"
"""The form of a container that stands in the values of a chart that is not kube-vip's own."""
_TELLING = frozenset(("vip_arp", "cp_enable", "svc_enable", "vip_interface"))
_POD = "pod."
FIELD = "pod.field."
"""The key of the field of the Pod that a variable is taken from: `pod.field.bgp_routerid`."""

_PERMISSIONS = (Want("Role", "endpointslices"), Want("Role", "leases"), Want("RoleBinding", "RoleBinding"))
"""Where an account is named, what grants it something counts: all bindings, and roles that hold one of the words. A
role of a workload that elects a leader or reads EndpointSlices does; others are as if they were not in the input."""

_ACCOUNT, _KUBECONFIG = "pod.serviceAccountName", "pod.kubeconfig"
_TRUE = frozenset(("1", "t", "T", "true", "True", "TRUE"))
_FALSE = frozenset(("0", "f", "F", "false", "False", "FALSE"))


class KubeVip(NamedTuple):
    """A kube-vip workload with its effective settings. Empty values are absent, as they are for kube-vip."""

    component: Component

    @property
    def version(self) -> Version:
        """The release of the image. Raises Unknown."""
        return self.component.version

    def get(self, variable: str) -> Value | None:
        """The effective value, None where it is unset. Raises Unknown."""
        return self.component.get(variable)

    @property
    def may_serve(self) -> bool:
        """Whether Services could be its business: `svc_enable` is on or unknown."""
        try:
            return self.on("svc_enable")
        except Unknown:
            return True

    def on(self, variable: str, *, default: bool = False) -> bool:
        """A switch as Go reads it. Raises Unknown, also for a word that Go refuses (start-up fails then)."""
        value = self.get(variable)
        if value is None:
            return default
        if value.text in _TRUE:
            return True
        if value.text in _FALSE:
            return False
        raise Unknown(variable, f"{value.text!r} is no boolean word of Go")

    @property
    def account(self) -> str | None:
        """The ServiceAccount in whose name it speaks to the API server, None where a kubeconfig speaks for it.

        kube-vip takes a kubeconfig that it finds, and the account of its Pod otherwise (kube-vip/kube-vip
        pkg/manager/manager.go@v1.0.4). A static Pod has no account. Raises Unknown, also for values of charts.
        """
        if self.component.form not in WORKLOADS:
            raise Unknown("serviceAccountName", "the template of the chart decides about it")
        if self.get(_KUBECONFIG) is not None or self.get("k8s_config_file") is not None:
            return None
        account = self.get(_ACCOUNT)
        if account is not None and account.text:
            return account.text
        return None if self.component.form == "Pod" else "default"


def collect(document: Document) -> Iterator[Declaration]:
    """The kube-vip containers of a workload. Keys: `image`, `env.<variable>`, `flag.<variable>`, `pod.<field>`."""
    if document.kind not in WORKLOADS:
        return
    pod = at(document.root, "spec") if document.kind == "Pod" else at(document.root, "spec", "template", "spec")
    containers = at(pod, "containers")
    found = [
        container
        for container in (containers.items if isinstance(containers, Sequence) else ())
        if isinstance(container, Mapping) and _is_kube_vip(container)
    ]
    for container in found:
        name = document.name
        if len(found) > 1:
            name = f"{name}/{text_at(container, 'name')}"
        made = container_declaration(document, container, name, document.kind)
        keys = {**made.keys, **_of_the_pod(document, pod, container)}
        yield made._replace(keys=keys, wants=_PERMISSIONS if _ACCOUNT in keys else ())


def container_declaration(document: Document, container: Mapping, name: str, form: str) -> Declaration:
    """One container as a declaration; also used for charts whose values hold a container."""
    keys, ignored = _env(document, container.get("env"))
    if document.role is Role.PATCH and container.get("args") is not None:
        # A list of words replaces the one before as a whole.
        keys["flag"] = Leaf("", document.text.span(container.start, container.start), absent=True)
    for words in (container.get("command"), container.get("args")):
        keys |= _flags(document, words)
    image = container.get("image")
    if isinstance(image, Mapping):
        keys |= flatten(document, image, "image.")
    elif image is not None:
        keys["image"] = leaf(document, image)
    return Declaration(
        KIND,
        name,
        document.namespace,
        named_span(document),
        keys,
        form=form,
        partial=_partial(document, container),
        owner=owner(document),
        patch=document.role is Role.PATCH,
        number=document.number,
        source=document.source,
        ignored=ignored,
        branch=document.branch,
    )


def _of_the_pod(document: Document, pod: Node | None, container: Mapping) -> dict[str, Leaf]:
    """`pod.serviceAccountName` as written, and `pod.kubeconfig`: where a file is mounted that may be one."""
    keys: dict[str, Leaf] = {}
    account = at(pod, "serviceAccountName") or at(pod, "serviceAccount")
    if account is not None:
        keys[_ACCOUNT] = leaf(document, account)
    elif pod is not None and document.open(pod):
        keys[_ACCOUNT] = Leaf("", document.text.span(pod.start, pod.start), unknown="a template may add it")
    mounts = at(container, "volumeMounts")
    if mounts is not None and (document.open(mounts) or (isinstance(mounts, Scalar) and not mounts.is_null)):
        keys[_KUBECONFIG] = Leaf("", document.text.span(mounts.start, mounts.start), unknown="a template may mount one")
    for mount in mounts.items if isinstance(mounts, Sequence) else ():
        path = at(mount, "mountPath")
        if isinstance(path, Scalar) and "kube" in path.text:
            keys[_KUBECONFIG] = leaf(document, path)
    return keys


def _is_kube_vip(container: Mapping) -> bool:
    """By the image's base name; without a usable image by what only kube-vip is given."""
    image = text_at(container, "image")
    if parse_image(image).base_name in IMAGES:
        return True
    names = _env_names(container.get("env"))
    if not image:
        return text_at(container, "name") == "kube-vip" or len(names & VARIABLES) > 1
    known = image.isascii() and not any(mark in image for mark in "{}$<>%")
    started = [scalar.text for scalar in strings(container.get("args"))][:1] == ["manager"]
    return not known and started and len(names & _TELLING) > 1


def _env_names(env: Node | None) -> frozenset[str]:
    if isinstance(env, Mapping):
        return frozenset(key.text for key in env.keys())  # noqa: SIM118 - a method of the tree, not of a dict
    return frozenset(text_at(item, "name") for item in env.items) if isinstance(env, Sequence) else frozenset()


def _partial(document: Document, container: Mapping) -> str:
    """Why a variable that is not written could be set all the same."""
    env, args = container.get("env"), container.get("args")
    if any(document.open(node) for node in (container, env, args) if node is not None):
        return "a template may add settings"
    if any(document.text.value(name)[1] for name, _, _ in _entries(document, env)):
        return "the name of a variable is a placeholder"
    if isinstance(env, Scalar) and not env.is_null:
        return "the whole env is a placeholder"
    if isinstance(args, Scalar) and not args.is_null:
        return "the whole args is a placeholder"
    env_from = container.get("envFrom")
    if env_from is not None and not (isinstance(env_from, Scalar) and env_from.is_null):
        return "variables come from envFrom"
    flags = [scalar.text for scalar in strings(args)]
    if any(flag.startswith("--config-file") for flag in flags):
        return "settings come from a file (--config-file)"
    if any(word.text.rpartition("/")[2] in ("sh", "bash") for word in strings(container.get("command"))):
        return "kube-vip is started through a shell"
    if container.get("image") is None or document.role is Role.PATCH:
        return NO_BASE
    return ""


def _env(document: Document, env: Node | None) -> tuple[dict[str, Leaf], tuple[str, ...]]:
    """Variables by name; the last of equal names wins, as in Kubernetes. And the names that kube-vip never reads.

    An entry whose name is a placeholder may override any variable before it, and so may what a template adds.
    """
    keys: dict[str, Leaf] = {}
    ignored: dict[str, None] = {}
    for name, made, field in _entries(document, env):
        text, holes, _ = document.text.value(name)
        if holes:
            why = f"the later entry {text} may override it"
            keys = {key: leaf._replace(unknown=leaf.unknown or why) for key, leaf in keys.items()}
        keys[f"env.{text}"] = made
        if field is not None:
            keys[f"{FIELD}{text}"] = leaf(document, field)
        if text not in VARIABLES:
            ignored[text] = None
    if env is not None and document.open(env):
        why = "what a template adds may override it"
        keys = {key: leaf._replace(unknown=leaf.unknown or why) for key, leaf in keys.items()}
    return keys, tuple(ignored)


def _entries(document: Document, env: Node | None) -> Iterator[tuple[Scalar, Leaf, Scalar | None]]:
    """Names and values of a container's `env`, or of the mapping that some charts make of it.

    Third comes the field of the Pod that a value is taken from.
    """
    if isinstance(env, Mapping):
        pairs = [(key, at(value, "value") or value, value) for key, value in env.pairs if isinstance(key, Scalar)]
    else:
        items = env.items if isinstance(env, Sequence) else ()
        pairs = [
            (name, at(item, "value") or item, item)
            for item in items
            if isinstance(name := at(item, "name"), Scalar) and not name.is_null
        ]
    for name, value, item in pairs:
        made = leaf(document, value) if isinstance(value, Scalar) else leaf(document, name)._replace(text="", holes=())
        if text_at(item, "$patch") == "delete":
            made = made._replace(absent=True)
        elif at(item, "valueFrom") is not None:
            made = made._replace(unknown="it comes from valueFrom")
        elif document.conditional(item) or document.open(item):
            made = made._replace(unknown=made.unknown or "a template decides about it")
        elif "$(" in made.text:
            made = made._replace(unknown=f"a reference to another variable: {made.text}")
        field = at(item, "valueFrom", "fieldRef", "fieldPath")
        yield name, made, field if isinstance(field, Scalar) else None


def _flags(document: Document, args: Node | None) -> dict[str, Leaf]:
    """`--flag=value`, `--flag value` and `--switch`; the last of equal flags wins."""
    keys: dict[str, Leaf] = {}
    words = list(args.items) if isinstance(args, Sequence) else []
    for index, word in enumerate(words):
        made = leaf(document, word)
        if not made.text.startswith("-") or made.items is not None:
            continue
        name, equals, value = made.text.lstrip("-").partition("=")
        if name in FLAGS or name in SWITCHES:
            variable = FLAGS.get(name) or SWITCHES[name]
            if equals:
                keys[f"flag.{variable}"] = part_of(made, len(made.text) - len(value))
            elif name in SWITCHES:
                keys[f"flag.{variable}"] = made._replace(text="true", span=made.span._replace(literal=False))
            elif index + 1 < len(words):
                keys[f"flag.{variable}"] = leaf(document, words[index + 1])
    return keys


def part_of(whole: Leaf, start: int) -> Leaf:
    """The rest of a leaf from an offset on, with its span and its holes."""
    span = whole.span
    if span.literal:
        span = span._replace(start=span.start + start)
    holes = tuple(hole._replace(start=hole.start - start, end=hole.end - start) for hole in whole.holes)
    return whole._replace(text=whole.text[start:], span=span, holes=tuple(hole for hole in holes if hole.end > 0))


def settings(values: Dict[str, Value | Unknown]) -> dict[str, Value | Unknown]:
    """Environment over flag, an empty text being unset (facts 1.1). Keys become plain variables, but for `pod.` ones.

    Some variables are read only where `svc_enable` is set in the environment.
    """
    found = {key: value for key, value in values.items() if key.startswith(_POD)}
    for layer in ("flag.", "env."):
        for key, value in values.items():
            variable = key.removeprefix(layer)
            if variable != key and (isinstance(value, Unknown) or value.text or variable in _EMPTY_COUNTS):
                is_flag = isinstance(value, Value) and layer == "flag."
                found[variable] = value._replace(layer="flag") if isinstance(value, Value) and is_flag else value
    enable = values.get("env.svc_enable")
    if enable is None or (isinstance(enable, Value) and not enable.text):
        for variable in _NEEDS_SVC_ENABLE:
            flag = values.get(f"flag.{variable}")
            found.pop(variable, None)
            if flag is not None:
                found[variable] = flag
    return found


def _identity(component: Component) -> str:
    """Replicas of one kube-vip serve the same control-plane address."""
    for variable in ("address", "vip_address"):
        value = component.values.get(variable)
        if isinstance(value, Value):
            return f"{variable}={value.text}"
    return ""


ADAPTER = Adapter(
    KIND,
    collect,
    TRIGGERS,
    KubeVip,
    prefixes=("VIP",),
    version=release_of("kube-vip version"),
    settings=settings,
    touched=("/spec/template/spec/containers/", "/spec/containers/"),
    release_name=KIND,
    identity=_identity,
)
