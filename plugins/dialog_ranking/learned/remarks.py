"""What the trace is told of candidates that could not be judged as they were in training."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dialog_core import Candidate
from dialog_ranking.features.extract import Extracted
from dialog_ranking.features.schema import Schema, documented
from dialog_ranking.staleness import remark_on_stranger, remarks_on

TOLD = 3  # names in one remark; the others are counted


class Remarks:
    """Notices stale and unknown policies, missing features, and numbers that are none."""

    def __init__(
        self,
        schema: Schema,
        used: frozenset[str],
        expected: Mapping[str, frozenset[str]],
        kinds: frozenset[str],
        stale: frozenset[str],
    ) -> None:
        """Take what was there in training.

        Args:
            schema: The columns.
            used: Those that count for anything.
            expected: For each policy, the columns its candidates nearly always had.
            kinds: The kinds of policies.
            stale: Policies that are not what they were then.
        """
        self._names = schema.names
        self._expected = expected
        self._kinds = kinds
        self._stale = stale
        self._places = {policy: place for place, policy in enumerate(expected)}
        self._wanted = np.zeros((len(expected) + 1, len(schema.names)), bool)  # the last row: of no policy
        told = frozenset(name for name in schema.names if name in used and documented(name).told)
        for policy, place in self._places.items():
            if policy not in stale:
                self._wanted[place] = [name in told and name in expected[policy] for name in schema.names]

    def on(self, candidates: Sequence[Candidate], extracted: Extracted) -> tuple[str, ...]:
        """Return what is to be told, each thing once."""
        policies = dict.fromkeys([candidate.policy for candidate in candidates])
        found = [*remarks_on(policy for policy in policies if policy in self._stale)] if self._stale else []
        found += [self._on_stranger(candidate) for candidate in candidates if candidate.policy not in self._expected]
        found += self._on_unsound(extracted.unsound)
        found += self._on_missing(candidates, extracted)
        return tuple(dict.fromkeys(found))

    def _on_stranger(self, candidate: Candidate) -> str:
        return remark_on_stranger(candidate.policy, candidate.kind, candidate.kind in self._kinds)

    def _on_unsound(self, unsound: Sequence[tuple[str, str]]) -> Iterator[str]:
        by_policy: dict[str, list[str]] = {}
        for policy, name in unsound:
            by_policy.setdefault(policy, []).append(name)
        for policy, names in by_policy.items():
            yield f"the policy {policy!r} tells what is no finite number as {_listed(names)}: taken for missing"

    def _on_missing(self, candidates: Sequence[Candidate], extracted: Extracted) -> Iterator[str]:
        rows = [self._places.get(candidate.policy, -1) for candidate in candidates]
        missing = np.isnan(extracted.matrix) & self._wanted[rows]
        if not missing.any():
            return
        unsound = set(extracted.unsound)
        by_policy: dict[str, list[str]] = {}
        for row, column in np.argwhere(missing).tolist():
            policy, name = candidates[row].policy, self._names[column]
            if (policy, name.removeprefix("own.")) not in unsound:
                by_policy.setdefault(policy, []).append(name)
        for policy, names in by_policy.items():
            yield (
                f"candidates of {policy!r} lack {_listed(names)}, which they had when the ranking was trained: "
                "it counts for nothing"
            )


def _listed(names: Sequence[str]) -> str:
    different = [repr(name[:80]) for name in dict.fromkeys(names)]
    more = len(different) - TOLD
    return ", ".join(different[:TOLD]) + (f" and {more} more" if more > 0 else "")
