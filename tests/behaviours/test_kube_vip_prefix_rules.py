"""VIP001 to VIP010 on objects by hand: their examples, each line of what must stay silent, fixes, wording."""

from typing import NamedTuple

import pytest

from famlint.behaviours.kube_vip import RELEASES
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.components.service import Service
from famlint.documentation import Example, parse
from famlint.documents.limits import Limits
from famlint.documents.tree import Mapping, Scalar, at, text_at
from famlint.documents.yaml import parse as parse_yaml
from famlint.findings import Finding, Severity
from famlint.judging import Case, RulesOf, judge
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.rules import Rule
from famlint_rules import kube_vip_prefix
from tests.behaviours.kube_vips import BOTH, V4, V6, after, before, kube_vip, link, service
from tests.made_clusters import cluster_of

RULES = tuple(value for value in vars(kube_vip_prefix).values() if isinstance(value, Rule))
WEB4 = service(ips="10.155.30.242", families=["IPv4"])
WEB6 = service(ips="fd80::200")


def check(subject: KubeVip, *services: Service) -> tuple[Finding, ...]:
    links = tuple(link(found) for found in services)
    cluster = cluster_of(subject, *services, links=[(subject, links)])
    prefixes = ("VIP",)
    judged = judge([Case(subject, subject.component, cluster, prefixes)], RulesOf({prefixes: RULES}))
    assert judged.problems == ()
    return judged.findings


def codes(subject: KubeVip, *services: Service) -> list[str]:
    return [found.code for found in check(subject, *services)]


def fixed(subject: KubeVip, found: Finding) -> KubeVip:
    """The subject after the fix; its edits replace whole values."""
    assert found.fix is not None
    assert found.fix.edits
    values = dict(subject.component.values)
    for edit in found.fix.edits:
        (name,) = [name for name, old in values.items() if isinstance(old, Value) and old.span == edit.span]
        old = values[name]
        assert isinstance(old, Value)
        values[name] = old._replace(text=edit.text, span=old.span._replace(end=old.span.start + len(edit.text)))
    return KubeVip(subject.component._replace(values=values))


# --- the pages -------------------------------------------------------------------------------------------------


class Documented(NamedTuple):
    rule: Rule
    example: Example
    env: dict[str, str]
    services: tuple[Service, ...]
    release: Version


def _documented() -> list[Documented]:
    found = []
    for rule in RULES:
        for example in parse(rule.documentation).examples:
            if example.wrapper.startswith("kube-vip "):
                nodes = [parse_yaml(text, Limits()) for text in example.files[0][1].split("---\n")]
                env = at(nodes[0], "env")
                assert isinstance(env, Mapping)
                variables = {key.text: text_at(env, key.text) for key, _ in env.pairs if isinstance(key, Scalar)}
                ips = [text_at(node, "metadata", "annotations", "kube-vip.io/loadbalancerIPs") for node in nodes[1:]]
                release = kube_vip(example.wrapper.removeprefix("kube-vip ")).version
                found.append(Documented(rule, example, variables, tuple(service(ips=text) for text in ips), release))
    return found


PAGES = _documented()
BAD = [page for page in PAGES if page.example.bad]


def test_every_rule_has_a_page_with_examples() -> None:
    assert [rule.code for rule in sorted(RULES)] == [f"VIP{number:03}" for number in range(1, 11)]
    for rule in RULES:
        examples = parse(rule.documentation).examples
        assert {example.bad for example in examples} == {True, False}
        assert all(example.found_in for example in examples if example.bad and example.wrapper.startswith("kube-vip"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.rule.code}-{page.release}-{page.example.bad}")
def test_example(page: Documented) -> None:
    found = codes(kube_vip(page.release, **page.env), *page.services)
    assert found == ([page.rule.code] if page.example.bad else [])


@pytest.mark.parametrize("page", BAD, ids=lambda page: f"{page.rule.code}-{page.release}")
def test_example_in_every_release(page: Documented) -> None:
    assert page.example.found_in is not None
    for release in RELEASES:
        found = page.rule.code in codes(kube_vip(release, **page.env), *page.services)
        assert found == (release in page.example.found_in), release


@pytest.mark.parametrize("page", BAD, ids=lambda page: f"{page.rule.code}-{page.release}")
def test_fixes_of_examples(page: Documented) -> None:
    subject = kube_vip(page.release, **page.env)
    (found,) = check(subject, *page.services)
    assert found.fix is not None
    if found.fix.edits:
        assert codes(fixed(subject, found), *page.services) == []


# --- what must stay silent -------------------------------------------------------------------------------------

ARP = {"vip_arp": "true"}
SVC = {**ARP, "svc_enable": "true"}
CP = {**ARP, "cp_enable": "true"}
BGP = {"bgp_enable": "true"}
TABLE = {"vip_routingtable": "true"}

SILENT = [
    # 5.1, the line "Silent" of each rule; 5.7
    ("0.8.4", {**SVC, "vip_cidr": "128"}, [WEB4]),
    ("0.8.10", {**TABLE, "svc_enable": "true", "vip_cidr": "128"}, [WEB4]),
    ("0.8.9", {**SVC, "vip_cidr": "128"}, [WEB6]),
    ("0.8.9", {**SVC, "vip_cidr": "128"}, []),
    ("1.2.3", {**SVC, "vip_subnet": "32"}, [WEB4, WEB6]),
    ("1.2.3", {**CP, "vip_subnet": "64", "address": V6}, []),
    ("1.2.3", {**CP, "vip_subnet": "128", "address": V6}, []),
    ("0.8.9", {**BGP, "cp_enable": "true", "vip_cidr": "32", "address": V6}, []),
    ("1.2.3", {**SVC, "vip_subnet": "24,24"}, []),
    ("1.0.1", {**CP, "address": f"{V6},{V4}"}, []),
    ("1.0.4", {**CP, "address": V4, "vip_subnet": "24", "vip_cidr": "24"}, []),
    ("0.5.5", {**CP, "address": V4, "vip_subnet": "24"}, []),
    ("1.2.3", {**CP, "svc_enable": "true", "address": V4, "vip_subnet": "24, 64"}, [WEB4, WEB6]),
    ("1.2.3", {**SVC, "vip_subnet": "32,128,32"}, [WEB4, WEB6]),
    ("1.2.3", {**SVC, "vip_subnet": "32,"}, [WEB4, WEB6]),
    ("1.2.3", {**SVC, "vip_subnet": "/24"}, [WEB6]),
    ("0.8.3", {**CP, "address": "k8s.example.com", "vip_subnet": "24", "vip_cidr": "32"}, []),
    ("1.2.3", {"vip_wireguard": "true", "cp_enable": "true", "vip_address": V4}, []),
    ("1.2.3", {**ARP, "vip_address": V4}, []),
    ("0.8.5", {**BGP, "svc_enable": "true", "svc_election": "true", "vip_cidr": "32,128"}, [WEB4, WEB6]),
    ("0.8.0", {**BGP, "cp_enable": "true", "svc_enable": "true", "address": V4}, [WEB4]),
    ("0.8.4", {**SVC, "vip_cidr": "auto"}, [WEB4]),
    ("1.2.3", {**TABLE, "cp_enable": "true", "svc_enable": "true", "address": BOTH}, []),
    ("1.2.3", {**TABLE, "cp_enable": "true", "address": V6, "vip_subnet": "128"}, []),
    ("1.2.3", {**TABLE, "svc_enable": "true", "vip_subnet": "64"}, []),
    ("1.2.3", {**TABLE, "cp_enable": "true", "address": "10.0.0.0", "vip_subnet": "24"}, []),
    ("0.8.9", {**SVC, "vip_cidr": "32"}, [WEB4, WEB6]),
    ("1.2.3", {**SVC, "address": "", "vip_address": "", "vip_subnet": "32"}, [WEB4, WEB6]),
    ("1.2.3", {**CP, "svc_enable": "true", "address": V6, "vip_subnet": "32,128"}, [WEB4]),
]


@pytest.mark.parametrize(("release", "variables", "services"), SILENT)
def test_silent(release: str, variables: dict[str, str], services: list[Service]) -> None:
    assert codes(kube_vip(release, **variables), *services) == []


@pytest.mark.parametrize(
    ("release", "variables", "services", "severity"),
    [
        ("1.0.1", {**CP, "address": V4, "vip_cidr": "32"}, [], Severity.INFO),
        ("1.0.1", {**CP, "address": BOTH, "vip_cidr": "32,128"}, [], Severity.INFO),
        ("1.2.3", {**SVC, "vip_cidr": "32"}, [WEB4, WEB6], Severity.INFO),
        ("1.2.3", {**SVC, "vip_cidr": "128"}, [WEB6], Severity.INFO),
        ("1.2.3", {**SVC, "vip_cidr": "24"}, [WEB4], Severity.WARNING),
        ("1.2.3", {**CP, "address": V6, "vip_cidr": "64"}, [], Severity.WARNING),
    ],
)
def test_vip_cidr_not_read(
    release: str, variables: dict[str, str], services: list[Service], severity: Severity
) -> None:
    (found,) = check(kube_vip(release, **variables), *services)
    assert (found.code, found.severity) == ("VIP006", severity)


# --- what is found beyond the examples -------------------------------------------------------------------------

FOUND = [
    ("0.8.9", {**CP, "address": V6, "svc_enable": "true"}, [WEB4], ["VIP001"]),
    ("1.2.3", {**BGP, "svc_enable": "true", "vip_subnet": "64"}, [WEB4], ["VIP001"]),
    ("0.7.0", {**BGP, "svc_enable": "true", "vip_cidr": "64"}, [WEB4], ["VIP001"]),
    ("0.8.9", {**CP, "address": BOTH, "vip_cidr": "128,32"}, [], ["VIP003"]),
    ("0.8.9", {**CP, "address": f"{V6},{V4}"}, [], ["VIP004"]),
    ("0.8.9", {**CP, "address": f"10.0.0.1,10.0.0.2,{V6}"}, [], ["VIP002"]),
    ("1.0.0", {**SVC, "address": "10.0.0.1,10.0.0.2"}, [WEB6], ["VIP002"]),
    ("0.8.4", {**CP, "address": V6, "vip_subnet": "/24"}, [], ["VIP002"]),
    ("0.8.4", {**CP, "address": V4, "vip_subnet": "/64"}, [], ["VIP005"]),
    ("0.8.10", {**BGP, "svc_enable": "true", "vip_subnet": "32", "vip_cidr": "32"}, [WEB4], ["VIP005"]),
    ("0.8.9", {**SVC, "vip_cidr": "/24"}, [WEB4], ["VIP005"]),
    ("1.2.3", {**CP, "address": BOTH, "vip_subnet": "24, 64"}, [], ["VIP005"]),
    ("1.2.3", {**CP, "address": BOTH, "vip_subnet": "32,128,32"}, [], ["VIP005"]),
    ("1.2.3", {**SVC, "vip_subnet": "abc"}, [], ["VIP005"]),
    ("0.8.5", {**BGP, "cp_enable": "true", "address": BOTH}, [], ["VIP008"]),
    ("0.8.5", {**BGP, "svc_enable": "true", "vip_cidr": "/24"}, [], ["VIP008"]),
    ("0.8.5", {**BGP, "svc_enable": "true", "vip_cidr": "auto"}, [], ["VIP009"]),
    ("1.2.3", {**SVC, "vip_address": V4, "vip_subnet": "auto"}, [], ["VIP009"]),
    ("1.2.3", {**TABLE, "cp_enable": "true", "address": V6, "vip_subnet": "64"}, [], ["VIP010"]),
    ("1.2.3", {**TABLE, "cp_enable": "true", "address": BOTH, "vip_subnet": "24"}, [], ["VIP002"]),
]


@pytest.mark.parametrize(("release", "variables", "services", "expected"), FOUND)
def test_found(release: str, variables: dict[str, str], services: list[Service], expected: list[str]) -> None:
    subject = kube_vip(release, **variables)
    (found,) = check(subject, *services)
    assert [found.code] == expected
    if found.fix is not None and found.fix.edits:
        assert codes(fixed(subject, found), *services) == []


def test_severities() -> None:
    (found,) = check(kube_vip("1.2.3", **SVC, vip_subnet="abc"))
    assert found.severity is Severity.WARNING
    (found,) = check(kube_vip("1.2.3", **SVC, vip_subnet="/24"))
    assert found.severity is Severity.ERROR
    (found,) = check(kube_vip("1.2.3", **TABLE, cp_enable="true", address=V6, vip_subnet="64"))
    assert found.severity is Severity.WARNING


def test_wording() -> None:
    subject = kube_vip("0.8.9", **SVC, vip_cidr="128")
    (found,) = check(subject, WEB4, service(ip="10.0.0.9", path="other.yaml"))
    assert found.message == (
        'vip_cidr "128" gives the IPv4 VIP 10.155.30.242 and 1 more a /128: kube-vip v0.8.9 crashes when it binds it'
    )
    assert found.primary.message == "read as the IPv4 prefix"
    assert [label.span.path for label in found.related] == ["service.yaml", "other.yaml"]
    assert found.fix is not None
    assert (found.fix.description, found.fix.safe) == ('write "32,128"', True)
    (found,) = check(kube_vip("0.8.10", **SVC, vip_cidr="128"), WEB4)
    assert "kube-vip v0.8.10 panics" in found.message
    (found,) = check(kube_vip("1.9.0", **SVC, vip_subnet="128"), WEB4)
    assert "never configures it (checked up to v1.2.3)" in found.message
    (found,) = check(kube_vip("1.0.4", **CP, address=BOTH, vip_subnet="32"))
    assert "the node takes fd00::/32 for its own link" in found.message


def test_a_default_of_the_chart_is_reported_at_the_address() -> None:
    subject = kube_vip("1.0.4", **CP, vip_address=BOTH, vip_subnet="32")
    default = Value("32", Span("release.yaml", 5, 10, literal=False), "default of chart kube-vip 0.9.9", editable=False)
    subject = KubeVip(subject.component._replace(values={**subject.component.values, "vip_subnet": default}))
    (found,) = check(subject)
    address = subject.get("vip_address")
    assert address is not None
    assert found.primary.span == address.part(len(V4) + 1, len(BOTH))
    assert "default of chart kube-vip 0.9.9" in found.message
    assert found.fix is not None
    assert (found.fix.description, found.fix.edits) == ('set env.vip_subnet: "32,128"', ())


def test_a_value_that_the_file_does_not_hold_gets_advice_only() -> None:
    subject = kube_vip("0.8.9", **SVC)
    encoded = Value("128", Span("kube-vip.yaml", 900, 908, literal=False), "env", editable=False)
    subject = KubeVip(subject.component._replace(values={**subject.component.values, "vip_cidr": encoded}))
    (found,) = check(subject, WEB4)
    assert found.fix is not None
    assert (found.fix.edits, found.fix.safe) == ((), False)


def test_one_unknown_service_is_recorded_and_the_other_reported() -> None:
    hidden = service(unknown=["annotations.kube-vip.io/loadbalancerIPs"], path="hidden.yaml")
    subject = kube_vip("0.8.9", **SVC, vip_cidr="128")
    links = (link(hidden), link(WEB4))
    cluster = cluster_of(subject, hidden, WEB4, links=[(subject, links)])
    judged = judge([Case(subject, subject.component, cluster, ("VIP",))], RulesOf({("VIP",): RULES}))
    assert [found.code for found in judged.findings] == ["VIP001"]
    assert ("VIP001", "annotations.kube-vip.io/loadbalancerIPs") in {(gap.code, gap.fact) for gap in judged.gaps}


def test_a_band_ends_where_the_variable_is_no_longer_read() -> None:
    assert codes(kube_vip(before("0.8.5"), **SVC, vip_cidr="128"), WEB4) == []
    assert codes(kube_vip(after("0.8.10"), **SVC, vip_cidr="128"), WEB4) == ["VIP006"]
