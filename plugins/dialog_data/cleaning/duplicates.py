"""The step `duplicates`: what is there twice goes, all but the first."""

import json
import re
from dataclasses import replace
from hashlib import blake2b
from itertools import pairwise
from unicodedata import normalize

from dialog_core import Component, Context
from dialog_core.datasets import DataItem, Dialogue, KnowledgeEntry
from dialog_core.interfaces import Removed
from dialog_data.cleaning.options import DuplicatesOptions
from dialog_data.cleaning.report import name_of

DIGEST = 16  # bytes: two of a billion different texts are taken for the same once in 10^20 runs
_PUNCTUATION = re.compile(r"[\W_]+")


class DuplicatesCleaner(Component[DuplicatesOptions]):
    """Removes items that say the same as an earlier one.

    The same is what is equal in the normal form NFKC, in lower case (casefold) and with one space for each run of
    them. Who says it matters, and so do labels; metadata, acts and states do not. Of each item 16 bytes are kept.
    """

    def __init__(self, options: DuplicatesOptions, context: Context) -> None:
        super().__init__(options, context)
        self._seen: dict[bytes, str] = {}

    def clean(self, item: DataItem) -> DataItem | Removed:
        """Return the item, without pairs that were there before, or why it goes."""
        if self.options.of == "pairs" and isinstance(item, Dialogue):
            return self._without_pairs(item)
        first = self._first(self._identity(item), item)
        return item if first is None else Removed("said before", f"as in {first}")

    def _without_pairs(self, dialogue: Dialogue) -> Dialogue | Removed:
        gone: set[int] = set()
        turns = dialogue.turns
        for place, (message, reply) in enumerate(pairwise(turns)):
            if message.role == "user" and reply.role == "bot" and place not in gone:
                pair = ("pair", self._same(message.text), self._same(reply.text))
                if self._first(pair, dialogue) is not None:
                    gone |= {place, place + 1}
        if not gone:
            return dialogue
        kept = tuple(turn for place, turn in enumerate(turns) if place not in gone)
        if any(turn.role != "system" for turn in kept):
            return replace(dialogue, turns=kept)
        return Removed("said before", "each message with its reply")

    def _first(self, identity: object, item: DataItem) -> str | None:
        """Return where it was said first, or None: that is here."""
        written = json.dumps(identity, ensure_ascii=True).encode("ascii")  # lone surrogates, too
        digest = blake2b(written, digest_size=DIGEST).digest()
        first = self._seen.get(digest)
        if first is None:
            self._seen[digest] = name_of(item)
        return first

    def _identity(self, item: DataItem) -> object:
        if isinstance(item, Dialogue):
            return ["dialogue", [[turn.role, self._same(turn.text)] for turn in item.turns]]
        if isinstance(item, KnowledgeEntry):
            return ["entry", [self._same(question) for question in item.questions], self._same(item.answer)]
        return ["text", item.label, self._same(item.text)]

    def _same(self, text: str) -> str:
        text = text.casefold() if text.isascii() else normalize("NFKC", normalize("NFKC", text).casefold())
        if not self.options.punctuation:
            text = _PUNCTUATION.sub(" ", text) if _PUNCTUATION.fullmatch(text) is None else text
        return " ".join(text.split())
