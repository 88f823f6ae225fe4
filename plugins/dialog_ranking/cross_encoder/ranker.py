"""The ranker `cross_encoder`: a small transformer reads what was said and each reply together."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from dialog_core import Candidate, Component, Context, PluginError, Ranked, Turn
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.cross_encoder.finding import Scale, find
from dialog_ranking.cross_encoder.reading import context_of, reply_of
from dialog_ranking.options import CrossEncoderOptions

if TYPE_CHECKING:
    from dialog_ranking.cross_encoder.pair_model import PairModel


class CrossEncoderRanker(Component[CrossEncoderOptions]):
    """Judges every candidate by how well it follows what was said; all candidates of a turn are read at once.

    The model is read when it is first needed, for that takes seconds: call `warm` to do it beforehand.

    Attributes:
        calibrated: Whether it was trained for this bot.
    """

    inline = False

    def __init__(self, options: CrossEncoderOptions, context: Context) -> None:
        """Find the model.

        Raises:
            ArtefactError: The ranking is to be trained and is not, or what training left behind cannot be used.
            ConfigurationError: It is not to be trained, and there is no model either.
        """
        super().__init__(options, context)
        self._found = find(options, context)
        self.calibrated = self._found.scale is not None
        self._model: PairModel | None = None
        self._loading = Lock()

    def warm(self) -> None:
        """Read the model now, unless it is there.

        Raises:
            PluginError: It is not here and cannot be fetched, cannot be read, or a package it needs is missing.
        """
        if self._found.source is not None:
            self._loaded().logits([("warm", "up")])

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Sequence[Ranked]:
        """Return the candidates, most probable first."""
        if self._found.source is None:
            return CalibratedModel().rank(turn, candidates).ranked  # it has no maps: this is the default
        if not candidates:
            return []
        context = context_of(turn, self.options.messages)
        logits = self._loaded().logits([(context, reply_of(candidate)) for candidate in candidates])
        scale = self._found.scale or Scale()
        found = [scale.probability(logit) for logit in logits]
        ranked = [
            Ranked(candidate, probability, {"cross-encoder": probability})
            for candidate, probability in zip(candidates, found, strict=True)
        ]
        ranked.sort(key=lambda verdict: -verdict.probability)
        return ranked

    def _loaded(self) -> "PairModel":
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> "PairModel":
        try:
            from dialog_ranking.cross_encoder.pair_model import PairModel  # brings torch: seconds
        except ModuleNotFoundError as error:
            raise PluginError(
                f"the ranker {self.context.name!r} needs the package {error.name!r}, which is not installed. "
                "Run: pip install 'dialog-core[encoders]'"
            ) from error
        assert self._found.source is not None
        return PairModel.load(self._found.source, max_length=self.options.max_length, device=self.options.device)
