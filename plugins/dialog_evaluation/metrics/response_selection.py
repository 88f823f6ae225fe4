"""How high up the right reply stands where it has to be picked among wrong ones."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_evaluation.metrics.options import ResponseSelectionOptions
from dialog_evaluation.metrics.paired import check_pairs

Floats = NDArray[np.float64]


class ResponseSelection(Component[ResponseSelectionOptions]):
    """`recall_at_<k>` and `mrr`, and `chance`, what `recall_at_1` would be without looking.

    A prediction is the rank of the right reply, counted from 1; None: it was not told. A reference is how many replies
    there were to pick from: of ten, `recall_at_1` is what Lowe et al. 2015 call 1 in 10 R@1; of a hundred what
    Henderson et al. 2019 call 1-of-100 accuracy. A recall among as many as there are is always 1 and left out.
    """

    def compute(self, predictions: Sequence[int | None], references: Sequence[int]) -> dict[str, float]:
        """Return the figures; none where no rank is known."""
        return {name: float(values.mean()) for name, values in self.per_row(predictions, references).items()}

    def per_row(self, predictions: Sequence[int | None], references: Sequence[int]) -> Mapping[str, Floats]:
        """Return what each figure is the mean of: a value for each prediction that is known, in order.

        Raises:
            ValueError: A rank is none among so many replies.
        """
        check_pairs(predictions, references)
        known = [(rank, size) for rank, size in zip(predictions, references, strict=True) if rank is not None]
        if not known:
            return {}
        for rank, size in known:
            if not 1 <= rank <= size:
                raise ValueError(f"there is no rank {rank} among {size} replies")
        ranks, sizes = np.array(known, np.float64).T
        cutoffs = sorted(cutoff for cutoff in set(self.options.cutoffs) if cutoff < sizes.max())
        return {
            **{f"recall_at_{cutoff}": (ranks <= cutoff).astype(np.float64) for cutoff in cutoffs},
            "mrr": 1 / ranks,
            "chance": 1 / sizes,
        }
