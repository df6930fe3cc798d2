"""The ranges of a virtual cluster: which key or flag holds the one that its API server gets, and which one its Pods.

Source: facts/vcluster.md sections 1, 2.4, 3.1, 3.2 and the definitions of section 7 (`svc`, `pod`, "key read").
"""

from collections.abc import Iterable
from typing import NamedTuple

from famlint.behaviours.service_ranges import ranges
from famlint.behaviours.vcluster.modes import Distro, Mode, distro_of, mode_of
from famlint.behaviours.vcluster.releases import FIXED_RANGE, IGNORES_SERVICE_CIDR, K0S
from famlint.behaviours.vcluster_paths import any_below, flags_of, is_written, switched
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.addresses import Cidr, Family
from famlint.network.versions import Version
from famlint.unknown import Unknown

SERVICE_CIDR = "serviceCIDR"
NETWORKING = "networking.serviceCIDR"
POD_CIDR = "networking.podCIDR"
API_SERVER = "controlPlane.distro.k8s.apiServer"
MANAGER = "controlPlane.distro.k8s.controllerManager"
RANGE_FLAG = "service-cluster-ip-range"

DEFAULT_SERVICES = "10.96.0.0/12"
"""The range without another one: of private nodes, of the legacy charts with a fixed range, of a failed probe."""

DEFAULT_PODS = "10.244.0.0/16"
BY_DEFAULT = "default"
"""The layer of a range that nobody wrote."""

_RENDERED = ("StatefulSet", "Deployment")
_FACT = "the service range"
_LEGACY_FLAGS = (
    ("api.extraArgs", RANGE_FLAG),
    ("vcluster.extraArgs", "service-cidr"),
    ("vcluster.baseArgs", "service-cidr"),
)


class Split(NamedTuple):
    """A range flag of the API server that other parts of vcluster do not follow: the flag, and what they use."""

    flag: Value
    other: Value
    of_manager: bool


def service_range(vcluster: VirtualCluster, _cluster: Cluster) -> Value | None:
    """The range that the virtual API server gets.

    The last flag of the API server goes first, then `serviceCIDR` where the chart reads it, then, with private nodes,
    `networking.serviceCIDR` and the default. None where vcluster takes the host's, which no value names.

    Raises Unknown where a value that decides is not known.
    """
    if vcluster.legacy:
        return _legacy_range(vcluster)
    return api_flag(vcluster) or configured_range(vcluster)


def configured_range(vcluster: VirtualCluster) -> Value | None:
    """The range of a unified chart without flags of single components, None where it is the host's. Raises Unknown."""
    explicit = vcluster.get(SERVICE_CIDR)
    if explicit is not None and explicit.items is not None:
        raise Unknown(_FACT, "serviceCIDR is a list, which Helm refuses")
    if explicit is not None and is_written(explicit):
        return explicit
    mode = mode_of(vcluster)
    inner = vcluster.get(NETWORKING) if mode is not Mode.SHARED else None
    inner = inner if inner is not None and is_written(inner) else None
    if mode is Mode.UNKNOWN:
        if inner is not None:
            raise Unknown(
                _FACT, f"{NETWORKING} counts only with private nodes, and nothing settles whether it has them"
            )
        return None
    return inner or _default(vcluster, DEFAULT_SERVICES) if mode is Mode.PRIVATE else None


def api_flag(vcluster: VirtualCluster) -> Value | None:
    """The range among the flags that a unified chart hands to the API server. Raises Unknown.

    Values that are not all in sight count as those that are, where they set a range: the flag is the exception.
    """
    distro = distro_of(vcluster)
    if distro is Distro.K8S:
        if any_below(vcluster, f"{API_SERVER}.enabled") and not switched(
            vcluster, f"{API_SERVER}.enabled", default=True
        ):
            raise Unknown(_FACT, "the API server is switched off")
        return _flag(vcluster, API_SERVER, RANGE_FLAG)
    path = f"controlPlane.distro.{distro.value}"
    if distro is Distro.K3S and _flag(vcluster, path, "service-cidr") is not None:
        raise Unknown(_FACT, "k3s is given --service-cidr twice")
    if distro is Distro.K0S and _has_own_config(vcluster):
        raise Unknown(_FACT, "k0s has a configuration of its own")
    return None


def pod_range(vcluster: VirtualCluster) -> Value | None:
    """The range of the Pods of private nodes, None without them. Raises Unknown."""
    if vcluster.legacy or mode_of(vcluster) is not Mode.PRIVATE:
        return None
    if _flag(vcluster, MANAGER, "cluster-cidr") is not None:
        raise Unknown("the pod range", "the controller manager has its own --cluster-cidr")
    value = vcluster.get(POD_CIDR)
    return value if value is not None and is_written(value) else _default(vcluster, DEFAULT_PODS)


def ignored_range(vcluster: VirtualCluster) -> Value | None:
    """`networking.serviceCIDR` where nothing reads it: without private nodes. Raises Unknown."""
    value = None if vcluster.legacy else _written(vcluster, NETWORKING)
    return value if value is not None and mode_of(vcluster) is not Mode.PRIVATE else None


def unread_range(vcluster: VirtualCluster) -> Value | None:
    """`serviceCIDR` of a legacy chart that has no such key. Raises Unknown."""
    if not vcluster.legacy or vcluster.form in _RENDERED:
        return None
    value = _written(vcluster, SERVICE_CIDR)
    return value if value is not None and not _reads(vcluster) else None


def dual_for_k0s(vcluster: VirtualCluster) -> Value | None:
    """`serviceCIDR` with two ranges where k0s gets it, which takes one. Raises Unknown."""
    value = _written(vcluster, SERVICE_CIDR)
    if value is None or "," not in value.text or distro_of(vcluster) is not Distro.K0S or _has_own_config(vcluster):
        return None
    version = vcluster.component.known_version
    return value if not isinstance(version, Version) or version in K0S else None


def unused_pods(vcluster: VirtualCluster) -> Value | None:
    """`networking.podCIDR` without private nodes and other than the chart's own value. Raises Unknown."""
    value = None if vcluster.legacy else _written(vcluster, POD_CIDR)
    if value is None or mode_of(vcluster) is Mode.PRIVATE:
        return None
    return None if value.text.strip() == DEFAULT_PODS else value


def splits(vcluster: VirtualCluster) -> tuple[Split, ...]:
    """Where the flag of the API server names other ranges than the rest of vcluster uses. Raises Unknown.

    With shared nodes the rest is the certificate alone, which follows an explicit `serviceCIDR`; the controller manager
    and the kubeadm configuration count with private nodes.
    """
    if vcluster.legacy or distro_of(vcluster) is not Distro.K8S:
        return ()
    flag = api_flag(vcluster)
    if flag is None:
        return ()
    found = []
    private = mode_of(vcluster) is Mode.PRIVATE
    rest = configured_range(vcluster) if private else _written(vcluster, SERVICE_CIDR)
    if rest is not None and _differ(flag, rest):
        found.append(Split(flag, rest, of_manager=False))
    manager = _flag(vcluster, MANAGER, RANGE_FLAG) if private else None
    if manager is not None and _differ(flag, manager):
        found.append(Split(flag, manager, of_manager=True))
    return tuple(found)


def fixed_range(vcluster: VirtualCluster) -> bool:
    """Whether a legacy chart has a range of its own. Raises Unknown."""
    return vcluster.legacy and vcluster.chart in FIXED_RANGE and vcluster.version in FIXED_RANGE[vcluster.chart]


def readable(value: Value) -> tuple[Cidr, ...] | None:
    """The ranges of a list as the API server reads them, None where it refuses one of them."""
    found = [one.cidr for one in ranges(value)]
    known = tuple(cidr for cidr in found if cidr is not None)
    return known if known and len(known) == len(found) else None


def families_of(cidrs: Iterable[Cidr]) -> tuple[Family, ...]:
    """The families of ranges in their order, each once."""
    return tuple(dict.fromkeys(cidr.family for cidr in cidrs))


def is_inside(one: Cidr, other: Cidr) -> bool:
    """Whether all addresses of a range are addresses of another one."""
    same = one.family is other.family and one.prefix >= other.prefix
    return same and Cidr(one.family, one.value, other.prefix).network == other.network


def overlap(one: Cidr, other: Cidr) -> bool:
    """Whether two ranges share an address."""
    return is_inside(one, other) or is_inside(other, one)


def _legacy_range(vcluster: VirtualCluster) -> Value | None:
    value = _written(vcluster, SERVICE_CIDR)
    if value is not None and vcluster.form in _RENDERED:
        return value
    if not _reads(vcluster):
        return None
    for path, name in _LEGACY_FLAGS:
        found = vcluster.component.values.get(path)
        if isinstance(found, Unknown):
            raise found
        if found is not None and name in flags_of(found):
            raise Unknown(_FACT, f"{path} sets --{name}")
    if distro_of(vcluster) is Distro.K0S and _has_own_config(vcluster):
        raise Unknown(_FACT, "k0s has a configuration of its own")
    if value is not None:
        return value
    vcluster.get(SERVICE_CIDR)
    return _default(vcluster, DEFAULT_SERVICES) if fixed_range(vcluster) else None


def _reads(vcluster: VirtualCluster) -> bool:
    """Whether a legacy chart reads `serviceCIDR`."""
    return vcluster.version not in IGNORES_SERVICE_CIDR.get(vcluster.chart, _NONE)


def _has_own_config(vcluster: VirtualCluster) -> bool:
    return any_below(vcluster, "config" if vcluster.legacy else "controlPlane.distro.k0s.config")


def _flag(vcluster: VirtualCluster, path: str, name: str) -> Value | None:
    """A flag in the `extraArgs` of a component, the last one of its name. Raises Unknown where that is not all."""
    command = vcluster.component.values.get(f"{path}.command")
    if isinstance(command, Unknown):
        raise command
    if command is not None and command.items != ():
        raise Unknown(f"--{name}", f"{path}.command replaces the program")
    args = vcluster.component.values.get(f"{path}.extraArgs")
    if isinstance(args, Unknown):
        raise args
    found = flags_of(args).get(name) if args is not None else None
    if found is not None and not is_written(found):
        raise Unknown(f"--{name}", "it is empty or filled in later")
    return found


def _written(vcluster: VirtualCluster, path: str) -> Value | None:
    """A value that is there to be judged, whatever else may be in layers that are out of sight. Raises Unknown."""
    value = vcluster.component.values.get(path)
    if isinstance(value, Unknown):
        raise value
    return value if value is not None and is_written(value) else None


def _default(vcluster: VirtualCluster, text: str) -> Value:
    """A range that nobody wrote; what makes it count stands for its place."""
    switch = vcluster.component.values.get("privateNodes.enabled")
    place = switch.span if isinstance(switch, Value) else vcluster.component.span
    return Value(text, place._replace(literal=False), BY_DEFAULT, editable=False)


def _differ(one: Value, other: Value) -> bool:
    """Whether two lists that can be read name other ranges, in whatever order."""
    mine, theirs = readable(one), readable(other)
    if mine is None or theirs is None:
        return False
    return {(cidr.family, cidr.network, cidr.prefix) for cidr in mine} != {
        (cidr.family, cidr.network, cidr.prefix) for cidr in theirs
    }


_NONE = frozenset[Version]()
