"""How the interfaces of a machine are set up: nmstate and netplan.

Nobody else says whether a node has an IPv4 address. Keys: `<number of the interface>.<field>`, fields as written
(`0.name`, `0.ipv4.enabled`, `0.dhcp4`, `0.addresses`). Source: facts/distributions.md R32; the formats'
own references (nmstate.io devel/yaml_api, netplan.readthedocs.io reference/netplan-yaml).
"""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.components.adapter import Adapter
from famlint.components.declaration import Declaration, Want, flatten, leaf, named_span, owner
from famlint.components.model import Component, Leaf
from famlint.documents.document import Document, Role
from famlint.documents.tree import Mapping, Node, Sequence, at

KIND = "host network"
NMSTATE, NETPLAN = "nmstate", "netplan"
WANTED = (Want(KIND, "dhcp4"), Want(KIND, "ipv4:"))
"""The words that every such file about IPv4 holds, for whoever asks about machines."""

_DEVICES = ("ethernets", "bonds", "bridges", "vlans", "wifis", "modems", "tunnels", "dummy-devices", "vrfs")


class HostNetwork(NamedTuple):
    """The interfaces of a machine, or of several that are set up alike."""

    component: Component

    @property
    def netplan(self) -> bool:
        """Whether it is netplan's, else nmstate's."""
        return self.component.form == NETPLAN

    def interfaces(self) -> tuple[str, ...]:
        """Their numbers, in the order of the file."""
        return tuple(dict.fromkeys(key.partition(".")[0] for key in self.component.values))


def collect(document: Document) -> Iterator[Declaration]:
    """A file of nmstate or netplan, or the policy of kubernetes-nmstate."""
    if document.kind == "NodeNetworkConfigurationPolicy":
        yield from _nmstate(document, at(document.root, "spec", "desiredState", "interfaces"))
    elif not document.kind:
        yield from _nmstate(document, at(document.root, "interfaces"))
        yield from _netplan(document, at(document.root, "network"))


def _nmstate(document: Document, interfaces: Node | None) -> Iterator[Declaration]:
    items = interfaces.items if isinstance(interfaces, Sequence) else ()
    named = [item for item in items if isinstance(item, Mapping) and (item.get("ipv4") or item.get("ipv6"))]
    keys: dict[str, Leaf] = {}
    for number, item in enumerate(named):
        keys |= flatten(document, item, f"{number}.", depth=2)
    if keys and interfaces is not None:
        yield _declaration(document, keys, NMSTATE, partial=document.open(interfaces))


def _netplan(document: Document, network: Node | None) -> Iterator[Declaration]:
    keys: dict[str, Leaf] = {}
    devices = [pair for kind in _DEVICES if isinstance(found := at(network, kind), Mapping) for pair in found.pairs]
    for number, (name, device) in enumerate(devices):
        keys |= {f"{number}.name": leaf(document, name)} | flatten(document, device, f"{number}.", depth=1)
    if keys and network is not None:
        yield _declaration(document, keys, NETPLAN, partial=document.open(network))


def _declaration(document: Document, keys: dict[str, Leaf], form: str, *, partial: bool) -> Declaration:
    return Declaration(
        KIND,
        document.name,
        document.namespace,
        named_span(document),
        keys,
        form=form,
        partial="a template may add interfaces" if partial else "",
        owner=owner(document),
        patch=document.role is Role.PATCH,
        number=document.number,
        branch=document.branch,
    )


ADAPTER = Adapter(KIND, collect, (), HostNetwork)
