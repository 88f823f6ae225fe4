"""Whether replies that rest on their evidence can be told from others by the words they share.

Each reply is judged twice: with the evidence it was made from, and with evidence it has nothing to do with. The area
under the ROC curve is how often the first judgement is the higher one.

- MedQuAD: two sentences of an answer, with the whole answer; or with the answer to the same kind of question about
  another disease, or to another question about the same disease, which is harder.
- KdConv, Chinese: what people said in dialogues about films, music and travel, with the facts they had before them; or
  with facts about something else. They put them in their own words and chat in between.
- XQuAD, English and Chinese: short answers, with their paragraph; or with another paragraph of the same article.

    python -m benchmarks.groundedness

The weights of words, names and numbers were chosen beforehand and not fitted to any of this.
"""

import json
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks._data import DATA, missing, read_lines
from benchmarks._table import percentile, print_table
from dialog_generative.grounding.overlap import groundedness
from dialog_generative.grounding.words import sentences

MEDQUAD = DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"
KDCONV = DATA / "kdconv"
XQUAD = DATA / "xquad_zh_en"
QUESTIONS = 400  # of MedQuAD, and of each domain of KdConv
THRESHOLD = 0.5  # of the guard, unless told otherwise
TARGET = ">= 0.95"
HEADER = (
    "data",
    "replies",
    "AUROC",
    "target",
    "grounded p10",
    "p50",
    "others p50",
    "p90",
    "right at 0.5",
    "ms a reply",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A reply to a question, with evidence it rests on and evidence it does not rest on."""

    question: str
    reply: str
    grounds: Sequence[str]
    others: Sequence[str]


def main() -> None:
    rows: list[tuple[str, ...]] = []
    if not missing("MedQuAD", MEDQUAD):
        rows.append(measure("MedQuAD, another disease", list(medquad(same_disease=False))))
        rows.append(measure("MedQuAD, the same disease", list(medquad(same_disease=True))))
    if not missing("KdConv", KDCONV / "film" / "dev.json"):
        rows.append(measure("KdConv (zh)", list(kdconv())))
    if not missing("XQuAD", XQUAD / "xquad.zh.json"):
        rows += [measure(f"XQuAD ({language})", list(xquad(language))) for language in ("en", "zh")]
    print_table("Groundedness by words shared with the evidence", HEADER, rows)


def measure(name: str, cases: Sequence[Case]) -> tuple[str, ...]:
    """Return a row of the table."""
    started = time.perf_counter()
    grounded = [groundedness(case.reply, case.grounds, case.question) for case in cases]
    others = [groundedness(case.reply, case.others, case.question) for case in cases]
    milliseconds = (time.perf_counter() - started) * 1000 / (2 * len(cases))
    right = sum(score >= THRESHOLD for score in grounded) + sum(score < THRESHOLD for score in others)
    shown = (percentile(grounded, 0.1), percentile(grounded, 0.5), percentile(others, 0.5), percentile(others, 0.9))
    return (
        name,
        str(len(cases)),
        f"{area(grounded, others):.3f}",
        TARGET,
        *(f"{score:.2f}" for score in shown),
        f"{right / (2 * len(cases)):.3f}",
        f"{milliseconds:.2f}",
    )


def area(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Return how often a score of the first kind is above one of the second; a draw counts half."""
    ordered = sorted(lower)
    wins = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in higher)
    return wins / (2 * len(higher) * len(lower))


def medquad(*, same_disease: bool) -> Iterator[Case]:
    rows = [row for row in read_lines(MEDQUAD) if row["answer"]]
    chance = random.Random(0)
    chance.shuffle(rows)
    for row in rows[:QUESTIONS]:
        said = sentences(row["answer"])
        alike = "focus" if same_disease else "qtype"
        unlike = "qtype" if same_disease else "focus"
        others = [other for other in rows if other[alike] == row[alike] and other[unlike] != row[unlike]]
        others = [other for other in others if other["answer"] != row["answer"]]
        if len(said) >= 4 and others:
            reply = " ".join(chance.sample(said, 2))
            yield Case(row["question"], reply, [row["answer"]], [chance.choice(others)["answer"]])


def kdconv() -> Iterator[Case]:
    chance = random.Random(0)
    for domain in ("film", "music", "travel"):
        said: list[tuple[str, str, list[str], set[str]]] = []
        for dialogue in json.loads((KDCONV / domain / "dev.json").read_text(encoding="utf-8")):
            before = ""
            for message in dialogue["messages"]:
                facts = message.get("attrs") or []
                told = [f"{fact['name']} {fact['attrname']} {fact['attrvalue']}" for fact in facts]
                if told:
                    said.append((before, message["message"], told, {fact["name"] for fact in facts}))
                before = message["message"]
        for question, reply, told, names in chance.sample(said, min(QUESTIONS, len(said))):
            others = [other for *_, other, others_names in said if not names & others_names]
            yield Case(question, reply, told, chance.choice(others))


def xquad(language: str) -> Iterator[Case]:
    for article in json.loads((XQUAD / f"xquad.{language}.json").read_text(encoding="utf-8"))["data"]:
        paragraphs = article["paragraphs"]
        for number, paragraph in enumerate(paragraphs):
            other = paragraphs[(number + 1) % len(paragraphs)]["context"]
            for asked in paragraph["qas"]:
                answer = asked["answers"][0]["text"]
                if answer not in other:
                    yield Case(asked["question"], answer, [paragraph["context"]], [other])


if __name__ == "__main__":
    main()
