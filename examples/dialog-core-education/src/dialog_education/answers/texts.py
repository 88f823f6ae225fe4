"""Words compared as a friendly teacher does: case, accents, articles and small typing mistakes do not matter."""

import difflib
import re
import unicodedata

from dialog_education.answers.traditional import simplified

ALIKE = 0.82  # how alike two words must be to be one with a typing mistake: of "mitocondria" the figure is .96
SHORTEST_MISTYPED = 5  # letters of the right word; shorter words with another letter are other words
MAX_TEXT = 300  # characters; what is longer is no answer

_FILLERS = frozenset(
    "the a an it its it's is i think that would be was are answer my guess maybe um uh hm please of and they called "
    "because probably to so".split()
)
_FILLERS_ZH = re.compile(
    r"^(?:我觉得|我认为|我想|应该|可能|大概|也许|答案|好像|那|就|是|叫|做|为|它|吗|呃|嗯|，|,|:|：|\s)+|"
    r"(?:吧|呢|吗|啊|呀|哦|的|了|嘛|。|\s)+$"
)
_NOT = re.compile(r"\b(?:not|isn't|isnt|no|except|(?:any|every)thing but)\b|不是|并非|没有|除了")
_OR = re.compile(r"\bor\b|还是|或者?")
_PUNCTUATION = re.compile(r"[^\w\s./-]|(?<!\d)[./-]|[./-](?!\d)")


def is_said(said: str, answers: tuple[str, ...], *, exact: bool = False) -> bool:
    """Say whether one of the answers was given.

    Args:
        said: What the pupil wrote.
        answers: What is right.
        exact: Whether spelling counts.
    """
    return len(said) <= MAX_TEXT and any(_fits(said, answer, exact=exact) for answer in answers)


def is_nearly_said(said: str, answers: tuple[str, ...]) -> bool:
    """Say whether something very much like an answer was given, where spelling counts."""
    return len(said) <= MAX_TEXT and any(_likeness(folded(said), folded(answer)) >= ALIKE for answer in answers)


def folded(text: str) -> str:
    """Return a text without case, accents, punctuation and full-width forms."""
    text = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    text = "".join(character for character in text if not unicodedata.combining(character))
    return " ".join(_PUNCTUATION.sub(" ", text.replace("'", "")).split())


def bare(text: str) -> str:
    """Return a text without what only surrounds an answer: `I think it is Paris`."""
    text = folded(text)
    if not text.isascii():
        return _FILLERS_ZH.sub("", _FILLERS_ZH.sub("", text)) or text
    words = text.split()
    return " ".join(word for word in words if word not in _FILLERS) or text


def _fits(said: str, answer: str, *, exact: bool) -> bool:
    said = simplified(said)
    heard, wanted = bare(said), bare(answer)
    if not heard or not wanted:
        return False
    if heard == wanted or folded(said) == folded(answer):
        return True
    if _NOT.search(said.casefold()):
        return False
    if not wanted.isascii():  # no spaces between words
        heard = heard.replace(" ", "")
        if _OR.search(said) and not _OR.search(answer):
            return False
        return wanted.replace(" ", "") in heard and len(heard) <= 2 * len(wanted) + 4
    words, parts = heard.split(), wanted.split()
    if len(words) > len(parts) + 2 or _OR.search(said.casefold()):
        return False
    if exact:
        return all(part in words for part in parts)
    if all(any(_is(word, part) for word in words) for part in parts):
        return True
    return _is("".join(words), "".join(parts))  # rain forest, rainforest


def _is(word: str, wanted: str) -> bool:
    if word == wanted or (len(wanted) > 3 and (word == wanted + "s" or word + "s" == wanted)):
        return True
    if (
        len(wanted) < SHORTEST_MISTYPED
        or len(word) < SHORTEST_MISTYPED - 1
        or any(character.isdigit() for character in wanted)
    ):
        return False
    swapped = word[0] == wanted[0] and sorted(word) == sorted(wanted)  # appel
    return swapped or _likeness(word, wanted) >= ALIKE


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
