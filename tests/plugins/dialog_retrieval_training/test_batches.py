"""In a batch, nothing that is right for one pair is wrong for another."""

from hypothesis import given
from hypothesis import strategies as st

from dialog_retrieval_training.batches import Example, make_batches
from dialog_retrieval_training.pairs import Pair


@st.composite
def examples(draw: st.DrawFn) -> list[Example]:
    found = []
    for number in range(draw(st.integers(2, 40))):
        entry = draw(st.integers(0, 9))
        wrong = (entry + draw(st.integers(1, 9))) % 10
        pair = Pair(f"asked {number}", f"entry {entry}", frozenset({entry}), "phrasing")
        found.append(Example(pair, [f"entry {wrong}"], frozenset({wrong})))
    return found


@given(examples(), st.integers(2, 8), st.integers(0, 100))
def test_no_entry_is_right_for_two_pairs_or_right_for_one_and_wrong_for_another(
    given_: list[Example], size: int, seed: int
) -> None:
    for batch in make_batches(given_, size, 2, seed):
        assert 2 <= len(batch) <= size
        right = [number for place in batch for number in given_[place].pair.right]
        assert len(right) == len(set(right))
        wrong = {number for place in batch for number in given_[place].wrong_entries}
        assert not wrong & set(right)


def test_every_pair_is_looked_at_in_every_epoch_where_there_are_enough_entries() -> None:
    many = [Example(Pair(f"asked {n}", f"found {n}", frozenset({n}), "phrasing")) for n in range(100)]
    batches = make_batches(many, 16, 3, seed=1)
    seen = [place for batch in batches for place in batch]
    assert sorted(seen) == sorted([*range(100)] * 3)
    assert batches == make_batches(many, 16, 3, seed=1)
    assert batches != make_batches(many, 16, 3, seed=2)
