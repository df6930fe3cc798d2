"""What is known of the host: from the configuration, from a control plane in the tree, from nowhere."""

import pytest

from famlint.behaviours.vcluster.host import host_of
from famlint.clusters import Known
from famlint.network.addresses import Family
from famlint.network.versions import Version
from famlint.unknown import Unknown
from tests.made_clusters import cluster_of
from tests.vcluster.hosts import NEW, V4, V6, api_server, beside, inside, of_families
from tests.vcluster.subjects import helm


def test_the_configured_host() -> None:
    subject = helm()
    host = host_of(subject, inside(subject, beside(subject, V6, V4, kubernetes=NEW), Version(1, 30, 0)))
    assert host.text == f"{V6},{V4}"
    assert host.families == (Family.IPV6, Family.IPV4)
    assert host.kubernetes == NEW
    assert "configuration" in host.why


def test_an_api_server_of_the_configured_host() -> None:
    subject = helm()
    host = host_of(subject, inside(subject, cluster_of(api_server(V6, release="1.33.2"))))
    assert (host.text, host.kubernetes) == (V6, Version(1, 33, 2))
    assert host.ranges[0].span is not None


def test_api_servers_of_the_configured_host_that_do_not_agree() -> None:
    subject = helm()
    other = cluster_of(api_server(V6), api_server(V4, name="second"))
    with pytest.raises(Unknown, match="same service ranges"):
        host_of(subject, inside(subject, other))


def test_the_configuration_of_the_cluster_of_the_values() -> None:
    subject = helm()
    assert host_of(subject, beside(subject, V6)).text == V6


def test_families_alone() -> None:
    subject = helm()
    host = host_of(subject, of_families(subject, "IPv6", "IPv4"))
    assert (host.ranges, host.families, host.named) == ((), (Family.IPV6, Family.IPV4), "IPv6 and IPv4")


def test_the_nearest_control_plane() -> None:
    subject = helm()
    host = host_of(subject, cluster_of(subject, api_server(f"{V4},{V6}", release="1.32.2")))
    assert host.text == f"{V4},{V6}"
    assert host.kubernetes == Version(1, 32, 2)
    assert "only control plane" in host.why


def test_the_configuration_goes_over_the_tree() -> None:
    subject = helm()
    cluster = cluster_of(subject, api_server(V4, release="1.32.2"), known=Known(services=(V6,)))
    host = host_of(subject, cluster)
    assert (host.text, host.kubernetes) == (V6, Version(1, 32, 2))


def test_two_control_planes() -> None:
    subject = helm()
    with pytest.raises(Unknown, match="equally near"):
        host_of(subject, cluster_of(subject, api_server(V4), api_server(V6, name="second")))


@pytest.mark.parametrize("ranges", [None, "banana", "10.96.0.0"])
def test_a_control_plane_that_says_nothing(ranges: str | None) -> None:
    subject = helm()
    with pytest.raises(Unknown):
        host_of(subject, cluster_of(subject, api_server(ranges, release="1.33.2")))


def test_a_placeholder_in_the_control_plane() -> None:
    subject = helm()
    with pytest.raises(Unknown, match="placeholder"):
        host_of(subject, cluster_of(subject, api_server(None, unknown="a placeholder")))


def test_nothing_is_known() -> None:
    subject = helm()
    with pytest.raises(Unknown, match="neither the configuration"):
        host_of(subject, cluster_of(subject))


def test_an_isolated_control_plane() -> None:
    subject = helm({"experimental.isolatedControlPlane.enabled": "true"}, "0.24.1")
    with pytest.raises(Unknown, match="isolated"):
        host_of(subject, beside(subject, V6))
