"""kube-vip and the addresses that Services list: VIP021 and VIP022."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip_services as services
from famlint.behaviours.kube_vip import Item, Kind
from famlint.behaviours.kube_vip.subjects import parts
from famlint.behaviours.kube_vip_services import Asked
from famlint.clusters import Cluster, Near
from famlint.components.kube_vip_pools import AddressPools, CloudProvider
from famlint.components.service import Service
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Dialect, host_mask, parse_address, parse_cidr
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_fixes import rewrite
from famlint_rules.kube_vip_service_words import kube_vips_of, named, served_by


@rule(
    "VIP021",
    "service-vip-invalid",
    subject=Service,
    severity=Severity.ERROR,
    basis="kube-vip 5.3",
    references=("kube-vip/kube-vip pkg/instance/instance.go@v1.2.3",),
    unless=("VIP013",),
)
def service_vip_invalid(service: Service, cluster: Cluster) -> Iterator[Draft]:
    """An address that a Service asks kube-vip for is not a bare IP

    What it finds:
        An item of the annotation `kube-vip.io/loadbalancerIPs` with a prefix length, brackets or a zone, one that looks
        like an IP and is none (`10.0.0.300`), or an empty item beside others (`10.0.0.200,`).

    Why it matters:
        kube-vip takes everything that is not an IP for a host name. The lookup fails, and the Service does not get its
        addresses. Releases v1.0.1 and v1.0.2 leave out such an item instead. See pkg/instance/instance.go@v1.2.3 of
        kube-vip/kube-vip.

    Bad:
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.0.0.200/24}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}

    Bad:
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "[fd80::200]"}}
        spec: {type: LoadBalancer, ipFamilies: [IPv6], selector: {app: web}, ports: [{port: 80}]}

    Bad (kube-vip v1.2.3, found in 0.5.12-1.0.0, 1.0.3-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,"}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}

    Good:
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.0.0.200}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}

    How to fix:
        Write the bare address. A prefix length belongs in the prefix setting of kube-vip.

    Limits:
        Silent for host names, for an annotation that is empty altogether (the cloud provider fills it), in WireGuard
        mode, where addresses may carry their length, and up to v0.5.11, which does not read the annotation. Silent for
        an empty item in v1.0.1 and v1.0.2, which drop it.
    """
    asked = services.asked(service, kube_vips_of(service, cluster))
    if asked is None or not asked.annotated:
        return
    refused = tuple(item for item in asked.items if services.is_refused(item))
    empty = tuple(item for item in asked.items if item.kind is Kind.EMPTY) if len(asked.items) > 1 else ()
    if not (refused or empty) or services.takes_lengths(asked.serving):
        return
    drops = services.drops_non_addresses(asked.serving)
    effect = (
        f"{named(asked.serving)} leaves it out, and the Service gets no VIP from it"
        if drops
        else f"{named(asked.serving)} takes it for a host name, the lookup fails, and the Service does not get its "
        f"addresses{services.beyond(asked.serving)}"
    )
    because = served_by(cluster.servers_of(service))
    for item in refused:
        yield finding(
            item.span,
            f'"{item.text}" in kube-vip.io/loadbalancerIPs is not an IP: {effect}',
            label=item.kind.value,
            because=(*because, *(Label(*place) for place in item.value.via)),
            fix=_bare(item),
        )
    if empty and not drops:
        yield _empty_item(asked, because)


@rule(
    "VIP022",
    "service-vip-list-blank",
    subject=Service,
    severity=(Severity.ERROR, Severity.INFO),
    basis="kube-vip 5.3",
    references=("kube-vip/kube-vip-cloud-provider pkg/provider/loadBalancer.go@v0.0.12",),
    unless=("VIP013",),
)
def service_vip_list_blank(service: Service, cluster: Cluster) -> Iterator[Draft]:
    """A blank in the addresses of one Service stops the cloud provider for all

    What it finds:
        A blank next to a comma in the annotation `kube-vip.io/loadbalancerIPs`. It is an error where an address pool or
        the Deployment of the kube-vip cloud provider is in the input, and info elsewhere.

    Why it matters:
        kube-vip trims the items. Its cloud provider does not: from v0.0.10 on it reads the addresses of every Service
        before it allocates one, and an item with a blank ends that. No Service that uses the pool gets an address any
        more. See pkg/provider/loadBalancer.go@v0.0.12 of kube-vip/kube-vip-cloud-provider.

    Bad:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kubevip, namespace: kube-system}
        data: {cidr-global: "10.0.0.200/29,fd80::200/124"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200, fd80::200"}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    Good:
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,fd80::200"}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    How to fix:
        Remove the blank.

    Limits:
        Silent for a single item, and for a `loadBalancerClass` that the cloud provider does not handle. Info where the
        cloud provider is known to be v0.0.9 or older: it cannot read any list.
    """
    asked = services.asked(service, kube_vips_of(service, cluster))
    if asked is None or not asked.annotated:
        return
    value = asked.value
    found = services.blanks(value.text)
    if not found:
        return
    workload = cluster.nearest(service.component, CloudProvider)
    owned = services.is_the_providers(service, workload.subject if workload else None)
    if owned is False:
        return
    provider = _stopped(service, cluster, workload) if owned else ()
    first = next((start, end) for start, end in parts(value.text) if start <= found[0][0] and found[0][1] <= end)
    yield finding(
        value.part(*first),
        f'the blank in "{value.text}" blocks address allocation for all Services of the pool: the kube-vip cloud '
        "provider does not trim the item and stops there"
        if provider
        else f'the blank in "{value.text}" is trimmed by kube-vip, but would stop the kube-vip cloud provider from '
        "allocating addresses for any Service of the same pool",
        label="this item begins or ends with a blank",
        because=provider,
        fix=rewrite("remove the blank", value, *((start, end, "") for start, end in found)),
        severity=Severity.ERROR if provider else Severity.INFO,
    )


def _bare(item: Item) -> Fix:
    """The bare address where it is certain: brackets and prefix lengths count for nothing here, a zone does."""
    text = item.text.partition("/")[0].partition("%")[0].strip("[]")
    address = parse_address(text, Dialect.GO_NET)
    if address is None:
        return Fix("write an IP address or a host name with nothing around it")
    if item.kind is Kind.ZONE:
        return Fix(f'write "{text}" and name the interface in the annotation kube-vip.io/serviceInterface')
    cidr = parse_cidr(item.text.replace("[", "").replace("]", ""), Dialect.GO_NET)
    if cidr is not None and cidr.prefix < cidr.family.bits and not cidr.value & host_mask(cidr.family, cidr.prefix):
        return Fix(f'"{item.text}" is a whole network: write one address of it')
    begin = item.span.start - item.value.span.start
    return rewrite(f'write "{text}"', item.value, (begin, begin + len(item.text), text))


def _empty_item(asked: Asked, because: tuple[Label, ...]) -> Draft:
    value = asked.value
    bounds = parts(value.text)
    empty = tuple(place for place, item in zip(bounds, asked.items, strict=True) if item.kind is Kind.EMPTY)
    given = tuple(place for place, item in zip(bounds, asked.items, strict=True) if item.kind is not Kind.EMPTY)
    # The comma that goes with an empty item is the one that points away from the next address.
    cuts = tuple(
        (start, end + 1) if not given or start < given[0][0] else (max(start - 1, 0), end) for start, end in empty
    )
    first = cuts[0]
    return finding(
        value.part(first[0], min(first[1], len(value.text))),
        f'"{value.text}" in kube-vip.io/loadbalancerIPs has an empty item: {named(asked.serving)} looks up an empty '
        f"host name, which fails, and the Service does not get its addresses{services.beyond(asked.serving)}",
        label="nothing before or behind this comma",
        because=(*because, *(Label(*place) for place in value.via)),
        fix=rewrite("remove the comma", value, *((start, end, "") for start, end in cuts))
        if given
        else Fix("write an address"),
    )


def _stopped(service: Service, cluster: Cluster, workload: Near[CloudProvider] | None) -> tuple[Label, ...]:
    """The pools and the workload that a blank would stop, as the other side of a finding; nothing without any."""
    if not services.stops_at_blanks(workload.subject if workload else None):
        return ()
    pools = cluster.nearest(service.component, AddressPools)
    found = []
    if pools is not None:
        found.append(Label(pools.subject.component.span, f"no address of this pool is given out then ({pools.why})"))
    if workload is not None:
        found.append(Label(workload.subject.component.span, f"this cloud provider stops ({workload.why})"))
    return tuple(found)
