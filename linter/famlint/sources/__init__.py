"""Which files are read, and their texts."""

from famlint.sources.discovery import Discovered, Source, discover, name_of, root_of
from famlint.sources.reading import Decoded, Unreadable, decode, read, read_bytes

__all__ = [
    "Decoded",
    "Discovered",
    "Source",
    "Unreadable",
    "decode",
    "discover",
    "name_of",
    "read",
    "read_bytes",
    "root_of",
]
