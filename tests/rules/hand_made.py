"""kube-vip and Services made by hand for unit tests of rules, every value with a span of its own."""

from collections.abc import Sequence

from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Component, Value
from famlint.components.service import Service
from famlint.findings import Severity
from famlint.fixes import apply
from famlint.network.versions import parse_version
from famlint.positions import Span
from famlint.rules import Draft, Rule
from famlint.unknown import Unknown
from tests.made_clusters import cluster_of

ARP = {"vip_arp": "true", "cp_enable": "true"}
V4 = "10.0.0.10"
V6 = "fd00::10"
BOTH = f"{V4},{V6}"
NAME = "k8s.example.com"
IMAGE = Span("kube-vip.yaml", 90, 96)


def value(text: str, start: int, path: str = "kube-vip.yaml", *, literal: bool = True) -> Value:
    return Value(text, Span(path, start, start + len(text), literal), "manifest")


def kube_vip(
    release: str | None,
    settings: dict[str, str],
    *,
    unknown: Sequence[str] = (),
    name: str = "kube-vip-ds",
    namespace: str = "kube-system",
    form: str = "DaemonSet",
    at: int = 0,
    path: str = "kube-vip.yaml",
    literal: bool = True,
) -> KubeVip:
    version = parse_version(release) if release else None
    values: dict[str, Value | Unknown] = {
        key: value(text, at + 100 * number, path, literal=literal)
        for number, (key, text) in enumerate(settings.items())
    }
    values |= {key: Unknown(key, "a placeholder") for key in unknown}
    return KubeVip(
        Component(
            "kube-vip",
            name,
            namespace,
            Span(path, at, at + 1),
            version or Unknown("kube-vip version", "the image has no tag"),
            IMAGE if version else None,
            values,
            form=form,
        )
    )


def service(ips: str = "", *, families: Sequence[str] = (), **annotations: str) -> Service:
    values: dict[str, Value | Unknown] = {}
    if ips:
        values["annotations.kube-vip.io/loadbalancerIPs"] = value(ips, 0, "service.yaml")
    for number, (key, text) in enumerate(annotations.items(), 1):
        values[f"annotations.kube-vip.io/{key}"] = value(text, 100 * number, "service.yaml")
    if families:
        members = tuple(value(family, 900 + 10 * n, "service.yaml") for n, family in enumerate(families))
        values["spec.ipFamilies"] = Value("", Span("service.yaml", 900, 990), "manifest", items=members)
    release = Unknown("version", "a Service has none")
    return Service(Component("Service", "web", "", Span("service.yaml", 0, 1), release, None, values))


def found(rule: Rule, subject: KubeVip, *services: Service, others: Sequence[KubeVip] = ()) -> list[Draft]:
    links = tuple(Link(one, "the only kube-vip in apps/") for one in services)
    return list(rule.check(subject, cluster_of(*others, subject, *services, links=[(subject, links)])))


def severity(rule: Rule, draft: Draft) -> Severity:
    return draft.severity or rule.severities[0]


def pointed_at(subject: KubeVip, draft: Draft) -> str:
    """The characters under the primary label."""
    for one in subject.component.values.values():
        if (
            isinstance(one, Value)
            and one.span.start <= draft.primary.span.start
            and draft.primary.span.end <= one.span.end
        ):
            return one.text[draft.primary.span.start - one.span.start : draft.primary.span.end - one.span.start]
    raise AssertionError("the primary label lies outside of all settings")


def fixed(text: str, draft: Draft) -> str:
    """The value after the fix; every value of these tests that is fixed begins at the offset of `address`."""
    assert draft.fix is not None
    assert draft.fix.edits
    return apply(" " * 200 + text, draft.fix.edits)[200:]
