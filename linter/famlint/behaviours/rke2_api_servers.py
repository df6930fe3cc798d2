"""The API server that a server of RKE2 or k3s starts, as the record that the rules of API servers share.

Source: facts/distributions.md sections 1.1, 1.2 and 1.4.
"""

from collections.abc import Mapping

from famlint.behaviours.api_servers import NO_RECONCILER, ApiServer, Field
from famlint.behaviours.feature_gates import words_of
from famlint.behaviours.rke2 import joined, release_of
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.rke2 import DistributionConfig, elements
from famlint.network.addresses import Dialect, Family, parse_address
from famlint.network.versions import Version, band
from famlint.unknown import Unknown

TAKES_THE_FIRST_ADDRESS = band("1.25.15-1.25.99, 1.26.10-1.26.99, 1.27.7-1.27.99, 1.28.3-")
"""Releases that honour a list with IPv6 first; of older ones some advertise the first IPv4 address of it."""


def api_server(config: DistributionConfig, cluster: Cluster) -> ApiServer | None:
    """The API server that a server starts, where its service range is written down; else None.

    `kube-apiserver-arg` goes over what RKE2 and k3s pass by themselves.
    """
    written = config.component.values.get("service-cidr")
    if config.agent or written is None or (isinstance(written, Value) and not elements(written)):
        return None
    flags = _arguments(config)
    if isinstance(flags, Unknown):
        # Any flag could be among them, the range too.
        return _unknown(config, flags)
    ranges = flags.get("service-cluster-ip-range", _field(config, "service-cidr"))
    reconciler = flags.get("endpoint-reconciler-type")
    release = _kubernetes(config, cluster)
    return ApiServer(
        config.component,
        f"the API server of {config.component.title}",
        joined(ranges) if isinstance(ranges, Value) else ranges,
        flags.get("advertise-address") or _advertised(config, release),
        flags.get("bind-address") or _bound(config),
        reconciler,
        not (isinstance(reconciler, Value) and reconciler.text == NO_RECONCILER),
        flags,
        _gates(flags),
        release,
    )


def _unknown(config: DistributionConfig, why: Unknown) -> ApiServer:
    name = f"the API server of {config.component.title}"
    return ApiServer(config.component, name, why, why, why, why, True, {}, why, why)


def _field(config: DistributionConfig, key: str) -> Field:
    try:
        return config.get(key)
    except Unknown as unknown:
        return unknown


def _advertised(config: DistributionConfig, release: Version | Unknown) -> Field:
    """What RKE2 and k3s pass: the address as given, else the first external or internal one of the node."""
    for key in ("advertise-address", "node-external-ip", "node-ip"):
        value = _field(config, key)
        if isinstance(value, Unknown):
            return value
        found = elements(value) if value is not None else ()
        if key == "advertise-address" and value is not None and value.items is not None:
            # It takes one address: of the elements of a list the last one counts.
            found = found[-1:]
        if found and found[0].text:
            if _are_reordered(found) and not (isinstance(release, Version) and release in TAKES_THE_FIRST_ADDRESS):
                return Unknown("advertise-address", f"old releases take the first IPv4 address of {key}")
            return found[0]
    return Unknown("advertise-address", "it is an address of the host")


def _are_reordered(addresses: tuple[Value, ...]) -> bool:
    """Whether the first IPv4 address of a list is not the first one."""
    found = [parse_address(address.text, Dialect.GO_NET) for address in addresses]
    versions = [address.family for address in found if address is not None]
    return Family.IPV4 in versions[1:] and versions[0] is Family.IPV6


def _bound(config: DistributionConfig) -> Field:
    """RKE2 binds the API server to all IPv4 addresses whatever `bind-address` says; of k3s it is not known."""
    if not config.rke2:
        return Unknown("bind-address", "k3s decides")
    span = config.component.span._replace(literal=False)
    return Value("0.0.0.0", span, "default", editable=False)


def _arguments(config: DistributionConfig) -> dict[str, Value | Unknown] | Unknown:
    """`kube-apiserver-arg` by flag; the last of equal flags wins. A word without a value means true."""
    value = _field(config, "kube-apiserver-arg")
    if isinstance(value, Unknown):
        return value
    found: dict[str, Value | Unknown] = {}
    members = () if value is None else value.items if value.items is not None else (value,)
    for member in members:
        name, equals, _ = member.text.strip().removeprefix("--").partition("=")
        start = member.text.find("=") + 1 if equals else len(member.text)
        made = member._replace(
            text=member.text[start:] if equals else "true", span=member.part(start, len(member.text))
        )
        if name.endswith(("+", "-")) and equals:
            found[name[:-1]] = Unknown(name[:-1], "an argument adds to what is built in")
        else:
            found[name] = made
    return found


def _gates(flags: Mapping[str, Value | Unknown]) -> Mapping[str, str] | Unknown:
    value = flags.get("feature-gates")
    return value if isinstance(value, Unknown) else words_of(value)


def _kubernetes(config: DistributionConfig, cluster: Cluster) -> Version | Unknown:
    """The release of Kubernetes, which is that of the distribution without its suffix."""
    try:
        return release_of(config, cluster).version
    except Unknown as unknown:
        return cluster.kubernetes or unknown
