"""VIP033 to VIP035 and VIP041 by hand and by files, with every case in which they must be silent."""

import pytest

from famlint.clusters import Known, Link, group
from famlint.components.kube_vip import KubeVip
from famlint.components.service import Service
from famlint.findings import Severity
from famlint.rules import Draft
from famlint.testing import check_files
from famlint_rules import kube_vip_endpoints as rules
from tests.behaviours.test_kube_vip_permissions import LACKING, WATCHED, binding, role, workload
from tests.made_clusters import cluster_of
from tests.resolve.trees import resolved
from tests.rules.hand_made import BOTH, IMAGE, V4, found, kube_vip, pointed_at, severity
from tests.rules.made_services import SERVES, advice, asking, mended, until_unknown

TABLE = {"vip_routingtable": "true", "svc_enable": "true"}
DUAL = asking(BOTH, policy="RequireDualStack", families=("IPv4", "IPv6"))
SINGLE = asking(V4, families=("IPv4",))
BOTH_FAMILIES = {**SERVES, "cp_enable": "true", "address": BOTH}


class TestEndpointSwitchRenamed:
    rule = rules.endpoint_switch_renamed

    @pytest.mark.parametrize(
        ("release", "settings", "expected", "fix"),
        [
            ("1.2.3", {"enable_endpointslices": "false"}, Severity.WARNING, 'set enable_endpoints: "true"'),
            ("1.2.3", {"enable_endpointslices": "true"}, Severity.INFO, "remove enable_endpointslices"),
            ("1.2.3", {"enable_endpointslices": "false", "enable_endpoints": "true"}, Severity.INFO, "remove"),
            ("1.2.3", {"enable_endpointslices": "true", "enable_endpoints": "true"}, Severity.WARNING, "remove"),
            ("0.9.2", {"enable_endpoints": "false"}, Severity.WARNING, 'set enable_endpointslices: "true"'),
            ("0.9.2", {"enable_endpoints": "true"}, Severity.INFO, "remove enable_endpoints"),
            ("0.9.2", {"enable_endpoints": "true", "enable_endpointslices": "true"}, Severity.WARNING, "remove"),
            ("0.6.4", {"enable_endpointslices": "true"}, Severity.WARNING, "need kube-vip v0.7.0"),
        ],
    )
    def test_severity_and_advice(self, release: str, settings: dict[str, str], expected: Severity, fix: str) -> None:
        vip = kube_vip(release, {**SERVES, **settings})
        (draft,) = found(self.rule, vip)
        assert severity(self.rule, draft) is expected
        assert fix in advice(draft)
        assert pointed_at(vip, draft) == settings[draft.message.split()[0]]
        assert draft.related[0].span == IMAGE

    def test_message(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.0.4", {**SERVES, "enable_endpointslices": "false"}))
        assert draft.message == (
            'enable_endpointslices "false" is not read by kube-vip v1.0.4: '
            "it uses EndpointSlices, which the setting does not ask for"
        )
        (draft,) = found(self.rule, kube_vip("1.9.0", {**SERVES, "enable_endpointslices": "true"}))
        assert draft.message.endswith("it uses EndpointSlices anyway (checked up to v1.2.3)")

    @pytest.mark.parametrize(
        ("release", "settings"),
        [
            ("1.2.3", {}),
            ("1.2.3", {"enable_endpoints": "true"}),
            ("0.9.2", {"enable_endpointslices": "true"}),
            ("0.7.0", {"enable_endpointslices": "false"}),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip(release, {**SERVES, **settings})) == []

    def test_unknown_release_or_word(self) -> None:
        assert until_unknown(self.rule, kube_vip(None, {"enable_endpointslices": "false"})) == ([], "kube-vip version")
        vip = kube_vip("1.2.3", SERVES, unknown=["enable_endpointslices"])
        assert until_unknown(self.rule, vip) == ([], "enable_endpointslices")


class TestEndpointsDualStackRoutes:
    rule = rules.endpoints_dual_stack_routes

    def test_switched_on(self) -> None:
        vip = kube_vip("1.2.3", {"enable_endpoints": "true", **TABLE})
        (draft,) = found(self.rule, vip, DUAL)
        assert severity(self.rule, draft) is Severity.WARNING
        assert pointed_at(vip, draft) == "true"
        assert "the second family of Service web gets no route" in draft.message
        assert mended("true", draft, at=0) == "false"
        assert any("two families (the only kube-vip in apps/)" in label.message for label in draft.related)

    def test_slices_that_overwrite_each_other_are_no_advice(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.0.3", {"enable_endpoints": "true", **TABLE}), DUAL)
        assert advice(draft) == "use kube-vip v1.0.4 or later with EndpointSlices"

    def test_by_default(self) -> None:
        vip = kube_vip("0.9.2", TABLE)
        (draft,) = found(self.rule, vip, DUAL)
        assert pointed_at(vip, draft) == "true"
        assert "enable_endpointslices is not set" in draft.primary.message
        assert "v1.0.4" in advice(draft)

    def test_one_finding_for_all_services(self) -> None:
        (draft,) = found(self.rule, kube_vip("0.9.2", TABLE), DUAL, DUAL)
        assert "Service web and 1 more" in draft.message

    def test_releases_not_seen_yet(self) -> None:
        (draft,) = found(self.rule, kube_vip("1.9.0", {"enable_endpoints": "true", **TABLE}), DUAL)
        assert "checked up to v1.2.3" in draft.message

    @pytest.mark.parametrize(
        ("release", "settings", "subject"),
        [
            ("1.2.3", {}, DUAL),
            ("1.2.3", {"enable_endpoints": "true", "svc_election": "true"}, DUAL),
            ("1.2.3", {"enable_endpoints": "true", "vip_leaderelection": "true"}, DUAL),
            ("1.2.3", {"enable_endpoints": "true"}, SINGLE),
            ("0.9.0", {}, DUAL),
            ("0.9.2", {"enable_endpointslices": "true"}, DUAL),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str], subject: Service) -> None:
        assert found(self.rule, kube_vip(release, {**TABLE, **settings}), subject) == []

    def test_an_unknown_service_does_not_hide_another(self) -> None:
        hidden = asking(unknown=["spec.ipFamilyPolicy"])
        drafts, missing = until_unknown(self.rule, kube_vip("0.9.2", TABLE), hidden, DUAL)
        assert len(drafts) == 1
        assert missing == "spec.ipFamilyPolicy"


class TestEndpointslicesRbac:
    rule = rules.endpointslices_rbac

    def check(self, files: dict[str, str]) -> list[Draft]:
        (cluster,) = group(resolved(files), {}).clusters
        return [draft for subject in cluster.of(KubeVip) for draft in self.rule.check(subject, cluster)]

    def test_the_role_is_where_it_is_said(self) -> None:
        text = "---\n".join((workload(), role(LACKING), binding()))
        (draft,) = self.check({"vip.yaml": text})
        span = draft.primary.span
        assert text[span.start : span.end] == "vip"
        assert text[: span.start].endswith("kind: ClusterRole\nmetadata: {name: ")
        assert "ClusterRole vip does not let ServiceAccount vip watch endpointslices" in draft.message
        assert "kube-vip v1.0.4" in draft.message
        assert "verbs: [list, get, watch]" in advice(draft)
        said = {text[label.span.start : label.span.end]: label.message for label in draft.related}
        assert said["vip-binding"] == "binds it to ServiceAccount vip"
        assert "both stand in vip.yaml" in said["v1.0.4"]

    def test_once_for_all_workloads_of_an_account(self) -> None:
        files = {
            "a.yaml": workload(),
            "b.yaml": workload("v1.2.3", name="other"),
            "rbac.yaml": role() + "---\n" + binding(),
        }
        (draft,) = self.check(files)
        assert len(draft.related) == 3

    def test_a_workload_that_does_not_need_it_hides_no_other(self) -> None:
        old = workload("v0.9.2", name="old")
        assert len(self.check({"a.yaml": old, "b.yaml": workload(), "rbac.yaml": role() + "---\n" + binding()})) == 1

    @pytest.mark.parametrize(
        "documents",
        [
            (role(WATCHED), binding()),
            (role(),),
            (binding(),),
            (role(), binding(), role(WATCHED, "more"), binding(name="more")),
        ],
    )
    def test_silent(self, documents: tuple[str, ...]) -> None:
        found = check_files({"vip.yaml": "---\n".join((workload(), *documents))})
        assert [finding.code for finding in found.findings if finding.code == "VIP035"] == []


class TestSingleStackEndpointsReported:
    rule = rules.single_stack_endpoints_reported

    def test_a_report_and_its_remedy(self) -> None:
        (draft,) = found(self.rule, kube_vip("0.8.2", BOTH_FAMILIES), SINGLE)
        assert severity(self.rule, draft) is Severity.INFO
        assert draft.primary.span == IMAGE
        for words in (
            "kube-vip/kube-vip#934",
            "a report",
            "its cause is not confirmed",
            "kube-vip has addresses of both",
        ):
            assert words in draft.message
        assert "v0.8.3 or later" in advice(draft)

    def test_another_service_is_evidence(self) -> None:
        (draft,) = found(self.rule, kube_vip("0.7.0", SERVES), SINGLE, DUAL)
        assert any("this Service has both families" in label.message for label in draft.related)

    @pytest.mark.parametrize("known", [Known(families=("IPv4", "IPv6")), Known(services=("10.0.0.0/16", "fd00::/112"))])
    def test_the_configuration_is_evidence(self, known: Known) -> None:
        subject = kube_vip("0.8.2", SERVES)
        links = [(subject, (Link(SINGLE, ""),))]
        (draft,) = self.rule.check(subject, cluster_of(subject, SINGLE, links=links, known=known))
        assert "the configuration says so" in draft.message

    def test_release_of_the_configuration(self) -> None:
        subject = kube_vip("0.8.2", BOTH_FAMILIES)
        subject = KubeVip(subject.component._replace(version_span=None))
        (draft,) = found(self.rule, subject, SINGLE)
        assert draft.primary.span == subject.component.span

    @pytest.mark.parametrize(
        ("release", "settings", "services"),
        [
            ("0.8.3", {"cp_enable": "true", "address": BOTH}, [SINGLE]),
            ("1.2.3", {"cp_enable": "true", "address": BOTH}, [SINGLE]),
            ("0.6.4", {"cp_enable": "true", "address": BOTH}, [SINGLE]),
            ("0.8.2", {"cp_enable": "true", "address": V4}, [SINGLE]),
            ("0.8.2", {}, [SINGLE]),
            ("0.8.2", {"cp_enable": "true", "address": BOTH}, [DUAL]),
            ("0.8.2", {"cp_enable": "true", "address": BOTH}, []),
            ("0.8.2", {"cp_enable": "true", "address": BOTH}, [asking("fd00::20", families=("IPv6",))]),
            ("0.8.2", {"cp_enable": "true", "address": BOTH, "svc_enable": "false"}, [SINGLE]),
        ],
    )
    def test_silent(self, release: str, settings: dict[str, str], services: list[Service]) -> None:
        assert found(self.rule, kube_vip(release, {**SERVES, **settings}), *services) == []

    def test_unknown_release(self) -> None:
        assert until_unknown(self.rule, kube_vip(None, BOTH_FAMILIES), SINGLE) == ([], "kube-vip version")
