"""What a server of RKE2 or k3s passes to its API server."""

import pytest

from famlint.behaviours.api_servers import ApiServer
from famlint.behaviours.rke2_api_servers import api_server
from famlint.components.model import Value
from famlint.components.rke2 import AGENT, K3S, RKE2
from famlint.network.versions import Version
from famlint.unknown import Unknown
from tests.behaviours.rke2_configs import PLACEHOLDER, Given, cluster, config


class TestApiServer:
    def made(self, given: dict[str, Given], kind: str = RKE2) -> ApiServer:
        subject = config({"service-cidr": "10.43.0.0/16,fd00:43::/112", **given}, kind=kind)
        found = api_server(subject, cluster(subject))
        assert found is not None
        return found

    def text(self, field: Value | Unknown | None) -> str:
        return f"[{field.reason}]" if isinstance(field, Unknown) else field.text if field else ""

    def test_plain(self) -> None:
        found = self.made({})
        assert self.text(found.service_range) == "10.43.0.0/16,fd00:43::/112"
        assert self.text(found.advertise) == "[it is an address of the host]"
        assert self.text(found.bind) == "0.0.0.0"
        assert (found.reconciler, found.has_reconciler, found.gates) == (None, True, {})
        assert found.release == Version(1, 31, 4)
        assert self.text(self.made({}, K3S).bind) == "[k3s decides]"

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ({"advertise-address": "10.0.0.9", "node-ip": "10.0.0.1"}, "10.0.0.9"),
            ({"advertise-address": "", "node-ip": "10.0.0.1"}, "10.0.0.1"),
            ({"node-external-ip": "192.0.2.1", "node-ip": "10.0.0.1"}, "192.0.2.1"),
            ({"node-ip": ("fd00::1", "10.0.0.1")}, "fd00::1"),
            ({"node-ip": PLACEHOLDER}, "[a placeholder]"),
            ({"node-external-ip": PLACEHOLDER, "advertise-address": "10.0.0.9"}, "10.0.0.9"),
        ],
    )
    def test_the_advertised_address(self, given: dict[str, Given], text: str) -> None:
        assert self.text(self.made(given).advertise) == text

    @pytest.mark.parametrize("release", ["1.24.17", "1.25.14", "1.27.6", None])
    def test_old_releases_may_advertise_the_first_ipv4_address(self, release: str | None) -> None:
        ranges: dict[str, Given] = {"service-cidr": "10.43.0.0/16"}
        for addresses, text in ((("fd00::1", "10.0.0.1"), "[old releases take the first IPv4 address of node-ip]"),
                                (("10.0.0.1", "fd00::1"), "10.0.0.1"), ("fd00::1", "fd00::1")):  # fmt: skip
            subject = config({**ranges, "node-ip": addresses}, release)
            found = api_server(subject, cluster(subject))
            assert found is not None
            assert self.text(found.advertise) == text

    def test_arguments_go_over_what_is_passed(self) -> None:
        arguments = (
            "service-cluster-ip-range=10.96.0.0/12",
            "--advertise-address=10.0.0.9",
            "endpoint-reconciler-type=none",
            "feature-gates=MultiCIDRServiceAllocator=true,A=false",
            "profiling",
            "enable-admission-plugins+=NodeRestriction",
        )
        found = self.made({"kube-apiserver-arg": arguments})
        assert self.text(found.service_range) == "10.96.0.0/12"
        assert self.text(found.advertise) == "10.0.0.9"
        assert (self.text(found.reconciler), found.has_reconciler) == ("none", False)
        assert found.gates == {"MultiCIDRServiceAllocator": "true", "A": "false"}
        assert self.text(found.flags["profiling"]) == "true"
        assert isinstance(found.flags["enable-admission-plugins"], Unknown)

    def test_only_where_the_range_is_written_down(self) -> None:
        silent: list[dict[str, Given]] = [{}, {"node-ip": "fd00::1"}, {"service-cidr": ()},
                                          {"service-cidr": "10.43.0.0/16", AGENT: "true"}]  # fmt: skip
        for given in silent:
            subject = config(given)
            assert api_server(subject, cluster(subject)) is None

    def test_placeholders(self) -> None:
        assert isinstance(self.made({"service-cidr": PLACEHOLDER}).service_range, Unknown)
        # The arguments could hold any flag, the range too.
        made = self.made({"service-cidr": "10.43.0.0/16", "kube-apiserver-arg": PLACEHOLDER})
        assert isinstance(made.service_range, Unknown)
        assert isinstance(made.gates, Unknown)

    def test_a_minor_is_enough_for_kubernetes(self) -> None:
        subject = config({"service-cidr": "10.43.0.0/16"}, None)
        found = api_server(subject, cluster(subject, known="1.31"))
        assert found is not None
        assert found.release == Version(1, 31, 0)
