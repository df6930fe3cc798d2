"""VIP023 and VIP024 by hand, with every case in which they must be silent."""

import pytest

from famlint.components.service import Service
from famlint.findings import Severity
from famlint.unknown import Unknown
from famlint_rules import kube_vip_service_names as rules
from tests.rules.hand_made import found, kube_vip, severity
from tests.rules.made_services import SERVES, advice, asking, judged, marked, until_unknown

V4, V6 = "10.0.0.200", "fd80::200"
NAME = "web.example.com"


class TestDhcpv6Service:
    rule = rules.dhcpv6_service

    @pytest.mark.parametrize(
        ("release", "ips", "words"),
        [
            ("0.5.12", "::", "does not support"),
            ("1.0.2", "::", "does not support"),
            ("1.0.3", "::", "crashes when the lease arrives"),
            ("1.2.3", "::", "crashes when the lease arrives"),
            ("1.2.3", f"{V4}, ::", "crashes when the lease arrives"),
            ("1.0.3", "0.0.0.0,::", "overwrites the IPv6 VIP with the IPv4 lease"),
            ("1.2.3", "::,0.0.0.0", "overwrites the IPv6 VIP with the IPv4 lease"),
        ],
    )
    def test_releases(self, release: str, ips: str, words: str) -> None:
        subject = asking(ips)
        (draft,) = judged(self.rule, subject, kube_vip(release, SERVES))
        assert marked(subject, draft) == "::"
        assert severity(self.rule, draft) is Severity.ERROR
        assert words in draft.message
        assert f"v{release}" in draft.message
        assert "static IPv6 address" in advice(draft)

    def test_info_without_a_release(self) -> None:
        for drafts in (judged(self.rule, asking("::")), judged(self.rule, asking("::"), kube_vip(None, SERVES))):
            (draft,) = drafts
            assert severity(self.rule, draft) is Severity.INFO

    def test_info_for_releases_not_seen_yet(self) -> None:
        (draft,) = judged(self.rule, asking("::"), kube_vip("1.2.4", SERVES))
        assert severity(self.rule, draft) is Severity.INFO
        assert "checked up to v1.2.3" in draft.message

    def test_the_worst_of_several_replicas(self) -> None:
        new, old = kube_vip("1.9.0", SERVES), kube_vip("1.2.3", SERVES, at=5000)
        (draft,) = judged(self.rule, asking("::"), new, old)
        assert severity(self.rule, draft) is Severity.ERROR

    def test_the_field(self) -> None:
        assert judged(self.rule, asking(ip="::")) == []
        (draft,) = judged(self.rule, asking(ip="::"), kube_vip("1.2.3", SERVES))
        assert severity(self.rule, draft) is Severity.ERROR

    @pytest.mark.parametrize(
        "subject", [asking("0.0.0.0"), asking(V6), asking(f"{V4},{V6}"), asking(""), asking("::", ignore="true")]
    )
    def test_silent(self, subject: Service) -> None:
        assert judged(self.rule, subject) == []
        assert judged(self.rule, subject, kube_vip("1.2.3", SERVES)) == []

    def test_silent_where_the_annotation_is_not_read(self) -> None:
        assert judged(self.rule, asking("::"), kube_vip("0.5.11", SERVES)) == []


class TestServiceHostnameOld:
    rule = rules.service_hostname_old

    @pytest.mark.parametrize(
        ("release", "words"),
        [
            ("0.8.5", "crashes"),
            ("0.8.9", "crashes"),
            ("0.8.10", "ends itself with a panic"),
            ("0.9.0", "never configures the VIP"),
            ("1.0.0", "never configures the VIP"),
            ("1.0.1", "ignores the host name"),
            ("1.0.2", "ignores the host name"),
        ],
    )
    def test_errors(self, release: str, words: str) -> None:
        subject = asking(f"{V4},{NAME}")
        (draft,) = found(self.rule, kube_vip(release, SERVES), subject)
        assert marked(subject, draft) == NAME
        assert severity(self.rule, draft) is Severity.ERROR
        assert words in draft.message
        assert "v1.0.3" in advice(draft)

    def test_warning_without_a_prefix(self) -> None:
        for release in ("1.0.3", "1.2.3", "1.9.0"):
            (draft,) = found(self.rule, kube_vip(release, SERVES), asking(NAME))
            assert severity(self.rule, draft) is Severity.WARNING
            assert "vip_subnet" in advice(draft)
            assert ("checked up to v1.2.3" in draft.message) is (release == "1.9.0")

    def test_not_announced(self) -> None:
        settings = {"bgp_enable": "true", "svc_enable": "true", "svc_election": "true"}
        (draft,) = found(self.rule, kube_vip("0.8.9", settings), asking(NAME))
        assert "does not announce" in draft.message

    @pytest.mark.parametrize(
        ("release", "settings"),
        [
            ("0.5.12", {}),
            ("0.8.4", {}),
            ("0.8.9", {"vip_arp": "false", "vip_routingtable": "true"}),
            ("0.8.9", {"vip_arp": "false", "bgp_enable": "true"}),
            ("1.0.3", {"vip_subnet": "32,128"}),
            ("1.2.3", {"address": V4}),
            ("0.9.2", {"svc_enable": "false"}),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip(release, {**SERVES, **settings}), asking(NAME)) == []

    @pytest.mark.parametrize(
        "subject",
        [
            asking(V4),
            asking(NAME, families=["IPv6"]),
            asking(NAME, ignore="true"),
            asking("10.0.0.200/24"),
            asking("<VIP>"),
            asking("0.0.0.0"),
            asking(ip=NAME),
        ],
    )
    def test_silent_services(self, subject: Service) -> None:
        assert found(self.rule, kube_vip("0.9.2", SERVES), subject) == []

    def test_ipv6_only_is_ignored_as_well_from_1_0_1_on(self) -> None:
        assert found(self.rule, kube_vip("1.0.1", SERVES), asking(NAME, families=["IPv6"]))

    def test_silent_without_a_release(self) -> None:
        with pytest.raises(Unknown):
            found(self.rule, kube_vip(None, SERVES), asking(NAME))
        assert found(self.rule, kube_vip(None, SERVES), asking(V4)) == []

    def test_an_unknown_service_does_not_hide_another(self) -> None:
        hidden = asking(unknown=["annotations.kube-vip.io/loadbalancerIPs"])
        drafts, missing = until_unknown(self.rule, kube_vip("0.9.2", SERVES), hidden, asking(NAME))
        assert len(drafts) == 1
        assert missing == "annotations.kube-vip.io/loadbalancerIPs"
