"""Reading, merging and writing a review file. What a person has decided or changed in it always stays."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem, read_yaml, validate
from dialog_ranking_training.learning.atomic import replace_file
from dialog_ranking_training.learning.review.rows import ReviewRows
from dialog_ranking_training.learning.review.text import review_text
from dialog_ranking_training.learning.suggestion import Decision, Suggestion


class Review:
    """The suggestions for a bot, and what a person has decided about them.

    Every decision is in the file before anything else happens. Somebody may edit the file meanwhile: what they have
    written is read before the file is written again.

    Args:
        path: The file; it need not be there yet.
        head: What stands above everything in it.

    Attributes:
        path: The file.
        open: What nobody has decided about, in the order to look at it.
        decided: What somebody has decided about, in the order they did.

    Raises:
        ConfigurationError: The file is no review file; it is left as it is.
    """

    def __init__(self, path: Path, head: str) -> None:
        self.path = path
        self.open: list[Suggestion] = []
        self.decided: list[Suggestion] = []
        self._head = head
        self._proposed: dict[str, str] = {}
        self._known: bytes | None = None
        self._read()

    @property
    def accepted(self) -> list[Suggestion]:
        """What is marked as accepted in the file and not written into the knowledge yet."""
        return [suggestion for suggestion in self.open if suggestion.decision == "accept"]

    def merge(self, found: Sequence[Suggestion], *, partial: bool) -> None:
        """Take up what was found now.

        A suggestion that was there before keeps its id and what a person has changed in it; what speaks for it is
        brought up to date. One that is not found again goes, unless a person has changed it.

        Args:
            found: What was found.
            partial: Whether only a part of the conversations was looked at: then nothing goes.
        """
        before = list(self.open)
        merged: list[Suggestion] = []
        for suggestion in found:
            old = _most_alike(suggestion, before)
            if old is None:
                self._proposed[suggestion.id] = suggestion.content
                merged.append(suggestion)
                continue
            before.remove(old)
            touched = self._touched(old)
            self._proposed[old.id] = self._proposed.get(old.id, "") if touched else suggestion.content
            merged.append(replace(old, seen=suggestion.seen) if touched else replace(suggestion, id=old.id))
        left = [old for old in before if partial or self._touched(old)]
        self.open = sorted([*merged, *left], key=lambda suggestion: suggestion.order)

    def decide(self, suggestion: Suggestion, decision: Decision, written: str = "") -> None:
        """Keep a decision, in the file at once.

        Args:
            suggestion: As the person wants it.
            decision: What they have decided.
            written: Where it was written to.
        """
        done = replace(suggestion, decision=decision, decided=datetime.now(UTC).replace(microsecond=0), written=written)

        def move() -> None:
            self.open = [other for other in self.open if other.id != suggestion.id]
            self.decided = [*(other for other in self.decided if other.id != suggestion.id), done]

        self._change(move)

    def edit(self, suggestion: Suggestion) -> None:
        """Keep a person's wording of a suggestion, in the file at once."""

        def put() -> None:
            self.open = [suggestion if other.id == suggestion.id else other for other in self.open]

        self._change(put)

    def reopen(self, suggestion: Suggestion) -> None:
        """Take back a decision that nothing was written for."""
        again = replace(suggestion, decision="", decided=None, written="")

        def move() -> None:
            self.decided = [other for other in self.decided if other.id != suggestion.id]
            self.open = sorted(
                [*(other for other in self.open if other.id != suggestion.id), again], key=lambda other: other.order
            )

        self._change(move)

    def save(self) -> None:
        """Write the file, if it would be another one."""
        content = review_text(self.open, self.decided, self._proposed, self._head).encode()
        if content != self._known:
            replace_file(self.path, content)
            self._known = content

    def settle(self) -> None:
        """Move what the file says is dismissed to what is decided."""
        for suggestion in [other for other in self.open if other.decision == "dismiss"]:
            self.decide(suggestion, "dismiss")

    def _change(self, change: Callable[[], None]) -> None:
        if self._content() != self._known:
            self._read()  # somebody has edited it meanwhile
        change()
        self.save()

    def _content(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ConfigurationError([Problem(f"cannot be read: {error.strerror}", self.path)]) from error

    def _read(self) -> None:
        content = self._content()
        if content is None:
            return  # it is not there yet, or somebody has just removed it: what is known is written anew
        rows = validate(ReviewRows, read_yaml(self.path))
        _refuse_twice(self.path, rows)
        self.open = [row.suggestion() for row in rows.suggestions]
        self.decided = [row.suggestion() for row in rows.decided]
        self._proposed = {row.id: row.proposed for row in rows.suggestions}
        self._known = content

    def _touched(self, suggestion: Suggestion) -> bool:
        """Whether a person has changed or decided anything in it."""
        proposed = self._proposed.get(suggestion.id, "")
        return bool(suggestion.decision or suggestion.note) or suggestion.content != proposed


def _most_alike(suggestion: Suggestion, others: Sequence[Suggestion]) -> Suggestion | None:
    """Return the suggestion with most exchanges in common, of those that have any."""
    marks = set(suggestion.seen.covers)
    shared = [(len(marks.intersection(other.seen.covers)), other.id == suggestion.id, other) for other in others]
    best = max(shared, key=lambda item: item[:2], default=None)
    return best[2] if best is not None and (best[0] or best[1]) else None


def _refuse_twice(path: Path, rows: ReviewRows) -> None:
    seen: set[str] = set()
    for row in (*rows.suggestions, *rows.decided):
        if row.id in seen:
            raise ConfigurationError([Problem(f"the id {row.id!r} stands there twice", path, remedy="Remove one.")])
        seen.add(row.id)
