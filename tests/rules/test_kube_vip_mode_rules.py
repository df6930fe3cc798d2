"""VIP036 to VIP040 by hand and by files, with every case in which they must be silent."""

import pytest

from famlint.components.service import Service
from famlint.findings import Severity
from famlint.testing import check_files
from famlint_rules import kube_vip_features as features
from famlint_rules import kube_vip_modes as modes
from tests.rules.hand_made import ARP, BOTH, IMAGE, V4, V6, found, kube_vip, pointed_at, severity
from tests.rules.made_services import SERVES, advice, asking, judged, marked, mended, until_unknown

LABELS = {"enable_node_labeling": "true", **SERVES}
DUAL = asking(BOTH, policy="RequireDualStack", families=("IPv4", "IPv6"))
SINGLE = asking(V4, families=("IPv4",))
WIREGUARD = {"vip_wireguard": "true", "svc_enable": "true"}
ECMP = {"vip_routingtable": "true", "cp_enable": "true", "vip_interface": "eth0"}
CHART = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: kube-vip, namespace: kube-system}
spec:
  chart: {spec: {chart: kube-vip, version: %s, sourceRef: {kind: HelmRepository, name: kube-vip}}}
  values: %s
"""


def of_a_chart(version: str, values: str, code: str) -> list[tuple[str, str, str]]:
    """Severity, message and advice of the findings of one rule."""
    run = check_files({"release.yaml": CHART % (version, values)}, select=(code,))
    return [(one.severity.word, one.message, one.fix.description if one.fix else "") for one in run.findings]


class TestNodeLabelIpv6:
    rule = features.node_label_ipv6

    def test_an_ipv6_address(self) -> None:
        vip = kube_vip("1.1.2", {**LABELS, "address": V6})
        (draft,) = found(self.rule, vip)
        assert severity(self.rule, draft) is Severity.WARNING
        assert pointed_at(vip, draft) == "true"
        assert '":" is not allowed in a label value' in draft.message
        assert "v1.2.0 or later" in advice(draft)

    def test_two_addresses(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.2.3", {**LABELS, "address": BOTH}))
        assert f'"{BOTH}" of address: "," is not allowed' in draft.message
        assert mended("true", draft, at=0) == "false"

    def test_a_service(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.2.3", LABELS), DUAL)
        assert "of Service web" in draft.message
        assert "one address per Service" in advice(draft)
        assert any("the only kube-vip in apps/" in label.message for label in draft.related)
        (draft,) = found(self.rule, kube_vip("1.0.1", LABELS), asking(V6))
        assert "v1.0.2 or later" in advice(draft)

    def test_one_finding_for_all(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.2.3", {**LABELS, "address": BOTH}), DUAL, DUAL)
        assert len(draft.related) == 3

    def test_releases_not_seen_yet(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.9.0", {**LABELS, "address": BOTH}))
        assert "checked up to v1.2.3" in draft.message

    @pytest.mark.parametrize(
        ("release", "settings", "services"),
        [
            ("1.2.3", {"address": V4}, [SINGLE]),
            ("1.2.3", {"address": V6}, []),
            ("0.6.1", {"address": BOTH}, [DUAL]),
            ("1.0.0", {}, [DUAL]),
            ("1.2.3", {"address": BOTH, "enable_node_labeling": "false"}, [DUAL]),
            ("1.2.3", {"address": BOTH, "svc_enable": "false"}, []),
            ("1.2.3", {"address": BOTH, "svc_election": "true"}, []),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str], services: list[Service]) -> None:
        assert found(self.rule, kube_vip(release, LABELS | settings), *services) == []

    def test_an_unknown_service_does_not_hide_another(self) -> None:
        hidden = asking(unknown=["annotations.kube-vip.io/loadbalancerIPs"])
        drafts, missing = until_unknown(self.rule, kube_vip("1.2.3", LABELS), hidden, DUAL)
        assert len(drafts) == 1
        assert missing == "annotations.kube-vip.io/loadbalancerIPs"


class TestIpvsIpv6Old:
    rule = features.ipvs_ipv6_old

    @pytest.mark.parametrize(
        ("release", "expected", "words"),
        [
            ("0.5.12", Severity.WARNING, "balances nothing"),
            ("0.6.0", Severity.ERROR, "kube-vip ends"),
            ("0.7.2", Severity.ERROR, "kube-vip ends"),
        ],
    )
    def test_releases(self, release: str, expected: Severity, words: str) -> None:
        vip = kube_vip(release, {"lb_enable": "true", **ARP, "address": V6})
        (draft,) = found(self.rule, vip)
        assert severity(self.rule, draft) is expected
        assert words in draft.message
        assert pointed_at(vip, draft) == "true"
        assert {label.message for label in draft.related} == {"this release", "the control-plane VIP"}
        assert advice(draft) == 'use kube-vip v0.8.0 or later, or set lb_enable: "false"'

    def test_values_of_the_chart(self) -> None:
        values = '{config: {address: "fd00::10"}, env: {cp_enable: "true"}}'
        ((word, message, advice),) = of_a_chart("0.5.0", values, "VIP037")
        assert word == "error"
        assert "the default of chart kube-vip 0.5.0" in message
        assert 'env.lb_enable: "false"' in advice
        off = values.replace('cp_enable: "true"', 'cp_enable: "true", lb_enable: "false"')
        assert of_a_chart("0.5.0", off, "VIP037") == []
        assert of_a_chart("0.5.0", values.replace('{cp_enable: "true"}', "{}"), "VIP037") == []
        assert of_a_chart("0.6.0", values, "VIP037") == []

    @pytest.mark.parametrize(
        ("release", "settings"),
        [
            ("0.8.0", {"address": V6}),
            ("0.7.2", {"address": V4}),
            ("0.7.2", {"address": V6, "cp_enable": "false"}),
            ("0.7.2", {"address": V6, "lb_enable": "false"}),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip(release, {"lb_enable": "true", **ARP} | settings)) == []

    def test_unknown_release(self) -> None:
        vip = kube_vip(None, {"lb_enable": "true", **ARP, "address": V6})
        assert until_unknown(self.rule, vip) == ([], "kube-vip version")


class TestWireguardDualStack:
    rule = modes.wireguard_dual_stack

    def test_a_dual_stack_service(self) -> None:
        (draft,) = judged(self.rule, DUAL, kube_vip("1.2.3", WIREGUARD))
        assert severity(self.rule, draft) is Severity.WARNING
        assert marked(DUAL, draft) == "RequireDualStack"
        assert "IP version mismatch" in draft.message
        assert "one Service per family" in advice(draft)
        assert any(label.span == IMAGE for label in draft.related)

    def test_one_finding_for_replicas(self) -> None:
        first, second = kube_vip("1.2.3", WIREGUARD), kube_vip("1.2.3", WIREGUARD, at=2000, name="other")
        (draft,) = judged(self.rule, DUAL, first, second)
        assert sum("serves the Service" in label.message for label in draft.related) == 2

    def test_releases_not_seen_yet(self) -> None:
        (draft,) = judged(self.rule, DUAL, kube_vip("1.9.0", WIREGUARD))
        assert "checked up to v1.2.3" in draft.message

    @pytest.mark.parametrize(
        ("release", "settings", "service"),
        [
            ("1.1.1", {}, DUAL),
            ("1.2.3", {}, SINGLE),
            ("1.2.3", {}, asking(policy="PreferDualStack")),
            ("1.2.3", {"vip_wireguard": "false", "vip_arp": "true"}, DUAL),
            ("1.2.3", {"svc_enable": "false"}, DUAL),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str], service: Service) -> None:
        assert judged(self.rule, service, kube_vip(release, WIREGUARD | settings)) == []

    def test_silent_without_a_kube_vip(self) -> None:
        assert judged(self.rule, DUAL) == []


class TestTwoModes:
    rule = modes.two_modes

    @pytest.mark.parametrize("release", ["1.2.2", "1.2.3", "1.9.0"])
    def test_refused(self, release: str) -> None:
        vip = kube_vip(release, {"vip_arp": "true", "bgp_enable": "1"})
        (draft,) = found(self.rule, vip)
        assert severity(self.rule, draft) is Severity.ERROR
        assert "vip_arp and bgp_enable are on together" in draft.message
        assert "stops at start" in draft.message
        assert ("checked up to" in draft.message) is (release == "1.9.0")
        assert pointed_at(vip, draft) == "true"
        assert "keep one mode" in advice(draft)

    @pytest.mark.parametrize(("release", "engine"), [("0.8.9", "bgp_enable"), ("1.2.1", "vip_arp")])
    def test_info_before(self, release: str, engine: str) -> None:
        (draft,) = found(self.rule, kube_vip(release, {"vip_arp": "true", "bgp_enable": "true"}))
        assert severity(self.rule, draft) is Severity.INFO
        assert f"starts the engine of {engine} alone" in draft.message

    def test_the_default_of_the_chart(self) -> None:
        values = '{image: {tag: v1.2.3}, env: {bgp_enable: "true"}}'
        ((word, message, advice),) = of_a_chart("0.9.9", values, "VIP039")
        assert (word, advice) == ("error", 'set env.vip_arp: "false"')
        assert "bgp_enable" in message
        off = values.replace("env: {", 'env: {vip_arp: "false", ')
        assert of_a_chart("0.9.9", off, "VIP039") == []

    @pytest.mark.parametrize("settings", [{"vip_arp": "true"}, {"vip_arp": "false", "bgp_enable": "true"}, {}])
    def test_silent(self, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip("1.2.3", settings)) == []

    def test_unknown(self) -> None:
        vip = kube_vip("1.2.3", {"vip_arp": "true"}, unknown=["bgp_enable"])
        assert until_unknown(self.rule, vip) == ([], "bgp_enable")


class TestDualStackEcmpDad:
    rule = modes.dual_stack_ecmp_dad

    @pytest.mark.parametrize("address", [V6, BOTH])
    def test_an_ipv6_vip(self, address: str) -> None:
        vip = kube_vip("1.2.3", {**ECMP, "address": address})
        (draft,) = found(self.rule, vip)
        assert severity(self.rule, draft) is Severity.INFO
        assert pointed_at(vip, draft) == V6
        assert advice(draft) == 'set vip_skipdad: "true"'

    @pytest.mark.parametrize(
        ("release", "settings"),
        [
            ("1.2.2", {"address": V6}),
            ("1.2.3", {"address": V4}),
            ("1.2.3", {"address": V6, "vip_interface": "lo"}),
            ("1.2.3", {"address": V6, "vip_skipdad": "false"}),
            ("1.2.3", {"address": V6, "vip_leaderelection": "true"}),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip(release, ECMP | settings)) == []

    def test_silent_where_the_interface_is_found_by_kube_vip(self) -> None:
        settings = {"vip_routingtable": "true", "cp_enable": "true", "address": V6}
        assert found(self.rule, kube_vip("1.2.3", settings)) == []
