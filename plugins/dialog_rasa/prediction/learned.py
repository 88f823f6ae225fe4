"""What training has made of the stories: a linear model of the next action, served with numpy alone."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from dialog_core import ArtefactError
from dialog_core.training import Artefact
from dialog_rasa.prediction.contract import LearnedModel
from dialog_rasa.prediction.state_features import SPOKEN, UNKNOWN, features_of, spoken
from dialog_rasa.tracker.state import State, Tracker

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION = 1  # of the artefacts; training writes it, serving refuses another
DESCRIPTION = "next_action.json"
WEIGHTS = "next_action.npz"
NOTHING = ""
"""Among the actions: nobody knows what to do. It is learnt from messages that mean what no story has."""
RETRAIN = "Run: dialog-core train BOT --force"


@dataclass(frozen=True)
class NextActionModel:
    """A softmax over the weights of features.

    Attributes:
        actions: What may come next; NOTHING among them.
        features: What is known of conversations.
        users: What messages mean in the stories; words of stories that go by words are among them, in quotes.
        window: How many states it looks at.
        temperature: What scores are divided by to be as sure as they are right.
        weights: How much each feature speaks for each action.
        bias: What each action has to begin with.
    """

    actions: Sequence[str]
    features: Sequence[str]
    users: frozenset[str]
    window: int
    temperature: float
    weights: "NDArray[Any]"
    bias: "NDArray[Any]"

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {feature: place for place, feature in enumerate(self.features)}

    @cached_property
    def _goes_by_words(self) -> bool:
        return SPOKEN in self.users

    def probabilities(self, tracker: Tracker) -> Sequence[tuple[str, float]]:
        """Return every action it knows with its probability, the likeliest first; what they lack to 1 is for none.

        Where stories go by words, a message in other words is seen in two ways, as its intent and as its words, and the
        way counts in which something is likelier.
        """
        states = (*tracker.states, tracker.state)[-self.window :]
        begun = len(states) == tracker.moments + 1
        words, text = spoken(states[-1]), tracker.latest.text
        found = self.ranked(states, begun, words if self._goes_by_words else "")
        if self._goes_by_words and text and not words and not text.startswith("/"):
            heard = [*states[:-1], replace(states[-1], user=SPOKEN)]
            by_words = self.ranked(heard, begun, text)
            # What its intent leads to is no surer than that it is this intent.
            return by_words if by_words[0][1] > found[0][1] * tracker.latest.probability else found
        return found

    def scores(self, states: Sequence[State], begun: bool, words: str = "") -> "NDArray[Any]":
        """Return the score of each action after these states; higher is likelier."""
        import numpy as np

        seen = features_of([self.known(state) for state in states], begun=begun, words=words)
        places, weights = [], []
        for feature, weight in seen.items():
            if (place := self._places.get(feature)) is not None:
                places.append(place)
                weights.append(weight)
        return np.asarray(np.asarray(weights, dtype=np.float32) @ self.weights[places] + self.bias)

    def known(self, state: State) -> State:
        """Return the state, its message's meaning replaced by UNKNOWN where no story has it."""
        if not state.user or state.user in self.users:
            return state
        return replace(state, user=UNKNOWN, entities=frozenset())

    def ranked(self, states: Sequence[State], begun: bool, words: str = "") -> Sequence[tuple[str, float]]:
        """Return every action with its probability after these states, the likeliest first, NOTHING left out."""
        import numpy as np

        scores = self.scores(states, begun, words) / self.temperature
        exponentials = np.exp(scores - scores.max())
        chances = (exponentials / exponentials.sum()).tolist()
        ranked = [(action, chance) for action, chance in zip(self.actions, chances, strict=True) if action != NOTHING]
        return sorted(ranked, key=lambda one: -one[1])

    def save(self, directory: Path) -> None:
        """Write the model into a directory; the same model gives the same bytes."""
        import json

        import numpy as np

        description = {
            "version": VERSION,
            "actions": list(self.actions),
            "features": list(self.features),
            "users": sorted(self.users),
            "window": self.window,
            "temperature": self.temperature,
        }
        text = json.dumps(description, ensure_ascii=False, indent=1)
        (directory / DESCRIPTION).write_text(f"{text}\n", encoding="utf-8")
        np.savez(directory / WEIGHTS, weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, artefact: Artefact) -> "NextActionModel":
        """Read what `save` wrote.

        Raises:
            ArtefactError: The files do not belong together.
        """
        import numpy as np

        described = artefact.load_json(DESCRIPTION)
        with _reading(artefact):
            with artefact.path(WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                weights, bias = arrays["weights"], arrays["bias"]
            model = cls(
                actions=tuple(map(str, described["actions"])),
                features=tuple(map(str, described["features"])),
                users=frozenset(map(str, described["users"])),
                window=int(described["window"]),
                temperature=float(described["temperature"]),
                weights=weights,
                bias=bias,
            )
            expected = (len(model.features), len(model.actions))
            if weights.shape != expected or bias.shape != expected[1:] or not set(model.actions) - {NOTHING}:
                raise ValueError(
                    f"its files do not belong together: {weights.shape} weights, {expected} of which named"
                )
        return model


class LazyModel:
    """A model that is read when it is first asked: importing numpy alone takes a tenth of a second."""

    def __init__(self, artefact: Artefact) -> None:
        self._artefact = artefact
        self._model: NextActionModel | None = None
        self._loading = Lock()

    def warm(self) -> None:
        """Read the model now, unless it is there; safe to call from any thread."""
        self._ready()

    def probabilities(self, tracker: Tracker) -> Sequence[tuple[str, float]]:
        """Return every action it knows with its probability, the likeliest first."""
        return self._ready().probabilities(tracker)

    def _ready(self) -> NextActionModel:
        if self._model is None:
            with self._loading:
                if self._model is None:
                    self._model = NextActionModel.load(self._artefact)
        return self._model


def load_learned(artefact: Artefact) -> LearnedModel:
    """Return what training has left behind; its files are read when it is first asked."""
    return LazyModel(artefact)


@contextmanager
def _reading(artefact: Artefact) -> Iterator[None]:
    """Turn what the readers of JSON and npz raise about damaged files into an ArtefactError."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OSError, EOFError, BadZipFile) as error:
        raise ArtefactError(
            f"the model in {artefact.directory} cannot be used: {error}",
            component=artefact.manifest.component,
            remedy=RETRAIN,
        ) from error
