"""What the store keeps when sources are read again, code edits, disks are full and processes are killed."""

import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialog_core import KnowledgeOrigin, StoreError
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.knowledge.database import SCHEMA_VERSION, UnusableStoreError
from dialog_retrieval.knowledge.store import EntryStore
from dialog_retrieval.knowledge.stored import StoredLibrary
from dialog_retrieval.knowledge.syncing import Changes
from tests.plugins.dialog_retrieval.knowledge.parts import entries, entry

ORIGIN = KnowledgeOrigin({"use": "jsonl", "path": "sha256:1"}, {})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EntryStore]:
    with EntryStore(tmp_path / "models" / "knowledge.sqlite") as store:
        yield store


def held(store: EntryStore, *names: str) -> dict[int, str]:
    """Return what a reader of the store finds: the answers by number."""
    library = StoredLibrary(store.path, names or ("faq",))
    try:
        return {item.number: item.entry.answer for item in library.after(-1)}
    finally:
        library.close()


def test_a_source_is_taken_over_and_nothing_is_written_twice(store: EntryStore) -> None:
    assert store.sync("faq", entries("tea", "milk"), ORIGIN) == Changes(added=2)
    revision = StoredLibrary(store.path, ["faq"]).revision

    assert store.sync("faq", entries("tea", "milk"), ORIGIN) == Changes(unchanged=2)
    assert StoredLibrary(store.path, ["faq"]).revision == revision
    assert held(store) == {0: "About tea.", 1: "About milk."}


def test_what_is_added_changed_and_removed_is_found_by_content_and_numbers_are_never_used_again(
    store: EntryStore,
) -> None:
    store.sync("faq", entries("tea", "milk", "sugar"), ORIGIN)

    changes = store.sync("faq", [entry("sugar"), entry("tea", "Green."), entry("salt")], ORIGIN)

    assert changes == Changes(added=1, changed=1, removed=1, unchanged=1)
    assert held(store) == {2: "About sugar.", 3: "Green.", 4: "About salt."}


def test_every_field_of_an_entry_comes_back(store: EntryStore) -> None:
    full = KnowledgeEntry(
        "full",
        ("Eins?", "二?", "\ud800"),
        "A **text**\x00",
        language="zh-Hans",
        source="https://example.org",
        tags=("a", "b"),
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        metadata={"price": 1.5, "nested": {"list": [1, None, True]}},
        passage=True,
    )
    store.sync("faq", [full, KnowledgeEntry("\udfff", (), "")], ORIGIN)

    library = StoredLibrary(store.path, ["faq"])
    assert library.entry(0).entry == full
    assert library.entry(1).entry == KnowledgeEntry("\udfff", (), "")


def test_an_entry_of_ten_megabytes_is_kept(store: EntryStore) -> None:
    store.sync("faq", [entry("long", "x" * 10_000_000)], ORIGIN)
    assert len(held(store)[0]) == 10_000_000


def test_the_same_id_in_two_sources_names_two_entries(store: EntryStore) -> None:
    store.sync("faq", entries("tea"), ORIGIN)
    store.sync("shop", [entry("tea", "Sold out.")], ORIGIN)

    assert held(store, "shop", "faq") == {0: "About tea.", 1: "Sold out."}
    assert held(store, "shop") == {1: "Sold out."}


def test_an_id_twice_in_one_source_is_a_mistake_and_changes_nothing(store: EntryStore) -> None:
    store.sync("faq", entries("tea"), ORIGIN)

    for twice in (entries("milk", "milk"), entries("tea", "tea")):
        with pytest.raises(ConfigurationError, match="the knowledge 'faq' has two entries with the id"):
            store.sync("faq", twice, ORIGIN)
    assert held(store) == {0: "About tea."}


def test_a_mistake_far_down_in_a_source_changes_nothing(store: EntryStore) -> None:
    def broken() -> Iterator[KnowledgeEntry]:
        yield from entries("milk", "sugar")
        raise ConfigurationError([])

    store.sync("faq", entries("tea"), ORIGIN)
    with pytest.raises(ConfigurationError):
        store.sync("faq", broken(), KnowledgeOrigin({"use": "other"}, {}))

    assert held(store) == {0: "About tea."}
    assert store.origin("faq") == ORIGIN


def test_metadata_json_cannot_hold_is_told_with_the_entry(store: EntryStore) -> None:
    values: list[Any] = [float("nan"), date(2026, 1, 1)]
    for value in values:
        with pytest.raises(StoreError, match="the entry 'tea' cannot be kept"):
            store.sync("faq", [entry("tea", metadata={"value": value})], ORIGIN)


# --- Edits


def test_code_adds_changes_and_removes_entries(store: EntryStore) -> None:
    store.sync("faq", entries("tea", "milk"), ORIGIN)

    assert store.put("faq", [entry("tea", "Green."), entry("salt"), entry("milk")]) == Changes(1, 1, 0, 1)
    assert store.remove("faq", ["milk", "nothing"]) == Changes(removed=1)

    assert held(store) == {2: "Green.", 3: "About salt."}


def test_what_code_edited_stays_while_the_source_says_nothing_new(store: EntryStore) -> None:
    store.sync("faq", entries("tea", "milk"), ORIGIN)
    store.put("faq", [entry("tea", "Green."), entry("salt")])
    store.remove("faq", ["milk"])

    assert store.sync("faq", entries("tea", "milk", "sugar"), ORIGIN) == Changes(added=1, unchanged=1)

    assert sorted(held(store).values()) == ["About salt.", "About sugar.", "Green."]


def test_what_the_source_says_anew_holds_again(store: EntryStore) -> None:
    store.sync("faq", entries("tea", "milk"), ORIGIN)
    store.put("faq", [entry("tea", "Green."), entry("salt", "Salty.")])
    store.remove("faq", ["milk"])

    store.sync("faq", [entry("tea", "Black."), entry("milk", "Warm."), entry("salt", "White.")], ORIGIN)

    assert sorted(held(store).values()) == ["Black.", "Warm.", "White."]


def test_the_source_can_take_back_what_code_edited(store: EntryStore) -> None:
    store.sync("faq", entries("tea", "milk"), ORIGIN)
    store.put("faq", [entry("tea", "Green.")])
    store.remove("faq", ["milk"])

    store.sync("faq", [], ORIGIN)
    assert held(store) == {}

    store.sync("faq", entries("tea", "milk"), ORIGIN)  # as if code had never been there
    assert sorted(held(store).values()) == ["About milk.", "About tea."]


def test_code_may_put_back_what_it_removed(store: EntryStore) -> None:
    store.sync("faq", entries("tea"), ORIGIN)
    store.remove("faq", ["tea"])
    store.put("faq", [entry("tea", "Green.")])

    assert store.sync("faq", entries("tea"), ORIGIN) == Changes(unchanged=1)
    assert list(held(store).values()) == ["Green."]


def test_an_id_twice_is_noticed_also_where_code_removed_the_entry(store: EntryStore) -> None:
    store.sync("faq", entries("tea"), ORIGIN)
    store.remove("faq", ["tea"])
    with pytest.raises(ConfigurationError, match="two entries"):
        store.sync("faq", entries("tea", "tea"), ORIGIN)


def test_editing_knowledge_that_was_never_built_says_what_to_do(store: EntryStore) -> None:
    with pytest.raises(StoreError, match=r"'faq' is not in the store. Run: dialog-core knowledge build"):
        store.put("faq", entries("tea"))


def test_a_source_can_be_forgotten_and_its_numbers_are_not_used_again(store: EntryStore) -> None:
    store.sync("faq", entries("tea"), ORIGIN)
    store.sync("shop", entries("tea"), ORIGIN)
    store.forget("faq")
    assert store.names() == ["shop"]
    with pytest.raises(LookupError):
        StoredLibrary(store.path, ["faq"])

    store.sync("faq", entries("tea"), ORIGIN)
    assert list(held(store)) == [2]


# --- What goes wrong


def test_a_full_disk_changes_nothing_and_is_told(store: EntryStore) -> None:
    store.sync("faq", entries("tea"), ORIGIN)
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    many = [entry(str(number), "x" * 1000) for number in range(1000)]
    with pytest.raises(StoreError, match=r"knowledge.sqlite: the disk is full, and nothing of this was stored"):
        store.sync("faq", many, ORIGIN)
    with pytest.raises(StoreError, match="the disk is full"):
        store.put("faq", many)

    assert held(store) == {0: "About tea."}


WRITES = """
import sys
import threading
from pathlib import Path
from dialog_core import KnowledgeOrigin, StoreError
from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.knowledge.store import EntryStore

def entries():
    for number in range(20_000):
        if number == 10_000:
            print("half", flush=True)
            if "wait" in sys.argv:
                sys.stdin.read()
        yield KnowledgeEntry(str(number), ("What?",), "x" * 500)

with EntryStore(Path(sys.argv[1])) as store:
    try:
        store.sync("faq", entries(), KnowledgeOrigin({"use": "other"}, {}))
    except StoreError as error:
        sys.exit(str(error))
"""


def test_a_quota_that_is_used_up_changes_nothing_and_is_told(store: EntryStore) -> None:
    store.sync("faq", entries("tea"), ORIGIN)

    done = subprocess.run(
        [sys.executable, "-c", WRITES, store.path],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
    )

    assert done.returncode == 1
    assert "nothing of this was stored" in done.stderr
    assert "Traceback" not in done.stderr
    assert held(store) == {0: "About tea."}


def test_a_process_that_is_killed_while_it_writes_changes_nothing(store: EntryStore) -> None:
    store.sync("faq", entries("tea"), ORIGIN)
    process = subprocess.Popen(
        [sys.executable, "-c", WRITES, store.path, "wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"half\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()

    assert held(store) == {0: "About tea."}
    assert store.sync("faq", entries("tea", "milk"), ORIGIN) == Changes(added=1, unchanged=1)


def test_a_writer_waits_for_another_and_readers_do_not(store: EntryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.sync("faq", entries("tea"), ORIGIN)
    told: list[str] = []

    def while_writing() -> Iterator[KnowledgeEntry]:
        yield from entries("milk")
        assert held(store) == {0: "About tea."}
        monkeypatch.setattr("dialog_retrieval.knowledge.store.PATIENCE", 0.2)
        with pytest.raises(StoreError, match="another process has been writing"):
            other.put("faq", entries("salt"))
        told.append("waited")

    with EntryStore(store.path) as other:
        store.sync("faq", while_writing(), ORIGIN)
        assert told == ["waited"]
        other.put("faq", entries("salt"))
    assert sorted(held(store).values()) == ["About milk.", "About salt."]


@pytest.mark.parametrize("content", [b"not a database, not at all" * 100, b""], ids=["rubbish", "empty"])
def test_a_file_that_is_something_else_is_put_aside_and_made_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "knowledge.sqlite"
    path.write_bytes(content)
    notes: list[str] = []
    if content:
        with pytest.raises(UnusableStoreError, match="this is no knowledge store"):
            EntryStore(path)

    with EntryStore.renewed(path, notes.append) as store:
        store.sync("faq", entries("tea"), ORIGIN)
        assert held(store) == {0: "About tea."}

    if content:
        assert (tmp_path / "knowledge.sqlite.old").read_bytes() == content
        assert "It is made anew; what was there is kept as knowledge.sqlite.old" in notes[0]


def test_a_store_of_another_version_is_told_by_its_version(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.sqlite"
    EntryStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()

    with pytest.raises(UnusableStoreError, match=rf"of another version \(7; this one is {SCHEMA_VERSION}\)"):
        EntryStore(path)


def test_another_programs_database_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE precious (x)")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(UnusableStoreError, match="this is no knowledge store"):
        EntryStore(path)
    assert path.read_bytes() == before


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(StoreError, match="its directory cannot be created"):
        EntryStore(tmp_path / "models" / "knowledge.sqlite")


def test_a_store_takes_its_place_complete_whoever_is_first(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.sqlite"
    stores: list[EntryStore] = []
    threads = [threading.Thread(target=lambda: stores.append(EntryStore(path))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stores[0].sync("faq", entries("tea"), ORIGIN)
    assert [store.names() for store in stores] == [["faq"]] * 4
    for store in stores:
        store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["knowledge.sqlite"]
