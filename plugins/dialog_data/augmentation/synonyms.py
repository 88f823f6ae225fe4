"""Words exchanged for others that mean the same. Wei & Zou 2019, section 2, synonym replacement."""

import random
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Node, Problem, read_yaml
from dialog_core.datasets import LabelledText
from dialog_data.augmentation.options import SynonymsOptions
from dialog_data.augmentation.segments import changed, joined, segments_of
from dialog_data.augmentation.variants import TextAugmenter
from dialog_data.augmentation.words import WORD, is_han, like

WAY = "Write a list of groups: - [buy, order, purchase]"

Synonyms = Mapping[str, Sequence[str]]


class SynonymsAugmenter(TextAugmenter[SynonymsOptions]):
    """Exchanges words and phrases of what users say for synonyms."""

    def __init__(self, options: SynonymsOptions, context: Context) -> None:
        super().__init__(options, context)
        if options.path is None and not options.wordnet:
            message = "knows no synonyms"
            remedy = "Name a file of them with `path`, or set `wordnet: true` where WordNet is installed."
            raise ConfigurationError([Problem(f"the augmenter `synonyms` {message}", remedy=remedy)])
        self._listed: Synonyms = {} if options.path is None else read_synonyms(options.path)
        self._phrases = _any_of(self._listed)

    def vary(self, text: LabelledText, chance: random.Random) -> LabelledText:
        """Return the text with some of its words exchanged."""
        pieces = segments_of(text)
        able = sum(
            bool(self._of(match[0]))
            for piece in pieces
            if piece.entity is None
            for match in self._phrases.finditer(piece.text)
        )
        if not able:
            return text
        chosen = set(chance.sample(range(able), min(max(round(self.options.share * able), 1), able)))
        numbers = iter(range(able))

        def exchanged(match: re.Match[str]) -> str:
            others = self._of(match[0])
            if not others or next(numbers) not in chosen:
                return match[0]
            return like(chance.choice(list(others)), match[0])

        return joined(text, changed(pieces, lambda piece: self._phrases.sub(exchanged, piece)))

    def _of(self, words: str) -> Sequence[str]:
        key = words.casefold()
        return self._listed.get(key) or (self._wordnet.of(key) if self.options.wordnet else ())

    @cached_property
    def _wordnet(self) -> "_WordNet":
        return _WordNet()


def read_synonyms(path: Path) -> dict[str, list[str]]:
    """Return the synonyms of every word and phrase in a file of groups, by its small letters.

    Raises:
        ConfigurationError: With every mistake in the file.
    """
    root = read_yaml(path)
    problems: list[Problem] = []
    found: dict[str, list[str]] = {}
    groups = root.value if isinstance(root.value, list) else []
    if not groups:
        problems.append(root.problem("needs a list of groups of synonyms", remedy=WAY))
    for group in groups:
        words = [str(word.value).strip() for word in _texts(group)]
        if len(set(words)) < 2:
            problems.append(group.problem("a group needs two words or more", remedy=WAY))
        for word in words:
            others = found.setdefault(word.casefold(), [])
            others += [other for other in words if other.casefold() != word.casefold() and other not in others]
    if problems:
        raise ConfigurationError(problems)
    return found


def _texts(group: Node) -> list[Node]:
    items = group.value if isinstance(group.value, list) else []
    return [item for item in items if isinstance(item.value, str | int | float) and str(item.value).strip()]


def _any_of(phrases: Synonyms) -> re.Pattern[str]:
    """Return a pattern of all phrases, the longest first, and of any single word."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    bounded = (re.escape(phrase) if _is_chinese(phrase) else rf"\b{re.escape(phrase)}\b" for phrase in longest_first)
    return re.compile("|".join([*bounded, WORD.pattern]), re.IGNORECASE)


def _is_chinese(phrase: str) -> bool:
    """Whether nothing parts a phrase from what stands around it."""
    return any(is_han(character) for character in phrase)


class _WordNet:
    """English synonyms: the other words of a word's most frequent meaning. Fellbaum 1998, "WordNet"."""

    def __init__(self) -> None:
        try:
            from nltk.corpus import wordnet

            wordnet.ensure_loaded()
        except ModuleNotFoundError as error:
            remedy = "Run: pip install nltk, and install its WordNet data."
            raise ConfigurationError(
                [Problem("WordNet is read with NLTK, which is not installed", remedy=remedy)]
            ) from error
        except LookupError as error:
            remedy = "Run once, where there is a network: python -m nltk.downloader wordnet"
            raise ConfigurationError([Problem("the data of WordNet is not installed", remedy=remedy)]) from error
        self._wordnet = wordnet
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, word: str) -> Sequence[str]:
        """Return the synonyms of a word; none if its most frequent meaning is not clear."""
        if word not in self._known:
            self._known[word] = self._find(word)
        return self._known[word]

    def _find(self, word: str) -> tuple[str, ...]:
        senses = self._wordnet.synsets(word)
        if not senses or self._wordnet.morphy(word) != word:  # an inflected form cannot be exchanged for a base form
            return ()
        names = (lemma.name() for lemma in senses[0].lemmas() if lemma.count())
        others = dict.fromkeys(name.replace("_", " ") for name in names)
        return tuple(other for other in others if other.casefold() != word)
