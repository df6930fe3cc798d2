"""Rules about files that famlint cannot read."""

from collections.abc import Iterator

from famlint.clusters import Cluster
from famlint.findings import Severity
from famlint.inputs import Input
from famlint.rules import Draft, finding, rule


@rule(
    "YML001",
    "unparsable-document",
    subject=Input,
    severity=(Severity.ERROR, Severity.INFO),
    basis="design: contracts",
)
def unparsable_document(subject: Input, cluster: Cluster) -> Iterator[Draft]:
    """A document that mentions a component is no YAML

    What it finds:
        A document that holds a word which famlint looks for and that no YAML reader can read. The other
        documents of the file are checked all the same.

    Why it matters:
        `kubectl apply` refuses the file, and famlint cannot see what the document configures.

    Bad:
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: kube-vip-ds
        spec: {}

    Good:
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: kube-vip-ds}
        spec: {}

    How to fix:
        Mend the syntax at the place that is shown; the cause may stand some lines above it.

    Limits:
        Documents with template syntax that famlint cannot mask are reported as info: they are no YAML until
        they are rendered. Give famlint the rendered text.
    """
    fault = subject.fault
    if fault.kind != "unparsable":
        return
    if fault.templated:
        yield finding(
            fault.span,
            f"this template is no YAML before it is rendered ({fault.reason}): the document is not checked",
            label="not readable from here",
            severity=Severity.INFO,
        )
        return
    yield finding(
        fault.span,
        f"this document is no YAML ({fault.reason}): nobody can apply it, and famlint cannot check it",
        label="not readable from here",
    )


@rule("YML002", "unreadable-file", subject=Input, severity=Severity.ERROR, basis="design: trust")
def unreadable_file(subject: Input, cluster: Cluster) -> Iterator[Draft]:
    """A file cannot be read as text

    What it finds:
        A file that is no text in UTF-8, UTF-16 or UTF-32, that famlint may not open, or that went away.

    Why it matters:
        famlint cannot see what the file configures.

    How to fix:
        Write the file in UTF-8, or leave it out with `exclude` in `.famlint.yaml`.

    Limits:
        Only files with the suffixes of YAML and JSON are read.
    """
    if subject.fault.kind == "unreadable":
        yield finding(subject.fault.span, f"this file {subject.fault.reason}: it is not checked")


@rule("YML003", "objects-run-together", subject=Input, severity=Severity.ERROR, basis="design: what a value means")
def objects_run_together(subject: Input, cluster: Cluster) -> Iterator[Draft]:
    """Two objects stand in one document

    What it finds:
        A document that gives `apiVersion` and `kind` twice: the line `---` between two objects is missing.

    Why it matters:
        A reader keeps the last of equal keys, or refuses the file. The first object is lost either way, and
        famlint cannot see it.

    Bad:
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {type: LoadBalancer}
        apiVersion: v1
        kind: Service
        metadata: {name: mail}
        spec: {type: LoadBalancer}

    Good:
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {type: LoadBalancer}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: mail}
        spec: {type: LoadBalancer}

    How to fix:
        Write a line `---` before the second object.

    Limits:
        Silent where a template decides which of them is there, and in documents that mention nothing famlint
        looks for.
    """
    if subject.fault.kind == "run-together":
        yield finding(
            subject.fault.span,
            "a second object begins here without a line --- before it: the first one is lost, and not checked",
            label="the second object",
        )


@rule("FAM003", "limit-exceeded", subject=Input, severity=Severity.ERROR, basis="design: trust")
def limit_exceeded(subject: Input, cluster: Cluster) -> Iterator[Draft]:
    """A file is larger, deeper or slower than famlint reads

    What it finds:
        A file over the limits: size, depth of nesting, aliases that blow up, number of documents, time.

    Why it matters:
        What lies beyond the limit is not checked. Real configuration stays far below.

    How to fix:
        Split the file, or leave it out with `exclude` in `.famlint.yaml`.

    Limits:
        All other files are checked.
    """
    if subject.fault.kind == "limit":
        yield finding(subject.fault.span, f"{subject.fault.reason}: the rest of it is not checked")
