import sqlite3
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from dialog_retrieval.dense.kept_vectors import BATCH, KeptVectors


class Counting:
    """An encoder that counts what it encodes."""

    dimension = 4

    def __init__(self, identity: str = "counting") -> None:
        self.identity = identity
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += texts
        return np.array([[len(text), sum(map(ord, text)), 1, 0] for text in texts], dtype=np.float32)


TEXTS = [f"text {number}" for number in range(20)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "models" / "bot" / "vectors.sqlite"


def test_no_text_is_encoded_twice(file: Path) -> None:
    first, second = Counting(), Counting()
    expected = KeptVectors(first, file).encode([*TEXTS, TEXTS[0]])
    assert first.encoded == TEXTS
    again = KeptVectors(second, file).encode([*TEXTS, "new", TEXTS[0]])
    assert second.encoded == ["new"]
    assert np.array_equal(again[:20], expected[:20])
    assert np.array_equal(again[-1], expected[0])
    assert KeptVectors(second, file).size() > 0


def test_each_encoder_has_its_own(file: Path) -> None:
    KeptVectors(Counting("one"), file).encode(TEXTS)
    other = Counting("other")
    KeptVectors(other, file).encode(TEXTS)
    assert other.encoded == TEXTS


def test_work_that_was_cut_off_goes_on_where_it_was(file: Path) -> None:
    class Killed(Counting):
        def encode(self, texts: Sequence[str]) -> np.ndarray:
            if self.encoded:
                raise KeyboardInterrupt
            return super().encode(texts)

    texts = [f"text {number}" for number in range(2 * BATCH)]
    with pytest.raises(KeyboardInterrupt):
        KeptVectors(Killed(), file).encode(texts)
    encoder = Counting()
    KeptVectors(encoder, file).encode(texts)
    assert encoder.encoded == texts[BATCH:]


@pytest.mark.parametrize("damage", ["no database", "truncated", "overwritten"])
def test_a_damaged_file_is_set_aside_and_made_anew(file: Path, damage: str) -> None:
    texts = [f"text {number}" for number in range(500)]
    KeptVectors(Counting(), file).encode(texts)
    content = file.read_bytes()
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    match damage:
        case "no database":
            file.write_bytes(b"rubbish" * 1000)
        case "truncated":
            file.write_bytes(content[: len(content) // 2])
        case "overwritten":
            file.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    notes: list[str] = []
    expected = Counting().encode(texts)
    assert np.array_equal(KeptVectors(Counting(), file, notes.append).encode(texts), expected)
    assert any("is damaged" in note for note in notes)
    assert file.with_name("vectors.sqlite.damaged").exists()
    encoder = Counting()
    assert np.array_equal(KeptVectors(encoder, file, notes.append).encode(texts), expected)
    assert encoder.encoded == []


def test_a_vector_whose_bits_have_flipped_is_encoded_anew(file: Path) -> None:
    KeptVectors(Counting(), file).encode(TEXTS)
    with sqlite3.connect(file) as connection:
        (key, blob) = connection.execute("SELECT text, vector FROM vectors LIMIT 1").fetchone()
        connection.execute("UPDATE vectors SET vector = ? WHERE text = ?", (bytes([blob[0] ^ 1]) + blob[1:], key))
    connection.close()
    encoder = Counting()
    vectors = KeptVectors(encoder, file).encode(TEXTS)
    assert len(encoder.encoded) == 1
    assert np.array_equal(vectors, Counting().encode(TEXTS))


def test_where_nothing_can_be_written_texts_are_encoded_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file, and no directory")
    notes: list[str] = []
    vectors = KeptVectors(Counting(), tmp_path / "models" / "vectors.sqlite", notes.append).encode(TEXTS)
    assert np.array_equal(vectors, Counting().encode(TEXTS))
    assert len(notes) == 1
    assert "cannot be kept" in notes[0]


def test_what_no_encoder_uses_any_longer_is_forgotten(file: Path) -> None:
    KeptVectors(Counting("old"), file).encode(TEXTS)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE encoders SET used = 0")
    connection.close()
    KeptVectors(Counting("new"), file).encode(TEXTS[:5])
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (5,)
    connection.close()


def _encode(file: Path, start: int) -> None:
    KeptVectors(Counting(), file).encode([f"text {number}" for number in range(start, start + 600)])


@pytest.mark.slow
def test_two_processes_may_use_it_at_once(file: Path) -> None:
    processes = [get_context("spawn").Process(target=_encode, args=(file, start)) for start in (0, 300)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    encoder = Counting()
    KeptVectors(encoder, file).encode([f"text {number}" for number in range(900)])
    assert encoder.encoded == []
