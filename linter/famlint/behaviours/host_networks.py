"""Whether a machine has an IPv4 address, by how its interfaces are set up.

Sources: nmstate (`ipv4.enabled: false` switches the family off), netplan (`dhcp4` is off by default; `addresses` are
all that an interface has then). Loopback counts for nothing.
"""

from famlint.components.host_network import HostNetwork
from famlint.components.model import Value
from famlint.network.addresses import Dialect, Family, parse_cidr
from famlint.unknown import Unknown

_OFF = frozenset(("false", "no", "off", "n"))
_GONE = frozenset(("absent", "down", "ignore"))


def without_ipv4(network: HostNetwork) -> Value | None:
    """The setting that shows that a machine has no IPv4 address, None where it has one or may have one.

    Raises Unknown where an interface is not settled.
    """
    if network.component.partial:
        raise Unknown("the interfaces", network.component.partial)
    interfaces = [one for one in network.interfaces() if not _is_gone(network, one)]
    shown = [_netplan(network, one) if network.netplan else _nmstate(network, one) for one in interfaces]
    return shown[0] if shown and None not in shown else None


def with_ipv4(network: HostNetwork) -> bool:
    """Whether an interface of a machine gets an IPv4 address. Raises Unknown."""
    interfaces = [one for one in network.interfaces() if not _is_gone(network, one)]
    if not network.netplan:
        return any(_text(network, f"{one}.ipv4.enabled") not in ("", *_OFF) for one in interfaces)
    for one in interfaces:
        addresses = network.component.get(f"{one}.addresses")
        found = [parse_cidr(item.text, Dialect.GO_NET) for item in addresses.items or ()] if addresses else []
        if _text(network, f"{one}.dhcp4") not in ("", *_OFF) or any(c and c.family is Family.IPV4 for c in found):
            return True
    return False


def _is_gone(network: HostNetwork, one: str) -> bool:
    state, kind = _text(network, f"{one}.state"), _text(network, f"{one}.type")
    return state in _GONE or kind == "loopback" or _text(network, f"{one}.name") == "lo"


def _nmstate(network: HostNetwork, one: str) -> Value | None:
    """IPv4 has to be switched off: a part that is not written leaves what the machine has."""
    enabled = network.component.get(f"{one}.ipv4.enabled")
    return enabled if enabled is not None and enabled.text.lower() in _OFF else None


def _netplan(network: HostNetwork, one: str) -> Value | None:
    """Only IPv6 addresses, and no lease. An interface without any address (a part of a bond) shows nothing."""
    if (lease := network.component.get(f"{one}.dhcp4")) is not None and lease.text.lower() not in _OFF:
        return None
    addresses = network.component.get(f"{one}.addresses")
    found = [parse_cidr(item.text, Dialect.GO_NET) for item in addresses.items or ()] if addresses is not None else []
    only_ipv6 = bool(found) and all(cidr is not None and cidr.family is Family.IPV6 for cidr in found)
    return addresses if only_ipv6 else lease if not found else None


def _text(network: HostNetwork, key: str) -> str:
    value = network.component.get(key)
    return value.text.lower() if value is not None else ""
