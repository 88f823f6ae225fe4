"""The trainers of `calibrated` and `learned`: gather, weigh, fit, check, measure, save."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dialog_core import ArtefactError, Candidate, Component, Ranking, Turn
from dialog_core.configuration import ConfigurationError
from dialog_core.training import Artefact, TrainingJob, TrainingResult
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.calibrated.ranker import VERSION as CALIBRATED_VERSION
from dialog_ranking.choices import Choice, read_choices, write_choices
from dialog_ranking.learned.model import VERSION as LEARNED_VERSION
from dialog_ranking.learned.model import LearnedModel
from dialog_ranking.staleness import stale
from dialog_ranking_training.gathering import gather
from dialog_ranking_training.options import CalibratedTraining, LearnedTraining
from dialog_ranking_training.weighing import weigh

if TYPE_CHECKING:
    from dialog_ranking_training.checking import Checked, Learn

CHOICES = "choices.jsonl"  # what a model was fitted to
TOLD = 5  # policies in one remark; the others are counted
FEWEST_NEW = 50  # judged turns, to compare with the ranking in use so far on what it has not learnt from


class Model(Protocol):
    """What a ranker is made from."""

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Ranking:
        """Return the candidates, most probable first."""
        ...

    def save(self, directory: Path) -> None:
        """Write it into the directory of an artefact."""
        ...


@dataclass(frozen=True)
class Procedure:
    """How one kind of model is fitted to choices.

    Attributes:
        learn: What the check repeats on parts of the choices.
        fit: Fits a model to all of them; called if it is taken.
        default: A model that judges as the default ranker does.
        leading: Whether the probabilities of those alone are fitted that lead; see `check`.
        details: What the manifest tells of the fit; called after it.
        remarks: What the person who trains is told about the data.
    """

    learn: "Learn"
    fit: Any
    default: Model
    leading: bool = False
    details: Any = dict
    remarks: Sequence[str] = ()


class RankingTrainer(Component[CalibratedTraining | LearnedTraining]):
    """Trains a ranker that is fitted to choices.

    Whether what was learnt is taken is decided on conversations held out. If not, the artefact holds the default, so
    that nothing gets worse by training.

    Attributes:
        version: Of the artefacts it makes.
    """

    version: int

    def train(self, job: TrainingJob) -> TrainingResult:
        """Train, and leave the model, what it was fitted to and its evaluation in the job's directory.

        Raises:
            ConfigurationError: The data is wrong, with every place.
            DialogError: The bot cannot be asked, or the store cannot be read.
        """
        from dialog_ranking_training.checking import check  # brings numerical libraries, as does the next
        from dialog_ranking_training.reporting import FILE, remarks_on_labels, write_evaluation

        gathered = gather(
            self.options,
            open_bot=job.open_bot,
            context=job.context,
            progress=job.progress,
            checkpoints=job.checkpoints,
        )
        fingerprints = job.context.policy_fingerprints()
        current, out_of_date = without_stale(gathered.choices, fingerprints)
        weighed = weigh(current, self.options.max_per_user)
        choices = [choice for choice in weighed.choices if choice.labelled or choice.nobody is not None]
        remarks = [
            *gathered.remarks,
            *_on_choices(out_of_date, weighed.capped, self.options.max_per_user),
            *_on_strangers(choices, fingerprints),
            *remarks_on_labels(choices),
        ]

        job.progress.stage("fitting")
        procedure = self._procedure(choices, fingerprints, job)
        job.progress.stage("checking on conversations held out")
        checked = check(
            choices,
            procedure.learn,
            answer_at=job.answer_at,
            held_out=self.options.held_out,
            seed=job.seed,
            leading=procedure.leading,
        )
        model: Model = procedure.fit() if checked.taken else procedure.default

        job.progress.stage("saving")
        model.save(job.directory)
        write_choices(choices, job.directory / CHOICES)
        write_evaluation(choices, checked, answer_at=job.answer_at, seed=job.seed, file=job.directory / FILE)
        return self._result(job, choices, checked, procedure, remarks)

    @abstractmethod
    def _procedure(self, choices: Sequence[Choice], fingerprints: Mapping[str, str], job: TrainingJob) -> Procedure:
        """Return how its models are fitted."""

    @abstractmethod
    def _load(self, artefact: Artefact, job: TrainingJob) -> Model:
        """Return the model of an artefact."""

    def _result(
        self,
        job: TrainingJob,
        choices: Sequence[Choice],
        checked: "Checked",
        procedure: Procedure,
        remarks: Sequence[str],
    ) -> TrainingResult:
        from dialog_ranking_training.judging import rank_all
        from dialog_ranking_training.measuring import measure
        from dialog_ranking_training.reporting import sources_of

        after = checked.after if checked.taken else checked.before
        places, previous = self._previous(job, choices)
        before = [checked.before[place] for place in places]
        if previous is not None:
            before = rank_all(previous, [choices[place] for place in places])
        measured = [choices[place] for place in places]
        return TrainingResult(
            metrics=measure(measured, [after[place] for place in places], answer_at=job.answer_at),
            before=measure(measured, before, answer_at=job.answer_at),
            remarks=[*remarks, *procedure.remarks, checked.reason],
            details={
                "taken": checked.taken,
                "choices": len(choices),
                "labels": checked.labels,
                "sources": sources_of(choices),
                "measured_on": len(places),
                "compared_with": "the ranking in use so far" if previous is not None else "the default ranking",
                "answer_at": job.answer_at,
                "check": {
                    name: {"better_by": paired.mean, "standard_error": paired.error}
                    for name, paired in (
                        ("log_loss", checked.log_loss),
                        ("brier", checked.brier),
                        ("accuracy", checked.accuracy),
                    )
                },
                **(procedure.details() if checked.taken else {}),
            },
        )

    def _previous(self, job: TrainingJob, choices: Sequence[Choice]) -> tuple[list[int], Model | None]:
        """Return the ranking in use so far and the choices it has not learnt from, if those are enough to judge it."""
        everything = list(range(len(choices)))
        if job.previous is None:
            return everything, None
        try:
            artefact = Artefact.at(job.previous)
            learnt = {choice.conversation for choice in read_choices(artefact.path(CHOICES))}
            model = self._load(artefact, job)
        except (ArtefactError, ConfigurationError, OSError) as error:
            job.progress.note(f"The ranking in use so far cannot be compared with: {error}")
            return everything, None
        new = [place for place in everything if choices[place].conversation not in learnt]
        return (new, model) if len(new) >= FEWEST_NEW else (everything, None)


class CalibratedTrainer(RankingTrainer):
    """Trains `calibrated`."""

    version = CALIBRATED_VERSION

    def _procedure(self, choices: Sequence[Choice], fingerprints: Mapping[str, str], job: TrainingJob) -> Procedure:
        from dialog_ranking_training.fitting.calibrated import fit_calibrated, learning

        return Procedure(
            learn=learning(choices, job.seed),
            fit=lambda: fit_calibrated(choices, seed=job.seed, fingerprints=_of_policies(choices, fingerprints)),
            default=CalibratedModel(),
            leading=True,
        )

    def _load(self, artefact: Artefact, job: TrainingJob) -> Model:
        return CalibratedModel.load(artefact).facing(job.context.policy_fingerprints())


class LearnedTrainer(RankingTrainer):
    """Trains `learned`."""

    version = LEARNED_VERSION

    def _procedure(self, choices: Sequence[Choice], fingerprints: Mapping[str, str], job: TrainingJob) -> Procedure:
        from dialog_ranking_training.fitting.learned import LearnedFitting

        fit = LearnedFitting(choices, job.component, job.context, job.seed)
        return Procedure(
            learn=fit.learn,
            fit=lambda: fit.model(_of_policies(choices, fingerprints)),
            default=LearnedModel(),
            details=fit.details,
            remarks=fit.remarks,
        )

    def _load(self, artefact: Artefact, job: TrainingJob) -> Model:
        from dialog_ranking_training.fitting.learned import helpers_of

        model = LearnedModel.load(artefact).facing(job.context.policy_fingerprints())
        return replace(model, helpers=helpers_of(job.component, job.context))


def without_stale(choices: Sequence[Choice], now: Mapping[str, str]) -> tuple[list[Choice], int]:
    """Return the choices whose policies are what they were, and how many others there are.

    Args:
        choices: As gathered.
        now: The fingerprints of the policies as they are.
    """
    kept = []
    for choice in choices:
        proposing = {candidate.policy for candidate in choice.candidates}
        if not proposing & stale(choice.fingerprints, now):
            kept.append(choice)
    return kept, len(choices) - len(kept)


def _of_policies(choices: Sequence[Choice], fingerprints: Mapping[str, str]) -> dict[str, str]:
    """Return the fingerprints of policies that something was learnt about."""
    known = {candidate.policy for choice in choices for candidate in choice.candidates}
    return {name: value for name, value in fingerprints.items() if name in known}


def _on_strangers(choices: Sequence[Choice], fingerprints: Mapping[str, str]) -> list[str]:
    """Return what is told of candidates whose policies the bot does not have; nothing where those are not known."""
    strangers: dict[str, None] = {}
    turns = 0
    for choice in choices if fingerprints else ():
        own = [candidate.policy for candidate in choice.candidates if candidate.policy not in fingerprints]
        strangers.update(dict.fromkeys(own))
        turns += bool(own)
    if not strangers:
        return []
    names = ", ".join(repr(name[:40]) for name in list(strangers)[:TOLD])
    more = f" and {len(strangers) - TOLD} more" if len(strangers) > TOLD else ""
    judged = "One judged turn has" if turns == 1 else f"{turns} judged turns have"
    return [
        f"{judged} candidates of policies that this bot does not have ({names}{more}): they teach only what holds for "
        "their kind."
    ]


def _on_choices(out_of_date: int, capped: int, max_per_user: int) -> list[str]:
    remarks = []
    if out_of_date:
        choices = "One choice is" if out_of_date == 1 else f"{out_of_date} choices are"
        remarks.append(
            f"{choices} left out: a policy has been trained anew or has other options since, and what its scores "
            "meant then says nothing about now."
        )
    if capped:
        users = "one user count" if capped == 1 else f"{capped} users count"
        remarks.append(f"The labels of {users} as much as {max_per_user} each, and no more: see `max_per_user`.")
    return remarks
