"""What releases of RKE2 and k3s do with their ranges, and what the Calico chart of RKE2 asks of a node.

Source: facts/distributions.md sections 0.1, 0.2, 1.1, 1.2 and 1.5.
"""

from collections.abc import Mapping
from typing import NamedTuple

from famlint.behaviours.host_networks import with_ipv4, without_ipv4
from famlint.clusters import Cluster
from famlint.components.host_network import HostNetwork
from famlint.components.model import Component, Value
from famlint.components.rke2 import CalicoValues, DistributionConfig, K3sPlan, Rke2Plan, elements
from famlint.components.rke2_files import FILE_FORMS
from famlint.components.rke2_objects import CHART
from famlint.findings import Label
from famlint.network.addresses import Dialect, Family, parse_address, parse_cidr
from famlint.network.versions import Version, band
from famlint.positions import Span
from famlint.unknown import Unknown

CALICO_DEMANDS_IPV4 = band(
    "1.25.16, 1.26.11-1.26.15, 1.27.8-1.27.16, 1.28.4-1.28.15, 1.29.0-1.29.12, 1.30.0-1.30.8, 1.31.0-1.31.4, 1.32.0"
)
"""Releases whose chart rke2-calico 3.26.300 to 3.29.100 turns IPv4 detection on whatever the ranges.

Every shipped chart up to that of v1.36.3 was read (section 0.1)."""

_FIRST_FIXED: Mapping[tuple[int, int], Version] = {
    (1, 29): Version(1, 29, 13),
    (1, 30): Version(1, 30, 9),
    (1, 31): Version(1, 31, 5),
    (1, 32): Version(1, 32, 1),
}
"""The first release of a minor with the repaired chart; the minors up to 1.28 ended without one (section 0.1)."""

_SERVICE_RANGES = {Family.IPV4: "10.43.0.0/16", Family.IPV6: "fd00:43::/112"}
"""The range without `service-cidr`, by the family of the first node IP (section 1.2)."""

_POOLS = "installation.calicoNetwork.ipPools"
_DETECTION = "installation.calicoNetwork.nodeAddressAutodetectionV4"


class Release(NamedTuple):
    """A release, and where it is named: nowhere in the input where the configuration of famlint gives it."""

    version: Version
    span: Span | None = None
    why: str = ""


class Demand(NamedTuple):
    """Calico asks every node for an IPv4 address although the cluster has no IPv4 range.

    Attributes:
        release: of RKE2, which ships the chart.
        cni: the element of `cni` that says Calico.
        ranges: the elements of `cluster-cidr`, all of them IPv6.
        fixed: the first release that does not ask: of the same minor, or the oldest one of a later minor.
        proof: where the network of this node shows that it has no IPv4 address, and why that is its network.
    """

    release: Release
    cni: Value
    ranges: tuple[Value, ...]
    fixed: Version
    proof: Label | None = None


def families(value: Value) -> tuple[Family, ...]:
    """The families of a list of ranges, in its order. Raises Unknown where one element is no CIDR."""
    found = []
    for element in elements(value):
        cidr = parse_cidr(element.text, Dialect.GO_NET)
        if cidr is None:
            raise Unknown("families", f"{element.text!r} is no CIDR")
        found.append(cidr.family)
    return tuple(found)


def first_fixed(version: Version) -> Version:
    """The nearest release at or after a minor in which the chart looks at the ranges again."""
    later = [fixed for minor, fixed in sorted(_FIRST_FIXED.items()) if minor >= (version.major, version.minor)]
    return later[0]


def calico_demands_ipv4(config: DistributionConfig, cluster: Cluster) -> Demand | None:
    """Whether a server of RKE2 sets up Calico so that it exits on a node without an IPv4 address.

    None where it does not: another CNI (canal is the default), an IPv4 range, an IPv4 node IP, values that switch
    the detection, releases without the fault. Raises Unknown where the input does not settle it.
    """
    if not config.rke2 or config.agent:
        return None
    cni = _calico(config)
    ranges = config.get("cluster-cidr") if cni is not None else None
    if cni is None or ranges is None or set(families(ranges)) != {Family.IPV6}:
        return None
    if _has_ipv4(config.get("node-ip")) or _switched(config, cluster) or _shown(config, cluster):
        return None
    release = release_of(config, cluster)
    if release.version not in CALICO_DEMANDS_IPV4:
        return None
    return Demand(release, cni, elements(ranges), first_fixed(release.version), _proof(config, cluster))


def _shown(config: DistributionConfig, cluster: Cluster) -> bool:
    """Whether the networks of the machines beside a configuration all show an IPv4 address."""
    try:
        near = cluster.equally_near(config.component, HostNetwork)
        return bool(near) and all(with_ipv4(one.subject) for one in near)
    except Unknown:
        return False


def _proof(config: DistributionConfig, cluster: Cluster) -> Label | None:
    """What shows that a node has no IPv4 address: a `node-ip` of IPv6 alone, and IPv4 off in the network beside it."""
    try:
        node_ip = config.get("node-ip")
        if node_ip is None or set(_families_of(node_ip)) != {Family.IPV6}:
            return None
        near = cluster.equally_near(config.component, HostNetwork)
        shown = [without_ipv4(one.subject) for one in near]
    except Unknown:
        return None
    first = shown[0] if shown else None
    if first is None or None in shown:
        return None
    return Label(first.span, f"no IPv4 on this node ({near[0].why})")


def _families_of(addresses: Value) -> list[Family | None]:
    found = (parse_address(one.text, Dialect.GO_NET) for one in elements(addresses))
    return [address.family if address is not None else None for address in found]


def _calico(config: DistributionConfig) -> Value | None:
    value = config.get("cni")
    return next((one for one in elements(value) if one.text == "calico"), None) if value is not None else None


def _has_ipv4(addresses: Value | None) -> bool:
    """Whether one of the node IPs is IPv4."""
    found = (parse_address(one.text, Dialect.GO_NET) for one in elements(addresses)) if addresses is not None else ()
    return any(address is not None and address.family is Family.IPV4 for address in found)


def _switched(config: DistributionConfig, cluster: Cluster) -> bool:
    """Whether values of the chart keep the bad default away. Raises Unknown.

    It is used only while the pools are empty and the detection is unset; an empty mapping counts as unset.
    """
    if _sets(config.component, CHART):
        return True
    near = cluster.nearest(config.component, CalicoValues)
    return near is not None and _sets(near.subject.component, "")


def _sets(component: Component, prefix: str) -> bool:
    found = False
    for key, value in component.values.items():
        if not any(_meets(key, f"{prefix}{place}") for place in (_POOLS, _DETECTION)):
            continue
        if isinstance(value, Unknown):
            raise value
        # An empty list leaves the pools to the chart.
        found = found or value.items != ()
    if not found and component.partial:
        raise Unknown("values of rke2-calico", component.partial)
    return found


def _meets(path: str, place: str) -> bool:
    """Whether a path is a place, lies below it, or replaces all of it; an empty path stands for all values."""
    return not path or path == place or path.startswith(f"{place}.") or place.startswith(f"{path}.")


def release_of(config: DistributionConfig, cluster: Cluster) -> Release:
    """The release that a configuration is for. Raises Unknown.

    What the object itself names, or famlint's configuration for it, goes first; then the release of Kubernetes that
    the cluster is given, and for a file the nearest Plan. Of a minor version alone the patch is open: it counts only
    where no patch of it has the fault.
    """
    if isinstance(config.known_version, Version):
        return Release(config.known_version, config.component.version_span)
    if cluster.kubernetes is not None and not cluster.known.minor:
        return Release(cluster.kubernetes)
    plan = _plan(config, cluster)
    if plan is not None:
        component, why = plan
        return Release(component.version, component.version_span, why)
    if cluster.kubernetes is not None and not _may_be_bad(cluster.kubernetes):
        return Release(cluster.kubernetes)
    raise config.known_version


def _may_be_bad(minor: Version) -> bool:
    """Whether any release of a minor has the fault."""
    return any(
        low is not None and (low.major, low.minor) == (minor.major, minor.minor)
        for low, _ in CALICO_DEMANDS_IPV4.ranges
    )


def _plan(config: DistributionConfig, cluster: Cluster) -> tuple[Component, str] | None:
    if config.component.form not in FILE_FORMS:
        return None
    if config.rke2:
        near = cluster.nearest(config.component, Rke2Plan)
        return (near.subject.component, near.why) if near is not None else None
    plan = cluster.nearest(config.component, K3sPlan)
    return (plan.subject.component, plan.why) if plan is not None else None


def service_range(config: DistributionConfig) -> Value | None:
    """The service range of a server as one comma list; None for an agent, which reads none.

    Without `service-cidr` the family of the first node IP decides. Raises Unknown where that is not known.
    """
    if config.agent:
        return None
    given = config.get("service-cidr")
    if given is not None and elements(given):
        return joined(given)
    nodes = config.get("node-ip")
    first = elements(nodes)[:1] if nodes is not None else ()
    address = parse_address(first[0].text, Dialect.GO_NET) if first else None
    if address is None:
        raise Unknown("service-cidr", "the default follows the first address of the node, which is not known")
    place = first[0].span._replace(literal=False)
    return Value(_SERVICE_RANGES[address.family], place, "default", editable=False)


def joined(value: Value) -> Value:
    """A list key as the flag that a component of Kubernetes gets: one comma list."""
    parts = elements(value)
    if value.items is None:
        text = ",".join(part.text for part in parts)
        start = value.text.find(text) if text else 0
        return value._replace(text=text, span=value.part(start, start + len(text)))
    if len(parts) == 1:
        return parts[0]
    text, place = ",".join(part.text for part in parts), value.span._replace(literal=False)
    return value._replace(text=text, span=place, items=None, editable=False)
