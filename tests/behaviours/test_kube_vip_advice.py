"""What the prefix rules advise: carried out by hand, it leaves no error of theirs."""

import re

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from famlint.behaviours.kube_vip import RELEASES, Change, changed, ipv4_first, moved_to_address, repair
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Value
from famlint.components.service import Service
from famlint.findings import Finding, Severity
from famlint.judging import Case, RulesOf, judge
from famlint.positions import Span
from famlint.rules import Rule
from famlint_rules import kube_vip_prefix
from tests.behaviours.kube_vips import BOTH, V4, V6, kube_vip, link, service, version
from tests.made_clusters import cluster_of

RULES = tuple(value for value in vars(kube_vip_prefix).values() if isinstance(value, Rule))
SAID = re.compile(r'(?:write|set) (?:(?:env\.)?(\w+): )?"([^"]*)"|remove (\w+)')
WEB4 = service(ips="192.0.2.10")
WEB6 = service(ips="2001:db8::20", path="web6.yaml")
SVC = {"vip_arp": "true", "svc_enable": "true"}
CP = {"vip_arp": "true", "cp_enable": "true"}
EVERY = {**CP, "svc_enable": "true"}
TABLE = {"vip_routingtable": "true", "svc_enable": "true"}


def check(subject: KubeVip, *services: Service) -> tuple[Finding, ...]:
    links = tuple(link(found) for found in services)
    cluster = cluster_of(subject, *services, links=[(subject, links)])
    judged = judge([Case(subject, subject.component, cluster, ("VIP",))], RulesOf({("VIP",): RULES}))
    assert judged.problems == ()
    return judged.findings


def errors(subject: KubeVip, *services: Service) -> list[str]:
    return [found.code for found in check(subject, *services) if found.severity is Severity.ERROR]


def advised(subject: KubeVip, found: Finding) -> KubeVip:
    """The subject after what the words of the fix say."""
    assert found.fix is not None
    values = {name: value for name, value in subject.component.values.items() if isinstance(value, Value)}
    changes = []
    for name, text, gone in SAID.findall(found.fix.description):
        span = found.primary.span
        own = (key for key, old in values.items() if old.span.start <= span.start and span.end <= old.span.end)
        variable = name or gone or next(own)
        changes.append(Change(variable, text, values.get(variable)))
    assert changes, found.fix.description
    return changed(subject, *changes)


def edited(subject: KubeVip, found: Finding) -> KubeVip:
    """The subject after the edits of the fix, which replace whole values."""
    assert found.fix is not None
    names = {old.span: (name, old) for name, old in subject.component.values.items() if isinstance(old, Value)}
    return changed(subject, *(Change(names[edit.span][0], edit.text, names[edit.span][1]) for edit in found.fix.edits))


def only(subject: KubeVip, code: str, *services: Service) -> Finding:
    (found,) = (found for found in check(subject, *services) if found.code == code)
    return found


def advice(subject: KubeVip, code: str, *services: Service) -> str:
    found = only(subject, code, *services)
    assert found.fix is not None
    assert errors(advised(subject, found), *services) == []
    return found.fix.description


# --- vip_cidr, which is no longer read -------------------------------------------------------------------------


def test_auto_that_is_not_read_is_the_prefix_of_the_interface() -> None:
    subject = kube_vip("0.9.2", **SVC, vip_cidr="auto")
    assert "gets /32 instead of the prefix of the interface" in only(subject, "VIP006", WEB4).message
    assert advice(subject, "VIP006", WEB4) == 'write vip_subnet: "auto" instead of vip_cidr'


def test_a_value_that_would_not_serve_every_vip_is_not_offered() -> None:
    subject = kube_vip("1.0.4", **CP, address=BOTH, vip_cidr="64")
    assert advice(subject, "VIP006") == 'write vip_subnet: "32,64" instead of vip_cidr'


def test_what_applies_in_place_of_vip_cidr() -> None:
    subject = kube_vip("1.0.4", **EVERY, address=V6, vip_cidr="32")
    found = only(subject, "VIP006", WEB4)
    assert found.message == (
        'kube-vip v1.0.4 does not read vip_cidr "32" (removed in v0.9.0, vip_subnet "128", derived from address, '
        "decides): the IPv4 VIP 192.0.2.10 would get /32 from it, now kube-vip v1.0.4 never configures it"
    )
    assert advice(subject, "VIP006", WEB4) == 'write vip_subnet: "32,128" instead of vip_cidr'


# --- table mode ------------------------------------------------------------------------------------------------


def test_table_mode_takes_host_prefixes() -> None:
    subject = kube_vip("1.0.4", **TABLE, vip_subnet="64,24")
    assert advice(subject, "VIP003", WEB4) == 'write "32,128"'
    assert advice(subject, "VIP003") == 'write "32,128"'
    subject = kube_vip("0.8.9", **TABLE, vip_subnet="24")
    assert advice(subject, "VIP005", WEB4) == "remove vip_subnet: each VIP then gets the full length of its family"
    assert advice(kube_vip("0.8.9", **TABLE, vip_subnet="32"), "VIP005", WEB4) == 'write "/32"'


def test_a_pair_outside_of_table_mode_is_swapped() -> None:
    assert advice(kube_vip("1.0.4", **SVC, vip_subnet="64,24"), "VIP003", WEB4) == 'write "24,64"'


# --- vip_subnet where vip_cidr decides -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "services", "said"),
    [
        ({"address": f"{V6},{V4}"}, (), 'remove vip_subnet, and set vip_cidr: "32,128"'),
        ({"address": V6, "svc_enable": "true"}, (WEB4,), 'remove vip_subnet, and set vip_cidr: "32,128"'),
        ({"vip_address": V6}, (), 'remove vip_subnet, and set vip_cidr: "128"'),
        ({"vip_address": BOTH}, (), 'remove vip_subnet, and set vip_cidr: "32,128"'),
        ({"address": BOTH}, (), "remove vip_subnet: the prefixes derived from address apply"),
        ({"address": BOTH, "vip_cidr": "24,64"}, (), "remove vip_subnet: vip_cidr decides"),
        ({"address": BOTH, "vip_cidr": "64,24"}, (), 'remove vip_subnet, and write vip_cidr: "24,64"'),
        ({"address": V4}, (), 'write "/32"'),
    ],
)
def test_one_step(variables: dict[str, str], services: tuple[Service, ...], said: str) -> None:
    assert advice(kube_vip("0.8.9", **CP, **variables, vip_subnet="32"), "VIP005", *services) == said


def test_two_values_in_one_fix() -> None:
    subject = kube_vip("0.8.9", **SVC, vip_subnet="24", vip_cidr="128")
    found = only(subject, "VIP005", WEB4)
    assert found.fix is not None
    assert found.fix.description == 'write "/24", and write vip_cidr: "32,128"'
    assert [edit.text for edit in found.fix.edits] == ["/24", "32,128"]
    assert check(edited(subject, found), WEB4) == ()


# --- addresses -------------------------------------------------------------------------------------------------


def test_moving_is_advised_only_where_it_helps() -> None:
    assert advice(kube_vip("0.9.2", **CP, vip_address=V4), "VIP007") == 'move it to address, or set vip_subnet: "32"'
    assert advice(kube_vip("0.9.2", **CP, vip_address=f"{V6},{V4}"), "VIP007") == 'set vip_subnet: "32,128"'
    assert advice(kube_vip("1.0.4", **EVERY, vip_address=V6), "VIP007", WEB4) == 'set vip_subnet: "32,128"'


def test_another_order_is_advised_only_where_it_helps() -> None:
    two = kube_vip("0.9.2", **CP, address=f"{V6},{V4}")
    assert advice(two, "VIP004") == 'set vip_subnet: "32,128", or list the IPv4 address first'
    three = kube_vip("0.8.9", **CP, address=f"{V6},10.0.0.1,10.0.0.2")
    assert advice(three, "VIP004") == 'set vip_cidr: "32,128"'


def test_the_report_shows_what_filled_a_control_plane_address() -> None:
    subject = kube_vip("1.0.4", **CP, address=V6, vip_subnet="32")
    address = subject.get("address")
    assert address is not None
    source = Span("settings.yaml", 40, 48)
    filled = address._replace(via=((source, "VIP is set here"),))
    subject = KubeVip(subject.component._replace(values={**subject.component.values, "address": filled}))
    assert [label.span for label in only(subject, "VIP002").related] == [address.span, source]
    derived = kube_vip("1.0.4", **EVERY, address=V6)
    subject = KubeVip(derived.component._replace(values={**derived.component.values, "address": filled}))
    assert [label.span for label in only(subject, "VIP001", WEB4).related].count(source) == 1


# --- random settings -------------------------------------------------------------------------------------------

MODES = ("vip_arp", "vip_arp", "bgp_enable", "vip_routingtable", "vip_wireguard")
TEXTS = (
    *("32", "24", "64", "128", "32,128", "24,64", "128,32", "64,24", "24,24", "32,", ",128", "32,128,32"),
    *("24, 64", " 24", "/24", "/32", "/64", "/128", "24/", "/24,/64", "10.0.0.0/24", "/24 x", "200", "32,200", "+24"),
    *("auto", "auto,auto", "auto,64", "24,auto", "abc", "٣٢", "032", "129", "300,64"),
)
ADDRESSES = (V4, V6, BOTH, f"{V6},{V4}", f"{V4},10.0.0.11", f"{V4},10.0.0.11,{V6}", f"{V6},{V4},10.0.0.0")
# What is unset, and the releases between which most changes, are drawn more often than their share.
TEXT = st.one_of(st.just(""), st.sampled_from(TEXTS))
ADDRESS = st.one_of(st.just(""), st.sampled_from(ADDRESSES))
CHANGING = tuple(version(text) for text in ("0.8.4", "0.8.5", "0.8.9", "0.8.10", "0.9.0", "1.0.0", "1.0.1"))
WEBS = (
    *((), (), (WEB4,), (WEB6,), (WEB4, WEB6), (service(ips="10.0.0.0"),), (service(ips=""),)),
    *((service(families=["IPv6"]),), (service(unknown=["annotations.kube-vip.io/loadbalancerIPs"]), WEB4)),
)


@st.composite
def subjects(draw: st.DrawFn) -> KubeVip:
    on = draw(st.lists(st.sampled_from(MODES), min_size=1, max_size=2 if draw(st.integers(0, 9)) == 0 else 1))
    variables = {
        **dict.fromkeys(on, "true"),
        **{name: "true" for name in ("cp_enable", "svc_enable") if draw(st.booleans())},
        "svc_election": draw(st.sampled_from(("", "", "true"))),
        "address": draw(ADDRESS),
        "vip_address": draw(ADDRESS),
        "vip_cidr": draw(TEXT),
        "vip_subnet": draw(TEXT),
    }
    release = draw(st.one_of(st.sampled_from(RELEASES), st.sampled_from(CHANGING)))
    return kube_vip(release, flags=("vip_subnet",) if draw(st.booleans()) else (), **variables)


@settings(max_examples=800, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much])
@given(subjects(), st.sampled_from(WEBS))
def test_advice_leaves_no_error(subject: KubeVip, services: tuple[Service, ...]) -> None:
    found = check(subject, *services)
    assume(found)
    before = errors(subject, *services)
    for one in found:
        assert one.fix is not None, one
        event(f"{one.code} {'edits' if one.fix.edits else 'advice'}")
        # Without vip_cidr a release that does not read it does what it did.
        expected = before if one.fix.description == "remove vip_cidr" else []
        assert errors(advised(subject, one), *services) == expected, one.fix
        if one.fix.edits:
            assert errors(edited(subject, one), *services) == [], one.fix
        if one.fix.description.startswith("move it to address"):
            assert errors(changed(subject, *moved_to_address(subject)), *services) == [], one.fix
        if one.fix.description.endswith("IPv4 address first"):
            assert errors(changed(subject, *ipv4_first(subject)), *services) == [], one.fix


def test_nothing_to_repair() -> None:
    assert repair(kube_vip("1.0.4", **SVC, vip_subnet="32,128"), (link(WEB4),)) == ()
