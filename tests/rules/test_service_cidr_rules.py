"""SCD001 to SCD005: what is found where, what is edited, and every case in which they must be silent."""

import pytest

from famlint.findings import Severity
from famlint.rules import Rule
from famlint.unknown import Unknown
from famlint_rules import service_cidr as rules
from tests.rules.control_planes import API_SERVER, OBJECT, Said, pod, ranges, said, service_cidr

V4, V6 = "10.96.0.0/16", "fd00:96::/112"
GATE = "--feature-gates=MultiCIDRServiceAllocator=true"
NO_GATE = "--feature-gates=MultiCIDRServiceAllocator=false"
BETA = "--runtime-config=networking.k8s.io/v1beta1=true"


def alone(rule: Rule, *cidrs: str, kubernetes: str | None = None, **metadata: str) -> list[Said]:
    return said(rule, {OBJECT: service_cidr(*cidrs, **metadata)}, kubernetes)


def beside(rule: Rule, release: str | None, flag: str, text: str, *flags: str) -> list[Said]:
    return said(rule, {API_SERVER: pod(release, ranges(flag), *flags), OBJECT: text})


class TestSpec:
    rule = rules.servicecidr_spec

    @pytest.mark.parametrize(
        ("cidrs", "shown", "right"),
        [
            (("10.97.0.5/16",), "10.97.0.5/16", ("10.97.0.0/16",)),
            (("010.97.0.0/16",), "010.97.0.0/16", ("10.97.0.0/16",)),
            (("10.97.0.0/016",), "10.97.0.0/016", ("10.97.0.0/16",)),
            (("FD00:97::/112",), "FD00:97::/112", ("fd00:97::/112",)),
            ((V4, "fd00:97:0::/112"), "fd00:97:0::/112", (V4, "fd00:97::/112")),
            (("::ffff:10.97.0.0/112",), "::ffff:10.97.0.0/112", ("10.97.0.0/16",)),
        ],
    )
    def test_canonical_text(self, cidrs: tuple[str, ...], shown: str, right: tuple[str, ...]) -> None:
        (one,) = alone(self.rule, *cidrs)
        assert one.shown == shown
        assert one.fixed == service_cidr(*right)

    @pytest.mark.parametrize(
        ("cidrs", "shown", "words"),
        [
            (("10.97.0.0",), "10.97.0.0", "is no CIDR"),
            (("10.97.0.0/16 ",), "10.97.0.0/16 ", "is no CIDR"),
            (("10.97.0.0/16,fd00::/112",), "10.97.0.0/16,fd00::/112", "is no CIDR"),
            ((V4, "10.98.0.0/16"), "10.98.0.0/16", "both are IPv4"),
            ((V6, "fd01::/112"), "fd01::/112", "both are IPv6"),
            ((V4, V6, "10.98.0.0/16"), "10.98.0.0/16", "found 3"),
            ((), "[]", "has none"),
        ],
    )
    def test_advice_only(self, cidrs: tuple[str, ...], shown: str, words: str) -> None:
        (one,) = alone(self.rule, *cidrs)
        assert (one.shown, one.fixed) == (shown, "")
        assert words in one.message

    def test_no_list_at_all(self) -> None:
        (one,) = said(self.rule, {OBJECT: service_cidr().replace("cidrs: []", "")})
        assert one.shown == "kubernetes"

    @pytest.mark.parametrize("cidrs", [(V4,), (V6,), (V4, V6), (V6, V4), ("10.0.0.0/8",), ("SERVICE_CIDR",)])
    def test_silent(self, cidrs: tuple[str, ...]) -> None:
        assert alone(self.rule, *cidrs) == []

    @pytest.mark.parametrize("metadata", [{"metadata": ", uid: 1-2"}, {"status": "status: {conditions: []}\n"}])
    def test_silent_about_dumps(self, metadata: dict[str, str]) -> None:
        assert alone(self.rule, "10.97.0.5/16", **metadata) == []

    def test_a_placeholder(self) -> None:
        with pytest.raises(Unknown):
            alone(self.rule, V4, "${MORE}")


class TestBelow64:
    rule = rules.servicecidr_v6_below_64

    @pytest.mark.parametrize("cidrs", [("fd00:97::/48",), (V4, "fd00:97::/48")])
    def test_found(self, cidrs: tuple[str, ...]) -> None:
        (one,) = alone(self.rule, *cidrs)
        assert (one.severity, one.shown) == (Severity.ERROR, "fd00:97::/48")

    def test_found_in_dumps(self) -> None:
        assert len(alone(self.rule, "fd00:97::/63", metadata=", uid: 1-2")) == 1

    @pytest.mark.parametrize("cidrs", [("fd00:97::/64",), (V6,), ("10.0.0.0/8",), ("fd00:97::",)])
    def test_silent(self, cidrs: tuple[str, ...]) -> None:
        assert alone(self.rule, *cidrs) == []


class TestApiVersion:
    rule = rules.servicecidr_apiversion

    @pytest.mark.parametrize(
        ("version", "kubernetes", "severity"),
        [
            ("v1", "1.32.0", Severity.ERROR),
            ("v1beta1", "1.30.0", Severity.ERROR),
            ("v1beta1", "1.31.0", Severity.WARNING),
            ("v1beta1", "1.36.0", Severity.WARNING),
            ("v1beta1", "1.37.0", Severity.ERROR),
            ("v1alpha1", "1.28.0", Severity.ERROR),
            ("v1alpha1", "1.29.0", Severity.WARNING),
            ("v1alpha1", "1.33.0", Severity.WARNING),
            ("v1alpha1", "1.34.0", Severity.ERROR),
            ("v1alpha1", None, Severity.INFO),
            ("v1beta1", None, Severity.INFO),
        ],
    )
    def test_found(self, version: str, kubernetes: str | None, severity: Severity) -> None:
        (one,) = alone(self.rule, V4, kubernetes=kubernetes, version=version)
        assert (one.severity, one.shown) == (severity, f"networking.k8s.io/{version}")

    @pytest.mark.parametrize(
        ("version", "kubernetes", "mends"),
        [
            ("v1alpha1", "1.34.0", True),
            ("v1beta1", "1.33.0", True),
            ("v1beta1", "1.32.0", False),
            ("v1", "1.32.0", False),
        ],
    )
    def test_an_edit_where_v1_is_served(self, version: str, kubernetes: str, *, mends: bool) -> None:
        (one,) = alone(self.rule, V4, kubernetes=kubernetes, version=version)
        assert one.fixed == (service_cidr(V4) if mends else "")

    def test_the_releases_are_named_where_none_is_known(self) -> None:
        (one,) = alone(self.rule, V4, version="v1beta1")
        assert "can be had in Kubernetes 1.31 to 1.36 only" in one.message

    @pytest.mark.parametrize(
        ("version", "kubernetes"), [("v1", "1.33.0"), ("v1", "1.37.0"), ("v2", "1.37.0"), ("v2", None)]
    )
    def test_silent(self, version: str, kubernetes: str | None) -> None:
        assert alone(self.rule, V4, kubernetes=kubernetes, version=version) == []

    def test_v1_without_a_release(self) -> None:
        with pytest.raises(Unknown):
            alone(self.rule, V4)

    def test_silent_about_dumps(self) -> None:
        assert alone(self.rule, V4, kubernetes="1.34.0", version="v1alpha1", metadata=", uid: 1-2") == []

    def test_the_nearest_api_server_tells(self) -> None:
        (one,) = beside(self.rule, "v1.34.1", V4, service_cidr(V4, version="v1alpha1"))
        assert "in Kubernetes 1.34" in one.message

    def test_switched_on(self) -> None:
        assert beside(self.rule, "v1.32.1", V4, service_cidr(V4, version="v1beta1"), BETA) == []
        assert beside(self.rule, "v1.32.1", V4, service_cidr(V4, version="v1beta1"))


class TestDefaultVsFlags:
    rule = rules.servicecidr_default_vs_flags

    @pytest.mark.parametrize(
        ("release", "flag", "cidrs", "shown", "words"),
        [
            ("v1.33.0", "10.96.0.0/12", (V4,), V4, "Services get addresses of 10.96.0.0/16 only"),
            ("v1.33.0", f"{V6},{V4}", (V4, V6), V4, "new Services default to the family that is first"),
            ("v1.33.0", f"{V6},{V4}", (V4,), V4, "no Service gets an address of fd00:96::/112"),
            ("v1.33.0", V4, (V4, V6), V6, "cannot lose a range"),
            (None, "10.96.0.0/12", (V4,), V4, "before Kubernetes 1.35 only a line in its log tells"),
            ("v1.34.0", "10.96.0.0/12", (V4,), V4, "in Kubernetes 1.34 only a line in its log tells"),
            ("v1.35.0", "10.96.0.0/12", (V4,), V4, "KubernetesDefaultServiceCIDRInconsistent"),
        ],
    )
    def test_found(self, release: str | None, flag: str, cidrs: tuple[str, ...], shown: str, words: str) -> None:
        (one,) = beside(self.rule, release, flag, service_cidr(*cidrs))
        assert (one.severity, one.shown) == (Severity.WARNING, shown)
        assert words in one.message
        assert "Ready stays True" in one.message

    @pytest.mark.parametrize("release", ["v1.29.0", "v1.32.9"])
    def test_a_second_family_before_1_33(self, release: str) -> None:
        text = service_cidr(V4, version="v1beta1")
        (one,) = beside(self.rule, release, f"{V4},{V6}", text, GATE)
        assert f"no Service gets an address of {V6}" in one.message

    @pytest.mark.parametrize(
        ("release", "flag", "cidrs", "flags"),
        [
            # The append of the second family with the first unchanged.
            ("v1.33.0", f"{V4},{V6}", (V4,), ()),
            ("v1.37.0", f"{V6},{V4}", (V6,), ()),
            (None, f"{V4},{V6}", (V4,), ()),
            ("v1.33.0", V4, (V4,), ()),
            ("v1.33.0", f"{V4},{V6}", (V4, V6), ()),
            ("v1.33.0", "10.96.0.7/16", (V4,), ()),
            # Nobody reads the objects.
            ("v1.32.9", "10.96.0.0/12", (V4,), ()),
            ("v1.33.0", "10.96.0.0/12", (V4,), (NO_GATE,)),
            ("v1.34.0", "10.96.0.0/12", (V4,), ("--emulated-version=1.32",)),
            # One of the two is refused, which is reported by itself.
            ("v1.33.0", "10.96.0.0/12", ("10.96.0.7/16",), ()),
            ("v1.33.0", "10.96.0.0/12, fd00::/112", (V4,), ()),
            ("v1.33.0", "", (V4,), ()),
        ],
    )
    def test_silent(self, release: str | None, flag: str, cidrs: tuple[str, ...], flags: tuple[str, ...]) -> None:
        assert beside(self.rule, release, flag, service_cidr(*cidrs), *flags) == []

    def test_another_name(self) -> None:
        assert beside(self.rule, "v1.33.0", "10.96.0.0/12", service_cidr(V4, name="extra")) == []

    def test_no_api_server(self) -> None:
        assert alone(self.rule, V4) == []

    def test_dumps_are_compared_too(self) -> None:
        assert beside(self.rule, "v1.33.0", "10.96.0.0/12", service_cidr(V4, metadata=", uid: 1-2"))

    def test_two_api_servers_of_two_clusters(self) -> None:
        files = {
            "a/pod.yaml": pod("v1.33.0", ranges("10.96.0.0/12")),
            "b/pod.yaml": pod("v1.33.0", ranges("10.97.0.0/12")),
            OBJECT: service_cidr(V4),
        }
        with pytest.raises(Unknown):
            said(self.rule, files)

    def test_replicas_are_one(self) -> None:
        etcd = "--etcd-servers=https://192.0.2.11:2379,https://192.0.2.12:2379"
        replica = pod("v1.33.0", ranges("10.96.0.0/12"), etcd)
        assert said(self.rule, {"a/pod.yaml": replica, "b/pod.yaml": replica, OBJECT: service_cidr(V4)})

    def test_an_unknown_flag(self) -> None:
        with pytest.raises(Unknown):
            beside(self.rule, "v1.33.0", "${RANGES}", service_cidr(V4))


class TestFamilyNotInFlags:
    rule = rules.servicecidr_family_not_in_flags

    @pytest.mark.parametrize(
        ("flag", "cidrs", "shown"),
        [(V4, ("fd00:97::/112",), "fd00:97::/112"), (V6, ("10.97.0.0/16",), "10.97.0.0/16"), (V4, (V4, V6), V6)],
    )
    @pytest.mark.parametrize("name", ["kubernetes", "extra"])
    def test_found(self, name: str, flag: str, cidrs: tuple[str, ...], shown: str) -> None:
        (one,) = beside(self.rule, "v1.33.0", flag, service_cidr(*cidrs, name=name))
        assert (one.severity, one.shown) == (Severity.ERROR, shown)

    @pytest.mark.parametrize(
        ("release", "flag", "cidrs", "flags"),
        [
            ("v1.33.0", f"{V4},{V6}", ("fd00:97::/112",), ()),
            ("v1.33.0", V4, ("10.97.0.0/16",), ()),
            ("v1.32.0", V4, ("fd00:97::/112",), ()),
            ("v1.33.0", V4, ("fd00:97::/112",), (NO_GATE,)),
            ("v1.33.0", f"{V4},{V4}", ("fd00:97::/112",), ()),
            ("v1.33.0", "", ("fd00:97::/112",), ()),
        ],
    )
    def test_silent(self, release: str, flag: str, cidrs: tuple[str, ...], flags: tuple[str, ...]) -> None:
        assert beside(self.rule, release, flag, service_cidr(*cidrs, name="extra"), *flags) == []

    def test_no_flag_is_invented(self) -> None:
        files = {API_SERVER: pod("v1.33.0", "--v=2"), OBJECT: service_cidr("fd00:97::/112", name="extra")}
        assert said(self.rule, files) == []

    def test_no_api_server(self) -> None:
        assert alone(self.rule, V6) == []

    def test_an_unknown_flag(self) -> None:
        with pytest.raises(Unknown):
            beside(self.rule, "v1.33.0", f"{V4},${{SECOND}}", service_cidr(V6))
