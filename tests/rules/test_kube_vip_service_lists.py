"""VIP021 and VIP022 by hand, with every case in which they must be silent."""

import pytest

from famlint.components import kube_vip_pools as pools
from famlint.components.kube_vip_pools import AddressPools, CloudProvider
from famlint.components.model import Component, Value
from famlint.components.service import Service
from famlint.findings import Severity
from famlint.network.versions import parse_version
from famlint.positions import Span
from famlint.rules import Draft, Rule
from famlint.unknown import Unknown
from famlint_rules import kube_vip_service_lists as rules
from tests.made_clusters import cluster_of
from tests.rules.hand_made import kube_vip, severity
from tests.rules.made_services import SERVES, advice, asking, judged, marked, mended, shared

V4, V6 = "10.0.0.200", "fd80::200"
NOW = kube_vip("1.2.3", SERVES)


def provider(release: str = "", **variables: str) -> CloudProvider:
    span = Span("provider.yaml", 0, 8)
    known = parse_version(release) or Unknown("kube-vip-cloud-provider version", "the image has no tag")
    values: dict[str, Value | Unknown] = {f"env.{name}": Value(text, span, "env") for name, text in variables.items()}
    return CloudProvider(Component(pools.PROVIDER_KIND, "provider", "kube-system", span, known, None, values))


def pool(path: str = "pools.yaml") -> AddressPools:
    known = Unknown("version", "pools have no release")
    return AddressPools(Component(pools.KIND, "kubevip", "kube-system", Span(path, 0, 7), known, None, {}))


def beside(rule: Rule, service: Service, *others: AddressPools | CloudProvider) -> list[Draft]:
    """What a rule says of a Service beside the pools and the cloud provider of its cluster."""
    return list(rule.check(service, cluster_of(service, *others)))


class TestServiceVipInvalid:
    rule = rules.service_vip_invalid

    @pytest.mark.parametrize(
        ("ips", "wrong", "right"),
        [
            ("10.0.0.200/24", "10.0.0.200/24", "10.0.0.200"),
            ("10.0.0.200/32", "10.0.0.200/32", "10.0.0.200"),
            ("[fd80::200]", "[fd80::200]", "fd80::200"),
            ("[fd80::200]/64", "[fd80::200]/64", "fd80::200"),
            ("10.0.0.200, fd80::200/64", "fd80::200/64", "10.0.0.200, fd80::200"),
        ],
    )
    def test_not_bare(self, ips: str, wrong: str, right: str) -> None:
        subject = asking(ips)
        (draft,) = judged(self.rule, subject)
        assert marked(subject, draft) == wrong
        assert severity(self.rule, draft) is Severity.ERROR
        assert mended(ips, draft) == right

    @pytest.mark.parametrize("ips", ["10.0.0.0/24", "fd80::/64", "10.0.0.300", "10.0.0.300/24", "fe80::1%eth0"])
    def test_advice_where_nobody_knows_the_address(self, ips: str) -> None:
        (draft,) = judged(self.rule, asking(ips))
        assert advice(draft)

    @pytest.mark.parametrize(
        ("ips", "wrong", "right"),
        [
            (f"{V4},", ",", V4),
            (f",{V4}", ",", V4),
            (f"{V4},,{V6}", ",", f"{V4},{V6}"),
            (f"{V4}, ,{V6}", ", ", f"{V4},{V6}"),
            (f",,{V4}", ",", V4),
            (f"{V4},,", ",", V4),
        ],
    )
    def test_empty_items(self, ips: str, wrong: str, right: str) -> None:
        subject = asking(ips)
        (draft,) = judged(self.rule, subject)
        assert marked(subject, draft) == wrong
        assert mended(ips, draft) == right

    def test_nothing_but_commas(self) -> None:
        (draft,) = judged(self.rule, asking(","))
        assert advice(draft)

    @pytest.mark.parametrize(
        ("release", "length", "empty"),
        [
            ("0.5.11", 0, 0),
            ("0.5.12", 1, 1),
            ("1.0.0", 1, 1),
            ("1.0.1", 1, 0),
            ("1.0.2", 1, 0),
            ("1.0.3", 1, 1),
            ("1.2.3", 1, 1),
            ("1.9.0", 1, 1),
            (None, 1, 1),
        ],
    )
    def test_releases(self, release: str | None, length: int, empty: int) -> None:
        subject = kube_vip(release, SERVES)
        assert len(judged(self.rule, asking("10.0.0.200/24"), subject)) == length
        assert len(judged(self.rule, asking(f"{V4},"), subject)) == empty

    def test_it_says_what_happens(self) -> None:
        (dropped,) = judged(self.rule, asking("10.0.0.200/24"), kube_vip("1.0.1", SERVES))
        assert "leaves it out" in dropped.message
        (newer,) = judged(self.rule, asking("10.0.0.200/24"), kube_vip("1.9.0", SERVES))
        assert "checked up to v1.2.3" in newer.message

    @pytest.mark.parametrize(
        "subject",
        [
            asking(V4),
            asking(f"{V4}, {V6}"),
            asking(""),
            asking("web.example.com"),
            asking("0.0.0.0"),
            asking("<VIP>"),
            asking("10.0.0.200/24", ignore="true"),
            asking(ip="10.0.0.200/24"),
        ],
    )
    def test_silent(self, subject: Service) -> None:
        assert judged(self.rule, subject) == []
        assert judged(self.rule, subject, NOW) == []

    def test_silent_in_wireguard_mode(self) -> None:
        wireguard = kube_vip("1.2.3", {"vip_wireguard": "true", "svc_enable": "true"})
        for ips in ("10.0.0.200/24", "[fd80::200]", f"{V4},"):
            assert judged(self.rule, asking(ips), wireguard) == []

    def test_an_unknown_mode_may_be_wireguard(self) -> None:
        with pytest.raises(Unknown):
            judged(self.rule, asking("10.0.0.200/24"), kube_vip("1.2.3", SERVES, unknown=["vip_wireguard"]))


class TestServiceVipListBlank:
    rule = rules.service_vip_list_blank

    @pytest.mark.parametrize(
        ("ips", "item", "right"),
        [
            (f"{V4}, {V6}", f" {V6}", f"{V4},{V6}"),
            (f"{V4} ,{V6}", f"{V4} ", f"{V4},{V6}"),
            (f"{V4} , {V6}", f"{V4} ", f"{V4},{V6}"),
            (f"{V4},\t{V6}, 10.0.0.201", f"\t{V6}", f"{V4},{V6},10.0.0.201"),
        ],
    )
    def test_a_blank(self, ips: str, item: str, right: str) -> None:
        subject = asking(ips)
        for drafts in (judged(self.rule, subject), judged(self.rule, subject, NOW)):
            (draft,) = drafts
            assert marked(subject, draft) == item
            assert severity(self.rule, draft) is Severity.INFO
            assert mended(ips, draft) == right

    def test_a_fix_that_reaches_further_is_not_safe(self) -> None:
        (draft,) = judged(self.rule, shared(asking(f"{V4}, {V6}")))
        assert draft.fix is not None
        assert not draft.fix.safe

    @pytest.mark.parametrize(
        "subject",
        [
            asking(f"{V4},{V6}"),
            asking(f" {V4} "),
            asking(f" {V4},{V6} "),
            asking(f"{V4}, "),
            asking(f"{V4}, {V6}", ignore="true"),
        ],
    )
    def test_silent(self, subject: Service) -> None:
        assert judged(self.rule, subject) == []
        assert judged(self.rule, subject, NOW) == []

    def test_classes(self) -> None:
        own = kube_vip("1.2.3", {**SERVES, "lb_class_name": "example.com/lb"})
        assert judged(self.rule, asking(f"{V4}, {V6}", load_balancer_class="example.com/lb"), own) == []
        (draft,) = judged(self.rule, asking(f"{V4}, {V6}", load_balancer_class="kube-vip.io/kube-vip-class"), NOW)
        assert severity(self.rule, draft) is Severity.INFO

    @pytest.mark.parametrize(
        ("others", "expected"),
        [
            ((pool(),), Severity.ERROR),
            ((provider(),), Severity.ERROR),
            ((provider("0.0.10"),), Severity.ERROR),
            ((pool(), provider("0.0.12")), Severity.ERROR),
            ((provider("0.0.9"),), Severity.INFO),
            ((pool(), provider("0.0.9")), Severity.INFO),
        ],
    )
    def test_who_is_stopped(self, others: tuple[AddressPools | CloudProvider, ...], expected: Severity) -> None:
        (draft,) = beside(self.rule, asking(f"{V4}, {V6}"), *others)
        assert severity(self.rule, draft) is expected
        assert len(draft.related) == (len(others) if expected is Severity.ERROR else 0)
        assert ("blocks address allocation for all Services" in draft.message) is (expected is Severity.ERROR)

    def test_the_class_of_the_provider(self) -> None:
        own = asking(f"{V4}, {V6}", load_balancer_class="kube-vip.io/kube-vip-class")
        (draft,) = beside(self.rule, own, provider("0.0.12", KUBEVIP_ENABLE_LOADBALANCERCLASS="true"))
        assert severity(self.rule, draft) is Severity.ERROR
        assert beside(self.rule, own, provider("0.0.12")) == []
        (draft,) = beside(self.rule, own, pool())
        assert severity(self.rule, draft) is Severity.INFO
        assert beside(self.rule, asking(f"{V4}, {V6}"), provider(KUBEVIP_ENABLE_LOADBALANCERCLASS="true")) == []

    def test_several_pools_that_are_equally_near(self) -> None:
        with pytest.raises(Unknown):
            beside(self.rule, asking(f"{V4}, {V6}"), pool(), pool("other.yaml"))
