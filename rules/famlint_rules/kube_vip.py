"""The rules about kube-vip: prefixes (VIP001 to VIP010) and addresses (VIP011 to VIP018)."""

from famlint_rules.kube_vip_address import (
    dns_address_needs_prefix,
    dns_mode_value,
    dual_stack_cp_v084,
    dual_stack_too_old,
    ndp_on_loopback,
    same_lease_two_families,
    vip_list_blank,
    vip_not_a_bare_ip,
)
from famlint_rules.kube_vip_prefix import (
    auto_prefix_misuse,
    bgp_prefix_unparsable,
    ipv6_vip_with_ipv4_prefix,
    prefix_pair_reversed,
    prefix_too_long_for_v4,
    routing_table_prefix,
    v6_first_derived_prefix,
    vip_address_without_prefix,
    vip_cidr_not_read,
    vip_subnet_syntax,
)

__all__ = [
    "auto_prefix_misuse",
    "bgp_prefix_unparsable",
    "dns_address_needs_prefix",
    "dns_mode_value",
    "dual_stack_cp_v084",
    "dual_stack_too_old",
    "ipv6_vip_with_ipv4_prefix",
    "ndp_on_loopback",
    "prefix_pair_reversed",
    "prefix_too_long_for_v4",
    "routing_table_prefix",
    "same_lease_two_families",
    "v6_first_derived_prefix",
    "vip_address_without_prefix",
    "vip_cidr_not_read",
    "vip_list_blank",
    "vip_not_a_bare_ip",
    "vip_subnet_syntax",
]
