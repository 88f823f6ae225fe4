"""The step `merged_turns`: turns that hold several speakers' lines are taken apart."""

import re
from dataclasses import replace
from typing import Literal, cast

from dialog_core import Component, Context
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn
from dialog_data.cleaning.options import MergedTurnsOptions

USER = """
    user human customer client caller patient student visitor guest question q me
    用户 客户 顾客 患者 学生 访客 问 提问 我
""".split()
BOT = """
    bot assistant agent system support operator representative doctor teacher tutor advisor answer chatbot ai
    客服 助手 机器人 医生 老师 答 回答 坐席
""".split()
LETTERS = ("a", "b")  # `A: hi B: hello`: who speaks first is the user. Behind `Q:` an `A:` is the answer.

Role = Literal["user", "bot"]


class MergedTurnsCleaner(Component[MergedTurnsOptions]):
    """Splits a turn whose text begins with a speaker's name and has another one's in it.

    Names are those of usual roles (user, customer, agent, 用户, 客服, ...), `A` and `B`, `Q` and `A`, and those of the
    options; each with a colon behind it, at the beginning of a line or of a sentence. What a source says about the
    turn as a whole, its acts and its state, stays with the last of its parts that has the turn's own role.
    """

    def __init__(self, options: MergedTurnsOptions, context: Context) -> None:
        super().__init__(options, context)
        names = {**dict.fromkeys(USER, "user"), **dict.fromkeys(BOT, "bot")}
        names |= {**dict.fromkeys(options.user, "user"), **dict.fromkeys(options.bot, "bot")}
        self._roles = {name.casefold(): cast("Role", role) for name, role in names.items()}
        words = "|".join(re.escape(name) for name in sorted({*self._roles, *LETTERS}, key=len, reverse=True))
        self._line = re.compile(
            rf"(?:^|(?<=[\n.!?。！？…”\"])|(?<=[.!?…”\"] ))[ \t]{{0,8}}({words})[ \t]?[:：]\s*", re.I
        )

    def clean(self, item: DataItem) -> DataItem:
        """Return the item with its turns taken apart."""
        if not isinstance(item, Dialogue):
            return item
        turns = [part for turn in item.turns for part in self._parts(turn)]
        if self.options.same_speaker == "join":
            turns = _joined(turns)
        return item if len(turns) == len(item.turns) else replace(item, turns=tuple(turns))

    def _parts(self, turn: DialogueTurn) -> list[DialogueTurn]:
        if turn.role == "system" or (":" not in turn.text and "：" not in turn.text):
            return [turn]
        found = list(self._line.finditer(turn.text))
        names = [match[1].casefold() for match in found]
        if not found or found[0].start() > 0 or len(set(names)) < 2:
            return [turn]
        roles = self._speakers(names)
        if len(set(roles)) < 2:
            return [turn]
        ends = [match.start() for match in found[1:]] + [len(turn.text)]
        said = [
            (role, turn.text[match.end() : end].strip()) for role, match, end in zip(roles, found, ends, strict=True)
        ]
        if any(not text for _, text in said):
            return [turn]
        owner = max((place for place, (role, _) in enumerate(said) if role == turn.role), default=len(said) - 1)
        return [
            replace(turn, role=role, text=text)
            if place == owner
            else replace(turn, role=role, text=text, acts=(), state={})
            for place, (role, text) in enumerate(said)
        ]

    def _speakers(self, names: list[str]) -> list[Role]:
        roles = dict(self._roles)
        if set(names) <= set(LETTERS):
            first = names[0]
            roles |= {name: "user" if name == first else "bot" for name in LETTERS}
        else:
            roles |= {"a": "bot", "b": "user"}
        return [roles[name] for name in names]


def _joined(turns: list[DialogueTurn]) -> list[DialogueTurn]:
    """Return the turns, those of one speaker in a row as one; acts add up, and the last state is what is known."""
    found: list[DialogueTurn] = []
    for turn in turns:
        if found and found[-1].role == turn.role and turn.role != "system":
            last = found[-1]
            found[-1] = replace(
                last,
                text="\n".join(filter(None, (last.text, turn.text))),
                metadata={**last.metadata, **turn.metadata},
                acts=(*last.acts, *turn.acts),
                state=turn.state or last.state,
            )
        else:
            found.append(turn)
    return found
