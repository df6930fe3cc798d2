"""API001 to API011: what is found where, what is edited, and every case in which they must be silent."""

import pytest

from famlint.findings import Severity
from famlint.rules import Rule
from famlint.unknown import Unknown
from famlint_rules import kube_apiserver as rules
from tests.rules.control_planes import API_SERVER, Said, pod, ranges, said

V4, V6 = "10.96.0.0/16", "fd00:96::/112"
ADVERTISE = "--advertise-address="
BIND = "--bind-address="
NO_RECONCILER = "--endpoint-reconciler-type=none"
GATES = "--feature-gates="
NEW_ON = f"{GATES}MultiCIDRServiceAllocator=true"
NEW_OFF = f"{GATES}MultiCIDRServiceAllocator=false"
BOTH_ON = f"{GATES}MultiCIDRServiceAllocator=true,DisableAllocatorDualWrite=true"
DUAL_WRITE = f"{GATES}DisableAllocatorDualWrite=false"


def of(rule: Rule, release: str | None, *flags: str) -> list[Said]:
    return said(rule, {API_SERVER: pod(release, *flags)})


def severities(found: list[Said]) -> list[Severity]:
    return [one.severity for one in found]


class TestCount:
    rule = rules.service_range_count

    def test_found(self) -> None:
        (one,) = of(self.rule, None, ranges(f"{V4},{V6},10.97.0.0/16,10.98.0.0/16"))
        assert one.shown == "10.97.0.0/16,10.98.0.0/16"
        assert "at most two service ranges are allowed, found 4" in one.message

    @pytest.mark.parametrize("text", [V4, f"{V4},{V6}", f"{V4},{V6},", ""])
    def test_silent(self, text: str) -> None:
        assert of(self.rule, "v1.33.2", ranges(text)) == []

    def test_a_placeholder_makes_the_count_unknown(self) -> None:
        with pytest.raises(Unknown):
            of(self.rule, "v1.33.2", ranges(f"{V4},{V6},${{MORE}}"))


class TestSameFamily:
    rule = rules.service_range_same_family

    @pytest.mark.parametrize(
        ("text", "shown", "family"),
        [
            (f"{V4},10.97.0.0/16", "10.97.0.0/16", "IPv4"),
            ("fd00::/112,fd01::/112", "fd01::/112", "IPv6"),
            (f"{V4},::ffff:10.97.0.0/112", "::ffff:10.97.0.0/112", "IPv4"),
        ],
    )
    def test_found(self, text: str, shown: str, family: str) -> None:
        (one,) = of(self.rule, None, ranges(text))
        assert one.shown == shown
        assert f"both are {family}" in one.message

    @pytest.mark.parametrize("text", [V4, f"{V4},{V6}", f"{V4}, 10.97.0.0/16", f"{V4},10.97.0.0/16,{V6}"])
    def test_silent(self, text: str) -> None:
        assert of(self.rule, "v1.33.2", ranges(text)) == []


class TestMalformed:
    rule = rules.service_range_malformed

    @pytest.mark.parametrize(
        ("text", "shown", "right"),
        [
            (f"{V4}, {V6}", f" {V6}", f"{V4},{V6}"),
            (f"{V4} ,{V6}", f"{V4} ", f"{V4},{V6}"),
            (f"{V4},", ",", V4),
            (f",{V4}", ",", V4),
            (f" {V4}", f" {V4}", V4),
            (f'"{V4}"', f'"{V4}"', V4),
            (f"{V4},{V6},", ",", f"{V4},{V6}"),
        ],
    )
    def test_one_right_value(self, text: str, shown: str, right: str) -> None:
        (one,) = of(self.rule, None, ranges(text))
        assert one.shown == shown
        assert one.fixed == pod(None, ranges(right))

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("10.96.0.0", "has no prefix"),
            (f"{V4};{V6}", "is no CIDR"),
            (f"{V4} {V6}", "is no CIDR"),
            ("10.96.0.300/16", "is no CIDR"),
            ("10.96.0.0/33", "is no CIDR"),
            ("-10.96.0.0/16", ""),
            (f"{V4}, 10.97.0.0/16", "blanks or quotation marks"),
        ],
    )
    def test_advice_only(self, text: str, words: str) -> None:
        found = of(self.rule, None, ranges(text))
        assert [one.fixed for one in found] == ([""] if words else [])
        assert all(words in one.message for one in found)

    @pytest.mark.parametrize(
        "text", [V4, f"{V4},{V6}", "010.96.0.0/016", "10.96.0.5/16", "::ffff:10.96.0.0/112", "SERVICE_CIDR", ""]
    )
    def test_silent(self, text: str) -> None:
        assert of(self.rule, "v1.33.2", ranges(text)) == []


class TestTooLarge:
    rule = rules.service_range_too_large

    @pytest.mark.parametrize(
        ("release", "flags", "severity"),
        [
            ("v1.20.0", (), Severity.ERROR),
            ("v1.33.4", (), Severity.ERROR),
            ("v1.28.3", (NEW_ON,), Severity.INFO),
            ("v1.32.0", (NEW_ON,), Severity.ERROR),
            ("v1.33.0", (NEW_OFF,), Severity.ERROR),
            ("v1.34.0", (DUAL_WRITE,), Severity.ERROR),
            ("v1.34.0", ("--emulated-version=1.33",), Severity.ERROR),
            (None, (), Severity.INFO),
            (None, ("--emulated-version=1.33",), Severity.ERROR),
        ],
    )
    def test_found(self, release: str | None, flags: tuple[str, ...], severity: Severity) -> None:
        (one,) = of(self.rule, release, ranges(f"{V4},fd00:96::/64"), *flags)
        assert (one.severity, one.shown) == (severity, "fd00:96::/64")
        assert "larger than /108" in one.message

    @pytest.mark.parametrize(
        ("release", "flags"),
        [
            ("v1.31.0", (BOTH_ON,)),
            ("v1.33.0", (BOTH_ON,)),
            ("v1.34.0", ()),
            ("v1.35.0", (DUAL_WRITE,)),
            ("v1.37.1", ()),
        ],
    )
    def test_silent(self, release: str, flags: tuple[str, ...]) -> None:
        assert of(self.rule, release, ranges("fd00:96::/64"), *flags) == []

    @pytest.mark.parametrize("text", ["10.0.0.0/12", "fd00:96::/108", f"{V4},{V6}"])
    def test_silent_about_smaller_ones(self, text: str) -> None:
        assert of(self.rule, "v1.20.0", ranges(text)) == []

    def test_both_members(self) -> None:
        assert [one.shown for one in of(self.rule, "v1.30.0", ranges("10.0.0.0/8,fd00::/64"))] == [
            "10.0.0.0/8",
            "fd00::/64",
        ]

    def test_what_comes_later(self) -> None:
        (one,) = of(self.rule, None, ranges("fd00:96::/48"))
        assert "refused before Kubernetes 1.34, and later no address of it can be allocated" in one.message

    def test_unknown_gates(self) -> None:
        with pytest.raises(Unknown):
            of(self.rule, "v1.33.0", ranges("fd00:96::/64"), f"{GATES}${{GATES}}")


class TestPrimaryTooSmall:
    rule = rules.service_range_primary_too_small

    @pytest.mark.parametrize("text", ["10.96.0.0/30", "fd00::/126", "0.0.0.0/0", "::/1", f"10.96.0.0/32,{V6}"])
    def test_found(self, text: str) -> None:
        (one,) = of(self.rule, None, ranges(text))
        assert one.shown == text.split(",")[0]
        assert "at least 8 addresses" in one.message

    @pytest.mark.parametrize("text", ["10.96.0.0/29", "fd00::/125", f"{V4},fd00::/127", "::ffff:0.0.0.0/96"])
    def test_silent(self, text: str) -> None:
        assert of(self.rule, "v1.33.2", ranges(text)) == []


class TestBelow64:
    rule = rules.service_range_v6_below_64

    @pytest.mark.parametrize(("release", "flags"), [("v1.34.0", ()), ("v1.38.0", ()), ("v1.32.0", (BOTH_ON,))])
    def test_found(self, release: str, flags: tuple[str, ...]) -> None:
        (one,) = of(self.rule, release, ranges(f"{V4},fd00:96::/48"), *flags)
        assert one.shown == "fd00:96::/48"
        assert "the Service kubernetes" not in one.message
        assert ("(checked up to Kubernetes 1.37)" in one.message) is (release == "v1.38.0")

    def test_as_the_primary_range(self) -> None:
        (one,) = of(self.rule, "v1.34.0", ranges("fd00:96::/48"))
        assert "the Service kubernetes included" in one.message

    @pytest.mark.parametrize(
        ("release", "flags", "text"),
        [
            ("v1.33.0", (), "fd00:96::/48"),
            ("v1.34.0", (DUAL_WRITE,), "fd00:96::/48"),
            ("v1.29.0", (NEW_ON,), "fd00:96::/48"),
            (None, (), "fd00:96::/48"),
            ("v1.34.0", (), "fd00:96::/64"),
            ("v1.34.0", (), "10.0.0.0/8"),
        ],
    )
    def test_silent(self, release: str | None, flags: tuple[str, ...], text: str) -> None:
        assert of(self.rule, release, ranges(text), *flags) == []


class TestAdvertiseFamily:
    rule = rules.advertise_address_family

    @pytest.mark.parametrize(
        ("release", "severity"),
        [
            ("v1.24.0", Severity.ERROR),
            ("v1.37.2", Severity.ERROR),
            ("v1.23.9", Severity.WARNING),
            (None, Severity.WARNING),
        ],
    )
    def test_found(self, release: str | None, severity: Severity) -> None:
        (one,) = of(self.rule, release, f"{ADVERTISE}192.0.2.10", ranges(f"{V6},{V4}"))
        assert (one.severity, one.shown) == (severity, "192.0.2.10")
        assert "is IPv6 but the advertise address 192.0.2.10 is IPv4" in one.message

    def test_a_bind_address_stands_for_it(self) -> None:
        (one,) = of(self.rule, "v1.33.2", f"{BIND}fd00::10", ranges(V4))
        assert one.shown == "fd00::10"

    @pytest.mark.parametrize(
        "flags",
        [
            (f"{ADVERTISE}192.0.2.10", ranges(f"{V4},{V6}")),
            (f"{ADVERTISE}fd00::10", ranges(f"{V6},{V4}")),
            (f"{ADVERTISE}::ffff:192.0.2.10", ranges(V4)),
            (f"{ADVERTISE}192.0.2.10", ranges(V6), NO_RECONCILER),
            (f"{ADVERTISE}0.0.0.0", ranges(V6)),
            (f"{ADVERTISE}::", ranges(V4)),
            (f"{BIND}0.0.0.0", ranges(V6)),
            (f"{BIND}::", ranges(V4)),
            (f"{BIND}127.0.0.1", ranges(V6)),
            (f"{BIND}::1", ranges(V4)),
            (f"{ADVERTISE}192.0.2.10",),
            (f"{ADVERTISE}192.0.2.10", ranges(f" {V6}")),
            (ranges(V6),),
        ],
    )
    def test_silent(self, flags: tuple[str, ...]) -> None:
        assert of(self.rule, "v1.33.2", *flags) == []

    @pytest.mark.parametrize(
        "flags",
        [
            (f"{ADVERTISE}$(POD_IP)", ranges(V6)),
            (f"{ADVERTISE}192.0.2.10", ranges("${RANGE}")),
            (f"{ADVERTISE}192.0.2.10", ranges(V6), "--endpoint-reconciler-type=${R}"),
        ],
    )
    def test_unknown(self, flags: tuple[str, ...]) -> None:
        with pytest.raises(Unknown):
            of(self.rule, "v1.33.2", *flags)


class TestAdvertiseUnusable:
    rule = rules.advertise_address_unusable

    @pytest.mark.parametrize(
        ("release", "address", "severity"),
        [
            ("v1.36.9", "127.0.0.1", Severity.WARNING),
            ("v1.37.0", "127.0.0.1", Severity.ERROR),
            ("v1.37.0", "::1", Severity.ERROR),
            ("v1.37.0", "169.254.1.1", Severity.ERROR),
            ("v1.37.0", "fe80::1", Severity.ERROR),
            ("v1.36.0", "febf::1", Severity.WARNING),
            ("v1.37.0", "224.0.0.1", Severity.WARNING),
            ("v1.37.0", "ff02::1", Severity.WARNING),
            (None, "127.0.0.1", Severity.WARNING),
            ("v1.20.0", "192.0.2.10,fd00::10", Severity.ERROR),
            (None, "192.0.2.10/24", Severity.ERROR),
            (None, "[fd00::10]", Severity.ERROR),
        ],
    )
    def test_found(self, release: str | None, address: str, severity: Severity) -> None:
        (one,) = of(self.rule, release, f"{ADVERTISE}{address}")
        assert (one.severity, one.shown) == (severity, address)

    def test_the_release_that_refuses_it(self) -> None:
        (one,) = of(self.rule, None, f"{ADVERTISE}127.0.0.1")
        assert "refused from Kubernetes 1.37 on" in one.message

    @pytest.mark.parametrize(
        "flags",
        [
            (f"{ADVERTISE}192.0.2.10",),
            (f"{ADVERTISE}fd00::10",),
            (f"{ADVERTISE}fec0::1",),
            (f"{ADVERTISE}0.0.0.0",),
            (f"{ADVERTISE}127.0.0.1", NO_RECONCILER),
            (f"{ADVERTISE}k8s.example.com",),
            (f"{ADVERTISE}010.0.0.1",),
            (f"{BIND}127.0.0.1",),
            (),
        ],
    )
    def test_silent(self, flags: tuple[str, ...]) -> None:
        assert of(self.rule, "v1.37.0", *flags) == []

    def test_a_list_is_refused_without_a_reconciler_too(self) -> None:
        assert severities(of(self.rule, "v1.33.0", f"{ADVERTISE}192.0.2.10,fd00::1", NO_RECONCILER)) == [Severity.ERROR]


class TestV6Primary:
    rule = rules.v6_primary_without_advertise

    @pytest.mark.parametrize("release", ["v1.24.0", "v1.37.0", None])
    @pytest.mark.parametrize("flags", [(), (f"{ADVERTISE}0.0.0.0",), (f"{ADVERTISE}::",), (f"{BIND}0.0.0.0",)])
    def test_found(self, release: str | None, flags: tuple[str, ...]) -> None:
        (one,) = of(self.rule, release, ranges(f"{V6},{V4}"), *flags)
        assert (one.severity, one.shown) == (Severity.INFO, V6)

    @pytest.mark.parametrize(
        ("release", "flags"),
        [
            ("v1.23.17", (ranges(V6),)),
            ("v1.33.2", (ranges(V4),)),
            ("v1.33.2", (ranges(V6), f"{ADVERTISE}fd00::10")),
            ("v1.33.2", (ranges(V6), f"{ADVERTISE}192.0.2.10")),
            ("v1.33.2", (ranges(V6), f"{BIND}::")),
            ("v1.33.2", (ranges(V6), f"{BIND}fd00::10")),
            ("v1.33.2", (ranges(V6), NO_RECONCILER)),
            ("v1.33.2", ()),
        ],
    )
    def test_silent(self, release: str, flags: tuple[str, ...]) -> None:
        assert of(self.rule, release, *flags) == []

    def test_a_fragment_proves_no_absence(self) -> None:
        text = pod("v1.33.2", ranges(V6)).replace("    image: registry.k8s.io/kube-apiserver:v1.33.2\n", "")
        with pytest.raises(Unknown):
            said(self.rule, {API_SERVER: text})


class TestLockedGates:
    rule = rules.gate_servicecidr_locked

    @pytest.mark.parametrize(
        ("release", "flag", "severity"),
        [
            ("v1.34.0", NEW_OFF, Severity.ERROR),
            ("v1.35.0", DUAL_WRITE, Severity.ERROR),
            ("v1.38.0", NEW_OFF, Severity.ERROR),
            ("v1.38.0", NEW_ON, Severity.ERROR),
            ("v1.34.0", NEW_ON, Severity.INFO),
            ("v1.37.3", NEW_ON, Severity.INFO),
            (None, NEW_OFF, Severity.INFO),
            (None, DUAL_WRITE, Severity.INFO),
        ],
    )
    def test_found(self, release: str | None, flag: str, severity: Severity) -> None:
        (one,) = of(self.rule, release, flag)
        assert (one.severity, one.shown) == (severity, flag.removeprefix(GATES))

    def test_only_the_gate_of_a_list(self) -> None:
        (one,) = of(self.rule, "v1.34.0", f"{GATES}A=true, MultiCIDRServiceAllocator=false,B=true")
        assert one.shown == "MultiCIDRServiceAllocator=false"

    @pytest.mark.parametrize(
        ("release", "flags"),
        [
            ("v1.33.9", (NEW_OFF,)),
            ("v1.34.9", (DUAL_WRITE,)),
            ("v1.33.9", (NEW_ON,)),
            ("v1.34.0", (f"{GATES}DisableAllocatorDualWrite=true",)),
            ("v1.34.0", (NEW_OFF, "--emulated-version=1.33")),
            ("v1.34.0", (f"{GATES}other:MultiCIDRServiceAllocator=false",)),
            ("v1.34.0", (f"{GATES}StrictIPCIDRValidation=false",)),
            ("v1.34.0", ()),
            (None, (NEW_ON,)),
        ],
    )
    def test_silent(self, release: str | None, flags: tuple[str, ...]) -> None:
        assert of(self.rule, release, *flags) == []


class TestGateWithoutApi:
    rule = rules.servicecidr_gate_without_api

    @pytest.mark.parametrize(
        ("release", "severity"),
        [("v1.31.0", Severity.WARNING), ("v1.32.9", Severity.WARNING), ("v1.29.0", Severity.INFO)],
    )
    def test_found(self, release: str, severity: Severity) -> None:
        (one,) = of(self.rule, release, NEW_ON, "--runtime-config=api/ga=true")
        assert (one.severity, one.shown) == (severity, "MultiCIDRServiceAllocator=true")

    @pytest.mark.parametrize(
        ("release", "flags"),
        [
            ("v1.32.0", (NEW_ON, "--runtime-config=networking.k8s.io/v1beta1=true")),
            ("v1.32.0", (NEW_ON, "--runtime-config=api/beta=true")),
            ("v1.32.0", (NEW_ON, "--runtime-config=api/all=true")),
            ("v1.32.0", (NEW_ON, "--runtime-config=a/v1=true", "--runtime-config=networking.k8s.io/v1beta1=true")),
            ("v1.30.0", (NEW_ON, "--runtime-config=networking.k8s.io/v1alpha1=true")),
            ("v1.32.0", (NEW_OFF,)),
            ("v1.32.0", ()),
            ("v1.28.0", (NEW_ON,)),
            ("v1.33.0", (NEW_ON,)),
        ],
    )
    def test_silent(self, release: str, flags: tuple[str, ...]) -> None:
        assert of(self.rule, release, *flags) == []

    @pytest.mark.parametrize(
        ("release", "flags"), [(None, (NEW_ON,)), ("v1.32.0", (NEW_ON, "--runtime-config=${CONFIG}"))]
    )
    def test_unknown(self, release: str | None, flags: tuple[str, ...]) -> None:
        with pytest.raises(Unknown):
            of(self.rule, release, *flags)
