"""The documents for people are true: what they show is what famlint does, what they name exists."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from famlint.cli import app
from famlint.config import load_config
from famlint.engine import Request, run
from famlint_schemas import load

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
ELISION = "…\n"

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_EXIT = re.compile(r"^\| (\d) \| .* \| `famlint ([^`]+)` \|$", re.MULTILINE)
_VARIABLE = re.compile(r"\b(FAMLINT_[A-Z_]+)=")
_FAMLINT = "from famlint.cli import main; main()"


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def fences(document: str, language: str) -> list[str]:
    return [body for name, body in _FENCE.findall(text_of(document)) if name == language]


def prose(document: str) -> str:
    return _FENCE.sub("", text_of(document))


def famlint(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
    return subprocess.run(
        [sys.executable, "-c", _FAMLINT, *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**environment, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def sessions() -> list[tuple[str, str]]:
    """Commands that the README shows with their output."""
    return [
        (body.partition("\n")[0].removeprefix("$ "), body.partition("\n")[2]) for body in fences("README.md", "text")
    ]


def commands() -> Iterator[list[str]]:
    """Every call of famlint in the README: in its blocks, in its sessions and in its prose."""
    lines = [line for block in fences("README.md", "console") for line in block.splitlines()]
    lines += [command for command, _ in sessions()]
    lines += [code for code in _CODE.findall(prose("README.md")) if code.startswith("famlint ")]
    for line in lines:
        call = line.rpartition("| ")[2].partition(" <")[0]
        if call.startswith("famlint "):
            yield shlex.split(call)[1:]


def options() -> dict[str, set[str]]:
    """The options of each command; those of famlint itself stand under its name."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    found = {"famlint": group, **group.commands}
    return {
        name: {word for parameter in command.params for word in parameter.opts if word.startswith("--")}
        for name, command in found.items()
    }


def config_example() -> str:
    (found,) = (block for block in fences("README.md", "yaml") if block.startswith("# .famlint.yaml"))
    return found


def accepting_services() -> list[str]:
    return [block for block in fences("README.md", "yaml") if "kind: Service" in block]


@pytest.mark.parametrize(("command", "shown"), sessions(), ids=[command for command, _ in sessions()])
def test_output_is_what_famlint_prints(command: str, shown: str) -> None:
    name, *arguments = shlex.split(command)
    assert name == "famlint"
    done = famlint(*arguments)
    assert done.stderr == ""
    pieces = shown.split(ELISION)
    assert done.stdout.startswith(pieces[0])
    assert done.stdout.endswith(pieces[-1])
    position = 0
    for piece in pieces:
        position = done.stdout.find(piece, position)
        assert position >= 0, f"famlint does not print, or not in this place:\n{piece}\nbut:\n{done.stdout}"
        assert position == 0 or done.stdout[position - 1] == "\n"
        position += len(piece)


def test_the_readme_shows_a_finding() -> None:
    assert any(command == "famlint check examples" and "error[" in shown for command, shown in sessions())


def test_every_command_exists_with_its_options() -> None:
    known = options()
    called = list(commands())
    assert {call[0] for call in called if not call[0].startswith("-")} == known.keys() - {"famlint"}
    for call in called:
        command = "famlint" if call[0].startswith("-") else call[0]
        assert {word.partition("=")[0] for word in call if word.startswith("--")} <= known[command], call


def test_every_option_named_exists() -> None:
    known = set().union(*options().values())
    # What famlint has not is said under this heading, and nowhere else.
    before, _, rest = text_of("README.md").partition("## What it does not do yet")
    missing, _, after = rest.partition("\n## ")
    assert set(_OPTION.findall(before + after)) <= known
    assert set(_OPTION.findall(missing)) - known == {"--fix"}


def test_every_option_of_check_is_named() -> None:
    assert options()["check"] <= set(_OPTION.findall(text_of("README.md")))


def test_exit_codes() -> None:
    rows = _EXIT.findall(text_of("README.md"))
    assert [code for code, _ in rows] == ["0", "1", "2"]
    for code, arguments in rows:
        done = famlint(*shlex.split(arguments))
        assert done.returncode == int(code), f"famlint {arguments}: {done.stderr}"


def test_the_command_of_make_demo() -> None:
    (recipe,) = re.findall(r"^demo:.*\n\t@?\$\(BIN\)/famlint (.+)$", text_of("Makefile"), re.MULTILINE)
    done = famlint(*shlex.split(recipe))
    assert done.returncode == 0, done.stderr
    assert "error[" in done.stdout


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    code = [
        *_CODE.findall(prose(document)),
        *(line for body in fences(document, "console") for line in body.split("\n")),
    ]
    assert {line.split()[1] for line in code if line.startswith("make ")} <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    links = [link.partition("#")[0] for link in _LINK.findall(prose(document)) if "://" not in link]
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_exist(document: str) -> None:
    tops = ("linter/", "rules/", "schemas/", "tests/", "examples/", ".ci/")
    paths = [code for code in _CODE.findall(prose(document)) if code.startswith(tops)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_variables_for_tests_are_read_by_tests() -> None:
    named = set(_VARIABLE.findall(text_of("CONTRIBUTING.md")))
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    assert named
    assert [name for name in named if not any(f'environ.get("{name}"' in source for source in sources)] == []


def test_code_is_quoted_from_the_sources() -> None:
    blocks = fences("README.md", "python")
    assert blocks
    sources = [path.read_text(encoding="utf-8") for top in ("linter", "rules") for path in (ROOT / top).rglob("*.py")]
    for block in blocks:
        pieces = block.split(ELISION)
        assert any(all(piece in source for piece in pieces) for source in sources), block


def test_the_configuration_is_accepted(tmp_path: Path) -> None:
    (tmp_path / ".famlint.yaml").write_text(config_example(), encoding="utf-8")
    (tmp_path / "apps").mkdir()
    found = run(Request(paths=(str(tmp_path),)))
    assert found.problems == ()


def test_the_configuration_shows_every_key(tmp_path: Path) -> None:
    path = tmp_path / ".famlint.yaml"
    path.write_text(config_example(), encoding="utf-8")
    load_config(path, path.name)
    schema = load("famlint")
    assert set(keys(schema)) - set(re.findall(r"\b(\w+):", config_example())) == {"plugins"}
    assert "`plugins`" in text_of("README.md")


def keys(schema: object) -> Iterator[str]:
    """Every key that a schema knows, at any depth."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        for part in schema.values():
            yield from keys(part)


@pytest.mark.parametrize("index", range(len(accepting_services())))
def test_a_finding_is_accepted(index: int, tmp_path: Path) -> None:
    (tmp_path / ".famlint.yaml").touch()
    kube_vip = (ROOT / "examples" / "kube-vip-crash" / "kube-vip.yaml").read_text(encoding="utf-8")
    (tmp_path / "kube-vip.yaml").write_text(kube_vip, encoding="utf-8")
    (tmp_path / "web.yaml").write_text(accepting_services()[index], encoding="utf-8")
    found = run(Request(paths=(str(tmp_path),)))
    assert found.findings == ()
    assert [one.finding.code for one in found.suppressed] == ["VIP001"]
    assert found.suppressed[0].reason


def test_both_ways_of_accepting_are_shown() -> None:
    shown = accepting_services()
    assert sum("# famlint: ignore[" in block for block in shown) == 1
    assert sum("famlint/ignore:" in block for block in shown) == 1


def test_codes_named_exist() -> None:
    listed = famlint("rules").stdout
    for document in DOCUMENTS:
        codes = re.findall(r"\b(?:API|FAM|KCM|KCP|RKE|SCD|SCH|VCL|VIP|YML)\d{3}\b", text_of(document))
        assert [code for code in codes if f"{code} " not in listed] == [], document


EXAMPLES = {
    "chart-default": ("VIP002", "error"),
    "control-plane-ipv6-first": ("VIP004", "error"),
    "gitops": ("VIP001", "error"),
    "k3s-chart-upgrade": ("VIP007", "error"),
    "kube-vip-crash": ("VIP001", "error"),
    "kube-vip-reported-endpoints": ("VIP041", "info"),
    "rke2-calico-ipv6-only": ("RKE001", "warning"),
    "service-cidr-second-family": ("SCD004", "warning"),
    "vcluster-redetects": ("VCL005", "error"),
}
FIVE = ("kube-vip-crash", "kube-vip-reported-endpoints", "vcluster-redetects", "rke2-calico-ipv6-only",
        "service-cidr-second-family")  # fmt: skip
"""The failures that famlint was started for, in the order of the README."""

UNKNOWABLE = {"rke2-calico-ipv6-only": {"API007", "API008", "API009"}}
"""Rules that an example cannot settle: no file says which address a node of Rancher advertises."""


@pytest.mark.parametrize("folder", sorted(path.name for path in (ROOT / "examples").iterdir()))
def test_each_example_holds_one_real_fault(folder: str) -> None:
    found = run(Request(paths=(str(ROOT / "examples" / folder),)))
    assert [(finding.code, finding.severity.word) for finding in found.findings] == [EXAMPLES[folder]]
    assert {gap.code for gap in found.not_evaluated} == UNKNOWABLE.get(folder, set())
    assert found.problems == ()


def test_the_readme_shows_the_five_failures() -> None:
    shown = dict(sessions())["famlint check examples --info --format concise"]
    for folder in FIVE:
        code, severity = EXAMPLES[folder]
        assert re.search(rf"^examples/{folder}/\S+ {severity}\[{code}\] ", shown, re.MULTILINE), folder
