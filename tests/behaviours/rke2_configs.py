"""Configurations of RKE2 and k3s made by hand, every value with a span of its own."""

from collections.abc import Sequence

from famlint.clusters import Cluster, Known
from famlint.components.model import Component, Value
from famlint.components.rke2 import RKE2, DistributionConfig
from famlint.components.rke2_files import CONFIG
from famlint.network.versions import parse_version
from famlint.positions import Span
from famlint.unknown import Unknown
from tests.made_clusters import cluster_of

PLACEHOLDER = Unknown("x", "a placeholder")
NOTHING = Unknown("version", "nothing names it")
Given = str | Sequence[str] | Unknown


def value(given: Given, start: int) -> Value | Unknown:
    if isinstance(given, Unknown):
        return given
    if isinstance(given, str):
        return Value(given, Span("config.yaml", start, start + len(given)), "file")
    items, at = [], start
    for text in given:
        items.append(Value(text, Span("config.yaml", at, at + len(text)), "file"))
        at += len(text) + 2
    return Value("", Span("config.yaml", start, at), "file", items=tuple(items))


def component(kind: str, given: dict[str, Given], release: str | None, form: str, partial: str = "") -> Component:
    version = parse_version(release) if release else None
    values = {key: value(text, 100 * number) for number, (key, text) in enumerate(given.items())}
    span = Span("config.yaml", 0, 1)
    return Component(kind, "a", "", span, version or NOTHING, span if version else None, values, partial, form)


def config(
    given: dict[str, Given],
    release: str | None = "1.31.4",
    *,
    kind: str = RKE2,
    form: str = CONFIG,
    partial: str = "",
) -> DistributionConfig:
    return DistributionConfig(component(kind, given, release, form, partial))


def cluster(*subjects: object, known: str = "") -> Cluster:
    release = parse_version(known if known.count(".") == 2 else f"{known}.0") if known else None
    return cluster_of(*subjects, known=Known(release, minor=known.count(".") == 1))
