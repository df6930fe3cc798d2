"""VCL003 and VCL028, with every case in which they must be silent."""

import pytest

from famlint.behaviours.vcluster.keys import KEYS
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Severity
from famlint.positions import Span
from famlint.unknown import Unknown
from famlint_rules import vcluster_keys as rules
from tests.vcluster.subjects import helm
from tests.vcluster_rest.subjects import BARE, DECODED, PRIVATE, Settings, found, gap, pointed_at, severity, vcluster

BOUNDS = [
    ("networking.serviceCIDR", "0.25.2", "0.26.0"),
    ("networking.podCIDR", "0.25.2", "0.26.0"),
    ("privateNodes.enabled", "0.25.2", "0.26.0"),
    ("deploy.metallb.enabled", "0.25.2", "0.26.0"),
    ("controlPlane.endpoint", "0.25.2", "0.26.0"),
    ("privateNodes.kubelet.config.clusterDNS", "0.26.4", "0.27.0"),
    ("controlPlane.advanced.kubeVip.enabled", "0.29.1", "0.30.0"),
    ("controlPlane.statefulSet.hostAliases.0.ip", "0.31.2", "0.32.0"),
    ("controlPlane.standalone.advertiseAddress", "0.35.2", "0.36.0"),
    ("policies.networkPolicy.workload.publicEgress.cidr", "0.30.4", "0.31.0"),
    ("controlPlane.tlsRoute.enabled", "0.33.1", "0.34.0"),
    ("exportKubeConfig.additionalSecrets.0.server", "0.23.2", "0.24.0"),
    ("experimental.docker.network", "0.30.4", "0.31.0"),
]
GONE = [
    ("controlPlane.distro.k0s.enabled", "0.25.2", "0.26.0"),
    ("controlPlane.distro.k3s.enabled", "0.32.1", "0.33.0"),
    ("policies.networkPolicy.outgoingConnections.ipBlock.cidr", "0.30.4", "0.31.0"),
    ("policies.networkPolicy.extraWorkloadRules.0.to.0.ipBlock.cidr", "0.30.4", "0.31.0"),
    ("external.x", "0.31.2", "0.32.0"),
    ("sleepMode.enabled", "0.31.2", "0.32.0"),
    ("experimental.isolatedControlPlane.enabled", "0.27.1", "0.28.0"),
    ("experimental.multiNamespaceMode.enabled", "0.25.2", "0.26.0"),
    ("controlPlane.distro.k8s.apiServer.image.tag", "0.24.1", "0.25.0"),
]


def of_candidate(vcluster: VirtualCluster, text: str) -> VirtualCluster:
    """The same values where the place that names the version is as long as a candidate's text."""
    span = Span("release.yaml", 100, 100 + len(text))
    return vcluster._replace(component=vcluster.component._replace(version_span=span))


class TestKeys:
    rule = rules.key_not_in_chart_version

    @pytest.mark.parametrize(("key", "before", "since"), BOUNDS)
    def test_later_keys(self, key: str, before: str, since: str) -> None:
        subject = helm({key: "x"}, before)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.ERROR
        assert f"v{since}" in draft.message
        assert found(self.rule, helm({key: "x"}, since)) == []

    @pytest.mark.parametrize(("key", "last", "without"), GONE)
    def test_keys_that_are_gone(self, key: str, last: str, without: str) -> None:
        assert found(self.rule, helm({key: "x"}, last)) == []
        (draft,) = found(self.rule, helm({key: "x"}, without))
        assert f"gone after v{last.rpartition('.')[0]}" in draft.message

    @pytest.mark.parametrize(
        "key", ["syncer.extraArgs", "vcluster.image", "api.image", "isolation.enabled", "mapServices.x"]
    )
    @pytest.mark.parametrize("release", ["0.20.0", "0.36.1"])
    def test_legacy_keys(self, key: str, release: str) -> None:
        (draft,) = found(self.rule, helm({key: "x"}, release))
        assert "before v0.20.0" in draft.message

    @pytest.mark.parametrize("key", ["global", "plugin", "pro", "rbac", "serviceCIDR", "sync", "telemetry"])
    def test_keys_of_both_generations(self, key: str) -> None:
        assert found(self.rule, helm({f"{key}.x": "x"}, "0.36.1")) == []

    @pytest.mark.parametrize("key", ["syncer.extraArgs", "networking.serviceCIDR"])
    def test_legacy_charts_have_no_schema(self, key: str) -> None:
        assert found(self.rule, helm({key: "x"}, "0.19.10")) == []

    def test_one_finding_for_what_lies_below_a_key(self) -> None:
        subject = helm(
            {"privateNodes.enabled": "true", "privateNodes.kubelet.config.clusterDNS": ["10.0.0.10"]}, "0.25.2"
        )
        (draft,) = found(self.rule, subject)
        assert "refuses privateNodes," in draft.message
        assert pointed_at(subject, draft) == "true"

    @pytest.mark.parametrize(
        ("key", "release", "words"),
        [
            ("networking.serviceCIDR", "0.25.2", "write serviceCIDR"),
            ("policies.networkPolicy.outgoingConnections.ipBlock.cidr", "0.31.0", "workload.publicEgress"),
            ("policies.networkPolicy.workload.publicEgress.cidr", "0.30.1", "outgoingConnections.ipBlock"),
            ("service.type", "0.36.1", "controlPlane.service.spec"),
            ("controlPlane.endpoint", "0.25.2", "upgrade the chart to 0.26.0"),
            ("controlPlane.distro.k0s.enabled", "0.26.0", "remove it"),
        ],
    )
    def test_advice(self, key: str, release: str, words: str) -> None:
        (draft,) = found(self.rule, helm({key: "x"}, release))
        assert draft.fix is not None
        assert draft.fix.edits == ()
        assert words in draft.fix.description

    def test_a_file_with_a_version(self) -> None:
        assert len(found(self.rule, helm({"networking.serviceCIDR": "x"}, "0.25.2", form=BARE))) == 1

    def test_unknown_release(self) -> None:
        assert gap(self.rule, helm({"networking.serviceCIDR": "x"}, None)) == ([], "chart version")

    def test_unknown_release_and_keys_of_all(self) -> None:
        assert gap(self.rule, helm({"serviceCIDR": "x", "sync.toHost.x": "y"}, None)) == ([], "")

    @pytest.mark.parametrize("text", ["0.26.0-alpha.1", "0.26.0-rc.10"])
    def test_silent_for_candidates(self, text: str) -> None:
        subject = helm({"controlPlane.distro.k0s.enabled": "true"}, "0.26.0")
        assert found(self.rule, of_candidate(subject, text)) == []
        assert len(found(self.rule, of_candidate(subject, "v0.26.0"))) == 1

    def test_silent_for_what_a_chart_has_rendered(self) -> None:
        assert found(self.rule, helm({"privateNodes.enabled": "true"}, "0.25.2", form=DECODED)) == []
        assert found(self.rule, helm({"controlPlane.endpoint": "x"}, "0.25.2", form="Service", partial="a part")) == []

    def test_a_placeholder_may_be_nothing(self) -> None:
        assert found(self.rule, helm({}, "0.25.2", unknown=["networking.serviceCIDR"])) == []

    def test_every_band_begins_with_the_unified_chart(self) -> None:
        for path, known in KEYS.items():
            for low, high in known.ranges:
                assert low is not None, path
                assert (0, 20) <= low[:2] <= (0, 37), path
                assert high is None or high.patch == 99, path


class TestPods:
    rule = rules.pod_cidr_unused

    @pytest.mark.parametrize("release", ["0.26.0", "0.36.1"])
    @pytest.mark.parametrize("form", ["HelmRelease", BARE])
    def test_unused(self, release: str, form: str) -> None:
        subject = vcluster({"networking.podCIDR": "10.64.0.0/16"}, release=release, form=form)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.INFO
        assert pointed_at(subject, draft) == "10.64.0.0/16"
        assert ("standalone" in draft.message) is (form == BARE)

    @pytest.mark.parametrize(
        "settings",
        [
            {"networking.podCIDR": "10.244.0.0/16"},
            {"networking.podCIDR": ""},
            {},
            {"networking.podCIDR": "10.64.0.0/16", **PRIVATE},
        ],
    )
    @pytest.mark.parametrize("form", ["HelmRelease", DECODED])
    def test_silent(self, settings: Settings, form: str) -> None:
        assert found(self.rule, helm(settings, form=form)) == []

    def test_silent_before_the_key_exists(self) -> None:
        assert found(self.rule, helm({"networking.podCIDR": "10.64.0.0/16"}, "0.25.2")) == []

    def test_unknown(self) -> None:
        assert gap(self.rule, helm({"networking.podCIDR": "10.64.0.0/16"}, None)) == ([], "chart version")
        with pytest.raises(Unknown):
            found(self.rule, helm(unknown=["networking.podCIDR"]))
