"""The trainer `cross_encoder`: fine-tunes a small transformer to tell right replies from wrong ones."""

from collections.abc import Callable, Sequence

from dialog_core import Component
from dialog_core.training import TrainingJob, TrainingResult
from dialog_ranking.choices import Choice
from dialog_ranking.cross_encoder.finding import VERSION
from dialog_ranking_training.checking import check
from dialog_ranking_training.cross_encoding.fitting import (
    Fitted,
    fit_cross_encoder,
    lack_of,
    ranking_of,
    save,
    save_nothing,
    scale_of,
)
from dialog_ranking_training.gathering import gather
from dialog_ranking_training.judging import Verdicts
from dialog_ranking_training.measuring import measure
from dialog_ranking_training.options import CrossEncoderTraining
from dialog_ranking_training.splitting import split_by_time
from dialog_ranking_training.weighing import weigh


class CrossEncoderTrainer(Component[CrossEncoderTraining]):
    """Trains on the older conversations; the newest decide whether it is better than the default, and set its scale.

    Attributes:
        version: Of the artefacts it makes.
    """

    version = VERSION

    def train(self, job: TrainingJob) -> TrainingResult:
        """Train, and leave the model in the job's directory if it is better than the default ranker.

        Raises:
            ConfigurationError: The data is wrong, with every place.
            TrainingError: There is no model to begin with, or it came to nothing.
            PluginError: A package or the model is missing.
        """
        gathered = gather(
            self.options,
            open_bot=job.open_bot,
            context=job.context,
            progress=job.progress,
            checkpoints=job.checkpoints,
        )
        weighed = weigh(gathered.choices, self.options.max_per_user)
        choices = [choice for choice in weighed.choices if choice.labelled]
        learnt, held = split_by_time(choices, self.options.held_out, job.seed)
        learning = [choices[place] for place in learnt]
        measuring = [choices[place] for place in held]
        if lack := lack_of(learning):
            save_nothing(job.directory)
            return TrainingResult(metrics={}, remarks=[*gathered.remarks, f"{lack}: the default stays."])
        fitted = fit_cross_encoder(learning, job.component, self.options, job.seed, job.checkpoints, job.progress)
        job.progress.stage("measuring", len(measuring))
        figures = []
        for choice in measuring:
            figures.append(fitted.figures(choice, job.component.messages))
            job.progress.advance()
        return _decided(job, fitted, measuring, figures, gathered.remarks)


def _decided(
    job: TrainingJob,
    fitted: Fitted,
    held: Sequence[Choice],
    figures: Sequence[Sequence[float]],
    remarks: Sequence[str],
) -> TrainingResult:
    """Save the model if it is better than the default on conversations it has not learnt from."""

    def learn(places: Sequence[int]) -> Callable[[int], Verdicts]:
        scale = scale_of([held[place] for place in places], [figures[place] for place in places], fitted.balance)
        return lambda place: ranking_of(held[place], figures[place], scale)

    # The model itself has seen none of these conversations; only the scale is fitted to them, half by half.
    checked = check(held, learn, answer_at=job.answer_at, held_out=0.5, seed=job.seed)
    scale = scale_of(held, figures, fitted.balance)
    if checked.taken:
        save(job.directory, fitted, scale)
    else:
        save_nothing(job.directory)
    before, after = (measure(held, found, answer_at=job.answer_at) for found in (checked.before, checked.after))
    told = f"Read {fitted.pairs:,} judged replies. " + (
        "The cross-encoder is better than the default"
        if checked.taken
        else "The cross-encoder is no better than the default, which stays,"
    )
    conversations = len({choice.conversation for choice in held if choice.labelled})
    return TrainingResult(
        metrics=after if checked.taken else before,
        before=before,
        remarks=[*remarks, f"{told} on {conversations} conversations held out."],
        details={
            "taken": checked.taken,
            "reason": checked.reason,
            "pairs": fitted.pairs,
            "held_out_conversations": conversations,
            "tried": after,
            "temperature": scale.temperature,
            "offset": scale.offset,
        },
    )
