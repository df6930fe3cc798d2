"""Pod ranges and node masks as the controller manager checks them, cell by cell."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.behaviours.node_ipam import (
    GENERIC,
    SPECIFIC,
    MaskFault,
    NodeIpam,
    RangeFault,
    bad_mask,
    bad_range,
    members,
    node_blocks,
    too_far,
    too_short,
)
from famlint.components.model import Component, Value
from famlint.network.addresses import Family
from famlint.network.versions import Version, parse_version
from famlint.positions import Span
from famlint.unknown import Unknown

V4, V6 = SPECIFIC[Family.IPV4], SPECIFIC[Family.IPV6]
NO_RELEASE = Unknown("Kubernetes version", "nothing names it")


def value(text: str, start: int = 0) -> Value:
    return Value(text, Span("pod.yaml", start, start + len(text)), "flag")


def ipam(
    cluster_cidr: str | Unknown | None, masks: Mapping[str, str] = {}, *, allocates: bool = True, release: str = ""
) -> NodeIpam:
    """`masks`: `generic`, `v4`, `v6`."""
    flags = {"generic": GENERIC, "v4": V4, "v6": V6}
    version: Version | Unknown = parse_version(release) or NO_RELEASE if release else NO_RELEASE
    return NodeIpam(
        Component("vcluster", "my-vc", "", Span("pod.yaml", 0, 1), version, None, {}),
        "the kube-controller-manager of vcluster my-vc",
        value(cluster_cidr, 100) if isinstance(cluster_cidr, str) else cluster_cidr,
        {flags[name]: value(text, 200) for name, text in masks.items()},
        allocates,
        version,
    )


class TestRange:
    @pytest.mark.parametrize(
        ("text", "fault", "shown"),
        [
            ("", RangeFault.EMPTY, ""),
            ("10.64.0.0", RangeFault.UNREADABLE, "10.64.0.0"),
            ("10.64.0.0/16,banana", RangeFault.UNREADABLE, "banana"),
            ("10.64.0.0/16,", RangeFault.UNREADABLE, ""),
            ("10.64.0.0/16, fd00::/56", RangeFault.BLANK, " fd00::/56"),
            ("10.64.0.0/16 ,fd00::/56", RangeFault.BLANK, "10.64.0.0/16 "),
            ("10.64.0.0/16,fd00::/56,10.65.0.0/16", RangeFault.MORE_THAN_TWO, "10.64.0.0/16,fd00::/56,10.65.0.0/16"),
            ("10.64.0.0/16,10.65.0.0/16", RangeFault.ONE_FAMILY, "10.64.0.0/16,10.65.0.0/16"),
            ("fd00::/56,fd01::/56", RangeFault.ONE_FAMILY, "fd00::/56,fd01::/56"),
        ],
    )
    def test_faults(self, text: str, fault: RangeFault, shown: str) -> None:
        bad = bad_range(ipam(text))
        assert bad is not None
        assert (bad.fault, bad.text) == (fault, shown)
        assert text[bad.span.start - 100 : bad.span.end - 100] == shown

    @pytest.mark.parametrize(
        "text",
        [
            "10.64.0.0/16",
            "fd00::/56",
            "10.64.0.0/16,fd00::/56",
            "fd00::/56,10.64.0.0/16",
            " 10.64.0.0/16 ",
            "10.64.0.5/16",
            "010.64.0.0/016",
        ],
    )
    def test_taken(self, text: str) -> None:
        assert bad_range(ipam(text)) is None

    def test_nothing_where_no_range_is_given_or_used(self) -> None:
        assert bad_range(ipam(None)) is None
        assert bad_range(ipam("banana", allocates=False)) is None
        assert list(node_blocks(ipam(None))) == []
        assert bad_mask(ipam(None, {"generic": "24"})) is None

    def test_unknown(self) -> None:
        with pytest.raises(Unknown, match="the pod range"):
            bad_range(ipam(Unknown("the pod range", "a placeholder")))

    def test_members_keep_their_places(self) -> None:
        spans = [(one.text, one.span.start) for one in members(value(" 10.64.0.0/16,fd00::/56 ", 100))]
        assert spans == [("10.64.0.0/16", 101), ("fd00::/56", 114)]


class TestBlocks:
    @pytest.mark.parametrize(
        ("text", "masks", "prefixes"),
        [
            ("10.64.0.0/16", {}, [24]),
            ("fd00::/56", {}, [64]),
            ("10.64.0.0/16,fd00::/56", {}, [24, 64]),
            ("fd00::/56,10.64.0.0/16", {"v6": "72"}, [72, 24]),
            ("10.64.0.0/16,fd00::/56", {"v4": "26", "v6": "72"}, [26, 72]),
            ("10.64.0.0/16", {"generic": "25"}, [25]),
            ("10.64.0.0/16", {"v4": "26"}, [26]),
            ("10.64.0.0/16", {"generic": "0", "v4": "0"}, [24]),
            ("10.64.0.0/16,fd00::/56", {"generic": "0"}, [24, 64]),
            ("::ffff:10.64.0.0/112", {}, []),
            ("banana", {}, []),
            ("10.64.0.0/16,fd00::/56", {"generic": "24"}, []),
        ],
    )
    def test_prefix(self, text: str, masks: dict[str, str], prefixes: list[int]) -> None:
        assert [blocks.prefix for blocks in node_blocks(ipam(text, masks))] == prefixes

    @pytest.mark.parametrize("text", ["024", "0x40", "x", "-1", "1000"])
    def test_a_mask_that_is_no_plain_number_is_unknown(self, text: str) -> None:
        with pytest.raises(Unknown):
            list(node_blocks(ipam("10.64.0.0/16", {"generic": text})))

    @given(st.integers(0, 128), st.integers(1, 128))
    def test_limits_of_ipv6(self, prefix: int, mask: int) -> None:
        (blocks,) = node_blocks(ipam(f"fd00::/{prefix}", {"v6": str(mask)}))
        assert too_short(blocks) is (mask < prefix)
        assert too_far(blocks) is (mask > prefix + 16)
        assert not (too_short(blocks) and too_far(blocks))

    @given(st.integers(0, 32), st.integers(1, 32))
    def test_ipv4_has_one_limit_only(self, prefix: int, mask: int) -> None:
        (blocks,) = node_blocks(ipam(f"10.0.0.0/{prefix}", {"v4": str(mask)}))
        assert too_short(blocks) is (mask < prefix)
        assert not too_far(blocks)


class TestMasks:
    @pytest.mark.parametrize("release", ["", "1.23.0", "1.36.0"])
    @pytest.mark.parametrize(
        ("text", "masks", "fault", "flag"),
        [
            ("10.64.0.0/16,fd00::/56", {"generic": "24"}, MaskFault.GENERIC_WITH_TWO, GENERIC),
            ("10.64.0.0/16", {"generic": "24", "v4": "24"}, MaskFault.GENERIC_AND_SPECIFIC, GENERIC),
            ("10.64.0.0/16", {"generic": "24", "v6": "64"}, MaskFault.GENERIC_AND_SPECIFIC, GENERIC),
            ("10.64.0.0/16", {"v6": "64"}, MaskFault.OTHER_FAMILY, V6),
            ("fd00::/56", {"v4": "24"}, MaskFault.OTHER_FAMILY, V4),
        ],
    )
    def test_faults(self, text: str, masks: dict[str, str], fault: MaskFault, flag: str, release: str) -> None:
        bad = bad_mask(ipam(text, masks, release=release))
        assert bad is not None
        assert (bad.fault, bad.flag) == (fault, flag)

    @pytest.mark.parametrize(
        ("text", "masks"),
        [
            ("10.64.0.0/16,fd00::/56", {"v4": "24", "v6": "64"}),
            ("10.64.0.0/16,fd00::/56", {"v6": "64"}),
            ("10.64.0.0/16,fd00::/56", {"generic": "0"}),
            ("10.64.0.0/16", {"generic": "24", "v4": "0"}),
            ("10.64.0.0/16", {"v4": "24", "v6": "0"}),
            ("fd00::/56", {"generic": "64"}),
            ("banana", {"generic": "24", "v4": "24"}),
        ],
    )
    def test_taken(self, text: str, masks: dict[str, str]) -> None:
        assert bad_mask(ipam(text, masks)) is None

    def test_older_releases_are_not_judged(self) -> None:
        assert bad_mask(ipam("10.64.0.0/16", {"v6": "64"}, release="1.22.17")) is None

    def test_unknown_mask(self) -> None:
        given = ipam("10.64.0.0/16")._replace(masks={V4: Unknown(V4, "a placeholder")})
        with pytest.raises(Unknown, match=V4):
            bad_mask(given)
