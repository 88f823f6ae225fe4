"""Trains the models of the guard `emergencies` anew, and says how well they do on messages they have not seen.

    python -m benchmarks._emergency_training            figures alone: folds, and development messages as new ones
    python -m benchmarks._emergency_training --write      trains on everything and writes the models into the plugin

The held-out messages are not read. The public data sets of `_emergency_ordinary.py` should be there, or ordinary
messages will be taken for emergencies. Needs scikit-learn (`pip install 'dialog-core[train]'`).
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

import dialog_guards.emergencies
from benchmarks._emergency_messages import Labelled, counts, read_messages, wilson
from benchmarks._emergency_ordinary import ordinary
from dialog_guards.emergencies.certain import certain
from dialog_guards.emergencies.features import terms, words_of
from dialog_guards.emergencies.folding import HAN, folded
from dialog_guards.emergencies.kinds import KINDS
from dialog_guards.emergencies.lexicon import chinese_words, english_words
from dialog_guards.emergencies.recognizer import CERTAIN_ODDS, MARGIN, language_of, parts_of
from dialog_guards.emergencies.spelling import Spelling

SEED = 20_261
FOLDS = 10
LANGUAGES = ("en", "zh")
BLOCKS = (1.5, 1.0, 0.7)  # how much words, pieces and concepts count
STRENGTH = 10.0  # scikit-learn's C, of the model
SEEN_AT_LEAST = 2  # a term of one message alone says nothing about others
RECALL = {"en": 0.981, "zh": 0.97}  # on the folds of everything, at the threshold: where precision is near .85
SCALE = 100  # of weights in the file
SMALLEST = 2  # weights below it, in the file, are left out
ORDINARY_SEEN_AT_LEAST = 20
ORDINARY_WEIGHT = 0.1  # of an ordinary message, beside one that resembles an emergency
KNOWN_AT_LEAST = 3  # messages with a word that make it one that is right as it stands

# What the messages' kinds are called in the guard; any other is medical.
KIND_OF = {"self_harm": "self_harm", "violence": "violence", "poisoning": "poisoning", "overdose": "poisoning"}

# What is added to the odds of a kind, so that the reply for people who may harm themselves is rather said once too
# often: it names the emergency number as well.
LEANING = {"self_harm": 0.7, "violence": 0.5, "poisoning": 0.5, "danger": 0.5}

Terms = tuple[set[str], set[str], set[str]]


def main(write: bool = False) -> None:
    for language in LANGUAGES:
        training, development = (read_messages(part, language) for part in ("training", "development"))
        usual = [text for texts in ordinary(language, to_learn=True).values() for text in texts]
        print(f"{language}: {len(training)} training, {len(development)} development, {len(usual)} ordinary messages")
        shelf = Shelf([*training, *development], usual)
        odds, truth = out_of_fold(shelf, training)
        shift = threshold(odds, truth, RECALL[language])
        _report("training, folds", odds - shift, truth)
        fitted = Fitted(shelf, training)
        _report("training -> development", fitted.odds(development) - shift, _truth(development))
        everything = [*training, *development]
        odds, truth = out_of_fold(shelf, everything)
        shift = threshold(odds, truth, RECALL[language])
        _report("both, folds", odds - shift, truth)
        fitted = Fitted(shelf, everything)
        for name, texts in ordinary(language, to_learn=False).items():
            taken = fitted.odds([Labelled(text, False, "", "") for text in texts]) >= shift
            print(f"  {name}: {wilson(int(taken.sum()), len(texts))} of {len(texts)} ordinary messages taken for one")
        if write:
            file = Path(dialog_guards.emergencies.__file__).with_name(f"model.{language}.json")
            file.write_text(fitted.exported(shift), encoding="utf-8")
            print(f"  wrote {file.name}: {file.stat().st_size / 1e3:.0f} KB")


class Shelf:
    """The terms of every message, taken once."""

    def __init__(self, messages: Sequence[Labelled], usual: Sequence[str]) -> None:
        words = Counter(word for message in messages for word in _known(message.text))
        words.update(word for text in usual for word in _known(text))
        known = {word: count for word, count in words.items() if count >= KNOWN_AT_LEAST}
        known |= {word: words[word] for word in english_words()}
        self.spelling = Spelling(sorted(known, key=lambda word: (-known[word], word)), chinese_words())
        self.usual = usual
        self._terms: dict[str, Terms] = {}

    def terms(self, text: str) -> Terms:
        if text not in self._terms:
            self._terms[text] = terms(text, self.spelling)
        return self._terms[text]


class Fitted:
    """A model as scikit-learn fitted it to messages and, with less weight, to ordinary ones."""

    def __init__(self, shelf: Shelf, messages: Sequence[Labelled]) -> None:
        self.shelf = shelf
        found = [shelf.terms(folded(message.text)) for message in messages]
        usual = [shelf.terms(folded(text)) for text in shelf.usual]
        seen = Counter(term for blocks in (*found, *usual) for block in blocks for term in block)
        # A term of ordinary messages alone says what their being ordinary says already, unless it is frequent.
        kept = Counter(term for blocks in found for block in blocks for term in block)
        self.vocabulary = {
            term: number
            for number, term in enumerate(
                sorted(t for t in seen if seen[t] >= (SEEN_AT_LEAST if kept[t] else ORDINARY_SEEN_AT_LEAST))
            )
        }
        counted = self._matrix([*found, *usual])
        # Rare terms may weigh more: the square root of the inverse document frequency (Sparck Jones 1972), which goes
        # into the weights afterwards and costs nothing when they are used.
        frequency = np.asarray((counted > 0).sum(axis=0)).ravel()
        self.rarity = np.sqrt(np.log((1 + counted.shape[0]) / (1 + frequency)))
        matrix, truth = counted @ diags(self.rarity), np.array([*_truth(messages), *([False] * len(usual))])
        weight = np.array([1.0] * len(found) + [ORDINARY_WEIGHT] * len(usual))
        self.model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(matrix, truth, weight)
        self._found, self._messages = found, messages

    def odds(self, messages: Sequence[Labelled]) -> np.ndarray[Any, Any]:
        """Return the odds the guard would see, with parts of long messages and with what is certain."""
        texts = [folded(message.text) for message in messages]
        found = self._odds(texts)
        for number, text in enumerate(texts):
            language = language_of(text)
            if parts := list(parts_of(text, language)):
                found[number] = max(found[number], self._odds(parts).max() - MARGIN[language])
            if any(certain(text)):
                found[number] = max(found[number], CERTAIN_ODDS)
        return found

    def _odds(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        matrix = self._matrix([self.shelf.terms(text) for text in texts]) @ diags(self.rarity)
        odds: np.ndarray[Any, Any] = self.model.decision_function(matrix)
        return odds

    def exported(self, shift: float) -> str:
        """Return the file the guard reads."""
        emergencies = [pair for pair in zip(self._messages, self._found, strict=True) if pair[0].emergency]
        kinds = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced").fit(
            self._matrix([found for _, found in emergencies]), [_group(*pair) for pair in emergencies]
        )
        weights = np.rint(self.model.coef_[0] * self.rarity * SCALE).astype(int)
        order = [list(kinds.classes_).index(kind) if kind in kinds.classes_ else -1 for kind in KINDS]
        by_kind = np.rint(kinds.coef_ * SCALE).astype(int)
        terms_of = sorted(self.vocabulary, key=self.vocabulary.__getitem__)
        kept = {term: int(weights[at]) for at, term in enumerate(terms_of) if abs(weights[at]) >= SMALLEST}
        telling = {
            term: [int(by_kind[row, at]) if row >= 0 else 0 for row in order]
            for at, term in enumerate(terms_of)
            if np.abs(by_kind[:, at]).max() >= 20 * SMALLEST
        }
        data = {
            "scale": SCALE,
            "blocks": BLOCKS,
            "intercept": round(float(self.model.intercept_[0] - shift), 4),
            "kind_intercepts": [
                round(float(kinds.intercept_[row]) + LEANING.get(kind, 0.0), 4) if row >= 0 else -9.0
                for row, kind in zip(order, KINDS, strict=True)
            ],
            "known": " ".join(self.shelf.spelling.known),
            "kinds": telling,
            "weights": kept,
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace(',"', ',\n"') + "\n"

    def _matrix(self, found: Sequence[Terms]) -> Any:
        rows, columns, values = [], [], []
        for row, blocks in enumerate(found):
            for block, factor in zip(blocks, BLOCKS, strict=True):
                for term in block:
                    if (column := self.vocabulary.get(term)) is not None:
                        rows.append(row)
                        columns.append(column)
                        values.append(factor / len(block) ** 0.5)
        return csr_matrix((values, (rows, columns)), shape=(len(found), len(self.vocabulary)))


def out_of_fold(shelf: Shelf, messages: Sequence[Labelled]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the odds of each message by a model that has not seen it, and what is true."""
    truth = _truth(messages)
    odds = np.zeros(len(messages))
    for inside, outside in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(truth, truth):
        odds[outside] = Fitted(shelf, [messages[at] for at in inside]).odds([messages[at] for at in outside])
    return odds, truth


def threshold(odds: np.ndarray[Any, Any], truth: np.ndarray[Any, Any], recall: float) -> float:
    """Return the highest threshold that finds this share of the emergencies."""
    found = np.sort(odds[truth])
    return float(found[int((1 - recall) * len(found))]) - 1e-6


def _report(name: str, odds: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> None:
    """Say how well a threshold at zero does, and what others would."""
    for share in (0.99, 0.98, 0.95):
        taken = odds >= threshold(odds, truth, share)
        print(f"  {name}, recall {share}: precision {(truth & taken).sum() / taken.sum():.3f}")
    recall, precision = counts(truth, odds >= 0)
    print(f"  {name}, at the threshold: recall {recall}, precision {precision}")


def _truth(messages: Sequence[Labelled]) -> np.ndarray[Any, Any]:
    return np.array([message.emergency for message in messages])


def _group(message: Labelled, blocks: Terms) -> str:
    if message.kind == "environment" and "#FIRE" in blocks[2]:
        return "danger"
    return KIND_OF.get(message.kind, "medical")


def _known(text: str) -> set[str]:
    """Return the English words of a text, and its pairs of Chinese characters."""
    words = words_of(folded(text))[0]
    found = {word for word in words if word.isascii() and word.isalpha()}
    found.update(first + second for first, second in pairwise(words) if HAN.match(first) and HAN.match(second))
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks._emergency_training", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--write", action="store_true", help="write the models into the plugin")
    main(parser.parse_args().write)
