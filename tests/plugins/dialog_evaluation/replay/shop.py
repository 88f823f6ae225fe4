"""The shop: its files, what is said in it, and short ways to replay that."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dialog_core import Bot, Event, Message, Reply, read_bot_file
from dialog_evaluation.replay.comparison import Replayed
from dialog_evaluation.replay.findings import Findings
from dialog_evaluation.replay.replaying import Setting, not_asked, replay_stored
from dialog_evaluation.replay.selection import Selection

MORNING = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

MODULE = '''
import os
import time

from pydantic import Field

from dialog_core import Allow, ActionCall, Candidate, Component, Evidence, Refuse, Rewrite, hookimpl
from dialog_core.configuration import Options


def note(what):
    with open(os.environ["TILL"], "a") as till:
        till.write(what + "\\n")


class ModelOptions(Options):
    """A language model, as far as anybody can tell."""

    voice: str = Field(default="", description="How it speaks.")
    score: float = Field(default=0.8, description="How sure it is.")
    asked: str = Field(default="", description="What makes it speak; default: anything.")


class Model(Component[ModelOptions]):
    """Says at length what it was told."""

    def propose(self, turn):
        note(f"model {turn.text}")
        if self.options.asked not in turn.text:
            return []
        if "break" in turn.text:
            raise ValueError("no memory left")
        if "act" in turn.text.split():
            return [Candidate("", 0.9, action=ActionCall("refund", {"order": [1, 2]}))]
        length = 400 if "long" in turn.text else 1
        facts = tuple(evidence for found in turn.evidence.values() for evidence in found)
        text = f"{self.options.voice}I hear you say {turn.text!r}. " * length
        return [
            Candidate(text, self.options.score, evidence=facts, features={"log_prob": -0.1 * len(turn.text)}),
            Candidate("Or so.", self.options.score / 2),
        ]


class ClockOptions(Options):
    """A clock."""

    hangs: bool = Field(default=False, description="Whether it stands still.")
    fails: bool = Field(default=False, description="Whether it is broken.")


class Clock(Component[ClockOptions]):
    """Tells the time of the turn, what is drawn in it, and how often it has been asked."""

    def propose(self, turn):
        if not turn.text.startswith("time"):
            return []
        if self.options.fails:
            raise ValueError("the spring broke")
        if self.options.hangs:
            note("clock hangs")
            time.sleep(3600)
        asked = turn.conversation.memory.get(self.context.name, {}).get("asked", 0)
        return [Candidate(f"{turn.now:%H:%M:%S}, {turn.seed} {asked}", 0.9)]


class Manners(Component[Options]):
    """Refuses rude words, hides secrets, and does not swear."""

    def check_input(self, turn):
        if "fool" in turn.text:
            return Refuse("rude", "Please be polite.")
        return Rewrite(turn.text.replace("4711", "****")) if "4711" in turn.text else Allow()

    def check_output(self, turn, candidate):
        return Rewrite(candidate.text.replace("damn", "d***")) if "damn" in candidate.text else Allow()


class Nerves(Component[Options]):
    """Cannot take it."""

    def check_output(self, turn, candidate):
        raise ValueError("too much")


def refund(order):
    note(f"refund {order}")
    return "done"


@hookimpl
def dialog_register(registry):
    registry.policy("model", "dialog_till:Model", options="dialog_till:ModelOptions", category="generative")
    registry.policy("clock", "dialog_till:Clock", options="dialog_till:ClockOptions", category="clock")
    registry.guard("manners", "dialog_till:Manners")
    registry.guard("nervous", "dialog_till:Nerves")
    registry.action("refund", "dialog_till:refund")
'''

BOT = """\
version: 1
bot: {name: Finch, language: en, languages: [zh], seed: 3, session_expiry: 2h, greeting: Hello.}
plugins: till
knowledge: {faq: {path: faq.csv}}
annotators: [{use: language}]
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: tasks, use: flows, path: flows.yaml}
  - {use: clock}
  - {name: faq, use: bm25, knowledge: faq}
  - {name: llm, use: model, voice: "Well, "}
guards: [{use: manners}]
dispatch: {tiers: [[rules, tasks, clock], [faq], [llm]], accept_at: 0.7, answer_at: 0.3}
store: {use: sqlite, path: talks.db}
fallback: {en: I do not know., zh: 我不知道。}
"""
RULES = """\
entities: {name: "[A-Za-z]{2,20}"}
rules:
  - name: greet
    when: ["[hi|hello]", 你好]
    match: whole
    say:
      - "Hello!"
      - "Hi there!"
      - "Good day!"
      - {text: 您好！, language: zh}
      - {text: 你好呀！, language: zh}
  - {name: curse, when: curse, say: A damn shame.}
  - {name: name, when: "my name is {name}", say: "Welcome, {{ name }}!", set: {name: "{{ name }}"}}
  - name: bye
    when: bye
    match: whole
    say: ["Bye, {{ slots.name or 'stranger' }}!", "See you, {{ slots.name or 'stranger' }}!"]
"""
FLOWS = """\
slots:
  order: {pattern: '[0-9]{4}', ask: Which order?, invalid: It has four digits.}
  sure: {type: boolean, ask: "Shall I refund {{ slots.order }}?"}
flows:
  give_back:
    start: {when: ["give (it) back"]}
    steps:
      - collect: order
      - collect: sure
      - when: slots.sure
        then: [{do: refund, with: {order: "{{ slots.order }}"}}, {say: The money is on its way.}]
        else: [{say: "As you like."}]
"""
FAQ = """\
id,question,answer
opening,When do you open?,We open at nine.
delivery,How long does delivery take?,Three days.
zh_opening,你们几点开门？,我们九点开门。
"""
FILES = {"bot.yaml": BOT, "rules.yaml": RULES, "flows.yaml": FLOWS, "faq.csv": FAQ}

Said = tuple[str, float]
"""A message, and how many minutes after the first it comes."""

TALKS: dict[str, Sequence[Said]] = {
    "ann": [
        ("hello", 0),
        ("my name is Ann", 1),
        ("time please", 2),
        ("give it back", 3),
        ("when do you open?", 4),  # in the middle of a flow
        ("1234", 5),
        ("yes", 6),  # runs the action
        ("bye", 7),
        ("hi", 600),  # a new session
        ("bye", 601),
    ],
    "ben": [
        ("你好", 0),
        ("你们几点开门？", 1),
        ("讲个故事", 2),
        ("time now", 3),
    ],
    "cleo": [
        ("tell me a story", 0),
        ("you fool", 1),
        ("a long story", 2),
        ("my card is 4711", 3),
        ("curse", 4),
        ("please act now", 5),
        ("break down", 6),
        ("how long does delivery take", 7),
    ],
}


def hold(directory: Path, talks: dict[str, Sequence[Said]] | None = None, file: str = "bot.yaml") -> None:
    """Hold conversations with the bot, each message at its time."""
    with Bot.load(directory / file) as bot:
        for conversation, said in (TALKS if talks is None else talks).items():
            for number, (text, minutes) in enumerate(said):
                say(bot, conversation, text, f"m{number}", MORNING + timedelta(minutes=minutes))


def say(bot: Bot, conversation: str, text: str, id: str, at: datetime = MORNING) -> Reply:
    """Say something at a certain time."""
    bot._manager._clock = lambda: at
    reply: Reply = bot._loop.call(bot._manager.take(conversation, Message(text, client_id=id, at=at)))
    return reply


def record(directory: Path, conversation: str, *events: Event, file: str = "bot.yaml") -> None:
    """Append events that are nobody's reply."""
    with Bot.load(directory / file) as bot:
        bot.record(conversation, events)


def changed_bot(directory: Path, *changes: tuple[str, str], file: str = "bot.yaml") -> Path:
    """Write `other.yaml`: the bot with pieces of a file of it replaced."""
    text = (directory / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    if file != "bot.yaml":
        (directory / f"other_{file}").write_text(text, encoding="utf-8")
        text = (directory / "bot.yaml").read_text(encoding="utf-8").replace(file, f"other_{file}")
    (directory / "other.yaml").write_text(text, encoding="utf-8")
    return directory / "other.yaml"


def replay(
    directory: Path, other: Path | None = None, *, ask: Iterable[str] = (), choose: Selection | None = None, **how: Any
) -> tuple[Findings, list[Replayed]]:
    """Replay what the shop's bot has stored; return what was found and every turn in the order of the conversations."""
    spec = read_bot_file(directory / "bot.yaml", training=False)
    against = read_bot_file(other, training=False) if other else spec
    setting = replace(Setting(recorded=not_asked(against, ask), patience=20.0), **how)
    with Findings(keep_same=True) as findings:
        replay_stored(spec, against, choose or Selection(), setting, findings)
        return findings, sorted(findings, key=lambda turn: (turn.conversation, turn.position))


def differing(turns: Iterable[Replayed]) -> dict[str, tuple[str, str, str]]:
    """Return what would change: by message the kind of change, who and what."""
    return {turn.text: (turn.change, turn.after.policy, turn.after.text) for turn in turns if turn.changed}
