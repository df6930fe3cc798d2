"""Which endpoints a release of kube-vip reads, and what follows for Services of one or two families.

Source: facts/kube-vip.md sections 1.2, 3.2 (F33, F41, F42), 5.5 and 6.2; here lives their only transcription.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from famlint.behaviours.api_servers import api_server, flag_of, service_ranges
from famlint.behaviours.kube_vip import Mode, control_plane_items, election, handled, modes
from famlint.behaviours.kube_vip.releases import supported
from famlint.behaviours.kube_vip_services import asked, families, is_single_stack
from famlint.clusters import Cluster, Known, Link
from famlint.components.kube_apiserver import KubeApiserver
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.components.service import Service
from famlint.findings import Label
from famlint.network.addresses import Dialect, Family, parse_cidr
from famlint.network.versions import Version, band
from famlint.unknown import Unknown

SLICES, ENDPOINTS = "enable_endpointslices", "enable_endpoints"
"""The switches: the old one asks for EndpointSlices, the new one for Endpoints."""

_SLICES_BY_OPTION = band("0.7.0-0.9.2")
_SLICES_BY_DEFAULT = band("1.0.0-")
_ROUTES_BY_ENDPOINTS = band("0.9.1-")
_KEEPS_SLICES_APART = band("1.0.4-")
_OFFERS_ALL_ENDPOINTS = band("1.1.2-")
_REPORTED_WITH_OTHER_FAMILY = band("0.7.0-0.8.2")
_DUAL = frozenset(("PreferDualStack", "RequireDualStack"))


class UnreadSwitch(NamedTuple):
    """A switch that this release does not read.

    `reads` is the switch that it reads, empty where it knows none. `slices`: it uses EndpointSlices. `harmless`: that
    is what the switch asks for, or no Services are served.
    """

    variable: str
    value: Value
    reads: str
    slices: bool
    harmless: bool


class MissingRoute(NamedTuple):
    """Services whose second family gets no route.

    `switch` is the setting that makes kube-vip read Endpoints, None where it does so by default; `word` is what has to
    be written there.
    """

    variable: str
    switch: Value | None
    word: str
    links: tuple[Link, ...]


class Evidence(NamedTuple):
    """Why a cluster is known to be dual-stack: in words, with the places that say so."""

    why: str
    places: tuple[Label, ...] = ()


class ServiceRanges(NamedTuple):
    """The families of the service ranges of an API server, the flag that gives them, why it is the cluster's."""

    families: frozenset[Family]
    value: Value
    why: str


class Sorted(NamedTuple):
    """Services about which a question was answered with yes, and the first fact that was missing for others."""

    links: tuple[Link, ...]
    missing: Unknown | None

    def settle(self) -> None:
        """Raise what was missing."""
        if self.missing is not None:
            raise self.missing


def reads_slices(kube_vip: KubeVip) -> bool:
    """Whether it reads EndpointSlices; otherwise Endpoints. Raises Unknown."""
    version = supported(kube_vip.version)
    if version in _SLICES_BY_DEFAULT:
        return not kube_vip.on(ENDPOINTS)
    return version in _SLICES_BY_OPTION and kube_vip.on(SLICES)


def unread_switches(kube_vip: KubeVip) -> Iterator[UnreadSwitch]:
    """The switches that are set and not read by this release. Raises Unknown."""
    version = supported(kube_vip.version)
    reads = ENDPOINTS if version in _SLICES_BY_DEFAULT else SLICES if version in _SLICES_BY_OPTION else ""
    for variable in (SLICES, ENDPOINTS):
        value = kube_vip.get(variable)
        if variable == reads or value is None:
            continue
        slices = reads_slices(kube_vip)
        agrees = _asks_for_slices(kube_vip, variable) is slices
        yield UnreadSwitch(variable, value, reads, slices, agrees or not kube_vip.on("svc_enable"))


def keeps_slices_apart(version: Version) -> bool:
    """Whether EndpointSlices of the two families do not overwrite each other (F33, F34)."""
    return version in _KEEPS_SLICES_APART


def is_dual_stack(kube_vip: KubeVip, service: Service) -> bool:
    """Whether a Service is this kube-vip's and certainly has endpoints of both families. Raises Unknown.

    With PreferDualStack the cluster decides, unless the Service names two families or asks for addresses of both.
    """
    if not handled(kube_vip, service):
        return False
    policy = service.component.get("spec.ipFamilyPolicy")
    if policy is None or policy.text not in _DUAL:
        return False
    named = service.component.get("spec.ipFamilies")
    if policy.text == "RequireDualStack" or (named is not None and len(named.items or ()) > 1):
        return True
    return families(service, asked(service, (kube_vip,))) == frozenset(Family)


def dual_stack(kube_vip: KubeVip, links: Iterable[Link]) -> Sorted:
    """The dual-stack Services of this kube-vip."""
    return _sorted(links, lambda service: is_dual_stack(kube_vip, service))


def missing_route(kube_vip: KubeVip, links: Iterable[Link]) -> tuple[MissingRoute | None, Unknown | None]:
    """The Services whose second family gets no route (F33), and the first fact that was missing for others.

    Table mode without an election takes them from Endpoints, which hold the first family alone. Raises Unknown.
    """
    if not kube_vip.on(Mode.TABLE.value) or not kube_vip.on("svc_enable"):
        return None, None
    if kube_vip.version not in _ROUTES_BY_ENDPOINTS or modes(kube_vip) != {Mode.TABLE} or election(kube_vip):
        return None, None
    if reads_slices(kube_vip):
        return None, None
    found = _sorted(links, lambda service: _has_two_vips(kube_vip, service))
    if not found.links:
        return None, found.missing
    default = kube_vip.version in _SLICES_BY_DEFAULT
    variable, word = (ENDPOINTS, "false") if default else (SLICES, "true")
    return MissingRoute(variable, kube_vip.get(variable), word, found.links), found.missing


def mixes_families(kube_vip: KubeVip, service: Service) -> bool:
    """Whether all endpoints of a dual-stack Service are offered to every VIP, so that none gets a rule (F42).

    WireGuard mode. Raises Unknown.
    """
    if not kube_vip.on(Mode.WIREGUARD.value) or not kube_vip.on("svc_enable"):
        return False
    # Before 1.2.2 any other mode that is on is started in its place (section 1.2).
    if kube_vip.version not in _OFFERS_ALL_ENDPOINTS or modes(kube_vip) != {Mode.WIREGUARD}:
        return False
    return is_dual_stack(kube_vip, service)


def reported_services(kube_vip: KubeVip, links: Iterable[Link]) -> Sorted:
    """The single-stack IPv4 Services of a release for which endpoints of the other family were reported (F41).

    The band is that of the issue's report, its cause is not confirmed (section 6.2). Raises Unknown.
    """
    if not kube_vip.on("svc_enable") or kube_vip.version not in _REPORTED_WITH_OTHER_FAMILY:
        return Sorted((), None)
    return _sorted(links, lambda service: _is_ipv4_alone(kube_vip, service))


def ranges_near(kube_vip: KubeVip, cluster: Cluster) -> ServiceRanges | None:
    """The service ranges of the API server that is nearest to a kube-vip, None where no flag settles them."""
    try:
        near = cluster.nearest(kube_vip.component, KubeApiserver)
        server = api_server(near.subject, cluster) if near is not None else None
        found = service_ranges(server) if server is not None else ()
        value = flag_of(server, "service-cluster-ip-range") if server is not None else None
    except Unknown:
        return None
    families = frozenset(one.cidr.family for one in found if one.cidr is not None)
    if near is None or value is None or not families or any(one.cidr is None for one in found):
        return None
    return ServiceRanges(families, value, near.why)


def dual_stack_cluster(
    kube_vip: KubeVip, links: Iterable[Link], known: Known, ranges: ServiceRanges | None = None
) -> Evidence | None:
    """Why the cluster of this kube-vip is known to be dual-stack, None where it is not. Raises Unknown.

    What the configuration expects of the cluster and the service ranges of its API server settle it; else it is
    kube-vip's own addresses or another Service that it serves.
    """
    expected = _expected(known)
    if expected:
        return Evidence("the configuration says so") if expected == frozenset(Family) else None
    if ranges is not None:
        label = Label(ranges.value.span, f"both families ({ranges.why})" if ranges.why else "both families")
        dual = ranges.families == frozenset(Family)
        return Evidence("the API server has service ranges of both families", (label,)) if dual else None
    missing: Unknown | None = None
    try:
        own = control_plane_items(kube_vip)
    except Unknown as unknown:
        own, missing = (), unknown
    if {item.family for item in own} >= set(Family):
        return Evidence("kube-vip has addresses of both families", (Label(own[0].value.span, "both families"),))
    found = dual_stack(kube_vip, links)
    for link in found.links:
        place = link.service.component.get("spec.ipFamilyPolicy")
        span = place.span if place else link.service.component.span
        return Evidence("another Service is dual-stack", (Label(span, "this Service has both families"),))
    missing = missing or found.missing
    if missing is not None:
        raise missing
    return None


def _asks_for_slices(kube_vip: KubeVip, variable: str) -> bool | None:
    """What a switch asks for that nobody reads; None for a word that is no boolean."""
    try:
        on = kube_vip.on(variable)
    except Unknown:
        return None
    return on if variable == SLICES else not on


def _has_two_vips(kube_vip: KubeVip, service: Service) -> bool:
    if not is_dual_stack(kube_vip, service):
        return False
    addresses = asked(service, (kube_vip,))
    return addresses is None or families(service, addresses) == frozenset(Family)


def _is_ipv4_alone(kube_vip: KubeVip, service: Service) -> bool:
    if not handled(kube_vip, service) or not is_single_stack(service):
        return False
    return families(service, asked(service, (kube_vip,))) == {Family.IPV4} and not _names_ipv6(service)


def _names_ipv6(service: Service) -> bool:
    named = service.component.get("spec.ipFamilies")
    return named is not None and any(member.text == Family.IPV6.value for member in named.items or ())


def _expected(known: Known) -> frozenset[Family]:
    """The families that the configuration expects of the cluster's Services, none where it does not say."""
    found = (parse_cidr(text, Dialect.GO_NET) for text in known.services)
    named = frozenset(family for family in Family if family.value in known.families)
    return named | frozenset(cidr.family for cidr in found if cidr)


def _sorted(links: Iterable[Link], wanted: Callable[[Service], bool]) -> Sorted:
    found: list[Link] = []
    missing: Unknown | None = None
    for link in links:
        try:
            if wanted(link.service):
                found.append(link)
        except Unknown as unknown:
            missing = missing or unknown
    return Sorted(tuple(found), missing)
