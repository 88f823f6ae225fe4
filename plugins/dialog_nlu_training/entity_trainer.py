"""The trainer of `entities`: read, hold out, fit, measure, fit to everything, save."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dialog_core import Component
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.training import TrainingJob, TrainingResult
from dialog_nlu.model_files import TAGGER_VERSION
from dialog_nlu_training.entity_options import EntityTrainingOptions
from dialog_nlu_training.labelled_data import Example, read_examples, read_validation, said

if TYPE_CHECKING:
    from dialog_nlu.tagger import Tagger
    from dialog_nlu_training.entity_fitting import Tagged
    from dialog_nlu_training.entity_measuring import Tally

TURNS = 5
IN_TURNS_UP_TO = 3_000  # examples; of more, one part alone is held out
FEW = 5  # marks of an entity below which little can be learnt
TOLD_MISSES = 3
WAY = "Mark some: [Berlin](city), [Berlin](city:from) or [NYC](city=New York)."


class EntitiesTrainer(Component[EntityTrainingOptions]):
    """Trains the tagger that finds entities by examples.

    What is measured is a model that has not seen the examples it is measured on; compared with it is a list of all that
    was marked in the others. The model that is kept has seen all of them.

    Attributes:
        version: Of the artefacts it makes.
    """

    version = TAGGER_VERSION

    def train(self, job: TrainingJob) -> TrainingResult:
        """Train, and leave the model in the job's directory.

        Raises:
            ConfigurationError: The data is wrong, with every place.
        """
        from dialog_nlu_training.entity_fitting import as_sequence
        from dialog_nlu_training.entity_measuring import Tally

        job.progress.stage("reading")
        files = self.options.data
        examples = read_examples(files, self.context, labels=False, entities=True, split=self.options.split)
        _check_marks(examples, files)
        measured = read_validation(self.options, self.context, labels=False, entities=True)
        if measured:
            _check_marks(measured, [self.options.validation] if self.options.validation is not None else files)
        remarks = [*_inside_words(examples), *_rare(examples)]
        sequences = [as_sequence(example) for example in examples]
        after, before = Tally(), Tally()
        if measured:
            validation = [as_sequence(example) for example in said(measured)]
            model = self._fit(job, "fitting", sequences, examples)
            _measure(after, before, sequences, validation, model)
        else:
            splits = list(_splits(sequences, job.seed))
            for number, (known, held_out) in enumerate(splits, start=1):
                part = "held-out examples" if len(splits) == 1 else f"part {number} of {len(splits)}"
                _measure(after, before, known, held_out, self._fit(job, f"fitting without {part}", known))
            model = self._fit(job, "fitting", sequences, examples)
        job.progress.stage("saving")
        _save(job, model)
        return TrainingResult(
            metrics=after.metrics,
            before=before.metrics,
            remarks=[*remarks, *(f"It missed {missed}." for missed in after.missed[:TOLD_MISSES])],
            details=_details(after, len(examples)),
        )

    def _fit(
        self, job: TrainingJob, stage: str, sequences: "Sequence[Tagged]", examples: Sequence[Example] = ()
    ) -> "Tagger":
        from dialog_nlu_training.entity_fitting import fit_tagger

        job.progress.stage(stage, self.options.epochs * self.options.models)
        return fit_tagger(
            sequences,
            epochs=self.options.epochs,
            models=self.options.models,
            seed=job.seed,
            values=_values(examples),
            advance=job.progress.advance,
        )


def _check_marks(examples: Sequence[Example], files: Sequence[Path]) -> None:
    """Refuse examples without any mark; of others, those without one say what is no entity."""
    if not any(example.entities for example in examples):
        raise ConfigurationError(Problem("marks no entity", file, remedy=WAY) for file in files)


def _splits(sequences: "Sequence[Tagged]", seed: int) -> "Iterator[tuple[list[Tagged], list[Tagged]]]":
    """Yield examples to fit to and examples to measure on, with no text in both, nor one made of one in the other."""
    import numpy as np

    groups: dict[tuple[str, ...], list[Tagged]] = {}
    for sequence in sequences:
        if sequence.origin is None:
            groups.setdefault(sequence.words, []).append(sequence)
    made = [sequence for sequence in sequences if sequence.origin is not None]
    order = [list(groups.values())[place] for place in np.random.default_rng(seed).permutation(len(groups))]
    turns = TURNS if len(sequences) <= IN_TURNS_UP_TO else 1
    for turn in range(turns):
        held_out = [sequence for group in order[turn::TURNS] for sequence in group]
        known = [sequence for place, group in enumerate(order) if place % TURNS != turn for sequence in group]
        measured = {sequence.words for sequence in held_out}
        known += [sequence for sequence in made if sequence.origin not in measured]
        if held_out and known:
            yield known, held_out


def _measure(
    after: "Tally",
    before: "Tally",
    known: "Sequence[Tagged]",
    held_out: "Sequence[Tagged]",
    model: "Tagger",
) -> None:
    from dialog_nlu_training.entity_measuring import word_list

    after.add(held_out, model.tags)
    before.add(held_out, word_list(known))


def _values(examples: Sequence[Example]) -> dict[str, dict[str, str]]:
    """Return the normal forms the examples give, by entity and text."""
    values: dict[str, dict[str, str]] = {}
    problems = []
    for example in examples:
        for mark in example.entities:
            if mark.value:
                written = example.text[mark.start : mark.end].lower()
                known = values.setdefault(mark.entity, {}).setdefault(written, mark.value)
                if known != mark.value:
                    message = f"{written!r} stands for {known!r} elsewhere, and for {mark.value!r} here"
                    problems.append(Problem(message, example.file, example.line, remedy="Give it one value."))
    if problems:
        raise ConfigurationError(problems)
    return values


def _inside_words(examples: Sequence[Example]) -> Iterator[str]:
    """Yield the places where a mark parts a word, which a tagger of words cannot learn."""
    from dialog_nlu.tagger import tokenize

    for example in examples:
        tokens = tokenize(example.text) if example.entities else []
        for mark in example.entities:
            if any(token.start < edge < token.end for token in tokens for edge in (mark.start, mark.end)):
                written = example.text[mark.start : mark.end]
                where = f"{example.file.name}:{example.line}"
                yield f"{where}: the mark of {written!r} parts a word; it learns the whole word."


def _rare(examples: Sequence[Example]) -> Iterator[str]:
    counts: dict[str, int] = {}
    for example in examples:
        for mark in example.entities:
            counts[mark.entity] = counts.get(mark.entity, 0) + 1
    for entity, count in sorted(counts.items()):
        if count < FEW:
            yield f"{entity!r} is marked {count} times only; mark it in {FEW} examples at least."


def _save(job: TrainingJob, model: "Tagger") -> None:
    import numpy as np

    np.savez(job.directory / "tagger.npz", emissions=model.emissions, transitions=model.transitions)
    names = {"labels": model.labels, "features": model.index, "values": model.values}
    (job.directory / "tagger.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


def _details(tally: "Tally", examples: int) -> dict[str, object]:
    return {
        "examples": examples,
        "compared_with": "a list of everything that is marked in the examples",
        "per_entity": {
            kind: {
                "f1": round(counts.f1, 4),
                "precision": round(counts.precision, 4),
                "recall": round(counts.recall, 4),
                "count": counts.found + counts.missed,
            }
            for kind, counts in sorted(tally.kinds.items())
        },
        "missed": tally.missed[:20],
    }
