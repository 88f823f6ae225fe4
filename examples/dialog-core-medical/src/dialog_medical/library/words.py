"""Words as the library compares them: without accents and plurals, in one spelling."""

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[一-鿿]")
_SPELLINGS = (
    ("oea", "ea"),
    ("oed", "ed"),
    ("oel", "el"),
    ("oes", "es"),
    ("aem", "em"),
    ("aes", "es"),
    ("tumour", "tumor"),
)
_SPELLINGS_MORE = (("apnoea", "apnea"), ("rrhoea", "rrhea"), ("leuk", "leuk"))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in order; Chinese characters count as words."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("-", " ")
    return tuple(_stem(word) for word in _WORD.findall(plain))


def _stem(word: str) -> str:
    for ending in ("'s", "s'"):
        word = word.removesuffix(ending)
    word = word.replace("'", "")
    for ours, theirs in (*_SPELLINGS_MORE, *_SPELLINGS):
        word = word.replace(ours, theirs)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
