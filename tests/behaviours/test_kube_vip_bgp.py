"""The grammar of BGP peers, cell by cell against the table of the facts (kube-vip 1.3), and the MP-BGP options."""

import pytest

from famlint.behaviours import kube_vip_bgp as bgp
from famlint.behaviours.kube_vip_bgp import OptionFault
from famlint.behaviours.kube_vip_bgp_peers import PeerFault, bracketed, peer_address, peers
from famlint.network.addresses import Family
from famlint.network.versions import parse_version
from tests.behaviours.kube_vips import kube_vip

EVERYWHERE = ("0.5.0", "0.5.7", "0.5.8", "0.8.9", "0.8.10", "1.1.2", "1.2.1", "1.2.2", "1.2.3")


def fault(text: str, release: str | None) -> PeerFault | None:
    found = peers(text, parse_version(release) if release else None)
    return next((peer.fault for peer in found if peer.fault), None)


@pytest.mark.parametrize("release", [*EVERYWHERE, None])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fd00::fe:65000::false", PeerFault.BARE_IPV6),
        ("2001:100::1:65000", PeerFault.BARE_IPV6),
        ("fd00::fe", PeerFault.BARE_IPV6),
        ("10.0.0.254", PeerFault.NO_AS),
        ("10.0.0.254:", PeerFault.NO_AS),
        ("10.0.0.254:x::false", PeerFault.BAD_AS),
        ("10.0.0.254:4294967296::false", PeerFault.BAD_AS),
        ("10.0.0.254:65000::false, 10.0.0.253:65000::false", PeerFault.BLANK),
        ("10.0.0.254:65000::false", None),
        ("router.example.com:65000:secret:true", None),
    ],
)
def test_fails_everywhere_or_nowhere(text: str, expected: PeerFault | None, release: str | None) -> None:
    assert fault(text, release) is expected


@pytest.mark.parametrize(
    ("text", "release", "expected"),
    [
        ("[fd00::fe]:65000::false", "0.5.7", PeerFault.NO_IPV6),
        ("[fd00::fe]:65000::false", "0.5.8", None),
        ("[fd00::fe]:65000::false", None, None),
        ("[fd00::fe:65000::false", "1.2.3", PeerFault.OPEN_BRACKET),
        ("10.0.0.254:65000::false,", "0.5.7", PeerFault.NO_AS),
        ("10.0.0.254:65000::false,", "0.5.8", None),
        (",10.0.0.254:65000::false", "1.2.3", None),
        ("10.0.0.254:65000::false,", None, None),
        ("10.0.0.254:65000::false, ", "1.2.3", PeerFault.BLANK),
        ("10.0.0.254:65000::false ", None, PeerFault.BLANK),
        ("10.0.0.254:65000:secret ", "1.2.3", None),
        ("10.0.0.254:65000:p/w:false", "0.8.9", None),
        ("10.0.0.254:65000:p/w:false", "0.8.10", PeerFault.SLASH),
        ("10.0.0.254:65000:p/w:false", "1.2.1", PeerFault.SLASH),
        ("10.0.0.254:65000:p/w:false", "1.2.2", None),
        ("10.0.0.254:65000:p/w:false", None, None),
        ("10.0.0.254:65000", "0.5.7", PeerFault.FIELDS),
        ("10.0.0.254:65000", "0.5.8", None),
        ("10.0.0.254:65000::", "1.1.2", PeerFault.BAD_MULTIHOP),
        ("10.0.0.254:65000::", "1.2.0", None),
        ("10.0.0.254:65000::perhaps", "1.2.3", PeerFault.BAD_MULTIHOP),
        ("10.0.0.254:65000::perhaps", None, None),
        ("10.0.0.254:65000::false:", "0.8.9", None),
        ("10.0.0.254:65000::false:", "0.8.10", PeerFault.BAD_PORT),
        ("10.0.0.254:65000::false:", "1.2.1", PeerFault.BAD_PORT),
        ("10.0.0.254:65000::false:", "1.2.2", None),
        ("10.0.0.254:65000::false:bgp", "0.8.9", None),
        ("10.0.0.254:65000::false:bgp", "1.2.3", PeerFault.BAD_PORT),
        ("10.0.0.254:65000::false:179", "1.2.3", None),
        ("unnumbered:eth0:65000", "1.2.0", None),
        ("unnumbered:eth0:65000", "1.1.2", PeerFault.BAD_AS),
        ("unnumbered:eth0:65000", None, None),
    ],
)
def test_by_release(text: str, release: str | None, expected: PeerFault | None) -> None:
    assert fault(text, release) is expected


@pytest.mark.parametrize(
    ("text", "release", "expected"),
    [
        (" 10.0.0.254:65000::false", "1.2.3", True),
        (" 10.0.0.254:65000::false", None, True),
        (" 10.0.0.254", "1.2.3", False),
        (" [fd00::fe]:65000::false", "1.2.3", False),
        (" unnumbered:eth0", "1.2.3", False),
        (" ", "1.2.3", False),
        ("2001:100::1:65000", "1.2.3", True),
        ("2001:db8::1:65000", "1.2.3", False),
        ("fd00::fe", "1.2.3", False),
    ],
)
def test_what_is_parsed_all_the_same(text: str, release: str | None, *, expected: bool) -> None:
    (one,) = peers(text, parse_version(release) if release else None)
    assert one.fault in (PeerFault.BLANK, PeerFault.BARE_IPV6)
    assert one.starts is expected


def test_what_is_in_an_element() -> None:
    text = "10.0.0.254:65000::false,[fd00::fe]:65001:pw:true:179"
    first, second = peers(text, parse_version("1.2.3"))
    assert (first.address.text, first.family) == ("10.0.0.254", Family.IPV4)
    assert (second.address.text, second.family) == ("fd00::fe", Family.IPV6)
    assert text[second.address.start : second.address.end] == "fd00::fe"
    assert text[second.whole.start : second.whole.end] == "[fd00::fe]:65001:pw:true:179"
    assert peers("", None) == ()


def test_brackets_are_offered_where_one_address_is_meant() -> None:
    (one,) = peers("fd00::fe:65000::false", None)
    found = bracketed(one)
    assert found is not None
    assert found.text == "fd00::fe"
    (two,) = peers("2001:db8::1:100:65000", None)
    assert two.fault is PeerFault.BARE_IPV6
    assert bracketed(two) is None


@pytest.mark.parametrize(
    ("text", "release", "family", "expected"),
    [
        ("fd00::fe", "1.2.3", Family.IPV6, None),
        ("10.0.0.254", "0.5.0", Family.IPV4, None),
        ("10.0.0.254:1179", "0.5.7", Family.IPV4, None),
        ("[fd00::fe]", "1.2.3", None, PeerFault.OPEN_BRACKET),
        ("fd00::fe", "0.5.7", Family.IPV6, PeerFault.NO_IPV6),
        ("fd00::fe", "0.5.8", Family.IPV6, None),
        (" fd00::fe", None, None, PeerFault.BLANK),
        ("router.example.com", None, None, None),
    ],
)
def test_a_single_peer(text: str, release: str | None, family: Family | None, expected: PeerFault | None) -> None:
    peer = peer_address(text, parse_version(release) if release else None)
    assert (peer.family, peer.fault) == (family, expected)


@pytest.mark.parametrize(
    ("peer", "release", "next_hop", "expected"),
    [
        ("10.0.0.254:65000::false/mpbgp_nexthop=fixed", "0.8.9", "fixed", OptionFault.SLASH),
        ("10.0.0.254:65000::false/mpbgp_nexthop=fixed", "0.8.10", "fixed", None),
        ("10.0.0.254:65000::false/mpbgp_nexthop=fixed", "1.2.1", "fixed", None),
        ("10.0.0.254:65000::false/mpbgp_nexthop=fixed", "1.2.2", "fixed", OptionFault.SLASH),
        ("10.0.0.254:65000::false/mpbgp_nexthop=fixed", "1.2.1", "", OptionFault.NO_GLOBAL),
        ("10.0.0.254:65000::false:179:mpbgp_nexthop=fixed", "0.8.9", "fixed", OptionFault.IGNORED_FIELD),
        ("10.0.0.254:65000::false:179:mpbgp_nexthop=fixed", "1.2.1", "fixed", OptionFault.IGNORED_FIELD),
        ("10.0.0.254:65000::false::mpbgp_nexthop=fixed", "1.2.1", "fixed", OptionFault.EMPTY_PORT),
        ("10.0.0.254:65000::false::mpbgp_nexthop=fixed", "1.2.2", "fixed", None),
        ("10.0.0.254:65000::false::mpbgp_nexthop=fixed;mpbgp_ipv6=fd00::1", "1.2.2", "fixed", OptionFault.CUT_IPV6),
        ("10.0.0.254:65000::false::mpbgp_nexthop=fixed;mpbgp_ipv6=fd00::1", "1.2.2", "", OptionFault.NO_GLOBAL),
        ("10.0.0.254:65000::false::mpbgp_nexthop=fixed;mpbgp_ipv6=fd00:1::9", "1.2.2", "", OptionFault.CUT_IPV6),
        ("10.0.0.254:65000::false", "1.2.3", "", None),
    ],
)
def test_options_of_a_peer(peer: str, release: str, next_hop: str, expected: OptionFault | None) -> None:
    version = parse_version(release)
    assert version is not None
    (found,) = peers(peer, version)
    value = kube_vip(release, mpbgp_nexthop=next_hop).get("mpbgp_nexthop")
    assert bgp.option_fault(found, version, value) is expected


@pytest.mark.parametrize(
    ("settings", "lacking"),
    [
        ({"mpbgp_nexthop": "fixed"}, {"mpbgp_ipv4 or mpbgp_ipv6"}),
        ({"mpbgp_nexthop": "fixed", "mpbgp_ipv6": "fd00::1"}, set()),
        ({"mpbgp_nexthop": "auto_sourceip"}, {"bgp_sourceip"}),
        ({"mpbgp_nexthop": "auto_sourceip", "bgp_sourceip": "10.0.0.1"}, set()),
        ({"mpbgp_nexthop": "auto_sourceif", "bgp_sourceip": "10.0.0.1"}, {"bgp_sourceif"}),
        ({}, set()),
    ],
)
def test_what_a_next_hop_mode_needs(settings: dict[str, str], lacking: set[str]) -> None:
    subject = kube_vip("1.2.3", bgp_enable="true", bgp_peers="10.0.0.254:65000::false", **settings)
    assert bgp.lacking(subject) == lacking
