"""kube-vip's features beside the mode: node labels (VIP036) and IPVS (VIP037)."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip_modes as behaviour
from famlint.behaviours.kube_vip import checked
from famlint.behaviours.kube_vip_modes import BadLabel, Ipvs
from famlint.clusters import Cluster
from famlint.components.kube_vip import KubeVip
from famlint.findings import Fix, Label, Severity
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_address_words import image
from famlint_rules.kube_vip_fixes import rewrite
from famlint_rules.kube_vip_prefix_words import from_chart, in_chart


@rule(
    "VIP036",
    "node-label-ipv6",
    subject=KubeVip,
    severity=Severity.WARNING,
    basis="kube-vip 5.5",
    references=("kube-vip/kube-vip#1302", "kube-vip/kube-vip#1313", "kube-vip/kube-vip#1566"),
)
def node_label_ipv6(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """A node label would hold an address that no label can hold

    What it finds:
        `enable_node_labeling` with an `address` that holds a comma or, up to v1.1.2, a colon; from v1.0.1 on with a
        Service that asks for two addresses, in v1.0.1 also for an IPv6 address.

    Why it matters:
        kube-vip writes the text as the value of a node label. `:` and `,` are not allowed there: the API server refuses
        the patch, the node is not labelled, and for a Service its sync ends in an error. See kube-vip/kube-vip#1302,
        #1313 and #1566.

    Bad (kube-vip v0.8.9, found in 0.6.3-1.1.2):
        env:
          vip_arp: "true"
          cp_enable: "true"
          svc_enable: "true"
          address: "fd00::10"
          enable_node_labeling: "true"

    Good (kube-vip v1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          svc_enable: "true"
          address: "fd00::10"
          enable_node_labeling: "true"

    Bad (kube-vip v1.2.3, found in 0.6.3-1.2.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          svc_enable: "true"
          address: "10.0.0.10,fd00::10"
          enable_node_labeling: "true"

    Bad (kube-vip v1.2.3, found in 1.0.1-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
          enable_node_labeling: "true"
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

    How to fix:
        Write `enable_node_labeling: "false"`. An IPv6 `address` works from v1.2.0 on, Services with one address each
        from v1.0.2 on.

    Limits:
        The label of `address` is judged in ARP mode with Services and without `svc_election`, where it is written.
        Services count with the addresses that they ask for.
    """
    own = behaviour.own_bad_label(kube_vip)
    others, missing = behaviour.bad_service_labels(kube_vip, cluster.services_of(kube_vip))
    labels = (*((own,) if own else ()), *others)
    switch = kube_vip.get(behaviour.LABELS)
    if labels and switch is not None:
        first = labels[0]
        whose = f"Service {first.link.service.component.name}" if first.link else "address"
        yield finding(
            switch,
            f'kube-vip {kube_vip.version} labels the node with "{first.text}" of {whose}: "{first.character}" is not '
            f"allowed in a label value, and the API server refuses the patch{checked(kube_vip.version)}",
            label="nodes are labelled with addresses",
            because=tuple(_refused(label) for label in labels),
            fix=rewrite('write "false"', switch, (0, len(switch.text), "false"))
            if own is not None and own.character == ","
            else Fix(_without_bad_labels(labels)),
        )
    if missing is not None:
        raise missing


@rule(
    "VIP037",
    "ipvs-ipv6-old",
    subject=KubeVip,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="kube-vip 5.5",
    references=("kube-vip/kube-vip#554", "kube-vip/kube-vip#781", "kube-vip/kube-vip#783"),
)
def ipvs_ipv6_old(kube_vip: KubeVip, _cluster: Cluster) -> Iterator[Draft]:
    """IPVS of this release does not work for an IPv6 control-plane VIP

    What it finds:
        `lb_enable`, which is the default of the Helm chart, with an IPv6 control-plane VIP up to v0.7.2.

    Why it matters:
        v0.6.0 to v0.7.2 give the kernel no IPv6 prefix length: it refuses the IPVS service, and kube-vip ends. Up to
        v0.5.12 the service is made for an IPv4 address out of the first four bytes, so that nothing is balanced. See
        kube-vip/kube-vip#554, #781 and #783.

    Bad (kube-vip v0.7.2, found in 0.5.0-0.7.2):
        env:
          vip_arp: "true"
          cp_enable: "true"
          lb_enable: "true"
          address: "fd00::10"

    Good (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          cp_enable: "true"
          lb_enable: "true"
          address: "fd00::10"

    Bad (chart kube-vip 0.5.0):
        config: {address: "fd00::10"}
        env: {cp_enable: "true", vip_interface: eth0}

    How to fix:
        Use v0.8.0 or later, or set `lb_enable: "false"`.

    Limits:
        Silent where the control plane is off, and for host names.
    """
    balanced = behaviour.balanced_ipv6(kube_vip)
    if balanced is None:
        return
    default = from_chart(balanced.switch)
    where = f"env.{behaviour.BALANCES}" if in_chart(kube_vip) else behaviour.BALANCES
    vip = balanced.items[0]
    said = f" (the {balanced.switch.layer})" if default else ""
    yield finding(
        vip.span if default else balanced.switch,
        f'lb_enable "{balanced.switch.text}"{said} with the IPv6 VIP {vip.text} in kube-vip {kube_vip.version}: '
        f"{balanced.fate.value}",
        label="behind IPVS" if default else "",
        because=(
            *image(kube_vip),
            *(Label(item.span, "the control-plane VIP") for item in balanced.items if not default),
        ),
        fix=Fix(f'use kube-vip v0.8.0 or later, or set {where}: "false"'),
        severity=Severity.ERROR if balanced.fate is Ipvs.ENDS else Severity.WARNING,
    )


def _refused(label: BadLabel) -> Label:
    if label.link is None:
        return Label(label.value.span, f'"{label.character}" is not allowed in a label')
    why = f" ({label.link.why})" if label.link.why else ""
    return Label(label.value.span, f'this Service is served, "{label.character}" is not allowed in a label{why}')


def _without_bad_labels(labels: tuple[BadLabel, ...]) -> str:
    if any(label.link and label.character == "," for label in labels):
        return 'write "false", or ask for one address per Service'
    release = "v1.0.2" if all(label.link for label in labels) else "v1.2.0"
    return f'write "false", or use kube-vip {release} or later'
