"""Configuration that tries to be something else, and defects of famlint that must not hide what it found."""

from collections.abc import Iterator
from time import perf_counter

import pytest

from famlint.clusters import Cluster
from famlint.components.helm import chart_name, chart_version
from famlint.network.versions import Version, is_minor, minor_version
from famlint.testing import check_files

RANCHER = """\
apiVersion: provisioning.cattle.io/v1
kind: Cluster
metadata: {name: edge, namespace: fleet-default}
spec:
  kubernetesVersion: v1.31.4+rke2r1
  rkeConfig:
    machineGlobalConfig: {%scni: calico, cluster-cidr: fd00::/56, service-cidr: fd01::/112}
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: vc-config-x, labels: {chart: vcluster-0.36.1}}
stringData:
  config.yaml: |
    "@chart": evil
    "@generation": legacy
    controlPlane: {distro: {k8s: {enabled: true}}, endpoint: "10.0.0.1:8443"}
"""
RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: vc, namespace: vc}
spec:
  chart: {spec: {chart: vcluster, version: %s}}
  values: {%s}
"""


def codes(*texts: str) -> list[str]:
    run = check_files({f"{number}.yaml": text for number, text in enumerate(texts)})
    assert run.problems == ()
    return sorted(finding.code for finding in run.findings)


def test_keys_of_our_own_cannot_be_given() -> None:
    assert codes(RANCHER % "") == ["RKE001"]
    assert codes(RANCHER % '"@agent": "true", ') == ["RKE001"]
    assert codes(SECRET) == ["VCL017"]


def test_what_cannot_be_derived_is_a_problem_and_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_subject: object, _cluster: Cluster) -> Iterator[object]:
        raise KeyError("evil")

    monkeypatch.setattr("famlint.engine.projections", broken)
    run = check_files({"a.yaml": RANCHER % ""})
    assert [finding.code for finding in run.findings] == ["RKE001"]
    assert len(run.problems) == 1
    assert run.problems[0].endswith("could not be derived: KeyError: 'evil'")


@pytest.mark.parametrize("version", ["0.24.1-rc.1", "0.24.2-alpha.3"])
def test_a_candidate_of_a_chart_is_not_its_release(version: str) -> None:
    assert chart_version(version) is None
    assert codes(RELEASE % (version, "sync: {toHost: {pods: {enabled: true}}}")) == []


def test_references_to_charts() -> None:
    assert chart_version("https://example.org/vcluster-k8s-0.19.1.tgz") == Version(0, 19, 1)
    assert chart_name("https://example.org/vcluster-k8s-0.19.1.tgz") == "vcluster-k8s"
    start = perf_counter()
    assert chart_version("a-" * 200_000) is None
    assert chart_version("a-" * 200_000 + ".tgz") is None
    assert perf_counter() - start < 1


def test_a_minor_version_of_many_digits_is_none() -> None:
    assert not is_minor("1." + "9" * 5000)
    assert minor_version("1." + "9" * 5000) is None


def test_a_misspelt_key_has_an_edit_and_says_whether_it_is_safe() -> None:
    (vcluster,) = check_files({"a.yaml": RELEASE % ("0.36.1", "serviceCidr: 10.96.0.0/16")}).findings
    assert vcluster.fix is not None
    assert [edit.text for edit in vcluster.fix.edits] == ["serviceCIDR"]
    assert vcluster.fix.safe
    config = "cluster-cdir: 10.42.0.0/16\nservice-cidr: 10.43.0.0/16\n"
    (dropped,) = check_files({"etc/rancher/rke2/config.yaml": config}).findings
    assert dropped.fix is not None
    assert [edit.text for edit in dropped.fix.edits] == ["cluster-cidr"]
    assert not dropped.fix.safe


def test_trials_of_fixes_end() -> None:
    items = "".join(
        f"apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {{name: n{n}}}\n"
        f"spec: {{cidrs: ['FD00:{n}::/112']}}\n---\n"
        for n in range(300)
    )
    start = perf_counter()
    run = check_files({"all.yaml": items}, kubernetes_version="1.34")
    assert len(run.findings) == 300
    tried = [finding for finding in run.findings if finding.fix and finding.fix.edits]
    assert 5 < len(tried) < 300
    assert perf_counter() - start < 20
