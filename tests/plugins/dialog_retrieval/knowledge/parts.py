"""Entries, a context whose knowledge stands in a file, and a small kind of index, for tests."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dialog_core import Builder, Context, read_bot_file
from dialog_core.datasets import KnowledgeEntry
from dialog_core.training import Artefact, Progress
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.knowledge.library import Library
from dialog_retrieval.searching import Mask, Match, Searcher

BOT = """version: 1
bot: {name: Shop}
knowledge:
  faq: {path: faq.jsonl}
policies:
  - {name: search, use: bm25, knowledge: faq}
"""


def entry(id: str, answer: str = "", **fields: Any) -> KnowledgeEntry:
    return KnowledgeEntry(id, (f"What about {id}?",), answer or f"About {id}.", **fields)


def entries(*ids: str) -> list[KnowledgeEntry]:
    return [entry(id) for id in ids]


def write_faq(directory: Path, ids: Iterable[str], name: str = "faq.jsonl", **answers: str) -> Path:
    """Write a source with an entry for each id; `answers` says what is different."""
    file = directory / name
    rows = ({"id": id, "question": f"What about {id}?", "answer": answers.get(id, f"About {id}.")} for id in ids)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def write_bot(directory: Path, ids: Iterable[str] = ("tea", "milk", "sugar"), text: str = BOT) -> Path:
    """Write a bot and its source."""
    directory.mkdir(parents=True, exist_ok=True)
    write_faq(directory, ids)
    bot = directory / "bot.yaml"
    bot.write_text(text, encoding="utf-8")
    return bot


def context_of(bot: Path, policy: str = "search") -> Context:
    """Return what a policy of a bot is built with."""
    spec = read_bot_file(bot)
    return Builder(spec).context_of(next(each for each in spec.policies if each.name == policy))


class WordSearcher:
    """Finds entries by how many words of the question they have."""

    def __init__(self, words: Mapping[int, Counter[str]]) -> None:
        self.words = words

    def find(self, question: str, top_k: int, allowed: Mask | None) -> Sequence[Match]:
        asked = question.lower().split()
        found = [
            Match(number, 0, sum(min(words[word], 1) for word in asked) / len(asked), {})
            for number, words in self.words.items()
            if allowed is None or allowed[number]
        ]
        return sorted((match for match in found if match.score), key=lambda match: (-match.score, match.number))[:top_k]


class WordIndexing:
    """Indexes words, and keeps count of what was indexed."""

    def __init__(self, **key: Any) -> None:
        self.settings = key
        self.built: list[int] = []
        self.loaded = 0

    def key(self) -> Mapping[str, Any]:
        return {"version": 1, **self.settings}

    def build(self, entries: Iterable[Numbered], base: Searcher | None) -> WordSearcher:
        words = {item.number: _words(item.entry) for item in entries}
        self.built.append(len(words))
        return WordSearcher(words)

    def write(self, library: Library, directory: Path, progress: Progress) -> Mapping[str, Any]:
        progress.stage("counting", len(library))
        words = {item.number: _words(item.entry) for item in library.after(-1)}
        (directory / "words.json").write_text(json.dumps(words), encoding="utf-8")
        return {"kind": "words", "documents": len(words)}

    def load(self, artefact: Artefact) -> WordSearcher:
        self.loaded += 1
        words = artefact.load_json("words.json")
        return WordSearcher({int(number): Counter(of) for number, of in words.items()})


def _words(entry: KnowledgeEntry) -> Counter[str]:
    return Counter(f"{' '.join(entry.questions)} {entry.answer}".lower().replace("?", "").replace(".", "").split())
