"""Whether `bm25` finds reworded questions: 300 of MedQuAD's 2,550, reworded by a seeded script.

The rewording: "What is (are)" is dropped, everything is in lower case, and one word is removed at random that is no
word of what the question is about (its `focus`); nothing is removed where there is no other word. So "What are the
treatments for Acromegaly ?" may become "what the treatments for acromegaly" or, a little unfairly, "what are the for
acromegaly", and "What is (are) Acromegaly ?" becomes "acromegaly". An entry with the question's own text counts as
right: the 2,550 entries have 2,168 different questions.

The yardstick in the same run is rank-bm25 called directly: lower-case words, no stems, no stop words, the same reworded
questions in turn.

Nothing was tuned with this seed. Set DIALOG_CORE_DATA if the data does not lie in `../shared/data`.
"""

import os
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._table import median, percentile, print_table
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context, make_turn
from dialog_data.jsonl_reader import JsonlReader
from dialog_data.options import JsonlFields, JsonlOptions
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import BM25Policy

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("DIALOG_CORE_DATA", ROOT.parent / "shared" / "data"))
MEDQUAD = DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"
FIELDS = JsonlFields(id="{source}/{qid}", question="question", answer="answer", source="url")
SEED = 20_261
QUESTIONS = 300
TARGETS = (0.85, 0.97)  # of the questions: the right entry is the first, is among the first three

_FRAME = re.compile(r"what is \(are\)")
_WORD = re.compile(r"\w+")


def main() -> None:
    if not MEDQUAD.exists():
        print(f"MedQuAD reworded: skipped, there is no {MEDQUAD}. Set DIALOG_CORE_DATA to where the data lies.")
        return
    entries = read_medquad()
    measured = measure(entries, seed=SEED)
    rows: list[tuple[str, ...]] = []
    for title, found in measured.items():
        ours = title == "bm25"
        rows += [
            (title, "right entry first", f"{found.first:.1%}", f">= {TARGETS[0]:.0%}" if ours else ""),
            ("", "among the first three", f"{found.three:.1%}", f">= {TARGETS[1]:.0%}" if ours else ""),
            ("", "p50 of a question", f"{median(found.times) * 1e3:.2f} ms", "<= 1 ms" if ours else ""),
            ("", "p95 of a question", f"{percentile(found.times, 0.95) * 1e3:.2f} ms", ""),
        ]
    title = f"MedQuAD reworded: {QUESTIONS} questions to {len(entries)} entries (seed {SEED})"
    print_table(title, ("policy", "what", "measured", "target"), rows)


def read_medquad() -> list[KnowledgeEntry]:
    return list(JsonlReader(JsonlOptions(fields=FIELDS), make_context()).read(MEDQUAD))


@dataclass
class Found:
    """How many questions found their entry, and how long each took."""

    times: list[float] = field(default_factory=list)
    first: float = 0.0
    three: float = 0.0


def measure(entries: list[KnowledgeEntry], *, seed: int) -> dict[str, Found]:
    """Return the shares of questions whose entry comes first and among three, and the time of each question."""
    ways = {"bm25": _policy(entries), "rank-bm25 alone": _rank_bm25(entries)}
    measured = {title: Found() for title in ways}
    rng = random.Random(seed)
    for entry in rng.sample(entries, QUESTIONS):
        question = reword(entry.questions[0], str(entry.metadata["focus"]), rng)
        for title, ask in ways.items():
            started = time.perf_counter()
            best = ask(question)
            measured[title].times.append(time.perf_counter() - started)
            measured[title].first += (best[:1] == [tuple(entry.questions)]) / QUESTIONS
            measured[title].three += (tuple(entry.questions) in best) / QUESTIONS
    return measured


Ask = Callable[[str], list[tuple[str, ...]]]  # from a question to those of the three best entries


def _policy(entries: list[KnowledgeEntry]) -> Ask:
    policy = BM25Policy(BM25Options(knowledge=("medquad",)), make_context(knowledge={"medquad": entries}))
    policy.warm()
    by_id = {entry.id: tuple(entry.questions) for entry in entries}
    return lambda text: [by_id[each.evidence[0].metadata["id"]] for each in policy.propose(make_turn(text))]


def _rank_bm25(entries: list[KnowledgeEntry]) -> Ask:
    import numpy as np
    from rank_bm25 import BM25Okapi

    index = BM25Okapi([_WORD.findall(entry.questions[0].lower()) for entry in entries])

    def ask(text: str) -> list[tuple[str, ...]]:
        best = np.argsort(-index.get_scores(_WORD.findall(text)), kind="stable")[:3]
        return [tuple(entries[number].questions) for number in best]

    return ask


def reword(question: str, focus: str, rng: random.Random) -> str:
    """Return the question without its frame "What is (are)", in lower case, without one word that is not its focus."""
    kept = set(_WORD.findall(focus.lower()))
    words = _FRAME.sub("", question.lower()).replace("?", " ").split()
    others = [at for at, word in enumerate(words) if _WORD.search(word) and kept.isdisjoint(_WORD.findall(word))]
    if others:
        del words[rng.choice(others)]
    return " ".join(words)


if __name__ == "__main__":
    main()
