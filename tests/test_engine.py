"""The whole run: what the stages pass on to each other and no stage can show alone."""

from pathlib import Path

import pytest

from famlint.engine import Request, UsageError, run
from famlint.findings import Finding
from famlint.fixes import apply
from famlint.result import Run
from tests.forms.crash import FORMS, SERVICE, container, pod, workload
from tests.marked import unmarked

PLAIN = Request()


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in unmarked(files).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())


def check(root: Path, files: dict[str, str], request: Request = PLAIN) -> Run:
    write(root, files)
    return run(request._replace(paths=(str(root),)))


def only(found: Run) -> Finding:
    (finding,) = found.findings
    return finding


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A root of its own, so that names in reports are relative to it."""
    (tmp_path / ".famlint.yaml").write_text("{}\n")
    return tmp_path


def test_a_finding_in_a_rendered_stream_names_the_template_of_the_tree(repository: Path) -> None:
    stream = "# Source: kube-vip/templates/daemonset.yaml\n" + workload("DaemonSet")
    files = {
        "charts/kube-vip/Chart.yaml": "apiVersion: v2\nname: kube-vip\nversion: 0.6.7\n",
        "charts/kube-vip/templates/daemonset.yaml": "kind: {{ .Values.kind }} # kube-vip\n",
        "rendered.yaml": stream,
        "web.yaml": SERVICE,
    }
    found = only(check(repository, files))
    assert found.primary.span.path == "rendered.yaml"
    assert "charts/kube-vip/templates/daemonset.yaml" in [label.span.path for label in found.related]


def test_without_the_chart_the_stream_is_all_there_is(repository: Path) -> None:
    found = only(check(repository, FORMS["rendered-stream"]))
    assert {found.primary.span.path, *(label.span.path for label in found.related)} == {"rendered.yaml"}


def test_a_chart_that_was_not_rendered_is_told(repository: Path) -> None:
    chart = {"c/Chart.yaml": "name: c\n", "c/templates/x.yaml": workload("DaemonSet")}
    found = check(repository, chart)
    assert not found.findings
    assert any(note.startswith("c: a Helm chart") for note in found.coverage.notes)


def test_standard_input(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    text = unmarked(FORMS["one-stream"])["all.yaml"]
    found = run(Request(paths=(), stdin=text.encode("utf-16"), stdin_filename="rendered.yaml"))
    assert only(found).primary.span.path == "rendered.yaml"
    assert found.coverage.files_read == 1


def test_the_configuration_gives_a_release_and_a_name(repository: Path) -> None:
    files = {path: text.replace(":v0.8.9", ":latest") for path, text in FORMS["daemonset"].items()}
    assert not check(repository, files).findings
    config = "clusters: {prod: {paths: [.], versions: {kube-vip: v0.8.9}}}\n"
    assert only(check(repository, {**files, ".famlint.yaml": config})).cluster == "prod"


@pytest.mark.parametrize(
    ("config", "codes"),
    [
        ("severity: {vip001: info}", ["VIP001"]),
        ("select: [vip]", ["VIP001"]),
        ("ignore: [vip001]", []),
        ("suppress: [{rule: vip001, reason: known}]", []),
    ],
)
def test_codes_of_the_configuration_in_any_case(repository: Path, config: str, codes: list[str]) -> None:
    found = check(repository, {**FORMS["daemonset"], ".famlint.yaml": f"{config}\n"})
    assert [finding.code for finding in found.findings] == codes
    assert [one.finding.code for one in found.suppressed] == (["VIP001"] if "suppress" in config else [])
    assert all(finding.severity.word == ("info" if "severity" in config else "error") for finding in found.findings)


def test_severity_select_and_ignore(repository: Path) -> None:
    files = FORMS["daemonset"]
    changed = check(repository, {**files, ".famlint.yaml": "severity: {VIP001: info}\n"})
    assert only(changed).severity.word == "info"
    write(repository, {".famlint.yaml": "{}\n"})
    for request, codes in (
        (Request(select=("VIP001",)), ["VIP001"]),
        (Request(select=("VIP",), ignore=("VIP001",)), []),
        (Request(select=("prefix-too-long-for-v4",)), ["VIP001"]),
        (Request(select=("vip001",)), ["VIP001"]),
        (Request(select=("Vip",), ignore=("Prefix-Too-Long-For-V4",)), []),
        (Request(select=("YML",)), []),
    ):
        assert [finding.code for finding in check(repository, files, request).findings] == codes


@pytest.mark.parametrize(
    "request_", [Request(select=("VIP9",)), Request(kubernetes_version="new"), Request(config="x")]
)
def test_options_that_cannot_be_used(request_: Request) -> None:
    with pytest.raises(UsageError):
        run(request_)


def test_a_path_that_is_missing_is_a_problem_and_the_rest_is_checked(repository: Path) -> None:
    write(repository, FORMS["one-stream"])
    found = run(Request(paths=(str(repository), str(repository / "nothing.yaml"))))
    assert only(found).code == "VIP001"
    (problem,) = found.problems
    assert "nothing.yaml" in problem


ALL_FLOW = pod(
    container("env: [{name: vip_arp, value: 'true'}, {name: svc_enable, value: 'true'}, {name: vip_cidr, value: 128}]")
)


def test_an_edit_is_quoted_where_a_comma_would_end_the_value(repository: Path) -> None:
    found = check(repository, {"kube-vip.yaml": ALL_FLOW, "web.yaml": SERVICE})
    fix = only(found).fix
    assert fix is not None
    assert [edit.text for edit in fix.edits] == ['"32,128"']


@pytest.mark.parametrize("form", FORMS)
def test_every_edit_that_is_offered_removes_the_finding(form: str, repository: Path) -> None:
    found = only_crash(check(repository, FORMS[form]))
    assert found.fix is not None
    for edit in found.fix.edits:
        path = repository / edit.span.path
        path.write_bytes(apply(path.read_bytes().decode(), [edit]).encode())
        assert not run(Request(paths=(str(repository),), select=("VIP",))).findings


def only_crash(found: Run) -> Finding:
    (finding,) = [finding for finding in found.findings if finding.code == "VIP001"]
    return finding


def test_most_forms_have_an_edit(repository: Path) -> None:
    """If ever fewer forms have one, the fix has been lost.

    Base64 and variables cannot be edited in place, and inside a plain flow item a comma would end the flag.
    """
    without = set()
    for form, files in FORMS.items():
        for old in sorted(repository.rglob("*.*"), reverse=True):
            if old.is_file() and old.name != ".famlint.yaml":
                old.unlink()
        fix = only_crash(check(repository, files)).fix
        if fix is None or not fix.edits:
            without.add(form)
    assert without == {"secret", "flux-variables", "flag-with-equals"}
