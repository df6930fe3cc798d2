"""VCL018, VCL020, VCL021 and VCL022 by hand, with every case in which they must be silent."""

import pytest

from famlint.findings import Severity
from famlint_rules import vcluster_endpoints as rules
from tests.vcluster_rest.subjects import PRIVATE, fixed, found, gap, pointed_at, severity, vcluster

GATEWAY = "controlPlane.advanced.kubeVip.gateway"
KUBE_VIP = {**PRIVATE, "controlPlane.advanced.kubeVip.enabled": "true"}
ENDPOINT = "controlPlane.endpoint"
SERVER = "exportKubeConfig.server"
ADDITIONAL = "exportKubeConfig.additionalSecrets.0.server"
ETCD = "controlPlane.backingStore.etcd.external.endpoint"
SANS = "controlPlane.proxy.extraSANs"
INGRESS = {"controlPlane.ingress.enabled": "true", "controlPlane.ingress.host": "10.0.0.7"}


class TestGateway:
    rule = rules.kube_vip_gateway_prefix

    @pytest.mark.parametrize("text", ["10.100.0.1", "gateway", "[fd00::1]/64", "10.100.0.1/33", "010.0.0.1/24"])
    @pytest.mark.parametrize("release", [None, "0.30.0", "0.36.1"])
    def test_no_address_with_a_prefix(self, text: str, release: str | None) -> None:
        subject = vcluster({**KUBE_VIP, GATEWAY: text}, release=release)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.WARNING
        assert pointed_at(subject, draft) == text

    @pytest.mark.parametrize(
        ("gateway", "endpoint"), [("10.100.0.1/24", "[fd00::10]:8443"), ("fd00::1/64", "10.100.0.100:8443")]
    )
    def test_other_family_than_the_vip(self, gateway: str, endpoint: str) -> None:
        subject = vcluster({**KUBE_VIP, GATEWAY: gateway, ENDPOINT: endpoint})
        (draft,) = found(self.rule, subject)
        assert "IPv6" in draft.message
        assert len(draft.related) == 1

    @pytest.mark.parametrize(
        "endpoint", ["10.100.0.100:8443", "vc.example.org:8443", "fd00::10:8443", "10.100.0.100", "", "https://x"]
    )
    def test_silent(self, endpoint: str) -> None:
        assert found(self.rule, vcluster({**KUBE_VIP, GATEWAY: "10.100.0.1/24", ENDPOINT: endpoint})) == []

    def test_host_bits_are_right(self) -> None:
        assert found(self.rule, vcluster({**KUBE_VIP, GATEWAY: "fd00::1/64", ENDPOINT: "[fd00::10]:8443"})) == []

    def test_silent_where_kube_vip_is_off(self) -> None:
        assert found(self.rule, vcluster({**PRIVATE, GATEWAY: "10.100.0.1"})) == []

    def test_silent_before_the_key_exists(self) -> None:
        assert found(self.rule, vcluster({**KUBE_VIP, GATEWAY: "10.100.0.1"}, release="0.29.1")) == []

    def test_unknown(self) -> None:
        assert gap(self.rule, vcluster(KUBE_VIP, unknown=[GATEWAY])) == ([], GATEWAY)


class TestServerUrl:
    rule = rules.server_url_unusable

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("https://fd00:100::10:16443", "https://[fd00:100::10]:16443"),
            ("https://fd00::/path", "https://[fd00::]/path"),
            ("fd00::10:16443", "https://[fd00::10]:16443"),
            ("https://1:2:3:4:5:6:7:8:443", "https://[1:2:3:4:5:6:7:8]:443"),
        ],
    )
    def test_one_right_value(self, text: str, right: str) -> None:
        subject = vcluster({SERVER: text})
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.ERROR
        assert fixed(subject, draft) == right
        assert "[" not in pointed_at(subject, draft)
        assert "//" not in pointed_at(subject, draft)

    def test_two_readings_are_advice(self) -> None:
        (draft,) = found(self.rule, vcluster({SERVER: "https://fd00:100::10:443"}))
        assert draft.fix is not None
        assert draft.fix.edits == ()
        assert 'write "https://[fd00:100::10]:443"' in draft.fix.description

    @pytest.mark.parametrize(
        ("release", "fate"),
        [
            ("0.20.0", "nobody can tell"),
            ("0.34.3", "nobody can tell"),
            ("0.35.0", "does not start"),
            (None, "from v0.35.0"),
            ("0.99.0", "checked up to"),
        ],
    )
    def test_fate_by_release(self, release: str | None, fate: str) -> None:
        (draft,) = found(self.rule, vcluster({SERVER: "https://fd00::10:16443"}, release=release))
        assert fate in draft.message

    def test_the_image_tag_decides(self) -> None:
        tag = {"controlPlane.statefulSet.image.tag": "0.36.1"}
        (draft,) = found(self.rule, vcluster({**tag, SERVER: "https://fd00::10:16443"}, release="0.30.0"))
        assert "does not start" in draft.message
        (draft,) = found(self.rule, vcluster({**tag, SERVER: "vc.example.org:443"}, release="0.28.0"))
        assert "does not start" in draft.message

    @pytest.mark.parametrize("key", [ADDITIONAL, ETCD])
    def test_other_keys(self, key: str) -> None:
        subject = vcluster({key: "fd00::10:12379"})
        (draft,) = found(self.rule, subject)
        assert fixed(subject, draft) == "[fd00::10]:12379"

    def test_members_of_an_etcd_list(self) -> None:
        subject = vcluster({ETCD: "[fd00::10]:2379,fd00::11:12379,10.0.0.7:2379"})
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == "fd00::11:12379"
        assert fixed(subject, draft) == "[fd00::10]:2379,[fd00::11]:12379,10.0.0.7:2379"

    @pytest.mark.parametrize("text", ["vc.example.org:443", "10.0.0.7:443", "[fd00::10]:443", "ftp://name"])
    def test_scheme(self, text: str) -> None:
        subject = vcluster({SERVER: text}, release="0.29.0")
        (draft,) = found(self.rule, subject)
        assert fixed(subject, draft) == "https://" + text.removeprefix("ftp://")

    def test_scheme_is_not_needed_before(self) -> None:
        assert found(self.rule, vcluster({SERVER: "vc.example.org:443"}, release="0.28.3")) == []

    def test_scheme_with_an_unknown_release(self) -> None:
        assert gap(self.rule, vcluster({SERVER: "vc.example.org:443"}, release=None)) == ([], "chart version")

    @pytest.mark.parametrize("key", [SERVER, ADDITIONAL, ETCD])
    @pytest.mark.parametrize(
        "text", ["https://vc.example.org", "https://[fd00::10]:443", "HTTPS://10.0.0.7", "", "((X))"]
    )
    def test_silent(self, key: str, text: str) -> None:
        assert found(self.rule, vcluster({key: text})) == []

    @pytest.mark.parametrize("key", [ADDITIONAL, ETCD])
    @pytest.mark.parametrize("text", ["vc.example.org:443", "[fd00::10]:2379", "10.0.0.7:2379"])
    def test_silent_without_a_scheme_elsewhere(self, key: str, text: str) -> None:
        assert found(self.rule, vcluster({key: text})) == []

    @pytest.mark.parametrize(("key", "release"), [(SERVER, "0.19.10"), (ADDITIONAL, "0.23.2"), (ETCD, "0.24.1")])
    def test_silent_before_the_key_exists(self, key: str, release: str) -> None:
        assert found(self.rule, vcluster({key: "fd00::10:12379"}, release=release)) == []

    def test_known_servers_are_judged_before_the_gap(self) -> None:
        drafts, fact = gap(self.rule, vcluster({SERVER: "https://fd00::"}, unknown=[ADDITIONAL]))
        assert (len(drafts), fact) == (1, ADDITIONAL)


class TestExtraSans:
    rule = rules.extra_san_never_matches

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("[fd00:100::10]", "fd00:100::10"),
            ("[fd00:100::10]:443", "fd00:100::10"),
            ("10.0.0.7:443", "10.0.0.7"),
            ("https://vc.example.org", "vc.example.org"),
            ("vc.example.org:443", "vc.example.org"),
            ("10.0.0.7/32", "10.0.0.7"),
        ],
    )
    def test_one_right_value(self, text: str, right: str) -> None:
        subject = vcluster({SANS: ["vc.example.org", text]})
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.WARNING
        assert fixed(subject, draft) == right

    def test_a_network_is_advice(self) -> None:
        (draft,) = found(self.rule, vcluster({SANS: ["10.0.0.0/24"]}))
        assert draft.fix is not None
        assert draft.fix.edits == ()

    @pytest.mark.parametrize(
        "text", ["10.0.0.7", "fd00::10", "vc.example.org", "*.example.org", "localhost", "a_b", "x/y", "", "((SAN))"]
    )
    def test_silent(self, text: str) -> None:
        assert found(self.rule, vcluster({SANS: [text]})) == []

    def test_unknown(self) -> None:
        assert gap(self.rule, vcluster({}, unknown=[SANS])) == ([], SANS)


class TestIngressHost:
    rule = rules.ingress_host_is_ip

    @pytest.mark.parametrize("text", ["10.0.0.7", "fd00::7", "[fd00::7]", "010.0.0.7"])
    @pytest.mark.parametrize("release", [None, "0.20.0", "0.36.1"])
    def test_address(self, text: str, release: str | None) -> None:
        subject = vcluster({**INGRESS, "controlPlane.ingress.host": text}, release=release)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.ERROR
        assert pointed_at(subject, draft) == text

    def test_legacy(self) -> None:
        assert (
            len(found(self.rule, vcluster({"ingress.enabled": "true", "ingress.host": "10.0.0.7"}, release="0.15.0")))
            == 1
        )

    @pytest.mark.parametrize("host", ["vc.example.org", "my-host.com", ""])
    def test_silent(self, host: str) -> None:
        assert found(self.rule, vcluster({**INGRESS, "controlPlane.ingress.host": host})) == []

    @pytest.mark.parametrize(
        "more",
        [
            {"controlPlane.ingress.enabled": "false"},
            {"controlPlane.ingress.spec.rules.0.host": "vc.example.org"},
            {"controlPlane.standalone.enabled": "true"},
            {"experimental.docker.nodes.0.name": "a"},
        ],
    )
    def test_silent_where_the_host_does_not_count(self, more: dict[str, str]) -> None:
        assert found(self.rule, vcluster({**INGRESS, **more})) == []

    def test_private_nodes_have_an_ingress_too(self) -> None:
        assert len(found(self.rule, vcluster({**INGRESS, **PRIVATE}))) == 1
