"""A world in which a reply is right when it is about the thing that was asked about, whatever its score says."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dialog_core import Candidate, Conversation
from dialog_core.testing import make_turn
from dialog_ranking.choices import Choice, Label, write_choices
from tests.plugins.dialog_ranking.cross_encoder.tiny_models import save_tiny_model

THINGS = tuple(f"thing{number}" for number in range(8))
WORDS = [*THINGS, "how do i use ? this is about . user bot"]


def make_choices(count: int, *, seed: int = 1, candidates: int = 3) -> list[Choice]:
    """Return choices, each a conversation of its own, with one right reply in a place that nothing else tells."""
    rng = random.Random(seed)
    return [_make_choice(f"c{seed}-{number}", rng, candidates) for number in range(count)]


def _make_choice(id: str, rng: random.Random, candidates: int) -> Choice:
    things = rng.sample(THINGS, candidates)
    asked = rng.choice(things)
    turn = make_turn(f"how do i use {asked} ?")
    return Choice(
        id=f"{id}/m",
        turn=replace(turn, conversation=Conversation(id, list(turn.conversation.events))),
        candidates=tuple(
            Candidate(f"this is about {thing} .", round(rng.random(), 2), "faq", "retrieval") for thing in things
        ),
        labels=tuple(Label(float(thing == asked)) for thing in things),
    )


def write_world(directory: Path, choices: Sequence[Choice]) -> tuple[Path, Path]:
    """Write choices and a model to begin with, and return where they are."""
    write_choices(choices, directory / "x.choices.jsonl")
    return directory / "x.choices.jsonl", save_tiny_model(directory / "encoder", WORDS, headless=True, places=32)
