"""Whose replies are compared, and what a rating begins with: real bots, real files."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import DialogueTurn
from dialog_core.testing import write_bot
from dialog_evaluation.rating.beginning import Wishes, begin
from dialog_evaluation.rating.systems import BaselineReplies, BotReplies, PeopleReplies
from dialog_evaluation.rating.values import Item
from dialog_evaluation.replies.cases import Case
from tests.dialog_core.cli.command import run
from tests.plugins.dialog_evaluation.rating.pairs import BOT, FAQ, shop


def asked(text: str, *before: str) -> Case:
    history = tuple(DialogueTurn(("user", "bot")[n % 2], said) for n, said in enumerate(before))
    return Case("d", len(before) + 1, 1, history, text, "What people said.")


def begun(bot: Path, against: str = "people", **wishes: Any) -> dict[str, Item | str]:
    """Begin a rating, and return all its pairs by their ids, in their order."""
    told = Wishes(bot, bot.with_name("talks.jsonl"), against, "ann", **{"seed": 1, **wishes})
    with begin(told) as rating:
        return {id: rating.ahead.get(place) for place, id in enumerate(rating.ids)}


def replies(pairs: dict[str, Item | str], name: str) -> dict[str, str]:
    return {id: pair.replies[name].text for id, pair in pairs.items() if isinstance(pair, Item)}


def memory() -> Any:
    return Context().create("store", "memory")


# --- Systems


FLOWS = """
actions:
  parcel: {url: "http://127.0.0.1:9/parcel", method: GET}
flows:
  parcel:
    start: {when: [my parcel]}
    steps:
      - do: parcel
      - say: It is on its way.
"""


def test_a_bot_answers_after_what_people_said_and_nothing_is_stored(tmp_path: Path) -> None:
    bot = write_bot(
        tmp_path,
        "version: 1\nbot: {name: T}\nstore: {use: sqlite, path: talks.db}\n"
        "knowledge: {faq: {path: faq.yaml}}\npolicies: [{use: bm25, knowledge: faq}]\nfallback: Pardon?\n",
        **{"faq.yaml": FAQ},
    )
    with Bot.load(bot, store=memory()) as loaded:
        system = BotReplies(loaded)
        assert system.reply(asked("and when are you open?", "Hello", "Hi.")).text == "We are open from nine to five."
        found = system.reply(asked("what?"))
    assert (found.text, found.policy, found.status) == ("Pardon?", "fallback", "answered")
    assert not (tmp_path / "talks.db").exists()


def test_a_reply_that_an_action_gives_is_left_out_and_no_action_runs(tmp_path: Path) -> None:
    bot = write_bot(
        tmp_path,
        "version: 1\nbot: {name: T}\npolicies: [{use: flows, path: flows.yaml}]\nfallback: Pardon?\n",
        **{"flows.yaml": FLOWS},
    )
    with Bot.load(bot, store=memory()) as loaded:
        found = BotReplies(loaded).reply(asked("where is my parcel?"))
    assert found.status == "failed"
    assert "none runs here" in found.reason


def test_a_bot_whose_policy_breaks_has_no_reply_to_compare(guess_bot: Path) -> None:
    """Its users see the fallback, but that says nothing of how good its replies are."""
    with Bot.load(guess_bot, store=memory()) as loaded:
        broken, sound = (BotReplies(loaded).reply(asked(text)) for text in ("boom", "hi"))
    assert (sound.status, sound.text) == ("answered", "Hello!")
    assert broken.status == "failed"
    assert "boom" in broken.reason


def test_people_say_what_was_recorded_and_baselines_need_no_bot() -> None:
    cases = [asked("When are you open?"), asked("How long does delivery take?")]
    learnt = [
        Case("t", 1, 1, (), "How long does the delivery take you?", "Two days."),
        Case("t", 3, 1, (), "open when?", "At nine."),
    ]
    assert PeopleReplies().reply(cases[0]).text == "What people said."
    assert BaselineReplies(cases[:1], learnt).reply(cases[0]).text == "At nine."
    assert BaselineReplies(cases[1:], learnt).reply(cases[1]).text == "Two days."


# --- Beginnings


def test_the_bot_is_compared_with_people(tmp_path: Path) -> None:
    pairs = begun(shop(tmp_path))
    assert replies(pairs, "bot.yaml") == {
        "a/1": "Pardon?",
        "a/3": "We are open from nine to five.",
        "b/1": "Three days.",
        "c/1": "Within 30 days.",
        "c/3": "Pardon?",
    }
    assert replies(pairs, "people")["c/1"] == "Of course! You have 30 days."
    assert [pair.equal for pair in pairs.values() if isinstance(pair, Item)].count(True) == 1
    assert (tmp_path / "bot.people.ratings.jsonl").exists()


def test_the_bot_is_compared_with_another(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    other = tmp_path / "changed.yaml"
    other.write_text(BOT.replace("LANGUAGE", "en").replace("Pardon?", "Sorry?"))
    pairs = begun(bot, str(other))
    assert replies(pairs, "changed.yaml")["a/1"] == "Sorry?"
    assert replies(pairs, "bot.yaml")["a/1"] == "Pardon?"
    assert (tmp_path / "bot.changed.ratings.jsonl").exists()


def test_the_bot_is_compared_with_what_needs_no_bot(tmp_path: Path) -> None:
    bot = shop(
        tmp_path,
        **{
            "train.jsonl": (
                '{"id": "t", "turns": [{"role": "user", "text": "When are you open?"}, '
                '{"role": "bot", "text": "At nine."}]}\n'
            )
        },
    )
    assert replies(begun(bot, "baseline", train=bot.with_name("train.jsonl")), "baseline")["a/3"] == "At nine."


def test_a_limit_can_be_raised_later_and_what_was_made_stays(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    few = begun(bot, limit=2)
    assert len(few) == 2
    assert few.items() <= begun(bot, limit=5).items()


def test_a_part_of_a_file_can_be_rated_alone(tmp_path: Path) -> None:
    rows = [
        {"id": part, "split": part, "turns": [{"role": "user", "text": "Hi"}, {"role": "bot", "text": "Hello"}]}
        for part in ("train", "validation")
    ]
    bot = shop(tmp_path, **{"talks.jsonl": "".join(f"{json.dumps(row)}\n" for row in rows)})
    assert list(begun(bot, split="validation")) == ["validation/1"]
    with pytest.raises(ConfigurationError, match="stands in the split 'test'"):
        begun(bot, split="test")


def test_a_bot_that_has_changed_is_another_one(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    begun(bot)
    bot.with_name("faq.yaml").write_text(FAQ.replace("Three days", "Four days"))
    with pytest.raises(ConfigurationError, match=r"bot\.yaml as it was then.*--out"):
        begun(bot)
    assert replies(begun(bot, out=tmp_path / "new.jsonl"), "bot.yaml")["b/1"] == "Four days."


@pytest.mark.parametrize(
    ("against", "told"),
    [
        ("peopel", "Did you mean 'people'"),
        ("bot.yaml", "is the bot itself"),
        ("none.yaml", "none.yaml"),
    ],
)
def test_what_cannot_be_compared_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, against: str, told: str
) -> None:
    bot = shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as error:
        begun(bot, against)
    assert told in str(error.value)
    assert not list(tmp_path.glob("*.ratings.jsonl"))


def test_dialogues_without_replies_are_told_with_their_place(tmp_path: Path) -> None:
    bot = shop(tmp_path, **{"talks.jsonl": '{"id": "x", "turns": [{"role": "user", "text": "Hi"}]}\n'})
    with pytest.raises(ConfigurationError, match=r"talks\.jsonl:1.*no dialogue has a reply"):
        begun(bot)


# --- Runs that were kept


def test_what_a_bot_answered_in_a_run_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = shop(tmp_path)
    run("evaluate", bot, bot.with_name("talks.jsonl"))
    monkeypatch.setattr(BotReplies, "reply", never)
    kept = begun(bot)
    assert replies(kept, "bot.yaml")["a/3"] == "We are open from nine to five."
    assert replies(kept, "bot.yaml")["a/1"] == "Pardon?"
    pair = kept["a/1"]
    assert isinstance(pair, Item)
    assert pair.replies["bot.yaml"].policy == "fallback"


def never(system: BotReplies, case: Case) -> Any:
    raise AssertionError("nobody needs to be asked")


def test_a_run_of_the_bot_as_it_was_before_is_not_used_unless_it_is_named(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    run("evaluate", bot, bot.with_name("talks.jsonl"))
    (directory,) = (tmp_path / "evaluations" / "bot").iterdir()
    bot.with_name("faq.yaml").write_text(FAQ.replace("Three days", "Four days"))
    assert replies(begun(bot), "bot.yaml")["b/1"] == "Four days."
    named = begun(bot, run=directory, out=tmp_path / "then.jsonl")
    assert replies(named, "bot.yaml")["b/1"] == "Three days."


def test_of_a_run_on_a_part_of_a_file_that_part_is_rated(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    run("evaluate", bot, bot.with_name("talks.jsonl"), "--limit", "1")
    (directory,) = (tmp_path / "evaluations" / "bot").iterdir()
    found = begun(bot, run=directory)
    assert 1 <= len(found) <= 2
    assert all(isinstance(pair, Item) for pair in found.values())
    bot.with_name("talks.jsonl").write_text(
        '{"id": "z", "turns": [{"role": "user", "text": "Hi"}, {"role": "bot", "text": "Hello"}]}\n'
    )
    with pytest.raises(ConfigurationError, match="has no answer to any message"):
        begun(bot, run=directory, out=tmp_path / "other.jsonl")


def test_a_run_in_which_the_bot_went_its_own_way_is_refused(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    run("evaluate", bot, bot.with_name("talks.jsonl"), "--mode", "own-history")
    (directory,) = (tmp_path / "evaluations" / "bot").iterdir()
    with pytest.raises(ConfigurationError, match=r"own-history.*teacher-forced"):
        begun(bot, run=directory)
