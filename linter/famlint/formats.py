"""Formats of our schemas: what a text is instead of the format, empty where it fits."""

import re
from collections.abc import Callable

from famlint.network.addresses import Dialect, parse_address, parse_cidr
from famlint.network.versions import is_minor, parse_version

_BEFORE_A_RELEASE = re.compile(r"[-+.](?:alpha|beta|dev|pre|preview|rc)(?![a-z])", re.IGNORECASE)
_STANDS_FOR = re.compile(r"[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)+\Z|@@.+@@\Z|\[\[.+\]\]\Z|<[<%].+[>%]>\Z")
"""What people write where a script puts the value, and no reader takes for an address that someone got wrong."""


def is_code(text: str) -> bool:
    """Whether a text has the form of a rule's code or of the start of one, in any case: `VIP001`, `vip`."""
    return 1 < len(text) <= 6 and text.isascii() and text.isalnum() and text[0].isalpha()


def _day(text: str) -> str:
    from datetime import date

    try:
        read = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        read = None
    return "" if read and text == read.isoformat() else "no day like 2027-01-31"


def _glob(text: str) -> str:
    from famlint.sources.ignoring import fault_of

    fault = fault_of(text.removeprefix("./"))
    return f"no glob: {fault}" if fault else ""


def _place_in_tree(text: str) -> str:
    fault = "" if text in (".", "./") else _glob(text)
    return fault or ("no file or directory but a glob" if set("*?[!") & set(text.removesuffix("/**")) else "")


def _release(text: str) -> str:
    """Candidates are no releases: some lack, some have what the release of their number has not."""
    if parse_version(text) is None:
        return "no release like v0.8.9"
    return "no final release, and what holds for one may not hold for it" if _BEFORE_A_RELEASE.search(text) else ""


def _address(text: str) -> str:
    if parse_address(text, Dialect.GO_NET):
        return ""
    if parse_cidr(text, Dialect.GO_NET):
        return "no IP address: it has a prefix length"
    return "no IP address: leave out the brackets" if text[:1] == "[" else "no IP address"


def _cidr(text: str) -> str:
    if parse_cidr(text, Dialect.GO_NET):
        return ""
    if parse_address(text, Dialect.GO_NET):
        return "no CIDR: the prefix length is missing"
    return "no CIDR like 10.43.0.0/16"


def _at_most_one(text: str) -> str:
    """A single address as RKE2 and k3s read it: blanks around it are trimmed, an empty text counts as unset."""
    one = text.strip()
    return _address(one) if one and not _STANDS_FOR.match(one) else ""


def _each(fault: Callable[[str], str]) -> Callable[[str], str]:
    """A comma list as RKE2 and k3s split it: blanks at the two ends are trimmed, inner ones are not.

    Source: facts/distributions.md 1.1 and 1.2 (k3s pkg/util/net.go).
    """

    def of_list(text: str) -> str:
        for item in text.strip().split(","):
            if item != item.strip():
                return f'no list: leave out the blank around "{item.strip()}", nobody trims it'
            if (found := fault(item)) and not _STANDS_FOR.match(item):
                return found if item == text.strip() else f'no list of them: "{item}" is {found}'
        return ""

    return of_list


FORMATS: dict[str, Callable[[str], str]] = {
    "day": _day,
    "glob": _glob,
    "place-in-tree": _place_in_tree,
    "release": _release,
    "kubernetes-version": lambda text: "" if is_minor(text) else "no version of Kubernetes like 1.33",
    "address": _address,
    "addresses": _each(_address),
    "blank-or-address": _at_most_one,
    "cidr": _cidr,
    "cidrs": _each(_cidr),
    "rule-code": lambda text: "" if is_code(text) else "no code like VIP001, nor the start of one",
}
