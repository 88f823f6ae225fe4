"""From labelled dialogues to the ranker that is in use, with the command that people run."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, read_bot_file
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context, make_job
from dialog_core.training import Artefact, TrainingResult
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.choices import Choice, read_choices, write_choices
from dialog_ranking.learned.model import LearnedModel
from dialog_ranking.options import CalibratedOptions, LearnedOptions
from dialog_ranking_training.judging import rank_all
from dialog_ranking_training.measuring import measure
from dialog_ranking_training.options import CalibratedTraining, LearnedTraining
from dialog_ranking_training.trainers import CalibratedTrainer, LearnedTrainer
from tests.plugins.dialog_ranking_training.lamps import lamps
from tests.plugins.dialog_ranking_training.made_choices import made, make_choice

PROGRAM = Path(sys.executable).with_name("dialog-core")
QUESTION = "will the order arrive soon"
RANKERS = ["calibrated", "learned"]


def command(*words: Any, status: int = 0) -> str:
    """Run `dialog-core` and return what it prints."""
    done = subprocess.run(
        [PROGRAM, *map(str, words)],
        capture_output=True,
        text=True,
        env={"COLUMNS": "200", "NO_COLOR": "1"},
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def asked(path: Path, text: str) -> tuple[str, dict[str, Any]]:
    """Return what a bot says, and its trace."""
    with Bot.load(path) as bot:
        reply = bot.reply(text)
        assert reply.trace is not None
        trace: dict[str, Any] = dict(reply.trace)
        return reply.text, trace


def trained(ranker: str, directory: Path, choices: Sequence[Choice] = (), **options: Any) -> TrainingResult:
    """Train with choices of a file, as the runner would."""
    file = directory / "judged.choices.jsonl"
    write_choices(choices, file)
    previous = options.pop("previous", None)
    context = make_context("ranking", fingerprints=options.pop("fingerprints", {}))
    data = (file,) if choices else ()
    if ranker == "calibrated":
        training = CalibratedTraining(data=data, **options)
        job = make_job(directory, training, CalibratedOptions(), name="ranking", context=context, previous=previous)
        return CalibratedTrainer(training, context).train(job)
    of_learned = LearnedTraining(data=data, **options)
    job = make_job(directory, of_learned, LearnedOptions(), name="ranking", context=context, previous=previous)
    return LearnedTrainer(of_learned, context).train(job)


def model_of(ranker: str, directory: Path) -> CalibratedModel | LearnedModel:
    artefact = Artefact.unpublished(directory / "artefact")
    return CalibratedModel.load(artefact) if ranker == "calibrated" else LearnedModel.load(artefact)


def is_default(model: CalibratedModel | LearnedModel) -> bool:
    return not model.maps and not model.kinds if isinstance(model, CalibratedModel) else model.engine is None


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_bot_that_is_trained_says_the_right_thing_and_its_trace_says_why(tmp_path: Path, ranker: str) -> None:
    bot = lamps(tmp_path, ranker=ranker)
    assert asked(bot, QUESTION)[0] == "Tell me the number of your order."
    assert asked(bot, QUESTION)[1]["ranker"] == f"{ranker} (uncalibrated)"

    told = command("train", bot)

    text, trace = asked(bot, QUESTION)
    assert text == "In two days."
    assert trace["ranker"] == ranker
    assert asked(bot, "my order")[0] == "Tell me the number of your order."
    assert "better than the default on conversations held out" in told
    (artefact,) = (tmp_path / "models").glob("bot/ranking/*/manifest.json")
    manifest = json.loads(artefact.read_text())
    assert manifest["details"]["taken"] is True
    assert manifest["metrics"]["accuracy"] > manifest["before"]["accuracy"] + 0.1
    assert manifest["metrics"]["brier"] < manifest["before"]["brier"]
    assert len(read_choices(artefact.parent / "choices.jsonl")) == manifest["details"]["choices"] == 80
    evaluation = json.loads((artefact.parent / "evaluation.json").read_text())
    assert evaluation["after"]["figures"]["accuracy"] == pytest.approx(manifest["metrics"]["accuracy"])
    assert evaluation["after"]["reliability"]
    assert evaluation["difference"]["low"] > 0
    assert "nothing has changed" in command("train", bot)


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_policy_that_has_changed_is_judged_by_the_default_until_the_ranking_is_trained_anew(
    tmp_path: Path, ranker: str
) -> None:
    bot = lamps(tmp_path, ranker=ranker)
    command("train", bot)
    bot.write_text(bot.read_text().replace("{name: shop, use: bm25,", "{name: shop, use: bm25, k1: 0.3,"))

    _, trace = asked(bot, QUESTION)

    assert "the policy 'shop' has changed since the ranking was trained" in json.dumps(trace["parts"])

    command("train", bot)

    assert "has changed" not in json.dumps(asked(bot, QUESTION)[1]["parts"])


@pytest.mark.parametrize("ranker", RANKERS)
def test_without_any_data_the_default_stays_and_training_says_so(tmp_path: Path, ranker: str) -> None:
    bot = lamps(tmp_path, ranker=ranker, data="")
    bot.write_text(bot.read_text().replace(", data: []", ""))

    told = command("train", bot)

    assert "There are no labels to learn from: the default stays." in told
    assert asked(bot, QUESTION)[1]["ranker"] == f"{ranker} (uncalibrated)"


def test_a_broken_line_is_told_with_its_place_and_nothing_is_trained(tmp_path: Path) -> None:
    bot = lamps(tmp_path, data="judged.choices.jsonl")
    (tmp_path / "judged.choices.jsonl").write_text('{"id": "1", "text": "hi", "candidates": []}\n{"id": \n')

    told = command("train", bot, status=2)

    assert "judged.choices.jsonl:2: this is not JSON" in told
    assert "Traceback" not in told
    assert not list((tmp_path / "models").glob("bot/ranking/*/manifest.json"))


@pytest.mark.parametrize("ranker", RANKERS)
@pytest.mark.parametrize(
    "choices",
    [
        [make_choice(("faq", 0.5 + number / 50, 1.0), id=str(number)) for number in range(4)],
        [make_choice(("faq", number / 50, 0.0), ("llm", 0.6, 0.0), id=str(number), nobody=1.0) for number in range(20)],
        [make_choice(("faq", 0.8, float(number % 2)), id=str(number)) for number in range(20)],
        [make_choice(id=str(number), nobody=1.0) for number in range(20)],
        [
            make_choice(("faq", 1.0, 1.0), ("llm", 1.0, 0.0), ("rules", 1.0, 0.0), id=str(number))
            for number in range(60)
        ],
        [make_choice(("faq", 0.9, 0.5), ("llm", 0.4, 0.5), id=str(number)) for number in range(60)],
        [make_choice(("faq", 0.9, 1.0), id=str(number), weight=0.0) for number in range(60)],
    ],
    ids=["right only", "wrong only", "contradictory", "no candidates", "always 1.0", "soft", "weightless"],
)
def test_odd_labels_are_no_reason_to_fail(tmp_path: Path, ranker: str, choices: list[Choice]) -> None:
    result = trained(ranker, tmp_path, choices)

    model = model_of(ranker, tmp_path)
    assert result.remarks
    assert result.details["taken"] is not is_default(model)
    for choice in choices:
        for verdict in model.rank(choice.turn, choice.candidates).ranked:
            assert 0 < verdict.probability < 1


def test_labels_that_say_all_the_same_or_contradict_each_other_are_told(tmp_path: Path) -> None:
    right = trained("calibrated", tmp_path, [make_choice(("faq", 0.9, 1.0), id=str(number)) for number in range(5)])
    wrong = trained("calibrated", tmp_path, [make_choice(("faq", 0.9, 0.0), id=str(number)) for number in range(5)])
    mixed = trained("calibrated", tmp_path, [make_choice(("faq", 0.9, float(n % 2)), id=str(n)) for n in range(6)])

    assert any("Every label says right" in remark for remark in right.remarks)
    assert any("Every label says wrong" in remark for remark in wrong.remarks)
    assert any("labelled both right and wrong" in remark and "'faq'" in remark for remark in mixed.remarks)


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_thousand_thumbs_down_of_one_user_do_not_turn_the_bot_round(tmp_path: Path, ranker: str) -> None:
    kind = made(150, seed=1)
    angry = [
        make_choice(("faq", 0.9, 0.0), id=f"a{n}", conversation=f"a{n}", user="troll", source="feedback", chosen=0)
        for n in range(1000)
    ]

    result = trained(ranker, tmp_path, [*kind, *angry])

    assert any("one user count as much as 20" in remark for remark in result.remarks)
    assert accuracy(model_of(ranker, tmp_path)) > accuracy(CalibratedModel()) + 0.05


def accuracy(model: CalibratedModel | LearnedModel) -> float:
    unseen = made(300, seed=2)
    return measure(unseen, rank_all(model, unseen), answer_at=0.3)["accuracy"]


def copying(choice: Choice) -> Choice:
    """Return a choice with a policy that says what the best other one says, and that it is sure of it."""
    if not choice.candidates:
        return choice
    best = max(range(len(choice.candidates)), key=lambda place: choice.candidates[place].score)
    copy = replace(choice.candidates[best], policy="parrot", kind="other", score=1.0)
    return replace(choice, candidates=(*choice.candidates, copy), labels=(*choice.labels, choice.labels[best]))


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_policy_that_copies_another_and_is_always_sure_is_believed_as_often_as_it_is_right(
    tmp_path: Path, ranker: str
) -> None:
    choices = [copying(choice) for choice in made(400, seed=1)]

    result = trained(ranker, tmp_path, choices)

    assert result.details["taken"]
    model = model_of(ranker, tmp_path)
    unseen = [copying(choice) for choice in made(400, seed=2)]
    judged = [
        (verdict.probability, label.right)
        for choice in unseen
        for verdict in model.rank(choice.turn, choice.candidates).ranked
        for candidate, label in zip(choice.candidates, choice.labels, strict=True)
        if candidate is verdict.candidate and candidate.policy == "parrot" and label is not None
    ]
    believed = sum(probability for probability, _ in judged) / len(judged)
    # A map from scores alone is fitted to where the policy leads, which is where the others are less sure.
    near = 0.15 if ranker == "calibrated" else 0.08
    assert believed == pytest.approx(sum(right for _, right in judged) / len(judged), abs=near)


def test_choices_of_policies_that_have_changed_since_are_left_out(tmp_path: Path) -> None:
    old = [replace(choice, fingerprints={"faq": "old", "llm": "same"}) for choice in made(100, seed=1)]
    new = [replace(choice, fingerprints={"faq": "new", "llm": "same"}) for choice in made(100, seed=2)]
    with_faq = sum(any(one.policy == "faq" for one in choice.candidates) for choice in old)

    result = trained("calibrated", tmp_path, [*old, *new], fingerprints={"faq": "new", "llm": "same", "rules": "r"})

    assert any(f"{with_faq} choices are left out" in remark for remark in result.remarks)
    kept = read_choices(tmp_path / "artefact" / "choices.jsonl")
    assert all("old" not in choice.fingerprints.values() or "faq" not in proposing(choice) for choice in kept)
    assert model_of("calibrated", tmp_path).fingerprints == {"faq": "new", "llm": "same", "rules": "r"}


def proposing(choice: Choice) -> set[str]:
    return {candidate.policy for candidate in choice.candidates}


@pytest.mark.parametrize("ranker", RANKERS)
def test_the_ranking_in_use_is_compared_with_on_what_it_has_not_learnt_from(tmp_path: Path, ranker: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    trained(ranker, first, made(60, seed=1))

    result = trained(ranker, second, [*made(60, seed=1), *made(200, seed=2)], previous=first / "artefact")
    alone = trained(ranker, second, made(260, seed=1), previous=None)

    assert result.details["compared_with"] == "the ranking in use so far"
    assert result.details["measured_on"] < 220
    assert alone.details["compared_with"] == "the default ranking"


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    def files(directory: Path) -> dict[str, bytes]:
        directory.mkdir()
        trained("learned", directory, made(60, seed=1))
        return {file.name: file.read_bytes() for file in (directory / "artefact").iterdir()}

    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert {"choices.jsonl", "evaluation.json"} <= set(files(tmp_path / "c"))


def test_an_unreadable_ranking_in_use_costs_the_comparison_and_no_more(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "choices.jsonl").write_text("{")

    result = trained("calibrated", tmp_path, made(60, seed=1), previous=broken)

    assert result.details["compared_with"] == "the default ranking"
    with pytest.raises(ConfigurationError):
        read_choices(broken / "choices.jsonl")


def test_a_ranking_that_learns_nothing_is_told_which_would(tmp_path: Path) -> None:
    (tmp_path / "talks.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "rules.yaml").write_text("rules: [{name: hello, when: hello, say: Hello!}]", encoding="utf-8")
    bot = tmp_path / "bot.yaml"
    bot.write_text(
        "version: 1\npolicies: [{use: rules, path: rules.yaml}]\ntraining: [{component: ranking, data: talks.jsonl}]\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError, match=r"Take a ranker that learns: `ranking: \{use: calibrated\}`"):
        read_bot_file(bot)
