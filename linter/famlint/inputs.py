"""Faults of the input as subjects of rules, so that they are selected, suppressed and documented like any other."""

from typing import NamedTuple

from famlint.documents.document import Fault
from famlint.positions import Span


class Input(NamedTuple):
    """An input that could not be read as a whole."""

    fault: Fault


class Misshapen(NamedTuple):
    """A place in structured configuration that does not fit the schema of its reader.

    `kind` is `misspelt`, `misplaced` or `value`. `instead` is what the key should be called, or what to write for the
    value; empty where that is not one text. `effect` is what the reader does with an unknown key.
    """

    kind: str
    span: Span
    message: str
    instead: str = ""
    effect: str = ""
    refused: bool = True


class Remark(NamedTuple):
    """Something to say about a suppression, under the code of the rule that documents it."""

    code: str
    span: Span
    message: str
