"""Whether questions find the paragraph their answer stands in: XQuAD, Chinese and English, 1,190 questions each.

The same 240 paragraphs and the same questions in both languages. `bm25` is asked in each language; for questions in
Chinese to paragraphs in English, which share no words, an encoder is asked: all-MiniLM-L6-v2, as `faiss` uses it.
That model was trained on English, so what it makes of Chinese is reported, not aimed at; encoders of several languages
are made for that. It is called directly beside it.

    python -m benchmarks.xquad

Nothing was tuned with this data.
"""

from collections.abc import Mapping
from typing import Any

from benchmarks._data import CACHE, DATA, Paragraph, Relevant, missing, xquad
from benchmarks._minilm import encode, encode_one, minilm
from benchmarks._minilm import policy as faiss_minilm
from benchmarks._ranking import Search, ask, bot_of, figures, search_of, times_of
from benchmarks._table import print_table

DEPTH = 10
MEASURES = ("R@1", "R@10", "RR@10")
HEADER = ("questions", "paragraphs", "what", *MEASURES, "p50 ms", "p95 ms", "target of R@1")
TARGETS = {("zh", "zh", "bm25"): ">= 0.93"}
BM25 = {"name": "bm25", "use": "bm25"}


def main() -> None:
    if missing("XQuAD", DATA / "xquad_zh_en" / "xquad.zh.json"):
        return
    paragraphs: dict[str, list[Paragraph]] = {}
    questions: dict[str, dict[str, str]] = {}
    relevant: Relevant = {}
    for language in ("zh", "en"):
        paragraphs[language], questions[language], relevant = xquad(language)  # the ids are the same
    rows: list[tuple[str, ...]] = []

    def measure(asked: str, searched: str, name: str, search: Search) -> None:
        run, times = ask(search, questions[asked])
        values = (f"{value:.4f}" for value in figures(run, relevant, MEASURES))
        rows.append((asked, searched, name, *values, *times_of(times), TARGETS.get((asked, searched, name), "")))

    for language in ("zh", "en"):
        with bot_of(CACHE / f"xquad.{language}", paragraphs[language], policies(language), language) as bot:
            measure(language, language, "bm25", search_of(bot, "bm25", DEPTH))
            if "faiss" in bot.retrievers:
                for asked in ("en", "zh"):
                    measure(asked, language, "faiss, MiniLM", search_of(bot, "faiss", DEPTH))
    if minilm():
        for asked in ("en", "zh"):
            measure(asked, "en", "MiniLM alone", direct_minilm(paragraphs["en"]))
    print_table(f"XQuAD: 1,190 questions to {len(paragraphs['en'])} paragraphs", HEADER, rows)


def policies(language: str) -> list[Mapping[str, Any]]:
    """Return what searches the paragraphs of a language."""
    return [BM25, faiss_minilm()] if language == "en" and minilm() else [BM25]


def direct_minilm(paragraphs: list[Paragraph]) -> Search:
    import numpy as np

    vectors = encode([each.text for each in paragraphs])

    def search(text: str) -> list[str]:
        return [paragraphs[number].id for number in np.argsort(-(vectors @ encode_one(text)), kind="stable")[:DEPTH]]

    return search


if __name__ == "__main__":
    main()
