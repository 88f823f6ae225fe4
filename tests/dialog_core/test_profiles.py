"""What a bot knows about a user: for the session, and with their consent across conversations."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dialog_core import Candidate, Consent, ConsentGiven, Fact, FactLearned, User, profiles
from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.manager import DialogueManager
from dialog_core.profiles import FactRule
from dialog_core.stores.memory_profiles import MemoryProfileStore
from dialog_core.testing import ScriptedPolicy, make_bot, make_manager
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


async def test_two_users_of_one_conversation_never_see_each_others_facts() -> None:
    seen: list[User] = []
    manager, store, _ = bot(seen)
    await say(manager, "name=Ann", user_id="ann")
    await say(manager, "name=Bob", user_id="bob")
    await say(manager, "yes", user_id="bob")
    await say(manager, "hi", user_id="ann")
    assert seen[-1].facts == {"name": "Ann"}
    await say(manager, "hi", user_id="eve")
    assert seen[-1].facts == {}
    assert (await store.get("bob")).known(NOON) == {"name": "Bob"}
    assert not (await store.get("ann")).facts, "what one agrees to is not agreed to by the other"
    conversation = await manager.store.load("c")
    assert conversation.facts == {}, "of who wrote last"
    assert {user: dict(facts)["name"].value for user, facts in conversation.learned.items()} == {
        "ann": "Ann",
        "bob": "Bob",
    }


async def test_a_policy_cannot_say_something_about_another_user() -> None:
    def answer(turn: Turn) -> Candidate:
        return Candidate("Hm.", 1.0, effects=(FactLearned("name", "Eve", user_id="ann"),))

    store = MemoryProfileStore(Options(), Context())
    manager = make_manager(ScriptedPolicy(answer), profiles=store, consent="given")
    await say(manager, "hi", user_id="eve")
    assert not (await store.get("ann")).facts
    assert (await store.get("eve")).known(NOON + timedelta(days=9999)) == {"name": "Eve"}


async def test_consent_withdrawn_in_one_conversation_is_withdrawn_in_every_open_one() -> None:
    seen: list[User] = []
    manager, store, clock = bot(seen)
    await say(manager, "name=Ann", conversation="phone", user_id="u")
    await say(manager, "yes", conversation="phone", user_id="u")
    clock.now += timedelta(minutes=1)
    await say(manager, "no", conversation="web", user_id="u")
    clock.now += timedelta(minutes=1)
    await say(manager, "hi", conversation="phone", user_id="u")
    assert seen[-1] == User("u", {}, consent=False)
    await say(manager, "name=Ann", conversation="phone", user_id="u")
    await say(manager, "hi", conversation="phone", user_id="u")
    assert seen[-1].facts == {"name": "Ann"}, "what is said afterwards is known until the session ends"
    assert not (await store.get("u")).facts


async def test_who_withdraws_consent_while_a_turn_is_under_way_is_not_remembered_by_it() -> None:
    store = MemoryProfileStore(Options(), Context())

    class Slow:
        async def propose(self, turn: Turn) -> Candidate:
            assert turn.user.consent
            await store.put("u", {}, Consent(given=False, at=turn.now))  # in another process, say
            return Candidate("Noted.", 1.0, effects=(FactLearned("name", "Ann"),))

    await store.put("u", {}, Consent(given=True, at=NOON))
    reply = await say(make_manager({"slow": Slow()}, profiles=store), "hi", user_id="u")
    assert reply.text == "Noted."
    assert not (await store.get("u")).facts


async def test_a_fact_expires_at_the_very_moment_also_within_its_session() -> None:
    seen: list[User] = []
    manager, _, clock = bot(seen, facts={"plan": FactRule(expires=60)})
    await say(manager, "plan=gold", user_id="u")
    clock.now += timedelta(seconds=59)
    await say(manager, "hi", user_id="u")
    assert seen[-1].facts == {"plan": "gold"}
    clock.now += timedelta(seconds=1)
    await say(manager, "hi", user_id="u")
    assert seen[-1].facts == {}


async def test_a_clock_that_goes_back_and_a_fact_for_ten_thousand_years_cost_nothing() -> None:
    seen: list[User] = []
    manager, store, clock = bot(seen, facts={"name": FactRule(expires=1e15)}, consent="given")
    await say(manager, "name=Ann", user_id="u")
    clock.now -= timedelta(days=400)
    await say(manager, "hi", user_id="u")
    assert seen[-1].facts == {"name": "Ann"}
    assert (await store.get("u")).facts["name"].expires_at is None


async def test_what_was_said_after_a_store_failed_is_known_and_not_what_it_kept_before() -> None:
    seen: list[User] = []
    manager, store, clock = bot(seen, consent="given")
    await say(manager, "name=Ann", user_id="u")
    clock.now += timedelta(seconds=1)
    put, store.put = store.put, None  # type: ignore[assignment,method-assign]
    assert (await say(manager, "name=Anna", user_id="u")).text == "Noted."
    store.put = put  # type: ignore[method-assign]
    await say(manager, "hi", user_id="u")
    assert seen[-1].facts == {"name": "Anna"}


@pytest.mark.parametrize("user", ["a\0b", "👩‍🚀", "\ud800", " ", "x" * 1_000, "'; drop table facts; --"])
async def test_a_user_may_have_any_id(user: str) -> None:
    seen: list[User] = []
    manager, _, _ = bot(seen, consent="given")
    await say(manager, "name=Ann", user_id=user)
    await say(manager, "hi", conversation="other", user_id=user)
    assert seen[-1].facts == {"name": "Ann"}


async def test_nothing_is_kept_about_a_user_whose_id_is_a_book() -> None:
    seen: list[User] = []
    manager, store, _ = bot(seen, consent="given")
    reply = await say(manager, "name=Ann", user_id="x" * 10_000_000)
    assert trace_of(reply)["parts"][-1]["verdict"] == "nothing is kept: the user's id has more than 1,000 characters"
    assert not await store.list()


async def test_a_fact_of_ten_megabytes_is_known_until_the_session_ends_and_not_kept() -> None:
    def answer(turn: Turn) -> Candidate:
        return Candidate("Hm.", 1.0, effects=(FactLearned("book", "x" * 10_000_000),))

    store = MemoryProfileStore(Options(), Context())
    manager = make_manager(ScriptedPolicy(answer), profiles=store, consent="given")
    trace = trace_of(await say(manager, "hi", user_id="u"))
    assert trace["parts"][-1]["verdict"] == "'book' is not kept: it has more than 100,000 characters"
    assert not (await store.get("u")).facts


def test_a_bot_tells_what_it_knows_of_a_user_and_forgets_it() -> None:
    store = MemoryProfileStore(Options(), Context())
    with make_bot(listening([]), profiles=store, facts={"name": FactRule("Their name"), "plan": FactRule()}) as talking:
        assert talking.facts == {"name": "Their name", "plan": ""}
        for text in ("name=Ann", "yes", "shoe_size=43"):
            talking.reply(text, conversation="c", user="u")
        assert talking.user("u", "c") == User("u", {"name": "Ann", "shoe_size": "43"}, consent=True)
        assert talking.user("u", "other").facts == {"name": "Ann"}
        assert list(talking.profile("u").facts) == ["name"]
        assert talking.forget("u", "c") == 2
        assert talking.user("u", "c") == User("u", {}, None)
        assert talking.forget("u", "c") == 0
    with make_bot("Hm.") as forgetful:
        assert forgetful.facts is None
        assert forgetful.forget("u") == 0


@pytest.mark.parametrize("text", ["yes", "no"])
async def test_what_could_not_be_remembered_or_forgotten_is_not_promised(text: str) -> None:
    class Full(MemoryProfileStore):
        async def put(self, user_id: str, facts: object, consent: Consent | None = None) -> None:
            raise OSError("the disk is full")

        async def forget(self, user_id: str) -> bool:
            raise OSError("the disk is full")

    manager = make_manager([listening([])], profiles=Full(Options(), Context()), fallback="Sorry.")
    reply = await say(manager, text, user_id="u")
    assert (reply.text, reply.policy) == ("Sorry.", "fallback")
    trace = trace_of(reply)
    assert trace["reason"].endswith("what the user said to being remembered could not be kept")
    assert "the disk is full" in trace["parts"][-1]["verdict"]


async def test_a_store_that_hangs_does_not_hold_up_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(MemoryProfileStore):
        async def get(self, user_id: str):  # type: ignore[no-untyped-def]
            await asyncio.sleep(3600)

    monkeypatch.setattr(profiles, "PATIENCE", 0.02)
    manager = make_manager([listening([])], profiles=Hanging(Options(), Context()), consent="given")
    reply = await say(manager, "name=Ann", user_id="u")
    assert reply.text == "Noted."
    assert [part["verdict"] for part in trace_of(reply)["parts"]] == [
        "could not be read: the store took longer than 0.02 s",
        "could not be kept: the store took longer than 0.02 s",
    ]


async def test_who_is_forgotten_while_a_turn_is_under_way_is_not_remembered_by_it() -> None:
    store = MemoryProfileStore(Options(), Context())

    class Slow:
        async def propose(self, turn: Turn) -> Candidate:
            await store.forget("u")
            return Candidate("Noted.", 1.0, effects=(FactLearned("name", "Ann"),))

    await store.put("u", {"plan": Fact("gold", NOON)}, Consent(given=True, at=NOON))
    await say(make_manager({"slow": Slow()}, profiles=store), "hi", user_id="u")
    assert not await store.list()
