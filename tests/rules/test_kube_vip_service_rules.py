"""VIP019 and VIP020 by hand, with every case in which they must be silent."""

import pytest

from famlint.components.service import Service
from famlint.findings import Severity
from famlint.unknown import Unknown
from famlint_rules import kube_vip_services as rules
from tests.rules.hand_made import kube_vip, severity
from tests.rules.made_services import SERVES, advice, asking, judged, marked

V4, V6 = "10.0.0.200", "fd80::200"
BOTH = f"{V4},{V6}"
NOW = kube_vip("1.2.3", SERVES)


class TestServiceVipFamilyMismatch:
    rule = rules.service_vip_family_mismatch

    def test_both_families_and_nothing_said(self) -> None:
        subject = asking(BOTH)
        (draft,) = judged(self.rule, subject)
        assert marked(subject, draft) == BOTH
        assert severity(self.rule, draft) is Severity.ERROR
        assert "PreferDualStack" in advice(draft)

    @pytest.mark.parametrize(
        ("family", "ips", "wrong", "expected"),
        [
            ("IPv4", BOTH, V6, Severity.ERROR),
            ("IPv6", BOTH, V4, Severity.ERROR),
            ("IPv6", f"{V6}, {V4}", V4, Severity.ERROR),
            ("IPv4", V6, V6, Severity.WARNING),
            ("IPv6", V4, V4, Severity.WARNING),
            ("IPv4", f"{V6},web.example.com", V6, Severity.WARNING),
        ],
    )
    @pytest.mark.parametrize("policy", ["", "SingleStack"])
    def test_the_other_family(self, policy: str, family: str, ips: str, wrong: str, expected: Severity) -> None:
        subject = asking(ips, policy=policy, families=[family])
        (draft,) = judged(self.rule, subject)
        assert marked(subject, draft) == wrong
        assert severity(self.rule, draft) is expected
        assert wrong in draft.message

    def test_the_field_counts_with_a_kube_vip(self) -> None:
        subject = asking(ip=V6, families=["IPv4"])
        assert judged(self.rule, subject) == []
        (draft,) = judged(self.rule, subject, NOW)
        assert marked(subject, draft) == V6
        assert any("the only kube-vip in apps/" in label.message for label in draft.related)

    def test_any_release(self) -> None:
        for release in ("0.7.0", "1.2.3", "1.9.0", None):
            assert judged(self.rule, asking(BOTH), kube_vip(release, SERVES))

    @pytest.mark.parametrize(
        "subject",
        [
            asking(V4),
            asking(V6),
            asking(V4, families=["IPv4"]),
            asking(BOTH, policy="PreferDualStack"),
            asking(BOTH, policy="RequireDualStack"),
            asking(V6, policy="PreferDualStack", families=["IPv4"]),
            asking(BOTH, families=["IPv4", "IPv6"]),
            asking(BOTH, ignore="true"),
            asking("0.0.0.0", families=["IPv6"]),
            asking("::", families=["IPv4"]),
            asking("web.example.com", families=["IPv4"]),
            asking("::ffff:10.0.0.1", families=["IPv6"]),
            asking("", families=["IPv4"]),
        ],
    )
    def test_silent(self, subject: Service) -> None:
        assert judged(self.rule, subject) == []
        assert judged(self.rule, subject, NOW) == []

    def test_silent_for_the_services_of_others(self) -> None:
        assert judged(self.rule, asking(BOTH, load_balancer_class="example.com/lb"), NOW) == []
        assert judged(self.rule, asking(BOTH), kube_vip("1.2.3", {"vip_arp": "true", "cp_enable": "true"})) == []

    def test_unknown(self) -> None:
        for subject in (
            asking(BOTH, unknown=["spec.ipFamilyPolicy"]),
            asking(BOTH, unknown=["spec.ipFamilies"]),
            asking(BOTH, partial="a template may add fields"),
            asking(unknown=["annotations.kube-vip.io/loadbalancerIPs"]),
            asking(BOTH, load_balancer_class="example.com/lb"),
        ):
            with pytest.raises(Unknown):
                judged(self.rule, subject)


class TestRequireDualStackOneVip:
    rule = rules.require_dual_stack_one_vip

    @pytest.mark.parametrize(
        ("ips", "missing"), [(V4, "IPv6"), (V6, "IPv4"), (f"{V4},10.0.0.201", "IPv6"), (f"{V6},fd80::201", "IPv4")]
    )
    def test_one_family(self, ips: str, missing: str) -> None:
        subject = asking(ips, policy="RequireDualStack", families=["IPv4", "IPv6"])
        for drafts in (judged(self.rule, subject), judged(self.rule, subject, NOW)):
            (draft,) = drafts
            assert marked(subject, draft) == ips
            assert severity(self.rule, draft) is Severity.WARNING
            assert missing in draft.message
            assert missing in advice(draft)

    @pytest.mark.parametrize(
        "subject",
        [
            asking(policy="RequireDualStack"),
            asking(BOTH, policy="RequireDualStack"),
            asking(V4, policy="PreferDualStack"),
            asking(V4),
            asking(f"{V4},web.example.com", policy="RequireDualStack"),
            asking("0.0.0.0", policy="RequireDualStack"),
            asking(f"{V4},::", policy="RequireDualStack"),
            asking(f"{V4},fd80::200/64", policy="RequireDualStack"),
            asking(V4, policy="RequireDualStack", ignore="true"),
            asking(ip=V4, policy="RequireDualStack"),
        ],
    )
    def test_silent(self, subject: Service) -> None:
        assert judged(self.rule, subject) == []
        assert judged(self.rule, subject, NOW) == []

    def test_silent_where_the_annotation_is_not_read(self) -> None:
        assert judged(self.rule, asking(V4, policy="RequireDualStack"), kube_vip("0.5.11", SERVES)) == []

    def test_unknown(self) -> None:
        with pytest.raises(Unknown):
            judged(self.rule, asking(V4, unknown=["spec.ipFamilyPolicy"]))
