"""The reader `transcript`: a plain text of who says what, a blank line between dialogues."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.files.problems import FileProblems
from dialog_data.sources.dialogue_source import Place, Role, a_dialogue, a_turn
from dialog_data.sources.line_groups import LineGroup, line_groups
from dialog_data.sources.records import Unfit
from dialog_data.sources.source import SourceReader

NAMES: Mapping[Role, tuple[str, ...]] = {
    "user": (
        *("user", "human", "customer", "client", "caller", "visitor", "student", "patient", "me", "q", "a"),
        *("用户", "客户", "顾客", "学生", "患者", "我", "问", "甲"),
    ),
    "bot": (
        *("bot", "assistant", "agent", "operator", "support", "ai", "chatbot", "tutor", "teacher", "doctor", "b"),
        *("客服", "机器人", "助手", "助理", "老师", "医生", "坐席", "答", "乙"),
    ),
    "system": ("system", "系统"),
}
PAIRS = {"a": "b", "b": "a", "甲": "乙", "乙": "甲"}
ANSWERS = {"q", "a"}  # with no other names, A is not the one who speaks to B, but an answer
_TURN = re.compile(r"(?P<name>[^\s:：][^:：]{0,39}?)\s*[:：](?!//)[ \t]*(?P<text>.*)")
_LOOKS_LIKE_A_NAME = re.compile(r"[^\W\d_][\w.'-]*( [^\W\d_][\w.'-]*)?")


class TranscriptReader(SourceReader):
    """Reads lines such as `User: hello`, `B: hi` and `客服：您好`.

    What stands on lines of its own, indented, goes on with what was said before it.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)

    def __init__(self, options: Any, context: Any) -> None:
        super().__init__(options, context)
        self._roles: dict[str, Role] = {name: role for role, names in NAMES.items() for name in names}
        given: dict[Role, tuple[str, ...]] = {"user": options.user, "bot": options.bot}
        for role, names in given.items():
            other: Role = "bot" if role == "user" else "user"
            for name in (one.casefold() for one in names):
                self._roles[name] = role
                if name in PAIRS and PAIRS[name] not in map(str.casefold, given[role]):
                    self._roles[PAIRS[name]] = other  # who names one of the two has named both

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Lines that begin with two of the usual names and a colon."""
        if sample.path.suffix.lower() in (".yaml", ".yml"):
            return False
        known = {name for names in NAMES.values() for name in names}
        lines = [line for line in sample.head.removeprefix("\ufeff").splitlines() if line.strip()][:20]
        names = [match["name"].casefold() for line in lines if (match := _TURN.match(line))]
        return bool(lines) and len({*names[:2]} & known) == 2 and _TURN.match(lines[0]) is not None

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[Dialogue]:
        """Yield the dialogues."""

        def dialogue(group: LineGroup, number: int) -> Dialogue:
            return a_dialogue("", self._turns(group), {}, Place(file, number, group.line), parts=False)

        yield from line_groups(problems, lambda _: False, dialogue, blank_ends=True)

    def _turns(self, group: LineGroup) -> list[DialogueTurn]:
        found: list[tuple[Role, str, list[str]]] = []
        answers = {match["name"].casefold() for _, text in group.lines if (match := _TURN.match(text))} == ANSWERS
        for line, text in group.lines:
            match = _TURN.match(text)
            name = match["name"].strip() if match else ""
            role = self._roles.get(name.casefold())
            if match and role:
                found.append(("bot" if answers and name.casefold() == "a" else role, name, [match["text"]]))
            elif not found:
                raise Unfit("nobody is named who says this", line=line, remedy="Write `User: hello`.")
            elif match and _LOOKS_LIKE_A_NAME.fullmatch(name):
                remedy = "Name the speaker with `user` or `bot`; if the line goes on with what was said, indent it."
                raise Unfit(f"the speaker {name!r} is not known", line=line, remedy=remedy)
            else:
                found[-1][2].append(text.strip())
        return [a_turn(role, "\n".join(said), _speaker(name)) for role, name, said in found]


def _speaker(name: str) -> dict[str, str]:
    return {} if name.casefold() in ("user", "bot", "system") else {"speaker": name}
