"""Reports against golden files, byte by byte.

After a change that is meant, renew them with `FAMLINT_RENEW_GOLDEN=1 pytest tests/reports` and read the diff.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from famlint.reports import Options, coverage_report, findings_report
from famlint.result import Run
from famlint.terminal import coloured
from tests.reports.sample_runs import SAMPLES, everything_counted, two_files

GOLDEN = Path(__file__).parent / "golden"


def _compare(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("FAMLINT_RENEW_GOLDEN"):
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize(("name", "suffix"), [("text", "txt"), ("concise", "concise.txt"), ("json", "json")])
def test_findings(sample: Callable[[], Run], name: str, suffix: str) -> None:
    _compare(f"{sample.__name__}.{suffix}", findings_report(name)(sample(), Options()))


@pytest.mark.parametrize(("name", "suffix"), [("text", "coverage.txt"), ("json", "coverage.json")])
def test_coverage(name: str, suffix: str) -> None:
    _compare(f"everything_counted.{suffix}", coverage_report(name)(everything_counted(), Options()))


def test_info_on_demand() -> None:
    _compare("everything_counted.info.txt", findings_report("text")(everything_counted(), Options(info=True)))


def test_colour() -> None:
    _compare("two_files.colour.txt", findings_report("text")(two_files(), Options(paint=coloured)))


def test_every_golden_file_is_used() -> None:
    used = {f"{sample.__name__}.{suffix}" for sample in SAMPLES for suffix in ("txt", "concise.txt", "json")}
    used |= {"everything_counted.coverage.txt", "everything_counted.coverage.json"}
    used |= {"everything_counted.info.txt", "two_files.colour.txt"}
    assert {path.name for path in GOLDEN.iterdir()} == used


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", ["text", "concise", "json"])
def test_the_order_of_the_run_does_not_matter(sample: Callable[[], Run], name: str) -> None:
    run = sample()
    turned = run._replace(
        findings=run.findings[::-1], suppressed=run.suppressed[::-1], not_evaluated=run.not_evaluated[::-1]
    )
    assert findings_report(name)(turned, Options()) == findings_report(name)(run, Options())


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", ["text", "concise", "json"])
def test_nothing_that_a_terminal_obeys(sample: Callable[[], Run], name: str) -> None:
    text = findings_report(name)(sample(), Options(info=True))
    assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize("sample", SAMPLES)
def test_json_keys(sample: Callable[[], Run]) -> None:
    report = json.loads(findings_report("json")(sample(), Options()))
    assert list(report) == ["version", "findings", "summary", "not_evaluated", "suppressed"]
    place = ["file", "line", "column", "end_line", "end_column"]
    for finding in report["findings"]:
        head = ["code", "name", "severity", "message"]
        assert list(finding) == [*head, *place, "related", "component", "cluster", "fix"]
        assert all(list(related) == [*place, "message"] for related in finding["related"])
        if finding["fix"] is not None:
            assert list(finding["fix"]) == ["description", "safe", "edits"]
            assert all(list(edit) == [*place, "text"] for edit in finding["fix"]["edits"])
