"""Text of unknown origin made safe for a terminal, and how wide it is there."""

_NARROW_TAB = "    "


def visible(text: str) -> str:
    """The text with everything unprintable escaped, on one line.

    Control characters, escape sequences, line ends, bidirectional controls, zero-width and unusual blanks
    (a no-break space in an address is a fault that nobody sees) become `\\x1b`, `\\u202e` and the like. What
    is printable stays, so the backslash does too.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def drawn(character: str) -> str:
    """One character of an excerpt: as `visible`, but a tab becomes four blanks."""
    return _NARROW_TAB if character == "\t" else _shown(character)


def width(text: str) -> int:
    """How many terminal cells a printable text takes: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    # Loading the tables costs a millisecond that most runs need not pay.
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(character) in ("Mn", "Me") else 2 if east_asian_width(character) in ("W", "F") else 1
        for character in text
    )


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")
