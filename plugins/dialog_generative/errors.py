"""What can go wrong when a language model is asked."""

from dialog_core import DialogError


class GenerationError(DialogError):
    """A language model could not answer; the other policies do. The message stands in the trace."""
