"""Faults of the input as subjects of rules, so that they are selected, suppressed and documented like any other."""

from typing import NamedTuple

from famlint.documents.document import Fault
from famlint.positions import Span


class Input(NamedTuple):
    """An input that could not be read as a whole."""

    fault: Fault


class Remark(NamedTuple):
    """Something to say about a suppression, under the code of the rule that documents it."""

    code: str
    span: Span
    message: str
