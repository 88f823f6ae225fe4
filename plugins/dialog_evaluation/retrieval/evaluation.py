"""Everything there is to say about how well a bot's retrievers answer a file of questions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from dialog_core import Bot, Context
from dialog_evaluation.retrieval.asking import ask
from dialog_evaluation.retrieval.measuring import Measured, measure
from dialog_evaluation.retrieval.questions import Question
from dialog_evaluation.retrieval.remarks import remarks_on
from dialog_evaluation.retrieval.significance import Difference, corrected, difference
from dialog_evaluation.seed import SEED

COMPARED = ("success_at_1", "ndcg_at_10")  # what is answered, and what is found to choose from
DEFAULT_THRESHOLD = 0.3  # of `dispatch.answer_at`


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two retrievers side by side.

    Attributes:
        ours: The one.
        theirs: The other.
        differences: Of each of `COMPARED`, how much better the one is.
    """

    ours: str
    theirs: str
    differences: Mapping[str, Difference]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well a bot's retrievers do on a file.

    Attributes:
        bot: What the bot is called.
        file: The file.
        top_k: How many entries each search was to find.
        questions: What was asked.
        retrievers: How well each does, in the bot's order.
        comparisons: Every pair of them.
        remarks: What looks wrong about the file or the bot.
    """

    bot: str
    file: Path
    top_k: int
    questions: Sequence[Question]
    retrievers: Sequence[Measured]
    comparisons: Sequence[Comparison]
    remarks: Sequence[str]

    @property
    def answerable(self) -> int:
        """How many questions the knowledge answers."""
        return sum(question.answerable for question in self.questions)

    @property
    def several(self) -> bool:
        """Whether a question has more than one right entry: then recall@1 is not how often a right one is first."""
        return any(len(question.labels) > 1 for question in self.questions)

    @property
    def best(self) -> Measured:
        """The retriever that most often has a right entry first, and of equally good ones the best of ten."""
        return max(self.retrievers, key=lambda one: tuple(one.figures[name] or 0.0 for name in COMPARED))

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "bot": self.bot,
            "file": str(self.file),
            "top_k": self.top_k,
            "counts": {
                "questions": len(self.questions),
                "answerable": self.answerable,
                "out_of_scope": len(self.questions) - self.answerable,
            },
            "retrievers": {one.name: one.to_json(self.questions) for one in self.retrievers},
            "comparisons": [asdict(one) for one in self.comparisons],
            "remarks": list(self.remarks),
        }


def evaluate(
    bot: Bot,
    retrievers: Sequence[str],
    file: Path,
    questions: Sequence[Question],
    *,
    top_k: int = 100,
    thresholds: Mapping[str, float] | None = None,
    all_known: bool = True,
    seed: int = SEED,
    advance: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Have a bot's retrievers search for every question, and measure what they find.

    Args:
        bot: The bot.
        retrievers: Names of its retrievers.
        file: Where the questions stand.
        questions: The questions with the entries that answer them.
        top_k: How many entries each search may find.
        thresholds: From which score on the bot answers what a retriever finds, by its name.
        all_known: Whether the entries are known to be there; otherwise remarks tell those that nobody found.
        seed: For what is drawn at random: the intervals, and the rounds of the tests.
        advance: Called after each search.
    """
    asked = ask(bot, retrievers, questions, top_k, advance)
    context = Context.of_command("evaluation")
    measured = [
        measure(
            name,
            questions,
            made,
            context,
            top_k=top_k,
            threshold=(thresholds or {}).get(name, DEFAULT_THRESHOLD),
            seed=seed,
        )
        for name, made in asked.items()
    ]
    return Evaluation(
        bot=bot.name,
        file=file,
        top_k=top_k,
        questions=questions,
        retrievers=measured,
        comparisons=_compared(measured, seed),
        remarks=remarks_on(questions, asked, all_known=all_known),
    )


def _compared(measured: Sequence[Measured], seed: int) -> list[Comparison]:
    pairs = [pair for pair in combinations(measured, 2) if pair[0].per_question]
    found: list[dict[str, Difference]] = [{} for _ in pairs]
    for figure in COMPARED:
        raw = [difference(ours.per_question[figure], theirs.per_question[figure], seed) for ours, theirs in pairs]
        for place, p_value in enumerate(corrected([one.p_value for one in raw])):
            found[place][figure] = replace(raw[place], p_value=p_value)
    return [Comparison(ours.name, theirs.name, one) for (ours, theirs), one in zip(pairs, found, strict=True)]
