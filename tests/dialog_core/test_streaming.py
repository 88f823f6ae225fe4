import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dialog_core.candidate import ActionCall, Candidate
from dialog_core.events import UserSaid
from dialog_core.interfaces import Allow, Refuse, Rewrite
from dialog_core.reply import Asking, Piece, Reply, Retracted, StreamItem
from dialog_core.soundness import MAX_TEXT
from dialog_core.testing import Hang, Rubbish, ScriptedGuard, ScriptedPolicy, make_bot, make_manager
from dialog_core.turn import Turn
from tests.talking import reports_of, say, statuses_of, verdict_on

LONG = 30.0
PIECES = ["One. ", "Two ", "and a half. ", "Three."]
WHOLE = "One. Two and a half. Three."


class Screen:
    """What a user sees of a reply that comes in pieces."""

    def __init__(self) -> None:
        self.items: list[StreamItem] = []

    def __call__(self, item: StreamItem) -> None:
        self.items.append(item)

    @property
    def pieces(self) -> list[str]:
        return [item.text for item in self.items if isinstance(item, Piece)]

    @property
    def text(self) -> str:
        """What stands on the screen in the end."""
        shown = ""
        for item in self.items:
            shown = "" if isinstance(item, Retracted) else shown + item.text if isinstance(item, Piece) else shown
        return shown

    @property
    def retracted(self) -> bool:
        return any(isinstance(item, Retracted) for item in self.items)


def streaming(*pieces: Any, final: Any = WHOLE, **settings: Any) -> ScriptedPolicy:
    return ScriptedPolicy(final, pieces=pieces or PIECES, **settings)


def sentence_guard(**words: str) -> ScriptedGuard:
    """A guard that judges sentence by sentence, and refuses those with a word."""

    def judge(turn: Any, candidate: Candidate) -> Any:
        return Refuse("a bad word") if any(word in candidate.text for word in words.values()) else Allow()

    return ScriptedGuard(output=judge, streams=True)


# --- When pieces come early


async def test_a_policy_alone_in_the_last_tier_is_shown_as_it_speaks() -> None:
    screen = Screen()
    reply = await say(make_manager({"llm": streaming()}), "hi", watch=screen)

    assert screen.items[0] == Asking(("llm",))
    assert screen.pieces == PIECES
    assert screen.text == reply.text == WHOLE
    assert not screen.retracted


async def test_the_first_piece_comes_before_the_last_is_made() -> None:
    first_seen = asyncio.Event()

    class Slow:
        async def propose(self, turn: Any) -> list[Candidate]:
            return []

        async def stream(self, turn: Any) -> Any:
            yield "One. "
            async with asyncio.timeout(LONG):
                await first_seen.wait()
            yield Candidate("One. Two.", 1.0)

    def watch(item: StreamItem) -> None:
        if isinstance(item, Piece):
            first_seen.set()

    assert (await say(make_manager({"llm": Slow()}), "hi", watch=watch)).text == "One. Two."


@pytest.mark.parametrize(
    ("final", "told"),
    [("One. Two", "its end is left out"), ("Four.", "the reply that was chosen in the end is another")],
)
async def test_what_is_taken_back_is_told_with_the_reason(final: str, told: str) -> None:
    screen = Screen()
    reply = await say(make_manager({"llm": streaming(final=Candidate(final, 1.0))}), "hi", watch=screen)
    assert [item.reason for item in screen.items if isinstance(item, Retracted)] == [told]
    assert screen.text == reply.text == final


@pytest.mark.parametrize(
    ("policies", "settings"),
    [
        ({"llm": streaming(), "faq": ScriptedPolicy("Hello", score=0.1)}, {}),
        ({"llm": streaming(), "faq": ScriptedPolicy(None)}, {"tiers": [["llm"], ["faq"]], "accept_at": 1.0}),
        ({"llm": streaming()}, {"guards": [ScriptedGuard(output=Allow())]}),
        ({"llm": streaming()}, {"guards": [sentence_guard(), ScriptedGuard(output=Allow())]}),
    ],
    ids=["not alone in its tier", "not in the last tier", "a guard for whole replies", "one of two guards"],
)
async def test_otherwise_the_finished_reply_comes_at_once(policies: Any, settings: Any) -> None:
    screen = Screen()
    reply = await say(make_manager(policies, **settings), "hi", watch=screen)
    assert screen.pieces == [reply.text] == [WHOLE]


async def test_a_policy_that_is_not_asked_says_nothing() -> None:
    screen = Screen()
    manager = make_manager({"rules": ScriptedPolicy("Hello"), "llm": streaming()}, tiers=[["rules"], ["llm"]])
    reply = await say(manager, "hi", watch=screen)

    assert screen.items == [Asking(("rules",)), Piece("Hello")]
    assert statuses_of(reply)["llm"] == "not asked"


async def test_input_guards_do_not_stand_in_the_way() -> None:
    screen = Screen()
    await say(make_manager({"llm": streaming()}, guards=[ScriptedGuard(input=Allow())]), "hi", watch=screen)
    assert screen.pieces == PIECES


async def test_without_a_watcher_a_policy_is_asked_the_plain_way() -> None:
    reply = await say(make_manager({"llm": streaming(final="Plainly.")}), "hi")
    assert reply.text == "Plainly."


async def test_a_stream_of_mere_text_is_a_candidate() -> None:
    screen = Screen()
    reply = await say(make_manager({"llm": streaming("Hel", "lo", final=None)}), "hi", watch=screen)
    assert (reply.text, screen.text) == ("Hello", "Hello")


async def test_a_candidate_without_text_has_the_text_of_its_pieces() -> None:
    reply = await say(make_manager({"llm": streaming("Hel", "lo", final=Candidate("", 0.9))}), "hi", watch=Screen())
    assert reply.text == "Hello"


# --- Guards that judge sentence by sentence


async def test_sentences_are_shown_when_they_have_passed() -> None:
    screen, guard = Screen(), sentence_guard()
    await say(make_manager({"llm": streaming()}, guards=[guard]), "hi", watch=screen)

    assert screen.pieces == ["One. ", "Two and a half. ", "Three."]
    assert [candidate.text for _, candidate in guard.outputs.asked] == ["One. ", "One. Two and a half. ", WHOLE]


async def test_chinese_sentences_have_ends_too() -> None:
    screen = Screen()
    manager = make_manager({"llm": streaming("一。二", "！", "三", final="一。二！三")}, guards=[sentence_guard()])
    await say(manager, "你好", watch=screen)
    assert screen.pieces == ["一。", "二！", "三"]


async def test_after_a_sentence_that_is_refused_nothing_more_is_shown_and_the_rest_is_retracted() -> None:
    screen = Screen()
    manager = make_manager(
        {"llm": streaming("Fine. ", "Damn. ", "More. ", final="Fine. Damn. More. ")},
        guards={"tone": sentence_guard(word="Damn")},
        fallback="I pass.",
    )
    reply = await say(manager, "hi", watch=screen)

    assert screen.pieces == ["Fine. ", "I pass."]
    assert screen.retracted
    assert screen.text == reply.text == "I pass."
    assert "refused: a bad word" in verdict_on(reply, "guard tone")


async def test_a_late_refusal_takes_back_what_was_shown() -> None:
    screen = Screen()
    policies = {
        "faq": ScriptedPolicy("Ask a person.", score=0.6),
        "llm": streaming("All fine. ", final="All fine. Damn"),
    }
    manager = make_manager(policies, tiers=[["faq"], ["llm"]], guards=[sentence_guard(word="Damn")])
    reply = await say(manager, "hi", watch=screen)

    kinds = [type(item).__name__ for item in screen.items]
    assert kinds == ["Asking", "Asking", "Piece", "Retracted", "Piece"]
    assert reply.policy == "faq"
    assert screen.text == "Ask a person."


async def test_a_guard_that_rewrites_keeps_the_pieces_back_until_the_reply_is_whole() -> None:
    def shout(turn: Any, candidate: Candidate) -> Any:
        return Rewrite(candidate.text.upper())

    screen = Screen()
    manager = make_manager({"llm": streaming()}, guards=[ScriptedGuard(output=shout, streams=True)])
    reply = await say(manager, "hi", watch=screen)
    assert screen.pieces == [WHOLE.upper()] == [reply.text]


# --- When the reply is another in the end


async def test_a_better_candidate_of_an_earlier_tier_replaces_the_pieces() -> None:
    screen = Screen()
    policies = {"faq": ScriptedPolicy("At nine.", score=0.7), "llm": streaming(score=0.3)}
    reply = await say(make_manager(policies, tiers=[["faq"], ["llm"]]), "hi", watch=screen)
    assert screen.retracted
    assert screen.text == reply.text == "At nine."


async def test_what_follows_an_action_replaces_the_pieces() -> None:
    policy = streaming(
        "Look", "ing...", final=Candidate("Looking...", 1.0, action=ActionCall("look")), resume=["Here."]
    )
    screen = Screen()
    await say(make_manager({"llm": policy}, actions={"look": lambda: 1}), "hi", watch=screen)
    assert screen.retracted
    assert screen.text == "Here."


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        (["Hel", ValueError("lost the line")], "ValueError: lost the line"),
        (["Hel", SystemExit(1)], "RuntimeError: raised SystemExit: 1"),
        (["Hel", asyncio.CancelledError()], "RuntimeError: cancelled itself"),
        (["Hel", Rubbish(42)], "TypeError: streamed a int instead of text, a Candidate or a Proposal"),
        (["x" * 60_000, "x" * 60_000], f"ValueError: streamed more than {MAX_TEXT:,} characters"),
        (["Hel", Hang(stubborn=True), "lo"], "the reply was not complete after"),
    ],
)
async def test_a_stream_that_breaks_off_is_retracted_and_the_turn_goes_on(pieces: list[Any], error: str) -> None:
    screen = Screen()
    policy = streaming(*pieces)
    policies = {"faq": ScriptedPolicy("At nine.", score=0.6, mode="inline"), "llm": policy}
    manager = make_manager(policies, tiers=[["faq"], ["llm"]], timeout=0.2)

    reply = await say(manager, "hi", watch=screen)

    assert reply.text == screen.text == "At nine."
    assert screen.retracted
    assert error in reports_of(reply)["llm"]["error"]
    policy.release()
    await asyncio.sleep(0.05)
    assert screen.items[-1] == Piece("At nine."), "a stream that would not stop is heard no more"


async def test_a_stream_that_keeps_breaking_off_is_left_alone() -> None:
    policy = streaming("Hel", ValueError("lost the line"))
    manager = make_manager({"llm": policy})
    replies = [await say(manager, "hi", watch=Screen()) for _ in range(4)]
    assert [statuses_of(reply)["llm"] for reply in replies] == ["failed", "failed", "failed", "breaker open"]


async def test_a_stream_is_not_begun_after_the_deadline() -> None:
    manager = make_manager(
        {"slow": ScriptedPolicy(Hang(), mode="async"), "llm": streaming()}, tiers=[["slow"], ["llm"]], deadline=0.05
    )
    assert statuses_of(await say(manager, "hi", watch=Screen())) == {"slow": "timed out", "llm": "not asked"}


# --- A bot that streams


async def test_the_last_item_is_always_the_reply() -> None:
    async with make_bot({"llm": streaming()}) as bot:
        items = [item async for item in bot.stream("hi", client_id="1")]
        again = [item async for item in bot.stream("hi", client_id="1")]

    assert isinstance(items[-1], Reply)
    assert items[-1].text == "".join(item.text for item in items if isinstance(item, Piece)) == WHOLE
    assert [type(item) for item in again] == [Piece, Reply]
    assert isinstance(again[-1], Reply)
    assert again[-1].replayed


def test_plain_code_can_stream_too() -> None:
    with make_bot({"llm": streaming()}) as bot:
        items = list(bot.stream_sync("hi"))
    assert [type(item) for item in items] == [Asking, *[Piece] * 4, Reply]


async def test_an_error_of_the_turn_reaches_whoever_streams() -> None:
    class BrokenStore:
        async def load(self, conversation_id: str) -> Any:
            raise OSError("no disk")

        async def close(self) -> None: ...

    async with make_bot("Hello", store=BrokenStore()) as bot:
        with pytest.raises(OSError, match="no disk"):
            [item async for item in bot.stream("hi")]
        with pytest.raises(OSError, match="no disk"):
            list(bot.stream_sync("hi"))


@pytest.mark.parametrize("sync", [True, False])
async def test_leaving_early_stops_the_turn_and_leaves_the_message_unanswered(sync: bool) -> None:
    policy = streaming("One. ", Hang(), "Two.", final="One. Two.")
    async with make_bot({"llm": policy}, timeout=LONG, deadline=LONG) as bot:
        if sync:
            items = bot.stream_sync("hi", client_id="1")
            while next(items) != Piece("One. "):
                pass
            items.close()
        else:
            stream = bot.stream("hi", client_id="1")
            while await anext(stream) != Piece("One. "):
                pass
            await stream.aclose()

        # The next turn gets the lock, and so the first one has stopped.
        policy.release()
        reply = await bot.areply("hi again")
        conversation = bot.conversation()

    assert reply.text == "One. Two."
    assert conversation.replies_to("1") == ()
    assert [e.message.text for e in conversation.messages if isinstance(e, UserSaid)] == ["hi", "hi again"]


async def test_the_message_is_stored_before_the_first_piece_and_the_reply_when_it_is_complete() -> None:
    policy = streaming("One. ", Hang(0.1), "Two.", final="One. Two.")
    async with make_bot({"llm": policy}) as bot:
        lengths = [
            len((await asyncio.to_thread(bot.conversation)).messages)
            async for item in bot.stream("hi")
            if isinstance(item, Piece | Reply)
        ]
    assert lengths[0] == 1
    assert lengths[-1] == 2


class Source:
    """A policy whose stream never ends by itself."""

    def __init__(self, piece: str = "more and more. ") -> None:
        self.ended = False
        self._piece = piece

    def propose(self, turn: Turn) -> list[Candidate]:
        return [Candidate("All at once.", 0.9)]

    async def stream(self, turn: Turn) -> AsyncIterator[str]:
        try:
            while True:
                yield self._piece
                await asyncio.sleep(0)
        finally:
            self.ended = True


@pytest.mark.parametrize("piece", ["x" * 60_000, "x"])
async def test_a_stream_that_never_ends_is_ended(piece: str) -> None:
    source = Source(piece)
    reply = await say(make_manager({"llm": source}, timeout=0.2), "hi", watch=Screen())
    for _ in range(5):
        await asyncio.sleep(0.01)
    assert source.ended
    assert reply.policy == "fallback"


async def test_a_stream_is_ended_also_where_a_guard_raises_on_the_way() -> None:
    source = Source()
    guard = ScriptedGuard(output=[SystemExit(1)], streams=True)
    await say(make_manager({"llm": source}, guards=[guard], timeout=0.3), "hi", watch=Screen())
    for _ in range(5):
        await asyncio.sleep(0.01)
    assert source.ended
