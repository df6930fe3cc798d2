"""The one fault, `vip_cidr: "128"` with an IPv4 Service under kube-vip v0.8.9, in every form people write it.

TAG, PREFIX and the Service are replaced to make the silent twins.
"""

from base64 import b64encode
from textwrap import dedent, indent

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: web}
spec:
  type: LoadBalancer
  sessionAffinity: None
  loadBalancerIP: 192.0.2.10
  selector: {app: web}
  ports: [{port: 80}]
"""

POD_SPEC = """\
hostNetwork: true
containers:
  - name: kube-vip
    image: ghcr.io/kube-vip/kube-vip:v0.8.9
    args: [manager]
    env:
      - name: vip_arp
        value: "true"
      - name: svc_enable
        value: "true"
      - name: vip_cidr
        value: "«128»"
"""

VALUES = """\
image:
  tag: v0.8.9
env:
  vip_interface: eth0
  vip_arp: "true"
  svc_enable: "true"
  vip_cidr: "«128»"
"""


def workload(kind: str, spec: str = POD_SPEC) -> str:
    head = f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: kube-vip, namespace: kube-system}}\nspec:\n"
    return head + "  template:\n    spec:\n" + indent(spec, " " * 6)


def pod(spec: str = POD_SPEC) -> str:
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-vip, namespace: kube-system}\nspec:\n"
    return head + indent(spec, "  ")


def container(env: str) -> str:
    return POD_SPEC.partition("    env:")[0] + indent(dedent(env), "    ")


def helm_release(values: str = VALUES, more: str = "", version: str = "0.6.7") -> str:
    return (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        "metadata: {name: kube-vip, namespace: kube-system}\nspec:\n"
        f"  chart:\n    spec:\n      chart: kube-vip\n      version: {version}\n"
        "      sourceRef: {kind: HelmRepository, name: kube-vip}\n"
        + indent(dedent(more), "  ")
        + ("  values:\n" + indent(values, " " * 4) if values else "")
    )


def argo(helm: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: kube-vip, namespace: argocd}\nspec:\n"
        "  destination: {namespace: kube-system, server: https://kubernetes.default.svc}\n"
        "  source:\n    repoURL: https://kube-vip.github.io/helm-charts\n    chart: kube-vip\n"
        "    targetRevision: 0.6.7\n    helm:\n" + indent(dedent(helm), " " * 6)
    )


def helm_chart(values: str = VALUES, kind: str = "HelmChart", style: str = "|-") -> str:
    chart = "  chart: kube-vip\n  version: 0.6.7\n" if kind == "HelmChart" else ""
    return (
        f"apiVersion: helm.cattle.io/v1\nkind: {kind}\nmetadata: {{name: kube-vip, namespace: kube-system}}\nspec:\n"
        f"{chart}  valuesContent: {style}\n" + indent(values, " " * 4)
    )


def config_map(name: str, key: str, content: str) -> str:
    return (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: kube-system}}\n"
        f"data:\n  {key}: |\n" + indent(content, " " * 4)
    )


def secret(content: str) -> str:
    encoded = b64encode(content.replace("«", "").replace("»", "").encode()).decode()
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: manifests}}\ndata:\n  kube-vip.yaml: «{encoded}»\n"


def flow_json() -> str:
    return (
        '{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "kube-vip"}, "spec": {"template":\n'
        '\t{"spec": {"containers": [{"name": "kube-vip", "image": "ghcr.io/kube-vip/kube-vip:v0.8.9",\n'
        '\t"args": ["manager"], "env": [{"name": "vip_arp", "value": "true"}, {"name": "svc_enable",\n'
        '\t"value": "true"}, {"name": "vip_cidr", "value": "«128»"}]}]}}}}\n'
    )


def escaped_json() -> str:
    """A DaemonSet as JSON in a double-quoted YAML string, as tools dump it."""
    inner = " ".join(flow_json().split()).replace('"', '\\"')
    return f'apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: manifests}}\ndata:\n  kube-vip.json: "{inner}"\n'


FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps
  postBuild:
    substituteFrom:
      - {kind: ConfigMap, name: settings}
"""
SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: flux-system}
data:
  VIP_PREFIX: "128"
  WEB_IP: 192.0.2.10
"""

FORMS: dict[str, dict[str, str]] = {
    "daemonset": {"kube-vip.yaml": workload("DaemonSet"), "web.yaml": SERVICE},
    "deployment": {"kube-vip.yaml": workload("Deployment"), "web.yaml": SERVICE},
    "static-pod": {"manifests/kube-vip.yaml": pod(), "apps/web.yaml": SERVICE},
    "one-stream": {"all.yaml": workload("DaemonSet") + "---\n" + SERVICE},
    "service-first": {"all.yaml": "---\n" + SERVICE + "...\n---\n" + workload("DaemonSet")},
    "flow-maps": {
        "kube-vip.yaml": pod(
            container(
                """\
                env: [{name: vip_arp, value: "true"}, {name: svc_enable, value: 'true'},
                      {name: vip_cidr, value: '«128»'}]
                """
            )
        ),
        "web.yaml": SERVICE,
    },
    "flag-with-equals": {
        "kube-vip.yaml": pod(
            """\
            hostNetwork: true
            containers:
              - name: kube-vip
                image: ghcr.io/kube-vip/kube-vip:v0.8.9
                args: [manager, --arp, --services=true, --cidr=«128»]
            """.replace(" " * 12, "")
        ),
        "web.yaml": SERVICE,
    },
    "flag-in-two-words": {
        "kube-vip.yaml": pod(
            """\
            hostNetwork: true
            containers:
              - name: kube-vip
                image: ghcr.io/kube-vip/kube-vip:v0.8.9
                args:
                  - manager
                  - --arp
                  - --services
                  - --cidr
                  - "«128»"
            """.replace(" " * 12, "")
        ),
        "web.yaml": SERVICE,
    },
    "environment-over-flag": {
        "kube-vip.yaml": pod(POD_SPEC.replace("[manager]", "[manager, --cidr=24]")),
        "web.yaml": SERVICE,
    },
    "last-of-equal-names": {
        "kube-vip.yaml": pod(POD_SPEC + '      - {name: lb_port, value: "6443"}\n').replace(
            "      - name: vip_arp", '      - {name: vip_cidr, value: "24"}\n        - name: vip_arp', 1
        ),
        "web.yaml": SERVICE,
    },
    "kustomize-images": {
        "base/kube-vip.yaml": pod(POD_SPEC.replace(":v0.8.9", ":v0.8.4")),
        "base/kustomization.yaml": "resources: [kube-vip.yaml]\n",
        "overlay/kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base, web.yaml]\n"
            "images:\n  - name: ghcr.io/kube-vip/kube-vip\n    newTag: v0.8.9\n"
        ),
        "overlay/web.yaml": SERVICE,
    },
    "kustomize-patch-file": {
        "base/kube-vip.yaml": workload("DaemonSet").replace("«128»", "32"),
        "base/kustomization.yaml": "resources: [kube-vip.yaml]\n",
        "prod/patch.yaml": (
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: kube-vip, namespace: kube-system}\n"
            "spec:\n  template:\n    spec:\n      containers:\n        - name: kube-vip\n          env:\n"
            '            - name: vip_cidr\n              value: "«128»"\n'
        ),
        "prod/kustomization.yaml": "resources: [../base, web.yaml]\npatches:\n  - path: patch.yaml\n",
        "prod/web.yaml": SERVICE,
    },
    "kustomize-chart": {
        "kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [web.yaml]\nhelmCharts:\n"
            "  - name: kube-vip\n    repo: https://kube-vip.github.io/helm-charts\n    version: 0.6.7\n"
            "    releaseName: kube-vip\n    valuesInline:\n" + indent(VALUES, " " * 6)
        ),
        "web.yaml": SERVICE,
    },
    "helmrelease": {"kube-vip.yaml": helm_release(), "web.yaml": SERVICE},
    "helmrelease-default-image": {
        "kube-vip.yaml": helm_release(VALUES.partition("env:")[1] + VALUES.partition("env:")[2]),
        "web.yaml": SERVICE,
    },
    "helmrelease-values-from": {
        "kube-vip.yaml": helm_release(
            "image: {tag: v0.8.9}\n", "valuesFrom:\n  - {kind: ConfigMap, name: kube-vip-values}\n"
        ),
        "values.yaml": config_map("kube-vip-values", "values.yaml", VALUES),
        "web.yaml": SERVICE,
    },
    "helmrelease-generated-values": {
        "kube-vip/helmrelease.yaml": helm_release(
            "", "valuesFrom:\n  - {kind: ConfigMap, name: kube-vip-values, valuesKey: values.yaml}\n"
        ),
        "kube-vip/kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [helmrelease.yaml]\n"
            "configMapGenerator:\n  - name: kube-vip-values\n    files: [values.yaml=settings/kube-vip.yaml]\n"
        ),
        "kube-vip/settings/kube-vip.yaml": VALUES,
        "web.yaml": SERVICE,
    },
    "helmrelease-chart-ref": {
        "kube-vip.yaml": (
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: vip}\n"
            "spec: {url: oci://ghcr.io/kube-vip/helm-charts/kube-vip, ref: {tag: 0.6.7}}\n---\n"
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: kube-vip}\nspec:\n"
            "  chartRef: {kind: OCIRepository, name: vip}\n  values:\n"
            + indent(VALUES.partition("env:")[1] + VALUES.partition("env:")[2], " " * 4)
        ),
        "web.yaml": SERVICE,
    },
    "flux-variables": {
        "flux/apps.yaml": FLUX,
        "flux/settings.yaml": SETTINGS,
        "apps/kube-vip/kube-vip.yaml": helm_release(VALUES.replace('"«128»"', "«${VIP_PREFIX}»")),
        "apps/web/web.yaml": SERVICE.replace("192.0.2.10", '"${WEB_IP}"'),
    },
    "flux-patch-in-a-patch": {
        "flux/apps.yaml": (
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec:\n"
            "  path: ./apps\n  patches:\n    - patch: |-\n        apiVersion: kustomize.toolkit.fluxcd.io/v1\n"
            "        kind: Kustomization\n        metadata: {name: _}\n        spec:\n          patches:\n"
            "            - patch: |-\n                apiVersion: helm.toolkit.fluxcd.io/v2\n"
            "                kind: HelmRelease\n                metadata: {name: _}\n                spec:\n"
            "                  values:\n                    env:\n                      vip_cidr: '«128»'\n"
            "              target: {kind: HelmRelease, name: kube-vip}\n"
            "      target: {kind: Kustomization, name: kube-vip}\n"
        ),
        "apps/kube-vip/helmrelease.yaml": helm_release(VALUES.replace("«128»", "32")),
        "apps/web/web.yaml": SERVICE,
    },
    "argo-values": {"app.yaml": argo("values: |\n" + indent(VALUES, "  ")), "web.yaml": SERVICE},
    "argo-values-object": {"app.yaml": argo("valuesObject:\n" + indent(VALUES, "  ")), "web.yaml": SERVICE},
    "argo-parameters": {
        "app.yaml": argo(
            """\
            values: |
              image: {tag: v0.8.9}
              env: {vip_arp: "true", svc_enable: "true", vip_cidr: "32"}
            parameters:
              - name: env.vip_cidr
                value: "«128»"
            """
        ),
        "web.yaml": SERVICE,
    },
    "helmchart-literal": {"kube-vip.yaml": helm_chart(), "web.yaml": SERVICE},
    "helmchart-folded": {
        "kube-vip.yaml": helm_chart(
            "\n".join(f"  {line}" for line in VALUES.splitlines()) + "\n", style=">2+ # folded"
        ),
        "web.yaml": SERVICE,
    },
    "helmchart-quoted": {
        "kube-vip.yaml": (
            "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: kube-vip}\nspec:\n  chart: kube-vip\n"
            "  version: 0.6.7\n"
            '  valuesContent: "image: {tag: v0.8.9}\\nenv:\\n  vip_arp: \\"true\\"\\n  svc_enable: '
            '\\"true\\"\\n  vip_cidr: «128»\\n"\n'
        ),
        "web.yaml": SERVICE,
    },
    "helmchart-single-quoted": {
        "kube-vip.yaml": (
            "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: kube-vip}\nspec:\n  chart: kube-vip\n"
            "  version: 0.6.7\n"
            '  valuesContent: \'{"image": {"tag": "v0.8.9"}, "env": {"vip_arp": \'\'true\'\', "svc_enable": '
            "''true'',\n"
            "    \"vip_cidr\": ''«128»''}}'\n"
        ),
        "web.yaml": SERVICE,
    },
    "helmchartconfig": {
        "kube-vip.yaml": helm_chart(VALUES.replace("«128»", "32")),
        "config.yaml": helm_chart('env:\n  vip_cidr: "«128»"\n', kind="HelmChartConfig"),
        "web.yaml": SERVICE,
    },
    "list": {
        "all.yaml": "apiVersion: v1\nkind: List\nitems:\n  - "
        + indent(workload("DaemonSet"), "    ").lstrip()
        + "  - "
        + indent(SERVICE, "    ").lstrip()
    },
    "configmap": {
        "bootstrap.yaml": config_map("bootstrap", "kube-vip.yaml", workload("DaemonSet")),
        "web.yaml": SERVICE,
    },
    "configmap-in-a-configmap": {
        "bootstrap.yaml": config_map(
            "outer", "inner.yaml", config_map("inner", "kube-vip.yaml", workload("DaemonSet"))
        ),
        "web.yaml": SERVICE,
    },
    "secret": {"secret.yaml": secret(workload("DaemonSet")), "web.yaml": SERVICE},
    "cluster-api": {
        "cluster.yaml": (
            "apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: KubeadmControlPlane\nmetadata: {name: "
            "cp}\nspec:\n"
            "  kubeadmConfigSpec:\n    files:\n      - path: /etc/kubernetes/manifests/kube-vip.yaml\n"
            "        owner: root:root\n        content: |\n" + indent(pod(), " " * 10)
        ),
        "web.yaml": SERVICE,
    },
    "json": {"kube-vip.json": flow_json(), "web.yaml": SERVICE},
    "json-in-a-string": {"bootstrap.yaml": escaped_json(), "web.yaml": SERVICE},
    "values-of-another-chart": {
        "helmrelease.yaml": (
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: kube-vip}\nspec:\n"
            "  chart: {spec: {chart: app-template, version: 4.0.0}}\n  values:\n    controllers:\n      kube-vip:\n"
            "        containers:\n          app:\n            image: {repository: ghcr.io/kube-vip/kube-vip, "
            "tag: v0.8.9}\n"
            '            args: [manager]\n            env: {vip_arp: "true", svc_enable: "true", vip_cidr: "«128»"}\n'
        ),
        "web.yaml": SERVICE,
    },
    # The chart's version is unknown here, so its default of vip_subnet is taken away by hand.
    "values-file": {"kube-vip/values.yaml": VALUES + '  vip_subnet: ""\n', "web.yaml": SERVICE},
    "values-of-a-parent-chart": {
        "Chart.yaml": "apiVersion: v2\nname: infra\nversion: 1.0.0\ndependencies:\n  - {name: kube-vip, "
        "version: 0.6.7}\n",
        "values.yaml": "kube-vip:\n" + indent(VALUES.partition("env:")[1] + VALUES.partition("env:")[2], "  "),
        "web.yaml": SERVICE,
    },
    "rendered-stream": {
        "rendered.yaml": "---\n# Source: kube-vip/templates/daemonset.yaml\n"
        + workload("DaemonSet")
        + "---\n# Source: web/templates/service.yaml\n"
        + SERVICE
    },
    "broken-neighbour": {
        "all.yaml": "kind: Other\n a: [\n---\n" + workload("DaemonSet") + "---\n${EXTRA}\n---\n" + SERVICE
    },
    "crlf": {
        "kube-vip.yaml": workload("DaemonSet").replace("\n", "\r\n"),
        "web.yaml": SERVICE.replace("\n", "\r\n"),
    },
    "anchors": {
        "kube-vip.yaml": "x: &prefix '«128»'\n".replace("x:", "apiVersion: v1\nkind: Pod\nx:")
        + pod(POD_SPEC.replace('"«128»"', "*prefix")).partition("kind: Pod\n")[2],
        "web.yaml": SERVICE,
    },
}
