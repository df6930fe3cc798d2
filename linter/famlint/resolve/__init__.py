"""Layers declarations into components with effective values, for the whole run at once."""

from collections.abc import Iterable
from typing import NamedTuple

from famlint.components import service
from famlint.components.model import Component
from famlint.components.table import CHARTS, OBJECTS
from famlint.file_result import FileResult
from famlint.resolve.drop_ins import configs
from famlint.resolve.objects import objects
from famlint.resolve.releases import releases, values_files
from famlint.resolve.tree import plant


class Resolution(NamedTuple):
    """All components. `others` are files that hold pools of another load balancer."""

    components: tuple[Component, ...]
    others: tuple[str, ...]

    def of(self, kind: str) -> tuple[Component, ...]:
        """The components of a kind."""
        return tuple(component for component in self.components if component.kind == kind)


def resolve(results: Iterable[FileResult]) -> Resolution:
    """The components that the files of a run declare together."""
    tree = plant(results)
    found: list[Component] = []
    for adapter in OBJECTS:
        found += objects(tree, adapter)
    found += configs(tree)
    for chart in CHARTS:
        found += releases(tree, chart)
        found += values_files(tree, chart)
    return Resolution(tuple(found), tuple(placed.path for placed in tree.of(service.OTHER_LOAD_BALANCER)))
