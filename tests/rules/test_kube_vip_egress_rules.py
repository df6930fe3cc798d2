"""VIP025 to VIP027 by hand, with every case in which they must be silent."""

import pytest

from famlint.components.service import Service
from famlint.findings import Severity
from famlint.unknown import Unknown
from famlint_rules import kube_vip_egress as rules
from tests.rules.hand_made import found, kube_vip, pointed_at, severity
from tests.rules.made_services import SERVES, advice, asking, judged, marked, mended, until_unknown

V4, V6 = "10.0.0.201", "fd80::201"
RANGE4, RANGE6 = "10.42.0.0/16", "fd42::/56"
BOTH = f"{RANGE4},{RANGE6}"


def out(ips: str = "", **more: str) -> Service:
    return asking(ips, egress="true", **more)


class TestEgressCidrFamily:
    rule = rules.egress_cidr_family

    @pytest.mark.parametrize("variable", ["egress_podcidr", "egress_servicecidr"])
    @pytest.mark.parametrize("subject", [out(V6), out(egress_ipv6="true"), out(V4, egress_ipv6="true")])
    def test_no_ipv6_range(self, subject: Service, variable: str) -> None:
        vip = kube_vip("1.2.3", {**SERVES, variable: RANGE4})
        (draft,) = found(self.rule, vip, subject)
        assert pointed_at(vip, draft) == RANGE4
        assert severity(self.rule, draft) is Severity.WARNING
        assert f"no IPv6 range in {variable}" in draft.message
        assert "fd42::/56" in advice(draft)

    def test_both_variables(self) -> None:
        vip = kube_vip("1.2.3", {**SERVES, "egress_podcidr": RANGE4, "egress_servicecidr": "10.43.0.0/16"})
        assert len(found(self.rule, vip, out(V6))) == 2

    def test_one_finding_for_all_services(self) -> None:
        vip = kube_vip("1.2.3", {**SERVES, "egress_podcidr": RANGE4})
        (draft,) = found(self.rule, vip, out(V6), out(V6))
        assert sum("asks for egress" in label.message for label in draft.related) == 2

    @pytest.mark.parametrize(
        ("release", "ranges", "ips", "words"),
        [
            ("0.7.0", RANGE4, V4, "no range for IPv4"),
            ("0.8.2", BOTH, V4, "the last entry for IPv4"),
            ("0.8.4", f"{RANGE6},{RANGE4}", V4, "the first entry for IPv4"),
        ],
    )
    def test_lists_that_old_releases_get_wrong(self, release: str, ranges: str, ips: str, words: str) -> None:
        (draft,) = found(self.rule, kube_vip(release, {**SERVES, "egress_podcidr": ranges}), out(ips))
        assert words in draft.message
        assert "v0.8.5" in advice(draft)

    def test_a_blank(self) -> None:
        ranges = f"{RANGE4}, {RANGE6}"
        vip = kube_vip("1.2.3", {**SERVES, "egress_podcidr": ranges})
        (draft,) = found(self.rule, vip, out(V6))
        assert pointed_at(vip, draft) == f" {RANGE6}"
        assert mended(ranges, draft) == BOTH

    def test_texts_that_are_no_cidr(self) -> None:
        vip = kube_vip("1.2.3", {**SERVES, "egress_podcidr": f"10.42.0.0,{RANGE6},fd43::1"})
        assert [pointed_at(vip, draft) for draft in found(self.rule, vip, out(V6))] == ["10.42.0.0", "fd43::1"]
        (draft,) = found(self.rule, kube_vip("1.2.3", {**SERVES, "egress_podcidr": f"{BOTH},"}), out(V6))
        assert "an empty item" in draft.message

    def test_releases_not_seen_yet(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.9.0", {**SERVES, "egress_podcidr": RANGE4}), out(V6))
        assert "checked up to v1.2.3" in draft.message

    @pytest.mark.parametrize(
        ("release", "settings", "subject"),
        [
            ("1.2.3", {}, out(V6)),
            ("1.2.3", {"egress_podcidr": BOTH, "egress_servicecidr": "10.43.0.0/16,fd43::/112"}, out(V6)),
            ("1.2.3", {"egress_podcidr": RANGE4}, out(V4)),
            ("1.2.3", {"egress_podcidr": RANGE4}, out()),
            ("1.2.3", {"egress_podcidr": RANGE4}, asking(V6)),
            ("1.2.3", {"egress_podcidr": RANGE4}, asking(V6, egress="false")),
            ("1.2.3", {"egress_podcidr": "nonsense"}, asking(V4)),
            ("1.2.3", {"egress_podcidr": RANGE4, "svc_enable": "false"}, out(V6)),
            ("0.6.4", {"egress_podcidr": RANGE4}, out(V6)),
            ("0.8.5", {"egress_podcidr": f"{RANGE6},{RANGE4}"}, out(V4)),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str], subject: Service) -> None:
        assert found(self.rule, kube_vip(release, {**SERVES, **settings}), subject) == []

    def test_silent_without_services(self) -> None:
        assert found(self.rule, kube_vip(None, SERVES, unknown=["egress_podcidr"])) == []

    def test_an_unknown_service_does_not_hide_another(self) -> None:
        vip = kube_vip("1.2.3", {**SERVES, "egress_podcidr": RANGE4})
        hidden = asking(unknown=["annotations.kube-vip.io/egress"])
        drafts, missing = until_unknown(self.rule, vip, hidden, out(V6))
        assert len(drafts) == 1
        assert missing == "annotations.kube-vip.io/egress"


class TestEgressIpv6NeedsEndpointslices:
    rule = rules.egress_ipv6_needs_endpointslices
    subject = out(egress_ipv6="true")

    @pytest.mark.parametrize(
        ("release", "expected"),
        [
            ("0.5.0", None),
            ("0.5.5", Severity.INFO),
            ("0.8.2", Severity.INFO),
            ("0.8.3", Severity.ERROR),
            ("0.9.2", Severity.ERROR),
            ("1.0.0", None),
            ("1.2.3", None),
        ],
    )
    def test_unset(self, release: str, expected: Severity | None) -> None:
        drafts = found(self.rule, kube_vip(release, SERVES), self.subject)
        assert [severity(self.rule, draft) for draft in drafts] == ([expected] if expected else [])
        assert [marked(self.subject, draft) for draft in drafts] == ["true"] * len(drafts)
        assert all(advice(draft) for draft in drafts)

    @pytest.mark.parametrize(
        ("release", "variable", "word", "right"),
        [
            ("0.9.2", "enable_endpointslices", "false", "true"),
            ("1.0.0", "enable_endpoints", "true", "false"),
            ("1.2.3", "enable_endpoints", "T", "false"),
        ],
    )
    def test_set_the_wrong_way(self, release: str, variable: str, word: str, right: str) -> None:
        vip = kube_vip(release, {**SERVES, variable: word})
        (draft,) = found(self.rule, vip, self.subject, out(V6, egress_ipv6="true"))
        assert pointed_at(vip, draft) == word
        assert severity(self.rule, draft) is Severity.ERROR
        assert mended(word, draft) == right
        assert sum("asks for IPv6 egress" in label.message for label in draft.related) == 2

    @pytest.mark.parametrize(
        ("release", "settings", "subject"),
        [
            ("0.9.2", {"enable_endpointslices": "true"}, subject),
            ("1.2.3", {"enable_endpoints": "false"}, subject),
            ("1.2.3", {"enable_endpointslices": "false"}, subject),
            ("0.9.2", {}, asking(egress_ipv6="true")),
            ("0.9.2", {}, asking(egress="true")),
            ("0.9.2", {}, asking(egress="true", egress_ipv6="true", ignore="true")),
            ("0.9.2", {"svc_enable": "false"}, subject),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str], subject: Service) -> None:
        assert found(self.rule, kube_vip(release, {**SERVES, **settings}), subject) == []

    def test_silent_without_a_release(self) -> None:
        with pytest.raises(Unknown):
            found(self.rule, kube_vip(None, SERVES), self.subject)
        assert found(self.rule, kube_vip(None, SERVES), asking(V6)) == []

    def test_an_unknown_service_does_not_hide_another(self) -> None:
        hidden = asking(unknown=["annotations.kube-vip.io/egress"])
        drafts, missing = until_unknown(self.rule, kube_vip("0.9.2", SERVES), hidden, self.subject)
        assert len(drafts) == 1
        assert missing == "annotations.kube-vip.io/egress"


class TestEgressNetworkFamily:
    rule = rules.egress_network_family

    @pytest.mark.parametrize("annotation", ["egress_allowed_networks", "egress_denied_networks"])
    @pytest.mark.parametrize(
        ("subject", "networks", "wrong"),
        [
            ({"ips": V4}, "fd99::/64", "fd99::/64"),
            ({"ips": V6}, "172.18.0.0/24", "172.18.0.0/24"),
            ({"ips": V6, "egress_ipv6": "true"}, "fd99::/64,172.18.0.0/24", "172.18.0.0/24"),
            ({"ips": V4, "egress_ipv6": "true"}, "172.18.0.0/24", "172.18.0.0/24"),
            ({"ips": V4}, "172.18.0.0/24,fd99::5", "fd99::5"),
            ({"ips": V4}, "172.18.0.0/33", "172.18.0.0/33"),
            ({"ips": V4}, "172.18.0.0/24,example.com/24", "example.com/24"),
        ],
    )
    def test_wrong(self, annotation: str, subject: dict[str, str], networks: str, wrong: str) -> None:
        made = out(**{**subject, annotation: networks})
        for drafts in (judged(self.rule, made), judged(self.rule, made, kube_vip("1.2.3", SERVES))):
            (draft,) = drafts
            assert marked(made, draft) == wrong
            assert severity(self.rule, draft) is Severity.WARNING
            assert f"kube-vip.io/{annotation.replace('_', '-')}" in draft.message
            assert advice(draft)

    def test_a_blank(self) -> None:
        networks = "172.18.0.0/24, 172.19.0.0/24 ,172.20.0.0/24"
        made = out(V4, egress_allowed_networks=networks)
        (draft,) = judged(self.rule, made)
        assert marked(made, draft) == " 172.19.0.0/24 "
        assert draft.fix is not None
        at = min(edit.span.start for edit in draft.fix.edits) - networks.index(" ")
        assert mended(networks, draft, at) == "172.18.0.0/24,172.19.0.0/24,172.20.0.0/24"

    def test_what_is_wrong_whatever_the_family(self) -> None:
        assert judged(self.rule, out(egress_allowed_networks="172.18.0.0/24, 172.19.0.0/24"))
        assert judged(self.rule, out(egress_allowed_networks="nonsense"))

    def test_an_empty_item(self) -> None:
        (draft,) = judged(self.rule, out(V4, egress_allowed_networks="172.18.0.0/24,"))
        assert "an empty item" in draft.message

    @pytest.mark.parametrize(
        ("release", "expected"), [("0.8.7", 0), ("0.8.8", 1), ("1.2.3", 1), ("1.9.0", 1), (None, 1)]
    )
    def test_releases(self, release: str | None, expected: int) -> None:
        drafts = judged(self.rule, out(V4, egress_denied_networks="fd99::/64"), kube_vip(release, SERVES))
        assert len(drafts) == expected
        assert all(("checked up to" in draft.message) is (release == "1.9.0") for draft in drafts)

    @pytest.mark.parametrize(
        "subject",
        [
            out(V4, egress_allowed_networks="172.18.0.0/24,172.19.0.0/24"),
            out(V6, egress_allowed_networks="fd99::/64"),
            out(V4, egress_allowed_networks="172.18.0.5"),
            out(V4, egress_allowed_networks="172.18.0.0/255.255.255.0"),
            out(V4),
            out(egress_allowed_networks="fd99::/64"),
            out(egress_allowed_networks="fd99::/64,172.18.0.0/24"),
            out(f"{V4},{V6}", egress_allowed_networks="fd99::/64,172.18.0.0/24"),
            out("web.example.com", egress_allowed_networks="fd99::/64"),
            asking(V4, egress_allowed_networks="fd99::/64"),
            asking(V4, egress="false", egress_allowed_networks="fd99::/64"),
            out(V4, egress_allowed_networks="fd99::/64", ignore="true"),
        ],
    )
    def test_silent(self, subject: Service) -> None:
        assert judged(self.rule, subject) == []
        assert judged(self.rule, subject, kube_vip("1.2.3", SERVES)) == []

    def test_unknown(self) -> None:
        with pytest.raises(Unknown):
            judged(self.rule, out(V4, egress_allowed_networks="fd99::/64", load_balancer_class="example.com/lb"))
        with pytest.raises(Unknown):
            judged(
                self.rule,
                asking(egress="true", egress_allowed_networks="fd99::/64", partial="a template may add fields"),
            )
