"""What all policies do that let a language model answer: gather evidence, write the chat, talk, judge the outcome.

Read `_converse` first: it is the talk with the model, and everything else is one of its steps.
"""

from abc import abstractmethod
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, TypeVar

from dialog_core import ActionCall, ActionResult, ActionSchema, Candidate, Component, Context, Evidence, Proposal, Turn
from dialog_generative.chat import Backend, ChatMessage, Completed, Completion, Request, Usage
from dialog_generative.errors import GenerationError
from dialog_generative.exchange import Exchange, Exchanges
from dialog_generative.grounding.citations import Citing
from dialog_generative.grounding.grounder import UNGROUNDED_SCORE, Grounder
from dialog_generative.memory.remembering import ConversationMemory, Recalled
from dialog_generative.options import GenerativeOptions
from dialog_generative.prompting.window import LEFT_OUT, Fitted, Window
from dialog_generative.prompting.writer import PromptWriter
from dialog_generative.tools import results
from dialog_generative.tools.room import make_room
from dialog_generative.tools.toolbox import Toolbox
from dialog_generative.tools.writing import Showing, parse_calls

O = TypeVar("O", bound=GenerativeOptions)  # noqa: E741 - O for options, as in `Component`
Items = AsyncGenerator[str | Proposal, None]

NOTHING_TO_STAND_ON = "no evidence, and `answer_ungrounded` is false"
NOTHING_SAID = "the model answered with nothing"


class GenerativePolicy(Component[O]):
    """Lets a language model answer what is asked, grounded in what policies before it found."""

    def __init__(self, options: O, context: Context) -> None:
        super().__init__(options, context)
        self._writer = PromptWriter(options, context)
        self._window = Window()
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

    def spent(self, turn: Turn, usage: Usage) -> Mapping[str, Any]:
        """Return what to remember of what a turn has cost."""
        return {}

    async def chat(self, turn: Turn) -> tuple[ChatMessage, ...]:
        """Return what the model would be told in a turn.

        Raises:
            GenerationError: It does not fit into what the model can read, or the prompt's template failed.
        """
        return (await self._write(turn, self._grounder.gather(turn), self._memory.recall(turn))).messages

    async def propose(self, turn: Turn) -> Proposal:
        """Return the model's replies; or none, and why: it must not answer, cannot, or has nothing to stand on."""
        exchange = await self._begin(turn)
        return exchange if isinstance(exchange, Proposal) else await self._outcome(self._converse(exchange))

    async def stream(self, turn: Turn) -> Items:
        """Yield the model's reply piece by piece, and last the complete proposal; several replies come at once."""
        exchange = await self._begin(turn)
        if isinstance(exchange, Proposal):
            yield exchange
            return
        async with aclosing(self._converse(exchange, streaming=self.options.candidates == 1)) as items:
            async for item in items:
                yield item

    async def resume(self, turn: Turn, result: ActionResult) -> Proposal | None:
        """Let the model go on, now that the action it wanted has run."""
        exchange = self._exchanges.resume(turn, result)
        if exchange is None:
            return None
        await self._make_room(exchange)
        return await self._outcome(self._converse(exchange))

    async def _begin(self, turn: Turn) -> Exchange | Proposal:
        """Write the chat, unless the model must not be asked."""
        recalled = self._memory.recall(turn)
        notes = {"summing_up": recalled.usage.notes()} if recalled.usage else {}
        remember = recalled.remember
        evidence = self._grounder.gather(turn)
        if refused := self._abstains(turn, evidence):
            return Proposal(notes={"abstained": refused, **notes}, remember=self._kept(turn, remember, Usage()))
        try:
            fitted = await self._write(turn, evidence, recalled)
        except GenerationError as error:
            return Proposal(notes=notes, remember=self._kept(turn, remember, Usage()), error=str(error))
        left_out = int(fitted.notes.get(LEFT_OUT, 0))
        notes.update(fitted.notes)
        return Exchange(turn, evidence, fitted.messages, notes=notes, remember=remember, left_out=left_out)

    def _abstains(self, turn: Turn, evidence: tuple[Evidence, ...]) -> str:
        """Return why not to ask the model at all; what it looks up may still give it something to stand on."""
        hopeless = not (evidence or self.options.answer_ungrounded or self.options.tools)
        return NOTHING_TO_STAND_ON if hopeless else self.refusal(turn)

    async def _write(self, turn: Turn, evidence: tuple[Evidence, ...], recalled: Recalled) -> Fitted:
        """Write what the model is told, and cut it to what it can read."""
        prompt = self._writer.write(turn, evidence, recalled)
        return await self._window.fit(prompt, self.backend, self.reply_tokens, await self._toolbox.load())

    async def _make_room(self, exchange: Exchange) -> None:
        """Cut the chat anew, now that results have been added to it."""
        tools = self._toolbox.schemas
        exchange.messages = await make_room(exchange.messages, self._window, self.backend, self.reply_tokens, tools)

    async def _outcome(self, items: Items) -> Proposal:
        return [item async for item in items if isinstance(item, Proposal)][-1]

    async def _converse(self, exchange: Exchange, *, streaming: bool = False) -> Items:
        """Talk with the model until it says something or wants an action run that changes something.

        The last item is always a proposal, also where the model failed: what it had cost by then is not forgotten.
        """
        try:
            while True:
                live = streaming and self._has_ground(exchange)  # what it must not say is not shown either
                request = self._request(exchange, streaming=live)
                completed, shown, citing = Completed(()), False, Citing(exchange.evidence)
                async with aclosing(self._ask(request, streaming=live)) as items:
                    async for item in items:
                        if isinstance(item, Completed):
                            completed = item
                        elif piece := citing.feed(item):
                            shown = True
                            yield piece
                said = _with_calls(exchange.hear(completed), request.tools)
                if not said.calls or not request.tools:
                    yield await self._reply(exchange, completed.completions)
                    return
                answered = await self._toolbox.answer(exchange.turn, said.calls)
                exchange.take(said, answered)
                await self._make_room(exchange)
                if answered.action is not None:
                    yield self._act(exchange, said, answered.action)
                    return
                streaming = streaming and not shown  # what was said on the way is taken back when the reply is there
        except GenerationError as error:
            yield self._failed(exchange, str(error))

    def _request(self, exchange: Exchange, *, streaming: bool) -> Request:
        more = exchange.steps < self.options.max_tool_steps  # otherwise it has to answer with what it knows
        tools = self._toolbox.schemas if more else ()
        return Request(
            conversation_id=exchange.turn.conversation.id,
            messages=tuple(exchange.messages),
            deadline=exchange.turn.deadline,
            seed=exchange.turn.seed,
            tools=tools,
            count=1 if streaming or tools else self.options.candidates,
        )

    async def _ask(self, request: Request, *, streaming: bool) -> AsyncGenerator[str | Completed, None]:
        if not streaming:
            yield await self.backend.complete(request)
            return
        items = self.backend.stream(request)
        showing = Showing(request.tools)
        try:
            async for item in items:
                piece = showing.feed(item) if isinstance(item, str) else item
                if piece:
                    yield piece
        finally:
            if isinstance(items, AsyncGenerator):
                await items.aclose()

    async def _reply(self, exchange: Exchange, completions: tuple[Completion, ...]) -> Proposal:
        """Make candidates of what the model said."""
        different: dict[str, Completion] = {}
        for completion in completions:
            different.setdefault(completion.text.strip(), completion)
        spoken = [completion for text, completion in different.items() if text]
        if not spoken:
            raise GenerationError(NOTHING_SAID)
        if not self._has_ground(exchange):
            exchange.notes["abstained"] = NOTHING_TO_STAND_ON
            return self._proposal(exchange)
        candidates = [await self._grounder.candidate(exchange.turn, each, exchange.evidence) for each in spoken]
        if exchange.steps:  # data is put into words of the model's own: that it shares few with them tells nothing
            candidates = [replace(each, score=max(each.score, UNGROUNDED_SCORE)) for each in candidates]
        if spoken[0].finish != "stop":
            exchange.notes["finish"] = spoken[0].finish
        self._memory.learn(exchange.turn, self.backend, exchange.left_out)
        return self._proposal(exchange, *candidates)

    def _has_ground(self, exchange: Exchange) -> bool:
        return bool(exchange.evidence or exchange.done or self.options.answer_ungrounded)

    def _act(self, exchange: Exchange, said: Completion, action: ActionCall) -> Proposal:
        """Make a candidate of an action that runs only if it wins."""
        self._exchanges.keep(exchange, action)
        candidate = self._grounder.acting(exchange.turn, said, exchange.evidence)
        return self._proposal(exchange, replace(candidate, action=action))

    def _failed(self, exchange: Exchange, error: str) -> Proposal:
        """Tell what went wrong; what an action has done by then is told to the user as it stands."""
        text = "\n".join(results.in_words(done) for done in exchange.done if done.ok)
        candidates = [Candidate(text, UNGROUNDED_SCORE)] if text.strip() else []
        return replace(self._proposal(exchange, *candidates), error=error)

    def _proposal(self, exchange: Exchange, *candidates: Candidate) -> Proposal:
        usage = exchange.usage or Usage()
        notes = {**(exchange.usage.notes() if exchange.usage else {}), **exchange.notes}
        return Proposal(candidates, notes, self._kept(exchange.turn, exchange.remember, usage))

    def _kept(self, turn: Turn, remember: Mapping[str, Any], usage: Usage) -> Mapping[str, Any]:
        """Return what is to be remembered and is not already."""
        known = turn.conversation.memory.get(self.context.name, {})
        wanted = {**remember, **self.spent(turn, usage)}
        return {name: value for name, value in wanted.items() if value != known.get(name)}


def _with_calls(said: Completion, tools: Sequence[ActionSchema]) -> Completion:
    """Find calls the model has written as text, which not every server understands for it."""
    if said.calls or not tools:
        return said
    text, calls = parse_calls(said.text, tools)
    return replace(said, text=text, calls=calls) if calls else said
