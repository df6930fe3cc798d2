"""The NetworkPolicies that vcluster's charts render: the block for public egress, and the user's own rules.

Source: facts/vcluster.md sections 3.1, 3.2, 4, 5 (18, 19) and 7.1 (VC-14, VC-15); loft-sh/vcluster
chart/templates/networkpolicy.yaml.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from famlint.behaviours.ip_blocks import IpBlock, family_of
from famlint.behaviours.vcluster.host import host_of
from famlint.behaviours.vcluster.modes import Mode, mode_of
from famlint.behaviours.vcluster.ranges import families_of, readable, service_range
from famlint.behaviours.vcluster_paths import any_below, is_written, switched, without_chart
from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.addresses import Family
from famlint.network.versions import Version, band
from famlint.unknown import Unknown

CIDR_DEFAULT = "0.0.0.0/0"
EXCEPT_DEFAULTS = ("100.64.0.0/10", "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""The chart's own block for public egress (sections 3.1 and 3.2)."""

OUTGOING = band("0.20.0-0.30.99")
"""`policies.networkPolicy.outgoingConnections.ipBlock` is the block (section 3.1)."""

PUBLIC_EGRESS = band("0.31.0-")
"""`policies.networkPolicy.workload.publicEgress` is the block (section 3.1)."""

LEGACY = band("0.8.0-0.19.99")
LEGACY_EKS = band("0.11.0-0.19.99")
"""`isolation.networkPolicy.outgoingConnections.ipBlock` is read (section 3.2)."""

NOT_IN_PRIVATE_MODE = band("0.33.2-")
"""The policy for workloads is left out with private nodes (section 4)."""

EXTRA_RULES = band("0.25.0-0.30.99")
"""`extraWorkloadRules` is a key of the chart (section 3.1)."""

_POLICY = "policies.networkPolicy"
_PUBLIC = f"{_POLICY}.workload.publicEgress"
_OUTGOING = f"{_POLICY}.outgoingConnections.ipBlock"
_ISOLATION = "isolation.networkPolicy"
_LEGACY_BLOCK = f"{_ISOLATION}.outgoingConnections.ipBlock"
_BLOCK = re.compile(r"\.[0-9]+\.ipBlock\.cidr")
_OWN_EGRESS = (f"{_POLICY}.workload.egress", f"{_POLICY}.extraWorkloadRules")
_RAW = re.compile(
    re.escape(_POLICY)
    + r"\.(?:(?:workload|controlPlane)\.(?:ingress|egress)|extra(?:Workload|ControlPlane)Rules)\.[0-9]+"
    + r"\.(?:to|from)\.[0-9]+\.ipBlock\.cidr"
)


class Own(Enum):
    """Which of the chart's own values a block has."""

    NOTHING = "both are written"
    EXCEPT = "the range is written, the exceptions are the chart's"
    RANGE = "the exceptions are written, the range is the chart's"
    ALL = "both are the chart's"


class Egress(NamedTuple):
    """The block for public egress of the workloads, as the chart renders it.

    Attributes:
        block: its values; those of the chart stand where the policy is switched on, or at the range.
        own: which of them are the chart's own.
        path: of the block in the values.
        rules: the path under which a further rule is written; empty where the release has none.
    """

    block: IpBlock
    own: Own
    path: str
    rules: str


class Need(NamedTuple):
    """Why workloads have a family, in words, and the value that says so where there is one."""

    why: str
    value: Value | None


def public_egress(vcluster: VirtualCluster) -> Egress | None:
    """The block for public egress, None where no policy with one is rendered. Raises Unknown."""
    switch = _switch(vcluster)
    if switch is None or _workloads_elsewhere(vcluster):
        return None
    path = _block_path(vcluster)
    if path == _PUBLIC and not switched(vcluster, f"{_PUBLIC}.enabled", default=True):
        return None
    cidr, excepts = vcluster.get(f"{path}.cidr"), vcluster.get(f"{path}.except")
    if cidr is not None and not is_written(cidr):
        return None
    own = {(False, False): Own.NOTHING, (False, True): Own.EXCEPT, (True, False): Own.RANGE, (True, True): Own.ALL}[
        (cidr is None, excepts is None)
    ]
    # What the chart adds by itself stands nowhere: the value that makes it count is shown in its place.
    range_value = cidr or _standing_at(switch, CIDR_DEFAULT)
    items = tuple(_standing_at(range_value, text) for text in EXCEPT_DEFAULTS) if excepts is None else excepts.items
    if items is None:
        raise Unknown(f"{path}.except", "not a list")
    return Egress(IpBlock(range_value, tuple(filter(is_written, items))), own, path, _rules_path(vcluster))


def raw_blocks(vcluster: VirtualCluster) -> Iterator[IpBlock]:
    """The blocks in the user's own rules, which the chart renders as they are. Raises Unknown."""
    if vcluster.legacy or _switch(vcluster) is None:
        return
    values = vcluster.component.values
    elsewhere = _workloads_elsewhere(vcluster)
    for key in values:
        if not _RAW.fullmatch(key) or (elsewhere and ".controlPlane." not in key and "ControlPlane" not in key):
            continue
        cidr, excepts = vcluster.get(key), values.get(f"{key.removesuffix('cidr')}except")
        if cidr is None or not is_written(cidr):
            continue
        items = excepts.items if isinstance(excepts, Value) else None
        yield IpBlock(cidr, tuple(filter(is_written, items or ())))


def reaches(vcluster: VirtualCluster, family: Family) -> bool:
    """Whether a further egress rule of the user's lets workloads reach addresses of a family.

    It has a block of that family, or no `to` at all. Raises Unknown, also where there may be rules out of sight.
    """
    rules = (rule for path in _OWN_EGRESS for rule in _rules(vcluster, path).items())
    if any(_rule_reaches(vcluster, rule, keys, family) for rule, keys in rules):
        return True
    if vcluster.component.partial:
        raise Unknown(_OWN_EGRESS[0], vcluster.component.partial)
    return False


def need_of(vcluster: VirtualCluster, cluster: Cluster, family: Family) -> Need | None:
    """Why workloads have addresses of a family: an explicit service CIDR has it, or the host does.

    None where they do not. Raises Unknown where neither is known.
    """
    explicit = service_range(vcluster, cluster)
    if explicit is not None and explicit.layer != "default" and family in families_of(readable(explicit) or ()):
        return Need(f"the service CIDR {explicit.text} has {family.value}", explicit)
    if mode_of(vcluster) is Mode.PRIVATE:
        return None
    host = host_of(vcluster, cluster)
    return Need(f"the host cluster has {family.value} ({host.why})", None) if family in host.families else None


def _rules(vcluster: VirtualCluster, path: str) -> dict[str, list[str]]:
    """The paths of the rules of a list, with the keys of each. Raises Unknown where the list is not known."""
    found = vcluster.component.values.get(path)
    if isinstance(found, Unknown):
        raise found
    rule = re.compile(re.escape(path) + r"\.[0-9]+(?=\.|$)")
    rules: dict[str, list[str]] = {}
    for key in vcluster.component.values:
        if match := rule.match(key):
            rules.setdefault(match[0], []).append(key)
    return rules


def _rule_reaches(vcluster: VirtualCluster, rule: str, keys: list[str], family: Family) -> bool:
    """Whether a rule lets through to a family; `keys` are all that lie at its path and below."""
    to = f"{rule}.to"
    peers = vcluster.component.values.get(to)
    if isinstance(peers, Unknown):
        raise peers
    if not any(key == to or key.startswith(f"{to}.") for key in keys) or (peers is not None and peers.items == ()):
        return True
    for key in keys:
        if key.startswith(f"{to}.") and _BLOCK.fullmatch(key, len(to)):
            cidr = vcluster.get(key)
            if cidr is not None and family_of(IpBlock(cidr)) is family:
                return True
    return False


def _switch(vcluster: VirtualCluster) -> Value | None:
    """What switches the policies on, None where they are off or the chart does not have them. Raises Unknown."""
    if not vcluster.legacy:
        return vcluster.get(f"{_POLICY}.enabled") if switched(vcluster, f"{_POLICY}.enabled") else None
    if not switched(vcluster, "isolation.enabled") or not switched(vcluster, f"{_ISOLATION}.enabled", default=True):
        return None
    known = LEGACY_EKS if vcluster.chart == "vcluster-eks" else LEGACY
    return vcluster.get("isolation.enabled") if vcluster.version in known else None


def _workloads_elsewhere(vcluster: VirtualCluster) -> bool:
    """Whether no policy for workloads is rendered: they run on nodes of their own. Raises Unknown."""
    if mode_of(vcluster) is not Mode.PRIVATE:
        return False
    version = vcluster.component.known_version
    return not isinstance(version, Version) or version in NOT_IN_PRIVATE_MODE or without_chart(vcluster)


def _block_path(vcluster: VirtualCluster) -> str:
    """Which generation of keys the block has: by the release, else by the keys that are written. Raises Unknown."""
    if vcluster.legacy:
        return _LEGACY_BLOCK
    version = vcluster.component.known_version
    if isinstance(version, Version):
        return _OUTGOING if version in OUTGOING else _PUBLIC
    old, new = any_below(vcluster, _OUTGOING), any_below(vcluster, _PUBLIC)
    if old and new:
        raise Unknown("chart version", "the keys of two generations are written")
    return _OUTGOING if old else _PUBLIC


def _rules_path(vcluster: VirtualCluster) -> str:
    version = vcluster.component.known_version
    if vcluster.legacy or (isinstance(version, Version) and version in OUTGOING and version not in EXTRA_RULES):
        return ""
    return _OWN_EGRESS[isinstance(version, Version) and version in EXTRA_RULES]


def _standing_at(value: Value, text: str) -> Value:
    return Value(text, value.span, "default", value.via, editable=False)
