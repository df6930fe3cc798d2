"""ServiceCIDR objects: what the API takes, and how the object `kubernetes` stands to the flag of the API server.

Source: facts/kubernetes.md sections 3.2, 4 and 6.1 (kubernetes/kubernetes
pkg/controlplane/controller/defaultservicecidr, pkg/apis/networking/validation).
"""

from enum import Enum
from typing import NamedTuple

from famlint.behaviours.api_servers import (
    ApiServer,
    api_server,
    decides,
    flag_of,
    gates_at,
    gates_of,
    given,
    known_release,
    service_ranges,
    started_as,
)
from famlint.behaviours.feature_gates import MULTI_CIDR, is_on, serves
from famlint.behaviours.kubernetes_releases import supported
from famlint.behaviours.service_ranges import MOST, Range, same_family
from famlint.clusters import Cluster
from famlint.components.kube_apiserver import KubeApiserver
from famlint.components.model import Value
from famlint.components.service_cidr import ServiceCidr
from famlint.findings import Label
from famlint.network.addresses import Cidr, Dialect, Family, parse_cidr
from famlint.network.versions import Band, Version, band
from famlint.unknown import Unknown

API = "networking.k8s.io"

SERVED: dict[str, Band] = {
    "v1alpha1": band("1.29.0-1.33.99"),
    "v1beta1": band("1.31.0-1.36.99"),
    "v1": band("1.33.0-"),
}
"""Releases in which a version of the API can be had (section 4)."""

FROM = Version(1, 29, 0)
"""The first release that has the objects (section 4)."""

BY_DEFAULT = "v1"
"""The version that needs no `--runtime-config`."""

UPDATES = band("1.33.0-")
"""The API server adds the second range to its object by itself (section 6.1)."""

UPDATES_FROM = Version(1, 33, 0)
"""The oldest release that has the API's version `v1`."""

TELLS = band("1.35.0-")
"""The event about a mismatch is delivered (section 6.1)."""


_NEEDED = (("v1alpha1", band("1.29.0-1.30.99")), ("v1beta1", band("1.31.0-1.32.99")))
"""The version that the allocator itself uses, where it has to be switched on (section 4)."""


class Member(NamedTuple):
    """A range of an object: its value, and what it is read as (None: it is none)."""

    value: Value
    cidr: Cidr | None


class Linked(NamedTuple):
    """The API server of an object, and why the two are thought to be of one cluster."""

    server: ApiServer
    why: str


class Served(Enum):
    """Whether an API server has a version of the API."""

    YES = "yes"
    ON_REQUEST = "on request"
    NO = "no"


class Outcome(Enum):
    """What becomes of the object `kubernetes` next to the flag."""

    EQUAL = "equal"
    UPDATED_BY_ITSELF = "updated by itself"
    INCONSISTENT = "inconsistent"


class Difference(Enum):
    """How the flag differs from the object."""

    SECOND_ADDED = "the flag adds a second range"
    SECOND_DROPPED = "the flag drops the second range"
    SWAPPED = "the order is another one"
    OTHER = "a range is another one"


class Comparison(NamedTuple):
    """The object `kubernetes` against the flag, as canonical text in order.

    `differs_at` is the member of the object where the difference begins, `because` the flag behind it.
    """

    outcome: Outcome
    difference: Difference | None
    object_has: tuple[str, ...]
    flag_has: tuple[str, ...]
    differs_at: Value
    because: tuple[Label, ...]


def members(service_cidr: ServiceCidr) -> tuple[Member, ...]:
    """The ranges of an object, none where it lists none. Raises Unknown, also where it holds no list."""
    listed = service_cidr.cidrs
    if listed is None:
        return ()
    if listed.items is None:
        raise Unknown("spec.cidrs", "it is no list")
    return tuple(Member(value, parse_cidr(value.text, Dialect.KUBERNETES)) for value in listed.items)


def canonical(cidr: Cidr) -> str:
    """The one text of a range that the API takes: no bits for hosts, no zeros in front, RFC 5952."""
    return str(cidr._replace(value=cidr.network))


def is_canonical(member: Member) -> bool:
    """Whether a member of an object is written in this one way; an IPv4-mapped range never is."""
    cidr = member.cidr
    return cidr is not None and not cidr.mapped and member.value.text == canonical(cidr)


def version_of(service_cidr: ServiceCidr) -> str:
    """The version of the API that an object is written for, empty without one. Raises Unknown."""
    written = service_cidr.api_version
    return written.text.partition("/")[2] if written else ""


def served(version: str, release: Version, *, switched_on: bool) -> Served:
    """Whether a release has a version of the API, given what `--runtime-config` switches on."""
    if version not in SERVED or release not in SERVED[version]:
        return Served.NO
    return Served.YES if version == BY_DEFAULT or switched_on else Served.ON_REQUEST


def needed_api(release: Version) -> str:
    """The version of the API that the allocator of a release uses and that is off by default, empty without one."""
    return next((version for version, where in _NEEDED if release in where), "")


def reads_objects(service_cidr: ServiceCidr, server: ApiServer) -> bool:
    """Whether an API server gives addresses from ServiceCIDR objects.

    An object for `v1` needs a release that has it, so that the release need not be known. Raises Unknown.
    """
    release = _at_least(service_cidr, server)
    return release >= FROM and is_on(MULTI_CIDR, gates_of(server), release)


def linked(service_cidr: ServiceCidr, cluster: Cluster) -> Linked | None:
    """The API server of an object, None where the tree has none.

    Several that are equally near count as one where they say the same. Raises Unknown where they do not.
    """
    near = cluster.equally_near(service_cidr.component, KubeApiserver)
    servers = [api_server(one.subject, cluster) for one in near]
    if len({decides(server) for server in servers}) > 1:
        cluster.nearest(service_cidr.component, KubeApiserver)
    return Linked(servers[0], near[0].why) if near else None


def release_of(service_cidr: ServiceCidr, cluster: Cluster) -> Version | None:
    """The release whose APIs an object meets, None where nobody names one. Raises Unknown."""
    if cluster.kubernetes is not None:
        return supported(cluster.kubernetes)
    found = linked(service_cidr, cluster)
    return known_release(found.server) if found else None


def is_switched_on(service_cidr: ServiceCidr, cluster: Cluster) -> bool:
    """Whether the API server of an object switches the object's version of the API on. Raises Unknown."""
    found = linked(service_cidr, cluster)
    version = version_of(service_cidr)
    return found is not None and serves(flag_of(found.server, "runtime-config"), API, version)


def compare(service_cidr: ServiceCidr, server: ApiServer, why: str = "") -> Comparison | None:
    """The object `kubernetes` against the flag of its API server (section 6.1).

    `why` are words for people: why the two are thought to be of one cluster. None where there is nothing to compare:
    no ranges, or ranges that one of the two refuses. Raises Unknown.
    """
    mine, theirs = members(service_cidr), service_ranges(server)
    flag = _accepted(theirs)
    if not mine or not flag or not all(is_canonical(member) for member in mine):
        return None
    have, want = tuple(member.value.text for member in mine), tuple(canonical(cidr) for cidr in flag)
    differs = next((at for at, text in enumerate(have) if want[at : at + 1] != (text,)), len(have) - 1)
    written = given(server.service_range)
    said = f"the flag of {server.name}{f' ({why})' if why else ''}"
    because = (Label(written.span, said),) if written is not None else ()
    if have == want:
        return Comparison(Outcome.EQUAL, None, have, want, mine[differs].value, because)
    difference = _difference(have, want)
    itself = difference is Difference.SECOND_ADDED and (started_as(server) or UPDATES_FROM) in UPDATES
    outcome = Outcome.UPDATED_BY_ITSELF if itself else Outcome.INCONSISTENT
    return Comparison(outcome, difference, have, want, mine[differs].value, because)


def not_held(service_cidr: ServiceCidr, comparison: Comparison, cluster: Cluster) -> tuple[str, ...]:
    """The ranges of the flag that lie in no ServiceCIDR of the cluster, so that nothing of them is given out."""
    held = [member.cidr for member in members(service_cidr) if member.cidr]
    for other in cluster.of(ServiceCidr):
        try:
            held += [member.cidr for member in members(other) if member.cidr]
        except Unknown:
            return ()
    ranges = ((text, parse_cidr(text, Dialect.KUBERNETES)) for text in comparison.flag_has)
    return tuple(text for text, cidr in ranges if cidr and not any(_covers(one, cidr) for one in held))


def is_partly_held(comparison: Comparison, missing: tuple[str, ...]) -> bool:
    """Whether a range of the object lies inside one of the flag that is not held as a whole."""
    have = [parse_cidr(text, Dialect.KUBERNETES) for text in comparison.object_has]
    want = [parse_cidr(text, Dialect.KUBERNETES) for text in missing]
    return any(one and other and _covers(one, other) for one in want for other in have)


def _covers(outer: Cidr, inner: Cidr) -> bool:
    same = outer.family is inner.family and outer.prefix <= inner.prefix
    return same and inner.network >> (inner.family.bits - outer.prefix) == outer.network >> (
        inner.family.bits - outer.prefix
    )


def never_used(service_cidr: ServiceCidr, server: ApiServer) -> tuple[Member, ...]:
    """The ranges of an object in families that the flag of its API server lacks (section 5, I16). Raises Unknown."""
    have = families(server)
    return tuple(member for member in members(service_cidr) if have and member.cidr and member.cidr.family not in have)


def families(server: ApiServer) -> tuple[Family, ...]:
    """The families of an API server's flag, primary first; none where it is not given or refused. Raises Unknown."""
    return tuple(cidr.family for cidr in _accepted(service_ranges(server)))


def _accepted(found: tuple[Range, ...]) -> tuple[Cidr, ...]:
    """The ranges of a flag, none where the API server refuses one of them."""
    cidrs = tuple(one.cidr for one in found if one.cidr is not None)
    refused = len(cidrs) < len(found) or len(found) > MOST or same_family(found)
    return () if refused else cidrs


def _at_least(service_cidr: ServiceCidr, server: ApiServer) -> Version:
    try:
        return gates_at(server)
    except Unknown:
        if version_of(service_cidr) == BY_DEFAULT and isinstance(server.release, Unknown):
            return UPDATES_FROM
        raise


def _difference(have: tuple[str, ...], want: tuple[str, ...]) -> Difference:
    if have == want[:1]:
        return Difference.SECOND_ADDED
    if want == have[:1]:
        return Difference.SECOND_DROPPED
    return Difference.SWAPPED if have == want[::-1] else Difference.OTHER
