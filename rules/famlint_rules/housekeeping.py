"""Rules about famlint's own directives: what suppresses findings must still be needed, and be readable."""

from collections.abc import Iterator

from famlint.clusters import Cluster
from famlint.findings import Severity
from famlint.inputs import Remark
from famlint.rules import Draft, finding, rule


@rule("FAM001", "stale-suppression", subject=Remark, severity=Severity.WARNING, basis="design: contracts")
def stale_suppression(subject: Remark, cluster: Cluster) -> Iterator[Draft]:
    """A suppression that suppresses nothing any more

    What it finds:
        A comment, an annotation or an entry of the configuration that accepts findings of a rule, where the
        rule was selected, could judge, and found nothing.

    Why it matters:
        It would hide the fault when it comes back.

    How to fix:
        Remove the suppression.

    Limits:
        Silent where the rule was not selected or lacked a fact, and for suppressions without codes.
    """
    if subject.code == "FAM001":
        yield finding(subject.span, subject.message)


@rule("FAM002", "malformed-suppression", subject=Remark, severity=Severity.WARNING, basis="design: contracts")
def malformed_suppression(subject: Remark, cluster: Cluster) -> Iterator[Draft]:
    """A directive that famlint does not understand

    What it finds:
        A comment that begins with `famlint:` and is no `ignore[CODE] reason`, `ignore-document[CODE]` or
        `ignore-file[CODE]`.

    Why it matters:
        Somebody thinks that a finding is accepted, and it is not.

    Bad:
        # famlint: ingore[VIP001] we know
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {type: LoadBalancer}

    Good:
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {type: LoadBalancer}

    How to fix:
        Write `# famlint: ignore[VIP001] the reason`.

    Limits:
        Only files that hold something famlint reads are searched for directives.
    """
    if subject.code == "FAM002":
        yield finding(subject.span, subject.message)


@rule("FAM004", "expired-suppression", subject=Remark, severity=Severity.WARNING, basis="design: contracts")
def expired_suppression(subject: Remark, cluster: Cluster) -> Iterator[Draft]:
    """An entry of the configuration whose last day has passed

    What it finds:
        An entry of `suppress` with `until` before today.

    Why it matters:
        Its findings are reported again, and the entry says why they had been accepted.

    How to fix:
        Mend the fault, or set a later day and say why.

    Limits:
        Comments and annotations have no last day.
    """
    if subject.code == "FAM004":
        yield finding(subject.span, subject.message)
