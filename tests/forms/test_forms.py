"""The crash of issue kube-vip/kube-vip#1052 in every form, and its silent twins."""

from collections.abc import Callable
from pathlib import Path

import pytest

from famlint.engine import Request, run
from famlint.reports.places import source
from famlint.result import Run
from tests.forms.crash import FORMS
from tests.marked import Expected, expected, unmarked

CRASH = "VIP001"


def check(tmp_path: Path, files: dict[str, str]) -> Run:
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text.encode())
    return run(Request(paths=(str(tmp_path),)))


def places(found: Run, tmp_path: Path, code: str) -> list[Expected]:
    place = source(found.texts).place
    spots = [place(finding.primary.span) for finding in found.findings if finding.code == code]
    return sorted(
        Expected(
            str(Path(spot.path).relative_to(tmp_path) if Path(spot.path).is_absolute() else spot.path),
            spot.line,
            spot.column,
            spot.end_column,
        )
        for spot in spots
    )


@pytest.mark.parametrize("form", FORMS)
def test_the_crash_is_found_at_its_value(form: str, tmp_path: Path) -> None:
    found = check(tmp_path, unmarked(FORMS[form]))
    assert places(found, tmp_path, CRASH) == expected(FORMS[form])
    assert [finding.code for finding in found.findings if finding.code.startswith("VIP")] == [CRASH]
    assert not found.problems


def replaced(*pairs: tuple[str, str]) -> Callable[[dict[str, str]], dict[str, str]]:
    def replace(text: str) -> str:
        for old, new in pairs:
            text = text.replace(old, new)
        return text

    return lambda files: {path: replace(text) for path, text in files.items()}


TWINS: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "before 0.8.5": replaced(("v0.8.9", "v0.8.4")),
    "a pair": replaced(("«128»", "32,128"), ('VIP_PREFIX: "128"', "VIP_PREFIX: 32,128")),
    "a placeholder": replaced(("«128»", "${SOMETHING_ELSE}"), ("VIP_PREFIX:", "ANOTHER:")),
    "an ignored Service": replaced(("{name: web,", '{annotations: {kube-vip.io/ignore: "true"}, name: web,')),
    "IPv6 only": replaced(("192.0.2.10", "2001:db8::10")),
    "another class": replaced(("sessionAffinity: None", "loadBalancerClass: example.com/other")),
}
# The twin's change does not reach these forms: base64, and a version that comes from the chart.
UNREACHED = {("secret", twin) for twin in TWINS} | {
    (form, "before 0.8.5")
    for form in ("helmrelease-default-image", "helmrelease-chart-ref", "values-of-a-parent-chart")
}


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("form", FORMS)
def test_the_twin_is_silent_and_understood(form: str, twin: str, tmp_path: Path) -> None:
    if (form, twin) in UNREACHED:
        files = unmarked(FORMS[form])
        assert unmarked(TWINS[twin](FORMS[form])) == files or form == "secret"
        return
    files = TWINS[twin](FORMS[form])
    found = check(tmp_path, unmarked(files))
    assert [finding.code for finding in found.findings if finding.code.startswith("VIP")] == []
    assert any(kind.startswith("kube-vip") for kind in found.coverage.components())
