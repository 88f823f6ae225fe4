"""Re-exporting names from submodules that are imported when a name is first used."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def lazy_exports(
    package: str, namespace: dict[str, Any], homes: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a package that re-exports lazily.

    Args:
        package: The package's name.
        namespace: Its `globals()`; a name is put there at its first use.
        homes: For each submodule, the names it is the home of.
    """
    home_of = {name: module for module, names in homes.items() for name in names}

    def get(name: str) -> Any:
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{home}"), name)
        namespace[name] = value
        return value

    def listing() -> list[str]:
        return sorted(home_of)

    return get, listing
