import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dialog_core import (
    ActionCall,
    Allow,
    Bot,
    Candidate,
    Context,
    Conversation,
    FlowEnded,
    FlowStarted,
    HandedOver,
    Proposal,
    Refuse,
    Remembered,
    SlotSet,
    StoreError,
    Turn,
    UserSaid,
    read_bot_file,
)
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Likelihood, Verdict
from dialog_core.testing import Hang, ScriptedGuard, ScriptedPolicy, make_bot
from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.holding.clock import recorded_or_now
from dialog_evaluation.runs.holding.conversing import Conversing
from dialog_evaluation.runs.holding.own_history import OwnHistory
from dialog_evaluation.runs.holding.self_chat import SelfChat, says_farewell
from dialog_evaluation.runs.holding.teacher_forced import TeacherForced
from dialog_evaluation.runs.selection import Selection
from tests.plugins.dialog_evaluation.runs.talks import dialogue, held, shop


def teacher_forced(bot: Bot, *dialogues: Dialogue, **how: Any) -> DialogueAnswers:
    talks = held(*dialogues)
    if how.pop("select", 0):
        how["selection"] = Selection(bot, talks, 10, seed=1)
    return asyncio.run(TeacherForced(bot, **how).hold(talks[0]))


def own_history(path: Path, *dialogues: Dialogue) -> DialogueAnswers:
    store = Context(name="test").create("store", "memory")
    with Bot.of(read_bot_file(path), store=store, only_look_ups=True, clock=recorded_or_now) as bot:
        return asyncio.run(OwnHistory(Conversing(bot, store)).hold(held(*dialogues)[0]))


# --- Teacher-forced


def test_each_message_is_put_to_the_bot_with_what_people_said_before_it() -> None:
    heard: list[list[str]] = []

    def policy(turn: Turn) -> str:
        heard.append(
            [said.message.text if isinstance(said, UserSaid) else said.text for said in turn.conversation.messages]
        )
        return "no idea"

    with make_bot({"p": policy}) as bot:
        found = teacher_forced(bot, dialogue("7", "hi", "Hello!", "a table", "For how many?"))
    assert heard == [["hi"], ["hi", "Hello!", "a table"]]
    assert [(turn.number, turn.question, turn.reference, turn.text) for turn in found.turns] == [
        (1, "hi", "Hello!", "no idea"),
        (3, "a table", "For how many?", "no idea"),
    ]


def test_the_reply_is_that_of_a_turn_although_everybody_is_asked(tmp_path: Path) -> None:
    with Bot.load(shop(tmp_path)) as bot:
        found = teacher_forced(bot, dialogue("7", "hello", "Hi!", "when are you open", "At nine."))
        alone = teacher_forced(bot, dialogue("7", "hello"), everybody=False)
    first, second = found.turns
    assert (first.status, first.policy, first.text) == ("answered", "rules", "Hello! How can I help?")
    assert [(one.policy, one.status, one.asked) for one in first.policies] == [
        ("rules", "answered", True),
        ("tasks", "abstained", True),
        ("faq", "abstained", False),
    ]
    assert (second.policy, second.text) == ("faq", "From nine to five.")
    assert all(one.asked for one in second.policies)
    assert second.probability == second.policies[2].probability
    assert [one.status for one in alone.turns[0].policies] == ["answered", "abstained", "not asked"]


def test_nobody_is_asked_twice_and_what_was_not_asked_costs_nothing() -> None:
    def cheap(turn: Turn) -> Proposal:
        return Proposal((Candidate("Hello!", 1.0),), notes={"tokens_out": 2})

    def dear(turn: Turn) -> Proposal:
        return Proposal((Candidate("Good day.", 0.5),), notes={"tokens_out": 100, "model": "large"})

    first, second = ScriptedPolicy(cheap, cheap), ScriptedPolicy(dear)
    with make_bot({"first": first, "second": second}, tiers=[["first"], ["second"]]) as bot:
        (turn,) = teacher_forced(bot, dialogue("7", "hi", "Hello!")).turns
    assert (len(first.turns), len(second.turns)) == (1, 1)
    assert turn.cost == {"tokens_out": 2}
    assert [dict(one.cost) for one in turn.policies] == [{"tokens_out": 2}, {"tokens_out": 100}]
    assert turn.policies[1].text == "Good day."


def test_flows_and_slots_go_on_while_people_speak_for_the_bot(tmp_path: Path) -> None:
    talk = dialogue("7", "cancel my order", "Which one?", "4711 please", "It is done.", "thanks", "You are welcome.")
    with Bot.load(shop(tmp_path)) as bot:
        found = teacher_forced(bot, talk)
    assert [turn.text for turn in found.turns[:2]] == [
        "What is the number of your order?",
        "Order 4711 is cancelled.",
    ]
    assert [dict(turn.slots) for turn in found.turns] == [{}, {"order": "4711"}, {"order": "4711"}]
    assert found.turns[2].status == "fallback"
    assert found.turns[2].policy == ""


def test_what_a_policy_notes_with_its_reply_is_there_in_the_next_turn() -> None:
    def policy(turn: Turn) -> Candidate:
        count = turn.conversation.memory.get("p", {}).get("count", 0) + 1
        return Candidate(f"number {count}", 1.0, effects=(Remembered("p", {"count": count}),))

    with make_bot({"p": policy}) as bot:
        found = teacher_forced(bot, dialogue("7", "hi", "Hello!", "and now?", "Bye!", "and now?", "Bye!"))
    assert [turn.text for turn in found.turns] == ["number 1", "number 2", "number 3"]


def test_what_users_say_about_themselves_is_known_in_the_next_turn(tmp_path: Path) -> None:
    rules = """
    entities: {name: "[A-Z][a-z]+"}
    rules:
      - {name: called, when: "my name is {name}", learn: {name: "{{ name }}"}, say: "Hello {{ user.name }}."}
      - {name: who, when: who am i, say: "You are {{ user.name or 'nobody' }}."}
      - {name: forget, when: forget me, consent: false, say: Forgotten.}
    """
    talk = dialogue("7", "my name is Ann", "Hi.", "who am i", "Ann.", "forget me", "Yes.", "who am i", "?")
    with Bot.load(shop(tmp_path, **{"rules.yaml": rules})) as bot:
        found = teacher_forced(bot, talk)
    assert [turn.text for turn in found.turns] == ["Hello Ann.", "You are Ann.", "Forgotten.", "You are nobody."]


def test_what_a_guard_does_is_done_and_told_like_what_a_policy_does() -> None:
    def guard(turn: Turn) -> Verdict:
        if turn.message.text != "help":
            return Allow()
        effects = (*(FlowEnded(flow.name) for flow in turn.conversation.flows), SlotSet("emergency", "medical"))
        return Refuse("emergency", "Call 112.", (*effects, HandedOver(turn.now, "emergency")), urgent=True)

    def policy(turn: Turn) -> Candidate:
        heard.append([flow.name for flow in turn.conversation.flows])
        return Candidate("When?", 1.0, effects=[] if heard[-1] else [FlowStarted("book", "policy")])

    heard: list[list[str]] = []
    with make_bot(policy, guards=[ScriptedGuard(input=guard)]) as bot:
        found = teacher_forced(bot, dialogue("7", "a table", "When?", "help", "Oh!", "I am well", "Good."))
    assert heard == [[], []], "the flow has ended with the emergency"
    assert [turn.handed_over for turn in found.turns] == [False, True, False]
    assert [dict(turn.slots) for turn in found.turns] == [{}, {"emergency": "medical"}, {"emergency": "medical"}]


def test_a_bot_that_hands_over_is_asked_all_the_same_since_people_went_on(tmp_path: Path) -> None:
    with Bot.load(shop(tmp_path)) as bot:
        found = teacher_forced(bot, dialogue("7", "I complain", "Why?", "hello", "Hi."))
    assert found.turns[0].text.startswith("I fetch somebody.")
    assert found.turns[1].text == "Hello! How can I help?"
    assert found.ended == ""


def test_recorded_times_are_the_times_of_the_turns() -> None:
    seen: list[datetime] = []

    def policy(turn: Turn) -> str:
        seen.append(turn.now)
        return "yes"

    with make_bot({"p": policy}) as bot:
        teacher_forced(bot, dialogue("7", "hi", "Hello!", at="2026-03-01T12:00:00Z"))
        teacher_forced(bot, dialogue("7", "hi", "Hello!"))
    assert seen[0] == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert datetime.now(UTC) - seen[1] < timedelta(hours=1)


def test_after_a_long_silence_a_session_begins_anew(tmp_path: Path) -> None:
    turns = (
        DialogueTurn("user", "cancel my order", {"at": "2026-03-01T12:00:00Z"}),
        DialogueTurn("bot", "Which one?"),
        DialogueTurn("user", "4711", {"at": "2026-03-03T12:00:00Z"}),
    )
    with Bot.load(shop(tmp_path)) as bot:
        found = teacher_forced(bot, Dialogue("7", turns))
    assert found.turns[1].status == "fallback"


def test_refusals_are_told_with_the_side_on_which_they_were() -> None:
    guard = ScriptedGuard(
        input=lambda turn: Refuse("abuse", "Please be kind.") if "idiot" in turn.text else Allow(),
        output=lambda turn, candidate: Refuse("a secret") if "secret" in candidate.text else Allow(),
    )
    with make_bot({"p": lambda turn: f"{turn.text} secret"}, guards={"g": guard}, fallback="No.") as bot:
        found = teacher_forced(bot, dialogue("7", "you idiot", "Pardon?", "tell me", "No."))
    first, second = found.turns
    assert (first.status, first.text, first.policy) == ("guard", "Please be kind.", "")
    assert first.refusals == ("input: guard g: refused: abuse",)
    assert (second.status, second.text) == ("fallback", "No.")
    assert second.refusals == ("output: guard g: refused: a secret",)


def test_a_policy_that_fails_or_hangs_is_told_and_the_others_are_asked() -> None:
    hangs = ScriptedPolicy(Hang())
    with make_bot({"a": lambda turn: 1 / 0, "b": hangs, "c": "Hello!"}, timeout=0.05) as bot:
        (turn,) = teacher_forced(bot, dialogue("7", "hi", "Hello!")).turns
    hangs.release()
    assert (turn.status, turn.text) == ("answered", "Hello!")
    assert [(one.status, one.reason.partition(":")[0]) for one in turn.policies] == [
        ("failed", "ZeroDivisionError"),
        ("failed", "took longer than 0.05 s"),
        ("answered", ""),
    ]


def test_a_turn_in_which_everybody_fails_has_failed() -> None:
    with make_bot({"a": lambda turn: 1 / 0}) as bot:
        (turn,) = teacher_forced(bot, dialogue("7", "hi", "Hello!")).turns
    assert turn.status == "failed"


def test_no_action_runs_and_the_answer_names_it() -> None:
    ran: list[int] = []
    policy = ScriptedPolicy(Candidate("", 1.0, effects=(SlotSet("a", 1),), action=ActionCall("pay")))
    with make_bot({"p": policy}, actions={"pay": lambda: ran.append(1)}) as bot:
        (turn,) = teacher_forced(bot, dialogue("7", "pay", "Paid.")).turns
    assert (turn.action, turn.text, ran) == ("pay", "", [])
    assert turn.reason.endswith("pay would give the text, and did not run")
    assert turn.slots == {"a": 1}
    assert turn.policies[0].reason == "wants pay run first"


# --- With its own history


def test_the_bot_remembers_what_it_said_itself(tmp_path: Path) -> None:
    talk = dialogue("7", "cancel my order", "No.", "4711", "Never.", "when are you open", "Always.")
    found = own_history(shop(tmp_path), talk)
    assert [(turn.text, turn.policy) for turn in found.turns] == [
        ("What is the number of your order?", "tasks"),
        ("Order 4711 is cancelled.", "tasks"),
        ("From nine to five.", "faq"),
    ]
    assert [turn.reference for turn in found.turns] == ["No.", "Never.", "Always."]
    assert found.turns[1].slots == {"order": "4711"}
    assert not (tmp_path / "conversations.db").exists()


def test_long_replies_are_kept_whole() -> None:
    store = Context(name="test").create("store", "memory")
    with make_bot({"p": "word " * 1_000}, store=store) as bot:
        found = asyncio.run(OwnHistory(Conversing(bot, store)).hold(held(dialogue("7", "hi", "Hello!"))[0]))
    assert found.turns[0].text == found.turns[0].policies[0].text == "word " * 1_000


def test_a_dialogue_ends_where_the_bot_hands_over(tmp_path: Path) -> None:
    found = own_history(shop(tmp_path), dialogue("7", "I complain", "Why?", "hello", "Hi."))
    assert (len(found.turns), found.ended) == (1, "hand-over")


def test_conversations_are_held_at_the_recorded_time() -> None:
    seen: list[datetime] = []
    store = Context(name="test").create("store", "memory")

    def policy(turn: Turn) -> str:
        seen.append(turn.now)
        return "yes"

    async def both() -> None:
        with make_bot({"p": policy}, store=store, clock=recorded_or_now) as loaded:
            holder = OwnHistory(Conversing(loaded, store))
            talks = held(
                dialogue("1", "hi", "", "there", at="2026-03-01T12:00:00Z"),
                dialogue("2", "hi", at="2025-03-01T12:00:00Z"),
            )
            await asyncio.gather(*(holder.hold(talk) for talk in talks))  # at once, each at a time of its own

    asyncio.run(both())
    assert sorted(one.year for one in seen) == [2025, 2026, 2026]


# --- Talking to itself


def chat(bots: tuple[Bot, Bot], store: Any, turns: int = 5) -> DialogueAnswers:
    talks = held(dialogue("7", "hi", "Hello!"))
    return asyncio.run(SelfChat(Conversing(bots[0], store), bots[1], turns).hold(talks[0]))


@pytest.mark.parametrize(
    ("bot", "user", "ended", "messages"),
    [
        (
            lambda turn: f"bot {len(turn.conversation.messages)}",
            lambda turn: f"user {len(turn.text)}{turn.seed}",
            "turns",
            5,
        ),
        (lambda turn: "Goodbye!", "never heard", "farewell", 1),
        (lambda turn: f"{turn.text}?", "Thanks, bye.", "farewell", 2),
        ("Yes.", lambda turn: f"And {turn.seed}", "repetition", 2),
        (lambda turn: f"{turn.seed}", "Why?", "repetition", 2),
        (lambda turn: f"{turn.seed}", Candidate("x", 0.0), "repetition", 2),
    ],
)
def test_a_chat_between_bots_ends(bot: Any, user: Any, ended: str, messages: int) -> None:
    store = Context(name="test").create("store", "memory")
    with make_bot({"p": bot}, store=store) as first, make_bot({"p": user}, fallback="What?") as second:
        found = chat((first, second), store)
    assert (found.ended, len(found.turns)) == (ended, messages)
    assert found.turns[0].question == "hi"
    assert [turn.number for turn in found.turns] == list(range(1, 2 * messages, 2))
    assert not any(turn.reference for turn in found.turns)


def test_a_user_that_fails_ends_the_chat_and_the_reason_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(self: Bot, *arguments: object) -> None:
        raise StoreError("the disk is gone")

    store = Context(name="test").create("store", "memory")
    with make_bot({"p": "Yes."}, store=store) as first, make_bot({"p": "No."}) as second:
        monkeypatch.setattr(second, "asend", fails.__get__(second))
        found = chat((first, second), store)
    assert (found.ended, len(found.turns)) == ("failure: StoreError: the disk is gone", 1)


def test_a_bot_can_talk_to_itself(tmp_path: Path) -> None:
    store = Context(name="test").create("store", "memory")
    with Bot.load(shop(tmp_path), store=store) as bot:
        found = chat((bot, bot), store)
    assert found.turns[0].text == "Hello! How can I help?"
    assert found.turns[1].question == "I do not know."
    assert found.ended == "repetition"
    assert asyncio.run(store.load("0/7")) == Conversation("0/7")  # forgotten


@pytest.mark.parametrize(
    "text", ["Bye", "OK, goodbye!", "Thank you. See you later.", "谢谢，再见。", "Have a nice day!"]
)
def test_farewells(text: str) -> None:
    assert says_farewell(text)


@pytest.mark.parametrize(
    "text", ["", "Can I buy a good bye-law?", "Where can I see you?", "I will say goodbye to it now"]
)
def test_no_farewells(text: str) -> None:
    assert not says_farewell(text)


# --- Response selection


class Judge:
    """A language model that finds short replies likely."""

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        return [Candidate("something long and wrong", 1.0)]

    def likelihoods(self, asked: Sequence[tuple[Turn, str]]) -> list[Likelihood]:
        return [Likelihood(-float(len(reply)), 1) for _, reply in asked]


OTHERS = [dialogue(f"o{number}", f"question {number}", f"a reply of the number {number}") for number in range(20)]


def test_a_language_model_ranks_by_likelihood_and_others_by_what_they_say() -> None:
    with make_bot({"judge": Judge(), "faq": "we open at nine", "none": lambda turn: []}) as bot:
        (turn,) = teacher_forced(bot, dialogue("7", "when?", "At nine"), *OTHERS, select=10).turns
    ranks = {one.policy: one.rank for one in turn.policies}
    assert (ranks["judge"], ranks["faq"]) == (1, 1)
    assert ranks["none"] in range(1, 11)
    assert (turn.policy, turn.rank, turn.candidates) == ("judge", 1, 10)


def test_a_language_model_ranks_in_a_conversation_with_what_was_said_there() -> None:
    seen: list[int] = []

    class Listening(Judge):
        def likelihoods(self, asked: Sequence[tuple[Turn, str]]) -> list[Likelihood]:
            seen.append(len(asked[0][0].conversation.messages))
            return super().likelihoods(asked)

    talks = held(dialogue("7", "when?", "At nine", "really?", "Yes"), *OTHERS)
    store = Context(name="test").create("store", "memory")
    with make_bot({"judge": Listening()}, store=store) as bot:
        found = asyncio.run(OwnHistory(Conversing(bot, store, Selection(bot, talks, 10, seed=1))).hold(talks[0]))
    assert seen == [1, 3]
    assert [(turn.rank, turn.candidates) for turn in found.turns] == [(1, 10), (1, 10)]


def test_whoever_says_nothing_chooses_by_chance() -> None:
    talks = held(*OTHERS)
    with make_bot({"p": lambda turn: []}, fallback="…") as bot:
        holder = TeacherForced(bot, selection=Selection(bot, talks, 10, seed=1))
        found = [asyncio.run(holder.hold(talk)).turns[0].rank for talk in talks]
        again = [asyncio.run(holder.hold(talk)).turns[0].rank for talk in talks]
    assert found == again
    assert len(set(found)) > 4
    assert all(rank in range(1, 11) for rank in found)


def test_distractors_come_from_other_dialogues_and_say_something_else() -> None:
    same = [dialogue(f"s{number}", "hi", "Hello!") for number in range(5)]
    talks = held(dialogue("7", "hi", "hello!", "bye", "Goodbye."), *same, *OTHERS)
    with make_bot({"p": "x"}) as bot:
        selection = Selection(bot, talks, 10, seed=1)
        candidates, right = selection.candidates(talks[0], talks[0].questions[0])
        few = Selection(bot, held(dialogue("1", "hi", "Hello!")), 10, seed=1)
        assert few.candidates(talks[0], talks[0].questions[0]) == (["hello!"], 0)
    assert candidates[right] == "hello!"
    assert len({text.casefold() for text in candidates}) == 10
    assert "Goodbye." not in candidates


def test_replies_that_the_source_offers_are_the_candidates() -> None:
    turns = (DialogueTurn("user", "hi"), DialogueTurn("bot", "Hello!", {"candidates": ["No.", "Yes.", "Hello!"]}))
    talks = held(Dialogue("7", turns), *OTHERS)
    with make_bot({"p": "Hello!"}) as bot:
        holder = TeacherForced(bot, selection=Selection(bot, talks, 10, seed=1))
        (turn,) = asyncio.run(holder.hold(talks[0])).turns
    assert (turn.rank, turn.candidates) == (1, 3)


def test_a_model_whose_likelihoods_fail_is_still_measured_by_what_it_says() -> None:
    class Broken(Judge):
        def likelihoods(self, asked: Sequence[tuple[Turn, str]]) -> list[Likelihood]:
            raise ValueError("no logits")

    with make_bot({"judge": Broken()}) as bot:
        (turn,) = teacher_forced(bot, dialogue("7", "when?", "At nine"), *OTHERS, select=10).turns
    assert turn.policies[0].rank is None
    assert turn.policies[0].reason == "likelihoods: ValueError: no logits"
    assert turn.text == "something long and wrong"
    assert turn.candidates == 10
