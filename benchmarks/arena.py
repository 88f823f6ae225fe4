"""Who answers best when rules, retrieval and a language model all propose: rankers compared in one arena.

A seeded script builds a bot and conversations from public data (`_arena_sources.py`, `_arena_talks.py`): rules by the
intents of CLINC150, an FAQ of MedQuAD, small talk of ChatterBot's corpus, and a small language model that is trained
here, from nothing, on Banking77's questions (`_arena_bot.py`). 40 % of what is asked only the language model can
answer, and 5 % nobody. Everybody is asked in every turn and what they propose is recorded once
(`_arena_recording.py`). Rankers learn from the training part, thresholds are chosen on it (by rankers that learnt from
the rest of it) and on the validation part, and the test part is reported.

    python -m benchmarks.arena                  ten minutes to build and record, the first time
    python -m benchmarks.arena --validation     figures of the validation part, for whoever changes something
    python -m benchmarks.arena --quick          a tenth of the conversations
    python -m benchmarks.arena --build          only build and record, and say where it lies

What was built and recorded is kept in DIALOG_CORE_BENCHMARKS, by default in the system's temporary directory, and used
again until something it is made from changes; `--anew` begins from nothing. Set DIALOG_CORE_DATA if the data does not
lie in `../shared/data`.

Right is, whoever says it: the reply of the true intent's rule; an answer that MedQuAD, or the corpus of small talk, has
to the question; the reply to the true intent of Banking77. Where a question is out of scope it is right to say nothing.
"""

import argparse
import hashlib
import shutil
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks._arena import KNOWN_TO, QUICK, SEED, SHARES, WORK, Talk, write_talks
from benchmarks._arena_bot import train, write_bot
from benchmarks._arena_cascade import ANSWER_AT, Point, Turned, curve, lowest, play, point
from benchmarks._arena_feedback import feedback
from benchmarks._arena_figures import ALWAYS, Judged, best_answer_at, interval, judge
from benchmarks._arena_rankers import Alone, Oracle, ReciprocalRankFusion
from benchmarks._arena_recording import record
from benchmarks._arena_sources import BANKING, CHATTERBOT, CLINC, MEDQUAD
from benchmarks._arena_talks import make_talks
from benchmarks._arena_training import DEFAULT, LEARNERS, PRIORITY, fit
from benchmarks._data import missing
from benchmarks._table import print_table
from dialog_ranking.choices import Choice, write_choices
from dialog_ranking_training.judging import Model, policies_of
from dialog_ranking_training.measuring import measure
from dialog_ranking_training.splitting import folds

FOLDS = 3  # of the training part, to choose thresholds on
LABELS, SEEDS = (50, 200, 1_000), 20
WITHIN = 0.005  # of the accuracy of asking everybody
SHOWN = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)  # of the curve
FROM_FEEDBACK = LEARNERS[:2]  # trees need more than a thousand labels
FIGURES = ("expected_calibration_error", "brier", "coverage")

Choices = Sequence[Choice]


def main(*, validation: bool = False, quick: bool = False, anew: bool = False, build: bool = False) -> None:
    if any(missing("arena", path) for path in (CLINC, BANKING, MEDQUAD, CHATTERBOT)):
        return
    talks, choices = make_arena(quick=quick, anew=anew)
    if build:
        return
    asked = "validation" if validation else "test"
    models = {name: fit(name, choices["train"]).model for name in LEARNERS}
    print_sources(talks[asked], choices[asked], models)
    print_accuracy(choices["validation"], choices[asked], models, asked)
    for name in models:
        print_cascade(name, models[name], choices, asked)
    print_feedback(choices["train"], choices[asked], asked)


def make_arena(*, quick: bool, anew: bool) -> tuple[Mapping[str, Sequence[Talk]], Mapping[str, Choices]]:
    """Return the conversations and choices of each part; what has been built and recorded is not made again."""
    if anew:
        shutil.rmtree(WORK, ignore_errors=True)
    bot_file = write_bot(WORK / "bot")
    train(bot_file)
    talks = {part: found[: len(found) // QUICK] if quick else found for part, found in make_talks().items()}
    recorded = WORK / f"recorded-{_key(bot_file.parent)}"
    choices = {part: record(bot_file, found, recorded) for part, found in talks.items()}
    directory = WORK / "quick" if quick else WORK
    directory.mkdir(exist_ok=True)
    for part, found in choices.items():
        write_choices(found, directory / f"{part}.choices.jsonl")
        write_talks(talks[part], directory / f"{part}.talks.jsonl")
    print(f"arena: the bot is {bot_file}, and the choices lie in {directory}")
    return talks, choices


def _key(directory: Path) -> str:
    """Return what tells one bot from another: the files it is made from."""
    told = hashlib.sha256()
    for file in sorted(file for file in directory.iterdir() if file.is_file()):
        told.update(file.name.encode() + b"\0" + file.read_bytes())
    return told.hexdigest()[:10]


def print_sources(talks: Sequence[Talk], choices: Choices, models: Mapping[str, Model]) -> None:
    """Print how often those who know something are right about it, and how often rankers are."""
    source = {f"{talk.id}/m{place}": question.source for talk in talks for place, question in enumerate(talk.questions)}
    rankers = {"default": DEFAULT, **models}
    rows = []
    for name in SHARES:
        own = [choice for choice in choices if source[choice.id] == name]
        if own:
            knows = KNOWN_TO.get(name)
            alone = f"{judge(Alone(knows), own, ALWAYS).accuracy:.3f}" if knows else ""
            shares = (f"{judge(model, own).accuracy:.3f}" for model in rankers.values())
            rows.append((name, len(own), knows or "nobody", alone, *shares))
    print_table("Who is right about what", ("source", "turns", "known to", "alone", *rankers), rows)


def print_accuracy(validation: Choices, choices: Choices, models: Mapping[str, Model], asked: str) -> None:
    """Print how good rankers are when everybody is asked, and how good with an `answer_at` of their own."""
    alone = {f"{policy} alone": judge(Alone(policy), choices, ALWAYS) for policy in policies_of(choices)}
    fused = judge(ReciprocalRankFusion(), choices, ALWAYS)
    oracle = judge(Oracle(choices), choices, ALWAYS)
    rankers = {"priority": PRIORITY, "default": DEFAULT, **models}
    judged = {name: judge(model, choices) for name, model in rankers.items()}
    best = max(found.accuracy for found in alone.values())
    rows = []
    for name, found in {**alone, "reciprocal rank fusion": fused, **judged, "oracle": oracle}.items():
        gap = (found.accuracy - best) / (oracle.accuracy - best)
        told: tuple[str, ...] = ("",) * 5
        if name in judged:
            answer_at = best_answer_at(rankers[name], validation)
            own = judge(rankers[name], choices, answer_at).accuracy
            told = (*_figures(choices, found), f"{answer_at:.2f}", f"{own:.4f}")
        apart = _points(interval(choices, judged["default"].rights, found.rights))
        rows.append((name, f"{found.accuracy:.4f}", apart, f"{gap:.0%}", *told))
    count = len({choice.conversation for choice in choices})
    header = (
        "ranker",
        "right",
        "points over the default (95 %)",
        "gap closed",
        "ECE",
        "Brier",
        "answered",
        "answer_at",
        "right with it",
    )
    print_table(f"Everybody is asked: {len(choices):,} turns of {count} conversations ({asked})", header, rows)
    print("  targets: learned above all but the oracle, gap closed >= 50 %, ECE <= 0.05, Brier below priority's")


def _figures(choices: Choices, found: Judged) -> tuple[str, ...]:
    figures = measure(choices, found.verdicts, answer_at=ANSWER_AT)
    return tuple(f"{figures[name]:.4f}" for name in FIGURES)


def print_cascade(name: str, model: Model, parts: Mapping[str, Choices], asked: str) -> None:
    """Print what thresholds save; the chosen one is marked.

    As `dialog-core tune` does, it is chosen where the ranker has not learnt: on the validation part, and on the
    training part by rankers that learnt from the other conversations. A difference of half a point is hard to see in
    the validation part alone.
    """
    answer_at = best_answer_at(model, parts["validation"])
    seen = [*play(model, parts["validation"], answer_at), *_play_crossed(name, parts["train"], answer_at)]
    chosen = lowest(curve(seen), WITHIN, answer_at).accept_at
    turns = play(model, parts[asked], answer_at)
    rows = [
        _cells(point(turns, accept_at), " <- chosen" if accept_at == chosen else "")
        for accept_at in sorted({*SHOWN, chosen})
    ]
    early = sum(turn.early for turn in turns) / len(turns)
    hopeless = sum(turn.hopeless for turn in turns) / len(turns)
    header = ("accept_at", "right", "LLM calls", "saved, of those", "or of no use", "")
    print_table(f"The cascade with {name}, answer_at {answer_at:.2f} ({asked})", header, rows)
    everybody, found = point(turns, 1.01), point(turns, chosen)
    print(f"  an oracle saves {early:.1%} of the calls, as an earlier tier is right; in {hopeless:.1%} nobody is right")
    apart = (found.accuracy - everybody.accuracy) * 100
    print(f"  as chosen: {apart:+.2f} points right, {found.saved:.1%} of what the oracle saves")
    print("  targets: no more than 0.50 points below asking everybody, 85 % saved")


def _play_crossed(name: str, choices: Choices, answer_at: float) -> list[Turned]:
    turns: list[Turned] = []
    for learnt, held in folds(choices, FOLDS, SEED):
        model = fit(name, [choices[place] for place in learnt]).model
        turns += play(model, [choices[place] for place in held], answer_at)
    return turns


def _cells(one: Point, mark: str) -> tuple[str, ...]:
    shares = (f"{share:.1%}" for share in (one.calls, one.saved, one.saved_or_hopeless))
    return f"{one.accept_at:.2f}", f"{one.accuracy:.4f}", *shares, mark


def print_feedback(learnt: Choices, choices: Choices, asked: str) -> None:
    """Print what verdicts on the default ranker's replies are worth, by how many there are."""
    default = judge(DEFAULT, choices)
    rows = []
    for name in FROM_FEEDBACK:
        for count in LABELS:
            trained = [fit(name, feedback(DEFAULT, learnt, count, seed), seed) for seed in range(SEEDS)]
            found = [judge(each.model, choices).accuracy - default.accuracy for each in trained]
            spread = f"{min(found) * 100:+.2f} to {max(found) * 100:+.2f}"
            taken = sum(each.taken for each in trained)
            rows.append((name, f"{count:,}", f"{statistics.mean(found) * 100:+.2f}", spread, f"{taken} of {SEEDS}"))
    header = ("ranker", "verdicts", "points over the default", "least and most", "taken")
    print_table(f"Learning from feedback, mean of {SEEDS} seeds ({asked})", header, rows)
    print("  targets: never below -0.50, and rising")


def _points(difference: tuple[float, float, float]) -> str:
    mean, low, high = (value * 100 for value in difference)
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.arena", description=__doc__.splitlines()[0])
    parser.add_argument("--validation", action="store_true", help="figures of the validation part")
    parser.add_argument("--quick", action="store_true", help="a tenth of the conversations")
    parser.add_argument("--anew", action="store_true", help="build and record everything again")
    parser.add_argument("--build", action="store_true", help="only build and record")
    given = parser.parse_args()
    main(validation=given.validation, quick=given.quick, anew=given.anew, build=given.build)
