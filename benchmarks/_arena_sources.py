"""What is asked in the arena, by where it is from, and what its policies know.

| source | questions | right |
|---|---|---|
| banking | Banking77's test part | the reply of the true intent, which the language model has learnt to write |
| rules | CLINC150's validation and test parts | the reply of the true intent's rule |
| faq | MedQuAD's questions, reworded | the answer of an entry that has this question |
| smalltalk | questions of ChatterBot's corpus, reworded | an answer the corpus has to this question |
| out_of_scope | CLINC150's out-of-scope queries | none: the fallback |

Four of CLINC150's ten domains are rules, without what banks are asked for as well. Its banking and credit card domains
are left out, as only the language model is to know such things; so are the other domains, whose intents ("tell me a
joke", "are you a bot") the other sources have as well.
"""

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from textwrap import shorten
from typing import Any

import yaml

from benchmarks._arena import SEED, Question, Source, plain
from benchmarks._data import DATA, read_lines
from benchmarks._rewording import WORD, Rewording

CLINC = DATA / "clinc150" / "data_full.json"
BANKING = DATA / "banking77"
MEDQUAD = DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"
CHATTERBOT = DATA / "chatterbot_corpus" / "english"

INTENTS = (
    # auto and commute
    *("current_location", "oil_change_when", "oil_change_how", "uber", "traffic", "tire_pressure", "gas", "mpg"),
    *("schedule_maintenance", "distance", "directions", "last_maintenance", "gas_type", "tire_change", "jump_start"),
    # kitchen and dining
    *("recipe", "restaurant_reviews", "calories", "nutrition_info", "restaurant_suggestion", "ingredients_list"),
    *("ingredient_substitution", "cook_time", "food_last", "meal_suggestion", "restaurant_reservation"),
    *("confirm_reservation", "how_busy", "cancel_reservation", "accept_reservations"),
    # travel, without exchange_rate and travel_notification
    *("plug_type", "translate", "flight_status", "international_visa", "timezone", "travel_suggestion", "vaccines"),
    *("travel_alert", "lost_luggage", "book_flight", "book_hotel", "carry_on", "car_rental"),
    # utility
    *("weather", "alarm", "date", "find_phone", "share_location", "timer", "make_call", "calculator", "definition"),
    *("measurement_conversion", "flip_coin", "spelling", "time", "roll_dice", "text"),
)
OUT_OF_SCOPE = "out_of_scope"

RULE_REPLIES = (
    "I am on it: {words}, just as you said.",
    "Of course. This is what I have about {words}.",
    "Consider it done; {words} is what I do all day.",
    "Here is all there is to say on {words} today.",
)
BANK_REPLIES = (
    "For {words}, see Help in the app.",
    "Our team will write to you about {words}.",
    "Please check the app for {words}.",
    "You can sort out {words} under Settings.",
)

ANSWER_LENGTH = 300  # characters of MedQuAD's answers, in whole sentences: some have thousands
HELD_OUT = 1_000  # of Banking77's training part: settings of the language model were chosen on them
NOT_SMALL_TALK = ("coding", "tech_support")

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

Labelled = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something a policy knows: a question, what it is about, and the answer."""

    id: str
    question: str
    answer: str
    focus: str


def questions(chance: random.Random) -> dict[Source, list[Question]]:
    """Return all that can be asked."""
    return {
        "banking": [_banking(text, label) for text, label in banking("test")],
        "rules": [_rule(text, label) for text, label in clinc("val", "test")],
        "faq": _reworded("faq", medquad(), chance),
        "smalltalk": _reworded("smalltalk", chatterbot(), chance),
        "out_of_scope": [
            Question(text, "out_of_scope", (), plain(text)) for text in out_of_scope("oos_val", "oos_test")
        ],
    }


def _banking(text: str, label: str) -> Question:
    return Question(text, "banking", (bank_replies()[label],), plain(text))


def _rule(text: str, label: str) -> Question:
    return Question(text, "rules", (rule_replies()[label],), plain(text))


def _unknown(text: str) -> Question:
    return Question(text, "out_of_scope", (), plain(text))


def _reworded(source: Source, entries: Sequence[Entry], chance: random.Random) -> list[Question]:
    """Return the questions of entries in other words; those with the same question have the same right answers."""
    right: dict[str, dict[str, None]] = defaultdict(dict)
    for entry in entries:
        right[plain(entry.question)][entry.answer] = None
    reword = Rewording()
    return [
        Question(reword(entry.question, entry.focus, chance), source, tuple(right[group]), group)
        for entry in entries
        if (group := plain(entry.question))
    ]


@cache
def rule_replies() -> dict[str, str]:
    """Return what the rule of each intent says."""
    return _templated(INTENTS, RULE_REPLIES)


@cache
def bank_replies() -> dict[str, str]:
    """Return what is right to say to each intent of Banking77."""
    labels = json.loads((BANKING / "categories.json").read_text("utf-8"))
    return _templated(labels, BANK_REPLIES)


def _templated(labels: Iterable[str], templates: Sequence[str]) -> dict[str, str]:
    return {
        label: templates[number % len(templates)].format(words=_words(label))
        for number, label in enumerate(sorted(labels, key=str.lower))
    }


def _words(label: str) -> str:
    return label.replace("_", " ").replace("?", "").lower()


def banking(part: str) -> Labelled:
    """Return Banking77's questions of a part, with their intents.

    Args:
        part: `test`, or what the language model learns (`train`) or is measured on (`held out`) of the training part.
    """
    file = BANKING / ("test.csv" if part == "test" else "train.csv")
    with open(file, encoding="utf-8", newline="") as stream:
        rows = [(" ".join(row["text"].split()), row["category"]) for row in csv.DictReader(stream)]
    if part == "test":
        return rows
    random.Random(SEED).shuffle(rows)
    return rows[:HELD_OUT] if part == "held out" else rows[HELD_OUT:]


def clinc(*parts: str) -> Labelled:
    """Return CLINC150's queries of the intents that are rules."""
    return [(text, label) for part in parts for text, label in _clinc()[part] if label in INTENTS]


def out_of_scope(*parts: str) -> list[str]:
    """Return CLINC150's queries that are out of scope."""
    return [text for part in parts for text, _ in _clinc()[part]]


@cache
def _clinc() -> Any:
    return json.loads(CLINC.read_text("utf-8"))


@cache
def medquad() -> tuple[Entry, ...]:
    """Return MedQuAD, with short answers."""
    return tuple(
        Entry(f"{row['source']}/{row['qid']}", row["question"], _shortened(row["answer"]), row["focus"])
        for row in read_lines(MEDQUAD)
        if row["answer"].strip()
    )


def _shortened(answer: str) -> str:
    """Return the first sentences of an answer, as many as are short enough, or else the beginning of the first."""
    first, *others = _SENTENCE_END.split(" ".join(answer.split()))
    kept = shorten(first, ANSWER_LENGTH, placeholder=" ...")
    for sentence in others:
        if len(kept) + len(sentence) >= ANSWER_LENGTH:
            break
        kept = f"{kept} {sentence}"
    return kept


@cache
def chatterbot() -> tuple[Entry, ...]:
    """Return what ChatterBot's corpus has on each question: one entry for each different answer."""
    entries: dict[tuple[str, str], Entry] = {}
    for file in sorted(CHATTERBOT.glob("*.yml")):
        if file.stem in NOT_SMALL_TALK:
            continue
        for said in yaml.safe_load(file.read_text("utf-8"))["conversations"]:
            if len(said) < 2 or not all(isinstance(text, str) and WORD.search(text) for text in said[:2]):
                continue  # YAML has made a number of it
            question, answer = (" ".join(text.split()) for text in said[:2])
            focus = max(WORD.findall(question), key=len)
            entry = Entry(f"{file.stem}/{len(entries)}", question, answer, focus)
            entries.setdefault((plain(question), plain(answer)), entry)
    return tuple(entries.values())
