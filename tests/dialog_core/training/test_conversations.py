from pathlib import Path

import pytest

from dialog_core import Context, StoreError, TrainingError
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.testing.sample_events import EVERY_KIND_OF_EVENT
from dialog_core.training import read_conversations


async def test_conversations_are_read_while_a_bot_goes_on_with_them(tmp_path: Path) -> None:
    file = tmp_path / "talks.db"
    store = SQLiteStore(SQLiteOptions(path=file), Context())
    try:
        kept = await store.append("ann", EVERY_KIND_OF_EVENT, expected_length=0)
        before = file.read_bytes()

        assert [*read_conversations(file)] == [kept]

        assert file.read_bytes() == before
        await store.append("ann", EVERY_KIND_OF_EVENT[-1:], expected_length=len(kept))
        assert [len(one) for one in read_conversations(file)] == [len(kept) + 1]
    finally:
        await store.close()


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"talks\.db cannot be read"):
        read_conversations(tmp_path / "talks.db")
    assert not (tmp_path / "talks.db").exists()


def test_what_is_no_database_of_conversations_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "talks.db").write_text("hello, this is a text and no database at all, of any kind\n" * 100)
    with pytest.raises((TrainingError, StoreError)):
        read_conversations(tmp_path / "talks.db")
