"""Which networks of machines show that there is no IPv4 address."""

import pytest

from famlint.behaviours.host_networks import without_ipv4
from famlint.components.host_network import HostNetwork
from famlint.unknown import Unknown
from tests.resolve.trees import resolved

CONFIG = "cni: calico\ncluster-cidr: fd00::/56\nservice-cidr: fd01::/112\n"


def network(text: str) -> HostNetwork:
    """Networks are read only where a machine's configuration names a CNI."""
    (found,) = resolved({"etc/rancher/rke2/config.yaml": CONFIG, "net.yaml": text}).of("host network")
    return HostNetwork(found)


def nmstate(*interfaces: str) -> str:
    return "interfaces:\n" + "".join(f"- {{{one}}}\n" for one in interfaces)


def netplan(*devices: str, kind: str = "ethernets") -> str:
    return f"network:\n  version: 2\n  {kind}:\n" + "".join(f"    {one}\n" for one in devices)


OFF = "name: eth0, ipv4: {enabled: false}, ipv6: {enabled: true}"


@pytest.mark.parametrize(
    "text",
    [
        nmstate(OFF),
        nmstate(OFF, "name: eth1.100, ipv4: {enabled: no}"),
        nmstate(OFF, "name: lo, type: loopback, ipv4: {enabled: true}"),
        nmstate(OFF, "name: eth1, state: absent, ipv4: {enabled: true}"),
        netplan("eth0: {dhcp4: false, addresses: ['fd00::5/64']}"),
        netplan("eth0.100: {dhcp4: no, addresses: ['fd00::5/64']}", kind="vlans"),
        netplan("eth0: {dhcp4: false}", "eth1: {addresses: ['fd00::5/64']}"),
        "apiVersion: nmstate.io/v1\nkind: NodeNetworkConfigurationPolicy\nmetadata: {name: n}\nspec:\n  desiredState:\n"
        "    interfaces: [{name: eth0, ipv4: {enabled: false}, ipv6: {enabled: true}}]\n",
    ],
)
def test_no_ipv4(text: str) -> None:
    assert without_ipv4(network(text)) is not None


@pytest.mark.parametrize(
    "text",
    [
        nmstate("name: eth0, ipv4: {enabled: true, dhcp: true}"),
        nmstate(OFF, "name: eth1, ipv4: {dhcp: true}"),
        nmstate("name: eth0, ipv4: {address: []}, ipv6: {enabled: true}"),
        netplan("eth0: {dhcp4: true, addresses: ['fd00::5/64']}"),
        netplan("eth0: {dhcp4: false, addresses: [192.0.2.5/24, 'fd00::5/64']}"),
        netplan("eth0: {dhcp4: false, mtu: 9000}", "eth1: {mtu: 9000}"),
    ],
)
def test_ipv4_or_not_settled(text: str) -> None:
    assert without_ipv4(network(text)) is None


@pytest.mark.parametrize(
    "text", [nmstate("name: eth0, ipv4: {enabled: '${V4}'}"), netplan("eth0: {dhcp4: '{{ v4 }}', addresses: [a]}")]
)
def test_a_placeholder_is_unknown(text: str) -> None:
    with pytest.raises(Unknown):
        without_ipv4(network(text))


def test_networks_are_not_read_for_themselves() -> None:
    assert resolved({"net.yaml": nmstate(OFF)}).of("host network") == ()
