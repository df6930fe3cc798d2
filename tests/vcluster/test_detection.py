"""VCL004, VCL005, VCL006, VCL026 and VCL029: every band, every silence, the severity by what is known of the host."""

import pytest

from famlint.clusters import Cluster
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Severity
from famlint.unknown import Unknown
from famlint_rules import vcluster_detection as rules
from tests.made_clusters import cluster_of
from tests.vcluster.hosts import FAR, NEW, OLD, V4, V6, api_server, beside, of_families
from tests.vcluster.subjects import helm
from tests.vcluster_rest.subjects import BARE, PRIVATE, Settings, fixed, found, gap, pointed_at, severity, vcluster

REDETECTS = ["0.19.0", "0.19.10", "0.20.0", "0.24.1", "0.25.0"]
FIXED = ["0.18.1", "0.24.2", "0.24.3", "0.25.1", "0.25.2", "0.26.0", "0.36.1", "9.0.0"]
TAG = "controlPlane.statefulSet.image.tag"
POLICY = "controlPlane.service.spec.ipFamilyPolicy"
ANNOTATION = "annotations.vcluster.loft.sh/service-cidr"
K0S = {"controlPlane.distro.k0s.enabled": "true"}
FLAG = {"controlPlane.distro.k8s.apiServer.extraArgs": ["--service-cluster-ip-range=fd00:10:96::/108"]}


class TestLegacyKey:
    rule = rules.legacy_service_cidr_ignored

    @pytest.mark.parametrize(
        ("chart", "release"),
        [
            ("vcluster", "0.17.0"),
            ("vcluster", "0.18.1"),
            ("vcluster", "0.19.10"),
            ("vcluster-k8s", "0.19.0"),
            ("vcluster-eks", "0.19.10"),
        ],
    )
    def test_never_read(self, chart: str, release: str) -> None:
        subject = helm({"serviceCIDR": "fd00:43::/112"}, release, chart=chart)
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == "fd00:43::/112"
        assert severity(self.rule, draft) is Severity.WARNING
        assert f"{chart} v{release}" in draft.message

    @pytest.mark.parametrize(
        ("chart", "release"),
        [
            ("vcluster", "0.16.4"),
            ("vcluster", "0.20.0"),
            ("vcluster-k8s", "0.18.1"),
            ("vcluster-eks", "0.18.1"),
            ("vcluster-k0s", "0.19.10"),
        ],
    )
    def test_read(self, chart: str, release: str) -> None:
        assert found(self.rule, helm({"serviceCIDR": "fd00:43::/112"}, release, chart=chart)) == []

    @pytest.mark.parametrize("settings", [{}, {"serviceCIDR": ""}])
    def test_not_set(self, settings: Settings) -> None:
        assert found(self.rule, helm(settings, "0.19.10")) == []

    def test_unknown(self) -> None:
        assert gap(self.rule, helm({}, "0.19.10", unknown=["serviceCIDR"])) == ([], "serviceCIDR")
        legacy = helm({"serviceCIDR": "fd00:43::/112", "@generation": "legacy"}, None)
        assert gap(self.rule, legacy)[1] == "chart version"


class TestRedetection:
    rule = rules.service_range_redetected

    @pytest.mark.parametrize("release", REDETECTS)
    def test_host_unknown(self, release: str) -> None:
        (draft,) = found(self.rule, helm({}, release))
        assert severity(self.rule, draft) is Severity.WARNING
        assert f"v{release}" in draft.message
        assert "10.96.0.0/12" in draft.message
        assert "random" not in draft.message

    @pytest.mark.parametrize("release", FIXED)
    @pytest.mark.parametrize("ranges", [(), (V6,), (V4, V6)])
    def test_silent_in_other_releases(self, release: str, ranges: tuple[str, ...]) -> None:
        subject = helm({}, release)
        assert found(self.rule, subject, beside(subject, *ranges, kubernetes=NEW)) == []

    @pytest.mark.parametrize("release", REDETECTS)
    @pytest.mark.parametrize("ranges", [(V6,), (FAR,), (V6, V4), (FAR, V6)])
    def test_error_where_the_constant_is_certain_and_wrong(self, release: str, ranges: tuple[str, ...]) -> None:
        subject = helm({}, release)
        (draft,) = found(self.rule, subject, beside(subject, *ranges, kubernetes=NEW))
        assert severity(self.rule, draft) is Severity.ERROR
        assert "Kubernetes 1.33" in draft.message
        assert ranges[0] in draft.message

    @pytest.mark.parametrize("ranges", [(V6,), (FAR,)])
    def test_warning_on_an_older_host(self, ranges: tuple[str, ...]) -> None:
        subject = helm({}, "0.24.1")
        (draft,) = found(self.rule, subject, beside(subject, *ranges, kubernetes=OLD))
        assert severity(self.rule, draft) is Severity.WARNING
        (draft,) = found(self.rule, subject, beside(subject, *ranges))
        assert severity(self.rule, draft) is Severity.WARNING

    @pytest.mark.parametrize("ranges", [(V4, V6), ("10.96.0.0/12", V6)])
    def test_the_second_family_of_a_host_inside_the_constant(self, ranges: tuple[str, ...]) -> None:
        subject = helm({}, "0.24.1")
        (draft,) = found(self.rule, subject, beside(subject, *ranges, kubernetes=NEW))
        assert severity(self.rule, draft) is Severity.WARNING
        assert "other family" in draft.message

    @pytest.mark.parametrize("kubernetes", [None, OLD, NEW])
    @pytest.mark.parametrize("range_", ["10.96.0.0/12", V4, "10.100.0.0/16"])
    def test_silent_where_the_constant_holds_the_host(self, range_: str, kubernetes: None) -> None:
        subject = helm({}, "0.24.1")
        assert found(self.rule, subject, beside(subject, range_, kubernetes=kubernetes)) == []

    def test_families_are_enough_for_an_ipv6_host(self) -> None:
        subject = helm({}, "0.24.1")
        (draft,) = found(self.rule, subject, of_families(subject, "IPv6", kubernetes=NEW))
        assert severity(self.rule, draft) is Severity.ERROR
        (draft,) = found(self.rule, subject, of_families(subject, "IPv4", kubernetes=NEW))
        assert severity(self.rule, draft) is Severity.WARNING

    @pytest.mark.parametrize(
        "settings", [{"serviceCIDR": V6}, FLAG, {**K0S, "serviceCIDR": V6}, {"serviceCIDR": "banana"}]
    )
    def test_silent_with_an_explicit_range(self, settings: Settings) -> None:
        assert found(self.rule, helm(settings, "0.24.1")) == []

    def test_networking_is_no_explicit_range(self) -> None:
        assert len(found(self.rule, helm({"networking.serviceCIDR": V6}, "0.24.1"))) == 1

    @pytest.mark.parametrize(
        ("chart", "read"), [("vcluster", 0), ("vcluster-k8s", 0), ("vcluster-eks", 0), ("vcluster-k0s", 1)]
    )
    def test_charts_that_ignore_the_key(self, chart: str, read: int) -> None:
        subject = helm({"serviceCIDR": V6}, "0.19.10", chart=chart)
        assert len(found(self.rule, subject, beside(subject, V6, kubernetes=NEW))) == 1 - read
        assert found(self.rule, subject) == [], "VCL004 names the key and says what the release does instead"

    def test_the_image_decides(self) -> None:
        assert found(self.rule, helm({TAG: "0.25.2"}, "0.24.1")) == []
        subject = helm({TAG: "0.24.1"}, "0.25.2")
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == "0.24.1"

    @pytest.mark.parametrize(
        ("chart", "release", "settings", "words"),
        [
            ("vcluster", "0.24.1", {}, f'serviceCIDR: "{V6},{V4}"'),
            ("vcluster", "0.24.1", K0S, f'serviceCIDR: "{V6}"'),
            ("vcluster-k0s", "0.19.10", {}, f'serviceCIDR: "{V6}"'),
            ("vcluster", "0.19.10", {}, "no key of this one"),
            ("vcluster-k8s", "0.19.10", {}, "no key of this one"),
        ],
    )
    def test_advice(self, chart: str, release: str, settings: Settings, words: str) -> None:
        subject = helm(settings, release, chart=chart)
        (draft,) = found(self.rule, subject, beside(subject, V6, V4, kubernetes=NEW))
        assert draft.fix is not None
        assert draft.fix.edits == ()
        assert "0.25.2" in draft.fix.description
        assert words in draft.fix.description

    def test_a_lone_file_is_no_error(self) -> None:
        subject = vcluster({"exportKubeConfig.context": "x"}, release="0.24.1", form=BARE)
        (draft,) = found(self.rule, subject, beside(subject, V6, kubernetes=NEW))
        assert severity(self.rule, draft) is Severity.WARNING

    def test_the_place_of_the_hosts_range(self) -> None:
        subject = helm({}, "0.24.1")
        (draft,) = found(self.rule, subject, cluster_of(subject, api_server(V6, release="1.33.2")))
        assert [label.span.path for label in draft.related] == ["kube-apiserver.yaml"]
        assert severity(self.rule, draft) is Severity.ERROR

    @pytest.mark.parametrize("key", ["serviceCIDR", TAG, "controlPlane.distro.k8s.apiServer.extraArgs"])
    def test_placeholders(self, key: str) -> None:
        assert gap(self.rule, helm({}, "0.24.1", unknown=[key]))[1]

    def test_unknown_release_and_values_out_of_sight(self) -> None:
        assert gap(self.rule, helm({}, None)) == ([], "chart version")
        assert gap(self.rule, helm({}, "0.24.1", partial="a Secret is not in the tree"))[1]
        rendered = helm({}, "0.24.1", form="StatefulSet", partial="an object shows only a part")
        assert gap(self.rule, rendered)[1]

    def test_a_rendered_object_of_a_chart_without_a_key(self) -> None:
        rendered = helm({}, "0.19.10", form="StatefulSet", partial="an object shows only a part")
        assert len(found(self.rule, rendered)) == 1

    @pytest.mark.parametrize(
        "settings",
        [
            {**K0S, "controlPlane.distro.k0s.config": "apiVersion: k0s"},
            {"controlPlane.distro.k8s.apiServer.command": ["/bin/api"]},
        ],
    )
    def test_open_ranges(self, settings: Settings) -> None:
        assert gap(self.rule, helm(settings, "0.24.1"))[1]


class TestLostFamily:
    rule = rules.dual_stack_lost

    @pytest.mark.parametrize("release", ["0.24.2", "0.25.1"])
    @pytest.mark.parametrize("settings", [{}, {POLICY: "SingleStack"}, {"controlPlane.service.spec.type": "ClusterIP"}])
    def test_dual_host(self, release: str, settings: Settings) -> None:
        subject = helm(settings, release)
        (draft,) = found(self.rule, subject, beside(subject, V4, V6))
        assert severity(self.rule, draft) is Severity.WARNING
        assert draft.fix is not None
        assert "annotation" in draft.fix.description

    @pytest.mark.parametrize("release", ["0.24.1", "0.25.0", "0.25.2", "0.26.0", "0.36.1"])
    def test_other_releases(self, release: str) -> None:
        subject = helm({}, release)
        assert found(self.rule, subject, beside(subject, V4, V6)) == []

    @pytest.mark.parametrize("ranges", [(V4,), (V6,)])
    def test_single_stack_host(self, ranges: tuple[str, ...]) -> None:
        subject = helm({}, "0.25.1")
        assert found(self.rule, subject, beside(subject, *ranges)) == []

    def test_unknown_host(self) -> None:
        assert gap(self.rule, helm({}, "0.25.1")) == ([], "the host cluster")

    @pytest.mark.parametrize(
        "settings",
        [
            {POLICY: "PreferDualStack"},
            {POLICY: "RequireDualStack"},
            {"serviceCIDR": f"{V4},{V6}"},
            FLAG,
            K0S,
            {f"controlPlane.service.{ANNOTATION}": f"{V4},{V6}"},
            {f"controlPlane.advanced.globalMetadata.{ANNOTATION}": f"{V4},{V6}"},
            {"controlPlane.service.enabled": "false"},
        ],
    )
    def test_silent(self, settings: Settings) -> None:
        subject = helm(settings, "0.25.1")
        assert found(self.rule, subject, beside(subject, V4, V6)) == []

    def test_placeholder(self) -> None:
        subject = helm({}, "0.25.1", unknown=[POLICY])
        assert gap(self.rule, subject, beside(subject, V4, V6)) == ([], POLICY)


class TestAnnotation:
    rule = rules.stale_range_annotation

    def dump(self, cached: str, *ips: str, release: str | None = "0.36.1") -> VirtualCluster:
        settings: Settings = {
            f"controlPlane.service.{ANNOTATION}": cached,
            "controlPlane.service.spec.clusterIPs": ips,
        }
        return helm(settings, release, form="Service", partial="an object shows only a part")

    @pytest.mark.parametrize(
        ("cached", "ips"),
        [
            ("10.96.0.0/12", ("10.96.4.4", "fd00:10:96::44")),
            ("10.96.0.0/16", ("10.97.0.1",)),
            (V6, ("10.96.4.4",)),
        ],
    )
    @pytest.mark.parametrize("release", ["0.24.2", "0.25.1", "0.36.1"])
    def test_out_of_date(self, cached: str, ips: tuple[str, ...], release: str) -> None:
        subject = self.dump(cached, *ips, release=release)
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == cached
        assert severity(self.rule, draft) is Severity.WARNING
        assert len(draft.related) == 1

    @pytest.mark.parametrize(
        ("cached", "ips"),
        [
            (f"10.96.0.0/12,{V6}", ("10.96.4.4", "fd00:10:96::44")),
            ("10.96.0.0/12", ("None",)),
            ("10.96.0.0/12", ()),
            (f"10.96.0.0/12,{V6}", ("10.96.4.4",)),
        ],
    )
    def test_silent(self, cached: str, ips: tuple[str, ...]) -> None:
        assert found(self.rule, self.dump(cached, *ips)) == []

    @pytest.mark.parametrize("release", ["0.24.1", "0.25.0", "0.19.10"])
    def test_silent_before_there_is_a_cache(self, release: str) -> None:
        assert found(self.rule, self.dump("10.96.0.0/16", "10.97.0.1", release=release)) == []

    def test_unknown_release(self) -> None:
        assert gap(self.rule, self.dump("10.96.0.0/16", "10.97.0.1", release=None))[1]

    @pytest.mark.parametrize("settings", [{"serviceCIDR": "10.97.0.0/16"}, PRIVATE])
    def test_silent_with_values_of_the_release(self, settings: Settings) -> None:
        dump = self.dump("10.96.0.0/16", "10.97.0.1")
        assert found(self.rule, dump, cluster_of(dump, helm(settings))) == []
        assert len(found(self.rule, dump, cluster_of(dump, helm()))) == 1

    def test_values_are_no_dump(self) -> None:
        values = helm({f"controlPlane.service.{ANNOTATION}": V4, "controlPlane.service.spec.clusterIP": "10.1.0.1"})
        assert found(self.rule, values) == []


class TestFixedRange:
    rule = rules.legacy_default_range

    @pytest.mark.parametrize(
        ("chart", "release"),
        [
            ("vcluster", "0.4.0"),
            ("vcluster", "0.4.5"),
            ("vcluster-k8s", "0.5.0"),
            ("vcluster-k8s", "0.8.1"),
            ("vcluster-k0s", "0.8.1"),
            ("vcluster-eks", "0.6.0"),
        ],
    )
    @pytest.mark.parametrize("ranges", [(V6,), (FAR, V6)])
    def test_other_host(self, chart: str, release: str, ranges: tuple[str, ...]) -> None:
        subject = helm({}, release, chart=chart)
        (draft,) = found(self.rule, subject, beside(subject, *ranges))
        assert severity(self.rule, draft) is Severity.ERROR
        assert ranges[0] in draft.message

    @pytest.mark.parametrize(
        ("chart", "release"), [("vcluster", "0.5.0"), ("vcluster-k8s", "0.9.0"), ("vcluster-eks", "0.5.9")]
    )
    def test_other_releases(self, chart: str, release: str) -> None:
        subject = helm({}, release, chart=chart)
        assert found(self.rule, subject, beside(subject, V6)) == []

    def silent(self, subject: VirtualCluster, cluster: Cluster) -> None:
        assert found(self.rule, subject, cluster) == []

    def test_silent(self) -> None:
        inside = helm({}, "0.8.1", chart="vcluster-k8s")
        self.silent(inside, beside(inside, V4, V6))
        explicit = helm({"serviceCIDR": FAR}, "0.8.1", chart="vcluster-k8s")
        self.silent(explicit, beside(explicit, V6))
        bare = helm({}, "0.8.1", chart="vcluster-k8s", form=BARE)
        self.silent(bare, beside(bare, V6))

    def test_own_configuration_of_k0s(self) -> None:
        subject = helm({"config": "apiVersion: k0s.k0sproject.io/v1beta1"}, "0.8.1", chart="vcluster-k0s")
        assert gap(self.rule, subject, beside(subject, V6))[0] == []

    def test_unknown_host(self) -> None:
        assert gap(self.rule, helm({}, "0.8.1", chart="vcluster-k8s")) == ([], "the host cluster")

    def test_families_alone(self) -> None:
        subject = helm({}, "0.8.1", chart="vcluster-k8s")
        assert len(found(self.rule, subject, of_families(subject, "IPv6"))) == 1
        with pytest.raises(Unknown):
            found(self.rule, subject, of_families(subject, "IPv4"))

    def test_rendered(self) -> None:
        settings = {"serviceCIDR": "10.96.0.0/12"}
        subject = helm(settings, "0.8.1", chart="vcluster-k8s", form="Deployment", partial="only a part")
        (draft,) = found(self.rule, subject, beside(subject, V6))
        assert pointed_at(subject, draft) == "10.96.0.0/12"
        assert fixed(subject, draft) == V6
