"""Settings for all tests."""

import os

from hypothesis import settings

# A change must not fail to land over an example that nobody has seen before: CI draws the same ones each time,
# everybody else draws new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
