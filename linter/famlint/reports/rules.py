"""The list of rules."""

from collections.abc import Iterable

from famlint.reports.visible import visible
from famlint.rules import Rule
from famlint.terminal import Paint, plain


def title(rule: Rule) -> str:
    """The first line of a rule's documentation."""
    return next(iter(rule.documentation.strip().splitlines()), "").strip()


def render(rules: Iterable[Rule], paint: Paint = plain) -> str:
    """For people: code, name, usual severity and title in columns."""
    rows = [(rule.code, rule.name, rule.severities[0].word, visible(title(rule))) for rule in rules]
    if not rows:
        return "no rules\n"
    codes, names, words = (max(len(row[column]) for row in rows) for column in range(3))
    return "".join(
        f"{paint(code, 'strong')}{' ' * (codes - len(code))}  {name:<{names}}  "
        f"{paint(word, word)}{' ' * (words - len(word))}  {text}".rstrip()
        + "\n"
        for code, name, word, text in rows
    )


def render_json(rules: Iterable[Rule]) -> str:
    """For programs: every severity that a finding of the rule can carry, the usual one first."""
    # Only here: text must not pay for the encoder.
    from famlint.reports.json import dump

    return dump(
        {
            "version": 1,
            "rules": [
                {
                    "code": rule.code,
                    "name": rule.name,
                    "severity": rule.severities[0].word,
                    "severities": [severity.word for severity in rule.severities],
                    "title": title(rule),
                    "references": list(rule.references),
                }
                for rule in rules
            ],
        }
    )
