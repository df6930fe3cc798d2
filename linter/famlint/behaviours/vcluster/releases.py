"""The releases of vcluster and the bands in which it finds and uses ranges alike.

What the program itself does follows the image that runs, what the schema and the templates do follows the chart.
Source: facts/vcluster.md sections 1, 2.4, 3.2, 5 and the definitions of section 7.
"""

from collections.abc import Mapping
from typing import NamedTuple

from famlint.components.images import parse_image
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.versions import Band, Version, band, parse_version
from famlint.positions import Span
from famlint.unknown import Unknown

CHECKED_TO = Version(0, 37, 0)
"""Newer releases are taken to behave like its candidate 0.37.0-rc.1, and messages say so."""

DETECTS_EACH_START = band("0.19.0-0.24.1, 0.25.0")
"""The range is read out of the errors of two probes at every start, with a constant where both fail (E and F)."""

DETECTS_ONE_FAMILY = band("0.24.2, 0.25.1")
"""Only the families of vcluster's own Service are found (G; loft-sh/vcluster#2920)."""

CACHES = band("0.24.2-0.24.99, 0.25.1-")
"""The range that was found is kept in an annotation of the host Service (G to I)."""

PRIVATE_NODES = band("0.26.0-")
"""`privateNodes`, `networking.serviceCIDR`, `networking.podCIDR` and `controlPlane.endpoint` exist (section 3.1)."""

K0S = band("0.5.0-0.25.99")
"""k0s is a distribution of vcluster; it takes one range (VC-08)."""

IGNORES_SERVICE_CIDR: Mapping[str, Band] = {
    "vcluster": band("0.17.0-0.19.99"),
    "vcluster-k8s": band("0.19.0-0.19.99"),
    "vcluster-eks": band("0.19.0-0.19.99"),
}
"""Legacy charts whose templates read no `serviceCIDR` (section 3.2)."""

FIXED_RANGE: Mapping[str, Band] = {
    "vcluster": band("0.4.0-0.4.99"),
    "vcluster-k8s": band("0.5.0-0.8.1"),
    "vcluster-k0s": band("0.5.0-0.8.1"),
    "vcluster-eks": band("0.6.0-0.8.1"),
}
"""Legacy charts with a range of their own, 10.96.0.0/12, instead of the host's (A and B)."""

_KUBERNETES: tuple[tuple[Band, Version], ...] = (
    (band("0.20.0-0.20.99"), Version(1, 30, 2)),
    (band("0.21.0-0.22.99"), Version(1, 31, 1)),
    (band("0.23.0-0.26.99"), Version(1, 32, 1)),
    (band("0.27.0-0.27.99"), Version(1, 33, 1)),
    (band("0.28.0-0.29.99"), Version(1, 33, 4)),
    (band("0.30.0-0.31.99"), Version(1, 34, 0)),
    (band("0.32.0-0.34.99"), Version(1, 35, 0)),
    (band("0.35.0-0.37.99"), Version(1, 36, 0)),
)
"""The virtual Kubernetes that the unified chart brings (section 1)."""

_SYNCER_TAGS = ("controlPlane.statefulSet.image.tag", "syncer.image.tag")
_SYNCER_IMAGE = "syncer.image"


class Syncer(NamedTuple):
    """The release of the program that runs, and the place that names it where there is one."""

    version: Version
    span: Span | None


def checked(version: Version) -> str:
    """A remark for messages about releases beyond the ground truth, empty for the others."""
    return f" (checked up to {CHECKED_TO}-rc.1)" if version > CHECKED_TO else ""


def default_kubernetes(chart: Version) -> Version | None:
    """The virtual Kubernetes of a unified chart, None for charts that the ground truth does not list."""
    return next((release for charts, release in _KUBERNETES if chart in charts), None)


def syncer_of(vcluster: VirtualCluster) -> Syncer:
    """The release of the program: of its image where that is set, else of the chart. Raises Unknown."""
    for path in (*_SYNCER_TAGS, _SYNCER_IMAGE):
        found = vcluster.component.values.get(path)
        if isinstance(found, Unknown):
            raise found
        if found is not None and (tag := _tag(found, path)):
            version = None if "-" in tag else parse_version(tag)
            if version is None:
                raise Unknown("vcluster version", f"the image tag {tag!r} names no release")
            return Syncer(version, found.span)
    return Syncer(vcluster.version, vcluster.component.version_span)


def is_stable(vcluster: VirtualCluster) -> bool:
    """Whether the chart's version is no candidate: the text that names it holds nothing but the three numbers.

    Versions compare without their suffixes, and a candidate may still have what its release has not.
    """
    place, version = vcluster.component.version_span, vcluster.component.known_version
    if place is None or not place.literal or isinstance(version, Unknown):
        return True
    return place.end - place.start <= len(str(version))


def _tag(value: Value, path: str) -> str:
    return parse_image(value.text).tag if path == _SYNCER_IMAGE else value.text.strip()
