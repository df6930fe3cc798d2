"""Pools, providers and Services made by hand, every value with a span of its own."""

from collections.abc import Mapping, Sequence

from famlint.components.kube_vip_pools import AddressPools, CloudProvider, NamedPools
from famlint.components.model import Component, Value
from famlint.components.service import Service
from famlint.network.versions import parse_version
from famlint.positions import Span
from famlint.unknown import Unknown

POOLS = "pools.yaml"
SERVICE = "web.yaml"
PROVIDER = "provider.yaml"
IMAGE = Span(PROVIDER, 500, 506)


def written(text: str, start: int, path: str = POOLS) -> Value:
    return Value(text, Span(path, start, start + len(text)), "manifest")


def pools(
    data: Mapping[str, str],
    *,
    unknown: Sequence[str] = (),
    partial: str = "",
    name: str = "kubevip",
    path: str = POOLS,
    editable: bool = True,
) -> AddressPools:
    """Pools; the unknown ones come first, and the value of the n-th key of `data` stands at 200 * n."""
    values: dict[str, Value | Unknown] = {f"data.{key}": Unknown(key, "a placeholder") for key in unknown}
    values |= {
        f"data.{key}": written(text, 200 * number, path)._replace(editable=editable)
        for number, (key, text) in enumerate(data.items(), 1)
    }
    release = Unknown("version", "pools have none")
    return AddressPools(
        Component("kube-vip pools", name, "kube-system", Span(path, 0, 1), release, None, values, partial)
    )


def named(data: Mapping[str, str], name: str, path: str = POOLS) -> NamedPools:
    component = pools(data, name=name, path=path).component
    return NamedPools(component._replace(kind="kube-vip pools by another name"))


def provider(
    release: str | None = "v0.0.12", *, unknown: Sequence[str] = (), path: str = PROVIDER, **env: str
) -> CloudProvider:
    version = parse_version(release) if release else None
    values: dict[str, Value | Unknown] = {
        f"env.{name}": written(text, 100 * number, PROVIDER) for number, (name, text) in enumerate(env.items(), 1)
    }
    values |= {f"env.{name}": Unknown(name, "a placeholder") for name in unknown}
    return CloudProvider(
        Component(
            "kube-vip cloud provider",
            "kube-vip-cloud-provider",
            "kube-system",
            Span(path, 0, 1),
            version or Unknown("kube-vip-cloud-provider version", "the image has no tag"),
            IMAGE if version else None,
            values,
        )
    )


def service(
    policy: str = "",
    families: Sequence[str] = (),
    *,
    namespace: str = "shop",
    name: str = "web",
    unknown: Sequence[str] = (),
    path: str = SERVICE,
    **others: str,
) -> Service:
    """A Service. `others` are keys of the component with `__` for a dot: `spec__loadBalancerIP`, or `ips`, `ignore`."""
    texts = {"metadata.namespace": namespace, "spec.ipFamilyPolicy": policy}
    for key, text in others.items():
        short = {"ips": "annotations.kube-vip.io/loadbalancerIPs", "ignore": "annotations.kube-vip.io/ignore"}
        texts[short.get(key, key.replace("__", "."))] = text
    values: dict[str, Value | Unknown] = {
        key: written(text, 100 * number, path) for number, (key, text) in enumerate(texts.items(), 1) if text
    }
    if families:
        members = tuple(written(family, 900 + 10 * number, path) for number, family in enumerate(families))
        values["spec.ipFamilies"] = Value("", Span(path, 900, 990), "manifest", items=members)
    values |= {key: Unknown(key, "a placeholder") for key in unknown}
    release = Unknown("version", "a Service has none")
    return Service(Component("Service", name, namespace, Span(path, 0, 1), release, None, values))
