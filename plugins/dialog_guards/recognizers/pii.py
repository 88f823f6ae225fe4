"""The recognizer `pii`: personal data in English and Chinese texts, by patterns, check digits and words around."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dialog_core import Component, Context
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.interfaces import Recognized
from dialog_guards.recognizers import addresses, contacts, identity, payments, phones
from dialog_guards.recognizers.options import PiiOptions

RULES = (*contacts.RULES, *payments.RULES, *identity.RULES, *phones.RULES, *addresses.RULES)
KINDS = tuple(dict.fromkeys(rule.kind for rule in RULES))

_FULL_WIDTH = dict(zip(range(0xFF01, 0xFF5F), range(0x21, 0x7F), strict=True))
_FULL_WIDTH |= {0x3000: 0x20, 0x00A0: 0x20, 0x202F: 0x20, 0x2010: 0x2D, 0x2011: 0x2D, 0x2013: 0x2D}
_PUNCTUATION = (0xFF0C, 0xFF1B, 0xFF1A, 0xFF1F, 0xFF01)
_NARROW = {wide: narrow for wide, narrow in _FULL_WIDTH.items() if wide not in _PUNCTUATION}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
# Nothing is found in a text that has none of these.
_WORTH = re.compile(
    "[0-9@]|\\bdot\\b|微信|薇信|V信|wechat|weixin|\\bwx\\b|\\bvx\\b|座|[零一二三四五六七八九十]", re.IGNORECASE
)


class PiiRecognizer(Component[PiiOptions]):
    """Finds personal data; whoever is named is not among it, for that takes a model.

    A number is taken for what it says it is: by its check digit, by the way it is grouped, or by the words before it,
    so that an order number is no phone number. Full-width digits count as digits.
    """

    def __init__(self, options: PiiOptions, context: Context) -> None:
        super().__init__(options, context)
        unknown = [kind for kind in options.kinds if kind not in KINDS]
        if unknown:
            remedy = did_you_mean(unknown[0], KINDS) or f"Known: {', '.join(KINDS)}."
            raise ConfigurationError([Problem(f"{context.name}: there is no kind {unknown[0]!r}", remedy=remedy)])
        self._rules = [rule for rule in RULES if not options.kinds or rule.kind in options.kinds]

    def find(self, text: str, language: str = "") -> Sequence[Recognized]:
        """Return what it finds, in text order; patterns of both languages are looked for in every text."""
        if text.isascii() or _UNSEEN.search(text) is None:
            return self._find(text)
        places = [place for place, character in enumerate(text) if not _UNSEEN.match(character)]
        found = self._find("".join(text[place] for place in places))
        return [replace(one, start=places[one.start], end=places[one.end - 1] + 1) for one in found]

    def _find(self, text: str) -> list[Recognized]:
        if not text.isascii():
            text = text.translate(_NARROW)
        if _WORTH.search(text) is None:
            return []
        found = (one for rule in self._rules for one in rule.find(text))
        return without_overlaps(one for one in found if one.score >= self.options.least)


def without_overlaps(found: Iterable[Recognized]) -> list[Recognized]:
    """Return what was found in text order, of several in one place the surest, and of those the longest."""
    kept: list[Recognized] = []
    starts: list[int] = []
    for one in sorted(found, key=lambda one: (-one.score, one.start - one.end, one.start)):
        place = bisect_right(starts, one.start)
        if (place == 0 or kept[place - 1].end <= one.start) and (place == len(kept) or one.end <= kept[place].start):
            kept.insert(place, one)
            starts.insert(place, one.start)
    return kept
