"""Ratings as pairs to prefer by: which make one, what is told of the others, and that a model really learns them."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialog_core import TrainingError
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context
from dialog_generative_training.preference_ratings import is_ratings, read_rated
from dialog_generative_training.preferences import collect_preferences

WARES = ("lamp", "desk", "chair", "shelf", "sofa", "mirror", "clock", "vase")
PRICE, SHRUG = "The {} is ten euros.", "I do not know, sorry."


def rating(winner: str = "", rater: str = "ann", item: int = 0, **more: Any) -> dict[str, Any]:
    verdict = "better" if winner else "tie"
    return {"rated": f"d/{item}", "rater": rater, "verdict": verdict, "winner": winner, **more}


def write(file: Path, *ratings: dict[str, Any], wares: tuple[str, ...] = WARES[:1]) -> Path:
    """Write ratings of a bot that tells prices, and one that shrugs."""
    rows: list[dict[str, Any]] = [
        {"ratings": 1, "bot": "price", "other": "shrug", "data": "x", "checksum": "", "seed": 1}
    ]
    for number, ware in enumerate(wares):
        turns = [
            {"role": "user", "text": "Hello"},
            {"role": "bot", "text": "Hi!"},
            {"role": "user", "text": f"How much is the {ware}?"},
        ]
        replies = {"price": {"text": PRICE.format(ware), "policy": "llm"}, "shrug": {"text": SHRUG}}
        rows.append({"item": f"d/{number}", "dialogue": "d", "line": 1, "turns": turns, "replies": replies})
    file.write_text("".join(json.dumps(row) + "\n" for row in [*rows, *ratings]), encoding="utf-8")
    return file


def pairs_of(file: Path) -> list[tuple[str, str]]:
    return [(pair.chosen, pair.rejected) for pair in read_rated([file], make_context("llm")).pairs]


PREFERRED, REVERSED = [(PRICE.format("lamp"), SHRUG)], [(SHRUG, PRICE.format("lamp"))]


@pytest.mark.parametrize(
    ("said", "pairs"),
    [
        ([rating("price")], PREFERRED),
        ([rating("shrug")], REVERSED),
        ([rating("price"), rating("price", "bob")], PREFERRED),  # once, however many say so
        ([rating("price"), rating("price", "bob"), rating("shrug", "cy")], PREFERRED),
        ([rating("price"), rating("", "bob")], PREFERRED),
        ([rating("price"), rating("shrug", "bob")], []),
        ([rating()], []),
        ([rating(verdict="neither")], []),
        ([rating("shrug"), rating("price")], PREFERRED),  # the last word of a rater
    ],
)
def test_the_majority_decides_and_ties_and_bad_replies_prefer_nothing(
    tmp_path: Path, said: list[dict[str, Any]], pairs: list[tuple[str, str]]
) -> None:
    assert pairs_of(write(tmp_path / "r.jsonl", *said)) == pairs


def test_what_was_said_before_is_told_to_the_model(tmp_path: Path) -> None:
    file = write(tmp_path / "r.jsonl", rating("price"))
    (pair,) = collect_preferences([file], None, make_context("llm"), persona="You sell lamps.").preferences
    assert [(turn.role, turn.text) for turn in pair.dialogue.turns] == [
        ("system", "You sell lamps."),
        ("user", "Hello"),
        ("bot", "Hi!"),
        ("user", "How much is the lamp?"),
    ]


def test_what_came_of_the_others_is_told(tmp_path: Path) -> None:
    said = [rating("price"), rating(item=1), rating(item=2, verdict="neither"), rating("price", item=3)]
    file = write(tmp_path / "shop.ratings.jsonl", *said, rating("shrug", "bob", 3), wares=WARES[:4])
    assert read_rated([file], make_context("llm")).told == (
        "shop.ratings.jsonl: of 4 rated pairs, people preferred one reply in 1; 1 tied, 1 had no good reply, "
        "1 were disputed.",
    )


def test_ratings_and_pairs_of_other_making_are_learnt_from_together(tmp_path: Path) -> None:
    lines = tmp_path / "pairs.jsonl"
    lines.write_text('{"prompt": "Hi", "chosen": "Hello.", "rejected": "What?"}\n')
    rated = write(tmp_path / "r.jsonl", rating("price"))
    assert (is_ratings(rated), is_ratings(lines), is_ratings(tmp_path / "none")) == (True, False, False)
    found = collect_preferences([rated, lines], None, make_context("llm"))
    assert [pair.chosen for pair in found.preferences] == ["Hello.", PRICE.format("lamp")]


def test_the_mistakes_of_both_kinds_are_told_at_once(tmp_path: Path) -> None:
    lines = tmp_path / "pairs.jsonl"
    lines.write_text("{\n")
    rated = write(tmp_path / "r.jsonl", rating("nobody"))
    with pytest.raises(ConfigurationError) as error:
        collect_preferences([rated, lines], None, make_context("llm"))
    assert "pairs.jsonl:1" in str(error.value)
    assert "r.jsonl:3" in str(error.value)


def test_ratings_that_prefer_nothing_are_nothing_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"there are no pairs of replies.*1 tied"):
        collect_preferences([write(tmp_path / "r.jsonl", rating())], None, make_context("llm"))


@pytest.mark.slow
@pytest.mark.parametrize("winner", ["price", "shrug"])
def test_a_model_learns_what_raters_preferred_whichever_it_was(tmp_path: Path, winner: str) -> None:
    """The same pairs with the opposite verdicts teach the opposite."""
    from tests.language_models import save_llama
    from tests.plugins.dialog_generative_training.talks import make_options, train

    base = save_llama(tmp_path / "base", hidden=32, initializer_range=0.02)
    said = [rating(winner, rater, number) for number in range(8) for rater in ("ann", "bob")]
    file = write(tmp_path / "shop.ratings.jsonl", *said, wares=WARES)
    options = make_options(file, method="dpo", base=str(base), steps=24, learning_rate=5e-3, held_out=0.25)

    _, result = train(tmp_path / "trained", options)

    assert result.before["preference_accuracy"] == 0.5
    assert result.metrics["preference_accuracy"] == 1
    assert result.metrics["preferred_likelier"] == 1
    assert any("of 8 rated pairs, people preferred one reply in 8" in remark for remark in result.remarks)
