"""A diary to try things out with: the doctors stand in `demo_diary.json`, appointments in a SQLite file.

Every patient has the diary to themselves, so that one who tries it out does not take another's times away.
"""

import atexit
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from dialog_medical.appointments.diary import Booking, DiaryError, Doctor

TABLE = """
create table if not exists appointment (
    key text primary key, code text unique, patient text, practice text, doctor text, day text, time text, name text,
    unique (patient, practice, doctor, day, time)
)
"""


class DemoDiary:
    """The demonstration. DIARY_DATABASE says where its SQLite file is; default: one that ends with the process."""

    def __init__(self, path: Path | None = None) -> None:
        own = os.environ.get("DIARY_DATABASE")
        self._path = path or (Path(own) if own else _passing_file())
        self._data: dict[str, Any] = json.loads((files(__package__) / "demo_diary.json").read_text(encoding="utf-8"))

    def doctors(self, practice: str, language: str) -> Mapping[str, Doctor]:
        """Return the doctors of a practice."""
        names = "zh" if language.startswith("zh") else "en"
        doctors = self._practice(practice)
        return {id: Doctor(doctor[names], frozenset(doctor["weekdays"])) for id, doctor in doctors.items()}

    def free(self, practice: str, day: date, patient: str) -> Mapping[str, Sequence[str]]:
        """Return the times that are not taken."""
        with self._database() as database:
            return self._free(database, practice, day, patient)

    def _free(
        self, database: sqlite3.Connection, practice: str, day: date, patient: str
    ) -> Mapping[str, Sequence[str]]:
        doctors = self._practice(practice)
        rows = database.execute(
            "select doctor, time from appointment where patient = ? and practice = ? and day = ?",
            (patient, practice, day.isoformat()),
        ).fetchall()
        free = {id: doctor["times"] for id, doctor in doctors.items() if day.weekday() in doctor["weekdays"]}
        return {id: [time for time in times if (id, time) not in rows] for id, times in free.items()}

    def book(
        self, practice: str, doctors: Sequence[str], day: date, time: str, name: str, patient: str, key: str
    ) -> Booking:
        """Book a time, once for each key."""
        with self._database() as database:
            booked = database.execute("select code, doctor from appointment where key = ?", (key,)).fetchone()
            if booked is not None:
                return Booking(*booked)
            free = self._free(database, practice, day, patient)
            doctor = next((doctor for doctor in doctors if time in free.get(doctor, ())), None)
            if doctor is None:
                raise DiaryError(f"{time} on {day} is taken")
            (count,) = database.execute("select count(*) from appointment").fetchone()
            code = f"T{count + 101}"
            row = (key, code, patient, practice, doctor, day.isoformat(), time, name)
            database.execute("insert into appointment values (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return Booking(code, doctor)

    def _practice(self, practice: str) -> Any:
        try:
            return self._data[practice]
        except KeyError:
            raise DiaryError(f"there is no practice {practice!r}") from None

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """Open the SQLite file for one transaction; `immediate`, as what is read decides what is written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=5, isolation_level=None)
        try:
            database.execute(TABLE)
            database.execute("begin immediate")
            yield database
            database.execute("commit")
        finally:
            database.close()


def _passing_file() -> Path:
    folder = tempfile.mkdtemp(prefix="demo-diary-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder) / "diary.db"
