"""Words for messages about pools of kube-vip's cloud provider."""

from collections.abc import Iterable

from famlint.behaviours.kube_vip_pools import namespace_of
from famlint.components.service import Service
from famlint.network.addresses import Family


def families(found: Iterable[Family]) -> str:
    """`IPv4`, `IPv6`, or `IPv4 and IPv6`."""
    return " and ".join(sorted(family.value for family in found))


def scope(key: str) -> str:
    """Whose Services a key is for: ` of the namespace shop`; empty for all."""
    namespace = namespace_of(key)
    return "" if namespace == "global" else f" of the namespace {namespace}"


def services(found: Iterable[Service]) -> str:
    """`Service shop/web`, or that and how many more."""
    first, *rest = found
    name = "/".join(part for part in (first.component.namespace, first.component.name) if part)
    return f"Service {name}" + (f" and {len(rest)} more" if rest else "")
