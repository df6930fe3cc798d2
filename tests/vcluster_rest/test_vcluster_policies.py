"""VCL014 and VCL015 by hand, with every case in which they must be silent."""

import pytest

from famlint.clusters import Cluster, Known
from famlint.findings import Severity
from famlint_rules import vcluster_policies as rules
from tests.made_clusters import cluster_of
from tests.vcluster_rest.subjects import BARE, PRIVATE, found, gap, pointed_at, severity, vcluster

POLICY = "policies.networkPolicy"
ON = {f"{POLICY}.enabled": "true"}
PUBLIC = f"{POLICY}.workload.publicEgress"
OUTGOING = f"{POLICY}.outgoingConnections.ipBlock"
ISOLATION = {"isolation.enabled": "true"}
LEGACY = "isolation.networkPolicy.outgoingConnections.ipBlock"
IN_CLUSTER = {"controlPlane.statefulSet.dnsPolicy": "Default"}
DUAL = {"serviceCIDR": "10.96.0.0/12,fd00:10:96::/108"}
EGRESS = f"{POLICY}.workload.egress.0"


class TestExceptOutside:
    rule = rules.networkpolicy_except_outside

    @pytest.mark.parametrize(
        ("release", "block"),
        [
            ("0.36.1", PUBLIC),
            ("0.31.0", PUBLIC),
            ("0.30.1", OUTGOING),
            ("0.20.0", OUTGOING),
            (None, PUBLIC),
            (None, OUTGOING),
        ],
    )
    def test_the_charts_own_list(self, release: str | None, block: str) -> None:
        subject = vcluster({**ON, f"{block}.cidr": "::/0"}, release=release)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.ERROR
        assert pointed_at(subject, draft) == "::/0"
        assert "100.64.0.0/10" in draft.message
        assert draft.fix is not None
        assert "fc00::/7" in draft.fix.description

    @pytest.mark.parametrize("release", ["0.8.0", "0.19.10"])
    def test_legacy(self, release: str) -> None:
        assert len(found(self.rule, vcluster({**ISOLATION, f"{LEGACY}.cidr": "::/0"}, release=release))) == 1

    def test_legacy_before_the_key_is_read(self) -> None:
        assert found(self.rule, vcluster({**ISOLATION, f"{LEGACY}.cidr": "::/0"}, release="0.7.1")) == []
        eks = {**ISOLATION, f"{LEGACY}.cidr": "::/0"}
        assert found(self.rule, vcluster(eks, release="0.10.2", chart="vcluster-eks")) == []
        assert len(found(self.rule, vcluster(eks, release="0.11.0", chart="vcluster-eks"))) == 1

    @pytest.mark.parametrize("off", [{"isolation.enabled": "false"}, {"isolation.networkPolicy.enabled": "false"}])
    def test_legacy_switched_off(self, off: dict[str, str]) -> None:
        assert found(self.rule, vcluster({**ISOLATION, f"{LEGACY}.cidr": "::/0", **off}, release="0.15.0")) == []

    @pytest.mark.parametrize(
        ("cidr", "excepts", "shown"),
        [
            ("0.0.0.0/0", ["10.0.0.0/8", "fc00::/7"], "fc00::/7"),
            ("10.0.0.0/8", ["10.0.0.0/8"], "10.0.0.0/8"),
            ("10.0.0.0/8", ["0.0.0.0/0"], "0.0.0.0/0"),
            ("10.0.0.0/8", ["192.168.0.0/16"], "192.168.0.0/16"),
            ("10.0.0.0/8", ["10.1.0.0"], "10.1.0.0"),
            ("banana", ["10.0.0.0/8"], "banana"),
        ],
    )
    def test_own_list(self, cidr: str, excepts: list[str], shown: str) -> None:
        subject = vcluster({**ON, f"{PUBLIC}.cidr": cidr, f"{PUBLIC}.except": excepts})
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.ERROR
        assert pointed_at(subject, draft) == shown

    def test_own_list_with_the_charts_range(self) -> None:
        subject = vcluster({**ON, f"{PUBLIC}.except": ["fc00::/7", "fe80::/10"]})
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == "fc00::/7"
        assert [label.message for label in draft.related][1:] == ["is of the other family"]
        assert "fc00::/7, fe80::/10" in draft.message
        assert "0.0.0.0/0" in draft.message

    def test_an_ipv4_range_without_the_charts_list(self) -> None:
        (draft,) = found(self.rule, vcluster({**ON, f"{PUBLIC}.cidr": "198.51.100.0/24"}))
        assert draft.fix is not None
        assert "except: []" in draft.fix.description

    def test_own_rules(self) -> None:
        block = f"{POLICY}.controlPlane.ingress.0.from.1.ipBlock"
        subject = vcluster({**ON, f"{block}.cidr": "10.0.0.0/8", f"{block}.except": ["fd00::/8"]})
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == "fd00::/8"

    @pytest.mark.parametrize(
        "settings",
        [
            ON,
            {**ON, f"{PUBLIC}.cidr": "0.0.0.0/0"},
            {**ON, f"{PUBLIC}.cidr": "::/0", f"{PUBLIC}.except": ["fc00::/7", "fe80::/10"]},
            {**ON, f"{PUBLIC}.cidr": "::/0", f"{PUBLIC}.except": []},
            {**ON, f"{PUBLIC}.cidr": "::/0", f"{PUBLIC}.enabled": "false"},
            {f"{PUBLIC}.cidr": "::/0"},
            {**ON, f"{POLICY}.enabled": "false", f"{PUBLIC}.cidr": "::/0"},
            {**ON, f"{PUBLIC}.cidr": "10.0.0.5/8", f"{PUBLIC}.except": ["10.1.2.3/16"]},
            {**ON, f"{PUBLIC}.cidr": ""},
            {**ON, f"{POLICY}.workload.egress.0.to.0.ipBlock.cidr": "::/0"},
        ],
    )
    def test_silent(self, settings: dict[str, str | list[str]]) -> None:
        assert found(self.rule, vcluster(settings)) == []

    @pytest.mark.parametrize("release", [None, "0.33.2", "0.36.1"])
    def test_silent_with_private_nodes(self, release: str | None) -> None:
        assert found(self.rule, vcluster({**PRIVATE, **ON, f"{PUBLIC}.cidr": "::/0"}, release=release)) == []

    @pytest.mark.parametrize("release", ["0.31.0", "0.33.1"])
    def test_private_nodes_before_that(self, release: str) -> None:
        assert len(found(self.rule, vcluster({**PRIVATE, **ON, f"{PUBLIC}.cidr": "::/0"}, release=release))) == 1

    def test_the_control_planes_rules_stay_with_private_nodes(self) -> None:
        workload, control = (f"{POLICY}.{who}.egress.0.to.0.ipBlock.cidr" for who in ("workload", "controlPlane"))
        subject = vcluster({**PRIVATE, **ON, workload: "banana", control: "apple"})
        assert [pointed_at(subject, draft) for draft in found(self.rule, subject)] == ["apple"]

    @pytest.mark.parametrize(
        "without", [{"controlPlane.standalone.enabled": "true"}, {"experimental.docker.network": "vc"}]
    )
    def test_silent_without_the_chart(self, without: dict[str, str]) -> None:
        assert found(self.rule, vcluster({**without, **ON, f"{PUBLIC}.cidr": "::/0"}, release="0.33.1")) == []

    def test_the_other_generation_of_keys_is_not_read(self) -> None:
        assert found(self.rule, vcluster({**ON, f"{OUTGOING}.cidr": "::/0"}, release="0.36.1")) == []
        assert found(self.rule, vcluster({**ON, f"{PUBLIC}.cidr": "::/0"}, release="0.30.1")) == []

    def test_a_lone_values_file_is_a_warning(self) -> None:
        subject = vcluster({**ON, **IN_CLUSTER, f"{PUBLIC}.cidr": "::/0"}, form=BARE)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.WARNING

    def test_what_is_written_stays_an_error_there(self) -> None:
        block = {f"{PUBLIC}.cidr": "::/0", f"{PUBLIC}.except": ["10.0.0.0/8"]}
        (draft,) = found(self.rule, vcluster({**ON, **IN_CLUSTER, **block}, form=BARE))
        assert severity(self.rule, draft) is Severity.ERROR

    def test_a_list_beside_the_charts_range_is_a_warning_there(self) -> None:
        (draft,) = found(self.rule, vcluster({**ON, **IN_CLUSTER, f"{PUBLIC}.except": ["fc00::/7"]}, form=BARE))
        assert severity(self.rule, draft) is Severity.WARNING

    def test_unknown_mode_is_info(self) -> None:
        (draft,) = found(self.rule, vcluster({**ON, f"{PUBLIC}.cidr": "::/0"}, form=BARE))
        assert severity(self.rule, draft) is Severity.INFO

    def test_partial_values(self) -> None:
        subject = vcluster({**ON, f"{PUBLIC}.cidr": "::/0"}, partial="valuesFrom may set it")
        assert gap(self.rule, subject)[0] == []

    def test_unknown_list(self) -> None:
        subject = vcluster({**ON, f"{PUBLIC}.cidr": "::/0"}, unknown=[f"{PUBLIC}.except"])
        assert gap(self.rule, subject) == ([], f"{PUBLIC}.except")


class TestOneFamily:
    rule = rules.networkpolicy_one_family

    @pytest.mark.parametrize("release", [None, "0.20.0", "0.30.1", "0.31.0", "0.36.1"])
    def test_dual_services_and_the_charts_range(self, release: str | None) -> None:
        subject = vcluster({**DUAL, **ON}, release=release)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.WARNING
        assert pointed_at(subject, draft) == "true"
        assert "IPv6 addresses are denied" in draft.message

    def test_advice_by_release(self) -> None:
        advice = {}
        for release in ("0.24.1", "0.25.0", "0.30.1", "0.31.0"):
            (draft,) = found(self.rule, vcluster({**DUAL, **ON}, release=release))
            assert draft.fix is not None
            advice[release] = draft.fix.description.split()[-1]
        assert advice == {
            "0.24.1": "newer",
            "0.25.0": f"{POLICY}.extraWorkloadRules",
            "0.30.1": f"{POLICY}.extraWorkloadRules",
            "0.31.0": f"{POLICY}.workload.egress",
        }

    def test_ipv6_range_and_ipv4_services(self) -> None:
        block = {f"{PUBLIC}.cidr": "::/0", f"{PUBLIC}.except": ["fc00::/7"]}
        subject = vcluster({"serviceCIDR": "10.96.0.0/12", **ON, **block})
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == "::/0"
        assert draft.fix is not None
        assert "0.0.0.0/0" in draft.fix.description

    @pytest.mark.parametrize(
        "own",
        [
            {f"{EGRESS}.to.0.ipBlock.cidr": "::/0"},
            {f"{EGRESS}.to.0.podSelector.matchLabels.app": "x", f"{EGRESS}.to.1.ipBlock.cidr": "2001:db8::/32"},
            {f"{EGRESS}.ports.0.port": "443"},
            {f"{EGRESS}.to": []},
            {f"{PUBLIC}.enabled": "false"},
            {f"{POLICY}.enabled": "false"},
        ],
    )
    def test_silent(self, own: dict[str, str | list[str]]) -> None:
        assert found(self.rule, vcluster({**DUAL, **ON, **own})) == []

    @pytest.mark.parametrize(
        "own", [{f"{EGRESS}.to.0.ipBlock.cidr": "10.0.0.0/8"}, {f"{EGRESS}.to.0.podSelector.matchLabels.app": "x"}]
    )
    def test_rules_that_do_not_reach_the_family(self, own: dict[str, str]) -> None:
        assert len(found(self.rule, vcluster({**DUAL, **ON, **own}))) == 1

    def test_extra_rules_of_older_charts(self) -> None:
        own = {f"{POLICY}.extraWorkloadRules.0.to.0.ipBlock.cidr": "::/0"}
        assert found(self.rule, vcluster({**DUAL, **ON, **own}, release="0.30.1")) == []

    def test_silent_where_services_have_its_family_and_the_host_is_unknown(self) -> None:
        assert gap(self.rule, vcluster({"serviceCIDR": "10.96.0.0/12", **ON})) == ([], "the host cluster")
        assert gap(self.rule, vcluster(ON)) == ([], "the host cluster")

    @pytest.mark.parametrize(("families", "count"), [(("IPv6", "IPv4"), 1), (("IPv4",), 0)])
    def test_families_of_the_host(self, families: tuple[str, ...], count: int) -> None:
        subject = vcluster(ON)
        drafts = found(self.rule, subject, on_host(*families))
        assert len(drafts) == count

    @pytest.mark.parametrize("release", [None, "0.33.2"])
    def test_silent_with_private_nodes(self, release: str | None) -> None:
        assert found(self.rule, vcluster({**PRIVATE, **DUAL, **ON}, release=release)) == []

    def test_the_default_service_range_shows_no_family(self) -> None:
        block = {f"{PUBLIC}.cidr": "::/0", f"{PUBLIC}.except": ["fc00::/7"]}
        assert found(self.rule, vcluster({**PRIVATE, **ON, **block}, release="0.33.1")) == []

    def test_silent_in_legacy_charts(self) -> None:
        assert found(self.rule, vcluster({**DUAL, **ISOLATION}, release="0.15.0")) == []

    def test_unknown_mode_is_info(self) -> None:
        (draft,) = found(self.rule, vcluster({**DUAL, **ON}, form=BARE))
        assert severity(self.rule, draft) is Severity.INFO

    def test_partial_values(self) -> None:
        assert gap(self.rule, vcluster({**DUAL, **ON}, partial="valuesFrom may set it"))[0] == []

    def test_rules_may_stand_out_of_sight(self) -> None:
        block = {f"{PUBLIC}.enabled": "true", f"{PUBLIC}.cidr": "0.0.0.0/0", f"{PUBLIC}.except": ["10.0.0.0/8"]}
        subject = vcluster({**DUAL, **PRIVATE, **ON, **block}, release="0.33.1", partial="a template may add values")
        assert gap(self.rule, subject)[0] == []
        shared = vcluster({**DUAL, "privateNodes.enabled": "false", **ON, **block}, partial="a template may add values")
        assert gap(self.rule, shared)[0] == []

    def test_unknown_rules(self) -> None:
        path = f"{POLICY}.workload.egress"
        assert gap(self.rule, vcluster({**DUAL, **ON}, unknown=[path])) == ([], path)


def on_host(*families: str) -> Cluster:
    return cluster_of(host=cluster_of(known=Known(families=families)))
