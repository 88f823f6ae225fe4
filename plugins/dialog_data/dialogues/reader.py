"""The reader `dialogues`: recorded dialogues, from JSON lines in the usual forms, from JSON and from YAML."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, cast

from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.dialogues.forms import FORMS, ROLES, WAY, RawDialogue, RawTurn
from dialog_data.files.archives import SourceFile
from dialog_data.files.problems import FileProblems
from dialog_data.files.samples import yaml_keys
from dialog_data.sources.source import SourceReader

_ROLES = "Roles: user, bot, system; human, assistant, gpt, model, developer and tool are understood too."
_ACT = 'Write {"act": "inform", "domain": "hotel", "slot": "area", "value": "east"}; all but `act` may be left out.'
_ACT_FIELDS = frozenset(("act", "domain", "slot", "value"))
_INSTRUCTIONS = ("system", "developer")


class DialoguesReader(SourceReader):
    """Reads dialogues, JSON lines one at a time; memory grows only with the ids, by some bytes for each.

    What else a file says about a dialogue or a turn becomes its metadata, and `line` is where it stands. Texts may be
    empty: what to do about such turns is for those to say who read them.
    """

    general: ClassVar[bool] = True
    suffixes: ClassVar[tuple[str, ...]] = tuple(FORMS)
    nothing: ClassVar[str] = "there are no dialogues"
    way: ClassVar[str] = WAY

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether the first dialogue has turns that say who speaks, or a YAML file has such a list."""
        first = sample.first
        if isinstance(first, dict):
            if "turns" not in first and first and sample.path.suffix.lower() == ".json":
                first = next(iter(first.values()))  # a mapping of ids to dialogues
            turns = first.get("turns") if isinstance(first, dict) else None
            turn = turns[0] if isinstance(turns, list) and turns else None
            return isinstance(turn, dict) and (
                ("role" in turn and "text" in turn) or (bool(turn) and all(name.casefold() in ROLES for name in turn))
            )
        keys = yaml_keys(sample)
        return bool({"turns", "dialogues"} & keys) and bool({"user", "bot", "role"} & keys) and "tests" not in keys

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[Dialogue]:
        """Yield the dialogues of a file."""
        form = FORMS.get(Path(file.name).suffix.lower())
        if form is None:
            message = f"the ending {Path(file.name).suffix!r} does not say what is in it"
            raise ConfigurationError([Problem(message, file.shown, remedy=f"Known endings: {', '.join(FORMS)}.")])
        for raw in form(problems):
            found = _dialogue(raw, problems)
            if problems.item_done():
                yield found


def _dialogue(raw: RawDialogue, problems: FileProblems) -> Dialogue:
    turns = tuple([_turn(turn, problems) for turn in raw.turns])
    return Dialogue(_id(raw, problems), turns, {**raw.metadata, "line": raw.line})


def _id(raw: RawDialogue, problems: FileProblems) -> str:
    if raw.id is None:
        return repair_text(f"{problems.file.stem}:{raw.line}")
    if isinstance(raw.id, bool) or not isinstance(raw.id, str | int) or not str(raw.id).strip():
        problems.problem("the id is not a text", raw.line, path="id", remedy="Write one, or leave it out.")
    return repair_text(str(raw.id).strip())


def _turn(raw: RawTurn, problems: FileProblems) -> DialogueTurn:
    said_by = raw.role if isinstance(raw.role, str) else ""
    role = ROLES.get(said_by) or _role(raw, problems)
    metadata = raw.metadata
    if role == "system" and (said_by := said_by.strip().casefold()) not in _INSTRUCTIONS:
        metadata = {**metadata, "role": said_by}  # what an action returned is no instruction
    acts = tuple([_act(act, number, raw.line, problems) for number, act in enumerate(raw.acts)]) if raw.acts else ()
    return DialogueTurn(cast(Any, role), repair_text(raw.text).strip(), metadata, acts, raw.state)


def _role(raw: RawTurn, problems: FileProblems) -> str:
    """Return a role that is not written as we do, `system` for one nobody knows, which is reported."""
    said_by = raw.role.strip().casefold() if isinstance(raw.role, str) else ""
    role = ROLES.get(said_by)
    if role is None:
        likely = did_you_mean(said_by, ROLES) if said_by else ""
        remedy = likely if likely.startswith("Did") else _ROLES
        problems.problem(f"the role {repr(raw.role)[:40]} is not known", raw.line, remedy=remedy)
    return role or "system"


def _act(act: Any, number: int, line: int, problems: FileProblems) -> DialogueAct:
    if type(act) is dict and act.keys() <= _ACT_FIELDS:
        name, domain, slot, value = act.get("act"), act.get("domain", ""), act.get("slot", ""), act.get("value", "")
        if isinstance(name, str) and isinstance(domain, str) and isinstance(slot, str) and isinstance(value, str):
            return DialogueAct(name, domain, slot, value)
    problems.problem("this is no act", line, path=f"acts[{number}]", remedy=_ACT)
    return DialogueAct("")
