"""The table of the Calico chart, cell by cell, and the ranges of a server."""

import pytest

from famlint.behaviours.rke2 import (
    CALICO_DEMANDS_IPV4,
    calico_demands_ipv4,
    families,
    first_fixed,
    release_of,
    service_range,
)
from famlint.components.model import Value
from famlint.components.rke2 import AGENT, K3S, CalicoValues, DistributionConfig, K3sPlan, Rke2Plan
from famlint.network.addresses import Family
from famlint.network.versions import parse_version
from famlint.positions import Span
from famlint.unknown import Unknown
from tests.behaviours.rke2_configs import PLACEHOLDER, Given, cluster, component, config, value

IPV6_ONLY = {"cni": "calico", "cluster-cidr": "fd00:42::/56", "service-cidr": "fd00:43::/112"}
NETWORK = "installation.calicoNetwork"


def calico(given: dict[str, Given], partial: str = "") -> CalicoValues:
    return CalicoValues(component("rke2-calico values", given, None, "HelmChartConfig", partial))


def demands(subject: DistributionConfig, *others: object, known: str = "") -> bool:
    return calico_demands_ipv4(subject, cluster(subject, *others, known=known)) is not None


ROWS = [
    # minor, first bad, last bad, first good; None where there is none (facts 0.1)
    ("1.25", 16, 16, None),
    ("1.26", 11, 15, None),
    ("1.27", 8, 16, None),
    ("1.28", 4, 15, None),
    ("1.29", 0, 12, 13),
    ("1.30", 0, 8, 9),
    ("1.31", 0, 4, 5),
    ("1.32", 0, 0, 1),
]


@pytest.mark.parametrize(("minor", "first", "last", "good"), ROWS)
def test_the_table(minor: str, first: int, last: int, good: int | None) -> None:
    bad = {patch for patch in range(30) if demands(config(dict(IPV6_ONLY), f"{minor}.{patch}"))}
    assert bad == set(range(first, last + 1))
    version = parse_version(f"{minor}.{first}")
    assert version is not None
    expected = f"v{minor}.{good}" if good is not None else "v1.29.13"
    assert str(first_fixed(version)) == expected
    assert first_fixed(version) not in CALICO_DEMANDS_IPV4


@pytest.mark.parametrize("release", ["1.21.0", "1.24.17", "1.25.15", "1.28.3", "1.33.0", "1.36.3", "1.40.0"])
def test_releases_without_the_fault(release: str) -> None:
    assert not demands(config(dict(IPV6_ONLY), release))


def test_what_a_demand_rests_on() -> None:
    subject = config({**IPV6_ONLY, "cni": ("multus", "calico")})
    demand = calico_demands_ipv4(subject, cluster(subject))
    assert demand is not None
    assert demand.cni.text == "calico"
    assert [part.text for part in demand.ranges] == ["fd00:42::/56"]
    assert (str(demand.release.version), str(demand.fixed)) == ("v1.31.4", "v1.31.5")


@pytest.mark.parametrize("cni", ["calico", ("calico",), ("multus", "calico"), "multus,calico", "calico\n"])
def test_ways_to_write_calico(cni: Given) -> None:
    assert demands(config({**IPV6_ONLY, "cni": cni}))


SILENT: dict[str, dict[str, Given]] = {
    "canal": {"cni": "canal"},
    "cilium": {"cni": "cilium"},
    "multus and cilium": {"cni": ("multus", "cilium")},
    "none": {"cni": "none"},
    "dual-stack": {"cluster-cidr": "10.42.0.0/16,fd00::/56"},
    "dual-stack, IPv6 first": {"cluster-cidr": ("fd00::/56", "10.42.0.0/16")},
    "IPv4": {"cluster-cidr": "10.42.0.0/16"},
    "an IPv4 node IP": {"node-ip": "10.0.0.1"},
    "node IPs of both families": {"node-ip": ("fd00::1", "10.0.0.1")},
    "pools": {f"chart.rke2-calico.{NETWORK}.ipPools.0.cidr": "fd00::/56"},
    "detection off": {f"chart.rke2-calico.{NETWORK}.nodeAddressAutodetectionV4.firstFound": "false"},
    "another method": {f"chart.rke2-calico.{NETWORK}.nodeAddressAutodetectionV4.interface": "eth0"},
}


@pytest.mark.parametrize("given", SILENT.values(), ids=SILENT.keys())
def test_configurations_that_work(given: dict[str, Given]) -> None:
    assert not demands(config({**IPV6_ONLY, **given}))


@pytest.mark.parametrize("key", ["cni", "cluster-cidr"])
def test_defaults_are_not_ipv6_only_calico(key: str) -> None:
    assert not demands(config({name: text for name, text in IPV6_ONLY.items() if name != key}))


def test_k3s_and_agents() -> None:
    assert not demands(config(dict(IPV6_ONLY), kind=K3S))
    assert not demands(config(dict(IPV6_ONLY), kind="RKE2 or k3s config"))
    assert not demands(config({**IPV6_ONLY, AGENT: "true"}))


WORKING: dict[str, dict[str, Given]] = {
    "pools": {f"{NETWORK}.ipPools.0.cidr": "fd00::/56"},
    "detection off": {f"{NETWORK}.nodeAddressAutodetectionV4.firstFound": "false"},
}
IDLE: dict[str, dict[str, Given]] = {
    "nothing": {},
    "other values": {f"{NETWORK}.bgp": "Disabled", f"{NETWORK}.nodeAddressAutodetectionV6.firstFound": "true"},
    "no pools": {f"{NETWORK}.ipPools": ()},
    "a longer name": {f"{NETWORK}.ipPoolsOfOld": "a"},
}


@pytest.mark.parametrize("given", WORKING.values(), ids=WORKING.keys())
def test_values_that_help(given: dict[str, Given]) -> None:
    assert not demands(config(dict(IPV6_ONLY)), calico(given))


@pytest.mark.parametrize("given", IDLE.values(), ids=IDLE.keys())
def test_values_that_do_not_help(given: dict[str, Given]) -> None:
    assert demands(config(dict(IPV6_ONLY)), calico(given))


OPEN: dict[str, dict[str, Given]] = {
    "cni": {"cni": PLACEHOLDER},
    "cluster-cidr": {"cluster-cidr": PLACEHOLDER},
    "no CIDR": {"cluster-cidr": "fd00::/56,"},
    "node-ip": {"node-ip": PLACEHOLDER},
    "values": {"chart.rke2-calico": PLACEHOLDER},
    "pools": {f"chart.rke2-calico.{NETWORK}.ipPools": PLACEHOLDER},
    "network": {"chart.rke2-calico.installation": PLACEHOLDER},
}


@pytest.mark.parametrize("given", OPEN.values(), ids=OPEN.keys())
def test_unknown_is_not_wrong(given: dict[str, Given]) -> None:
    with pytest.raises(Unknown):
        demands(config({**IPV6_ONLY, **given}))


def test_what_may_stand_elsewhere_is_unknown() -> None:
    with pytest.raises(Unknown, match="elsewhere"):
        demands(config(dict(IPV6_ONLY), partial="elsewhere"))
    with pytest.raises(Unknown, match="elsewhere"):
        demands(config(dict(IPV6_ONLY)), calico({}, partial="elsewhere"))
    with pytest.raises(Unknown):
        demands(config(dict(IPV6_ONLY)), calico({"": PLACEHOLDER}))


def rke2_plan(release: str | None) -> Rke2Plan:
    return Rke2Plan(component("RKE2 Plan", {"@version": release or "x"}, release, "Plan"))


class TestRelease:
    def test_no_release_is_unknown(self) -> None:
        with pytest.raises(Unknown, match="nothing names it"):
            demands(config(dict(IPV6_ONLY), None))

    def test_the_nearest_plan(self) -> None:
        assert demands(config(dict(IPV6_ONLY), None), rke2_plan("1.30.8"))
        assert not demands(config(dict(IPV6_ONLY), None), rke2_plan("1.30.9"))

    def test_plans_of_one_release_are_one(self) -> None:
        assert demands(config(dict(IPV6_ONLY), None), rke2_plan("1.30.8"), rke2_plan("1.30.8"))

    def test_a_plan_of_no_known_release(self) -> None:
        with pytest.raises(Unknown):
            demands(config(dict(IPV6_ONLY), None), rke2_plan(None))

    def test_plans_of_k3s_say_nothing_about_rke2(self) -> None:
        plan = K3sPlan(component("k3s Plan", {}, "1.31.4", "Plan"))
        with pytest.raises(Unknown):
            demands(config(dict(IPV6_ONLY), None), plan)
        subject = config({}, None, kind=K3S)
        assert str(release_of(subject, cluster(subject, plan)).version) == "v1.31.4"

    def test_plans_say_nothing_about_objects(self) -> None:
        with pytest.raises(Unknown):
            demands(config(dict(IPV6_ONLY), None, form="Cluster"), rke2_plan("1.31.4"))

    def test_kubernetes_with_its_patch(self) -> None:
        assert demands(config(dict(IPV6_ONLY), None), known="1.31.4")
        assert demands(config(dict(IPV6_ONLY), None), known="1.31.0")
        assert not demands(config(dict(IPV6_ONLY), None), known="1.31.5")

    def test_it_goes_over_a_plan_and_not_over_the_release_itself(self) -> None:
        assert not demands(config(dict(IPV6_ONLY), None), rke2_plan("1.31.4"), known="1.31.5")
        assert demands(config(dict(IPV6_ONLY), "1.31.4"), known="1.31.5")

    @pytest.mark.parametrize("minor", ["1.25", "1.28", "1.29", "1.31", "1.32"])
    def test_a_minor_alone_leaves_the_patch_open(self, minor: str) -> None:
        with pytest.raises(Unknown):
            demands(config(dict(IPV6_ONLY), None), known=minor)

    def test_a_plan_says_the_patch_of_a_minor(self) -> None:
        assert demands(config(dict(IPV6_ONLY), None), rke2_plan("1.31.4"), known="1.31")

    @pytest.mark.parametrize("minor", ["1.24", "1.33", "1.36"])
    def test_minors_without_the_fault(self, minor: str) -> None:
        assert not demands(config(dict(IPV6_ONLY), None), known=minor)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.42.0.0/16", [Family.IPV4]),
        ("fd00::/56,10.42.0.0/16", [Family.IPV6, Family.IPV4]),
        (("10.42.0.0/16", "fd00::/56"), [Family.IPV4, Family.IPV6]),
    ],
)
def test_families(text: Given, expected: list[Family]) -> None:
    given = value(text, 0)
    assert isinstance(given, Value)
    assert list(families(given)) == expected


@pytest.mark.parametrize("text", ["10.42.0.0/16, fd00::/56", "", "10.42.0.0", "010.42.0.0/16"])
def test_families_of_what_is_no_cidr(text: str) -> None:
    with pytest.raises(Unknown, match="is no CIDR"):
        families(Value(text, Span("a", 0, len(text)), ""))


class TestServiceRange:
    @pytest.mark.parametrize(
        ("given", "text", "span"),
        [
            ("10.43.0.0/16", "10.43.0.0/16", (0, 12)),
            (" 10.43.0.0/16,fd00::/112\n", "10.43.0.0/16,fd00::/112", (1, 24)),
            (("10.43.0.0/16", "fd00::/112"), "10.43.0.0/16,fd00::/112", (0, 26)),
            (("10.43.0.0/16",), "10.43.0.0/16", (0, 12)),
        ],
    )
    def test_given(self, given: Given, text: str, span: tuple[int, int]) -> None:
        found = service_range(config({"service-cidr": given}))
        assert found is not None
        assert (found.text, (found.span.start, found.span.end)) == (text, span)
        assert found.editable is found.span.literal

    @pytest.mark.parametrize(
        ("node", "text"),
        [("10.0.0.1", "10.43.0.0/16"), ("fd00::1", "fd00:43::/112"), (("10.0.0.1", "fd00::1"), "10.43.0.0/16")],
    )
    def test_the_default_follows_the_first_node_ip(self, node: Given, text: str) -> None:
        found = service_range(config({"node-ip": node}))
        assert found is not None
        assert (found.text, found.layer, found.editable, found.span.literal) == (text, "default", False, False)

    @pytest.mark.parametrize("given", [{}, {"node-ip": "node-1"}, {"node-ip": ()}, {"service-cidr": PLACEHOLDER}])
    def test_unknown(self, given: dict[str, Given]) -> None:
        with pytest.raises(Unknown):
            service_range(config(given))

    def test_agents_have_none(self) -> None:
        assert service_range(config({"service-cidr": "10.43.0.0/16", AGENT: "true"})) is None
