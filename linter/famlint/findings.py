"""What a rule says: a finding with labelled spans, and a fix where one value is right."""

from enum import IntEnum
from typing import NamedTuple

from famlint.positions import Span


class Severity(IntEnum):
    """error: refused, crash or no traffic; warning: works by luck; info: a recommendation."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The name as reports print it."""
        return self.name.lower()


class Label(NamedTuple):
    """A span with the few words that stand under it."""

    span: Span
    message: str


class Edit(NamedTuple):
    """Replace the text of one literal span."""

    span: Span
    text: str


class Fix(NamedTuple):
    """What to write instead. `safe`: no other meaning of the file changes.

    `description` is an imperative for a person (`write "32,128"`). A fix without edits is advice that famlint
    cannot carry out, for example where a key has to be added.
    """

    description: str
    edits: tuple[Edit, ...] = ()
    safe: bool = True


class Finding(NamedTuple):
    """One fault at one place.

    `primary` lies on one line. `related` are the other sides of it. `component` names what it was found in
    (`kube-vip kube-system/kube-vip-ds`), `kind` the object that declares it (`DaemonSet`), `cluster` the cluster
    that it belongs to; all three are empty where there is none.
    `identity` survives edits elsewhere in the file: resource and key path.
    """

    code: str
    name: str
    severity: Severity
    message: str
    primary: Label
    related: tuple[Label, ...] = ()
    fix: Fix | None = None
    component: str = ""
    cluster: str = ""
    identity: str = ""
    kind: str = ""
