"""kube-vip addresses and lists of them that the release cannot take: VIP011 to VIP014."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours import kube_vip_addresses as addresses
from famlint.behaviours.kube_vip import Item, Kind, Mode
from famlint.behaviours.kube_vip.subjects import parts, trimmed_parts
from famlint.behaviours.kube_vip_addresses import Addresses
from famlint.clusters import Cluster, Link
from famlint.components.kube_vip import KubeVip
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Dialect, Family, parse_address
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_address_words import each, image
from famlint_rules.kube_vip_fixes import rewrite


@rule(
    "VIP011",
    "vip-not-a-bare-ip",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.2",
    references=("kube-vip/kube-vip pkg/vip/address.go@v0.5.0", "kube-vip/kube-vip pkg/vip/address.go@v1.2.3"),
)
def vip_not_a_bare_ip(kube_vip: KubeVip, _cluster: Cluster) -> Iterator[Draft]:
    """A control-plane address is not a bare IP

    What it finds:
        An item of `address` or `vip_address` with a prefix length, brackets or a zone, one that looks like an IP and is
        none (`10.0.0.300`, `010.0.0.1`), or an empty item (`10.0.0.10,`).

    Why it matters:
        kube-vip takes everything that is not an IP for a host name. The lookup fails and the control plane never gets
        its VIP. A zone survives the lookup and cannot be parsed afterwards. See pkg/vip/address.go@v1.2.3 of
        kube-vip/kube-vip; all releases do it.

    Bad (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: 10.250.250.29/32

    Bad (kube-vip v0.9.2):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,[fd00::10]"
          vip_subnet: "32,128"

    Good (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: 10.250.250.29

    How to fix:
        Write the bare address. A prefix length belongs in `vip_subnet` from v0.9.0 on.

    Limits:
        Silent for host names, in WireGuard mode (addresses carry their length there), and for text that is no address
        and no host name but does not look like an address either: it may be a placeholder.
    """
    found = addresses.control_plane(kube_vip)
    if found is None:
        return
    items = addresses.written_items(found)
    bounds = parts(found.value.text)
    given = [index for index, item in enumerate(items) if item.kind is not Kind.EMPTY]
    for index, (item, (start, end)) in enumerate(zip(items, bounds, strict=True)):
        if not addresses.is_misspelt(item):
            continue
        if item.kind is not Kind.EMPTY:
            yield finding(item.span, _not_bare(found, item), label=item.kind.value, fix=_bare(item))
            continue
        # The comma that goes with the empty item is the one that points away from the next address.
        leading = not given or index < given[0]
        start, end = (start, min(end + 1, len(found.value.text))) if leading else (start - 1, end)
        yield finding(
            found.value.part(start, end),
            f'{found.variable} "{found.value.text}" has an empty item: kube-vip looks up an empty name in DNS, which '
            "fails, and the control plane does not start",
            label="nothing before or behind this comma",
            fix=rewrite("remove the comma", found.value, (start, end, "")) if given else Fix("write an address"),
        )
        if not given:
            return


@rule(
    "VIP012",
    "vip-list-blank",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.2",
    references=("kube-vip/kube-vip#904", "kube-vip/kube-vip cmd/kube-vip.go@v1.2.3"),
)
def vip_list_blank(kube_vip: KubeVip, _cluster: Cluster) -> Iterator[Draft]:
    """A blank in the list of control-plane addresses stops kube-vip

    What it finds:
        A blank next to a comma in `address` while the prefix setting is unset: `vip_cidr` from v0.8.3 to v0.8.10,
        `vip_subnet` from v0.9.0 on.

    Why it matters:
        An unset prefix is derived from `address`, and that code does not trim the items. kube-vip stops at start, from
        v0.8.10 on with exit code 0 and a message about a missing interface. See kube-vip/kube-vip#904 and
        cmd/kube-vip.go@v1.2.3.

    Bad (kube-vip v1.2.3, found in 0.8.3-1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10, fd00::10"

    Good (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"

    How to fix:
        Remove the blank.

    Limits:
        Silent where the prefix is set (the address list itself is trimmed), for `vip_address`, from which nothing is
        derived, and up to v0.8.2.
    """
    found = addresses.control_plane(kube_vip)
    if found is None or found.variable != "address":
        return
    text = found.value.text
    blanks = tuple(_blanks(text))
    if not blanks:
        return
    variable = addresses.deriving_variable(kube_vip.version)
    if variable is None or kube_vip.get(variable) is not None:
        return
    first = next((start, end) for start, end in parts(text) if start <= blanks[0][0] and blanks[0][1] <= end)
    yield finding(
        found.value.part(*first),
        f'kube-vip {kube_vip.version} cannot derive a prefix from "{text[slice(*first)]}" in address: {variable} is '
        f"not set and the blank is not trimmed, so kube-vip stops at start{behaviour.checked(kube_vip.version)}",
        label="this item begins or ends with a blank",
        fix=rewrite("remove the blank", found.value, *((start, end, "") for start, end in blanks)),
    )


@rule(
    "VIP013",
    "dual-stack-too-old",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.INFO),
    basis="kube-vip 5.2",
    references=("kube-vip/kube-vip#566", "kube-vip/kube-vip#687", "kube-vip/kube-vip#722"),
)
def dual_stack_too_old(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """A list of addresses is given to a release that takes only one

    What it finds:
        More than one address in `address` or `vip_address`, or in the annotation `kube-vip.io/loadbalancerIPs` of a
        Service, up to v0.6.4. It is info for a Service up to v0.5.11, which does not read the annotation at all.

    Why it matters:
        The whole list is looked up as one host name. The lookup fails: there is no control-plane VIP, or the Service
        never gets its addresses. Lists came with kube-vip/kube-vip#687 and #722 in v0.7.0.

    Bad (kube-vip v0.6.4, found in 0.5.0-0.6.4):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"

    Bad (kube-vip v0.6.4, found in 0.5.0-0.6.4):
        env:
          vip_arp: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,fd00::200"}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    Good (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"

    How to fix:
        Use kube-vip v0.7.0 or later, but not v0.8.4, which crashes with both families. Or give one address.

    Limits:
        Silent where the release is unknown, and for Services that this kube-vip does not handle.
    """
    yield from each(
        _own_list(kube_vip),
        *(_service_list(kube_vip, link) for link in cluster.services_of(kube_vip)),
    )


@rule(
    "VIP014",
    "dual-stack-cp-v084",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.2",
    references=("kube-vip/kube-vip#971", "kube-vip/kube-vip#973"),
)
def dual_stack_cp_v084(kube_vip: KubeVip, _cluster: Cluster) -> Iterator[Draft]:
    """v0.8.4 crashes with control-plane VIPs of both families

    What it finds:
        IPv4 and IPv6 addresses in `address` or `vip_address` in ARP mode with kube-vip v0.8.4.

    Why it matters:
        The process dies with a nil pointer in the code that announces IPv6 addresses (NDP). See
        kube-vip/kube-vip#971, fixed by kube-vip/kube-vip#973 in v0.8.5.

    Bad (kube-vip v0.8.4, found in 0.8.4):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"

    Good (kube-vip v0.8.5):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: "10.0.0.10,fd00::10"

    How to fix:
        Use another release, v0.8.5 or later. Mind that prefixes are read differently there.

    Limits:
        Silent in BGP and routing-table mode, for one family, and for v0.7.0 to v0.8.3, where it depends on timing.
    """
    found = addresses.control_plane(kube_vip)
    if found is None or not {item.family for item in addresses.written_items(found)}.issuperset(Family):
        return
    if not addresses.crashes_on_two_families(kube_vip.version) or behaviour.engine(kube_vip) is not Mode.ARP:
        return
    yield finding(
        found.value,
        f'kube-vip {kube_vip.version} crashes in its NDP sender with {found.variable} "{found.value.text}": this '
        "release cannot announce control-plane VIPs of both families",
        label="both families",
        because=image(kube_vip),
        fix=Fix("use kube-vip v0.8.5 or later, and check the prefix settings for it"),
    )


def _not_bare(found: Addresses, item: Item) -> str:
    what = f'"{item.text}" in {found.variable} is not a bare IP'
    if item.kind is Kind.ZONE:
        return f"{what}: kube-vip cannot parse an address with a zone, and the control plane does not start"
    return f"{what}: kube-vip looks it up in DNS, which fails, and the control plane does not start"


def _bare(item: Item) -> Fix:
    """The bare address where nothing is lost: brackets and full prefix lengths say nothing."""
    text = item.text.partition("/")[0].partition("%")[0].strip("[]")
    address = parse_address(text, Dialect.GO_NET)
    if address is None:
        return Fix("write an IP address or a host name with nothing around it")
    length = item.text.partition("/")[2]
    if item.kind is Kind.ZONE:
        return Fix(f'write "{text}" and name the interface in vip_interface')
    if length and length != str(address.family.bits):
        return Fix(f'write "{text}"; the prefix length {length} belongs in the prefix setting')
    begin = item.span.start - item.value.span.start
    return rewrite(f'write "{text}"', item.value, (begin, begin + len(item.text), text))


def _blanks(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of the blanks next to commas, but for items that are nothing else."""
    for (start, end), (left, right) in zip(parts(text), trimmed_parts(text), strict=True):
        if left == right:
            continue
        if start < left and start > 0:
            yield start, left
        if right < end and end < len(text):
            yield right, end


def _own_list(kube_vip: KubeVip) -> Iterator[Draft]:
    found = addresses.control_plane(kube_vip)
    if found is None or not addresses.is_list(found.value) or addresses.reads_lists(kube_vip.version):
        return
    yield finding(
        found.value,
        f'kube-vip {kube_vip.version} looks up {found.variable} "{found.value.text}" as one host name: a list of '
        "addresses is understood from v0.7.0, and without it the control plane does not start",
        label="a list",
        because=image(kube_vip),
        fix=Fix("use kube-vip v0.7.0 or later (not v0.8.4), or give one address"),
    )


def _service_list(kube_vip: KubeVip, link: Link) -> Iterator[Draft]:
    value = addresses.service_addresses(kube_vip, link)
    if value is None or not addresses.is_list(value) or addresses.reads_lists(kube_vip.version):
        return
    read = addresses.reads_annotation(kube_vip.version)
    release = f"kube-vip {kube_vip.version}"
    effect = (
        f'{release} looks up "{value.text}" as one host name: the Service never gets its addresses'
        if read
        else f'{release} does not read the annotation that asks for "{value.text}"'
    )
    where = f"kube-vip serves this Service ({link.why})" if link.why else "kube-vip serves this Service"
    yield finding(
        value,
        f"{effect}; a list of addresses is understood from v0.7.0",
        label="a list",
        because=(*image(kube_vip), Label(kube_vip.component.span, where)),
        fix=Fix("use kube-vip v0.7.0 or later (not v0.8.4 where the control plane has both families)"),
        severity=Severity.ERROR if read else Severity.INFO,
    )
