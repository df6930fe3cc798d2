"""RKE2 and k3s: what their configuration is, wherever it stands, and what else says something about it.

Keys of a configuration are the names of the flags without dashes (`cluster-cidr`, `cni`), whoever writes them: a file,
a Rancher cluster, a control plane of Cluster API. Values of charts that stand in the same object are
`chart.<chart>.<path>`. Source: facts/distributions.md sections 1.1, 1.2 and 2.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from famlint.components.adapter import Adapter, Values
from famlint.components.declaration import Declaration
from famlint.components.model import Component, Value
from famlint.components.rke2_files import AGENT_PATH, FILE, FILE_FORMS, ONLY_SERVER, collect_files
from famlint.components.rke2_objects import (
    CALICO,
    CLUSTER,
    CONTROL_PLANE,
    PLANS,
    RANCHER,
    VERSION,
    collect_objects,
    release,
)
from famlint.documents.document import Document
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown

RKE2 = "RKE2 config"
K3S = "k3s config"
EITHER = "RKE2 or k3s config"
AGENT = "@agent"
"""The key that a configuration has where it is one of an agent, which ignores what only servers read."""

_WORDS = {"rke2": RKE2, "k3s": K3S}
_FILES_OF = re.compile(r"(?:^|/)etc/rancher/(rke2|k3s)/", re.IGNORECASE)
_ONLY_RKE2 = frozenset(("cni", "profile", "ingress-controller", "cloud-provider-name"))
_ONLY_K3S = frozenset(("cluster-init",))
_PACKAGED_IN_K3S = frozenset(("traefik", "servicelb", "local-storage"))
TRIGGERS = (
    "etc/rancher/",
    "cluster-cidr",
    "service-cidr",
    "cluster-dns",
    "node-ip",
    "node-ex",
    "tls-san",
    "-arg:",
    "-arg+:",
    "rkeConf",
    "RKE2Con",
    "rke2-up",
    "k3s-up",
    "rke2-ca",
    "cni: ca",
    "cni: ci",
    "cni: mu",
    "cni: no",
    "cni:\n- ",
)
"""Only words of more than seven letters are looked for in base64, which costs most: those that a Secret may hold.

A drop-in may hold nothing but `cni`; the word alone would make every chart of a CNI relevant.
"""


class DistributionConfig(NamedTuple):
    """What one server or agent of RKE2 or k3s is configured with, drop-ins included."""

    component: Component

    @property
    def known_version(self) -> Version | Unknown:
        """The release that the object itself or the configuration of famlint names."""
        return self.component.known_version

    @property
    def agent(self) -> bool:
        """Whether it is an agent's, which ignores the keys that only servers read."""
        return AGENT in self.component.values

    @property
    def rke2(self) -> bool:
        """Whether it is certainly RKE2's."""
        return self.component.kind == RKE2

    def get(self, key: str) -> Value | None:
        """The effective value of a flag, None where it is not given. Raises Unknown."""
        return self.component.get(key)


class Rke2Plan(NamedTuple):
    """A Plan of the system-upgrade-controller that brings the machines to a release of RKE2."""

    component: Component


class K3sPlan(NamedTuple):
    """A Plan of the system-upgrade-controller that brings the machines to a release of k3s."""

    component: Component


class CalicoValues(NamedTuple):
    """A HelmChartConfig of the chart rke2-calico. Keys are paths in the values, with positions in lists."""

    component: Component


def is_of_a_machine(component: Component) -> bool:
    """Whether it is configuration that a server reads: not an agent's, and not an object of Rancher or Cluster API,
    which describes the machines of another cluster than the one that it is applied to.
    """
    named = component.form in FILE_FORMS and (not component.holder or component.holder.startswith("cloud-init"))
    return named and AGENT not in component.values


def kind_of(paths: Iterable[str], values: Values) -> str:
    """Whose configuration it is: by the paths of its files, else by keys that only one of the two knows."""
    named = {match[1].lower() for path in paths for match in _FILES_OF.finditer(path)}
    if len(named) == 1:
        return _WORDS[named.pop()]
    rke2 = bool(_ONLY_RKE2 & values.keys()) or _port(values) == "9345"
    k3s = any(key in _ONLY_K3S or key.startswith("flannel-") for key in values) or _port(values) == "6443"
    k3s = k3s or bool(_PACKAGED_IN_K3S & {element.text for element in _known(values.get("disable"))})
    if rke2 == k3s:
        return EITHER
    return RKE2 if rke2 else K3S


def is_agent(paths: Iterable[str], values: Values) -> bool:
    """Whether a configuration is an agent's: a path says so, or it joins a server and has no key of one."""
    if any(AGENT_PATH.search(path) for path in paths):
        return True
    return "server" in values and not ONLY_SERVER & values.keys()


def _port(values: Values) -> str:
    server = values.get("server")
    match = re.search(r":(\d+)/*\Z", server.text) if isinstance(server, Value) else None
    return match[1] if match else ""


def _known(value: Value | Unknown | None) -> tuple[Value, ...]:
    return elements(value) if isinstance(value, Value) else ()


def elements(value: Value) -> tuple[Value, ...]:
    """The elements of a list key: members of a YAML list, each split at commas.

    Blanks at the two ends of a member are trimmed, those at inner commas are part of an element: RKE2 and k3s
    refuse them. An empty text is one element (facts 1.1, 1.2).
    """
    return tuple(part for member in (value.items if value.items is not None else (value,)) for part in _split(member))


def _split(member: Value) -> Iterator[Value]:
    text = member.text.strip()
    start = member.text.find(text) if text else 0
    for part in text.split(","):
        yield member._replace(text=part, span=member.part(start, start + len(part)))
        start += len(part) + 1


def _identity(component: Component) -> str:
    """Servers that join the same one are replicas."""
    server = component.values.get("server")
    return server.text.rstrip("/") if isinstance(server, Value) else ""


def _plan_identity(component: Component) -> str:
    """The Plans of servers and agents say the same where they name the same release."""
    text = component.values.get(VERSION)
    return text.text if isinstance(text, Value) else ""


def named_release(values: Values) -> tuple[Version | Unknown, Span | None]:
    """The release that an object names, and where."""
    text = values.get(VERSION)
    if isinstance(text, Unknown):
        return Unknown("version", text.reason), None
    if text is None:
        return Unknown("version", "nothing names it"), None
    return release(text.text), text.span


def _nothing(_document: Document) -> Iterator[Declaration]:
    """Resolving makes these components of the declarations of others."""
    return iter(())


CONFIGS = tuple(
    Adapter(
        kind,
        _nothing,
        (),
        DistributionConfig,
        prefixes=("RKE",),
        release_name=name,
        identity=_identity,
    )
    for kind, name in ((RKE2, "rke2"), (K3S, "k3s"), (EITHER, ""))
)
"""The components that `famlint.resolve.drop_ins` makes."""

OBJECTS: tuple[Adapter, ...] = (
    *CONFIGS,
    Adapter(PLANS["RKE2"], _nothing, (), Rke2Plan, version=named_release, touched=("/spec/",), identity=_plan_identity),
    Adapter(PLANS["k3s"], _nothing, (), K3sPlan, version=named_release, touched=("/spec/",), identity=_plan_identity),
    Adapter(CALICO, _nothing, (), CalicoValues, touched=("/spec/valuesContent/",)),
)

HELPERS: tuple[Adapter, ...] = (
    Adapter(FILE, collect_files, TRIGGERS),
    Adapter(RANCHER, collect_objects, ()),
)
"""Who collects the declarations of all of the above."""

TOUCHED: Mapping[str, tuple[str, ...]] = {
    RANCHER: ("/spec/rkeConfig/", "/spec/kubernetesVersion/"),
    CONTROL_PLANE: ("/spec/serverConfig/", "/spec/agentConfig/", "/spec/version/", "/spec/files/"),
    CLUSTER: ("/spec/clusterNetwork/", "/spec/controlPlaneRef/"),
}
"""Where in an object a JSON patch changes its settings."""
