"""KubeVip and Service objects by hand, every value with a literal span of its own."""

from collections.abc import Mapping, Sequence

from famlint.behaviours.kube_vip import RELEASES
from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Component, Value
from famlint.components.service import Service
from famlint.network.versions import Version, parse_version
from famlint.positions import Span
from famlint.unknown import Unknown

V4 = "10.0.0.10"
V6 = "fd00::10"
BOTH = f"{V4},{V6}"


def version(text: str) -> Version:
    found = parse_version(text)
    assert found is not None
    return found


def ends(low: str, high: str) -> list[Version]:
    """The first and the last release of a band."""
    return [version(low), version(high)]


def before(text: str) -> Version:
    return RELEASES[RELEASES.index(version(text)) - 1]


def after(text: str) -> Version:
    return RELEASES[RELEASES.index(version(text)) + 1]


def value(text: str, start: int, path: str = "kube-vip.yaml", layer: str = "env") -> Value:
    return Value(text, Span(path, start, start + len(text)), layer)


def kube_vip(
    release: Version | str | Unknown,
    *,
    partial: str = "",
    unknown: Sequence[str] = (),
    flags: Sequence[str] = (),
    **variables: str,
) -> KubeVip:
    known = version(release) if isinstance(release, str) else release
    values: dict[str, Value | Unknown] = {}
    for index, (name, text) in enumerate(variables.items()):
        if text:
            values[name] = value(text, 1000 * index, layer="flag" if name in flags else "env")
    for name in unknown:
        values[name] = Unknown(name, "a placeholder")
    return KubeVip(
        Component("kube-vip", "kube-vip-ds", "kube-system", Span("kube-vip.yaml", 0, 8), known, None, values, partial)
    )


def service(
    *,
    annotations: Mapping[str, str] | None = None,
    ips: str = "",
    ip: str = "",
    families: Sequence[str] = (),
    load_balancer_class: str = "",
    namespace: str = "",
    unknown: Sequence[str] = (),
    path: str = "service.yaml",
) -> Service:
    values: dict[str, Value | Unknown] = {}
    texts = {
        **{f"annotations.{name}": text for name, text in (annotations or {}).items()},
        "annotations.kube-vip.io/loadbalancerIPs": ips,
        "spec.loadBalancerIP": ip,
        "spec.loadBalancerClass": load_balancer_class,
        "metadata.namespace": namespace,
    }
    for index, (name, text) in enumerate(texts.items()):
        if text:
            values[name] = value(text, 1000 * index, path)
    if families:
        members = tuple(value(text, 9000 + 10 * index, path) for index, text in enumerate(families))
        values["spec.ipFamilies"] = Value("", Span(path, 9000, 9100), "object", items=members)
    for name in unknown:
        values[name] = Unknown(name, "a placeholder")
    return Service(Component("Service", "web", namespace, Span(path, 0, 3), Unknown("version", "none"), None, values))


def link(found: Service) -> Link:
    return Link(found, "")


SERVICES = (link(service(ips="192.0.2.20,2001:db8::20")),)
