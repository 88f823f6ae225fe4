import random
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialog_core.candidate import ActionCall, Candidate, Proposal
from dialog_core.events import Evidence, SlotSet
from dialog_core.testing import NASTY_TEXTS, PolicyContract, ScriptedPolicy
from dialog_core.turn import Turn


class TestInlinePolicy(PolicyContract):
    def make_policy(self, tmp_path: Path) -> Any:
        return ScriptedPolicy(lambda turn: f"You said {turn.text[:100]}.", mode="inline")


class TestThreadedPolicy(PolicyContract):
    answers = "roll 2d6"

    def make_policy(self, tmp_path: Path) -> Any:
        def roll(turn: Turn) -> Any:
            if "roll" not in turn.text:
                return None
            number = random.Random(turn.seed).randint(1, 6)
            return Candidate(
                f"A {number}!",
                0.9,
                evidence=(Evidence("a die", "dice", 1.0, {"sides": 6}),),
                effects=(SlotSet("rolled", number),),
                quick_replies=("roll again",),
                features={"sides": 6.0},
            )

        return ScriptedPolicy(roll)


class TestActingAsyncPolicy(PolicyContract):
    def make_policy(self, tmp_path: Path) -> Any:
        return ScriptedPolicy(
            Candidate("", 1.0, action=ActionCall("look_up", {"number": 12})), resume=["Done."], mode="async"
        )


class TestPolicyWithMoreToTell(PolicyContract):
    def make_policy(self, tmp_path: Path) -> Any:
        hello = Candidate("Hello", 0.9)
        return ScriptedPolicy(lambda turn: Proposal((hello,), notes={"tokens_in": 3}, remember={"last": turn.text[:9]}))


class TestPolicyThatAsksAService(PolicyContract):
    uses_network = True
    deterministic = False

    def make_policy(self, tmp_path: Path) -> Any:
        return ScriptedPolicy(lambda turn: f"Perhaps {random.random()}")


# --- What the contract finds


class Scribbler:
    """Changes what it is given."""

    def propose(self, turn: Turn) -> list[Candidate]:
        turn.slots["nested"]["list"].append(1)
        return [Candidate("Hello", 1.0)]


class Leaver:
    """Leaves the machine, and hides that it failed."""

    def propose(self, turn: Turn) -> list[Candidate]:
        with socket.socket() as out:
            out.connect_ex(("127.0.0.1", 9))
        return [Candidate("Hello", 1.0)]


class QuietLeaver(Leaver):
    def propose(self, turn: Turn) -> list[Candidate]:
        try:
            return super().propose(turn)
        except OSError:
            return [Candidate("Hello", 1.0)]


class Mixer:
    """Keeps the message it works on where the next one overwrites it."""

    def propose(self, turn: Turn) -> list[Candidate]:
        self.text = turn.text
        time.sleep(0.01)
        return [Candidate(self.text, 1.0)]


class Counter:
    """Answers another way each time."""

    def __init__(self) -> None:
        self.count = 0
        self.lock = threading.Lock()

    def propose(self, turn: Turn) -> list[Candidate]:
        with self.lock:
            self.count += 1
        return [Candidate(f"number {self.count}", 1.0)]


class AsyncInline:
    inline = True

    async def propose(self, turn: Turn) -> list[Candidate]:
        return [Candidate("Hello", 1.0)]


class WordlessActor:
    """Leaves it to an action to give a text, and nobody to take it."""

    def propose(self, turn: Turn) -> list[Candidate]:
        return [Candidate("", 1.0, action=ActionCall("look_up"))]


def fragile(turn: Turn) -> Any:
    turn.text.encode("ascii")
    return "Hello"


@pytest.mark.parametrize(
    ("make", "test", "told"),
    [
        (lambda: ScriptedPolicy(None), "test_it_answers_a_message_it_has_a_reply_to", "no candidate for 'hello'"),
        (lambda: ScriptedPolicy(ValueError("no")), "test_its_candidates_are_sound", "failed: ValueError: no"),
        (lambda: ScriptedPolicy(Candidate("Hello", float("nan"))), "test_its_candidates_are_sound", "the score nan"),
        (
            lambda: ScriptedPolicy(Candidate("Hello", 1.0, effects=(SlotSet("odd", object()),))),
            "test_its_candidates_are_sound",
            "SlotSet.value",
        ),
        (
            lambda: ScriptedPolicy(Candidate("Hello", 1.0, evidence=(Evidence("a", metadata={"odd": {1}}),))),
            "test_its_candidates_are_sound",
            "metadata",
        ),
        (
            lambda: ScriptedPolicy(Candidate("Hello", 1.0, features={"odd": object()})),  # type: ignore[dict-item]
            "test_its_candidates_are_sound",
            "not JSON serializable|is not a JSON value",
        ),
        (
            lambda: ScriptedPolicy(Proposal((Candidate("Hello", 1.0),), notes={"odd": object()})),
            "test_its_candidates_are_sound",
            "its notes cannot be told",
        ),
        (
            lambda: ScriptedPolicy(Proposal((Candidate("Hello", 1.0),), remember={"odd": {1}})),
            "test_it_answers_within_a_bot",
            "wants to remember what cannot be stored",
        ),
        (lambda: ScriptedPolicy(Proposal(error="no")), "test_its_candidates_are_sound", "failed: no"),
        (WordlessActor, "test_its_candidates_are_sound", "without `resume` the action gives no text"),
        (lambda: ScriptedPolicy(ValueError("no")), "test_it_answers_within_a_bot", ""),
        (lambda: ScriptedPolicy(ValueError("no")), "test_it_stands_the_first_message_of_a_conversation", ""),
        (Counter, "test_the_same_turn_gives_the_same_candidates", ""),
        (Scribbler, "test_it_changes_nothing_it_is_given", ""),
        (Leaver, "test_it_does_not_leave_the_machine", "no network in this test"),
        (QuietLeaver, "test_it_does_not_leave_the_machine", "connect_ex"),
        (AsyncInline, "test_inline_is_for_plain_functions", "an async propose is never called inline"),
        (Mixer, "test_many_calls_at_once_do_not_mix", ""),
    ],
)
def test_the_contract_finds_what_is_wrong(make: Callable[[], Any], test: str, told: str, tmp_path: Path) -> None:
    class Contract(PolicyContract):
        def make_policy(self, tmp_path: Path) -> Any:
            return make()

    with pytest.raises((AssertionError, TypeError), match=f"(?s){told}"):
        getattr(Contract(), test)(tmp_path)


@pytest.mark.parametrize("name", ["Chinese", "emoji", "right to left"])
def test_the_contract_finds_texts_a_policy_cannot_stand(name: str, tmp_path: Path) -> None:
    class Contract(PolicyContract):
        def make_policy(self, tmp_path: Path) -> Any:
            return ScriptedPolicy(fragile)

    with pytest.raises(AssertionError, match="failed: UnicodeEncodeError"):
        Contract().test_it_stands_nasty_texts(tmp_path, NASTY_TEXTS[name])


def test_the_contract_finds_what_takes_too_long(tmp_path: Path) -> None:
    policy = ScriptedPolicy(lambda turn: time.sleep(0.2) if len(turn.text) > 1000 else "Hello")

    class Contract(PolicyContract):
        timeout = 0.05

        def make_policy(self, tmp_path: Path) -> Any:
            return policy

    Contract().test_it_stands_nasty_texts(tmp_path, NASTY_TEXTS["emoji"])
    with pytest.raises(AssertionError, match="timed out: took longer than"):
        Contract().test_it_stands_nasty_texts(tmp_path, NASTY_TEXTS["long"])


def test_a_contract_without_a_policy_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match="override make_policy"):
        PolicyContract().test_its_candidates_are_sound(tmp_path)
