"""The same 10,000 messages and replies for `bm25` and for ChatterBot: how fast, and how often right.

The pairs are what users say in MultiWOZ 2.1 (validation) and CamRest676 and what they were answered, 10,000 of them
drawn with a seed. Each bot is asked messages it has seen word for word, the same with one word left out, and messages
it has not seen. A reply is right if it is one of those the message was answered with; messages are the same if they
have the same words in the same order, so 1,366 of the pairs share theirs with another one. Only messages of at least
eight words are asked: what is left of shorter ones is too often another message ("is there a [third] restaurant?"), or
none ("I need to leave on [Thursday]"). To unseen ones no reply is right; they are there for the time.

Ours is a whole turn, `Bot.reply` from a bot file with `bm25` and nothing else, each in a conversation of its own.
ChatterBot comes from PyPI into a virtual environment of its own, with its SQLite storage, `LowercaseTagger` (its
default tagger needs a download) and `read_only`, so that it does not learn from being asked; it is left out where it
cannot be installed. It takes one to two seconds a reply and is asked 60 messages of each kind; ours is asked these and
1,000 more.

    python -m benchmarks.chatterbot_pairs

The virtual environment is kept in DIALOG_CORE_BENCHMARKS, by default in the system's temporary directory. No option of
`bm25` was chosen with this data, but two things about the benchmark were, after its first figures had been seen: that
messages have at least eight words, and that punctuation does not make another message. With five words, ours finds
fewer (.99 and .95).
"""

import json
import random
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks._data import CACHE, DATA, missing, read_lines
from benchmarks._table import median, percentile, print_table
from dialog_core import Bot

CHATTERBOT = "chatterbot==1.2.15"
MULTIWOZ = DATA / "multiwoz21" / "val.compact.jsonl"
CAMREST = DATA / "camrest676" / "data" / "dialogues.json"
SEED = 20_261
PAIRS = 10_000
ASKED = 60  # of each kind, to both
MORE = 1_000  # of those that were seen, to ours
FEWEST_WORDS = 8
FASTER = 200  # times, at least
TARGETS = {"exactly": 0.99, "a word left out": 0.97}

Pair = tuple[str, str]
Words = tuple[str, ...]
Replies = Sequence[tuple[str, float]]  # what was replied, and the seconds it took

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked in one way, each with the replies that are right."""

    texts: Sequence[str]
    right: Sequence[frozenset[str]]

    def first(self, count: int) -> "Asked":
        return Asked(self.texts[:count], self.right[:count])

    def share(self, replies: Replies) -> str:
        """Return how many replies are right; nothing where none can be."""
        if not any(self.right):
            return ""
        hits = [reply in right for (reply, _), right in zip(replies, self.right, strict=True)]
        return f"{sum(hits) / len(hits):.4f}"


def main() -> None:
    if missing("ChatterBot", MULTIWOZ) or missing("ChatterBot", CAMREST):
        return
    pairs, unseen = draw(read_pairs(), PAIRS, random.Random(SEED))
    asked = questions(pairs, unseen, random.Random(SEED))
    with tempfile.TemporaryDirectory() as directory:
        ours = ask_ours(pairs, asked, Path(directory))
        theirs = ask_chatterbot(pairs, asked, Path(directory))
    rows = []
    for kind, questions_ in asked.items():
        few, more = questions_.first(ASKED), ours[kind]
        target = TARGETS.get(kind)
        if theirs:
            rows.append((kind, "ChatterBot, LowercaseTagger", *_figures(few, theirs[kind]), "", ""))
        rows.append((kind, "bm25, the same", *_figures(few, more[:ASKED]), _faster(theirs, more, kind), ""))
        hits = f">= {target}" if target else ""
        rows.append(("", f"bm25, all {len(more):,}", *_figures(questions_, more), "", hits))
    header = ("asked", "who", "replies", "hit@1", "p50 ms", "p95 ms", f"p50 faster (>= {FASTER}x)", "target of hit@1")
    print_table(f"{PAIRS:,} pairs of messages and replies (seed {SEED})", header, rows)


def _figures(asked: Asked, replies: Replies) -> tuple[str, ...]:
    times = [seconds * 1e3 for _, seconds in replies]
    return str(len(replies)), asked.share(replies), f"{median(times):.2f}", f"{percentile(times, 0.95):.2f}"


def _faster(theirs: Mapping[str, Replies], ours: Replies, kind: str) -> str:
    if not theirs:
        return ""
    return f"{median([each for _, each in theirs[kind]]) / median([each for _, each in ours[:ASKED]]):,.0f}x"


def read_pairs() -> list[Pair]:
    """Return what users said and what they were answered."""
    said = [[(turn["speaker"], turn["text"]) for turn in row["turns"]] for row in read_lines(MULTIWOZ)]
    dialogues = json.loads(CAMREST.read_text("utf-8"))
    said += [[(turn["speaker"], turn["utterance"]) for turn in row["turns"]] for row in dialogues]
    found = []
    for turns in said:
        for (speaker, message), (_, reply) in pairwise(turns):
            if speaker == "user" and message.strip() and reply.strip():
                found.append((_plain(message), _plain(reply)))
    return found


def _plain(text: str) -> str:
    """Return a text without what either bot would change in it."""
    return " ".join(text.split())


def draw(pairs: Sequence[Pair], count: int, rng: random.Random) -> tuple[list[Pair], list[str]]:
    """Return so many pairs, and the messages of the others that are in none of them."""
    shuffled = rng.sample(pairs, len(pairs))
    known = {words_of(message) for message, _ in shuffled[:count]}
    unseen = dict.fromkeys(message for message, _ in shuffled[count:] if words_of(message) not in known)
    return shuffled[:count], list(unseen)


def questions(pairs: Sequence[Pair], unseen: Sequence[str], rng: random.Random) -> dict[str, Asked]:
    """Return what is asked, by the way it is asked."""
    replies: dict[Words, set[str]] = defaultdict(set)
    for message, reply in pairs:
        replies[words_of(message)].add(reply)
    messages = [message for message in dict.fromkeys(message for message, _ in pairs) if _is_asked(message)]
    messages = rng.sample(messages, ASKED + MORE)
    right = [frozenset(replies[words_of(message)]) for message in messages]
    new = [message for message in unseen if _is_asked(message)][:ASKED]
    return {
        "exactly": Asked(messages, right),
        "a word left out": Asked([leave_out(message, rng) for message in messages], right),
        "unseen": Asked(new, [frozenset()] * len(new)),
    }


def words_of(text: str) -> Words:
    """Return the words of a text; two with the same ones in the same order are the same message."""
    return tuple(_WORD.findall(text.lower()))


def _is_asked(message: str) -> bool:
    return len(words_of(message)) >= FEWEST_WORDS


def leave_out(text: str, rng: random.Random) -> str:
    """Return a text without one of its words; punctuation that stands alone is none."""
    words = text.split()
    places = [place for place, word in enumerate(words) if any(map(str.isalnum, word))]
    del words[rng.choice(places)]
    return " ".join(words)


def ask_ours(pairs: Sequence[Pair], asked: Mapping[str, Asked], directory: Path) -> dict[str, Replies]:
    rows = [json.dumps({"id": str(at), "question": a, "answer": b}) for at, (a, b) in enumerate(pairs)]
    (directory / "pairs.jsonl").write_text("\n".join(rows), encoding="utf-8")
    file = directory / "bot.yaml"
    file.write_text(
        "version: 1\n"
        "bot: {name: Pairs, language: en}\n"
        "knowledge: {pairs: {path: pairs.jsonl}}\n"
        "policies: [{name: pairs, use: bm25, knowledge: pairs}]\n"
        "store: {use: memory}\n",
        encoding="utf-8",
    )
    found: dict[str, Replies] = {}
    with Bot.load(file) as bot:
        bot.reply(pairs[0][0])  # makes the index
        for kind, questions_ in asked.items():
            replies = []
            for number, text in enumerate(questions_.texts):
                started = time.perf_counter()
                reply = bot.reply(text, conversation=f"{kind} {number}")
                replies.append((reply.text, time.perf_counter() - started))
            found[kind] = replies
    return found


def ask_chatterbot(pairs: Sequence[Pair], asked: Mapping[str, Asked], directory: Path) -> dict[str, Replies]:
    """Return what ChatterBot replies; nothing where it cannot be installed."""
    python = _chatterbot_python()
    if python is None:
        return {}
    given, answers = directory / "questions.json", directory / "answers.json"
    texts = {kind: questions_.texts[:ASKED] for kind, questions_ in asked.items()}
    given.write_text(json.dumps({"pairs": pairs, "asked": texts}), encoding="utf-8")
    print("ChatterBot learns 10,000 pairs and is asked: some minutes", file=sys.stderr, flush=True)
    script = Path(__file__).with_name("_chatterbot.py")
    subprocess.run([python, "-I", script, given, answers], check=True)
    replies: dict[str, Replies] = json.loads(answers.read_text("utf-8"))["replies"]
    return replies


def _chatterbot_python() -> Path | None:
    home = CACHE / "chatterbot"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", CHATTERBOT]
    result = subprocess.run(install, capture_output=True, text=True)
    if result.returncode:
        print(f"ChatterBot is left out, it could not be installed: {result.stderr.strip()}", file=sys.stderr)
        return None
    return python


if __name__ == "__main__":
    main()
