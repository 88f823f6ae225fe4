"""The policy `transformers`."""

from collections.abc import Sequence

from dialog_core import Context, Turn
from dialog_core.interfaces import Likelihood
from dialog_generative.chat import Backend
from dialog_generative.local.options import TransformersOptions
from dialog_generative.policy import GenerativePolicy


class TransformersPolicy(GenerativePolicy[TransformersOptions]):
    """Answers with a language model that runs here."""

    def __init__(self, options: TransformersOptions, context: Context) -> None:
        super().__init__(options, context)
        self._backend: Backend | None = None

    @property
    def backend(self) -> Backend:
        """What runs the model; the model is read when it is first asked for."""
        if self._backend is None:
            raise NotImplementedError
        return self._backend

    @property
    def reply_tokens(self) -> int:
        """How long a reply may be."""
        return self.options.decoding.max_tokens

    def likelihoods(self, asked: Sequence[tuple[Turn, str]]) -> Sequence[Likelihood]:
        """Return how likely the model finds each reply in its turn."""
        raise NotImplementedError
