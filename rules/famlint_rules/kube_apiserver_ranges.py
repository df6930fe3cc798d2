"""The service ranges of an API server: API001 to API006."""

from collections.abc import Iterator

from famlint.behaviours.api_servers import ApiServer, gates_of, given, known_release, service_ranges
from famlint.behaviours.kubernetes_releases import checked, named
from famlint.behaviours.service_ranges import (
    ALLOCATABLE,
    LARGEST,
    MOST,
    SMALLEST,
    Limit,
    Range,
    is_bare,
    is_beyond_allocation,
    is_too_large,
    is_too_small,
    limit,
    means_a_range,
    meant,
    ranges,
    same_family,
)
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.findings import Edit, Fix, Label, Severity
from famlint.network.addresses import Cidr, Dialect, Family, parse_address
from famlint.positions import Span
from famlint.rules import Draft, finding, rule

_ROOM = {Family.IPV4: "/16 gives 65,534 addresses", Family.IPV6: "/112 is plenty and works in every release"}


@rule(
    "API001",
    "service-range-count",
    subject=ApiServer,
    severity=Severity.ERROR,
    basis="kubernetes 7.1 R1",
    references=("kubernetes/kubernetes cmd/kube-apiserver/app/options/validation.go",),
)
def service_range_count(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """An API server gets more than two service ranges

    What it finds:
        A `--service-cluster-ip-range` with three or more members.

    Why it matters:
        kube-apiserver refuses to start: a cluster has one service range, or one of each family. See
        cmd/kube-apiserver/app/options/validation.go of kubernetes/kubernetes.

    Bad (kube-apiserver v1.33.2, found in 1.20.0-):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112,10.97.0.0/16"]

    Good (kube-apiserver v1.33.2):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112"]

    How to fix:
        Keep one IPv4 and one IPv6 range. From Kubernetes 1.33 on a ServiceCIDR object gives more room.

    Limits:
        Silent where the flag is a placeholder.
    """
    found = service_ranges(server)
    count = sum(1 for one in found if meant(one.text))
    if count <= MOST:
        return
    surplus = found[MOST].span._replace(end=found[-1].span.end)
    yield finding(
        surplus,
        f"at most two service ranges are allowed, found {count}: {server.name} refuses to start",
        label="more than two ranges",
        fix=Fix("keep one IPv4 and one IPv6 range"),
    )


@rule(
    "API002",
    "service-range-same-family",
    subject=ApiServer,
    severity=Severity.ERROR,
    basis="kubernetes 7.1 R2",
    references=("kubernetes/kubernetes cmd/kube-apiserver/app/options/validation.go",),
)
def service_range_same_family(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """Both service ranges of an API server have the same family

    What it finds:
        A `--service-cluster-ip-range` with two IPv4 or two IPv6 ranges.

    Why it matters:
        kube-apiserver refuses to start: a second range makes a dual-stack cluster, so it must be of the other family.
        IPv4-mapped text such as `::ffff:10.0.0.0/104` is IPv4. See cmd/kube-apiserver/app/options/validation.go of
        kubernetes/kubernetes.

    Bad (kube-apiserver v1.33.2, found in 1.20.0-):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,10.97.0.0/16"]

    Good (kube-apiserver v1.33.2):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16"]

    How to fix:
        Replace one range by one of the other family, or remove it. For more room in the same family add a ServiceCIDR
        object (Kubernetes 1.33 and newer).

    Limits:
        Silent where a range cannot be read, which is reported by itself.
    """
    found = service_ranges(server)
    family = same_family(found)
    if family is None:
        return
    yield finding(
        found[1].span,
        f"two service ranges must be one IPv4 and one IPv6, both are {family.value}: {server.name} refuses to start",
        label=f"also {family.value}",
        because=(Label(found[0].span, f"the first range is {family.value}"),),
        fix=Fix("replace one by a range of the other family, or remove it and add a ServiceCIDR object for more room"),
    )


@rule(
    "API003",
    "service-range-malformed",
    subject=ApiServer,
    severity=Severity.ERROR,
    basis="kubernetes 7.1 R3",
    references=("kubernetes/kubernetes cmd/kube-apiserver/app/options/completion.go",),
)
def service_range_malformed(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """A service range cannot be read

    What it finds:
        A member of `--service-cluster-ip-range` that is no CIDR once the text is split at commas: a blank behind the
        comma, a comma at the end, a missing prefix, another separator, quotation marks inside the value.

    Why it matters:
        kube-apiserver does not trim the members and refuses to start. See cmd/kube-apiserver/app/options/completion.go
        of kubernetes/kubernetes.

    Bad (kube-apiserver v1.33.2, found in 1.20.0-):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16, fd00:96::/112"]

    Good (kube-apiserver v1.33.2):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112"]

    How to fix:
        Write CIDRs with commas and nothing else between them.

    Limits:
        Silent for a word in place of a range, which some template may replace. Leading zeros and host bits are read.
    """
    found = service_ranges(server)
    for member in found:
        read = member.number < MOST or not meant(member.text)
        if read and member.cidr is None and means_a_range(member.text):
            yield finding(
                _shown(member),
                f"service range {member.number + 1} {_fault(member)}: {server.name} refuses to start",
                label="read as it stands, nothing is trimmed",
                fix=_mended(member, found, given(server.service_range)),
            )


@rule(
    "API004",
    "service-range-too-large",
    subject=ApiServer,
    severity=(Severity.ERROR, Severity.INFO),
    basis="kubernetes 7.1 R4",
    references=("kubernetes/kubernetes cmd/kube-apiserver/app/options/validation.go",),
    unless=("API005",),
)
def service_range_too_large(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """A service range is too large for the release

    What it finds:
        An IPv4 range shorter than /12 or an IPv6 range shorter than /108 where the release still keeps the allocator
        that has one bit for each address.

    Why it matters:
        Up to Kubernetes 1.33 kube-apiserver refuses to start. 1.34 refuses only with
        `DisableAllocatorDualWrite=false`, 1.35 and newer never do. See cmd/kube-apiserver/app/options/validation.go of
        kubernetes/kubernetes.

    Bad (kube-apiserver v1.33.2, found in 1.20.0-1.33.99):
        command: [kube-apiserver, "--service-cluster-ip-range=fd00:96::/64", "--advertise-address=fd00::10"]

    Good (kube-apiserver v1.33.2):
        command: [kube-apiserver, "--service-cluster-ip-range=fd00:96::/112", "--advertise-address=fd00::10"]

    Good (kube-apiserver v1.34.1):
        command: [kube-apiserver, "--service-cluster-ip-range=fd00:96::/64", "--advertise-address=fd00::10"]

    How to fix:
        A smaller range: /112 works in every release, kubeadm's own limit stays at /108.

    Limits:
        An info where the release is unknown, and for 1.27 to 1.30 with the gate `MultiCIDRServiceAllocator` on, whose
        limit is not settled.
    """
    large = [(one, one.cidr) for one in service_ranges(server) if one.cidr is not None and is_too_large(one.cidr)]
    if not large:
        return
    release = known_release(server)
    holds = limit(gates_of(server), release) if release else Limit.UNSETTLED
    if holds is Limit.GONE:
        return
    for member, cidr in large:
        least = LARGEST[cidr.family]
        if holds is Limit.HOLDS and release:
            severity = Severity.ERROR
            fate = f"{server.name} of {named(release)} refuses to start{checked(release)}"
        else:
            severity = Severity.INFO
            when = f"{named(release)} may refuse" if release else "refused before Kubernetes 1.34"
            fate = f"{when}{_later(cidr)}"
        yield finding(
            member.span,
            f"the {cidr.family.value} service range /{cidr.prefix} is larger than /{least}: {fate}",
            label=f"/{least} is the largest",
            fix=Fix(f"write a smaller range: {_ROOM[cidr.family]}"),
            severity=severity,
        )


@rule(
    "API005",
    "service-range-primary-too-small",
    subject=ApiServer,
    severity=Severity.ERROR,
    basis="kubernetes 7.1 R5",
    references=("kubernetes/kubernetes pkg/controlplane/apiserver/options/options.go",),
)
def service_range_primary_too_small(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """The primary service range has fewer than eight addresses

    What it finds:
        A first range longer than /29 (IPv4) or /125 (IPv6). Also /0 and /1, whose size is taken for zero.

    Why it matters:
        kube-apiserver refuses to start. See pkg/controlplane/apiserver/options/options.go of kubernetes/kubernetes.

    Bad (kube-apiserver v1.33.2, found in 1.20.0-):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/30"]

    Good (kube-apiserver v1.33.2):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/24"]

    How to fix:
        A larger range, such as /16 for IPv4 or /112 for IPv6.

    Limits:
        Silent about the second range, which has no minimum here.
    """
    first = next(iter(service_ranges(server)), None)
    if first is None or first.cidr is None or not is_too_small(first.cidr):
        return
    least = SMALLEST[first.cidr.family]
    counted = first.cidr.prefix < least
    yield finding(
        first.span,
        f"the primary service range needs at least 8 addresses (/{least}), "
        + (f"and the size of a /{first.cidr.prefix} counts as zero" if counted else f"a /{first.cidr.prefix} has fewer")
        + f": {server.name} refuses to start",
        label="counts as empty" if counted else "too few addresses",
        fix=Fix(f"write another prefix: {_ROOM[first.cidr.family]}"),
    )


@rule(
    "API006",
    "service-range-v6-below-64",
    subject=ApiServer,
    severity=Severity.ERROR,
    basis="kubernetes 7.1 R6",
    references=("kubernetes/kubernetes pkg/registry/core/service/ipallocator/ipallocator.go",),
)
def service_range_v6_below_64(server: ApiServer, cluster: Cluster) -> Iterator[Draft]:
    """No address of an IPv6 service range can be allocated

    What it finds:
        An IPv6 range shorter than /64 where the release does not refuse large ranges any more: Kubernetes 1.34 and
        newer, or both gates of the new allocator on.

    Why it matters:
        kube-apiserver starts, but the allocator of ServiceCIDRs supports prefixes of /64 and longer: every Service
        that asks for an address of this range is refused. Only a line in the log tells. As the primary range it keeps
        even the Service `kubernetes` from being created. See pkg/registry/core/service/ipallocator/ipallocator.go of
        kubernetes/kubernetes.

    Bad (kube-apiserver v1.34.1, found in 1.34.0-):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/48"]

    Good (kube-apiserver v1.34.1):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112"]

    How to fix:
        A prefix between /64 and /112.

    Limits:
        Silent where the range is refused at start-up, and where the release is unknown: API004 says then what happens.
    """
    large = [one for one in service_ranges(server) if one.cidr is not None and is_beyond_allocation(one.cidr)]
    release = known_release(server) if large else None
    if release is None or limit(gates_of(server), release) is not Limit.GONE:
        return
    for member in large:
        first = member.number == 0
        yield finding(
            member.span,
            f"the allocator of ServiceCIDRs supports IPv6 prefixes of /{ALLOCATABLE} or longer: {server.name} starts, "
            f"but no Service gets an address of {member.text}, {'the Service kubernetes included, ' if first else ''}"
            f"and nothing reports it at start{checked(release)}",
            label=f"shorter than /{ALLOCATABLE}",
            fix=Fix(f"write a prefix from /{ALLOCATABLE} on: {_ROOM[Family.IPV6]}"),
        )


def _later(cidr: Cidr) -> str:
    return ", and later no address of it can be allocated" if is_beyond_allocation(cidr) else ""


def _shown(member: Range) -> Span:
    """The place of a member; an empty one has the comma beside it."""
    span = member.span
    if span.end > span.start:
        return span
    return span._replace(end=span.end + 1) if member.number == 0 else span._replace(start=span.start - 1)


def _fault(member: Range) -> str:
    """What is wrong with a member that is refused."""
    text = member.text
    if not meant(text):
        return "is empty, the list has a comma too many"
    if is_bare(text):
        return f'"{text}" has blanks or quotation marks around it'
    if parse_address(meant(text), Dialect.KUBERNETES) is not None:
        return f'"{text}" has no prefix'
    return f'"{text}" is no CIDR'


def _mended(member: Range, found: tuple[Range, ...], flag: Value | None) -> Fix:
    """An edit where the list is right once nothing stands around its members, else advice."""
    texts = [meant(one.text) for one in found if meant(one.text)]
    right = ranges(flag._replace(text=",".join(texts))) if flag else ()
    accepted = right and len(right) <= MOST and all(one.cidr for one in right) and same_family(right) is None
    if not accepted:
        return Fix("write one CIDR, or one of each family with a comma and nothing else between them")
    editable = flag is not None and flag.editable and member.span.literal
    edit = Edit(member.span if meant(member.text) else _shown(member), meant(member.text))
    return Fix(f'write "{",".join(texts)}"', (edit,) if editable else ())
