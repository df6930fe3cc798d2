"""The API server of a virtual cluster, as the record that the rules of API servers judge.

Source: facts/vcluster.md section 1 (default Kubernetes), sections 2.4 and 4 (flags), VC-01, VC-11 and VC-25.
"""

from collections.abc import Callable, Mapping

from famlint.behaviours.api_servers import NO_RECONCILER, ApiServer, Field
from famlint.behaviours.feature_gates import words_of
from famlint.behaviours.vcluster.modes import Distro, distro_of
from famlint.behaviours.vcluster.ranges import API_SERVER, RANGE_FLAG, service_range
from famlint.behaviours.vcluster.releases import default_kubernetes
from famlint.behaviours.vcluster_paths import flags_of, is_written, named
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.versions import Version, band, minor_version
from famlint.unknown import Unknown

OWN_ADDRESS = "127.0.0.1"
"""Where the API server listens and what it advertises unless `extraArgs` say otherwise (section 4)."""

IMAGE_OF_API_SERVER = band("0.20.0-0.24.99")
"""`apiServer.image.tag` decides about Kubernetes, and `version` only while that tag is the default (section 1)."""

_KUBERNETES = "the virtual Kubernetes"
_EMULATED = "emulated-version"


def api_server(vcluster: VirtualCluster, cluster: Cluster) -> ApiServer | None:
    """The API server of a virtual cluster; None where nothing is known of its ranges, or nothing is written.

    Two ranges for k0s, which takes one, are none either: `dual_for_k0s` tells that.
    A range that vcluster takes from the host is Unknown in the record. Never raises.
    """
    try:
        distro = distro_of(vcluster)
        legacy = vcluster.legacy
        found = service_range(vcluster, cluster)
    except Unknown as unknown:
        written = "serviceCIDR" in vcluster.component.values
        return _record(vcluster, unknown, unknown, unknown) if written else None
    if distro is Distro.K0S and found is not None and "," in found.text:
        return None
    if found is None and (legacy or distro is not Distro.K8S):
        return None
    if legacy or distro is not Distro.K8S:
        flags: Mapping[str, Value | Unknown] | Unknown = Unknown("its flags", f"{distro.value} sets them")
    else:
        flags = _asked(lambda: _flags(vcluster))
    if found is None and not flags and not isinstance(flags, Unknown):
        return None
    kubernetes = virtual_kubernetes(vcluster, cluster)
    return _record(vcluster, found or Unknown("the service range", "it is the host's"), flags, kubernetes)


def virtual_kubernetes(vcluster: VirtualCluster, cluster: Cluster) -> Version | Unknown:
    """The Kubernetes that a virtual cluster runs.

    What the configuration says of a cluster that has a host goes first, then the values, then the default of the chart.
    """
    if cluster.host is not None and cluster.kubernetes is not None:
        return cluster.kubernetes
    try:
        if vcluster.legacy or distro_of(vcluster) is not Distro.K8S:
            return Unknown(_KUBERNETES, "the distribution brings its own")
        texts = tuple(dict.fromkeys(_named(vcluster)))
    except Unknown as unknown:
        return unknown
    if len(texts) > 1:
        return Unknown(_KUBERNETES, f"{' and '.join(texts)} are both named")
    if texts:
        return minor_version(texts[0].partition("-")[0]) or Unknown(_KUBERNETES, f"{texts[0]!r} names no release")
    chart = vcluster.component.known_version
    if isinstance(chart, Unknown):
        return chart
    return default_kubernetes(chart) or Unknown(_KUBERNETES, f"the default of chart {chart} is not known")


def _named(vcluster: VirtualCluster) -> tuple[str, ...]:
    """What the values say of the release. Raises Unknown."""
    chart = vcluster.component.known_version
    version = _text(vcluster, "controlPlane.distro.k8s.version")
    old, new = _text(vcluster, f"{API_SERVER}.image.tag"), _text(vcluster, "controlPlane.distro.k8s.image.tag")
    if isinstance(chart, Version) and chart in IMAGE_OF_API_SERVER:
        return (old,) if old else (version,) if version else ()
    return tuple(text for text in (version, new, old) if text)


def _text(vcluster: VirtualCluster, path: str) -> str:
    value = vcluster.get(path)
    return value.text.strip() if value is not None else ""


def _flags(vcluster: VirtualCluster) -> Mapping[str, Value | Unknown]:
    args = vcluster.component.values.get(f"{API_SERVER}.extraArgs")
    if isinstance(args, Unknown):
        raise args
    return {name: value for name, value in flags_of(args).items() if is_written(value)} if args is not None else {}


def _record(
    vcluster: VirtualCluster,
    found: Value | Unknown,
    given: Mapping[str, Value | Unknown] | Unknown,
    kubernetes: Version | Unknown,
) -> ApiServer:
    flags = dict(given) if not isinstance(given, Unknown) else {}
    if isinstance(kubernetes, Unknown):
        # Without a release nothing is said about limits that came and went with releases.
        flags.setdefault(_EMULATED, kubernetes)
    place = vcluster.component.span._replace(literal=False)
    reconciler: Field = flags.get("endpoint-reconciler-type", Value(NO_RECONCILER, place, "default", editable=False))
    # The address that nobody wrote matters only beside a reconciler: the place of that one stands for it.
    at = reconciler.span._replace(literal=False) if isinstance(reconciler, Value) else place
    own: Field = Value(OWN_ADDRESS, at, "default", editable=False)
    gates = flags.get("feature-gates")
    if isinstance(given, Unknown):
        own, reconciler, gates = given, given, given
    return ApiServer(
        vcluster.component,
        f"the API server of {named(vcluster)}",
        found,
        flags.get("advertise-address", own),
        flags.get("bind-address", own),
        reconciler,
        isinstance(reconciler, Value) and reconciler.text != NO_RECONCILER,
        {RANGE_FLAG: found, **flags},
        gates if isinstance(gates, Unknown) else words_of(gates),
        kubernetes,
    )


def _asked(
    question: Callable[[], Mapping[str, Value | Unknown]],
) -> Mapping[str, Value | Unknown] | Unknown:
    try:
        return question()
    except Unknown as unknown:
        return unknown
