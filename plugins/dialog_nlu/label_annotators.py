"""The annotators that label a message: `intents`, and `classifier` for everything else a message can be told by."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from dialog_core import Component, Context, Turn
from dialog_core.annotations import LabelAnnotation, ScoredLabel
from dialog_nlu.engine import VERSION, Engine, check_installed, load_engine
from dialog_nlu.ngrams import MAX_CHARACTERS
from dialog_nlu.options import ClassifierOptions, IntentsOptions
from dialog_nlu.parts import parts

if TYPE_CHECKING:
    from dialog_nlu.calibration import Judgement


class LabelAnnotator(Component[IntentsOptions | ClassifierOptions]):
    """Says which label a message has, how sure that is, or that it has none it knows.

    The light engine's model is read when it is first needed, for importing numpy alone takes a tenth of a second. Call
    `warm` to read it beforehand. The encoder engine's takes seconds, and is read at once: a message that waited for it
    would be cut off by its timeout.

    Attributes:
        inline: Whether `annotate` takes so little time that it is called on the event loop.

    Raises:
        ArtefactError: It was not trained, or what training left behind cannot be used.
        PluginError: A package that its engine needs is missing.
    """

    def __init__(self, options: IntentsOptions | ClassifierOptions, context: Context) -> None:
        super().__init__(options, context)
        check_installed(options.engine)
        self._artefact = context.artefact(version=VERSION)
        self.inline = options.engine == "light"
        self._engine: Engine | None = None
        self._loading = Lock()
        if not self.inline:
            self.warm()

    def warm(self) -> None:
        """Read the model now, unless it is there; safe to call from any thread."""
        self._ready()

    def annotate(self, turn: Turn) -> LabelAnnotation:
        """Return the decision with the likeliest labels."""
        return self.label(turn.text)

    def label(self, text: str) -> LabelAnnotation:
        """Return what it says about a text."""
        engine = self._ready()
        text = text[:MAX_CHARACTERS]
        pieces = parts(text) if self.options.several else []
        if len(pieces) < 2:
            pieces = []
        judgement, *judged = engine.judge([text, *pieces])
        decided = decide(engine, judgement, self.options.threshold, self.options.ranked)
        return self._with_several(decided, judged) if judged else decided

    def _with_several(self, whole: LabelAnnotation, judged: "Sequence[Judgement]") -> LabelAnnotation:
        """Return the decision with all labels of the message's parts, where they are sure and one is its own."""
        engine = self._ready()
        found: dict[str, float] = {}
        for judgement in judged:
            part = decide(engine, judgement, self.options.threshold, 1)
            if part["label"] is not None and part["probability"] >= self.options.several_from:
                found.setdefault(part["label"], part["probability"])
        if len(found) < 2 or whole["label"] not in found:
            return whole
        return {**whole, "labels": list(found)}

    def _ready(self) -> Engine:
        if self._engine is None:
            with self._loading:
                if self._engine is None:
                    self._engine = load_engine(self._artefact, self.options.device)
        return self._engine


class IntentsAnnotator(LabelAnnotator):
    """Says what the user wants."""


class ClassifierAnnotator(LabelAnnotator):
    """Says what kind of message it is."""


def decide(engine: Engine, judgement: "Judgement", threshold: float | None, count: int) -> LabelAnnotation:
    """Return the decision about one text, as an annotation without further labels.

    Args:
        engine: What judged it.
        judgement: What it makes of the text.
        threshold: From which probability on it is out of scope; None: as the engine was trained.
        count: How many of the likeliest labels to tell.
    """
    from dialog_nlu.calibration import ranking  # brings numpy

    order = ranking(judgement.probabilities, count)
    ranked: list[ScoredLabel] = [
        {"label": engine.labels[place], "probability": round(float(judgement.probabilities[place]), 6)}
        for place in order
    ]
    foreign = judgement.out_of_scope
    if foreign and foreign >= (engine.threshold if threshold is None else threshold):
        return {"label": None, "probability": round(foreign, 6), "ranked": ranked, "labels": []}
    best = ranked[0]
    return {"label": best["label"], "probability": best["probability"], "ranked": ranked, "labels": [best["label"]]}
