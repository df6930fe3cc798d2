"""The rules about prefixes of kube-vip's VIPs, VIP001 to VIP010."""

from famlint_rules.kube_vip_prefix_families import (
    ipv6_vip_with_ipv4_prefix,
    prefix_pair_reversed,
    prefix_too_long_for_v4,
    v6_first_derived_prefix,
)
from famlint_rules.kube_vip_prefix_modes import auto_prefix_misuse, bgp_prefix_unparsable, routing_table_prefix
from famlint_rules.kube_vip_prefix_settings import (
    vip_address_without_prefix,
    vip_cidr_not_read,
    vip_subnet_syntax,
)

__all__ = [
    "auto_prefix_misuse",
    "bgp_prefix_unparsable",
    "ipv6_vip_with_ipv4_prefix",
    "prefix_pair_reversed",
    "prefix_too_long_for_v4",
    "routing_table_prefix",
    "v6_first_derived_prefix",
    "vip_address_without_prefix",
    "vip_cidr_not_read",
    "vip_subnet_syntax",
]
