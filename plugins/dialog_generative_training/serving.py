"""Dialogues as the policy tells them: what its model is told first when it serves, it is told while it learns.

The policy's own prompt says that. What a bot says before the user says anything is no turn to it but a part of that
(`opening`).
"""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dialog_core import BotSaid, Context, Conversation, Message, Turn, UserSaid
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_generative.memory.remembering import Recalled
from dialog_generative.options import GenerativeOptions
from dialog_generative.prompting.writer import PromptWriter
from dialog_generative_training.material import Material

NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # a template that tells the time is learnt with another time


def as_told(material: Material, component: Any, context: Context) -> Material:
    """Return material with what the policy tells its model first before each dialogue that does not say it itself.

    Args:
        material: The material.
        component: The options of the policy.
        context: Its context.

    Raises:
        ConfigurationError: The template of its prompt cannot be used.
    """
    if not isinstance(component, GenerativeOptions):
        return material
    prompt = _Prompt(component, context)
    told = [prompt.told(dialogue) for dialogue in material.dialogues]
    dialogues = tuple(dialogue for dialogue in told if {"user", "bot"} <= {turn.role for turn in dialogue.turns})
    preferences = tuple(replace(one, dialogue=prompt.told(one.dialogue)) for one in material.preferences)
    remarks = material.remarks
    if skipped := len(told) - len(dialogues):
        remarks = (*remarks, f"{skipped:,} dialogues were skipped in which the bot says nothing but the first words.")
    return replace(material, dialogues=dialogues, preferences=preferences, remarks=remarks)


class _Prompt:
    """Says what a model is told first."""

    def __init__(self, component: GenerativeOptions, context: Context) -> None:
        self._writer = PromptWriter(component, context)
        self._language = context.language
        self._known: dict[str, str] = {}

    def told(self, dialogue: Dialogue) -> Dialogue:
        """Return a dialogue that begins with it."""
        turns = list(dialogue.turns)
        if not turns or turns[0].role == "system":
            return dialogue
        opening = []
        while turns and turns[0].role == "bot":
            opening.append(turns.pop(0).text)
        system = self._system("\n\n".join(opening))
        if system:
            turns.insert(0, DialogueTurn("system", system))
        return replace(dialogue, turns=tuple(turns))

    def _system(self, opening: str) -> str:
        if opening not in self._known:
            self._known[opening] = self._writer.write(self._turn(opening), (), Recalled()).system
        return self._known[opening]

    def _turn(self, opening: str) -> Turn:
        message = Message("?", client_id="message", at=NEVER)
        before = (BotSaid(opening, NEVER),) if opening else ()
        return Turn(
            conversation=Conversation("training", (*before, UserSaid(message))),
            message=message,
            language=self._language,
            deadline=time.monotonic(),
            now=NEVER,
            seed=0,
        )
