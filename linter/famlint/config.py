"""The configuration `.famlint.yaml`: found, validated, and as typed records."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from famlint.documents.tree import Mapping as Pairs
from famlint.documents.tree import Node, Scalar, Sequence, at, text_at
from famlint.findings import Severity
from famlint.network.versions import Version, parse_version
from famlint.positions import Span

NAME = ".famlint.yaml"


class ConfigError(Exception):
    """A configuration that famlint cannot use. Its words are `file:line:column: what is wrong`."""


class ClusterConfig(NamedTuple):
    """What the configuration says of one cluster."""

    paths: tuple[str, ...] = ()
    kubernetes: str | None = None
    versions: Mapping[str, Version] = {}
    host: str = ""


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


class Config(NamedTuple):
    """A configuration; the defaults are those of a repository without one. `text` is the file's."""

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


def find_config(start: Path, root: Path) -> Path | None:
    """The nearest configuration from a directory upwards to the root; without a root above, only there."""
    here = start.absolute()
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
    from famlint.shapes import violations
    from famlint.sources.discovery import Source
    from famlint.sources.reading import Unreadable, read
    from famlint_schemas import load

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
    found = violations(load("famlint"), root)
    if found:
        lines = (f"{_place(name, text, one.node.start)}: {one.message}" for one in found[:5])
        raise ConfigError("\n".join(lines))
    return _config(name, text, root)


def _place(name: str, text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    return f"{name}:{text.count(chr(10), 0, offset) + 1}:{offset - start + 1}"


def _config(name: str, text: str, root: Node) -> Config:
    severities = {key.text: Severity[value.text.upper()] for key, value in _pairs(at(root, "severity"))}
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
    )


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
            found[key.text] = ClusterConfig(_texts(at(value, "paths")), kubernetes, versions, text_at(value, "host"))
    return found


def _entries(name: str, node: Node | None) -> tuple[Entry, ...]:
    made = []
    for item in node.items if isinstance(node, Sequence) else ():
        until = text_at(item, "until")
        made.append(
            Entry(
                text_at(item, "rule"),
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
