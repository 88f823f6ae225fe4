"""Replies that are not written down but labelled: with the entry of the bot's knowledge that is right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dialog_core import Builder, read_bot_file
from dialog_core.datasets import Dialogue, DialogueTurn

ENTRY, LABEL, WRONG = "entry", "label", "wrong"  # keys in a turn's metadata, and the label of what must not be said


def is_wrong(turn: DialogueTurn) -> bool:
    """Whether a reply is recorded as a wrong one, so that nothing is to be compared with it."""
    return turn.metadata.get(LABEL) == WRONG


def with_answers(dialogues: Sequence[tuple[Path, Dialogue]], bot: Path) -> tuple[list[tuple[Path, Dialogue]], int]:
    """Return dialogues with the answers of the bot's knowledge in place of empty replies that name its entries.

    Args:
        dialogues: The dialogues, each with its file.
        bot: The bot file; its knowledge is read if there is such a reply.

    Returns:
        The dialogues, and how many replies were filled in.
    """
    wanted = {name for _, dialogue in dialogues for turn in dialogue.turns for name in _names(turn)}
    if not wanted:
        return list(dialogues), 0
    answers = dict(_answers(bot, wanted))
    filled: list[tuple[Path, Dialogue]] = []
    count = 0
    for file, dialogue in dialogues:
        turns = tuple(_filled(turn, answers) for turn in dialogue.turns)
        count += sum(one is not other for one, other in zip(turns, dialogue.turns, strict=True))
        filled.append((file, replace(dialogue, turns=turns)))
    return filled, count


def _names(turn: DialogueTurn) -> list[str]:
    """Return the entries an empty reply names."""
    entry: Any = turn.metadata.get(ENTRY)
    if turn.role != "bot" or turn.text.strip() or is_wrong(turn):
        return []
    return [name for name in (entry if isinstance(entry, list | tuple) else [entry]) if isinstance(name, str)]


def _answers(bot: Path, wanted: set[str]) -> Iterator[tuple[str, str]]:
    spec = read_bot_file(bot, training=False)
    context = Builder(spec).context
    for name in spec.knowledge:
        for entry in context.stream_knowledge(name):
            if entry.id in wanted and entry.answer.strip():
                yield entry.id, entry.answer


def _filled(turn: DialogueTurn, answers: Mapping[str, str]) -> DialogueTurn:
    answer = next((answers[name] for name in _names(turn) if name in answers), None)
    return turn if answer is None else replace(turn, text=answer)
