import itertools
import socket
from pathlib import Path
from typing import Any

import pytest

from dialog_core.testing import NASTY_TEXTS, AnnotatorContract, ScriptedAnnotator
from dialog_core.turn import Turn


class TestThreadedAnnotator(AnnotatorContract):
    def make_annotator(self, tmp_path: Path) -> Any:
        return ScriptedAnnotator(lambda turn: {"words": turn.text.split()[:5], "length": len(turn.text)})


class TestAsyncAnnotator(AnnotatorContract):
    messages = ("hello",)

    def make_annotator(self, tmp_path: Path) -> Any:
        return ScriptedAnnotator("greet", mode="async")


class Leaver:
    def annotate(self, turn: Turn) -> None:
        socket.getaddrinfo("example.invalid", 80)


class Scribbler:
    def annotate(self, turn: Turn) -> None:
        object.__setattr__(turn.message, "text", "something else")


def counting() -> Any:
    numbers = itertools.count()
    return ScriptedAnnotator(lambda turn: next(numbers))


@pytest.mark.parametrize(
    ("annotator", "test", "told"),
    [
        (ScriptedAnnotator(object()), "test_it_finds_json_values", "not JSON serializable"),
        (ScriptedAnnotator(float("nan")), "test_it_finds_json_values", "not JSON compliant"),
        (ScriptedAnnotator(ValueError("no model")), "test_it_finds_json_values", "failed: ValueError: no model"),
        (counting(), "test_the_same_turn_gives_the_same_findings", ""),
        (counting(), "test_many_calls_at_once_do_not_mix", ""),
        (Leaver(), "test_it_does_not_leave_the_machine", "no network in this test"),
        (Scribbler(), "test_it_changes_nothing_it_is_given", ""),
    ],
)
def test_the_contract_finds_what_is_wrong(annotator: Any, test: str, told: str, tmp_path: Path) -> None:
    class Contract(AnnotatorContract):
        def make_annotator(self, tmp_path: Path) -> Any:
            return annotator

    with pytest.raises((AssertionError, TypeError, ValueError), match=told or ".*"):
        getattr(Contract(), test)(tmp_path)


def test_the_contract_finds_texts_an_annotator_cannot_stand(tmp_path: Path) -> None:
    class Contract(AnnotatorContract):
        def make_annotator(self, tmp_path: Path) -> Any:
            return ScriptedAnnotator(lambda turn: turn.text[0])

    with pytest.raises(AssertionError, match="IndexError"):
        Contract().test_it_stands_nasty_texts(tmp_path, NASTY_TEXTS["empty"])


def test_a_contract_without_an_annotator_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match="override make_annotator"):
        AnnotatorContract().test_it_finds_json_values(tmp_path)
