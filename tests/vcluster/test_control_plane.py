"""The API server of a virtual cluster as the record of all API servers: VC-01, VC-11 and VC-25."""

import pytest

from famlint.behaviours.api_servers import ApiServer, flag_of, gates_of, given, known_release
from famlint.behaviours.vcluster.control_plane import api_server, virtual_kubernetes
from famlint.clusters import Known
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.versions import Version
from famlint.testing import check_files
from famlint.unknown import Unknown
from tests.made_clusters import cluster_of
from tests.vcluster.hosts import V4, V6, inside
from tests.vcluster.subjects import helm
from tests.vcluster_rest.subjects import PRIVATE, Settings

SERVICE = "serviceCIDR"
ARGS = "controlPlane.distro.k8s.apiServer.extraArgs"
K8S = "controlPlane.distro.k8s"

RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: my-vc, namespace: team-a}}
spec:
  chart: {{spec: {{chart: {chart}, version: {version}, sourceRef: {{kind: HelmRepository, name: loft}}}}}}
  values: {values}
"""


def made(vcluster: VirtualCluster) -> ApiServer:
    found = api_server(vcluster, cluster_of(vcluster))
    assert found is not None
    return found


def codes(values: str, version: str = "0.36.1", chart: str = "vcluster") -> list[str]:
    run = check_files({"release.yaml": RELEASE.format(values=values, version=version, chart=chart)})
    assert run.problems == ()
    return [finding.code for finding in run.findings]


class TestRecord:
    def test_what_vcluster_sets_by_itself(self) -> None:
        server = made(helm({SERVICE: V6}))
        advertise, bind, found = given(server.advertise), given(server.bind), given(server.service_range)
        assert advertise is not None
        assert bind is not None
        assert found is not None
        assert (advertise.text, bind.text, found.text) == ("127.0.0.1", "127.0.0.1", V6)
        assert not advertise.span.literal
        assert not server.has_reconciler
        assert server.name == "the API server of vcluster my-vc"
        assert server.release == Version(1, 36, 0)

    def test_what_extra_args_say(self) -> None:
        args = [
            "--endpoint-reconciler-type=lease",
            "--advertise-address=fd00::10",
            "--bind-address=::",
            "--feature-gates=MultiCIDRServiceAllocator=true",
        ]
        server = made(helm({SERVICE: V6, ARGS: args}))
        advertise, bind = given(server.advertise), given(server.bind)
        assert advertise is not None
        assert bind is not None
        assert (advertise.text, bind.text) == ("fd00::10", "::")
        assert server.has_reconciler
        assert gates_of(server) == {"MultiCIDRServiceAllocator": "true"}

    def test_the_hosts_range_is_unknown(self) -> None:
        server = made(helm({ARGS: ["--v=2"]}))
        with pytest.raises(Unknown, match="host"):
            given(server.service_range)

    def test_private_nodes(self) -> None:
        server = made(helm({**PRIVATE, "networking.serviceCIDR": V6}))
        assert isinstance(server.service_range, Value)
        assert server.service_range.text == V6

    @pytest.mark.parametrize(
        "settings",
        [
            {SERVICE: f"{V4},{V6}", "controlPlane.distro.k0s.enabled": "true"},
            {},
            {ARGS: []},
            {"controlPlane.distro.k3s.enabled": "true"},
        ],
    )
    def test_none(self, settings: Settings) -> None:
        subject = helm(settings, "0.24.1")
        assert api_server(subject, cluster_of(subject)) is None

    def test_another_command_may_give_any_range(self) -> None:
        subject = helm({SERVICE: V4, f"{K8S}.apiServer.command": ["/bin/api"]}, "0.24.1")
        made = api_server(subject, cluster_of(subject))
        assert made is not None
        assert isinstance(made.service_range, Unknown)

    @pytest.mark.parametrize("unknown", [SERVICE, ARGS, "privateNodes.enabled", f"{K8S}.version", "@generation"])
    @pytest.mark.parametrize("release", [None, "0.36.1", "0.15.0"])
    def test_never_raises(self, unknown: str, release: str | None) -> None:
        subject = helm({}, release, unknown=[unknown])
        api_server(subject, cluster_of(subject))

    @pytest.mark.parametrize(
        ("settings", "release"),
        [({"controlPlane.distro.k3s.enabled": "true", SERVICE: V6}, "0.24.1"), ({SERVICE: V6}, "0.15.0")],
    )
    def test_flags_of_other_distributions(self, settings: Settings, release: str) -> None:
        server = made(helm(settings, release))
        for field in (server.advertise, server.bind, server.reconciler):
            with pytest.raises(Unknown):
                given(field)
        with pytest.raises(Unknown):
            gates_of(server)
        with pytest.raises(Unknown):
            known_release(server)

    def test_without_a_release_limits_are_open(self) -> None:
        with pytest.raises(Unknown):
            known_release(made(helm({SERVICE: V6}, None)))

    def test_other_flags(self) -> None:
        value = flag_of(made(helm({SERVICE: V6, ARGS: ["--runtime-config=api/all=true"]})), "runtime-config")
        assert value is not None
        assert value.text == "api/all=true"


class TestKubernetes:
    @pytest.mark.parametrize(
        ("settings", "chart", "kubernetes"),
        [
            ({}, "0.29.0", Version(1, 33, 4)),
            ({f"{K8S}.version": "v1.31.2"}, "0.29.0", Version(1, 31, 2)),
            ({f"{K8S}.image.tag": "v1.31.2"}, "0.29.0", Version(1, 31, 2)),
            ({f"{K8S}.apiServer.image.tag": "v1.29.0"}, "0.24.1", Version(1, 29, 0)),
            ({f"{K8S}.apiServer.image.tag": "v1.29.0", f"{K8S}.version": "1.30"}, "0.24.1", Version(1, 29, 0)),
            ({f"{K8S}.version": "1.30"}, "0.24.1", Version(1, 30, 0)),
        ],
    )
    def test_of_values(self, settings: Settings, chart: str, kubernetes: Version) -> None:
        subject = helm(settings, chart)
        assert virtual_kubernetes(subject, cluster_of(subject)) == kubernetes

    @pytest.mark.parametrize(
        ("settings", "chart"),
        [
            ({}, None),
            ({}, "0.99.0"),
            ({}, "0.15.0"),
            ({"controlPlane.distro.k3s.enabled": "true"}, "0.24.1"),
            ({f"{K8S}.version": "latest"}, "0.29.0"),
            ({f"{K8S}.version": "v1.31.2", f"{K8S}.image.tag": "v1.32.0"}, "0.29.0"),
        ],
    )
    def test_open(self, settings: Settings, chart: str | None) -> None:
        subject = helm(settings, chart)
        assert isinstance(virtual_kubernetes(subject, cluster_of(subject)), Unknown)

    def test_of_the_configuration(self) -> None:
        subject = helm()
        assert virtual_kubernetes(subject, inside(subject, cluster_of(), Version(1, 31, 0))) == Version(1, 31, 0)
        # Without a host of its own the configuration tells what the release is installed in.
        alone = cluster_of(subject, known=Known(kubernetes=Version(1, 31, 0)))
        assert virtual_kubernetes(subject, alone) == Version(1, 36, 0)


class TestThroughAllOfFamlint:
    @pytest.mark.parametrize(
        "text",
        [
            "10.96.0.0",
            "10.96.0.0/12, fd00:10:96::/108",
            "10.96.0.0/12,10.97.0.0/16",
            "10.96.0.0/30",
            "10.96.0.0/12,fd00::/108,10.1.0.0/16",
        ],
    )
    def test_syntax(self, text: str) -> None:
        (code,) = set(codes(f'{{serviceCIDR: "{text}"}}'))
        assert code.startswith("API")
        networking = f'networking: {{serviceCIDR: "{text}", podCIDR: "10.244.0.0/16,fd00:1::/56"}}'
        private = f"{{privateNodes: {{enabled: true}}, {networking}}}"
        assert [one for one in codes(private) if one.startswith("API")]

    @pytest.mark.parametrize("text", ["10.96.0.5/12", "010.96.0.0/12", "10.96.0.0/29", "10.96.0.0/12,fd00:10:96::/112"])
    def test_syntax_silent(self, text: str) -> None:
        assert codes(f'{{serviceCIDR: "{text}"}}') == []

    def test_a_key_that_is_not_read_is_not_judged(self) -> None:
        assert codes("{serviceCIDR: banana}", "0.17.1") == ["VCL004"]

    @pytest.mark.parametrize(
        ("version", "values", "wanted"),
        [
            ("0.29.0", '{serviceCIDR: "fd00:10:96::/64"}', ["API004"]),
            ("0.29.0", '{serviceCIDR: "fd00:10:96::/112"}', []),
            ("0.30.0", '{serviceCIDR: "fd00:10:96::/64"}', []),
            ("0.30.0", '{serviceCIDR: "fd00:10:96::/56"}', ["API006"]),
            ("latest", '{serviceCIDR: "fd00:10:96::/64"}', []),
            ("0.32.0", '{serviceCIDR: "fd00:10:96::/64", controlPlane: {distro: {k3s: {enabled: true}}}}', []),
        ],
    )
    def test_size(self, version: str, values: str, wanted: list[str]) -> None:
        assert codes(values, version) == wanted

    def test_the_reconciler(self) -> None:
        args = "controlPlane: {distro: {k8s: {apiServer: {extraArgs: [%s]}}}}"
        lease = args % '"--endpoint-reconciler-type=lease"'
        assert codes(f'{{serviceCIDR: "{V6}", {lease}}}') == ["API007"]
        good = args % '"--endpoint-reconciler-type=lease", "--advertise-address=fd00::10"'
        assert codes(f'{{serviceCIDR: "{V6}", {good}}}') == []
        none = args % '"--endpoint-reconciler-type=none"'
        assert codes(f'{{serviceCIDR: "{V6}", {none}}}') == []
        assert codes(f'{{serviceCIDR: "{V6}"}}') == []
