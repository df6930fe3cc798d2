"""One run, from paths to findings: the stages in their order, and nothing of their work."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from posixpath import dirname, join
from typing import NamedTuple

from famlint.accounting import coverage, line_in, not_evaluated
from famlint.behaviours.projections import projections
from famlint.clusters import NOWHERE, Cluster, Grouping, Known, Member, Named, group
from famlint.components.table import ADAPTER_OF, RELEASE_NAMES
from famlint.config import ClusterConfig, Config, ConfigError, find_config, load_config
from famlint.documents.document import Fault
from famlint.documents.limits import Limits
from famlint.file_result import FileResult, Relevance, read_file
from famlint.findings import Finding, Label
from famlint.fixes import fitted
from famlint.inputs import Input
from famlint.judging import Case, judge, labels
from famlint.network.versions import is_minor, minor_version
from famlint.positions import Span
from famlint.registry import unknown_rule
from famlint.resolve import resolve
from famlint.result import Run
from famlint.rounds import Progress, read_all
from famlint.settling import Choice, settle
from famlint.sources.discovery import Source, discover, name_of, root_of
from famlint.sources.reading import Unreadable, decode, read
from famlint.unknown import Unknown

_MOST_REREAD = 2_000_000
"""How many characters of one file are read for trials of fixes; beyond that fixes are advice."""


class UsageError(Exception):
    """Options or a configuration that famlint cannot work with. Each argument is a line for people."""


class Request(NamedTuple):
    """What a run is asked to do. `stdin` are the bytes to check in place of paths."""

    paths: tuple[str, ...] = (".",)
    stdin: bytes | None = None
    stdin_filename: str = "<stdin>"
    config: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    kubernetes_version: str | None = None
    tracked_only: bool = False


class _Files(NamedTuple):
    """The texts of a run by report name, and what could not be read. `whole`: all of the tree was looked at."""

    texts: dict[str, str]
    unreadable: tuple[Fault, ...] = ()
    charts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    whole: bool = False


def run(request: Request, progress: Progress | None = None, *, today: date | None = None) -> Run:
    """Check everything that a request names.

    `progress` is told how many files of how many are read. `today` decides about suppressions that expire.
    Raises UsageError.
    """
    config, root = _settings(request)
    limits = Limits()
    files = _stdin(request) if request.stdin is not None else _read(request, root, config, limits)
    by_path, relevant = read_all(files.texts, limits, progress)
    results = tuple(by_path.values())
    grouping = _grouping(results, config, request.kubernetes_version)
    broken: list[str] = []
    judgement = judge((*_inputs(results, files.unreadable), *_cases(grouping, broken)))
    choice = Choice(request.select or config.select, (*config.ignore, *request.ignore), config.severity)
    line, day = line_in({**files.texts, config.path: config.text}), today or date.today()
    settled = settle(judgement, choice, results, config, line, day, whole=files.whole)
    sources = _templates(grouping, files.charts, root)

    reread = _rereader(files.texts, by_path, relevant, limits)
    findings = tuple(
        _with_template(_with_fix(_on_one_line(finding, files.texts), files.texts, reread), sources)
        for finding in settled.findings
    )
    return Run(
        findings,
        settled.suppressed,
        not_evaluated(choice.gaps(judgement.gaps), line),
        coverage(results, (*grouping.notes, *files.notes), line),
        _texts_of(findings, files.texts, config, root),
        (*files.problems, *broken, *judgement.problems),
    )


def _settings(request: Request) -> tuple[Config, Path]:
    """The configuration and the root of a run. Raises UsageError."""
    paths = [Path(path) for path in request.paths]
    named = Path(request.config) if request.config is not None else None
    if named is not None and not named.is_file():
        raise UsageError(f"the configuration {request.config} is no file")
    root = root_of(paths, named)
    start = paths[0].absolute() if paths else Path.cwd()
    found = named or find_config(start if start.is_dir() else start.parent, root)
    if named is None and found is not None:
        root = root_of(paths, found)
    try:
        config = load_config(found, name_of(found, root)) if found else Config()
    except ConfigError as error:
        raise UsageError(*str(error).split("\n")) from None
    for pattern in (*request.select, *request.ignore):
        if problem := unknown_rule(pattern):
            raise UsageError(problem)
    for rule in config.rules:
        if problem := unknown_rule(rule.rule):
            raise UsageError(f"{rule.place}: {problem}")
    if problems := tuple(_unknown_components(config)):
        raise UsageError(*problems)
    if config.plugins:
        raise UsageError(f"{config.path}: plugins: this release of famlint has no plugins yet")
    if request.kubernetes_version is not None and not is_minor(request.kubernetes_version):
        raise UsageError(f'"{request.kubernetes_version}" is not a version of Kubernetes like 1.33')
    return config, root


def _unknown_components(config: Config) -> Iterator[str]:
    """What is wrong with the components that the configuration gives releases of."""
    for component in config.components:
        if component.rule not in RELEASE_NAMES:
            from famlint.shapes import hint

            known = hint(component.rule.lower(), RELEASE_NAMES) or f"; known are: {', '.join(RELEASE_NAMES)}"
            yield f'{component.place}: no component is called "{component.rule}"{known}'


def _stdin(request: Request) -> _Files:
    name = request.stdin_filename
    try:
        return _Files({name: decode(request.stdin or b"").text})
    except Unreadable as error:
        return _Files({}, (Fault("unreadable", Span(name, 0, 0), str(error)),))


def _read(request: Request, root: Path, config: Config, limits: Limits) -> _Files:
    paths = [Path(path) for path in request.paths]
    discovered = discover(paths, root, config.include, config.exclude, request.tracked_only)
    texts, unreadable = {}, []
    for source in discovered.files:
        try:
            texts[source.name] = read(source, limits.file_bytes)
        except Unreadable as error:
            unreadable.append(Fault("unreadable", Span(source.name, 0, 0), str(error)))
    notes = (
        *(
            f"{chart}: a Helm chart; its templates are no manifests before they are rendered"
            for chart in discovered.charts
        ),
        *(f"{inner}: a repository of its own, not read unless it is named" for inner in discovered.submodules),
    )
    whole = any(_covers(path, root, config) for path in paths)
    return _Files(texts, tuple(unreadable), discovered.charts, notes, discovered.missing, whole)


def _covers(path: Path, root: Path, config: Config) -> bool:
    """Whether a path holds the whole tree. Without a repository and a configuration, a named directory is the tree."""
    real = path.resolve()
    alone = not config.path and not (root / ".git").exists()
    return root.resolve().is_relative_to(real) or (alone and real.is_dir())


def _grouping(results: Iterable[FileResult], config: Config, kubernetes: str | None) -> Grouping:
    named = {
        name: Named(cluster.paths, _known(cluster, kubernetes), cluster.host)
        for name, cluster in config.clusters.items()
    }
    return group(resolve(results), named, _known(ClusterConfig(), kubernetes))


def _known(cluster: ClusterConfig, kubernetes: str | None) -> Known:
    """What is known of a cluster; the command line goes over the configuration."""
    release = minor_version(kubernetes or cluster.kubernetes or "")
    minor = (kubernetes or cluster.kubernetes or "").count(".") == 1
    return Known(release, minor, cluster.versions, cluster.families, cluster.services, cluster.pods)


def _cases(grouping: Grouping, broken: list[str]) -> Iterator[Case]:
    """Every component, and what follows from it: the API server of a virtual cluster, say.

    What cannot be derived because of a defect of famlint is added to `broken`.
    """
    for cluster in grouping.clusters:
        for member in cluster.members:
            prefixes = ADAPTER_OF[member.component.kind].prefixes
            yield _case(member, cluster, prefixes)
            try:
                derived = tuple(projections(member.subject, cluster))
            except Exception as error:  # noqa: BLE001 - one broken projection must not hide what the others found
                title = member.component.title
                broken.append(f"what follows from {title} could not be derived: {type(error).__name__}: {error}")
                continue
            for projected in derived:
                yield Case(projected.subject, member.component, cluster, projected.prefixes)


def _case(member: Member, cluster: Cluster, prefixes: tuple[str, ...]) -> Case:
    """A component with the states that it can be in: where its release is not known but bounded, the bounds."""
    component, subject = member
    adapter = ADAPTER_OF[component.kind]
    if not isinstance(component.known_version, Unknown) or not component.bounds or adapter.subject is None:
        return Case(subject, component, cluster, prefixes)
    states = [adapter.subject(component._replace(known_version=release)) for release in component.bounds]
    return Case(states[-1], component, cluster, prefixes, tuple(states[:-1]))


def _inputs(results: tuple[FileResult, ...], unreadable: Iterable[Fault]) -> Iterator[Case]:
    faults = [fault for result in results for fault in result.faults]
    for fault in (*faults, *unreadable):
        yield Case(Input(fault), None, NOWHERE, ("YML", "FAM"))
    for declaration in (declaration for result in results for declaration in result.declarations):
        for misshapen in declaration.misshapen:
            yield Case(misshapen, None, NOWHERE, ("SCH",))


def _templates(grouping: Grouping, charts: Iterable[str], root: Path) -> dict[tuple[str, str], Span]:
    """By file and component, the chart template in the tree that rendered it: its first character stands for it."""
    found = {}
    for cluster in grouping.clusters:
        for component in (member.component for member in cluster.members):
            if component.source:
                places = [join(dirname(chart), component.source) for chart in charts]
                place = next((place for place in places if (root / place).is_file()), None)
                if place:
                    found[component.span.path, component.title] = Span(place, 0, 0, literal=False)
    return found


def _with_template(finding: Finding, sources: Mapping[tuple[str, str], Span]) -> Finding:
    span = sources.get((finding.primary.span.path, finding.component))
    if span is None:
        return finding
    return finding._replace(related=(*finding.related, Label(span, "this template of the chart renders it")))


def _on_one_line(finding: Finding, texts: Mapping[str, str]) -> Finding:
    """The finding with a primary span that ends with its line: reviews show nothing that spans several."""
    span = finding.primary.span
    first = texts.get(span.path, "")[span.start : span.end].splitlines()[:1]
    if not first or len(first[0]) == span.end - span.start:
        return finding
    return finding._replace(primary=finding.primary._replace(span=span._replace(end=span.start + len(first[0]))))


def _rereader(
    texts: Mapping[str, str], by_path: Mapping[str, FileResult], relevant: Relevance, limits: Limits
) -> "Callable[[str, str], FileResult | None]":
    """Reads a file again with another text, for the trial of a fix; None where a file has been read often enough.

    Each trial costs as much as the file is long, and a long file can have many findings.
    """
    read_already: dict[str, FileResult] = {}
    left: dict[str, int] = {}

    def again(path: str, text: str) -> FileResult | None:
        same = text == texts[path]
        if same and path in read_already:
            return read_already[path]
        left[path] = left.get(path, _MOST_REREAD) - len(text)
        if left[path] < 0:
            return None
        result = read_file(path, text, relevant, limits, whole_file=True, role=by_path[path].role)
        if same:
            read_already[path] = result
        return result

    return again


def _with_fix(finding: Finding, texts: Mapping[str, str], reread: "Callable[[str, str], FileResult | None]") -> Finding:
    """The finding with a fix that was tried on its file."""
    if finding.fix is None or not finding.fix.edits:
        return finding
    path = finding.fix.edits[0].span.path
    return fitted(finding, texts[path], partial(reread, path))


def _texts_of(findings: Iterable[Finding], texts: Mapping[str, str], config: Config, root: Path) -> dict[str, str]:
    """The text of every file that a finding names."""
    found = {}
    for path in sorted({label.span.path for finding in findings for label in labels(finding)}):
        if path in texts:
            found[path] = texts[path]
        elif path == config.path:
            found[path] = config.text
        else:
            try:
                found[path] = read(Source(root / path, path), Limits().file_bytes)
            except Unreadable:
                continue
    return found
