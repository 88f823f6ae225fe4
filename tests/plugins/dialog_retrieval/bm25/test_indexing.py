"""Indexes on the disk and on top of it; passages beside questions; what training found; knowledge at the edges."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialog_core import ArtefactError, PluginError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context, make_turn
from dialog_core.training import Artefact, SilentProgress
from dialog_retrieval.bm25 import engines, indexing
from dialog_retrieval.bm25.index import Index
from dialog_retrieval.bm25.indexing import BM25Indexing
from dialog_retrieval.bm25.large import LargeIndex
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import BM25Policy
from dialog_retrieval.bm25.searcher import BM25Searcher
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.searching import Layered, Match, Searcher

ENGINES = ["rank-bm25", "bm25s"]
HANDBOOK = (
    KnowledgeEntry(
        "lamp", ("Lamps", "Cleaning"), "Wipe the lamp with a dry cloth. A wet cloth harms it.", passage=True
    ),
    KnowledgeEntry("sofa", ("Sofas",), "The cover of the sofa can be washed at thirty degrees.", passage=True),
    KnowledgeEntry("table", (), "Oil the table once a year.", passage=True),
)
FAQ = (
    KnowledgeEntry("return", ("How do I return a lamp?", "Can I send a lamp back?"), "Print a label."),
    KnowledgeEntry("delivery", ("When does my sofa come?",), "In two weeks."),
    KnowledgeEntry("wordless", ("?!",), "..."),
)


class Library:
    """Entries with their numbers, as a library yields them."""

    identity, revision = "test", 1

    def __init__(self, entries: Sequence[KnowledgeEntry], first: int = 0) -> None:
        self.items = [Numbered(first + number, "known", entry) for number, entry in enumerate(entries)]

    def __len__(self) -> int:
        return len(self.items)

    def after(self, number: int) -> Iterator[Numbered]:
        return (item for item in self.items if item.number > number)


def indexing_of(**options: Any) -> BM25Indexing:
    return BM25Indexing(BM25Options(knowledge=("known",), **options), make_context())


def on_disk(entries: Sequence[KnowledgeEntry], directory: Path, **options: Any) -> Artefact:
    directory.mkdir()
    library: Any = Library(entries)
    details = indexing_of(**options).write(library, directory, SilentProgress())
    return Artefact.unpublished(directory, details=json.loads(json.dumps(details)))


def in_memory(entries: Sequence[KnowledgeEntry], **options: Any) -> Searcher:
    return indexing_of(**options).build(Library(entries).after(-1), None)


def rounded(matches: Sequence[Match]) -> list[tuple[int, int, float]]:
    return [(match.number, match.phrasing, round(match.score, 4)) for match in matches]


@pytest.mark.parametrize("variant", ["lucene", "bm25+"])
@pytest.mark.parametrize("engine", ENGINES)
def test_an_index_on_the_disk_finds_what_one_in_memory_does(tmp_path: Path, engine: str, variant: str) -> None:
    entries = (*FAQ, *HANDBOOK)
    artefact = on_disk(entries, tmp_path / "index", engine=engine, variant=variant)
    loaded = indexing_of(engine=engine, variant=variant).load(artefact)
    memory = in_memory(entries, engine=engine, variant=variant)
    for text in ("return the lamp", "a dry cloth for the lamp", "when does the sofa come", "of the", "", "zebra"):
        assert rounded(loaded.find(text, 9, None)) == rounded(memory.find(text, 9, None))
    details = artefact.manifest.details
    assert details["engine"] == engine
    assert details["questions"]["documents"] == 3
    assert details["passages"]["documents"] == 3
    assert details["passages"]["terms"] > 10
    assert details["bytes"] == sum(file.stat().st_size for file in (tmp_path / "index").rglob("*.*"))


def test_a_large_index_is_mapped_into_memory_and_not_read(tmp_path: Path) -> None:
    loaded = indexing_of().load(on_disk(FAQ, tmp_path / "index"))
    assert isinstance(loaded, BM25Searcher)
    index = loaded.indexes[False]
    assert isinstance(index, LargeIndex)
    for array in (index.postings.scores["data"], index._stored.own, index._vocabulary.hashes):
        assert isinstance(array.base, np.memmap)


def test_later_entries_score_as_those_in_the_index_do(tmp_path: Path) -> None:
    entries = (*FAQ, *HANDBOOK)
    base = indexing_of().load(on_disk(entries, tmp_path / "index"))
    later = Library(entries, first=len(entries))  # the same once more
    both = Layered(base, indexing_of().build(later.after(-1), base))
    for text in ("return a lamp", "wash the cover of the sofa", "a lamp and a zebra"):
        found = both.find(text, 12, None)
        scores = {match.number: match.score for match in found}
        assert scores
        for number, score in scores.items():
            assert scores[(number + len(entries)) % (2 * len(entries))] == pytest.approx(score, abs=2e-5)
    (first, *_) = (
        indexing_of()
        .build(Library([KnowledgeEntry("new", ("Zebra?",), "No.")], 99).after(-1), base)
        .find("zebra", 1, None)
    )
    assert (first.number, first.score) == (99, 1.0)


def test_an_index_of_nothing_can_be_written_and_read(tmp_path: Path) -> None:
    artefact = on_disk((), tmp_path / "index")
    base = indexing_of().load(artefact)
    assert base.find("lamp", 3, None) == []
    top = indexing_of().build(Library(FAQ).after(-1), base)
    assert rounded(top.find("return a lamp", 1, None)) == rounded(in_memory(FAQ).find("return a lamp", 1, None))


@pytest.mark.parametrize(
    "damage",
    [
        lambda place: (place / "own.npy").write_bytes(b"\x93NUMPY"),
        lambda place: (place / "indptr.csc.index.npy").unlink(),
        lambda place: (place / "index.json").write_text("[]"),
        lambda place: (place / "index.json").write_text("{"),
        lambda place: np.save(place / "entries.npy", np.zeros(99, dtype=np.intp)),
        lambda place: np.save(place / "counts.npy", np.array(["a", "b"], dtype=object), allow_pickle=True),
        lambda place: np.save(place / "data.csc.index.npy", np.zeros(1)),
        lambda place: shutil.rmtree(place),
    ],
    ids=["cut off", "missing", "no mapping", "no JSON", "too long", "pickled", "another type", "gone"],
)
def test_a_damaged_index_is_reported(tmp_path: Path, damage: Any) -> None:
    artefact = on_disk(FAQ, tmp_path / "index")
    damage(tmp_path / "index" / "questions")
    with pytest.raises(ArtefactError, match=r"index.questions is damaged: .*Run: dialog-core knowledge build"):
        indexing_of().load(artefact)


def test_the_key_tells_indexes_apart_that_differ() -> None:
    keys = [
        indexing_of(**options).key()
        for options in (
            {},
            {"k1": 1.2},
            {"b": 0.5},
            {"variant": "bm25+"},
            {"fields": {"tags": 0}},
            {"analyzer": "english"},
        )
    ]
    assert len({json.dumps(key, sort_keys=True) for key in keys}) == len(keys)
    assert (
        indexing_of(engine="rank-bm25").key() == indexing_of(engine="bm25s").key()
    )  # either reads what the other wrote


def test_the_engine_follows_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    def kind(**options: Any) -> type:
        searcher = in_memory(FAQ, **options)
        assert isinstance(searcher, BM25Searcher)
        return type(searcher.indexes[False])

    assert kind() is Index
    assert kind(engine="bm25s") is LargeIndex
    monkeypatch.setattr(indexing, "LARGE", 2)
    assert kind() is LargeIndex
    assert kind(engine="rank-bm25") is Index


def test_without_bm25s_auto_does_without_and_bm25s_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = rounded(in_memory(FAQ).find("return a lamp", 3, None))
    monkeypatch.setattr(indexing, "LARGE", 2)
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PluginError, match=r"pip install 'dialog-core\[retrieval\]'"):
        indexing_of(engine="bm25s")
    assert rounded(in_memory(FAQ).find("return a lamp", 3, None)) == expected
    artefact = on_disk(FAQ, tmp_path / "index")
    assert artefact.manifest.details["engine"] == "rank-bm25"
    assert rounded(indexing_of().load(artefact).find("return a lamp", 3, None)) == expected


def policy_of(*entries: KnowledgeEntry, **options: Any) -> BM25Policy:
    context = make_context("faq", knowledge={"known": entries})
    return BM25Policy(BM25Options(knowledge=("known",), **options), context)


@pytest.mark.parametrize("engine", ENGINES)
def test_passages_are_found_by_what_stands_in_them_and_above_them(engine: str) -> None:
    policy = policy_of(*HANDBOOK, engine=engine)
    for text, expected in (("with which cloth?", "lamp"), ("cleaning", "lamp"), ("at how many degrees", "sofa")):
        (hit, *_) = policy.search(make_turn(text), 3)
        assert hit.entry.id == expected
        assert 0 < hit.score < 1
        assert set(hit.features) == {"asked"}
    assert policy.search(make_turn("zebra"), 3) == []


def test_a_word_counts_as_often_as_a_passage_has_it_and_less_in_a_long_one() -> None:
    filler = "one two three four five six seven eight nine ten"
    often = KnowledgeEntry("often", (), f"lamp lamp lamp {filler}", passage=True)
    once = KnowledgeEntry("once", (), f"lamp {filler} {filler}", passage=True)
    short = KnowledgeEntry("short", (), f"lamp {filler}", passage=True)
    found = policy_of(often, once, short).search(make_turn("lamp"), 3)
    assert [hit.entry.id for hit in found] == ["often", "short", "once"]
    unmoved = policy_of(once, short, b=0).search(make_turn("lamp"), 3)
    assert unmoved[0].score == unmoved[1].score


def test_headings_may_count_more_than_text() -> None:
    above = KnowledgeEntry("above", ("lamp",), "a b c", passage=True)
    within = KnowledgeEntry("within", ("a",), "lamp b c", passage=True)
    assert [hit.entry.id for hit in policy_of(within, above).search(make_turn("lamp"), 2)] == ["within", "above"]
    weighted = policy_of(within, above, fields={"question": 3})
    assert [hit.entry.id for hit in weighted.search(make_turn("lamp"), 2)] == ["above", "within"]


@pytest.mark.parametrize("engine", ENGINES)
def test_questions_and_passages_are_searched_together(engine: str) -> None:
    policy = policy_of(*FAQ, *HANDBOOK, engine=engine)
    assert policy.search(make_turn("how do I return a lamp"), 3)[0].entry.id == "return"
    assert policy.search(make_turn("dry or wet cloth for the lamp"), 3)[0].entry.id == "lamp"
    scores = [hit.score for hit in policy.search(make_turn("a lamp and a sofa"), 5)]
    assert len(scores) >= 4
    assert scores == sorted(scores, reverse=True)


def test_what_training_found_takes_the_place_of_the_options(tmp_path: Path) -> None:
    settings = {"bm25": {"k1": 0.9, "b": 0.3, "fields": {"answer": 0.5}, "later": 1}, "faiss": {"k1": 7}}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    context = make_context(artefact=tmp_path)
    tuned = BM25Indexing(BM25Options(knowledge=("known",), k1=2.0, fields={"tags": 0.1}), context)
    key = tuned.key()
    assert (key["k1"], key["b"], key["fields"]) == (0.9, 0.3, {"question": None, "answer": 0.5, "tags": None})
    (tmp_path / "settings.json").write_text('{"bm25": {"k1": "much"}}')
    with pytest.raises(ArtefactError, match=r"settings\.json"):
        BM25Indexing(BM25Options(knowledge=("known",)), make_context(artefact=tmp_path))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("passage", [False, True])
def test_knowledge_at_the_edges(engine: str, passage: bool) -> None:
    def entry(id: str, text: str) -> KnowledgeEntry:
        return KnowledgeEntry(id, (text,), text if passage else "An answer.", passage=passage)

    same = [entry(str(number), "lamp " * 100_000 if number == 3 else "lamp") for number in range(40)]
    policy = policy_of(*same, entry("huge", "sofa wool " * 50_000), entry("none", "?"), engine=engine)
    assert len(policy.search(make_turn("lamp"), 50)) == 40
    if not passage:
        # They have the same one word; the one that repeats it is worded least alike.
        expected = [*(str(number) for number in range(40) if number != 3), "3"]
        assert [hit.entry.id for hit in policy.search(make_turn("lamp"), 50)] == expected
    (hit, *_) = policy.search(make_turn("wool " * 800), 3)
    assert hit.entry.id == "huge"
    assert policy.search(make_turn(" ".join(f"word{number}" for number in range(600))), 3) == []
    searcher = policy._searcher()
    nothing = np.zeros(42, dtype=np.bool_)
    assert searcher.find("lamp", 3, nothing) == []
    one = np.arange(42) == 7
    assert [match.number for match in searcher.find("lamp", 3, one)] == [7]
    alone = policy_of(entry("alone", "lamp"), engine=engine)
    assert [hit.entry.id for hit in alone.search(make_turn("lamp"), 50)] == ["alone"]
    assert policy_of(entry("none", "?!"), engine=engine).search(make_turn("lamp"), 3) == []
    assert policy_of(engine=engine).search(make_turn("lamp"), 3) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_an_entry_is_found_once_however_many_of_its_phrasings_fit(engine: str) -> None:
    many = KnowledgeEntry("many", tuple(f"lamp number {number}" for number in range(400)), "An answer.")
    other = KnowledgeEntry("other", ("a lamp of another kind and shape",), "Another answer.")
    found = policy_of(many, other, engine=engine).search(make_turn("lamp"), 5)
    assert [hit.entry.id for hit in found] == ["many", "other"]
