"""The detection of ranges through all of famlint: forms of the values, and where the host is known from."""

import base64
from collections.abc import Mapping

import pytest

from famlint.findings import Finding, Severity
from famlint.testing import check_files

RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: my-vc, namespace: team-a}}
spec:
  chart: {{spec: {{chart: {chart}, version: {version}, sourceRef: {{kind: HelmRepository, name: loft}}}}}}
  values: {values}
"""
API_SERVER = """\
apiVersion: v1
kind: Pod
metadata: {{name: kube-apiserver, namespace: kube-system}}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:{release}
    command: [kube-apiserver, "--service-cluster-ip-range={ranges}", "--advertise-address={advertise}"]
"""
HOSTED = """\
clusters:
  prod: {{paths: [hosts/], kubernetes: "{kubernetes}", expect: {{services: [{services}]}}}}
  mine: {{paths: [virtual/], host: prod}}
"""
V6 = "fd00:10:96::/108"


def findings(files: Mapping[str, str], kubernetes: str | None = None) -> list[Finding]:
    run = check_files(files, kubernetes_version=kubernetes)
    assert run.problems == ()
    return list(run.findings)


def told(files: Mapping[str, str], kubernetes: str | None = None) -> list[tuple[str, Severity]]:
    return [(finding.code, finding.severity) for finding in findings(files, kubernetes)]


def release(version: str, values: str = "{telemetry: {enabled: false}}", chart: str = "vcluster") -> str:
    return RELEASE.format(version=version, values=values, chart=chart)


def api_server(release: str, ranges: str, advertise: str = "fd00::10") -> str:
    return API_SERVER.format(release=release, ranges=ranges, advertise=advertise)


def secret(version: str, values: str) -> str:
    text = base64.b64encode(values.encode()).decode()
    return (
        "apiVersion: v1\nkind: Secret\n"
        f"metadata: {{name: vc-config-my-vc, namespace: team-a, labels: {{chart: vcluster-{version}}}}}\n"
        f"data: {{config.yaml: {text}}}\n"
    )


class TestRedetection:
    def test_a_release_alone(self) -> None:
        assert told({"vc.yaml": release("0.24.1")}) == [("VCL005", Severity.WARNING)]

    @pytest.mark.parametrize("version", ["0.25.2", "0.26.0", "0.30.1", "0.36.1"])
    def test_silent_where_detection_works(self, version: str) -> None:
        values = "{controlPlane: {distro: {k8s: {enabled: true}}}}"
        assert told({"vc.yaml": release(version, values), "api.yaml": api_server("v1.33.2", V6)}) == []

    @pytest.mark.parametrize(("kubernetes", "level"), [("v1.32.2", Severity.WARNING), ("v1.33.2", Severity.ERROR)])
    def test_a_control_plane_in_the_tree(self, kubernetes: str, level: Severity) -> None:
        files = {"apps/vc.yaml": release("0.25.0"), "apps/api.yaml": api_server(kubernetes, V6)}
        (found,) = findings(files)
        assert (found.code, found.severity) == ("VCL005", level)
        assert [label.span.path for label in found.related] == ["apps/api.yaml"]

    @pytest.mark.parametrize(
        ("kubernetes", "services", "wanted"),
        [
            ("1.33", f'"{V6}"', [("VCL005", Severity.ERROR)]),
            ("1.32", f'"{V6}"', [("VCL005", Severity.WARNING)]),
            ("1.33", "10.43.0.0/16", [("VCL005", Severity.ERROR)]),
            ("1.33", "10.96.0.0/16", []),
        ],
    )
    def test_the_configured_host(self, kubernetes: str, services: str, wanted: list[tuple[str, Severity]]) -> None:
        config = HOSTED.format(kubernetes=kubernetes, services=services)
        assert told({".famlint.yaml": config, "virtual/vc.yaml": release("0.24.1")}) == wanted

    def test_an_api_server_of_the_configured_host(self) -> None:
        config = "clusters:\n  prod: {paths: [hosts/]}\n  mine: {paths: [virtual/], host: prod}\n"
        files = {
            ".famlint.yaml": config,
            "hosts/api.yaml": api_server("v1.33.2", V6),
            "virtual/vc.yaml": release("0.24.1"),
        }
        assert told(files) == [("VCL005", Severity.ERROR)]

    def test_the_command_line_tells_the_hosts_release(self) -> None:
        files = {"vc.yaml": release("0.24.1"), "api.yaml": api_server("latest", V6)}
        assert told(files, "1.33") == [("VCL005", Severity.ERROR)]

    @pytest.mark.parametrize(("version", "wanted"), [("0.24.1", ["VCL005"]), ("0.25.2", [])])
    def test_a_decoded_secret(self, version: str, wanted: list[str]) -> None:
        values = "serviceCIDR: ''\nprivateNodes: {enabled: false}\nnetworking: {podCIDR: 10.244.0.0/16}\n"
        assert [code for code, _ in told({"vc.yaml": secret(version, values)})] == wanted
        assert told({"vc.yaml": secret(version, values.replace("''", "10.43.0.0/16"))}) == []

    def test_a_parent_chart(self) -> None:
        chart = "dependencies:\n- {name: vcluster, version: 0.24.1, repository: 'https://charts.loft.sh'}\n"
        values = "vcluster:\n  controlPlane: {distro: {k8s: {enabled: true}}}\n"
        assert told({"Chart.yaml": chart, "values.yaml": values}) == [("VCL005", Severity.WARNING)]

    def test_a_file_with_no_release(self) -> None:
        run = check_files({"vcluster.yaml": "controlPlane: {distro: {k8s: {enabled: true}}}\n"})
        assert run.findings == ()
        assert "VCL005" in {gap.code for gap in run.not_evaluated}

    def test_values_out_of_sight(self) -> None:
        text = release("0.24.1") + "  valuesFrom: [{kind: Secret, name: more}]\n"
        assert told({"vc.yaml": text}) == []

    def test_a_rendered_legacy_chart(self) -> None:
        text = (
            "apiVersion: apps/v1\nkind: StatefulSet\n"
            "metadata: {name: my-vc, labels: {app: vcluster, chart: vcluster-0.19.10, release: my-vc}}\n"
            "spec: {template: {spec: {containers: [{name: syncer, image: 'ghcr.io/loft-sh/vcluster:0.19.10'}]}}}\n"
        )
        assert told({"vc.yaml": text}) == [("VCL005", Severity.WARNING)]
        assert told({"vc.yaml": text.replace("0.19.10", "0.36.1")}) == []


class TestHost:
    def test_lost_family(self) -> None:
        files = {"vc.yaml": release("0.25.1"), "api.yaml": api_server("v1.32.2", f"10.96.0.0/16,{V6}", "10.0.0.10")}
        assert told(files) == [("VCL006", Severity.WARNING)]
        single = {"vc.yaml": release("0.25.1"), "api.yaml": api_server("v1.32.2", "10.96.0.0/16", "10.0.0.10")}
        assert told(single) == []

    @pytest.mark.parametrize("values", ["serviceCIDR: 10.96.0.0/12", "serviceCIDR: '10.96.0.0/12'"])
    def test_a_range_of_a_family_that_the_host_lacks(self, values: str) -> None:
        files = {"vc.yaml": release("0.36.1", f"{{{values}}}"), "api.yaml": api_server("v1.33.2", V6)}
        assert told(files) == [("VCL007", Severity.ERROR)]

    def test_silent_with_the_hosts_range(self) -> None:
        files = {"vc.yaml": release("0.36.1", f"{{serviceCIDR: '{V6}'}}"), "api.yaml": api_server("v1.33.2", V6)}
        assert told(files) == []

    def test_an_rke2_server_in_the_tree(self) -> None:
        config = "cluster-cidr: 'fd00:42::/56'\nservice-cidr: 'fd00:43::/112'\nnode-ip: 'fd00::10'\n"
        files = {
            "etc/rancher/rke2/config.yaml": config,
            "vc.yaml": release("0.36.1", "{serviceCIDR: 10.96.0.0/12}"),
        }
        assert ("VCL007", Severity.ERROR) in told(files)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ("{networking: {serviceCIDR: 'fd22::/108'}}", [("VCL002", Severity.WARNING)]),
        ("{networking: {serviceCIDR: 'fd22::/108', podCIDR: 'fd64::/56'}, privateNodes: {enabled: true}}", []),
        ("{experimental: {docker: {network: vc}}, networking: {serviceCIDR: 'fd22::/108', podCIDR: 'fd64::/56'}}", []),
        ("{networking: {serviceCIDR: 'fd22::/108'}, privateNodes: {enabled: '${PRIVATE}'}}", []),
        ("{networking: {serviceCIDR: null}}", []),
    ],
)
def test_networking_service_cidr(values: str, wanted: list[tuple[str, Severity]]) -> None:
    assert told({"vc.yaml": release("0.36.1", values)}) == wanted
