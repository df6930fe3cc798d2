"""A rule's documentation page: read from its docstring, printed for `famlint explain`.

The page is the first test of its rule too: its examples pass through the whole engine (`famlint.testing`).
"""

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from famlint.network.versions import Band, Version, band, parse_version
from famlint.rules import Rule

WIDTH = 80
PROSE = ("What it finds", "Why it matters", "How to fix", "Limits")
_ORDER = ("What it finds", "Why it matters", "example", "How to fix", "Limits")
_EXAMPLE = re.compile(r"(Bad|Good)(?: \((?P<about>[^()]+)\))?")
_FILE = re.compile(r"# file: (?P<path>\S+)")
_BULLET = re.compile(r"[-*] ")
_ISSUE = re.compile(r"([\w.-]+/[\w.-]+)#(\d+)")
_INDENT = "    "


class Example(NamedTuple):
    """One example of a page.

    `wrapper` is what the heading names (`kube-vip v0.8.9`, `chart kube-vip 0.9.9`), empty where the documents stand
    as they are. `found_in` is the band of releases in which this very example raises its rule, None where the
    release does not matter. `files` are paths and texts; the path is empty for text above the first `# file:` line.
    """

    bad: bool
    wrapper: str
    found_in: Band | None
    files: tuple[tuple[str, str], ...]


class Page(NamedTuple):
    """A page. The prose keeps the line breaks of its docstring; paragraphs are separated by a blank line."""

    title: str
    finds: str
    matters: str
    examples: tuple[Example, ...]
    fix: str
    limits: str


class _Section(NamedTuple):
    heading: str
    line: int
    text: str


def parse(docstring: str) -> Page:
    """The page that a docstring holds: a title, the four sections of prose, and any examples between them.

    Raises ValueError with the line (from 1, the title's) where the page is malformed: a section is missing, empty,
    unknown or out of order, or an example's heading cannot be read.
    """
    title, *rest = docstring.rstrip().splitlines() or [""]
    title = title.strip()
    if not title:
        raise _fault(1, "the first line must be the title")
    if title.endswith("."):
        raise _fault(1, "the title ends without a full stop")
    if rest and rest[0].strip():
        raise _fault(2, "a blank line must follow the title")
    prose: dict[str, str] = {}
    examples = []
    stage = 0
    last = 1
    for section in _sections(textwrap.dedent("\n".join(rest)).splitlines()):
        kind = section.heading if section.heading in PROSE else "example"
        at = _ORDER.index(kind)
        if at < stage:
            raise _fault(section.line, f"{section.heading!r} must stand before {_ORDER[stage]!r}")
        if section.heading in prose:
            raise _fault(section.line, f"{section.heading!r} is given twice")
        if not section.text.strip():
            raise _fault(section.line, f"{section.heading!r} is empty")
        stage, last = at, section.line
        if kind == "example":
            examples.append(_example(section))
        else:
            prose[kind] = section.text.strip("\n")
    for heading in PROSE:
        if heading not in prose:
            raise _fault(last, f"the section {heading!r} is missing")
    finds, matters, fix, limits = (prose[heading] for heading in PROSE)
    return Page(title, finds, matters, tuple(examples), fix, limits)


def render(rule: Rule) -> str:
    """The page of a rule as plain text for a terminal, about 80 columns wide.

    Raises ValueError as `parse` does.
    """
    page = parse(rule.documentation)
    severities = " or ".join(severity.word for severity in rule.severities)
    parts = [
        f"{rule.code} {rule.name} ({severities})",
        textwrap.fill(page.title, WIDTH),
        _section("What it finds", _wrapped(page.finds)),
        _section("Why it matters", _wrapped(page.matters)),
        *(_section(_heading(example), _shown(example)) for example in page.examples),
        _section("How to fix", _wrapped(page.fix)),
        _section("Limits", _wrapped(page.limits)),
    ]
    if rule.references:
        parts.append(_section("References", "\n".join(map(_reference, rule.references))))
    return "\n\n".join(parts) + "\n"


def _fault(line: int, message: str) -> ValueError:
    return ValueError(f"line {line}: {message}")


def _sections(lines: Iterable[str]) -> Iterator[_Section]:
    """The headings and what is indented below each; `lines` begin with the docstring's second."""
    heading, at = "", 0
    content: list[str] = []
    for number, line in enumerate(lines, 2):
        if not line.strip() or line[0] in " \t":
            if not heading and line.strip():
                raise _fault(number, "text must stand below a heading")
            content.append(line)
            continue
        if not line.endswith(":"):
            raise _fault(number, f"{line!r} is no heading, and content is indented")
        if heading:
            yield _Section(heading, at, textwrap.dedent("\n".join(content)))
        heading, at, content = line[:-1], number, []
        if heading not in PROSE and not _EXAMPLE.fullmatch(heading):
            raise _fault(number, f"unknown heading {heading!r}")
    if heading:
        yield _Section(heading, at, textwrap.dedent("\n".join(content)))


def _example(section: _Section) -> Example:
    match = _EXAMPLE.fullmatch(section.heading)
    if match is None:
        raise _fault(section.line, f"unknown heading {section.heading!r}")
    bad = match[1] == "Bad"
    wrapper, comma, releases = (match["about"] or "").partition(", found in ")
    found_in = _band(section.line, wrapper, releases) if comma else None
    if found_in is not None and not bad:
        raise _fault(section.line, "a good example is found in no release")
    return Example(bad, wrapper.strip(), found_in, _files(section))


def _band(line: int, wrapper: str, releases: str) -> Band:
    try:
        found_in = band(releases)
    except ValueError as error:
        raise _fault(line, str(error)) from error
    version = parse_version(wrapper.rpartition(" ")[2])
    if version is None or version not in found_in:
        raise _fault(line, f"the example's release {wrapper!r} is not in {releases}")
    return found_in


def _files(section: _Section) -> tuple[tuple[str, str], ...]:
    found: dict[str, list[str]] = {}
    path = ""
    for line in section.text.strip("\n").splitlines():
        match = _FILE.fullmatch(line.rstrip())
        if match is None:
            found.setdefault(path, []).append(line)
            continue
        path = match["path"]
        if path in found:
            raise _fault(section.line, f"the file {path} is given twice")
        if path.startswith("/") or ".." in path.split("/"):
            raise _fault(section.line, f"the file {path} lies outside of the example")
        found[path] = []
    return tuple((name, "\n".join(lines).strip("\n") + "\n") for name, lines in found.items())


def _heading(example: Example) -> str:
    words = "Bad" if example.bad else "Good"
    if example.wrapper:
        words += f", {example.wrapper}"
    return words if example.found_in is None else f"{words} (found in {_releases(example.found_in)})"


def _releases(found_in: Band) -> str:
    return ", ".join(_range(low, high) for low, high in found_in.ranges)


def _range(low: Version | None, high: Version | None) -> str:
    if low is None:
        return "all releases" if high is None else f"releases up to {high}"
    if high is None:
        return f"{low} and later"
    return str(low) if low == high else f"{low} to {high}"


def _section(heading: str, text: str) -> str:
    return f"{heading}:\n{text}"


def _shown(example: Example) -> str:
    texts = (f"# file: {path}\n{text}" if path else text for path, text in example.files)
    return textwrap.indent("\n".join(texts).rstrip("\n"), _INDENT * 2)


def _wrapped(prose: str) -> str:
    return "\n\n".join(_paragraph(part) for part in re.split(r"\n\s*\n", prose))


def _paragraph(text: str) -> str:
    """Filled lines; each item of a list by itself, what is indented further as it stands."""
    blocks: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line[:1] == " " and not (blocks and blocks[-1][0] == "item"):
            blocks.append(("verbatim", [line]))
        elif _BULLET.match(line):
            blocks.append(("item", [line]))
        elif blocks and blocks[-1][0] != "verbatim":
            blocks[-1][1].append(line.strip())
        else:
            blocks.append(("text", [line]))
    return "\n".join(_block(kind, lines) for kind, lines in blocks)


def _block(kind: str, lines: Iterable[str]) -> str:
    if kind == "verbatim":
        return textwrap.indent("\n".join(lines), _INDENT)
    return textwrap.fill(
        " ".join(lines),
        WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=f"{_INDENT}  " if kind == "item" else _INDENT,
        # An address, an option or a link that is broken in two can no longer be copied.
        break_long_words=False,
        break_on_hyphens=False,
    )


def _reference(text: str) -> str:
    issue = _ISSUE.fullmatch(text)
    return f"{_INDENT}https://github.com/{issue[1]}/issues/{issue[2]}" if issue else f"{_INDENT}{text}"
