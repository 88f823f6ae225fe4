"""Entries as the store keeps them: JSON without what an entry does not say."""

import json
from datetime import date
from hashlib import blake2b
from typing import Any

from dialog_core import StoreError
from dialog_core.datasets import KnowledgeEntry

HASH_BYTES = 16  # two of a million entries having the same checksum by chance: one in 10**27

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def encode_entry(entry: KnowledgeEntry) -> str:
    """Return an entry as JSON.

    Raises:
        StoreError: Its metadata holds what JSON cannot.
    """
    fields: dict[str, Any] = {"id": entry.id, "questions": entry.questions, "answer": entry.answer}
    optional: dict[str, Any] = {
        "language": entry.language,
        "source": entry.source,
        "tags": entry.tags,
        "valid_from": entry.valid_from and entry.valid_from.isoformat(),
        "valid_until": entry.valid_until and entry.valid_until.isoformat(),
        "metadata": dict(entry.metadata),
        "passage": entry.passage,
    }
    fields.update((name, value) for name, value in optional.items() if value)
    try:
        text = _ENCODER.encode(fields)
    except (TypeError, ValueError) as error:
        raise StoreError(
            f"the entry {entry.id!r} cannot be kept: {error}. Its metadata may hold texts, finite numbers, true and "
            "false, lists and mappings."
        ) from error
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: only its escape can be written
        return json.dumps(fields, separators=(",", ":"))
    return text


def decode_entry(text: str) -> KnowledgeEntry:
    """Read what `encode_entry` wrote."""
    fields = json.loads(text)
    return KnowledgeEntry(
        id=fields["id"],
        questions=tuple(fields["questions"]),
        answer=fields["answer"],
        language=fields.get("language", ""),
        source=fields.get("source", ""),
        tags=tuple(fields.get("tags", ())),
        valid_from=_day(fields.get("valid_from")),
        valid_until=_day(fields.get("valid_until")),
        metadata=fields.get("metadata", {}),
        passage=fields.get("passage", False),
    )


def hash_of(text: str) -> bytes:
    """Return the checksum by which a changed entry is noticed."""
    return blake2b(text.encode(), digest_size=HASH_BYTES).digest()


def key_of(id: str) -> str:
    """Return an id as SQLite can compare it: half of a surrogate pair has no UTF-8."""
    return id.encode(errors="backslashreplace").decode()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
