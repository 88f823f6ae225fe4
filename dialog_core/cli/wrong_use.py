"""The error for a command that was called in a way it cannot serve."""

from dialog_core.errors import DialogError


class WrongUse(DialogError):
    """What the user asked for makes no sense as it stands; exit code 2."""
