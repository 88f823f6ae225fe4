import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from dialog_core.errors import StoreError
from dialog_core.stores.group_commit import GroupCommit

PATH = Path("numbers.db")


class Insert:
    """Writes one number; what goes wrong is up to the test."""

    def __init__(self, number: int, *, then: Callable[[sqlite3.Connection], object] | None = None) -> None:
        self.number = number
        self.then = then
        self.tries = 0

    def prepare(self) -> None:
        if self.number < 0:
            raise ValueError("negative")

    def apply(self, connection: sqlite3.Connection) -> int:
        self.tries += 1
        connection.execute("INSERT INTO numbers VALUES (?)", (self.number,))
        if self.then:
            self.then(connection)
        return self.number


def fail(connection: sqlite3.Connection) -> None:
    raise LookupError("no such thing")


def end_the_transaction_and_fail(connection: sqlite3.Connection) -> None:
    """Do what SQLite does when, for example, the disk is full."""
    connection.execute("ROLLBACK")
    raise sqlite3.OperationalError("database or disk is full")


class Ledger:
    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.connection.execute("CREATE TABLE numbers (number INTEGER UNIQUE)")
        self.statements: list[str] = []
        self.connection.set_trace_callback(self.statements.append)
        self.commits = GroupCommit(self.connection, PATH)

    @property
    def numbers(self) -> list[int]:
        return [number for (number,) in self.connection.execute("SELECT number FROM numbers ORDER BY number")]


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    ledger = Ledger()
    yield ledger
    assert await ledger.commits.close(5)


async def test_writes_that_wait_together_share_a_transaction(ledger: Ledger) -> None:
    results = await asyncio.gather(*(ledger.commits.commit(Insert(number)) for number in range(300)))
    assert results == list(range(300))
    assert ledger.numbers == list(range(300))
    assert ledger.statements.count("COMMIT") < 150


async def test_a_write_that_fails_is_undone_alone(ledger: Ledger) -> None:
    writes = [Insert(1), Insert(2, then=fail), Insert(1), Insert(-1), Insert(3)]
    outcomes = await asyncio.gather(*map(ledger.commits.commit, writes), return_exceptions=True)
    assert ledger.numbers == [1, 3]
    assert [outcomes[0], outcomes[4]] == [1, 3]
    assert [str(outcome) for outcome in outcomes[1:4]] == [
        "numbers.db: LookupError: no such thing.",
        "numbers.db: UNIQUE constraint failed: numbers.number.",
        "numbers.db: ValueError: negative.",
    ]
    assert all(isinstance(outcome, StoreError) for outcome in outcomes[1:4])


async def test_a_write_that_ends_the_transaction_does_not_take_the_others_with_it(ledger: Ledger) -> None:
    writes = [Insert(1), Insert(2, then=end_the_transaction_and_fail), Insert(3)]
    outcomes = await asyncio.gather(*map(ledger.commits.commit, writes), return_exceptions=True)
    assert ledger.numbers == [1, 3]
    assert [outcomes[0], outcomes[2]] == [1, 3]
    assert isinstance(outcomes[1], StoreError)


async def test_a_write_whose_task_is_cancelled_is_made_all_the_same(ledger: Ledger) -> None:
    task = asyncio.create_task(ledger.commits.commit(Insert(1)))
    await asyncio.sleep(0)
    task.cancel()
    assert await ledger.commits.commit(Insert(2)) == 2
    assert task.cancelled()
    assert ledger.numbers == [1, 2]
