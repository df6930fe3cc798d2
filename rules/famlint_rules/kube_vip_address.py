"""The rules about addresses of kube-vip, VIP011 to VIP018."""

from famlint_rules.kube_vip_address_lists import (
    dual_stack_cp_v084,
    dual_stack_too_old,
    vip_list_blank,
    vip_not_a_bare_ip,
)
from famlint_rules.kube_vip_address_names import dns_address_needs_prefix, dns_mode_value
from famlint_rules.kube_vip_address_nodes import ndp_on_loopback, same_lease_two_families

__all__ = [
    "dns_address_needs_prefix",
    "dns_mode_value",
    "dual_stack_cp_v084",
    "dual_stack_too_old",
    "ndp_on_loopback",
    "same_lease_two_families",
    "vip_list_blank",
    "vip_not_a_bare_ip",
]
