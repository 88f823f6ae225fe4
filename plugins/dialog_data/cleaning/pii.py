"""The step `pii`: personal data is replaced."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import blake2b

from dialog_core import Component, Context, JsonValue
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, LabelledText, texts_of, with_texts
from dialog_core.interfaces import Recognized
from dialog_data.cleaning.entities import replaced
from dialog_data.cleaning.options import PiiOptions

_HEX_TO_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")  # digits might look like a number again
_HASH_BYTES = 5
MOST_ROUNDS = 4  # where one thing was replaced, what stands beside it may be another than before
_OURS = frozenset(("line", "at", "split"))  # metadata that says where an item comes from

Put = Callable[[str, str], str]
"""Says what takes the place of a kind and what stands there."""


class PiiCleaner(Component[PiiOptions]):
    """Replaces what a recognizer finds, in what is said and in what is noted about it: acts, states, metadata.

    Marked entities keep their places; the value of one that was replaced is left out.
    """

    def __init__(self, options: PiiOptions, context: Context) -> None:
        super().__init__(options, context)
        self._recognizer = context.create("recognizer", options.recognizer)

    def clean(self, item: DataItem) -> DataItem:
        """Return the item without personal data."""
        put = self._put()
        for _ in range(MOST_ROUNDS):
            before, item = item, self._once(item, put)
            if item is before:
                break
        return item

    def _once(self, item: DataItem, put: Put) -> DataItem:
        if isinstance(item, Dialogue):
            turns = tuple(self._turn(turn, put) for turn in item.turns)
            same = all(new is old for new, old in zip(turns, item.turns, strict=True))
            changed: DataItem = item if same else replace(item, turns=turns)
        elif isinstance(item, LabelledText):
            edits = self._edits(item.text, put)
            changed = replaced(item, edits) if edits else item
        else:
            texts = texts_of(item)
            new = [self._text(text, put) for text in texts]
            changed = item if new == texts else with_texts(item, new)
        return self._noted(changed, put)

    def _noted(self, item: DataItem, put: Put) -> DataItem:
        metadata = {key: value if key in _OURS else self._value(value, put) for key, value in item.metadata.items()}
        return item if metadata == item.metadata else replace(item, metadata=metadata)

    def _turn(self, turn: DialogueTurn, put: Put) -> DialogueTurn:
        text = self._text(turn.text, put)
        acts = tuple(
            act if (value := self._text(act.value, put)) == act.value else replace(act, value=value)
            for act in turn.acts
        )
        state = {slot: self._value(value, put) for slot, value in turn.state.items()}
        metadata = {key: self._value(value, put) for key, value in turn.metadata.items()}
        if text == turn.text and acts == turn.acts and state == turn.state and metadata == turn.metadata:
            return turn
        return replace(turn, text=text, acts=acts, state=state, metadata=metadata)

    def _value(self, value: JsonValue, put: Put) -> JsonValue:
        """Return a JSON value with its texts cleaned."""
        if isinstance(value, str):
            return self._text(value, put)
        if isinstance(value, Mapping):
            return {key: self._value(child, put) for key, child in value.items()}
        if isinstance(value, list):
            return [self._value(child, put) for child in value]
        return value

    def _text(self, text: str, put: Put) -> str:
        edits = self._edits(text, put)
        if not edits:
            return text
        pieces: list[str] = []
        end = 0
        for start, stop, instead in edits:
            pieces += (text[end:start], instead)
            end = stop
        return "".join((*pieces, text[end:]))

    def _edits(self, text: str, put: Put) -> list[tuple[int, int, str]]:
        if not text:
            return []
        found: list[Recognized] = self._recognizer.find(text, self.options.language)
        kinds = self.options.kinds
        return [
            (one.start, one.end, put(one.kind, text[one.start : one.end]))
            for one in found
            if not kinds or one.kind in kinds
        ]

    def _put(self) -> Put:
        """Return how things are replaced in one item; pseudonyms are numbered anew in each."""
        if self.options.replacement == "placeholder":
            return lambda kind, words: f"[{kind}]"
        if self.options.replacement == "hash":
            return self._hash
        numbers: dict[tuple[str, str], int] = {}
        counts: dict[str, int] = {}

        def pseudonym(kind: str, words: str) -> str:
            key = (kind, _same(words))
            if key not in numbers:
                counts[kind] = numbers[key] = counts.get(kind, 0) + 1
            return f"[{kind} {numbers[key]}]"

        return pseudonym

    def _hash(self, kind: str, words: str) -> str:
        secret = self.options.salt.encode("utf-8", "surrogatepass")
        key = blake2b(secret, digest_size=32).digest()
        written = f"{kind}\0{_same(words)}".encode("utf-8", "surrogatepass")
        return f"[{kind}:{blake2b(written, digest_size=_HASH_BYTES, key=key).hexdigest().translate(_HEX_TO_LETTERS)}]"


def _same(words: str) -> str:
    """Return what is the same for the same number or address, however it is written."""
    return "".join(character for character in words.casefold() if character.isalnum() or character in "@.+")
