"""The command line by itself: options, exit codes, where reports go. The engine behind it is a stand-in."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner, Result

from famlint import cli
from famlint.findings import Severity
from famlint.result import Run
from tests.fake_engine import Progress, Request, UsageError, found, module

E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFO  # noqa: E741 - the table of exit codes reads better so

Famlint = Callable[..., Result]


class _Engine:
    """What the engine was asked, and what it answers."""

    def __init__(self) -> None:
        self.answer: Run | Exception = found(E, W, I)
        self.requests: list[Request] = []

    def run(self, request: Request, _progress: Progress | None = None) -> Run:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> _Engine:
    fake = _Engine()
    monkeypatch.setitem(sys.modules, "famlint.engine", module(fake.run))
    for variable in "NO_COLOR", "FORCE_COLOR":
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    return fake


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests import fake_rules

    documentation = ModuleType("famlint.documentation")
    vars(documentation)["render"] = fake_rules.render
    monkeypatch.setitem(sys.modules, "famlint.documentation", documentation)
    monkeypatch.setattr("famlint.registry.load_rules", fake_rules.load_rules)


def famlint(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(cli.app, arguments, input=stdin, prog_name="famlint")


def test_version() -> None:
    result = famlint("version")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "famlint 0.1.0\n", "")
    option = famlint("--version")
    assert (option.exit_code, option.stdout, option.stderr) == (0, result.stdout, "")


def test_without_arguments_there_is_help() -> None:
    result = famlint()
    assert "check" in result.output
    assert "coverage" in result.output
    assert famlint("--help").stdout == result.output


def test_nothing_named_means_here(engine: _Engine) -> None:
    famlint("check")
    famlint("coverage")
    assert engine.requests == [Request(), Request()]


@pytest.mark.parametrize("command", ["check", "coverage"])
def test_options_reach_the_engine(engine: _Engine, command: str) -> None:
    famlint(
        command,
        *("a", "./b", "--select", "VIP001, SVC", "--select", "API", "--ignore", "VIP002,", "--config", "c.yaml"),
        *("--kubernetes-version", "1.33", "--tracked", "--stdin-filename", "x.yaml"),
    )
    assert engine.requests == [
        Request(("a", "./b"), None, "x.yaml", "c.yaml", ("VIP001", "SVC", "API"), ("VIP002",), "1.33", True)
    ]


def test_standard_input_is_bytes(engine: _Engine) -> None:
    famlint("check", "-", stdin=b"\xff\r\n")
    famlint("check", "./-", stdin=b"b")
    assert engine.requests == [Request((), b"\xff\r\n"), Request(("./-",))]


@pytest.mark.parametrize(
    ("severities", "fail_on", "expected"),
    [
        ((), "info", 0),
        ((I,), None, 0),
        ((W,), None, 1),
        ((E,), None, 1),
        ((I, W), "error", 0),
        ((I, E), "error", 1),
        ((W,), "warning", 1),
        ((I,), "warning", 0),
        ((I,), "info", 1),
        ((E, W, I), "never", 0),
    ],
)
def test_exit_codes(engine: _Engine, severities: tuple[Severity, ...], fail_on: str | None, expected: int) -> None:
    engine.answer = found(*severities)
    options = ("--fail-on", fail_on) if fail_on else ()
    assert famlint("check", *options).exit_code == expected


@pytest.mark.parametrize("options", [(), ("--fail-on", "never"), ("--format", "json")])
def test_trouble_is_told_after_the_findings(engine: _Engine, options: tuple[str, ...]) -> None:
    engine.answer = found(W, problems=("missing.yaml: no such file", "bad \x1b[2J"))
    result = famlint("check", *options)
    assert result.exit_code == 2
    assert "warning here" in result.stdout
    assert result.stderr == "famlint: missing.yaml: no such file\nfamlint: bad \\x1b[2J\n"


@pytest.mark.parametrize("command", ["check", "coverage"])
def test_usage_errors_of_the_engine(engine: _Engine, command: str) -> None:
    engine.answer = UsageError("no rule VIP999")
    result = famlint(command)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "famlint: no rule VIP999\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--fail-on", "fatal"),
        ("check", "--format", "sarf"),
        ("check", "--format", "text", "--format", "json"),
        ("check", "--frobnicate"),
        ("check", "-", "a"),
        ("coverage", "a", "-"),
        ("coverage", "--format", "concise"),
        ("rules", "--format", "concise"),
        ("explain",),
        ("chekc",),
    ],
)
@pytest.mark.usefixtures("engine")
def test_bad_options(arguments: tuple[str, ...]) -> None:
    result = famlint(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error" in result.stderr


def test_several_reports(engine: _Engine, tmp_path: Path) -> None:
    result = famlint("check", "--format", "json=out.json", "--format", "concise", "--format", "text=out.txt")
    assert result.exit_code == 1
    assert result.stdout.startswith("a.yaml:1:1: error[VIP001] error here\n")
    assert json.loads((tmp_path / "out.json").read_bytes())["version"] == 1
    assert (tmp_path / "out.txt").read_text().startswith("error[VIP001]: error here\n")
    assert engine.requests == [Request()]


@pytest.mark.usefixtures("engine")
def test_a_report_in_a_file_leaves_standard_output_empty() -> None:
    assert famlint("check", "--format", "json=out.json").stdout == ""


@pytest.mark.usefixtures("engine")
def test_a_report_that_cannot_be_written() -> None:
    result = famlint("check", "--format", "json=missing/out.json", "--format", "text")
    assert result.exit_code == 2
    assert "error here" in result.stdout
    assert result.stderr == "famlint: cannot write missing/out.json: No such file or directory\n"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ((), False),
        (("--info",), True),
        (("--select", "VIP"), True),
        (("--select", "VIP003"), True),
        (("--select", "vip003"), True),
        (("--select", "ALL"), True),
        (("--select", "a-rule"), True),
        (("--select", "VIP001"), False),
        (("--fail-on", "info"), True),
    ],
)
@pytest.mark.usefixtures("engine")
def test_recommendations(options: tuple[str, ...], shown: bool) -> None:
    for name in "text", "concise":
        result = famlint("check", "--format", name, *options)
        assert ("info here" in result.stdout) == shown
        assert "1 info" in result.stdout
        assert ("--info shows them" in result.stdout) != shown


@pytest.mark.usefixtures("engine")
def test_json_holds_recommendations() -> None:
    report = json.loads(famlint("check", "--format", "json").stdout)
    assert [finding["severity"] for finding in report["findings"]] == ["error", "warning", "info"]


@pytest.mark.usefixtures("engine")
def test_colour_is_for_standard_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "\x1b" not in famlint("check").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror[VIP001]\x1b[0m" in famlint("check", "--format", "text", "--format", "text=out").stdout
    assert "\x1b" not in (tmp_path / "out").read_text()
    assert "\x1b" not in famlint("check", "--format", "json").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in famlint("check").stdout


@pytest.mark.usefixtures("engine")
def test_coverage() -> None:
    text = famlint("coverage")
    assert text.exit_code == 0
    assert "not understood: vip_new" in text.stdout
    assert "vip_cidr is unknown, a placeholder: ${A} (VIP009)" in text.stdout
    report = json.loads(famlint("coverage", "--format", "json").stdout)
    assert list(report) == ["version", "files", "notes", "not_evaluated", "summary"]
    assert report["files"][0]["objects"][0]["not_understood"] == ["vip_new"]


def test_coverage_ends_in_trouble_only(engine: _Engine) -> None:
    engine.answer = found(problems=("missing",))
    assert famlint("coverage").exit_code == 2


@pytest.mark.usefixtures("rules")
def test_rules() -> None:
    assert famlint("rules").stdout == (
        "SVC001  service-rule  info     The third rule's title\n"
        "VIP001  first-rule    error    The first rule's title\n"
        "VIP002  second-rule   warning  The second rule's title\n"
    )
    for words in ("SVC,VIP002",), ("SVC", "--select", "second-rule"), ("svc", "--select", "Second-Rule"):
        listed = famlint("rules", "--select", *words).stdout.splitlines()
        assert [line.split()[0] for line in listed] == ["SVC001", "VIP002"]
    assert famlint("rules", "--select", "ALL").stdout == famlint("rules").stdout
    report = json.loads(famlint("rules", "--format", "json", "--select", "VIP002").stdout)
    assert report["rules"] == [
        {
            "code": "VIP002",
            "name": "second-rule",
            "severity": "warning",
            "severities": ["warning", "info"],
            "title": "The second rule's title",
            "references": [],
        }
    ]


@pytest.mark.usefixtures("rules")
def test_rules_that_do_not_exist() -> None:
    result = famlint("rules", "--select", "VPI001")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "famlint: --select 'VPI001' selects no rule, did you mean VIP001?\n"


@pytest.mark.parametrize("word", ["VIP001", "vip001", "first-rule", "First-Rule"])
@pytest.mark.usefixtures("rules")
def test_explain(word: str) -> None:
    result = famlint("explain", word)
    assert (result.exit_code, result.stdout) == (0, "The first rule's title (VIP001 first-rule)\n")


@pytest.mark.parametrize(
    ("word", "hint"),
    [("VIP0O1", ", did you mean VIP001?"), ("secnd-rule", ", did you mean second-rule?"), ("???", "")],
)
@pytest.mark.usefixtures("rules")
def test_explain_an_unknown_rule(word: str, hint: str) -> None:
    result = famlint("explain", word)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"famlint: no rule {word!r}{hint}; famlint rules lists them\n"
