"""How many emergencies the guard `emergencies` finds, and how often it takes a harmless message for one.

    python -m benchmarks.emergency_guard                        on the development messages
    python -m benchmarks.emergency_guard --set held_out         on those nothing was ever tuned on
    python -m benchmarks.emergency_guard --set chats.jsonl      on your own: {"text": ..., "label": "emergency", ...}
    python -m benchmarks.emergency_guard --threshold 0.3        with another threshold

The model has learnt from the training and the development messages, so that the figures on those flatter it: what it
does on new messages say the held-out ones, and the folds of `benchmarks._emergency_training`. Ordinary messages of
public data sets are counted apart, where there are any (set DIALOG_CORE_DATA).
"""

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks._emergency_messages import MESSAGES, Labelled, counts, f1, read_file, read_messages, wilson
from benchmarks._emergency_ordinary import ordinary
from benchmarks._table import median, percentile, print_table
from dialog_guards.emergencies.folding import is_chinese
from dialog_guards.emergencies.recognizer import Judgement, judge

LANGUAGES = ("en", "zh")
SETS = ("development", "held_out", "training")
THRESHOLD = 0.5

Judged = tuple[Labelled, Judgement, float]
"""A message, what the guard makes of it, and how many seconds that took."""


def main(name: str = "development", threshold: float = THRESHOLD) -> None:
    by_language = _read(name)
    if not any(by_language.values()):
        print(f"{name}: there are no such messages below {MESSAGES}.")
        return
    judged = {language: [_timed(message) for message in messages] for language, messages in by_language.items()}
    everything = [row for rows in judged.values() for row in rows]
    groups = {"all": everything, **judged}
    rows = [(group, *_figures(found, threshold)) for group, found in groups.items() if found]
    header = ("messages", "emergencies", "recall", "precision", "F1", "false alarms", "p50/p95 ms")
    print_table(f"Emergencies, {name}, threshold {threshold}", ("", *header), rows)
    _by("kind", everything, threshold, lambda message: message.kind)
    _by("form", everything, threshold, lambda message: message.form)
    _list("Missed", everything, lambda message, taken: message.emergency and not taken, threshold)
    _list("False alarms", everything, lambda message, taken: taken and not message.emergency, threshold)
    if name in SETS:
        _ordinary(threshold)


def _read(name: str) -> dict[str, list[Labelled]]:
    if name in SETS:
        return {language: read_messages(name, language) for language in LANGUAGES}
    messages = read_file(Path(name))
    return {
        language: [message for message in messages if is_chinese(message.text) == (language == "zh")]
        for language in LANGUAGES
    }


def _timed(message: Labelled) -> Judged:
    started = time.thread_time()  # of the processor: others at work do not count
    judgement = judge(message.text)
    return message, judgement, time.thread_time() - started


def _figures(rows: Sequence[Judged], threshold: float) -> tuple[str, ...]:
    truth, taken = [row[0].emergency for row in rows], [row[1].score >= threshold for row in rows]
    false = sum(was and not is_one for is_one, was in zip(truth, taken, strict=True))
    times = [seconds * 1e3 for _, _, seconds in rows]
    recall, precision = counts(truth, taken)
    return (
        str(len(rows)),
        str(sum(truth)),
        recall,
        precision,
        f"{f1(truth, taken):.3f}",
        wilson(false, len(rows) - sum(truth)),
        f"{median(times):.2f} / {percentile(times, 0.95):.2f}",
    )


def _by(name: str, rows: Sequence[Judged], threshold: float, key: Callable[[Labelled], str]) -> None:
    table = []
    for value in sorted({key(row[0]) for row in rows}):
        for emergency, wanted in ((True, "found"), (False, "let through")):
            mine = [row for row in rows if key(row[0]) == value and row[0].emergency == emergency]
            right = sum((row[1].score >= threshold) == emergency for row in mine)
            if mine:
                table.append((value, wanted, str(len(mine)), wilson(right, len(mine))))
    print_table(f"By {name}", (name, "", "messages", "share"), table)


def _list(title: str, rows: Iterable[Judged], wanted: Callable[[Labelled, bool], bool], threshold: float) -> None:
    print(f"\n{title}:")
    for message, judgement, _ in rows:
        if wanted(message, judgement.score >= threshold):
            print(f"  {judgement.score:.2f}  {message.kind}/{message.form}: {message.text}  ({judgement.because})")


def _ordinary(threshold: float) -> None:
    rows = []
    for language in LANGUAGES:
        for name, texts in ordinary(language, to_learn=False).items():
            alarms = sum(judge(text).score >= threshold for text in texts)
            rows.append((name, language, str(len(texts)), wilson(alarms, len(texts))))
    if rows:
        print_table("Ordinary messages taken for an emergency", ("data set", "", "messages", "share"), rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.emergency_guard", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--set", default="development", metavar="NAME", help=f"{', '.join(SETS)}, or a file (default: development)"
    )
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help="from which score on (default: %(default)s)")
    given = parser.parse_args()
    main(given.set, given.threshold)
