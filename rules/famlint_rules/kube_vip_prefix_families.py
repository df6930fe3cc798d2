"""kube-vip prefixes that do not fit the family of a VIP: VIP001 to VIP004."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours.kube_vip import Fault, Outcome, Role, Vip
from famlint.behaviours.kube_vip_links import links_of
from famlint.clusters import Cluster
from famlint.components.kube_vip import KubeVip
from famlint.findings import Severity
from famlint.network.addresses import Dialect, parse_cidr
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_prefix_words import (
    appended,
    by_place,
    evidence,
    fate,
    mend,
    names,
    others,
    place,
    source_of,
)


@rule(
    "VIP001",
    "prefix-too-long-for-v4",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip#1052", "kube-vip/kube-vip#1072"),
    unless=("VIP003", "VIP004"),
)
def prefix_too_long_for_v4(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """An IPv4 VIP gets a prefix above 32

    What it finds:
        A prefix setting whose first number is above 32 while kube-vip serves an IPv4 VIP: its own address or that of
        a Service. The first number is always the IPv4 prefix. Without a setting the prefix is derived from `address`;
        an IPv6-only `address` gives 128, which is then used for IPv4 Services as well.

    Why it matters:
        kube-vip v0.8.5 to v0.8.9 crash with "index out of range", v0.8.10 panics on purpose, and v0.9.0 and later never
        configure the VIP. BGP mode up to v0.8.10 does not announce it. See kube-vip/kube-vip#1052 and #1072,
        pkg/vip/address.go@v0.8.9 and pkg/instance/instance.go@v1.2.3.

    Bad (kube-vip v0.8.9, found in 0.8.5-0.8.10):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_cidr: "128"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.155.30.242}}
        spec: {type: LoadBalancer, ipFamilies: [IPv4], selector: {app: web}, ports: [{port: 80}]}

    Good (kube-vip v0.8.9):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_cidr: "32,128"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.155.30.242}}
        spec: {type: LoadBalancer, ipFamilies: [IPv4], selector: {app: web}, ports: [{port: 80}]}

    Bad (kube-vip v1.2.3, found in 0.8.5-1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          svc_enable: "true"
          address: "fd00::10"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.155.30.242}}
        spec: {type: LoadBalancer, ipFamilies: [IPv4], selector: {app: web}, ports: [{port: 80}]}

    How to fix:
        Write both prefixes, IPv4 first: `32,128`. In BGP mode up to v0.8.10 write `32`: routes are always host routes.

    Limits:
        Silent without a known IPv4 VIP, and where the release does not read the variable in this mode.
    """
    links = links_of(kube_vip, cluster)
    found = evidence(kube_vip, links)
    for vips in by_place(found.vips, lambda vip: vip.fault is Fault.TOO_LONG and not appended(kube_vip, vip)):
        first = vips[0]
        where = place(first)
        if where is None:
            continue
        yield finding(
            where,
            f"{source_of(first, str(kube_vip.version))} gives {names(vips)} a /{first.element}: "
            + fate(kube_vip, first),
            label="derived from this address" if first.derived_from else "read as the IPv4 prefix",
            because=others(vips),
            fix=mend(kube_vip, links, first.variable),
        )
    found.settle()


@rule(
    "VIP002",
    "ipv6-vip-with-ipv4-prefix",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip pkg/cluster/service.go@v0.8.9", "kube-vip/kube-vip pkg/vip/address.go@v1.2.3"),
    unless=("VIP003", "VIP004"),
)
def ipv6_vip_with_ipv4_prefix(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """An IPv6 VIP gets an IPv4 prefix

    What it finds:
        An IPv6 VIP whose prefix is 32 or shorter. A single number counts for both families of a control-plane VIP, so
        `32` makes an IPv6 address a /32. The Helm chart's default is `32`.

    Why it matters:
        The node takes the whole IPv6 block for its own link: other hosts in it become unreachable, and nothing is
        logged. See pkg/cluster/service.go@v0.8.9 and pkg/vip/address.go@v1.2.3 of kube-vip/kube-vip.

    Bad (kube-vip v1.0.4, found in 0.9.0-1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"
          vip_subnet: "32"

    Good (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"
          vip_subnet: "32,128"

    Bad (chart kube-vip 0.9.9):
        config: {address: "10.0.0.10,fd00::10"}
        env: {cp_enable: "true", vip_interface: eth0}

    Good (chart kube-vip 0.9.9):
        config: {address: "10.0.0.10,fd00::10"}
        env: {cp_enable: "true", vip_interface: eth0, vip_subnet: "32,128"}

    How to fix:
        Write both prefixes, IPv4 first: `32,128`. Where `vip_subnet` is appended to the address as text (up to v0.8.4,
        in table mode up to v0.8.10) remove it: every VIP then gets the full length of its family.

    Limits:
        Silent for Services under a single number, which leaves IPv6 at /128, and in BGP mode up to v0.8.10.
    """
    links = links_of(kube_vip, cluster)
    found = evidence(kube_vip, links)
    for vips in by_place(found.vips, lambda vip: vip.fault is Fault.IPV4_LENGTH):
        first = vips[0]
        where = place(first)
        if where is None or first.prefix is None:
            continue
        yield finding(
            where,
            f"{source_of(first, str(kube_vip.version))} gives {names(vips)} a /{first.prefix}: the node takes "
            f"{_block(first, first.prefix)} for its own link and cannot reach other hosts in it"
            + behaviour.checked(kube_vip.version),
            label="used for IPv6 too" if place(first) != first.span else f"gets a /{first.prefix}",
            because=others(vips),
            fix=mend(kube_vip, links, first.variable),
        )
    found.settle()


@rule(
    "VIP003",
    "prefix-pair-reversed",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip pkg/vip/address.go@v0.9.0",),
)
def prefix_pair_reversed(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """A pair of prefixes has IPv6 first

    What it finds:
        Two prefixes of which only the second one can be an IPv4 prefix, such as `128,32`.

    Why it matters:
        The first number is the IPv4 prefix and the second one the IPv6 prefix, whatever the order of the addresses. Up
        to v0.8.10 an IPv4 VIP then ends kube-vip, later it is never configured, and IPv6 VIPs get an IPv4 prefix. See
        pkg/manager/instance.go@v0.8.5 and pkg/vip/address.go@v0.9.0 of kube-vip/kube-vip.

    Bad (kube-vip v1.2.3, found in 0.9.0-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_subnet: "128,32"

    Good (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_subnet: "32,128"

    Bad (kube-vip v0.8.9, found in 0.8.5-0.8.10):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_cidr: "64,24"

    How to fix:
        Swap the two numbers. In table mode write `32,128`.

    Limits:
        Silent for pairs of which both numbers or neither fit IPv4, such as `24,24`.
    """
    pair = behaviour.reversed_pair(kube_vip)
    if pair is None:
        return
    links = links_of(kube_vip, cluster)
    hit = tuple(vip for vip in evidence(kube_vip, links).vips if vip.fault in (Fault.TOO_LONG, Fault.IPV4_LENGTH))
    worst = next((vip for vip in hit if vip.fault is Fault.TOO_LONG), None)
    happens = f": {names((worst,))} is hit, {fate(kube_vip, worst)}" if worst else behaviour.checked(kube_vip.version)
    yield finding(
        pair.setting,
        f'{pair.variable} "{pair.setting.text}" gives IPv4 a /{pair.first} and IPv6 a /{pair.second}: '
        f"the order is IPv4,IPv6 whatever the order of the addresses{happens}",
        label="IPv4 first, IPv6 second",
        because=tuple(label for vip in hit for label in vip.because),
        fix=mend(kube_vip, links, pair.variable),
    )


@rule(
    "VIP004",
    "v6-first-derived-prefix",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip cmd/kube-vip.go@v1.0.1",),
)
def v6_first_derived_prefix(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """Prefixes derived in list order do not fit the addresses

    What it finds:
        A control-plane `address` with an IPv6 address before an IPv4 address and no prefix setting. From v0.9.0 to
        v1.0.0 also any `address` with three or more items.

    Why it matters:
        These releases derive one prefix per address in the order of the list, but apply the result as IPv4,IPv6. Up to
        v0.8.10 kube-vip crashes, from v0.9.0 to v1.0.0 the control plane does not start. Three derived prefixes are
        refused. Fixed in v1.0.1, see cmd/kube-vip.go@v1.0.1 of kube-vip/kube-vip.

    Bad (kube-vip v0.9.2, found in 0.8.5-1.0.0):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "fd00::10,10.0.0.10"

    Good (kube-vip v0.9.2):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"

    Bad (kube-vip v0.9.0, found in 0.9.0-1.0.0):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,10.0.0.11,fd00::10"

    How to fix:
        List the IPv4 address first, or set the prefixes: `32,128`. With three or more addresses only the setting helps.

    Limits:
        Silent for `vip_address`, from which nothing is derived, and in BGP and table mode up to v0.8.10.
    """
    links = links_of(kube_vip, cluster)
    found = evidence(kube_vip, links)
    hit = tuple(
        vip
        for vip in found.vips
        if vip.role is Role.CONTROL_PLANE
        and vip.derived_from is not None
        and "," in vip.applied
        and vip.outcome in (Outcome.CRASH, Outcome.PANIC, Outcome.STOPS)
        and vip.fault in (Fault.TOO_LONG, Fault.TOO_MANY_ITEMS)
    )
    if hit and hit[0].derived_from is not None:
        first = hit[0]
        address = hit[0].derived_from
        many = first.fault is Fault.TOO_MANY_ITEMS
        sort = behaviour.right(behaviour.changed(kube_vip, *behaviour.ipv4_first(kube_vip)), links)
        why = "takes two prefixes at most" if many else "applies them as IPv4,IPv6"
        yield finding(
            address,
            f'the prefixes of address are derived in list order ("{first.applied}"), and kube-vip {why}: '
            + fate(kube_vip, first),
            label="more than two prefixes are derived" if many else "IPv6 before IPv4",
            because=() if many else tuple(label for vip in hit for label in vip.because),
            fix=mend(kube_vip, links, first.variable, also=", or list the IPv4 address first" if sort else ""),
        )
    found.settle()


def _block(vip: Vip, prefix: int) -> str:
    """The network that a VIP of this prefix lies in."""
    cidr = parse_cidr(f"{vip.text}/{prefix}", Dialect.GO_NET) if vip.text else None
    return str(cidr._replace(value=cidr.network)) if cidr else f"a whole /{prefix}"
