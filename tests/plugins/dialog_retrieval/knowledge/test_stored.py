"""Entries in the store, as those who search see them."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ArtefactError, Bot, KnowledgeOrigin, StoreError
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.knowledge import database
from dialog_retrieval.knowledge.conditions import Conditions
from dialog_retrieval.knowledge.library import ListedLibrary, open_library
from dialog_retrieval.knowledge.store import EntryStore
from dialog_retrieval.knowledge.stored import StoredLibrary
from tests.dialog_core.cli.command import run
from tests.plugins.dialog_retrieval.knowledge.parts import context_of, entries, entry, write_bot, write_faq

ORIGIN = KnowledgeOrigin({"use": "jsonl"}, {})
DAY = date(2026, 6, 15)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EntryStore]:
    with EntryStore(tmp_path / "knowledge.sqlite") as store:
        yield store


def library_of(store: EntryStore, *given: KnowledgeEntry, names: tuple[str, ...] = ("faq",)) -> StoredLibrary:
    store.sync("faq", given, ORIGIN)
    return StoredLibrary(store.path, names)


def allowed(library: StoredLibrary, **conditions: Any) -> list[int] | None:
    mask = library.allowed(Conditions(**{"language": "en", "day": DAY, **conditions}))
    return None if mask is None else [number for number, admitted in enumerate(mask.tolist()) if admitted]


def wanted(**fields: str) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((name, frozenset({value})) for name, value in fields.items())


def test_entries_are_found_by_number_and_in_order(store: EntryStore) -> None:
    library = library_of(store, *entries(*map(str, range(1201))))
    assert len(library) == 1201
    assert library.last == 1200
    assert [item.number for item in library.after(-1)] == list(range(1201))
    assert [item.entry.id for item in library.after(1198)] == ["1199", "1200"]
    assert library.entry(7).entry == entry("7")
    assert library.entry(7).knowledge == "faq"
    assert library.entry(7) is library.entry(7)
    with pytest.raises(LookupError, match="no entry 1201"):
        library.entry(1201)


def test_what_others_commit_is_noticed(store: EntryStore) -> None:
    library = library_of(store, *entries("tea", "milk"))
    before = library.revision
    assert allowed(library) is None

    store.put("faq", [entry("tea", "Green.")])

    assert library.revision != before
    assert len(library) == 2
    assert allowed(library) == [1, 2]
    assert library.entry(2).entry.answer == "Green."


def test_what_happens_to_other_sources_is_not(store: EntryStore) -> None:
    library = library_of(store, *entries("tea"))
    store.sync("shop", entries("hat"), ORIGIN)
    before = library.revision
    store.remove("shop", ["hat"])

    assert library.revision == before
    assert allowed(library) is None
    with pytest.raises(LookupError):
        library.entry(1)


def test_one_of_several_thousand_threads_questions_is_as_good_as_another(store: EntryStore) -> None:
    library = library_of(store, *entries(*map(str, range(3000))))
    wrong: list[object] = []

    def ask(offset: int) -> None:
        for number in range(offset, 3000, 7):
            if library.entry(number).entry.id != str(number) or not library.revision:
                wrong.append(number)
        if sum(1 for _ in library.after(-1)) < 3000:
            wrong.append("after")
        library.allowed(Conditions("en", DAY))

    threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(7)]
    for thread in threads:
        thread.start()
    store.put("faq", entries("late"))
    for thread in threads:
        thread.join()
    assert wrong == []


RESTRICTED = (
    entry("plain"),
    entry("english", language="en-GB"),
    entry("german", language="de"),
    entry("past", valid_until=date(2026, 6, 14)),
    entry("today", valid_from=DAY, valid_until=DAY),
    entry("future", valid_from=date(2026, 6, 16)),
    entry("lamp", metadata={"product": "Lamp", "sizes": ["S", "M"], "new": True, 'od"d': 1.5}, tags=("light", "Shop")),
    entry("chair", metadata={"product": "chair", "sizes": [], "new": False}, tags=("seat",)),
)


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"language": "de"},
        {"language": ""},
        {"day": date(2026, 6, 16)},
        {"fields": wanted(product="lamp")},
        {"fields": wanted(product="table")},
        {"fields": wanted(sizes="m", product="lamp")},
        {"fields": wanted(new="true")},
        {"fields": wanted(new="false"), "language": "de"},
        {"fields": wanted(**{'od"d': "1.5"})},
        {"fields": wanted(**{'od"d': "2"})},
        {"fields": wanted(tags="shop")},
        {"fields": wanted(nothing="x")},
    ],
    ids=str,
)
def test_conditions_admit_in_the_store_what_they_admit_in_memory(store: EntryStore, conditions: dict[str, Any]) -> None:
    library = library_of(store, *RESTRICTED)
    sought = Conditions(**{"language": "en", "day": DAY, **conditions})
    assert allowed(library, **conditions) == [n for n, each in enumerate(RESTRICTED) if sought.admit(each)]

    # The same when entries come and go while the library is open.
    store.put("faq", [entry("table", metadata={"product": "table"}, tags=("Shop",)), entry("lamp", language="de")])
    store.remove("faq", ["plain"])
    there = {item.number for item in library.after(-1) if sought.admit(item.entry)}
    assert set(allowed(library, **conditions) or ()) == there


def test_a_mask_is_none_where_everything_fits_and_is_kept_where_it_is_not(store: EntryStore) -> None:
    library = library_of(store, *entries("tea"), entry("old", valid_until=date(2026, 1, 1)))
    sought = Conditions("en", DAY)
    assert library.allowed(sought) is library.allowed(sought)
    assert allowed(library, day=date(2025, 1, 1)) is None


def test_a_snapshot_stays_what_it_was(store: EntryStore) -> None:
    library = library_of(store, *entries("tea", "milk"))
    with library.snapshot() as snapshot:
        store.put("faq", [entry("tea", "Green."), entry("salt")])
        store.remove("faq", ["milk"])

        assert [item.entry.id for item in snapshot.after(-1)] == ["tea", "milk"]
        assert (len(snapshot), snapshot.last) == (2, 1)
        assert snapshot.entry(0).entry.answer == "About tea."
        assert len(library) == 2
    assert [item.entry.id for item in library.after(-1)] == ["tea", "salt"]


def test_two_libraries_of_one_store_are_told_apart(store: EntryStore, tmp_path: Path) -> None:
    store.sync("shop", entries("hat"), ORIGIN)
    library = library_of(store, *entries("tea"))
    both, swapped = (StoredLibrary(store.path, names) for names in (("faq", "shop"), ("shop", "faq")))
    with EntryStore(tmp_path / "other.sqlite") as another:
        other = library_of(another, *entries("tea"))

    assert len({library.identity, both.identity, other.identity}) == 3
    assert both.identity == swapped.identity


# --- Where nothing can be written


def test_a_store_on_a_read_only_file_system_is_read(
    store: EntryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sync("faq", entries("tea"), ORIGIN)
    store.close()
    as_if_read_only(monkeypatch)

    library = StoredLibrary(store.path, ["faq"])
    assert library.entry(0).entry.id == "tea"
    assert allowed(library) is None


def test_a_log_that_was_left_behind_there_is_not_passed_over(
    store: EntryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sync("faq", entries("tea"), ORIGIN)
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in tmp_path.glob("knowledge.sqlite*"):
        shutil.copy(file, copy)
    as_if_read_only(monkeypatch)

    with pytest.raises(StoreError, match="as it is after `dialog-core knowledge build` has ended"):
        StoredLibrary(copy / "knowledge.sqlite", ["faq"])


def as_if_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite fail as it does where it cannot make the files that WAL needs."""
    connect: Callable[[str], sqlite3.Connection] = database._connect

    def fails(uri: str) -> sqlite3.Connection:
        if "immutable" not in uri:
            # A real error of this kind: a file in a directory that is not there.
            sqlite3.connect("file:/nonexistent/directory/file?mode=rw", uri=True)
        return connect(uri)

    monkeypatch.setattr(database, "_connect", fails)


# --- Store or source


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return write_bot(tmp_path)


def build(bot: Path) -> None:
    context = context_of(bot)
    with EntryStore.of(bot) as store:
        store.sync("faq", context.stream_knowledge("faq"), context.knowledge_origin("faq"))


def test_small_knowledge_needs_no_store(bot: Path) -> None:
    library = open_library(["faq"], context_of(bot))
    assert isinstance(library, ListedLibrary)
    assert len(library) == 3
    assert not (bot.parent / "models").exists()


def test_a_store_that_is_current_is_used_without_reading_the_source(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(bot)
    context = context_of(bot)
    monkeypatch.setattr("dialog_core.bot_knowledge.BotKnowledge.stream", lambda *_: pytest.fail("it was read"))
    monkeypatch.setattr("dialog_core.training.options_json.hash_path", lambda *_: pytest.fail("it was hashed"))

    library = open_library(["faq"], context)
    assert isinstance(library, StoredLibrary)
    assert len(library) == 3


def test_a_file_that_was_only_touched_or_moved_is_not_a_change(bot: Path, tmp_path: Path) -> None:
    build(bot)
    write_faq(bot.parent, ("tea", "milk", "sugar"))
    assert isinstance(open_library(["faq"], context_of(bot)), StoredLibrary)

    moved = tmp_path / "elsewhere"
    shutil.copytree(bot.parent, moved)
    assert isinstance(open_library(["faq"], context_of(moved / "bot.yaml")), StoredLibrary)


def test_a_small_source_that_has_changed_is_read_itself(bot: Path) -> None:
    build(bot)
    write_faq(bot.parent, ("tea", "milk", "sugar", "salt"))
    library = open_library(["faq"], context_of(bot))
    assert isinstance(library, ListedLibrary)
    assert len(library) == 4


def test_other_options_of_the_reader_are_a_change_too(bot: Path) -> None:
    build(bot)
    text = bot.read_text().replace("{path: faq.jsonl}", "{path: faq.jsonl, skip_incomplete: true}")
    bot.write_text(text)
    assert isinstance(open_library(["faq"], context_of(bot)), ListedLibrary)


def test_a_large_source_has_to_be_built(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialog_retrieval.knowledge.library.READ_AT_START", 10)
    with pytest.raises(ArtefactError) as raised:
        open_library(["faq"], context_of(bot))
    assert "the knowledge 'faq' is not built: 0 MB are too much to be read at every start" in str(raised.value)
    assert str(raised.value).endswith(f"Run: dialog-core knowledge build {bot}")
    assert raised.value.missing

    build(bot)
    assert isinstance(open_library(["faq"], context_of(bot)), StoredLibrary)


def test_a_large_source_that_has_changed_has_to_be_built_again(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(bot)
    write_faq(bot.parent, ("tea", "milk"))
    monkeypatch.setattr("dialog_retrieval.knowledge.stored.READ_AT_START", 10)
    with pytest.raises(ArtefactError, match="'faq' has changed since it was built: 0 MB are too much"):
        open_library(["faq"], context_of(bot))


def test_edits_by_code_are_not_lost_because_a_small_source_has_changed(bot: Path) -> None:
    build(bot)
    with EntryStore.of(bot) as store:
        store.put("faq", [entry("salt")])
    assert len(open_library(["faq"], context_of(bot))) == 4

    write_faq(bot.parent, ("tea", "milk"))
    with pytest.raises(ArtefactError, match=r"what code has put into the store of 'faq' stands in no source.*Run: "):
        open_library(["faq"], context_of(bot))

    build(bot)
    assert {item.entry.id for item in open_library(["faq"], context_of(bot)).after(-1)} == {"tea", "milk", "salt"}


def test_a_source_that_cannot_be_read_is_told(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(bot)
    write_faq(bot.parent, ("tea",))

    def fails(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("dialog_core.training.options_json.hash_path", fails)
    with pytest.raises(ConfigurationError, match=r"faq.jsonl: cannot be read: Permission denied"):
        open_library(["faq"], context_of(bot))


def test_several_policies_of_one_knowledge_name_the_command_once(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialog_retrieval.knowledge.library.READ_AT_START", 10)
    bot.write_text(bot.read_text() + "  - {name: more, use: bm25, knowledge: faq}\n")
    with pytest.raises(ArtefactError) as raised:
        Bot.load(bot)
    assert str(raised.value) == (
        "the knowledge 'faq' is not built: 0 MB are too much to be read at every start. "
        f"Run: dialog-core knowledge build {bot}"
    )


def test_questions_and_edits_at_once_never_fail_and_never_find_what_is_gone(bot: Path) -> None:
    write_faq(bot.parent, [f"spice{number}" for number in range(300)])
    assert run("knowledge", "build", bot).returncode == 0
    done, wrong = threading.Event(), []

    def ask(number: int) -> None:
        while not done.is_set():
            hits = loaded.search(f"what about spice{number}", top_k=5)
            if not hits or not all(0 < hit.score <= 1 for hit in hits):
                wrong.append(hits)

    def asking(number: int) -> None:
        try:
            ask(number)
        except Exception as error:
            wrong.append(error)

    with Bot.load(bot) as loaded, EntryStore.of(bot) as store:
        threads = [threading.Thread(target=asking, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for number in range(60):
            store.put("faq", [entry(f"new{number}"), entry(f"spice{number + 10}", f"Changed {number}.")])
            store.remove("faq", [f"new{number - 3}", f"spice{number + 100}"])
            assert loaded.search(f"what about new{number}")[0].entry.id == f"new{number}"
            assert loaded.search(f"what about spice{number + 10}")[0].entry.answer == f"Changed {number}."
            assert all(hit.entry.id != f"spice{number + 100}" for hit in loaded.search(f"spice{number + 100}"))
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_damaged_store_names_the_command(bot: Path) -> None:
    build(bot)
    path = bot.parent / "models" / "bot" / "knowledge.sqlite"
    path.write_bytes(b"rubbish" * 1000)
    with pytest.raises(ArtefactError, match=r"this is no knowledge store.*Run: dialog-core knowledge build .*bot.yaml"):
        open_library(["faq"], context_of(bot))
