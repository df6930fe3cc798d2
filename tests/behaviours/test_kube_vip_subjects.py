"""Which addresses count, which Services are served, what is unknown; and that every setting has an outcome."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.behaviours.kube_vip import (
    CHECKED_TO,
    RELEASES,
    Kind,
    Mode,
    Outcome,
    checked,
    control_plane_items,
    handled,
    modes,
    service_items,
    survey,
    vips,
)
from famlint.network.addresses import Family
from famlint.network.versions import Version, parse_version
from famlint.unknown import Unknown
from tests.behaviours.kube_vips import BOTH, V4, V6, kube_vip, link, service


def test_releases() -> None:
    assert len(RELEASES) == len(set(RELEASES)) == 43
    assert list(RELEASES) == sorted(RELEASES)
    assert RELEASES[0] == parse_version("v0.5.0")
    assert RELEASES[1] == parse_version("v0.5.5")
    assert parse_version("v1.2.3") == CHECKED_TO
    assert checked(CHECKED_TO) == ""
    assert "v1.2.3" in checked(Version(1, 3, 0))


def test_items_of_the_control_plane() -> None:
    subject = kube_vip("1.0.4", vip_arp="true", cp_enable="true", address=f"{V4} ,k8s.example.com, {V6}")
    address = subject.get("address")
    assert address is not None
    found = control_plane_items(subject)
    assert [(item.text, item.kind, item.family) for item in found] == [
        (V4, Kind.ADDRESS, Family.IPV4),
        ("k8s.example.com", Kind.NAME, None),
        (V6, Kind.ADDRESS, Family.IPV6),
    ]
    for item in found:
        begin = address.text.index(item.text)
        assert item.span == address.part(begin, begin + len(item.text))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10.0.0.1", Kind.ADDRESS),
        ("fd00::1", Kind.ADDRESS),
        ("k8s.example.com", Kind.NAME),
        ("10.0.0.1/32", Kind.WITH_PREFIX),
        ("[fd00::1]", Kind.BRACKETS),
        ("fe80::1%eth0", Kind.ZONE),
        ("10.0.0.300", Kind.INVALID),
        ("010.0.0.1", Kind.INVALID),
        ("fd00:::1", Kind.INVALID),
        ("k8s.example.com:6443", Kind.INVALID),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    (item,) = control_plane_items(kube_vip("1.0.4", vip_arp="true", cp_enable="true", vip_address=text))
    assert item.kind is kind


def test_lists_are_one_item_before_0_7_0() -> None:
    for release, texts in (("0.6.4", [BOTH]), ("0.7.0", [V4, V6])):
        subject = kube_vip(release, vip_arp="true", cp_enable="true", svc_enable="true", address=BOTH)
        assert [item.text for item in control_plane_items(subject)] == texts
        assert [item.text for item in service_items(subject, service(ips=BOTH))] == texts


def test_control_plane_needs_its_switch_and_an_engine() -> None:
    assert control_plane_items(kube_vip("1.0.4", vip_arp="true", address=V4)) == ()
    assert control_plane_items(kube_vip("1.0.4", vip_wireguard="true", cp_enable="true", vip_address=V4)) == ()
    wins = kube_vip("1.0.4", vip_arp="true", cp_enable="true", address=V4, vip_address=V6)
    assert [item.text for item in control_plane_items(wins)] == [V4]


def test_addresses_of_a_service() -> None:
    subject = kube_vip("1.0.4", vip_arp="true", svc_enable="true")

    def families(found: tuple[object, ...]) -> list[object]:
        return [getattr(item, "family", None) for item in found]

    assert [item.text for item in service_items(subject, service(ips=V6, ip=V4))] == [V6]
    assert [item.text for item in service_items(subject, service(ip=V4, families=["IPv6"]))] == [V4]
    assert families(service_items(subject, service(families=["IPv6", "IPv4"]))) == [Family.IPV6, Family.IPV4]
    assert families(service_items(subject, service(ips="0.0.0.0,::"))) == [None, None]
    assert families(service_items(subject, service(ips="web.example.com"))) == [None]
    assert service_items(subject, service()) == ()
    old = kube_vip("0.5.11", vip_arp="true", svc_enable="true")
    assert [item.text for item in service_items(old, service(ips=V6, ip=V4))] == [V4]


def test_services_that_kube_vip_serves() -> None:
    on = kube_vip("1.0.4", vip_arp="true", svc_enable="true")
    assert handled(on, service())
    assert handled(on, service(load_balancer_class="kube-vip.io/kube-vip-class"))
    assert not handled(on, service(load_balancer_class="example.com/other"))
    assert not handled(on, service(annotations={"kube-vip.io/ignore": "true"}))
    assert handled(on, service(annotations={"kube-vip.io/ignore": "false"}))
    assert not handled(kube_vip("1.0.4", vip_arp="true"), service())


def test_load_balancer_classes() -> None:
    only = kube_vip("1.0.4", svc_enable="true", lb_class_only="true", lb_class_name="example.com/mine")
    assert not handled(only, service())
    assert handled(only, service(load_balancer_class="example.com/mine"))
    assert not handled(only, service(load_balancer_class="kube-vip.io/kube-vip-class"))
    strict = {"svc_enable": "true", "lb_class_legacy_handling": "false"}
    assert not handled(kube_vip("0.8.1", **strict), service())
    assert handled(kube_vip("0.8.0", **strict), service())
    with pytest.raises(Unknown):
        handled(kube_vip("0.5.12", svc_enable="true"), service(load_balancer_class="kube-vip.io/kube-vip-class"))


def test_the_namespace_of_services() -> None:
    subject = kube_vip("0.5.5", svc_enable="true", svc_namespace="web")
    assert handled(subject, service(namespace="web"))
    assert not handled(subject, service(namespace="other"))
    with pytest.raises(Unknown):
        handled(subject, service())
    assert handled(kube_vip("0.5.0", svc_enable="true", svc_namespace="web"), service(namespace="other"))


def test_one_unknown_service_does_not_silence_the_others() -> None:
    subject = kube_vip("0.8.9", vip_arp="true", svc_enable="true", vip_cidr="128")
    hidden = link(service(unknown=["annotations.kube-vip.io/loadbalancerIPs"]))
    found = survey(subject, [hidden, link(service(ips=V4))])
    assert [vip.outcome for vip in found.vips] == [Outcome.CRASH]
    assert [unknown.fact for unknown in found.unknown] == ["annotations.kube-vip.io/loadbalancerIPs"]


def test_an_unknown_address_does_not_silence_services_with_an_explicit_prefix() -> None:
    subject = kube_vip(
        "0.8.9", vip_arp="true", svc_enable="true", cp_enable="true", vip_cidr="128", unknown=["address"]
    )
    found = survey(subject, [link(service(ips=V4))])
    assert [vip.outcome for vip in found.vips] == [Outcome.CRASH]
    assert [unknown.fact for unknown in found.unknown] == ["address"]


def test_an_unset_prefix_rests_on_the_address() -> None:
    subject = kube_vip("0.8.9", vip_arp="true", svc_enable="true", unknown=["address"])
    assert vips(subject, [link(service(ips=V4))]) == ()
    partial = kube_vip("0.8.9", vip_arp="true", svc_enable="true", cp_enable="false", partial="a patch", vip_cidr="")
    with pytest.raises(Unknown):
        vips(partial, [link(service(ips=V4))])


def test_versions() -> None:
    on = {"vip_arp": "true", "svc_enable": "true", "vip_subnet": "128"}
    with pytest.raises(Unknown):
        vips(kube_vip("0.4.4", **on), [link(service(ips=V4))])
    with pytest.raises(Unknown):
        vips(kube_vip(Unknown("version", "a digest"), **on), [link(service(ips=V4))])
    (newer,) = vips(kube_vip("1.9.0", **on), [link(service(ips=V4))])
    assert newer.outcome is Outcome.NOT_CONFIGURED


def test_mapped_addresses_are_left_open() -> None:
    subject = kube_vip("1.0.4", vip_arp="true", svc_enable="true", vip_subnet="24")
    found = survey(subject, [link(service(ips="::ffff:10.0.0.1"))])
    assert found.vips == ()
    assert len(found.unknown) == 1


def test_modes_are_read_as_go_reads_them() -> None:
    assert modes(kube_vip("1.0.4", vip_arp="T", bgp_enable="0", vip_routingtable="1")) == {Mode.ARP, Mode.TABLE}
    with pytest.raises(Unknown):
        modes(kube_vip("1.0.4", vip_arp="yes"))


ADDRESSES = st.lists(
    st.sampled_from([V4, V6, "10.0.0.0", "k8s.example.com", " fd00::1", "", "10.0.0.1/32", "0.0.0.0", "::"]), max_size=4
).map(",".join)
PREFIXES = st.one_of(
    st.text(alphabet="0123456789,/ auto.:+-\u0663\u00b2", max_size=8),
    st.lists(st.sampled_from(["24", "32", "64", "128", "auto", "", " 64", "/24"]), max_size=4).map(",".join),
    st.integers(0, 10**40).map(str),
)
SWITCH = st.sampled_from(["", "true", "false"])


@given(
    release=st.sampled_from([*RELEASES, Version(2, 0, 0)]),
    variables=st.fixed_dictionaries(
        {
            "address": ADDRESSES,
            "vip_address": ADDRESSES,
            "vip_cidr": PREFIXES,
            "vip_subnet": PREFIXES,
            "svc_enable": SWITCH,
            "cp_enable": SWITCH,
            "svc_election": SWITCH,
            **{mode.value: SWITCH for mode in Mode},
        }
    ),
    ips=ADDRESSES,
    ip=ADDRESSES,
)
def test_every_setting_has_an_outcome(release: Version, variables: dict[str, str], ips: str, ip: str) -> None:
    subject = kube_vip(release, **variables)
    links = [link(service(ips=ips, ip=ip)), link(service(families=["IPv4", "IPv6"]))]
    try:
        found = vips(subject, links)
    except Unknown:
        return
    for vip in found:
        assert vip.outcome is not Outcome.BOUND or vip.prefix is None or 0 <= vip.prefix <= vip.family.bits
        assert (vip.outcome is Outcome.BOUND) or vip.fault is not None
        assert vip.setting is None or vip.derived_from is None
        source = vip.setting or vip.derived_from
        if vip.element_span is not None:
            assert source is not None
            assert source.span.start <= vip.element_span.start <= vip.element_span.end <= source.span.end
            if vip.setting is not None and vip.element:
                begin = vip.element_span.start - source.span.start
                assert source.text[begin : begin + len(vip.element)] == vip.element
