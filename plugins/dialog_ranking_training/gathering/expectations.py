"""What a conversation test expects of a reply, and which candidates are as expected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialog_core import Candidate, Evidence, Reply
from dialog_core.pattern import stands_in
from dialog_ranking.choices import Label
from dialog_ranking_training.gathering.references import best_of, names_of

FALLBACK = "fallback"  # what stands as the policy where nobody answers
OF_TEXT = frozenset({"bot", "contains", "lacks"})
EXACT = frozenset({"bot", "evidence"})  # what hardly two candidates of a policy fulfil
SOURCE = "test"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a step expects of the reply, as the reader `conversation_tests` has it.

    Attributes:
        written: By the key of the step: `bot`, `contains`, `lacks`, `policy`, `evidence`, `fallback`.
    """

    written: Mapping[str, Any]

    @property
    def nobody(self) -> bool:
        """Whether nobody is to answer."""
        return self.written.get("fallback") is True or self.written.get("policy") == FALLBACK

    @property
    def says_something(self) -> bool:
        """Whether a reply can be other than expected."""
        return bool(self.written)

    def labels(
        self, candidates: Sequence[Candidate], follow_up: Mapping[str, str]
    ) -> tuple[tuple[Label | None, ...], Label | None]:
        """Return a label for each candidate, and one for saying none of them; None where nothing is known.

        Args:
            candidates: What was proposed, in full.
            follow_up: What is said after a reply of another policy than that of the flow under way, by that policy.
        """
        if self.nobody:
            return (Label(0.0, source=SOURCE),) * len(candidates), Label(1.0, source=SOURCE)
        nobody = Label(0.0, source=SOURCE) if self.written.get("fallback") is False else None
        found = [self._label(candidate, follow_up) for candidate in candidates]
        if not self.written.keys() & EXACT:  # by accident a policy's second thoughts may be as expected, too
            right = {place: each for place, each in enumerate(candidates) if (label := found[place]) and label.right}
            first = best_of({candidate.policy for candidate in right.values()}, right)
            found = [None if place in right and place not in first else label for place, label in enumerate(found)]
        if self.written.keys() <= {"lacks", "fallback"}:  # what lacks a word is not right for that
            found = [None if label is not None and label.right else label for label in found]
        return tuple(found), nobody

    def holds(self, reply: Reply) -> bool:
        """Whether a reply is as expected."""
        if self.nobody or "fallback" in self.written:
            if (reply.policy == FALLBACK) is not self.nobody:
                return False
        elif reply.policy == FALLBACK and "policy" in self.written:
            return False
        return self._of_source(reply.policy, reply.evidence) and self._of_text(reply.text)

    def _label(self, candidate: Candidate, follow_up: Mapping[str, str]) -> Label | None:
        if not self.written.keys() - {"fallback"}:
            return None
        if not self._of_source(candidate.policy, candidate.evidence):
            return Label(0.0, source=SOURCE)
        if not candidate.text.strip() and self.written.keys() & OF_TEXT:
            return None  # its text is for its action to give
        added = [text for policy, text in follow_up.items() if policy != candidate.policy]
        whole = "\n\n".join([candidate.text, *added])
        return Label(float(self._of_text(candidate.text) or self._of_text(whole)), source=SOURCE)

    def _of_text(self, text: str) -> bool:
        text = text.strip()
        if "bot" in self.written and text not in [expected.strip() for expected in self._parts("bot")]:
            return False
        return all(stands_in(part, text) for part in self._parts("contains")) and not any(
            stands_in(part, text) for part in self._parts("lacks")
        )

    def _of_source(self, policy: str, evidence: Iterable[Evidence]) -> bool:
        if "policy" in self.written and self.written["policy"] != policy:
            return False
        if "evidence" not in self.written:
            return True
        names = [name for piece in evidence for name in names_of(piece)]
        wanted = self.written["evidence"]
        return not names if wanted is None else wanted in names

    def _parts(self, key: str) -> Iterator[str]:
        yield from self.written.get(key) or ()
