"""API servers and ServiceCIDRs as people write them, brought as far as the rules."""

from collections.abc import Sequence
from typing import NamedTuple

from famlint.behaviours.api_servers import ApiServer, api_server
from famlint.clusters import Cluster, Known, group
from famlint.components.kube_apiserver import KubeApiserver
from famlint.components.service_cidr import ServiceCidr
from famlint.findings import Severity
from famlint.fixes import apply
from famlint.network.versions import parse_version
from famlint.rules import Draft, Rule
from tests.resolve.trees import resolved

API_SERVER = "kube-apiserver.yaml"
OBJECT = "extra.yaml"
_POD = """\
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: %s
    command:
    - kube-apiserver
"""


class Said(NamedTuple):
    """What a rule says: how bad, about which characters, in which words, and the file after its edits."""

    severity: Severity
    shown: str
    message: str
    fixed: str


def pod(release: str | None, *flags: str) -> str:
    """A static Pod; without a release its image has no tag."""
    image = "registry.k8s.io/kube-apiserver" + (f":{release}" if release else "")
    return _POD % image + "".join(f"    - '{flag}'\n" for flag in flags)


def ranges(text: str) -> str:
    return f"--service-cluster-ip-range={text}"


def service_cidr(
    *cidrs: str, name: str = "kubernetes", version: str = "v1", metadata: str = "", status: str = ""
) -> str:
    listed = ", ".join(f"'{cidr}'" for cidr in cidrs)
    return (
        f"apiVersion: networking.k8s.io/{version}\nkind: ServiceCIDR\nmetadata: {{name: {name}{metadata}}}\n"
        f"spec: {{cidrs: [{listed}]}}\n{status}"
    )


def clusters(files: dict[str, str], kubernetes: str | None = None) -> tuple[Cluster, ...]:
    known = Known(kubernetes=parse_version(kubernetes)) if kubernetes else None
    return group(resolved(files), {}, known).clusters


def servers(files: dict[str, str]) -> list[ApiServer]:
    found = clusters(files)
    return [api_server(one, cluster) for cluster in found for one in cluster.of(KubeApiserver)]


def said(rule: Rule, files: dict[str, str], kubernetes: str | None = None) -> list[Said]:
    """What a rule says about its subjects in some files. Raises Unknown."""
    found: list[Said] = []
    for cluster in clusters(files, kubernetes):
        subjects: Sequence[object] = cluster.of(ServiceCidr)
        if rule.subject is ApiServer:
            subjects = [api_server(one, cluster) for one in cluster.of(KubeApiserver)]
        found += [_said(rule, draft, files) for subject in subjects for draft in rule.check(subject, cluster)]
    return found


def _said(rule: Rule, draft: Draft, files: dict[str, str]) -> Said:
    span = draft.primary.span
    text = files[span.path]
    assert draft.fix is not None
    fixed = apply(text, draft.fix.edits) if draft.fix.edits else ""
    return Said(draft.severity or rule.severities[0], text[span.start : span.end], draft.message, fixed)
