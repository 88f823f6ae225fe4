"""Fits a tagger: the averaged structured perceptron (Collins 2002), averaged once more over several orders."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialog_nlu.tagger import FEATURES_EACH, OUTSIDE, ROLE_MARK, UNKNOWN, Tagger, features, tokenize, viterbi
from dialog_nlu_training.labelled_data import Example

MOST_UPDATES = 300_000  # examples seen in one fit; of very many, one or two rounds say as much as fifteen

Matrix = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Tagged:
    """An example as words with their tags; `origin` are the words it was made of, if nobody has said it."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    origin: tuple[str, ...] | None = None


def as_sequence(example: Example) -> Tagged:
    """Cut an example into words; one that an entity touches belongs to it as a whole."""
    tokens = tokenize(example.text)
    tags = [OUTSIDE] * len(tokens)
    for mark in example.entities:
        kind = f"{mark.entity}{ROLE_MARK}{mark.role}" if mark.role else mark.entity
        inside = [at for at, token in enumerate(tokens) if token.start < mark.end and mark.start < token.end]
        for number, at in enumerate(inside):
            tags[at] = f"{'I' if number else 'B'}-{kind}"
    origin = None if example.origin is None else tuple(token.text for token in tokenize(example.origin))
    return Tagged(tuple(token.text for token in tokens), tuple(tags), origin)


def fit_tagger(
    sequences: Sequence[Tagged],
    *,
    epochs: int,
    models: int,
    seed: int,
    values: dict[str, dict[str, str]] | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Tagger:
    """Fit a tagger to examples.

    Args:
        sequences: The examples.
        epochs: How often to go through them.
        models: How many models to average.
        seed: For the orders.
        values: Normal forms for the model to know.
        advance: Is called after each round through the examples.
    """
    kinds = sorted({tag[2:] for sequence in sequences for tag in sequence.tags if tag != OUTSIDE})
    labels = [OUTSIDE, *(f"{mark}-{kind}" for kind in kinds for mark in "BI")]
    place = {label: number for number, label in enumerate(labels)}
    index: dict[str, int] = {}
    data: list[tuple[Rows, Rows]] = []
    for sequence in sequences:
        if sequence.words:
            rows = [[index.setdefault(name, len(index) + 1) for name in row] for row in features(sequence.words)]
            tags = [place[tag] for tag in sequence.tags]
            data.append((np.array(rows, dtype=np.intp), np.array(tags, dtype=np.intp)))
    rounds = max(1, min(epochs, MOST_UPDATES // max(len(data) * models, 1)))
    emissions, transitions = np.zeros((len(index) + 1, len(labels))), np.zeros((len(labels) + 1, len(labels)))
    for number in range(models):
        rng = np.random.default_rng([seed, number])
        more = _fit_once(data, emissions.shape[0], len(labels), rounds, rng, advance)
        emissions += more[0] / models
        transitions += more[1] / models
    kept = _worth_keeping(emissions)
    index = {name: new for new, (name, row) in enumerate(((n, r) for n, r in index.items() if kept[r]), start=1)}
    kept[UNKNOWN] = True
    return Tagger(labels, index, emissions[kept].astype(np.float32), transitions.astype(np.float32), values or {})


def _fit_once(
    data: Sequence[tuple[Rows, Rows]],
    rows: int,
    labels: int,
    rounds: int,
    rng: np.random.Generator,
    advance: Callable[[], None],
) -> tuple[Matrix, Matrix]:
    """Go through the data; return the weights averaged over all steps, as Daumé's thesis (2006, figure 2.3) does."""
    weights, steps = np.zeros((rows, labels)), np.zeros((rows, labels))
    transitions, transition_steps = np.zeros((labels + 1, labels)), np.zeros((labels + 1, labels))
    count = 1
    for _ in range(rounds):
        for number in rng.permutation(len(data)):
            features_of, truth = data[number]
            guess = np.array(viterbi(weights[features_of].sum(axis=1), transitions), dtype=np.intp)
            wrong = np.flatnonzero(guess != truth)
            if len(wrong):
                touched = features_of[wrong]
                for tags, sign in ((truth, 1.0), (guess, -1.0)):
                    at = (touched, np.repeat(tags[wrong, None], FEATURES_EACH, axis=1))
                    np.add.at(weights, at, sign)
                    np.add.at(steps, at, sign * count)
                    behind = (np.concatenate([[labels], tags[:-1]]), tags)
                    np.add.at(transitions, behind, sign)
                    np.add.at(transition_steps, behind, sign * count)
            count += 1
        advance()
    return weights - steps / count, transitions - transition_steps / count


def _worth_keeping(emissions: Matrix) -> NDArray[np.bool_]:
    kept: NDArray[np.bool_] = np.abs(emissions).max(axis=1) > 0
    return kept
