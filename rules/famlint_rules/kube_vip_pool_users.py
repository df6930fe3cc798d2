"""Address pools of kube-vip's cloud provider against the Services that use them: KCP003, KCP004, KCP006."""

from collections.abc import Iterator

from famlint.behaviours.kube_vip_pool_users import (
    Lack,
    Need,
    lacks,
    named_address,
    namespace,
    naming,
    release_for,
    stopping,
)
from famlint.behaviours.kube_vip_pools import MIXES_FAMILIES, checked, hidden_source
from famlint.clusters import Cluster
from famlint.components.kube_vip_pools import AddressPools, CloudProvider
from famlint.findings import Fix, Label, Severity
from famlint.network.addresses import Family
from famlint.network.versions import Version
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_pool_words import families, services


@rule(
    "KCP003",
    "pool-family-missing",
    subject=AddressPools,
    severity=(Severity.ERROR, Severity.WARNING, Severity.INFO),
    basis="kube-vip 5.6",
    references=(
        "kube-vip/kube-vip-cloud-provider pkg/provider/loadBalancer.go@v0.0.12",
        "kube-vip/kube-vip-cloud-provider#71",
    ),
)
def pool_family_missing(pools: AddressPools, cluster: Cluster) -> Iterator[Draft]:
    """The pool of a Service lacks a family that the Service asks for

    What it finds:
        A Service without addresses of its own whose pool has no address of a family that it asks for: both with
        `RequireDualStack` or `PreferDualStack`, or the only one of `ipFamilies`. The pool is the first key that is
        there, in the order `cidr-<namespace>`, `cidr-global`, `range-<namespace>`, `range-global`.

    Why it matters:
        No other key is asked for the missing family. The Service stays pending; with `PreferDualStack` it gets one
        family only. Up to v0.0.7 pools are not split by family, and a Service gets whatever is free. See
        pkg/provider/loadBalancer.go@v0.0.12 of kube-vip/kube-vip-cloud-provider.

    Bad:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kubevip, namespace: kube-system}
        data: {cidr-shop: 192.168.0.208/29, cidr-global: "192.168.0.200/29,fd80::100/124"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    Good:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kubevip, namespace: kube-system}
        data: {cidr-shop: "192.168.0.208/29,fd80::110/124", cidr-global: "192.168.0.200/29,fd80::100/124"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    How to fix:
        Add addresses of the missing family to the key that serves the namespace, in the notation that it has.

    Limits:
        Silent for Services that bring their addresses, have another load balancer class or name no namespace, and for
        `0.0.0.0/32`. `PreferDualStack` is silent where the configuration expects one family only.
    """
    found = lacks(pools, cluster)
    groups: dict[tuple[str, frozenset[Family]], list[Lack]] = {}
    for lack in found.items:
        groups.setdefault((lack.user.pool.key, lack.families), []).append(lack)
    for group in groups.values():
        yield _lacking(pools, group, release_for(pools, cluster))
    found.settle()


@rule(
    "KCP004",
    "provider-cannot-split-families",
    subject=CloudProvider,
    severity=Severity.WARNING,
    basis="kube-vip 5.6",
    references=("kube-vip/kube-vip-cloud-provider pkg/provider/loadBalancer.go@v0.0.9",),
)
def provider_cannot_split_families(provider: CloudProvider, cluster: Cluster) -> Iterator[Draft]:
    """The first dual-stack Service stops the cloud provider

    What it finds:
        A cloud provider v0.0.8 or v0.0.9 and a Service that gets an address of each family, or v0.0.7 to v0.0.9 and a
        Service that lists two addresses.

    Why it matters:
        Before it gives an address, the provider reads those of all its Services. These releases take the two addresses
        of a dual-stack Service for one, fail, and give nothing to any other Service of that pool. See
        pkg/provider/loadBalancer.go@v0.0.9 of kube-vip/kube-vip-cloud-provider.

    Bad:
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: kube-vip-cloud-provider, namespace: kube-system}
        spec:
          template:
            spec:
              containers:
              - {name: kube-vip-cloud-provider, image: "ghcr.io/kube-vip/kube-vip-cloud-provider:v0.0.9"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    Good:
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: kube-vip-cloud-provider, namespace: kube-system}
        spec:
          template:
            spec:
              containers:
              - {name: kube-vip-cloud-provider, image: "ghcr.io/kube-vip/kube-vip-cloud-provider:v0.0.10"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    How to fix:
        Use v0.0.10 or newer.

    Limits:
        Silent for an unknown release, and for Services whose pool has one family only.
    """
    found = stopping(provider, cluster)
    if found.items:
        yield finding(
            provider.component.version_span or provider.component.span,
            f"kube-vip-cloud-provider {provider.version} takes the two addresses of a dual-stack Service for one: "
            f"after {services(found.items)} it gives no address to other Services of the pool",
            label="fails after the first dual-stack Service",
            because=tuple(Label(service.component.span, "gets two addresses") for service in found.items),
            fix=Fix("use v0.0.10 or newer"),
        )
    found.settle()


@rule(
    "KCP006",
    "name-stops-provider",
    subject=CloudProvider,
    severity=Severity.ERROR,
    basis="kube-vip 1.6",
    references=("kube-vip/kube-vip-cloud-provider pkg/provider/loadBalancer.go@v0.0.12",),
)
def name_stops_provider(provider: CloudProvider, cluster: Cluster) -> Iterator[Draft]:
    """A host name among the addresses of a Service stops the cloud provider

    What it finds:
        A host name in `kube-vip.io/loadbalancerIPs` of a Service that the cloud provider v0.0.7 or newer looks after.

    Why it matters:
        kube-vip resolves the name, but the provider reads the addresses of all its Services before it gives one, and
        fails at the first that is no address: no other Service of that pool gets one. See
        pkg/provider/loadBalancer.go@v0.0.12 of kube-vip/kube-vip-cloud-provider.

    Bad:
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: kube-vip-cloud-provider, namespace: kube-system}
        spec:
          template:
            spec:
              containers:
              - {name: kube-vip-cloud-provider, image: "ghcr.io/kube-vip/kube-vip-cloud-provider:v0.0.12"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop, annotations: {kube-vip.io/loadbalancerIPs: web.example.com}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}

    Good:
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: kube-vip-cloud-provider, namespace: kube-system}
        spec:
          template:
            spec:
              containers:
              - {name: kube-vip-cloud-provider, image: "ghcr.io/kube-vip/kube-vip-cloud-provider:v0.0.12"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop, annotations: {kube-vip.io/loadbalancerIPs: 192.168.0.201}}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}

    How to fix:
        Write the address, or give the Service a load balancer class that the provider does not serve.

    Limits:
        Silent for an unknown release. Blanks and prefixes are the business of rules about kube-vip's Services.
    """
    found = naming(provider, cluster)
    for service in found.items:
        written = service.annotation("kube-vip.io/loadbalancerIPs")
        if written is not None:
            name = named_address(service)
            at = written.text.index(name)
            yield finding(
                written.part(at, at + len(name)),
                f'"{name}" is no address: kube-vip-cloud-provider {provider.version} fails at it and gives no address '
                f"to other Services of the pool{checked(provider.version)}",
                label="not an address",
                because=(Label(provider.component.version_span or provider.component.span, "reads it"),),
                fix=Fix("write the address in place of the name"),
            )
    found.settle()


def _lacking(pools: AddressPools, group: list[Lack], version: Version | None) -> Draft:
    """One finding for a pool: of the Services that miss the same, those that stay pending come first."""
    group = sorted(group, key=lambda lack: lack.need is Need.BOTH_IF_POSSIBLE)
    first = group[0]
    pool, absent = first.user.pool, families(first.families)
    because = [Label(lack.user.service.component.span, f"asks for it ({lack.user.why})") for lack in group]
    other = hidden_source(pools, pool, namespace(first.user.service), min(first.families, key=lambda one: one.value))
    if other is not None:
        because.append(Label(other.value.span, f"not asked: {pool.key} comes first"))
    severity, happens = _outcome(first, version)
    return finding(
        pool.value,
        f"{pool.key} has no {absent} address for {services(lack.user.service for lack in group)}: {happens}"
        + (checked(version) if version else ""),
        label=f"no {absent}",
        because=because,
        fix=Fix(f"add {absent} addresses to {pool.key}, behind a comma and without a blank"),
        severity=severity,
    )


def _outcome(lack: Lack, version: Version | None) -> tuple[Severity, str]:
    have = families(lack.user.pool.families)
    if version is not None and version in MIXES_FAMILIES:
        why = f"kube-vip-cloud-provider {version} does not look at families"
        return Severity.INFO, f"{why} and gives one {have} address"
    if lack.need is Need.BOTH_IF_POSSIBLE:
        return Severity.WARNING, f"it prefers both families and gets {have} only"
    asks = "requires both families" if lack.need is Need.BOTH else f"asks for {families(lack.families)}"
    return Severity.ERROR, f"it {asks}, gets no address and stays pending"
