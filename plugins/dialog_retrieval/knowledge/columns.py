"""What entries say in one field, by their numbers: for telling at once which of a million fit a slot."""

import json
import sqlite3

import numpy as np
from numpy.typing import NDArray

from dialog_retrieval.knowledge.conditions import TAGS, values_of
from dialog_retrieval.searching import Mask

_TAGS = """
SELECT number, 'array', json_extract(body, '$.tags') FROM entries
WHERE number > ? AND json_extract(body, '$.tags') IS NOT NULL
"""
_FIELD = """
SELECT number, field.type, field.value FROM entries, json_each(body, '$.metadata') AS field
WHERE number > ? AND field.key = ?
"""


class Column:
    """One field of all entries. Entries never change under their number, so it only ever grows."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._codes: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._code_of: dict[frozenset[str], int] = {frozenset(): 0}

    def extend(self, connection: sqlite3.Connection, next: int) -> None:
        """Take in the entries up to the number `next`, exclusive."""
        known = len(self._codes)
        if next <= known:
            return
        codes = np.zeros(next, dtype=np.int32)
        codes[:known] = self._codes
        query, more = (_TAGS, ()) if self._field == TAGS else (_FIELD, (self._field,))
        for number, type, value in connection.execute(query, (known - 1, *more)):
            if number < next:
                codes[number] = self._code(type, value)
        self._codes = codes

    def fits(self, wanted: frozenset[str]) -> Mask:
        """Return for each number whether its entry has one of the values, or none at all."""
        fitting = [not own or not own.isdisjoint(wanted) for own in self._code_of]
        fits: Mask = np.array(fitting, dtype=np.bool_)[self._codes]
        return fits

    def _code(self, type: str, value: object) -> int:
        if type in ("array", "object"):
            value = json.loads(str(value))
        elif type in ("true", "false"):
            value = type == "true"
        return self._code_of.setdefault(values_of(value), len(self._code_of))
