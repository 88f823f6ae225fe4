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

_LETTER = re.compile(r"[^\W\d_]|[\u2600-\u27bf\U0001f300-\U0001faff]")  # or an emoji, which may say something


def parts(text: str) -> list[str]:
    """Return the parts of a message in order; just the message where it has only one, or too many.

    Numbers stay whole, `3.50`, `1,000`, `12:30`, and with what is before them: `on May 2 and 3` is one part.
    """
    if _BETWEEN.search(text) is None:
        return [text]
    spans: list[tuple[int, int]] = []
    start = 0
    for match in [*_BETWEEN.finditer(text), None]:
        end = match.start() if match else len(text)
        if spans and not _LETTER.search(text, start, end):
            spans[-1] = (spans[-1][0], end if text[start:end].strip() else spans[-1][1])  # "on May 2 and 3"
        elif text[start:end].strip():
            spans.append((start, end))
        start = match.end() if match else end
    found = [text[start:end].strip() for start, end in spans]
    return found if 1 < len(found) <= MOST_PARTS else [text]
