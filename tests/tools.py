"""Programs that tests need and a machine may lack: said loudly where they are missing, and a failure where CI is set."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(reason: str) -> NoReturn:
    """Skips what cannot be tried on this machine; with CI set it fails, since there nothing may be left out."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
