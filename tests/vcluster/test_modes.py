"""The mode and the distribution of a virtual cluster, case by case of the definitions."""

import pytest

from famlint.behaviours.vcluster.modes import Distro, Mode, at_most, distro_of, mode_of
from famlint.behaviours.vcluster.releases import checked, default_kubernetes, syncer_of
from famlint.findings import Severity
from famlint.network.versions import Version
from famlint.unknown import Unknown
from tests.vcluster_rest.subjects import BARE, DECODED, PRIVATE, Settings, vcluster

TAG = "controlPlane.statefulSet.image.tag"


class TestMode:
    @pytest.mark.parametrize(
        "settings",
        [
            PRIVATE,
            {"controlPlane.standalone.enabled": "true"},
            {"experimental.docker.enabled": "true"},
            {"experimental.docker.network": "vc"},
            {"experimental.docker.nodes.0.name": "worker"},
        ],
    )
    @pytest.mark.parametrize("form", [BARE, "HelmRelease"])
    @pytest.mark.parametrize("release", [None, "0.26.0", "0.37.0"])
    def test_private(self, settings: Settings, form: str, release: str | None) -> None:
        assert mode_of(vcluster(settings, form=form, release=release)) is Mode.PRIVATE

    @pytest.mark.parametrize("release", ["0.25.2", "0.19.10"])
    @pytest.mark.parametrize("form", [BARE, "HelmRelease"])
    def test_always_shared_before(self, release: str, form: str) -> None:
        assert mode_of(vcluster(PRIVATE, form=form, release=release)) is Mode.SHARED

    def test_shared_by_the_image(self) -> None:
        assert mode_of(vcluster({TAG: "0.24.1"}, form=BARE, release=None)) is Mode.SHARED

    @pytest.mark.parametrize(
        "key",
        ["controlPlane.service.spec.type", "controlPlane.ingress.host", TAG, "rbac.role.enabled", "sync.toHost.x"],
    )
    def test_shared_by_keys_of_a_release(self, key: str) -> None:
        assert mode_of(vcluster({key: "0.36.1"}, form=BARE, release=None)) is Mode.SHARED

    @pytest.mark.parametrize("form", ["HelmRelease", "Application", "VirtualClusterInstance", "HelmChart"])
    @pytest.mark.parametrize("docker", [{}, {"experimental.docker.loadBalancer.enabled": "true"}])
    def test_shared_in_a_release(self, form: str, docker: Settings) -> None:
        assert mode_of(vcluster(docker, form=form)) is Mode.SHARED

    @pytest.mark.parametrize("settings", [{}, {"experimental.docker.registryProxy.enabled": "true"}])
    def test_open_in_a_file(self, settings: Settings) -> None:
        assert mode_of(vcluster({"exportKubeConfig.context": "x", **settings}, form=BARE)) is Mode.UNKNOWN

    def test_a_secret_counts_private_nodes_alone(self) -> None:
        other = {"controlPlane.standalone.enabled": "true", "experimental.docker.enabled": "true"}
        assert mode_of(vcluster(other, form=DECODED)) is Mode.SHARED
        assert mode_of(vcluster(PRIVATE, form=DECODED)) is Mode.PRIVATE

    def test_a_placeholder_leaves_it_open(self) -> None:
        with pytest.raises(Unknown):
            mode_of(vcluster({}, unknown=["privateNodes.enabled"]))

    def test_other_evidence_goes_over_a_placeholder(self) -> None:
        standalone = {"controlPlane.standalone.enabled": "true"}
        assert mode_of(vcluster(standalone, unknown=["privateNodes.enabled"])) is Mode.PRIVATE

    def test_values_out_of_sight(self) -> None:
        with pytest.raises(Unknown):
            mode_of(vcluster({}, partial="Secret x is not in the tree"))
        assert mode_of(vcluster(PRIVATE, partial="Secret x is not in the tree")) is Mode.PRIVATE


class TestDistro:
    @pytest.mark.parametrize(
        ("enabled", "distro"),
        [
            ((), Distro.K8S),
            (("k8s",), Distro.K8S),
            (("k3s",), Distro.K3S),
            (("k0s",), Distro.K0S),
            (("k0s", "k3s"), Distro.K3S),
            (("k8s", "k0s"), Distro.K0S),
        ],
    )
    def test_unified(self, enabled: tuple[str, ...], distro: Distro) -> None:
        keys = {f"controlPlane.distro.{one}.enabled": "true" for one in enabled}
        assert distro_of(vcluster(keys, release="0.24.1")) is distro

    @pytest.mark.parametrize("chart", ["vcluster", "vcluster-k8s", "vcluster-k0s", "vcluster-eks"])
    def test_legacy(self, chart: str) -> None:
        named = chart.rpartition("-")[2] if "-" in chart else "k3s"
        assert distro_of(vcluster({}, release="0.18.1", chart=chart)) is Distro(named)


class TestReleases:
    @pytest.mark.parametrize("tag", ["0.25.2", "v0.25.2"])
    def test_the_image_goes_over_the_chart(self, tag: str) -> None:
        syncer = syncer_of(vcluster({TAG: tag}, release="0.24.1"))
        assert syncer.version == Version(0, 25, 2)
        assert syncer.span is not None

    def test_an_empty_tag_is_the_charts(self) -> None:
        assert syncer_of(vcluster({TAG: ""}, release="0.24.1")).version == Version(0, 24, 1)

    def test_the_image_of_legacy_charts(self) -> None:
        image = {"syncer.image": "ghcr.io/loft-sh/vcluster:0.20.0"}
        assert syncer_of(vcluster(image, release="0.19.10")).version == Version(0, 20, 0)
        assert syncer_of(vcluster({"syncer.image": "mirror/vcluster"}, release="0.19.10")).version == Version(0, 19, 10)

    @pytest.mark.parametrize("tag", ["latest", "0.26.0-alpha.1", "main"])
    def test_other_tags_name_no_release(self, tag: str) -> None:
        with pytest.raises(Unknown):
            syncer_of(vcluster({TAG: tag}, release="0.24.1"))

    def test_unknown_tag(self) -> None:
        with pytest.raises(Unknown):
            syncer_of(vcluster({}, unknown=[TAG]))

    @pytest.mark.parametrize(
        ("chart", "kubernetes"),
        [
            ("0.20.4", "v1.30.2"),
            ("0.22.0", "v1.31.1"),
            ("0.26.3", "v1.32.1"),
            ("0.27.1", "v1.33.1"),
            ("0.29.0", "v1.33.4"),
            ("0.31.0", "v1.34.0"),
            ("0.34.2", "v1.35.0"),
            ("0.37.0", "v1.36.0"),
            ("0.38.0", "None"),
            ("0.19.0", "None"),
        ],
    )
    def test_kubernetes_of_a_chart(self, chart: str, kubernetes: str) -> None:
        assert str(default_kubernetes(Version(*map(int, chart.split("."))))) == kubernetes

    def test_beyond_the_last_release_checked(self) -> None:
        assert checked(Version(0, 37, 0)) == ""
        assert "0.37.0-rc.1" in checked(Version(0, 37, 1))


class TestSeverity:
    @pytest.mark.parametrize(
        ("form", "release", "severity"),
        [
            ("HelmRelease", "0.36.1", Severity.ERROR),
            (DECODED, "0.36.1", Severity.ERROR),
            (BARE, "0.25.0", Severity.WARNING),
            (BARE, "0.36.1", Severity.INFO),
        ],
    )
    def test_at_most(self, form: str, release: str, severity: Severity) -> None:
        assert at_most(vcluster({}, form=form, release=release), Severity.ERROR) is severity

    def test_info_stays_info(self) -> None:
        assert at_most(vcluster({}, form=BARE, release="0.25.0"), Severity.INFO) is Severity.INFO
