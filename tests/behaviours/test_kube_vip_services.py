"""Who serves a Service, which addresses it asks for, what becomes of leases and names: cell by cell."""

import pytest

from famlint.behaviours.kube_vip import RELEASES
from famlint.behaviours.kube_vip_services import (
    Lease,
    NameFate,
    asked,
    beyond,
    blanks,
    certain_family,
    dhcpv6,
    drops_non_addresses,
    families,
    is_refused,
    is_single_stack,
    is_the_providers,
    name_fate,
    own_family,
    recipients,
    requires_both,
    stops_at_blanks,
    takes_lengths,
)
from famlint.components.kube_vip import KubeVip
from famlint.components.kube_vip_pools import CloudProvider
from famlint.components.model import Component, Value
from famlint.components.service import Service
from famlint.network.addresses import Family
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown
from tests.behaviours.kube_vips import BOTH, V4, V6, ends, kube_vip, service, version

NO_RELEASE = Unknown("kube-vip version", "the image has no tag")
ON = {"vip_arp": "true", "svc_enable": "true"}
NAME = "web.example.com"
DEFAULT_CLASS = "kube-vip.io/kube-vip-class"


def with_policy(base: Service, policy: str, cluster_ips: tuple[str, ...] = ()) -> Service:
    span = Span("service.yaml", 9500, 9510)
    values = dict(base.component.values)
    if policy:
        values["spec.ipFamilyPolicy"] = Value(policy, span, "object")
    if cluster_ips:
        values["spec.clusterIPs"] = Value(
            "", span, "object", items=tuple(Value(ip, span, "object") for ip in cluster_ips)
        )
    return Service(base.component._replace(values=values))


def partial(base: Service) -> Service:
    return Service(base.component._replace(partial="a template may add fields"))


def bounded(low: str, high: str, **settings: str) -> KubeVip:
    found = kube_vip(NO_RELEASE, **settings)
    return KubeVip(found.component._replace(bounds=(version(low), version(high))))


class TestRecipients:
    def test_none_in_the_input(self) -> None:
        assert recipients(service(ips=V4), ()) == ()
        assert recipients(service(ips=V4, load_balancer_class=DEFAULT_CLASS), ()) == ()

    def test_ignored(self) -> None:
        ignored = service(ips=V4, annotations={"kube-vip.io/ignore": "true"})
        assert recipients(ignored, ()) is None
        assert recipients(ignored, (kube_vip("1.2.3", **ON),)) is None
        assert recipients(service(ips=V4, annotations={"kube-vip.io/ignore": "yes"}), ()) == ()

    def test_a_class_that_nobody_in_the_input_explains(self) -> None:
        with pytest.raises(Unknown):
            recipients(service(ips=V4, load_balancer_class="example.com/lb"), ())

    def test_a_class_of_another(self) -> None:
        other = service(ips=V4, load_balancer_class="example.com/lb")
        assert recipients(other, (kube_vip("1.2.3", **ON),)) is None
        mine = kube_vip("1.2.3", **ON, lb_class_name="example.com/lb")
        assert recipients(other, (mine,)) == (mine,)

    def test_services_are_off(self) -> None:
        assert recipients(service(ips=V4), (kube_vip("1.2.3", vip_arp="true"),)) is None

    def test_an_unknown_release_that_all_releases_agree_on(self) -> None:
        unknown = kube_vip(NO_RELEASE, **ON)
        assert recipients(service(ips=V4), (unknown,)) == (unknown,)
        assert recipients(service(ips=V4), (kube_vip(NO_RELEASE, vip_arp="true"),)) is None

    def test_an_unknown_release_that_decides(self) -> None:
        # `svc_namespace` is read from 0.5.5 on.
        elsewhere = service(ips=V4, namespace="shop")
        with pytest.raises(Unknown):
            recipients(elsewhere, (kube_vip(NO_RELEASE, **ON, svc_namespace="web"),))
        assert recipients(elsewhere, (bounded("1.0.0", "1.2.3", **ON, svc_namespace="web"),)) is None

    def test_an_unknown_switch(self) -> None:
        for release in (NO_RELEASE, version("1.2.3")):
            with pytest.raises(Unknown):
                recipients(service(ips=V4), (kube_vip(release, vip_arp="true", unknown=["svc_enable"]),))


class TestAsked:
    def test_the_annotation_speaks_by_itself(self) -> None:
        found = asked(service(ips=BOTH), ())
        assert found is not None
        assert found.annotated
        assert found.serving == ()
        assert [item.text for item in found.items] == [V4, V6]

    def test_it_wins(self) -> None:
        found = asked(service(ips=V4, ip=V6), (kube_vip("1.2.3", **ON),))
        assert found is not None
        assert [item.text for item in found.items] == [V4]

    def test_the_field_needs_a_kube_vip(self) -> None:
        assert asked(service(ip=V4), ()) is None
        found = asked(service(ip=V4), (kube_vip("1.2.3", **ON),))
        assert found is not None
        assert not found.annotated
        assert [item.text for item in found.items] == [V4]

    @pytest.mark.parametrize(("release", "annotated"), [("0.5.11", False), ("0.5.12", True), ("1.2.3", True)])
    def test_releases_that_do_not_read_the_annotation(self, release: str, annotated: bool) -> None:
        assert (asked(service(ips=V4), (kube_vip(release, **ON),)) is not None) is annotated
        found = asked(service(ips=V4, ip=V6), (kube_vip(release, **ON),))
        assert found is not None
        assert found.annotated is annotated

    def test_an_unknown_release_reads_it(self) -> None:
        found = asked(service(ips=V4), (kube_vip(NO_RELEASE, **ON),))
        assert found is not None
        assert found.annotated

    def test_an_empty_annotation(self) -> None:
        empty = service(ip=V4)
        values = {
            **empty.component.values,
            "annotations.kube-vip.io/loadbalancerIPs": Value("", Span("s", 0, 0), "object"),
        }
        empty = Service(empty.component._replace(values=values))
        assert asked(empty, ()) is None
        with pytest.raises(Unknown):
            asked(empty, (kube_vip("1.2.3", **ON),))

    def test_unknown_addresses(self) -> None:
        with pytest.raises(Unknown):
            asked(service(unknown=["annotations.kube-vip.io/loadbalancerIPs"]), ())

    def test_no_gap_for_a_class_without_anything_for_kube_vip(self) -> None:
        assert asked(service(load_balancer_class="example.com/lb"), ()) is None


class TestFamilies:
    @pytest.mark.parametrize(
        ("text", "family"),
        [(V4, Family.IPV4), (V6, Family.IPV6), ("0.0.0.0", None), ("::", None), (NAME, None), ("10.0.0.1/24", None),
         ("::ffff:10.0.0.1", None)],
    )  # fmt: skip
    def test_of_an_item(self, text: str, family: Family | None) -> None:
        found = asked(service(ips=text), ())
        assert found is not None
        assert certain_family(found.items[0]) is family

    @pytest.mark.parametrize(
        ("policy", "members", "cluster_ips", "expected"),
        [
            ("", (), (), True),
            ("SingleStack", (), (), True),
            ("", ("IPv6",), (), True),
            ("SingleStack", ("IPv6",), ("fd43::1",), True),
            ("PreferDualStack", (), (), False),
            ("RequireDualStack", ("IPv4",), (), False),
            ("", ("IPv4", "IPv6"), (), False),
            ("SingleStack", ("IPv4", "IPv6"), (), False),
            ("", (), ("10.43.0.1", "fd43::1"), False),
        ],
    )
    def test_single_stack(
        self, policy: str, members: tuple[str, ...], cluster_ips: tuple[str, ...], expected: bool
    ) -> None:
        assert is_single_stack(with_policy(service(families=members), policy, cluster_ips)) is expected

    def test_a_partial_service_may_have_a_policy(self) -> None:
        with pytest.raises(Unknown):
            is_single_stack(partial(service(ips=BOTH)))

    def test_own_family(self) -> None:
        assert own_family(service(families=["IPv6"])) is Family.IPV6
        assert own_family(service(families=["IPv4", "IPv6"])) is None
        assert own_family(service(families=["ipv4"])) is None
        assert own_family(service()) is None

    def test_both_required(self) -> None:
        assert requires_both(with_policy(service(), "RequireDualStack")) is not None
        assert requires_both(with_policy(service(), "PreferDualStack")) is None
        assert requires_both(service()) is None

    @pytest.mark.parametrize(
        ("ips", "policy", "members", "expected"),
        [
            (V4, "", (), {Family.IPV4}),
            (BOTH, "", (), set(Family)),
            (f"{V4},0.0.0.0", "", ("IPv4",), set()),
            (f"{V4},", "", (), set()),
            (NAME, "", ("IPv4",), set()),
            ("", "", ("IPv6",), {Family.IPV6}),
            ("", "", (), set()),
            ("", "PreferDualStack", ("IPv6",), set()),
            ("", "RequireDualStack", ("IPv6",), set(Family)),
        ],
    )
    def test_of_the_vips(self, ips: str, policy: str, members: tuple[str, ...], expected: set[Family]) -> None:
        subject = with_policy(service(ips=ips, families=members), policy)
        assert families(subject, asked(subject, ())) == expected


@pytest.mark.parametrize(
    ("text", "refused"),
    [("10.0.0.1/24", True), ("[fd00::1]", True), ("10.0.0.300", True), ("fe80::1%eth0", True), ("", False), (V4, False),
     (NAME, False), ("<VIP>", False), ("0.0.0.0", False)],
)  # fmt: skip
def test_refused_items(text: str, refused: bool) -> None:
    found = asked(service(ips=f"{V4},{text}"), ())
    assert found is not None
    assert is_refused(found.items[1]) is refused


@pytest.mark.parametrize("release", RELEASES)
def test_dropped_items(release: Version) -> None:
    expected = str(release) in ("v1.0.1", "v1.0.2")
    assert drops_non_addresses((kube_vip(release, **ON),)) is expected


def test_unknown_releases_drop_nothing() -> None:
    assert not drops_non_addresses((kube_vip(NO_RELEASE, **ON),))
    assert not drops_non_addresses(())


def test_wireguard_takes_lengths() -> None:
    assert takes_lengths((kube_vip("1.2.3", vip_wireguard="true"),))
    assert takes_lengths((kube_vip(NO_RELEASE, vip_wireguard="true"),))
    assert not takes_lengths((kube_vip("1.2.3", **ON),))
    assert not takes_lengths(())
    with pytest.raises(Unknown):
        takes_lengths((kube_vip("1.2.3", unknown=["vip_wireguard"], **ON),))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{V4},{V6}", []),
        ("10.0.0.1, fd00::1", [" "]),
        ("10.0.0.1 , fd00::1", [" ", " "]),
        ("10.0.0.1,\tfd00::1", ["\t"]),
        (" 10.0.0.1", []),
        (" 10.0.0.1,fd00::1 ", []),
        ("10.0.0.1, ", []),
    ],
)
def test_blanks(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in blanks(text)] == found


def provider(release: str = "", **variables: str) -> CloudProvider:
    span = Span("provider.yaml", 0, 8)
    values: dict[str, Value | Unknown] = {f"env.{name}": Value(text, span, "env") for name, text in variables.items()}
    known = version(release) if release else NO_RELEASE
    return CloudProvider(Component("kube-vip cloud provider", "provider", "kube-system", span, known, None, values))


def test_blanks_stop_the_provider() -> None:
    found = [stops_at_blanks(provider(text)) for text in ("0.0.7", "0.0.9", "0.0.10", "0.0.12", "")]
    assert found == [False, False, True, True, True]
    assert stops_at_blanks(None)


def test_services_of_the_provider() -> None:
    with_class = provider("0.0.12", KUBEVIP_ENABLE_LOADBALANCERCLASS="true")
    none, own, other = (service(load_balancer_class=text) for text in ("", DEFAULT_CLASS, "example.com/lb"))
    assert [is_the_providers(one, None) for one in (none, own, other)] == [True, None, False]
    assert [is_the_providers(one, provider("0.0.12")) for one in (none, own, other)] == [True, False, False]
    assert [is_the_providers(one, with_class) for one in (none, own, other)] == [False, True, False]


@pytest.mark.parametrize(
    ("release", "alone", "beside"),
    [
        ("0.5.12", Lease.NOT_SUPPORTED, Lease.NOT_SUPPORTED),
        ("1.0.2", Lease.NOT_SUPPORTED, Lease.NOT_SUPPORTED),
        ("1.0.3", Lease.CRASH, Lease.IPV4_LEASE),
        ("1.2.3", Lease.CRASH, Lease.IPV4_LEASE),
        ("1.2.4", Lease.OPEN, Lease.OPEN),
    ],
)
def test_leases(release: str, alone: Lease, beside: Lease) -> None:
    for text, expected in (("::", alone), ("10.0.0.5,::", alone), ("0.0.0.0,::", beside), ("::,0.0.0.0", beside)):
        found = asked(service(ips=text), ())
        assert found is not None
        assert dhcpv6(version(release), found.items) is expected
        assert dhcpv6(None, found.items) is Lease.OPEN


class TestNames:
    @pytest.mark.parametrize("release", RELEASES)
    def test_in_arp_mode(self, release: Version) -> None:
        low, high = ends("0.8.5", "0.8.9")
        expected = None
        if low <= release <= high:
            expected = NameFate.CRASH
        elif str(release) == "v0.8.10":
            expected = NameFate.PANIC
        elif str(release) in ("v0.9.0", "v0.9.1", "v0.9.2", "v1.0.0"):
            expected = NameFate.NOT_CONFIGURED
        elif str(release) in ("v1.0.1", "v1.0.2"):
            expected = NameFate.IGNORED
        elif release > version("1.0.2"):
            expected = NameFate.NO_PREFIX
        assert name_fate(kube_vip(release, **ON), service(ips=NAME)) is expected

    @pytest.mark.parametrize(
        ("release", "settings", "expected"),
        [
            ("0.8.9", {"bgp_enable": "true", "svc_election": "true"}, NameFate.NOT_ANNOUNCED),
            ("0.8.9", {"bgp_enable": "true", "vip_leaderelection": "true"}, NameFate.NOT_ANNOUNCED),
            ("0.8.9", {"bgp_enable": "true"}, None),
            ("0.8.9", {"vip_routingtable": "true"}, None),
            ("0.9.0", {"bgp_enable": "true"}, NameFate.NOT_CONFIGURED),
            ("0.9.0", {"vip_routingtable": "true"}, NameFate.NOT_CONFIGURED),
            ("1.0.2", {"vip_routingtable": "true"}, NameFate.IGNORED),
        ],
    )
    def test_in_other_modes(self, release: str, settings: dict[str, str], expected: NameFate | None) -> None:
        assert name_fate(kube_vip(release, svc_enable="true", **settings), service(ips=NAME)) is expected

    @pytest.mark.parametrize(("release", "expected"), [("0.8.9", None), ("1.0.0", None), ("1.0.1", NameFate.IGNORED)])
    def test_ipv6_only_services(self, release: str, expected: NameFate | None) -> None:
        assert name_fate(kube_vip(release, **ON), service(ips=NAME, families=["IPv6"])) is expected

    def test_a_service_that_may_get_ipv4_too(self) -> None:
        both = with_policy(service(ips=NAME, families=["IPv6"]), "PreferDualStack")
        assert name_fate(kube_vip("1.0.0", **ON), both) is NameFate.NOT_CONFIGURED

    @pytest.mark.parametrize("setting", [{"vip_subnet": "32,128"}, {"address": V4}])
    def test_a_prefix_for_names(self, setting: dict[str, str]) -> None:
        assert name_fate(kube_vip("1.0.3", **ON, **setting), service(ips=NAME)) is None
        assert name_fate(kube_vip("1.0.2", **ON, **setting), service(ips=NAME)) is NameFate.IGNORED

    def test_nothing_is_derived_from_vip_address(self) -> None:
        assert name_fate(kube_vip("1.0.3", **ON, vip_address=V4), service(ips=NAME)) is NameFate.NO_PREFIX

    @pytest.mark.parametrize(
        ("release", "settings"),
        [
            ("0.8.9", {"vip_cidr": "32,32"}),
            ("0.8.9", {"address": "10.0.0.1,10.0.0.2"}),
            ("0.9.2", {"vip_subnet": "24,24"}),
        ],
    )
    def test_a_second_prefix_that_ipv4_can_have(self, release: str, settings: dict[str, str]) -> None:
        assert name_fate(kube_vip(release, **ON, **settings), service(ips=NAME)) is None

    def test_unknown(self) -> None:
        with pytest.raises(Unknown):
            name_fate(kube_vip(NO_RELEASE, **ON), service(ips=NAME))
        with pytest.raises(Unknown):
            name_fate(kube_vip("1.2.3", unknown=["vip_subnet"], **ON), service(ips=NAME))


def test_remarks() -> None:
    assert beyond((kube_vip("1.2.3"), kube_vip(NO_RELEASE))) == ""
    assert "v1.2.3" in beyond((kube_vip("1.3.0"),))
