"""A bakery whose bot goes by stories, and what is learnt from them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dialog_core.testing import make_context, make_job
from dialog_core.training import Artefact, TrainingResult
from dialog_rasa.dialogue.reading import read_dialogue
from dialog_rasa.dialogue.values import LISTEN, Dialogue
from dialog_rasa.options import StoriesOptions
from dialog_rasa.prediction.contract import LearnedModel
from dialog_rasa.prediction.learned import load_learned
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.state import Heard, Tracker
from dialog_rasa_training.options import StoriesTraining
from dialog_rasa_training.trainer import StoriesTrainer

DOMAIN = """\
intents: [hello, want_cake, want_bread, how_much, where, yes, no, bye, sing]
slots:
  sort: {type: categorical, values: [rye, wheat], mappings: [{type: custom}]}
responses:
  utter_hello: [{text: "Good morning!"}]
  utter_which_cake: [{text: "With icing?"}]
  utter_with_icing: [{text: "One with icing."}]
  utter_plain: [{text: "A plain one."}]
  utter_rye: [{text: "A rye bread."}]
  utter_wheat: [{text: "A wheat bread."}]
  utter_anything_else: [{text: "Anything else?"}]
  utter_which_bread: [{text: "Rye or wheat?"}]
  utter_price: [{text: "Three euros."}]
  utter_where: [{text: "At the market."}]
  utter_bye: [{text: "Good bye!"}]
"""
RULES = """\
rules:
  - rule: the price, any time
    steps: [{intent: how_much}, {action: utter_price}]
  - rule: the place, any time
    steps: [{intent: where}, {action: utter_where}]
"""


def story(name: str, *steps: str) -> str:
    """A story of messages (`>want_cake`), actions (`utter_hello`) and slots (`sort=rye`)."""
    lines = [f"  - story: {name}", "    steps:"]
    for step in steps:
        if step.startswith(">"):
            lines.append(f"      - intent: {step[1:]}")
        elif step.startswith('"'):
            lines.append(f"      - user: {step}")
        elif "=" in step:
            slot, _, value = step.partition("=")
            lines.append(f"      - slot_was_set: [{{{slot}: {value}}}]")
        else:
            lines.append(f"      - action: {step}")
    return "\n".join(lines) + "\n"


HELLO = (">hello", "utter_hello")
CAKE, BREAD = (">want_cake", "utter_which_cake"), (">want_bread", "utter_which_bread")
ICING = (">yes", "utter_with_icing", "utter_anything_else")
PLAIN = (">no", "utter_plain", "utter_anything_else")
BYE = (">bye", "utter_bye")
STORIES = "stories:\n" + "".join(
    story(f"talk {number}", *(step for part in parts for step in part))
    for number, parts in enumerate(
        (
            (HELLO, CAKE, ICING, BYE),
            (HELLO, CAKE, PLAIN, BYE),
            (CAKE, ICING, BYE),
            (CAKE, PLAIN, BYE),
            (HELLO, BREAD, ("sort=rye", "utter_rye", "utter_anything_else"), BYE),
            (HELLO, BREAD, ("sort=wheat", "utter_wheat", "utter_anything_else"), BYE),
            (BREAD, ("sort=rye", "utter_rye", "utter_anything_else"), CAKE, ICING),
            (BREAD, ("sort=wheat", "utter_wheat", "utter_anything_else"), CAKE, PLAIN),
            (HELLO, BYE),
            (HELLO, CAKE, ICING, CAKE, PLAIN, BYE),
            (CAKE, ICING, BREAD, ("sort=rye", "utter_rye", "utter_anything_else"), BYE),
            (CAKE, PLAIN, BREAD, ("sort=wheat", "utter_wheat", "utter_anything_else"), BYE),
        )
    )
)
FILES = {"domain.yaml": DOMAIN, "rules.yaml": RULES, "stories.yaml": STORIES}


def write_dialogue(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write the bot's files into `dialogue`, and return that folder."""
    place = folder / "dialogue"
    place.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


def train(folder: Path, files: Mapping[str, str] = FILES, **options: Any) -> tuple[Path, TrainingResult, Dialogue]:
    """Train; return where the model is, what the trainer says of it, and the dialogue."""
    place = write_dialogue(folder, files)
    training = StoriesTraining(**options)
    job = make_job(folder, training, StoriesOptions(path=(place,)), name="stories")
    result = StoriesTrainer(training, job.context).train(job)
    return job.directory, result, read_dialogue([place])


def served(model: Path) -> LearnedModel:
    """Return the model as the policy gets it."""
    return load_learned(make_context("stories", artefact=model).artefact())


def after(dialogue: Dialogue, steps: Iterable[str]) -> Tracker:
    """Return where a conversation is after messages (`>hello`, or `"words"`) and actions."""
    tracker = Tracker(Features(dialogue))
    for step in steps:
        if step.startswith((">", '"')):
            if tracker.action not in ("", LISTEN):
                tracker = tracker.acted(LISTEN)
            heard = Heard(intent=step[1:]) if step.startswith(">") else Heard(text=step.strip('"'))
            tracker = tracker.heard(heard)
        elif "=" in step:
            slot, _, value = step.partition("=")
            tracker = tracker.with_slots({slot: value})
        else:
            tracker = tracker.acted(step)
    return tracker


__all__ = ["FILES", "RULES", "STORIES", "Artefact", "after", "served", "story", "train", "write_dialogue"]
