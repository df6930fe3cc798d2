"""Address pools of kube-vip's cloud provider by themselves: KCP001, KCP002, KCP005."""

from collections.abc import Iterator

from famlint.behaviours.kube_vip_pools import (
    Pool,
    Problem,
    family_in_name,
    mended,
    namespace_of,
    pools_of,
    shadows,
)
from famlint.clusters import Cluster
from famlint.components.kube_vip_pools import AddressPools
from famlint.components.model import Value
from famlint.components.service import Service
from famlint.findings import Edit, Fix, Label, Severity
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_pool_words import families, scope


@rule(
    "KCP001",
    "pool-syntax",
    subject=AddressPools,
    severity=Severity.ERROR,
    basis="kube-vip 5.6",
    references=("kube-vip/kube-vip-cloud-provider pkg/ipam/addressbuilder.go@v0.0.12",),
)
def pool_syntax(pools: AddressPools, cluster: Cluster) -> Iterator[Draft]:
    """A pool of the cloud provider cannot be read

    What it finds:
        A value under `cidr-…` or `range-…` that the provider refuses: a blank or a line break, an empty value or item,
        an item that is no CIDR or no `first-last`, CIDRs mixed with ranges, a range that descends or that ends in the
        other family. A slash anywhere in the value makes all of it CIDRs, whatever the key says.

    Why it matters:
        One bad item makes the whole pool unusable: every Service that uses it stays without an address. A key with an
        empty value counts as a pool, too. See pkg/provider/loadBalancer.go@v0.0.12 and
        pkg/ipam/addressbuilder.go@v0.0.12 of kube-vip/kube-vip-cloud-provider.

    Bad:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kubevip, namespace: kube-system}
        data: {cidr-global: "192.168.0.200/29, fd80::100/124"}

    Good:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kubevip, namespace: kube-system}
        data: {cidr-global: "192.168.0.200/29,fd80::100/124"}

    Bad (chart kube-vip-cloud-provider 0.2.10):
        cm: {data: {range-global: "192.168.0.200-192.168.0.210,192.168.1.0/29"}}

    Good (chart kube-vip-cloud-provider 0.2.10):
        cm: {data: {range-global: "192.168.0.200-192.168.0.210,192.168.1.1-192.168.1.6"}}

    How to fix:
        Write a comma list without blanks, in one notation: CIDRs only, or ranges only.

    Limits:
        Silent for a range under a `cidr-` key and a CIDR under a `range-` key, which work, for host bits, and for
        `0.0.0.0/32`, which asks for a lease.
    """
    for pool in pools_of(pools):
        if pool.problems:
            first, *rest = pool.problems
            yield finding(
                first.span,
                f"{_what(pool, first)}: one bad item makes the whole pool unusable, and no Service{scope(pool.key)} "
                "gets an address from it",
                label=first.fault.value,
                because=tuple(Label(problem.span, problem.fault.value) for problem in rest),
                fix=_mend(pool),
            )


@rule(
    "KCP002",
    "pool-shadowed",
    subject=AddressPools,
    severity=(Severity.WARNING, Severity.ERROR),
    basis="kube-vip 5.6",
    references=("kube-vip/kube-vip-cloud-provider pkg/provider/loadBalancer.go@v0.0.12",),
)
def pool_shadowed(pools: AddressPools, cluster: Cluster) -> Iterator[Draft]:
    """A range of addresses is never used because a CIDR comes first

    What it finds:
        `cidr-global` together with any `range-…`, or `cidr-<namespace>` together with `range-<namespace>`. It is an
        error where only the hidden range has a family.

    Why it matters:
        The provider takes the first key that is there, in the order `cidr-<namespace>`, `cidr-global`,
        `range-<namespace>`, `range-global`, and asks no other one for a family that it lacks or when it is full. See
        pkg/provider/loadBalancer.go@v0.0.12 of kube-vip/kube-vip-cloud-provider.

    Bad:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kubevip, namespace: kube-system}
        data: {cidr-global: 192.168.0.200/29, range-global: "fd80::100-fd80::1ff"}

    Good:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kubevip, namespace: kube-system}
        data: {range-global: "192.168.0.200-192.168.0.207,fd80::100-fd80::1ff"}

    How to fix:
        Put all addresses for the same Services into one key, in one notation.

    Limits:
        Silent for keys of different namespaces without a global CIDR, and where the CIDR has no value (see KCP001).
    """
    for shadow in shadows(pools):
        if not shadow.by.value.text:
            continue
        hidden, by = shadow.hidden, shadow.by
        lost = f", so that {families(shadow.lost)} addresses are never given" if shadow.lost else ""
        yield finding(
            hidden.value,
            f"{hidden.key} is never used: the provider takes {by.key} for Services{scope(hidden.key)} and asks no "
            f"other key{lost}",
            label="never used",
            because=(Label(by.value.span, "comes first"),),
            fix=Fix(f"put all addresses into one key and remove {hidden.key}"),
            severity=Severity.ERROR if shadow.lost else Severity.WARNING,
        )


@rule(
    "KCP005",
    "pool-named-like-a-family",
    subject=AddressPools,
    severity=Severity.WARNING,
    basis="kube-vip 6.3",
    references=("kube-vip/kube-vip-cloud-provider README.md@v0.0.12",),
)
def pool_named_like_a_family(pools: AddressPools, cluster: Cluster) -> Iterator[Draft]:
    """A key for one family is the pool of a namespace of that name

    What it finds:
        Keys like `cidr-ipv6`, `range-v4` or `cidr-global-ipv6` that hold addresses of just that family.

    Why it matters:
        What follows `cidr-` or `range-` is a namespace, or `global`. `cidr-ipv6` serves a namespace called `ipv6` and
        nobody else, so that all other Services get no IPv6 address. The provider's own README has such an example. See
        pkg/provider/loadBalancer.go@v0.0.12 of kube-vip/kube-vip-cloud-provider.

    Bad:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kubevip, namespace: kube-system}
        data: {cidr-global: 192.168.0.200/29, cidr-ipv6: "fd80::100/124"}

    Good:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kubevip, namespace: kube-system}
        data: {cidr-global: "192.168.0.200/29,fd80::100/124"}

    How to fix:
        Write both families into `cidr-global`, or into the key of the namespace that needs them.

    Limits:
        Silent where a Service of a namespace of that name is in the input.
    """
    used = {service.component.values.get("metadata.namespace") for service in cluster.of(Service)}
    names = {value.text for value in used if isinstance(value, Value)}
    for pool in pools_of(pools):
        called = namespace_of(pool.key)
        if pool.families == {family_in_name(pool.key)} and called not in names:
            kind = pool.key.partition("-")[0]
            yield finding(
                pool.value,
                f"{pool.key} is the pool of a namespace called {called}: Services of other namespaces get no "
                f"{families(pool.families)} address from it",
                label=f"only for the namespace {called}",
                fix=Fix(f"add it to {kind}-global, behind a comma"),
            )


def _what(pool: Pool, problem: Problem) -> str:
    item = problem.item.replace("\n", "\\n")
    return f'"{item}" in {pool.key} {problem.fault.value}' if item.strip() else f"{pool.key} {_nothing(pool)}"


def _nothing(pool: Pool) -> str:
    return "has an empty item" if pool.value.text.strip() else "is empty"


def _mend(pool: Pool) -> Fix:
    text = mended(pool)
    if not pool.value.text:
        return Fix(f"remove {pool.key}, or give it addresses")
    if text is None:
        return Fix("write a comma list without blanks, of CIDRs only or of ranges (first-last) only")
    edits = (Edit(pool.value.span, text),) if pool.value.editable else ()
    return Fix(f'write "{text}"', edits)
