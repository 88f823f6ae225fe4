"""The policy `openai`."""

from dialog_core import Context
from dialog_generative.chat import Backend
from dialog_generative.endpoint.options import OpenAIOptions
from dialog_generative.policy import GenerativePolicy


class OpenAIPolicy(GenerativePolicy[OpenAIOptions]):
    """Answers with a language model behind an OpenAI-compatible endpoint."""

    def __init__(self, options: OpenAIOptions, context: Context) -> None:
        super().__init__(options, context)
        self._backend: Backend | None = None

    @property
    def backend(self) -> Backend:
        """What talks to the endpoint; made when it is first asked for, for its package takes a while to import."""
        if self._backend is None:
            raise NotImplementedError
        return self._backend

    @property
    def reply_tokens(self) -> int:
        """How long a reply may be."""
        return self.options.max_tokens
