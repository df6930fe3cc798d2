"""VCL019, VCL023, VCL024 and VCL027 by hand, with every case in which they must be silent."""

import pytest

from famlint.findings import Severity
from famlint_rules import vcluster_addresses as rules
from tests.vcluster_rest.subjects import BARE, DECODED, PRIVATE, fixed, found, gap, pointed_at, severity, vcluster

BIND = "controlPlane.proxy.bindAddress"
ALIAS = "controlPlane.statefulSet.hostAliases.0.ip"
SERVERS = "controlPlane.statefulSet.dnsConfig.nameservers"
RESOLVE = "networking.resolveDNS.1.target.ip"
ADVERTISE = "controlPlane.standalone.advertiseAddress"
POOL = "deploy.metallb.ipAddressPool.addresses"
METALLB = {**PRIVATE, "deploy.metallb.enabled": "true"}
SPEC = "controlPlane.coredns.service.spec"
CLUSTER_DNS = "privateNodes.kubelet.config.clusterDNS"
RANGE = {**PRIVATE, "networking.serviceCIDR": "10.128.0.0/16"}


class TestBindAddress:
    rule = rules.proxy_bind_address_no_ip

    @pytest.mark.parametrize("release", [None, "0.20.0", "0.36.1", "9.0.0"])
    @pytest.mark.parametrize(
        ("text", "right"),
        [("[::]", "::"), ("[fd00::1]:8443", "fd00::1"), ("10.0.0.7/32", "10.0.0.7"), ("10.0.0.7:8443", "10.0.0.7")],
    )
    def test_one_right_value(self, release: str | None, text: str, right: str) -> None:
        subject = vcluster({BIND: text}, release=release)
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == text
        assert fixed(subject, draft) == right
        assert severity(self.rule, draft) is Severity.ERROR
        assert ("checked up to" in draft.message) is (release == "9.0.0")

    @pytest.mark.parametrize("text", ["localhost", "10.0.0.0/8", "fe80::1%eth0", "010.0.0.7", "10.0.0.300"])
    def test_advice_only(self, text: str) -> None:
        (draft,) = found(self.rule, vcluster({BIND: text}))
        assert draft.fix is not None
        assert draft.fix.edits == ()

    @pytest.mark.parametrize("text", ["0.0.0.0", "::", "10.0.0.7", "fd00::1", "", "  ", "((BIND))"])
    def test_silent(self, text: str) -> None:
        assert found(self.rule, vcluster({BIND: text})) == []

    def test_silent_in_legacy_charts(self) -> None:
        assert found(self.rule, vcluster({BIND: "[::]"}, release="0.19.10")) == []

    def test_unknown(self) -> None:
        assert gap(self.rule, vcluster({}, unknown=[BIND])) == ([], BIND)


class TestMetallbPool:
    rule = rules.metallb_pool_item_unusable

    @pytest.mark.parametrize(("text", "right"), [("192.0.2.10", "192.0.2.10/32"), ("fd00::10", "fd00::10/128")])
    @pytest.mark.parametrize("release", [None, "0.26.0", "0.36.1"])
    def test_single_address(self, text: str, right: str, release: str | None) -> None:
        subject = vcluster({**METALLB, POOL: [text, "192.0.2.0/28"]}, release=release)
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == text
        assert fixed(subject, draft) == right
        assert severity(self.rule, draft) is Severity.WARNING

    @pytest.mark.parametrize("text", ["192.0.2.20-2001:db8::20", "192.0.2.20-192.0.2.10", "fd00::2 - fd00::1"])
    def test_ranges(self, text: str) -> None:
        (draft,) = found(self.rule, vcluster({**METALLB, POOL: [text]}))
        assert draft.fix is not None
        assert draft.fix.edits == ()

    @pytest.mark.parametrize(
        "text", ["192.0.2.10/32", "192.0.2.77/24", "192.0.2.10-192.0.2.20", "fd00::1 - fd00::2", "192.0.2.1-192.0.2.1"]
    )
    def test_silent(self, text: str) -> None:
        assert found(self.rule, vcluster({**METALLB, POOL: [text]})) == []

    def test_silent_where_metallb_is_off(self) -> None:
        assert found(self.rule, vcluster({POOL: ["192.0.2.10"]})) == []

    def test_silent_before_the_key_exists(self) -> None:
        assert found(self.rule, vcluster({**METALLB, POOL: ["192.0.2.10"]}, release="0.25.2")) == []

    def test_unknown(self) -> None:
        assert gap(self.rule, vcluster(METALLB, unknown=[POOL])) == ([], POOL)


class TestPlainIp:
    rule = rules.plain_ip_expected

    @pytest.mark.parametrize(
        ("key", "level"),
        [
            (ALIAS, Severity.ERROR),
            (RESOLVE, Severity.WARNING),
            (ADVERTISE, Severity.WARNING),
        ],
    )
    @pytest.mark.parametrize("release", [None, "0.36.0"])
    def test_each_key(self, key: str, level: Severity, release: str | None) -> None:
        subject = vcluster({key: "[fd00::7]"}, release=release)
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is level
        assert fixed(subject, draft) == "fd00::7"

    def test_nameservers_one_by_one(self) -> None:
        subject = vcluster({SERVERS: ["10.0.0.53", "dns.example.org", "fd00::53/128"]})
        first, second = found(self.rule, subject)
        assert (pointed_at(subject, first), pointed_at(subject, second)) == ("dns.example.org", "fd00::53/128")
        assert severity(self.rule, first) is Severity.ERROR
        assert fixed(subject, second) == "fd00::53"

    @pytest.mark.parametrize("text", ["10.0.0.7", "fd00::7", "010.0.0.7", "::ffff:10.0.0.7", "", "((IP))"])
    @pytest.mark.parametrize("key", [ALIAS, RESOLVE, ADVERTISE])
    def test_silent(self, key: str, text: str) -> None:
        assert found(self.rule, vcluster({key: text})) == []

    @pytest.mark.parametrize(("key", "release"), [(ALIAS, "0.31.2"), (RESOLVE, "0.19.10"), (ADVERTISE, "0.35.2")])
    def test_silent_before_the_key_exists(self, key: str, release: str) -> None:
        assert found(self.rule, vcluster({key: "10.0.0.7/32"}, release=release)) == []

    @pytest.mark.parametrize(
        "without", [{"controlPlane.standalone.enabled": "true"}, {"experimental.docker.network": "vc"}]
    )
    def test_silent_where_no_pod_of_the_chart_exists(self, without: dict[str, str]) -> None:
        assert found(self.rule, vcluster({**without, ALIAS: "x", SERVERS: ["y"]})) == []
        assert len(found(self.rule, vcluster({**without, ADVERTISE: "10.0.0.7/32"}))) == 1

    @pytest.mark.parametrize(
        "key", ["experimental.docker.loadBalancer.enabled", "experimental.docker.registryProxy.enabled"]
    )
    def test_the_charts_own_docker_keys_do_not_mean_the_driver(self, key: str) -> None:
        assert len(found(self.rule, vcluster({key: "true", ALIAS: "x"}))) == 1

    def test_a_decoded_secret_never_means_the_docker_driver(self) -> None:
        settings = {"experimental.docker.enabled": "true", "experimental.docker.network": "vc", ALIAS: "x"}
        assert len(found(self.rule, vcluster(settings, form=DECODED))) == 1

    def test_known_values_are_judged_before_the_gap(self) -> None:
        other = "controlPlane.statefulSet.hostAliases.1.ip"
        drafts, fact = gap(self.rule, vcluster({ALIAS: "x"}, unknown=[other]))
        assert (len(drafts), fact) == (1, other)

    def test_a_list_that_is_unknown_as_a_whole(self) -> None:
        path = "controlPlane.statefulSet.hostAliases"
        assert gap(self.rule, vcluster({}, unknown=[path])) == ([], path)


class TestDnsAddress:
    rule = rules.dns_address_outside_service_range

    def test_cluster_ip_of_coredns(self) -> None:
        subject = vcluster({**RANGE, f"{SPEC}.clusterIP": "10.96.0.10"})
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.ERROR
        assert pointed_at(subject, draft) == "10.96.0.10"
        assert draft.fix is not None
        assert "10.128.0.10" in draft.fix.description
        assert [label.message for label in draft.related] == ["the service CIDR"]

    def test_the_same_address_in_both_keys_is_one_finding(self) -> None:
        both = {f"{SPEC}.clusterIP": "10.96.0.10", f"{SPEC}.clusterIPs": ["10.96.0.10", "fd00::a"]}
        drafts = found(self.rule, vcluster({**RANGE, **both}))
        assert [draft.message.split()[0] for draft in drafts] == ["10.96.0.10", "fd00::a"]

    def test_cluster_dns_of_kubelets(self) -> None:
        subject = vcluster({**RANGE, CLUSTER_DNS: ["10.128.0.10", "10.96.0.10"]})
        (draft,) = found(self.rule, subject)
        assert severity(self.rule, draft) is Severity.WARNING
        assert pointed_at(subject, draft) == "10.96.0.10"

    def test_shared_mode_with_an_explicit_range(self) -> None:
        subject = vcluster({"serviceCIDR": "fd00:10:96::/108", f"{SPEC}.clusterIP": "10.96.0.10"})
        (draft,) = found(self.rule, subject)
        assert draft.fix is not None
        assert "fd00:10:96::a" in draft.fix.description

    @pytest.mark.parametrize("text", ["10.128.0.10", "169.254.20.10", "fe80::a", "None", "", "no-address"])
    @pytest.mark.parametrize("key", [f"{SPEC}.clusterIP", CLUSTER_DNS])
    def test_silent(self, key: str, text: str) -> None:
        subject = vcluster({**RANGE, key: [text] if key == CLUSTER_DNS else text})
        assert found(self.rule, subject) == []

    @pytest.mark.parametrize(
        "off",
        [{"controlPlane.coredns.enabled": "false"}, {"controlPlane.coredns.overwriteManifests": "kind: ConfigMap"}],
    )
    def test_silent_without_the_own_coredns(self, off: dict[str, str]) -> None:
        assert found(self.rule, vcluster({**RANGE, **off, f"{SPEC}.clusterIP": "10.96.0.10"})) == []

    def test_an_empty_overwrite_is_none(self) -> None:
        empty = {"controlPlane.coredns.overwriteManifests": ""}
        assert len(found(self.rule, vcluster({**RANGE, **empty, f"{SPEC}.clusterIP": "10.96.0.10"}))) == 1

    def test_silent_where_the_range_is_not_written(self) -> None:
        assert found(self.rule, vcluster({**PRIVATE, f"{SPEC}.clusterIP": "10.97.0.10"})) == []
        assert found(self.rule, vcluster({**PRIVATE, f"{SPEC}.clusterIP": "192.0.2.10"})) == []

    def test_silent_where_the_range_is_unreadable(self) -> None:
        broken = {**PRIVATE, "networking.serviceCIDR": "10.128.0.0"}
        assert found(self.rule, vcluster({**broken, f"{SPEC}.clusterIP": "10.96.0.10"})) == []

    def test_cluster_dns_counts_with_private_nodes_only(self) -> None:
        shared = {"serviceCIDR": "10.128.0.0/16", CLUSTER_DNS: ["10.96.0.10"]}
        assert found(self.rule, vcluster(shared)) == []
        assert found(self.rule, vcluster({**RANGE, CLUSTER_DNS: ["10.96.0.10"]}, release="0.26.3")) == []

    def test_unknown_range(self) -> None:
        subject = vcluster({**PRIVATE, f"{SPEC}.clusterIP": "10.96.0.10"}, unknown=["serviceCIDR"])
        assert gap(self.rule, subject) == ([], "serviceCIDR")

    def test_partial_values(self) -> None:
        subject = vcluster({f"{SPEC}.clusterIP": "10.96.0.10"}, form=BARE, partial="another file may set it")
        assert gap(self.rule, subject)[0] == []
