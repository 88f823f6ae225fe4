"""The reader `dialogues`: recorded dialogues, from JSON lines in the usual forms and from YAML."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, cast

from dialog_core import Component
from dialog_core.configuration import ConfigurationError, Options, Problem, did_you_mean
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.text import repair_text
from dialog_data.dialogues.forms import FORMS, ROLES, WAY, RawDialogue, RawTurn
from dialog_data.files.problems import FileProblems

_ROLES = "Roles: user, bot, system; human, assistant, gpt, model, developer and tool are understood too."
_JSON = "Write one dialogue on each line (JSON lines): jq -c '.[]' dialogues.json > dialogues.jsonl"


class DialoguesReader(Component[Options]):
    """Reads dialogues, JSON lines one at a time; memory grows only with the ids.

    What else a file says about a dialogue or a turn becomes its metadata, and `line` is where it stands. Texts may be
    empty: what to do about such turns is for those to say who read them.
    """

    def read(self, path: Path) -> Iterator[Dialogue]:
        """Yield the dialogues; raise ConfigurationError with every problem of the file, each at its line."""
        self.context.files.add(path)
        form = FORMS.get(path.suffix.lower())
        if form is None:
            message = f"the ending {path.suffix!r} does not say what is in it"
            remedy = _JSON if path.suffix.lower() == ".json" else f"Known endings: {', '.join(FORMS)}."
            raise ConfigurationError([Problem(message, path, remedy=remedy)])
        problems = FileProblems(path)
        lines: dict[str, int] = {}  # of each id
        empty = True
        for raw in form(problems):
            empty = False
            found = _dialogue(raw, lines, problems)
            if found is not None and problems.fit:
                yield found
        if empty and problems.fit:
            problems.problem("there are no dialogues", 1, remedy=WAY)
        problems.finish()


def _dialogue(raw: RawDialogue, lines: dict[str, int], problems: FileProblems) -> Dialogue | None:
    id = _id(raw, lines, problems)
    turns = [_turn(turn, problems) for turn in raw.turns]
    found = tuple(turn for turn in turns if turn is not None)
    if id is None or len(found) < len(turns) or not found:
        return None
    return Dialogue(id, found, {**raw.metadata, "line": raw.line})


def _id(raw: RawDialogue, lines: dict[str, int], problems: FileProblems) -> str | None:
    if raw.id is None:
        return f"{problems.file.stem}:{raw.line}"
    if isinstance(raw.id, bool) or not isinstance(raw.id, str | int) or not str(raw.id).strip():
        problems.problem("the id is not a text", raw.line, path="id", remedy="Write one, or leave it out.")
        return None
    id = repair_text(str(raw.id).strip())
    if id in lines:
        message = f"the id {id!r} is taken by the dialogue on line {lines[id]}"
        problems.problem(message, raw.line, path="id", remedy="Change one of the two, or leave both out.")
        return None
    lines[id] = raw.line
    return id


def _turn(raw: RawTurn, problems: FileProblems) -> DialogueTurn | None:
    said_by = raw.role.strip().casefold() if isinstance(raw.role, str) else ""
    role = ROLES.get(said_by)
    if role is None:
        likely = did_you_mean(said_by, ROLES) if said_by else ""
        remedy = likely if likely.startswith("Did") else _ROLES
        shown = repr(raw.role)[:40]
        problems.problem(f"the role {shown} is not known", raw.line, remedy=remedy)
        return None
    metadata = raw.metadata
    if role == "system" and said_by not in ("system", "developer"):
        metadata = {**metadata, "role": said_by}  # what an action returned is no instruction
    return DialogueTurn(cast("Literal['user', 'bot', 'system']", role), repair_text(raw.text).strip(), metadata)
