"""VCL002, VCL007, VCL008 and VCL009, with every case in which they must be silent."""

import pytest

from famlint.findings import Severity
from famlint_rules import vcluster_ranges as rules
from tests.made_clusters import cluster_of
from tests.vcluster.hosts import FAR, V4, V6, api_server, beside, of_families
from tests.vcluster.subjects import helm
from tests.vcluster_rest.subjects import (
    BARE,
    DECODED,
    PRIVATE,
    Settings,
    fixed,
    found,
    gap,
    pointed_at,
    severity,
    vcluster,
)

NETWORKING = "networking.serviceCIDR"
SERVICE = "serviceCIDR"
POD = "networking.podCIDR"
K0S = "controlPlane.distro.k0s"
FLANNEL = "deploy.cni.flannel.enabled"


class TestIgnored:
    rule = rules.networking_service_cidr_ignored

    @pytest.mark.parametrize("release", [None, "0.26.0", "0.37.0"])
    @pytest.mark.parametrize("settings", [{}, {SERVICE: V6}])
    def test_shared(self, release: str | None, settings: Settings) -> None:
        subject = helm({NETWORKING: V6, **settings}, release)
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == V6
        assert severity(self.rule, draft) is Severity.WARNING

    def test_in_a_secret(self) -> None:
        subject = vcluster({NETWORKING: V6}, form=DECODED)
        assert [severity(self.rule, draft) for draft in found(self.rule, subject)] == [Severity.WARNING]

    def test_info_where_the_mode_is_open(self) -> None:
        (draft,) = found(self.rule, vcluster({NETWORKING: V6}, form=BARE))
        assert severity(self.rule, draft) is Severity.INFO
        assert "standalone" in draft.message

    @pytest.mark.parametrize(
        "settings", [PRIVATE, {"controlPlane.standalone.enabled": "true"}, {"experimental.docker.nodes.0.name": "x"}]
    )
    @pytest.mark.parametrize("form", ["HelmRelease", BARE])
    def test_silent_with_private_nodes(self, settings: Settings, form: str) -> None:
        assert found(self.rule, vcluster({NETWORKING: V6, **settings}, form=form)) == []

    @pytest.mark.parametrize("release", ["0.20.0", "0.25.2", "0.19.10"])
    def test_silent_before_the_key_exists(self, release: str) -> None:
        assert found(self.rule, helm({NETWORKING: V6}, release)) == []

    @pytest.mark.parametrize("text", ["", " "])
    def test_silent_where_it_is_empty(self, text: str) -> None:
        assert found(self.rule, helm({NETWORKING: text})) == []

    @pytest.mark.parametrize("key", [NETWORKING, "privateNodes.enabled"])
    def test_unknown(self, key: str) -> None:
        settings = {} if key == NETWORKING else {NETWORKING: V6}
        assert gap(self.rule, helm(settings, unknown=[key])) == ([], key)

    def test_beyond_the_last_release(self) -> None:
        (draft,) = found(self.rule, helm({NETWORKING: V6}, "9.0.0"))
        assert "checked up to" in draft.message


class TestHost:
    rule = rules.service_cidr_not_of_host

    @pytest.mark.parametrize(
        ("mine", "host", "level"),
        [
            ("10.96.0.0/12", (V6,), Severity.ERROR),
            (V6, (V4,), Severity.ERROR),
            (FAR, (V4,), Severity.ERROR),
            ("fd00:1::/108", (V6,), Severity.ERROR),
            (V4, (V6, V4), Severity.ERROR),
            (f"{FAR},{V6}", (V4, V6), Severity.ERROR),
            ("10.96.0.0/24", (V4,), Severity.WARNING),
            (V4, (V4, V6), Severity.WARNING),
            (f"{V4},fd00:1::/108", (V4, V6), Severity.WARNING),
            (f"{V4},{V6}", (V4,), Severity.INFO),
        ],
    )
    @pytest.mark.parametrize("release", ["0.20.0", "0.36.1", None])
    def test_matrix(self, mine: str, host: tuple[str, ...], level: Severity, release: str | None) -> None:
        subject = helm({SERVICE: mine}, release)
        (draft,) = found(self.rule, subject, beside(subject, *host))
        assert severity(self.rule, draft) is level
        assert pointed_at(subject, draft) == mine
        assert fixed(subject, draft) == ",".join(host)
        assert draft.fix is not None
        assert not draft.fix.safe

    @pytest.mark.parametrize(
        ("mine", "host"),
        [
            (V4, (V4,)),
            (f"{V4},{V6}", (V4, V6)),
            (f"{V6},{V4}", (V4, V6)),
            ("10.96.0.0/12", (V4,)),
            ("10.96.0.5/12", (V4,)),
            ("010.96.0.0/12", (V4,)),
            ("10.0.0.0/8,fd00:10:96::/64", (V4, V6)),
        ],
    )
    def test_silent_where_it_holds_the_hosts(self, mine: str, host: tuple[str, ...]) -> None:
        subject = helm({SERVICE: mine})
        assert found(self.rule, subject, beside(subject, *host)) == []

    @pytest.mark.parametrize(
        ("mine", "host", "levels"),
        [
            (V6, ("IPv4",), [Severity.ERROR]),
            (V4, ("IPv4", "IPv6"), [Severity.WARNING]),
            (f"{V4},{V6}", ("IPv4",), [Severity.INFO]),
            (FAR, ("IPv4",), []),
        ],
    )
    def test_families_alone(self, mine: str, host: tuple[str, ...], levels: list[Severity]) -> None:
        subject = helm({SERVICE: mine})
        drafts = found(self.rule, subject, of_families(subject, *host))
        assert [severity(self.rule, draft) for draft in drafts] == levels
        assert all(draft.fix is not None and draft.fix.edits == () for draft in drafts)

    @pytest.mark.parametrize(
        "settings",
        [{}, {**PRIVATE, SERVICE: FAR}, {**PRIVATE}, {SERVICE: "banana"}, {SERVICE: f"{FAR}, {V6}"}, {NETWORKING: FAR}],
    )
    def test_silent(self, settings: Settings) -> None:
        subject = helm(settings)
        assert found(self.rule, subject, beside(subject, V4)) == []

    @pytest.mark.parametrize("release", ["0.17.0", "0.19.10"])
    def test_silent_where_the_key_is_not_read(self, release: str) -> None:
        subject = helm({SERVICE: FAR}, release)
        assert found(self.rule, subject, beside(subject, V4)) == []

    def test_legacy(self) -> None:
        subject = helm({SERVICE: FAR}, "0.16.4")
        assert len(found(self.rule, subject, beside(subject, V4))) == 1

    def test_the_flag_counts(self) -> None:
        key = "controlPlane.distro.k8s.apiServer.extraArgs"
        subject = helm({SERVICE: V4, key: [f"--service-cluster-ip-range={FAR}"]})
        (draft,) = found(self.rule, subject, beside(subject, V4))
        assert pointed_at(subject, draft) == FAR

    def test_unknown_host(self) -> None:
        assert gap(self.rule, helm({SERVICE: FAR})) == ([], "the host cluster")

    def test_the_mode_is_open(self) -> None:
        subject = vcluster({SERVICE: FAR}, form=BARE)
        (draft,) = found(self.rule, subject, beside(subject, V4))
        assert severity(self.rule, draft) is Severity.INFO

    def test_a_lone_file(self) -> None:
        subject = vcluster({SERVICE: FAR, "sync.toHost.x": "y"}, form=BARE)
        (draft,) = found(self.rule, subject, beside(subject, V4))
        assert severity(self.rule, draft) is Severity.WARNING

    def test_why_the_two_belong_together(self) -> None:
        subject = helm({SERVICE: FAR})
        (draft,) = found(self.rule, subject, cluster_of(subject, api_server(V4)))
        assert "only control plane" in draft.message
        assert [label.span.path for label in draft.related] == ["kube-apiserver.yaml"]


class TestK0s:
    rule = rules.k0s_takes_one_range

    @pytest.mark.parametrize("release", [None, "0.20.0", "0.25.2"])
    def test_unified(self, release: str | None) -> None:
        subject = helm({SERVICE: f"{V4},{V6}", f"{K0S}.enabled": "true"}, release)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.ERROR
        assert fixed(subject, draft) == V4

    @pytest.mark.parametrize("release", ["0.5.0", "0.18.1", "0.19.10"])
    def test_legacy(self, release: str) -> None:
        assert len(found(self.rule, helm({SERVICE: f"{V4},{V6}"}, release, chart="vcluster-k0s"))) == 1

    @pytest.mark.parametrize(
        "settings",
        [
            {f"{K0S}.enabled": "true", f"{K0S}.config": "apiVersion: k0s"},
            {f"{K0S}.enabled": "false"},
            {f"{K0S}.enabled": "true", "controlPlane.distro.k3s.enabled": "true"},
            {},
        ],
    )
    def test_silent(self, settings: Settings) -> None:
        assert found(self.rule, helm({SERVICE: f"{V4},{V6}", **settings}, "0.24.1")) == []

    def test_silent_with_one_range(self) -> None:
        assert found(self.rule, helm({SERVICE: V4, f"{K0S}.enabled": "true"}, "0.24.1")) == []

    @pytest.mark.parametrize("release", ["0.26.0", "0.36.1"])
    def test_silent_where_k0s_is_gone(self, release: str) -> None:
        assert found(self.rule, helm({SERVICE: f"{V4},{V6}", f"{K0S}.enabled": "true"}, release)) == []

    @pytest.mark.parametrize("settings", [{"config": "apiVersion: k0s"}, {"config.apiVersion": "k0s"}])
    def test_silent_with_a_configuration_of_its_own(self, settings: Settings) -> None:
        legacy = helm({SERVICE: f"{V4},{V6}", **settings}, "0.15.0", chart="vcluster-k0s")
        assert found(self.rule, legacy) == []


class TestPods:
    rule = rules.pod_family_missing

    @pytest.mark.parametrize(
        ("services", "pods", "level"),
        [
            (V6, None, Severity.ERROR),
            (V6, "10.64.0.0/16", Severity.ERROR),
            (V4, "fd00:64::/56", Severity.ERROR),
            (f"{V4},{V6}", None, Severity.WARNING),
            (f"{V4},{V6}", "fd00:64::/56", Severity.WARNING),
            (None, "fd00:64::/56", Severity.ERROR),
        ],
    )
    @pytest.mark.parametrize("release", [None, "0.26.0", "0.36.1"])
    def test_matrix(self, services: str | None, pods: str | None, level: Severity, release: str | None) -> None:
        settings = {**PRIVATE}
        if services:
            settings[NETWORKING] = services
        if pods:
            settings[POD] = pods
        subject = helm(settings, release)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is level
        assert pointed_at(subject, draft) == (pods or services)
        (info,) = found(self.rule, helm({**settings, FLANNEL: "false"}, release))
        assert severity(self.rule, info) is Severity.INFO

    @pytest.mark.parametrize(
        ("services", "pods"),
        [
            (V4, "10.64.0.0/16,fd00:64::/56"),
            (f"{V4},{V6}", "fd00:64::/56,10.64.0.0/16"),
            (V4, "10.64.0.0/16"),
            (V6, "fd00:64::/56"),
            ("banana", "fd00:64::/56"),
            (V4, "banana"),
        ],
    )
    def test_silent(self, services: str, pods: str) -> None:
        assert found(self.rule, helm({**PRIVATE, NETWORKING: services, POD: pods})) == []

    def test_silent_by_default(self) -> None:
        assert found(self.rule, helm(PRIVATE)) == []

    @pytest.mark.parametrize("settings", [{NETWORKING: V6}, {SERVICE: V6, POD: "10.64.0.0/16"}])
    def test_silent_on_shared_nodes(self, settings: Settings) -> None:
        assert found(self.rule, helm(settings)) == []

    @pytest.mark.parametrize("key", [POD, NETWORKING, "controlPlane.distro.k8s.controllerManager.extraArgs"])
    def test_unknown(self, key: str) -> None:
        assert gap(self.rule, helm({**PRIVATE, SERVICE: V6} if key != NETWORKING else PRIVATE, unknown=[key]))[1]

    def test_a_lone_file(self) -> None:
        bare = vcluster({**PRIVATE, NETWORKING: V6}, form=BARE)
        assert [severity(self.rule, draft) for draft in found(self.rule, bare)] == [Severity.WARNING]
        both = vcluster({**PRIVATE, NETWORKING: V6, POD: "10.64.0.0/16"}, form=BARE)
        assert [severity(self.rule, draft) for draft in found(self.rule, both)] == [Severity.ERROR]
