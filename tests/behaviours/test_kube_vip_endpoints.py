"""Which endpoints each release reads, and what follows for Services, cell by cell."""

import pytest

from famlint.behaviours.kube_vip import RELEASES
from famlint.behaviours.kube_vip_endpoints import (
    dual_stack_cluster,
    is_dual_stack,
    keeps_slices_apart,
    missing_route,
    mixes_families,
    reads_slices,
    reported_services,
    unread_switches,
)
from famlint.clusters import Known, Link
from famlint.components.service import Service
from famlint.network.versions import Version, band
from famlint.unknown import Unknown
from tests.behaviours.kube_vips import BOTH, V4, after, before, kube_vip, link, version
from tests.rules.made_services import asking

TABLE = {"vip_routingtable": "true", "svc_enable": "true"}
WIREGUARD = {"vip_wireguard": "true", "svc_enable": "true"}
ARP = {"vip_arp": "true", "svc_enable": "true"}
DUAL = asking(BOTH, policy="RequireDualStack", families=("IPv4", "IPv6"))
SINGLE = asking(V4, families=("IPv4",))


@pytest.mark.parametrize("release", RELEASES, ids=str)
@pytest.mark.parametrize("old", ["", "true", "false"])
@pytest.mark.parametrize("new", ["", "true", "false"])
def test_what_is_read(release: Version, old: str, new: str) -> None:
    by_default, by_option = release in band("1.0.0-"), release in band("0.7.0-0.9.2")
    expected = new != "true" if by_default else by_option and old == "true"
    assert reads_slices(kube_vip(release, enable_endpointslices=old, enable_endpoints=new)) is expected


class TestUnreadSwitches:
    @pytest.mark.parametrize(
        ("release", "settings", "expected"),
        [
            # variable, the switch that is read, EndpointSlices in use, harmless
            ("0.6.4", {"enable_endpointslices": "true"}, ("enable_endpointslices", "", False, False)),
            ("0.6.4", {"enable_endpointslices": "false"}, ("enable_endpointslices", "", False, True)),
            ("0.6.4", {"enable_endpoints": "true"}, ("enable_endpoints", "", False, True)),
            ("0.7.0", {"enable_endpoints": "false"}, ("enable_endpoints", "enable_endpointslices", False, False)),
            ("0.9.2", {"enable_endpoints": "false"}, ("enable_endpoints", "enable_endpointslices", False, False)),
            ("0.9.2", {"enable_endpoints": "true"}, ("enable_endpoints", "enable_endpointslices", False, True)),
            ("1.0.0", {"enable_endpointslices": "false"}, ("enable_endpointslices", "enable_endpoints", True, False)),
            ("1.2.3", {"enable_endpointslices": "false"}, ("enable_endpointslices", "enable_endpoints", True, False)),
            ("1.2.3", {"enable_endpointslices": "true"}, ("enable_endpointslices", "enable_endpoints", True, True)),
            ("1.2.3", {"enable_endpointslices": "perhaps"}, ("enable_endpointslices", "enable_endpoints", True, False)),
        ],
    )
    def test_one(self, release: str, settings: dict[str, str], expected: tuple[str, str, bool, bool]) -> None:
        (switch,) = unread_switches(kube_vip(release, **ARP, **settings))
        assert (switch.variable, switch.reads, switch.slices, switch.harmless) == expected
        assert switch.value.text == settings[switch.variable]

    @pytest.mark.parametrize(
        ("release", "settings"),
        [
            ("0.7.0", {"enable_endpointslices": "true"}),
            ("0.9.2", {"enable_endpointslices": "false"}),
            ("1.0.0", {"enable_endpoints": "true"}),
            ("1.2.3", {}),
        ],
    )
    def test_none(self, release: str, settings: dict[str, str]) -> None:
        assert tuple(unread_switches(kube_vip(release, **ARP, **settings))) == ()

    def test_both_of_them_in_any_release(self) -> None:
        both = {"enable_endpointslices": "false", "enable_endpoints": "true"}
        for release in ("0.8.9", "1.2.3"):
            (switch,) = unread_switches(kube_vip(release, **ARP, **both))
            assert switch.harmless
        assert len(tuple(unread_switches(kube_vip("0.6.4", **ARP, **both)))) == 2

    def test_without_services_nothing_depends_on_it(self) -> None:
        (switch,) = unread_switches(kube_vip("1.2.3", cp_enable="true", enable_endpointslices="false"))
        assert switch.harmless


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (DUAL, True),
        (asking(policy="RequireDualStack"), True),
        (asking(policy="PreferDualStack", families=("IPv6", "IPv4")), True),
        (asking(BOTH, policy="PreferDualStack"), True),
        (asking(V4, policy="PreferDualStack"), False),
        (asking(policy="PreferDualStack"), False),
        (asking(BOTH), False),
        (asking(BOTH, families=("IPv4", "IPv6")), False),
        (asking(BOTH, policy="SingleStack"), False),
        (SINGLE, False),
        (asking(BOTH, policy="RequireDualStack", ignore="true"), False),
    ],
)
def test_dual_stack_services(service: Service, expected: bool) -> None:
    assert is_dual_stack(kube_vip("1.2.3", **ARP), service) is expected


class TestRoutes:
    @pytest.mark.parametrize(
        ("release", "settings", "expected"),
        [
            ("0.9.0", {}, None),
            ("0.9.1", {}, ("enable_endpointslices", "true")),
            ("0.9.2", {}, ("enable_endpointslices", "true")),
            ("0.9.2", {"enable_endpointslices": "false"}, ("enable_endpointslices", "true")),
            ("0.9.2", {"enable_endpointslices": "true"}, None),
            ("1.0.0", {}, None),
            ("1.0.0", {"enable_endpoints": "true"}, ("enable_endpoints", "false")),
            ("1.2.3", {"enable_endpoints": "true"}, ("enable_endpoints", "false")),
            ("1.2.3", {"enable_endpoints": "false"}, None),
            ("1.2.3", {"enable_endpoints": "true", "svc_election": "true"}, None),
            ("1.2.3", {"enable_endpoints": "true", "vip_leaderelection": "true"}, None),
            ("1.2.3", {"enable_endpoints": "true", "vip_routingtable": "false", "vip_arp": "true"}, None),
            ("1.2.1", {"enable_endpoints": "true", "bgp_enable": "true"}, None),
            ("1.2.3", {"enable_endpoints": "true", "svc_enable": "false"}, None),
        ],
    )
    def test_releases_and_settings(
        self, release: str, settings: dict[str, str], expected: tuple[str, str] | None
    ) -> None:
        route, missing = missing_route(kube_vip(release, **TABLE | settings), (link(DUAL),))
        assert (route and (route.variable, route.word)) == expected
        assert missing is None

    @pytest.mark.parametrize(
        ("service", "hit"),
        [
            (DUAL, True),
            (asking(policy="RequireDualStack"), True),
            (asking(V4, policy="RequireDualStack"), False),
            (SINGLE, False),
            (asking(BOTH), False),
        ],
    )
    def test_services(self, service: Service, hit: bool) -> None:
        route, _ = missing_route(kube_vip("1.2.3", **TABLE, enable_endpoints="true"), (link(service),))
        assert (route is not None) is hit

    def test_an_unknown_service_does_not_hide_another(self) -> None:
        hidden = asking(unknown=["spec.ipFamilyPolicy"])
        route, missing = missing_route(kube_vip("0.9.2", **TABLE), (link(hidden), link(DUAL)))
        assert route is not None
        assert len(route.links) == 1
        assert isinstance(missing, Unknown)

    def test_slices_of_two_families(self) -> None:
        assert keeps_slices_apart(version("1.0.4"))
        assert not keeps_slices_apart(before("1.0.4"))


@pytest.mark.parametrize(
    ("release", "settings", "service", "expected"),
    [
        ("1.1.1", {}, DUAL, False),
        ("1.1.2", {}, DUAL, True),
        ("1.2.3", {}, DUAL, True),
        ("1.2.3", {}, asking(V4, policy="RequireDualStack"), True),
        ("1.2.3", {}, SINGLE, False),
        ("1.2.3", {"svc_enable": "false"}, DUAL, False),
        ("1.2.3", {"vip_wireguard": "false", "vip_arp": "true"}, DUAL, False),
        ("1.2.1", {"vip_arp": "true"}, DUAL, False),
    ],
)
def test_wireguard(release: str, settings: dict[str, str], service: Service, expected: bool) -> None:
    assert mixes_families(kube_vip(release, **WIREGUARD | settings), service) is expected


class TestTheReport:
    @pytest.mark.parametrize("release", RELEASES, ids=str)
    def test_releases(self, release: Version) -> None:
        hit = release in band("0.7.0-0.8.2")
        assert bool(reported_services(kube_vip(release, **ARP), (link(SINGLE),)).links) is hit
        assert after("0.8.2") == version("0.8.3")

    @pytest.mark.parametrize(
        ("service", "hit"),
        [
            (SINGLE, True),
            (asking(V4), True),
            (asking(V4, policy="SingleStack"), True),
            (asking(families=("IPv4",)), True),
            (asking(), False),
            (asking("fd00::20", families=("IPv6",)), False),
            (asking(V4, families=("IPv6",)), False),
            (asking(V4, policy="PreferDualStack"), False),
            (DUAL, False),
            (asking("web.example.com"), False),
            (asking(V4, ignore="true"), False),
        ],
    )
    def test_services(self, service: Service, hit: bool) -> None:
        assert bool(reported_services(kube_vip("0.8.2", **ARP), (link(service),)).links) is hit

    def test_without_services(self) -> None:
        assert reported_services(kube_vip("0.8.2", vip_arp="true"), (link(SINGLE),)).links == ()

    @pytest.mark.parametrize(
        ("settings", "links", "known", "why"),
        [
            ({}, [SINGLE], Known(), None),
            ({"cp_enable": "true", "address": BOTH}, [SINGLE], Known(), "kube-vip has addresses of both families"),
            ({"cp_enable": "true", "address": V4}, [SINGLE], Known(), None),
            ({"address": BOTH}, [SINGLE], Known(), None),
            ({}, [SINGLE, DUAL], Known(), "another Service is dual-stack"),
            ({}, [SINGLE], Known(families=("IPv6", "IPv4")), "the configuration says so"),
            ({}, [SINGLE], Known(families=("IPv4",)), None),
            ({}, [SINGLE], Known(services=("10.96.0.0/16", "fd00::/112")), "the configuration says so"),
            ({}, [SINGLE], Known(services=("10.96.0.0/16",)), None),
        ],
    )
    def test_evidence(self, settings: dict[str, str], links: list[Service], known: Known, why: str | None) -> None:
        found: list[Link] = [link(service) for service in links]
        evidence = dual_stack_cluster(kube_vip("0.8.2", **ARP, **settings), found, known)
        assert (evidence.why if evidence else None) == why

    def test_evidence_that_is_not_known(self) -> None:
        with pytest.raises(Unknown):
            dual_stack_cluster(kube_vip("0.8.2", **ARP, unknown=["address"], cp_enable="true"), (), Known())
