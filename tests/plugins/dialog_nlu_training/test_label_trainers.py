"""Training `intents`: what is held out, what is measured, what few examples are good for."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialog_core import TrainingError
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context, make_job
from dialog_nlu.label_annotators import ClassifierAnnotator
from dialog_nlu.options import ClassifierOptions, IntentsOptions
from dialog_nlu_training.everyday import everyday
from dialog_nlu_training.holding_out import stratified
from dialog_nlu_training.label_trainers import ClassifierTrainer, IntentsTrainer
from dialog_nlu_training.labelled_data import Example
from dialog_nlu_training.options import ClassifierTraining, IntentsTraining
from tests.plugins.dialog_nlu.labelling import SHOP, serve, train, write_rows
from tests.plugins.dialog_nlu_training.datasets import banking, clinc, few

OTHER = [(f"tell me about {what}", "out_of_scope") for what in "moon war physics cats rome opera chess".split()]
VALIDATION = [
    ("please cancel the order", "cancel"),
    ("cancel it", "cancel"),
    ("money back please", "refund"),
    ("where is the parcel", "track"),
    ("are you open on monday", "hours"),
    ("good day", "greet"),
    ("tell me about dogs", "out_of_scope"),
]


def test_small_data_is_held_out_in_turns_and_everything_is_learnt_in_the_end(tmp_path: Path) -> None:
    model, result = train(tmp_path, SHOP)
    assert result.details["measured_on"] == result.details["examples"] == len(SHOP)
    assert result.details["compared_with"] == "the most frequent label"
    assert result.before["accuracy"] == pytest.approx(0.2)
    assert result.metrics["accuracy"] > result.before["accuracy"]
    annotator = serve(model)
    assert [annotator.label(text)["label"] for text, _ in SHOP] == [label for _, label in SHOP]


def test_validation_data_is_measured_on_and_not_learnt_from(tmp_path: Path) -> None:
    alone, _ = train(tmp_path / "one", SHOP)
    model, result = train(tmp_path / "other", SHOP, validation=VALIDATION)
    assert result.details["measured_on"] == len(VALIDATION)
    for name in ("weights.npz", "vocabulary.json"):
        assert (model / name).read_bytes() == (alone / name).read_bytes()


def test_what_is_out_of_scope_may_be_shown_or_not(tmp_path: Path) -> None:
    assert "out_of_scope_recall" not in train(tmp_path / "not", SHOP)[1].metrics
    assert "unknown_label_recall" in train(tmp_path / "not", SHOP)[1].metrics
    model, result = train(tmp_path / "shown", [*SHOP, *OTHER])
    assert result.metrics["out_of_scope_recall"] > 0.5
    assert serve(model).label("tell me about the president")["label"] is None
    assert serve(model).label("cancel my order")["label"] == "cancel"


def test_telling_out_of_scope_can_be_left_off(tmp_path: Path) -> None:
    model, _ = train(tmp_path, SHOP, out_of_scope=False)
    found = serve(model).label("xyzzy")
    assert found["label"] is not None
    assert sum(label["probability"] for label in found["ranked"]) == pytest.approx(1, abs=1e-5)


def test_figures_confusions_and_every_label_are_told(tmp_path: Path) -> None:
    rows = [*SHOP, *((text.replace("refund", "return"), "give_back") for text, label in SHOP if label == "refund")]
    _, result = train(tmp_path, rows, contradictions="drop")
    for name in ("accuracy", "macro_f1", "in_scope_accuracy", "expected_calibration_error"):
        assert 0 <= result.metrics[name] <= 1
        assert name in result.before
    assert set(result.details["per_label"]["cancel"]) == {"precision", "recall", "f1", "examples"}
    table = result.details["confusion_table"]
    assert sum(sum(row.values()) for row in table.values()) == result.details["measured_on"]
    first = result.details["confusions"][0]
    assert table[first["label"]][first["taken_for"]] == first["times"]
    assert set(first) == {"label", "taken_for", "times", "examples"}
    assert f"{first['label']!r} was taken for {first['taken_for']!r}" in "\n".join(result.remarks)
    assert first["examples"][0] in "\n".join(result.remarks)


def test_data_that_looks_wrong_is_remarked(tmp_path: Path) -> None:
    rows = [*SHOP, ("Hello", "greet"), ("open the door", "door"), ("close the door", "door")]
    validation = [*VALIDATION, ("HELLO", "greet"), ("knock at the door", "door")]
    _, result = train(tmp_path, rows, validation=validation)
    told = "\n".join(result.remarks)
    assert "1 examples repeat an earlier one and count once." in told
    assert "1 labels have under 5 examples: door (2)." in told
    assert "1 texts of the validation data are in the training data too, and were left out: 'HELLO' (line 8)." in told
    assert result.details["measured_on"] == len(validation) - 1


def test_a_model_in_use_is_compared_with_on_validation_data(tmp_path: Path) -> None:
    worse, _ = train(tmp_path / "worse", [row for row in SHOP if row[1] in ("cancel", "greet")])
    data, validation = write_rows(tmp_path / "d.jsonl", SHOP), write_rows(tmp_path / "v.jsonl", VALIDATION)
    options = IntentsTraining(data=(data,), validation=validation)
    job = make_job(tmp_path, options, IntentsOptions(), previous=worse)
    result = IntentsTrainer(options, job.context).train(job)
    assert result.details["compared_with"] == "the model in use so far"
    assert result.before["in_scope_accuracy"] <= 0.5 < result.metrics["in_scope_accuracy"]


def test_the_same_data_and_seed_give_the_same_model(tmp_path: Path) -> None:
    one, other = (train(tmp_path / name, [*SHOP, *OTHER])[0] for name in ("one", "other"))
    for file in one.iterdir():
        assert file.read_bytes() == (other / file.name).read_bytes()


@pytest.mark.parametrize(
    ("rows", "error", "told"),
    [
        ([("hi", "a"), ("ho", "b"), ("hu", "b")], ConfigurationError, "the label 'a' has one example only"),
        ([("hi", "a"), ("ho", "a")], ConfigurationError, "all examples have the label 'a'"),
        ([("hi", "a"), ("hi", "b"), ("ho", "a"), ("hu", "b")], ConfigurationError, "stands under 'b' here"),
        ([("...", "a"), ("!!!", "a"), ("?", "b"), ("--", "b")], TrainingError, "have no words in them"),
        ([], ConfigurationError, "there are no examples"),
    ],
)
def test_data_nothing_can_be_learnt_from_is_refused(tmp_path: Path, rows: Any, error: Any, told: str) -> None:
    with pytest.raises(error, match=told):
        train(tmp_path, rows)


def test_two_intents_of_two_examples_are_enough_to_begin_with(tmp_path: Path) -> None:
    rows = [("turn the light on", "on"), ("light on please", "on"), ("light off", "off"), ("turn it off", "off")]
    model, _ = train(tmp_path, rows)
    assert [serve(model).label(text)["label"] for text in ("light on", "turn off", "xyzzy")] == ["on", "off", None]


def test_a_label_with_a_single_example_is_learnt_where_that_is_asked_for_and_never_held_out(tmp_path: Path) -> None:
    rows = [*SHOP, ("play some music", "music")]
    model, result = train(tmp_path, rows, fewest=1)
    assert serve(model).label("play music")["ranked"][0]["label"] == "music"
    assert result.details["measured_on"] == len(SHOP)
    assert "music" not in result.details["per_label"]
    with pytest.raises(TrainingError, match="each of the 2 labels has one example only"):
        train(tmp_path / "all", [("play some music", "music"), ("turn the light on", "light")], fewest=1)


def test_everyday_remarks_are_out_of_scope_unless_the_bot_is_for_them(tmp_path: Path) -> None:
    english = [row for row in SHOP if row[0].isascii()]
    remarks = {example.text for example in everyday([Example(text, label, Path(), 1) for text, label in english], "en")}
    assert {"thank you", "tell me a joke", "what is the weather like"} <= remarks
    assert not any("money" in text or "Sunday" in text for text in remarks)  # it is open on Sundays
    assert everyday([], "fr") == []
    ordering = [Example("我要一份饺子", "order", Path(), 1), Example("现在几点开门", "hours", Path(), 2)]
    chinese = {example.text for example in everyday(ordering, "zh-Hans")}
    assert {"谢谢你", "讲个笑话", "你多大了"} <= chinese
    assert "现在几点了" not in chinese  # it has opening hours

    without, plain = train(tmp_path / "without", english)
    model, result = train(tmp_path / "with", english, everyday=True)
    unheard = ["thank you so much", "what is the weather in Rome", "tell me a funny joke", "how old is your brother"]
    assert max(serve(model).label(text)["ranked"][0]["probability"] for text in unheard) < 0.3
    assert max(serve(without).label(text)["ranked"][0]["probability"] for text in unheard) > 0.5
    assert [serve(model).label(text)["label"] for text, _ in english] == [label for _, label in english]
    assert result.metrics["in_scope_accuracy"] >= plain.metrics["in_scope_accuracy"]


def test_any_property_of_messages_can_be_learnt(tmp_path: Path) -> None:
    rows = [(text, "cross") for text in ("this is a disgrace", "I am really angry", "what a mess", "terrible, angry")]
    rows += [(text, "calm") for text in ("thank you", "that is fine", "thanks, all good", "no problem, fine")]
    options = ClassifierTraining(data=(write_rows(tmp_path / "tone.jsonl", rows),))
    job = make_job(tmp_path, options, ClassifierOptions(), name="tone")
    ClassifierTrainer(options, job.context).train(job)
    annotator = ClassifierAnnotator(ClassifierOptions(), make_context("tone", artefact=job.directory))
    assert annotator.label("I am so angry")["label"] == "cross"
    assert annotator.label("thanks, fine")["label"] == "calm"


LEVELS = [
    *((text, label) for text, label in SHOP if label in ("greet", "cancel")),
    *((text, f"faq/{label}") for text, label in SHOP if label in ("hours", "refund")),
    *((text, f"chitchat/{label}") for text, label in [("how are you", "mood"), ("are you well", "mood")]),
    ("who are you", "name"),
    ("what is your name", "name"),
]


def test_of_labels_with_two_parts_the_first_can_be_learnt(tmp_path: Path) -> None:
    both = [("are you there", "faq/hours"), ("are you there", "faq/refund")]
    model, _ = train(tmp_path, [*LEVELS, *both], label_level="first")
    annotator = serve(model)
    texts = ["opening hours", "give me the money back", "are you there", "cancel my order"]
    assert [annotator.label(text)["ranked"][0]["label"] for text in texts] == ["faq", "faq", "faq", "cancel"]
    with pytest.raises(ConfigurationError, match="'are you there' stands under 'faq/refund' here"):
        train(tmp_path / "whole", [*LEVELS, *both])


def test_of_labels_with_two_parts_the_rest_can_be_learnt_by_whoever_is_called_like_the_first(tmp_path: Path) -> None:
    def labels(name: str) -> set[str]:
        options = ClassifierTraining(data=(write_rows(tmp_path / "d.jsonl", LEVELS),), label_level="rest")
        job = make_job(tmp_path / name, options, ClassifierOptions(), name=name)
        ClassifierTrainer(options, job.context).train(job)
        ranked = ClassifierAnnotator(ClassifierOptions(), make_context(name, artefact=job.directory)).label("opening")
        return {label["label"] for label in ranked["ranked"]}

    assert labels("faq") == {"hours", "refund"}
    assert labels("anything") == {"hours", "refund", "mood"}


def test_validation_labels_are_taken_at_the_same_level(tmp_path: Path) -> None:
    validation = [("when do you open", "faq/hours"), ("money back please", "faq/refund"), ("good day", "greet")]
    _, result = train(tmp_path, LEVELS, validation=validation, label_level="first")
    assert set(result.details["per_label"]) == {"faq", "greet"}


def test_labels_without_a_slash_have_no_rest(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no label has two parts with a slash between them"):
        train(tmp_path, SHOP, label_level="rest")


def test_every_part_that_is_held_out_has_its_share_of_every_label() -> None:
    labels = ["a"] * 50 + ["b"] * 10 + ["c"] * 3
    examples = [Example(str(number), label, Path("f"), 1) for number, label in enumerate(labels)]
    parts = list(stratified(examples, 5, seed=1))
    assert sorted(place for part in parts for place in part) == list(range(63))
    for label, least, most in (("a", 10, 10), ("b", 2, 2), ("c", 0, 1)):
        counts = [sum(examples[place].label == label for place in part) for part in parts]
        assert (min(counts), max(counts)) == (least, most)


def test_five_examples_an_intent_make_a_usable_bot(tmp_path: Path) -> None:
    """Twenty of CLINC150's intents: a guess would be right for one message of twenty."""
    names = sorted({label for _, label in clinc("train")})[::8][:20]
    rows = few([row for row in clinc("train") if row[1] in names], 5, seed=1)
    model, _ = train(tmp_path, rows)
    annotator = serve(model)
    said = [(annotator.label(text), label) for text, label in clinc("test") if label in names]
    likeliest = np.mean([found["ranked"][0]["label"] == label for found, label in said])
    accepted = np.mean([found["label"] == label for found, label in said])
    outside = np.mean([annotator.label(text)["label"] is None for text, _ in clinc("oos_test")])
    assert likeliest > 0.80
    assert accepted > 0.72
    assert outside > 0.45


@pytest.mark.slow
@pytest.mark.parametrize(("count", "at_least"), [(5, 0.60), (10, 0.71)])
def test_few_examples_of_77_intents_that_are_much_alike(tmp_path: Path, count: int, at_least: float) -> None:
    model, _ = train(tmp_path, few(banking("train"), count, seed=1), out_of_scope=False, contradictions="drop")
    annotator = serve(model)
    right = [annotator.label(text)["label"] == label for text, label in banking("test")]
    assert np.mean(right) > at_least


@pytest.mark.slow
def test_the_figures_on_clinc150(tmp_path: Path) -> None:
    """One threshold, chosen in training; 100 examples out of scope are trained with. Larson et al. 2019."""
    rows = clinc("train") + clinc("oos_train")
    model, _ = train(tmp_path, rows, validation=clinc("val") + clinc("oos_val"), contradictions="drop")
    annotator = serve(model)
    test = clinc("test") + clinc("oos_test")
    found = [annotator.label(text) for text, _ in test]
    right = np.array([(one["label"] or "out_of_scope") == label for one, (_, label) in zip(found, test, strict=True)])
    outside = np.array([label == "out_of_scope" for _, label in test])
    assert right[~outside].mean() >= 0.92
    assert right[outside].mean() >= 0.62
    order = np.argsort([one["probability"] for one in found], kind="stable")
    sure = np.array([one["probability"] for one in found])
    bins = np.array_split(order, 15)
    assert sum(abs(sure[one].mean() - right[one].mean()) * len(one) for one in bins) / len(test) <= 0.03

    single = [annotator.label(text)["labels"] for text, _ in clinc("val")]
    assert np.mean([len(labels) > 1 for labels in single]) < 0.015
    pairs = list(zip(clinc("val")[::20], clinc("val")[10::20], strict=False))
    both = [set(annotator.label(f"{one} and {other}")["labels"]) == {a, b} for (one, a), (other, b) in pairs]
    assert np.mean(both) > 0.65


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_thousand_examples(tmp_path: Path) -> None:
    verbs = "cancel track return change repeat pay ship gift insure rate".split()
    things = "order parcel shoes coat lamp desk phone book ticket bike".split()
    rows = [
        (f"{verbs[number % 10]} the {things[number // 10 % 10]} {number // 100}", verbs[number % 10])
        for number in range(100_000)
    ]
    model, result = train(tmp_path, rows)
    assert result.metrics["in_scope_accuracy"] > 0.9
    assert sum(file.stat().st_size for file in model.iterdir()) < 200_000_000
