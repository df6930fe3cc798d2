"""VIP018 across the files of one Kustomization, and silence across two."""

from famlint.testing import check_files


def workload(name: str, address: str) -> str:
    return f"""\
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: {name}, namespace: kube-system}}
spec:
  template:
    spec:
      containers:
      - name: kube-vip
        image: ghcr.io/kube-vip/kube-vip:v1.0.4
        args: [manager]
        env:
        - {{name: vip_arp, value: "true"}}
        - {{name: cp_enable, value: "true"}}
        - {{name: cp_namespace, value: kube-system}}
        - {{name: address, value: "{address}"}}
"""


FILES = {"v4/vip.yaml": workload("vip-v4", "10.0.0.10"), "v6/vip.yaml": workload("vip-v6", "fd00::10")}


def codes(files: dict[str, str]) -> list[str]:
    return [finding.code for finding in check_files(files).findings]


def test_one_kustomization_lists_both() -> None:
    assert codes({**FILES, "kustomization.yaml": "resources: [v4/vip.yaml, v6/vip.yaml]\n"}) == ["VIP018"]


def test_two_kustomizations_may_be_two_clusters() -> None:
    each = {f"{name}/kustomization.yaml": "resources: [vip.yaml]\n" for name in ("v4", "v6")}
    assert codes({**FILES, **each}) == []


def test_two_files_by_themselves_may_be_two_clusters() -> None:
    assert codes(FILES) == []
