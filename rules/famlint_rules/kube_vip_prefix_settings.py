"""kube-vip prefix settings that the release does not read as they are written: VIP005 to VIP007."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip as behaviour
from famlint.behaviours.kube_vip import Change, Fault, Outcome, Role, Vip
from famlint.behaviours.kube_vip_links import links_of
from famlint.clusters import Cluster, Link
from famlint.components.kube_vip import KubeVip
from famlint.findings import Fix, Severity
from famlint.network.addresses import Family
from famlint.rules import Draft, finding, rule
from famlint.unknown import Unknown
from famlint_rules.kube_vip_prefix_words import (
    BROKEN_SYNTAX,
    appended,
    evidence,
    fate,
    from_chart,
    in_chart,
    mend,
    names,
    others,
)


@rule(
    "VIP005",
    "vip-subnet-syntax",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip pkg/vip/address.go@v0.8.10", "kube-vip/kube-vip pkg/utils/ip.go@v1.2.3"),
)
def vip_subnet_syntax(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """A prefix setting is written in a form that this release cannot read

    What it finds:
        `vip_subnet` in the form of other releases: up to v0.8.10 it is appended to the address and has to be `/24`;
        from v0.9.0 on it is a number or a pair of numbers, `24` or `24,64`. Also blanks, empty or surplus items
        where they hit a VIP, and the same faults in `vip_cidr` in ARP mode from v0.8.5 to v0.8.10.

    Why it matters:
        The VIP cannot be parsed: the control plane does not start, a Service never gets its VIP. Public examples mix
        both forms. See pkg/vip/address.go@v0.8.10 and pkg/utils/ip.go@v1.2.3 of kube-vip/kube-vip.

    Bad (kube-vip v0.7.0, found in 0.5.6-0.8.10):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_subnet: "32"

    Good (kube-vip v0.7.0):
        env:
          vip_arp: "true"
          svc_enable: "true"
          vip_subnet: "/32"

    Bad (kube-vip v1.2.3, found in 0.9.0-1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: 10.0.0.10
          vip_subnet: "/24"

    Good (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: 10.0.0.10
          vip_subnet: "24"

    How to fix:
        Up to v0.8.10 write `/24`, or remove the variable where VIPs of both families exist; in ARP mode from v0.8.5 to
        v0.8.10 `vip_cidr` decides in both cases. From v0.9.0 on write `24` or `24,64`, without blanks.

    Limits:
        Silent where no VIP is hit: a blank after the comma while only Services have IPv6 VIPs, three items without a
        control plane, an empty item of a Service. Services of unknown families count as IPv4 for a slash with a number
        up to 32; other faults are a warning then.
    """
    links = links_of(kube_vip, cluster)
    found = evidence(kube_vip, links)
    hit = tuple(vip for vip in found.vips if _broken(vip))
    certain = bool(hit)
    if not hit:
        hit = tuple(vip for vip in found.assumed if _broken(vip))
        certain = len(hit) == len(Family) or any(_ipv4_slash(vip) for vip in hit)
    if hit and hit[0].setting is not None:
        first = hit[0]
        setting = hit[0].setting
        text = appended(kube_vip, first)
        reads = "appends vip_subnet to the address, so it has to look like /24" if text else _reads(first)
        yield finding(
            setting,
            f'kube-vip {kube_vip.version} cannot read {first.variable} "{setting.text}" for {names(hit)}: '
            f"it {reads}; {fate(kube_vip, first)}",
            label=f"the {setting.layer}" if from_chart(setting) else first.fault.value if first.fault else "",
            because=others(hit),
            fix=mend(kube_vip, links, first.variable),
            severity=Severity.ERROR if certain else Severity.WARNING,
        )
    found.settle()


@rule(
    "VIP006",
    "vip-cidr-not-read",
    subject=KubeVip,
    severity=(Severity.WARNING, Severity.INFO),
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip#1132", "kube-vip/kube-vip@c5e854f"),
)
def vip_cidr_not_read(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """vip_cidr is set although this release does not read it

    What it finds:
        `vip_cidr` under kube-vip v0.9.0 or later. It is info where the VIPs get the same prefixes anyway.

    Why it matters:
        v0.9.0 removed the variable without a message: `vip_subnet` decides, or the prefix falls back to /32 and /128,
        and a `24` is lost after an upgrade. See kube-vip/kube-vip#1132 and kube-vip/kube-vip@c5e854f.

    Bad (kube-vip v1.0.1, found in 0.9.0-1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: 10.0.0.10
          vip_cidr: "24"

    Good (kube-vip v1.0.1):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: 10.0.0.10
          vip_subnet: "24"

    How to fix:
        Write the value under `vip_subnet`, or remove it.

    Limits:
        Silent where `vip_subnet` holds the same numbers, a bridge over an upgrade, for the chart's own default, and
        where the control plane gets no prefix at all, which VIP007 reports.
    """
    if behaviour.supported(kube_vip.version) not in behaviour.SUBNET_LIST:
        return
    ignored = kube_vip.get("vip_cidr")
    if ignored is None or not ignored.text or from_chart(ignored):
        return
    subnet = kube_vip.get("vip_subnet")
    if subnet is not None and behaviour.elements(subnet.text) == behaviour.elements(ignored.text):
        return
    links = links_of(kube_vip, cluster)
    now = evidence(kube_vip, links)
    if any(vip.fault is Fault.NO_PREFIX for vip in now.vips):
        return
    asked = behaviour.changed(kube_vip, Change("vip_subnet", ignored.text))
    wanted = evidence(asked, links)
    same = {(vip.role, vip.family, vip.span): vip for vip in (*now.vips, *now.assumed)}
    lost = tuple(
        (same[key], other)
        for other in (*wanted.vips, *wanted.assumed)
        if (key := (other.role, other.family, other.span)) in same
        and other.outcome is Outcome.BOUND
        and other.fault is None
        and (same[key].outcome, same[key].prefix) != (other.outcome, other.prefix)
    )
    fix: Fix | None
    if lost:
        effect = _loss(kube_vip, *lost[0])
        fix = _renamed(asked, links, ignored.text)
    else:
        effect = "no VIP is known that would get another prefix from it" + behaviour.checked(kube_vip.version)
        fix = Fix("remove vip_cidr")
    yield finding(
        ignored,
        f'kube-vip {kube_vip.version} does not read vip_cidr "{ignored.text}" (removed in v0.9.0, '
        f"{_decides(kube_vip)}): {effect}",
        label="not read",
        because=(label for vip, _ in lost for label in vip.because),
        fix=fix,
        severity=Severity.WARNING if lost else Severity.INFO,
    )
    now.settle()


@rule(
    "VIP007",
    "vip-address-without-prefix",
    subject=KubeVip,
    severity=Severity.ERROR,
    basis="kube-vip 5.1",
    references=("kube-vip/kube-vip#1500",),
)
def vip_address_without_prefix(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """vip_address is set without any prefix

    What it finds:
        A control-plane VIP in `vip_address` while the prefix setting is unset. A prefix is derived from `address` only.

    Why it matters:
        The control plane never starts: v0.8.5 to v0.8.10 end in ARP mode, v0.9.0 to v1.1.2 fail with an unclear parse
        error, v1.2.0 and later say what is missing. See kube-vip/kube-vip#1500.

    Bad (kube-vip v0.9.2, found in 0.8.5-1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          vip_address: 10.0.0.10

    Good (kube-vip v0.9.2):
        env:
          vip_arp: "true"
          cp_enable: "true"
          address: 10.0.0.10

    Bad (chart kube-vip 0.6.7):
        image: {tag: v1.0.4}
        config: {address: 10.0.0.10}
        env: {cp_enable: "true"}

    Good (chart kube-vip 0.6.7):
        image: {tag: v1.0.4}
        config: {address: 10.0.0.10}
        env: {cp_enable: "true", vip_subnet: "32"}

    How to fix:
        Move the value to `address`, or set the prefix: `32`, `128` or `32,128` by the families of the VIPs. The Helm
        chart always writes `vip_address`: set `env.vip_subnet` there.

    Limits:
        Silent in WireGuard mode, without `cp_enable`, and for host names.
    """
    links = links_of(kube_vip, cluster)
    found = evidence(kube_vip, links)
    hit = tuple(
        vip
        for vip in found.vips
        if vip.role is Role.CONTROL_PLANE and vip.fault is Fault.NO_PREFIX and vip.outcome is Outcome.STOPS
    )
    if hit and hit[0].address is not None:
        first = hit[0]
        yield finding(
            hit[0].address,
            f"{first.variable} is not set and no prefix is derived from vip_address: the control-plane VIP "
            f"{first.text} never comes up, {fate(kube_vip, first)}",
            label="no prefix for this VIP",
            fix=_instead(kube_vip, links, first.variable),
        )
    found.settle()


def _instead(kube_vip: KubeVip, links: tuple[Link, ...], variable: str) -> Fix | None:
    """What to write. The chart makes vip_address of config.address itself, so only the prefix is left to set."""
    fix = mend(kube_vip, links, variable)
    moved = behaviour.changed(kube_vip, *behaviour.moved_to_address(kube_vip))
    if fix is None or in_chart(kube_vip) or not behaviour.right(moved, links):
        return fix
    return Fix(f"move it to address, or {fix.description}")


def _decides(kube_vip: KubeVip) -> str:
    """What decides the prefixes in place of vip_cidr."""
    try:
        found = behaviour.steering(kube_vip)
    except Unknown:
        found = None
    if found is None or not found.text:
        return "vip_subnet replaced it"
    return f'vip_subnet "{found.text}"{", derived from address," if found.derived_from else ""} decides'


def _loss(kube_vip: KubeVip, now: Vip, wanted: Vip) -> str:
    """What a VIP gets in place of what vip_cidr asks for; a prefix of None is that of the interface."""
    asked = "the prefix of the interface" if wanted.prefix is None else f"/{wanted.prefix}"
    if now.outcome is not Outcome.BOUND:
        return f"{names((now,))} would get {asked} from it, now {fate(kube_vip, now)}"
    gets = "the prefix of the interface" if now.prefix is None else f"/{now.prefix}"
    return f"{names((now,))} gets {gets} instead of {asked}{behaviour.checked(kube_vip.version)}"


def _renamed(asked: KubeVip, links: tuple[Link, ...], text: str) -> Fix | None:
    """The value under the name that is read, mended where it would not serve every VIP."""
    changes = behaviour.repair(asked, links)
    if changes is None:
        return None
    return Fix(f'write vip_subnet: "{changes[0].text if changes else text}" instead of vip_cidr')


def _broken(vip: Vip) -> bool:
    return (
        vip.setting is not None
        and (vip.fault in BROKEN_SYNTAX or (vip.fault is Fault.TOO_LONG and vip.setting.text.startswith("/")))
        and vip.outcome is not Outcome.NOT_ANNOUNCED
    )


def _ipv4_slash(vip: Vip) -> bool:
    number = behaviour.meant(vip.element)
    return vip.fault is Fault.SLASH and number is not None and number <= 32


def _reads(vip: Vip) -> str:
    return {
        Fault.SLASH: "takes numbers without a slash, such as 24 or 24,64",
        Fault.BLANK: "takes no blanks",
        Fault.EMPTY_ITEM: "finds no number there",
        Fault.TOO_MANY_ITEMS: "takes one number or the pair IPv4,IPv6",
    }.get(vip.fault or Fault.NOT_A_NUMBER, "takes prefix lengths, such as 24 or 24,64")
