"""The rules about ServiceCIDR objects: by themselves (SCD001 to SCD003), next to their API server (SCD004, SCD005)."""

from famlint_rules.service_cidr_flags import servicecidr_default_vs_flags, servicecidr_family_not_in_flags
from famlint_rules.service_cidr_objects import servicecidr_apiversion, servicecidr_spec, servicecidr_v6_below_64

__all__ = [
    "servicecidr_apiversion",
    "servicecidr_default_vs_flags",
    "servicecidr_family_not_in_flags",
    "servicecidr_spec",
    "servicecidr_v6_below_64",
]
