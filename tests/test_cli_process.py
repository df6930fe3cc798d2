"""The command line as a process: what it imports, how it ends, what a terminal sees."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "attr",
    "concurrent.futures",
    "importlib.metadata",
    "jsonschema",
    "logging",
    "multiprocessing",
    "asyncio",
    "pydantic",
    "rich",
    "sarif_om",
}
"""What no start may import: each costs tens of milliseconds."""

_MODULES = """
import sys
sys.argv[:] = {arguments!r}
from famlint.cli import main
try:
    main()
except SystemExit as end:
    print(*sorted(sys.modules), file=sys.stderr)
    raise
"""

_FAKE = """
import sys, time
import fake_engine
from famlint.findings import Severity
def run(request, progress=None):
{body}
fake_engine.install(run)
sys.argv[:] = ["famlint", "check"]
from famlint.cli import main
main()
"""


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "TERM": "xterm", **more}


def _imported(*arguments: str, cwd: Path) -> set[str]:
    program = _MODULES.format(arguments=["famlint", *arguments])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def _check(body: str) -> list[str]:
    return [sys.executable, "-c", _FAKE.format(body="\n".join(f"    {line}" for line in body.splitlines()))]


def test_version_imports_nothing_of_famlint_but_the_command_line(tmp_path: Path) -> None:
    imported = _imported("version", cwd=tmp_path)
    assert {name for name in imported if name.startswith("famlint")} == {"famlint", "famlint.cli"}
    assert not imported & HEAVY
    assert not {name for name in imported if name.startswith("ruamel")}


def test_a_plain_check_imports_nothing_heavy(tmp_path: Path) -> None:
    pytest.importorskip("famlint.engine", reason="the engine is not wired yet")
    (tmp_path / "web.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP}\n"
    )
    imported = _imported("check", "web.yaml", cwd=tmp_path)
    assert "famlint.engine" in imported
    assert not imported & (HEAVY | {"json", "famlint.reports.json", "unicodedata"})


def test_a_defect_of_famlint_is_not_a_finding() -> None:
    done = subprocess.run(
        _check("raise ZeroDivisionError('oops')"), capture_output=True, text=True, env=_environment(), check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "ZeroDivisionError: oops" in done.stderr
    assert "defect of famlint" in done.stderr


def test_interrupted() -> None:
    body = "sys.stderr.write('ready\\n'); sys.stderr.flush(); time.sleep(60)"
    with subprocess.Popen(
        _check(body), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, rest = process.communicate(timeout=20)
    assert (process.returncode, out, rest) == (130, "", "")


def test_a_reader_that_goes_away_changes_neither_exit_code_nor_output() -> None:
    body = "time.sleep(0.3); return fake_engine.found(Severity.ERROR)"
    with subprocess.Popen(
        _check(body), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


def test_a_poor_encoding_is_no_error() -> None:
    body = "return fake_engine.found(Severity.ERROR)._replace(problems=('ü',), texts={'a.yaml': '“…”'})"
    done = subprocess.run(
        _check(body), capture_output=True, env=_environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0"), check=False
    )
    assert done.returncode == 2
    assert b"\\u201c\\u2026\\u201d" in done.stdout
    assert done.stderr == b"famlint: \\xfc\n"


_CLOSED = """
import os, sys
os.close({number})
os.execv(sys.executable, [sys.executable, "-m", "famlint", *{arguments!r}])
"""


def _with_closed(number: int, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """`famlint … >&-` without a shell."""
    (cwd / "web.yaml").write_text("kind: Service\n")
    program = _CLOSED.format(number=number, arguments=arguments)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=cwd, check=False)


@pytest.mark.parametrize(
    "arguments", [("check",), ("check", "--format", "json"), ("coverage",), ("rules",), ("explain", "VIP001")]
)
def test_a_closed_standard_output_is_told(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = _with_closed(1, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "famlint: cannot write standard output: it is closed\n")


def test_a_closed_standard_output_that_nobody_needs(tmp_path: Path) -> None:
    done = _with_closed(1, "check", "--format", "json=report.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "report.json").read_text())["version"] == 1


@pytest.mark.parametrize(("arguments", "code"), [(("check",), 0), (("check", "nothing.yaml"), 2), (("check", "-x"), 2)])
def test_a_closed_standard_error_changes_no_exit_code(arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    assert _with_closed(2, *arguments, cwd=tmp_path).returncode == code


def test_a_closed_standard_input_is_told(tmp_path: Path) -> None:
    done = _with_closed(0, "check", "-", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "famlint: cannot read standard input: it is closed\n"


def test_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "famlint", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "famlint 0.1.0\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("seconds", "shown"), [(1.05, True), (0.0, False)])
def test_progress_on_a_terminal(seconds: float, shown: bool) -> None:
    outer, inner = os.openpty()
    body = f"time.sleep({seconds}); progress(3, 7); return fake_engine.found()"
    done = subprocess.run(_check(body), stdout=subprocess.PIPE, stderr=inner, env=_environment(), check=False)
    os.write(inner, b"end")
    os.close(inner)
    seen = b""
    while not seen.endswith(b"end"):
        seen += os.read(outer, 10_000)
    os.close(outer)
    assert done.returncode == 0
    assert b"reading" not in done.stdout
    assert seen == (b"\r\x1b[Kreading 3 of 7 files\r\x1b[K" if shown else b"") + b"end"


def test_no_progress_without_a_terminal() -> None:
    done = subprocess.run(
        _check("assert progress is None\nreturn fake_engine.found()"),
        capture_output=True,
        env=_environment(),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    words = "famlint check --format "
    asked = {
        "_FAMLINT_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": "3",
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    program = "from famlint.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=_environment(**asked), check=False
    )
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("text", "concise", "json"))


def test_the_completion_script_can_be_shown() -> None:
    program = "import sys; sys.argv[:] = ['famlint', '--show-completion', 'bash']; from famlint.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=_environment(_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"),
        check=False,
    )
    assert done.returncode == 0
    assert "_FAMLINT_COMPLETE=complete_bash" in done.stdout
