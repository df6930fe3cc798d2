"""What could not be judged, as the reports are told."""

from famlint.accounting import not_evaluated
from famlint.judging import Gap
from famlint.positions import Span
from famlint.reports import Options
from famlint.reports.coverage import render
from famlint.result import Coverage, Run


def gap(path: str, start: int, code: str = "VIP001") -> Gap:
    return Gap(code, "Service web", Span(path, start, start + 3), "loadBalancerIP", "a placeholder: ${IP}")


def test_objects_of_one_title_stay_apart() -> None:
    gaps = [gap("b.yaml", 0), gap("a.yaml", 0), gap("a.yaml", 9), gap("a.yaml", 9, "VIP002")]
    found = not_evaluated(gaps, lambda span: span.start + 1)
    places = [("a.yaml", 1, "VIP001"), ("a.yaml", 10, "VIP001"), ("a.yaml", 10, "VIP002"), ("b.yaml", 1, "VIP001")]
    assert [(one.path, one.line, one.code) for one in found] == places
    shown = render(Run((), (), found, Coverage(0, 0, (), ()), {}), Options())
    said = "Service web: loadBalancerIP is unknown, a placeholder: ${IP}"
    assert shown.splitlines()[1:4] == [
        f"  a.yaml:1: {said} (VIP001)",
        f"  a.yaml:10: {said} (VIP001, VIP002)",
        f"  b.yaml:1: {said} (VIP001)",
    ]


def test_two_objects_on_one_line_are_two() -> None:
    assert len(not_evaluated([gap("a.json", 0), gap("a.json", 9)], lambda _span: 1)) == 2
