"""Whether an answer is right, however a pupil puts it: in a sentence, with a typing mistake, as a word for a number."""

import difflib
import re
import unicodedata

ALIKE = 0.84  # how alike two words must be to be one with a typing mistake: of "mitocondria" the figure is .96
_SHORTEST_MISTYPED = 5  # letters; shorter words with another letter are other words

_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}
_FILLERS = frozenset(
    "the a an it is its i think that would be was are answer my guess maybe um uh hm please of and".split()
)
_DIGITS_ZH = dict(zip("零一二三四五六七八九", "0123456789", strict=True)) | {"两": "2"}
_NUMBER_ZH = re.compile("[零一二两三四五六七八九十]+")
_PUNCTUATION = re.compile(r"[^\w\s./-]|(?<!\d)[./-]|[./-](?!\d)")


def is_right(said: str, answers: tuple[str, ...]) -> bool:
    """Say whether one of the answers was given."""
    heard = _plain(said)
    return any(_fits(heard, _plain(answer)) for answer in answers)


def _fits(heard: str, answer: str) -> bool:
    if not heard or not answer:
        return False
    if heard == answer:
        return True
    if answer.isdecimal():  # of "7 times 8 is 56" the last number is the answer
        numbers = re.findall(r"\d+(?:[.,/]\d+)?", heard)
        return bool(numbers) and numbers[-1] == answer and not heard.startswith("not ") and "不是" not in heard
    if not answer.isascii():  # without spaces between words
        short = len(heard) <= 3 * len(answer) + 6
        return answer in heard.replace(" ", "") and short and "不是" not in heard
    words, wanted = heard.split(), answer.split()
    if "not" in words:
        return False
    if len(words) > len(wanted) + 2:
        return False
    return all(any(_is(word, one) for word in words) for one in wanted)


def _is(word: str, wanted: str) -> bool:
    if word == wanted:
        return True
    if min(len(word), len(wanted)) < _SHORTEST_MISTYPED or any(character.isdigit() for character in wanted):
        return False
    return difflib.SequenceMatcher(None, word, wanted).ratio() >= ALIKE


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(character for character in folded if not unicodedata.combining(character))
    folded = _PUNCTUATION.sub(" ", folded.replace("'", ""))
    if not folded.isascii():
        return _NUMBER_ZH.sub(lambda match: _number_zh(match[0]), folded).strip()
    words = [_NUMBERS.get(word, word) for word in folded.split()]
    return " ".join(word for word in words if word not in _FILLERS) or " ".join(words)


def _number_zh(text: str) -> str:
    if "十" not in text:
        return "".join(_DIGITS_ZH[character] for character in text)
    tens, _, ones = text.partition("十")
    return str(10 * int(_DIGITS_ZH.get(tens, "1")) + int(_DIGITS_ZH.get(ones, "0")))
