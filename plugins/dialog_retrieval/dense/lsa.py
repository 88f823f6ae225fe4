r"""The encoder `lsa`: latent semantic analysis (Deerwester et al. 1990) of the bot's own knowledge, served with numpy.

**Fitting.** Texts become rows of term weights (`lsa_terms`), and the strongest directions among the rows become the
dimensions: words that are used alike point the same way.

**What searching sees of a question.** The vector of a question has one dimension that those of the knowledge leave
empty: what is in the question and in none of the directions, words nobody has used above all. So the cosine with an
entry says how much of the *whole* question it answers: of "Can I pay with bitcoin?" one about paying covers half.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dialog_core import Context
from dialog_retrieval.analysis.terms import splitter
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.dense.lsa_terms import Terms
from dialog_retrieval.dense.options import LsaOptions

if TYPE_CHECKING:
    from dialog_retrieval.dense.lsa_model import LsaModel
    from dialog_retrieval.dense.sparse import Floats

VERSION = 1  # of what is learnt from the same texts with the same options


class LsaEncoder:
    """Turns texts into vectors by the words they share, and by those that are used alike."""

    # What a cosine is worth where there is too little knowledge to find out: as with three phrasings of each of
    # CLINC150's intents.
    fallback = Confidence({"cosine": 9.0, "margin": 3.0}, -4.8)

    def __init__(self, options: LsaOptions, context: Context) -> None:
        self._options = options
        self._seed = context.seed
        self._empty = Terms(splitter(context.create("analyzer", options.analyzer)), options.letters)
        told = json.dumps([VERSION, options.model_dump(mode="json"), context.language, context.seed])
        self._configured = hashlib.sha256(told.encode()).hexdigest()[:20]
        self._model: LsaModel | None = None

    @property
    def dimension(self) -> int:
        """How long the vectors are; 0 before fitting."""
        return 0 if self._model is None else self._model.dimension

    @property
    def identity(self) -> str:
        """Tells it from encoders that give other vectors; before fitting, from those that would learn otherwise."""
        learnt = "" if self._model is None else f":{self._model.content}"
        return f"lsa:{self._configured}{learnt}"

    def fit(self, texts: Sequence[str]) -> None:
        """Learn the vocabulary and the directions."""
        from dialog_retrieval.dense.lsa_model import LsaModel  # brings numpy

        wanted = self._options.dimensions
        empty = Terms(self._empty.split, self._options.letters)
        self._model = LsaModel.fit(empty, texts, None if wanted == "auto" else wanted, self._seed)

    def encode(self, texts: Sequence[str]) -> "Floats":
        """Return the vectors of what may be found."""
        return self._fitted().encode(texts)

    def encode_questions(self, texts: Sequence[str]) -> "Floats":
        """Return the vectors of questions, which may have words nobody has used."""
        return self._fitted().encode_questions(texts)

    def save(self, directory: Path) -> None:
        """Write what was learnt into a directory."""
        self._fitted().save(directory)

    def restore(self, directory: Path) -> None:
        """Read what `save` wrote.

        Raises:
            OSError, ValueError, KeyError: The files are damaged.
        """
        from dialog_retrieval.dense.lsa_model import LsaModel

        self._model = LsaModel.restore(directory, self._empty)

    def _fitted(self) -> "LsaModel":
        if self._model is None:
            raise RuntimeError("the encoder 'lsa' was not fitted")
        return self._model
