import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_evaluation.replies.cases import cases_of, limited
from tests.plugins.dialog_evaluation.generation.conftest import FILE, cases, dialogue, flat


def test_every_reply_is_a_case_with_what_came_before() -> None:
    one, two = flat(cases(dialogue("7", "hi", "Hello!", "a table", "For how many?")))
    assert (one.history, one.question, one.reply, one.before) == ((), "hi", "Hello!", "")
    assert [turn.text for turn in two.history] == ["hi", "Hello!"]
    assert (two.question, two.reply, two.before, two.number, two.line) == ("a table", "For how many?", "Hello!", 3, 7)


def test_several_messages_before_a_reply_are_history_and_the_last_is_asked() -> None:
    (only,) = flat(cases(dialogue("1", "user: hi", "user: anybody there?", "bot: Yes.")))
    assert ([turn.text for turn in only.history], only.question) == (["hi"], "anybody there?")


def test_what_cannot_be_measured_is_left_out_and_told() -> None:
    found = cases(
        dialogue("1", "bot: Welcome!", "user: hi", "bot: Hello!", "bot: Still there?"),
        dialogue("2", "system: Be kind.", "user: hi", "bot:  ", "bot: Hello!"),
        dialogue("3", "user: nobody answers"),
    )
    assert [(case.question, case.reply) for case in flat(found)] == [("hi", "Hello!"), ("hi", "Hello!")]
    assert flat(found)[0].before == "Welcome!"
    told = " ".join(found.remarks)
    assert "2 replies that nobody asked for were not measured (the first: line 1)" in told
    assert "an empty turn was passed over (the first: line 2)" in told
    assert "`system` were not shown to the bot" in told
    assert "a dialogue has no reply to measure (the first: line 3)" in told


@pytest.mark.parametrize("said", [("user: hi",), ("bot: hi",), ("user: hi", "bot:  "), ("user:  ", "bot: hi")])
def test_dialogues_of_one_side_are_refused(said: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError, match=r"talks\.jsonl:4: no dialogue has a reply"):
        cases(dialogue("4", *said))


def test_a_limit_takes_whole_dialogues_drawn_at_random_and_always_the_same() -> None:
    found = cases(*(dialogue(str(number), "a", "b", "c", "d") for number in range(1, 21)))
    some = limited(found, 5, seed=3)
    assert some.count == 6
    assert [each[0].dialogue for each in some.by_dialogue] == sorted(
        (each[0].dialogue for each in some.by_dialogue), key=int
    )
    assert some.by_dialogue == limited(found, 5, seed=3).by_dialogue
    assert some.by_dialogue != limited(found, 5, seed=4).by_dialogue
    assert "6 of 40 replies were measured: those of 3 dialogues drawn at random." in some.remarks
    assert limited(found, 0, seed=3) is found
    assert limited(found, 40, seed=3) is found


@given(
    st.lists(st.tuples(st.sampled_from(["user", "bot", "system"]), st.sampled_from(["", " ", "a", "b"])), max_size=9)
)
def test_a_case_follows_from_what_was_said(said: list[tuple[str, str]]) -> None:
    turns = (DialogueTurn("user", "q"), DialogueTurn("bot", "r"), *(DialogueTurn(*turn) for turn in said))  # type: ignore[arg-type]
    for case in flat(cases_of([Dialogue("x", turns)], FILE)):
        spoken = [turn for turn in turns[: case.number] if turn.role != "system" and turn.text.strip()]
        assert (*case.history, DialogueTurn("user", case.question)) == tuple(spoken)
        assert turns[case.number] == DialogueTurn("bot", case.reply)
