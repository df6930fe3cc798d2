"""The controller manager of a virtual cluster, and KCM001 to KCM006 about it."""

from collections.abc import Mapping, Sequence

import pytest

from famlint.behaviours.node_ipam import GENERIC, SPECIFIC, NodeIpam
from famlint.behaviours.vcluster_node_ipam import node_ipam
from famlint.components.model import Value
from famlint.components.vcluster import VirtualCluster
from famlint.findings import Severity
from famlint.network.addresses import Family
from famlint.rules import Draft, Rule
from famlint.unknown import Unknown
from famlint_rules import node_ipam as rules
from tests.made_clusters import cluster_of
from tests.vcluster_rest.subjects import PRIVATE, fixed, pointed_at, severity, vcluster

POD = "networking.podCIDR"
MANAGER = "controlPlane.distro.k8s.controllerManager"
EXTRA = f"{MANAGER}.extraArgs"
V4, V6 = SPECIFIC[Family.IPV4], SPECIFIC[Family.IPV6]
ALL = (
    rules.pod_range_invalid,
    rules.node_mask_shorter_than_pod_range,
    rules.node_mask_too_far,
    rules.node_mask_generic_dual,
    rules.node_mask_generic_and_specific,
    rules.node_mask_wrong_family,
)
Settings = Mapping[str, str | Sequence[str]]


def projected(subject: VirtualCluster) -> NodeIpam | None:
    return node_ipam(subject, cluster_of(subject))


def said(subject: VirtualCluster) -> list[tuple[str, Draft]]:
    made = projected(subject)
    assert made is not None
    return [(rule.code, draft) for rule in ALL for draft in rule.check(made, cluster_of(subject))]


def one(rule: Rule, settings: Settings) -> tuple[VirtualCluster, Draft]:
    """The one finding of all six rules."""
    subject = vcluster({**PRIVATE, **settings})
    ((code, draft),) = said(subject)
    assert code == rule.code
    assert severity(rule, draft) is Severity.ERROR
    return subject, draft


class TestProjection:
    def test_what_vcluster_passes(self) -> None:
        made = projected(vcluster({**PRIVATE, POD: "10.64.0.0/16"}))
        assert made is not None
        assert isinstance(made.cluster_cidr, Value)
        assert (made.cluster_cidr.text, made.allocates, made.masks) == ("10.64.0.0/16", True, {})
        assert made.name == "the kube-controller-manager of vcluster my-vc"

    def test_the_default_range(self) -> None:
        made = projected(vcluster(PRIVATE))
        assert made is not None
        assert isinstance(made.cluster_cidr, Value)
        assert (made.cluster_cidr.text, made.cluster_cidr.layer) == ("10.244.0.0/16", "default")

    def test_flags_in_both_forms_and_the_last_one_wins(self) -> None:
        made = projected(vcluster({**PRIVATE, EXTRA: [f"--{V4}=25", f"--{V6}", "72", f"--{V4}=26", "--leader-elect"]}))
        assert made is not None
        masks = {flag: value.text for flag, value in made.masks.items() if isinstance(value, Value)}
        assert masks == {V4: "26", V6: "72"}

    @pytest.mark.parametrize(
        "settings",
        [
            {},
            {"privateNodes.enabled": "false"},
            {**PRIVATE, "controlPlane.distro.k3s.enabled": "true"},
            {**PRIVATE, f"{MANAGER}.enabled": "false"},
        ],
    )
    def test_none(self, settings: Settings) -> None:
        assert projected(vcluster({POD: "banana", **settings})) is None

    def test_none_in_legacy_charts(self) -> None:
        assert projected(vcluster(PRIVATE, release="0.19.10")) is None

    def test_none_where_the_mode_is_not_known(self) -> None:
        assert projected(vcluster({}, unknown=["privateNodes.enabled"])) is None

    @pytest.mark.parametrize(
        "settings",
        [
            {EXTRA: ["--cluster-cidr=10.0.0.0/8"]},
            {EXTRA: ["--controllers=*,-nodeipam"]},
            {EXTRA: ["--cidr-allocator-type=CloudAllocator"]},
            {f"{MANAGER}.command": ["kube-controller-manager"]},
        ],
    )
    def test_unknown_where_the_flags_are_replaced(self, settings: Settings) -> None:
        made = projected(vcluster({**PRIVATE, POD: "banana", **settings}))
        assert made is not None
        assert isinstance(made.cluster_cidr, Unknown)

    @pytest.mark.parametrize("key", [EXTRA, POD, f"{MANAGER}.command"])
    def test_unknown_values(self, key: str) -> None:
        made = projected(vcluster(PRIVATE, unknown=[key]))
        assert made is not None
        assert isinstance(made.cluster_cidr, Unknown)

    def test_empty_lists_of_a_decoded_secret_replace_nothing(self) -> None:
        made = projected(vcluster({**PRIVATE, f"{MANAGER}.command": [], EXTRA: []}))
        assert made is not None
        assert isinstance(made.cluster_cidr, Value)

    @pytest.mark.parametrize("text", ["false", "0"])
    def test_allocation_switched_off(self, text: str) -> None:
        subject = vcluster({**PRIVATE, POD: "banana", EXTRA: [f"--allocate-node-cidrs={text}"]})
        assert said(subject) == []

    def test_releases_beyond_the_ground_truth_are_named(self) -> None:
        ((_code, draft),) = said(vcluster({**PRIVATE, POD: "banana"}, release="0.99.0"))
        assert "checked up to" in draft.message


class TestRules:
    def test_blank_has_one_right_value(self) -> None:
        subject, draft = one(rules.pod_range_invalid, {POD: "10.64.0.0/16, fd00:64::/56"})
        assert pointed_at(subject, draft) == " fd00:64::/56"
        assert fixed(subject, draft) == "10.64.0.0/16,fd00:64::/56"

    @pytest.mark.parametrize(
        "text",
        ["banana", "10.64.0.0", "10.64.0.0/16,10.65.0.0/16", "10.64.0.0/16,fd00::/56,fd01::/56", "10.64.0.0/16,"],
    )
    def test_other_faults_are_advice(self, text: str) -> None:
        _subject, draft = one(rules.pod_range_invalid, {POD: text})
        assert draft.fix is not None
        assert draft.fix.edits == ()

    def test_a_blank_that_hides_another_fault_is_advice(self) -> None:
        _subject, draft = one(rules.pod_range_invalid, {POD: "10.64.0.0/16, 10.65.0.0/16"})
        assert draft.fix is not None
        assert draft.fix.edits == ()

    def test_range_smaller_than_a_block(self) -> None:
        subject, draft = one(rules.node_mask_shorter_than_pod_range, {POD: "10.64.0.0/16,fd00:64::/112"})
        assert pointed_at(subject, draft) == "fd00:64::/112"
        assert "/64, the default," in draft.message

    def test_the_flag_is_to_blame_for_the_default_range(self) -> None:
        subject, draft = one(rules.node_mask_shorter_than_pod_range, {EXTRA: [f"--{GENERIC}=12"]})
        assert pointed_at(subject, draft) == "12"
        assert draft.fix is not None
        assert draft.fix.description.endswith(f"--{GENERIC}")

    def test_range_with_too_many_blocks(self) -> None:
        subject, draft = one(rules.node_mask_too_far, {POD: "10.64.0.0/16,fd00::/40"})
        assert pointed_at(subject, draft) == "fd00::/40"
        assert "24 bits" in draft.message
        assert draft.fix is not None
        assert "/48" in draft.fix.description

    def test_range_and_flag(self) -> None:
        subject, draft = one(rules.node_mask_too_far, {POD: "fd00::/56", EXTRA: [f"--{V6}=80"]})
        assert pointed_at(subject, draft) == "fd00::/56"
        assert [label.message for label in draft.related] == ["nodes get a /80"]

    def test_masks(self) -> None:
        dual = {POD: "10.64.0.0/16,fd00::/56"}
        subject, draft = one(rules.node_mask_generic_dual, {**dual, EXTRA: [f"--{GENERIC}=24"]})
        assert pointed_at(subject, draft) == "24"
        one(rules.node_mask_generic_and_specific, {EXTRA: [f"--{GENERIC}=24", f"--{V4}=24"]})
        one(rules.node_mask_wrong_family, {POD: "fd00::/56", EXTRA: [f"--{V4}=24"]})

    @pytest.mark.parametrize(
        "settings",
        [
            {},
            {POD: "10.64.0.0/16"},
            {POD: "10.64.0.5/16"},
            {POD: "10.64.0.0/24"},
            {POD: "fd00::/64"},
            {POD: "fd00::/48"},
            {POD: "10.0.0.0/8"},
            {POD: "fd00::/56,10.64.0.0/16"},
            {POD: ""},
            {POD: "10.64.0.0/16,fd00::/112", EXTRA: [f"--{V6}=120"]},
            {POD: "10.64.0.0/16,fd00::/56", EXTRA: [f"--{V4}=25"]},
        ],
    )
    def test_silent(self, settings: Settings) -> None:
        assert said(vcluster({**PRIVATE, **settings})) == []
