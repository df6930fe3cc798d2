"""Layers declarations into components with effective values, for the whole run at once."""

from collections.abc import Iterable
from typing import NamedTuple

from famlint.components import service
from famlint.file_result import FileResult
from famlint.resolve.releases import releases, values_files
from famlint.resolve.tree import plant
from famlint.resolve.workloads import Resolved, services, workloads


class Resolution(NamedTuple):
    """All components. `others` are directories that hold pools of another load balancer."""

    kube_vips: tuple[Resolved, ...]
    services: tuple[Resolved, ...]
    others: tuple[str, ...]


def resolve(results: Iterable[FileResult]) -> Resolution:
    """The components that the files of a run declare together."""
    tree = plant(results)
    return Resolution(
        (*workloads(tree), *releases(tree), *values_files(tree)),
        tuple(services(tree)),
        tuple(placed.home for placed in tree.of(service.OTHER_LOAD_BALANCER)),
    )
