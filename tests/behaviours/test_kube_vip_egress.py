"""Which CIDR egress gets by release and family, which networks count, when EndpointSlices are missing."""

import pytest

from famlint.behaviours.kube_vip import RELEASES
from famlint.behaviours.kube_vip_egress import (
    RangeFault,
    asks_for_ipv6_egress,
    egressed,
    entries,
    networks,
    range_ruling,
    reads_networks,
    says_why,
    slice_need,
)
from famlint.components.service import Service
from famlint.network.addresses import Family
from famlint.network.versions import Version
from famlint.unknown import Unknown
from tests.behaviours.kube_vips import BOTH, V4, V6, kube_vip, service, value, version

ON = {"vip_arp": "true", "svc_enable": "true", "svc_election": "true"}
NO_RELEASE = Unknown("kube-vip version", "the image has no tag")
RANGE4 = "10.42.0.0/16"
RANGE6 = "fd42::/56"


def out(ips: str = "", *, ipv6: bool = False, ignored: bool = False) -> Service:
    annotations = {"kube-vip.io/egress": "true"}
    if ipv6:
        annotations["kube-vip.io/egress-ipv6"] = "true"
    if ignored:
        annotations["kube-vip.io/ignore"] = "true"
    return service(ips=ips, annotations=annotations)


def fault(release: str | Version, ranges: str, subject: Service) -> RangeFault | None:
    found = range_ruling(kube_vip(release, **ON, egress_podcidr=ranges), "egress_podcidr", subject)
    return found.fault if found else None


class TestEgressed:
    @pytest.mark.parametrize(
        ("subject", "release", "expected"),
        [
            (out(V4), "1.2.3", {Family.IPV4}),
            (out(V6), "1.2.3", {Family.IPV6}),
            (out(BOTH), "1.2.3", set(Family)),
            (out(BOTH, ipv6=True), "1.2.3", {Family.IPV6}),
            (out(BOTH, ipv6=True), "0.8.3", {Family.IPV6}),
            (out(BOTH, ipv6=True), "0.8.2", set(Family)),
            (out(), "1.2.3", set()),
            (out("web.example.com"), "1.2.3", set()),
            (out(V4), "0.5.0", None),
            (service(ips=V4), "1.2.3", None),
            (service(ips=V4, annotations={"kube-vip.io/egress-ipv6": "true"}), "1.2.3", None),
            (service(ips=V4, annotations={"kube-vip.io/egress": "True"}), "1.2.3", None),
            (out(V4, ignored=True), "1.2.3", None),
        ],
    )
    def test_families(self, subject: Service, release: str, expected: set[Family] | None) -> None:
        assert egressed(subject, (kube_vip(release, **ON),)) == expected

    def test_without_a_kube_vip_or_a_release(self) -> None:
        assert egressed(out(V4), ()) == frozenset((Family.IPV4,))
        assert egressed(out(V4, ipv6=True), (kube_vip(NO_RELEASE, **ON),)) == frozenset((Family.IPV6,))

    def test_unknown(self) -> None:
        with pytest.raises(Unknown):
            egressed(service(unknown=["annotations.kube-vip.io/egress"]), ())


class TestRanges:
    @pytest.mark.parametrize("release", RELEASES)
    def test_no_ipv6_range(self, release: Version) -> None:
        expected = RangeFault.NO_IPV6 if release >= version("0.7.0") else None
        assert fault(release, RANGE4, out(V6)) is expected

    def test_of_releases_not_seen_yet(self) -> None:
        assert fault("1.9.0", RANGE4, out(V6)) is RangeFault.NO_IPV6

    @pytest.mark.parametrize(("release", "expected"), [("0.7.0", None), ("0.8.2", None), ("0.8.3", RangeFault.NO_IPV6)])
    def test_the_switch_to_ipv6(self, release: str, expected: RangeFault | None) -> None:
        assert fault(release, RANGE4, out(ipv6=True)) is expected

    @pytest.mark.parametrize(
        ("release", "ranges", "ips", "expected"),
        [
            ("0.7.0", RANGE4, V4, RangeFault.NONE_FOR_IPV4),
            ("0.7.0", f"{RANGE4},{RANGE6}", V4, RangeFault.NONE_FOR_IPV4),
            ("0.7.0", f"{RANGE4},{RANGE6}", V6, None),
            ("0.7.1", RANGE4, V4, None),
            ("0.7.1", f"{RANGE4},{RANGE6}", V4, RangeFault.SWAPPED),
            ("0.8.2", f"{RANGE4},{RANGE6}", V6, RangeFault.SWAPPED),
            ("0.8.2", f"{RANGE4},{RANGE6}", BOTH, RangeFault.SWAPPED),
            ("0.8.2", f"{RANGE4},{RANGE6}", "", RangeFault.SWAPPED),
            ("0.8.2", f"{RANGE6},{RANGE4}", V4, None),
            ("0.8.2", f"{RANGE6},{RANGE4}", V6, None),
            ("0.8.2", f"{RANGE6},{RANGE4}", "", None),
            ("0.8.2", f"{RANGE4},{RANGE6},10.44.0.0/16", "", None),
            ("0.8.2", f"{RANGE4},{RANGE6},10.44.0.0/16", V6, RangeFault.SWAPPED),
            ("0.8.2", f"{RANGE4},10.44.0.0/16", V4, None),
            ("0.8.3", f"{RANGE4},{RANGE6}", V4, None),
            ("0.8.3", f"{RANGE6},{RANGE4}", V4, RangeFault.FIRST_FOR_IPV4),
            ("0.8.4", f"{RANGE6},{RANGE4}", BOTH, RangeFault.FIRST_FOR_IPV4),
            ("0.8.4", f"{RANGE6},{RANGE4}", V6, None),
            ("0.8.4", f"{RANGE6},{RANGE4}", "", None),
            ("0.8.5", f"{RANGE6},{RANGE4}", V4, None),
            ("1.2.3", f"{RANGE4},{RANGE6}", V6, None),
            ("1.2.3", RANGE4, BOTH, None),
            ("1.2.3", RANGE4, "", None),
        ],
    )
    def test_lists(self, release: str, ranges: str, ips: str, expected: RangeFault | None) -> None:
        assert fault(release, ranges, out(ips)) is expected

    @pytest.mark.parametrize(
        ("ranges", "expected"),
        [
            (f"{RANGE4}, {RANGE6}", RangeFault.BLANK),
            (f"{RANGE4} ,{RANGE6}", RangeFault.BLANK),
            ("10.42.0.0", RangeFault.NO_CIDR),
            ("10.42.0.0/33", RangeFault.NO_CIDR),
            (f"{RANGE4},", RangeFault.NO_CIDR),
            ("10.42.5.9/16", None),
        ],
    )
    def test_texts(self, ranges: str, expected: RangeFault | None) -> None:
        assert fault("1.2.3", ranges, out(V4)) is expected

    def test_one_cidr_before_lists(self) -> None:
        assert fault("0.5.5", "10.42.0.0", out(V4)) is None
        assert fault("0.5.6", "10.42.0.0", out(V4)) is RangeFault.NO_CIDR
        assert fault("0.6.4", f"{RANGE4}, {RANGE6}", out(V4)) is None

    def test_entries_at_fault(self) -> None:
        found = range_ruling(kube_vip("1.2.3", **ON, egress_podcidr=f"{RANGE4}, {RANGE6}"), "egress_podcidr", out(V4))
        assert found is not None
        assert [entry.text for entry in found.entries] == [f" {RANGE6}"]

    def test_nobody_asks_for_what_no_service_needs(self) -> None:
        subject = kube_vip(NO_RELEASE, unknown=["egress_podcidr"], **ON)
        assert range_ruling(subject, "egress_podcidr", service(ips=V4)) is None
        with pytest.raises(Unknown):
            range_ruling(subject, "egress_podcidr", out(V4))

    def test_unset(self) -> None:
        assert range_ruling(kube_vip("1.2.3", **ON), "egress_podcidr", out(V6)) is None

    def test_what_is_logged(self) -> None:
        assert [says_why(version(text)) for text in ("0.8.4", "0.8.5")] == [False, True]


class TestSlices:
    @pytest.mark.parametrize(
        ("release", "settings", "expected"),
        [
            ("0.5.0", {}, None),
            ("0.5.5", {}, ("", "", False)),
            ("0.8.2", {"enable_endpointslices": "true"}, ("", "", False)),
            ("0.8.3", {}, ("enable_endpointslices", "true", True)),
            ("0.9.2", {"enable_endpointslices": "false"}, ("enable_endpointslices", "true", True)),
            ("0.9.2", {"enable_endpoints": "false"}, ("enable_endpointslices", "true", True)),
            ("0.9.2", {"enable_endpointslices": "true"}, None),
            ("1.0.0", {}, None),
            ("1.0.0", {"enable_endpointslices": "false"}, None),
            ("1.0.0", {"enable_endpoints": "false"}, None),
            ("1.2.3", {"enable_endpoints": "true"}, ("enable_endpoints", "false", True)),
            ("1.9.0", {"enable_endpoints": "1"}, ("enable_endpoints", "false", True)),
        ],
    )
    def test_by_release(self, release: str, settings: dict[str, str], expected: tuple[str, str, bool] | None) -> None:
        subject = kube_vip(release, **ON, **settings)
        found = slice_need(subject)
        assert (found and (found.variable, found.word, found.read)) == expected
        if found is not None and found.read:
            assert found.setting == subject.get(found.variable)

    def test_who_asks(self) -> None:
        subject = kube_vip("1.2.3", **ON)
        assert asks_for_ipv6_egress(subject, out(ipv6=True)) is not None
        assert asks_for_ipv6_egress(subject, out(V6)) is None
        assert asks_for_ipv6_egress(subject, service(annotations={"kube-vip.io/egress-ipv6": "true"})) is None
        assert asks_for_ipv6_egress(subject, out(ipv6=True, ignored=True)) is None
        assert asks_for_ipv6_egress(kube_vip("1.2.3", vip_arp="true"), out(ipv6=True)) is None


class TestNetworks:
    def test_entries(self) -> None:
        found = entries(value(f"{RANGE4}, {RANGE6},nonsense, ", 10))
        assert [(entry.text, entry.family, entry.blank) for entry in found] == [
            (RANGE4, Family.IPV4, False),
            (f" {RANGE6}", None, True),
            ("nonsense", None, False),
            (" ", None, False),
        ]
        assert (found[1].span.start, found[1].span.end) == (10 + found[1].start, 10 + found[1].end)

    @pytest.mark.parametrize(
        ("text", "family"),
        [
            ("172.18.0.0/24", Family.IPV4),
            ("fd99::/64", Family.IPV6),
            ("172.18.0.5", Family.IPV4),
            ("fd99::5", Family.IPV6),
            ("172.18.0.0/255.255.255.0", Family.IPV4),
            ("172.18.0.0/33", None),
            ("172.18.0/24", None),
        ],
    )
    def test_what_counts_as_a_network(self, text: str, family: Family | None) -> None:
        assert [entry.family for entry in networks(value(text, 0))] == [family]

    def test_by_release(self) -> None:
        assert [reads_networks((kube_vip(text),)) for text in ("0.8.7", "0.8.8", "1.2.3")] == [False, True, True]
        assert reads_networks(())
        assert reads_networks((kube_vip(NO_RELEASE),))
