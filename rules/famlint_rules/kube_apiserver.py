"""The rules about API servers: ranges (API001 to API006), the advertise address (API007 to API009), gates."""

from famlint_rules.kube_apiserver_addresses import (
    advertise_address_family,
    advertise_address_unusable,
    v6_primary_without_advertise,
)
from famlint_rules.kube_apiserver_gates import gate_servicecidr_locked, servicecidr_gate_without_api
from famlint_rules.kube_apiserver_ranges import (
    service_range_count,
    service_range_malformed,
    service_range_primary_too_small,
    service_range_same_family,
    service_range_too_large,
    service_range_v6_below_64,
)

__all__ = [
    "advertise_address_family",
    "advertise_address_unusable",
    "gate_servicecidr_locked",
    "service_range_count",
    "service_range_malformed",
    "service_range_primary_too_small",
    "service_range_same_family",
    "service_range_too_large",
    "service_range_v6_below_64",
    "servicecidr_gate_without_api",
    "v6_primary_without_advertise",
]
