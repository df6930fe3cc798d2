"""Every component that famlint knows: what is recognised, and what becomes of it. A new one is a line here."""

from famlint.components import (
    delivery,
    host_network,
    kube_apiserver,
    kube_vip,
    kube_vip_chart,
    kube_vip_pools,
    rbac,
    rke2,
    service,
    service_cidr,
    vcluster,
)
from famlint.components.adapter import Adapter, Chart
from famlint.components.helm import dependencies

CHARTS: tuple[Chart, ...] = (kube_vip_chart.CHART, kube_vip_pools.CHART, kube_vip_pools.PROVIDER_CHART, vcluster.CHART)
CHART_KINDS = frozenset(chart.kind for chart in CHARTS)
"""Kinds of declarations that are values of a chart."""

OBJECTS: tuple[Adapter, ...] = (
    kube_vip.ADAPTER,
    service.ADAPTER,
    kube_vip_pools.ADAPTER,
    kube_vip_pools.NAMED,
    kube_vip_pools.PROVIDER,
    kube_apiserver.ADAPTER,
    service_cidr.ADAPTER,
    *rke2.OBJECTS,
    host_network.ADAPTER,
    rbac.ROLES,
    rbac.BINDINGS,
    vcluster.ADAPTER,
)
"""Objects that are components."""

HELPERS: tuple[Adapter, ...] = (
    service.OTHERS,
    *rke2.HELPERS,
    dependencies(frozenset(name for chart in CHARTS for name in chart.names)),
    delivery.ADAPTER,
)
"""Objects that only help to resolve others."""

COLLECTORS = (
    *(adapter.collect for adapter in OBJECTS),
    *(chart.collect for chart in CHARTS if chart.collect),
    *(adapter.collect for adapter in HELPERS),
)
TRIGGERS = tuple(word for adapter in (*OBJECTS, *HELPERS) for word in adapter.triggers)
ADAPTER_OF = {adapter.kind: adapter for adapter in OBJECTS}
"""The adapter of a component, by its kind."""

RELEASE_NAMES = tuple(sorted({adapter.release_name for adapter in OBJECTS if adapter.release_name}))
"""Components whose release the configuration can give, as `versions` calls them."""
