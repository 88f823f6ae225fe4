"""What a label annotator needs of an engine, and which engine it gets."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from dialog_core import ArtefactError
from dialog_core.training import Artefact

if TYPE_CHECKING:
    from dialog_nlu.calibration import Judgement

VERSION = 1  # of the artefacts of `intents` and `classifier`; training writes it, serving refuses another
DESCRIPTION = "labels.json"


class Engine(Protocol):
    """Judges messages."""

    @property
    def labels(self) -> Sequence[str]:
        """The labels it knows, out of scope not among them."""
        ...

    @property
    def threshold(self) -> float:
        """From which probability on a message counts as out of scope."""
        ...

    def judge(self, texts: Sequence[str]) -> "Sequence[Judgement]":
        """Return what it makes of each text."""
        ...


def load_engine(artefact: Artefact) -> Engine:
    """Return the engine an artefact was trained for.

    Raises:
        ArtefactError: Its files do not belong together.
    """
    description = artefact.load_json(DESCRIPTION)
    name = description.get("engine") if isinstance(description, dict) else None
    if name == "light":
        from dialog_nlu.light import LightEngine  # brings numpy

        return LightEngine.load(artefact, description)
    raise ArtefactError(
        f"{artefact.path(DESCRIPTION)} was made for an engine that is not known here: {name!r}",
        component=artefact.manifest.component,
        remedy="Run: dialog-core train BOT --force",
    )
