"""Whether preferences move a model on pairs it has not seen: MultiWOZ, a small decoder trained from nothing, then DPO.

The reply people gave is preferred to another: one given in some other dialogue, fluent but out of place, or one that
fits everywhere and says nothing. Dialogues are divided, seeded, into those the base learns from, those of the pairs to
learn from and those of the pairs to measure on. The margin is by how much more than the base the model favours what was
preferred (beta times the difference of the logarithmic ratios, nats); accuracy is of how many pairs it does at all;
"likelier" is of how many pairs the model finds what was preferred likelier, which the base does as well. Under five
minutes on one core. Set DIALOG_CORE_DATA if the data does not lie in `../shared/data`.
"""

import json
import random
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks._data import DATA, missing
from benchmarks._dialogues import multiwoz
from benchmarks._table import print_table
from dialog_core.bot_reader import read_bot_file
from dialog_core.datasets import Dialogue
from dialog_core.training import SilentProgress, TrainingRunner, plan

SEED = 20_261
TO_LEARN, TO_MEASURE = 120, 75  # dialogues pairs are made of; the others are the base's
PAIRS = 2  # of each dialogue
GENERIC = "Is there anything else I can help you with today?"
KINDS = ("of another dialogue", "that says nothing")
BOT = """
version: 1
bot: {name: Bench}
policies:
  - {name: base, use: transformers, device: cpu}
  - {name: other, use: transformers, model: ./base, device: cpu}
  - {name: nothing, use: transformers, model: ./base, device: cpu}
training:
  - {component: base, method: scratch, size: nano, vocabulary: 4096, data: base.jsonl, steps: 300, batch_size: 8,
     max_length: 160, device: cpu, report_to: []}
  - {component: other, method: dpo, data: other.jsonl, validation: other-held.jsonl, epochs: 2, batch_size: 8,
     evaluate_every: 20, max_length: 160, learning_rate: 0.0002, device: cpu, report_to: []}
  - {component: nothing, method: dpo, data: nothing.jsonl, validation: nothing-held.jsonl, epochs: 2, batch_size: 8,
     evaluate_every: 20, max_length: 160, learning_rate: 0.0002, device: cpu, report_to: []}
"""
FIGURES = ("preference_margin", "preference_accuracy", "preferred_likelier", "chosen_loss")


def main() -> None:
    if missing("preferences", DATA / "multiwoz21" / "val.compact.jsonl"):
        return
    with tempfile.TemporaryDirectory() as directory:
        rows = measure(Path(directory))
    print_table("Preferences on MultiWOZ, pairs that were held out: before and after", HEADER, rows)


HEADER = ("rejected: a reply", "pairs learnt", "measured", "margin", "accuracy", "likelier", "chosen loss", "seconds")


def measure(place: Path) -> list[tuple[str, ...]]:
    """Train all three models, and return the rows of the table."""
    dialogues = list(multiwoz())
    random.Random(SEED).shuffle(dialogues)
    to_measure, to_learn = dialogues[:TO_MEASURE], dialogues[TO_MEASURE : TO_MEASURE + TO_LEARN]
    of_base = dialogues[TO_MEASURE + TO_LEARN :]
    _write(place / "base.jsonl", ({"messages": _messages(dialogue, len(dialogue.turns))} for dialogue in of_base))
    for name in ("other", "nothing"):
        _write(place / f"{name}.jsonl", _pairs(to_learn, of_base, name))
        _write(place / f"{name}-held.jsonl", _pairs(to_measure, of_base, name))
    (place / "base").mkdir()  # what the policies begin with; it stands there when their turn has come
    (place / "bot.yaml").write_text(BOT, encoding="utf-8")
    spec = read_bot_file(place / "bot.yaml")
    runner = TrainingRunner(spec)
    base, *tuned = plan(spec)
    found = runner.run(base, SilentProgress())
    print(
        f"base: {found.artefact.manifest.details['parameters']:,} weights, {found.seconds:.0f} s, perplexity "
        f"{found.artefact.manifest.metrics['perplexity']:.1f}"
    )
    (place / "base").rmdir()
    (place / "base").symlink_to(found.artefact.path("model"))
    rows = []
    for kind, entry in zip(KINDS, tuned, strict=True):
        begun = time.perf_counter()
        manifest = runner.run(entry, SilentProgress()).artefact.manifest
        figures = (f"{manifest.before[name]:.3f} -> {manifest.metrics[name]:.3f}" for name in FIGURES)
        counts = (str(manifest.details[name]) for name in ("preferences", "held_out"))
        rows.append((kind, *counts, *figures, f"{time.perf_counter() - begun:.0f}"))
    return rows


def _pairs(dialogues: Sequence[Dialogue], others: Sequence[Dialogue], kind: str) -> Iterable[dict[str, Any]]:
    """Yield pairs: the reply that was given, and one that does not fit or says nothing."""
    rng = random.Random(SEED)
    strange = [turn.text for dialogue in others for turn in dialogue.turns if turn.role == "bot"]
    for dialogue in dialogues:
        places = [
            place
            for place, turn in enumerate(dialogue.turns)
            if turn.role == "bot" and place and dialogue.turns[place - 1].role == "user"
        ]
        for place in rng.sample(places, min(PAIRS, len(places))):
            yield {
                "prompt": _messages(dialogue, place),
                "chosen": dialogue.turns[place].text,
                "rejected": rng.choice(strange) if kind == "other" else GENERIC,
            }


def _messages(dialogue: Dialogue, end: int) -> list[dict[str, str]]:
    roles = {"user": "user", "bot": "assistant", "system": "system"}
    return [{"role": roles[turn.role], "content": turn.text} for turn in dialogue.turns[:end]]


def _write(file: Path, rows: Iterable[Any]) -> None:
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
