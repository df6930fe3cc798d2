"""The address that an API server advertises: API007 to API009."""

from collections.abc import Iterator

from famlint.behaviours.api_servers import (
    COMPARES_FAMILIES,
    REFUSES_UNUSABLE,
    ApiServer,
    advertised,
    given,
    ip_flag,
    is_link_local,
    is_loopback,
    is_multicast,
    primary,
    reconciles,
    started_as,
)
from famlint.behaviours.kubernetes_releases import checked, named
from famlint.clusters import Cluster
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Address, Dialect, Family, parse_address
from famlint.network.versions import Version
from famlint.rules import Draft, finding, rule


@rule(
    "API007",
    "advertise-address-family",
    subject=ApiServer,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="kubernetes 7.1 R9",
    references=("kubernetes/kubernetes#106721", "kubernetes/kubernetes#111671", "kubernetes/kubeadm#2754"),
)
def advertise_address_family(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """The advertise address is not of the primary service range's family

    What it finds:
        An `--advertise-address` of another family than the first range of `--service-cluster-ip-range`. Without an
        advertise address a `--bind-address` that is neither unspecified nor loopback stands for it.

    Why it matters:
        The Service `kubernetes` has an address of the primary range, and the advertise address is its endpoint.
        kube-apiserver 1.24 and newer refuses to start, also after the order of the ranges was swapped. Before, it
        starts and pods cannot reach the API through that Service. See kubernetes/kubernetes#106721 and #111671.

    Bad (kube-apiserver v1.33.2, found in 1.20.0-):
        command:
        - kube-apiserver
        - --advertise-address=192.0.2.10
        - --service-cluster-ip-range=fd00:96::/112,10.96.0.0/16

    Good (kube-apiserver v1.33.2):
        command:
        - kube-apiserver
        - --advertise-address=192.0.2.10
        - --service-cluster-ip-range=10.96.0.0/16,fd00:96::/112

    How to fix:
        Advertise an address of the primary family, or swap the ranges. In a running cluster leave the ranges as they
        are: a swap is never taken over by itself.

    Limits:
        Silent with `--endpoint-reconciler-type=none`, and where the host decides about the address (API009). A warning
        before Kubernetes 1.24 and where the release is unknown.
    """
    first, used = primary(server), advertised(server)
    if first is None or first.cidr is None or used is None or used.address.family is first.cidr.family:
        return
    if not reconciles(server):
        return
    family, other, release = first.cidr.family.value, used.address.family.value, started_as(server)
    refuses = release is not None and release in COMPARES_FAMILIES
    yield finding(
        used.value,
        f"the primary service range {first.text} is {family} but the advertise address {used.value.text.strip()} is "
        f"{other}: {_fate(server, release)}",
        label=f"{other}, of {used.flag}",
        because=(Label(first.span, f"{family} comes first"),),
        fix=Fix(f"set --advertise-address to an {family} address, or let an {other} range come first"),
        severity=Severity.ERROR if refuses else Severity.WARNING,
    )


@rule(
    "API008",
    "advertise-address-unusable",
    subject=ApiServer,
    severity=(Severity.WARNING, Severity.ERROR),
    basis="kubernetes 7.1 R10",
    references=("kubernetes/kubernetes#121942", "kubernetes/kubernetes#138102"),
    unless=("API007",),
)
def advertise_address_unusable(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """The advertise address cannot be an endpoint

    What it finds:
        An `--advertise-address` that is loopback, link-local or multicast, and one that is no single address: a list,
        an address with a prefix or in brackets.

    Why it matters:
        The address becomes the endpoint of the Service `kubernetes`. One of the host or of a link cannot be stored
        there, and up to Kubernetes 1.36 it keeps all other replicas from updating theirs. 1.37 refuses loopback and
        link-local at start-up, every release refuses what is no single address. See kubernetes/kubernetes#121942 and
        #138102.

    Bad (kube-apiserver v1.33.2, found in 1.20.0-):
        command: [kube-apiserver, "--advertise-address=127.0.0.1", "--service-cluster-ip-range=10.96.0.0/16"]

    Good (kube-apiserver v1.33.2):
        command: [kube-apiserver, "--advertise-address=192.0.2.10", "--service-cluster-ip-range=10.96.0.0/16"]

    Bad (kube-apiserver v1.33.2, found in 1.20.0-):
        command:
        - kube-apiserver
        - --advertise-address=192.0.2.10,fd00::10
        - --service-cluster-ip-range=10.96.0.0/16,fd00:96::/112

    How to fix:
        An address of the node that pods can reach.

    Limits:
        Silent with `--endpoint-reconciler-type=none` about what an endpoint must be, and for names.
    """
    value = given(server.advertise)
    if value is None:
        return
    address = ip_flag(value)
    if address is None:
        if _is_no_single_address(value.text):
            yield finding(
                value,
                f'--advertise-address takes one plain address and nothing else, "{value.text}" is none: '
                f"{server.name} refuses to start",
                label="no single address",
                fix=Fix("write one address, of the primary service range's family"),
                severity=Severity.ERROR,
            )
        return
    kind = _kind(address)
    if not kind or not reconciles(server):
        return
    release = started_as(server)
    refused = release is not None and release in REFUSES_UNUSABLE and kind != "multicast"
    if release is not None and refused:
        fate = f"{server.name} of {named(release)} refuses to start{checked(release)}"
    else:
        fate = "it cannot be an endpoint of the Service kubernetes, and other replicas cannot update theirs"
        fate += "" if release is not None or kind == "multicast" else "; refused from Kubernetes 1.37 on"
    yield finding(
        value,
        f"the advertise address must be reachable from pods, {value.text.strip()} is {kind}: {fate}",
        label=kind,
        fix=Fix("write an address of the node"),
        severity=Severity.ERROR if refused else Severity.WARNING,
    )


@rule(
    "API009",
    "v6-primary-without-advertise",
    subject=ApiServer,
    severity=Severity.INFO,
    basis="kubernetes 7.1 R11",
    references=("kubernetes/apimachinery pkg/util/net/interface.go@v0.36.3",),
)
def v6_primary_without_advertise(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """An IPv6 primary service range without an advertise address

    What it finds:
        A first service range of IPv6 where `--advertise-address` is unset or unspecified and `--bind-address` is unset
        or `0.0.0.0`.

    Why it matters:
        The advertise address is then taken from the host, IPv4 first. On a host with both families kube-apiserver 1.24
        and newer refuses to start. See pkg/util/net/interface.go@v0.36.3 of kubernetes/apimachinery.

    Bad (kube-apiserver v1.33.2, found in 1.24.0-):
        command: [kube-apiserver, "--service-cluster-ip-range=fd00:96::/112"]

    Good (kube-apiserver v1.33.2):
        command: [kube-apiserver, "--service-cluster-ip-range=fd00:96::/112", "--advertise-address=fd00::10"]

    How to fix:
        `--advertise-address` with an IPv6 address of the node, or `--bind-address=::`, which looks for IPv6 first.

    Limits:
        Silent before Kubernetes 1.24 and with `--endpoint-reconciler-type=none`.
    """
    first = primary(server)
    if first is None or first.cidr is None or first.cidr.family is not Family.IPV6 or not reconciles(server):
        return
    if not _is_open(server):
        return
    release = started_as(server)
    if release is not None and release not in COMPARES_FAMILIES:
        return
    refuser = f"{server.name} of {named(release)}" if release else f"{server.name} 1.24 and newer"
    yield finding(
        first.span,
        "the advertise address is taken from the host, IPv4 first, but the primary service range is IPv6: on a host "
        f"with both families {refuser} refuses to start{checked(release) if release else ''}",
        label="IPv6 comes first",
        fix=Fix("set --advertise-address to an IPv6 address of the node, or --bind-address=::"),
    )


def _fate(server: ApiServer, release: Version | None) -> str:
    if release is None:
        return f"{server.name} 1.24 and newer refuses to start"
    if release in COMPARES_FAMILIES:
        return f"{server.name} of {named(release)} refuses to start{checked(release)}"
    return "it starts, but the Service kubernetes has no endpoint that pods could use"


def _kind(address: Address) -> str:
    """What keeps an address from being an endpoint, empty for any other."""
    if is_loopback(address):
        return "loopback"
    if is_link_local(address):
        return "link-local"
    return "multicast" if is_multicast(address) else ""


def _is_no_single_address(text: str) -> bool:
    """Whether addresses stand in a text that is not one: a list, a prefix, brackets."""
    parts = [part.strip().partition("/")[0].strip("[]\"'") for part in text.split(",")]
    found = [parse_address(part, Dialect.GO_NET) is not None for part in parts if part]
    return bool(found) and all(found)


def _is_open(server: ApiServer) -> bool:
    """Whether the host decides about the advertise address, IPv4 first."""
    value, bind = given(server.advertise), given(server.bind)
    address, bound = ip_flag(value), ip_flag(bind)
    if value is not None and (address is None or address.value):
        return False
    return bind is None or (bound is not None and bound.family is Family.IPV4 and not bound.value)
