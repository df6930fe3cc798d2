"""Which VIPs a kube-vip has: its modes, its own addresses, and those of the Services that it handles.

Source: facts/kube-vip.md sections 1.2, 1.5 and 5 (common groundwork). Addresses are read as Go's `net.ParseIP`
reads them.
"""

from collections.abc import Iterator

from famlint.behaviours.kube_vip.records import Item, Kind, Mode
from famlint.behaviours.kube_vip.releases import ADDRESS_LISTS, READS_ANNOTATION, supported
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.components.service import Service
from famlint.network.addresses import Dialect, Family, is_dns_name, looks_like_ip, parse_address
from famlint.network.versions import band
from famlint.unknown import Unknown

ADDRESSES = "kube-vip.io/loadbalancerIPs"
IGNORE = "kube-vip.io/ignore"

_DEFAULT_CLASS = "kube-vip.io/kube-vip-class"
POOL = "pool"
"""The layer of families that a Service has of its pool: see `famlint.behaviours.kube_vip_links`."""

_BLANKS = " \t\r\n"
_NAMESPACE_READ = band("0.5.5-")
_CLASS_ONLY_READ = band("0.5.5-")
_CLASS_NAME_READ = band("0.6.0-")
_LEGACY_HANDLING_READ = band("0.8.1-")
# Addresses that ask for a lease; the address itself is not known then.
_DHCP = {Family.IPV4: 0, Family.IPV6: 0}


def modes(kube_vip: KubeVip) -> frozenset[Mode]:
    """The modes that are switched on. Raises Unknown.

    What several of them, or none, mean depends on the release (facts section 1.2).
    """
    return frozenset(mode for mode in Mode if kube_vip.on(mode.value))


def control_plane_items(kube_vip: KubeVip) -> tuple[Item, ...]:
    """The control-plane addresses: of `address` if it is not empty, else of `vip_address`. Raises Unknown.

    None where `cp_enable` is off, and none where WireGuard is the only mode (`vip_address` carries a length there).
    Up to 0.6.4 the whole text is one item.
    """
    if not kube_vip.on("cp_enable") or modes(kube_vip) == {Mode.WIREGUARD}:
        return ()
    value = kube_vip.get("address") or kube_vip.get("vip_address")
    if value is None:
        return ()
    return items_of(value, lists=supported(kube_vip.version) in ADDRESS_LISTS)


def service_items(kube_vip: KubeVip, service: Service) -> tuple[Item, ...]:
    """The addresses of a Service, or its families where only these are known. Raises Unknown.

    The annotation wins from 0.5.12 on, then `spec.loadBalancerIP`, then `spec.ipFamilies`: an item without text
    per family. DHCP addresses and host names are items of kind NAME or ADDRESS without a family.
    """
    version = supported(kube_vip.version)
    annotation = service.annotation(ADDRESSES) if version in READS_ANNOTATION else None
    single = service.component.get("spec.loadBalancerIP")
    if annotation is not None and annotation.text:
        found = items_of(annotation, lists=version in ADDRESS_LISTS)
        return tuple(_without_dhcp(item) for item in found)
    if annotation is not None and single is not None and single.text:
        raise Unknown(ADDRESSES, "empty, while spec.loadBalancerIP is set")
    if single is not None and single.text:
        return tuple(_without_dhcp(item) for item in items_of(single, lists=False))
    families = service.component.get("spec.ipFamilies")
    return tuple(_families(families)) if families is not None else ()


def handled(kube_vip: KubeVip, service: Service) -> bool:
    """Whether this kube-vip serves the Service. Raises Unknown.

    Not handled: `svc_enable` off, the annotation `kube-vip.io/ignore: "true"`, another namespace than
    `svc_namespace`, another load balancer class. The class rules were read in kube-vip/kube-vip
    pkg/services (lbClassFilterLegacy, lbClassFilter): a class must equal `lb_class_name`; without a class the
    Service is served unless `lb_class_only` is on. With `lb_class_legacy_handling` off (from 0.8.1) a Service
    without a class is served only if `lb_class_name` is empty.
    """
    if not kube_vip.on("svc_enable"):
        return False
    ignore = service.annotation(IGNORE)
    if ignore is not None and ignore.text == "true":
        return False
    version = supported(kube_vip.version)
    return _namespace_fits(kube_vip, service, read=version in _NAMESPACE_READ) and _class_fits(kube_vip, service)


def items_of(value: Value, *, lists: bool) -> tuple[Item, ...]:
    """The items of an address text, trimmed where the release reads lists, each with its place."""
    if not lists:
        return (_item(value, 0, len(value.text)),)
    return tuple(_item(value, start, end) for start, end in trimmed_parts(value.text))


def parts(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each item of a comma list, blanks included."""
    found = []
    start = 0
    for part in text.split(","):
        found.append((start, start + len(part)))
        start += len(part) + 1
    return tuple(found)


def trimmed_parts(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each item of a comma list, without the blanks around it."""
    found = []
    for start, end in parts(text):
        part = text[start:end]
        left = start + len(part) - len(part.lstrip(_BLANKS))
        found.append((left, max(left, left + len(part.strip(_BLANKS)))))
    return tuple(found)


def elements(text: str) -> tuple[str, ...]:
    """The items of a comma list, without the blanks around them."""
    return tuple(text[start:end] for start, end in trimmed_parts(text))


def kind_of(text: str) -> Kind:
    """What kube-vip takes an item for."""
    if not text:
        return Kind.EMPTY
    if parse_address(text, Dialect.GO_NET):
        return Kind.ADDRESS
    for marks, kind in (("[]", Kind.BRACKETS), ("/", Kind.WITH_PREFIX), ("%", Kind.ZONE)):
        if any(mark in text for mark in marks):
            return kind
    return Kind.NAME if is_dns_name(text) and not looks_like_ip(text) else Kind.INVALID


def _item(value: Value, start: int, end: int) -> Item:
    text = value.text[start:end]
    address = parse_address(text, Dialect.GO_NET)
    family = address.family if address else None
    return Item(text, value, value.part(start, end), kind_of(text), address, family)


def _without_dhcp(item: Item) -> Item:
    asks_for_lease = item.address is not None and item.address.value == _DHCP[item.address.family]
    return item._replace(family=None) if asks_for_lease else item


def _families(families: Value) -> Iterator[Item]:
    for member in families.items or ():
        for family in Family:
            if member.text == family.value:
                yield Item("", member, member.span, Kind.EMPTY, None, family)


def _namespace_fits(kube_vip: KubeVip, service: Service, *, read: bool) -> bool:
    wanted = kube_vip.get("svc_namespace") if read else None
    if wanted is None or not wanted.text:
        return True
    namespace = service.component.get("metadata.namespace")
    if namespace is None or not namespace.text:
        raise Unknown("metadata.namespace", "the Service does not name its namespace, and svc_namespace is set")
    return namespace.text == wanted.text


def _class_fits(kube_vip: KubeVip, service: Service) -> bool:
    version = kube_vip.version
    chosen = service.component.get("spec.loadBalancerClass")
    if chosen is not None and chosen.text:
        if version not in _CLASS_NAME_READ:
            raise Unknown("spec.loadBalancerClass", f"not known how kube-vip {version} treats a class")
        return chosen.text == _class_name(kube_vip)
    if version in _LEGACY_HANDLING_READ and not kube_vip.on("lb_class_legacy_handling", default=True):
        return not _class_name(kube_vip)
    return not (version in _CLASS_ONLY_READ and kube_vip.on("lb_class_only"))


def _class_name(kube_vip: KubeVip) -> str:
    name = kube_vip.get("lb_class_name")
    return _DEFAULT_CLASS if name is None else name.text
