"""Where results are kept: a SQLite file, QUIZ_RESULTS; default: one that ends with the process."""

import atexit
import functools
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

TABLE = "create table if not exists result (key text primary key, pupil text, topic text, points integer, day text)"


def save(key: str, pupil: str, topic: str, points: int, day: str) -> int:
    """Keep a result, once for each key; return the best of this pupil in the topic before it, or -1."""
    own = os.environ.get("QUIZ_RESULTS")
    path = Path(own) if own else _passing_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        database.execute(TABLE)
        database.execute("begin immediate")
        (best,) = database.execute(
            "select coalesce(max(points), -1) from result where pupil = ? and topic = ? and key <> ?",
            (pupil, topic, key),
        ).fetchone()
        database.execute("insert or ignore into result values (?, ?, ?, ?, ?)", (key, pupil, topic, points, day))
        database.execute("commit")
    finally:
        database.close()
    return int(best)


@functools.cache
def _passing_file() -> Path:
    folder = tempfile.mkdtemp(prefix="quiz-results-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder) / "results.db"
