"""Which features a model looks at: the documented ones, and those of each policy, kind, number and ranker."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialog_core import Candidate
from dialog_ranking.features.names import FAMILIES, FEATURES, Feature

if TYPE_CHECKING:
    from dialog_ranking.choices import Choice

TAKEN = frozenset({"margin", "log_probability", "mean_log_probability", "tokens", "groundedness"})
"""Numbers of policies that documented features already tell."""

MOST_OWN = 20  # numbers of policies' own; the ones told most often
MEANINGS = frozenset({"meaning", "evidence_meaning"})


@dataclass(frozen=True)
class Schema:
    """The columns of a matrix of features.

    Attributes:
        names: Of `FEATURES`, and `policy.faq` and the like of `FAMILIES`; the documented ones first.
    """

    names: tuple[str, ...] = tuple(FEATURES)

    def __post_init__(self) -> None:
        for name in self.names:
            if name not in FEATURES and not ("." in name and base_of(name) in FAMILIES):
                raise ValueError(f"there is no feature {name!r}")
        if len(set(self.names)) < len(self.names):
            raise ValueError("a feature stands twice among the names")

    @classmethod
    def of(
        cls,
        choices: "Sequence[Choice]",
        *,
        without: Collection[str] = (),
        encoder: bool = False,
        rankers: Sequence[str] = (),
    ) -> "Schema":
        """Return the columns there are for the policies that occur in choices.

        Args:
            choices: What is to be learnt from.
            without: Names of features, or of families, to leave out.
            encoder: Whether there is an encoder to compare meanings with.
            rankers: Names of the rankers whose probability is a feature.
        """
        candidates = [candidate for choice in choices for candidate in choice.candidates]
        policies = sorted({candidate.policy for candidate in candidates})
        names = [
            *(name for name in FEATURES if encoder or name not in MEANINGS),
            *(f"policy.{policy}" for policy in policies),
            *(f"kind.{kind}" for kind in sorted({candidate.kind for candidate in candidates})),
            *(f"other.{policy}" for policy in policies),
            *(f"own.{name}" for name in _own(candidates)),
            *(f"ranker.{ranker}" for ranker in rankers),
        ]
        unwanted = set(without)
        return cls(tuple(name for name in names if name not in unwanted and base_of(name) not in unwanted))

    @property
    def policies(self) -> frozenset[str]:
        """The policies there are columns for."""
        return frozenset(name.partition(".")[2] for name in self.names if base_of(name) in ("policy", "other"))


def base_of(name: str) -> str:
    """Return what a column is documented under: `policy` of `policy.faq`, `score` of `score`."""
    return name if name in FEATURES else name.partition(".")[0]


def documented(name: str) -> Feature:
    """Return what a column is documented as."""
    return FEATURES.get(name) or FAMILIES[base_of(name)]


def _own(candidates: Sequence[Candidate]) -> list[str]:
    told = Counter(name for candidate in candidates for name in candidate.features if name not in TAKEN)
    return sorted(sorted(told, key=lambda name: (-told[name], name))[:MOST_OWN])
