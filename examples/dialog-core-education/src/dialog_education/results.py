"""Where results are kept: a SQLite file, QUIZ_RESULTS; default: `.dialog-core/results.db`."""

import os
import sqlite3
from pathlib import Path

TABLE = "create table if not exists result (key text primary key, pupil text, topic text, points integer, day text)"


def save(key: str, pupil: str, topic: str, points: int, day: str) -> int:
    """Keep a result, once for each key; return the best of this pupil in the topic before it, or -1."""
    path = Path(os.environ.get("QUIZ_RESULTS", ".dialog-core/results.db"))
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
