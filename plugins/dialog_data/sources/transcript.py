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
_TIME = re.compile(
    r"\[?(?P<time>(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T,]*)?\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?)\]?(?: ?[-–])?\s+",
    re.IGNORECASE,
)
_TURN = re.compile(r"(?P<name>[^\s:：][^:：]{0,39}?)\s*[:：](?!//)[ \t]*(?P<text>.*)")
_LOOKS_LIKE_A_NAME = re.compile(r"[^\W\d_][\w.'-]*( [^\W\d_][\w.'-]*)?")


class TranscriptReader(SourceReader):
    """Reads lines such as `User: hello`, `B: hi` and `客服：您好`.

    What stands on lines of its own, indented, goes on with what was said before it. A time before the name, such as
    `[10:02]` or `2024-05-01 10:02:31`, stays with the turn as `time`.
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
        """Lines that begin with usual names and a colon, two of them at least."""
        if sample.path.suffix.lower() in (".yaml", ".yml"):
            return False
        known = {name for names in NAMES.values() for name in names}
        lines = [line for line in sample.head.removeprefix("\ufeff").splitlines() if line.strip()][:20]
        found = [_parts(line) for line in lines]
        names = [part[1].casefold() for part in found if part is not None]
        return bool(found) and found[0] is not None and names[0] in known and len({*names} & known) > 1

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[Dialogue]:
        """Yield the dialogues."""

        def dialogue(group: LineGroup, number: int) -> Dialogue:
            return a_dialogue("", self._turns(group), {}, Place(file, number, group.line), parts=False)

        yield from line_groups(problems, lambda _: False, dialogue, blank_ends=True)

    def _turns(self, group: LineGroup) -> list[DialogueTurn]:
        found: list[tuple[Role, dict[str, str], list[str]]] = []
        parts = [_parts(text) for _, text in group.lines]
        answers = {part[1].casefold() for part in parts if part is not None} == ANSWERS
        for (line, text), part in zip(group.lines, parts, strict=True):
            time, name, said = part or ("", "", "")
            role = self._roles.get(name.casefold())
            if role:
                found.append(("bot" if answers and name.casefold() == "a" else role, _metadata(time, name), [said]))
            elif not found and not _LOOKS_LIKE_A_NAME.fullmatch(name):
                raise Unfit("nobody is named who says this", line=line, remedy="Write `User: hello`.")
            elif _LOOKS_LIKE_A_NAME.fullmatch(name):
                remedy = "Name the speaker with `user` or `bot`; if the line goes on with what was said, indent it."
                raise Unfit(f"the speaker {name!r} is not known", line=line, remedy=remedy)
            else:
                found[-1][2].append(text.strip())
        return [a_turn(role, "\n".join(said), metadata) for role, metadata, said in found]


def _parts(line: str) -> tuple[str, str, str] | None:
    """Return when somebody speaks (empty: it does not say), who, and what; None for a line without a speaker."""
    time = _TIME.match(line)
    match = _TURN.match(line, time.end() if time else 0)
    return (time["time"] if time else "", match["name"].strip(), match["text"]) if match else None


def _metadata(time: str, name: str) -> dict[str, str]:
    speaker = {} if name.casefold() in ("user", "bot", "system") else {"speaker": name}
    return {**speaker, **({"time": time} if time else {})}
