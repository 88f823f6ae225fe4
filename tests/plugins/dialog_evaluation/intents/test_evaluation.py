import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, DialogError, Turn
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import LabelledText
from dialog_core.testing import ScriptedAnnotator, make_bot
from dialog_evaluation.intents.evaluation import FIGURES, Evaluation, evaluate
from dialog_evaluation.intents.predicting import find_annotator

FILE = Path("test.csv")


def said(label: str | None, probability: float = 0.9) -> dict[str, Any]:
    best = probability if label else 1 - probability
    ranked = [{"label": label or "greet", "probability": best}, {"label": "order", "probability": 0.0}]
    return {"label": label, "probability": probability, "ranked": ranked, "labels": [label] if label else []}


def by_first_word(turn: Turn) -> dict[str, Any]:
    word = turn.text.split()[0]
    return said(None if word == "huh" else word)


def bot_with(**annotators: Callable[[Turn], Any] | Any) -> Bot:
    parts = {name: ScriptedAnnotator(script, mode="inline") for name, script in annotators.items()}
    return make_bot("Hello!", annotators=parts)


def rows(*pairs: str) -> list[LabelledText]:
    return [
        LabelledText(text, label, {"line": line})
        for line, (text, label) in enumerate((pair.split(" = ") for pair in pairs), start=2)
    ]


def test_every_figure_of_a_small_file() -> None:
    asked = rows(
        "greet you = greet", "order tea = greet", "huh tea = order", "huh = out_of_scope", "greet = out_of_scope"
    )

    with bot_with(intents=by_first_word) as bot:
        evaluation = evaluate(bot, "intents", FILE, asked)

    assert {name: evaluation.figures[name] for name in FIGURES[:4]} == pytest.approx(
        {"in_scope_accuracy": 1 / 3, "out_of_scope_recall": 0.5, "out_of_scope_precision": 0.5, "accuracy": 0.4}
    )
    assert (evaluation.rows, evaluation.out_of_scope, evaluation.rejected, evaluation.undecided) == (5, 2, 2, 0)
    assert [(pair.expected, pair.predicted, pair.examples) for pair in evaluation.confused] == [
        ("greet", "order", ("order tea",)),
        ("order", "out_of_scope", ("huh tea",)),
        ("out_of_scope", "greet", ("greet",)),
    ]
    assert evaluation.per_intent["greet"].support == 2


def test_everything_is_json() -> None:
    with bot_with(intents=by_first_word) as bot:
        found = json.loads(json.dumps(evaluate(bot, "intents", FILE, rows("greet = greet")).to_json(), allow_nan=False))
    assert {*FIGURES, "per_intent", "confused", "counts"} <= set(found)
    assert found["out_of_scope_recall"] is None
    assert found["in_scope_accuracy"] == 1.0
    assert found["counts"] == {"rows": 1, "in_scope": 1, "out_of_scope": 0, "rejected": 0, "undecided": 0}


def test_the_most_frequent_confusion_comes_first_with_its_firmest_examples() -> None:
    def decide(turn: Turn) -> dict[str, Any]:
        return said("order", float(turn.text.split()[1]))

    asked = rows("bye 0.5 = bye", "hey 0.4 = greet", "hey 0.9 = greet", "hey 0.8 = greet", "hey 0.7 = greet")
    with bot_with(intents=decide) as bot:
        pairs = evaluate(bot, "intents", FILE, asked).confused
    assert [(pair.expected, pair.count) for pair in pairs] == [("greet", 4), ("bye", 1)]
    assert pairs[0].examples == ("hey 0.9", "hey 0.8", "hey 0.7")


def test_a_message_on_which_the_annotator_fails_counts_as_wrong_and_is_told() -> None:
    def fails_at_times(turn: Turn) -> dict[str, Any]:
        if turn.text == "boom":
            raise ValueError("no")
        return by_first_word(turn)

    with bot_with(intents=fails_at_times) as bot:
        evaluation = evaluate(bot, "intents", FILE, rows("greet = greet", "boom = greet", "greet = greet"))
    assert evaluation.figures["accuracy"] == pytest.approx(2 / 3)
    assert evaluation.undecided == 1
    assert "failed on 1 of 3" in evaluation.remarks[0]
    assert "Line 3" in evaluation.remarks[0]


def test_an_annotator_that_always_fails_ends_the_evaluation() -> None:
    with bot_with(intents=ValueError("broken")) as bot, pytest.raises(DialogError, match="broken"):
        evaluate(bot, "intents", FILE, rows(*["greet = greet"] * 50))


def remarks_of(*pairs: str) -> Evaluation:
    with bot_with(intents=by_first_word) as bot:
        return evaluate(bot, "intents", FILE, rows(*pairs))


def test_an_intent_the_bot_does_not_know_is_told_with_the_likely_one() -> None:
    remarks = remarks_of("greet = greet", "order = orders", "huh = out_of_scope").remarks
    assert remarks == ["Line 3: the bot never names the intent 'orders'. Did you mean 'order'?"]


def test_a_file_without_messages_out_of_scope_is_told() -> None:
    assert "out_of_scope" in remarks_of("greet = greet").remarks[0]


# --- Which annotator --------------------------------------------------------------------------------------------------


def test_intents_is_the_default_and_otherwise_the_only_classifier() -> None:
    with bot_with(mood=by_first_word, intents=by_first_word) as bot:
        assert find_annotator(bot, "", "greet") == "intents"
        assert find_annotator(bot, "mood", "greet") == "mood"
    with bot_with(mood=by_first_word, language=lambda turn: {"language": "en", "probability": 1.0}) as bot:
        assert find_annotator(bot, "", "greet") == "intents" or find_annotator(bot, "", "greet") == "mood"


@pytest.mark.parametrize(
    ("annotators", "name", "told"),
    [
        ({}, "", "no annotator 'intents' says what a message is about"),
        ({"mood": by_first_word}, "moood", "Did you mean 'mood'?"),
        ({"mood": by_first_word, "topic": by_first_word}, "", "more than one classifier: mood, topic"),
        ({"language": lambda turn: {"language": "en"}}, "language", "does not classify messages"),
    ],
)
def test_a_classifier_that_is_not_there(annotators: dict[str, Any], name: str, told: str) -> None:
    with bot_with(**annotators) as bot, pytest.raises(ConfigurationError, match=None) as raised:
        find_annotator(bot, name, "greet")
    assert told in str(raised.value)


def test_labels_of_two_levels_are_compared_as_far_as_a_classifier_tells_them() -> None:
    asked = rows("faq helmets = faq/helmet", "greet you = greet", "faq price = faq/price", "greet me = faq/price")

    with bot_with(intents=by_first_word) as bot:
        evaluation = evaluate(bot, "intents", FILE, asked)

    assert evaluation.figures["accuracy"] == 0.75
    assert evaluation.per_intent["faq"].support == 3
    assert "Of labels with a slash one part was compared, of 'faq/helmet' it was 'faq'." in evaluation.remarks
