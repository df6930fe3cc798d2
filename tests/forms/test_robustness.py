"""Whatever is in a file, famlint ends with a report: the forms, damaged at random, through the whole engine."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from famlint.engine import Request, run
from tests.forms.crash import FORMS
from tests.marked import unmarked

NASTY = [
    "",
    "\0",
    "\t",
    "\r",
    "\n",
    "---\n",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "&a ",
    "*a",
    "!x ",
    "|\n",
    ">2\n",
    "'",
    '"',
]
NASTY += [
    "{{",
    "}}",
    "{% if %}",
    "{% end %}",
    "${",
    "}",
    "${A:=${B}}",
    "#{ x }#",
    "\ufeff",
    "\ue000",
    "\uf8ff",
    "\U0001f4a9",
]
NASTY += [
    "\x1b[2J",
    "::error::",
    "<<: *a",
    "? ",
    "%YAML 1.2\n",
    "...",
    "ENC[a]",
    "$(X)",
    "null",
    "~",
    "fd00::",
    "128,32",
    ",",
]


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, str]:
    files = unmarked(FORMS[draw(st.sampled_from(sorted(FORMS)))])
    name = draw(st.sampled_from(sorted(files)))
    text = files[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + draw(st.sampled_from(NASTY)) + text[end:]
    return {**files, name: text}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=damaged())
def test_damage_never_ends_in_a_crash(files: dict[str, str], tmp_path: Path) -> None:
    for old in sorted(tmp_path.rglob("*"), reverse=True):
        old.rmdir() if old.is_dir() else old.unlink()
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text.encode("utf-8", "surrogatepass"))
    found = run(Request(paths=(str(tmp_path),)))
    assert not found.problems
    for finding in found.findings:
        whole = found.texts.get(finding.primary.span.path)
        assert whole is None or 0 <= finding.primary.span.start <= finding.primary.span.end <= len(whole) + 1
        if whole is not None:
            assert "\n" not in whole[finding.primary.span.start : finding.primary.span.end].rstrip("\r\n")
