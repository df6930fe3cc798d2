"""What the address rules of kube-vip share: wording, labels, fixes. No rule lives here."""

from collections.abc import Callable, Iterator

from famlint.behaviours.kube_vip import Item
from famlint.components.kube_vip import KubeVip
from famlint.findings import Label
from famlint.rules import Draft
from famlint.unknown import Unknown


def each(*checks: Iterator[Draft]) -> Iterator[Draft]:
    """The drafts of all checks: a fact that one of them misses does not silence the others.

    Raises the first Unknown after all of them.
    """
    missing: Unknown | None = None
    for check in checks:
        try:
            yield from check
        except Unknown as unknown:
            missing = missing or unknown
    if missing is not None:
        raise missing


def known(*asks: Callable[[], tuple[Item, ...]]) -> tuple[tuple[Item, ...], Unknown | None]:
    """The items that are certain, and the first fact that was missing for others."""
    found: list[Item] = []
    missing: Unknown | None = None
    for ask in asks:
        try:
            found += ask()
        except Unknown as unknown:
            missing = missing or unknown
    return tuple(found), missing


def image(kube_vip: KubeVip) -> tuple[Label, ...]:
    """The tag that decides, for findings that another release would not have."""
    span = kube_vip.component.version_span
    return () if span is None else (Label(span, "this release"),)
