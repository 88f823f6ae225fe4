"""Emitting a reply while it is still being made.

Pieces go out early only from a policy that is alone in the last tier, and, where there are output guards, only sentence
by sentence after each has passed them. Whatever happens afterwards, the last word is the finished reply: if it does
not begin with what was emitted, the pieces are retracted.
"""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import replace
from typing import Any

from dialog_core.calling import CallTimedOut, contain, within
from dialog_core.candidate import Candidate, Proposal
from dialog_core.dispatch import Answer, PolicyRunner
from dialog_core.guarding import Guards
from dialog_core.reply import Piece, Reply, Retracted, StreamItem
from dialog_core.soundness import MAX_TEXT
from dialog_core.trace import PartReport
from dialog_core.turn import Turn

Watch = Callable[[StreamItem], None]

ANOTHER = "the reply that was chosen in the end is another"
SHORTENED = "its end is left out"
SENTENCE_END = re.compile(r"[.!?…]+[\"')\]]*\s+|[。！？…]+[」』”]*|\n+")


class Emitter:
    """What has been shown of a reply so far."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._shown = ""
        self._finished = False

    def piece(self, text: str) -> None:
        """Show the next piece; one that comes after the end, from a stream that would not stop, is dropped."""
        if text and not self._finished:
            self._shown += text
            self._watch(Piece(text))

    def finish(self, reply: Reply) -> None:
        """Make what was shown agree with the reply: show the rest of it, or take back what it does not begin with."""
        final = reply.messages[0].text if reply.messages else ""
        if not final.startswith(self._shown):
            shortened = bool(final) and self._shown.startswith(final)
            self._watch(Retracted(SHORTENED if shortened else ANOTHER))
            self._shown = ""
        self.piece(final[len(self._shown) :])
        self._finished = True


async def ask_streaming(
    runner: PolicyRunner, turn: Turn, tier: int, guards: Guards, emitter: Emitter, reports: list[PartReport]
) -> Answer:
    """Ask one policy for a reply in pieces, emit them as they come, and return its complete candidate."""
    started = time.monotonic()
    if started >= turn.deadline:
        return runner.skipped(tier, "not asked")
    if not runner.breaker.allows(started):
        return runner.skipped(tier, "breaker open")
    turn = runner.in_its_time(turn, started)
    limit = turn.deadline - started
    consumed = contain(_consume(runner, turn, guards, emitter, reports))
    try:
        return runner.answered(await within(asyncio.ensure_future(consumed), limit), tier, started)
    except CallTimedOut:
        return runner.failed(tier, started, CallTimedOut(f"the reply was not complete after {limit:.3g} s"))
    except Exception as error:
        return runner.failed(tier, started, error)


async def _consume(
    runner: PolicyRunner, turn: Turn, guards: Guards, emitter: Emitter, reports: list[PartReport]
) -> Proposal:
    """Listen to a stream, and end it however that ends: what feeds it must not run on."""
    items = runner.policy.stream(turn)
    try:
        return await _listen(items, runner, turn, guards, emitter, reports)
    finally:
        if isinstance(items, AsyncGenerator):
            await items.aclose()


async def _listen(
    items: AsyncIterator[Any],
    runner: PolicyRunner,
    turn: Turn,
    guards: Guards,
    emitter: Emitter,
    reports: list[PartReport],
) -> Proposal:
    """Emit pieces of text as far as the guards let them, and return the proposal that ended the stream."""
    last: Proposal | None = None
    candidates: list[Any] = []
    text, checked, silenced = "", 0, False
    async for item in items:
        if isinstance(item, Candidate | Proposal):
            last = item if isinstance(item, Proposal) else last or Proposal()
            proposed = item.candidates if isinstance(item, Proposal) else item
            candidates.extend(proposed if isinstance(proposed, list | tuple) else [proposed])
            continue
        if not isinstance(item, str):
            raise TypeError(f"streamed a {type(item).__name__} instead of text, a Candidate or a Proposal")
        text += item
        if len(text) > MAX_TEXT:
            raise ValueError(f"streamed more than {MAX_TEXT:,} characters")
        if silenced:
            continue
        if not guards.watch_output:
            emitter.piece(item)
            continue
        end = _last_sentence_end(text, checked)
        if end > checked:
            so_far = Candidate(text=text[:end], score=0.0, policy=runner.name, kind=runner.kind)
            passed = await guards.check_output(turn, so_far, reports)
            if passed is None or passed.text != so_far.text:
                silenced = True  # the finished reply is judged as a whole; until then nothing more is shown
            else:
                emitter.piece(text[checked:end])
                checked = end
    if last is None:  # it has said all it has to say
        return Proposal((Candidate(text, score=0.5),) if text.strip() else ())
    return replace(last, candidates=tuple(_completed(candidate, text) for candidate in candidates))


def _completed(candidate: Any, text: str) -> Any:
    wants_text = isinstance(candidate, Candidate) and not candidate.text and candidate.action is None
    return replace(candidate, text=text) if wants_text else candidate


def _last_sentence_end(text: str, start: int) -> int:
    end = start
    for match in SENTENCE_END.finditer(text, start):
        end = match.end()
    return end
