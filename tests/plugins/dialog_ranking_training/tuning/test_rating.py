"""A ranker is judged by what it has not learnt from."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dialog_core import Builder, Candidate, DialogError, Ranked, Turn, read_bot_file
from dialog_core.testing import write_bot
from dialog_core.training import SilentProgress, TrainingRunner, plan
from dialog_ranking.choices import Choice, Label, write_choices
from dialog_ranking_training.tuning.collecting import Collected
from dialog_ranking_training.tuning.rating import Rated, rank_of, rate
from tests.plugins.dialog_ranking_training.made_choices import made

BOT = """
version: 1
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: faq, use: rules, path: rules.yaml}
  - {name: llm, use: rules, path: rules.yaml}
dispatch: {tiers: [[rules], [faq], [llm]]}
ranking: {use: RANKER}
training: [{component: ranking, data: all.choices.jsonl}]
"""
RULES = "rules: [{name: hello, when: hello, say: Hello!}]\n"


@pytest.fixture(scope="module")
def choices() -> list[Choice]:
    return [dataclasses.replace(choice, tiers={"rules": 0, "faq": 1, "llm": 2}) for choice in made(400, seed=3)]


@pytest.fixture(scope="module", params=["calibrated", "learned"])
def bot(request: pytest.FixtureRequest, choices: list[Choice], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bot whose ranking has learnt from the choices."""
    directory = tmp_path_factory.mktemp(request.param)
    path = write_bot(directory, BOT.replace("RANKER", request.param), **{"rules.yaml": RULES, "all.choices.jsonl": ""})
    write_choices(choices, directory / "all.choices.jsonl")
    spec = read_bot_file(path)
    (entry,) = plan(spec)
    outcome = TrainingRunner(spec).run(entry, SilentProgress())
    assert outcome.artefact.manifest.details["taken"]
    return path


def rated(bot: Path, choices: Sequence[Choice], *, learnt: bool) -> Rated:
    spec = read_bot_file(bot)
    return rate(spec, Builder(spec), Collected(tuple(choices), (), learnt), {}, SilentProgress())


def probabilities(found: Rated, conversation: str) -> list[list[float]]:
    return [
        row.tolist()
        for choice, row in zip(found.simulated.choices, found.simulated.probability, strict=True)
        if choice.conversation == conversation
    ]


def test_what_a_conversation_taught_has_no_bearing_on_how_it_is_judged(bot: Path, choices: list[Choice]) -> None:
    """Its labels are turned round: models that have not seen it judge it as before."""
    name = choices[0].conversation

    def turned(choice: Choice) -> Choice:
        labels = tuple(None if label is None else Label(1.0 - label.right) for label in choice.labels)
        return dataclasses.replace(choice, labels=labels) if choice.conversation == name else choice

    before, after = rated(bot, choices, learnt=True), rated(bot, [turned(choice) for choice in choices], learnt=True)
    assert "5 models" in before.by
    assert probabilities(before, name) == probabilities(after, name)
    others = {choice.conversation for choice in choices} - {name}
    assert any(probabilities(before, other) != probabilities(after, other) for other in others)


def test_other_conversations_are_judged_by_the_ranking_that_is_in_use(bot: Path) -> None:
    others = [dataclasses.replace(one, tiers={"rules": 0, "faq": 1, "llm": 2}) for one in made(40, seed=9)]
    spec = read_bot_file(bot)
    ranker = spec.ranker.registration.load()(spec.ranker.options, Builder(spec).context_of(spec.ranker))
    found = rated(bot, others, learnt=False)
    assert found.by.endswith("as it is in use")
    for choice, row in zip(found.simulated.choices, found.simulated.probability, strict=True):
        if choice.candidates:
            assert ranker.rank(choice.turn, choice.candidates).ranked[0].probability == row[-1]


def test_nothing_is_fitted_where_nothing_was_learnt(choices: list[Choice], tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT.replace("RANKER", "learned"), **{"rules.yaml": RULES, "all.choices.jsonl": ""})
    found = rated(bot, choices[:20], learnt=True)
    assert found.by == "the ranker 'learned', not trained"
    assert np.array_equal(found.simulated.probability, found.default.probability)


def test_a_ranker_that_fails_is_told_with_what_it_failed_at(choices: list[Choice]) -> None:
    class Broken:
        def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
            raise ValueError("a bug")

    with pytest.raises(DialogError, match=r"the ranker 'broken' failed at 'when do you open\?': ValueError: a bug"):
        rank_of(Broken(), "broken")(choices[0].turn, choices[0].candidates)


def test_a_ranker_may_be_async(choices: list[Choice]) -> None:
    class Patient:
        async def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
            return [Ranked(candidate, 0.5) for candidate in candidates]

    found = rank_of(Patient(), "patient")(choices[1].turn, choices[1].candidates)
    assert [ranked.probability for ranked in found] == [0.5] * len(choices[1].candidates)
