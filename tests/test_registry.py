"""Which patterns select which rules, and what is said about those that select none."""

import pytest

from famlint.registry import selects, unknown_rule


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
