"""The modes of kube-vip: VIP038 to VIP040."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip_modes as behaviour
from famlint.behaviours.kube_vip import Mode, checked
from famlint.behaviours.kube_vip_endpoints import mixes_families
from famlint.behaviours.kube_vip_modes import Several
from famlint.clusters import Cluster, Server
from famlint.components.kube_vip import KubeVip
from famlint.components.service import Service
from famlint.findings import Fix, Label, Severity
from famlint.rules import Draft, finding, rule
from famlint.unknown import Unknown
from famlint_rules.kube_vip_address_words import image
from famlint_rules.kube_vip_prefix_words import from_chart, in_chart


@rule(
    "VIP038",
    "wireguard-dual-stack",
    subject=Service,
    severity=Severity.WARNING,
    basis="kube-vip 5.5",
    references=(
        "kube-vip/kube-vip pkg/endpoints/endpoints_wireguard.go@v1.2.3",
        "kube-vip/kube-vip pkg/nftables/nftables.go@v1.2.3",
    ),
)
def wireguard_dual_stack(service: Service, cluster: Cluster) -> Iterator[Draft]:
    """A dual-stack Service gets no rule in WireGuard mode

    What it finds:
        A dual-stack Service of a kube-vip in WireGuard mode, from v1.1.2 on.

    Why it matters:
        The endpoints of both families are offered to every VIP of the Service, and each target must have the VIP's
        family: it ends in "IP version mismatch", and there is no DNAT rule for either VIP. See
        pkg/endpoints/endpoints_wireguard.go@v1.2.3 and pkg/nftables/nftables.go@v1.2.3 of kube-vip/kube-vip.

    Bad (kube-vip v1.2.3, found in 1.1.2-1.2.3):
        env:
          vip_wireguard: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,fd80::200"}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    Good (kube-vip v1.2.3):
        env:
          vip_wireguard: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.0.0.200}}
        spec: {type: LoadBalancer, ipFamilies: [IPv4], selector: {app: web}, ports: [{port: 80}]}

    How to fix:
        Write one Service per family, each `SingleStack`.

    Limits:
        Silent for `PreferDualStack` where neither families nor addresses say that the Service is dual-stack.
    """
    mixing, missing = _mixing(service, cluster)
    policy = service.component.get("spec.ipFamilyPolicy") if mixing else None
    if policy is not None:
        release = mixing[0].kube_vip.version
        yield finding(
            policy,
            f"kube-vip {release} in WireGuard mode offers the endpoints of both families to every VIP of Service "
            f'{service.component.name}: "IP version mismatch", and no VIP gets a DNAT rule{checked(release)}',
            label="both families",
            because=tuple(label for server in mixing for label in _wireguard(server)),
            fix=Fix("write one Service per family, each with ipFamilyPolicy: SingleStack"),
        )
    if missing is not None:
        raise missing


@rule(
    "VIP039",
    "two-modes",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.INFO),
    basis="kube-vip 5.5",
    references=("kube-vip/kube-vip cmd/kube-vip.go@v1.2.2", "kube-vip/kube-vip pkg/manager/worker/worker.go@v1.2.1"),
)
def two_modes(kube_vip: KubeVip, _cluster: Cluster) -> Iterator[Draft]:
    """More than one mode is on

    What it finds:
        More than one of `vip_arp`, `bgp_enable`, `vip_routingtable` and `vip_wireguard`. Mostly it is `bgp_enable` in
        values of the Helm chart, whose default is `vip_arp: "true"`.

    Why it matters:
        From v1.2.2 on kube-vip refuses to start. Before it starts one engine, BGP up to v1.0.4 and ARP from v1.1.0 on,
        while the other switches still act inside shared code; that is info. The mode also decides which prefix setting
        counts. See cmd/kube-vip.go@v1.2.2 of kube-vip/kube-vip.

    Bad (kube-vip v1.2.3, found in 0.5.0-1.2.3):
        env:
          vip_arp: "true"
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false"
          svc_enable: "true"

    Good (kube-vip v1.2.3):
        env:
          vip_arp: "false"
          bgp_enable: "true"
          bgp_routerid: 10.0.0.1
          bgp_peers: "10.0.0.254:65000::false"
          svc_enable: "true"

    Bad (chart kube-vip 0.9.9):
        image: {tag: v1.2.3}
        env: {bgp_enable: "true", bgp_routerid: 10.0.0.1, bgp_peers: "10.0.0.254:65000::false"}

    How to fix:
        Keep one mode and set the others to `"false"`.

    Limits:
        Silent where one of the switches is not known, although two others are on.
    """
    several = behaviour.several_modes(kube_vip)
    if several is None:
        return
    written = tuple(switch for switch in several.switches if not from_chart(switch.value)) or several.switches
    first = written[0]
    names = " and ".join(switch.mode.value for switch in several.switches)
    yield finding(
        first.value,
        f"{names} are on together: kube-vip {kube_vip.version} {_fate(several)}{checked(kube_vip.version)}",
        label=f"{first.mode.value} is one of {len(several.switches)} modes",
        because=(
            *(_as_other(switch) for switch in several.switches if switch is not first),
            *image(kube_vip),
        ),
        fix=Fix(_one_mode(kube_vip, several)),
        severity=Severity.INFO if several.started else Severity.ERROR,
    )


@rule(
    "VIP040",
    "dual-stack-ecmp-dad",
    subject=KubeVip,
    severity=Severity.INFO,
    basis="kube-vip 5.5",
    references=("kube-vip/kube-vip#1675",),
)
def dual_stack_ecmp_dad(kube_vip: KubeVip, _cluster: Cluster) -> Iterator[Draft]:
    """Several nodes bring up one IPv6 VIP, and all but one detect a duplicate

    What it finds:
        Table mode without a leader, an IPv6 control-plane VIP on another interface than `lo`, and no `vip_skipdad`.

    Why it matters:
        Every node has the VIP then. Duplicate address detection succeeds on one of them, the others drop the traffic
        that their routers send them. v1.2.3 has a switch for it, see kube-vip/kube-vip#1675.

    Bad (kube-vip v1.2.3, found in 1.2.3):
        env:
          vip_routingtable: "true"
          vip_interface: eth0
          cp_enable: "true"
          address: "fd00::10"

    Good (kube-vip v1.2.3):
        env:
          vip_routingtable: "true"
          vip_interface: eth0
          cp_enable: "true"
          address: "fd00::10"
          vip_skipdad: "true"

    How to fix:
        Set `vip_skipdad: "true"`, or put the VIP on `lo`.

    Limits:
        With a single control-plane node there is no duplicate: ignore it there. Silent where `vip_interface` is not
        set, up to v1.2.2, which have no such switch, and with `vip_leaderelection`.
    """
    items = behaviour.detected_twice(kube_vip)
    if items:
        yield finding(
            items[0].span,
            f"every node brings up the IPv6 VIP {items[0].text}, and duplicate address detection lets one of them have "
            f"it: the others drop its traffic{checked(kube_vip.version)}",
            label="on every node",
            because=image(kube_vip),
            fix=Fix(f'set {_variable(kube_vip, behaviour.SKIPS_DAD)}: "true"'),
        )


def _mixing(service: Service, cluster: Cluster) -> tuple[tuple[Server, ...], Unknown | None]:
    found: list[Server] = []
    missing: Unknown | None = None
    for server in cluster.servers_of(service):
        try:
            if mixes_families(server.kube_vip, service):
                found.append(server)
        except Unknown as unknown:
            missing = missing or unknown
    return tuple(found), missing


def _wireguard(server: Server) -> tuple[Label, ...]:
    switch = server.kube_vip.get(Mode.WIREGUARD.value)
    said = f"this kube-vip serves the Service ({server.why})" if server.why else "this kube-vip serves the Service"
    return (Label(switch.span if switch else server.kube_vip.component.span, said), *image(server.kube_vip))


def _fate(several: Several) -> str:
    if several.started is None:
        return "stops at start, it takes exactly one mode"
    return f"starts the engine of {several.started.value} alone, and v1.2.2 and later refuse to start"


def _as_other(switch: behaviour.Switch) -> Label:
    default = f" (the {switch.value.layer})" if from_chart(switch.value) else ""
    return Label(switch.value.span, f'{switch.mode.value} "{switch.value.text}"{default}')


def _one_mode(kube_vip: KubeVip, several: Several) -> str:
    defaults = [switch for switch in several.switches if from_chart(switch.value)]
    if defaults and len(defaults) == len(several.switches) - 1:
        return "set " + " and ".join(f'{_variable(kube_vip, switch.mode.value)}: "false"' for switch in defaults)
    return 'keep one mode and set the others to "false"'


def _variable(kube_vip: KubeVip, name: str) -> str:
    return f"env.{name}" if in_chart(kube_vip) else name
