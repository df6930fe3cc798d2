"""What a release of kube-vip makes of its addresses, names and leases: pure functions for the address rules.

Source: facts/kube-vip.md sections 1.2, 2.2, 2.6, 3.2 (F5, F11 to F16, F36) and 5.2; here lives their only
transcription. The prefixes are the business of `famlint.behaviours.kube_vip`.
"""

from typing import NamedTuple

from famlint.behaviours.kube_vip import Item, Kind, Mode, handled, items_of, modes, service_items
from famlint.behaviours.kube_vip.releases import (
    ADDRESS_LISTS,
    DERIVES,
    READS_ANNOTATION,
    RESOLVES_NAMES,
    SUBNET_LIST,
    supported,
)
from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.network.addresses import Family, looks_like_ip
from famlint.network.versions import Version, band
from famlint.unknown import Unknown

DNS_MODES = ("first", "ipv4", "ipv6", "dual")
"""The words of `dns_mode`; every other one means the first of them (section 1.2)."""

DEFAULT_LEASE = "plndr-cp-lock"
"""The lease of the control plane where `vip_leasename` is unset or not read (section 1.2)."""

_DEFAULT_NAMESPACE = "kube-system"
_ANNOTATION = "kube-vip.io/loadbalancerIPs"
_SERVICE_INTERFACE = "kube-vip.io/serviceInterface"
_NDP_CRASH = band("0.8.4")
_NAME_WITH_RAW_PAIR = band("0.9.0-1.0.1")
_DERIVES_PAIR_FOR_NAME = band("1.0.1")
_READS_DNS_MODE = band("0.7.0-")
_COMPARES_CASE = band("1.2.3")
_SKIPS_SERVICE_NAMES = band("1.0.1-1.0.2")
_ENDS_WITHOUT_LINK_LOCAL = band("-0.8.9")
_READS_SERVICE_INTERFACE = band("0.8.0-")
_READS_LEASE_NAME = band("0.6.1-")
_LEASE_IN_POD_NAMESPACE = band("1.1.0-")


class Addresses(NamedTuple):
    """The text that holds the control-plane addresses, and the variable that it belongs to."""

    variable: str
    value: Value


class Lease(NamedTuple):
    """The lease that a control plane's leader holds."""

    namespace: str
    name: str


def control_plane(kube_vip: KubeVip) -> Addresses | None:
    """The control-plane addresses as written: `address` if it is not empty, else `vip_address`. Raises Unknown.

    None where `cp_enable` is off or WireGuard is the only mode (section 5, common groundwork). Needs no release.
    """
    if not kube_vip.on("cp_enable") or modes(kube_vip) == {Mode.WIREGUARD}:
        return None
    for variable in ("address", "vip_address"):
        value = kube_vip.get(variable)
        if value is not None and value.text:
            return Addresses(variable, value)
    return None


def written_items(addresses: Addresses) -> tuple[Item, ...]:
    """The items between commas, trimmed, whether or not the release reads lists."""
    return items_of(addresses.value, lists=True)


def is_list(value: Value) -> bool:
    """Whether a text names more than one address; empty items do not count."""
    return sum(item.kind is not Kind.EMPTY for item in items_of(value, lists=True)) > 1


def reads_lists(version: Version) -> bool:
    """Whether `address`, `vip_address` and the Service annotation are comma lists (F13). Raises Unknown."""
    return supported(version) in ADDRESS_LISTS


def reads_annotation(version: Version) -> bool:
    """Whether the addresses in a Service's annotation are read at all (section 1.5). Raises Unknown."""
    return supported(version) in READS_ANNOTATION


def is_misspelt(item: Item) -> bool:
    """Whether an item is certainly no address and no host name (F12).

    Text that is neither, but does not look like an address either, may be a placeholder of somebody's tool.
    """
    if item.kind is Kind.ZONE:
        return looks_like_ip(item.text.partition("%")[0])
    if item.kind is Kind.INVALID:
        return looks_like_ip("".join(item.text.split()))
    return item.kind in (Kind.EMPTY, Kind.WITH_PREFIX, Kind.BRACKETS)


def deriving_variable(version: Version) -> str | None:
    """The prefix variable that this release derives from `address` where it is unset; None: it derives nothing.

    Source: section 2.2. Raises Unknown for a release before the first that was checked.
    """
    if supported(version) not in DERIVES:
        return None
    return "vip_subnet" if version in SUBNET_LIST else "vip_cidr"


def cannot_derive_from_names(version: Version) -> bool:
    """Whether a host name in `address` ends start-up where the prefix is derived (F15)."""
    return version in DERIVES and version not in RESOLVES_NAMES


def applies_pair_to_names(version: Version) -> bool:
    """Whether the whole text of `vip_subnet` is put behind the address of a host name (section 2.6, DNS names)."""
    return version in _NAME_WITH_RAW_PAIR


def derives_pair_for_names(version: Version) -> bool:
    """Whether `dns_mode: dual` derives a pair for a host name, which is then applied whole (section 2.6)."""
    return version in _DERIVES_PAIR_FOR_NAME


def crashes_on_two_families(version: Version) -> bool:
    """Whether the NDP sender crashes on control-plane VIPs of both families in ARP mode (F5, certain for this one)."""
    return version in _NDP_CRASH


def reads_dns_mode(version: Version) -> bool:
    """Whether `dns_mode` is read (section 1.2). Raises Unknown."""
    return supported(version) in _READS_DNS_MODE


def fails_on_case(version: Version, dns_mode: str) -> bool:
    """Whether this spelling of a family makes every lookup fail instead of meaning `first` (F16)."""
    return version in _COMPARES_CASE and dns_mode != dns_mode.lower() and dns_mode.lower() in DNS_MODES[1:]


def service_names(kube_vip: KubeVip, link: Link) -> tuple[Item, ...]:
    """The host names that a Service asks for as its addresses. Raises Unknown."""
    if not handled(kube_vip, link.service) or kube_vip.version in _SKIPS_SERVICE_NAMES:
        return ()
    return tuple(item for item in service_items(kube_vip, link.service) if item.kind is Kind.NAME)


def service_addresses(kube_vip: KubeVip, link: Link) -> Value | None:
    """The addresses in the annotation of a Service that this kube-vip handles, None without. Raises Unknown."""
    value = link.service.annotation(_ANNOTATION)
    return value if value is not None and value.text and handled(kube_vip, link.service) else None


def announces_by_ndp(kube_vip: KubeVip) -> bool:
    """Whether IPv6 VIPs are announced by NDP: ARP mode. Raises Unknown where other modes are on as well.

    Which of several modes is started depends on the release, and the others act inside shared code (section 1.2).
    """
    on = modes(kube_vip)
    if Mode.ARP in on and len(on) > 1:
        raise Unknown("mode", f"what {', '.join(sorted(mode.value for mode in on))} do together is not settled")
    return Mode.ARP in on


def ipv6_control_plane(kube_vip: KubeVip) -> tuple[Item, ...]:
    """The IPv6 control-plane VIPs. A release that is not known is taken to read lists. Raises Unknown."""
    addresses = control_plane(kube_vip)
    if addresses is None:
        return ()
    release = kube_vip.component.known_version
    lists = isinstance(release, Unknown) or release in ADDRESS_LISTS
    return tuple(item for item in items_of(addresses.value, lists=lists) if item.family is Family.IPV6)


def ipv6_service(kube_vip: KubeVip, link: Link) -> tuple[Item, ...]:
    """The IPv6 VIPs of a Service on the common interface: none where it chooses its own. Raises Unknown."""
    if not handled(kube_vip, link.service):
        return ()
    own = link.service.annotation(_SERVICE_INTERFACE)
    if own is not None and own.text and kube_vip.version in _READS_SERVICE_INTERFACE:
        return ()
    return tuple(item for item in service_items(kube_vip, link.service) if item.family is Family.IPV6)


def ends_without_link_local(version: Version) -> bool:
    """Whether the process ends where NDP finds no link-local address; later releases only log it (section 5.2)."""
    return version in _ENDS_WITHOUT_LINK_LOCAL


def only_family(kube_vip: KubeVip) -> Family | None:
    """The family of all control-plane VIPs; None where there are none, names, or both families. Raises Unknown."""
    addresses = control_plane(kube_vip)
    families = {item.family for item in written_items(addresses)} if addresses else set()
    return families.pop() if len(families) == 1 else None


def elects(kube_vip: KubeVip) -> bool:
    """Whether the control plane elects a leader: always in ARP mode, else by `vip_leaderelection` (F36)."""
    return Mode.ARP in modes(kube_vip) or kube_vip.on("vip_leaderelection")


def shared_lease(one: KubeVip, other: KubeVip) -> str | None:
    """The name of the lease that two control planes both hold, None where each has its own. Raises Unknown.

    Source: section 5.2, same-lease-two-families.

    Workloads of one release that are written alike share it whatever the release is.
    """
    first, second = one.component, other.component
    alike = first.namespace == second.namespace and first.form == second.form
    if alike and str(first.known_version) == str(second.known_version) and _written(one) == _written(other):
        return _written(one)[1]
    lease, second_lease = lease_of(one), lease_of(other)
    if lease.name != second_lease.name:
        return None
    if bool(lease.namespace) != bool(second_lease.namespace):
        raise Unknown("metadata.namespace", "the namespace is chosen when the workload is applied")
    return lease.name if lease.namespace == second_lease.namespace else None


def lease_of(kube_vip: KubeVip) -> Lease:
    """The control plane's lease; an empty namespace is chosen when the workload is applied. Raises Unknown.

    The release is asked for only where the answer depends on it.
    """
    namespace, name = _written(kube_vip)
    if name != DEFAULT_LEASE and kube_vip.version not in _READS_LEASE_NAME:
        name = DEFAULT_LEASE
    component = kube_vip.component
    # A bare Pod is how static Pods are written.
    if component.form == "Pod" or component.namespace == namespace or kube_vip.version not in _LEASE_IN_POD_NAMESPACE:
        return Lease(namespace, name)
    return Lease(component.namespace, name)


def _written(kube_vip: KubeVip) -> tuple[str, str]:
    return _text(kube_vip, "cp_namespace") or _DEFAULT_NAMESPACE, _text(kube_vip, "vip_leasename") or DEFAULT_LEASE


def _text(kube_vip: KubeVip, variable: str) -> str:
    value = kube_vip.get(variable)
    return "" if value is None else value.text
