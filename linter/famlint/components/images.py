"""Container images as Kubernetes writes them."""

from typing import NamedTuple


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
