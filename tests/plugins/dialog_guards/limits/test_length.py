"""How long messages and replies may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Candidate
from dialog_core.interfaces import Allow, Refuse, Rewrite, Verdict
from dialog_core.testing import make_context, make_turn
from dialog_guards.limits.length import Length
from dialog_guards.limits.options import LengthOptions

ENGLISH = "It is 3.5 km away. Take the bus! Or walk, e.g. along the river."
CHINESE = "离这里三公里。可以坐公交！也可以走路。"


def judged(text: str, *, kind: str = "generative", **options: object) -> Verdict:
    guard = Length(LengthOptions.model_validate(options), make_context())
    return guard.check_output(make_turn("how far is it?"), Candidate(text, 1.0, "llm", kind))


@pytest.mark.parametrize(
    ("text", "options", "left"),
    [
        (ENGLISH, {"sentences": 1}, "It is 3.5 km away."),
        (ENGLISH, {"sentences": 2}, "It is 3.5 km away. Take the bus!"),
        (ENGLISH, {"reply": 40}, "It is 3.5 km away. Take the bus!"),
        (CHINESE, {"sentences": 1}, "离这里三公里。"),
        ("Dr. Lee is in. She is free at four.", {"sentences": 1}, "Dr. Lee is in."),
        ("他说“为什么？”然后走了。我不知道。", {"sentences": 1}, "他说“为什么？”然后走了。"),
        ("“请进。” 门开了。", {"sentences": 1}, "“请进。”"),
        (CHINESE, {"reply": 15}, "离这里三公里。可以坐公交！"),
    ],
)
def test_a_reply_is_cut_after_a_whole_sentence(text: str, options: dict[str, object], left: str) -> None:
    assert judged(text, **options) == Rewrite(left)


def test_what_fits_stays_as_it_is_and_so_does_what_somebody_wrote() -> None:
    assert judged(ENGLISH, sentences=3, reply=100) == Allow()
    assert judged(ENGLISH, sentences=1, kind="retrieval") == Allow()
    assert judged(ENGLISH, sentences=1, kind="retrieval", kinds=[]) == Rewrite("It is 3.5 km away.")


def test_a_reply_is_refused_where_no_sentence_fits_or_it_is_too_short() -> None:
    assert isinstance(judged("word " * 50, reply=20), Refuse)
    assert isinstance(judged(ENGLISH, sentences=1, too_long="refuse"), Refuse)
    assert isinstance(judged("Ok.", at_least=10), Refuse)


def test_a_message_that_is_too_long_is_refused_in_its_language() -> None:
    guard = Length(LengthOptions(message=5), make_context())
    assert guard.check_input(make_turn("hello")) == Allow()
    refusal = guard.check_input(make_turn("请问你们什么时候开门", language="zh"))
    assert isinstance(refusal, Refuse)
    assert refusal.reply.startswith("内容有点多")


@pytest.mark.parametrize(
    "text", ["so on and " * 2_000, "." * 20_000 + "x", ". " * 10_000 + "x", "。" * 20_000, "a" * 20_000]
)
def test_a_reply_without_an_end_is_refused_or_cut_however_long_it_is(text: str) -> None:
    assert isinstance(judged(text, reply=50), Refuse | Rewrite)
    assert isinstance(judged("so on and " * 2_000, reply=50), Refuse)


@given(st.text(max_size=300), st.integers(1, 50), st.integers(1, 5))
def test_what_is_left_is_a_beginning_that_fits(text: str, most: int, sentences: int) -> None:
    verdict = judged(text, reply=most, sentences=sentences)
    if isinstance(verdict, Rewrite):
        assert text.startswith(verdict.text)
        assert 0 < len(verdict.text) <= most
