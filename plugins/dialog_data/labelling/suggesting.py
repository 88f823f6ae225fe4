"""What a bot would say of a text: labels with their probabilities, entities."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from dialog_core import ArtefactError, Bot, Context, DialogError, read_bot_file
from dialog_core.annotations import entities_of, label_of
from dialog_core.datasets import OUT_OF_SCOPE, EntitySpan
from dialog_data.labelling.words import without_overlaps

LABELLING = ("intents", "classifier")  # annotators that give labels
USUAL = "intents"  # what the annotator is called whose labels are meant, where a bot has several


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a bot makes of a text.

    Attributes:
        labels: Labels with their probabilities, the likeliest first; `out_of_scope` is one of them.
        entities: What it finds, in text order.
    """

    labels: tuple[tuple[str, float], ...] = ()
    entities: tuple[EntitySpan, ...] = ()

    @property
    def uncertainty(self) -> float:
        """How unsure the bot is of the likeliest label, from 0 to 1.

        Least confidence (Lewis & Gale 1994; Settles 2009, section 3.1). Of 400 texts of Banking77, labelled a hundred
        at a time with training in between, from topics as uneven as real ones, the accuracy came to .684, by the margin
        between the best two to .666, and in random order to .623 (means of five runs).
        """
        return 1 - max(probability for _, probability in self.labels) if self.labels else 0.0


NOTHING = Suggestion()


class BotSuggester:
    """Suggests what a bot's annotators find.

    Attributes:
        name: What the bot is called.
        language: The language it speaks.
        problem: Why it suggests nothing, or not everything; empty: it does.
        failures: How often it could not say anything about a text.
        knows_labels: Whether it suggests labels with probabilities.

    Args:
        path: The bot file.

    Raises:
        ConfigurationError: The bot file is wrong.
        PluginError: A plugin could not be used.
    """

    def __init__(self, path: Path) -> None:
        spec = read_bot_file(path, training=False)
        self.name, self.language = spec.file.bot.name, spec.file.bot.language
        self.problem = ""
        self.failures = 0
        self._path = path
        self._bot: Bot | None = None
        try:
            # Nobody says anything here: no store of anybody's conversations has to be opened, and nobody ranks.
            store = Context(name="label").create("store", "memory")
            self._bot = Bot.load(path, store=store, default_ranking=True, default_thresholds=True)
        except ArtefactError as error:
            self.problem = str(error)
        self.knows_labels = bool(self.suggest("hello").labels)

    def suggest(self, text: str) -> Suggestion:
        """Return what the bot makes of a text; where an annotator fails, `problem` says so."""
        if self._bot is None:
            return NOTHING
        try:
            found = self._bot.annotate(text)
        except DialogError as error:
            self.problem, self.failures = str(error), self.failures + 1
            return NOTHING
        return suggestion_from(found, len(text))

    def labels(self) -> list[str]:
        """Return the labels it was taught, as far as what it learns from is here: a bot may run without that."""
        try:
            entries = read_bot_file(self._path).training
            of_labels = [one for one in entries if one.component.registration.name in LABELLING]
            named = [one for one in of_labels if one.name == USUAL] or of_labels[:1]
            reader = Context.of_command("label").create("reader", "labelled")
            items = (item for one in named for path in one.options.data for item in reader.read(path))
            return list(dict.fromkeys(item.label for item in items))
        except DialogError:
            return []

    def __enter__(self) -> "BotSuggester":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bot is not None:
            self._bot.close()


def suggestion_from(found: Mapping[str, Any], length: int) -> Suggestion:
    """Return a suggestion made of what annotators have found in a text of that length."""
    name = USUAL if label_of(found, USUAL) else next((name for name in found if label_of(found, name)), "")
    labels: list[tuple[str, float]] = []
    if said := label_of(found, name):
        labels = [(str(one["label"]), float(one["probability"])) for one in said["ranked"]]
        if said["label"] is None:
            labels.append((OUT_OF_SCOPE, float(said["probability"])))
    labels.sort(key=lambda one: -one[1])
    return Suggestion(tuple(labels), _spans(found, length))


def _spans(found: Mapping[str, Any], length: int) -> tuple[EntitySpan, ...]:
    """Return what all annotators mark; of two that overlap, the longer."""
    spans = [
        EntitySpan(one["start"], one["end"], str(one["entity"]), str(one.get("role") or ""))
        for name in found
        for one in entities_of(found, name)
        if type(one.get("start")) is int and type(one.get("end")) is int and 0 <= one["start"] < one["end"] <= length
    ]
    return without_overlaps(spans)
