"""The failure modes F1-F4, F6-F11, F15 of the ground truth (section 3.2) and what must stay silent (section 5.7)."""

import pytest

from famlint.behaviours.kube_vip import RELEASES, Fault, Outcome, Vip, refusal, survey, vips
from famlint.clusters import Link
from famlint.components.kube_vip import KubeVip
from famlint.network.addresses import Family
from famlint.network.versions import Version
from tests.behaviours.kube_vips import BOTH, V4, V6, before, ends, kube_vip, link, service, version

WEB4 = (link(service(ips="10.155.30.242", families=["IPv4"])),)
WEB6 = (link(service(ips="fd80::200")),)
WEB = WEB4 + WEB6


def fates(subject: KubeVip, links: tuple[Link, ...] = ()) -> list[tuple[Outcome, Fault | None]]:
    return [(vip.outcome, vip.fault) for vip in vips(subject, links)]


def services_only(release: Version | str, mode: str = "vip_arp", **variables: str) -> KubeVip:
    return kube_vip(release, **{mode: "true", "svc_enable": "true", **variables})


def with_control_plane(release: Version | str, mode: str = "vip_arp", **variables: str) -> KubeVip:
    return kube_vip(release, **{mode: "true", "cp_enable": "true", "svc_enable": "true", **variables})


@pytest.mark.parametrize("setting", ["128", "64", "33", "128,32"])
def test_f1(setting: str) -> None:
    for release in (*ends("0.8.5", "0.8.9"), version("0.8.10")):
        crash = (Outcome.PANIC if release == version("0.8.10") else Outcome.CRASH, Fault.TOO_LONG)
        assert fates(services_only(release, vip_cidr=setting), WEB4) == [crash]
        assert fates(with_control_plane(release, address=V4, vip_cidr=setting)) == [crash]
    for release in ends("0.9.0", "1.2.3"):
        assert fates(services_only(release, vip_subnet=setting), WEB4) == [(Outcome.NOT_CONFIGURED, Fault.TOO_LONG)]
    for release in (version("0.8.4"), version("0.9.0")):
        assert fates(services_only(release, vip_cidr=setting), WEB4) == [(Outcome.BOUND, None)]


def test_f1_points_at_the_element_and_the_service() -> None:
    subject = services_only("0.8.9", vip_cidr="128 , 32")
    (vip,) = vips(subject, WEB4)
    setting = subject.get("vip_cidr")
    assert vip.setting is setting
    assert setting is not None
    assert (vip.variable, vip.element, vip.element_span) == ("vip_cidr", "128", setting.part(0, 3))
    assert (vip.text, vip.link) == ("10.155.30.242", WEB4[0])
    (label,) = vip.because
    assert (label.span, label.message) == (vip.span, "this Service gets its address from kube-vip")


def test_f2() -> None:
    for release, outcome in (
        ("0.8.4", Outcome.BOUND),
        ("0.8.5", Outcome.CRASH),
        ("0.8.10", Outcome.PANIC),
        ("0.9.0", Outcome.NOT_CONFIGURED),
        ("1.2.3", Outcome.NOT_CONFIGURED),
    ):
        own, web = vips(with_control_plane(release, address=V6), WEB4)
        assert (own.outcome, own.prefix) == (Outcome.BOUND, 128)
        assert web.outcome is outcome
        if outcome is not Outcome.BOUND:
            assert web.derived_from is not None
            assert (web.fault, web.element, web.setting) == (Fault.TOO_LONG, "128", None)
            assert web.element_span == web.derived_from.span
    assert fates(with_control_plane("0.8.9", address=V6, vip_cidr="32,128"), WEB4) == [(Outcome.BOUND, None)] * 2


@pytest.mark.parametrize("setting", ["32", "24"])
def test_f3(setting: str) -> None:
    wrong = [(Outcome.BOUND, Fault.IPV4_LENGTH)]
    for release in ends("0.8.5", "0.8.10"):
        assert fates(with_control_plane(release, address=V6, vip_cidr=setting)) == wrong
    for release in ends("0.9.0", "1.2.3"):
        for mode in ("vip_arp", "bgp_enable", "vip_routingtable"):
            assert fates(with_control_plane(release, mode, address=V6, vip_subnet=setting)) == wrong
    for release in (version("0.8.4"), version("0.9.0")):
        assert fates(with_control_plane(release, address=V6, vip_cidr=setting)) == [(Outcome.BOUND, None)]


def test_f4() -> None:
    address = f"{V6},{V4}"
    for release, outcome in (
        ("0.8.4", Outcome.BOUND),
        ("0.8.5", Outcome.CRASH),
        ("0.8.10", Outcome.PANIC),
        ("0.9.0", Outcome.STOPS),
        ("1.0.0", Outcome.STOPS),
        ("1.0.1", Outcome.BOUND),
    ):
        v6, v4 = vips(with_control_plane(release, address=address), ())
        assert v4.outcome is outcome
        assert v6.outcome is Outcome.BOUND
        if outcome is not Outcome.BOUND:
            assert v4.derived_from is not None
            assert (v4.applied, v4.element) == ("128,32", "128")
            # The first derived element stands for the first item of the address.
            assert v4.element_span == v4.derived_from.part(0, len(V6))


def test_f4_three_addresses() -> None:
    address = f"10.0.0.1,10.0.0.2,{V6}"
    for release in ends("0.9.0", "1.0.0"):
        found = vips(with_control_plane(release, address=address), ())
        assert [(vip.outcome, vip.fault) for vip in found] == [(Outcome.STOPS, Fault.TOO_MANY_ITEMS)] * 3
    assert [vip.prefix for vip in vips(with_control_plane("1.0.1", address=address), ())] == [32, 32, 128]
    assert [vip.prefix for vip in vips(with_control_plane("0.8.5", address=address), ())] == [32, 32, 32]


def test_f6() -> None:
    silent = [(Outcome.NOT_ANNOUNCED, Fault.NO_PREFIX)]
    for release in ends("0.8.1", "0.8.2"):
        assert fates(with_control_plane(release, "bgp_enable", address=V4)) == silent
        assert fates(services_only(release, "bgp_enable"), WEB4) == silent
    assert fates(with_control_plane("0.8.0", "bgp_enable", address=V4)) == [(Outcome.BOUND, None)]
    for release in ends("0.8.3", "0.8.10"):
        assert fates(with_control_plane(release, "bgp_enable", address=V4)) == [(Outcome.BOUND, None)]
        assert fates(with_control_plane(release, "bgp_enable", vip_address=V4)) == silent
        assert fates(services_only(release, "bgp_enable"), WEB4) == silent
    elected = services_only("0.8.5", "bgp_enable", svc_election="true")
    assert fates(elected, WEB4) == [(Outcome.BOUND, None)]
    assert fates(services_only("0.8.4", "bgp_enable", svc_election="true"), WEB4) == silent
    assert fates(services_only("0.9.0", "bgp_enable"), WEB4) == [(Outcome.BOUND, None)]


def test_f7() -> None:
    silent = [(Outcome.NOT_ANNOUNCED, Fault.LIST_IN_BGP)] * 2
    for release in ends("0.7.0", "0.8.10"):
        assert fates(with_control_plane(release, "bgp_enable", address=BOTH, vip_cidr="32,128")) == silent
    for release in ends("0.8.3", "0.8.10"):
        assert fates(with_control_plane(release, "bgp_enable", address=BOTH)) == silent
    assert fates(with_control_plane("0.9.0", "bgp_enable", address=BOTH)) == [(Outcome.BOUND, None)] * 2


def test_f8() -> None:
    for release in ends("0.9.0", "1.2.3"):
        (vip,) = vips(with_control_plane(release, address=V4, vip_cidr="24"), ())
        assert (vip.prefix, vip.variable, vip.setting) == (32, "vip_subnet", None)


@pytest.mark.parametrize("setting", ["24", "32"])
def test_f9(setting: str) -> None:
    for release in (*ends("0.5.12", "0.8.10"), version("0.6.4"), version("0.8.4")):
        for mode in ("vip_arp", "vip_routingtable", "bgp_enable"):
            subject = services_only(release, mode, vip_subnet=setting, vip_cidr="32")
            (vip,) = vips(subject, WEB4)
            assert (vip.outcome, vip.fault, vip.variable) == (
                Outcome.NOT_CONFIGURED,
                Fault.NO_SLASH,
                "vip_subnet",
            )
    assert fates(with_control_plane("0.5.5", address=V4, vip_subnet=setting)) == [(Outcome.BOUND, None)]
    assert fates(services_only("0.9.0", vip_subnet=setting), WEB4) == [(Outcome.BOUND, None)]


def test_f10() -> None:
    for release in ends("0.9.0", "1.2.3"):
        assert fates(with_control_plane(release, address=V4, vip_subnet="/24")) == [(Outcome.STOPS, Fault.SLASH)]
        assert fates(services_only(release, vip_subnet="/24"), WEB) == [
            (Outcome.NOT_CONFIGURED, Fault.SLASH),
            (Outcome.BOUND, None),
        ]


def test_f11() -> None:
    stops = [(Outcome.STOPS, Fault.NO_PREFIX)]
    for release in (*ends("0.8.5", "0.8.10"), *ends("0.9.0", "1.2.3")):
        assert fates(with_control_plane(release, vip_address=V4)) == stops
    assert fates(with_control_plane("0.8.4", vip_address=V4)) == [(Outcome.BOUND, None)]
    assert fates(with_control_plane("0.8.10", "vip_routingtable", vip_address=V4)) == [(Outcome.BOUND, None)]
    assert fates(with_control_plane("0.9.0", "vip_wireguard", vip_address=V4)) == []


def test_f15() -> None:
    name = "k8s.example.com"
    for release in ends("0.8.3", "0.8.9"):
        for mode in ("vip_arp", "bgp_enable", "vip_routingtable"):
            found = refusal(with_control_plane(release, mode, address=name))
            assert found is not None
            assert found[0] is Fault.NOT_DERIVED
            assert fates(with_control_plane(release, mode, address=name), WEB4) == [(Outcome.STOPS, Fault.NOT_DERIVED)]
        assert refusal(with_control_plane(release, address=name, vip_cidr="32")) is None
    assert refusal(with_control_plane(before("0.8.3"), address=name)) is None
    assert refusal(with_control_plane("0.8.10", address=name)) is None


# --- 5.7 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", [*ends("0.8.5", "0.8.10"), version("0.8.4"), version("0.9.0"), version("1.2.3")])
def test_a_lone_32_serves_services_of_both_families(release: Version) -> None:
    assert [vip.prefix for vip in vips(services_only(release, vip_cidr="32"), WEB)] == [32, 128]
    assert {fault for _, fault in fates(services_only(release, vip_cidr="32"), WEB)} == {None}


@pytest.mark.parametrize("release", RELEASES[RELEASES.index(version("0.5.12")) :])
@pytest.mark.parametrize("mode", ["vip_arp", "bgp_enable", "vip_routingtable"])
def test_a_lone_128_is_right_for_ipv6_alone(mode: str, release: Version) -> None:
    subject = with_control_plane(release, mode, address=V6, vip_cidr="128")
    assert {fault for _, fault in fates(subject, WEB6)} == {None}


@pytest.mark.parametrize("release", ends("0.9.0", "1.2.3"))
def test_the_charts_default_without_a_control_plane(release: Version) -> None:
    found = vips(services_only(release, vip_subnet="32", cp_enable="false"), WEB)
    assert [(vip.family, vip.prefix, vip.fault) for vip in found] == [
        (Family.IPV4, 32, None),
        (Family.IPV6, 128, None),
    ]


def test_empty_addresses_are_unset() -> None:
    assert survey(with_control_plane("1.0.4", address="", vip_address=""), ()) == ((), ())


@pytest.mark.parametrize("release", [*ends("0.8.5", "0.8.10"), version("1.2.3")])
def test_families_may_differ_where_prefixes_fit(release: Version) -> None:
    name = "vip_subnet" if release >= version("0.9.0") else "vip_cidr"
    for own, other in ((V6, WEB4), (V4, WEB6)):
        found: tuple[Vip, ...] = vips(with_control_plane(release, address=own, **{name: "32,128"}), other)
        assert [vip.fault for vip in found] == [None, None]
