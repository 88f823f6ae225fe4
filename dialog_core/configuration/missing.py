"""What to say of a file that is not there."""

from __future__ import annotations

import os
from pathlib import Path

from dialog_core.configuration.problems import Problem, did_you_mean


def missing_file(file: Path) -> Problem:
    """The problem of a file that does not exist, with the likely right name as its remedy."""
    try:
        names = [entry.name for entry in os.scandir(file.parent)]
    except (OSError, ValueError):
        return Problem("there is no such file", file, remedy="Its directory cannot be found either.")
    # Only a likely name helps here; a list of the directory would not.
    suggestion = did_you_mean(file.name, names)
    return Problem("there is no such file", file, remedy=suggestion if suggestion.startswith("Did") else "")
