"""Clusters of subjects made by hand."""

from collections.abc import Iterable

from famlint.clusters import Cluster, Known, Link, Member, made_of
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Component


def cluster_of(
    *subjects: object,
    links: Iterable[tuple[KubeVip, tuple[Link, ...]]] = (),
    known: Known | None = None,
    host: Cluster | None = None,
) -> Cluster:
    """A cluster of subjects, each a record around a Component."""
    return made_of("", [Member(_component(subject), subject) for subject in subjects], tuple(links), known, host)


def _component(subject: object) -> Component:
    found: object = getattr(subject, "component", None)
    assert isinstance(found, Component)
    return found
