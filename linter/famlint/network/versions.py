"""Releases and bands of releases."""

import re
from dataclasses import dataclass
from typing import NamedTuple

_VERSION = re.compile(r"v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+][0-9A-Za-z.+-]*)?\Z")


class Version(NamedTuple):
    """A release as numbers. Suffixes (`-rc.0`, `+rke2r1`) do not take part in comparisons."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}.{self.patch}"


def parse_version(text: str) -> Version | None:
    """`v0.8.9`, `0.8.9`, `v0.8.9-suffix` as a Version; None for anything else (`latest`, `0.8`, a digest)."""
    match = _VERSION.match(text)
    return Version(*(int(part) for part in match.groups())) if match else None


def is_minor(text: str) -> bool:
    """Whether a text names a minor version of Kubernetes: `1.33`, also `v1.33.2`."""
    parts = text.removeprefix("v").split("+")[0].split(".")
    return len(parts) in (2, 3) and all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts)


def minor_version(text: str) -> Version | None:
    """`1.33` or `v1.33.2+k3s1` as a Version, with the patch 0 where none is given; None for anything else."""
    if not is_minor(text):
        return None
    parts = text.removeprefix("v").split("+")[0].split(".")
    return Version(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > 2 else 0)


@dataclass(frozen=True, slots=True)
class Band:
    """A union of closed ranges of releases; an open end is None."""

    ranges: tuple[tuple[Version | None, Version | None], ...]

    def __contains__(self, version: object) -> bool:
        return isinstance(version, Version) and any(
            (low is None or low <= version) and (high is None or version <= high) for low, high in self.ranges
        )


def band(text: str) -> Band:
    """`0.8.5-0.8.10, 0.9.0-` as a Band: ranges with both ends included, an empty end open, `0.8.4` one release.

    Raises ValueError on anything else: bands are written by us.
    """
    ranges = []
    for part in text.split(","):
        low, dash, high = part.strip().partition("-")
        ends = tuple(_end(end) for end in (low, high if dash else low))
        ranges.append((ends[0], ends[1]))
    return Band(tuple(ranges))


def _end(text: str) -> Version | None:
    if not text:
        return None
    version = parse_version(text)
    if version is None:
        raise ValueError(f"not a release: {text!r}")
    return version
