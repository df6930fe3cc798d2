"""The configuration `.famlint.yaml`: found, validated, and as typed records."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from famlint.directives import usual_case
from famlint.documents.tree import Mapping as Pairs
from famlint.documents.tree import Node, Scalar, Sequence, at, text_at
from famlint.findings import Severity
from famlint.network.versions import Version, parse_version
from famlint.positions import Span

if TYPE_CHECKING:
    from famlint.shapes import Violation

NAME = ".famlint.yaml"


class ConfigError(Exception):
    """A configuration that famlint cannot use. Its words are `file:line:column: what is wrong`."""


class ClusterConfig(NamedTuple):
    """What the configuration says of one cluster. `families`, `services` and `pods` are those that it expects."""

    paths: tuple[str, ...] = ()
    kubernetes: str | None = None
    versions: Mapping[str, Version] = {}
    host: str = ""
    families: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()


class Entry(NamedTuple):
    """An entry of `suppress`. `span` is its place, `until` the last day that it holds."""

    rule: str
    path: str
    kind: str
    namespace: str
    name: str
    reason: str
    until: date | None
    span: Span


class NamedRule(NamedTuple):
    """A rule's code, the start of one, or its name, or a component, and the place where it stands:
    `path:line:column`.
    """

    rule: str
    place: str


class Config(NamedTuple):
    """A configuration; the defaults are those of a repository without one. `text` is the file's.

    `rules` and `components` are all rules and components that it names, for whoever knows which ones there are.
    """

    path: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    plugins: tuple[str, ...] = ()
    clusters: Mapping[str, ClusterConfig] = {}
    suppress: tuple[Entry, ...] = ()
    text: str = ""
    rules: tuple[NamedRule, ...] = ()
    components: tuple[NamedRule, ...] = ()


def find_config(start: Path, root: Path) -> Path | None:
    """The nearest configuration from a directory upwards to the root; without a root above, only there."""
    here, root = start.resolve(), root.resolve()
    for directory in (here, *here.parents):
        if (directory / NAME).is_file():
            return directory / NAME
        if directory == root or not here.is_relative_to(root):
            return None
    return None


def load_config(path: Path, name: str) -> Config:
    """The configuration in a file that reports call `name`. Raises ConfigError."""
    from famlint.documents.limits import LimitExceeded, Limits
    from famlint.documents.yaml import NotYaml, parse
    from famlint.shapes import repeated_keys, violations
    from famlint.sources.discovery import Source
    from famlint.sources.reading import Unreadable, read
    from famlint_schemas import load

    if _leads_out(path, name):
        raise ConfigError(f"{name}: the configuration is a link out of the repository")
    try:
        text = read(Source(path, name), Limits().file_bytes)
        root = parse(text, Limits())
    except Unreadable as error:
        raise ConfigError(f"{name}: the configuration {error}") from None
    except NotYaml as error:
        raise ConfigError(f"{_place(name, text, error.offset)}: the configuration is no YAML: {error.reason}") from None
    except LimitExceeded as error:
        raise ConfigError(f"{name}: the configuration is {error}") from None
    if root is None:
        return Config(path=name, text=text)
    found = violations(load("famlint"), root) or repeated_keys(root) or tuple(_unknown_hosts(root))
    if found:
        lines = (f"{_place(name, text, one.node.start)}: {one.message}" for one in found[:5])
        raise ConfigError("\n".join(lines))
    return _config(name, text, root)


def _leads_out(path: Path, name: str) -> bool:
    """Whether a configuration with a name relative to the root is a link to something outside of the root."""
    if PurePosixPath(name).is_absolute():
        return False
    top = path.parent.resolve()
    for _ in PurePosixPath(name).parts[1:]:
        top = top.parent
    return not path.resolve().is_relative_to(top)


def _unknown_hosts(root: Node) -> "Iterator[Violation]":
    """Hosts of clusters that are no other cluster."""
    from famlint.shapes import Violation, hint

    clusters = at(root, "clusters")
    names = [key.text for key in clusters.keys()] if isinstance(clusters, Pairs) else []  # noqa: SIM118 - no dict
    for name in names:
        host = at(clusters, name, "host")
        others = [other for other in names if other != name]
        if isinstance(host, Scalar) and host.text not in others:
            where = f"clusters.{name}.host"
            yield Violation(host, f'{where}: "{host.text}" is no other cluster{hint(host.text, others)}')


def _place(name: str, text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    return f"{name}:{text.count(chr(10), 0, offset) + 1}:{offset - start + 1}"


def _config(name: str, text: str, root: Node) -> Config:
    severities = {usual_case(key.text): Severity[value.text.upper()] for key, value in _pairs(at(root, "severity"))}
    return Config(
        path=name,
        include=_texts(at(root, "include")),
        exclude=_texts(at(root, "exclude")),
        select=_texts(at(root, "select")),
        ignore=_texts(at(root, "ignore")),
        severity=severities,
        plugins=_texts(at(root, "plugins")),
        clusters=_clusters(at(root, "clusters")),
        suppress=_entries(name, at(root, "suppress")),
        text=text,
        rules=tuple(NamedRule(node.text, _place(name, text, node.start)) for node in _named_rules(root)),
        components=tuple(NamedRule(node.text, _place(name, text, node.start)) for node in _named_components(root)),
    )


def _named_rules(root: Node) -> Iterator[Scalar]:
    for key in ("select", "ignore"):
        listed = at(root, key)
        yield from (item for item in listed.items if isinstance(item, Scalar)) if isinstance(listed, Sequence) else ()
    yield from (code for code, _ in _pairs(at(root, "severity")))
    entries = at(root, "suppress")
    for entry in entries.items if isinstance(entries, Sequence) else ():
        rule = at(entry, "rule")
        if isinstance(rule, Scalar):
            yield rule


def _named_components(root: Node) -> Iterator[Scalar]:
    clusters = at(root, "clusters")
    for _, cluster in clusters.pairs if isinstance(clusters, Pairs) else ():
        yield from (component for component, _ in _pairs(at(cluster, "versions")))


def _clusters(node: Node | None) -> dict[str, ClusterConfig]:
    found = {}
    for key, value in node.pairs if isinstance(node, Pairs) else ():
        if isinstance(key, Scalar):
            versions = {
                component.text: version
                for component, release in _pairs(at(value, "versions"))
                if (version := parse_version(release.text))
            }
            kubernetes = text_at(value, "kubernetes") or None
            expected = (_texts(at(value, "expect", part)) for part in ("families", "services", "pods"))
            paths, host = _texts(at(value, "paths")), text_at(value, "host")
            found[key.text] = ClusterConfig(paths, kubernetes, versions, host, *expected)
    return found


def _entries(name: str, node: Node | None) -> tuple[Entry, ...]:
    made = []
    for item in node.items if isinstance(node, Sequence) else ():
        until = text_at(item, "until")
        made.append(
            Entry(
                usual_case(text_at(item, "rule")),
                text_at(item, "path"),
                text_at(item, "kind"),
                text_at(item, "namespace"),
                text_at(item, "name"),
                text_at(item, "reason"),
                date.fromisoformat(until) if until else None,
                Span(name, item.start, item.end, literal=False),
            )
        )
    return tuple(made)


def _pairs(node: Node | None) -> list[tuple[Scalar, Scalar]]:
    pairs = node.pairs if isinstance(node, Pairs) else ()
    return [(key, value) for key, value in pairs if isinstance(key, Scalar) and isinstance(value, Scalar)]


def _texts(node: Node | None) -> tuple[str, ...]:
    return tuple(item.text for item in node.items if isinstance(item, Scalar)) if isinstance(node, Sequence) else ()
