"""Examples that nobody has said are learnt from, and neither they nor what they were made of misleads the measuring."""

from pathlib import Path

from dialog_core.testing import make_job
from dialog_nlu_training.data_checks import without_leaks
from dialog_nlu_training.entity_fitting import as_sequence
from dialog_nlu_training.entity_trainer import _splits
from dialog_nlu_training.labelled_data import Example, made_of_none

FILE = Path("nlu.jsonl")
SAID = [
    Example(f"{words} number {number}", label, FILE, number)
    for number in range(20)
    for words, label in (("where is my parcel", "track"), ("please cancel the order", "cancel"))
]
MADE = [Example(f"{one.text}x", one.label, FILE, 100, origin=one.text) for one in SAID]


def test_what_was_made_of_a_held_out_example_is_not_learnt_from() -> None:
    held_out = SAID[:3]
    assert made_of_none([*SAID, *MADE], held_out) == MADE[3:]


def test_labels_are_judged_on_what_was_said_alone(tmp_path: Path) -> None:
    from dialog_nlu.options import IntentsOptions
    from dialog_nlu_training.engine_fitting import make_fitting
    from dialog_nlu_training.holding_out import judge_held_out
    from dialog_nlu_training.options import IntentsTraining

    options = IntentsTraining.model_construct(data=(FILE,))
    job = make_job(tmp_path, options, IntentsOptions())
    fitting = make_fitting(job.component.engine, options, job)
    judged = judge_held_out([*SAID, *MADE], fitting, share=0.2, seed=0, progress=job.progress)
    assert sorted(one.text for one in judged.examples) == sorted(one.text for one in SAID)


def test_entities_are_measured_on_what_was_said_and_nothing_made_of_it_is_known() -> None:
    sequences = [as_sequence(one) for one in (*SAID, *MADE)]
    for known, held_out in _splits(sequences, seed=0):
        measured = {one.words for one in held_out}
        assert all(one.origin is None for one in held_out)
        assert not any(one.origin in measured for one in known)
        assert any(one.origin is not None for one in known)


def test_what_was_made_of_validation_data_makes_it_known() -> None:
    kept, remarks = without_leaks([*SAID[:3], MADE[5]], [*SAID[10:], MADE[0]])
    assert kept == SAID[1:3]
    assert remarks[0] == "1 texts of the validation data nobody has said, and were left out."
    assert "1 texts of the validation data are in the training data too" in remarks[1]
