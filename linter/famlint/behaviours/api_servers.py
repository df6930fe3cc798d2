"""API servers, whoever starts them: what their flags say, as one record that the rules share.

A static Pod of kubeadm, the control plane of a virtual cluster and the server of a distribution are API servers with
the same checks at start-up. Each makes this record of what it knows. Source: facts/kubernetes.md sections 1.1 and 4.
"""

from collections.abc import Mapping
from typing import NamedTuple

from famlint.behaviours.feature_gates import gate_release, words_of
from famlint.behaviours.kubernetes_releases import supported
from famlint.behaviours.service_ranges import Range, ranges
from famlint.clusters import Cluster
from famlint.components.kube_apiserver import KubeApiserver
from famlint.components.model import Component, Value
from famlint.network.addresses import Address, Dialect, Family, parse_address
from famlint.network.versions import Version, band
from famlint.unknown import Unknown

COMPARES_FAMILIES = band("1.24.0-")
"""Start-up is refused where the advertise address is not of the primary service range's family (A7)."""

REFUSES_UNUSABLE = band("1.37.0-")
"""Start-up is refused where the advertise address is loopback or link-local (A7b)."""

_DECIDING = ("feature-gates", "runtime-config", "emulated-version")
NO_RECONCILER = "none"

Field = Value | None | Unknown
"""A flag's value, None where it is not given, Unknown where the input does not settle it."""


class ApiServer(NamedTuple):
    """An API server and the flags that it gets in the end.

    Attributes:
        component: what is reported about: the static Pod, the virtual cluster.
        name: of this API server in messages, as the subject of a sentence.
        service_range: the text of `--service-cluster-ip-range`.
        advertise: the text of `--advertise-address`.
        bind: the text of `--bind-address`.
        reconciler: the text of `--endpoint-reconciler-type`.
        has_reconciler: whether it keeps the endpoints of the Service `kubernetes`, given what `reconciler` says and
            what stands for it where nothing does.
        flags: every flag by its name without dashes.
        gates: the words of `--feature-gates` by gate.
        release: of Kubernetes.
    """

    component: Component
    name: str
    service_range: Field
    advertise: Field
    bind: Field
    reconciler: Field
    has_reconciler: bool
    flags: Mapping[str, Value | Unknown]
    gates: Mapping[str, str] | Unknown
    release: Version | Unknown


def given(field: Field) -> Value | None:
    """A field of an API server, None where it is not given. Raises Unknown."""
    if isinstance(field, Unknown):
        raise field
    return field


class Advertised(NamedTuple):
    """The address that an API server gives to its peers and to the Service `kubernetes`, and the flag behind it."""

    address: Address
    value: Value
    flag: str


def api_server(kube_apiserver: KubeApiserver, cluster: Cluster) -> ApiServer:
    """The record of a kube-apiserver that stands in a Pod."""
    component = kube_apiserver.component
    release = component.known_version
    if isinstance(release, Unknown) and cluster.kubernetes is not None:
        release = cluster.kubernetes
    reconciler = _field(kube_apiserver, "endpoint-reconciler-type")
    gates = _field(kube_apiserver, "feature-gates")
    flags = {key.removeprefix("flag."): value for key, value in component.values.items() if key.startswith("flag.")}
    return ApiServer(
        component,
        "kube-apiserver",
        _field(kube_apiserver, "service-cluster-ip-range"),
        _field(kube_apiserver, "advertise-address"),
        _field(kube_apiserver, "bind-address"),
        reconciler,
        not (isinstance(reconciler, Value) and reconciler.text == NO_RECONCILER),
        flags,
        gates if isinstance(gates, Unknown) else words_of(gates),
        release,
    )


def decides(server: ApiServer) -> tuple[str, ...]:
    """What decides about Services and ranges, as texts: two servers of which it is the same do the same with them."""
    fields = (server.service_range, *(server.flags.get(name) for name in _DECIDING))
    return (str(server.release), *(field.text if isinstance(field, Value) else str(field) for field in fields))


def flag_of(server: ApiServer, name: str) -> Value | None:
    """Any flag by its name, None where it is not given. Raises Unknown."""
    found = server.flags.get(name)
    if found is None and server.component.partial:
        raise Unknown(f"--{name}", server.component.partial)
    return given(found)


def gates_of(server: ApiServer) -> Mapping[str, str]:
    """What its flag says of feature gates. Raises Unknown."""
    if isinstance(server.gates, Unknown):
        raise server.gates
    return server.gates


def gates_at(server: ApiServer) -> Version:
    """The release whose gates, limits and APIs hold. Raises Unknown."""
    return gate_release(server.release, flag_of(server, "emulated-version"))


def known_release(server: ApiServer) -> Version | None:
    """The release whose gates hold, None where nobody names one. Raises Unknown for one beyond what was checked."""
    if isinstance(server.release, Unknown) and flag_of(server, "emulated-version") is None:
        return None
    return gates_at(server)


def started_as(server: ApiServer) -> Version | None:
    """The release of the program, None where it is not known. Raises Unknown for one older than what was checked."""
    return None if isinstance(server.release, Unknown) else supported(server.release)


def reconciles(server: ApiServer) -> bool:
    """Whether it keeps the endpoints of the Service `kubernetes`. Raises Unknown."""
    given(server.reconciler)
    return server.has_reconciler


def service_ranges(server: ApiServer) -> tuple[Range, ...]:
    """Its service ranges, none where the flag is not given. Raises Unknown."""
    return ranges(given(server.service_range))


def primary(server: ApiServer) -> Range | None:
    """The service range that stands first, None where there is none or it is refused. Raises Unknown."""
    first = next(iter(service_ranges(server)), None)
    return first if first is not None and first.cidr is not None else None


def ip_flag(value: Value | None) -> Address | None:
    """The address of a flag that holds one: blanks around it do not matter, leading zeros are refused (P1)."""
    return parse_address(value.text.strip(), Dialect.GO_NET) if value is not None else None


def advertised(server: ApiServer) -> Advertised | None:
    """The address that the flags settle.

    None where it depends on the host, or where a flag holds none and is refused. Raises Unknown.
    """
    value = given(server.advertise)
    address = ip_flag(value)
    if value is not None and (address is None or address.value):
        return Advertised(address, value, "--advertise-address") if address is not None else None
    bind = given(server.bind)
    address = ip_flag(bind)
    if bind is None or address is None or not address.value or is_loopback(address):
        return None
    return Advertised(address, bind, "--bind-address")


def is_loopback(address: Address) -> bool:
    """Whether an address is of the host itself."""
    return address.value >> 24 == 127 if address.family is Family.IPV4 else address.value == 1


def is_link_local(address: Address) -> bool:
    """Whether an address is good on one link only."""
    if address.family is Family.IPV4:
        return address.value >> 16 == 0xA9FE
    return address.value >> 118 == 0xFE80 >> 6


def is_multicast(address: Address) -> bool:
    """Whether an address stands for a group."""
    return address.value >> 28 == 0xE if address.family is Family.IPV4 else address.value >> 120 == 0xFF


def _field(kube_apiserver: KubeApiserver, name: str) -> Field:
    try:
        return kube_apiserver.flag(name)
    except Unknown as unknown:
        return unknown
