"""RKE2 and k3s: RKE001."""

from collections.abc import Iterator

from famlint.behaviours.rke2 import Demand, calico_demands_ipv4
from famlint.clusters import Cluster
from famlint.components.rke2 import DistributionConfig
from famlint.findings import Fix, Label, Severity
from famlint.rules import Draft, finding, rule


@rule(
    "RKE001",
    "rke2-calico-ipv6only",
    subject=DistributionConfig,
    severity=(Severity.WARNING, Severity.ERROR),
    basis="distributions 6.1 R32",
    references=("rancher/rke2#7454", "rancher/rke2-charts#589", "rancher/rke2#7530"),
)
def rke2_calico_ipv6only(config: DistributionConfig, cluster: Cluster) -> Iterator[Draft]:
    """RKE2 makes Calico demand an IPv4 address in an IPv6-only cluster

    What it finds:
        `cni: calico` with an IPv6-only `cluster-cidr` on a release of RKE2 whose Calico chart asks for an IPv4 address
        of every node: v1.25.16, v1.26.11 to v1.26.15, v1.27.8 to v1.27.16, v1.28.4 to v1.28.15, v1.29.0 to v1.29.12,
        v1.30.0 to v1.30.8, v1.31.0 to v1.31.4, v1.32.0.

    Why it matters:
        The chart sets the method of IPv4 detection without looking at the ranges. calico-node then looks for an IPv4
        address on the interfaces of the host, finds none on an IPv6-only node, and exits again and again: the node
        stays NotReady. A node that has any IPv4 address is not affected, whatever `node-ip` says. See
        rancher/rke2#7454, rancher/rke2-charts#589 and node/pkg/lifecycle/startup/startup.go@v3.29.1 of
        projectcalico/calico.

    Bad:
        apiVersion: provisioning.cattle.io/v1
        kind: Cluster
        metadata: {name: edge, namespace: fleet-default}
        spec:
          kubernetesVersion: v1.31.4+rke2r1
          rkeConfig:
            machineGlobalConfig:
              cni: calico
              cluster-cidr: 2001:db8:42::/56
              service-cidr: 2001:db8:43::/112
            networking: {stackPreference: ipv6}

    Good:
        apiVersion: provisioning.cattle.io/v1
        kind: Cluster
        metadata: {name: edge, namespace: fleet-default}
        spec:
          kubernetesVersion: v1.31.5+rke2r1
          rkeConfig:
            machineGlobalConfig:
              cni: calico
              cluster-cidr: 2001:db8:42::/56
              service-cidr: 2001:db8:43::/112
            networking: {stackPreference: ipv6}

    Bad:
        # file: server/etc/rancher/rke2/config.yaml
        cni: calico
        cluster-cidr: 2001:db8:42::/56
        service-cidr: 2001:db8:43::/112
        # file: upgrades/server.yaml
        apiVersion: upgrade.cattle.io/v1
        kind: Plan
        metadata: {name: server, namespace: system-upgrade}
        spec:
          concurrency: 1
          upgrade: {image: rancher/rke2-upgrade}
          version: v1.30.8+rke2r1

    Good:
        # file: server/etc/rancher/rke2/config.yaml
        cni: calico
        cluster-cidr: 2001:db8:42::/56
        service-cidr: 2001:db8:43::/112
        # file: upgrades/server.yaml
        apiVersion: upgrade.cattle.io/v1
        kind: Plan
        metadata: {name: server, namespace: system-upgrade}
        spec:
          concurrency: 1
          upgrade: {image: rancher/rke2-upgrade}
          version: v1.30.8+rke2r1
        # file: server/manifests/rke2-calico.yaml
        apiVersion: helm.cattle.io/v1
        kind: HelmChartConfig
        metadata: {name: rke2-calico, namespace: kube-system}
        spec:
          valuesContent: |-
            installation:
              calicoNetwork:
                nodeAddressAutodetectionV4: {firstFound: false}

    How to fix:
        Upgrade to v1.29.13, v1.30.9, v1.31.5, v1.32.1 or any newer minor; 1.25 to 1.28 have no fixed release. Until
        then give the chart rke2-calico the value `installation.calicoNetwork.nodeAddressAutodetectionV4:
        {firstFound: false}`; an empty mapping does not help, the chart takes it for unset.

    Limits:
        Whether a node has an IPv4 address is seldom written down: an error only where `node-ip` is IPv6 alone and the
        network of the node (nmstate, or netplan with `dhcp4`, beside the configuration) shows IPv4 off. Silent without
        a known release of RKE2, for release candidates, where `node-ip` or the network of the node has an IPv4 address,
        where the pools or the IPv4 detection of the chart are set, and where `cluster-cidr` is not written down.
    """
    demand = calico_demands_ipv4(config, cluster)
    if demand is None:
        return
    release = demand.release
    own = release.span is not None and not release.why
    ranges = ",".join(part.text for part in demand.ranges)
    where = "this node, which has no IPv4, and it stays" if demand.proof else "nodes without IPv4, and they stay"
    yield finding(
        release.span if release.span is not None and own else demand.cni,
        f"RKE2 {release.version} makes Calico demand an IPv4 address of every node, but cluster-cidr is {ranges}, IPv6 "
        f"only: calico-node crashes on {where} NotReady; fixed in {demand.fixed}",
        label="this release" if own else "Calico is installed with this release's chart",
        because=_because(demand, own=own),
        fix=Fix(
            f"upgrade RKE2 to {demand.fixed}+rke2r1 or newer; until then set installation.calicoNetwork."
            "nodeAddressAutodetectionV4 of the chart rke2-calico to {firstFound: false}"
        ),
        severity=Severity.ERROR if demand.proof else Severity.WARNING,
    )


def _because(demand: Demand, *, own: bool) -> Iterator[Label]:
    for part in demand.ranges:
        yield Label(part.span, "IPv6 only")
    if demand.proof is not None:
        yield demand.proof
    if own:
        yield Label(demand.cni.span, "Calico is installed with this release's chart")
    elif demand.release.span is not None:
        yield Label(demand.release.span, f"the release: {demand.release.why}")
