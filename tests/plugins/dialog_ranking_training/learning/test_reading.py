from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialog_core import Bot, TrainingError, read_bot_file
from dialog_core.training import read_recorded
from dialog_ranking_training.learning.reading import as_logs, database_of, read_happened
from tests.plugins.dialog_ranking_training.learning.learning_bots import busy_shop, shop


def test_whatever_keeps_the_conversations_the_same_is_read(tmp_path: Path) -> None:
    spec = read_bot_file(busy_shop(tmp_path))
    told: list[tuple[int, int]] = []

    file = read_happened(spec, database_of(spec, None), None, lambda done, total: told.append((done, total)))
    store = read_happened(spec, None, None, lambda done, total: None)

    assert file == store
    assert (file.conversations, file.verdicts, file.corrected, len(file.exchanges)) == (5, 1, 2, 5)
    assert told == [(number, 5) for number in range(1, 6)]


def test_what_another_store_keeps_is_copied_for_trainers_with_its_traces(tmp_path: Path) -> None:
    spec = read_bot_file(busy_shop(tmp_path))
    own = database_of(spec, None)
    assert own is not None

    with as_logs(spec, None) as logs:
        assert logs != own
        assert sorted(read_recorded(logs), key=lambda item: item.conversation.id) == sorted(
            read_recorded(own), key=lambda item: item.conversation.id
        )
    assert not logs.exists()
    with as_logs(spec, own) as logs:
        assert logs == own


def test_what_a_running_bot_has_just_said_is_copied_too(tmp_path: Path) -> None:
    file = busy_shop(tmp_path)
    spec = read_bot_file(file)
    with Bot.load(file) as bot:
        bot.reply("bitcoin?", conversation="new", client_id="1")
        with as_logs(spec, database_of(spec, None)) as logs:
            assert logs != database_of(spec, None)
            assert "new" in [item.conversation.id for item in read_recorded(logs)]


def test_a_bot_nobody_has_talked_to_has_nothing_to_tell(tmp_path: Path) -> None:
    spec = read_bot_file(shop(tmp_path))
    assert read_happened(spec, database_of(spec, None), datetime.now(UTC), lambda done, total: None).conversations == 0
    assert not (tmp_path / "conversations.db").exists()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    spec = read_bot_file(shop(tmp_path))
    (tmp_path / "notes.db").write_text("milk, eggs, " * 1000)
    (tmp_path / "notes.db-wal").write_text("x")
    with pytest.raises(TrainingError, match=r"notes\.db cannot be read"):
        read_happened(spec, tmp_path / "notes.db", None, lambda done, total: None)
    with pytest.raises(TrainingError, match=r"notes\.db cannot be read"), as_logs(spec, tmp_path / "notes.db"):
        pass
