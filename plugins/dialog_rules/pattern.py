"""Plain patterns: what their brackets mean, and what is wrong with one that cannot be read.

    track (my) [order|parcel] {order_number}

stands for the words in this order, `(my)` being optional, one of `[order|parcel]`, and whatever the expression of the
entity `order_number` matches. Brackets nest and may hold several words. A bracket that touches a word is part of it:
`order(s)` is "order" or "orders". Letter case, punctuation and the width of spaces mean nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import product

from dialog_core.configuration import did_you_mean
from dialog_rules.expression import Expression
from dialog_rules.utterance import LONGEST_MESSAGE, Utterance

MAX_NESTING = 16
MAX_SPELLINGS = 256  # of one word with brackets in it

_PIECE = re.compile(r"[\[\](){}|*\\]|[^\[\](){}|*\\]+")
_WORD_OR_SPACE = re.compile(r"\s+|\S+")
# What may stand where two parts of a pattern touch: an entity; a character that forms one token with a letter beside
# it, as in `order(s)`; one that forms a token with something beside it, as in `3(.5)`.
_ENTITY_EDGE, _WORD_EDGE, _TEXT_EDGE = range(3)
_CLOSING = {"[": "]", "(": ")"}


class PatternError(Exception):
    """A pattern that cannot be used: what is wrong, at which character of it (from 0), and what to do."""

    def __init__(self, message: str, offset: int = 0, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.offset, self.remedy = message, offset, remedy


@dataclass(frozen=True, eq=False, slots=True)
class Entity:
    """A named piece of a message that patterns may capture."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts that follow each other; a part is a token or an entity, or a choice."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some sequences, or none of them if it is optional."""

    alternatives: tuple[Sequence, ...]
    optional: bool


Part = str | Entity | Choice


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class _Capture:
    entity: Entity
    offset: int


@dataclass(frozen=True, slots=True)
class _Group:
    alternatives: tuple[tuple["_Item", ...], ...]
    optional: bool
    offset: int


_Item = _Text | _Capture | _Group


def parse(pattern: str, entities: Mapping[str, Entity]) -> Sequence:
    """Parse a plain pattern.

    Args:
        pattern: As written.
        entities: The entities it may capture, by name.

    Raises:
        PatternError: It cannot be used.
    """
    if len(pattern) > LONGEST_MESSAGE:
        raise PatternError(f"is longer than the {LONGEST_MESSAGE:,} characters of a message that rules look at")
    items = _Reader(pattern, entities).read()
    sequence = _lower(items)
    if not sequence.parts:
        raise PatternError("holds no word to look for", remedy="Write at least one word.")
    if is_optional(sequence):
        raise PatternError(
            "matches every message, an empty one included, as all of it is optional",
            remedy="Take one part out of its ( ), or write [a|b] for one of several.",
        )
    for name, count in _captures(sequence).items():
        if count > 1:
            raise PatternError(
                f"captures {{{name}}} twice, and only one value could be kept",
                [match.start() for match in re.finditer(rf"\{{\s*{name}\s*\}}", pattern)][-1],
                f"Define a second entity with the expression of `{name}` under another name.",
            )
    return sequence


def is_optional(sequence: Sequence) -> bool:
    """Say whether nothing at all would do for this sequence."""
    return all(
        isinstance(part, Choice) and (part.optional or any(map(is_optional, part.alternatives)))
        for part in sequence.parts
    )


def entities_in(sequence: Sequence) -> Iterable[Entity]:
    """Yield the entities a sequence may capture."""
    for part in sequence.parts:
        if isinstance(part, Entity):
            yield part
        elif isinstance(part, Choice):
            for alternative in part.alternatives:
                yield from entities_in(alternative)


class _Reader:
    """Reads the characters of a pattern into texts, captures and groups."""

    def __init__(self, pattern: str, entities: Mapping[str, Entity]) -> None:
        self._pieces = [(match[0], match.start()) for match in _PIECE.finditer(pattern)]
        self._entities = entities
        self._next = 0

    def read(self) -> tuple[_Item, ...]:
        items, closing, offset = self._sequence(0)
        if closing == "|":
            remedy = "Write [a|b] for one of several, or two patterns."
            raise PatternError("a `|` has a meaning within [ ] and ( ) only", offset, remedy)
        if closing:
            raise PatternError(f"`{closing}` closes nothing", offset, "Remove it, or open the bracket.")
        return items

    def _sequence(self, depth: int) -> tuple[tuple[_Item, ...], str, int]:
        """Read up to a `|`, a closing bracket or the end; return what ended it and where, too."""
        items: list[_Item] = []
        while self._next < len(self._pieces):
            piece, offset = self._pieces[self._next]
            self._next += 1
            if piece in _CLOSING:
                items.append(self._group(piece, offset, depth + 1))
            elif piece == "{":
                items.append(self._capture(offset))
            elif piece in ("]", ")", "|"):
                return tuple(items), piece, offset
            elif piece == "}":
                raise PatternError("`}` closes nothing", offset, "Remove it, or open the bracket.")
            elif piece in ("*", "\\"):
                remedy = "Write a regular expression between slashes, /like this/, or leave it out."
                raise PatternError(f"`{piece}` has no meaning in a plain pattern", offset, remedy)
            else:
                items.append(_Text(piece, offset))
        return tuple(items), "", self._pieces[-1][1] if self._pieces else 0

    def _group(self, opening: str, start: int, depth: int) -> _Group:
        if depth > MAX_NESTING:
            raise PatternError(f"brackets are nested more than {MAX_NESTING} levels deep", start, "Make it flatter.")
        alternatives: list[tuple[_Item, ...]] = []
        at = start
        while True:
            items, ended_by, offset = self._sequence(depth)
            if ended_by == "":
                raise PatternError(f"`{opening}` is never closed", start, f"Add the `{_CLOSING[opening]}`.")
            if all(isinstance(item, _Text) and not item.text.strip() for item in items):
                remedy = "Write (a|b) for words that may be missing."
                raise PatternError("there is nothing between these brackets or bars", at, remedy)
            alternatives.append(items)
            at = offset
            if ended_by == "|":
                continue
            if ended_by != _CLOSING[opening]:
                message = f"`{opening}` is closed by `{ended_by}`"
                raise PatternError(message, offset, f"Close it by `{_CLOSING[opening]}`.")
            return _Group(tuple(alternatives), opening == "(", start)

    def _capture(self, start: int) -> _Capture:
        name, offset = self._pieces[self._next] if self._next < len(self._pieces) else ("", start)
        closing = self._pieces[self._next + 1][0] if self._next + 1 < len(self._pieces) else ""
        name = name.strip()
        if closing != "}" or not name.isidentifier():
            remedy = "Write the name of an entity, {like_this}."
            raise PatternError("`{` is not followed by a name and `}`", start, remedy)
        self._next += 2
        if name not in self._entities:
            remedy = did_you_mean(name, self._entities) or "Define it under `entities:`."
            raise PatternError(f"there is no entity {name!r}", offset, remedy)
        return _Capture(self._entities[name], start)


def _lower(items: Iterable[_Item], keep_symbols: bool = True) -> Sequence:
    """Turn items into tokens, entities and choices."""
    fragments = [fragment for item in items for fragment in _fragments(item)]
    if any(map(_has_words, fragments)) and not (len(fragments) == 1 and isinstance(fragments[0], _Group)):
        keep_symbols = False  # beside words they count for nothing, as in messages
    parts: list[Part] = []
    for cluster in _clusters(fragments):
        item = cluster[0]
        if len(cluster) > 1:
            parts.extend(_spelled_out(cluster))
        elif isinstance(item, _Capture):
            parts.append(item.entity)
        elif isinstance(item, _Group):
            choice = _choice((_lower(option, keep_symbols) for option in item.alternatives), item.optional)
            parts.extend([choice] if choice.alternatives else [])
        elif keep_symbols or _has_words(item):
            parts.extend(Utterance(item.text).tokens)
    return Sequence(tuple(parts))


def _choice(alternatives: Iterable[Sequence], optional: bool) -> Choice:
    different = dict.fromkeys(alternatives)
    empty = Sequence(())
    return Choice(tuple(option for option in different if option != empty), optional or empty in different)


def _fragments(item: _Item) -> Iterable[_Item]:
    """Cut a text at its spaces; they stay, as what stands before and after one does not touch."""
    if not isinstance(item, _Text):
        return (item,)
    return (_Text(match[0], item.offset + match.start()) for match in _WORD_OR_SPACE.finditer(item.text))


def _clusters(items: Iterable[_Item]) -> Iterable[tuple[_Item, ...]]:
    """Split items into those that stand alone and those that spell one word together, such as `order(s)`."""
    cluster: list[_Item] = []
    for item in items:
        if cluster:
            before, after = _edges(cluster[-1], -1), _edges(item, 0)
            if _WORD_EDGE in before and _ENTITY_EDGE in after or _ENTITY_EDGE in before and _WORD_EDGE in after:
                remedy = "Put a space between them, or make the letters part of the entity's expression."
                raise PatternError("an entity is made of whole words, but letters touch this one", item.offset, remedy)
            if not (_TEXT_EDGE in before and _TEXT_EDGE in after):
                yield tuple(cluster)
                cluster = []
        cluster.append(item)
    if cluster:
        yield tuple(cluster)


def _edges(item: _Item, end: int) -> set[int]:
    """What may stand at the beginning (0) or the end (-1) of an item."""
    if isinstance(item, _Capture):
        return {_ENTITY_EDGE}
    if isinstance(item, _Group):
        return set().union(*(_edges(alternative[end], end) for alternative in item.alternatives))
    character = item.text[end]
    if len(Utterance(f"a{character}a").tokens) == 1:
        return {_WORD_EDGE, _TEXT_EDGE}
    return {_TEXT_EDGE} if len(Utterance(f"1{character}1").tokens) == 1 else set()


def _spelled_out(cluster: tuple[_Item, ...]) -> tuple[Part, ...]:
    """Write out every way to spell a word with brackets in it."""
    texts = dict.fromkeys(_spellings(cluster))
    if len(texts) > MAX_SPELLINGS:
        message = f"the brackets that touch here make more than {MAX_SPELLINGS} words"
        raise PatternError(message, cluster[0].offset, "Put a space between brackets, or use several patterns.")
    choice = _choice((Sequence(tuple(Utterance(text).tokens)) for text in texts), False)
    if len(choice.alternatives) == 1 and not choice.optional:
        return choice.alternatives[0].parts
    return (choice,)


def _spellings(items: tuple[_Item, ...]) -> list[str]:
    spellings = [""]
    for item in items:
        if isinstance(item, _Text):
            endings = [item.text]
        elif isinstance(item, _Capture):
            remedy = "Put a space between them, or use several patterns."
            raise PatternError("an entity cannot stand in brackets that touch a word", item.offset, remedy)
        else:
            endings = [text for alternative in item.alternatives for text in _spellings(alternative)]
            endings += [""] if item.optional else []
        spellings = ["".join(pair) for pair in product(spellings, endings)][: MAX_SPELLINGS + 1]
    return spellings


def _has_words(item: _Item) -> bool:
    if isinstance(item, _Text):
        return any(character.isalnum() for token in Utterance(item.text).tokens for character in token)
    if isinstance(item, _Capture):
        return True
    return any(_has_words(inner) for alternative in item.alternatives for inner in alternative)


def _captures(sequence: Sequence) -> dict[str, int]:
    """How often each entity is captured at most in one message."""
    counts: dict[str, int] = {}
    for part in sequence.parts:
        if isinstance(part, Entity):
            counts[part.name] = counts.get(part.name, 0) + 1
        elif isinstance(part, Choice):
            for name, count in reduce(_most, map(_captures, part.alternatives), {}).items():
                counts[name] = counts.get(name, 0) + count
    return counts


def _most(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in one | other}
