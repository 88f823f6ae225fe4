"""Writing the files people ask commands for."""

from pathlib import Path

from dialog_core.configuration.problems import ConfigurationError, Problem


def write_output(path: Path, text: str) -> None:
    """Write a file that somebody has named, and the directories it is to stand in.

    Raises:
        ConfigurationError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be written: {error.strerror}", path)]) from error
