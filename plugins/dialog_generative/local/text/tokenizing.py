"""From written chats to token ids, without doing again what was done a turn ago.

A tokenizer turns what stands between two control tokens into tokens by itself. So these pieces can be remembered one by
one, and a chat that has grown by a turn costs what the turn costs. A piece the model has written itself is remembered
with the very tokens it wrote: another way to spell the same text would make the model read it all again.
"""

import copy
import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from dialog_generative.local.text.defusing import MARK, Defuser

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

MOST_PIECES = 4096  # that are remembered
LONGEST_PIECE = 20_000  # characters of one that is
MOST_WRITTEN = 4096  # replies whose tokens are remembered
_SAMPLES = ("hello there, world", " begins with a space", "\nand with a line", "ends so \n", "你好，世界 1", "")

Ids = tuple[int, ...]


class ChatTokenizer:
    """Turns texts into tokens and back; from any thread, and with a copy of the tokenizer that is its own.

    Args:
        tokenizer: The model's.
    """

    def __init__(self, tokenizer: "PreTrainedTokenizerBase") -> None:
        self._tokenizer = copy.deepcopy(tokenizer)
        self._lock = Lock()  # a tokenizer changes while it works
        # Blanks are tokens of their own in some vocabularies, and control nothing.
        added = {id: token for id, token in tokenizer.added_tokens_decoder.items() if token.content.strip()}
        self.control_ids = frozenset(added)
        # What stands for unknown characters comes of ordinary texts, and controls nothing unless it has another office.
        unknown = {tokenizer.unk_token_id} - {tokenizer.eos_token_id, tokenizer.bos_token_id, tokenizer.pad_token_id}
        named = [token.content for token in added.values()]
        self._defuser = Defuser(named, self._plain, self.control_ids - unknown)
        self._pieces: OrderedDict[tuple[str, str], Ids] = OrderedDict()
        self._written: OrderedDict[tuple[str, str, str], Ids] = OrderedDict()
        self._defused: OrderedDict[str, str] = OrderedDict()
        borders = sorted((t for t in added.values() if t.special), key=lambda token: -len(token.content))
        written = [
            (r"\s*" if token.lstrip else "") + re.escape(token.content) + (r"\s*" if token.rstrip else "")
            for token in borders
        ]
        self._border = re.compile("(" + "|".join([MARK, *written]) + ")")
        if written and not self._independent([token.content for token in borders]):
            self._border = re.compile(f"({MARK})")
        before, after = self._around()
        self.before, self.after = before, after

    def defuse(self, text: str) -> str:
        """Return a text that can be put into a template: nothing in it becomes a control token."""
        with self._lock:
            known = self._defused.get(text)
        if known is None:
            known = self._defuser.defuse(text)
            if len(text) <= LONGEST_PIECE:
                with self._lock:
                    self._defused[text] = known
                    while len(self._defused) > MOST_PIECES:
                        self._defused.popitem(last=False)
        return known

    def encode(self, written: str, key: str = "") -> Ids:
        """Return a chat, or a part of one, as tokens.

        Args:
            written: The text, with control tokens that are meant, and marks in those that are not.
            key: Whose chat it is; what the model wrote in it is recognised.
        """
        ids: list[int] = []
        for before, piece in self._split(written):
            ids += self._written_ids(key, before, piece) or self._remembered(before, piece)
        return tuple(ids)

    def learn(self, key: str, written: str, text: str, ids: Ids) -> None:
        """Remember with which tokens the model wrote a reply.

        Args:
            key: In whose chat.
            written: The chat as it was written, up to where the reply begins.
            text: The reply.
            ids: Its tokens.
        """
        defused = self.defuse(text)
        if not ids or MARK in defused or len(defused) > LONGEST_PIECE:
            return
        before, begun = self._end_of(written)
        with self._lock:
            self._written[key, before, begun + defused] = (*(self._ids(before, begun) if begun else ()), *ids)
            while len(self._written) > MOST_WRITTEN:
                self._written.popitem(last=False)

    def go_on(self, written: str, text: str) -> Ids:
        """Return the tokens with which a text goes on where a chat ends.

        Args:
            written: The chat.
            text: The text; nothing in it becomes a control token.
        """
        before, begun = self._end_of(written)
        defused = self.defuse(text)
        with self._lock:
            start = self._ids(before, begun) if begun else ()
        # What a piece begins with may change with what follows: then the text is taken by itself.
        whole = self.encode(f"{before}{begun}{defused}")[1 if before else 0 :]
        return whole[len(start) :] if whole[: len(start)] == start else self.encode(defused)

    def recall(self, key: str, defused: str) -> Ids:
        """Return the tokens with which the model wrote a reply that begins with nothing before it; none if unknown."""
        return self._written_ids(key, "", defused)

    def decode(self, ids: Sequence[int]) -> str:
        """Return tokens as text, without control tokens."""
        with self._lock:
            text = self._tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return str(text)

    @property
    def source(self) -> "PreTrainedTokenizerBase":
        """The tokenizer itself, for templates; it is not to be asked for tokens."""
        return self._tokenizer

    def _split(self, written: str) -> Iterator[tuple[str, str]]:
        """Yield the pieces a chat consists of, each with the control token right before it; marks are left out."""
        before = ""
        for piece in self._border.split(written):
            if piece == MARK:
                before = ""
            elif piece:
                yield before, piece
                before = piece if self._border.fullmatch(piece) else ""

    def _end_of(self, written: str) -> tuple[str, str]:
        """Return what a chat ends with: its last control token, and what stands behind it."""
        before, begun = list(self._split(written))[-1] if written else ("", "")
        return (begun, "") if self._border.fullmatch(begun) else (before, begun)

    def _written_ids(self, key: str, before: str, piece: str) -> Ids:
        with self._lock:
            found = self._written.get((key, before, piece))
            if found is not None:
                self._written.move_to_end((key, before, piece))
            return found or ()

    def _remembered(self, before: str, piece: str) -> Ids:
        with self._lock:
            ids = self._pieces.get((before, piece))
            if ids is None:
                ids = self._ids(before, piece)
                if len(piece) <= LONGEST_PIECE:
                    self._pieces[before, piece] = ids
                    while len(self._pieces) > MOST_PIECES:
                        self._pieces.popitem(last=False)
            else:
                self._pieces.move_to_end((before, piece))
            return ids

    def _ids(self, before: str, piece: str) -> Ids:
        """Return a piece as tokens, as it becomes in a chat where a control token stands before it."""
        if before:
            token, *rest = self._raw(before + piece)
            if (token,) == self._raw(before):
                return tuple(rest)
        return self._raw(piece)

    def _raw(self, text: str) -> Ids:
        return tuple(self._tokenizer.encode(text, add_special_tokens=False, verbose=False))

    def _plain(self, text: str) -> Ids:
        with self._lock:
            return self._raw(text)

    def _independent(self, borders: Sequence[str]) -> bool:
        """Say whether pieces really become the same tokens by themselves: some tokenizers look across borders."""
        for number, first in enumerate(_SAMPLES):
            token, second = borders[number % len(borders)], _SAMPLES[number - 1]
            whole = f"{first}{token}{second}{borders[0]}{first}{token}"
            pieces = [id for before, piece in self._split(whole) for id in self._ids(before, piece)]
            if tuple(pieces) != self._raw(whole):
                return False
        return True

    def _around(self) -> tuple[Ids, Ids]:
        """Return what the tokenizer puts before and after a text that comes alone."""
        inner = self._raw("a")
        whole = tuple(self._tokenizer.encode("a", add_special_tokens=True, verbose=False))
        for start in range(len(whole) - len(inner) + 1):
            if whole[start : start + len(inner)] == inner:
                return whole[:start], whole[start + len(inner) :]
        return (), ()
