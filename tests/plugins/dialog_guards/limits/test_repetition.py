"""No reply that has just been given, and none that goes round in circles."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from dialog_core import BotSaid, Candidate, HumanSaid
from dialog_core.interfaces import Allow, Refuse, Verdict
from dialog_core.testing import make_context, make_turn
from dialog_core.testing.turns import NOON
from dialog_guards.limits.options import RepetitionOptions
from dialog_guards.limits.repetition import Repetition

ANSWER = "You can bring the lamp back within thirty days, with the receipt."
CHINESE = "三十天之内，带上小票，可以把灯退回来。"


def judged(text: str, *said: str, kind: str = "generative", **options: object) -> Verdict:
    guard = Repetition(RepetitionOptions.model_validate(options), make_context())
    turn = make_turn("and then?", events=[BotSaid(one, NOON) for one in said])
    return guard.check_output(turn, Candidate(text, 1.0, "llm", kind))


@pytest.mark.parametrize("text", [ANSWER, ANSWER.upper(), CHINESE])
def test_what_has_just_been_said_is_refused(text: str) -> None:
    assert isinstance(judged(text, ANSWER, CHINESE), Refuse)


def test_another_answer_passes_and_so_does_the_same_one_later_on() -> None:
    assert judged("Yes, the shop in York is open on Sunday from eleven.", ANSWER) == Allow()
    assert judged(ANSWER, ANSWER, "One.", "Two.", "Three.") == Allow()
    assert isinstance(judged(ANSWER, ANSWER, "One.", "Two.", "Three.", last=4), Refuse)


def test_little_words_may_be_said_again_and_rules_repeat_what_they_are_told_to() -> None:
    assert judged("You are welcome!", "You are welcome!") == Allow()
    assert judged(ANSWER, ANSWER, kind="rules") == Allow()
    assert isinstance(judged(ANSWER, ANSWER, kind="rules", kinds=[]), Refuse)


def test_a_longer_answer_that_takes_up_an_earlier_one_passes() -> None:
    assert (
        judged(f"{ANSWER} Lamps that are broken can be brought back for two years, without any receipt.", ANSWER)
        == Allow()
    )


class Counted(Sequence[BotSaid]):
    """Messages that count how many of them somebody looked at."""

    def __init__(self, messages: Sequence[Any]) -> None:
        self._messages, self.looked_at = messages, 0

    def __getitem__(self, place: Any) -> Any:
        self.looked_at += 1
        return self._messages[place]

    def __len__(self) -> int:
        return len(self._messages)


@pytest.mark.parametrize("event", [BotSaid("Hm.", NOON), HumanSaid("Let me see.", NOON)])
def test_in_a_long_conversation_no_more_is_looked_at_than_in_a_short_one(event: Any) -> None:
    looked_at = []
    for length in (100, 10_000):
        turn = make_turn("and then?")
        messages = Counted([event] * length)
        shown = SimpleNamespace(conversation=SimpleNamespace(messages=messages), text=turn.text)
        guard = Repetition(RepetitionOptions(shortest=10), make_context())
        assert guard.check_output(shown, Candidate(ANSWER, 1.0, "llm", "generative")) == Allow()  # type: ignore[arg-type]
        looked_at.append(messages.looked_at)
    assert looked_at[0] == looked_at[1] < 100


@pytest.mark.parametrize("text", ["I am sure that I am sure that " * 5, "我觉得很好我觉得很好" * 4])
def test_a_reply_that_goes_round_in_circles_is_refused(text: str) -> None:
    verdict = judged(text)
    assert isinstance(verdict, Refuse)
    assert verdict.reason.startswith("goes round in circles")
