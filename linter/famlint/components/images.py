"""Container images as Kubernetes writes them."""

from collections.abc import Callable
from typing import NamedTuple

from famlint.components.adapter import Values
from famlint.network.versions import Version, parse_version
from famlint.positions import Span
from famlint.unknown import Unknown


class Image(NamedTuple):
    """`registry/repository:tag@digest`; missing parts are empty. `tag_at` is the offset of the tag in the text."""

    repository: str
    tag: str
    tag_at: int

    @property
    def base_name(self) -> str:
        """The last part of the repository, the same on every mirror."""
        return self.repository.rpartition("/")[2]


def parse_image(text: str) -> Image:
    """An image reference taken apart. Anything is taken: a placeholder ends up in the part that it stands in."""
    reference = text.partition("@")[0]
    slash = reference.rfind("/")
    colon = reference.find(":", slash + 1)
    if colon < 0:
        return Image(reference, "", len(reference))
    return Image(reference[:colon], reference[colon + 1 :], colon + 1)


def release_of(fact: str) -> Callable[[Values], tuple[Version | Unknown, Span | None]]:
    """How a component finds its release in `image.tag`, which resolving makes of every `image`.

    `latest`, a digest or a private tag leave it unknown; `fact` is how an Unknown calls it (`kube-vip version`).
    """

    def version(values: Values) -> tuple[Version | Unknown, Span | None]:
        image, tag = values.get("image"), values.get("image.tag")
        if isinstance(image, Unknown):
            return Unknown(fact, image.reason), None
        if isinstance(tag, Unknown):
            return Unknown(fact, tag.reason), None
        if tag is None:
            return Unknown(fact, "the image has no tag"), None
        return tag_release(tag.text, fact), tag.span

    return version


def tag_release(tag: str, fact: str) -> Version | Unknown:
    """The release that a tag names; tags of releases begin with a `v`."""
    version = parse_version(tag)
    if version is not None and tag.startswith("v"):
        return version
    return Unknown(fact, f"the image tag {tag!r} names no release" if tag else "the image has no tag")
