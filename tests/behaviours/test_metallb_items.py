"""What MetalLB takes for an item of a pool."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.behaviours.metallb_items import ItemFault, fault_of
from famlint.network.addresses import Family, format_address

V4 = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("192.0.2.10", ItemFault.BARE_ADDRESS),
        ("fd00::10", ItemFault.BARE_ADDRESS),
        ("192.0.2.20-192.0.2.10", ItemFault.BACKWARDS),
        ("192.0.2.20 - 2001:db8::20", ItemFault.TWO_FAMILIES),
        ("2001:db8::20-192.0.2.20", ItemFault.TWO_FAMILIES),
        ("192.0.2.10/32", None),
        ("192.0.2.77/24", None),
        ("192.0.2.10-192.0.2.20", None),
        ("pool", None),
        ("", None),
    ],
)
def test_items(text: str, fault: ItemFault | None) -> None:
    assert fault_of(text) is fault


@given(V4, V4)
def test_a_range_needs_its_order(first: int, last: int) -> None:
    text = f"{format_address(Family.IPV4, first)}-{format_address(Family.IPV4, last)}"
    assert fault_of(text) is (ItemFault.BACKWARDS if first > last else None)
