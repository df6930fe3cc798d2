"""VIP015 and VIP016 by hand, with every case in which they must be silent."""

import pytest

from famlint.findings import Severity
from famlint.unknown import Unknown
from famlint_rules import kube_vip as rules
from tests.rules.hand_made import ARP, BOTH, NAME, V4, fixed, found, kube_vip, pointed_at, service, severity


class TestDnsAddressNeedsPrefix:
    rule = rules.dns_address_needs_prefix

    @pytest.mark.parametrize(
        ("release", "expected"), [("0.8.2", 0), ("0.8.3", 1), ("0.8.9", 1), ("0.8.10", 0), ("0.9.0", 0), ("1.2.3", 0)]
    )
    def test_not_derived(self, release: str, expected: int) -> None:
        assert len(found(self.rule, kube_vip(release, {**ARP, "address": NAME}))) == expected

    @pytest.mark.parametrize(
        ("release", "expected"),
        [("0.8.9", 0), ("0.8.10", 0), ("0.9.0", 1), ("1.0.0", 1), ("1.0.1", 1), ("1.0.2", 0), ("1.2.3", 0)],
    )
    @pytest.mark.parametrize("variable", ["address", "vip_address"])
    def test_pair(self, variable: str, release: str, expected: int) -> None:
        subject = kube_vip(release, {**ARP, variable: NAME, "vip_cidr": "32", "vip_subnet": "32,128"})
        drafts = found(self.rule, subject)
        assert [severity(self.rule, draft) for draft in drafts] == [Severity.ERROR] * expected
        assert [pointed_at(subject, draft) for draft in drafts] == ["32,128"] * expected

    @pytest.mark.parametrize(("release", "expected"), [("1.0.0", 0), ("1.0.1", 1), ("1.0.2", 0)])
    def test_derived_pair(self, release: str, expected: int) -> None:
        drafts = found(self.rule, kube_vip(release, {**ARP, "address": NAME, "dns_mode": "dual"}))
        assert [severity(self.rule, draft) for draft in drafts] == [Severity.WARNING] * expected

    @pytest.mark.parametrize(
        ("release", "settings"),
        [
            ("0.8.9", {**ARP, "address": NAME, "vip_cidr": "32"}),
            ("0.8.9", {**ARP, "vip_address": NAME}),
            ("0.8.9", {**ARP, "address": V4}),
            ("0.8.9", {"vip_arp": "true", "svc_enable": "true", "address": NAME}),
            ("1.0.0", {**ARP, "address": NAME, "vip_subnet": "32"}),
            ("1.0.0", {**ARP, "address": NAME, "vip_subnet": "32,128", "vip_ddns": "true"}),
            ("1.0.0", {**ARP, "address": BOTH, "vip_subnet": "32,128"}),
            ("1.0.1", {**ARP, "vip_address": NAME, "dns_mode": "dual"}),
            ("1.0.1", {**ARP, "address": NAME, "dns_mode": "Dual"}),
            ("1.0.1", {**ARP, "address": NAME, "dns_mode": "dual", "vip_subnet": "32"}),
            ("1.0.1", {**ARP, "address": NAME, "dns_mode": "dual", "vip_ddns": "true"}),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip(release, settings)) == []


class TestDnsModeValue:
    rule = rules.dns_mode_value

    @pytest.mark.parametrize(
        ("release", "mode", "expected"),
        [
            ("0.7.0", "both", Severity.WARNING),
            ("1.0.4", "both", Severity.WARNING),
            ("1.2.3", "both", Severity.WARNING),
            ("1.2.2", "IPv4", Severity.WARNING),
            ("1.2.3", "IPv4", Severity.ERROR),
            ("1.2.3", "IPV6", Severity.ERROR),
            ("1.2.3", "Dual", Severity.ERROR),
            ("1.2.3", "First", Severity.WARNING),
            ("1.2.4", "IPv4", Severity.WARNING),
        ],
    )
    @pytest.mark.parametrize("variable", ["address", "vip_address"])
    def test_control_plane(self, release: str, mode: str, expected: Severity, variable: str) -> None:
        (draft,) = found(self.rule, kube_vip(release, {**ARP, variable: NAME, "dns_mode": mode}))
        assert severity(self.rule, draft) is expected

    @pytest.mark.parametrize(
        ("mode", "right"), [("IPv4", "ipv4"), ("Dual", "dual"), (" dual", "dual"), ("FIRST", "first")]
    )
    def test_fix(self, mode: str, right: str) -> None:
        (draft,) = found(self.rule, kube_vip("1.2.3", {**ARP, "dns_mode": mode, "address": NAME}))
        assert fixed(mode, draft) == right

    def test_advice_only_where_nobody_knows_what_was_meant(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.2.3", {**ARP, "dns_mode": "both", "address": NAME}))
        assert draft.fix is not None
        assert not draft.fix.edits

    @pytest.mark.parametrize(
        ("release", "expected"), [("1.0.0", 1), ("1.0.1", 0), ("1.0.2", 0), ("1.0.3", 1), ("1.2.3", 1)]
    )
    def test_service_names(self, release: str, expected: int) -> None:
        subject = kube_vip(release, {"vip_arp": "true", "svc_enable": "true", "dns_mode": "IPv4"})
        drafts = found(self.rule, subject, service(NAME))
        assert [severity(self.rule, draft) for draft in drafts] == [Severity.WARNING] * expected

    @pytest.mark.parametrize("mode", ["first", "ipv4", "ipv6", "dual"])
    def test_silent_for_known_words(self, mode: str) -> None:
        assert found(self.rule, kube_vip("1.2.3", {**ARP, "address": NAME, "dns_mode": mode})) == []

    @pytest.mark.parametrize(
        ("release", "settings"),
        [
            ("1.2.3", {**ARP, "address": BOTH, "dns_mode": "both"}),
            ("1.2.3", {"vip_arp": "true", "address": NAME, "dns_mode": "both"}),
            ("0.6.4", {**ARP, "address": NAME, "dns_mode": "both"}),
            ("1.2.3", {**ARP, "address": NAME}),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip(release, settings), service(V4)) == []

    def test_an_unknown_address_does_not_hide_a_service(self) -> None:
        settings = {**ARP, "svc_enable": "true", "dns_mode": "both"}
        assert found(self.rule, kube_vip("1.2.3", settings, unknown=["address"]), service(NAME))
        with pytest.raises(Unknown):
            found(self.rule, kube_vip("1.2.3", settings, unknown=["address"]))
