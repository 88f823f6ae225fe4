"""Lines that show whether somebody has changed them: each holds the checksum of the one before.

Whoever may write to the file can write a whole new chain; keep its last checksum elsewhere to notice that too.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core.text import repair_text

BEGINNING = "0" * 64  # what the first line holds in the place of a checksum
PREVIOUS, CHECKSUM = "previous", "checksum"
NEW_FILE, AFTER = "a new file begins", "after"  # what the first line of a log says that was rotated


def chained(entry: Mapping[str, Any], previous: str) -> tuple[str, str]:
    """Return an entry as a line of the chain (without its line break), and its checksum (SHA-256)."""
    body = repair_text(json.dumps({**entry, PREVIOUS: previous}, ensure_ascii=False, separators=(",", ":")))
    checksum = hashlib.sha256(body.encode()).hexdigest()
    return f'{body[:-1]},"{CHECKSUM}":"{checksum}"}}', checksum


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of going through a chain.

    Attributes:
        lines: How many lines hold.
        last: The checksum of the last line that holds.
        after: The last checksum of the file that this one says it goes on after; empty: it is the first.
        seen: Whether a line has the checksum that was asked for, or the file says that it goes on after it.
        problem: What is wrong with the first line that does not; empty: every line holds.
    """

    lines: int
    last: str
    problem: str = ""
    after: str = ""
    seen: bool = True


def verified(lines: Iterable[str], known: str = BEGINNING) -> Verified:
    """Go through a chain from its beginning, and see whether it has a checksum that is known."""
    count, last, after, seen = 0, BEGINNING, "", known == BEGINNING
    for line in lines:
        text = line.rstrip("\n")
        try:
            entry = json.loads(text)
            checksum = entry.pop(CHECKSUM)
            previous = entry.pop(PREVIOUS)
        except (ValueError, KeyError, AttributeError, TypeError):
            return Verified(count, last, "it is no line of an audit log, or only a part of one")
        if previous != last:
            return Verified(count, last, "it does not follow the line before: one was removed, inserted or moved")
        if chained(entry, previous) != (text, checksum):
            return Verified(count, last, "it was changed")
        if count == 0 and entry.get("event") == NEW_FILE:
            said = str(entry.get(AFTER, ""))
            after = said if said.isalnum() else ""  # it is shown on a terminal, and may be anybody's
        count, last = count + 1, checksum
        seen = seen or known in (checksum, after)
    return Verified(count, last, after=after, seen=seen)
