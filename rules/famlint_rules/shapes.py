"""Structured configuration that does not fit the schema of its reader: SCH001 to SCH003."""

from collections.abc import Iterator

from famlint.clusters import Cluster
from famlint.findings import Edit, Fix, Severity
from famlint.inputs import Misshapen
from famlint.rules import Draft, finding, rule


@rule(
    "SCH001",
    "misspelt-key",
    subject=Misshapen,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="vcluster 3.1, distributions 1.1",
    references=("loft-sh/vcluster chart/values.schema.json@v0.20.0", "k3s-io/k3s pkg/configfilearg/parser.go"),
)
def misspelt_key(subject: Misshapen, cluster: Cluster) -> Iterator[Draft]:
    """A network key is misspelt

    What it finds:
        A key that is no key of its reader and that reads like a network key that is one: other capitals, dashes or
        underscores, or one letter off. In values of vcluster and in the configuration of RKE2 and k3s.

    Why it matters:
        The chart of vcluster refuses unknown keys from 0.20.0 on (chart/values.schema.json@v0.20.0). RKE2 and k3s drop
        them with a warning, and the default counts: an IPv4 range, say (k3s pkg/configfilearg/parser.go).

    Bad (chart vcluster 0.36.1):
        serviceCidr: "10.96.0.0/16"

    Good (chart vcluster 0.36.1):
        serviceCIDR: "10.96.0.0/16"

    Bad:
        # file: etc/rancher/rke2/config.yaml
        cluster-cdir: 10.42.0.0/16
        service-cidr: 10.43.0.0/16

    Good:
        # file: etc/rancher/rke2/config.yaml
        cluster-cidr: 10.42.0.0/16
        service-cidr: 10.43.0.0/16

    How to fix:
        Write the key that is shown.

    Limits:
        Keys that have nothing to do with the network are not judged, and neither are keys that are unlike every known
        one.
    """
    if subject.kind == "misspelt":
        edits = (Edit(subject.span, subject.instead),) if subject.span.literal else ()
        yield finding(
            subject.span,
            f"{subject.message} {subject.effect}",
            label="no such key",
            # A key that was dropped until now has not been in force.
            fix=Fix(f"write {subject.instead}", edits, safe=subject.refused),
            severity=_severity(subject),
        )


@rule(
    "SCH002",
    "misplaced-key",
    subject=Misshapen,
    severity=(Severity.ERROR, Severity.WARNING),
    basis="vcluster 3.1",
    references=("loft-sh/vcluster chart/values.schema.json@v0.20.0",),
)
def misplaced_key(subject: Misshapen, cluster: Cluster) -> Iterator[Draft]:
    """A network key stands at the wrong place

    What it finds:
        A network key in a mapping that does not know it, while another one does.

    Why it matters:
        The chart of vcluster refuses unknown keys from 0.20.0 on, see chart/values.schema.json@v0.20.0 of
        loft-sh/vcluster.

    Bad (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        controlPlane:
          podCIDR: "10.64.0.0/16"

    Good (chart vcluster 0.36.1):
        privateNodes: {enabled: true}
        networking:
          podCIDR: "10.64.0.0/16"

    How to fix:
        Move the key to the path that is shown.

    Limits:
        Silent where the key's name is not one of the network's.
    """
    if subject.kind == "misplaced":
        yield finding(
            subject.span,
            f"{subject.message}. {subject.effect}",
            label="not here",
            fix=Fix("move it to the path that is named"),
            severity=_severity(subject),
        )


@rule(
    "SCH003",
    "misshapen-value",
    subject=Misshapen,
    severity=Severity.ERROR,
    basis="vcluster 2.4, distributions 1.3 S1",
    references=("k3s-io/k3s pkg/util/net.go", "loft-sh/vcluster chart/values.schema.json@v0.20.0"),
    unless=("API003", "API008", "KCM001"),
)
def misshapen_value(subject: Misshapen, cluster: Cluster) -> Iterator[Draft]:
    """A value does not have the form that its key takes

    What it finds:
        A list where a text is taken, a mapping where an address is meant (`- fd00::` is a mapping in YAML), an
        address, a range or a member of a list that does not parse. In values of vcluster and in the configuration of
        RKE2 and k3s.

    Why it matters:
        RKE2 and k3s exit when an address or a range does not parse. Helm refuses values of vcluster whose type is wrong
        (chart/values.schema.json@v0.20.0 of loft-sh/vcluster).

    Bad:
        # file: etc/rancher/rke2/config.yaml
        cluster-cidr: 10.42.0.0/16
        service-cidr: 10.43.0.0/16
        cluster-dns: [10.43.0.10, 10.43.0.300]

    Good:
        # file: etc/rancher/rke2/config.yaml
        cluster-cidr: 10.42.0.0/16
        service-cidr: 10.43.0.0/16
        cluster-dns: [10.43.0.10]

    How to fix:
        Write the value in the form that the message names; quote addresses that end in a colon.

    Limits:
        Placeholders and words in capitals in their place are never judged, nor are empty values in objects of Rancher
        and keys of servers in the file of an agent. Whether a well-formed value is right is the business of other
        rules.
    """
    if subject.kind == "value":
        fix = Fix(f"write {subject.instead}") if subject.instead else None
        yield finding(subject.span, subject.message, label="does not fit", fix=fix)


def _severity(subject: Misshapen) -> Severity:
    return Severity.ERROR if subject.refused else Severity.WARNING
