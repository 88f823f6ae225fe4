"""How a mistake is told to the person who made it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.configuration.problems import dotted
from dialog_core.errors import DialogError


def test_a_problem_says_where_what_and_how_to_mend_it() -> None:
    problem = Problem(
        "unknown key", Path("configs/x.yaml"), 12, 3, "policies[1].knowlege", did_you_mean("knowlege", ["knowledge"])
    )

    assert str(problem) == "configs/x.yaml:12:3: policies[1].knowlege: unknown key. Did you mean 'knowledge'?"


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("is missing"), "is missing"),
        (Problem("is missing", path="a"), "a: is missing"),
        (Problem("is missing", Path("x.yaml")), "x.yaml: is missing"),
        (Problem("is missing", Path("x.yaml"), 3), "x.yaml:3: is missing"),
        (Problem("is missing", None, 3, 4), "line 3:4: is missing"),
        (Problem("is it?", remedy="No."), "is it? No."),
    ],
)
def test_a_problem_leaves_out_what_is_not_known(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_a_file_below_the_working_directory_is_shown_relative_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert str(Problem("m", tmp_path / "here" / "configs" / "x.yaml")) == f"{Path('configs/x.yaml')}: m"
    assert str(Problem("m", tmp_path / "x.yaml")) == f"{tmp_path / 'x.yaml'}: m"


def test_text_from_a_file_cannot_steer_the_terminal() -> None:
    text = str(Problem("bad \x1b[2J value", path="a\nb", remedy="\u202egnorw"))

    assert text == "a\\nb: bad \\x1b[2J value. \\u202egnorw"


def test_problems_are_told_in_reading_order_and_once() -> None:
    a, b, c = Problem("m", Path("a"), 2, 9), Problem("m", Path("a"), 10, 1), Problem("m", Path("b"), 1, 1)

    error = ConfigurationError([c, b, a, b, Problem("whole")])

    assert error.problems == (Problem("whole"), a, b, c)
    assert str(error) == "whole\na:2:9: m\na:10:1: m\nb:1:1: m"
    assert isinstance(error, DialogError)


def test_the_error_survives_a_process_boundary() -> None:
    error = ConfigurationError([Problem("m", Path("a"), 2, 9)])

    assert pickle.loads(pickle.dumps(error)).problems == error.problems


@pytest.mark.parametrize(
    ("word", "choices", "suggestion"),
    [
        ("knowlege", ["knowledge", "name"], "Did you mean 'knowledge'?"),
        ("NAME", ["knowledge", "name"], "Did you mean 'name'?"),
        ("accept-at", ["accept_at"], "Did you mean 'accept_at'?"),
        ("zzz", ["b", "a"], "Known: a, b."),
        ("zzz", [f"choice {number}" for number in range(20)], ""),
        ("zzz", [], ""),
        ("z" * 1_000_000, ["name"], "Known: name."),
    ],
)
def test_suggestions(word: str, choices: list[str], suggestion: str) -> None:
    assert did_you_mean(word, choices) == suggestion


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("policies", 1, "name"), "policies[1].name"),
        ((0, "a"), "[0].a"),
        (("标签", "my key", "a.b"), "标签['my key']['a.b']"),
    ],
)
def test_paths_of_keys(path: tuple[str | int, ...], text: str) -> None:
    assert dotted(path) == text
