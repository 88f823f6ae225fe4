"""Chat logs as knowledge."""

from collections import Counter

from dialog_core.datasets import AUGMENTED, Dialogue, DialogueTurn, KnowledgeEntry, origin_of
from dialog_data.dialogues.pairs import pairs_of


def talk(id: str, *said: str, **metadata: object) -> Dialogue:
    """Return a dialogue of texts such as `user: hello`."""
    turns = (text.partition(": ") for text in said)
    return Dialogue(id, tuple(DialogueTurn(role, words) for role, _, words in turns), metadata)  # type: ignore[arg-type]


def pairs(*items: Dialogue | KnowledgeEntry) -> tuple[list[KnowledgeEntry], Counter[str]]:
    left_out: Counter[str] = Counter()
    return list(pairs_of(items, left_out)), left_out  # type: ignore[arg-type]


def test_each_message_with_its_answer_is_an_entry() -> None:
    found, left_out = pairs(talk("d1", "user: hello", "bot: hi", "user: when do you open", "bot: at nine", line=3))
    assert found == [
        KnowledgeEntry("d1:1", ("hello",), "hi", metadata={"line": 3}),
        KnowledgeEntry("d1:2", ("when do you open",), "at nine", metadata={"line": 3}),
    ]
    assert +left_out == Counter({"context of a pair": 1})


def test_what_one_side_says_in_several_turns_is_one_text_and_instructions_are_none() -> None:
    found, _ = pairs(talk("d", "system: be kind", "user: hello", "user: anybody?", "bot: yes", "bot: what is it"))
    assert (found[0].questions, found[0].answer) == (("hello\nanybody?",), "yes\nwhat is it")


def test_a_pair_said_again_is_there_once_and_another_answer_is_another_pair() -> None:
    found, left_out = pairs(
        talk("1", "user: Hello", "bot: hi"), talk("2", "user: hello ", "bot: Hi"), talk("3", "user: hello", "bot: yes?")
    )
    assert [entry.id for entry in found] == ["1:1", "3:1"]
    assert left_out["pair that was there before"] == 1


def test_what_nobody_asked_or_answered_makes_no_pair() -> None:
    found, left_out = pairs(talk("1", "bot: welcome", "user: hello", "bot: hi", "user: and now?"))
    assert [entry.questions for entry in found] == [("hello",)]
    assert left_out["turn nobody answered"] == 1


def test_what_was_made_up_still_says_so() -> None:
    made = talk("1~typos-1", "user: helo", "bot: hi", **{AUGMENTED: {"by": "typos", "of": "1"}})
    (entry,), _ = pairs(made)
    assert origin_of(entry) == "1:1"


def test_what_is_no_dialogue_stays_as_it_is() -> None:
    entry = KnowledgeEntry("k", ("q",), "a")
    assert pairs(entry)[0] == [entry]
