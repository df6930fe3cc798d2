"""Modes together, node labels, IPVS and duplicate addresses, cell by cell."""

import pytest

from famlint.behaviours.kube_vip import RELEASES, Mode
from famlint.behaviours.kube_vip_modes import (
    Ipvs,
    bad_service_labels,
    balanced_ipv6,
    detected_twice,
    own_bad_label,
    several_modes,
)
from famlint.components.service import Service
from famlint.network.versions import Version, band
from famlint.unknown import Unknown
from tests.behaviours.kube_vips import BOTH, V4, V6, kube_vip, link
from tests.rules.made_services import asking

LABELS = {"vip_arp": "true", "svc_enable": "true", "enable_node_labeling": "true"}
BALANCES = {"vip_arp": "true", "cp_enable": "true", "lb_enable": "true"}
ECMP = {"vip_routingtable": "true", "cp_enable": "true", "vip_interface": "eth0", "address": V6}
TWO = "10.0.0.20,10.0.0.21"


class TestModes:
    @pytest.mark.parametrize(
        ("release", "on", "started"),
        [
            ("0.5.0", "vip_arp bgp_enable", Mode.BGP),
            ("1.0.4", "vip_arp vip_wireguard vip_routingtable", Mode.ARP),
            ("1.0.4", "vip_wireguard vip_routingtable", Mode.WIREGUARD),
            ("1.1.0", "vip_arp bgp_enable", Mode.ARP),
            ("1.2.1", "bgp_enable vip_routingtable", Mode.BGP),
            ("1.2.1", "vip_wireguard vip_routingtable", Mode.TABLE),
            ("1.2.2", "vip_arp bgp_enable", None),
            ("1.9.0", "vip_arp bgp_enable", None),
        ],
    )
    def test_several(self, release: str, on: str, started: Mode | None) -> None:
        several = several_modes(kube_vip(release, **dict.fromkeys(on.split(), "true")))
        assert several is not None
        assert several.started is started
        assert {switch.mode.value for switch in several.switches} == set(on.split())

    @pytest.mark.parametrize("settings", [{}, {"vip_arp": "true"}, {"vip_arp": "true", "bgp_enable": "false"}])
    def test_not_several(self, settings: dict[str, str]) -> None:
        assert several_modes(kube_vip("1.2.3", **settings)) is None

    def test_unknown(self) -> None:
        with pytest.raises(Unknown):
            several_modes(kube_vip("1.2.3", vip_arp="true", unknown=["bgp_enable"]))


class TestOwnLabel:
    @pytest.mark.parametrize("release", RELEASES, ids=str)
    @pytest.mark.parametrize(
        ("address", "releases"),
        [(V4, ""), ("vip.example.com", ""), (V6, "0.6.3-1.1.2"), (BOTH, "0.6.3-1.2.3"), (TWO, "0.6.3-1.2.3")],
    )
    def test_releases(self, release: Version, address: str, releases: str) -> None:
        label = own_bad_label(kube_vip(release, **LABELS, address=address))
        hit = bool(releases) and release in band(releases)
        assert (label is not None) is hit
        if label is not None:
            assert label.character == ("," if "," in address else ":")

    @pytest.mark.parametrize(
        "settings",
        [
            {"enable_node_labeling": "false"},
            {"svc_enable": "false"},
            {"vip_arp": "false", "bgp_enable": "true"},
            {"svc_election": "true"},
            {"address": "", "vip_address": BOTH},
        ],
    )
    def test_where_it_is_not_written(self, settings: dict[str, str]) -> None:
        assert own_bad_label(kube_vip("1.0.4", **LABELS | {"address": BOTH} | settings)) is None


class TestServiceLabels:
    @pytest.mark.parametrize("release", RELEASES, ids=str)
    @pytest.mark.parametrize(
        ("service", "releases"),
        [
            (asking(V4), ""),
            (asking(V6), "1.0.1"),
            (asking(BOTH), "1.0.1-1.2.3"),
            (asking(TWO), "1.0.1-1.2.3"),
            (asking(), ""),
            (asking(policy="RequireDualStack"), ""),
            (asking(BOTH, ignore="true"), ""),
        ],
    )
    def test_releases(self, release: Version, service: Service, releases: str) -> None:
        labels, missing = bad_service_labels(kube_vip(release, **LABELS), (link(service),))
        assert bool(labels) is (bool(releases) and release in band(releases))
        assert missing is None

    @pytest.mark.parametrize("off", ["enable_node_labeling", "svc_enable"])
    def test_off(self, off: str) -> None:
        assert bad_service_labels(kube_vip("1.2.3", **LABELS | {off: "false"}), (link(asking(BOTH)),)) == ((), None)

    def test_an_unknown_service_does_not_hide_another(self) -> None:
        hidden = asking(unknown=["annotations.kube-vip.io/loadbalancerIPs"])
        labels, missing = bad_service_labels(kube_vip("1.2.3", **LABELS), (link(hidden), link(asking(BOTH))))
        assert [label.text for label in labels] == [BOTH]
        assert isinstance(missing, Unknown)


class TestIpvs:
    @pytest.mark.parametrize("release", RELEASES, ids=str)
    def test_releases(self, release: Version) -> None:
        balanced = balanced_ipv6(kube_vip(release, **BALANCES, address=V6))
        fate = balanced.fate if balanced else None
        if release in band("0.5.0-0.5.12"):
            assert fate is Ipvs.INERT
        elif release in band("0.6.0-0.7.2"):
            assert fate is Ipvs.ENDS
        else:
            assert fate is None

    def test_only_the_ipv6_one_of_a_list(self) -> None:
        balanced = balanced_ipv6(kube_vip("0.7.2", **BALANCES, address=BOTH))
        assert balanced is not None
        assert [item.text for item in balanced.items] == [V6]

    @pytest.mark.parametrize(
        "settings",
        [
            {"address": V4},
            {"address": "vip.example.com"},
            {"address": ""},
            {"cp_enable": "false"},
            {"lb_enable": "false"},
            {"lb_enable": ""},
            {"vip_arp": "false", "vip_wireguard": "true"},
        ],
    )
    def test_silent(self, settings: dict[str, str]) -> None:
        assert balanced_ipv6(kube_vip("0.7.2", **BALANCES | {"address": V6} | settings)) is None

    def test_the_deprecated_variable(self) -> None:
        assert balanced_ipv6(kube_vip("0.7.2", **BALANCES, vip_address=V6)) is not None


class TestDuplicates:
    @pytest.mark.parametrize(("release", "hit"), [("1.2.2", False), ("1.2.3", True), ("1.9.0", True)])
    def test_releases(self, release: str, hit: bool) -> None:
        assert bool(detected_twice(kube_vip(release, **ECMP))) is hit

    @pytest.mark.parametrize(
        "settings",
        [
            {"address": V4},
            {"vip_interface": "lo"},
            {"vip_interface": ""},
            {"vip_skipdad": "true"},
            {"vip_skipdad": "false"},
            {"vip_leaderelection": "true"},
            {"cp_enable": "false"},
            {"vip_routingtable": "false", "vip_arp": "true"},
        ],
    )
    def test_silent(self, settings: dict[str, str]) -> None:
        assert detected_twice(kube_vip("1.2.3", **ECMP | settings)) == ()

    def test_services_may_elect(self) -> None:
        assert detected_twice(kube_vip("1.2.3", **ECMP, svc_enable="true", svc_election="true"))
