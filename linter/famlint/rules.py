"""What a rule is, and the table of the built-in ones.

A rule is metadata, a docstring that is its documentation page, and a check over one subject and its cluster.
Rule modules are found by name, never imported before their component occurs.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from famlint.clusters import Cluster
from famlint.components.model import Value
from famlint.findings import Fix, Label, Severity
from famlint.positions import Span

MODULES: dict[str, tuple[str, ...]] = {
    "API": ("famlint_rules.kube_apiserver",),
    "FAM": ("famlint_rules.housekeeping", "famlint_rules.inputs"),
    "KCM": ("famlint_rules.node_ipam",),
    "KCP": ("famlint_rules.kube_vip_pools", "famlint_rules.kube_vip_pool_users"),
    "RKE": ("famlint_rules.rke2",),
    "SCD": ("famlint_rules.service_cidr",),
    "SCH": ("famlint_rules.shapes",),
    "VCL": (
        "famlint_rules.vcluster_addresses",
        "famlint_rules.vcluster_control_plane",
        "famlint_rules.vcluster_detection",
        "famlint_rules.vcluster_endpoints",
        "famlint_rules.vcluster_keys",
        "famlint_rules.vcluster_policies",
        "famlint_rules.vcluster_ranges",
    ),
    "VIP": (
        "famlint_rules.kube_vip",
        "famlint_rules.kube_vip_bgp",
        "famlint_rules.kube_vip_egress",
        "famlint_rules.kube_vip_endpoints",
        "famlint_rules.kube_vip_features",
        "famlint_rules.kube_vip_modes",
        "famlint_rules.kube_vip_mp_bgp",
        "famlint_rules.kube_vip_service_lists",
        "famlint_rules.kube_vip_service_names",
        "famlint_rules.kube_vip_services",
    ),
    "YML": ("famlint_rules.inputs",),
}
"""Code prefix to the modules that hold its rules."""

Subject = TypeVar("Subject")


class Draft(NamedTuple):
    """What a check yields; the engine adds code, name, component and cluster."""

    primary: Label
    message: str
    related: tuple[Label, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None


Check = Callable[[Subject, Cluster], Iterator[Draft]]


class Rule(NamedTuple):
    """A rule. `subject` is the type whose instances it checks, `basis` its paragraph in the ground truth.

    `unless` names sharper rules: where one of them reports the same primary span, this finding is dropped.
    `severities` lists every severity that a finding of the rule can carry, the usual one first.
    """

    code: str
    name: str
    subject: type
    severities: tuple[Severity, ...]
    basis: str
    references: tuple[str, ...]
    unless: tuple[str, ...]
    check: Callable[..., Iterator[Draft]]

    @property
    def documentation(self) -> str:
        """The docstring: a title line, then the sections of the page."""
        return self.check.__doc__ or ""


def rule(
    code: str,
    name: str,
    *,
    subject: type[Subject],
    severity: Severity | tuple[Severity, ...],
    basis: str,
    references: Iterable[str] = (),
    unless: Iterable[str] = (),
) -> Callable[[Check[Subject]], Rule]:
    """Make a Rule of a check. It registers nothing: a module's rules are the Rule values in it."""

    def decorate(check: Check[Subject]) -> Rule:
        severities = severity if isinstance(severity, tuple) else (severity,)
        return Rule(code, name, subject, severities, basis, tuple(references), tuple(unless), check)

    return decorate


def finding(
    where: Value | Span,
    message: str,
    *,
    label: str = "",
    because: Iterable[Label] = (),
    fix: Fix | None = None,
    severity: Severity | None = None,
) -> Draft:
    """A draft for one fault at a value or a part of one.

    `label` stands under the primary span, `because` are the other places that it rests on. What filled the
    value (a ConfigMap of variables) is added by itself. `severity` overrides the rule's usual one.
    """
    span = where if isinstance(where, Span) else where.span
    via = () if isinstance(where, Span) else tuple(Label(*place) for place in where.via)
    return Draft(Label(span, label), message, (*tuple(because), *via), fix, severity)
