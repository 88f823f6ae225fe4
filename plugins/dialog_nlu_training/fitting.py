"""Fitting the linear model of the light engine. Brings scikit-learn: imported while training only."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from dialog_core import TrainingError
from dialog_nlu.light import LinearModel
from dialog_nlu.ngrams import character_terms, word_terms
from dialog_nlu_training.labelled_data import OUT_OF_SCOPE

RARE_MATTERS_BELOW = 1000  # examples; above it a term that occurs once costs more than it tells
MOST_WEIGHTS = 40_000_000  # terms times labels; at two bytes each, what a model may weigh
FEWEST_TERMS = 5_000
MAX_ITERATIONS = 5_000


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
        found = [words.fit_transform(texts), pieces.fit_transform(texts)]
    except ValueError as error:  # scikit-learn's "empty vocabulary"
        raise TrainingError(
            "the examples have no words in them, so there is nothing to learn. Write what users would say."
        ) from error
    svm = LinearSVC(C=regularisation, dual=True, max_iter=MAX_ITERATIONS, random_state=seed % 2**32)
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


def vectorizers(examples: int, labels: int) -> tuple[Any, Any]:
    """Return what turns texts into weighed word terms and character terms."""
    rare = 1 if examples < RARE_MATTERS_BELOW else 2
    most = max(MOST_WEIGHTS // (2 * labels), FEWEST_TERMS)
    words, pieces = (
        TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, min_df=rare, max_features=most)
        for analyzer in (word_terms, character_terms)
    )
    return words, pieces
