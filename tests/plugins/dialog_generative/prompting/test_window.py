import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Evidence
from dialog_core.testing import make_context, make_turn
from dialog_generative.chat import ChatMessage
from dialog_generative.errors import GenerationError
from dialog_generative.memory.remembering import Recalled
from dialog_generative.options import GenerativeOptions
from dialog_generative.prompting.prompt import Prompt
from dialog_generative.prompting.window import FRAME_TOKENS, Fitted, Window, first_kept
from dialog_generative.prompting.writer import PromptWriter
from tests.plugins.dialog_generative.counting import CountingBackend, size
from tests.plugins.dialog_generative.talks import turns

REPLY = 20


def chat(sizes: Sequence[int], question: int = 5, system: int = 10) -> Prompt:
    """Return a prompt whose turns take so many tokens each."""
    history = tuple(
        (ChatMessage("user", f"q{number}"), ChatMessage("assistant", " ".join(["w"] * max(tokens - 7, 1))))
        for number, tokens in enumerate(sizes)
    )
    return Prompt(" ".join(["s"] * system), history, " ".join(["q"] * question))


def fit(prompt: Prompt, backend: CountingBackend, window: Window | None = None) -> Fitted:
    return asyncio.run((window or Window()).fit(prompt, backend, REPLY, ()))


def takes(fitted: Fitted) -> int:
    return sum(map(size, fitted.messages))


def first(fitted: Fitted) -> int:
    return int(fitted.notes.get("turns_left_out", 0))


@given(st.lists(st.integers(8, 60), max_size=60), st.integers(120, 500), st.lists(st.integers(1, 30), min_size=60))
def test_a_growing_conversation_always_fits_and_is_rarely_cut_anew(
    talk: list[int], reads: int, questions: list[int]
) -> None:
    window, backend = Window(), CountingBackend(reads)
    cuts: list[int] = []
    for length in range(len(talk) + 1):
        fitted = fit(chat(talk[:length], questions[length % 60]), backend, window)
        assert takes(fitted) + REPLY + FRAME_TOKENS <= reads
        assert [message.role for message in fitted.messages][-1] == "user"
        cuts.append(first(fitted))
    assert cuts == sorted(cuts) or max(questions) > 0.1 * reads  # only a much longer question cuts more for a while
    assert len({message.text for message in backend.counted}) == len(backend.counted)  # nothing is counted twice


@given(st.lists(st.integers(10, 40), min_size=30, max_size=80))
def test_the_cut_moves_by_a_good_part_of_the_window_at_a_time(talk: list[int]) -> None:
    most = 400
    places = [first_kept(talk[:length], 500, most) for length in range(len(talk) + 1)]
    for before, after in pairwise(places):
        assert before <= after
        if before != after:
            assert sum(talk[before:after]) >= most / 4 - max(talk)
    for length, place in enumerate(places):
        assert sum(talk[place:length]) <= most
        if place:  # no more was cut than had to be
            assert sum(talk[place:length]) > most - most / 4 - 2 * max(talk)


def test_a_question_that_is_a_little_longer_does_not_move_the_cut() -> None:
    sizes = [20] * 60
    assert len({first_kept(sizes, available, 400) for available in range(400, 500)}) == 1


def test_one_turn_that_is_too_long_is_left_out_and_what_comes_after_it_is_kept() -> None:
    assert first_kept([10, 10, 1000, 10, 10], 300, 240) == 3
    assert first_kept([1000], 300, 240) == 1
    assert first_kept([], 300, 240) == 0
    assert first_kept([10, 10], 5, 240) == 2


def test_a_model_whose_window_nobody_knows_is_told_everything() -> None:
    backend = CountingBackend(0)
    fitted = fit(chat([50] * 100), backend)
    assert (len(fitted.messages), fitted.notes, backend.counted) == (202, {}, [])


def test_what_was_left_out_stands_in_the_trace() -> None:
    fitted = fit(chat([50] * 10), CountingBackend(300))
    assert 0 < first(fitted) < 10
    assert fitted.messages[1].text == f"q{first(fitted)}"


def test_a_long_message_is_cut_in_the_middle_so_that_it_can_be_answered() -> None:
    said = "begin " + "word " * 100_000 + "end?"
    writer = PromptWriter(GenerativeOptions(), make_context())
    fitted = fit(writer.write(make_turn(said), (), Recalled()), CountingBackend(2000))
    question = fitted.messages[-1].text
    assert question.startswith("begin word")
    assert question.endswith("word end?")
    assert "\n[…]\n" in question
    assert takes(fitted) > 1500
    assert fitted.notes == {"shortened": ["question"]}


def test_evidence_is_shortened_before_the_question_and_after_the_history() -> None:
    writer = PromptWriter(GenerativeOptions(grounded_in=("faq",)), make_context())
    evidence = tuple(Evidence(f"{number} " + "some words. " * 160) for number in range(5))
    turn = make_turn("my own question", events=turns(3, "word " * 200))
    fitted = fit(writer.write(turn, evidence, Recalled()), CountingBackend(900))
    assert fitted.notes == {"turns_left_out": 3, "shortened": ["evidence"]}
    assert fitted.messages[-1].text.count("<evidence ") == 5
    assert fitted.messages[-1].text.endswith("my own question")


def test_a_prompt_that_cannot_be_made_to_fit_says_what_to_change() -> None:
    with pytest.raises(GenerationError, match=r"its system message takes 503 tokens.*Shorten `persona`"):
        fit(chat([], system=500), CountingBackend(100))


def test_a_reply_may_take_half_of_a_tiny_window_and_no_more() -> None:
    fitted = asyncio.run(Window().fit(chat([], 3, 2), CountingBackend(64), 10_000, ()))
    assert takes(fitted) == 11


def test_sizes_are_remembered_for_a_bounded_number_of_messages() -> None:
    window, backend = Window(), CountingBackend(100)
    messages = [ChatMessage("user", str(number)) for number in range(10_000)]
    asyncio.run(window.sizes(messages, backend))
    asyncio.run(window.sizes(messages[-8000:], backend))
    assert len(backend.counted) == 10_000
    asyncio.run(window.sizes(messages[:10], backend))
    assert len(backend.counted) == 10_010
