"""What kube-vip makes of the addresses that a Service asks for: pure functions for the Service rules.

Source: facts/kube-vip.md sections 1.5, 1.6, 3.2 (F14, F29, F35) and 5.3; here lives their only transcription.
The prefixes of Service VIPs are the business of `famlint.behaviours.kube_vip`.
"""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from famlint.behaviours.kube_vip import Item, Kind, Mode, elements, handled, items_of, modes
from famlint.behaviours.kube_vip.releases import (
    CHECKED_TO,
    PANICS_ON_A_BAD_MASK,
    READS_ANNOTATION,
    RELEASES,
    checked,
)
from famlint.behaviours.kube_vip.steering import election, engine, steering
from famlint.behaviours.kube_vip.subjects import ADDRESSES, IGNORE, parts, trimmed_parts
from famlint.behaviours.kube_vip_addresses import is_misspelt
from famlint.components.kube_vip import KubeVip
from famlint.components.kube_vip_pools import CloudProvider
from famlint.components.model import Component, Value
from famlint.components.service import Service
from famlint.network.addresses import Family
from famlint.network.versions import Version, band
from famlint.unknown import Unknown

DEFAULT_CLASS = "kube-vip.io/kube-vip-class"
"""The load balancer class that kube-vip serves where nothing else is set (section 1.2)."""

_DROPS_NON_ADDRESSES = band("1.0.1-1.0.2")
_DHCPV6_BROKEN = band("1.0.3-1.2.3")
_NO_DHCPV6 = band("-1.0.2")
_NAME_TAKEN_FOR_IPV6 = band("0.8.5-1.0.0")
_NAME_FAILS_IN_EVERY_MODE = band("0.9.0-1.0.0")
_RESOLVES_SERVICE_NAMES = band("1.0.3-")
_PROVIDER_SPLITS_LISTS = band("0.0.10-")
_DUAL = frozenset(("PreferDualStack", "RequireDualStack"))


class Asked(NamedTuple):
    """The addresses that a Service asks kube-vip for, and those kube-vip of the input that serve it.

    `annotated`: they stand in the annotation, else in `spec.loadBalancerIP`. `serving` is empty where the input holds
    no kube-vip for the Service.
    """

    value: Value
    items: tuple[Item, ...]
    annotated: bool
    serving: tuple[KubeVip, ...]


class Lease(Enum):
    """What becomes of a Service that asks for a DHCPv6 lease with `::` (F29)."""

    NOT_SUPPORTED = "this release asks for no DHCPv6 lease"
    CRASH = "kube-vip crashes when the lease arrives"
    IPV4_LEASE = "the IPv6 VIP is overwritten with the IPv4 lease"
    OPEN = "it depends on the release"


class NameFate(Enum):
    """What becomes of a host name as the address of a Service (F14)."""

    CRASH = "kube-vip crashes"
    PANIC = "kube-vip ends itself"
    NOT_ANNOUNCED = "the VIP is not announced"
    NOT_CONFIGURED = "the VIP is never configured"
    IGNORED = "the name is ignored"
    NO_PREFIX = "there is no prefix for the VIP"


def recipients(service: Service, kube_vips: Iterable[KubeVip]) -> tuple[KubeVip, ...] | None:
    """Those kube-vip that serve a Service; empty where the input holds none for it, None where it is not kube-vip's.

    Args:
        service: the Service.
        kube_vips: the workloads that it is linked to. They may be of an unknown release.

    Raises Unknown, also where a class is set and nothing in the input says who serves it.
    """
    ignore = service.annotation(IGNORE)
    if ignore is not None and ignore.text == "true":
        return None
    linked = tuple(kube_vips)
    if linked:
        return tuple(kube_vip for kube_vip in linked if _serves(kube_vip, service)) or None
    chosen = service.component.get("spec.loadBalancerClass")
    if chosen is not None and chosen.text not in ("", DEFAULT_CLASS):
        raise Unknown("spec.loadBalancerClass", "no kube-vip of the input says which class it serves")
    return ()


def asked(service: Service, kube_vips: Iterable[KubeVip]) -> Asked | None:
    """The addresses that a Service asks kube-vip for, None without. Raises Unknown.

    The annotation speaks to kube-vip by itself, unless all that serve the Service are too old to read it.
    `spec.loadBalancerIP` does so only where a kube-vip is in the input. Items are those between commas, whether or
    not the release reads lists.
    """
    linked = tuple(kube_vips)
    annotation = service.annotation(ADDRESSES)
    if not linked and (annotation is None or not annotation.text):
        return None
    serving = recipients(service, linked)
    if serving is None:
        return None
    read = not serving or any(release is None or release in READS_ANNOTATION for release in map(release_of, serving))
    if annotation is not None and annotation.text and read:
        return Asked(annotation, items_of(annotation, lists=True), True, serving)
    single = service.component.get("spec.loadBalancerIP") if serving else None
    if single is None or not single.text:
        return None
    if annotation is not None and read:
        raise Unknown(ADDRESSES, "empty, while spec.loadBalancerIP is set")
    return Asked(single, items_of(single, lists=False), False, serving)


def release_of(kube_vip: KubeVip) -> Version | None:
    """The release, None where it is not known."""
    return known_release(kube_vip.component)


def known_release(component: Component) -> Version | None:
    """The release of any component, None where it is not known."""
    release = component.known_version
    return None if isinstance(release, Unknown) else release


def beyond(kube_vips: Iterable[KubeVip]) -> str:
    """A remark for messages where a release is newer than the ground truth, empty otherwise."""
    remarks = (checked(release) for release in map(release_of, kube_vips) if release is not None)
    return next((remark for remark in remarks if remark), "")


def certain_family(item: Item) -> Family | None:
    """The family of the VIP that an item stands for; None for names, leases, misspelt and IPv4-mapped addresses."""
    if item.address is None or asks_for_lease(item):
        return None
    mapped = item.address.family is Family.IPV4 and ":" in item.text
    return None if mapped else item.address.family


def asks_for_lease(item: Item) -> bool:
    """Whether an item is `0.0.0.0` or `::`: DHCP decides about the address (section 1.5)."""
    return item.address is not None and item.address.value == 0


def is_single_stack(service: Service) -> bool:
    """Whether the API server makes it a Service of one family (F35). Raises Unknown.

    Two families or cluster IPs without a policy for both are refused, so that nothing of it reaches kube-vip.
    """
    policy = service.component.get("spec.ipFamilyPolicy")
    if policy is not None and policy.text not in ("", "SingleStack"):
        return False
    return len(_members(service, "spec.ipFamilies")) < 2 and len(_members(service, "spec.clusterIPs")) < 2


def own_family(service: Service) -> Family | None:
    """The only family in `spec.ipFamilies`, None where none or both are given. Raises Unknown."""
    members = _members(service, "spec.ipFamilies")
    named = [family for family in Family if any(member.text == family.value for member in members)]
    return named[0] if len(named) == 1 and len(members) == 1 else None


def requires_both(service: Service) -> Value | None:
    """The policy that demands both families, None where it does not. Raises Unknown."""
    policy = service.component.get("spec.ipFamilyPolicy")
    return policy if policy is not None and policy.text == "RequireDualStack" else None


def families(service: Service, addresses: Asked | None) -> frozenset[Family]:
    """The families of a Service's VIPs; empty where they are not certain. Raises Unknown.

    Its addresses decide. Without any it is `spec.ipFamilies`, to which a policy for both adds the other family.
    """
    if addresses is not None:
        certain = [certain_family(item) for item in addresses.items]
        return frozenset(family for family in certain if family) if all(certain) else frozenset()
    if requires_both(service) is not None:
        return frozenset(Family)
    if is_single_stack(service):
        own = own_family(service)
        return frozenset((own,)) if own else frozenset()
    # With PreferDualStack the cluster decides whether there is a second family.
    return frozenset()


def is_refused(item: Item) -> bool:
    """Whether an item of several is certainly neither an address nor a host name: kube-vip looks it up in vain."""
    return item.kind is not Kind.EMPTY and is_misspelt(item)


def drops_non_addresses(kube_vips: Iterable[KubeVip]) -> bool:
    """Whether one of them leaves out the items that are no addresses instead of looking them up (section 1.5)."""
    return any(release_of(kube_vip) in _DROPS_NON_ADDRESSES for kube_vip in kube_vips)


def takes_lengths(kube_vips: Iterable[KubeVip]) -> bool:
    """Whether addresses may carry a prefix length: WireGuard mode of one of them. Raises Unknown."""
    return any(Mode.WIREGUARD in modes(kube_vip) for kube_vip in kube_vips)


def blanks(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of the blanks next to the commas of a list, but for items that are nothing else."""
    found = []
    for (start, end), (left, right) in zip(parts(text), trimmed_parts(text), strict=True):
        if left < right:
            found += [(start, left)] if 0 < start < left else []
            found += [(right, end)] if right < end < len(text) else []
    return tuple(found)


def stops_at_blanks(provider: CloudProvider | None) -> bool:
    """Whether a blank in one annotation ends the allocation of the cloud provider for all Services (section 1.6).

    Where the workload is not in the input (None) or its release is not known, it is taken to be a current one.
    """
    release = known_release(provider.component) if provider else None
    return release is None or release in _PROVIDER_SPLITS_LISTS


def is_the_providers(service: Service, provider: CloudProvider | None) -> bool | None:
    """Whether the cloud provider looks after a Service, by its class; None where that is open. Raises Unknown.

    Without the workload in the input (None) only Services without a class certainly are; it can be told to take
    kube-vip's own class instead.
    """
    value = service.component.get("spec.loadBalancerClass")
    chosen = value.text if value else ""
    if provider is not None:
        return chosen == provider.load_balancer_class
    return None if chosen == DEFAULT_CLASS else not chosen


def dhcpv6(release: Version | None, items: Iterable[Item]) -> Lease:
    """What becomes of `::` among the items of a Service (F29). The release is None where it is not known."""
    if release is None:
        return Lease.OPEN
    if release in _NO_DHCPV6:
        return Lease.NOT_SUPPORTED
    if release not in _DHCPV6_BROKEN:
        return Lease.OPEN
    # The IPv6 watcher reads the IPv4 client, which only `0.0.0.0` makes.
    ipv4 = any(asks_for_lease(item) and item.family is Family.IPV4 for item in items)
    return Lease.IPV4_LEASE if ipv4 else Lease.CRASH


def name_fate(kube_vip: KubeVip, service: Service) -> NameFate | None:
    """What becomes of a host name as the address of this Service (F14); None where it works. Raises Unknown.

    From 0.8.5 to 1.0.0 a name is taken for IPv6, so that an IPv4 address behind it gets the second prefix.
    """
    release = kube_vip.version
    if release in _DROPS_NON_ADDRESSES:
        return NameFate.IGNORED
    if release in _RESOLVES_SERVICE_NAMES:
        derivable = kube_vip.get("vip_subnet") is not None or kube_vip.get("address") is not None
        return None if derivable else NameFate.NO_PREFIX
    if release not in _NAME_TAKEN_FOR_IPV6:
        return None
    if own_family(service) is Family.IPV6 and is_single_stack(service):
        return None
    if release in _NAME_FAILS_IN_EVERY_MODE:
        return None if _second_prefix_fits_ipv4(kube_vip) else NameFate.NOT_CONFIGURED
    mode = engine(kube_vip)
    if mode is Mode.ARP:
        fate = NameFate.PANIC if release in PANICS_ON_A_BAD_MASK else NameFate.CRASH
    elif mode is Mode.BGP and election(kube_vip):
        fate = NameFate.NOT_ANNOUNCED
    else:
        return None
    return None if _second_prefix_fits_ipv4(kube_vip) else fate


def _second_prefix_fits_ipv4(kube_vip: KubeVip) -> bool:
    """Whether the prefix of IPv6 Services is one that IPv4 can have, as `32,32` derived from two IPv4 addresses."""
    found = steering(kube_vip)
    second = elements(found.text)[1:2] if found else ()
    return any(text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 32 for text in second)


def _members(service: Service, field: str) -> tuple[Value, ...]:
    value = service.component.get(field)
    return value.items or () if value is not None else ()


def _serves(kube_vip: KubeVip, service: Service) -> bool:
    """Whether it handles the Service; for an unknown release: whether all that it can be agree. Raises Unknown."""
    component = kube_vip.component
    if not isinstance(component.known_version, Unknown):
        return handled(kube_vip, service)
    low, high = component.bounds or (RELEASES[0], CHECKED_TO)
    answers: set[bool] = set()
    missing: Unknown = component.known_version
    for release in RELEASES:
        if not low <= release <= high:
            continue
        try:
            answers.add(handled(KubeVip(component._replace(known_version=release)), service))
        except Unknown as unknown:
            missing = unknown
    if len(answers) != 1:
        raise missing
    return answers.pop()
