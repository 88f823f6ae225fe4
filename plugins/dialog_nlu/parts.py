"""The parts of a message that may each say something of its own: what stands between punctuation and conjunctions."""

import re

MOST_PARTS = 8  # a message of more is a letter, and judging each part would take longer than the turn allows

# "or" is missing: it offers a choice within one wish. So are Chinese words of one character (再, 并, 又), which are
# parts of other words too (再见, 合并).
_CONJUNCTIONS = "and also|and then|and|then|also|plus|but|as well as|after that|besides"
_CHINESE_CONJUNCTIONS = "然后|并且|而且|同时|还有|另外|此外|顺便|接着|以及|还要|还想|也想|也要|但是|不过|最后"
_BETWEEN = re.compile(
    rf"[;；。！？!?\n…，、]+|(?<!\d)[.,:]+|[.,:]+(?!\d)|\b(?:{_CONJUNCTIONS})\b|{_CHINESE_CONJUNCTIONS}", re.IGNORECASE
)


def parts(text: str) -> list[str]:
    """Return the parts of a message in order; just the message where it has only one, or too many.

    Numbers stay whole: `3.50`, `1,000`, `12:30`.
    """
    if _BETWEEN.search(text) is None:
        return [text]
    found = [part.strip() for part in _BETWEEN.split(text)]
    found = [part for part in found if part]
    return found if 1 < len(found) <= MOST_PARTS else [text]
