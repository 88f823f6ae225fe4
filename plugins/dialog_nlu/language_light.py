"""Tells languages apart without a model: by script first, and by words and spelling where they share one.

It knows which words and spellings are frequent (`language_profiles`), counts how much speaks for each language, and
turns that into probabilities. It is made for messages of a few words; of names and numbers alone it says nothing.
"""

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from dialog_nlu.language_profiles import LETTERS, SPELLINGS, WORDS

MOST_CHARACTERS = 600  # of a message; more of it tells nothing new

# What a word of a language, a letter of its own and a spelling of it say, as logarithms of odds.
_WORD, _LETTER, _SPELLING = 2.2, 1.6, 0.35
_OWN_WORD = 1.6  # times as much: a word that no other of these languages has
_SHORT_WORD = 0.5  # times as much: `a`, `de` and `en` are words of many languages
_ENOUGH = 1.0  # evidence below which nothing is said
_WORDS_ENOUGH = 3  # words of a script that is one language's only, among those asked for
_HAN_PER_WORD = 1.5

_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(f"[{characters}]")
    for name, characters in {
        "han": "\u3400-\u9fff\U00020000-\U0003ffff",
        "kana": "\u3041-\u30ff\uff66-\uff9d",
        "hangul": "\u1100-\u11ff\uac00-\ud7af",
        "cyrillic": "\u0400-\u052f",
        "arabic": "\u0600-\u06ff\u0750-\u077f",
        "hebrew": "\u05d0-\u05ea",
        "greek": "\u0370-\u03ff",
        "thai": "\u0e01-\u0e5b",
        "devanagari": "\u0900-\u097f",
        "bengali": "\u0980-\u09ff",
        "tamil": "\u0b80-\u0bff",
        "georgian": "\u10a0-\u10ff",
        "armenian": "\u0530-\u058f",
    }.items()
}
_ONE_LANGUAGE = {
    "kana": "ja",
    "hangul": "ko",
    "hebrew": "he",
    "greek": "el",
    "thai": "th",
    "devanagari": "hi",
    "bengali": "bn",
    "tamil": "ta",
    "georgian": "ka",
    "armenian": "hy",
}
_TELLING_LETTERS = {
    "cyrillic": (("be", "ў"), ("uk", "іїєґ"), ("sr", "ђјљњћџ"), ("ru", "ыэё"), ("bg", "ъ")),
    "arabic": (("ur", "ٹڈڑےہ"), ("fa", "پچژگ"), ("ar", "ةىي")),
}
# What says it where no letter does.
_TELLING_WORDS = {
    "uk": "дякую де так це моє мене вас що як чому коли потрібно треба прошу",
    "bg": "благодаря здравейте моля искам къде моята как защо кога нужда имам трябва това",
    "sr": "хвала где када зашто желим молим треба имам мој",
    "ru": "спасибо где что мне мой моя мою хочу нужна нужно почему когда как пожалуйста здравствуйте привет помощь",
}
_SHARED = {"cyrillic": ("ru", "uk", "bg", "sr", "be"), "arabic": ("ar", "fa", "ur")}
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]+(?:['’-][a-z\u00c0-\u024f\u1e00-\u1eff]+)*")
_WORD_OF = re.compile(r"[^\W\d_]+")
_TELLING_WORD_SETS = {language: frozenset(words.split()) for language, words in _TELLING_WORDS.items()}
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+\.\S+|www\.\S+")

KNOWN = frozenset({*WORDS, *_ONE_LANGUAGE.values(), "zh", *(tag for tags in _SHARED.values() for tag in tags)})
"""The languages it can tell, as BCP 47 tags without region."""


def detect(text: str, languages: frozenset[str] = KNOWN) -> dict[str, float]:
    """Return the probability of each language that something speaks for; nothing where nothing does.

    Args:
        text: A message.
        languages: The only ones to think of.
    """
    text = _ADDRESS.sub(" ", text[:MOST_CHARACTERS]).lower()
    weights = _by_script(text, languages)
    words = _LATIN_WORD.findall(text)
    latin = _latin(words, languages) if words else {}
    if not weights:
        return latin
    # A name or a word of another language among Chinese characters does not make the message that language's.
    total = sum(weights.values()) + (len(words) if latin else 0)
    mixed = {language: weight / total for language, weight in weights.items()}
    for language, probability in latin.items():
        mixed[language] = mixed.get(language, 0.0) + probability * len(words) / total
    return mixed


def _by_script(text: str, languages: frozenset[str]) -> dict[str, float]:
    """Return how many words, roughly, are in languages whose script gives them away."""
    if text.isascii():
        return {}
    weights: dict[str, float] = {}
    count = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    han = count.pop("han") / _HAN_PER_WORD
    if count["kana"] and "ja" in languages:
        count["kana"] += int(han)  # Japanese is written with both
    elif han and "zh" in languages:
        weights["zh"] = han
    elif han and "ja" in languages:
        weights["ja"] = han
    for name, letters in count.items():
        if not letters:
            continue
        if name in _ONE_LANGUAGE:
            _add(weights, _ONE_LANGUAGE[name], letters / 3, languages)
        else:
            _add(weights, _of_shared_script(name, text, languages), letters / 5, languages)
    return weights


def _add(weights: dict[str, float], language: str, weight: float, languages: frozenset[str]) -> None:
    if language in languages:
        weights[language] = weights.get(language, 0.0) + weight


def _of_shared_script(script: str, text: str, languages: frozenset[str]) -> str:
    candidates = [language for language in _SHARED[script] if language in languages]
    for language, letters in _TELLING_LETTERS[script]:
        if language in candidates and any(letter in text for letter in letters):
            return language
    if script == "cyrillic" and len(candidates) > 1:
        words = set(_WORD_OF.findall(text))
        known = {
            language: len(words & _TELLING_WORD_SETS[language])
            for language in candidates
            if language in _TELLING_WORD_SETS
        }
        return max(candidates, key=lambda language: known.get(language, 0))
    return candidates[0] if candidates else ""


def _latin(words: list[str], languages: frozenset[str]) -> dict[str, float]:
    candidates = _candidates(languages)
    if not candidates:
        return {}
    evidence = dict.fromkeys(candidates, 0.0)
    for word in words:
        word = word.replace("’", "'")
        for language, weight in _said_by(word).items():
            if language in evidence:
                evidence[language] += weight
    best = max(evidence.values())
    if len(candidates) == 1:
        # Nothing else is thought of: that it is this language or none is told by its words, or by there being several.
        share = best / _WORD + (len(words) / _WORDS_ENOUGH if best else len(words) / (2 * _WORDS_ENOUGH))
        return {candidates[0]: 1 - math.exp(-1.6 * share)} if share > 0.3 else {}
    if best < _ENOUGH:
        return {}
    total = sum(math.exp(weight - best) for weight in evidence.values())
    # What was never measured must not look certain: one strong word in two is as much as can be asked for.
    return {language: math.exp(weight - best) / total for language, weight in evidence.items() if best - weight < 12}


@lru_cache(maxsize=64)
def _candidates(languages: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(language for language in WORDS if language in languages))


def _by_item(items: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for language, those in items.items():
        for item in those:
            found.setdefault(item, set()).add(language)
    return {item: frozenset(tags) for item, tags in found.items()}


_SPEAKERS = _by_item({language: words.split() for language, words in WORDS.items()})
_WRITERS = _by_item(LETTERS)
_SPELLERS = _by_item({language: spellings.split() for language, spellings in SPELLINGS.items()})


@lru_cache(maxsize=20_000)
def _said_by(word: str) -> Mapping[str, float]:
    """Return what a word says for each language. What several languages have says less for each of them."""
    evidence: dict[str, float] = {}
    speakers = _SPEAKERS.get(word, frozenset())
    weight = _WORD * (_SHORT_WORD if len(word) < 3 else _OWN_WORD if len(speakers) == 1 else 1.0)
    for language in speakers:
        evidence[language] = weight
    for letter in set(word):
        for language in _WRITERS.get(letter, ()):
            evidence[language] = evidence.get(language, 0.0) + _LETTER
    if len(word) >= 3:
        for size in (2, 3, 4, 5):
            for start in range(len(word) - size + 1):
                for language in _SPELLERS.get(word[start : start + size], ()):
                    evidence[language] = evidence.get(language, 0.0) + _SPELLING
    return evidence
