"""What all policies do that let a language model answer: gather evidence, write the chat, talk, judge the outcome."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TypeVar

from dialog_core import ActionCall, ActionResult, Candidate, Component, Context, Proposal, Turn
from dialog_core.conversation import JsonValue
from dialog_generative.chat import Backend, ChatMessage, Completed, Completion, Request, Usage
from dialog_generative.errors import GenerationError
from dialog_generative.exchange import Exchange, Exchanges
from dialog_generative.grounding.grounder import Grounder
from dialog_generative.memory.remembering import ConversationMemory
from dialog_generative.options import GenerativeOptions
from dialog_generative.prompting.window import fit
from dialog_generative.prompting.writer import PromptWriter
from dialog_generative.tools.toolbox import Toolbox

O = TypeVar("O", bound=GenerativeOptions)  # noqa: E741 - O for options, as in `Component`

NOTHING_TO_STAND_ON = "no evidence, and `answer_ungrounded` is false"


class GenerativePolicy(Component[O]):
    """Lets a language model answer what is asked, grounded in what policies before it found."""

    def __init__(self, options: O, context: Context) -> None:
        super().__init__(options, context)
        self._writer = PromptWriter(options, context)
        self._grounder = Grounder(options, context)
        self._toolbox = Toolbox(options.tools, context)
        self._memory = ConversationMemory(options.memory, context)
        self._exchanges = Exchanges()

    @property
    @abstractmethod
    def backend(self) -> Backend:
        """What runs the model; made when it is first asked for."""

    @property
    @abstractmethod
    def reply_tokens(self) -> int:
        """How long a reply may be."""

    def refusal(self, turn: Turn) -> str:
        """Return why the model must not be asked in this turn; empty if it may."""
        return ""

    def spent(self, turn: Turn, usage: Usage) -> Mapping[str, JsonValue]:
        """Return what to remember of what a turn has cost."""
        return {}

    async def propose(self, turn: Turn) -> Proposal:
        """Return the model's replies, or none where it must not or has nothing to stand on.

        Raises:
            GenerationError: The model could not answer.
        """
        exchange = await self._begin(turn)
        return exchange if isinstance(exchange, Proposal) else await self._finish(self._converse(exchange))

    async def stream(self, turn: Turn) -> AsyncIterator[str | Proposal]:
        """Yield the model's reply piece by piece, and last the complete proposal; errors are those of `propose`."""
        exchange = await self._begin(turn)
        if isinstance(exchange, Proposal):
            yield exchange
            return
        async for item in self._converse(exchange, streaming=True):
            yield item

    async def resume(self, turn: Turn, result: ActionResult) -> Proposal | None:
        """Let the model go on, now that the action it wanted has run."""
        exchange = self._exchanges.resume(turn, result)
        return None if exchange is None else await self._finish(self._converse(exchange))

    async def _begin(self, turn: Turn) -> Exchange | Proposal:
        evidence = self._grounder.gather(turn)
        if not evidence and not self.options.answer_ungrounded:
            return Proposal(notes={"abstained": NOTHING_TO_STAND_ON})
        if refused := self.refusal(turn):
            return Proposal(notes={"abstained": refused})
        recalled = self._memory.recall(turn)
        prompt = self._writer.write(turn, evidence, recalled)
        fitted = await fit(prompt, self.backend, self.reply_tokens, self._toolbox.schemas)
        return Exchange(turn, evidence, fitted.messages, notes=fitted.notes, remember=recalled.remember)

    async def _finish(self, items: AsyncIterator[str | Proposal]) -> Proposal:
        last = Proposal()
        async for item in items:
            if isinstance(item, Proposal):
                last = item
        return last

    async def _converse(self, exchange: Exchange, *, streaming: bool = False) -> AsyncIterator[str | Proposal]:
        """Talk with the model until it says something or wants an action run that changes something."""
        completed = Completed(())
        action: ActionCall | None = None
        while True:
            request = self._request(exchange, streaming=streaming)
            async for item in self._ask(request, streaming=streaming):
                if isinstance(item, str):
                    yield item
                else:
                    completed = item
            exchange.usage += completed.usage
            if not completed.completions:
                raise GenerationError("the model returned no completion")
            said = completed.completions[0]
            if not said.calls:
                break
            exchange.say(ChatMessage("assistant", said.text, calls=said.calls))
            answered = await self._toolbox.answer(exchange.turn, said.calls)
            exchange.take(answered)
            action = answered.action
            if action is not None:
                break
        yield await self._propose(exchange, completed.completions, action)

    def _request(self, exchange: Exchange, *, streaming: bool) -> Request:
        more = exchange.steps < self.options.max_tool_steps  # otherwise it has to answer with what it knows
        return Request(
            conversation_id=exchange.turn.conversation.id,
            messages=tuple(exchange.messages),
            deadline=exchange.turn.deadline,
            seed=exchange.turn.seed,
            tools=self._toolbox.schemas if more else (),
            count=1 if streaming or self._toolbox.schemas else self.options.candidates,
        )

    async def _ask(self, request: Request, *, streaming: bool) -> AsyncIterator[str | Completed]:
        if streaming:
            async for item in self.backend.stream(request):
                yield item
        else:
            yield await self.backend.complete(request)

    async def _propose(
        self, exchange: Exchange, completions: tuple[Completion, ...], action: ActionCall | None
    ) -> Proposal:
        """Make candidates of what the model said."""
        turn = exchange.turn
        if action is not None:
            self._exchanges.keep(exchange, action)
            candidates = [self._acting(exchange, completions[0], action)]
        else:
            spoken = [completion for completion in completions if completion.text.strip()]
            candidates = [await self._grounder.candidate(turn, each, exchange.evidence) for each in spoken]
            if not candidates:
                raise GenerationError("the model answered with nothing")
            self._memory.learn(turn, self.backend)
        notes = {**exchange.usage.notes(), **exchange.notes}
        remember = {**exchange.remember, **self.spent(turn, exchange.usage)}
        return Proposal(tuple(candidates), notes, remember)

    def _acting(self, exchange: Exchange, said: Completion, action: ActionCall) -> Candidate:
        candidate = self._grounder.acting(exchange.turn, said, exchange.evidence)
        return replace(candidate, action=action)
