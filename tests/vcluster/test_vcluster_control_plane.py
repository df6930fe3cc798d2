"""VCL012, VCL013, VCL016 and VCL017, with every case in which they must be silent."""

import pytest

from famlint.findings import Severity
from famlint_rules import vcluster_control_plane as rules
from tests.vcluster.hosts import V4, V6
from tests.vcluster.subjects import helm
from tests.vcluster_rest.subjects import BARE, PRIVATE, Settings, fixed, found, gap, pointed_at, severity, vcluster

SERVICE = "serviceCIDR"
API = "controlPlane.distro.k8s.apiServer"
MANAGER = "controlPlane.distro.k8s.controllerManager"
SPEC = "controlPlane.service.spec"
ENDPOINT = "controlPlane.endpoint"


def flag(where: str, ranges: str) -> dict[str, list[str]]:
    return {f"{where}.extraArgs": ["--v=2", f"--service-cluster-ip-range={ranges}"]}


class TestSplit:
    rule = rules.range_flag_split

    @pytest.mark.parametrize(
        "settings",
        [
            {SERVICE: V4},
            {SERVICE: f"{V6},{V4}"},
            {**PRIVATE, SERVICE: V4},
            {**PRIVATE, "networking.serviceCIDR": V4},
            PRIVATE,
        ],
    )
    @pytest.mark.parametrize("release", [None, "0.26.0", "0.36.1"])
    def test_other_ranges(self, settings: Settings, release: str | None) -> None:
        subject = helm({**settings, **flag(API, "10.129.0.0/16")}, release)
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == "10.129.0.0/16"
        assert severity(self.rule, draft) is Severity.WARNING

    def test_before_private_nodes(self) -> None:
        assert len(found(self.rule, helm({SERVICE: V4, **flag(API, V6)}, "0.20.0"))) == 1

    def test_the_controller_manager_of_private_nodes(self) -> None:
        settings = {**PRIVATE, SERVICE: V4, **flag(API, V4)}
        (draft,) = found(self.rule, helm({**settings, **flag(MANAGER, V6)}))
        assert "controller manager" in draft.message

    @pytest.mark.parametrize(
        "settings",
        [
            {SERVICE: V4, **flag(API, V4)},
            {SERVICE: f"{V4},{V6}", **flag(API, f"{V6},{V4}")},
            {SERVICE: "10.96.1.2/16", **flag(API, V4)},
            flag(API, V4),
            {**flag(API, V4), "networking.serviceCIDR": V6},
            {SERVICE: V4, **flag(MANAGER, V6)},
            {SERVICE: V4, **flag(API, V4), **flag(MANAGER, V6)},
            {**PRIVATE, SERVICE: V4, **flag(MANAGER, V6)},
            {**PRIVATE, **flag(API, "10.96.0.0/12")},
            {SERVICE: "banana", **flag(API, V4)},
            {SERVICE: V4, **flag(API, "banana")},
            {SERVICE: V4, **flag(API, V6), "controlPlane.distro.k3s.enabled": "true"},
        ],
    )
    def test_silent(self, settings: Settings) -> None:
        assert found(self.rule, helm(settings)) == []

    def test_silent_where_the_command_is_replaced(self) -> None:
        settings: Settings = {SERVICE: V4, **flag(API, V6), f"{API}.command": ["/bin/api"]}
        assert gap(self.rule, helm(settings))[0] == []

    def test_silent_in_legacy_charts(self) -> None:
        assert found(self.rule, helm({SERVICE: V4, **flag(API, V6)}, "0.18.0", chart="vcluster-k8s")) == []


class TestService:
    rule = rules.control_plane_service_family

    @pytest.mark.parametrize(
        ("mine", "spec", "shown"),
        [
            (V4, {f"{SPEC}.ipFamilyPolicy": "RequireDualStack"}, "RequireDualStack"),
            (V6, {f"{SPEC}.ipFamilies": ["IPv4"]}, "IPv4"),
            (V4, {f"{SPEC}.ipFamilies": ["IPv4", "IPv6"]}, "IPv6"),
            (V4, {f"{SPEC}.clusterIP": "10.97.0.1"}, "10.97.0.1"),
            (V4, {f"{SPEC}.clusterIPs": ["10.96.0.9", "fd00:10:96::9"]}, "fd00:10:96::9"),
        ],
    )
    @pytest.mark.parametrize("release", [None, "0.20.0", "0.36.1"])
    def test_clash(self, mine: str, spec: Settings, shown: str, release: str | None) -> None:
        subject = helm({SERVICE: mine, **spec}, release)
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == shown
        assert severity(self.rule, draft) is Severity.ERROR

    @pytest.mark.parametrize(
        "settings",
        [
            {SERVICE: V4, f"{SPEC}.ipFamilyPolicy": "PreferDualStack"},
            {SERVICE: V4, f"{SPEC}.ipFamilyPolicy": "SingleStack", f"{SPEC}.ipFamilies": ["IPv4"]},
            {SERVICE: V4, f"{SPEC}.clusterIP": "None"},
            {SERVICE: V4, f"{SPEC}.clusterIP": "10.96.0.9"},
            {SERVICE: V4, f"{SPEC}.type": "ClusterIP"},
            {SERVICE: f"{V4},{V6}", f"{SPEC}.ipFamilyPolicy": "RequireDualStack"},
            {f"{SPEC}.ipFamilyPolicy": "RequireDualStack"},
            {**PRIVATE, SERVICE: V4, f"{SPEC}.ipFamilyPolicy": "RequireDualStack"},
            {SERVICE: V4, f"{SPEC}.ipFamilyPolicy": "RequireDualStack", "controlPlane.service.enabled": "false"},
            {SERVICE: "banana", f"{SPEC}.ipFamilyPolicy": "RequireDualStack"},
        ],
    )
    def test_silent(self, settings: Settings) -> None:
        assert found(self.rule, helm(settings)) == []

    def test_what_is_known_counts_beside_a_placeholder(self) -> None:
        subject = helm({SERVICE: V4, f"{SPEC}.clusterIP": "10.97.0.1"}, unknown=[f"{SPEC}.ipFamilyPolicy"])
        drafts, fact = gap(self.rule, subject)
        assert (len(drafts), fact) == (1, f"{SPEC}.ipFamilyPolicy")

    def test_a_lone_file(self) -> None:
        subject = vcluster({SERVICE: V4, f"{SPEC}.ipFamilyPolicy": "RequireDualStack"}, form=BARE)
        assert [severity(self.rule, draft) for draft in found(self.rule, subject)] == [Severity.WARNING]


class TestEndpoint:
    rule = rules.endpoint_syntax

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("fd00:100::10:8443", None),
            ("fd00:100::10:16443", "[fd00:100::10]:16443"),
            ("https://vc.example.org:8443", "vc.example.org:8443"),
            ("https://[fd00::10]:443", "[fd00::10]:443"),
            ("https://fd00::10:16443", "[fd00::10]:16443"),
            ("vc.example.org", None),
            ("10.100.0.100", None),
            ("[fd00::10]", None),
            ("fd00::10", None),
        ],
    )
    @pytest.mark.parametrize("release", [None, "0.26.0", "0.36.1"])
    def test_refused(self, text: str, right: str | None, release: str | None) -> None:
        subject = helm({**PRIVATE, ENDPOINT: text}, release)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.ERROR
        assert pointed_at(subject, draft) == text
        assert draft.fix is not None
        assert bool(draft.fix.edits) is (right is not None)
        if right is not None:
            assert fixed(subject, draft) == right

    def test_a_scheme_without_a_port(self) -> None:
        (draft,) = found(self.rule, helm({**PRIVATE, ENDPOINT: "https://vc.example.org"}))
        assert severity(self.rule, draft) is Severity.WARNING
        assert '"https"' in draft.message

    @pytest.mark.parametrize("text", ["[fd00::10]:8443", "10.0.0.7:8443", "vc.example.org:443", "", "((EP))"])
    def test_silent(self, text: str) -> None:
        assert found(self.rule, helm({**PRIVATE, ENDPOINT: text})) == []

    def test_silent_where_every_endpoint_fails(self) -> None:
        assert found(self.rule, helm({ENDPOINT: "fd00::10"})) == []

    def test_a_file_whose_mode_is_open(self) -> None:
        assert len(found(self.rule, vcluster({ENDPOINT: "fd00::10"}, form=BARE))) == 1

    def test_silent_before_the_key_exists(self) -> None:
        assert found(self.rule, helm({**PRIVATE, ENDPOINT: "fd00::10"}, "0.25.2")) == []

    def test_unknown(self) -> None:
        assert gap(self.rule, helm(PRIVATE, unknown=[ENDPOINT])) == ([], ENDPOINT)


class TestEndpointOnSharedNodes:
    rule = rules.endpoint_needs_private_nodes

    @pytest.mark.parametrize("release", [None, "0.26.0", "0.36.1", "9.0.0"])
    def test_shared(self, release: str | None) -> None:
        subject = helm({ENDPOINT: "10.0.0.7:8443"}, release)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.ERROR
        assert ("checked up to" in draft.message) is (release == "9.0.0")

    def test_the_mode_is_open(self) -> None:
        (draft,) = found(self.rule, vcluster({ENDPOINT: "10.0.0.7:8443"}, form=BARE))
        assert severity(self.rule, draft) is Severity.INFO

    def test_a_lone_file(self) -> None:
        (draft,) = found(self.rule, vcluster({ENDPOINT: "10.0.0.7:8443", "rbac.role.enabled": "true"}, form=BARE))
        assert severity(self.rule, draft) is Severity.WARNING

    @pytest.mark.parametrize(
        "settings", [PRIVATE, {"controlPlane.standalone.enabled": "true"}, {"experimental.docker.network": "vc"}]
    )
    def test_silent(self, settings: Settings) -> None:
        assert found(self.rule, helm({ENDPOINT: "10.0.0.7:8443", **settings})) == []

    @pytest.mark.parametrize("release", ["0.20.0", "0.25.2"])
    def test_silent_before_the_key_exists(self, release: str) -> None:
        assert found(self.rule, helm({ENDPOINT: "10.0.0.7:8443"}, release)) == []

    def test_unknown(self) -> None:
        subject = helm({ENDPOINT: "10.0.0.7:8443"}, unknown=["privateNodes.enabled"])
        assert gap(self.rule, subject) == ([], "privateNodes.enabled")
