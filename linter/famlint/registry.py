"""The built-in rules, found by name: a module is imported when its component occurs."""

from collections.abc import Iterable
from importlib import import_module

from famlint.rules import MODULES, Rule


def load_rules(prefixes: Iterable[str] | None = None) -> tuple[Rule, ...]:
    """The rules of the modules behind the given code prefixes (all by default), sorted by code."""
    wanted = MODULES.keys() if prefixes is None else set(prefixes) & MODULES.keys()
    modules = sorted({module for prefix in wanted for module in MODULES[prefix]})
    rules = [value for module in modules for value in vars(import_module(module)).values() if isinstance(value, Rule)]
    return tuple(sorted(rules, key=lambda rule: rule.code))


def selects(pattern: str, code: str, name: str = "") -> bool:
    """Whether `VIP001`, `VIP` or a rule's name selects a rule; `ALL` selects every one. Case does not matter."""
    upper = pattern.upper()
    return upper == "ALL" or code.startswith(upper) or (bool(name) and pattern.lower() == name)


def unknown_rule(pattern: str) -> str:
    """What is wrong with a pattern that selects no rule, with the nearest one that does; empty if it selects one."""
    if pattern.upper() in ("ALL", *MODULES):
        return ""
    rules = load_rules()
    if any(selects(pattern, rule.code, rule.name) for rule in rules):
        return ""
    from difflib import get_close_matches

    known = {word.lower(): word for word in (*MODULES, *(word for rule in rules for word in (rule.code, rule.name)))}
    close = get_close_matches(pattern.lower(), known, 1)
    return f'no rule is called "{pattern}"' + (f': did you mean "{known[close[0]]}"?' if close else "")
