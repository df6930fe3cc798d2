"""Values of a vcluster by path, for checks that any single value is evidence enough for."""

import re
from typing import NamedTuple

from famlint.behaviours.vcluster.releases import checked
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.network.versions import Band, Version
from famlint.unknown import Unknown

_ON = frozenset(("true", "yes", "on"))
_DOCKER_DEFAULTS = frozenset(("loadBalancer", "registryProxy"))
_FILLED_LATER = "CIDR_PLACEHOLDER"


class Written(NamedTuple):
    """A value that is there to be judged, with the path that it has."""

    path: str
    value: Value


class Found(NamedTuple):
    """What stands at some paths: the known values, and the first reason why another one is not known.

    A check judges the values and ends with `settle`, so that the gap is recorded after what was found.
    """

    values: tuple[Written, ...]
    unknown: Unknown | None

    def settle(self) -> None:
        """Raises Unknown where a value that was asked for is not known."""
        if self.unknown is not None:
            raise self.unknown


def values_at(vcluster: VirtualCluster, *paths: str) -> Found:
    """The values at some paths, `[]` standing for any index of a list; a list of texts gives its members.

    What is empty, or stands for a text that is filled in later, is left out.
    """
    wanted = re.compile("|".join(re.escape(path).replace(re.escape("[]"), r"\.[0-9]+") for path in paths))
    lists = frozenset(path.partition("[]")[0] for path in paths)
    found: list[Written] = []
    unknown: Unknown | None = None
    for key, value in vcluster.component.values.items():
        if isinstance(value, Unknown):
            unknown = value if unknown is None and (key in lists or wanted.fullmatch(key)) else unknown
        elif wanted.fullmatch(key):
            members = (value,) if value.items is None else value.items
            found += (Written(key, member) for member in members if is_written(member))
    return Found(tuple(found), unknown)


def value_at(vcluster: VirtualCluster, path: str) -> Value | None:
    """The value at a path, None where it is absent, empty or filled in later. Raises Unknown."""
    value = vcluster.get(path)
    return value if value is not None and is_written(value) else None


def is_written(value: Value) -> bool:
    """Whether a value is there to be judged: not empty, and not a text that something else replaces."""
    return bool(value.text.strip()) and "((" not in value.text and value.text != _FILLED_LATER


def switched(vcluster: VirtualCluster, path: str, *, default: bool = False) -> bool:
    """Whether a switch is on; `default` is the chart's own choice. Raises Unknown."""
    value = vcluster.get(path)
    return default if value is None or not value.text else value.text.lower() in _ON


def flags_of(extra_args: Value) -> dict[str, Value]:
    """The flags in a list of `extraArgs` by name, the last one of each: `--flag=value`, or `--flag` and the next word.

    A flag without a value is `true`.
    """
    words = extra_args.items or ()
    found: dict[str, Value] = {}
    for number, word in enumerate(words):
        name, equals, text = word.text.partition("=")
        if not name.startswith("--"):
            continue
        following = words[number + 1] if number + 1 < len(words) else None
        if equals:
            value = word._replace(text=text, span=word.part(len(name) + 1, len(word.text)))
        elif following is not None and not following.text.startswith("-"):
            value = following
        else:
            value = word._replace(text="true", editable=False)
        found[name[2:].replace("_", "-")] = value
    return found


def any_below(vcluster: VirtualCluster, path: str) -> bool:
    """Whether anything is written at a path or below it, known or not."""
    return any(key == path or key.startswith(f"{path}.") for key in vcluster.component.values)


def without_chart(vcluster: VirtualCluster) -> bool:
    """Whether vcluster runs standalone or under the docker driver, so that no object of its chart exists.

    Source: facts/vcluster.md section 7, definitions: the docker driver is meant where `experimental.docker` has another
    key than the two that the chart sets by itself; in a decoded Secret it never is. Raises Unknown.
    """
    if vcluster.decoded:
        return False
    if switched(vcluster, "controlPlane.standalone.enabled"):
        return True
    keys = (key.split(".")[2] for key in vcluster.component.values if key.startswith("experimental.docker."))
    names = frozenset(key for key in keys if key not in _DOCKER_DEFAULTS)
    return bool(names - {"enabled"}) or switched(vcluster, "experimental.docker.enabled")


def may_be_in(vcluster: VirtualCluster, releases: Band) -> bool:
    """Whether the chart's version lies in a band, or is not known."""
    version = vcluster.component.known_version
    return not isinstance(version, Version) or version in releases


def named(vcluster: VirtualCluster) -> str:
    """How messages call it: `vcluster my-vc`."""
    return f"vcluster {vcluster.component.name}".rstrip()


def remark(vcluster: VirtualCluster) -> str:
    """What messages add where the release is newer than the ground truth, else empty."""
    version = vcluster.component.known_version
    return checked(version) if isinstance(version, Version) else ""
