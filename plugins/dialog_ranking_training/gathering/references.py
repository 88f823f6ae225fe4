"""What a labelled dialogue says of the right reply to a message."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialog_core import Candidate, Evidence
from dialog_core.configuration import did_you_mean
from dialog_core.datasets import DialogueTurn
from dialog_ranking.choices import Label
from dialog_ranking_training.gathering.likeness import SAME, Likeness

VERDICTS: Mapping[str, bool] = {"right": True, "good": True, "wrong": False, "bad": False}


@dataclass(frozen=True, slots=True)
class Reference:
    """What is known of the right reply.

    Attributes:
        texts: In which words it may be given.
        entries: What it rests on: ids of entries, names of rules, or sources.
        policies: Who gives it; of several candidates of a policy's, the one it finds best.
        nobody: Whether nobody should answer.
        right: Whether all that is said of a reply that was right; otherwise of one that was wrong.
    """

    texts: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    nobody: bool = False
    right: bool = True

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.texts or self.entries or self.policies or self.nobody)

    def labels(
        self, candidates: Sequence[Candidate], likeness: Likeness, right_at: float
    ) -> tuple[tuple[Label | None, ...], Label | None]:
        """Return a label for each candidate, and one for saying none of them; None where nothing is known.

        Args:
            candidates: What was proposed, in full.
            likeness: Compares texts.
            right_at: How much alike a right reply is to one of the texts.
        """
        if self.nobody:
            return (Label(0.0),) * len(candidates), Label(1.0)
        first = best_of(self.policies, dict(enumerate(candidates)))
        labels = (
            self._label(candidate, likeness, right_at, first=place in first)
            for place, candidate in enumerate(candidates)
        )
        return tuple(labels), None

    def _label(self, candidate: Candidate, likeness: Likeness, right_at: float, *, first: bool) -> Label | None:
        named = first or any(rests_on(candidate, entry) for entry in self.entries)
        wordless = not candidate.text.strip()  # what its action gives would be its text
        if not self.right:
            fits = any(likeness(candidate.text, text) >= SAME for text in self.texts) if self.texts else named
            return Label(0.0) if fits else None
        if named or (not wordless and any(likeness(candidate.text, text) >= right_at for text in self.texts)):
            return Label(1.0)
        if candidate.policy in self.policies:  # as for its second thoughts, nothing is said
            return None
        return None if wordless and not (self.entries or self.policies) else Label(0.0)


def best_of(policies: Collection[str], candidates: Mapping[int, Candidate]) -> set[int]:
    """Return the places of the candidates that these policies find best, one for each policy."""
    found: dict[str, int] = {}
    for place, candidate in candidates.items():
        known = found.get(candidate.policy)
        if candidate.policy in policies and (known is None or candidate.score > candidates[known].score):
            found[candidate.policy] = place
    return set(found.values())


def read_reference(turns: Sequence[DialogueTurn]) -> tuple[Reference, list[tuple[str, str]]]:
    """Return what the bot's turns after a message say of the right reply, and what is wrong with how they say it.

    Several turns in a row are one reply; each of them alone is right, too.
    """
    wrong: list[tuple[str, str]] = []
    texts: list[str] = [turn.text for turn in turns if turn.text]
    if len(texts) > 1:
        texts.append("\n\n".join(texts))
    entries: list[str] = []
    policies: list[str] = []
    nobody, right = False, True
    for turn in turns:
        marks = turn.metadata
        texts += _names(marks, "references", wrong)
        entries += _names(marks, "entry", wrong)
        policies += _names(marks, "policy", wrong)
        for key in ("nobody", "fallback"):
            value = marks.get(key, False)
            nobody = nobody or value is True
            if not isinstance(value, bool):
                wrong.append((f"{key!r} is neither true nor false", f"Write {key}: true, or leave it out."))
        if (verdict := marks.get("label")) is not None:
            if not isinstance(verdict, str) or verdict not in VERDICTS:
                remedy = did_you_mean(str(verdict), VERDICTS)
                wrong.append((f"the label {str(verdict)[:40]!r} is not known", remedy))
            else:
                right = right and VERDICTS[verdict]
    return Reference(tuple(dict.fromkeys(texts)), tuple(entries), tuple(policies), nobody, right), wrong


def rests_on(candidate: Candidate, entry: str) -> bool:
    """Whether a candidate rests on what is called so: an entry's id, a rule's name, a source or the end of one."""
    return any(
        name == entry or (name.endswith(entry) and not name[-len(entry) - 1].isalnum())
        for piece in candidate.evidence
        for name in names_of(piece)
    )


def names_of(evidence: Evidence) -> Iterator[str]:
    """Yield everything a piece of evidence is called."""
    about = evidence.metadata
    for name in (about.get("rule"), about.get("id"), evidence.source):
        if name:
            yield str(name)
    if about.get("knowledge") and about.get("id"):
        yield f"{about['knowledge']}:{about['id']}"


def _names(marks: Mapping[str, Any], key: str, wrong: list[tuple[str, str]]) -> Iterable[str]:
    value = marks.get(key)
    if value is None:
        return []
    given = value if isinstance(value, list | tuple) else [value]
    if all(isinstance(name, str | int) and not isinstance(name, bool) and str(name).strip() for name in given):
        return [str(name).strip() for name in given]
    wrong.append((f"{key!r} is neither a name nor a list of names", f"Write {key}: NAME."))
    return []
