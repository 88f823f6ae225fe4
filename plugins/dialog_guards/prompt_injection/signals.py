"""What speaks for an attempt to take over a language model, and how strongly."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks for an attempt.

    Attributes:
        name: What it is, for the trace.
        weight: How sure it alone makes one, from 0 to 1.
        pattern: How it is written, in a text as `plainly` leaves it.
        compact: The same where the text has lost its spaces.
        needs: Of what there has to be something in the text; looking for words is quicker than looking for a pattern.
    """

    name: str
    weight: float
    pattern: re.Pattern[str]
    compact: re.Pattern[str]
    needs: tuple[str, ...] = ()


def signal(name: str, weight: float, pattern: str, needs: str = "") -> Signal:
    """Make a signal from a pattern, in which a space is any gap between words."""
    spaced, joined = (pattern.replace(" ", gap) for gap in (r"[\W_]{1,3}", ""))
    flags = re.MULTILINE
    # What has lost its spaces has lost the edges of its words as well.
    compact = re.compile(joined.replace(r"\b", ""), flags)
    return Signal(name, weight, re.compile(spaced, flags), compact, tuple(needs.split()))


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
        if (one.compact if compact else one.pattern).search(text):
            found[one.name] = one.weight
    open_still = 1.0
    for weight in found.values():
        open_still *= 1 - weight
    return Suspicion(1 - open_still, tuple(sorted(found, key=lambda name: -found[name])))
