"""The policy `openai`."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from dialog_core import Context, PluginError, Turn
from dialog_generative.chat import Backend, Usage
from dialog_generative.endpoint.accounting import Ledger
from dialog_generative.endpoint.backend import EndpointBackend
from dialog_generative.endpoint.options import OpenAIOptions
from dialog_generative.policy import GenerativePolicy

PACKAGE = "openai"  # takes half a second to import, and is imported when the model is first asked
SPENT = "spent"  # what is remembered of a conversation: {"tokens": ..., "cost": ...}


class OpenAIPolicy(GenerativePolicy[OpenAIOptions]):
    """Answers with a language model behind an OpenAI-compatible endpoint.

    Raises:
        PluginError: The package that talks to endpoints is not installed.
    """

    def __init__(self, options: OpenAIOptions, context: Context) -> None:
        super().__init__(options, context)
        if find_spec(PACKAGE) is None:
            raise PluginError(
                f"the policy {context.name!r} needs the package {PACKAGE!r}, which is not installed. "
                "Run: pip install 'dialog-core[endpoint]'"
            )
        self._ledger = Ledger(options.budget)
        self._backend = EndpointBackend(options, context.name, self._ledger)

    @property
    def backend(self) -> Backend:
        """What talks to the endpoint."""
        return self._backend

    @property
    def reply_tokens(self) -> int:
        """How long a reply may be."""
        return self.options.max_tokens

    def warm(self) -> None:
        """Import what talks to endpoints, and make it ready; the endpoint itself is not asked."""
        self._backend.warm()

    def refusal(self, turn: Turn) -> str:
        """Return why the model must not be asked: the conversation's budget is used up; empty otherwise."""
        return self._ledger.refusal(turn.conversation.id, self._stored(turn))

    def spent(self, turn: Turn, usage: Usage) -> Mapping[str, Any]:
        """Return what the conversation has cost by now, requests that failed or were made beside a turn included."""
        return {SPENT: self._ledger.settle(turn.conversation.id, self._stored(turn))}

    def _stored(self, turn: Turn) -> Any:
        return turn.conversation.memory.get(self.context.name, {}).get(SPENT)
