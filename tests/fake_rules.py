"""Three rules, and stand-ins for what lists and explains rules."""

from collections.abc import Iterable, Iterator

from famlint.clusters import Cluster
from famlint.findings import Severity
from famlint.rules import Draft, Rule, rule


@rule("VIP001", "first-rule", subject=int, severity=Severity.ERROR, basis="secret 1", references=("a/b#1",))
def _first(_subject: int, _cluster: Cluster) -> Iterator[Draft]:
    """The first rule's title"""
    yield from ()


@rule("VIP002", "second-rule", subject=int, severity=(Severity.WARNING, Severity.INFO), basis="secret 2")
def _second(_subject: int, _cluster: Cluster) -> Iterator[Draft]:
    """The second rule's title"""
    yield from ()


@rule("SVC001", "service-rule", subject=int, severity=Severity.INFO, basis="secret 3")
def _third(_subject: int, _cluster: Cluster) -> Iterator[Draft]:
    """The third rule's title"""
    yield from ()


def load_rules(prefixes: Iterable[str] | None = None) -> tuple[Rule, ...]:
    """The registry's `load_rules`."""
    known = _third, _first, _second
    return known if prefixes is None else tuple(item for item in known if item.code.startswith(tuple(prefixes)))


def render(item: Rule) -> str:
    """The documentation's `render`."""
    return f"{item.documentation} ({item.code} {item.name})\n\n"
