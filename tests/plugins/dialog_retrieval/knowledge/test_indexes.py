"""Indexes as their library changes: made, found, followed, refused."""

import json
import shutil
import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ArtefactError, Context, TrainingError
from dialog_core.training import Progress, SilentProgress
from dialog_retrieval.knowledge import indexes
from dialog_retrieval.knowledge.indexes import Index, bring_up_to_date
from dialog_retrieval.knowledge.library import Library, open_library
from dialog_retrieval.knowledge.store import EntryStore
from dialog_retrieval.knowledge.stored import StoredLibrary
from tests.plugins.dialog_retrieval.knowledge.parts import WordIndexing, context_of, entries, entry, write_bot

DAY = date(2026, 6, 15)


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    bot = write_bot(tmp_path / "shop")
    sync(bot)
    return bot


@pytest.fixture
def context(bot: Path) -> Context:
    return context_of(bot)


def sync(bot: Path) -> None:
    context = context_of(bot)
    with EntryStore.of(bot) as store:
        store.sync("faq", context.stream_knowledge("faq"), context.knowledge_origin("faq"))


def build(context: Context, indexing: WordIndexing | None = None, *, force: bool = False) -> str:
    library = open_library(["faq"], context)
    report = bring_up_to_date(indexing or WordIndexing(), library, context, SilentProgress(), force=force)
    return report.status


def found(index: Index, library: Library, question: str) -> list[str]:
    """Return what an index finds, as a policy would."""
    from dialog_retrieval.knowledge.conditions import Conditions

    searcher = index.open()
    allowed = library.allowed(Conditions("en", DAY))
    return [library.entry(match.number).entry.answer for match in searcher.find(question, 3, allowed)]


def opened(context: Context, indexing: WordIndexing) -> tuple[Index, StoredLibrary]:
    library = open_library(["faq"], context)
    assert isinstance(library, StoredLibrary)
    return Index(indexing, library, context), library


def place(bot: Path) -> Path:
    directory = bot.parent / "models" / "bot" / "search" / "index"
    return directory / str(json.loads((directory / "current.json").read_text())["artefact"])


def test_an_index_is_made_once_and_read_from_then_on(context: Context) -> None:
    assert build(context) == "built"
    assert build(context) == "current"

    indexing = WordIndexing()
    index, library = opened(context, indexing)
    assert (indexing.built, indexing.loaded) == ([], 0)  # nothing is read before it is needed
    assert found(index, library, "about milk") == ["About milk.", "About tea.", "About sugar."]
    assert (indexing.built, indexing.loaded) == ([], 1)


def test_small_knowledge_without_an_index_is_indexed_in_memory(context: Context) -> None:
    indexing = WordIndexing()
    index, library = opened(context, indexing)
    assert found(index, library, "milk") == ["About milk."]
    assert indexing.built == [3]


def test_large_knowledge_without_an_index_names_the_command(
    bot: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "IN_MEMORY", 2)
    with pytest.raises(ArtefactError) as raised:
        opened(context, WordIndexing())
    assert str(raised.value) == (
        "the index of 'search' is not built, and 3 entries are too many to be indexed now. "
        f"Run: dialog-core knowledge build {bot}"
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"key": WordIndexing(k1=1.5)}, "was made with another k1"),
        ({"key": WordIndexing(version=2, encoder="lsa:2")}, "was made with another encoder and another version"),
        ({"format": 99}, "is of another version of dialog-core"),
    ],
    ids=["settings", "encoder", "format"],
)
def test_an_index_that_does_not_fit_is_made_anew_and_until_then_refused(
    context: Context, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], reason: str
) -> None:
    build(context)
    indexing = change.get("key", WordIndexing())
    monkeypatch.setattr(indexes, "FORMAT", change.get("format", indexes.FORMAT))
    monkeypatch.setattr(indexes, "IN_MEMORY", 2)

    with pytest.raises(ArtefactError, match=reason):
        opened(context, indexing)
    assert build(context, indexing) == "built"
    opened(context, indexing)


def test_an_index_of_another_knowledge_is_refused(
    tmp_path: Path, bot: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(context)
    other = write_bot(tmp_path / "other", ("tea", "milk", "salt"))
    sync(other)
    shutil.copytree(bot.parent / "models" / "bot" / "search", other.parent / "models" / "bot" / "search")
    monkeypatch.setattr(indexes, "IN_MEMORY", 2)
    with pytest.raises(ArtefactError, match="is of another knowledge"):
        opened(context_of(other), WordIndexing())


@pytest.mark.parametrize("damage", ["truncated", "flipped", "missing", "pointer"])
def test_a_damaged_index_is_refused_and_made_anew(bot: Path, context: Context, damage: str) -> None:
    build(context)
    file = place(bot) / "words.json"
    match damage:
        case "truncated":
            file.write_bytes(file.read_bytes()[:-5])
        case "flipped":
            data = bytearray(file.read_bytes())
            data[10] ^= 1
            file.write_bytes(data)
        case "missing":
            file.unlink()
        case "pointer":
            (place(bot).parent / "current.json").write_text("{")

    with pytest.raises(ArtefactError, match=rf"(damaged|missing).*Run: dialog-core knowledge build {bot}"):
        opened(context, WordIndexing())
    assert build(context) == "built"
    index, library = opened(context, WordIndexing())
    assert found(index, library, "milk") == ["About milk."]


def test_damage_is_told_once_when_the_index_is_made_anew(bot: Path, context: Context) -> None:
    build(context)
    (place(bot) / "words.json").unlink()
    progress = SilentProgress()
    report = bring_up_to_date(WordIndexing(), open_library(["faq"], context), context, progress, force=False)
    assert report.status == "built"
    (note,) = progress.notes
    assert note.endswith("words.json is missing; it is made anew")


# --- What comes later


def test_an_edit_is_seen_by_those_who_run_and_only_the_edit_is_indexed(bot: Path, context: Context) -> None:
    build(context)
    indexing = WordIndexing()
    index, library = opened(context, indexing)
    assert found(index, library, "milk") == ["About milk."]

    with EntryStore.of(bot) as store:
        store.put("faq", [entry("salt"), entry("milk", "Milk is white.")])
        store.remove("faq", ["tea"])

    assert found(index, library, "white milk") == ["Milk is white."]
    assert found(index, library, "salt") == ["About salt."]
    assert found(index, library, "tea") == []
    assert (indexing.built, indexing.loaded) == ([2], 1)


def test_many_edits_one_by_one_cost_as_much_as_their_number_doubling(bot: Path, context: Context) -> None:
    build(context)
    indexing = WordIndexing()
    index, library = opened(context, indexing)
    with EntryStore.of(bot) as store:
        for number in range(64):
            store.put("faq", [entry(f"spice{number}")])
            assert found(index, library, f"spice{number}") == [f"About spice{number}."]

    assert max(indexing.built) == 64
    assert sum(indexing.built) <= 64 * 7  # log2(64) + 1; anew each time would be 2080
    assert len(index._layers) == 1


@pytest.mark.parametrize(("edits", "status"), [(9, "updated"), (11, "built")])
def test_an_index_with_much_on_top_is_made_anew(
    bot: Path, context: Context, monkeypatch: pytest.MonkeyPatch, edits: int, status: str
) -> None:
    monkeypatch.setattr(indexes, "LARGEST_DELTA", 10)
    build(context)
    with EntryStore.of(bot) as store:
        store.put("faq", entries(*(f"new{number}" for number in range(edits))))
    assert build(context) == status
    assert build(context) == ("updated" if status == "updated" else "current")


def test_an_index_of_which_little_is_left_is_made_anew(bot: Path, context: Context) -> None:
    build(context)
    with EntryStore.of(bot) as store:
        store.remove("faq", ["tea"])
    assert build(context) == "built"


def test_what_runs_goes_over_to_an_index_that_was_made_since(bot: Path, context: Context) -> None:
    build(context)
    indexing = WordIndexing()
    index, library = opened(context, indexing)
    index.open()
    with EntryStore.of(bot) as store:
        store.put("faq", [entry("salt")])
    assert found(index, library, "salt") == ["About salt."]

    for _ in range(3):  # the one it has open is gone from the disk by then
        assert build(context, force=True) == "built"
    assert found(index, library, "salt") == ["About salt."]
    assert indexing.loaded == 2
    with EntryStore.of(bot) as store:
        store.put("faq", [entry("pepper")])
    assert found(index, library, "pepper") == ["About pepper."]
    assert indexing.built == [1, 1]


def test_an_index_that_is_opened_late_is_the_one_there_is_then(bot: Path, context: Context) -> None:
    build(context)
    index, library = opened(context, WordIndexing())
    for _ in range(3):
        build(context, force=True)
    assert found(index, library, "milk") == ["About milk."]


def test_what_runs_keeps_its_index_when_the_next_one_is_damaged(
    bot: Path, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    build(context)
    index, library = opened(context, WordIndexing())
    index.open()
    build(context, force=True)
    (place(bot) / "words.json").write_text("{}")

    assert found(index, library, "milk") == ["About milk."]
    assert "stays in use" in caplog.text


def test_entries_that_come_while_an_index_is_made_are_found_once(bot: Path, context: Context) -> None:
    class Slow(WordIndexing):
        def write(self, library: Library, directory: Path, progress: Progress) -> Mapping[str, Any]:
            with EntryStore.of(bot) as store:
                store.put("faq", [entry("salt")])
            return super().write(library, directory, progress)

    build(context, Slow())
    index, library = opened(context, WordIndexing())
    assert found(index, library, "salt") == ["About salt."]


# --- What goes wrong


def test_a_full_disk_leaves_the_index_in_use_as_it_was(bot: Path, context: Context) -> None:
    class Full(WordIndexing):
        def write(self, library: Library, directory: Path, progress: Progress) -> Mapping[str, Any]:
            (directory / "words.json").write_text("half")
            raise OSError(28, "No space left on device")

    build(context)
    before = place(bot)
    with pytest.raises(TrainingError, match=r"'search' could not be built: No space left on device"):
        build(context, Full(), force=True)
    assert place(bot) == before
    assert build(context) == "current"
    assert not list(before.parent.glob(".training-*"))


def test_two_who_build_at_once_build_once(bot: Path, context: Context) -> None:
    entered, go_on = threading.Event(), threading.Event()

    class Waits(WordIndexing):
        def write(self, library: Library, directory: Path, progress: Progress) -> Mapping[str, Any]:
            entered.set()
            assert go_on.wait(30)
            return super().write(library, directory, progress)

    class Progressing(SilentProgress):
        def note(self, text: str) -> None:
            super().note(text)
            go_on.set()

    statuses: list[str] = []
    thread = threading.Thread(target=lambda: statuses.append(build(context, Waits())))
    thread.start()
    assert entered.wait(30)
    progress = Progressing()
    library = open_library(["faq"], context_of(bot))
    report = bring_up_to_date(WordIndexing(), library, context_of(bot), progress, force=False)
    thread.join()

    assert progress.notes == ["waiting for another process that makes the same"]
    assert (statuses, report.status) == (["built"], "built")
    assert len([path for path in place(bot).parent.iterdir() if path.is_dir()]) == 1
