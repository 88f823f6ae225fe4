import errno
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialog_core import ArtefactError, Context, PluginError, TrainingError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context
from dialog_core.training import Artefact, BuiltFiles, SilentProgress
from dialog_retrieval.dense import kinds
from dialog_retrieval.dense.indexing import FaissIndexing
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.searcher import DenseSearcher
from dialog_retrieval.knowledge.library import ListedLibrary

COLOURS = ("red", "green", "blue", "yellow", "brown", "black", "white", "pink", "grey", "violet")
THINGS = ("lamp", "chair", "table", "shelf", "sofa", "carpet", "mirror", "clock", "vase", "curtain")
ENTRIES = tuple(
    KnowledgeEntry(
        f"{colour} {thing}", (f"Do you sell a {colour} {thing}?", f"the price of the {thing} in {colour}"), "Yes."
    )
    for colour in COLOURS
    for thing in THINGS
)


def shop(tmp_path: Path, entries: Sequence[KnowledgeEntry] = ENTRIES, **options: Any) -> tuple[FaissIndexing, Context]:
    context = make_context("semantic", models=tmp_path / "models" / "shop", knowledge={"faq": entries})
    return FaissIndexing(FaissOptions(knowledge="faq", **options), context), context


def built(indexing: FaissIndexing, context: Context, progress: SilentProgress | None = None) -> Artefact:
    library = ListedLibrary(["faq"], context)
    progress = progress or SilentProgress()
    files = BuiltFiles(context, "index", remedy="Build it again.")
    return files.make("ab" * 10, lambda directory: indexing.write(library, directory, progress), progress)


def found(searcher: Any, question: str, **how: Any) -> list[str]:
    return [ENTRIES[match.number].id for match in searcher.find(question, 3, how.get("allowed"))]


@pytest.fixture(params=["flat", "ivf", "hnsw"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_index_on_the_disk_finds_what_one_in_memory_finds(tmp_path: Path, kind: str) -> None:
    indexing, context = shop(tmp_path, index=kind)
    artefact = built(indexing, context)
    assert artefact.manifest.details["kind"] == kind
    loaded = indexing.load(artefact)
    in_memory = indexing.build(ListedLibrary(["faq"], context).after(-1), None)
    for entry in ENTRIES[::7]:
        assert found(loaded, entry.questions[0])[0] == entry.id
        assert found(loaded, entry.questions[0])[0] == found(in_memory, entry.questions[0])[0]


def test_only_what_is_allowed_is_found_however_few_that_is(tmp_path: Path, kind: str) -> None:
    indexing, context = shop(tmp_path, index=kind)
    searcher = indexing.load(built(indexing, context))
    for share in (2, 10, 50):
        allowed = np.zeros(len(ENTRIES), dtype=np.bool_)
        allowed[::share] = True
        for entry in (ENTRIES[0], ENTRIES[50]):
            numbers = [match.number for match in searcher.find(entry.questions[0], 3, allowed)]
            assert ENTRIES[numbers[0]] == entry
            assert all(allowed[numbers])
    assert searcher.find("red lamp", 3, np.zeros(len(ENTRIES), dtype=np.bool_)) == []


def test_the_effort_is_chosen_by_measurement_and_told(tmp_path: Path) -> None:
    indexing, context = shop(tmp_path, index="hnsw", recall=0.99)
    details = built(indexing, context).manifest.details
    assert details["recall_at_10"] >= 0.95
    assert details["effort"] >= 8
    assert details["vectors"] == 2 * len(ENTRIES)
    assert details["confidence"]["fitted"]
    fixed, context = shop(tmp_path / "other", index="hnsw", ef_search=77)
    assert built(fixed, context).manifest.details["effort"] == 77


def test_a_recall_that_is_not_reached_is_told(tmp_path: Path) -> None:
    indexing, context = shop(tmp_path, index="ivf", nprobe=1, ivf_lists=4, recall=1.0)
    progress = SilentProgress()
    artefact = built(indexing, context, progress)
    assert artefact.manifest.details["recall_at_10"] < 1
    assert any("of the ten nearest, not 100%" in note for note in progress.notes)


def test_what_comes_later_is_scored_as_the_index_scores(tmp_path: Path) -> None:
    indexing, context = shop(tmp_path)
    base = indexing.load(built(indexing, context))
    later = indexing.build(list(ListedLibrary(["faq"], context).after(89)), base)
    assert isinstance(base, DenseSearcher)
    assert isinstance(later, DenseSearcher)
    assert later.confidence == base.confidence
    assert later.encoder is base.encoder
    (of_base, *_), (of_later, *_) = (layer.find(ENTRIES[95].questions[1], 1, None) for layer in (base, later))
    assert of_base.number == of_later.number == 95
    assert of_later.features["cosine"] == pytest.approx(of_base.features["cosine"], abs=1e-5)


def test_another_encoder_or_another_kind_of_index_is_another_key(tmp_path: Path) -> None:
    keys = [
        shop(tmp_path, **options)[0].key()
        for options in (
            {},
            {"encoder": {"use": "lsa", "letters": 0.1}},
            {"index": "hnsw"},
            {"hnsw_m": 8},
            {"hnsw_ef_construction": 20},
            {"ef_search": 50},
        )
    ]
    assert all(keys.count(key) == 1 for key in keys)
    assert shop(tmp_path)[0].key() == shop(tmp_path, top_k=7)[0].key()  # what is built does not depend on it


@pytest.mark.parametrize(
    "entries",
    [
        (),
        ENTRIES[:1],
        (KnowledgeEntry("smile", ("😀", "?!"), "..."),),
        (KnowledgeEntry("empty", (), "..."),),
        (KnowledgeEntry("same", ("red lamp",) * 40, "..."),),
        (KnowledgeEntry("long", ("lamp " * 2_000_000,), "..."), *ENTRIES[:3]),
    ],
    ids=["no entry", "one entry", "no words", "no question", "one text forty times", "an entry of 10 MB"],
)
def test_strange_knowledge_is_built_and_searched(tmp_path: Path, entries: Sequence[KnowledgeEntry], kind: str) -> None:
    indexing, context = shop(tmp_path, entries, index=kind)
    searcher = indexing.load(built(indexing, context))
    for text in ("lamp", "", "😀"):
        for match in searcher.find(text, 3, None):
            assert 0 < match.score <= 1


@pytest.mark.parametrize("file", ["index.faiss", "owners.npy", "phrasings.npy", "encoder/lsa.npz", "dense.json"])
@pytest.mark.parametrize("damage", ["truncated", "flipped"])
def test_damaged_files_are_refused(tmp_path: Path, file: str, damage: str) -> None:
    indexing, context = shop(tmp_path)
    path = built(indexing, context).directory / file
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    with pytest.raises(ArtefactError, match=f"{Path(file).name} is damaged"):
        BuiltFiles(context, "index").current()


@pytest.mark.parametrize("file", ["index.faiss", "owners.npy", "encoder/lsa.npz", "dense.json"])
def test_damage_no_checksum_tells_of_is_an_error_too(tmp_path: Path, file: str) -> None:
    indexing, context = shop(tmp_path)
    artefact = built(indexing, context)
    path = artefact.directory / file
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(ArtefactError, match="cannot be read"):
        indexing.load(artefact)


def test_a_full_disk_is_told_and_what_was_in_use_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    indexing, context = shop(tmp_path)
    before = built(indexing, context)

    def full(*_: object) -> None:
        raise RuntimeError("Error in write_index: No space left on device")

    monkeypatch.setattr("dialog_retrieval.dense.faiss_vectors.FaissVectors.write", full)
    with pytest.raises(TrainingError, match="No space left on device"):
        built(indexing, context)
    assert BuiltFiles(context, "index").current() is not None
    monkeypatch.undo()

    class Full:
        def advance(self, steps: int = 1) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        stage = note = lambda *_: None

    with pytest.raises(TrainingError, match="No space left on device"):
        built(indexing, context, Full())  # type: ignore[arg-type]
    current = BuiltFiles(context, "index").current()
    assert current is not None
    assert current.directory == before.directory


def test_the_kind_depends_on_how_many_vectors_there_are() -> None:
    auto, ivf = FaissOptions(knowledge="faq"), FaissOptions(knowledge="faq", index="ivf")
    assert [kinds.choose_kind(auto, count) for count in (0, 50_000, 50_001, 5_000_001)] == [
        "flat",
        "flat",
        "hnsw",
        "ivf",
    ]
    assert [kinds.choose_kind(ivf, count) for count in (100, 1000)] == ["flat", "ivf"]


def test_without_faiss_little_knowledge_is_searched_and_more_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faiss", None)
    indexing, context = shop(tmp_path)
    entries = list(ListedLibrary(["faq"], context).after(-1))
    assert found(indexing.build(entries, None), "price of the sofa in blue")[0] == "blue sofa"
    monkeypatch.setattr("dialog_retrieval.dense.building.FEW", 100)
    with pytest.raises(PluginError, match=r"pip install 'dialog-core\[retrieval\]'"):
        indexing.build(entries, None)


def test_numpy_and_faiss_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    indexing, context = shop(tmp_path)
    entries = list(ListedLibrary(["faq"], context).after(-1))
    few = indexing.build(entries, None)
    monkeypatch.setattr("dialog_retrieval.dense.building.FEW", 0)
    many = indexing.build(entries, None)
    allowed = np.arange(len(entries)) % 3 == 0
    for entry in ENTRIES[::9]:
        for mask in (None, allowed):
            ours, theirs = (searcher.find(entry.questions[1], 5, mask) for searcher in (few, many))
            assert [match.score for match in ours] == pytest.approx([match.score for match in theirs], abs=1e-4)
            # Those that fit equally well may change places: their vectors were computed twice.
            found = {match.number: match.score for match in theirs}
            for match in ours:
                assert found.get(match.number, theirs[-1].score) == pytest.approx(match.score, abs=1e-4)
