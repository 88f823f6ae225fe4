"""What speaks for an attempt to take over a language model, and how strongly."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks for an attempt. Its pattern is compiled when it is first needed, which takes a millisecond.

    Attributes:
        name: What it is, for the trace.
        weight: How sure it alone makes one, from 0 to 1.
        written: How it is written, in a text as `plainly` leaves it; a space is any gap between words.
        needs: Of what there has to be something in the text; looking for words is quicker than looking for a pattern.
    """

    name: str
    weight: float
    written: str
    needs: tuple[str, ...] = ()

    def stands_in(self, text: str, *, compact: bool) -> bool:
        """Whether it stands in a text; `compact`: in one that has lost its spaces."""
        return _compiled(self.written, compact).search(text) is not None


@cache
def _compiled(written: str, compact: bool) -> re.Pattern[str]:
    # What has lost its spaces has lost the edges of its words as well.
    pattern = written.replace(" ", "").replace(r"\b", "") if compact else written.replace(" ", r"[\W_]{1,3}")
    return re.compile(pattern, re.MULTILINE)


def signal(name: str, weight: float, pattern: str, needs: str = "") -> Signal:
    """Make a signal from a pattern, in which a space is any gap between words."""
    return Signal(name, weight, pattern, tuple(needs.split()))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a text makes suspicious.

    Attributes:
        score: How sure it is, from 0 to 1.
        names: The signals, the strongest first.
    """

    score: float = 0.0
    names: tuple[str, ...] = ()


def suspicion(text: str, signals: Sequence[Signal], *, compact: bool = False) -> Suspicion:
    """Return what speaks for an attempt in a text as `plainly` leaves it.

    Of signals of one name the strongest counts, and different ones add up as independent causes do: the score is one
    less the product of what each leaves open (a noisy or; Pearl 1988, section 4.3.2).
    """
    found: dict[str, float] = {}
    for one in signals:
        if one.weight <= found.get(one.name, 0.0) or (one.needs and not any(word in text for word in one.needs)):
            continue
        if one.stands_in(text, compact=compact):
            found[one.name] = one.weight
    open_still = 1.0
    for weight in found.values():
        open_still *= 1 - weight
    return Suspicion(1 - open_still, tuple(sorted(found, key=lambda name: -found[name])))
