"""Cases of rules as folders of files: `fixtures/<code>/<case>/`, dropped in and found.

«Marks» stand around what the rule must report, exactly there; a case without marks must be silent. Other rules may
say nothing at all: a case shows one fault.
"""

from pathlib import Path

import pytest

from famlint.reports.places import source
from famlint.testing import check_files
from tests.marked import Expected, expected, unmarked

FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())


def files(case: Path) -> dict[str, str]:
    return {path.relative_to(case).as_posix(): path.read_bytes().decode() for path in case.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.relative_to(FIXTURES).as_posix())
def test_a_case(case: Path) -> None:
    marked = files(case)
    found = check_files(unmarked(marked))
    place = source(found.texts).place
    spots = [(finding.code, place(finding.primary.span)) for finding in found.findings]
    seen = sorted(Expected(spot.path, spot.line, spot.column, spot.end_column) for _, spot in spots)
    assert seen == expected(marked)
    assert {code for code, _ in spots} <= {case.parent.name}


def test_there_are_cases() -> None:
    assert len(CASES) > 10
