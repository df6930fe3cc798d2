"""Services made by hand for the rules about them, with what serves them, every value with a span of its own."""

from collections.abc import Sequence

from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Component, Value
from famlint.components.service import Service
from famlint.fixes import apply
from famlint.positions import Span
from famlint.rules import Draft, Rule
from famlint.unknown import Unknown
from tests.made_clusters import cluster_of

PATH = "service.yaml"
SERVES = {"vip_arp": "true", "svc_enable": "true"}


def asking(
    ips: str = "",
    *,
    ip: str = "",
    policy: str = "",
    families: Sequence[str] = (),
    load_balancer_class: str = "",
    unknown: Sequence[str] = (),
    partial: str = "",
    **annotations: str,
) -> Service:
    """A Service. Annotations are named without `kube-vip.io/`, with underscores for dashes."""
    texts = {
        "annotations.kube-vip.io/loadbalancerIPs": ips,
        "spec.loadBalancerIP": ip,
        "spec.ipFamilyPolicy": policy,
        "spec.loadBalancerClass": load_balancer_class,
        **{f"annotations.kube-vip.io/{name.replace('_', '-')}": text for name, text in annotations.items()},
    }
    values: dict[str, Value | Unknown] = {}
    for number, (key, text) in enumerate(texts.items(), 1):
        if text:
            start = 200 * number
            values[key] = Value(text, Span(PATH, start, start + len(text)), "manifest")
    if families:
        members = tuple(_member(family, 90 + 10 * number) for number, family in enumerate(families))
        values["spec.ipFamilies"] = Value("", Span(PATH, 90, 190), "manifest", items=members)
    values |= {key: Unknown(key, "a placeholder") for key in unknown}
    release = Unknown("version", "a Service has none")
    return Service(Component("Service", "web", "", Span(PATH, 0, 1), release, None, values, partial))


def shared(service: Service) -> Service:
    """The same Service from a place where an edit changes more than this one."""
    values = {
        key: value._replace(editable=False) if isinstance(value, Value) else value
        for key, value in service.component.values.items()
    }
    return Service(service.component._replace(values=values))


def judged(rule: Rule, service: Service, *kube_vips: KubeVip) -> list[Draft]:
    """What a rule about Services says, with the kube-vip workloads that the Service is linked to."""
    links = [(kube_vip, (Link(service, "the only kube-vip in apps/"),)) for kube_vip in kube_vips]
    return list(rule.check(service, cluster_of(*kube_vips, service, links=links)))


def until_unknown(rule: Rule, kube_vip: KubeVip, *services: Service) -> tuple[list[Draft], str]:
    """What a rule about kube-vip says before it stops at an unknown fact, and that fact; empty if there is none."""
    links = tuple(Link(service, "the only kube-vip in apps/") for service in services)
    drafts: list[Draft] = []
    try:
        for draft in rule.check(kube_vip, cluster_of(kube_vip, *services, links=[(kube_vip, links)])):
            drafts.append(draft)
    except Unknown as unknown:
        return drafts, unknown.fact
    return drafts, ""


def marked(service: Service, draft: Draft) -> str:
    """The characters of the Service under the primary label."""
    span = draft.primary.span
    for value in service.component.values.values():
        if isinstance(value, Value) and value.span.start <= span.start and span.end <= value.span.end and value.text:
            return value.text[span.start - value.span.start : span.end - value.span.start]
    raise AssertionError("the primary label lies outside of all values")


def mended(text: str, draft: Draft, at: int = 200) -> str:
    """A value after the fix; the annotation with the addresses begins at 200."""
    assert draft.fix is not None
    assert draft.fix.edits
    return apply(" " * at + text, draft.fix.edits)[at:]


def advice(draft: Draft) -> str:
    """The words of a fix that has no edits."""
    assert draft.fix is not None
    assert not draft.fix.edits
    return draft.fix.description


def _member(family: str, start: int) -> Value:
    return Value(family, Span(PATH, start, start + len(family)), "manifest")
