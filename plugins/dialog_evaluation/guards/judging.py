"""Having a bot's guard judge messages, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from dialog_core import Bot, DialogError
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import LabelledText
from dialog_core.interfaces import Refuse, Rewrite
from dialog_core.training import line_of

FAILURES_IN_A_ROW = 10  # after so many there is something wrong with the guard and not with a message


@dataclass(frozen=True, slots=True)
class Judged:
    """What a guard said to a row.

    Attributes:
        row: The row.
        objected: Whether it refused or rewrote the text.
        reason: Why, in its words.
        text: What became of the text: as it was, or as it was rewritten; None: it was refused.
        seconds: How long that took.
        failure: In words, how it failed; empty: it did not.
    """

    row: LabelledText
    objected: bool
    reason: str
    text: str | None
    seconds: float
    failure: str = ""

    @property
    def language(self) -> str:
        """The language the row says it is in; empty: it does not say."""
        return self._said("language")

    @property
    def kind(self) -> str:
        """What kind of message it is, as the row says; empty: it does not."""
        return self._said("kind")

    @property
    def expected(self) -> str | None:
        """What should have become of the text; None: the row does not say."""
        return self._said("expected") if "expected" in self.row.metadata else None

    def _said(self, key: str) -> str:
        value = self.row.metadata.get(key)
        return "" if value is None else str(value)


def find_guard(bot: Bot, name: str) -> str:
    """Return the guard to measure.

    Args:
        bot: Whose.
        name: What the user asked for; empty: the only one there is.

    Raises:
        ConfigurationError: There is no such guard, or more than one.
    """
    if name in bot.guards:
        return name
    if not bot.guards:
        message, remedy = "the bot has no guards", "Add one under `guards:`, for example {use: pii}."
    elif name:
        message = f"there is no guard {name!r}"
        remedy = did_you_mean(name, bot.guards) or f"There are: {', '.join(bot.guards)}."
    elif len(bot.guards) == 1:
        return bot.guards[0]
    else:
        message = f"there is more than one guard: {', '.join(bot.guards)}"
        remedy = "Say which one with --guard."
    raise ConfigurationError([Problem(message, bot.path, remedy=remedy)])


def judge(
    bot: Bot, guard: str, rows: Sequence[LabelledText], *, replies: bool, advance: Callable[[], None]
) -> list[Judged]:
    """Return what the guard says to each row; where it fails on one, the others are still judged.

    Args:
        bot: Whose guard.
        guard: Its name.
        rows: What to judge.
        replies: Whether they are replies and not messages.
        advance: Called after each.

    Raises:
        DialogError: The guard fails again and again.
    """
    found: list[Judged] = []
    in_a_row = 0
    for row in rows:
        started = perf_counter()
        try:
            verdict = bot.judge(row.text, guard, reply=replies)
        except DialogError as error:
            in_a_row += 1
            if in_a_row >= FAILURES_IN_A_ROW or len(rows) == in_a_row:
                raise
            failure = f"Line {line_of(row)}: {error}"
            found.append(Judged(row, False, "", row.text, perf_counter() - started, failure))
        else:
            in_a_row, seconds = 0, perf_counter() - started
            match verdict:
                case Refuse():
                    found.append(Judged(row, True, verdict.reason, None, seconds))
                case Rewrite(text):
                    found.append(Judged(row, True, "rewritten", text, seconds))
                case _:
                    found.append(Judged(row, False, "", row.text, seconds))
        advance()
    return found
