"""What is learnt from and what is measured on."""

from dialog_core.datasets import AUGMENTED, Dialogue, DialogueTurn, origin_of
from dialog_generative_training.material import Material
from dialog_generative_training.splitting import split_given, split_material


def talk(id: str, of: str | None = None) -> Dialogue:
    turns = (DialogueTurn("user", f"tell me about {id}"), DialogueTurn("bot", f"{id} is a number"))
    return Dialogue(id, turns, {} if of is None else {AUGMENTED: {"by": "typos", "of": of}})


SAID = tuple(talk(str(number)) for number in range(40))
MADE = tuple(talk(f"{one.id}~typos-1", one.id) for one in SAID)


def test_nothing_that_was_made_up_is_measured_on_nor_what_was_made_of_it_learnt_from() -> None:
    split = split_material(Material((*SAID, *MADE)), held_out=0.25, seed=0)
    measured = {one.id for one in split.validation.dialogues}
    assert len(measured) == 10
    assert measured <= {one.id for one in SAID}
    made = [origin_of(one) for one in split.train.dialogues if origin_of(one) is not None]
    assert len(made) == 30
    assert not measured.intersection(made)


def test_the_same_dialogues_are_held_out_whether_others_were_made_of_them_or_not() -> None:
    alone = split_material(Material(SAID), held_out=0.25, seed=0)
    assert split_material(Material((*SAID, *MADE)), held_out=0.25, seed=0).validation == alone.validation


def test_of_what_is_given_to_measure_on_nothing_counts_that_was_made_up_or_learnt_from_in_another_form() -> None:
    split = split_given(Material((*SAID[10:], MADE[0])), Material((*SAID[:10], MADE[1])))
    assert [one.id for one in split.validation.dialogues] == [str(number) for number in range(1, 10)]
