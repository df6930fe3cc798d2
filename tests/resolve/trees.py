"""Files as texts, brought as far as resolve."""

from collections.abc import Mapping

from famlint.components.model import Component
from famlint.documents.limits import Limits
from famlint.file_result import FileResult
from famlint.resolve import Resolution, resolve
from famlint.rounds import read_all
from famlint.unknown import Unknown


def results(files: Mapping[str, str]) -> list[FileResult]:
    """The results of all files, in two rounds as in a run."""
    return list(read_all(files, Limits())[0].values())


def resolved(files: Mapping[str, str]) -> Resolution:
    """The components that the files declare together."""
    return resolve(results(files))


def only(files: Mapping[str, str]) -> Component:
    """The one kube-vip that the files declare."""
    (found,) = resolved(files).of("kube-vip")
    return found


def text_of(component: Component, key: str) -> str:
    """An effective value's text; empty where it is absent, the reason in brackets where it is unknown."""
    value = component.values.get(key)
    if isinstance(value, Unknown):
        return f"[{value.reason}]"
    return value.text if value else ""


def release_of(component: Component) -> str:
    """The release, or the reason in brackets."""
    version = component.known_version
    return f"[{version.reason}]" if isinstance(version, Unknown) else str(version)


def daemon_set(env: str = 'vip_cidr: "128"', tag: str = "v0.8.9", name: str = "kube-vip") -> str:
    """A DaemonSet; `env` are lines `name: value`."""
    pairs = [line.partition(":") for line in env.splitlines()]
    variables = "".join(f"        - name: {key}\n          value: {value.strip()}\n" for key, _, value in pairs)
    return (
        f"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n"
        f"      containers:\n      - name: kube-vip\n        image: ghcr.io/kube-vip/kube-vip:{tag}\n"
        f"        args: [manager]\n        env:\n{variables}"
    )


def kustomization(**fields: str) -> str:
    """Kustomize's file; values are YAML on one line."""
    head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
    return head + "".join(f"{key}: {value}\n" for key, value in fields.items())


def config_map(name: str, **data: str) -> str:
    """A ConfigMap; values are YAML on one line."""
    lines = "".join(f"  {key}: {value}\n" for key, value in data.items())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n{lines}"


def flux(path: str, post_build: str = "") -> str:
    """Flux' Kustomization over a path; `post_build` is YAML on one line."""
    head = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec:\n"
    return f"{head}  path: {path}\n" + (f"  postBuild: {post_build}\n" if post_build else "")


def service(name: str = "web", address: str = "192.0.2.10") -> str:
    """A Service of type LoadBalancer."""
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\n"
        f"spec: {{type: LoadBalancer, loadBalancerIP: {address}}}\n"
    )
