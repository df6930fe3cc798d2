"""The server URLs in the values of vcluster: which keys, since when, and what vcluster and its clients demand of them.

Source: facts/vcluster.md section 3.1 (`exportKubeConfig`, `backingStore.etcd.external.endpoint`) and 7.1 (VC-20).
"""

from collections.abc import Iterator
from typing import NamedTuple

from famlint.behaviours.vcluster.releases import syncer_of
from famlint.behaviours.vcluster_paths import may_be_in, values_at
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.endpoints import authority, bracketed
from famlint.network.versions import Band, Version, band
from famlint.positions import Span
from famlint.unknown import Unknown

SERVER = "exportKubeConfig.server"
ETCD = "controlPlane.backingStore.etcd.external.endpoint"

URL_FIELDS: tuple[tuple[str, Band], ...] = (
    (SERVER, band("0.20.0-")),
    ("exportKubeConfig.additionalSecrets[].server", band("0.24.0-")),
    (ETCD, band("0.25.0-")),
)
"""The keys and the releases whose charts have them."""

NEEDS_SCHEME = band("0.29.0-")
"""vcluster does not start where `exportKubeConfig.server` does not begin with http:// or https://."""

REFUSES_BARE_IPV6 = band("0.35.0-")
"""Built with Go 1.26, whose URL parser refuses an IPv6 host without brackets; the check is on the same key alone."""

_SCHEMES = ("http://", "https://")


class BadUrl(NamedTuple):
    """A server that is no usable URL.

    Attributes:
        path, value: the key and its value.
        span, text: the host with its port, without brackets; empty text where only the scheme is missing.
        meant: what the whole value can mean, written as it should be.
        refused: whether vcluster itself does not start; None where that depends on its release, which is not known.
    """

    path: str
    value: Value
    span: Span
    text: str
    meant: tuple[str, ...]
    refused: bool | None


def bad_urls(vcluster: VirtualCluster) -> Iterator[BadUrl]:
    """The servers whose host is an IPv6 address without brackets, and those that lack a scheme and need one.

    Raises Unknown at the end, where a value or the release that decides about the scheme is not known.
    """
    if vcluster.legacy:
        return
    gaps: list[Unknown] = []
    for field, since in URL_FIELDS:
        if not may_be_in(vcluster, since):
            continue
        found = values_at(vcluster, field)
        for path, value in found.values:
            hosts = tuple(_bare_hosts(path, value, vcluster))
            yield from hosts
            if path != SERVER or hosts or value.text.lower().startswith(_SCHEMES):
                continue
            version = _program(vcluster)
            if isinstance(version, Unknown):
                gaps.append(version)
            elif version in NEEDS_SCHEME:
                rest = value.text[value.text.find("://") + 3 :] if authority(value.text).scheme else value.text
                yield BadUrl(path, value, value.span, "", (f"https://{rest}",), refused=True)
        if found.unknown is not None:
            gaps.append(found.unknown)
    for gap in gaps:
        raise gap


def _bare_hosts(path: str, value: Value, vcluster: VirtualCluster) -> Iterator[BadUrl]:
    """An endpoint of etcd may be a list with commas; each member has a host of its own."""
    start = 0
    for part in value.text.split(",") if path == ETCD else [value.text]:
        found = authority(part)
        host = part[found.start : found.end]
        meant = tuple(
            _with_scheme(path, value.text[: start + found.start] + reading + value.text[start + found.end :])
            for reading in bracketed(host)
        )
        if meant:
            span = value.part(start + found.start, start + found.end)
            yield BadUrl(path, value, span, host, meant, _refused(path, vcluster))
        start += len(part) + 1


def _with_scheme(path: str, text: str) -> str:
    return text if path != SERVER or text.lower().startswith(_SCHEMES) else f"https://{text}"


def _refused(path: str, vcluster: VirtualCluster) -> bool | None:
    if path != SERVER:
        return False
    version = _program(vcluster)
    return version in REFUSES_BARE_IPV6 if isinstance(version, Version) else None


def _program(vcluster: VirtualCluster) -> Version | Unknown:
    """The release of the program that checks the URL, which an image tag may set apart from the chart's."""
    try:
        return syncer_of(vcluster).version
    except Unknown as unknown:
        return unknown
