"""The command line.

Only typer is imported here; commands import what they need, so that `famlint version` costs next to nothing.
Exit codes: 0 nothing at or above `--fail-on`, 1 findings, 2 famlint could not do all its work.
"""

import os
import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from famlint.engine import Request
    from famlint.reports import Options, Render
    from famlint.reports.output import Target
    from famlint.result import Run
    from famlint.rules import Rule
    from famlint.terminal import Paint

app = typer.Typer(
    name="famlint",
    help="Find IP families and CIDRs that contradict each other in Kubernetes configuration, before deploy.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

FINDINGS, TROUBLE, INTERRUPTED = 1, 2, 130


def main() -> NoReturn:
    """The entry point of the `famlint` script. Always raises SystemExit."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from famlint.streams import replace_closed

        replace_closed()
    try:
        app(prog_name="famlint")
    except Exception as error:  # noqa: BLE001 - whatever it was: the interpreter's exit code 1 would say "findings"
        from traceback import print_exception

        print_exception(error)
        sys.stderr.write("famlint: internal error: this is a defect of famlint, please report it\n")
        raise SystemExit(TROUBLE) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    raise SystemExit(0)


# --- completion --------------------------------------------------------------------------------


def _complete_rule(incomplete: str) -> list[tuple[str, str]]:
    from famlint.registry import load_rules

    return [(rule.code, rule.name) for rule in load_rules() if rule.code.startswith(incomplete.upper())]


def _complete_findings_format(incomplete: str) -> list[str]:
    from famlint.reports import FINDINGS_FORMATS

    return [name for name in FINDINGS_FORMATS if name.startswith(incomplete)]


def _complete_listing_format(incomplete: str) -> list[str]:
    from famlint.reports import LISTING_FORMATS

    return [name for name in LISTING_FORMATS if name.startswith(incomplete)]


# --- options that several commands share -------------------------------------------------------

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH...|-]", help="Files and directories; - reads standard input.  [default: .]", show_default=False
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        help="Only these rules: codes, their beginnings, names (VIP012,SVC). Repeatable.",
        metavar="CODES",
        autocompletion=_complete_rule,
        show_default=False,
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        help="Not these rules, even if selected. Repeatable.",
        metavar="CODES",
        autocompletion=_complete_rule,
        show_default=False,
    ),
]
Kubernetes = Annotated[
    str | None, typer.Option(help="The Kubernetes release to judge by: 1.33 or 1.33.2.", metavar="VERSION")
]
StdinFilename = Annotated[
    str, typer.Option(help="The path that standard input stands for in reports.", metavar="PATH", show_default=False)
]
Config = Annotated[
    str | None, typer.Option(help="The configuration file, instead of the nearest .famlint.yaml.", metavar="FILE")
]
Tracked = Annotated[bool, typer.Option("--tracked", help="Of directories, read only the files that git tracks.")]
FindingsFormat = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help="text, concise or json; json=FILE writes to a file. Repeatable.  [default: text]",
        metavar="NAME[=FILE]",
        autocompletion=_complete_findings_format,
        show_default=False,
    ),
]
ListingFormat = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help="text or json; json=FILE writes to a file. Repeatable.  [default: text]",
        metavar="NAME[=FILE]",
        autocompletion=_complete_listing_format,
        show_default=False,
    ),
]


# --- commands ----------------------------------------------------------------------------------


def _print_version(wanted: bool) -> None:
    if wanted:
        from famlint import __version__

        typer.echo(f"famlint {__version__}")
        raise typer.Exit


@app.callback()
def _famlint(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Only for its option: the help of the application stands above."""


@app.command()
def check(
    paths: Paths = None,
    formats: FindingsFormat = None,
    select: Select = None,
    ignore: Ignore = None,
    fail_on: Annotated[
        Literal["error", "warning", "info", "never"],
        typer.Option(help="The lowest severity that makes the exit code 1. info shows recommendations, too."),
    ] = "warning",
    info: Annotated[bool, typer.Option("--info", help="Show recommendations; else they are only counted.")] = False,
    kubernetes_version: Kubernetes = None,
    stdin_filename: StdinFilename = "<stdin>",
    config: Config = None,
    tracked: Tracked = False,
) -> None:
    """Judge configuration and report what would fail.

    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 famlint could not do all its work.
    """
    from famlint.reports import FINDINGS_FORMATS, Options, findings_report

    where = _targets(formats, FINDINGS_FORMATS)
    request = _request(paths, select, ignore, kubernetes_version, stdin_filename, config, tracked)
    run = _run(request)
    options = Options(info=info or fail_on == "info", select=request.select)
    complete = _report(run, where, findings_report, options)
    raise typer.Exit(exit_code(run, fail_on) if complete else TROUBLE)


@app.command()
def coverage(
    paths: Paths = None,
    formats: ListingFormat = None,
    select: Select = None,
    ignore: Ignore = None,
    kubernetes_version: Kubernetes = None,
    stdin_filename: StdinFilename = "<stdin>",
    config: Config = None,
    tracked: Tracked = False,
) -> None:
    """Show what was understood and what was not.

    Lists files, objects and keys, open relations, and rules that lacked a fact.

    Exit codes: 0, and 2 where famlint could not do all its work.
    """
    from famlint.reports import LISTING_FORMATS, Options, coverage_report

    where = _targets(formats, LISTING_FORMATS)
    run = _run(_request(paths, select, ignore, kubernetes_version, stdin_filename, config, tracked))
    complete = _report(run, where, coverage_report, Options())
    raise typer.Exit(TROUBLE if run.problems or not complete else 0)


@app.command()
def rules(formats: ListingFormat = None, select: Select = None) -> None:
    """List the rules: code, name, usual severity, title."""
    from famlint.reports import LISTING_FORMATS
    from famlint.reports.output import words

    where = _targets(formats, LISTING_FORMATS)

    from famlint.registry import load_rules, selects
    from famlint.reports.rules import render, render_json

    listed = load_rules()
    patterns = words(select or ())
    for pattern in patterns:
        if not any(selects(pattern, rule.code, rule.name) for rule in listed):
            raise _trouble(f"--select {pattern!r} selects no rule{_hint(pattern, listed)}")
    chosen = [
        rule for rule in listed if not patterns or any(selects(pattern, rule.code, rule.name) for pattern in patterns)
    ]
    complete = True
    for target in where:
        text = partial(render, chosen) if target.format == "text" else _constant(render_json(chosen))
        complete &= _emit(target, text)
    raise typer.Exit(0 if complete else TROUBLE)


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(help="A rule's code or name.", metavar="CODE", autocompletion=_complete_rule)],
) -> None:
    """Explain a rule.

    What it finds, why it matters, a bad and a good example, how to fix it.
    """
    from famlint.documentation import render
    from famlint.registry import load_rules
    from famlint.reports.output import Target

    known = load_rules()
    found = next((item for item in known if rule.upper() == item.code or rule.lower() == item.name), None)
    if found is None:
        raise _trouble(f"no rule {rule!r}{_hint(rule, known)}; famlint rules lists them")
    complete = _emit(Target("text", None), _constant(render(found).rstrip("\n") + "\n"))
    raise typer.Exit(0 if complete else TROUBLE)


@app.command()
def version() -> None:
    """Print the version."""
    _print_version(True)


# --- what the commands share -------------------------------------------------------------------


def exit_code(run: "Run", fail_on: str) -> int:
    """The exit code of a check. `fail_on` is a severity's word or `never`, which hides no trouble."""
    if run.problems:
        return TROUBLE
    worst = run.worst()
    if worst is None or fail_on == "never":
        return 0
    return FINDINGS if worst >= type(worst)[fail_on.upper()] else 0


def _targets(formats: list[str] | None, known: tuple[str, ...]) -> "tuple[Target, ...]":
    from famlint.reports.output import targets

    try:
        return targets(formats or (), known)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="'--format'") from None


def _request(
    paths: list[str] | None,
    select: list[str] | None,
    ignore: list[str] | None,
    kubernetes_version: str | None,
    stdin_filename: str,
    config: str | None,
    tracked: bool,
) -> "Request":
    from famlint.engine import Request
    from famlint.reports.output import words

    named = tuple(paths or (".",))
    piped = "-" in named
    if piped and len(named) > 1:
        raise typer.BadParameter("standard input (-) and paths are two runs, not one", param_hint="'PATH'")
    return Request(
        paths=() if piped else named,
        stdin=_piped() if piped else None,
        stdin_filename=stdin_filename,
        config=config,
        select=words(select or ()),
        ignore=words(ignore or ()),
        kubernetes_version=kubernetes_version,
        tracked_only=tracked,
    )


def _piped() -> bytes:
    from famlint.streams import read_standard_input

    try:
        return read_standard_input()
    except OSError as error:
        reason = error.strerror
    raise _trouble(f"cannot read standard input: {reason}")


def _run(request: "Request") -> "Run":
    from famlint.engine import UsageError, run
    from famlint.terminal import progress_on

    progress = progress_on(sys.stderr) if sys.stderr.isatty() else None
    try:
        return run(request, progress.update if progress else None)
    except UsageError as error:
        usage = error.args
    finally:
        if progress:
            progress.finish()
    raise _trouble(*usage)


def _report(run: "Run", where: "tuple[Target, ...]", renderer: "Callable[[str], Render]", options: "Options") -> bool:
    """Print all reports, then the problems. Whether every report could be written."""
    complete = True
    for target in where:
        complete &= _emit(target, partial(_painted, renderer(target.format), run, options))
    for problem in run.problems:
        _say(problem)
    return complete


def _emit(target: "Target", text: "Callable[[Paint], str]") -> bool:
    """Write one report where it goes; colour is for standard output only. Whether that worked."""
    from famlint.reports.output import encode, write_file, write_stream
    from famlint.streams import standard_output
    from famlint.terminal import paint_for, plain

    try:
        if target.path is None:
            stream = standard_output()
            encoding = "utf-8" if target.format == "json" else stream.encoding
            write_stream(stream.buffer, encode(text(paint_for(stream, os.environ)), encoding))
        else:
            write_file(target.path, encode(text(plain)))
    except OSError as error:
        _say(f"cannot write {target.path or 'standard output'}: {error.strerror or error}")
        return False
    return True


def _painted(render: "Render", run: "Run", options: "Options", paint: "Paint") -> str:
    return render(run, options._replace(paint=paint))


def _constant(text: str) -> "Callable[[Paint], str]":
    return lambda _paint: text


def _hint(word: str, known: "Iterable[Rule]") -> str:
    from difflib import get_close_matches

    names = {name.lower(): name for rule in known for name in (rule.code, rule.name)}
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.5)
    return f", did you mean {names[close[0]]}?" if close else ""


def _say(message: str) -> None:
    from famlint.reports.visible import visible

    sys.stderr.write(f"famlint: {visible(message)}\n")


def _trouble(*messages: str) -> typer.Exit:
    """Say why famlint cannot do its work; the caller raises what is returned."""
    for message in messages:
        _say(message)
    return typer.Exit(TROUBLE)
