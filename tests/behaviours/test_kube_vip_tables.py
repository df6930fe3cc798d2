"""The decision tables of the ground truth, section 2, typed by hand: each cell at both ends of its band.

A cell is a prefix length, or: crash (panic), stops (start-up fails), none (never configured), silent (not
announced), nic (the NIC decides), - (no such case).
"""

from typing import TypeAlias

import pytest

from famlint.behaviours.kube_vip import Fault, Mode, Outcome, Role, derive, service_vip, steering, vips
from famlint.components.kube_vip import KubeVip
from famlint.network.addresses import Family
from famlint.network.versions import Version
from famlint.unknown import Unknown
from tests.behaviours.kube_vips import BOTH, SERVICES, V4, V6, ends, kube_vip, link, service, version

Cell: TypeAlias = int | str
WORDS = {
    Outcome.CRASH: "crash",
    Outcome.PANIC: "panic",
    Outcome.STOPS: "stops",
    Outcome.NOT_CONFIGURED: "none",
    Outcome.NOT_ANNOUNCED: "silent",
    Outcome.ROUTE_REJECTED: "rejected",
}


def cells(subject: KubeVip, role: Role) -> dict[Family, Cell]:
    """The fate of each VIP of a role."""
    return {
        vip.family: WORDS.get(vip.outcome) or ("nic" if vip.prefix is None else vip.prefix)
        for vip in vips(subject, SERVICES)
        if vip.role is role
    }


def control_plane(release: Version, mode: str, address: str = BOTH, **variables: str) -> tuple[Cell, Cell]:
    subject = kube_vip(release, **{mode: "true", "cp_enable": "true", "address": address, **variables})
    found = cells(subject, Role.CONTROL_PLANE)
    return found.get(Family.IPV4, "-"), found.get(Family.IPV6, "-")


def services(release: Version, mode: str, **variables: str) -> tuple[Cell, Cell]:
    subject = kube_vip(release, **{mode: "true", "svc_enable": "true", **variables})
    found = cells(subject, Role.SERVICE)
    return found.get(Family.IPV4, "-"), found.get(Family.IPV6, "-")


# --- 2.3: vip_subnet appended as text, 0.5.6-0.8.4, table mode to 0.8.10 --------------------------------------

APPENDED = [
    # value, IPv4, IPv6
    ("", 32, 128),
    ("/24", 24, 24),
    ("/64", "bad", 64),
    ("24", "bad", "bad"),
    ("32", "bad", "bad"),
    ("64", "bad", "bad"),
    ("/24,/64", "bad", "bad"),
    ("/24,64", "bad", "bad"),
]


@pytest.mark.parametrize(("setting", "v4", "v6"), APPENDED)
@pytest.mark.parametrize("release", [*ends("0.7.0", "0.8.4"), version("0.5.12"), version("0.6.4")])
def test_appended_in_arp_mode(release: Version, setting: str, v4: Cell, v6: Cell) -> None:
    fails = {"bad": "stops"}
    for address, expected in ((V4, v4), (V6, v6)):
        found = control_plane(release, "vip_arp", address, vip_subnet=setting)
        assert found[address is V6] == fails.get(str(expected), expected)
    for address, expected in (("192.0.2.20", v4), ("2001:db8::20", v6)):
        subject = kube_vip(release, vip_arp="true", svc_enable="true", vip_subnet=setting)
        (vip,) = vips(subject, [link(service(ips=address))])
        assert (WORDS.get(vip.outcome) or vip.prefix) == {"bad": "none"}.get(str(expected), expected)


@pytest.mark.parametrize(("setting", "v4", "v6"), APPENDED)
def test_appended_from_the_first_release_on(setting: str, v4: Cell, v6: Cell) -> None:
    found = control_plane(version("0.5.6"), "vip_arp", V4, vip_subnet=setting)
    assert found[0] == {"bad": "stops"}.get(str(v4), v4)
    found = control_plane(version("0.5.6"), "vip_arp", V6, vip_subnet=setting)
    assert found[1] == {"bad": "stops"}.get(str(v6), v6)
    assert control_plane(version("0.5.5"), "vip_arp", V4, vip_subnet=setting) == (32, "-")
    assert control_plane(version("0.5.5"), "vip_arp", V6, vip_subnet=setting) == ("-", 128)


@pytest.mark.parametrize(("setting", "v4", "v6"), APPENDED)
@pytest.mark.parametrize("release", ends("0.7.0", "0.8.10"))
def test_appended_in_table_mode(release: Version, setting: str, v4: Cell, v6: Cell) -> None:
    fails = {"bad": "stops", "24": "rejected"}
    assert control_plane(release, "vip_routingtable", V4, vip_subnet=setting)[0] == fails.get(str(v4), v4)
    expected = {"bad": "stops"}.get(str(v6), v6)
    assert control_plane(release, "vip_routingtable", V6, vip_subnet=setting)[1] == expected


def test_the_flag_is_read_before_the_variable() -> None:
    subject = kube_vip("0.5.0", flags=["vip_subnet"], vip_arp="true", cp_enable="true", address=V4, vip_subnet="/24")
    assert [vip.prefix for vip in vips(subject, ())] == [24]


@pytest.mark.parametrize("release", ends("0.8.5", "0.8.10"))
def test_an_appended_subnet_must_parse_although_the_mask_replaces_it(release: Version) -> None:
    assert control_plane(release, "vip_arp", vip_subnet="24") == ("stops", "stops")
    assert control_plane(release, "vip_arp", vip_subnet="/24") == (32, 128)
    assert services(release, "vip_arp", vip_subnet="24") == ("none", "none")
    assert services(release, "bgp_enable", vip_subnet="32", vip_cidr="32") == ("none", "none")


# --- 2.4: vip_cidr in ARP mode, 0.8.5-0.8.10 -------------------------------------------------------------------

MASKED = [
    # value, CP v4, CP v6, SVC v4, SVC v6
    ("32", 32, 32, 32, 128),
    ("24", 24, 24, 24, 128),
    ("64", "crash", 64, "crash", 128),
    ("128", "crash", 128, "crash", 128),
    ("33", "crash", 33, "crash", 128),
    ("32,128", 32, 128, 32, 128),
    ("24,64", 24, 64, 24, 64),
    ("24, 64", 24, 64, 24, 64),
    ("128,32", "crash", 32, "crash", 32),
    ("32,32,128", 32, 32, 32, 32),
    ("32,", 32, "stops", 32, "stops"),
    (",128", "stops", 128, 32, 128),
    ("/24", "stops", "stops", "stops", 128),
    ("auto", "stops", "stops", "nic", 128),
    ("auto,auto", "stops", "stops", "nic", "nic"),
]


@pytest.mark.parametrize(("setting", "cp_v4", "cp_v6", "svc_v4", "svc_v6"), MASKED)
@pytest.mark.parametrize("release", [*ends("0.8.5", "0.8.9"), version("0.8.10")])
def test_masked(release: Version, setting: str, cp_v4: Cell, cp_v6: Cell, svc_v4: Cell, svc_v6: Cell) -> None:
    if release == version("0.8.10"):
        cp_v4, svc_v4 = ("panic" if cell == "crash" else cell for cell in (cp_v4, svc_v4))
    assert control_plane(release, "vip_arp", vip_cidr=setting) == (cp_v4, cp_v6)
    assert services(release, "vip_arp", vip_cidr=setting) == (svc_v4, svc_v6)


@pytest.mark.parametrize(("setting", "cp_v4", "cp_v6", "svc_v4", "svc_v6"), MASKED)
def test_vip_cidr_does_nothing_in_arp_mode_outside(
    setting: str, cp_v4: Cell, cp_v6: Cell, svc_v4: Cell, svc_v6: Cell
) -> None:
    del cp_v4, cp_v6, svc_v4, svc_v6
    for release in (version("0.8.4"), version("0.9.0")):
        assert control_plane(release, "vip_arp", vip_cidr=setting) == (32, 128)
        assert services(release, "vip_arp", vip_cidr=setting) == (32, 128)


@pytest.mark.parametrize("release", ends("0.8.5", "0.8.10"))
def test_masked_without_any_prefix(release: Version) -> None:
    assert control_plane(release, "vip_arp", "", vip_address=BOTH) == ("stops", "stops")
    assert services(release, "vip_arp") == (32, 128)


@pytest.mark.parametrize(("release", "fate"), [("0.8.5", 0), ("0.8.9", 0), ("0.8.10", "panic")])
def test_masked_above_128(release: str, fate: Cell) -> None:
    assert control_plane(version(release), "vip_arp", vip_cidr="32,129") == (32, fate)
    assert services(version(release), "vip_arp", vip_cidr="32,129") == (32, fate)
    (vip,) = vips(kube_vip(release, vip_arp="true", cp_enable="true", address=V6, vip_cidr="129"), ())
    assert vip.fault is Fault.TOO_LONG_FOR_IPV6


# --- 2.5: vip_cidr in BGP mode, 0.5.0-0.8.10 -------------------------------------------------------------------

ANNOUNCED = [
    # value, IPv4, IPv6
    ("0", 32, 128),
    ("24", 32, 128),
    ("32", 32, 128),
    ("33", "silent", 128),
    ("64", "silent", 128),
    ("128", "silent", 128),
    ("129", "silent", "silent"),
    ("32,128", "silent", "silent"),
    ("24,64", "silent", "silent"),
    ("/24", "silent", "silent"),
]


@pytest.mark.parametrize(("setting", "v4", "v6"), ANNOUNCED)
@pytest.mark.parametrize("release", [*ends("0.7.0", "0.8.10"), version("0.8.4"), version("0.8.5")])
def test_announced(release: Version, setting: str, v4: Cell, v6: Cell) -> None:
    assert control_plane(release, "bgp_enable", vip_cidr=setting) == (v4, v6)
    assert services(release, "bgp_enable", vip_cidr=setting) == (v4, v6)


@pytest.mark.parametrize(("setting", "v4", "v6"), ANNOUNCED)
def test_announced_with_one_address(setting: str, v4: Cell, v6: Cell) -> None:
    assert control_plane(version("0.5.0"), "bgp_enable", V4, vip_cidr=setting) == (v4, "-")
    assert control_plane(version("0.5.7"), "bgp_enable", V6, vip_cidr=setting) == ("-", "silent")
    assert control_plane(version("0.5.8"), "bgp_enable", V6, vip_cidr=setting) == ("-", v6)


@pytest.mark.parametrize(("setting", "v4", "v6"), ANNOUNCED)
def test_vip_cidr_does_nothing_in_bgp_mode_from_0_9_0_on(setting: str, v4: Cell, v6: Cell) -> None:
    del v4, v6
    assert control_plane(version("0.9.0"), "bgp_enable", vip_cidr=setting) == (32, 128)


@pytest.mark.parametrize(
    ("release", "setting", "expected"),
    [
        ("0.8.4", "32,128", ("silent", "silent")),
        ("0.8.5", "32,128", (32, 128)),
        ("0.8.10", "32,128", (32, 128)),
        ("0.8.10", "32", (32, 128)),
        ("0.8.10", "", (32, 128)),
        ("0.8.4", "", ("silent", "silent")),
    ],
)
def test_services_with_election_use_an_element_per_family(
    release: str, setting: str, expected: tuple[Cell, Cell]
) -> None:
    for switch in ("svc_election", "vip_leaderelection"):
        found = services(version(release), "bgp_enable", vip_cidr=setting, **{switch: "true"})
        assert found == expected


# --- 2.6: vip_subnet as a list, 0.9.0-1.2.3 --------------------------------------------------------------------

LISTED = [
    # value, CP v4, CP v6, SVC v4, SVC v6
    ("32", 32, 32, 32, 128),
    ("24", 24, 24, 24, 128),
    ("64", "stops", 64, "none", 128),
    ("128", "stops", 128, "none", 128),
    ("32,128", 32, 128, 32, 128),
    ("24,64", 24, 64, 24, 64),
    ("24, 64", 24, "stops", 24, 64),
    ("128,32", "stops", 32, "none", 32),
    ("64,24", "stops", 24, "none", 24),
    ("/24", "stops", "stops", "none", 128),
    ("10.0.0.0/24", "stops", "stops", "none", 128),
    ("32,", 32, "stops", 32, 128),
    (",128", "stops", 128, 32, 128),
    ("32,128,32", "stops", "stops", 32, 128),
    ("24,64,1,2", "stops", "stops", 24, 64),
    ("auto", "stops", "stops", "nic", 128),
    ("auto,auto", "stops", "stops", "nic", "nic"),
    ("33", "stops", 33, "none", 128),
    ("32,129", 32, "stops", 32, "none"),
]


@pytest.mark.parametrize(("setting", "cp_v4", "cp_v6", "svc_v4", "svc_v6"), LISTED)
@pytest.mark.parametrize("release", [*ends("0.9.0", "1.2.3"), version("1.0.1")])
@pytest.mark.parametrize("mode", ["vip_arp", "bgp_enable"])
def test_listed(
    mode: str, release: Version, setting: str, cp_v4: Cell, cp_v6: Cell, svc_v4: Cell, svc_v6: Cell
) -> None:
    assert control_plane(release, mode, vip_subnet=setting) == (cp_v4, cp_v6)
    if mode == "vip_arp" or "auto" not in setting:
        assert services(release, mode, vip_subnet=setting) == (svc_v4, svc_v6)
    else:
        assert services(release, mode, vip_subnet=setting) == ("stops", "stops")


@pytest.mark.parametrize(("setting", "cp_v4", "cp_v6", "svc_v4", "svc_v6"), LISTED)
def test_a_list_is_no_subnet_before_0_9_0(setting: str, cp_v4: Cell, cp_v6: Cell, svc_v4: Cell, svc_v6: Cell) -> None:
    del cp_v4, cp_v6, svc_v4, svc_v6
    if setting == "/24":
        assert control_plane(version("0.8.10"), "vip_arp", vip_subnet=setting) == (32, 128)
    else:
        assert control_plane(version("0.8.10"), "vip_arp", vip_subnet=setting) == ("stops", "stops")


@pytest.mark.parametrize("release", ends("0.9.0", "1.2.3"))
@pytest.mark.parametrize("mode", ["vip_arp", "bgp_enable", "vip_routingtable"])
def test_listed_without_any_prefix(mode: str, release: Version) -> None:
    assert control_plane(release, mode) == (32, 128)
    assert control_plane(release, mode, "", vip_address=BOTH) == ("stops", "stops")
    assert services(release, mode) == (32, 128)
    assert services(release, mode, vip_address=BOTH) == (32, 128)
    assert services(release, mode, address=V6) == ("none", 128)
    assert services(release, mode, address=BOTH) == (32, 128)
    assert services(release, mode, address=V4) == (32, 128)


@pytest.mark.parametrize(("setting", "cp_v4", "cp_v6", "svc_v4", "svc_v6"), LISTED)
def test_wireguard_has_the_service_columns_only(
    setting: str, cp_v4: Cell, cp_v6: Cell, svc_v4: Cell, svc_v6: Cell
) -> None:
    del cp_v4, cp_v6
    release = version("1.2.3")
    assert control_plane(release, "vip_wireguard", vip_subnet=setting) == ("-", "-")
    if "auto" not in setting:
        assert services(release, "vip_wireguard", vip_subnet=setting) == (svc_v4, svc_v6)


@pytest.mark.parametrize("release", ends("0.9.0", "1.2.3"))
def test_routes_need_host_prefixes(release: Version) -> None:
    assert services(release, "vip_routingtable", vip_subnet="24") == ("rejected", 128)
    assert services(release, "vip_routingtable", vip_subnet="32,64") == (32, 64)
    assert services(release, "vip_routingtable", vip_subnet="32,128") == (32, 128)
    assert control_plane(release, "vip_routingtable", "10.0.0.0", vip_subnet="24") == (24, "-")
    subject = kube_vip(release, vip_routingtable="true", cp_enable="true", address=V6, vip_subnet="64")
    assert [vip.fault for vip in vips(subject, ())] == [Fault.WHOLE_PREFIX]


def test_auto_and_an_address_for_the_control_plane() -> None:
    assert services(version("1.2.3"), "vip_arp", vip_subnet="auto", vip_address=V4) == ("none", "none")
    assert services(version("1.2.3"), "vip_arp", vip_subnet="24,auto", address=V4) == ("stops", "stops")
    assert services(version("0.8.4"), "vip_routingtable", vip_cidr="auto") == (32, 128)
    assert services(version("0.8.5"), "vip_routingtable", vip_cidr="auto") == ("stops", "stops")


# --- 2.2: the default when nothing is set ----------------------------------------------------------------------

DERIVED = [
    # release, address, derived text; None: start-up fails, "?": DNS decides
    ("0.8.3", V4, "32"),
    ("0.8.10", V6, "128"),
    ("0.8.5", BOTH, "32,128"),
    ("0.8.5", f"{V6},{V4}", "128,32"),
    ("1.0.0", f"{V6},{V4}", "128,32"),
    ("1.0.1", f"{V6},{V4}", "32,128"),
    ("1.2.3", f"{V6},{V4}", "32,128"),
    ("1.0.0", "10.0.0.1,10.0.0.2", "32,32"),
    ("1.0.1", "10.0.0.1,10.0.0.2", "32"),
    ("1.0.0", f"10.0.0.1,10.0.0.2,{V6}", "32,32,128"),
    ("1.0.1", f"10.0.0.1,10.0.0.2,{V6}", "32,128"),
    ("0.8.3", f"{V4}, {V6}", None),
    ("1.2.3", f"{V4}, {V6}", None),
    ("0.8.9", "k8s.example.com", None),
    ("0.8.10", "k8s.example.com", "?"),
    ("1.2.3", "k8s.example.com", "?"),
    ("1.2.3", f"{V4},", None),
    ("1.2.3", "10.0.0.1/32", None),
]


@pytest.mark.parametrize(("release", "address", "text"), DERIVED)
def test_derived(release: str, address: str, text: str | None) -> None:
    found = derive(version(release), address)
    assert (found.fails is None) == (text is not None)
    assert found.text == (None if text == "?" else text)


def test_defaults_before_the_derivation() -> None:
    for release, text in (("0.5.0", "32"), ("0.8.0", "32"), ("0.8.1", ""), ("0.8.2", "")):
        found = steering(kube_vip(release, bgp_enable="true", address=V6))
        assert found is not None
        assert (found.variable, found.text, found.setting, found.derived_from) == ("vip_cidr", text, None, None)


# --- 2.1: which input decides ----------------------------------------------------------------------------------

STEERS = [
    # release, ARP, BGP, table
    ("0.5.0", None, "vip_cidr", None),
    ("0.5.5", None, "vip_cidr", None),
    ("0.5.6", "vip_subnet", "vip_cidr", "vip_subnet"),
    ("0.8.4", "vip_subnet", "vip_cidr", "vip_subnet"),
    ("0.8.5", "vip_cidr", "vip_cidr", "vip_subnet"),
    ("0.8.10", "vip_cidr", "vip_cidr", "vip_subnet"),
    ("0.9.0", "vip_subnet", "vip_subnet", "vip_subnet"),
    ("1.2.3", "vip_subnet", "vip_subnet", "vip_subnet"),
]


@pytest.mark.parametrize(("release", "arp", "bgp", "table"), STEERS)
def test_which_variable_steers(release: str, arp: str | None, bgp: str | None, table: str | None) -> None:
    for mode, variable in ((Mode.ARP, arp), (Mode.BGP, bgp), (Mode.TABLE, table)):
        found = steering(kube_vip(release, **{mode.value: "true"}))
        assert (found.variable if found else None) == variable


def test_several_modes() -> None:
    on = {"vip_arp": "true", "bgp_enable": "true", "svc_enable": "true", "vip_subnet": "24"}
    for release in ("0.8.10", "0.5.0"):
        with pytest.raises(Unknown):
            vips(kube_vip(release, **on), SERVICES)
    assert services(version("1.2.1"), "vip_arp", bgp_enable="true", vip_subnet="24") == (24, 128)
    refused = vips(kube_vip("1.2.2", **on), SERVICES)
    assert {(vip.outcome, vip.fault) for vip in refused} == {(Outcome.STOPS, Fault.MODES)}
    none = {"svc_enable": "true", "cp_enable": "true", "address": V4}
    assert vips(kube_vip("1.2.1", **none), SERVICES) == ()
    assert {vip.fault for vip in vips(kube_vip("1.2.2", **none), SERVICES)} == {Fault.MODES}


def test_a_service_of_a_known_family_only() -> None:
    subject = kube_vip("0.8.9", vip_arp="true", svc_enable="true", vip_cidr="128")
    assert service_vip(subject, Family.IPV4).outcome is Outcome.CRASH
    assert service_vip(subject, Family.IPV6).prefix == 128
