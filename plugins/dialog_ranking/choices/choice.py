"""A choice: the candidates of one turn, and what is known of which of them were right."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dialog_core import Candidate, Turn

HISTORY = 6  # messages before the user's that a choice keeps; features look at no more
TEXT = 300  # characters of a candidate's text that features look at: as much as every trace keeps
PASSAGES, PASSAGE = 3, 200  # pieces of evidence and characters of each, likewise


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of whether a reply was right.

    Attributes:
        right: 1: right, 0: wrong; between them where people disagree.
        weight: How much it counts; 1: as much as somebody's plain word.
        source: Where it is from: `reference` (a labelled dialogue), `test` (a conversation test), `feedback`, `edit`,
            `takeover`, `rephrased`, `rating` (two replies compared side by side).
    """

    right: float
    weight: float = 1.0
    source: str = "reference"


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates of one turn, and what is known of which of them were right.

    Attributes:
        id: Unique: conversation and message.
        turn: The turn: message, language, annotations, time, and a conversation of at most `HISTORY` messages.
        candidates: In the order of the tiers.
        labels: What is known of each candidate; None: nothing.
        nobody: Whether it would have been right to say none of them, where that is known.
        tiers: In which tier each policy that was asked stands, also those that proposed nothing.
        seconds: How long each policy took.
        costs: What each policy cost, in the currency its notes are in.
        chosen: Which candidate was said; None: none, or nobody chose.
        propensity: How probable it was that just this one would be chosen; 1: no chance was involved.
        user: Who asked, as far as known: labels of one user are capped together.
        fingerprints: Those of the policies when they proposed, where they are known; see
            `Context.policy_fingerprints`.
    """

    id: str
    turn: Turn
    candidates: tuple[Candidate, ...]
    labels: tuple[Label | None, ...]
    nobody: Label | None = None
    tiers: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)
    chosen: int | None = None
    propensity: float = 1.0
    user: str = ""
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.candidates):
            raise ValueError(f"{len(self.labels)} labels for {len(self.candidates)} candidates")

    @property
    def conversation(self) -> str:
        """The id of the conversation: choices of one conversation are never split."""
        return self.turn.conversation.id

    @property
    def labelled(self) -> bool:
        """Whether anything is known of any candidate."""
        return any(label is not None for label in self.labels)

    def up_to(self, tier: int) -> "Choice":
        """Return the choice as it stood when the tiers up to this one had been asked."""
        kept = [place for place, candidate in enumerate(self.candidates) if self.tier_of(candidate) <= tier]
        chosen = kept.index(self.chosen) if self.chosen in kept else None
        return replace(
            self,
            candidates=tuple(self.candidates[place] for place in kept),
            labels=tuple(self.labels[place] for place in kept),
            chosen=chosen,
        )

    def tier_of(self, candidate: Candidate) -> int:
        """Return the tier of the policy a candidate is from; 0 where it is not known."""
        return self.tiers.get(candidate.policy, 0)
