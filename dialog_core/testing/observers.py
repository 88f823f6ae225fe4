"""What every observer must do, as tests to subclass.

    from dialog_core.testing import ObserverContract

    class TestTally(ObserverContract):
        def make_observer(self, tmp_path):
            return Tally(TallyOptions(path=tmp_path / "tally.txt"), make_context("tally"))

The tests need pytest and nothing else.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dialog_core.candidate import Candidate
from dialog_core.events import BotSaid
from dialog_core.interfaces import Allow, Refuse
from dialog_core.reply import Reply
from dialog_core.testing.bots import make_bot
from dialog_core.testing.checks import AT_ONCE, no_network, written
from dialog_core.testing.nasty_texts import NASTY_TEXTS
from dialog_core.testing.scripted import ScriptedGuard, ScriptedPolicy
from dialog_core.testing.turns import make_turn

VERBS = ("turn_started", "turn_finished", "policy_failed")


class ObserverContract:
    """Tests for any observer.

    Attributes:
        uses_network: Whether it talks to a service; see `PolicyContract`.
    """

    uses_network: bool = False

    def make_observer(self, tmp_path: Path) -> Any:
        """Return a new observer; what it needs on disk goes below `tmp_path`. Override this."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how to make its observer: override make_observer"
        )

    def test_it_watches_something(self, tmp_path: Path) -> None:
        observer = self.make_observer(tmp_path)
        assert any(hasattr(observer, verb) for verb in VERBS), f"an observer has one of {', '.join(VERBS)}"
        close(observer)

    @pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
    def test_it_stands_nasty_texts(self, tmp_path: Path, text: str) -> None:
        observer = self.make_observer(tmp_path)
        watch(observer, text)
        close(observer)

    def test_it_stands_replies_without_a_trace_and_without_a_message(self, tmp_path: Path) -> None:
        observer = self.make_observer(tmp_path)
        if hasattr(observer, "turn_finished"):
            turn = make_turn("hello")
            observer.turn_finished(turn, Reply("c", "m", (BotSaid("Hello!", turn.now, "m"),)))
            observer.turn_finished(turn, Reply("c", "", ()))  # a person has taken over
        close(observer)

    def test_it_changes_nothing_it_is_given(self, tmp_path: Path) -> None:
        observer, turn = self.make_observer(tmp_path), make_turn("hello", slots={"name": "Ann"})
        before = written(turn)
        watch(observer, "hello", turn)
        close(observer)
        assert written(turn) == before

    def test_many_turns_at_once_are_observed(self, tmp_path: Path) -> None:
        observer = self.make_observer(tmp_path)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [pool.submit(watch, observer, f"message {number}") for number in range(4 * AT_ONCE)]:
                done.result()
        close(observer)

    def test_a_bot_with_it_answers_refuses_and_fails_as_without(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        def propose(turn: Any) -> list[Candidate]:
            if "fail" in turn.text:
                raise ValueError("no idea")
            return [Candidate("Hello!", 1.0)]

        guard = ScriptedGuard(input=lambda turn: Refuse("rude", "Please!") if "rude" in turn.text else Allow())
        observer = self.make_observer(tmp_path)
        with make_bot({"policy": ScriptedPolicy(propose)}, guards={"guard": guard}, observers={"it": observer}) as bot:
            assert [bot.reply(text).text for text in ("hello", "be rude")] == ["Hello!", "Please!"]
            assert bot.reply("fail").messages
        assert [record.getMessage() for record in caplog.records if "observer 'it'" in record.getMessage()] == []

    def test_it_does_not_leave_the_machine(self, tmp_path: Path) -> None:
        if self.uses_network:
            pytest.skip("declared to talk to a service")
        observer = self.make_observer(tmp_path)
        with no_network() as attempts:
            watch(observer, "hello")
            close(observer)
        assert not attempts


def watch(observer: Any, text: str, turn: Any = None) -> None:
    """Tell an observer of a whole turn, in which a policy fails, as a bot would."""
    turn = turn or make_turn(text)
    if hasattr(observer, "turn_started"):
        observer.turn_started(turn)
    if hasattr(observer, "policy_failed"):
        observer.policy_failed(turn, "policy", f"ValueError: {text}")
    if hasattr(observer, "turn_finished"):
        said = BotSaid(text, turn.now, "message", "policy", probability=0.5)
        trace = {"reason": text, "parts": [{"part": "guard x", "verdict": text, "seconds": 0.0}]}
        observer.turn_finished(turn, Reply("test", "message", (said,), trace))


def close(observer: Any) -> None:
    """Close an observer that can be."""
    if hasattr(observer, "close"):
        observer.close()
