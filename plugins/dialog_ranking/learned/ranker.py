"""The ranker `learned`: features of each candidate, of the turn and of the other candidates, weighed as was learnt."""

from collections.abc import Sequence
from dataclasses import replace

from dialog_core import ArtefactError, Candidate, Component, Context, Ranking, Turn
from dialog_ranking.learned.helpers import Helpers
from dialog_ranking.learned.model import VERSION, LearnedModel
from dialog_ranking.options import LearnedOptions


class LearnedRanker(Component[LearnedOptions]):
    """Judges candidates by a learned model; before any training, as the default ranker does.

    Attributes:
        calibrated: Whether a model was learnt.
        inline: Whether it is quick: where neither an encoder nor another ranker is asked.
        scale: What contributions add up to.
    """

    scale = "log odds"

    def __init__(self, options: LearnedOptions, context: Context) -> None:
        """Read the model.

        Raises:
            ArtefactError: There is one, and it cannot be used.
            ConfigurationError: The encoder or a ranker among the options cannot be used.
        """
        super().__init__(options, context)
        model = _trained(context)
        self.calibrated = model.engine is not None
        self._helpers = Helpers.of(options, context) if self.calibrated else None  # untrained, nobody would heed them
        self.inline = self._helpers is None
        self._model = replace(model, helpers=self._helpers)

    def warm(self) -> None:
        """Have encoder and rankers do now what their first turn would have them do."""
        if self._helpers is not None:
            self._helpers.warm()

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Ranking:
        """Return the candidates, most probable first."""
        return self._model.rank(turn, candidates)


def _trained(context: Context) -> LearnedModel:
    """Return what was learnt, for the policies as they are now; of nothing, what judges as the default ranker does."""
    if not context.trained:
        return LearnedModel()
    try:
        artefact = context.artefact(VERSION)
    except ArtefactError as error:
        if error.missing:
            return LearnedModel()
        raise
    return LearnedModel.load(artefact).facing(context.policy_fingerprints())
