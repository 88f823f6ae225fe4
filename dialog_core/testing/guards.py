"""What every guard must do, as tests to subclass.

    from dialog_core.testing import GuardContract

    class TestBlocklist(GuardContract):
        objectionable = ("you utter nuisance",)

        def make_guard(self, tmp_path):
            return Blocklist(BlocklistOptions(words=["nuisance"]), make_context("blocklist"))

The tests need pytest and nothing else.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from dialog_core.candidate import Candidate
from dialog_core.event_codec import encode_event
from dialog_core.guarding import GuardRunner
from dialog_core.interfaces import Allow, Refuse, Rewrite, Verdict
from dialog_core.stores.json_text import to_json_text
from dialog_core.testing.bots import make_bot
from dialog_core.testing.checks import AT_ONCE, no_network, run, written
from dialog_core.testing.nasty_texts import NASTY_TEXTS
from dialog_core.testing.turns import make_turn
from dialog_core.turn import Turn


class GuardContract:
    """Tests for any guard.

    Attributes:
        harmless: Texts it must let through, coming in and going out.
        objectionable: Texts it must rewrite or refuse wherever it looks.
        kind: The kind of policy (`rules`, `generative`, ...) whose replies it is shown; some guards look at one alone.
        timeout: Seconds one call may take.
        uses_network: Whether it talks to a service; see `PolicyContract`.
    """

    harmless: Sequence[str] = ("hello", "where is my order?", "Your order is on its way.")
    objectionable: Sequence[str] = ()
    kind: str = ""
    timeout: float = 5.0
    uses_network: bool = False

    def make_guard(self, tmp_path: Path) -> object:
        """Return a new guard; what it needs on disk goes below `tmp_path`. Override this."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its guard: override make_guard")

    def make_turn(self, text: str) -> Turn:
        """Return the turn it is asked about."""
        return make_turn(text)

    def make_reply(self, text: str) -> Candidate:
        """Return the reply it is asked about."""
        return Candidate(text, 1.0, "policy", self.kind)

    def test_it_looks_at_input_or_output(self, tmp_path: Path) -> None:
        runner = self._runner(self.make_guard(tmp_path))
        assert runner.check_input or runner.check_output, "a guard has check_input, check_output or both"

    def test_it_lets_harmless_texts_through(self, tmp_path: Path) -> None:
        for text, verdicts in self.judge(self.make_guard(tmp_path), *self.harmless).items():
            assert all(isinstance(verdict, Allow) for verdict in verdicts), f"objects to {text!r}: {verdicts}"

    def test_it_objects_to_objectionable_texts(self, tmp_path: Path) -> None:
        for text, verdicts in self.judge(self.make_guard(tmp_path), *self.objectionable).items():
            assert any(isinstance(verdict, Rewrite | Refuse) for verdict in verdicts), f"lets {text!r} through"

    @pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
    def test_it_stands_nasty_texts(self, tmp_path: Path, text: str) -> None:
        self.judge(self.make_guard(tmp_path), text)

    def test_the_same_text_gets_the_same_verdict(self, tmp_path: Path) -> None:
        guard, texts = self.make_guard(tmp_path), (*self.harmless, *self.objectionable)
        assert self.judge(guard, *texts) == self.judge(guard, *texts)

    def test_a_guard_that_streams_judges_beginnings(self, tmp_path: Path) -> None:
        guard = self.make_guard(tmp_path)
        if not getattr(guard, "streams", False):
            pytest.skip("does not judge a reply sentence by sentence")
        for text in self.harmless:
            self.judge(guard, *(text[:end] for end in range(len(text))))

    def test_it_changes_nothing_it_is_given(self, tmp_path: Path) -> None:
        guard = self.make_guard(tmp_path)
        turns = [self.make_turn(text) for text in (*self.harmless, *self.objectionable)]
        before = [written(turn) for turn in turns]
        run(self._judge_all(self._runner(guard), turns))
        assert [written(turn) for turn in turns] == before

    def test_a_bot_it_watches_over_answers_whatever_is_said(self, tmp_path: Path) -> None:
        guard, texts = self.make_guard(tmp_path), (*self.harmless, *self.objectionable)
        with make_bot("Hello!", guards={"guard": guard}, timeout=self.timeout) as bot:
            for number, text in enumerate(texts):
                conversation = f"conversation {number}"
                reply = bot.reply(text, conversation=conversation)
                assert reply.text or not reply.messages, f"says nothing at {text!r}"
                failed = [part for part in (reply.trace or {}).get("parts", ()) if "failed" in part["verdict"]]
                assert not failed, f"{text!r:.100}: {failed}"

    def test_it_does_not_leave_the_machine(self, tmp_path: Path) -> None:
        if self.uses_network:
            pytest.skip("declared to talk to a service")
        guard = self.make_guard(tmp_path)
        with no_network() as attempts:
            self.judge(guard, *self.harmless, *self.objectionable)
        assert not attempts

    def test_many_calls_at_once_do_not_mix(self, tmp_path: Path) -> None:
        guard, texts = self.make_guard(tmp_path), (*self.harmless, *self.objectionable)
        alone = list(self.judge(guard, *texts).values())

        async def at_once() -> list[list[list[Verdict]]]:
            runner = self._runner(guard)
            turns = [self.make_turn(text) for text in texts]
            return await asyncio.gather(*(self._judge_all(runner, turns) for _ in range(AT_ONCE // 4)))

        assert run(at_once()) == [alone] * (AT_ONCE // 4)

    def judge(self, guard: object, *texts: str) -> dict[str, list[Verdict]]:
        """Ask the guard about each text, coming in and going out, as the manager does."""
        turns = [self.make_turn(text) for text in texts]
        return dict(zip(texts, run(self._judge_all(self._runner(guard), turns)), strict=True))

    async def _judge_all(self, runner: GuardRunner, turns: Sequence[Turn]) -> list[list[Verdict]]:
        return [await self._judge(runner, turn) for turn in turns]

    async def _judge(self, runner: GuardRunner, turn: Turn) -> list[Verdict]:
        verdicts = []
        if runner.check_input is not None:
            verdicts.append(await runner.judge(runner.check_input, turn))
        if runner.check_output is not None:
            verdicts.append(await runner.judge(runner.check_output, turn, self.make_reply(turn.text)))
        for _, report in verdicts:
            assert report is None or not report.verdict.startswith("failed"), f"{turn.text!r:.100}: {report.verdict}"
        said = [verdict for verdict, _ in verdicts]
        for verdict in said:
            self._check(verdict, turn)
        if runner.check_output is not None and isinstance(said[-1], Refuse):
            told = "only the refusal of a message has effects or quick replies, or is urgent"
            assert not said[-1].effects, told
            assert not said[-1].quick_replies, told
            assert not said[-1].urgent, told
        return said

    def _check(self, verdict: Verdict, turn: Turn) -> None:
        match verdict:
            case Rewrite(text):
                assert isinstance(text, str)
            case Refuse():
                assert verdict.reason, "a refusal says why, for the trace"
                try:
                    to_json_text([encode_event(event) for event in verdict.effects])
                    after = turn.conversation.append(verdict.effects)
                except Exception as error:
                    raise AssertionError(f"has effects that cannot be stored: {error}") from error
                assert len(after.events) == len(turn.conversation.events) + len(verdict.effects)

    def _runner(self, guard: object) -> GuardRunner:
        return GuardRunner.wrap("guard", guard, timeout=self.timeout, fails_open=False)
