"""How thoroughly an index has to search to find what is near: measured against looking at all vectors."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from dialog_retrieval.dense.faiss_vectors import FaissVectors, import_faiss
from dialog_retrieval.dense.sparse import Floats

NEIGHBOURS = 10  # of each question that are looked for
STEPS = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)
TIMED = 20  # questions whose time is taken
EQUAL = 1e-6  # vectors equally near to within rounding: whichever of them is found is right


def measure(
    vectors: FaissVectors, stored: Floats, questions: Floats, recall: float, fixed: int | None
) -> Mapping[str, Any]:
    """Set the effort of an index so that it finds as much as is wanted, and return what was measured.

    The effort is chosen on every other question, and recall is told of the rest.

    Args:
        vectors: The index.
        stored: Its vectors.
        questions: Vectors of questions.
        recall: The wanted share of the ten nearest.
        fixed: The effort, if it is not to be chosen.
    """
    if not len(questions):
        vectors.effort = fixed or STEPS[-1]
        return {"effort": vectors.effort, "measured_on": 0}
    nearest = _nearest(stored, questions)
    chosen, told = (slice(0, None, 2), slice(1, None, 2)) if len(questions) > 1 else (slice(None), slice(None))
    for effort in STEPS if fixed is None else (fixed,):
        vectors.effort = effort
        if _recall(vectors, questions[chosen], nearest[chosen]) >= recall:
            break
    flat = _seconds(lambda question: _nearest(stored, question[None]), questions)
    indexed = _seconds(lambda question: vectors.nearest(question, NEIGHBOURS, None), questions)
    return {
        "effort": vectors.effort,
        "recall_at_10": round(_recall(vectors, questions[told], nearest[told]), 4),
        "measured_on": len(questions[told]),
        "milliseconds": round(indexed * 1e3, 3),
        "times_as_fast_as_flat": round(flat / max(indexed, 1e-9), 1),
    }


def _nearest(stored: Floats, questions: Floats) -> Floats:
    """Return the inner product of each question with the last of its nearest vectors."""
    faiss = import_faiss()
    count = min(NEIGHBOURS, len(stored))
    products, _ = faiss.knn(questions, stored, count, metric=faiss.METRIC_INNER_PRODUCT)
    found: Floats = products
    return found


def _recall(vectors: FaissVectors, questions: Floats, nearest: Floats) -> float:
    shares = []
    for question, products in zip(questions, nearest, strict=True):
        found, _ = vectors.nearest(question, len(products), None)
        shares.append(np.count_nonzero(found >= products[-1] - EQUAL) / len(products))
    return float(np.mean(shares))


def _seconds(search: Callable[[Floats], object], questions: Floats) -> float:
    taken = []
    search(questions[0])  # the first one finds nothing in the caches
    for question in questions[:TIMED]:
        started = time.perf_counter()
        search(question)
        taken.append(time.perf_counter() - started)
    return float(np.median(taken))
