"""1,000 rules and a message: what it costs to find those that match.

Every rule has two patterns of literal words, some with a word that may be missing, with alternatives or with a piece to
keep, as in the shop's rules; their words are those of the shop's FAQ. Most messages match none of them.

The yardstick in the same run is what one writes without a framework: 2,000 compiled expressions of Python's `re`, tried
one after the other.
"""

import random
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from benchmarks._shop import CONFIGS, questions
from benchmarks._table import median, percentile, print_table
from dialog_core.testing import make_context, make_turn
from dialog_rules.options import RulesOptions
from dialog_rules.policy import RulesPolicy

RULES = 1_000
MESSAGES = 1_000
SEED = 7
TARGET = "<= 1.0"  # p50 in ms

_WORD = re.compile(r"[a-z]{4,}")


def main() -> None:
    rng = random.Random(SEED)
    words = _words()
    patterns = [[_pattern(rng, words) for _ in range(2)] for _ in range(RULES)]
    ways: dict[str, Callable[[str], int]] = {
        f"{RULES:,} rules": _policy(patterns),
        "re, one after the other": _one_after_the_other(patterns),
    }
    asked = questions()
    times: dict[str, list[float]] = {title: [] for title in ways}
    matched = dict.fromkeys(ways, 0)
    for number in range(MESSAGES):
        # every tenth message is one of the patterns, said in words
        text = _said(rng.choice(patterns)[0]) if number % 10 == 0 else asked[number % len(asked)]
        for title, find in ways.items():
            started = time.perf_counter()
            found = find(text)
            times[title].append(time.perf_counter() - started)
            matched[title] += found > 0
    rows = [
        (
            title,
            f"{median(took) * 1e3:.3f}",
            TARGET if number == 0 else "",
            f"{percentile(took, 0.95) * 1e3:.3f}",
            f"{matched[title] / MESSAGES:.0%}",
        )
        for number, (title, took) in enumerate(times.items())
    ]
    print_table(f"Rules: {MESSAGES:,} messages", ("what", "p50 ms", "target", "p95 ms", "messages matched"), rows)


def _words() -> list[str]:
    entries = yaml.safe_load((CONFIGS / "faq.en.yaml").read_text(encoding="utf-8"))["entries"]
    return sorted({word for entry in entries for text in entry["questions"] for word in _WORD.findall(text.lower())})


def _pattern(rng: random.Random, words: list[str]) -> str:
    """Return a pattern of three to five words: `lamp [arrive|come] (today) {name}`."""
    first, second, third, fourth = rng.sample(words, 4)
    return rng.choice(
        (
            f"{first} {second} {third}",
            f"{first} [{second}|{third}] {fourth}",
            f"{first} {second} ({third}) {fourth}",
            f"{first} {second} {{name}}",
        )
    )


def _said(pattern: str) -> str:
    """Return words that match a pattern: the first of alternatives, and what may be missing is missing."""
    text = re.sub(r"\[(\w+)\|\w+\]", r"\1", pattern)
    return re.sub(r" \(\w+\)", "", text).replace("{name}", "anna")


def _policy(patterns: list[list[str]]) -> Callable[[str], int]:
    book = {
        "entities": {"name": "[a-z]+"},
        "rules": [
            {"name": f"r{number}", "when": both, "say": f"number {number}"} for number, both in enumerate(patterns)
        ],
    }
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "rules.yaml"
        path.write_text(yaml.safe_dump(book), encoding="utf-8")
        policy = RulesPolicy(RulesOptions(path=path), make_context("rules"))
    return lambda text: len(policy.propose(make_turn(text)))


def _one_after_the_other(patterns: list[list[str]]) -> Callable[[str], int]:
    def expression(pattern: str) -> str:
        source = re.sub(r"\[(\w+)\|(\w+)\]", r"(?:\1|\2)", pattern)
        source = re.sub(r" \((\w+)\)", r"(?: \1)?", source).replace("{name}", "([a-z]+)")
        return rf"\b{source}\b"

    compiled = [re.compile(expression(pattern), re.IGNORECASE) for both in patterns for pattern in both]
    return lambda text: sum(each.search(text) is not None for each in compiled)


if __name__ == "__main__":
    main()
