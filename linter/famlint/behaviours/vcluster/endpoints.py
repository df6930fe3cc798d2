"""`controlPlane.endpoint`: how it is taken apart at start, and which mode allows it.

Source: facts/vcluster.md sections 3.1, 5 (21) and 7.1 (VC-16, VC-17; pkg/config/validation.go@v0.26.0 and later).
"""

from typing import NamedTuple

from famlint.behaviours.vcluster.modes import Mode, mode_of
from famlint.behaviours.vcluster.releases import PRIVATE_NODES
from famlint.behaviours.vcluster_paths import is_written, may_be_in
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.endpoints import HostPort, SplitFault, authority, bracketed, split_host_port
from famlint.unknown import Unknown

ENDPOINT = "controlPlane.endpoint"


class BadEndpoint(NamedTuple):
    """An endpoint that nobody can reach.

    Attributes:
        value: as written.
        fault: why the start fails, None where it passes and the host is the scheme of a URL.
        meant: what it can mean, written as it should be.
    """

    value: Value
    fault: SplitFault | None
    meant: tuple[str, ...]


def bad_endpoint(vcluster: VirtualCluster) -> BadEndpoint | None:
    """An endpoint that cannot be taken apart, or that is a URL. Raises Unknown.

    On shared nodes every endpoint fails (`endpoint_on_shared_nodes`).
    """
    value = _endpoint(vcluster)
    if value is None or mode_of(vcluster) is Mode.SHARED:
        return None
    found = split_host_port(value.text)
    if isinstance(found, HostPort):
        return BadEndpoint(value, None, ()) if found.port.startswith("//") else None
    return BadEndpoint(value, found, _meant(value.text))


def endpoint_on_shared_nodes(vcluster: VirtualCluster) -> Value | None:
    """An endpoint without private nodes, or where nothing settles whether there are any. Raises Unknown."""
    value = _endpoint(vcluster)
    return value if value is not None and mode_of(vcluster) is not Mode.PRIVATE else None


def _endpoint(vcluster: VirtualCluster) -> Value | None:
    if vcluster.legacy or not may_be_in(vcluster, PRIVATE_NODES):
        return None
    value = vcluster.component.values.get(ENDPOINT)
    if isinstance(value, Unknown):
        raise value
    return value if value is not None and is_written(value) else None


def _meant(text: str) -> tuple[str, ...]:
    """The endpoints with a port that a text can mean."""
    part = authority(text)
    host = text[part.start : part.end]
    readings = bracketed(host)
    if readings:
        with_port = tuple(one for one in readings if not one.endswith("]"))
        return with_port if len(readings) == 1 else ()
    return (host,) if isinstance(split_host_port(host), HostPort) and not host.endswith(":") else ()
