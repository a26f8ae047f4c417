"""Names of a package that are imported when somebody asks for them: a verb starts without the parts of a package that it never uses."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module


def lately(package: dict[str, object], homes: dict[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package, given its `globals()`: finds each name in the module of the package that is its home.

    A name is looked for once. It must not be that of a module of the package, since whoever imports that puts it in its place.
    """
    own = package["__name__"]

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {own!r} has no attribute {name!r}")
        package[name] = found = getattr(import_module(f"{own}.{homes[name]}"), name)
        return found

    return find
