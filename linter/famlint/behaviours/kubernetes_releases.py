"""Releases of Kubernetes, as behaviours and messages speak of them.

Source: facts/kubernetes.md, head: releases 1.20 to 1.37, with a look at 1.38.
"""

from famlint.network.versions import Version
from famlint.unknown import Unknown

FIRST = Version(1, 20, 0)
"""The oldest release that the ground truth covers."""

CHECKED_TO = Version(1, 37, 99)
"""Newer releases are taken to behave as the ground truth foresees, and messages say so."""


def named(release: Version) -> str:
    """A release in messages: `Kubernetes 1.33`."""
    return f"Kubernetes {release.major}.{release.minor}"


def checked(release: Version) -> str:
    """A remark for messages about releases beyond the ground truth, empty for the others."""
    return f" (checked up to {named(CHECKED_TO)})" if release > CHECKED_TO else ""


def supported(release: Version | Unknown) -> Version:
    """The release itself. Raises Unknown where it is not known, or older than the ground truth."""
    if isinstance(release, Unknown):
        raise release
    if release < FIRST:
        raise Unknown("the release of Kubernetes", f"{named(release)} is older than {named(FIRST)}")
    return release
