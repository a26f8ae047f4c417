"""The generator itself, as one digest: what was made by other code is never taken for what this code would make."""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256

_PACKAGE = os.path.realpath(f"{__file__}/../..")


@cache
def code() -> str:
    """One digest of the generator itself: its version stands still while somebody works on it."""
    total = sha256()
    for folder, folders, names in os.walk(_PACKAGE):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123  hundreds of files, in every build
                data = file.read()
            total.update(f"{folder[len(_PACKAGE) :]}/{name} {len(data)}\n".encode())
            total.update(data)
    return total.hexdigest()
