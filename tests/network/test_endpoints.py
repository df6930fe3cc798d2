"""Hosts with ports, URL authorities and bare addresses, against what Go 1.26.8 answered and by properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from famlint.network.addresses import Dialect, Family, format_address, parse_address
from famlint.network.endpoints import (
    Form,
    HostPort,
    SplitFault,
    authority,
    bare_host,
    bracketed,
    form_of,
    split_host_port,
)

ADDRESSES = st.one_of(
    st.integers(0, 2**32 - 1).map(lambda value: format_address(Family.IPV4, value)),
    st.integers(0, 2**128 - 1).map(lambda value: format_address(Family.IPV6, value)),
)
V6 = st.integers(0, 2**128 - 1).map(lambda value: format_address(Family.IPV6, value))
PORTS = st.integers(0, 65535).map(str)
NOISE = st.text(alphabet="ab1:[]/.%@?# ", max_size=12)


class TestSplitHostPort:
    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ("[fd00::10]:443", HostPort("fd00::10", "443")),
            ("10.0.0.7:8443", HostPort("10.0.0.7", "8443")),
            ("vc.example.org:8443", HostPort("vc.example.org", "8443")),
            ("https://name", HostPort("https", "//name")),
            (":443", HostPort("", "443")),
            ("name:", HostPort("name", "")),
            ("[]:1", HostPort("", "1")),
            ("[fe80::1%eth0]:1", HostPort("fe80::1%eth0", "1")),
            ("", SplitFault.NO_PORT),
            ("name", SplitFault.NO_PORT),
            ("[fd00::10]", SplitFault.NO_PORT),
            ("[fd00::10]443", SplitFault.NO_PORT),
            ("[a]b:1", SplitFault.NO_PORT),
            ("fd00::10:443", SplitFault.COLONS),
            ("https://name:443", SplitFault.COLONS),
            ("[fd00::10]:443:1", SplitFault.COLONS),
            ("[fd00::10", SplitFault.NOT_CLOSED),
            ("a[b:1", SplitFault.BRACKET),
            ("a]b:1", SplitFault.BRACKET),
            ("[a[b]:1", SplitFault.BRACKET),
            ("[a]:1]", SplitFault.BRACKET),
        ],
    )
    def test_as_go_answers(self, text: str, answer: HostPort | SplitFault) -> None:
        assert split_host_port(text) == answer

    @given(ADDRESSES, PORTS)
    def test_what_is_joined_comes_apart(self, host: str, port: str) -> None:
        joined = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        assert split_host_port(joined) == HostPort(host, port)

    @given(NOISE)
    def test_a_host_and_a_port_make_the_text_again(self, text: str) -> None:
        answer = split_host_port(text)
        if isinstance(answer, HostPort):
            assert text in (f"{answer.host}:{answer.port}", f"[{answer.host}]:{answer.port}")
            assert ":" not in answer.port


class TestAuthority:
    @pytest.mark.parametrize(
        ("text", "scheme", "host"),
        [
            ("https://fd00::10:443", "https", "fd00::10:443"),
            ("HTTPS://[fd00::10]:443/path?x#y", "https", "[fd00::10]:443"),
            ("https://user:word@[fd00::10]:443", "https", "[fd00::10]:443"),
            ("vc.example.org:443", "", "vc.example.org:443"),
            ("vc.example.org/path@x", "", "vc.example.org"),
            ("https://", "https", ""),
            ("://name", "", ":"),
            ("", "", ""),
        ],
    )
    def test_where_the_host_stands(self, text: str, scheme: str, host: str) -> None:
        found = authority(text)
        assert (found.scheme, text[found.start : found.end]) == (scheme, host)

    @given(NOISE)
    def test_it_lies_in_the_text(self, text: str) -> None:
        found = authority(text)
        assert 0 <= found.start <= found.end <= len(text)


class TestBracketed:
    @pytest.mark.parametrize(
        ("text", "readings"),
        [
            ("fd00::10:443", ("[fd00::10]:443", "[fd00::10:443]")),
            ("fd00::10:16443", ("[fd00::10]:16443",)),
            ("fd00::10:70000", ()),
            ("fd00::", ("[fd00::]",)),
            ("fd00::a", ("[fd00::a]",)),
            ("1:2:3:4:5:6:7:8", ("[1:2:3:4:5:6:7:8]",)),
            ("1:2:3:4:5:6:7:8:443", ("[1:2:3:4:5:6:7:8]:443",)),
            ("[fd00::10]:443", ()),
            ("vc.example.org:443", ()),
            ("10.0.0.7:443", ()),
            ("a:b:c", ()),
        ],
    )
    def test_what_can_be_meant(self, text: str, readings: tuple[str, ...]) -> None:
        assert bracketed(text) == readings

    @given(V6, PORTS)
    def test_the_meant_one_is_among_them(self, host: str, port: str) -> None:
        assert f"[{host}]" in bracketed(host)
        assert f"[{host}]:{port}" in bracketed(f"{host}:{port}")

    @given(NOISE)
    def test_nothing_is_invented(self, text: str) -> None:
        for reading in bracketed(text):
            assert reading.replace("[", "").replace("]", "") == text


class TestForm:
    @pytest.mark.parametrize(
        ("text", "form"),
        [
            ("10.0.0.7", Form.IP),
            ("::", Form.IP),
            ("::ffff:10.0.0.7", Form.IP),
            ("[::]", Form.BRACKETS),
            ("[fd00::10]:443", Form.BRACKETS),
            ("https://10.0.0.7", Form.URL),
            ("10.0.0.7/32", Form.CIDR),
            ("fd00::/64", Form.CIDR),
            ("10.0.0.7:443", Form.PORT),
            ("vc.example.org:443", Form.PORT),
            ("fe80::1%eth0", Form.ZONE),
            ("vc.example.org", Form.NAME),
            ("*.example.org", Form.WILDCARD),
            (" 10.0.0.7", Form.BLANKS),
            ("010.0.0.7", Form.OTHER),
            ("10.0.0.300", Form.OTHER),
            ("fd00:::1", Form.OTHER),
            ("10.0.0.7/33", Form.OTHER),
        ],
    )
    def test_for_go(self, text: str, form: Form) -> None:
        assert form_of(text, Dialect.GO_NET) is form

    def test_kubernetes_takes_leading_zeros(self) -> None:
        assert form_of("010.0.0.7", Dialect.KUBERNETES) is Form.IP

    @given(ADDRESSES)
    def test_an_address_is_one(self, text: str) -> None:
        assert form_of(text, Dialect.GO_NET) is Form.IP
        assert bare_host(text) == text


class TestBareHost:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("[::]", "::"),
            ("[fd00::10]:443", "fd00::10"),
            ("https://[fd00::10]:443/x", "fd00::10"),
            ("https://vc.example.org", "vc.example.org"),
            ("10.0.0.7/32", "10.0.0.7"),
            ("fd00::10/128", "fd00::10"),
            ("vc.example.org:443", "vc.example.org"),
            (" 10.0.0.7 ", "10.0.0.7"),
            ("10.0.0.7/24", None),
            ("[name]", None),
            ("[fd00::10", None),
            ("[fd00::10]x", None),
            ("fe80::1%eth0", None),
            ("010.0.0.7", None),
            ("", None),
        ],
    )
    def test_the_one_that_can_be_meant(self, text: str, meant: str | None) -> None:
        assert bare_host(text) == meant

    @given(NOISE)
    def test_what_it_says_is_bare(self, text: str) -> None:
        meant = bare_host(text)
        if meant is not None:
            assert form_of(meant, Dialect.GO_NET) in (Form.IP, Form.NAME)
            assert meant in text

    @given(ADDRESSES, PORTS)
    def test_round_trip(self, host: str, port: str) -> None:
        wrapped = f"[{host}]" if ":" in host else host
        for text in (wrapped, f"{wrapped}:{port}", f"https://{wrapped}:{port}/"):
            assert bare_host(text) == host
        assert parse_address(host, Dialect.GO_NET) is not None
