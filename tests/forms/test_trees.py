"""Whole repositories: what Kustomize, Flux, Argo CD and Helm make of the crash, for better or worse.

Each tree says which codes must come. Most of them are configuration that works because something further out
mends it, or because two places belong to two clusters.
"""

import pytest

from famlint.testing import check_files
from tests.forms.crash import SERVICE, config_map, container, helm_release, pod, workload
from tests.marked import unmarked

KV = workload("DaemonSet")
WEB = SERVICE
HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: {kind}\n"
BASE = {
    "base/kustomization.yaml": "resources: [kv.yaml, web.yaml]\n",
    "base/kv.yaml": KV,
    "base/web.yaml": WEB,
}
ENV_2 = "/spec/template/spec/containers/0/env/2/value"
ANNOTATION = "/metadata/annotations/kube-vip.io~1loadbalancerIPs"
PAIR = 'spec: {template: {spec: {containers: [{name: kube-vip, env: [{name: vip_cidr, value: "32,128"}]}]}}}'


def overlay(text: str, more: dict[str, str] | None = None, *, head: bool = True) -> dict[str, str]:
    start = HEAD.format(kind="Kustomization") if head else ""
    return {**BASE, "prod/kustomization.yaml": f"{start}resources: [../base]\n{text}", **(more or {})}


def patch(body: str, target: str = "", *, head: bool = True) -> dict[str, str]:
    aim = f"\n    target: {target}" if target else ""
    lines = "\n".join(f"      {line}" for line in body.splitlines())
    return overlay(f"patches:\n  - patch: |-\n{lines}{aim}\n", head=head)


def flux(name: str, path: str, more: str = "") -> str:
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\nspec:\n  path: {path}\n{more}"
    )


def argo(path: str, cluster: str, more: str = "") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        f"metadata: {{name: {cluster}, namespace: argocd}}\nspec:\n  destination: {{name: {cluster}}}\n"
        f"  source: {{repoURL: https://example.com/r, path: {path}{more}}}\n"
    )


def strategic(kind: str, name: str, rest: str) -> str:
    group = "v1" if kind == "Service" else "apps/v1"
    return f"apiVersion: {group}\nkind: {kind}\nmetadata: {{name: {name}}}\n{rest}"


def json(path: str, value: str, op: str = "replace") -> str:
    return f"- {{op: {op}, path: {path}, value: {value}}}"


PINNED = "image: {tag: v1.0.4}\n"
DEEP = " " * 12
DUAL = 'config: {address: "10.0.0.10,fd00::10"}\n'
ON = 'env: {cp_enable: "true", vip_interface: eth0}\n'
ON_32 = 'env: {cp_enable: "true", vip_interface: eth0, vip_subnet: "32"}\n'
ON_PAIR = 'env: {cp_enable: "true", vip_interface: eth0, vip_subnet: "32,128"}\n'


def helm_chart(values: str, kind: str = "HelmChart") -> str:
    chart = "  chart: kube-vip\n  version: 0.9.9\n" if kind == "HelmChart" else ""
    lines = "".join(f"    {line}\n" for line in values.splitlines())
    head = f"apiVersion: helm.cattle.io/v1\nkind: {kind}\nmetadata: {{name: kube-vip, namespace: kube-system}}\nspec:\n"
    return f"{head}{chart}  valuesContent: |\n{lines}"


TREES: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing mends it": (overlay(""), ["VIP001"]),
    "a patch without kind in its Kustomization": (patch(strategic("DaemonSet", "kube-vip", PAIR), head=False), []),
    "a strategic patch": (patch(strategic("DaemonSet", "kube-vip", PAIR)), []),
    "a patch whose target goes over its name": (
        patch(strategic("DaemonSet", "ignored", PAIR), "{kind: DaemonSet}"),
        [],
    ),
    "a patch of another object": (patch(strategic("DaemonSet", "other", PAIR)), ["VIP001"]),
    "a JSON patch": (patch(json(ENV_2, '"32,128"'), "{kind: DaemonSet, name: kube-vip}"), []),
    "a JSON patch above the setting": (patch(json("/spec/template", "{}"), "{kind: DaemonSet}"), []),
    "a JSON patch of something else": (patch(json("/spec/minReadySeconds", "5"), "{kind: DaemonSet}"), ["VIP001"]),
    "a JSON patch in a file": (
        overlay(
            "patches:\n  - {path: p.yaml, target: {kind: DaemonSet, name: kube-vip}}\n",
            {"prod/p.yaml": json(ENV_2, '"32,128"') + "\n"},
        ),
        [],
    ),
    "a strategic patch in a file whose target goes over its name": (
        overlay(
            "patches:\n  - {path: p.yaml, target: {kind: DaemonSet}}\n",
            {"prod/p.yaml": strategic("DaemonSet", "ignored", PAIR) + "\n"},
        ),
        [],
    ),
    "a JSON patch of the Service's address": (patch(json(ANNOTATION, '"2001:db8::1"', "add"), "{kind: Service}"), []),
    "a JSON patch of the Service's type": (patch(json("/spec/type", "ClusterIP"), "{kind: Service}"), []),
    "a patch of the Service's type": (patch(strategic("Service", "web", "spec: {type: ClusterIP}")), []),
    "a patch that deletes the Service": (patch(strategic("Service", "web", "$patch: delete")), []),
    "a patch that deletes the variable": (
        patch(strategic("DaemonSet", "kube-vip", PAIR.replace('value: "32,128"', "$patch: delete"))),
        [],
    ),
    "a patch that adds envFrom": (
        patch(
            strategic(
                "DaemonSet",
                "kube-vip",
                "spec: {template: {spec: {containers: [{name: kube-vip, envFrom: [{configMapRef: {name: a}}]}]}}}",
            )
        ),
        [],  # The prefix is known, whether bgp_enable is off is not.
    ),
    "a component with a patch": (
        overlay(
            "components: [../pair]\n",
            {
                "pair/kustomization.yaml": HEAD.format(kind="Component")
                + "patches:\n  - patch: |-\n"
                + "\n".join(f"      {line}" for line in strategic("DaemonSet", "kube-vip", PAIR).splitlines())
                + "\n"
            },
        ),
        [],
    ),
    "a component with an image": (
        overlay(
            "components: [../old]\n",
            {
                "old/kustomization.yaml": HEAD.format(kind="Component")
                + "images: [{name: ghcr.io/kube-vip/kube-vip, newTag: v0.8.4}]\n"
            },
        ),
        [],
    ),
    "replacements": (overlay("replacements: [{path: r.yaml}]\n"), []),
    "a prefix before the patched name": (
        {
            **patch(strategic("DaemonSet", "a-kube-vip", PAIR)),
            "base/kustomization.yaml": "namePrefix: a-\nresources: [kv.yaml, web.yaml]\n",
        },
        [],
    ),
    "an annotation on everything": (overlay('commonAnnotations: {kube-vip.io/ignore: "true"}\n'), []),
    "another namespace": (
        {
            **overlay("namespace: dev\n"),
            "base/kv.yaml": KV.replace(
                "- name: vip_cidr", "- {name: svc_namespace, value: web}\n            - name: vip_cidr"
            ),
        },
        [],
    ),
    "an image of Flux": (
        {
            "apps/kv.yaml": KV,
            "apps/web.yaml": WEB,
            "flux/ks.yaml": flux("apps", "./apps", "  images: [{name: ghcr.io/kube-vip/kube-vip, newTag: v0.8.4}]\n"),
        },
        [],
    ),
    "an image of Argo CD": (
        {
            "apps/kv.yaml": KV,
            "apps/web.yaml": WEB,
            "argo/app.yaml": argo("apps", "a", ", kustomize: {images: [ghcr.io/kube-vip/kube-vip:v0.8.4]}"),
        },
        [],
    ),
    "two clusters of Flux": (
        {
            "infra/vip/kv.yaml": KV,
            "apps/web/web.yaml": WEB,
            "clusters/a/ks.yaml": flux("vip", "./infra/vip"),
            "clusters/b/ks.yaml": flux("web", "./apps/web"),
        },
        [],
    ),
    "two clusters of Argo CD": (
        {
            "infra/vip/kv.yaml": KV,
            "apps/web/web.yaml": WEB,
            "argo/a.yaml": argo("infra/vip", "a"),
            "argo/b.yaml": argo("apps/web", "b"),
        },
        [],
    ),
    "one directory for two clusters, each with its patch": (
        {
            "apps/kv/kv.yaml": KV.replace("v0.8.9", "v1.0.4")
            .replace("name: svc_enable", "name: cp_enable")
            .replace("- name: vip_cidr", '- {name: address, value: "10.9.9.9"}\n            - name: vip_subnet')
            .replace("«128»", "32"),
            "clusters/a/ks.yaml": flux(
                "kv",
                "./apps/kv",
                "  patches:\n    - patch: |\n        apiVersion: apps/v1\n        kind: DaemonSet\n"
                "        metadata: {name: kube-vip}\n"
                "        spec: {template: {spec: {containers: [{name: kube-vip, env: "
                "[{name: address, value: 'fd00::10'}, {name: vip_subnet, value: '128'}]}]}}}\n",
            ),
            "clusters/b/ks.yaml": flux("kv", "./apps/kv"),
        },
        [],
    ),
    "clusters beside each other": ({"clusters/a/kv.yaml": KV, "clusters/b/web.yaml": WEB}, []),
    "the same cluster": ({"clusters/a/vip/kv.yaml": KV, "clusters/a/web.yaml": WEB}, ["VIP001"]),
    "an old MetalLB": (
        {
            "kv/kv.yaml": KV,
            "web.yaml": WEB,
            "metallb/config.yaml": config_map("config", "config", "address-pools:\n- {name: default}\n"),
        },
        [],
    ),
    "a Service of a cloud": (
        {"kv.yaml": KV, "web.yaml": WEB.replace("{name: web,", "{annotations: {networking.gke.io/x: y}, name: web,")},
        [],
    ),
    "HelmChartConfigs of two clusters": (
        {
            f"{cluster}/{kind}.yaml": helm_chart(ON_PAIR if kind == "HelmChartConfig" else DUAL + ON, kind)
            for cluster in ("a", "b")
            for kind in ("HelmChart", "HelmChartConfig")
        },
        [],
    ),
    "values of another namespace": (
        {
            "hr.yaml": helm_release(ON, "valuesFrom: [{kind: ConfigMap, name: kv}]\n", "0.9.9"),
            "cm.yaml": config_map("kv", "values.yaml", DUAL + 'env: {vip_subnet: "32"}\n').replace(
                "namespace: kube-system", "namespace: other"
            )
            + "---\n"
            + config_map("kv", "values.yaml", 'config: {address: 10.0.0.10}\nenv: {vip_subnet: "32"}\n'),
        },
        [],
    ),
    "values files that an Application names": (
        {
            "kv/base.yaml": PINNED + DUAL + ON,
            "kv/prod.yaml": 'env: {vip_subnet: "32,128"}\n',
            "app.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: kube-vip}\nspec:\n"
            "  sources:\n  - chart: kube-vip\n    targetRevision: 0.9.9\n"
            "    helm: {valueFiles: [$v/kv/base.yaml, $v/kv/prod.yaml]}\n  - {ref: v}\n",
        },
        [],
    ),
    "a values file that Kustomize names": (
        {
            "kv-values.yaml": PINNED + DUAL + ON,
            "kustomization.yaml": "helmCharts:\n  - name: kube-vip\n    version: 0.9.9\n"
            "    valuesFile: kv-values.yaml\n"
            '    valuesInline: {env: {vip_subnet: "32,128"}}\n',
        },
        [],
    ),
    "three layers of values": (
        {
            "values.yaml": PINNED + ON_32,
            "values-prod.yaml": ON_PAIR,
            "values-prod-eu.yaml": DUAL + ON,
        },
        [],
    ),
    "a layer of one value": (
        {"values.yaml": PINNED + DUAL + ON, "values-prod.yaml": 'env: {vip_subnet: "32,128"}\n'},
        [],
    ),
    "a layer that is missing the second number": (
        {"values.yaml": PINNED + DUAL + ON_PAIR, "values-prod.yaml": 'env: {vip_subnet: "32"}\n'},
        ["VIP002"],
    ),
    "values files of the chart's package": (
        {
            "hr.yaml": helm_release(DUAL + ON, "", "0.9.9").replace(
                "      sourceRef", "      valuesFiles: [values.yaml, dual.yaml]\n      sourceRef"
            )
        },
        [],
    ),
    "a patch of the chart's version": (
        {
            "base/hr.yaml": helm_release(
                DUAL + 'env: {cp_enable: "true", vip_interface: eth0, vip_cidr: "32,128"}\n', "", "0.6.6"
            ),
            "base/kustomization.yaml": "resources: [hr.yaml]\n",
            "prod/kustomization.yaml": "resources: [../base]\npatches:\n  - patch: |-\n"
            "      apiVersion: helm.toolkit.fluxcd.io/v2\n      kind: HelmRelease\n      metadata: {name: kube-vip}\n"
            "      spec:\n        chart: {spec: {version: 0.9.9}}\n        values: {env: {vip_subnet: '32,128'}}\n",
        },
        [],
    ),
    "flags in the command": (
        {
            "kv.yaml": pod(
                container(
                    'command: ["/kube-vip", manager, --arp, "--vipSubnet=32,128"]\n'
                    'env: [{name: cp_enable, value: "true"}, {name: vip_address, value: "10.0.0.10,fd00::10"}]\n'
                )
                .replace("    args: [manager]\n", "")
                .replace("v0.8.9", "v1.2.3")
            )
        },
        [],
    ),
    "one or the other of a template": (
        {"all.yaml.j2": "{% if vip %}\n" + KV + "{% else %}\n---\n" + WEB + "{% endif %}\n"},
        [],
    ),
    "an item whose name is a placeholder": (
        {"kv.yaml": KV + '            - {name: "{{ item.name }}", value: "32,128"}\n', "web.yaml": WEB},
        [],
    ),
    "one cluster whose applications are applied by one Kustomization": (
        {
            "flux/ks.yaml": flux("cluster-apps", "./apps"),
            "apps/system/kustomization.yaml": "resources: [./kv/ks.yaml]\n",
            "apps/system/kv/ks.yaml": flux("kv", "./apps/system/kv/app"),
            "apps/system/kv/app/kustomization.yaml": "resources: [kv.yaml]\n",
            "apps/system/kv/app/kv.yaml": KV,
            "apps/default/kustomization.yaml": "resources: [./web/ks.yaml]\n",
            "apps/default/web/ks.yaml": flux("web", "./apps/default/web/app"),
            "apps/default/web/app/kustomization.yaml": "resources: [web.yaml]\n",
            "apps/default/web/app/web.yaml": WEB,
        },
        ["VIP001"],
    ),
    "Applications of one destination": (
        {
            "infra/vip/kv.yaml": KV,
            "apps/web/web.yaml": WEB,
            "argo/a.yaml": argo("infra/vip", "one"),
            "argo/b.yaml": argo("apps/web", "one"),
        },
        ["VIP001"],
    ),
    "two destinations below one root": (
        {
            "root.yaml": argo("argo", "hub"),
            "infra/vip/kv.yaml": KV,
            "apps/web/web.yaml": WEB,
            "argo/a.yaml": argo("infra/vip", "a"),
            "argo/b.yaml": argo("apps/web", "b"),
        },
        [],
    ),
    "a JSON patch of another field of the Service": (
        patch(json("/spec/externalTrafficPolicy", "Local", "add"), "{kind: Service}"),
        ["VIP001"],
    ),
    "a JSON patch of the container's resources": (
        patch(json("/spec/template/spec/containers/0/resources", "{}", "add"), "{kind: DaemonSet}"),
        ["VIP001"],
    ),
    "a patch that selects by labels": (
        patch(strategic("DaemonSet", "kube-vip", PAIR), "{kind: DaemonSet, labelSelector: app=other}"),
        [],
    ),
    "name references of Kustomize": (overlay("configurations: [kustomizeconfig.yaml]\n"), ["VIP001"]),
    "components of Flux": (
        {
            "infra/kv.yaml": KV,
            "infra/web.yaml": WEB,
            "flux/ks.yaml": flux("infra", "./infra", "  components: [../components/pair]\n"),
        },
        [],
    ),
    "components that name each other": (
        overlay(
            "components: [../c0]\n",
            {
                f"c{one}/kustomization.yaml": HEAD.format(kind="Component")
                + f"components: [{', '.join(f'../c{other}' for other in range(14) if other != one)}]\n"
                for one in range(14)
            },
        ),
        ["VIP001"],
    ),
    "Flux Kustomizations that apply each other": (
        {**{f"c/ks{one}.yaml": flux(f"k{one}", "./") for one in range(14)}, "c/kv.yaml": KV, "c/web.yaml": WEB},
        ["VIP001"],
    ),
}


@pytest.mark.parametrize("tree", TREES)
def test_a_tree(tree: str) -> None:
    files, codes = TREES[tree]
    found = check_files(unmarked(files))
    assert not found.problems
    assert [finding.code for finding in found.findings if finding.code.startswith("VIP")] == codes
    assert any(kind.startswith("kube-vip") for kind in found.coverage.components())
