"""What the guards miss, and whom they bother.

    python -m benchmarks.guard_quality

Each row is a guard on a set of labelled texts, with 95 % intervals (Wilson 1927). How the texts were written stands in
`benchmarks/data/README.md`. Ordinary messages of public data sets are looked at as well, where there are any (set
DIALOG_CORE_DATA). Groundedness has a benchmark of its own, `groundedness`, and emergencies have `emergency_guard`.
"""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks._emergency_messages import wilson
from benchmarks._emergency_ordinary import ordinary
from benchmarks._guard_cases import ANSWERS, CIRCLES, FIRST_SENTENCES
from benchmarks._table import median, print_table
from dialog_core import Bot, BotSaid, Candidate
from dialog_core.interfaces import Allow, Rewrite
from dialog_core.testing import make_context, make_turn
from dialog_core.testing.turns import NOON
from dialog_guards.blocklist.guard import Blocklist
from dialog_guards.blocklist.options import BlocklistOptions
from dialog_guards.limits.length import Length
from dialog_guards.limits.options import LengthOptions, RepetitionOptions
from dialog_guards.limits.repetition import Repetition
from dialog_guards.prompt_injection.guard import PromptInjection
from dialog_guards.prompt_injection.options import PromptInjectionOptions
from dialog_guards.prompt_injection.recognizer import judge
from dialog_guards.recognizers.options import PiiOptions, PresidioOptions
from dialog_guards.recognizers.pii import PiiRecognizer

DATA = Path(__file__).parent / "data" / "guards"
LANGUAGES = ("en", "zh")
HARMLESS = "harmless"
HEADER = ("guard", "texts", "of them harmless", "recall", "precision", "false alarms", "p50 ms")


@dataclass
class Tally:
    """What a guard did to the texts of a set."""

    decisions: list[tuple[bool, bool]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    def add(self, text: str, *, harmless: bool, objected: bool, seconds: float) -> None:
        self.decisions.append((harmless, objected))
        self.times.append(seconds)
        if harmless and objected:
            self.alarms.append(text)
        if not harmless and not objected:
            self.misses.append(text)

    def row(self, name: str) -> tuple[str, ...]:
        count = self.decisions.count
        caught, missed, alarmed = count((False, True)), count((False, False)), count((True, True))
        harmless = alarmed + count((True, False))
        return (
            name,
            str(len(self.decisions)),
            str(harmless),
            wilson(caught, caught + missed),
            wilson(caught, caught + alarmed),
            wilson(alarmed, harmless),
            f"{1000 * median(self.times):.2f}",
        )


def main() -> None:
    tallies = {**injection(), **topics(), "blocklist, disguises": blocklist(), **repetition()}
    print_table("Guards on labelled texts", HEADER, [tally.row(name) for name, tally in tallies.items()])
    print()
    rows = personal_data()
    print_table("Personal data in 500 made-up messages", ("recognizer", "recall", "precision", "ms a message"), rows)
    in_passing()
    right = sum(first_sentence(text) == expected for text, expected in FIRST_SENTENCES)
    print(f"\nLength: cut after the first sentence where that ends: {wilson(right, len(FIRST_SENTENCES))}")
    for name, tally in tallies.items():
        for what, texts in (("missed", tally.misses), ("false alarm", tally.alarms)):
            for text in texts:
                print(f"{name}, {what}: {text}")


def rows_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def judged(guard: Any, rows: Iterable[dict[str, Any]]) -> Tally:
    tally = Tally()
    for row in rows:
        turn = make_turn(row["text"])
        started = time.perf_counter()
        objected = guard.check_input(turn) != Allow()
        seconds = time.perf_counter() - started
        tally.add(row["text"], harmless=row["label"] == HARMLESS, objected=objected, seconds=seconds)
    return tally


def injection() -> dict[str, Tally]:
    guard = PromptInjection(PromptInjectionOptions(), make_context())
    # Known to the author of the rules, and in words that those do not have: between the two lies what to expect.
    return {
        f"prompt_injection, {name}": judged(guard, rows_of(f"prompt_injection.{name}.jsonl"))
        for name in (*LANGUAGES, "fresh")
    }


def in_passing() -> None:
    """Say how many messages of public data sets, none of which is an attempt, are taken for one."""
    for language in LANGUAGES:
        for name, texts in ordinary(language, to_learn=False).items():
            taken = [text for text in texts if judge(text).score >= PromptInjectionOptions().threshold]
            print(
                f"prompt_injection, {name} ({language}): {len(taken)} of {len(texts)} taken for an attempt", *taken[:3]
            )


def topics() -> dict[str, Tally]:
    found = {}
    with Bot.load(DATA / "bank.yaml") as bot:
        for language in LANGUAGES:
            tally = Tally()
            for row in rows_of(f"topics.{language}.jsonl"):
                started = time.perf_counter()
                objected = bot.judge(row["text"], "topics") != Allow()
                seconds = time.perf_counter() - started
                tally.add(row["text"], harmless=row["label"] == HARMLESS, objected=objected, seconds=seconds)
            found[f"topics, {language}"] = tally
    return found


def blocklist() -> Tally:
    guard = Blocklist(BlocklistOptions(path=(DATA / "blocked.txt",)), make_context())
    return judged(guard, rows_of("blocklist.jsonl"))


def repetition() -> dict[str, Tally]:
    """An answer that was just given, in other letters too; and each other answer after it."""
    guard, found = Repetition(RepetitionOptions(), make_context()), {}
    for language, answers in ANSWERS.items():
        tally = Tally()
        for said in answers:
            turn = make_turn("and then?", events=[BotSaid(said, NOON)])
            again = [said, said.upper(), f"{said} "]
            for text in (*again, *(other for other in answers if other != said)):
                started = time.perf_counter()
                objected = guard.check_output(turn, generated(text)) != Allow()
                seconds = time.perf_counter() - started
                tally.add(text, harmless=text not in again, objected=objected, seconds=seconds)
        found[f"repetition, {language}"] = tally
    circles, fresh = Tally(), make_turn("and then?")
    for text in (*CIRCLES, *(answer for answers in ANSWERS.values() for answer in answers)):
        objected = guard.check_output(fresh, generated(text)) != Allow()
        circles.add(text, harmless=text not in CIRCLES, objected=objected, seconds=0.0)
    found["repetition, circles"] = circles
    return found


def first_sentence(text: str) -> str:
    verdict = Length(LengthOptions(sentences=1), make_context()).check_output(make_turn("?"), generated(text))
    return verdict.text if isinstance(verdict, Rewrite) else text


def generated(text: str) -> Candidate:
    return replace(Candidate(text, 1.0), kind="generative")


def personal_data() -> Sequence[tuple[str, ...]]:
    try:
        from tests.plugins.dialog_guards.measuring import measure
        from tests.plugins.dialog_guards.pii_messages import messages
    except ImportError as error:  # the extra `dev` brings Faker
        return [(f"not measured: {error}", "", "", "")]
    recognizers: dict[str, Any] = {"pii": PiiRecognizer(PiiOptions(), make_context())}
    try:
        import presidio_analyzer  # noqa: F401

        from dialog_guards.recognizers.presidio import PresidioRecognizer

        recognizers["presidio with pii"] = PresidioRecognizer(PresidioOptions(), make_context())
        recognizers["presidio alone"] = PresidioRecognizer(PresidioOptions(with_builtin=False), make_context())
    except ImportError:
        pass
    rows = []
    everything = messages()
    for name, recognizer in recognizers.items():
        recognizer.find("warm up")
        for language in ("", *LANGUAGES):
            some = [message for message in everything if language in ("", message.language)]
            started = time.perf_counter()
            figures = measure(recognizer, some)
            milliseconds = 1000 * (time.perf_counter() - started) / len(some)
            right, of = figures.found, figures.found + len(figures.missed)
            found = wilson(right, right + len(figures.false))
            rows.append((f"{name} {language}".strip(), wilson(right, of), found, f"{milliseconds:.2f}"))
    rows.append(("names of people", *names(recognizers["pii"]), ""))
    return rows


def names(recognizer: Any) -> tuple[str, str]:
    """Return how many names are found: none, since that takes a model; whoever has one registers a recognizer."""
    from faker import Faker

    found = 0
    for locale, said in (("en_US", "My name is {}, hello."), ("zh_CN", "我叫{}，你好。")):
        fake = Faker(locale)
        fake.seed_instance(1)
        found += sum(bool(recognizer.find(said.format(fake.name()))) for _ in range(100))
    return wilson(found, 200), "-"


if __name__ == "__main__":
    main()
