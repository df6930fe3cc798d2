"""The standard streams of the process, which whoever starts it may have closed. Python has None for these."""

import errno
import os
import sys
from typing import TextIO


def replace_closed() -> None:
    """Let no file that is opened later take the number of a closed stream.

    What is written to standard error goes nowhere then. The others stay None: whoever asked for their content has to
    be told.
    """
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for the whole process


def standard_output() -> TextIO:
    """Standard output. Raises OSError where it is closed."""
    return _open(sys.stdout)


def read_standard_input() -> bytes:
    """All of standard input. Raises OSError."""
    return _open(sys.stdin).buffer.read()


def _open(stream: TextIO | None) -> TextIO:
    if stream is None:
        raise OSError(errno.EBADF, "it is closed")
    return stream
