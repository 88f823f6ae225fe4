"""What ratings say, put together: who wins, how sure that is, why, and how far those who rate agree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from dialog_core import Context, PluginError
from dialog_evaluation.rating.reading import Ratings
from dialog_evaluation.rating.report.chance import sign_test, wilson
from dialog_evaluation.rating.report.judged import EVEN, Compared, Judged, put_together, value_of
from dialog_evaluation.rating.report.strengths import Strength, strengths
from dialog_evaluation.rating.values import REASONS, Rating

ENOUGH = 30  # pairs; with fewer, almost nothing but a landslide is more than chance
UNLIKELY = 0.05
MOST_DISPUTED = 20
WORSE, NONE_BETTER, BETTER = "worse", "none", "better"  # the values agreement is told of, in this order


@dataclass(frozen=True, slots=True)
class Standing:
    """How a system does against another.

    Attributes:
        bot: The system.
        other: The other one.
        pairs: How many pairs of replies were compared.
        equal: How many of them have the same reply twice, and count as ties.
        wins: In how many its reply is better, to most of those who rated it.
        losses: In how many the other one's is.
        bad: In how many neither is any good, to most of them.
        win_rate: The share of pairs it wins, ties being half.
        interval: Where that lies with 95 % confidence.
        p_value: How probable it is that of two equally good ones, one would win so much more often.
    """

    bot: str
    other: str
    pairs: int
    equal: int
    wins: int
    losses: int
    bad: int
    win_rate: float
    interval: tuple[float, float]
    p_value: float

    @property
    def ties(self) -> int:
        """In how many pairs neither is better, those without any good reply left out."""
        return self.pairs - self.wins - self.losses - self.bad

    @property
    def significant(self) -> bool:
        """Whether it is more than chance."""
        return self.p_value < UNLIKELY


@dataclass(frozen=True, slots=True)
class Rater:
    """How somebody rates.

    Attributes:
        name: Who.
        ratings: How many pairs.
        first: How often the first of the two was better.
        second: How often the second was.
        ties: How often they were equally good.
        bad: How often neither was any good.
        seconds: How long a decision took; the median.
        agreed: Of what others rated too, how often one of them said the same; None: nobody else has rated it.
        p_value: How probable so much more of one side is for somebody who does not care which side a reply stands on.
    """

    name: str
    ratings: int
    first: int
    second: int
    ties: int
    bad: int
    seconds: float
    agreed: float | None
    p_value: float


@dataclass(slots=True)
class Findings:
    """What ratings say.

    Attributes:
        files: The files.
        standings: How each two systems do.
        strengths: How strong each is, where there are more than two.
        agreement: Krippendorff's alpha, with how much it is told from; without `alpha` where it cannot be told.
        reasons: For each system, why its reply is better.
        lacking: Where both are bad, what they lack.
        notes: What raters wrote, with the pair.
        raters: How each of them rates.
        disputed: The pairs raters agree least about, with the systems.
        remarks: What to be careful about.
    """

    files: list[Path]
    standings: list[Standing]
    strengths: list[Strength] = field(default_factory=list)
    agreement: Mapping[str, float] = field(default_factory=dict)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    lacking: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[Judged, Rating]] = field(default_factory=list)
    raters: list[Rater] = field(default_factory=list)
    disputed: list[Judged] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many ratings there are."""
        return sum(rater.ratings for rater in self.raters)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return {
            "files": [str(file) for file in self.files],
            "standings": [{**asdict(one), "ties": one.ties} for one in self.standings],
            "strengths": [asdict(one) for one in self.strengths],
            "agreement": dict(self.agreement),
            "reasons": {name: dict(counts) for name, counts in self.reasons.items()},
            "lacking": dict(self.lacking),
            "raters": [asdict(one) for one in self.raters],
            "disputed": [_told(pair) for pair in self.disputed],
            "notes": [{"item": rating.item, "rater": rating.rater, "note": rating.note} for _, rating in self.notes],
            "remarks": list(self.remarks),
        }


def findings_of(files: Sequence[Ratings], context: Context) -> Findings:
    """Return what files of ratings say.

    Args:
        files: The files.
        context: Makes the metric `agreement`.
    """
    compared = put_together(files)
    found = Findings([one.file for one in files], [standing_of(one) for one in compared])
    pairs = [(one, pair) for one in compared for pair in one.rated]
    ratings = [rating for _, pair in pairs for rating in pair.ratings]
    for one in compared:
        for name in (one.bot, one.other):
            found.reasons.setdefault(name, Counter())
    for rating in ratings:
        into = found.lacking if rating.verdict == "neither" else found.reasons.get(rating.winner, Counter())
        into.update(reason for reason in REASONS if reason in rating.reasons)
    found.notes = [(pair, rating) for _, pair in pairs for rating in pair.ratings if rating.note]
    found.raters = [_rater(name, pairs) for name in dict.fromkeys(rating.rater for rating in ratings)]
    found.disputed = _disputed(pairs)
    found.agreement = _agreement(pairs, context, found.remarks)
    if len(found.reasons) > 2:
        told = strengths(compared)
        found.strengths = told or []
        if told is None:
            found.remarks.append(
                "How strong each system is cannot be told: some have won, or lost, every comparison with the others."
            )
    found.remarks += _remarks(files, found)
    return found


def standing_of(compared: Compared) -> Standing:
    """Return how one of two systems does against the other."""
    scores = [pair.score(compared.bot) for pair in compared.pairs]
    wins, losses = sum(score > EVEN for score in scores), sum(score < EVEN for score in scores)
    win_rate = sum(scores) / len(scores)
    return Standing(
        compared.bot,
        compared.other,
        len(scores),
        compared.equal,
        wins,
        losses,
        sum(_is_bad(pair, compared.bot) for pair in compared.rated),
        win_rate,
        wilson(win_rate, len(scores)),
        sign_test(wins, losses),
    )


def _is_bad(pair: Judged, system: str) -> bool:
    bad = sum(rating.verdict == "neither" for rating in pair.ratings)
    return pair.score(system) == EVEN and 2 * bad > len(pair.ratings)


def _rater(name: str, pairs: Sequence[tuple[Compared, Judged]]) -> Rater:
    own: list[Rating] = []
    shares: list[float] = []
    for compared, pair in pairs:
        mine = next((rating for rating in pair.ratings if rating.rater == name), None)
        if mine is None:
            continue
        own.append(mine)
        others = [rating for rating in pair.ratings if rating.rater != name]
        if others:
            value = value_of(mine, compared.bot)
            shares.append(sum(value_of(rating, compared.bot) == value for rating in others) / len(others))
    first = sum(bool(rating.winner) and rating.winner == rating.first for rating in own)
    second = sum(bool(rating.winner) and rating.winner != rating.first for rating in own)
    return Rater(
        name,
        len(own),
        first,
        second,
        ties=sum(rating.verdict == "tie" for rating in own),
        bad=sum(rating.verdict == "neither" for rating in own),
        seconds=float(median(rating.seconds for rating in own)),
        agreed=sum(shares) / len(shares) if shares else None,
        p_value=sign_test(first, second),
    )


def _disputed(pairs: Sequence[tuple[Compared, Judged]]) -> list[Judged]:
    """Return the pairs whose ratings differ most, those that most have rated first among equals."""
    spread: list[tuple[float, int, Judged]] = []
    for compared, pair in pairs:
        values = [value_of(rating, compared.bot) for rating in pair.ratings]
        mean = sum(values) / len(values)
        variance = sum((value - mean) ** 2 for value in values) / len(values)
        if variance:
            spread.append((variance, len(values), pair))
    spread.sort(key=lambda one: (-one[0], -one[1]))
    return [pair for _, _, pair in spread[:MOST_DISPUTED]]


def _agreement(pairs: Sequence[tuple[Compared, Judged]], context: Context, remarks: list[str]) -> Mapping[str, float]:
    """Return alpha of who is better: worse, none, better, in this order, so that opposite verdicts weigh most."""
    names = {0.0: WORSE, EVEN: NONE_BETTER, 1.0: BETTER}
    told = [[names[value_of(rating, one.bot)] for rating in pair.ratings] for one, pair in pairs]
    spec = {"use": "agreement", "level": "ordinal", "order": [WORSE, NONE_BETTER, BETTER]}
    try:
        found: Mapping[str, float] = context.create("metric", spec).compute(told, told)
    except PluginError as error:  # the package that reckons it is not installed
        remarks.append(f"Agreement is not told: {error}")
        return {}
    return found


def _remarks(files: Sequence[Ratings], found: Findings) -> list[str]:
    told = [
        f"{one.file}: the last line was cut off while it was written, and is left out." for one in files if one.torn
    ]
    told += [f"{one.file}: nothing is rated in it yet." for one in files if not one.ratings]
    told += [
        f"{one.bot} against {one.other}: from {ENOUGH} pairs on they tell something; there are {one.pairs}."
        for one in found.standings
        if one.pairs < ENOUGH
    ]
    if len(found.raters) == 1:
        told.append("One person has rated: how far others would agree is not known.")
    elif found.raters and not found.agreement.get("items"):
        told.append("No pair was rated by two: how far raters agree is not known.")
    elif found.raters and "alpha" not in found.agreement and found.agreement:
        told.append("All raters said one and the same of all they share: agreement beyond chance cannot be told.")
    for rater in found.raters:
        if rater.p_value < UNLIKELY:
            side, often = ("first", rater.first) if rater.first > rater.second else ("second", rater.second)
            told.append(
                f"{rater.name} prefers whatever is shown {side}: {often} of {rater.first + rater.second} decisions."
            )
    return told


def _told(pair: Judged) -> dict[str, Any]:
    item = pair.item
    return {
        "item": item.id,
        "line": item.line,
        "turns": [asdict(turn) for turn in item.turns],
        "replies": {name: reply.text for name, reply in item.replies.items()},
        "ratings": [
            {"rater": one.rater, "verdict": one.verdict, "winner": one.winner, "reasons": list(one.reasons)}
            for one in pair.ratings
        ],
    }
