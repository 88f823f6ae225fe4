"""What the figures of generated texts are called and what they mean, for those who read a report."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialog_evaluation.generation.measuring import LENGTH, LIKELIHOOD, Measured
from dialog_evaluation.replies.texts import OVERLAP, REPETITION, VARIETY

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class FigureWording:
    """How a figure is shown.

    Attributes:
        title: What it is called.
        meaning: What it says, in a few words.
        scale: What it is multiplied with.
        digits: How many there are behind the point.
    """

    title: str
    meaning: str
    scale: float = 100
    digits: int = 1

    def shown(self, value: float | None) -> str:
        """Return a value as people read it."""
        return NOTHING if value is None else f"{self.scale * value:.{self.digits}f}"


WORDINGS: Mapping[str, FigureWording] = {
    "perplexity": FigureWording("Perplexity", "among how many tokens it wavers, on average; less is better", 1),
    "bits_per_byte": FigureWording("Bits per byte", "the same for any tokenizer; less is better", 1, 3),
    "bleu": FigureWording("BLEU", "runs of up to four words, shared with people's replies", 1),
    "chrf": FigureWording("chrF", "runs of up to six characters, shared with people's replies", 1),
    "rouge_1": FigureWording("ROUGE-1", "words, shared with people's replies"),
    "rouge_2": FigureWording("ROUGE-2", "pairs of words, shared with people's replies"),
    "rouge_l": FigureWording("ROUGE-L", "the longest order of words, shared with people's replies"),
    "unigram_f1": FigureWording("Unigram F1", "words, shared with people's replies; no articles"),
    "distinct_1": FigureWording("Distinct-1", "of all words, the share that differs"),
    "distinct_2": FigureWording("Distinct-2", "of all pairs of words, the share that differs"),
    "repeated_4grams": FigureWording("Repeats itself", "of runs of four words, those a reply has had before, %"),
    "most_frequent": FigureWording("Most frequent", "of replies, those that are the most frequent one, %"),
    "says_it_again": FigureWording("Says it again", "of replies, those that were said just before, %"),
    "characters": FigureWording("Characters", "in a reply, on average", 1),
    "words": FigureWording("Words", "in a reply, on average", 1),
    "tokens": FigureWording("Tokens", "in a reply, on average", 1),
    "groundedness": FigureWording("Groundedness", "how much of a reply rests on its evidence"),
}
GROUPS = (
    ("What people said, to the model", LIKELIHOOD),
    ("What it said, to what people said", OVERLAP),
    ("Variety", VARIETY),
    ("Repetition (less is better)", REPETITION),
    ("Length", LENGTH),
    ("Evidence", ("groundedness",)),
)


def interval_of(one: Measured, name: str) -> str:
    """Return where a figure lies; empty where that is not known."""
    if name not in one.intervals or one.figures[name] is None:
        return ""
    low, high = one.intervals[name]
    return f"{WORDINGS[name].shown(low)}–{WORDINGS[name].shown(high)}"


def speed_line(speed: Mapping[str, float]) -> str:
    """Return in a sentence how fast a bot answered; empty where nothing is known."""
    told = []
    if "seconds_p50" in speed:
        told.append(f"a reply takes {_seconds(speed['seconds_p50'])} (95 %: {_seconds(speed['seconds_p95'])})")
    if "first_token_seconds_p50" in speed:
        first = f"{_seconds(speed['first_token_seconds_p50'])} (95 %: {_seconds(speed['first_token_seconds_p95'])})"
        told.append(f"its first token {first}")
    if "tokens_per_second_p50" in speed:
        slow = f"{speed['tokens_per_second_p5']:.0f}"
        told.append(f"{speed['tokens_per_second_p50']:.0f} tokens/s (slowest 5 %: {slow})")
    return "; ".join(told)


def _seconds(value: float) -> str:
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.1f} s"
