"""PersonaChat as JSON: every utterance with the whole of what was said before it."""

from typing import Any

from dialog_core.datasets import DialogueTurn
from dialog_data.sources.dialogue_source import a_turn, alternating
from dialog_data.sources.records import Record, Unfit


def turns_of(utterances: list[Record]) -> list[DialogueTurn]:
    """Return the turns of a dialogue, taken once: those before its last utterance, and that one.

    Raises:
        Unfit: What was said before one utterance is not how the dialogue goes.
    """
    if not utterances:
        return []
    histories = [utterance.texts("history") for utterance in utterances]
    offered = [utterance.texts("candidates") for utterance in utterances]
    said = [*histories[-1], *offered[-1][-1:]]
    more: dict[int, dict[str, Any]] = {}
    for utterance, history, candidates in zip(utterances, histories, offered, strict=True):
        if history != said[: len(history)]:
            message = "this is not how the last utterance says that the dialogue has gone"
            raise Unfit(message, utterance.path("history"))
        if candidates and len(history) < len(said):
            more[len(history)] = {"candidates": candidates, **utterance.rest()}
    return [a_turn(alternating(number), text, more.get(number, {})) for number, text in enumerate(said)]
