"""VIP011 to VIP014 by hand, with every case in which they must be silent; the traps for all address rules."""

import pytest

from famlint.clusters import Link
from famlint.findings import Severity
from famlint.fixes import apply
from famlint.rules import Rule
from famlint.unknown import Unknown
from famlint_rules import kube_vip as rules
from tests.made_clusters import cluster_of
from tests.rules.hand_made import ARP, BOTH, IMAGE, NAME, V4, V6, fixed, found, kube_vip, pointed_at, service, severity

SERVING = {"vip_arp": "true", "svc_enable": "true"}


class TestVipNotABareIp:
    rule = rules.vip_not_a_bare_ip

    @pytest.mark.parametrize("release", [None, "0.5.0", "0.6.4", "0.8.9", "1.2.3", "9.0.0"])
    @pytest.mark.parametrize("variable", ["address", "vip_address"])
    @pytest.mark.parametrize(
        ("text", "shown", "right"),
        [
            ("10.250.250.29/32", "10.250.250.29/32", "10.250.250.29"),
            ("10.0.0.10,fd00::10/128", "fd00::10/128", BOTH),
            ("[fd00::10]", "[fd00::10]", V6),
            ("10.0.0.10,", ",", V4),
            (",10.0.0.10", ",", V4),
            ("10.0.0.10,,fd00::10", ",", BOTH),
            ("10.0.0.10, ,fd00::10", ", ", BOTH),
        ],
    )
    def test_one_right_value(self, release: str | None, variable: str, text: str, shown: str, right: str) -> None:
        subject = kube_vip(release, {**ARP, variable: text})
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == shown
        assert fixed(text, draft) == right

    @pytest.mark.parametrize(
        "text",
        [
            "10.0.0.10/24",
            "fd00::10/64",
            "fe80::1%eth0",
            "10.0.0.300",
            "010.0.0.1",
            "fd00:::1",
            "k8s.example.com/32",
            ",",
        ],
    )
    def test_advice_only(self, text: str) -> None:
        (draft,) = found(self.rule, kube_vip("1.2.3", {**ARP, "address": text}))
        assert draft.fix is not None
        assert not draft.fix.edits

    def test_two_empty_items_at_the_start_are_removed_together(self) -> None:
        drafts = found(self.rule, kube_vip("1.2.3", {**ARP, "address": ",,10.0.0.10"}))
        edits = [edit for draft in drafts if draft.fix for edit in draft.fix.edits]
        assert apply(" " * 200 + ",,10.0.0.10", edits)[200:] == V4

    def test_no_edit_where_the_file_does_not_hold_the_text(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.2.3", {**ARP, "address": "10.0.0.10/32"}, literal=False))
        assert draft.fix is not None
        assert not draft.fix.edits
        assert V4 in draft.fix.description

    @pytest.mark.parametrize(
        "settings",
        [
            {**ARP, "address": NAME},
            {**ARP, "address": V4},
            {**ARP, "address": BOTH},
            {**ARP, "address": f"{V4} , {V6}"},
            {**ARP, "address": "::ffff:10.0.0.10"},
            {**ARP, "address": "%VIP%"},
            {**ARP, "address": "@@VIP@@"},
            ARP,
            {"vip_arp": "true", "cp_enable": "false", "address": "10.0.0.10/32"},
            {"vip_arp": "true", "address": "10.0.0.10/32"},
            {"vip_wireguard": "true", "cp_enable": "true", "vip_address": "10.0.0.10/32"},
            {**ARP, "address": V4, "vip_address": "10.0.0.10/32"},
            {**ARP, "address": V4, "bgp_peeraddress": "[fd00::fe]"},
        ],
    )
    def test_silent(self, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip("1.2.3", settings)) == []

    def test_unknown_address(self) -> None:
        with pytest.raises(Unknown):
            found(self.rule, kube_vip("1.2.3", ARP, unknown=["address"]))


class TestVipListBlank:
    rule = rules.vip_list_blank

    @pytest.mark.parametrize("release", ["0.8.3", "0.8.10", "0.9.0", "1.2.3", "9.0.0"])
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            (f"{V4}, {V6}", f" {V6}"),
            (f"{V4} ,{V6}", f"{V4} "),
            (f"{V4}\t, {V6}", f"{V4}\t"),
            (f"{V4},  {V6}", f"  {V6}"),
        ],
    )
    def test_found(self, release: str, text: str, shown: str) -> None:
        subject = kube_vip(release, {**ARP, "address": text})
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == shown
        assert fixed(text, draft) == BOTH

    @pytest.mark.parametrize("mode", ["vip_arp", "bgp_enable", "vip_routingtable"])
    def test_in_every_mode(self, mode: str) -> None:
        assert found(self.rule, kube_vip("0.8.4", {mode: "true", "cp_enable": "true", "address": f"{V4}, {V6}"}))

    @pytest.mark.parametrize(
        ("release", "variable", "silent"),
        [
            ("0.8.10", "vip_cidr", True),
            ("0.8.10", "vip_subnet", False),
            ("0.9.0", "vip_subnet", True),
            ("0.9.0", "vip_cidr", False),
        ],
    )
    def test_which_prefix_variable_saves_it(self, release: str, variable: str, *, silent: bool) -> None:
        subject = kube_vip(release, {**ARP, "address": f"{V4}, {V6}", variable: "32,128"})
        assert (found(self.rule, subject) == []) is silent

    @pytest.mark.parametrize("release", ["0.7.0", "0.8.2"])
    def test_silent_before(self, release: str) -> None:
        assert found(self.rule, kube_vip(release, {**ARP, "address": f"{V4}, {V6}"})) == []

    @pytest.mark.parametrize(
        "settings",
        [
            {**ARP, "vip_address": f"{V4}, {V6}"},
            {"vip_arp": "true", "address": f"{V4}, {V6}"},
            {**ARP, "address": BOTH},
            {**ARP, "address": f"{V4}, "},
            {**ARP, "address": f" {V4}"},
            {**ARP, "address": f"{V4} "},
            {**ARP, "address": f" {BOTH} "},
        ],
    )
    def test_silent(self, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip("1.2.3", settings)) == []

    def test_the_release_is_asked_for_only_where_it_decides(self) -> None:
        assert found(self.rule, kube_vip(None, {**ARP, "address": BOTH})) == []
        with pytest.raises(Unknown):
            found(self.rule, kube_vip(None, {**ARP, "address": f"{V4}, {V6}"}))


class TestDualStackTooOld:
    rule = rules.dual_stack_too_old

    @pytest.mark.parametrize("variable", ["address", "vip_address"])
    @pytest.mark.parametrize("release", ["0.5.0", "0.6.4"])
    def test_control_plane(self, variable: str, release: str) -> None:
        (draft,) = found(self.rule, kube_vip(release, {**ARP, variable: BOTH}))
        assert severity(self.rule, draft) is Severity.ERROR
        assert [label.span for label in draft.related] == [IMAGE]

    def test_control_plane_since_lists(self) -> None:
        assert found(self.rule, kube_vip("0.7.0", {**ARP, "address": BOTH})) == []

    @pytest.mark.parametrize(
        ("release", "expected"),
        [
            ("0.5.0", [Severity.INFO]),
            ("0.5.11", [Severity.INFO]),
            ("0.5.12", [Severity.ERROR]),
            ("0.6.4", [Severity.ERROR]),
            ("0.7.0", []),
        ],
    )
    def test_service(self, release: str, expected: list[Severity]) -> None:
        drafts = found(self.rule, kube_vip(release, SERVING), service(BOTH))
        assert [severity(self.rule, draft) for draft in drafts] == expected

    def test_silent_for_what_is_not_a_list_or_not_served(self) -> None:
        assert found(self.rule, kube_vip("0.6.4", {**ARP, "address": f"{V4},"})) == []
        assert found(self.rule, kube_vip("0.6.4", {"vip_arp": "true", "address": BOTH})) == []
        assert found(self.rule, kube_vip("0.6.4", SERVING), service(V4)) == []
        assert found(self.rule, kube_vip("0.6.4", SERVING), service(BOTH, ignore="true")) == []
        assert found(self.rule, kube_vip("0.6.4", {"vip_arp": "true"}), service(BOTH)) == []

    def test_an_unknown_release_is_not_too_old(self) -> None:
        with pytest.raises(Unknown):
            found(self.rule, kube_vip(None, {**ARP, "address": BOTH}))
        assert found(self.rule, kube_vip(None, {**ARP, "address": V4})) == []

    def test_an_unknown_address_does_not_hide_the_services(self) -> None:
        subject = kube_vip("0.6.4", {**ARP, "svc_enable": "true"}, unknown=["address"])
        links = ((subject, (Link(service(BOTH), ""),)),)
        check = self.rule.check(subject, cluster_of(subject, links=links))
        assert next(check).primary.span.path == "service.yaml"
        with pytest.raises(Unknown):
            next(check)


class TestDualStackCpV084:
    rule = rules.dual_stack_cp_v084

    @pytest.mark.parametrize("text", [BOTH, f"{V6},{V4}", f"{V4},{V6},{NAME}"])
    def test_found(self, text: str) -> None:
        assert len(found(self.rule, kube_vip("0.8.4", {**ARP, "address": text}))) == 1

    @pytest.mark.parametrize("release", ["0.7.0", "0.8.3", "0.8.5", "1.2.3"])
    def test_other_releases(self, release: str) -> None:
        assert found(self.rule, kube_vip(release, {**ARP, "address": BOTH})) == []

    @pytest.mark.parametrize(
        "settings",
        [
            {**ARP, "address": V6},
            {**ARP, "address": "10.0.0.10,10.0.0.11"},
            {**ARP, "address": f"{V4},{NAME}"},
            {"vip_arp": "true", "address": BOTH},
            {"bgp_enable": "true", "cp_enable": "true", "address": BOTH},
            {"vip_routingtable": "true", "cp_enable": "true", "address": BOTH},
        ],
    )
    def test_silent(self, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip("0.8.4", settings)) == []


TRAPS = [
    ("0.8.9", {"vip_arp": "true", "svc_enable": "true", "vip_cidr": "32"}),
    ("1.2.3", {"vip_arp": "true", "svc_enable": "true", "vip_cidr": "32"}),
    ("0.8.9", {**ARP, "svc_enable": "true", "address": V6, "vip_cidr": "128"}),
    ("1.0.4", {"vip_arp": "true", "cp_enable": "false", "svc_enable": "true", "vip_subnet": "32"}),
    ("1.0.4", {**ARP, "svc_enable": "true", "address": V6, "vip_subnet": "32,128"}),
    (
        "1.0.4",
        {**ARP, "address": "192.168.0.10", "egress_podcidr": "10.0.0.0/16", "egress_servicecidr": "10.96.0.0/12"},
    ),
    ("1.2.3", {"vip_wireguard": "true", "cp_enable": "true", "vip_address": "10.0.0.10/8"}),
]


@pytest.mark.parametrize(("release", "settings"), TRAPS)
def test_traps(release: str, settings: dict[str, str]) -> None:
    """Section 5.7 of the ground truth: nothing of it is wrong."""
    ours = [one for one in vars(rules).values() if isinstance(one, Rule) and one.code >= "VIP011"]
    assert len(ours) == 8
    subject = kube_vip(release, settings)
    services = (service("10.0.0.200"), service("10.0.0.201,fd00::201"))
    assert [draft for rule in ours for draft in found(rule, subject, *services)] == []
