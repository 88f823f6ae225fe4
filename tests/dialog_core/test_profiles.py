"""What a bot knows about a user: for the session, and with their consent across conversations."""

from datetime import UTC, datetime, timedelta

from dialog_core import Candidate, ConsentGiven, FactLearned, User
from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.manager import DialogueManager
from dialog_core.profiles import FactRule
from dialog_core.stores.memory_profiles import MemoryProfileStore
from dialog_core.testing import ScriptedPolicy, make_manager
from dialog_core.turn import Turn
from tests.talking import say, trace_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def listening(seen: list[User]) -> ScriptedPolicy:
    """A policy that learns what it is told as `name=value`, and takes `yes` and `no` for consent."""

    def answer(turn: Turn) -> Candidate:
        seen.append(turn.user)
        name, is_fact, value = turn.text.partition("=")
        if is_fact:
            return Candidate("Noted.", 1.0, effects=(FactLearned(name, value or None),))
        if turn.text in ("yes", "no"):
            return Candidate("Fine.", 1.0, effects=(ConsentGiven(given=turn.text == "yes", at=turn.now),))
        return Candidate("Hm.", 1.0)

    return ScriptedPolicy(answer)


def bot(seen: list[User], **settings: object) -> tuple[DialogueManager, MemoryProfileStore, Clock]:
    store, clock = MemoryProfileStore(Options(), Context()), Clock()
    return make_manager(listening(seen), profiles=store, clock=clock, **settings), store, clock  # type: ignore[arg-type]


async def test_a_fact_is_known_until_the_session_ends_and_kept_only_with_consent() -> None:
    seen: list[User] = []
    manager, store, clock = bot(seen)
    await say(manager, "name=Ann", user_id="u", at=NOON)
    await say(manager, "hi", user_id="u", at=NOON)
    assert seen[-1] == User("u", {"name": "Ann"}, None)
    assert not (await store.get("u")).facts
    await say(manager, "hi", conversation="other", user_id="u")
    assert seen[-1].facts == {}
    clock.now += timedelta(days=1)
    await say(manager, "hi", user_id="u")
    assert seen[-1].facts == {}, "a session that begins knows nothing of what was said in the last one"


async def test_consent_keeps_what_was_said_before_it_and_withdrawing_it_forgets_everything() -> None:
    seen: list[User] = []
    manager, store, _ = bot(seen)
    for text in ("name=Ann", "yes", "plan=gold"):
        await say(manager, text, user_id="u")
    await say(manager, "hi", conversation="other", user_id="u")
    assert seen[-1] == User("u", {"name": "Ann", "plan": "gold"}, consent=True)

    await say(manager, "no", user_id="u")
    profile = await store.get("u")
    assert not profile.facts
    assert profile.consent is not None
    assert not profile.consent.given
    await say(manager, "hi", user_id="u")
    assert seen[-1] == User("u", {}, consent=False)


async def test_a_fact_is_forgotten_when_it_expires_or_somebody_says_so() -> None:
    seen: list[User] = []
    facts = {"name": FactRule(), "plan": FactRule(expires=3600)}
    manager, store, clock = bot(seen, facts=facts, consent="given")
    for text in ("name=Ann", "plan=gold"):
        await say(manager, text, user_id="u")
    clock.now += timedelta(hours=2)
    await say(manager, "hi", conversation="later", user_id="u")
    assert seen[-1].facts == {"name": "Ann"}
    assert await store.expire(clock.now) == 1
    await say(manager, "name=", conversation="later", user_id="u")
    assert not (await store.get("u")).facts


async def test_what_is_not_declared_is_not_kept_and_the_trace_says_so() -> None:
    manager, store, _ = bot([], facts={"name": FactRule()}, consent="given")
    trace = trace_of(await say(manager, "shoe_size=43", user_id="u"))
    assert {
        "part": "profiles",
        "verdict": "'shoe_size' is not kept: it is not declared under `profiles.facts`",
    }.items() <= (trace["parts"][-1].items())
    assert not (await store.get("u")).facts


async def test_a_fact_that_needs_no_consent_is_kept_without_asking() -> None:
    manager, store, _ = bot([], facts={"language": FactRule(needs_consent=False)})
    await say(manager, "language=zh", user_id="u")
    assert (await store.get("u")).known(NOON) == {"language": "zh"}


async def test_the_language_a_user_wants_is_that_of_the_turn() -> None:
    turns: list[Turn] = []

    def answer(turn: Turn) -> Candidate:
        turns.append(turn)
        return Candidate("Hm.", 1.0, effects=(FactLearned("language", turn.text),))

    manager = make_manager(ScriptedPolicy(answer), languages=("en", "zh-CN"))
    for text in ("zh", "tlh", "hi"):
        await say(manager, text, user_id="u")
    assert [turn.language for turn in turns] == ["en", "zh-CN", "en"]


async def test_nothing_is_kept_about_nobody() -> None:
    seen: list[User] = []
    manager, store, _ = bot(seen, consent="given")
    await say(manager, "name=Ann")
    await say(manager, "hi")
    assert seen[-1].facts == {"name": "Ann"}
    assert not await store.list()


async def test_a_store_that_fails_costs_what_it_knows_and_not_the_turn() -> None:
    class Broken(MemoryProfileStore):
        async def get(self, user_id: str):  # type: ignore[no-untyped-def]
            raise OSError("the disk is gone")

        put = get  # type: ignore[assignment]

    manager = make_manager(listening([]), profiles=Broken(Options(), Context()), consent="given")
    reply = await say(manager, "name=Ann", user_id="u")
    assert reply.text == "Noted."
    verdicts = [part["verdict"] for part in trace_of(reply)["parts"]]
    assert verdicts[0] == "could not be read: OSError: the disk is gone"
    assert verdicts[1].startswith("could not be kept: ")
