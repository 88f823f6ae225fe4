"""Conversations in tests: predictions are acted out with forms that fill their slots, and nothing is really done."""

from collections.abc import Mapping
from pathlib import Path

from dialog_core import JsonValue
from dialog_core.configuration import ConfigurationError, Problem, parse_yaml
from dialog_rasa.dialogue.reading import DialogueReader, read_dialogue
from dialog_rasa.dialogue.values import LISTEN, Dialogue
from dialog_rasa.prediction.contract import LearnedModel, Prediction
from dialog_rasa.prediction.predictor import DEFAULT_FALLBACK, Predictor
from dialog_rasa.prediction.stepping import initial_slots
from dialog_rasa.tracker.state import Heard, HeardEntity, Tracker

MOST_ACTIONS = 10


def dialogue_of(text: str) -> Dialogue:
    """Return the dialogue a YAML text describes, names nobody declares and all."""
    problems: list[Problem] = []
    reader = DialogueReader(problems)
    reader.read(parse_yaml(text, Path("bot.yaml")))
    if problems:
        raise ConfigurationError(problems)
    return reader.dialogue()


def mistakes_of(folder: Path, **files: str) -> list[str]:
    """Return what is wrong with files that are read together, each without its folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    try:
        read_dialogue([folder])
    except ConfigurationError as error:
        return [str(problem).replace(f"{folder}/", "") for problem in error.problems]
    return []


class Talk:
    """A conversation with a bot of which only the predictions are real.

    Attributes:
        tracker: Where it stands.
        predictions: Those of the latest message.
    """

    def __init__(
        self,
        bot: str | Dialogue,
        *,
        does: Mapping[str, Mapping[str, JsonValue]] | None = None,
        learned: LearnedModel | None = None,
        max_history: int = 5,
    ) -> None:
        """Begin one; `does` says which slots an action sets."""
        self.dialogue = dialogue_of(bot) if isinstance(bot, str) else bot
        self.predictor = Predictor(self.dialogue, learned=learned, max_history=max_history)
        self.tracker = Tracker(self.predictor.features, initial_slots(self.dialogue))
        self.predictions: list[Prediction] = []
        self._does = dict(does or {})
        self._fills: Mapping[str, JsonValue] = {}

    def say(
        self, intent: str, *entities: str, text: str = "", fills: Mapping[str, JsonValue] | None = None
    ) -> list[str]:
        """Say something and return what the bot does; `fills` is what a form that is under way can take from it."""
        named = tuple(HeardEntity(one.partition("#")[0], "x", one.partition("#")[2]) for one in entities)
        before = self.tracker
        self.tracker = before.heard(Heard(text, intent, entities=named))
        self._fills = fills or {}
        self.predictions = []
        done: list[str] = []
        while len(done) < MOST_ACTIONS:
            prediction = self.predictor.predict(self.tracker)
            self.predictions.append(prediction)
            if prediction.action == LISTEN:
                self.tracker = self.tracker.acted(LISTEN, hidden=prediction.hidden)
                return done
            if prediction.action == DEFAULT_FALLBACK:
                self.tracker = before  # what nobody has understood has not been said
                return [DEFAULT_FALLBACK]
            if self._takes(prediction):
                done.append(prediction.action)
        raise AssertionError(f"it never ends: {done}")

    def _takes(self, prediction: Prediction) -> bool:
        """Act; whether it was done, and not rejected."""
        action, tracker = prediction.action, self.tracker
        form = self.dialogue.forms.get(action)
        if form is None:
            tracker = tracker.acted(action, hidden=prediction.hidden)
            tracker = tracker.with_slots(self._does.get(action, {}))
            self.tracker = tracker.left() if action == "action_deactivate_loop" else tracker
            return True
        active = tracker.loop is not None and tracker.loop.name == action
        if active and tracker.action == LISTEN and not prediction.interrupts:
            if not self._fills:
                self.tracker = tracker.rejected()
                return False
            tracker = tracker.with_slots(self._fills)
        tracker = tracker.acted(action, hidden=prediction.hidden)
        missing = next((slot for slot in form.required if tracker.slots.get(slot) is None), None)
        self.tracker = tracker.entered(action).left() if missing is None else tracker.entered(action, missing)
        return True
