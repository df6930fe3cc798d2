"""For tests of rules, ours and others': examples in real forms, and a run of famlint over texts.

The wrappers follow facts/kube-vip.md section 5 ("Snippets") and what Flux takes for a release of a chart.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from famlint.documentation import Example
from famlint.documents.limits import Limits
from famlint.documents.tree import Mapping as Pairs
from famlint.documents.tree import Node, Scalar
from famlint.documents.yaml import parse
from famlint.result import Run

_SEPARATOR = re.compile(r"^---[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"^(?=[^\s#-])", re.MULTILINE)
_MAIN = "kube-vip.yaml"
_OTHER = "other.yaml"
_PLAIN = "example.yaml"

_DAEMON_SET = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: {name}, namespace: kube-system}}
spec:
  selector: {{matchLabels: {{app.kubernetes.io/name: {name}}}}}
  template:
    metadata: {{labels: {{app.kubernetes.io/name: {name}}}}}
    spec:
      hostNetwork: true
      containers:
      - name: kube-vip
        image: ghcr.io/kube-vip/kube-vip:{tag}
"""
_API_SERVER = """\
apiVersion: v1
kind: Pod
metadata: {{name: kube-apiserver, namespace: kube-system}}
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:{tag}
"""
_RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: {chart}, namespace: kube-system}}
spec:
  interval: 1h
  chart:
    spec:
      chart: {chart}
      version: {version}
      sourceRef: {{kind: HelmRepository, name: {chart}}}
  values:
"""


def example_files(example: Example, version: str | None = None) -> Mapping[str, str]:
    """The files that an example stands for, by path.

    `kube-vip vX.Y.Z`: every document with `env` at its top becomes a DaemonSet with that tag. `env` maps names to
    values on one line each, or is the list of a container; other keys (`args`, `envFrom`) go to the container as they
    are. `kube-apiserver vX.Y.Z`: the first document, a mapping with `command`, becomes the static Pod with that tag.
    `chart NAME X.Y.Z`: the first document are the values of a Flux HelmRelease. All other documents stand as
    they are, in a file of their own. Without a wrapper nothing changes.

    Args:
        example: the example.
        version: the tag of the image, or the version of the chart, in place of the one that the heading names.

    Raises ValueError for a wrapper that is not known and for documents that do not fit it.
    """
    named = {path or _PLAIN: text for path, text in example.files}
    if not example.wrapper:
        return named
    path, text = example.files[0]
    others = {name: content for name, content in named.items() if name != (path or _PLAIN)}
    documents = [part.strip("\n") + "\n" for part in _SEPARATOR.split(text) if part.strip()]
    main, rest = _wrapped(example.wrapper.split(), documents, version)
    files = {path or _MAIN: "---\n".join(main)}
    if rest:
        files[_OTHER] = "---\n".join(rest)
    if files.keys() & others.keys():
        raise ValueError(f"the example names a file that its wrapper makes: {sorted(files.keys() & others.keys())}")
    return files | others


def check_files(
    files: Mapping[str, str],
    *,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    kubernetes_version: str | None = None,
    today: date | None = None,
) -> Run:
    """What famlint finds in these files, written to a temporary directory that is gone afterwards.

    Args:
        files: texts by path, relative to the directory that is checked. Spans and texts of the run name them the
            same way.
        select, ignore, kubernetes_version: as in the engine's Request.
        today: decides about suppressions that expire.
    """
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from famlint.config import NAME
    from famlint.engine import Request, run

    # The prefix must not begin with a word that makes a scope of its own, such as "test".
    with TemporaryDirectory(prefix="famlint-") as directory:
        for name, text in files.items():
            path = Path(directory, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        # The directory of a configuration is what the paths of a report are relative to.
        Path(directory, NAME).touch()
        request = Request(paths=(directory,), select=select, ignore=ignore, kubernetes_version=kubernetes_version)
        return run(request, today=today)


def _wrapped(words: list[str], documents: list[str], version: str | None) -> tuple[list[str], list[str]]:
    match words:
        case ["kube-vip", tag]:
            read = [(text, _settings(text)) for text in documents]
            containers = [(text, node) for text, node in read if node is not None]
            if not read or read[0][1] is None:
                raise ValueError("the first document of a kube-vip example is a mapping with env")
            return list(_daemon_sets(containers, version or tag)), [text for text, node in read if node is None]
        case ["kube-apiserver", tag]:
            if not documents or not documents[0].startswith("command:"):
                raise ValueError("the first document of a kube-apiserver example is a mapping with command")
            return [_API_SERVER.format(tag=version or tag) + _indented(documents[0], 4)], documents[1:]
        case ["chart", chart, given]:
            head = _RELEASE.format(chart=chart, version=(version or given).removeprefix("v"))
            return [head + _indented(documents[0], 4)], documents[1:]
    raise ValueError(f"unknown wrapper {' '.join(words)!r}")


def _settings(text: str) -> Pairs | None:
    """The mapping of a document that describes a container; None for an object of Kubernetes."""
    node = parse(text, Limits())
    return node if isinstance(node, Pairs) and node.get("env") is not None and node.get("kind") is None else None


def _daemon_sets(containers: Iterable[tuple[str, Pairs]], tag: str) -> Iterator[str]:
    for number, (text, node) in enumerate(containers, 1):
        name = "kube-vip-ds" if number == 1 else f"kube-vip-ds-{number}"
        container = {"args": "args: [manager]\n"} | dict(_blocks(text, node))
        yield _DAEMON_SET.format(name=name, tag=tag) + _indented("".join(container.values()), 8)


def _blocks(text: str, node: Pairs) -> Iterator[tuple[str, str]]:
    """The top-level keys with their lines; `env` as Kubernetes writes it."""
    starts = [match.start() for match in _KEY.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        key = text[start:end].partition(":")[0].strip("\"' ")
        value = node.get(key)
        if value is None:
            raise ValueError(f"{key!r} is no key of the example")
        listed = key == "env" and isinstance(value, Pairs)
        yield key, "env:\n" + "".join(_variables(text, value)) if listed else text[start:end]


def _variables(text: str, env: Node) -> Iterator[str]:
    for name, value in env.pairs if isinstance(env, Pairs) else ():
        written = text[value.start : value.end]
        if not isinstance(name, Scalar) or "\n" in written:
            raise ValueError(f"a name and its value must stand on one line: {text[name.start : value.end]!r}")
        # A mapping is not the value but what stands beside the name: `{valueFrom: …}`.
        if isinstance(value, Pairs):
            yield f"- {{name: {name.text}, {written.removeprefix('{')}\n"
        else:
            yield f"- name: {name.text}\n  value: {written}\n"


def _indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}" if line.strip() else line for line in text.splitlines(keepends=True))
