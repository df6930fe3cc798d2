"""Which patterns select which rules, and what is said about those that select none."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

import famlint_rules
from famlint.registry import load_rules, selects, unknown_rule
from famlint.rules import MODULES, Rule


@pytest.mark.parametrize("pattern", ["VIP001", "vip001", "Vip", "v", "ALL", "all", "a-rule", "A-Rule"])
def test_a_pattern_in_any_case(pattern: str) -> None:
    assert selects(pattern, "VIP001", "a-rule")


@pytest.mark.parametrize("pattern", ["VIP002", "vip0011", "ip001", "a-rul", "a-rule-too", "SVC"])
def test_another_rule(pattern: str) -> None:
    assert not selects(pattern, "VIP001", "a-rule")


@pytest.mark.parametrize("pattern", ["all", "vip", "Fam", "vip001", "Prefix-Too-Long-For-V4"])
def test_known_in_any_case(pattern: str) -> None:
    assert unknown_rule(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [("vpi001", ': did you mean "VIP001"?'), ("PREFIX-TO-LONG-FOR-V4", ': did you mean "prefix-too-long-for-v4"?')],
)
def test_unknown_in_any_case(pattern: str, hint: str) -> None:
    assert unknown_rule(pattern) == f'no rule is called "{pattern}"{hint}'


def test_every_rule_that_is_written_is_found() -> None:
    modules = [f"famlint_rules.{found.name}" for found in iter_modules(famlint_rules.__path__)]
    written = {one.code for module in modules for one in vars(import_module(module)).values() if isinstance(one, Rule)}
    assert written == {one.code for one in load_rules()}


def test_a_rule_is_found_by_its_prefix() -> None:
    for prefix in MODULES:
        assert [one.code for one in load_rules() if one.code.startswith(prefix)] == [
            one.code for one in load_rules((prefix,)) if one.code.startswith(prefix)
        ]
