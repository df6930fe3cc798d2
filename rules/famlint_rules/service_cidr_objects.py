"""ServiceCIDR objects by themselves: SCD001 to SCD003."""

from collections.abc import Iterator

from famlint.behaviours.kubernetes_releases import checked, named
from famlint.behaviours.service_cidrs import (
    API,
    BY_DEFAULT,
    SERVED,
    Member,
    Served,
    canonical,
    is_canonical,
    is_switched_on,
    members,
    release_of,
    served,
    version_of,
)
from famlint.behaviours.service_ranges import ALLOCATABLE, MOST, is_beyond_allocation, means_a_range
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.service_cidr import ServiceCidr
from famlint.findings import Edit, Fix, Label, Severity
from famlint.network.versions import Version
from famlint.rules import Draft, finding, rule
from famlint.unknown import Unknown


@rule(
    "SCD001",
    "servicecidr-spec",
    subject=ServiceCidr,
    severity=Severity.ERROR,
    basis="kubernetes 7.7 R67",
    references=("kubernetes/kubernetes pkg/apis/networking/validation/validation.go@019c5dc51786",),
)
def servicecidr_spec(service_cidr: ServiceCidr, cluster: Cluster) -> Iterator[Draft]:
    """The API refuses the ranges of a ServiceCIDR

    What it finds:
        An empty `spec.cidrs`, more than two members, two of one family, or a member that is not in canonical form:
        bits for hosts, leading zeros, IPv4-mapped text, another text than RFC 5952 gives.

    Why it matters:
        Creating the object fails. Unlike flags, this API was strict from its beginning. See
        pkg/apis/networking/validation/validation.go of kubernetes/kubernetes.

    Bad:
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: extra}
        spec: {cidrs: [10.97.0.0/16, 10.98.0.0/16]}

    Good:
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: extra}
        spec: {cidrs: [10.97.0.0/16]}

    Bad:
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: extra}
        spec: {cidrs: ["FD00:0097::/112"]}

    How to fix:
        One range of each family at most, as the canonical text. For two ranges of one family write two objects.

    Limits:
        Silent about objects that were read from a cluster, and about a word in place of a range.
    """
    if service_cidr.dumped:
        return
    found = members(service_cidr)
    listed = service_cidr.cidrs
    if not found:
        yield finding(
            listed or service_cidr.component.span,
            "a ServiceCIDR needs one or two ranges in spec.cidrs, this one has none: the API refuses it",
            label="no ranges",
            fix=Fix("list a range in spec.cidrs, such as 10.97.0.0/16"),
        )
    for member in found:
        if not is_canonical(member) and means_a_range(member.value.text):
            yield finding(
                member.value,
                f'"{member.value.text}" is {_fault(member)}: the API refuses the ServiceCIDR',
                label="not canonical" if member.cidr else "no CIDR",
                fix=_rewritten(member),
            )
    if len(found) > MOST:
        yield finding(
            found[MOST].value,
            f"at most two ranges are allowed in a ServiceCIDR, found {len(found)}: the API refuses it",
            label="more than two ranges",
            fix=Fix("move it to a ServiceCIDR of its own"),
        )
    elif len(found) == MOST and found[0].cidr and found[1].cidr and found[0].cidr.family is found[1].cidr.family:
        family = found[0].cidr.family.value
        yield finding(
            found[1].value,
            f"two ranges of a ServiceCIDR must be one IPv4 and one IPv6, both are {family}: the API refuses it",
            label=f"also {family}",
            because=(Label(found[0].value.span, f"the first range is {family}"),),
            fix=Fix("move it to a ServiceCIDR of its own"),
        )


@rule(
    "SCD002",
    "servicecidr-v6-below-64",
    subject=ServiceCidr,
    severity=Severity.ERROR,
    basis="kubernetes 7.7 R68",
    references=("kubernetes/kubernetes pkg/registry/core/service/ipallocator/ipallocator.go",),
)
def servicecidr_v6_below_64(service_cidr: ServiceCidr, cluster: Cluster) -> Iterator[Draft]:
    """No address of a ServiceCIDR can be allocated

    What it finds:
        An IPv6 range shorter than /64 in a ServiceCIDR.

    Why it matters:
        The API takes the object, but the allocator supports prefixes of /64 and longer: no Service ever gets an
        address of this range. See pkg/registry/core/service/ipallocator/ipallocator.go of kubernetes/kubernetes.

    Bad:
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: extra}
        spec: {cidrs: ["fd00:97::/48"]}

    Good:
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: extra}
        spec: {cidrs: ["fd00:97::/112"]}

    How to fix:
        A prefix of /64 or longer.

    Limits:
        Silent where a range cannot be read.
    """
    for member in members(service_cidr):
        if member.cidr is not None and is_beyond_allocation(member.cidr):
            yield finding(
                member.value,
                f"the allocator of ServiceCIDRs supports IPv6 prefixes of /{ALLOCATABLE} or longer: the API takes "
                f"{member.value.text}, but no Service gets an address of it",
                label=f"shorter than /{ALLOCATABLE}",
                fix=Fix(f"write a prefix from /{ALLOCATABLE} on, /112 is plenty"),
            )


@rule(
    "SCD003",
    "servicecidr-apiversion",
    subject=ServiceCidr,
    severity=(Severity.ERROR, Severity.WARNING, Severity.INFO),
    basis="kubernetes 7.7 R69",
    references=("kubernetes/api networking lifecycle files @v0.19.0 to v0.37.0-beta.0",),
)
def servicecidr_apiversion(service_cidr: ServiceCidr, cluster: Cluster) -> Iterator[Draft]:
    """The release does not serve this version of the ServiceCIDR API

    What it finds:
        A ServiceCIDR for a version of networking.k8s.io that the release does not have: `v1` before 1.33, `v1beta1`
        before 1.31 and from 1.37 on, `v1alpha1` before 1.29 and from 1.34 on. A warning where it has to be switched on
        first.

    Why it matters:
        Applying the object fails: the server has no such kind. Alpha and beta versions are off by default, also in
        1.33 and newer. See the lifecycle files of kubernetes/api networking.

    Bad (kube-apiserver v1.34.1, found in 1.20.0-):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16"]
        ---
        apiVersion: networking.k8s.io/v1alpha1
        kind: ServiceCIDR
        metadata: {name: extra}
        spec: {cidrs: [10.97.0.0/16]}

    Good (kube-apiserver v1.34.1):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16"]
        ---
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: extra}
        spec: {cidrs: [10.97.0.0/16]}

    Bad (kube-apiserver v1.32.4, found in 1.20.0-1.32.99):
        command: [kube-apiserver, "--service-cluster-ip-range=10.96.0.0/16"]
        ---
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: extra}
        spec: {cidrs: [10.97.0.0/16]}

    How to fix:
        `networking.k8s.io/v1` from 1.33 on.

    Limits:
        Silent about objects that were read from a cluster. Where the release is unknown an info about `v1alpha1` and
        `v1beta1`, and silent about `v1`, which every release that is still maintained has.
    """
    written, version = service_cidr.api_version, version_of(service_cidr)
    if written is None or service_cidr.dumped or version not in SERVED:
        return
    release = release_of(service_cidr, cluster)
    if release is None and version == BY_DEFAULT:
        raise Unknown("the release of Kubernetes", "nothing names it")
    if release is None:
        state, severity, fate = Served.NO, Severity.INFO, f"can be had in Kubernetes {_range_of(version)} only"
    else:
        in_band = release in SERVED[version]
        on = in_band and version != BY_DEFAULT and is_switched_on(service_cidr, cluster)
        state = served(version, release, switched_on=on)
        severity, fate = _told(state, version, release)
    if state is Served.YES:
        return
    yield finding(
        written,
        f"{API}/{version} {fate}",
        label="the version of the API",
        fix=_upgraded(written, version, release),
        severity=severity,
    )


def _told(state: Served, version: str, release: Version) -> tuple[Severity, str]:
    if state is Served.ON_REQUEST:
        need = f"without --runtime-config={API}/{version}=true it takes no ServiceCIDR"
        return Severity.WARNING, f"is off by default in {named(release)}: {need}"
    fate = f"does not exist for ServiceCIDR in {named(release)}: it takes no such object"
    return Severity.ERROR, f"{fate}{checked(release)}"


def _upgraded(written: Value, version: str, release: Version | None) -> Fix:
    """An edit where the release is known to have the stable version, else advice."""
    if version == BY_DEFAULT:
        return Fix("upgrade to Kubernetes 1.33; before it the allocator, its gate and its API are off by default")
    stable = f"{API}/{BY_DEFAULT}"
    if release is None or release not in SERVED[BY_DEFAULT]:
        return Fix(f"write {stable} and have Kubernetes 1.33 or newer")
    return Fix(f"write {stable}", (Edit(written.span, stable),) if written.editable else ())


def _range_of(version: str) -> str:
    low, high = SERVED[version].ranges[0]
    ends = [f"{end.major}.{end.minor}" for end in (low, high) if end is not None]
    return " to ".join(ends)


def _fault(member: Member) -> str:
    if member.cidr is None:
        return "no CIDR"
    if member.cidr.mapped:
        return "IPv4-mapped, which is not a canonical text"
    return f"not canonical, that would be {canonical(member.cidr)}"


def _rewritten(member: Member) -> Fix:
    """The canonical text; with bits for hosts another range may be meant, so that is not safe."""
    if member.cidr is None:
        return Fix("write a CIDR such as 10.97.0.0/16")
    text = canonical(member.cidr)
    whole = member.value.span.literal and member.value.editable
    safe = member.cidr.value == member.cidr.network
    return Fix(f"write {text}", (Edit(member.value.span, text),) if whole else (), safe=safe)
