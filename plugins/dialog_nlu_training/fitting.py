"""Fitting the linear model of the light engine. Brings scikit-learn: imported while training only."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from dialog_core import TrainingError
from dialog_nlu.light import LightEngine, LinearModel
from dialog_nlu.ngrams import character_terms, word_terms
from dialog_nlu_training.engine_fitting import Prior
from dialog_nlu_training.labelled_data import OUT_OF_SCOPE, Example

RARE_MATTERS_BELOW = 1000  # examples; above it a term that occurs once costs more than it tells
MOST_WEIGHTS = 40_000_000  # terms times labels; at two bytes each, what a model may weigh
FEWEST_TERMS = 5_000
MAX_ITERATIONS = 5_000
# Chosen on the validation data of CLINC150, whole and with 3 to 10 examples each of 15 of its intents, and on held-out
# training data of Banking77, whole and with 5 and 10 each: .1 to .9 points better there than 1 and 1.
IDF_POWER = 0.5  # how telling a term is the model learns itself; that it is rare says it loudly, and by chance often
PAIRS_COUNT = 0.6  # as much as words: their words are in them
CLOSELY_UP_TO = 30_000  # examples; of more, the last digits of the weights cost half the time and change nothing

PRIOR = Prior(
    # The temperature that linear SVMs over TF-IDF have come out with on CLINC150 and Banking77.
    temperature=0.15,
    # What bots of 3 to 75 of CLINC150's intents, with 5 to 40 examples each, come out with on its validation data. With
    # five examples an intent .57 of what is out of scope is caught then instead of .22, for 1.5 points of in-scope
    # accuracy.
    signals={"highest": -3.5, "lead": -1.2, "known_words": -2.0, "known_pieces": -7.5},
    bias=5.5,
)


class LightFitting:
    """Fits light engines to examples.

    Attributes:
        prior: What calibration begins with.
        in_turns_up_to: How many examples are all held out in turns.
        quick: Fitting takes seconds.
    """

    prior = PRIOR
    in_turns_up_to = 3_000
    quick = True

    def __init__(self, regularisation: float, seed: int) -> None:
        self._regularisation = regularisation
        self._seed = seed

    def fit(self, examples: Sequence[Example]) -> LightEngine:
        """Return an engine that has learnt the examples."""
        texts, labels = [item.text for item in examples], [item.label for item in examples]
        return LightEngine(fit_linear(texts, labels, regularisation=self._regularisation, seed=self._seed))


def fit_linear(texts: Sequence[str], labels: Sequence[str], *, regularisation: float, seed: int) -> LinearModel:
    """Return a linear model: TF-IDF of words with their neighbours and of their pieces, and an SVM for each label.

    Args:
        texts: What is said.
        labels: The label of each; `out_of_scope` is learnt like one.
        regularisation: The SVM's C.
        seed: For the order examples are looked at in.
    """
    words, pieces = vectorizers(len(texts), len(set(labels)))
    try:
        found = [weigh(words, texts), weigh(pieces, texts)]
    except ValueError as error:  # scikit-learn's "empty vocabulary"
        raise TrainingError(
            "the examples have no words in them, so there is nothing to learn. Write what users would say."
        ) from error
    tolerance = 1e-4 if len(texts) <= CLOSELY_UP_TO else 1e-2
    svm = LinearSVC(C=regularisation, dual=True, tol=tolerance, max_iter=MAX_ITERATIONS, random_state=seed % 2**32)
    with warnings.catch_warnings():
        # Not to the last digit is good enough: what is measured afterwards is what was reached.
        warnings.simplefilter("ignore", ConvergenceWarning)
        svm.fit(hstack(found, format="csr"), labels)
    weights, bias = np.asarray(svm.coef_), np.asarray(svm.intercept_)
    if len(svm.classes_) == 2:  # one SVM decides between the two
        weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
    # Out of scope comes last.
    order = np.argsort(svm.classes_ == OUT_OF_SCOPE, kind="stable")
    return LinearModel(
        labels=[str(label) for label in svm.classes_ if label != OUT_OF_SCOPE],
        words=words.get_feature_names_out().tolist(),
        pieces=pieces.get_feature_names_out().tolist(),
        idf=np.concatenate([words.idf_, pieces.idf_]).astype(np.float32),
        # Half precision, as it will be saved: what is measured is what will be served.
        weights=np.ascontiguousarray(weights[order].T).astype(np.float16),
        bias=bias[order].astype(np.float32),
    )


def weigh(vectorizer: TfidfVectorizer, texts: Sequence[str]) -> csr_matrix:
    """Fit a vectorizer to texts, have it count pairs and rare terms as much as they tell, and return what it makes."""
    found = vectorizer.fit_transform(texts)
    plain = vectorizer.idf_
    counts = plain**IDF_POWER
    if vectorizer.analyzer is word_terms:
        counts[[" " in term for term in vectorizer.get_feature_names_out()]] *= PAIRS_COUNT
    vectorizer.idf_ = counts
    return normalize(found.multiply(counts / plain).tocsr())


def vectorizers(examples: int, labels: int) -> tuple[Any, Any]:
    """Return what turns texts into weighed word terms and character terms."""
    rare = 1 if examples < RARE_MATTERS_BELOW else 2
    most = max(MOST_WEIGHTS // (2 * labels), FEWEST_TERMS)
    words, pieces = (
        TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, min_df=rare, max_features=most)
        for analyzer in (word_terms, character_terms)
    )
    return words, pieces
