"""Retrieval quality on SciFact: 809 claims (its training queries), each with the abstracts that are evidence for it.

Called directly, for comparison: bm25s with the best of its published settings (method lucene, k1 1.5, b .75, English
stop words, Snowball stems) on title and abstract, and all-MiniLM-L6-v2 with an exact search. Ours are policies of a
bot whose knowledge are the 5,183 abstracts, each a passage under its title: `bm25` and `faiss` as they are by default,
and `hybrid` of the two.

Nothing is tuned here, and no policy learns from the queries. The figures of two halves, drawn with a seed, show what to
make of a difference; whoever chooses a setting by looking at SciFact looks at half A, and reports half B.

    python -m benchmarks.scifact

The abstracts take MiniLM some minutes; the vectors are kept in DIALOG_CORE_BENCHMARKS, by default in the system's
temporary directory.
"""

import random
from typing import Any

from benchmarks._data import CACHE, DATA, Paragraph, missing, scifact
from benchmarks._minilm import encode, encode_one, minilm
from benchmarks._minilm import policy as faiss_minilm
from benchmarks._ranking import Run, Search, ask, bot_of, figures, search_of, times_of
from benchmarks._table import print_table

SEED = 20_261
DEPTH = 100
MEASURES = ("nDCG@10", "R@10", "R@100")
HEADER = ("what", *MEASURES, "nDCG@10 of half A", "of half B", "p50 ms", "p95 ms", "target of nDCG@10")


def main() -> None:
    if missing("SciFact", DATA / "scifact_beir" / "corpus.jsonl"):
        return
    abstracts, queries, relevant = scifact()
    half_a = set(random.Random(SEED).sample(sorted(queries), len(queries) // 2))
    found: dict[str, tuple[Run, list[float]]] = {}

    def measure(name: str, search: Search) -> None:
        found[name] = ask(search, queries)

    measure("bm25s alone", direct_bm25s(abstracts))
    if minilm():
        measure("MiniLM alone", direct_minilm(abstracts))
    parts: list[dict[str, Any]] = [{"use": "bm25"}, *([faiss_minilm()] if minilm() else [])]
    hybrid = {"name": "hybrid", "use": "hybrid", "retrievers": parts}
    with bot_of(CACHE / "scifact", abstracts, [hybrid], "en") as bot:
        for name in ("hybrid.bm25", "hybrid.faiss", "hybrid"):
            if name in bot.retrievers:
                measure(name.removeprefix("hybrid."), search_of(bot, name, DEPTH))

    ndcg = {name: figures(run, relevant, MEASURES)[0] for name, (run, _) in found.items()}
    targets = {"bm25": f">= {ndcg['bm25s alone']:.4f}", "hybrid": f"> {max(ndcg['bm25'], ndcg.get('faiss', 0)):.4f}"}
    rows = []
    for name, (run, times) in found.items():
        halves = [{id: ids for id, ids in run.items() if (id in half_a) == first} for first in (True, False)]
        values = figures(run, relevant, MEASURES) + [figures(half, relevant, MEASURES)[0] for half in halves]
        rows.append((name, *(f"{value:.4f}" for value in values), *times_of(times), targets.get(name, "")))
    title = f"SciFact: {len(queries)} claims to {len(abstracts):,} abstracts (halves drawn with seed {SEED})"
    print_table(title, HEADER, rows)


def direct_bm25s(abstracts: list[Paragraph]) -> Search:
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")

    def tokenize(texts: list[str]) -> Any:
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    index.index(tokenize([_text(each) for each in abstracts]), show_progress=False)

    def search(text: str) -> list[str]:
        best, _ = index.retrieve(tokenize([text]), k=DEPTH, show_progress=False)
        return [abstracts[number].id for number in best[0]]

    return search


def direct_minilm(abstracts: list[Paragraph]) -> Search:
    import numpy as np

    vectors = encode([_text(each) for each in abstracts])

    def search(text: str) -> list[str]:
        best = np.argsort(-(vectors @ encode_one(text)), kind="stable")[:DEPTH]
        return [abstracts[number].id for number in best]

    return search


def _text(abstract: Paragraph) -> str:
    return f"{abstract.title}\n{abstract.text}"


if __name__ == "__main__":
    main()
