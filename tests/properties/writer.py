"""Writes a made-up cluster in the forms that people use. Every value that matters is between marks.

The marks («variable|value») are taken out before the files are written; where they stood is where a finding has to lie.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from textwrap import indent
from typing import NamedTuple

from tests.properties.oracle import MODES, Case, Service

_MARK = re.compile(r"«(\w+)\|([^»]*)»")
_FLAGS = {
    "address": "address",
    "vip_address": "vip",
    "vip_cidr": "cidr",
    "vip_subnet": "vipSubnet",
    "vip_arp": "arp",
    "bgp_enable": "bgp",
    "vip_routingtable": "table",
    "cp_enable": "controlplane",
    "svc_enable": "services",
    "svc_election": "servicesElection",
}


class Region(NamedTuple):
    """Where a variable's value stands: offsets in the text of a file, a byte order mark not counted."""

    path: str
    start: int
    end: int


def unmarked(text: str) -> str:
    """A text as it is written."""
    return _MARK.sub(r"\2", text)


def regions(files: Mapping[str, str]) -> dict[str, list[Region]]:
    """The marked places by variable."""
    found: dict[str, list[Region]] = {}
    for path, text in files.items():
        removed = 1 if text.startswith("\ufeff") else 0
        for match in _MARK.finditer(text):
            start = match.start() - removed
            found.setdefault(match[1], []).append(Region(path, start, start + len(match[2])))
            removed += len(match[0]) - len(match[2])
    return found


def settings(case: Case) -> dict[str, str]:
    """The variables of a case with their marked values."""
    given = {
        case.mode: "true",
        "cp_enable": "true" if case.cp else "false",
        "svc_enable": "true" if case.svc else "false",
        "svc_election": "true" if case.election else "",
        "address": ",".join(case.address),
        "vip_address": ",".join(case.vip_address),
        "vip_cidr": case.vip_cidr,
        "vip_subnet": case.vip_subnet,
    }
    marked = ("address", "vip_address", "vip_cidr", "vip_subnet")
    return {name: f"«{name}|{text}»" if name in marked else text for name, text in given.items() if text}


def service(number: int, given: Service) -> str:
    """A Service of type LoadBalancer."""
    text = ",".join(given.addresses)
    lines = [
        "apiVersion: v1",
        "kind: Service",
        "metadata:",
        f"  name: web-{number}",
        *(("  annotations:", f'    kube-vip.io/loadbalancerIPs: "«service|{text}»"') if given.annotated else ()),
        "spec:",
        "  type: LoadBalancer",
        *(() if given.annotated else (f'  loadBalancerIP: "«service|{text}»"',)),
        "  selector: {app: web}",
        "  ports: [{port: 80}]",
    ]
    return "\n".join(lines) + "\n"


def _env(case: Case, quote: str = '"') -> str:
    return "".join(f"- name: {name}\n  value: {quote}{text}{quote}\n" for name, text in settings(case).items())


def _container(case: Case, env: str, release: str = "") -> str:
    return (
        f"- name: kube-vip\n  image: ghcr.io/kube-vip/kube-vip:v{release or case.release}\n  args: [manager]\n"
        "  env:\n" + indent(env, "  ")
    )


def _object(kind: str, containers: str) -> str:
    version = "v1" if kind == "Pod" else "apps/v1"
    head = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: kube-vip, namespace: kube-system}}\nspec:\n"
    spec = "hostNetwork: true\ncontainers:\n" + containers
    return head + (indent(spec, "  ") if kind == "Pod" else "  template:\n    spec:\n" + indent(spec, " " * 6))


def _workload(kind: str) -> Callable[[Case], str]:
    return lambda case: _object(kind, _container(case, _env(case)))


def _single_quoted(case: Case) -> str:
    return _object("DaemonSet", _container(case, _env(case, "'")))


def _flow(case: Case) -> str:
    pairs = ", ".join(f'{{name: {name}, value: "{text}"}}' for name, text in settings(case).items())
    image = f"ghcr.io/kube-vip/kube-vip-iptables:v{case.release}"
    return _object("Pod", f"- {{name: kube-vip, image: '{image}', args: [manager], env: [{pairs}]}}\n")


def _flags(case: Case) -> str:
    words = [f"--{_FLAGS[name]}={text}" for name, text in settings(case).items()]
    args = "".join(f'  - "{word}"\n' for word in ("manager", *words))
    return _object("Pod", f"- name: kube-vip\n  image: registry:5000/kube-vip:v{case.release}\n  args:\n{args}")


def _spaced_flags(case: Case) -> str:
    """Values in words of their own; switches without one."""
    switches = {name for name in _FLAGS if name.endswith("enable") or name in MODES or name == "svc_election"}
    words: list[str] = ["manager"]
    for name, text in settings(case).items():
        words += [f"--{_FLAGS[name]}={text}"] if name in switches else [f"--{_FLAGS[name]}", text]
    listed = "".join(f'  - "{word}"\n' for word in words)
    return _object("DaemonSet", f"- name: kube-vip\n  image: kube-vip:v{case.release}\n  args:\n{listed}")


def _json(case: Case) -> str:
    env = [{"name": name, "value": text} for name, text in settings(case).items()]
    image = f"ghcr.io/kube-vip/kube-vip:v{case.release}"
    container = {"name": "kube-vip", "image": image, "args": ["manager"], "env": env}
    spec = {"template": {"spec": {"containers": [container]}}}
    whole = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "kube-vip"}, "spec": spec}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _json_in_a_string(case: Case) -> str:
    inner = " ".join(_json(case).split()).replace('"', '\\"')
    return f'apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: files}}\ndata:\n  kube-vip.json: "{inner}"\n'


def _values(case: Case) -> str:
    """Values of the chart; its defaults are switched off where the case does not set them."""
    off = {"vip_arp": "false", "vip_cidr": "", "vip_subnet": "", "svc_election": "false"}
    env = "".join(f'  {name}: "{text}"\n' for name, text in {**off, **settings(case)}.items())
    return f"image:\n  tag: v{case.release}\nenv:\n{env}"


def _helm_release(case: Case) -> str:
    return (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: kube-vip}\nspec:\n"
        "  chart: {spec: {chart: kube-vip, version: 0.6.7, sourceRef: {kind: HelmRepository, name: kube-vip}}}\n"
        "  values:\n" + indent(_values(case), "    ")
    )


def _helm_chart(style: str) -> Callable[[Case], str]:
    def write(case: Case) -> str:
        values = _values(case)
        if style == '"':
            content = '"' + values.replace('"', '\\"').replace("\n", "\\n") + '"\n'
        else:
            # Folding joins lines unless they are indented deeper than the first one, which is then left out.
            deeper = style.startswith(">")
            content = f"{style}\n" + indent(indent(values, "  ") if deeper else values, "    ")
        return (
            "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: kube-vip}\nspec:\n"
            f"  chart: kube-vip\n  version: 0.8.2\n  valuesContent: {content}"
        )

    return write


def _argo(case: Case) -> str:
    return _argo_head() + "      values: |\n" + indent(_values(case), " " * 8)


def _argo_object(case: Case) -> str:
    return _argo_head() + "      valuesObject:\n" + indent(_values(case), " " * 8)


def _argo_head() -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: kube-vip}\nspec:\n"
        "  destination: {namespace: kube-system}\n  source:\n    repoURL: https://kube-vip.github.io/helm-charts\n"
        "    chart: kube-vip\n    targetRevision: 0.9.9\n    helm:\n"
    )


def _config_map(case: Case) -> str:
    return _mapped("files", "kube-vip.yaml", _workload("DaemonSet")(case))


def _config_map_twice(case: Case) -> str:
    return _mapped("outer", "inner.yaml", _config_map(case))


def _mapped(name: str, key: str, content: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n  {key}: |\n" + indent(content, "    ")


def _secret(case: Case) -> str:
    """Base64: every value stands at the whole scalar."""
    encoded = b64encode(unmarked(_workload("DaemonSet")(case)).encode()).decode()
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: files}}\ndata:\n  kube-vip.yaml: «everything|{encoded}»\n"


def _list(case: Case) -> str:
    return "apiVersion: v1\nkind: List\nitems:\n- " + indent(_workload("DaemonSet")(case), "  ").lstrip()


def _cluster_api(case: Case) -> str:
    return (
        "apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: KubeadmControlPlane\nmetadata: {name: cp}\nspec:\n"
        "  kubeadmConfigSpec:\n    files:\n    - path: /etc/kubernetes/manifests/kube-vip.yaml\n      content: |\n"
        + indent(_workload("Pod")(case), " " * 8)
    )


def _crlf(case: Case) -> str:
    return _workload("Deployment")(case).replace("\n", "\r\n")


def _marked_order(case: Case) -> str:
    return "\ufeff" + _workload("DaemonSet")(case)


def _rendered(case: Case) -> str:
    return "---\n# Source: kube-vip/templates/daemonset.yaml\n" + _workload("DaemonSet")(case)


FORMS: dict[str, Callable[[Case], str]] = {
    "daemonset": _workload("DaemonSet"),
    "deployment": _workload("Deployment"),
    "pod": _workload("Pod"),
    "single quotes": _single_quoted,
    "flow": _flow,
    "flags": _flags,
    "spaced flags": _spaced_flags,
    "json": _json,
    "json in a string": _json_in_a_string,
    "helmrelease": _helm_release,
    "helmchart literal": _helm_chart("|"),
    "helmchart folded": _helm_chart(">2"),
    "helmchart quoted": _helm_chart('"'),
    "argo values": _argo,
    "argo valuesObject": _argo_object,
    "configmap": _config_map,
    "configmap twice": _config_map_twice,
    "secret": _secret,
    "list": _list,
    "cluster api": _cluster_api,
    "crlf": _crlf,
    "byte order mark": _marked_order,
    "rendered": _rendered,
}


def with_image_override(case: Case, directory: str) -> dict[str, str]:
    """A base with another release, and an overlay that sets the release and patches the prefixes in."""
    bare = case._replace(vip_cidr="", vip_subnet="")
    base = _object("DaemonSet", _container(bare, _env(bare), "0.0.1"))
    patch = {name: text for name, text in settings(case).items() if name in ("vip_cidr", "vip_subnet")}
    overlay = (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [base]\n"
        f"images:\n- name: ghcr.io/kube-vip/kube-vip\n  newTag: v{case.release}\n"
    )
    files = {
        f"{directory}base/kube-vip.yaml": base,
        f"{directory}base/kustomization.yaml": "resources:\n- kube-vip.yaml\n",
    }
    if patch:
        overlay += "patches:\n- path: prefix.yaml\n"
        env = "".join(f'- name: {name}\n  value: "{text}"\n' for name, text in patch.items())
        files[f"{directory}prefix.yaml"] = _object("DaemonSet", "- name: kube-vip\n  env:\n" + indent(env, "  "))
    return {**files, f"{directory}kustomization.yaml": overlay}
