import numpy as np
import pytest

from dialog_retrieval.dense.sparse import Rows
from dialog_retrieval.dense.svd import right_singular_vectors


def sparse(dense: np.ndarray) -> Rows:
    return Rows.of([(np.flatnonzero(row).tolist(), row[row != 0].tolist()) for row in dense], dense.shape[1])


@pytest.fixture
def matrix() -> np.ndarray:
    random = np.random.default_rng(1)
    dense = random.standard_normal((60, 40)) * (random.random((60, 40)) < 0.2)
    dense[7] = dense[20:23] = dense[59] = 0  # rows without anything, also several in a row and the last
    return dense.astype(np.float32)


def test_products_with_sparse_rows_are_those_of_the_dense_matrix(matrix: np.ndarray) -> None:
    other = np.random.default_rng(2).standard_normal((40, 5)).astype(np.float32)
    assert np.allclose(sparse(matrix).times(other), matrix @ other, atol=1e-5)
    assert np.allclose(sparse(matrix).transposed().times(matrix), matrix.T @ matrix, atol=1e-4)


def test_products_are_the_same_when_taken_in_pieces(matrix: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    other = np.eye(40, dtype=np.float32)
    monkeypatch.setattr("dialog_retrieval.dense.sparse.AT_ONCE", 3)
    assert np.allclose(sparse(matrix).times(other), matrix, atol=1e-6)


def test_all_directions_of_a_small_matrix_are_found_exactly(matrix: np.ndarray) -> None:
    vectors = right_singular_vectors(sparse(matrix), 40, seed=0)
    rank = np.linalg.matrix_rank(matrix)
    assert vectors.shape == (40, rank)
    assert np.allclose(vectors.T @ vectors, np.eye(rank), atol=1e-3)
    assert np.allclose(matrix @ vectors @ vectors.T, matrix, atol=1e-2)


def test_the_strongest_directions_of_a_large_one_keep_what_matters() -> None:
    random = np.random.default_rng(3)
    topics = random.standard_normal((6, 300))
    dense = (random.standard_normal((500, 6)) @ topics + 0.01 * random.standard_normal((500, 300))).astype(np.float32)
    vectors = right_singular_vectors(sparse(dense), 6, seed=0)
    kept = np.linalg.norm(dense @ vectors) / np.linalg.norm(dense)
    assert kept > 0.999


def test_the_same_seed_gives_the_same_directions(matrix: np.ndarray) -> None:
    first, again = (right_singular_vectors(sparse(matrix), 5, seed=4) for _ in range(2))
    assert np.array_equal(first, again)
