"""What of a conversation the model is told: the latest turns word for word, and a summary of what came before."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialog_core import BotSaid, Context, Conversation, HumanSaid, Turn, UserSaid
from dialog_generative.chat import Backend, Usage
from dialog_generative.errors import GenerationError
from dialog_generative.memory.beginning import after_turns, beginning
from dialog_generative.memory.summing_up import sum_up
from dialog_generative.options import MemoryOptions

SaidEvent = UserSaid | BotSaid | HumanSaid

logger = logging.getLogger(__name__)

SUMMARY, SUMMARISED = "summary", "summarised"  # what is kept: the text, and how many messages it is about
MAX_WAITING = 1000  # conversations whose new summary has not been stored yet
PATIENT_TURNS = 2  # so many times the turns of `recent_turns`, at most, are told while a summary is still missing


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is told of a conversation.

    Attributes:
        summary: Of what came before the turns told word for word; empty if there is none.
        since: Where in `conversation.messages` the first message stands that is told word for word.
        remember: What to keep with the conversation: a summary that has been made since.
        usage: What that summary has cost; None where nothing new has been made.
    """

    summary: str = ""
    since: int = 0
    remember: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class _Summary:
    """A summary of a conversation's beginning.

    Attributes:
        text: The summary; empty if there is none.
        messages: How many of the conversation's first messages it is about.
        last: The last of those: a conversation that has another message there is another conversation.
        usage: What making it has cost, as long as that has not been told.
    """

    text: str = ""
    messages: int = 0
    last: SaidEvent | None = None
    usage: Usage | None = None


class ConversationMemory:
    """Decides what is told word for word, and has the rest summed up beside the turns.

    A summary is asked for when turns are no longer told word for word, at the end of a turn that does not wait for it;
    the next turn takes it over, and it is stored with that turn. Until then, and where it cannot be made, the turns it
    is to be about are told word for word a while longer.
    """

    def __init__(self, options: MemoryOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._made: OrderedDict[str, _Summary] = OrderedDict()

    def recall(self, turn: Turn) -> Recalled:
        """Return what to tell of the conversation before a turn."""
        conversation = turn.conversation
        if not self._options.summary:
            return Recalled(since=beginning(conversation, self._options.recent_turns))
        known = self._known(turn)
        since = self._since(conversation, known)
        if known.last is None:  # it is stored
            return Recalled(known.text, since)
        self._made[conversation.id] = replace(known, usage=None)  # what it has cost is told once
        return Recalled(known.text, since, {SUMMARY: known.text, SUMMARISED: known.messages}, known.usage)

    def learn(self, turn: Turn, backend: Backend, left_out: int = 0) -> None:
        """Begin to sum up what is no longer told word for word, beside the turn.

        Args:
            turn: The turn that has just been answered.
            backend: What runs the model.
            left_out: How many of the turns that were recalled did not fit into what the model reads.
        """
        conversation = turn.conversation
        if not self._options.summary or conversation.id in self._tasks:
            return
        known = self._known(turn)
        until = beginning(conversation, self._options.recent_turns)
        if left_out:
            until = max(until, after_turns(conversation, self._since(conversation, known), left_out))
        if until > known.messages:
            task = asyncio.get_running_loop().create_task(self._sum_up(turn, known, until, backend))
            self._tasks[conversation.id] = task
            task.add_done_callback(lambda _: self._tasks.pop(conversation.id, None))

    async def settled(self) -> None:
        """Wait until nothing is being summed up."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
            await asyncio.sleep(0)  # for the callbacks that forget them

    async def _sum_up(self, turn: Turn, known: _Summary, until: int, backend: Backend) -> None:
        """Make a summary; what goes wrong is logged, since no turn waits for it, and tried again after the next one."""
        conversation = turn.conversation
        span = range(known.messages, until)
        try:
            text, completed = await sum_up(
                conversation,
                span,
                known.text,
                backend,
                language=turn.language,
                tokens=self._options.summary_tokens,
                seed=turn.seed,
            )
        except GenerationError as error:
            logger.warning("policy %r could not sum up a conversation: %s", self._context.name, error)
            return
        except Exception:
            logger.exception("policy %r could not sum up a conversation", self._context.name)
            return
        usage = replace(completed.usage, seconds=0.0, first_token_seconds=None)  # nobody waited for it
        self._made[conversation.id] = _Summary(text, until, conversation.messages[until - 1], usage)
        self._made.move_to_end(conversation.id)
        while len(self._made) > MAX_WAITING:
            self._made.popitem(last=False)

    def _known(self, turn: Turn) -> _Summary:
        """Return the latest summary: one that has been made and waits to be stored, or the one that is stored."""
        conversation = turn.conversation
        stored = _stored(conversation.memory.get(self._context.name, {}), len(conversation.messages))
        made = self._made.get(conversation.id)
        if made is None:
            return stored
        is_ours = made.messages < len(conversation.messages) and conversation.messages[made.messages - 1] == made.last
        if is_ours and made.messages > stored.messages:
            return made
        del self._made[conversation.id]
        return stored

    def _since(self, conversation: Conversation, known: _Summary) -> int:
        """Return where to begin word for word: behind the summary, as far as the turns are not too many."""
        recent = self._options.recent_turns
        wanted, patient = beginning(conversation, recent), beginning(conversation, recent * PATIENT_TURNS)
        return max(known.messages, min(wanted, patient))


def _stored(memory: Mapping[str, Any], messages: int) -> _Summary:
    """Return the summary that was stored with a conversation; none where that is not what we would have stored."""
    text, about = memory.get(SUMMARY), memory.get(SUMMARISED)
    if not isinstance(text, str) or not isinstance(about, int) or not 0 < about < messages:
        return _Summary()
    return _Summary(text, about)
