"""Feature gates of Kubernetes and switches of its APIs: what is on, by release and by flags.

Source: facts/kubernetes.md section 4 (kubernetes/kubernetes pkg/features/kube_features.go, forms of 1.31 to 1.35).
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from famlint.behaviours.kubernetes_releases import supported
from famlint.components.model import Value
from famlint.network.versions import Band, Version, band
from famlint.positions import Span
from famlint.unknown import Unknown

_TRUE = frozenset(("1", "t", "T", "true", "True", "TRUE"))
_FALSE = frozenset(("0", "f", "F", "false", "False", "FALSE"))
_EMULATED = re.compile(r"(?:kube=)?v?(\d{1,3})\.(\d{1,3})(?:\.\d{1,3})?\Z")

EMULATES = band("1.31.0-")
"""`--emulated-version` exists (section 7.0, G3)."""


class Gate(NamedTuple):
    """A feature gate by release: where it is alpha and beta, on by default, locked on, and gone (always on)."""

    name: str
    alpha: Band
    beta: Band
    default_on: Band
    locked: Band
    removed: Band


class Setting(NamedTuple):
    """A gate as a flag sets it: its name, the word behind `=`, and the place of both."""

    name: str
    word: str
    span: Span

    @property
    def on(self) -> bool:
        """Whether the word switches it on. Raises Unknown for a word that Go does not take for a truth value."""
        return _truth(self.name, self.word)


MULTI_CIDR = Gate(
    "MultiCIDRServiceAllocator",
    alpha=band("1.27.0-1.30.99"),
    beta=band("1.31.0-1.32.99"),
    default_on=band("1.33.0-"),
    locked=band("1.34.0-1.37.99"),
    removed=band("1.38.0-"),
)
"""Addresses of Services come from ServiceCIDR objects."""

NO_DUAL_WRITE = Gate(
    "DisableAllocatorDualWrite",
    alpha=band("1.31.0-1.32.99"),
    beta=band("1.33.0-1.33.99"),
    default_on=band("1.34.0-"),
    locked=band("1.35.0-1.37.99"),
    removed=band("1.38.0-"),
)
"""The allocator before ServiceCIDR is no longer kept up beside the new one."""

GATES = (MULTI_CIDR, NO_DUAL_WRITE)


def is_on(gate: Gate, words: Mapping[str, str], release: Version) -> bool:
    """Whether a gate is on.

    Args:
        gate: the gate.
        words: what `--feature-gates` says, by gate.
        release: the release of Kubernetes, the emulated one where there is one (`gate_release`).

    Raises Unknown for a word that is no truth value.
    """
    if release in gate.locked or release in gate.removed:
        return True
    if gate.name in words:
        return _truth(gate.name, words[gate.name])
    for group, where in (("AllAlpha", gate.alpha), ("AllBeta", gate.beta)):
        if release in where and group in words:
            return _truth(group, words[group])
    return release in gate.default_on


def settings(flag: Value | None) -> tuple[Setting, ...]:
    """The gates that `--feature-gates` sets, in order; the later one of equal names holds.

    Gates of another component than Kubernetes itself (`other:Gate=true`) are left out.
    """
    found: dict[str, Setting] = {}
    for text, span in _members(flag):
        name, equals, word = text.partition("=")
        component, colon, own = name.rpartition(":")
        if equals and (not colon or component in ("", "kube")):
            found[own.strip()] = Setting(own.strip(), word.strip(), span)
    return tuple(found.values())


def words_of(flag: Value | None) -> dict[str, str]:
    """What `--feature-gates` says, by gate."""
    return {setting.name: setting.word for setting in settings(flag)}


def gate_release(release: Version | Unknown, emulated: Value | None) -> Version:
    """The release whose gates and APIs hold: the one that `--emulated-version` names, else the program's own.

    Raises Unknown.
    """
    own = release if isinstance(release, Unknown) else supported(release)
    if emulated is None or (isinstance(own, Version) and own not in EMULATES):
        return supported(own)
    named = [match for text, _ in _members(emulated) if (match := _EMULATED.match(text))]
    if not named:
        raise Unknown("--emulated-version", f"{emulated.text!r} names no release of Kubernetes")
    return supported(Version(int(named[-1][1]), int(named[-1][2]), 0))


def serves(runtime_config: Value | None, group: str, version: str) -> bool:
    """Whether `--runtime-config` switches a version of an API group on, or any of its resources.

    Args:
        runtime_config: the flag, None where it is not given.
        group: such as `networking.k8s.io`.
        version: such as `v1beta1`.
    """
    wide = {"api/all", "api/alpha" if "alpha" in version else "api/beta"}
    own = f"{group}/{version}"
    for text, _ in _members(runtime_config):
        key, _, word = text.partition("=")
        key = key.strip()
        if (key in wide or key == own or key.startswith(f"{own}/")) and word.strip() not in _FALSE:
            return True
    return False


def _members(flag: Value | None) -> Iterator[tuple[str, Span]]:
    """The members of a comma list without the blanks around them, and where each stands; of every occurrence."""
    for part in flag.items or (flag,) if flag is not None else ():
        start = 0
        for text in part.text.split(","):
            trimmed = text.strip()
            if trimmed:
                begin = start + len(text) - len(text.lstrip())
                yield trimmed, part.part(begin, begin + len(trimmed))
            start += len(text) + 1


def _truth(name: str, word: str) -> bool:
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Unknown(name, f"{word!r} is no truth value")
