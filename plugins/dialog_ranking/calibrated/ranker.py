"""The ranker `calibrated`: each policy's scores mean what they were found to mean."""

from collections.abc import Sequence

from dialog_core import ArtefactError, Candidate, Component, Context, Ranking, Turn
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.options import CalibratedOptions

VERSION = 1  # of the artefacts it reads


class CalibratedRanker(Component[CalibratedOptions]):
    """Judges candidates by maps that were fitted to judged replies; before any training, as the default ranker does.

    Attributes:
        calibrated: Whether there are such maps.
    """

    inline = True

    def __init__(self, options: CalibratedOptions, context: Context) -> None:
        """Read the maps.

        Raises:
            ArtefactError: There are some, and they cannot be used.
        """
        super().__init__(options, context)
        self._model = served(context)
        self.calibrated = bool(self._model.maps or self._model.kinds)

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Ranking:
        """Return the candidates, most probable first."""
        return self._model.rank(turn, candidates)


def served(context: Context) -> CalibratedModel:
    """Return what training found for a ranker, for the policies as they are now; what needs no training before that.

    Raises:
        ArtefactError: What it found cannot be used.
    """
    if not context.trained:
        return CalibratedModel()
    try:
        artefact = context.artefact(VERSION)
    except ArtefactError as error:
        if error.missing:
            return CalibratedModel()
        raise
    return CalibratedModel.load(artefact).facing(context.policy_fingerprints())
