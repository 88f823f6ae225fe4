"""Files that an installed plugin brings along, named in configurations as `PLUGIN:PATH`. The plugin is not imported."""

from __future__ import annotations

import re
from importlib.machinery import PathFinder
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from dialog_core.configuration.problems import did_you_mean

GROUP = "dialog_core"  # of entry points: every plugin declares itself in it
_PACKAGED = re.compile(r"([A-Za-z][A-Za-z0-9_-]+):([^/\\].*)")  # no drive: those have one letter


class NotPackaged(ValueError):
    """There is no such plugin, or nothing of that name in it; says what to do."""


def packaged_file(reference: str) -> Path | None:
    """Return the file that `PLUGIN:PATH` names, whether there is one or not; None where that is not what it is.

    Raises:
        NotPackaged: There is no such plugin, or the path leads out of it.
    """
    match = _PACKAGED.fullmatch(reference.strip())
    if match is None:
        return None
    plugin, path = match[1], PurePosixPath(match[2])
    if ".." in path.parts:
        raise NotPackaged(f"{reference!r} leads out of the plugin's own folder")
    return folder_of(plugin) / path


def folder_of(plugin: str) -> Path:
    """Return the folder of the package that a plugin is; nothing of it is imported.

    Raises:
        NotPackaged: No plugin of that name is installed, or several, or it is no package with a folder.
    """
    entries = entry_points(group=GROUP)
    found = {entry.value: entry for entry in entries if entry.name == plugin}
    if not found:
        likely = did_you_mean(plugin, sorted({entry.name for entry in entries}))
        install = f"Install the package that brings it, for example: pip install dialog-core-{plugin.replace('_', '-')}"
        raise NotPackaged(f"plugin {plugin!r} is not installed. {likely or install}")
    if len(found) > 1:
        sources = " and ".join(sorted(entry.dist.name if entry.dist else entry.value for entry in found.values()))
        raise NotPackaged(f"two packages bring a plugin named {plugin!r}: {sources}. Uninstall one of them.")
    module = next(iter(found)).partition(":")[0]
    folder = _folder(module)
    if folder is None:
        raise NotPackaged(f"plugin {plugin!r} has no folder with files in it: {module!r} is no package that is there")
    if not folder.is_dir():
        raise NotPackaged(f"the files of plugin {plugin!r} are not in a folder: {folder}. Install it with pip.")
    return folder


def _folder(module: str) -> Path | None:
    """The folder of a package, or of the package that a module is in; None where it is in none or cannot be found."""
    top, *inner = module.split(".")
    spec = find_spec(top)  # of a top level name: nothing is imported
    for depth, _ in enumerate(inner, start=2):  # and not by `find_spec`, which imports what a name is in
        places = None if spec is None else spec.submodule_search_locations
        spec = PathFinder.find_spec(".".join((top, *inner)[:depth]), places) if places is not None else None
    if spec is None or (spec.submodule_search_locations is None and not inner):
        return None
    places = list(spec.submodule_search_locations or ())
    return Path(spec.origin).parent if spec.origin else Path(places[0]) if places else None
