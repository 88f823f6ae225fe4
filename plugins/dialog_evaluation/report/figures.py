"""The figures of a report: what they are called, what they mean, and which way is better."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dialog_evaluation.replies.intervals import Interval

Better = Literal["more", "less", ""]
Unit = Literal["", "%", "s", "of 100"]
NOTHING = "–"
LEAST = 0.0001  # seconds; what is faster is told as that


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes:
        value: Its value; None: there is nothing to count.
        interval: Where it lies with 95 % confidence; None: that cannot be told.
        rows: Of how many replies it is.
    """

    value: float | None
    interval: Interval | None
    rows: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        low, high = self.interval or (None, None)
        return {"value": self.value, "low": low, "high": high, "rows": self.rows}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Figure":
        """Return what `to_json` told.

        Raises:
            KeyError, TypeError, ValueError: It did not.
        """
        value, low, high = (None if told[name] is None else float(told[name]) for name in ("value", "low", "high"))
        return cls(value, None if low is None or high is None else (low, high), int(told["rows"]))


@dataclass(frozen=True, slots=True)
class Wording:
    """How a figure is shown.

    Attributes:
        title: What it is called.
        meaning: What it says, in a few words.
        better: Which way is better; empty: neither.
        unit: What it is told in.
    """

    title: str
    meaning: str
    better: Better = "more"
    unit: Unit = "%"

    def shown(self, value: float | None, *, signed: bool = False) -> str:
        """Return a value as people read it; figures that are shares in hundredths, without the sign."""
        if value is None:
            return NOTHING
        if self.unit == "s":
            return ("+" if signed and value > 0 else "") + shown_seconds(value)
        scaled = 100 * value if self.unit == "%" else value
        digits = 1 if self.unit or abs(scaled) >= 1 or not scaled else 3 if abs(scaled) >= 0.01 else 5
        text = f"{scaled:,.{digits}f}"
        if not text.strip("-0.,"):
            return text.removeprefix("-")
        return f"+{text}" if signed and scaled > 0 else text

    def shown_interval(self, figure: Figure) -> str:
        """Return where a figure lies; empty where that is not known."""
        if figure.interval is None or figure.value is None:
            return ""
        low, high = figure.interval
        first, last = self.shown(low), self.shown(high)
        if self.unit == "s" and first.split()[-1:] == last.split()[-1:]:
            first = first.split()[0]
        return f"{first} to {last}" if low < 0 else f"{first}–{last}"


def shown_seconds(value: float) -> str:
    """Return a time as people read it."""
    size = abs(value)
    if size >= 1:
        return f"{value:.1f} s"
    if 0 < size < LEAST:
        return f"<{1000 * LEAST:.1f} ms"
    return f"{1000 * value:.0f} ms" if size >= 0.01 else f"{1000 * value:.1f} ms"


WORDINGS: Mapping[str, Wording] = {
    "bleu": Wording("BLEU", "runs of up to four words, shared with people's replies", unit="of 100"),
    "chrf": Wording("chrF", "runs of up to six characters, shared with people's replies", unit="of 100"),
    "rouge_1": Wording("ROUGE-1", "words, shared with people's replies"),
    "rouge_2": Wording("ROUGE-2", "pairs of words, shared with people's replies"),
    "rouge_l": Wording("ROUGE-L", "the longest order of words, shared with people's replies"),
    "unigram_f1": Wording("Unigram F1", "words, shared with people's replies; no articles"),
    "embedding_similarity": Wording("Similarity", "how close to people's replies in meaning, as an encoder sees it"),
    "recall_at_1": Wording("Recall@1", "the right reply comes first among wrong ones"),
    "recall_at_2": Wording("Recall@2", "the right reply is among the first two"),
    "recall_at_5": Wording("Recall@5", "the right reply is among the first five"),
    "mrr": Wording("MRR", "one divided by the rank of the right reply"),
    "chance": Wording("By chance", "what Recall@1 would be without looking", ""),
    "joint_goal_accuracy": Wording("Joint goal accuracy", "turns at which every slot is right"),
    "slot_accuracy": Wording("Slot accuracy", "slots that are right, the many without a value among them"),
    "slot_f1": Wording("Slot F1", "slots with a value"),
    "task_success": Wording("Task success", "dialogues with the goal reached and all information given"),
    "goal_reached": Wording("Goal reached", "dialogues at whose end every slot is right"),
    "information_given": Wording("Information given", "dialogues in which all that was asked for was told"),
    "answered": Wording("Answered", "replies by a policy", ""),
    "fallback": Wording("Fallback", "replies by the fallback: nobody was sure enough", ""),
    "guard": Wording("Guarded", "messages that a guard answered", ""),
    "refused": Wording("Refusals", "turns in which a guard refused a message or a reply", ""),
    "handed_over": Wording("Handed over", "turns after which a person takes over", ""),
    "failed": Wording("Failed", "turns in which nobody could answer", "less"),
    "distinct_1": Wording("Distinct-1", "of all words, the share that differs"),
    "distinct_2": Wording("Distinct-2", "of all pairs of words, the share that differs"),
    "repeated_4grams": Wording("Repeats itself", "runs of four words that a reply has had before", "less"),
    "most_frequent": Wording("Most frequent", "replies that are the most frequent one", "less"),
    "says_it_again": Wording("Says it again", "replies that were said just before", "less"),
    "characters": Wording("Characters", "in a reply, on average", "", "of 100"),
    "words": Wording("Words", "in a reply, on average", "", "of 100"),
    "seconds_p50": Wording("Time, half", "half of the turns take at most so long", "less", "s"),
    "seconds_p90": Wording("Time, 90 %", "nine of ten turns take at most so long", "less", "s"),
    "seconds_p95": Wording("Time, 95 %", "all but one in twenty", "less", "s"),
    "seconds_p99": Wording("Time, 99 %", "all but one in a hundred", "less", "s"),
    "tokens_in": Wording("Tokens read", "in a turn, by language models, on average", "less", ""),
    "tokens_out": Wording("Tokens written", "in a turn, by language models, on average", "less", ""),
    "cost": Wording("Money", "for a turn, as noted, on average", "less", ""),
}
OVERLAP = ("bleu", "chrf", "rouge_1", "rouge_2", "rouge_l", "unigram_f1", "embedding_similarity")
SELECTION = ("recall_at_1", "recall_at_2", "recall_at_5", "mrr", "chance")
STATES = ("joint_goal_accuracy", "slot_accuracy", "slot_f1", "task_success", "goal_reached", "information_given")
CONDUCT = ("answered", "fallback", "guard", "refused", "handed_over", "failed")
SPEED = ("seconds_p50", "seconds_p90", "seconds_p95", "seconds_p99")
COST = ("tokens_in", "tokens_out", "cost")
RARE = ("guard", "refused", "handed_over", "failed", "repeated_4grams", "says_it_again")
"""What need not be told where it never happened."""
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Beside what people said", OVERLAP),
    ("Picking the right reply", SELECTION),
    ("What the user wanted", STATES),
    ("Who answered", CONDUCT),
    ("Variety and repetition", ("distinct_1", "distinct_2", "repeated_4grams", "most_frequent", "says_it_again")),
    ("Length", ("characters", "words")),
    ("Time", SPEED),
    ("Cost of a turn", COST),
)
