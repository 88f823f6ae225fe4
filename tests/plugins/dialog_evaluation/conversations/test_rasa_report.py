"""Figures of `rasa test` beside ours."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.interfaces import CaseOutcome, CheckedStep, ForeignCase
from dialog_evaluation.conversations.foreign import ForeignOutcome, ForeignTest, Form
from dialog_evaluation.conversations.rasa_report import read_rasa_report
from dialog_evaluation.conversations.report import TestReport
from dialog_evaluation.conversations.side_by_side import compare

STORIES = Form("stories", (".stories.yaml",), Context())
GOOD = {"precision": 1.0, "recall": 1.0, "f1-score": 1.0}


def outcome(name: str, *steps: tuple[str, str, str]) -> ForeignOutcome:
    checked = tuple(CheckedStep(what, 3, expected, got, expected == got) for what, expected, got in steps)
    test = ForeignTest(STORIES, ForeignCase(name, Path("a.stories.yaml"), 2))
    how = CaseOutcome(checked)
    return ForeignOutcome(test, "passed" if how.passed else "failed", outcome=how)


OURS = (
    outcome("hello", ("intent", "greet", "greet"), ("action", "utter_greet", "utter_greet")),
    outcome("bye", ("intent", "goodbye", "goodbye"), ("action", "utter_bye", "utter_greet")),
)


def written(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return path


def story_report(correct: int = 1, **labels: Any) -> dict[str, Any]:
    ours = {name: {**GOOD, "support": 1} for name in ("utter_greet", "utter_bye", "greet", "goodbye")}
    conversations = {"accuracy": 0.5, "correct": correct, "with_warnings": 0, "total": 2}
    summary = {"accuracy": 0.9, "macro avg": {**GOOD, "support": 4}}
    return {**ours, **labels, **summary, "conversation_accuracy": conversations}


def shown(path: Path, ours: Sequence[ForeignOutcome] = OURS) -> str:
    console = Console(file=io.StringIO(), width=100, color_system=None, markup=False)
    report = read_rasa_report(path)
    TestReport(console, verbose=False).beside_rasa(compare(ours, report), report.path)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(" ".join(line.split()) for line in console.file.getvalue().splitlines())


def test_both_sides_stand_next_to_each_other(tmp_path: Path) -> None:
    rasas = story_report(greet={"precision": 0.0, "recall": 0.0, "f1-score": 0.0, "support": 1})
    text = shown(written(tmp_path / "story_report.json", rasas))
    assert "stories 1 of 2 1 of 2" in text
    assert "actions 1 of 2 2 of 2" in text
    assert "intents 2 of 2 1 of 2" in text
    assert "action utter_bye 0.00 1 1.00 1" in text
    assert "action utter_greet 0.67 1 1.00 1" in text
    assert "intent greet 1.00 1 0.00 1" in text
    assert "goodbye" not in text  # is the same on both sides
    assert "not quite the tests" not in text


def test_figures_that_are_the_same_take_one_line(tmp_path: Path) -> None:
    all_good = (OURS[0], outcome("bye", ("intent", "goodbye", "goodbye"), ("action", "utter_bye", "utter_bye")))
    text = shown(written(tmp_path / "story_report.json", story_report(2)), all_good)
    assert "F1 is the same for all 4 actions and intents." in text


def test_reports_of_other_tests_are_told_apart(tmp_path: Path) -> None:
    rasas = story_report(utter_greet={**GOOD, "support": 7}, other_form={**GOOD, "support": 1})
    text = shown(written(tmp_path / "story_report.json", rasas))
    assert "action other_form - - 1.00 1" in text
    assert "These are not quite the tests that Rasa's report is of" in text
    assert "(not as often on both sides: 'other_form', 'utter_greet')" in text


def test_a_folder_of_results_says_which_stories_failed_and_how_examples_fared(tmp_path: Path) -> None:
    results = tmp_path / "results"
    written(results / "story_report.json", story_report(**{"[Rome](city)": {**GOOD, "support": 1}}))
    written(results / "intent_report.json", {"greet": {**GOOD, "support": 30, "confused_with": {}}, "accuracy": 1.0})
    written(results / "DIETClassifier_report.json", {"city": {**GOOD, "support": 8}, "micro avg": GOOD})
    written(results / "TEDPolicy_report.json", "{}")
    failed = "stories:\n- story: hello (./tests/test_stories.yml)\n  steps:\n  - intent: greet  # predicted: bye\n"
    written(results / "failed_test_stories.yml", failed)
    text = shown(results)
    assert "intent greet 1.00 1 1.00 30" in text
    assert "entity city - - 1.00 8" in text
    assert "Failed in Rasa, not here: 'hello'" in text
    assert "Failed here, not in Rasa: 'bye'" in text


def test_nothing_failed_in_rasa(tmp_path: Path) -> None:
    written(tmp_path / "story_report.json", story_report())
    written(tmp_path / "failed_test_stories.yml", "# None of the test stories failed - all good!\n")
    assert "Failed here, not in Rasa: 'bye'" in shown(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("story_report.json", '{\n "greet": {,\n}', "story_report.json:2:12: this is no JSON"),
        ("story_report.json", "[1]", "story_report.json:1: this is no report of `rasa test`"),
        ("story_report.json", "{}", "story_report.json:1: this report has no labels"),
        ("story_report.json", {"greet": {"precision": "high"}}, "story_report.json:2: 'greet' has not all of"),
        ("story_report.json", {"greet": {**GOOD, "recall": 7, "support": 1}}, "a figure of 'greet' is larger than 1"),
        ("story_report.json", {"greet": {**GOOD, "support": float("nan")}}, "'greet' has not all of"),
        ("story_report.json", {**story_report(), "conversation_accuracy": 1}, "does not say how many stories"),
        ("story_report.json", {**story_report(9)}, "does not say how many stories"),
        ("intent_report.json", {"greet": None}, "intent_report.json:2: 'greet' has not all of"),
        ("failed_test_stories.yml", "stories: 3", "failed_test_stories.yml:1:1: there are no stories here"),
        ("failed_test_stories.yml", "stories:\n- steps: []\n", "failed_test_stories.yml:2:3: this story has no name"),
    ],
)
def test_a_report_that_is_none_is_told_with_its_place(tmp_path: Path, name: str, content: Any, told: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_rasa_report(written(tmp_path / name, content))
    assert told in str(raised.value)


def test_bytes_that_are_no_text_and_folders_without_reports_are_told(tmp_path: Path) -> None:
    (tmp_path / "story_report.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(ConfigurationError, match="it cannot be read"):
        read_rasa_report(tmp_path / "story_report.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="no report of `rasa test` in this folder"):
        read_rasa_report(tmp_path / "empty")
    with pytest.raises(ConfigurationError, match="there is no such file"):
        read_rasa_report(tmp_path / "story_reports.json")


KEYS = st.sampled_from(["precision", "recall", "f1-score", "support", "accuracy", "conversation_accuracy", "correct"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=5),
    max_leaves=12,
)


@settings(deadline=None)
@given(content=ANYTHING, name=st.sampled_from(["story_report.json", "intent_report.json", "other.json"]))
def test_whatever_a_file_holds_it_is_a_report_or_a_mistake_with_its_place(content: Any, name: str) -> None:
    with TemporaryDirectory() as folder:
        path = written(Path(folder) / name, json.dumps(content))
        try:
            compare(OURS, read_rasa_report(path))
            problems = ()
        except ConfigurationError as error:
            problems = error.problems
    assert all(problem.file == path for problem in problems)
