"""Putting every stored message that was answered to a bot, in its conversation as it was by then."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dialog_core import Bot, BotSpec, Context, ConversationSummary, UnknownComponentError, UserSaid
from dialog_core.interfaces import ConversationStore
from dialog_core.training import recorded
from dialog_evaluation.progress import progress
from dialog_evaluation.replay.comparison import Replayed, compare
from dialog_evaluation.replay.findings import Findings
from dialog_evaluation.replay.recording import GENERATIVE, recorded_answers
from dialog_evaluation.replay.selection import Selection, stored_conversations
from dialog_evaluation.replay.stored import StoredTurn, stored_turns


@dataclass(frozen=True, slots=True)
class Setting:
    """How turns are put to the bot.

    Attributes:
        recorded: Policies that are not asked: what they said then is what they say now.
        patience: How many seconds each component may take, so that a slow machine changes nothing.
        since: Only turns answered since then; None: all.
        jobs: How many conversations are under way at once.
    """

    recorded: frozenset[str] = frozenset()
    patience: float = 120.0
    since: datetime | None = None
    jobs: int = 1


def not_asked(bot: BotSpec, ask: Iterable[str]) -> frozenset[str]:
    """Return the language models of a bot that are not asked, because what they said is recorded.

    Args:
        bot: The bot.
        ask: Those that are asked all the same.

    Raises:
        UnknownComponentError: The bot has no such policy.
    """
    known = [policy.name for policy in bot.policies]
    for name in ask:
        if name not in known:
            raise UnknownComponentError("policy", name, sorted(known))
    models = (policy.name for policy in bot.policies if policy.registration.category == GENERATIVE)
    return frozenset(models).difference(ask)


def replay_stored(stored: BotSpec, other: BotSpec, selection: Selection, setting: Setting, findings: Findings) -> int:
    """Put the stored conversations of one bot to another, and return how many there were to replay.

    Ctrl-C ends it; what was found by then is in `findings`.

    Args:
        stored: The bot whose conversations they are; only its store is opened.
        other: The bot they are put to.
        selection: Which conversations.
        setting: How.
        findings: Where to put what is found.

    Raises:
        DialogError: The bot cannot be loaded, or the conversations cannot be read.
    """
    planned = 0

    async def run(bot: Bot) -> None:
        nonlocal planned
        async with stored_conversations(stored) as store:
            chosen = selection.of(await store.list())
            planned = len(chosen)
            with progress("replaying", sum(summary.length for summary in chosen)) as advance:

                def behind(events: int) -> None:
                    for _ in range(events):
                        advance()

                await replay(bot, store, chosen, setting, findings, behind)

    # Nobody says anything here: no store of anybody's conversations has to be opened.
    with Bot.of(other, store=Context(name="replay").create("store", "memory")) as bot:
        try:
            asyncio.run(run(bot))
        except KeyboardInterrupt:
            findings.interrupted = True
    return planned


async def replay(
    bot: Bot,
    store: ConversationStore,
    chosen: Sequence[ConversationSummary],
    setting: Setting,
    findings: Findings,
    advance: Callable[[int], None] = lambda events: None,
) -> None:
    """Put the turns of conversations to a bot.

    What is found is added to `findings` turn by turn, so that it is there also if this is cut short.

    Args:
        bot: The bot.
        store: Where the conversations are.
        chosen: Which of them.
        setting: How.
        findings: Where to put what is found.
        advance: Is told how many events are behind.
    """
    waiting = iter(chosen)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(setting.jobs, len(chosen))):
                group.create_task(_work(waiting, bot, store, setting, findings, advance))
    except* Exception as failed:  # one is enough to say what is wrong
        raise failed.exceptions[0] from None


async def _work(
    waiting: Iterable[ConversationSummary],
    bot: Bot,
    store: ConversationStore,
    setting: Setting,
    findings: Findings,
    advance: Callable[[int], None],
) -> None:
    for summary in waiting:  # shared with the other jobs: each conversation is taken by one of them
        conversation = await recorded(store, summary.id)
        asked = sum(isinstance(event, UserSaid) for event in conversation.conversation.messages)
        answered = done = 0
        for turn in stored_turns(conversation):
            answered += 1
            if setting.since is None or turn.reply.at >= setting.since:
                findings.add(await replay_turn(bot, turn, setting))
                findings.notice(turn.trace, setting.recorded)
            advance(turn.position - done)
            done = max(done, turn.position)
        advance(len(conversation.conversation) - done)
        findings.unanswered += asked - answered
        findings.conversations += 1


async def replay_turn(bot: Bot, turn: StoredTurn, setting: Setting) -> Replayed:
    """Return what would become of a stored turn."""
    found = await bot.arehearse(
        turn.message,
        turn.before,
        now=turn.reply.at,
        seconds=setting.patience,
        explore=True,
        recorded=recorded_answers(turn, setting.recorded),
    )
    return compare(turn, found, recorded=setting.recorded)
