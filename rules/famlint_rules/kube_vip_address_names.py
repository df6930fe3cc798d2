"""kube-vip and host names as addresses: VIP015 and VIP016."""

from collections.abc import Iterator
from functools import partial

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours import kube_vip_addresses as addresses
from famlint.behaviours.kube_vip import Item, Kind
from famlint.behaviours.kube_vip_addresses import Addresses
from famlint.clusters import Cluster
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.findings import Fix, Label, Severity
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_address_words import image, known
from famlint_rules.kube_vip_fixes import rewrite


@rule(
    "VIP015",
    "dns-address-needs-prefix",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="kube-vip 5.2",
    references=("kube-vip/kube-vip#1064", "kube-vip/kube-vip cmd/kube-vip.go@v1.0.1"),
)
def dns_address_needs_prefix(kube_vip: KubeVip, _cluster: Cluster) -> Iterator[Draft]:
    """A host name as control-plane address does not get along with the prefix setting

    What it finds:
        A host name in `address` while `vip_cidr` is unset, from v0.8.3 to v0.8.9. A host name in `address` or
        `vip_address` together with a pair in `vip_subnet`, from v0.9.0 to v1.0.1. As a warning, in v1.0.1, a host name
        in `address` with `dns_mode: dual` while `vip_subnet` is unset.

    Why it matters:
        The first releases derive the prefix from `address` without asking DNS and stop at start with "invalid IP
        address" (kube-vip/kube-vip#1064). The others put the whole text of `vip_subnet` behind the address of the name;
        `32,128` cannot be parsed there and the control plane does not start. v1.0.1 derives such a pair by itself for
        `dns_mode: dual` (cmd/kube-vip.go@v1.0.1), which fails if the name has addresses of both families.

    Bad (kube-vip v0.8.9, found in 0.8.3-0.8.9):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: k8s.example.com

    Good (kube-vip v0.8.9):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: k8s.example.com
          vip_cidr: "32"

    Bad (kube-vip v1.0.0, found in 0.9.0-1.0.1):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: k8s.example.com
          vip_subnet: "32,128"

    Good (kube-vip v1.0.2):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: k8s.example.com
          vip_subnet: "32,128"

    Bad (kube-vip v1.0.1, found in 1.0.1):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: k8s.example.com
          dns_mode: dual

    How to fix:
        Up to v0.8.9 set `vip_cidr` to `32` for an IPv4 name or `128` for an IPv6 name, or use v0.8.10 or later. From
        v0.9.0 on write one number, or use v1.0.2 or later.

    Limits:
        Silent where `vip_ddns` is on for the releases from v0.9.0, and for all other releases.
    """
    found = addresses.control_plane(kube_vip)
    if found is None:
        return
    names = _control_plane_names(kube_vip)
    if not names:
        return
    version = kube_vip.version
    if found.variable == "address" and addresses.cannot_derive_from_names(version):
        yield from _underivable(kube_vip, names)
    elif addresses.applies_pair_to_names(version) and not kube_vip.on("vip_ddns"):
        yield from _raw_pair(kube_vip, found, names[0])


@rule(
    "VIP016",
    "dns-mode-value",
    subject=KubeVip,
    severity=(Severity.WARNING, Severity.ERROR),
    basis="kube-vip 5.2",
    references=("kube-vip/kube-vip#1667", "kube-vip/kube-vip#1680", "kube-vip/kube-vip#1684"),
)
def dns_mode_value(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """dns_mode is none of the words that kube-vip knows

    What it finds:
        A `dns_mode` other than `first`, `ipv4`, `ipv6` and `dual`, where a control-plane address or the address of a
        Service is a host name.

    Why it matters:
        An unknown word means `first`, silently: the VIP gets the family that DNS happens to name first. In v1.2.3 the
        words in another case (`IPv4`) make every lookup fail. See kube-vip/kube-vip#1667 and #1680.

    Bad (kube-vip v1.0.4, found in 0.7.0-1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: k8s.example.com
          vip_cidr: "32"
          vip_subnet: "32"
          dns_mode: both

    Bad (kube-vip v1.2.3, found in 0.7.0-1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: k8s.example.com
          vip_subnet: "32,128"
          dns_mode: Dual

    Good (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: k8s.example.com
          vip_subnet: "32,128"
          dns_mode: dual

    How to fix:
        Write `first`, `ipv4`, `ipv6` or `dual`, in lower case.

    Limits:
        Silent where all addresses are IPs, up to v0.6.4, which does not read `dns_mode`, and where the release is
        unknown.
    """
    mode = kube_vip.get("dns_mode")
    if mode is None or mode.text in addresses.DNS_MODES:
        return
    own, missing = known(partial(_control_plane_names, kube_vip))
    links = cluster.services_of(kube_vip)
    asked, missing_too = known(*(partial(addresses.service_names, kube_vip, link) for link in links))
    unknown = missing or missing_too
    if (own or asked) and addresses.reads_dns_mode(kube_vip.version):
        yield _wrong_word(kube_vip, mode, own, asked)
    elif unknown is not None:
        raise unknown


def _control_plane_names(kube_vip: KubeVip) -> tuple[Item, ...]:
    found = addresses.control_plane(kube_vip)
    return tuple(item for item in (addresses.written_items(found) if found else ()) if item.kind is Kind.NAME)


def _underivable(kube_vip: KubeVip, names: tuple[Item, ...]) -> Iterator[Draft]:
    if kube_vip.get("vip_cidr") is not None:
        return
    first = names[0]
    yield finding(
        first.span,
        f"kube-vip {kube_vip.version} stops at start: vip_cidr is not set, and this release cannot derive a prefix "
        f'from the host name "{first.text}" in address',
        label="a host name",
        because=(*image(kube_vip), *(Label(name.span, "a host name") for name in names[1:])),
        fix=Fix('set vip_cidr: "32" (IPv4) or "128" (IPv6), or use kube-vip v0.8.10 or later'),
    )


def _raw_pair(kube_vip: KubeVip, found: Addresses, name: Item) -> Iterator[Draft]:
    release = f"kube-vip {kube_vip.version}"
    subnet = kube_vip.get("vip_subnet")
    if subnet is not None:
        if subnet.text.count(",") == 1:
            yield finding(
                subnet,
                f'{release} puts all of vip_subnet "{subnet.text}" behind the address of the host name "{name.text}", '
                "cannot parse that and does not start the control plane",
                label="a pair",
                because=(*image(kube_vip), Label(name.span, "a host name")),
                fix=Fix("write one number, or use kube-vip v1.0.2 or later"),
            )
        return
    if found.variable != "address" or not addresses.derives_pair_for_names(kube_vip.version):
        return
    mode = kube_vip.get("dns_mode")
    if mode is None or mode.text != "dual":
        return
    yield finding(
        mode,
        f'{release} derives a pair of prefixes for the host name "{name.text}" if it has addresses of both families, '
        "cannot parse an address with a pair behind it and does not start the control plane then",
        label="both families are looked up",
        because=(*image(kube_vip), Label(name.span, "a host name")),
        fix=Fix("set vip_subnet to one number, or use kube-vip v1.0.2 or later"),
        severity=Severity.WARNING,
    )


def _wrong_word(kube_vip: KubeVip, mode: Value, own: tuple[Item, ...], asked: tuple[Item, ...]) -> Draft:
    release = f"kube-vip {kube_vip.version}"
    fails = addresses.fails_on_case(kube_vip.version, mode.text)
    effect = (
        "takes this word in lower case only and finds no address for any host name"
        if fails
        else f'does not know this word and takes it for "first"{behaviour.checked(kube_vip.version)}'
    )
    word = mode.text.strip().lower()
    is_case = word in addresses.DNS_MODES
    return finding(
        mode,
        f'dns_mode "{mode.text}": {release} {effect}',
        label="write it in lower case" if is_case else "not one of first, ipv4, ipv6, dual",
        because=(
            *(Label(item.span, "this control-plane address is a host name") for item in own),
            *(Label(item.span, "this Service asks for a host name") for item in asked),
        ),
        fix=rewrite(f'write "{word}"', mode, (0, len(mode.text), word))
        if is_case
        else Fix(f"write {', '.join(addresses.DNS_MODES[:-1])} or {addresses.DNS_MODES[-1]}"),
        severity=Severity.ERROR if fails and own else Severity.WARNING,
    )
