"""Looks at a regular expression without running it: is it surely quick, and which text must a match contain?

Most expressions in rule files are plain: some words, some alternatives, `[0-9]{6}`. For these it can be proven that
there are few ways only to try them on a text, so that they need no time limit. What this module does not understand,
or cannot prove, is simply not called quick.

The proof: a repetition is *exclusive* if what it repeats cannot begin what follows. Then only one number of repetitions
can lead to a match, and trying the others fails on the next character. All other choices multiply; more than
`MAX_WAYS` are too many. A repetition without a limit must be exclusive, and the places a search starts from must not
lie within what it repeats, or a search could take the square of the text's length.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialog_rules.expression_tree import Anchor, Character, Either, Node, NotUnderstood, Reader, Repeat, Sequence

MAX_WAYS = 8
MANY = 100  # repetitions that may as well be without a limit


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known about an expression.

    Attributes:
        quick: Whether it surely takes time in proportion to the text only.
        literal: A text that every match contains, in lower case; empty if none is known.
    """

    quick: bool
    literal: str


UNKNOWN = Shape(quick=False, literal="")


def shape_of(source: str) -> Shape:
    """Return what can be told about an expression that is used without regard to case."""
    try:
        node = Reader(source).read()
    except NotUnderstood:
        return UNKNOWN
    literal = max("".join(_required(node)).split("\0"), key=len)
    try:
        return Shape(_ways(node, 0, _Search(_is_anchored(node), _first(node)[0]), True) <= MAX_WAYS, literal)
    except NotUnderstood:
        return Shape(False, literal)


def _first(node: Node) -> tuple[int, bool]:
    """Return what a match may begin with, and whether it may be empty."""
    match node:
        case Character():
            return node.chars, False
        case Anchor():
            return 0, True
        case Repeat():
            chars, empty = _first(node.node)
            return chars, empty or node.low == 0
        case Either():
            firsts = [_first(option) for option in node.options]
            return _join(chars for chars, _ in firsts), any(empty for _, empty in firsts)
        case Sequence():
            return _first_of_all(node.nodes, 0, True)


def _first_of_all(nodes: tuple[Node, ...], after: int, after_empty: bool) -> tuple[int, bool]:
    chars = 0
    for node in nodes:
        own, empty = _first(node)
        chars |= own
        if not empty:
            return chars, False
    return chars | after, after_empty


def _join(sets: Iterable[int]) -> int:
    joined = 0
    for chars in sets:
        joined |= chars
    return joined


def _is_anchored(node: Node) -> bool:
    """Whether a match can begin at the beginning of the text only."""
    match node:
        case Anchor():
            return node.start
        case Sequence():
            return bool(node.nodes) and _is_anchored(node.nodes[0])
        case Either():
            return all(map(_is_anchored, node.options))
        case _:
            return False


@dataclass(frozen=True, slots=True)
class _Search:
    """How an expression is looked for: at the beginning only, or wherever the text has one of its first characters."""

    anchored: bool
    first: int


def _ways(node: Node, after: int, search: _Search, last: bool) -> int:
    """Count the ways to try `node` where the characters in `after` may follow; `last`: nothing at all follows.

    Raises:
        NotUnderstood: There is no telling.
    """
    match node:
        case Character() | Anchor():
            return 1
        case Sequence():
            ways = 1
            for index, inner in enumerate(node.nodes):
                rest = node.nodes[index + 1 :]
                follows, _ = _first_of_all(rest, after, True)
                ways *= _ways(inner, follows, search, last and not rest)
                if ways > MAX_WAYS:
                    raise NotUnderstood
            return ways
        case Either():
            return _ways_to_choose(node, after, search, last)
        case Repeat():
            return _ways_to_repeat(node, after, search, last)


def _ways_to_choose(either: Either, after: int, search: _Search, last: bool) -> int:
    """Count the options that can match at the same place: not "cat" and "dog", nor "cat" and "cow"."""
    if len(either.options) > MANY:
        raise NotUnderstood
    ways = [_ways(option, after, search, last) for option in either.options]
    firsts = [chars | (after if empty else 0) for chars, empty in map(_first, either.options)]
    begins = ["".join(_beginning(option)) for option in either.options]

    def together(one: int, other: int) -> bool:
        length = min(len(begins[one]), len(begins[other]))
        if one == other:
            return True
        return bool(firsts[one] & firsts[other]) and begins[one][:length] == begins[other][:length]

    numbers = range(len(ways))
    return max(sum(ways[other] for other in numbers if together(one, other)) for one in numbers)


def _beginning(node: Node) -> Iterator[str]:
    """Yield the characters every match begins with, as far as they are known."""
    nodes = node.nodes if isinstance(node, Sequence) else (node,)
    for inner in nodes:
        if isinstance(inner, Anchor):
            continue
        if not isinstance(inner, Character) or not inner.literal:
            if isinstance(inner, Repeat) and inner.low and isinstance(inner.node, Character):
                yield inner.node.literal
            return
        yield inner.literal


def _ways_to_repeat(repeat: Repeat, after: int, search: _Search, last: bool) -> int:
    chars, empty = _first(repeat.node)
    exclusive = not chars & after
    low, high = repeat.low, repeat.high
    if isinstance(repeat.node, Character):
        if high is None or high > MANY:
            if not exclusive or not (last or search.anchored or not chars & search.first):
                raise NotUnderstood
            return 1
        return 1 if exclusive else high - low + 1
    if high is None or high > MAX_WAYS or empty:
        raise NotUnderstood
    inner = _ways(repeat.node, chars | after if high > 1 else after, search, last and high <= 1)
    if exclusive and inner == 1:
        return 1
    return sum(inner**count for count in range(low, high + 1)) or 1


def _required(node: Node) -> Iterator[str]:
    """Yield the characters every match contains, with a NUL wherever something else may stand between."""
    match node:
        case Character():
            yield node.literal or "\0"
        case Sequence():
            for inner in node.nodes:
                yield from _required(inner)
        case Repeat():
            if node.low:
                yield from _required(node.node)
            yield "" if node.low == node.high == 1 else "\0"
        case Either():
            yield "\0"
        case Anchor():
            return
