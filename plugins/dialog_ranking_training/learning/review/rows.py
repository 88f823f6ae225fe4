"""What a review file may say: its rows as models, and as suggestions."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dialog_core.configuration import Options
from dialog_ranking_training.learning.suggestion import Decision, Kind, Origin, Seen, Suggestion


def _moment(value: Any) -> Any:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"needs a time such as 2026-01-31T12:00:00+00:00, not {value[:60]!r}") from None
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) and moment.tzinfo is None else moment


def _texts(value: Any) -> Any:
    return (value,) if isinstance(value, str) else () if value is None else value


def _text(value: Any) -> Any:
    return "" if value is None else value


def _decision(value: Any) -> Any:
    return "" if value is None or value in ("later", "skip") else value


Moment = Annotated[datetime, BeforeValidator(_moment)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Text = Annotated[str, BeforeValidator(_text)]


class OriginRow(Options):
    """Where a suggestion comes from."""

    conversation: str
    at: Moment
    author: Text = ""


class SeenRow(Options):
    """What speaks for it."""

    messages: int
    people: int
    first: Moment
    last: Moment


class SuggestionRow(Options):
    """A suggestion."""

    id: str = Field(min_length=1)
    kind: Kind
    decision: Annotated[Literal["", "accept", "dismiss"], BeforeValidator(_decision)] = ""
    title: Text = ""
    knowledge: Text = ""
    entry: Text = ""
    resembles: Text = ""
    questions: Texts = ()
    answer: Text = ""
    said: Text = ""
    others: Texts = ()
    note: Text = ""
    seen: SeenRow
    origins: tuple[OriginRow, ...] = ()
    decided: Moment | None = None
    written: Text = ""
    proposed: Text = ""
    covers: Text = ""

    def suggestion(self) -> Suggestion:
        """Return it as a suggestion."""
        decision: Decision = self.decision
        return Suggestion(
            id=self.id,
            kind=self.kind,
            title=self.title,
            questions=tuple(text.strip() for text in self.questions if text.strip()),
            answer=self.answer.strip("\n"),
            seen=Seen(
                self.seen.messages,
                self.seen.people,
                self.seen.first,
                self.seen.last,
                tuple(Origin(row.conversation, row.at, row.author) for row in self.origins),
                tuple(self.covers.split()),
            ),
            knowledge=self.knowledge,
            entry=self.entry,
            resembles=self.resembles,
            said=self.said,
            others=self.others,
            decision=decision,
            decided=self.decided,
            written=self.written,
            note=self.note,
        )


class ReviewRows(Options):
    """A review file."""

    version: Literal[1]
    suggestions: tuple[SuggestionRow, ...] = ()
    decided: tuple[SuggestionRow, ...] = ()
