"""The store: judgements, edits, take-overs and questions asked again become labels."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dialog_core import (
    ActionCall,
    Bot,
    Candidate,
    Context,
    Conversation,
    Event,
    FeedbackGiven,
    HandedBack,
    HandedOver,
    HumanSaid,
    Message,
    ReplyEdited,
    Turn,
)
from dialog_core.testing import ScriptedPolicy, make_bot, make_context
from dialog_ranking.choices import Choice, Label
from dialog_ranking_training.gathering import choices_of_store
from dialog_ranking_training.gathering.logs import Logged
from dialog_ranking_training.weighing import MOST_IMPORTANCE, weigh
from tests.plugins.dialog_ranking_training.gathering.shop import gathered, labels, shop

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANSWERS = {
    "faq": Candidate("From nine to five.", 0.9),
    "copy": Candidate("From nine to five.", 0.7),
    "llm": Candidate("At any time you like.", 0.5),
}


class Store:
    """A store in a file, and a bot that fills it."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "conversations.db"
        self.store = Context(name="store").create("store", {"use": "sqlite", "path": str(self.file)})
        self.now = NOON
        self.bot = self.made(ANSWERS)

    def made(self, answers: Mapping[str, Any], **settings: Any) -> Bot:
        """Return a bot that keeps its conversations here."""
        policies = {name: ScriptedPolicy(answer) for name, answer in answers.items()}
        kinds = dict.fromkeys(answers, "rules")
        return make_bot(policies, store=self.store, clock=lambda: self.now, kinds=kinds, fallback="Pardon?", **settings)

    def say(self, text: str = "when are you open?", *, to: str = "c", user: str = "", after: float = 600) -> str:
        """Have a message answered after so many seconds; return its client id."""
        self.now += timedelta(seconds=after)
        id = f"m{self.now.timestamp():.0f}"
        self.bot._loop.call(self.bot._manager.take(to, Message(text, user_id=user, client_id=id, at=self.now)))
        return id

    def record(self, *events: Event, to: str = "c") -> None:
        """Append events."""
        self.bot.record(to, list(events))

    def read(self) -> Logged:
        """Return what the store says."""
        return choices_of_store(self.file, make_context("ranking"))

    def only(self) -> Choice:
        """Return the one judged turn."""
        (choice,) = self.read().choices
        return choice


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.bot.close()


def good(about: str) -> FeedbackGiven:
    return FeedbackGiven(about, "good", NOON)


def bad(about: str) -> FeedbackGiven:
    return FeedbackGiven(about, "bad", NOON)


def rights(choice: Choice) -> dict[str, Any]:
    return {candidate.policy: label for candidate, label in zip(choice.candidates, choice.labels, strict=True)}


def test_a_thumb_up_is_for_what_was_said_and_for_who_said_the_same(store: Store) -> None:
    store.record(good(store.say(user="ann")))

    choice = store.only()

    assert rights(choice) == {"faq": Label(1.0, 1.0, "feedback"), "copy": Label(1.0, 1.0, "feedback"), "llm": None}
    assert (choice.user, choice.turn.text, choice.candidates[choice.chosen or 0].policy) == (
        "ann",
        "when are you open?",
        "faq",
    )


def test_a_thumb_down_says_nothing_of_what_was_not_said(store: Store) -> None:
    store.record(bad(store.say()))

    choice = store.only()

    assert rights(choice) == {"faq": Label(0.0, 1.0, "feedback"), "copy": Label(0.0, 1.0, "feedback"), "llm": None}
    assert choice.user == "c"  # nobody knows who: the conversation stands for them


def test_the_last_word_of_a_user_counts(store: Store) -> None:
    about = store.say()
    store.record(good(about), bad(about), good(about))

    assert store.only().labels[0] == Label(1.0, 1.0, "feedback")


def test_replies_nobody_thought_anything_of_are_no_choices(store: Store) -> None:
    for number in range(5):
        store.say(f"question {number}", to=f"c{number}")

    logged = store.read()

    assert logged.choices == ()
    assert logged.counts["conversations"] == 5


def test_what_a_person_wrote_instead_was_right_and_the_reply_wrong(store: Store) -> None:
    store.record(ReplyEdited(store.say(), "at any time, you like", NOON, "Ann"))

    assert rights(store.only()) == {
        "faq": Label(0.0, 1.0, "edit"),
        "copy": Label(0.0, 1.0, "edit"),
        "llm": Label(1.0, 1.0, "edit"),
    }


def test_a_reply_in_which_only_a_letter_was_put_right_was_right(store: Store) -> None:
    store.record(ReplyEdited(store.say(), "From nine to five!", NOON, "Ann"))

    assert rights(store.only())["faq"] == Label(1.0, 1.0, "edit")
    assert rights(store.only())["llm"] is None


def test_where_people_contradict_each_other_the_truth_lies_between_and_is_told(store: Store, tmp_path: Path) -> None:
    about = store.say()
    store.record(good(about), ReplyEdited(about, "We are closed.", NOON, "Ann"))

    choice, counts = store.only(), store.read().counts

    assert choice.labels[0] == Label(0.5, 2.0, "feedback")
    assert counts["disputed"] == 1
    remarks = gathered(tmp_path, logs=store.file).remarks
    assert remarks[-1] == "conversations.db: people do not agree about 1 turn; their labels lie between."


def test_the_last_edit_of_each_editor_counts(store: Store) -> None:
    about = store.say()
    edits = [ReplyEdited(about, text, NOON, author) for text, author in [("x", "Ann"), ("y", "Ann"), ("z", "Ben")]]
    store.record(*edits)

    assert store.only().labels[0] == Label(0.0, 2.0, "edit")
    assert store.read().counts["edited"] == 2


def test_who_takes_over_after_a_reply_may_have_found_it_wrong(store: Store) -> None:
    store.say()
    store.record(HandedOver(NOON), HumanSaid("Let me see.", NOON, "Ann"))

    assert rights(store.only())["faq"] == Label(0.0, 0.5, "takeover")


@pytest.mark.parametrize("said", [["At any time you like."], ["Sorry!", "At any time you like"]])
def test_what_the_person_then_says_was_right(store: Store, said: list[str]) -> None:
    store.say()
    store.record(HandedOver(NOON), *[HumanSaid(text, NOON, "Ann") for text in said], HandedBack(NOON))

    assert rights(store.only())["llm"] == Label(1.0, 1.0, "takeover")


def test_who_was_asked_for_by_the_bot_itself_says_nothing_against_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    effect = HandedOver(NOON, "asked for one")
    store.bot = store.made({"rules": Candidate("Somebody will come.", 1.0, effects=(effect,))})
    store.say("a person please")
    store.record(HumanSaid("Here I am.", NOON, "Ann"))

    assert store.read().choices == ()
    store.bot.close()


def test_a_person_who_has_taken_over_answers_what_nobody_else_did(store: Store) -> None:
    store.say()
    store.record(HandedOver(NOON))
    store.say("and on Sundays?")
    store.record(HumanSaid("At any time you like.", NOON, "Ann"))

    assert [choice.turn.text for choice in store.read().choices] == ["when are you open?"]


@pytest.mark.parametrize(
    ("second", "after", "label"),
    [
        ("are you open on Sundays in winter?", 60, None),
        ("when do you open", 60, Label(0.0, 0.3, "rephrased")),
        ("when do you open", 121, None),
        ("when are you open?", 10, None),
        ("When are you open?  ", 10, None),
        ("do you deliver to Spain?", 10, None),
        ("thanks", 10, None),
    ],
)
def test_a_question_asked_again_in_other_words_is_a_weak_sign(
    store: Store, second: str, after: float, label: Label | None
) -> None:
    store.say("when are you open?")
    store.say(second, after=after)

    assert [choice.labels[0] for choice in store.read().choices] == ([label] if label else [])


def test_a_chinese_question_asked_again_is_recognised(store: Store) -> None:
    store.say("你们几点开门？")
    store.say("请问几点开门呢", after=20)

    assert store.only().labels[0] == Label(0.0, 0.3, "rephrased")


def test_who_praised_the_reply_only_wants_to_know_more(store: Store) -> None:
    store.record(good(store.say("when are you open?")))
    store.say("when do you open", after=20)

    assert store.only().labels[0] == Label(1.0, 1.0, "feedback")


def test_answers_within_a_flow_are_no_questions_asked_again(tmp_path: Path) -> None:
    bot = shop(tmp_path).read_text() + f"store: {{use: sqlite, path: {tmp_path / 'conversations.db'}}}\n"
    (tmp_path / "bot.yaml").write_text(bot)
    with Bot.load(tmp_path / "bot.yaml") as shop_bot:
        for text in ("where is my order", "order 45 now", "order 451 now", "order 4512 now"):
            shop_bot.reply(text)

    assert choices_of_store(tmp_path / "conversations.db", make_context("ranking")).choices == ()


@pytest.mark.parametrize(("verdict", "right"), [("good", 1.0), ("bad", 0.0)])
def test_a_judged_fallback_says_whether_nobody_should_have_answered(tmp_path: Path, verdict: Any, right: float) -> None:
    store = Store(tmp_path)
    store.bot = store.made(ANSWERS, answer_at=0.99)
    store.record(FeedbackGiven(store.say(), verdict, NOON))

    choice = store.only()

    assert (choice.labels, choice.nobody, choice.chosen) == ((None,) * 3, Label(right, 1.0, "feedback"), None)
    store.bot.close()


def test_what_should_have_been_said_instead_of_the_fallback_was_right(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.bot = store.made(ANSWERS, answer_at=0.99)
    store.record(ReplyEdited(store.say(), "At any time you like.", NOON, "Ann"))

    assert rights(store.only())["llm"] == Label(1.0, 1.0, "edit")
    assert store.only().nobody == Label(0.0, 1.0, "edit")
    store.bot.close()


def test_a_reply_that_carried_an_action_is_judged_like_any_other(tmp_path: Path) -> None:
    store = Store(tmp_path)
    acting = Candidate("Done.", 0.9, action=ActionCall("refund"))
    store.bot = store.made({"flows": acting, "llm": Candidate("No.", 0.5)}, actions={"refund": lambda *given: 1})
    store.record(bad(store.say("refund me")))

    choice = store.only()

    assert rights(choice) == {"flows": Label(0.0, 1.0, "feedback"), "llm": None}
    assert choice.candidates[0].action == ActionCall("refund")
    store.bot.close()


def test_what_is_said_before_is_what_had_been_said_by_then(store: Store) -> None:
    first = store.say("hello", user="ann")
    second = store.say("when are you open?", user="ann")
    store.say("thank you", user="ann")
    store.record(bad(first), good(second))

    one, two = store.read().choices

    assert [len(choice.turn.conversation.messages) for choice in (one, two)] == [1, 3]
    assert one.turn.now == NOON + timedelta(seconds=600)


def test_what_was_left_to_chance_keeps_its_propensity_and_counts_for_more(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.bot = store.made({"faq": Candidate("A.", 0.9), "llm": Candidate("B.", 0.8)}, explore=0.5)
    for number in range(40):
        store.record(good(store.say(to=f"c{number}")), to=f"c{number}")

    raw = {choice.id: choice for choice in store.read().choices}
    weighed = weigh(gathered(tmp_path, logs=store.file).choices).choices

    drawn = [choice for choice in weighed if choice.candidates[choice.chosen or 0].policy == "llm"]
    assert drawn
    for choice in weighed:
        label = choice.labels[choice.chosen or 0]
        assert label is not None
        assert label.weight == pytest.approx(min(MOST_IMPORTANCE, 1 / raw[choice.id].propensity))
    assert all((choice.labels[choice.chosen or 0] or Label(0)).weight > 2 for choice in drawn)
    store.bot.close()


def test_a_store_that_is_older_than_this_is_read(store: Store) -> None:
    store.record(bad(store.say()))
    new = {"scale", "language", "annotations", "propensity", "explored", "fingerprints"}
    change_traces(store.file, lambda trace: {name: value for name, value in trace.items() if name not in new})

    choice = store.only()

    assert (choice.labels[0], choice.turn.language, choice.propensity) == (Label(0.0, 1.0, "feedback"), "en", 1.0)
    assert choice.fingerprints == {}


@pytest.mark.parametrize("broken", [{}, {"policies": 3}, {"at": "never"}, {"chosen": 77}, {"candidates": [{}]}])
def test_a_trace_that_cannot_be_read_costs_its_own_turn(store: Store, broken: dict[str, Any]) -> None:
    for number in range(2):
        store.record(bad(store.say(to=f"c{number}")), to=f"c{number}")
    change_traces(store.file, lambda trace: {**trace, **broken} if broken else {}, only="c1")

    logged = store.read()

    assert (len(logged.choices), logged.counts["untold"]) == (1, 1)


def change_traces(file: Path, changed: Callable[[dict[str, Any]], dict[str, Any]], only: str = "") -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        rows = connection.execute(
            "SELECT traces.rowid, body, id FROM traces JOIN conversations ON key = conversation"
        ).fetchall()
        for row, body, id in rows:
            if only in ("", id):
                connection.execute(
                    "UPDATE traces SET body = ? WHERE rowid = ?", (json.dumps(changed(json.loads(body))), row)
                )


def test_the_store_may_be_in_use_and_stays_as_it_is(store: Store) -> None:
    about = store.say()
    before = store.bot.conversation("c")
    store.read()
    store.record(good(about))

    assert store.only().labels[0] == Label(1.0, 1.0, "feedback")
    assert store.bot.conversation("c").events[: len(before)] == before.events[:]


def test_feedback_on_what_was_never_said_is_left_aside(store: Store) -> None:
    store.say()
    store.record(bad("no such message"), bad(""), ReplyEdited("neither", "x", NOON))

    assert store.read().choices == ()


def test_a_thousand_thumbs_down_of_one_user_weigh_as_much_as_twenty(store: Store, tmp_path: Path) -> None:
    for number in range(60):
        store.record(bad(store.say(f"question {number}", to=f"c{number}", user="troll")), to=f"c{number}")
    store.record(good(store.say(to="kind", user="ann")), to="kind")

    found = weigh(gathered(tmp_path, logs=store.file).choices, 20)

    said: dict[str, float] = {}
    for choice in found.choices:
        said[choice.user] = said.get(choice.user, 0) + sum(label.weight for label in choice.labels if label)
    assert said == {"troll": pytest.approx(20), "ann": 2.0}
    assert found.capped == 1


def test_what_the_policies_were_is_kept_beside_what_they_said(tmp_path: Path) -> None:
    bot = shop(tmp_path).read_text() + f"store: {{use: sqlite, path: {tmp_path / 'conversations.db'}}}\n"
    (tmp_path / "bot.yaml").write_text(bot)
    with Bot.load(tmp_path / "bot.yaml") as shop_bot:
        shop_bot.reply("hello", client_id="1")
        shop_bot.record("default", [good("1")])
        trace = shop_bot.trace("default", "1") or {}

    (choice,) = choices_of_store(tmp_path / "conversations.db", make_context("ranking")).choices

    assert choice.fingerprints == trace["fingerprints"]
    assert choice.fingerprints.keys() == {"rules", "tasks", "faq"}


def test_what_is_found_in_a_store_is_told(store: Store, tmp_path: Path) -> None:
    store.record(good(store.say(to="a")), to="a")
    store.record(bad(store.say(to="b")), to="b")
    store.say("when are you open?", to="d")
    store.say("when do you open", to="d", after=20)

    (told,) = gathered(tmp_path, logs=store.file).remarks

    assert told == (
        "conversations.db: 3 conversations; of the replies 1 judged good, 1 bad, 1 asked again after: 3 judged turns."
    )


def test_a_bot_with_a_scripted_turn_is_asked_in_its_turn(store: Store) -> None:
    def seen(turn: Turn) -> str:
        return f"{len(turn.conversation.messages)}"

    store.bot = store.made({"count": seen})
    store.record(good(store.say("a")))

    conversation: Conversation = store.only().turn.conversation
    assert [candidate.text for candidate in store.only().candidates] == ["1"]
    assert conversation.id == "c"
    assert labels(store.only()) == {("count", "1"): 1.0}


def test_a_bot_nobody_has_talked_to_yet_can_be_trained_and_that_is_told(tmp_path: Path) -> None:
    found = gathered(tmp_path, logs=tmp_path / "conversations.db")

    assert found.choices == ()
    (told,) = found.remarks
    assert told.startswith(f"conversations.db: there is no such database in {tmp_path} yet")
    assert not (tmp_path / "conversations.db").exists()
