"""What every policy must do, as tests to subclass.

    from dialog_core.testing import PolicyContract

    class TestEcho(PolicyContract):
        answers = "say something"

        def make_policy(self, tmp_path):
            return EchoPolicy(EchoOptions(), make_context("echo"))

The tests need pytest and nothing else. Add tests of your own to the class for what is particular to your policy.
"""

import asyncio
import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core.breaker import CircuitBreaker
from dialog_core.candidate import Candidate
from dialog_core.dispatch import Answer, PolicyRunner
from dialog_core.event_codec import encode_event
from dialog_core.events import BotSaid, FlowStarted, Message, SessionStarted, SlotSet, UserSaid
from dialog_core.interfaces import ActingPolicy, Policy
from dialog_core.stores.json_text import to_json_text
from dialog_core.testing.bots import make_manager
from dialog_core.testing.checks import AT_ONCE, no_network, run, written
from dialog_core.testing.nasty_texts import NASTY_TEXTS
from dialog_core.testing.turns import NOON, make_turn
from dialog_core.turn import Turn

EARLIER = (
    SessionStarted(NOON),
    UserSaid(Message("hello", client_id="earlier", at=NOON)),
    BotSaid("Hello, what can I do for you?", NOON, "earlier", "greeting"),
    SlotSet("name", "Ann"),
    SlotSet("nested", {"list": [1, 2.5, None, True]}),
    FlowStarted("somebody_elses_flow", "somebody_else", "a_step"),
)


class PolicyContract:
    """Tests for any policy.

    Attributes:
        answers: A message the policy has a reply to.
        others: Further messages it should be seen with.
        timeout: Seconds one call may take.
        uses_network: Whether it talks to a service; then nobody looks whether it leaves the machine. Let
            `make_policy` put a stand-in there that runs in the test.
        deterministic: Whether the same turn must give the same candidates.
    """

    answers: str = "hello"
    others: Sequence[str] = ("thank you", "where is my order?", "no")
    timeout: float = 5.0
    uses_network: bool = False
    deterministic: bool = True

    def make_policy(self, tmp_path: Path) -> Policy:
        """Return a new policy; what it needs on disk goes below `tmp_path`. Override this."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its policy: override make_policy")

    def make_turn(self, text: str) -> Turn:
        """Return the turn the policy is asked about. Override it to add annotations, slots or a flow of its own."""
        return make_turn(text, events=EARLIER)

    # --- What it proposes ---------------------------------------------------------------------------------------------

    def test_it_answers_a_message_it_has_a_reply_to(self, tmp_path: Path) -> None:
        (answer,) = self.ask(self.make_policy(tmp_path), self.answers)
        assert answer.candidates, f"no candidate for {self.answers!r}: name a message it has a reply to as `answers`"

    def test_it_answers_within_a_bot(self, tmp_path: Path) -> None:
        policy = self.make_policy(tmp_path)

        async def talk() -> Any:
            manager = make_manager({"policy": policy}, timeout=self.timeout, deadline=self.timeout, answer_at=0.0)
            return await manager.take("test", Message(self.answers, client_id="1"))

        reply = run(talk())
        assert reply.text
        assert reply.trace is not None
        assert [report["error"] for report in reply.trace["policies"]] == [""]

    def test_its_candidates_are_sound(self, tmp_path: Path) -> None:
        policy = self.make_policy(tmp_path)
        for answer in self.ask(policy, self.answers, *self.others):
            for candidate in answer.candidates:
                self.check(policy, candidate)

    @pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
    def test_it_stands_nasty_texts(self, tmp_path: Path, text: str) -> None:
        policy = self.make_policy(tmp_path)
        (answer,) = self.ask(policy, text)
        for candidate in answer.candidates:
            self.check(policy, candidate)

    def test_it_stands_the_first_message_of_a_conversation(self, tmp_path: Path) -> None:
        policy = self.make_policy(tmp_path)
        (answer,) = run(self._ask_all(policy, [make_turn(self.answers)]))
        assert not answer.report.error

    def test_the_same_turn_gives_the_same_candidates(self, tmp_path: Path) -> None:
        if not self.deterministic:
            pytest.skip("declared to differ from time to time")
        policy, again = self.make_policy(tmp_path), self.make_policy(tmp_path)
        texts = (self.answers, *self.others)
        first = [answer.candidates for answer in self.ask(policy, *texts)]
        assert [answer.candidates for answer in self.ask(policy, *texts)] == first, "asked again"
        assert [answer.candidates for answer in self.ask(again, *reversed(texts))][::-1] == first, "made anew"

    # --- What it does not do ------------------------------------------------------------------------------------------

    def test_it_changes_nothing_it_is_given(self, tmp_path: Path) -> None:
        policy = self.make_policy(tmp_path)
        turns = [self.make_turn(text) for text in (self.answers, *self.others)]
        before = [written(turn) for turn in turns]
        run(self._ask_all(policy, turns))
        assert [written(turn) for turn in turns] == before

    def test_it_does_not_leave_the_machine(self, tmp_path: Path) -> None:
        if self.uses_network:
            pytest.skip("declared to talk to a service")
        policy = self.make_policy(tmp_path)
        with no_network() as attempts:
            self.ask(policy, self.answers, *self.others)
        assert not attempts

    # --- How it is called ---------------------------------------------------------------------------------------------

    def test_inline_is_for_plain_functions(self, tmp_path: Path) -> None:
        policy = self.make_policy(tmp_path)
        if getattr(policy, "inline", False):
            assert not inspect.iscoroutinefunction(policy.propose), "an async propose is never called inline"

    def test_many_calls_at_once_do_not_mix(self, tmp_path: Path) -> None:
        policy = self.make_policy(tmp_path)
        turns = [self.make_turn(text) for text in (self.answers, *self.others)]
        alone = [self.ask(policy, turn.text)[0].candidates for turn in turns]

        async def at_once() -> list[Answer]:
            runner = self._runner(policy, timeout=self.timeout * AT_ONCE)
            return await asyncio.gather(*(runner.ask(turns[n % len(turns)], 0) for n in range(AT_ONCE)))

        for number, answer in enumerate(run(at_once())):
            assert not answer.report.error
            if self.deterministic:
                assert answer.candidates == alone[number % len(alone)]

    # --- Helpers ------------------------------------------------------------------------------------------------------

    def ask(self, policy: Policy, *texts: str) -> list[Answer]:
        """Ask as the manager does, one message after the other; every answer must be sound and in time."""
        answers = run(self._ask_all(policy, [self.make_turn(text) for text in texts]))
        for text, answer in zip(texts, answers, strict=True):
            assert not answer.report.error, f"for {text!r:.100}: {answer.report.status}: {answer.report.error}"
        return answers

    def check(self, policy: Policy, candidate: Candidate) -> None:
        """Check that a candidate can be ranked, stored and explained. Override it to ask for more."""
        assert 0.0 <= candidate.score <= 1.0
        said = BotSaid(
            candidate.text,
            NOON,
            evidence=candidate.evidence,
            quick_replies=candidate.quick_replies,
            attachments=candidate.attachments,
        )
        for event in (said, *candidate.effects):
            encode_event(event)
        to_json_text(dict(candidate.features))
        if candidate.action is not None:
            to_json_text(dict(candidate.action.arguments))
            assert candidate.text or isinstance(policy, ActingPolicy), "without `resume` the action gives no text"

    async def _ask_all(self, policy: Policy, turns: Sequence[Turn]) -> list[Answer]:
        runner = self._runner(policy, timeout=self.timeout)
        return [await runner.ask(turn, 0) for turn in turns]

    def _runner(self, policy: Policy, *, timeout: float) -> PolicyRunner:
        return PolicyRunner("policy", policy, kind="", position=0, timeout=timeout, breaker=CircuitBreaker(1000))
