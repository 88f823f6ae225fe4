"""Files that an installed plugin brings along, named in configurations as `PLUGIN:PATH`. The plugin is not imported."""

from __future__ import annotations

import re
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
    """Return the folder of the package that a plugin is.

    Raises:
        NotPackaged: No plugin of that name is installed, or it is no package with a folder.
    """
    found = {entry.name: entry.value for entry in entry_points(group=GROUP)}
    if plugin not in found:
        likely = did_you_mean(plugin, list(found))
        install = f"Install the package that brings it, for example: pip install dialog-core-{plugin.replace('_', '-')}"
        raise NotPackaged(f"plugin {plugin!r} is not installed. {likely or install}")
    spec = find_spec(found[plugin].partition(":")[0].partition(".")[0])  # of a top level name: nothing is imported
    if spec is None or spec.origin is None or not spec.submodule_search_locations:
        raise NotPackaged(f"plugin {plugin!r} has no folder with files in it")
    return Path(spec.origin).parent
