"""Virtual clusters as a Helm release in a cluster makes them: the mode is certain, nothing is out of sight."""

from collections.abc import Sequence

from famlint.components.vcluster import VirtualCluster
from tests.vcluster_rest.subjects import RELEASE, Settings, vcluster


def helm(
    settings: Settings | None = None,
    release: str | None = RELEASE,
    *,
    chart: str = "vcluster",
    unknown: Sequence[str] = (),
    partial: str = "",
    form: str = "HelmRelease",
) -> VirtualCluster:
    """The values of a HelmRelease."""
    return vcluster(settings or {}, release=release, form=form, chart=chart, unknown=unknown, partial=partial)
