"""Words that the rules about vcluster share."""

from collections.abc import Iterator

from famlint.behaviours.vcluster.host import Host
from famlint.findings import Label


def of_host(host: Host | None) -> Iterator[Label]:
    """The places that name the host's ranges."""
    for one in host.ranges if host is not None else ():
        if one.span is not None:
            yield Label(one.span, "a range of the host")
