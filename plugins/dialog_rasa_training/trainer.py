"""The trainer of `stories`: read, expand, hold out stories in turns, fit, find out how sure it may be, save."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dialog_core import Component, Context, TrainingError
from dialog_core.training import TrainingJob, TrainingResult
from dialog_rasa.dialogue.reading import read_dialogue
from dialog_rasa.prediction.expanding import moments
from dialog_rasa.prediction.learned import VERSION
from dialog_rasa_training.examples import Seen, seen
from dialog_rasa_training.options import StoriesTraining

if TYPE_CHECKING:
    from dialog_rasa.prediction.learned import NextActionModel

FEW_STORIES = 10  # with fewer, what is held out is mostly what nothing else shows
TOLD_CONFUSIONS = 3


class StoriesTrainer(Component[StoriesTraining]):
    """Trains what `stories` goes by where no story or rule says what comes next.

    Attributes:
        version: Of the artefacts it makes.
    """

    version = VERSION

    def __init__(self, options: StoriesTraining, context: Context) -> None:
        super().__init__(options, context)

    def train(self, job: TrainingJob) -> TrainingResult:
        """Train, and leave the model in the job's directory.

        Raises:
            ConfigurationError: What the stories say is wrong, with every place.
            TrainingError: There are none.
            PluginError: A package that it needs is missing.
        """
        from dialog_rasa_training.fitting import fit, temperature  # brings scikit-learn, as does the next
        from dialog_rasa_training.measuring import accuracy, decide, majority, measure, told_confusions

        job.progress.stage("reading")
        window = job.component.max_history
        examples = seen(moments(read_dialogue(job.component.files)), window)
        if len({example.action for example in examples}) < 2:
            raise TrainingError(
                "there are no stories and no rules in which anything is done, so there is nothing to learn. Write "
                "`stories:`, or leave this component out of `training:`: rules and forms need none of it"
            )
        stories = sorted({example.story for example in examples} - {""})
        judged: list[tuple[NextActionModel, Seen]] = []
        for number, held_out in enumerate(self._folds(stories, job.seed), 1):
            job.progress.stage(f"fitting without some of the stories, part {number}")
            others = [example for example in examples if example.story not in held_out]
            model = fit(others, window=window, regularisation=self.options.regularisation)
            judged += [(model, example) for example in examples if example.story in held_out]
        job.progress.stage("fitting")
        model = fit(examples, window=window, regularisation=self.options.regularisation)
        job.progress.stage("calibrating")
        warmth = temperature(judged)
        model = replace(model, temperature=warmth)
        job.progress.stage("saving")
        model.save(job.directory)

        decided = [decide(replace(one, temperature=warmth), example) for one, example in judged]
        own = [decide(model, example) for example in examples if example.story]
        metrics = measure(decided)
        if own:
            metrics["own_stories_accuracy"] = accuracy(own)
        return TrainingResult(
            metrics=metrics,
            before=measure(majority(decided)),
            remarks=[*_remarks(stories), *told_confusions(decided, TOLD_CONFUSIONS)],
            details={
                "stories": len(stories),
                "moments": len(examples),
                "actions": dict(Counter(example.action for example in examples).most_common()),
                "features": len(model.features),
                "temperature": warmth,
                "measured_on": len(decided),
                "compared_with": "the most frequent action",
            },
        )

    def _folds(self, stories: Sequence[str], seed: int) -> Iterator[frozenset[str]]:
        """Yield parts of the stories; nothing where holding one out leaves none."""
        import numpy as np

        if len(stories) < 2:
            return
        shuffled = [stories[place] for place in np.random.default_rng(seed).permutation(len(stories))]
        count = min(self.options.folds, len(stories))
        yield from (frozenset(shuffled[start::count]) for start in range(count))


def _remarks(stories: Sequence[str]) -> Iterator[str]:
    if not stories:
        yield "There are no stories: what rules say was learnt, and could not be measured."
    elif len(stories) < FEW_STORIES:
        yield (
            f"There are under {FEW_STORIES} stories ({len(stories)}): little to learn from for conversations that none "
            "of them has. What stories and rules say themselves is followed all the same."
        )
