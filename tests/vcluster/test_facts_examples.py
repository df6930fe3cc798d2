"""The smallest bad and good values of every check of facts/vcluster.md 7.2, through all of famlint.

The bad ones raise their rule and nothing else, the good ones nothing.
"""

from typing import NamedTuple

import pytest

from famlint.testing import check_files
from tests.vcluster.test_through_famlint import api_server, release

V6 = "fd00:10:96::/108"
DUAL = f"10.96.0.0/16,{V6}"
PRIVATE = "privateNodes: {enabled: true}"


class Host(NamedTuple):
    """The service ranges and the Kubernetes of the cluster that the virtual one runs in."""

    ranges: str
    kubernetes: str

    def beside(self) -> str:
        """Its API server."""
        advertise = "fd00::10" if ":" in self.ranges.partition(",")[0] else "10.0.0.10"
        return api_server(f"v{self.kubernetes}.2", self.ranges, advertise)

    def configured(self) -> str:
        """The configuration that names it."""
        services = ", ".join(f'"{text}"' for text in self.ranges.split(","))
        return (
            f'clusters:\n  prod: {{paths: [hosts/], kubernetes: "{self.kubernetes}", '
            f"expect: {{services: [{services}]}}}}\n"
            "  mine: {paths: [virtual/], host: prod}\n"
        )


class Case(NamedTuple):
    """A row: `told` are the codes of the bad values; the good ones may need another release."""

    told: str
    bad: str
    good: str
    version: str = "0.36.1"
    good_version: str = ""
    chart: str = "vcluster"
    host: Host | None = None


def extra(*flags: str) -> str:
    return f"controlPlane: {{distro: {{k8s: {{apiServer: {{extraArgs: {list(flags)}}}}}}}}}"


def one(path: str, value: str) -> str:
    """A value at a path, in flow style."""
    first, *rest = path.split(".")
    text = value
    for key in reversed(rest):
        text = f"{{{key}: {text}}}"
    return f"{first}: {text}"


def values(*texts: str) -> str:
    return f"{{{', '.join(texts)}}}"


CASES = {
    "VC-01": Case("API003", '{serviceCIDR: "10.96.0.0/12, fd00:10:96::"}', f'{{serviceCIDR: "10.96.0.0/12,{V6}"}}'),
    "VC-02": Case(
        "VCL002", '{networking: {serviceCIDR: "fd22:663c:50ba::/108"}}', '{serviceCIDR: "fd22:663c:50ba::/108"}'
    ),
    "VC-03": Case("VCL003", "{networking: {serviceCIDR: 10.43.0.0/16}}", "{serviceCIDR: 10.43.0.0/16}", "0.25.2"),
    "VC-04": Case(
        "VCL004",
        '{serviceCIDR: "fd00:43::/112", syncer: {extraArgs: []}, vcluster: {extraArgs: []}}',
        values(one("controlPlane.distro.k8s.enabled", "true")),
        "0.19.10",
        good_version="0.25.2",
    ),
    "VC-05": Case(
        "VCL005",
        values(one("controlPlane.distro.k8s.enabled", "true")),
        values(f'serviceCIDR: "{V6}"', one("controlPlane.distro.k8s.enabled", "true")),
        "0.25.0",
        host=Host(V6, "1.33"),
    ),
    "VC-06": Case(
        "VCL006",
        values(one("controlPlane.service.spec.type", "ClusterIP")),
        values(one("controlPlane.service.spec", "{type: ClusterIP, ipFamilyPolicy: PreferDualStack}")),
        "0.25.1",
        host=Host(DUAL, "1.32"),
    ),
    "VC-07": Case(
        "VCL007",
        "{serviceCIDR: 10.96.0.0/12}",
        '{serviceCIDR: "fd22:663c:50ba::/108"}',
        host=Host("fd22:663c:50ba::/108", "1.33"),
    ),
    "VC-08": Case(
        "VCL008",
        values('serviceCIDR: "10.64.0.0/16,fd00:64::/108"', one("controlPlane.distro.k0s.enabled", "true")),
        values("serviceCIDR: 10.64.0.0/16", one("controlPlane.distro.k0s.enabled", "true")),
        "0.24.1",
    ),
    "VC-09": Case(
        "VCL009",
        values(PRIVATE, 'networking: {serviceCIDR: "fd00:128::/108"}'),
        values(PRIVATE, 'networking: {serviceCIDR: "fd00:128::/108", podCIDR: "fd00:64::/56"}'),
    ),
    "VC-10": Case(
        "KCM002",
        values(
            PRIVATE, 'networking: {serviceCIDR: "10.128.0.0/16,fd00:128::/108", podCIDR: "10.64.0.0/16,fd00:64::/112"}'
        ),
        values(
            PRIVATE, 'networking: {serviceCIDR: "10.128.0.0/16,fd00:128::/108", podCIDR: "10.64.0.0/16,fd00:64::/56"}'
        ),
    ),
    "VC-11": Case("API004", '{serviceCIDR: "fd00:10:96::/64"}', '{serviceCIDR: "fd00:10:96::/112"}', "0.29.0"),
    "VC-12": Case(
        "VCL012",
        values(PRIVATE, "networking: {serviceCIDR: 10.128.0.0/16}", extra("--service-cluster-ip-range=10.129.0.0/16")),
        values(PRIVATE, "networking: {serviceCIDR: 10.129.0.0/16}"),
    ),
    "VC-13": Case(
        "VCL013",
        values("serviceCIDR: 10.96.0.0/12", one("controlPlane.service.spec.ipFamilyPolicy", "RequireDualStack")),
        values(
            f'serviceCIDR: "10.96.0.0/12,{V6}"', one("controlPlane.service.spec.ipFamilyPolicy", "RequireDualStack")
        ),
    ),
    "VC-14": Case(
        "VCL014",
        values(one("policies.networkPolicy", '{enabled: true, workload: {publicEgress: {cidr: "::/0"}}}')),
        values(
            one(
                "policies.networkPolicy",
                '{enabled: true, workload: {publicEgress: {cidr: "::/0", except: ["fc00::/7", "fe80::/10"]}}}',
            )
        ),
    ),
    "VC-15": Case(
        "VCL015",
        values(f'serviceCIDR: "10.96.0.0/12,{V6}"', one("policies.networkPolicy.enabled", "true")),
        values(
            f'serviceCIDR: "10.96.0.0/12,{V6}"',
            one(
                "policies.networkPolicy",
                '{enabled: true, workload: {egress: [{to: [{ipBlock: {cidr: "::/0", except: ["fc00::/7"]}}]}]}}',
            ),
        ),
    ),
    "VC-16": Case(
        "VCL016",
        values(PRIVATE, one("controlPlane.endpoint", '"fd00:100::10:8443"')),
        values(PRIVATE, one("controlPlane.endpoint", '"[fd00:100::10]:8443"')),
    ),
    "VC-17": Case(
        "VCL017",
        values(one("controlPlane.endpoint", '"10.100.0.100:8443"')),
        values(PRIVATE, one("controlPlane.endpoint", '"10.100.0.100:8443"')),
    ),
    "VC-18": Case(
        "VCL018",
        values(
            PRIVATE,
            one(
                "controlPlane",
                '{endpoint: "10.100.0.100:8443", advanced: {kubeVip: {enabled: true, gateway: 10.100.0.1}}}',
            ),
        ),
        values(
            PRIVATE,
            one(
                "controlPlane",
                '{endpoint: "10.100.0.100:8443", advanced: {kubeVip: {enabled: true, gateway: 10.100.0.1/24}}}',
            ),
        ),
    ),
    "VC-19": Case(
        "VCL019",
        values(one("controlPlane.proxy.bindAddress", '"[::]"')),
        values(one("controlPlane.proxy.bindAddress", '"::"')),
    ),
    "VC-20": Case(
        "VCL020",
        values(one("exportKubeConfig.server", '"https://fd00:100::10:443"')),
        values(one("exportKubeConfig.server", '"https://[fd00:100::10]:443"')),
    ),
    "VC-21": Case(
        "VCL021 VCL021",
        values(one("controlPlane.proxy.extraSANs", '["[fd00:100::10]", 10.0.0.0/24]')),
        values(one("controlPlane.proxy.extraSANs", '["fd00:100::10", 10.0.0.7, vc.example.org]')),
    ),
    "VC-22": Case(
        "VCL022",
        values(one("controlPlane.ingress", "{enabled: true, host: 10.0.0.7}")),
        values(one("controlPlane.ingress", "{enabled: true, host: vc.example.org}")),
    ),
    "VC-23": Case(
        "VCL023 VCL023",
        values(
            PRIVATE,
            one(
                "deploy.metallb",
                '{enabled: true, ipAddressPool: {addresses: [192.0.2.10, "192.0.2.20-2001:db8::20"]}}',
            ),
        ),
        values(
            PRIVATE,
            one(
                "deploy.metallb",
                '{enabled: true, ipAddressPool: {addresses: [192.0.2.10/32, "2001:db8::10-2001:db8::20"]}}',
            ),
        ),
    ),
    "VC-24": Case(
        "VCL024",
        values(one("controlPlane.statefulSet.hostAliases", "[{ip: 10.0.0.7/32, hostnames: [db.example.org]}]")),
        values(one("controlPlane.statefulSet.hostAliases", "[{ip: 10.0.0.7, hostnames: [db.example.org]}]")),
    ),
    # The address that vcluster advertises by itself is loopback, which is a fault of its own beside a reconciler.
    "VC-25": Case(
        "API007",
        values(f'serviceCIDR: "{V6}"', extra("--endpoint-reconciler-type=lease")),
        f'{{serviceCIDR: "{V6}"}}',
    ),
    "VC-27": Case(
        "VCL027",
        values(
            PRIVATE,
            "networking: {serviceCIDR: 10.128.0.0/16}",
            one("controlPlane.coredns.service.spec.clusterIP", "10.96.0.10"),
        ),
        values(
            PRIVATE,
            "networking: {serviceCIDR: 10.128.0.0/16}",
            one("controlPlane.coredns.service.spec.clusterIP", "10.128.0.10"),
        ),
    ),
    "VC-28": Case(
        "VCL028",
        "{networking: {podCIDR: 10.64.0.0/16}}",
        values(PRIVATE, "networking: {podCIDR: 10.64.0.0/16}"),
    ),
    "VC-29": Case(
        "VCL029",
        "{syncer: {extraArgs: []}, api: {extraArgs: []}}",
        f'{{serviceCIDR: "{V6}", syncer: {{extraArgs: []}}, api: {{extraArgs: []}}}}',
        "0.8.1",
        chart="vcluster-k8s",
        host=Host(V6, "1.32"),
    ),
}


def codes(files: dict[str, str]) -> str:
    run = check_files(files)
    assert run.problems == ()
    return " ".join(finding.code for finding in run.findings)


def forms(case: Case, text: str, version: str) -> list[dict[str, str]]:
    """The release by itself, or with its host: as an API server beside it, and in the configuration."""
    made = release(version, text, case.chart)
    if case.host is None:
        return [{"vc.yaml": made}]
    return [
        {"vc.yaml": made, "api.yaml": case.host.beside()},
        {"virtual/vc.yaml": made, ".famlint.yaml": case.host.configured()},
    ]


@pytest.mark.parametrize("name", CASES)
def test_values(name: str) -> None:
    case = CASES[name]
    assert [codes(files) for files in forms(case, case.bad, case.version)] == [case.told] * (2 if case.host else 1)
    for files in forms(case, case.good, case.good_version or case.version):
        assert codes(files) == ""


SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: my-vc
  labels: {{app: vcluster, chart: vcluster-0.36.1, vcluster.loft.sh/service: "true"}}
  annotations: {{vcluster.loft.sh/service-cidr: "{cached}"}}
spec:
  clusterIPs: [10.96.4.4, "fd00:10:96::44"]
  ipFamilies: [IPv4, IPv6]
  ipFamilyPolicy: PreferDualStack
"""


def test_a_dumped_service() -> None:
    """VC-26."""
    assert codes({"svc.yaml": SERVICE.format(cached="10.96.0.0/12")}) == "VCL026"
    assert codes({"svc.yaml": SERVICE.format(cached=f"10.96.0.0/12,{V6}")}) == ""


class TestRangesOfVersions:
    """A release may ask for a range; what all of its releases have in common is as certain as of one."""

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ("0.23.x", "VCL005"),
            ("~0.23", "VCL005"),
            ("^0.22.3", "VCL005"),
            ("~0.20.0", "VCL005"),
            ("0.24.x", ""),
            ("~0.25", ""),
            ("~0.26.0", ""),
            (">=0.20", ""),
            ("*", ""),
            ("~0.23.0-0", ""),
        ],
    )
    def test_detection(self, asked: str, told: str) -> None:
        assert codes({"vc.yaml": release(f"'{asked}'")}) == told

    @pytest.mark.parametrize(("asked", "told"), [("0.30.x", "VCL003"), ("~0.31", ""), (">=0.30", ""), ("~0.33", "")])
    def test_keys(self, asked: str, told: str) -> None:
        text = values(one("policies.networkPolicy.workload.publicEgress.enabled", "true"))
        assert codes({"vc.yaml": release(f"'{asked}'", text)}) == told

    def test_a_patch_that_names_another_one(self) -> None:
        files = {
            "kustomization.yaml": "resources: [vc.yaml]\npatches: [{path: patch.yaml}]\n",
            "vc.yaml": release("0.23.x"),
            "patch.yaml": (
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: my-vc, namespace: team-a}\n"
                "spec: {chart: {spec: {version: 0.25.x}}}\n"
            ),
        }
        assert codes(files) == ""
        assert codes({**files, "patch.yaml": files["patch.yaml"].replace("0.25.x", "0.24.1")}) == "VCL005"


class TestPatchOfTheVersion:
    """A patch may change the version of a release and nothing else."""

    @pytest.mark.parametrize(("base", "patched", "told"), [("0.24.1", "0.25.2", ""), ("0.25.2", "0.24.1", "VCL005")])
    @pytest.mark.parametrize("values", ["", ", values: {telemetry: {enabled: true}}"])
    def test_the_patch_counts(self, base: str, patched: str, told: str, values: str) -> None:
        files = {
            "kustomization.yaml": "resources: [vc.yaml]\npatches: [{path: patch.yaml}]\n",
            "vc.yaml": release(base),
            "patch.yaml": (
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: my-vc, namespace: team-a}\n"
                f"spec: {{chart: {{spec: {{version: {patched}}}}}{values}}}\n"
            ),
        }
        assert codes(files) == told

    def test_of_another_chart(self) -> None:
        run = check_files(
            {
                "kustomization.yaml": "resources: [web.yaml]\npatches: [{path: patch.yaml}]\n",
                "web.yaml": release("6.0.0", chart="podinfo").replace("my-vc", "web"),
                "patch.yaml": (
                    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
                    "metadata: {name: web, namespace: team-a, annotations: {beside: vcluster}}\n"
                    "spec: {chart: {spec: {version: 0.24.1}}}\n"
                ),
            }
        )
        assert (run.findings, run.problems, run.not_evaluated) == ((), (), ())


class TestUnreadRange:
    """A serviceCIDR that no template reads: the key, and detection at every start as far as it is worse."""

    LEGACY = '{serviceCIDR: "fd00:43::/112", syncer: {extraArgs: []}, vcluster: {extraArgs: []}}'

    def test_the_key_alone_where_the_host_is_not_known(self) -> None:
        assert codes({"vc.yaml": release("0.19.10", self.LEGACY)}) == "VCL004"

    def test_both_where_the_start_certainly_fails(self) -> None:
        host = Host("fd00:43::/112", "1.33")
        assert codes({"vc.yaml": release("0.19.10", self.LEGACY), "api.yaml": host.beside()}) == "VCL005 VCL004"

    def test_detection_where_no_key_is_written(self) -> None:
        assert codes({"vc.yaml": release("0.19.10", "{syncer: {extraArgs: []}}")}) == "VCL005"


@pytest.mark.parametrize(("host", "told"), [("10.0.0.7", "VCL022"), ("'fd00::7'", "VCL022"), ("vc.example.org", "")])
def test_hosts_of_own_ingress_rules(host: str, told: str) -> None:
    """Own rules go over `host`, and an address among them is refused as well."""
    text = values(
        one("controlPlane.ingress", f"{{enabled: true, host: 10.0.0.9, spec: {{rules: [{{host: {host}}}]}}}}")
    )
    assert codes({"vc.yaml": release("0.36.1", text)}) == told
