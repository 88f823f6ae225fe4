"""Having a bot's classifier decide about messages, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dialog_core import Bot, DialogError
from dialog_core.annotations import label_of
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import LabelledText
from dialog_core.training import line_of
from dialog_evaluation.prediction import Prediction, prediction_of

DEFAULT_ANNOTATOR = "intents"
FAILURES_IN_A_ROW = 10  # after so many there is something wrong with the annotator and not with a message


@dataclass(slots=True)
class Predictions:
    """What a classifier made of a file.

    Attributes:
        decisions: Its decision on each row.
        known: Every label it was seen to know.
        failures: In words, how it failed on those rows it failed on.
    """

    decisions: list[Prediction] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)


def find_annotator(bot: Bot, name: str, sample: str) -> str:
    """Return the classifier to measure.

    Args:
        bot: Whose.
        name: What the user asked for; empty: `intents`, or the only classifier there is.
        sample: A message to find out with what the bot's annotators say.

    Raises:
        ConfigurationError: There is no such classifier, or more than one.
    """
    found = bot.annotate(sample)
    classifiers = [known for known in found if label_of(found, known) is not None]
    wanted = name or (DEFAULT_ANNOTATOR if DEFAULT_ANNOTATOR in classifiers or not classifiers else "")
    if wanted in classifiers:
        return wanted
    if not wanted and len(classifiers) == 1:
        return classifiers[0]
    if not wanted:
        message = f"there is more than one classifier: {', '.join(sorted(classifiers))}"
        remedy = "Say which one with --annotator."
    elif wanted in found:
        message, remedy = f"the annotator {wanted!r} does not classify messages", did_you_mean(wanted, classifiers)
    else:
        message = f"no annotator {wanted!r} says what a message is about"
        remedy = did_you_mean(wanted, classifiers) or "Add it to the bot's `annotators:`, for example {use: intents}."
    raise ConfigurationError([Problem(message, bot.path, remedy=remedy)])


def predict(bot: Bot, annotator: str, rows: Sequence[LabelledText], advance: Callable[[], None]) -> Predictions:
    """Return the decision on each row; one that fails is no decision, and the others are still made.

    Args:
        bot: Whose annotator.
        annotator: Its name.
        rows: The messages.
        advance: Called after each.

    Raises:
        DialogError: The annotator fails again and again.
    """
    found = Predictions()
    in_a_row = 0
    for row in rows:
        try:
            annotation, in_a_row = label_of(bot.annotate(row.text), annotator), 0
        except DialogError as error:
            annotation, in_a_row = None, in_a_row + 1
            found.failures.append(f"Line {line_of(row)}: {error}")
            if in_a_row >= FAILURES_IN_A_ROW:
                raise
        found.decisions.append(prediction_of(annotation))
        if annotation is not None:
            found.known.update(scored["label"] for scored in annotation["ranked"])
            found.known.update(annotation["labels"])
        advance()
    return found
