"""The one fault, a blank behind the comma of `serviceCIDR`, in every form in which people write vcluster."""

from base64 import b64encode
from textwrap import dedent, indent
from typing import NamedTuple

FAULT = "10.96.0.0/12, fd00:10:96::/108"
VALUES = f"""\
serviceCIDR: "«{FAULT}»"
controlPlane:
  distro:
    k8s:
      enabled: true
sync:
  toHost:
    ingresses:
      enabled: true
"""
LEGACY_VALUES = f"""\
serviceCIDR: "«{FAULT}»"
syncer:
  extraArgs: []
api:
  extraArgs: []
"""


class Form(NamedTuple):
    """Files, and what has to be understood of them: form, chart, version (empty: unknown), generation."""

    files: dict[str, str]
    form: str
    version: str = "v0.36.1"
    chart: str = "vcluster"
    generation: str = "unified"


def helm_release(values: str = VALUES, more: str = "", chart: str = "vcluster", version: str = "0.36.1") -> str:
    return (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: my-vc, namespace: team-a}\nspec:\n"
        f'  chart:\n    spec:\n      chart: {chart}\n      version: "{version}"\n'
        "      sourceRef: {kind: HelmRepository, name: loft}\n"
        + indent(dedent(more), "  ")
        + ("  values:\n" + indent(values, " " * 4) if values else "")
    )


def argo(helm: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: my-vc, namespace: argocd}\nspec:\n"
        "  destination: {namespace: team-a, server: https://kubernetes.default.svc}\n"
        "  source:\n    repoURL: https://charts.loft.sh\n    chart: vcluster\n"
        "    targetRevision: 0.36.1\n    helm:\n" + indent(dedent(helm), " " * 6)
    )


def config_map(name: str, key: str, content: str) -> str:
    head = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: team-a}}\n"
    return head + f"data:\n  {key}: |\n" + indent(content, " " * 4)


def helm_chart(values: str = VALUES, kind: str = "HelmChart") -> str:
    chart = "  chart: vcluster\n  version: 0.36.1\n" if kind == "HelmChart" else ""
    return (
        f"apiVersion: helm.cattle.io/v1\nkind: {kind}\nmetadata: {{name: vcluster, namespace: team-a}}\nspec:\n"
        f"{chart}  valuesContent: |-\n" + indent(values, " " * 4)
    )


def instance(values: str = VALUES, group: str = "management.loft.sh") -> str:
    return (
        f"apiVersion: {group}/v1\nkind: VirtualClusterInstance\nmetadata: {{name: my-vc, namespace: p-team}}\n"
        "spec:\n  template:\n    helmRelease:\n      chart:\n        version: 0.36.1\n      values: |-\n"
        + indent(values, " " * 8)
    )


def template(versions: str = "", values: str = VALUES) -> str:
    head = "apiVersion: management.loft.sh/v1\nkind: VirtualClusterTemplate\nmetadata: {name: my-template}\nspec:\n"
    own = "  template:\n    helmRelease:\n      chart: {version: 0.36.1}\n      values: |-\n" + indent(values, " " * 8)
    return head + (own if values else "") + versions


def template_version(name: str, chart: str, values: str = VALUES) -> str:
    return (
        f"    - version: {name}\n      template:\n        helmRelease:\n          chart: {{version: {chart}}}\n"
        "          values: |-\n" + indent(values, " " * 12)
    )


def config_secret(values: str = VALUES, label: str = "vcluster-0.36.1") -> str:
    encoded = b64encode(values.replace("«", "").replace("»", "").encode()).decode()
    return (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: vc-config-my-vc\n  namespace: team-a\n"
        f'  labels: {{app: vcluster, chart: "{label}", release: my-vc, heritage: Helm}}\ntype: Opaque\n'
        f'data:\n  config.yaml: "«{encoded}»"\n'
    )


def workload(kind: str, chart: str, name: str, app: str, containers: str) -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: team-a\n"
        f'  labels: {{app: {app}, chart: "{chart}", release: my-vc, heritage: Helm}}\nspec:\n'
        "  template:\n    spec:\n      containers:\n" + indent(dedent(containers), " " * 6)
    )


K3S = workload(
    "StatefulSet",
    "vcluster-0.15.2",
    "my-vc",
    "vcluster",
    f"""\
    - name: vcluster
      image: rancher/k3s:v1.26.0-k3s1
      command: [/bin/sh]
      args:
        - -c
        - >-
          /bin/k3s
          server
          --disable=traefik,servicelb
          --service-cidr=«{FAULT.replace(" ", "")}»
          && true
    - name: syncer
      image: ghcr.io/loft-sh/vcluster:0.15.2
      args: [--name=my-vc]
    """,
)
API = workload(
    "Deployment",
    "vcluster-k8s-0.15.2",
    "my-vc-api",
    "vcluster-api",
    f"""\
    - name: kube-apiserver
      image: registry.k8s.io/kube-apiserver:v1.26.1
      command:
        - kube-apiserver
        - '--advertise-address=0.0.0.0'
        - '--service-cluster-ip-range=«{FAULT}»'
        - '--endpoint-reconciler-type=none'
    """,
)
K0S = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: vc-my-vc-config
  namespace: team-a
  labels: {{app: vcluster, chart: vcluster-k0s-0.15.2, release: my-vc, heritage: Helm}}
type: Opaque
stringData:
  config.yaml: |-
    apiVersion: k0s.k0sproject.io/v1beta1
    kind: Cluster
    metadata:
      name: k0s
    spec:
      network:
        serviceCIDR: «{FAULT}»
        provider: custom
"""
CHART_YAML = "apiVersion: v2\nname: teams\nversion: 3.2.1\ndependencies:\n  - {name: vcluster, version: 0.36.1%s}\n"

FORMS: dict[str, Form] = {
    "vcluster.yaml": Form({"vcluster.yaml": VALUES}, "values file", version=""),
    "vcluster.json": Form(
        {
            "vcluster.json": f'{{"serviceCIDR": "«{FAULT}»",\n "controlPlane": {{"distro": {{"k8s": '
            '{"enabled": true}}}}\n'
        },
        "values file",
        version="",
    ),
    "legacy-values-file": Form(
        {"values.yaml": LEGACY_VALUES}, "values file", version="", chart="vcluster-k8s", generation="legacy"
    ),
    "layered-values-files": Form(
        {
            "values.yaml": VALUES.replace(f"«{FAULT}»", "10.96.0.0/12"),
            "values-prod.yaml": f"serviceCIDR: '«{FAULT}»'\n",
        },
        "values file",
        version="",
    ),
    "parent-chart": Form(
        {"Chart.yaml": CHART_YAML % "", "values.yaml": "vcluster:\n" + indent(VALUES, "  ")}, "values file"
    ),
    "parent-chart-few-keys": Form(
        {"Chart.yaml": CHART_YAML % "", "values.yaml": f"vcluster:\n  serviceCIDR: «{FAULT}»\n"}, "values file"
    ),
    "parent-chart-alias": Form(
        {"Chart.yaml": CHART_YAML % ", alias: team-a", "values.yaml": "team-a:\n" + indent(VALUES, "  ")},
        "values file",
    ),
    "parent-chart-legacy": Form(
        {
            "Chart.yaml": (CHART_YAML % "").replace("vcluster", "vcluster-k8s").replace("0.36.1", "0.15.2"),
            "values.yaml": "vcluster-k8s:\n" + indent(LEGACY_VALUES, "  "),
        },
        "values file",
        version="v0.15.2",
        chart="vcluster-k8s",
        generation="legacy",
    ),
    "helmrelease": Form({"vc.yaml": helm_release()}, "HelmRelease"),
    "helmrelease-few-keys": Form({"vc.yaml": helm_release(f"serviceCIDR: «{FAULT}»\n")}, "HelmRelease"),
    "helmrelease-range": Form({"vc.yaml": helm_release(version="0.36.x")}, "HelmRelease", version="v0.36.0"),
    "helmrelease-legacy": Form(
        {"vc.yaml": helm_release(LEGACY_VALUES, chart="vcluster-eks", version="0.15.2")},
        "HelmRelease",
        version="v0.15.2",
        chart="vcluster-eks",
        generation="legacy",
    ),
    "helmrelease-chart-ref": Form(
        {
            "vc.yaml": (
                "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: loft-vc}\n"
                "spec: {url: oci://ghcr.io/loft-sh/vcluster, ref: {tag: 0.36.1}}\n---\n"
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: my-vc}\nspec:\n"
                "  chartRef: {kind: OCIRepository, name: loft-vc}\n  values:\n" + indent(VALUES, " " * 4)
            )
        },
        "HelmRelease",
    ),
    "helmrelease-values-from": Form(
        {
            "vc.yaml": helm_release("", "valuesFrom:\n  - {kind: ConfigMap, name: vc-values}\n"),
            "values.yaml": config_map("vc-values", "values.yaml", f"serviceCIDR: «{FAULT}»\nrbac: {{role: {{}}}}\n"),
        },
        "HelmRelease",
    ),
    "helmrelease-generated-values": Form(
        {
            "vc/helmrelease.yaml": helm_release(
                "", "valuesFrom:\n  - {kind: ConfigMap, name: vc-values, valuesKey: vcluster.yaml}\n"
            ),
            "vc/kustomization.yaml": (
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [helmrelease.yaml]\n"
                "configMapGenerator:\n  - name: vc-values\n    files: [vcluster.yaml]\n"
            ),
            "vc/vcluster.yaml": VALUES,
        },
        "HelmRelease",
    ),
    "helmrelease-patched": Form(
        {
            "base/vc.yaml": helm_release(VALUES.replace(f"«{FAULT}»", "10.96.0.0/12")),
            "base/kustomization.yaml": "resources: [vc.yaml]\n",
            "prod/patch.yaml": (
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: my-vc, namespace: team-a}\n"
                f"spec:\n  values:\n    serviceCIDR: «{FAULT}»\n"
            ),
            "prod/kustomization.yaml": "resources: [../base]\npatches:\n  - path: patch.yaml\n",
        },
        "HelmRelease",
    ),
    "umbrella-release": Form(
        {"vc.yaml": helm_release("vcluster:\n" + indent(VALUES, "  "), chart="./charts/teams", version="3.2.1")},
        "HelmRelease",
        version="",
    ),
    "argo-values": Form({"app.yaml": argo("values: |\n" + indent(VALUES, "  "))}, "Application"),
    "argo-values-object": Form({"app.yaml": argo("valuesObject:\n" + indent(VALUES, "  "))}, "Application"),
    "argo-parameters": Form(
        {"app.yaml": argo(f'parameters:\n  - name: serviceCIDR\n    value: "«{FAULT}»"\n')}, "Application"
    ),
    "helmchart": Form({"vc.yaml": helm_chart()}, "HelmChart"),
    "helmchartconfig": Form(
        {
            "vc.yaml": helm_chart(VALUES.replace(f"«{FAULT}»", "10.96.0.0/12")),
            "config.yaml": helm_chart(f"serviceCIDR: «{FAULT}»\n", kind="HelmChartConfig"),
        },
        "HelmChart",
    ),
    "kustomize-helm-charts": Form(
        {
            "kustomization.yaml": (
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmCharts:\n"
                "  - name: vcluster\n    repo: https://charts.loft.sh\n    version: 0.36.1\n"
                "    releaseName: my-vc\n    namespace: team-a\n    valuesInline:\n" + indent(VALUES, " " * 6)
            )
        },
        "Kustomization",
    ),
    "instance": Form({"vc.yaml": instance()}, "VirtualClusterInstance"),
    "instance-in-storage": Form({"vc.yaml": instance(group="storage.loft.sh")}, "VirtualClusterInstance"),
    "instance-few-keys": Form({"vc.yaml": instance(f"serviceCIDR: «{FAULT}»")}, "VirtualClusterInstance"),
    "template": Form({"vc.yaml": template()}, "VirtualClusterTemplate"),
    "template-version": Form(
        {"vc.yaml": template("  versions:\n" + template_version("1.0.0", "0.30.2"), values="")},
        "VirtualClusterTemplate",
        version="v0.30.2",
    ),
    "template-parameters": Form(
        {"vc.yaml": template(values=VALUES + "experimental:\n  docker:\n    network: '{{ .Values.network }}'\n")},
        "VirtualClusterTemplate",
    ),
    "config-secret": Form({"rendered.yaml": config_secret()}, "Secret"),
    "config-secret-sanitised": Form({"rendered.yaml": config_secret(label="vcluster-0.36.1_build.5")}, "Secret"),
    "rendered-k3s": Form(
        {"rendered.yaml": "---\n# Source: vcluster/templates/syncer.yaml\n" + K3S},
        "StatefulSet",
        version="v0.15.2",
        generation="legacy",
    ),
    "rendered-k8s": Form(
        {"rendered.yaml": API}, "Deployment", version="v0.15.2", chart="vcluster-k8s", generation="legacy"
    ),
    "rendered-k0s": Form(
        {"rendered.yaml": K0S}, "Secret", version="v0.15.2", chart="vcluster-k0s", generation="legacy"
    ),
}
