"""When a completion ends."""

from collections.abc import Callable, Sequence

from dialog_generative.chat import Finish
from dialog_generative.local.jobs import Job
from dialog_generative.local.model import LoadedModel

_SPARE_TOKENS = 4  # a stop text may begin in the middle of a token, or of a character's bytes


class Stopping:
    """Says after each token whether a completion ends with it.

    Args:
        job: The job.
        loaded: The model.
        text: Turns tokens into text.
    """

    def __init__(self, job: Job, loaded: LoadedModel, text: Callable[[Sequence[int]], str]) -> None:
        self._ends = frozenset(loaded.end_ids)
        self._stop = tuple(stop for stop in job.decoding.stop if stop)
        # A token is at least one byte, so a stop text is never further back than its bytes.
        self._tail = max((len(stop.encode()) for stop in self._stop), default=0) + _SPARE_TOKENS
        self._text = text
        self.limit = job.decoding.max_tokens
        if not loaded.encoder_decoder:
            self.limit = min(self.limit, loaded.window - len(job.ids))

    def ends(self, token: int) -> bool:
        """Say whether a token ends a completion without belonging to it."""
        return token in self._ends

    def after(self, written: Sequence[int]) -> Finish | None:
        """Say why a completion ends with its last token, or that it goes on."""
        if self._stop:
            text = self._text(written[-self._tail :])
            if any(stop in text for stop in self._stop):
                return "stop"
        return "length" if len(written) >= self.limit else None
