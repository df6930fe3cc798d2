"""VIP017 and VIP018 by hand, with every case in which they must be silent."""

import pytest

from famlint.rules import Draft
from famlint.unknown import Unknown
from famlint_rules import kube_vip as rules
from tests.rules.hand_made import ARP, BOTH, NAME, V4, V6, found, kube_vip, pointed_at, service


class TestNdpOnLoopback:
    rule = rules.ndp_on_loopback

    @pytest.mark.parametrize("release", [None, "0.5.0", "0.8.9", "0.8.10", "1.2.3"])
    @pytest.mark.parametrize("variable", ["address", "vip_address"])
    def test_control_plane(self, release: str | None, variable: str) -> None:
        subject = kube_vip(release, {**ARP, "vip_interface": "lo", variable: V6})
        (draft,) = found(self.rule, subject)
        assert pointed_at(subject, draft) == "lo"
        assert len(draft.related) == 1

    @pytest.mark.parametrize(
        ("release", "words"), [("0.8.9", "v0.8.9 ends"), ("0.8.10", "unannounced"), (None, "announce")]
    )
    def test_what_will_happen(self, release: str | None, words: str) -> None:
        (draft,) = found(self.rule, kube_vip(release, {**ARP, "vip_interface": "lo", "address": V6}))
        assert words in draft.message

    def test_list_in_an_unknown_release(self) -> None:
        assert len(found(self.rule, kube_vip(None, {**ARP, "vip_interface": "lo", "address": BOTH}))) == 1
        assert found(self.rule, kube_vip("0.6.4", {**ARP, "vip_interface": "lo", "address": BOTH})) == []

    @pytest.mark.parametrize(
        ("interfaces", "expected"),
        [
            ({"vip_interface": "lo"}, 1),
            ({"vip_servicesinterface": "lo"}, 1),
            ({"vip_interface": "eth0", "vip_servicesinterface": "lo"}, 1),
            ({"vip_interface": "lo", "vip_servicesinterface": "eth0"}, 0),
            ({"vip_interface": "eth0"}, 0),
            ({}, 0),
        ],
    )
    def test_service(self, interfaces: dict[str, str], expected: int) -> None:
        subject = kube_vip("1.2.3", {"vip_arp": "true", "svc_enable": "true", **interfaces})
        assert len(found(self.rule, subject, service("fd00::200"))) == expected
        assert len(found(self.rule, subject, service(families=["IPv6"]))) == expected

    def test_one_finding_for_one_interface(self) -> None:
        subject = kube_vip("1.2.3", {**ARP, "svc_enable": "true", "vip_interface": "lo", "address": V6})
        (draft,) = found(self.rule, subject, service("fd00::200"))
        assert len(draft.related) == 2

    @pytest.mark.parametrize(
        "settings",
        [
            {**ARP, "vip_interface": "lo", "address": V4},
            {**ARP, "vip_interface": "lo", "address": NAME},
            {**ARP, "vip_interface": "lo0", "address": V6},
            {**ARP, "address": V6},
            {"vip_arp": "true", "vip_interface": "lo", "address": V6},
            {"bgp_enable": "true", "cp_enable": "true", "vip_interface": "lo", "address": V6},
            {"vip_routingtable": "true", "cp_enable": "true", "vip_interface": "lo", "address": V6},
        ],
    )
    def test_silent(self, settings: dict[str, str]) -> None:
        assert found(self.rule, kube_vip("1.2.3", settings), service("10.0.0.200")) == []

    def test_silent_for_a_service_with_its_own_interface(self) -> None:
        subject = kube_vip("1.2.3", {"vip_arp": "true", "svc_enable": "true", "vip_interface": "lo"})
        assert found(self.rule, subject, service("fd00::200", serviceInterface="eth0")) == []
        assert found(self.rule, subject, service("::")) == []

    @pytest.mark.parametrize(("release", "expected"), [("0.7.2", 1), ("0.8.0", 0)])
    def test_the_interface_of_a_service_is_read_from_a_release_on(self, release: str, expected: int) -> None:
        subject = kube_vip(release, {"vip_arp": "true", "svc_enable": "true", "vip_interface": "lo"})
        assert len(found(self.rule, subject, service("fd00::200", serviceInterface="eth0"))) == expected

    def test_several_modes_are_not_settled(self) -> None:
        with pytest.raises(Unknown):
            found(self.rule, kube_vip("1.0.4", {**ARP, "bgp_enable": "true", "vip_interface": "lo", "address": V6}))


class TestSameLeaseTwoFamilies:
    rule = rules.same_lease_two_families

    def pair(
        self,
        one: dict[str, str],
        other: dict[str, str],
        *,
        release: str | None = "1.0.4",
        name: str = "kube-vip-v6",
        path: str = "kube-vip.yaml",
        namespaces: tuple[str, str] = ("kube-system", "kube-system"),
        form: str = "DaemonSet",
    ) -> list[Draft]:
        first = kube_vip(release, {**ARP, "address": V4, **one}, namespace=namespaces[0], form=form)
        second = kube_vip(
            release, {**ARP, "address": V6, **other}, name=name, at=5000, path=path, namespace=namespaces[1], form=form
        )
        # Seen from both sides, as the engine does it.
        return [*found(self.rule, first, others=[second]), *found(self.rule, second, others=[first])]

    @pytest.mark.parametrize("release", [None, "0.5.0", "1.0.4", "1.2.3"])
    def test_found_once(self, release: str | None) -> None:
        (draft,) = self.pair({}, {}, release=release)
        assert draft.primary.span.start >= 5000
        assert f'"{BOTH}"' in (draft.fix.description if draft.fix else "")

    @pytest.mark.parametrize("mode", ["bgp_enable", "vip_routingtable"])
    def test_other_modes_elect_when_they_are_told_to(self, mode: str) -> None:
        off = {"vip_arp": "false", mode: "true"}
        assert self.pair(off, off) == []
        assert self.pair({**off, "vip_leaderelection": "true"}, off) == []
        assert len(self.pair({**off, "vip_leaderelection": "true"}, {**off, "vip_leaderelection": "true"})) == 1

    @pytest.mark.parametrize(("release", "expected"), [("0.5.0", 1), ("0.6.0", 1), ("0.6.1", 0), ("1.2.3", 0)])
    def test_lease_name(self, release: str, expected: int) -> None:
        assert len(self.pair({}, {"vip_leasename": "v6"}, release=release)) == expected
        assert len(self.pair({"vip_leasename": "plndr-cp-lock"}, {}, release=release)) == 1

    @pytest.mark.parametrize(("release", "expected"), [("1.0.4", 0), ("1.1.0", 1)])
    def test_namespace_of_the_lease(self, release: str, expected: int) -> None:
        assert len(self.pair({}, {"cp_namespace": "other"}, release=release)) == expected

    @pytest.mark.parametrize(("release", "expected"), [("1.0.4", 1), ("1.1.0", 0)])
    def test_namespace_of_the_pod(self, release: str, expected: int) -> None:
        assert len(self.pair({}, {}, release=release, namespaces=("kube-system", "edge"))) == expected

    def test_static_pods_use_cp_namespace(self) -> None:
        assert self.pair({}, {"cp_namespace": "other"}, release="1.2.3", form="Pod") == []
        assert len(self.pair({}, {}, release="1.2.3", form="Pod", namespaces=("a", "b"))) == 1

    def test_a_namespace_that_is_chosen_later(self) -> None:
        assert len(self.pair({}, {}, release="1.2.3", namespaces=("", ""))) == 1
        with pytest.raises(Unknown):
            self.pair({}, {}, release="1.2.3", namespaces=("", "edge"))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({}, {"address": V4}),
            ({}, {"address": "10.0.0.11"}),
            ({}, {"address": BOTH}),
            ({}, {"address": NAME}),
            ({"address": NAME}, {}),
            ({}, {"cp_enable": "false"}),
            ({"cp_enable": "false"}, {}),
        ],
    )
    def test_silent(self, one: dict[str, str], other: dict[str, str]) -> None:
        assert self.pair(one, other) == []

    def test_silent_for_other_files_and_the_same_name(self) -> None:
        assert self.pair({}, {}, path="other/kube-vip.yaml") == []
        assert self.pair({}, {}, name="kube-vip-ds") == []
