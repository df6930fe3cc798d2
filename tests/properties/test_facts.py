"""famlint against the tables of the facts, over random clusters in random forms.

The generator and the expectations use nothing of famlint. `FAMLINT_EXAMPLES` sets the number of examples.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, event, given, settings

from famlint.findings import Finding, Severity
from famlint.positions import Span
from famlint.testing import check_files
from tests.properties.cases import Written, written
from tests.properties.oracle import ARP, BGP, TABLE, Case, Service, demand
from tests.properties.writer import FORMS, Region, regions, service, unmarked

PREFIX_RULES = tuple(f"VIP{number:03}" for number in range(1, 11))
EXAMPLES = int(os.environ.get("FAMLINT_EXAMPLES", "200"))


def spans(finding: Finding) -> Iterator[Span]:
    yield finding.primary.span
    yield from (label.span for label in finding.related)


def lies_on(span: Span, region: Region) -> bool:
    return span.path == region.path and max(span.start, region.start) < min(span.end, region.end)


def check(found: Written) -> str:
    """What famlint got wrong, empty where nothing is."""
    files = {path: unmarked(text) for path, text in found.files.items()}
    run = check_files(files)
    if run.problems:
        return f"problems: {run.problems}"
    if not any(kind.startswith("kube-vip") for kind in run.coverage.components()):
        return "kube-vip was not understood"
    errors = [finding for finding in run.findings if finding.severity is Severity.ERROR]
    asked, where = demand(found.case), regions(found.files)
    for fault in asked.errors:
        named = [variable for variable in fault.variables if variable]
        places = [place for variable in named for place in (*where.get(variable, ()), *where.get("everything", ()))]
        if named and not places:
            return f"the writer lost {named}"
        anywhere = len(named) < len(fault.variables) and any(error.code.startswith("VIP") for error in errors)
        hit = any(lies_on(span, place) for finding in errors for span in spans(finding) for place in places)
        if not (hit or anywhere):
            return f"no error for {fault}; errors: {[f'{error.code} {error.message}' for error in errors]}"
    wrong = [error for error in errors if error.code in PREFIX_RULES]
    if asked.complete and not asked.errors and wrong:
        return f"false alarm: {[f'{error.code} {error.message}' for error in wrong]}"
    return ""


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="FAMLINT_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(written())
def test_famlint_says_what_the_tables_say(found: Written) -> None:
    asked = demand(found.case)
    event("error demanded" if asked.errors else "silence demanded" if asked.complete else "nothing demanded")
    event(f"form: {found.form}")
    wrong = check(found)
    assert not wrong, f"{wrong}\n{found.case}\n{found.form}"


SERVICES = (Service(("192.0.2.77",), annotated=False), Service(("2001:db8:1::7",), annotated=True))


def written_plainly(case: Case) -> Written:
    files = {"vip.yaml": FORMS["daemonset"](case)}
    files |= {f"web-{number}.yaml": service(number, one) for number, one in enumerate(case.services)}
    return Written(case, "daemonset", files)


@pytest.mark.parametrize(("release", "mode"), [("0.5.6", ARP), ("0.8.4", ARP), ("0.8.10", TABLE)])
def test_a_blank_in_the_appended_text(release: str, mode: str) -> None:
    case = Case(release, mode, False, True, False, (), (), "", "24, 64", SERVICES)
    assert check(written_plainly(case)) == ""


def test_bgp_announces_nothing_whatever_the_services_are() -> None:
    unread = (Service(("2001:db8:1::7", "10.0.0.10"), annotated=True),)
    case = Case("0.6.4", BGP, False, True, False, (), (), "32,128", "", unread)
    assert check(written_plainly(case)) == ""
