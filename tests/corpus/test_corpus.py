"""Real configuration of public repositories: what is understood of it, and what is found.

The corpus lies beside the checkout, in `shared/`. The golden list is read by people before it is kept. To renew it:

    FAMLINT_RENEW=1 pytest tests/corpus

That writes golden.txt and fails once, so that a renewal never passes by itself. Read the difference.
"""

import os
from pathlib import Path

import pytest

from famlint.result import Run
from tests.corpus.listing import lines, relative, runs

SHARED = Path(__file__).parents[3] / "shared"
GOLDEN = Path(__file__).parent / "golden.txt"
