"""Plain patterns: what their brackets mean, and what is wrong with one that cannot be read.

    track (my) [order|parcel] {order_number}

stands for the words in this order, `(my)` being optional, one of `[order|parcel]`, and whatever the expression of the
entity `order_number` matches. Brackets nest and may hold several words. A bracket that touches a word is part of it:
`order(s)` is "order" or "orders". Letter case, punctuation and the width of spaces mean nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from dialog_rules.pattern_reader import Capture, Entity, Group, Item, PatternError, Reader, Text
from dialog_rules.utterance import LONGEST_MESSAGE, Utterance

LONGEST_PATTERN = 10_000  # characters; brackets can hold long lists
MAX_SPELLINGS = 256  # of one word with brackets in it

_SPECIAL = re.compile(r"[\[\](){}|*\\]")
_WORD_OR_SPACE = re.compile(r"\s+|\S+")
# What may stand where two parts of a pattern touch: an entity; a character that forms one token with a letter beside
# it, as in `order(s)`; one that forms a token with something beside it, as in `3(.5)`.
_ENTITY_EDGE, _WORD_EDGE, _TEXT_EDGE = range(3)


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


def parse(pattern: str, entities: Mapping[str, Entity]) -> Sequence:
    """Parse a plain pattern.

    Args:
        pattern: As written.
        entities: The entities it may capture, by name.

    Raises:
        PatternError: It cannot be used.
    """
    plain = _SPECIAL.search(pattern) is None
    limit = LONGEST_MESSAGE if plain else LONGEST_PATTERN
    if len(pattern) > limit:
        raise PatternError(f"is longer than {limit:,} characters", remedy="Shorten it, or make several of it.")
    sequence = Sequence(_tokens(pattern)) if plain else _lower(Reader(pattern, entities).read())
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


def _lower(items: Iterable[Item], keep_symbols: bool = True) -> Sequence:
    """Turn items into tokens, entities and choices."""
    fragments = [fragment for item in items for fragment in _fragments(item)]
    if any(map(_has_words, fragments)) and not (len(fragments) == 1 and isinstance(fragments[0], Group)):
        keep_symbols = False  # beside words they count for nothing, as in messages
    parts: list[Part] = []
    for cluster in _clusters(fragments):
        item = cluster[0]
        if len(cluster) > 1:
            parts.extend(_spelled_out(cluster))
        elif isinstance(item, Capture):
            parts.append(item.entity)
        elif isinstance(item, Group):
            choice = _choice((_lower(option, keep_symbols) for option in item.alternatives), item.optional)
            parts.extend([choice] if choice.alternatives else [])
        elif keep_symbols or _has_words(item):
            parts.extend(_tokens(item.text))
    return Sequence(tuple(parts))


def _choice(alternatives: Iterable[Sequence], optional: bool) -> Choice:
    different = dict.fromkeys(alternatives)
    empty = Sequence(())
    return Choice(tuple(option for option in different if option != empty), optional or empty in different)


def _fragments(item: Item) -> Iterable[Item]:
    """Cut a text at its spaces; they stay, as what stands before and after one does not touch."""
    if not isinstance(item, Text):
        return (item,)
    return (Text(match[0], item.offset + match.start()) for match in _WORD_OR_SPACE.finditer(item.text))


def _clusters(items: Iterable[Item]) -> Iterable[tuple[Item, ...]]:
    """Split items into those that stand alone and those that spell one word together, such as `order(s)`."""
    cluster: list[Item] = []
    for item in items:
        if cluster:
            before, after = _edges(cluster[-1], -1), _edges(item, 0)
            if any(_WORD_EDGE in one and _ENTITY_EDGE in other for one, other in ((before, after), (after, before))):
                remedy = "Put a space between them, or make the letters part of the entity's expression."
                raise PatternError("an entity is made of whole words, but letters touch this one", item.offset, remedy)
            if not (_TEXT_EDGE in before and _TEXT_EDGE in after):
                yield tuple(cluster)
                cluster = []
        cluster.append(item)
    if cluster:
        yield tuple(cluster)


def _edges(item: Item, end: int) -> frozenset[int]:
    """What may stand at the beginning (0) or the end (-1) of an item."""
    if isinstance(item, Capture):
        return frozenset((_ENTITY_EDGE,))
    if isinstance(item, Group):
        return frozenset[int]().union(*(_edges(alternative[end], end) for alternative in item.alternatives))
    return _edges_of(item.text[end])


@lru_cache(maxsize=1024)
def _edges_of(character: str) -> frozenset[int]:
    if len(Utterance(f"a{character}a").tokens) == 1:
        return frozenset((_WORD_EDGE, _TEXT_EDGE))
    return frozenset((_TEXT_EDGE,)) if len(Utterance(f"1{character}1").tokens) == 1 else frozenset()


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(Utterance(text).tokens)


def _spelled_out(cluster: tuple[Item, ...]) -> tuple[Part, ...]:
    """Write out every way to spell a word with brackets in it."""
    choice = _choice((Sequence(_tokens(text)) for text in _spellings(cluster)), False)
    if len(choice.alternatives) == 1 and not choice.optional:
        return choice.alternatives[0].parts
    return (choice,)


def _spellings(items: tuple[Item, ...]) -> list[str]:
    spellings = [""]
    for item in items:
        if isinstance(item, Text):
            endings = [item.text]
        elif isinstance(item, Capture):
            remedy = "Put a space between them, or use several patterns."
            raise PatternError("an entity cannot stand in brackets that touch a word", item.offset, remedy)
        else:
            endings = [text for alternative in item.alternatives for text in _spellings(alternative)]
            endings += [""] if item.optional else []
        spellings = list(dict.fromkeys(map("".join, product(spellings, endings))))
        if len(spellings) > MAX_SPELLINGS:
            message = f"the brackets that touch here make more than {MAX_SPELLINGS} words"
            raise PatternError(message, items[0].offset, "Put a space between brackets, or use several patterns.")
    return spellings


def _has_words(item: Item) -> bool:
    if isinstance(item, Text):
        return any(character.isalnum() for token in _tokens(item.text) for character in token)
    if isinstance(item, Capture):
        return True
    return any(_has_words(inner) for alternative in item.alternatives for inner in alternative)


def _captures(sequence: Sequence) -> Counter[str]:
    """How often each entity is captured at most in one message."""
    counts = Counter[str]()
    for part in sequence.parts:
        if isinstance(part, Entity):
            counts[part.name] += 1
        elif isinstance(part, Choice):
            most = Counter[str]()
            for alternative in part.alternatives:
                most |= _captures(alternative)  # of each the larger count
            counts += most
    return counts
