"""Policies that do what no policy should, in a bot whose ranking learns: it answers, before and after, and says why."""

import importlib
import json
from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_ranking.choices import read_choices, write_choices
from tests.e2e.oddities import (
    ANSWER,
    QUESTION,
    RANKERS,
    answers,
    artefact_of,
    asked,
    command,
    odd_bot,
    probabilities,
    remarks,
    report,
    train,
)
from tests.plugins.dialog_ranking_training.lamps import ASKED
from tests.plugins.dialog_ranking_training.made_choices import made

pytestmark = pytest.mark.usefixtures("odd")
SHOP = "use: parrot, of: {use: bm25, knowledge: shop}"
OVERRATED = "Tell me the number of your order."  # what the default ranking answers to QUESTION


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_policy_that_is_always_certain_is_believed_until_training_and_not_after(tmp_path: Path, ranker: str) -> None:
    path = odd_bot(tmp_path, "use: odd, score: 1.0", ranker=ranker)
    assert asked(path)[0] == OVERRATED
    assert asked(path, "tell me a joke")[0] == "I know everything."

    train(path)

    text, trace = asked(path)
    assert text == ANSWER
    assert probabilities(trace)[0] < 0.1
    assert asked(path, "tell me a joke")[0] != "I know everything."


@pytest.mark.parametrize(
    ("score", "ranker", "told"),
    [
        ("nan", "calibrated", "the score nan, which is not a number from 0 to 1"),
        ("inf", "logistic", "the score inf, which is not a number from 0 to 1"),
        ("none", "logistic", "the score None, which is not a number"),
        ("text", "calibrated", "the score '0.9', which is not a number"),
        ("huge", "logistic", "which is not a number from 0 to 1"),
    ],
)
def test_a_policy_whose_scores_are_none_is_told_and_costs_nobody_else_anything(
    tmp_path: Path, score: str, ranker: str, told: str
) -> None:
    path = odd_bot(tmp_path, f"use: odd, score: {score}", ranker=ranker)
    text, trace = asked(path)
    assert text == OVERRATED
    assert (report(trace)["status"], told in report(trace)["error"]) == ("failed", True)

    outcome = train(path)

    assert (
        "talks.jsonl: the policy odd failed for 80 messages; they count without it."
        in outcome.artefact.manifest.remarks
    )
    text, trace = asked(path)
    assert text == ANSWER
    assert told in report(trace)["error"]


@pytest.mark.parametrize(("score", "taken_for"), [("minus one", "0"), ("two", "1")])
def test_a_score_beyond_0_and_1_is_taken_for_the_nearest_that_is_one_and_told(
    tmp_path: Path, score: str, taken_for: str
) -> None:
    path = odd_bot(tmp_path, f"use: odd, score: {score}")
    train(path)
    text, trace = asked(path)
    assert text == ANSWER
    assert report(trace)["status"] == "proposed"
    assert f"which is taken for {taken_for}" in report(trace)["error"]


@pytest.mark.parametrize(
    ("how", "ranker"), [("same", "calibrated"), ("same", "logistic"), ("case", "logistic"), ("space", "logistic")]
)
def test_a_copy_is_worth_what_it_is_right_and_takes_nothing_from_the_original(
    tmp_path: Path, how: str, ranker: str
) -> None:
    path = odd_bot(tmp_path, f"{SHOP}, how: {how}", ranker=ranker)

    train(path)

    found = answers(path)
    right = {text: reply for reply, texts in ASKED.items() for text in texts}
    agreeing = [_plain(reply) == _plain(right[text]) for text, reply in found.items()]
    assert sum(agreeing) / len(agreeing) > 0.8
    assert found[QUESTION] == ANSWER


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


@pytest.mark.parametrize("ranker", ["calibrated", "logistic"])
def test_scores_that_mean_something_else_after_retraining_are_not_believed_until_the_ranking_is_trained_too(
    tmp_path: Path, ranker: str
) -> None:
    path = odd_bot(tmp_path, SHOP, ranker=ranker, data="data: talks.jsonl}\n  - {component: odd, scale: 0.9")
    command("train", path)
    assert asked(path)[0] == ANSWER
    assert not remarks(asked(path)[1])

    path.write_text(path.read_text().replace("scale: 0.9", "scale: 0.1"))
    command("train", path, "--only", "odd")

    (remark,) = remarks(asked(path)[1])
    assert remark.startswith("the policy 'odd' has changed since the ranking was trained: its candidates are judged by")
    assert remark.endswith("Run: dialog-core train BOT --only ranking")

    command("train", path, "--only", "ranking")

    assert not remarks(asked(path)[1])
    assert asked(path)[0] == ANSWER


def test_a_feature_that_is_missing_when_it_counts_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = importlib.import_module("dialog_odd")
    path = odd_bot(tmp_path, "use: odd, score: 0.6, features: length")
    train(path)
    assert not remarks(asked(path)[1])

    monkeypatch.setitem(plugin.FEATURES, "length", {})
    text, trace = asked(path)
    assert text == ANSWER
    assert remarks(trace) == [
        "candidates of 'odd' lack 'own.own', which they had when the ranking was trained: it counts for nothing"
    ]

    for odd in ("nan", "text", "huge", "object", "list"):
        monkeypatch.setitem(plugin.FEATURES, "length", plugin.FEATURES[odd])
        text, trace = asked(path)
        assert text == ANSWER
        assert remarks(trace) == ["the policy 'odd' tells what is no finite number as 'own': taken for missing"]


@pytest.mark.parametrize("features", ["number as name", "dots", "many", "letters"])
def test_features_of_any_name_can_be_learnt_from(tmp_path: Path, features: str) -> None:
    path = odd_bot(tmp_path, f"use: odd, score: 0.6, features: {features}")
    train(path)
    assert asked(path)[0] == ANSWER


@pytest.mark.parametrize(
    ("policy", "name", "ranker"),
    [
        ("use: odd, score: 0.6, letters: true", "odd", "calibrated"),
        ("use: odd, score: 0.6, letters: true", "odd", "logistic"),
        ("use: odd, score: 0.6, size: 90000", "odd", "logistic"),
        ("use: odd, score: 0.6", "שלום\u202e\x07", "calibrated"),
        ("use: odd, score: 0.6", "שלום\u202e\x07", "logistic"),
        ("use: odd, score: 0.6", "policy.rules", "logistic"),
        ("use: odd, score: 0.6", "../" * 30, "logistic"),
        ("use: odd, score: 0.6, count: 50, size: 1000", "odd", "logistic"),
        ("use: odd, count: 0", "odd", "calibrated"),
        ("use: odd, count: 0", "odd", "logistic"),
    ],
)
def test_whatever_stands_in_candidates_the_ranking_learns_and_the_bot_answers(
    tmp_path: Path, policy: str, name: str, ranker: str
) -> None:
    path = odd_bot(tmp_path, policy, name=name, ranker=ranker)
    assert asked(path)[0] == OVERRATED

    train(path)

    text, trace = asked(path)
    assert text == ANSWER
    assert len(json.dumps(trace, ensure_ascii=False).encode()) < 20_480
    choices = read_choices(artefact_of(path) / "choices.jsonl")
    assert len(choices) == 80
    write_choices(choices, tmp_path / "again.choices.jsonl")
    assert (tmp_path / "again.choices.jsonl").read_bytes() == (artefact_of(path) / "choices.jsonl").read_bytes()


@pytest.mark.parametrize("ranker", ["calibrated", "logistic"])
def test_messages_of_any_letters_and_length_are_ranked(tmp_path: Path, ranker: str) -> None:
    plugin = importlib.import_module("dialog_odd")
    path = odd_bot(tmp_path, ranker=ranker)
    path.write_text(path.read_text().replace("language: en}", "language: en, max_message: 200000}"))
    train(path)
    with Bot.load(path) as bot:
        for text in (plugin.LETTERS, f"{QUESTION} {plugin.LETTERS}", f"{QUESTION} " * 4_000, "\u202e" * 1_000, "你好"):
            assert bot.reply(text).text
            assert bot.reply(QUESTION).text == ANSWER or ranker == "calibrated"


@pytest.mark.parametrize("ranker", ["calibrated", "logistic"])
def test_choices_of_a_bot_with_other_policies_teach_what_holds_for_their_kinds_and_training_says_so(
    tmp_path: Path, ranker: str
) -> None:
    path = odd_bot(tmp_path, "use: odd, score: 0.6", ranker=ranker, data="data: [other.choices.jsonl, talks.jsonl]")
    write_choices(made(200, seed=1), tmp_path / "other.choices.jsonl")

    outcome = train(path)

    (told,) = [remark for remark in outcome.artefact.manifest.remarks if "this bot does not have" in remark]
    assert "('faq', 'llm'): they teach only what holds for their kind" in told
    assert asked(path)[0] == ANSWER
