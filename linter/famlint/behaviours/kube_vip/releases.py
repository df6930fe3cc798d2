"""The releases of kube-vip and the bands in which its prefix code behaves alike.

Source: facts/kube-vip.md, release order in the head, sections 2.1 and 2.2.
"""

from famlint.network.versions import Version, band
from famlint.unknown import Unknown

RELEASES: tuple[Version, ...] = tuple(
    Version(major, minor, patch)
    for major, minor, patches in (
        (0, 5, (0, *range(5, 13))),  # 0.5.1 to 0.5.4 were never tagged
        (0, 6, range(5)),
        (0, 7, range(3)),
        (0, 8, range(11)),
        (0, 9, range(3)),
        (1, 0, range(5)),
        (1, 1, range(3)),
        (1, 2, range(4)),
    )
    for patch in patches
)
"""All releases that the ground truth covers, oldest first."""

CHECKED_TO = RELEASES[-1]
"""Newer releases are taken to behave like this one, and messages say so."""

APPENDS_SUBNET = band("0.5.6-0.8.10")
"""`vip_subnet` is read and appended to the address as text (section 2.3)."""

CIDR_IN_ARP = band("0.8.5-0.8.10")
"""`vip_cidr` steers ARP prefixes (section 2.4)."""

CIDR_READ = band("0.5.0-0.8.10")
"""`vip_cidr` is read at all (section 1.2)."""

SUBNET_LIST = band("0.9.0-")
"""`vip_subnet` is a list of numbers and steers every mode (section 2.6)."""

CIDR_DEFAULTS_TO_32 = band("0.5.0-0.8.0")
"""The flag's default fills an unset `vip_cidr` (section 2.2)."""

DERIVES = band("0.8.3-")
"""An unset prefix is derived from `address` (section 2.2)."""

DERIVES_IN_LIST_ORDER = band("0.8.3-1.0.0")
"""The derived prefixes keep the order and the number of the addresses (section 2.2)."""

RESOLVES_NAMES = band("0.8.10-")
"""The derivation looks up DNS names instead of failing (section 2.2)."""

ADDRESS_LISTS = band("0.7.0-")
"""`address` and the Service annotation are comma lists; blanks around items are trimmed (sections 1.2, 1.5)."""

READS_ANNOTATION = band("0.5.12-")
"""The Service annotation with the addresses is read (section 1.5)."""

IPV6_OVER_BGP = band("0.5.8-")
"""IPv6 VIPs can be announced over BGP (sections 2.5, 3.1)."""

MASKS_OVERLONG_IPV6_TO_ZERO = band("0.8.5-0.8.9")
"""An IPv6 number above 128 silently becomes /0 in ARP mode (section 2.4)."""

PANICS_ON_A_BAD_MASK = band("0.8.10")
"""A prefix that gives no mask ends in a deliberate panic; the releases of ARP mode before crash (section 2.4)."""

ONE_MODE_ONLY = band("1.2.2-")
"""Start-up is refused unless exactly one mode is on (section 1.2)."""


def checked(version: Version) -> str:
    """A remark for messages about releases beyond the ground truth, empty for the others."""
    return f" (checked up to {CHECKED_TO})" if version > CHECKED_TO else ""


def supported(version: Version) -> Version:
    """The version itself. Raises Unknown for releases before the first that the ground truth covers."""
    if version < RELEASES[0]:
        raise Unknown("kube-vip version", f"{version} is older than {RELEASES[0]}, the oldest release checked")
    return version
