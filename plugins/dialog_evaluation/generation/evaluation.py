"""Everything there is to say about what a bot says, compared with what people said."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import Context, DialogError
from dialog_evaluation.generation.asking import Asked, Said, Speaker, ask
from dialog_evaluation.generation.measuring import Measured, Measuring
from dialog_evaluation.generation.remarks import remarks_on
from dialog_evaluation.replies.baselines import echo, most_frequent, nearest
from dialog_evaluation.replies.cases import Case, Cases
from dialog_evaluation.replies.leakage import leakage
from dialog_evaluation.seed import SEED

MOST_FREQUENT, ECHO, NEAREST, PEOPLE = "most frequent", "echo", "nearest", "people"
FREQUENT_SHOWN = 5  # replies that are given most often


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good what a bot says is.

    Attributes:
        bot: What the bot is called.
        speaker: The policy that was measured.
        file: The file.
        dialogues: How many dialogues were held.
        answers: What was asked, with what came of it, in the order of the file.
        model: The figures of the bot's replies.
        others: Those of replies that need no model, and of what people said.
        speed: How fast it answered, as far as it is known.
        reasons: Why there was no reply, the most frequent first.
        leaked: Which shares stand word for word in the training data; None where that was not given.
        signature: How BLEU is computed.
        remarks: What looks wrong about the file or the bot.
        interrupted: Whether the user broke it off.
        given_up: Why no more was asked; empty where all was.
    """

    bot: str
    speaker: str
    file: Path
    dialogues: int
    answers: Sequence[tuple[Case, Said]]
    model: Measured
    others: Sequence[Measured]
    speed: Mapping[str, float]
    reasons: Sequence[tuple[str, int]]
    leaked: Mapping[str, float] | None
    signature: str
    remarks: Sequence[str]
    interrupted: bool = False
    given_up: str = ""

    @property
    def name(self) -> str:
        """What was measured, for those who read a report."""
        return self.speaker or self.bot

    def count(self, status: str) -> int:
        """Return how many questions were `answered`, `abstained` from, or `failed`."""
        return sum(said.status == status for _, said in self.answers)

    @property
    def failed(self) -> bool:
        """Whether the bot failed on every question, or on so many in a row that no more was asked."""
        return bool(self.given_up) or self.count("failed") == len(self.answers)

    @property
    def frequent(self) -> list[tuple[str, int]]:
        """What was said more than once, the most frequent first."""
        counts = Counter(said.text for _, said in self.answers if said.text)
        return [(text, count) for text, count in counts.most_common(FREQUENT_SHOWN) if count > 1]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "bot": self.bot,
            "policy": self.speaker or None,
            "file": str(self.file),
            "counts": {
                "dialogues": self.dialogues,
                "replies": len(self.answers),
                **{status: self.count(status) for status in ("answered", "abstained", "failed")},
            },
            "interrupted": self.interrupted,
            **self.model.to_json(),
            "bleu_signature": self.signature,
            "speed": dict(self.speed),
            "baselines": {one.name: one.to_json() for one in self.others if one.name != PEOPLE},
            "people": next(one.to_json()["figures"] for one in self.others if one.name == PEOPLE),
            "leakage": self.leaked,
            "reasons": dict(self.reasons),
            "remarks": list(self.remarks),
            "replies": [_row(*pair) for pair in self.answers],
        }


def evaluate(
    name: str,
    policy: str,
    speaker: Speaker,
    cases: Cases,
    file: Path,
    *,
    train: Sequence[Case] = (),
    jobs: int = 1,
    seed: int = SEED,
    advance: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Have a bot answer what people were asked, and compare.

    Args:
        name: What the bot is called.
        policy: The policy that speaks.
        speaker: Whoever answers.
        cases: What is asked.
        file: Where it stands.
        train: What the bot has learnt from.
        jobs: How many dialogues are held at once.
        seed: For what is drawn at random: the intervals.
        advance: Called after each question.

    Raises:
        DialogError: It failed on every question, and there are no likelihoods either.
        KeyboardInterrupt: It was broken off before anything was answered.
    """
    asked = ask(speaker, cases.by_dialogue, jobs=jobs, advance=advance)
    if not asked.answers:
        raise KeyboardInterrupt
    known = asked.interrupted or any(said.status != "failed" or said.likelihood for _, said in asked.answers)
    if not known:
        count = len(asked.answers)
        who = f"the policy {policy!r}" if policy else "the bot"
        raise DialogError(f"{who} failed on every question ({count} asked): {asked.answers[0][1].reason}")
    return _evaluation(name, policy, asked, cases, file, train, seed)


def _evaluation(
    name: str, policy: str, asked: Asked, cases: Cases, file: Path, train: Sequence[Case], seed: int
) -> Evaluation:
    pairs = asked.answers
    answered = [case for case, _ in pairs]
    said = [one for _, one in pairs]
    measuring = Measuring(answered, Context.of_command("evaluation"), seed)
    baselines = [(MOST_FREQUENT, most_frequent(answered, train)), (ECHO, echo(answered))]
    if train:
        baselines.append((NEAREST, nearest(answered, train)))
    leaked = leakage(answered, train) if train else None
    people = measuring.texts(PEOPLE, [case.reply for case in answered], against_people=False)
    return Evaluation(
        bot=name,
        speaker=policy,
        file=file,
        dialogues=len({case.dialogue for case in answered}),
        answers=pairs,
        model=measuring.said(policy or name, said),
        others=[*(measuring.texts(*baseline) for baseline in baselines), people],
        speed=measuring.speed(said),
        reasons=Counter(one.reason for one in said if one.reason).most_common(),
        leaked=leaked,
        signature=measuring.signature,
        remarks=remarks_on(asked, cases, leaked),
        interrupted=asked.interrupted,
        given_up=asked.given_up,
    )


def _row(case: Case, said: Said) -> dict[str, Any]:
    told = said.likelihood
    return {
        "dialogue": case.dialogue,
        "turn": case.number,
        "line": case.line,
        "question": case.question,
        "people": case.reply,
        "bot": said.text,
        "status": said.status,
        **({"reason": said.reason} if said.reason else {}),
        "seconds": round(said.seconds, 6),
        "cost": dict(said.cost),
        **({"groundedness": said.groundedness} if said.groundedness is not None else {}),
        **({"log_probability": told.log_probability, "tokens": told.tokens} if told else {}),
    }
