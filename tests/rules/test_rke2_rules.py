"""RKE001 by the words that it uses and the places that it shows, and through the whole of famlint."""

import pytest

from famlint.findings import Finding
from famlint.testing import check_files

CONFIG = "etc/rancher/rke2/config.yaml"
IPV6_ONLY = "cni: calico\ncluster-cidr: 2001:db8:42::/56\nservice-cidr: 2001:db8:43::/112\n"
RANCHER = """\
apiVersion: provisioning.cattle.io/v1
kind: Cluster
metadata: {name: edge, namespace: fleet-default}
spec:
  kubernetesVersion: v1.28.15+rke2r1
  rkeConfig:
    machineGlobalConfig:
      cni: [multus, calico]
      cluster-cidr: 2001:db8:42::/56
      service-cidr: 2001:db8:43::/112
"""
CONFIGURATION = "clusters:\n  edge:\n    paths: [.]\n    versions: {rke2: %s}\n"
VALUES = """\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: rke2-calico, namespace: kube-system}
spec:
  valuesContent: |-
    installation:
      calicoNetwork:
        %s
"""


def plan(version: str, image: str = "rancher/rke2-upgrade") -> str:
    return (
        "apiVersion: upgrade.cattle.io/v1\nkind: Plan\nmetadata: {name: server}\n"
        f"spec: {{version: {version}, upgrade: {{image: {image}}}}}\n"
    )


def found(files: dict[str, str], kubernetes: str | None = None) -> list[Finding]:
    run = check_files(files, select=("RKE",), kubernetes_version=kubernetes)
    assert run.problems == ()
    return list(run.findings)


def pointed_at(files: dict[str, str], finding: Finding) -> str:
    span = finding.primary.span
    return files[span.path][span.start : span.end]


def test_an_object_that_names_its_release() -> None:
    files = {"cluster.yaml": RANCHER}
    (finding,) = found(files)
    assert finding.severity.word == "warning"
    assert pointed_at(files, finding) == "v1.28.15+rke2r1"
    assert finding.message == (
        "RKE2 v1.28.15 makes Calico demand an IPv4 address of every node, but cluster-cidr is 2001:db8:42::/56, IPv6 "
        "only: calico-node crashes on nodes without IPv4, and they stay NotReady; fixed in v1.29.13"
    )
    related = [files[label.span.path][label.span.start : label.span.end] for label in finding.related]
    assert related == ["2001:db8:42::/56", "calico"]
    assert finding.fix is not None
    assert finding.fix.edits == ()
    assert "v1.29.13+rke2r1" in finding.fix.description


def test_a_release_from_a_plan() -> None:
    files = {CONFIG: IPV6_ONLY, "upgrade.yaml": plan("v1.31.4+rke2r1")}
    (finding,) = found(files)
    assert pointed_at(files, finding) == "calico"
    assert [label.span.path for label in finding.related] == [CONFIG, "upgrade.yaml"]
    assert "the only RKE2 Plan in the tree" in finding.related[1].message


def test_a_release_from_the_configuration_of_famlint() -> None:
    files = {CONFIG: IPV6_ONLY, ".famlint.yaml": CONFIGURATION % "v1.31.4+rke2r1"}
    (finding,) = found(files)
    assert pointed_at(files, finding) == "calico"
    assert found({**files, ".famlint.yaml": CONFIGURATION % "v1.31.5+rke2r1"}) == []


def test_a_release_from_the_command_line() -> None:
    assert len(found({CONFIG: IPV6_ONLY}, "1.31.4")) == 1
    assert found({CONFIG: IPV6_ONLY}, "1.31.5") == []
    assert found({CONFIG: IPV6_ONLY}, "1.31") == []


WORKING = "nodeAddressAutodetectionV4: {firstFound: false}"
SILENT: dict[str, dict[str, str]] = {
    "unknown release": {CONFIG: IPV6_ONLY},
    "a channel": {CONFIG: IPV6_ONLY, "plan.yaml": plan("${VERSION}")},
    "a release candidate with the fix": {CONFIG: IPV6_ONLY, "plan.yaml": plan("v1.31.4-rc2+rke2r1")},
    "another release candidate": {"a.yaml": RANCHER.replace("v1.28.15+", "v1.31.4-rc3+")},
    "a Plan of k3s": {CONFIG: IPV6_ONLY, "plan.yaml": plan("v1.31.4+k3s1", "rancher/k3s-upgrade")},
    "fixed": {"a.yaml": RANCHER.replace("v1.28.15", "v1.31.5")},
    "before": {"a.yaml": RANCHER.replace("v1.28.15", "v1.28.3")},
    "k3s": {"a.yaml": RANCHER.replace("+rke2r1", "+k3s1")},
    "cilium": {"a.yaml": RANCHER.replace("[multus, calico]", "cilium")},
    "canal by default": {"a.yaml": RANCHER.replace("      cni: [multus, calico]\n", "")},
    "dual-stack": {"a.yaml": RANCHER.replace(":42::/56", ":42::/56,10.42.0.0/16")},
    "a placeholder": {"a.yaml": RANCHER.replace("2001:db8:42::/56", "${CIDR}")},
    "an IPv4 node": {"a.yaml": RANCHER + "      node-ip: 10.0.0.1,2001:db8::1\n"},
    "values in the object": {
        "a.yaml": f"{RANCHER}    chartValues:\n      rke2-calico: {{installation: {{calicoNetwork: {{{WORKING}}}}}}}\n"
    },
    "values beside it": {"a.yaml": RANCHER, "b.yaml": VALUES % WORKING},
    "pools": {"a.yaml": RANCHER, "b.yaml": VALUES % "ipPools: [{cidr: '2001:db8:42::/56', encapsulation: VXLAN}]"},
    "a manifest in the object": {
        "a.yaml": f"{RANCHER}    additionalManifest: |\n"
        + "".join(f"      {line}\n" for line in (VALUES % WORKING).splitlines())
    },
    "another CNI in a drop-in": {
        CONFIG: IPV6_ONLY,
        f"{CONFIG}.d/90.yaml": "cni: cilium\n",
        "plan.yaml": plan("v1.31.4+rke2r1"),
    },
    "IPv4 appended": {
        CONFIG: IPV6_ONLY,
        f"{CONFIG}.d/90.yaml": "cluster-cidr+: 10.42.0.0/16\n",
        "plan.yaml": plan("v1.31.4+rke2r1"),
    },
    "an agent": {f"agents/{CONFIG}": IPV6_ONLY, "plan.yaml": plan("v1.31.4+rke2r1")},
    "a fragment alone": {f"{CONFIG}.d/10.yaml": IPV6_ONLY, "plan.yaml": plan("v1.31.4+rke2r1")},
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: dict[str, str]) -> None:
    assert found(files) == []


NOT_HELPING: dict[str, dict[str, str]] = {
    "an empty mapping": {"b.yaml": VALUES % "nodeAddressAutodetectionV4: {}"},
    "no pools": {"b.yaml": VALUES % "ipPools: []"},
    "the other family": {"b.yaml": VALUES % "nodeAddressAutodetectionV6: {firstFound: true}"},
    "another chart": {"b.yaml": (VALUES % WORKING).replace("rke2-calico", "rke2-canal")},
}


@pytest.mark.parametrize("files", NOT_HELPING.values(), ids=NOT_HELPING.keys())
def test_values_that_do_not_help(files: dict[str, str]) -> None:
    assert len(found({"a.yaml": RANCHER, **files})) == 1


def test_what_the_input_does_not_settle_is_told() -> None:
    run = check_files({CONFIG: IPV6_ONLY}, select=("RKE",))
    assert [(gap.code, gap.fact) for gap in run.not_evaluated] == [("RKE001", "version")]
