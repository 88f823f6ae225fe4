"""The reader `multiwoz`: MultiWOZ 2.0 and 2.1 (Budzianowski et al. 2018, Eric et al. 2020)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems
from dialog_data.sources.belief_states import domain_acts, filled
from dialog_data.sources.dialogue_source import (
    DialogueSource,
    Place,
    Role,
    a_dialogue,
    a_turn,
    alternating,
    first_element,
    first_entry,
    role_of,
    turn_of,
)
from dialog_data.sources.records import Record, Unfit

SPEAKERS: Mapping[str, Role] = {"user": "user", "system": "bot"}
SPLIT_LISTS = {"valListFile": "validation", "testListFile": "test"}  # .json in 2.0, .txt in 2.1: ids, one a line
ENDS = (".txt", ".json")
ACT_FILES = ("system_acts.json", "dialogue_acts.json")  # where what the log itself lacks stands in 2.1 and 2.0


class MultiwozReader(DialogueSource):
    """Reads `data.json`, alone, in its folder or in the archive, and JSON lines with the same acts.

    The belief state stands in the source with the system's turn, and says what is known before it: it becomes the
    state of the user's turn it follows. What the system has booked stays with the system's turn.
    """

    suffixes = ("data.json", ".jsonl")

    def __init__(self, options: Any, context: Any) -> None:
        super().__init__(options, context)
        self._beside: _Beside | None = None

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """A mapping to dialogues with a `log`, or lines whose turns have acts in braces."""
        if sample.names:
            names = {Path(name).name for name in sample.names}
            return "data.json" in names and any(f"{name}{end}" in names for name in SPLIT_LISTS for end in ENDS)
        logged = turn_of(first_entry(sample), "log")
        turn = turn_of(first_element(sample), "turns")
        return ("text" in logged and "metadata" in logged) or (
            "text" in turn and isinstance(turn.get("dialog_act"), dict)
        )

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue under a key of `data.json`, or of a line."""
        if "turns" in record:
            turns = [_compact_turn(turn) for turn in record.records("turns")]
            return a_dialogue(record.text("id", ""), turns, record.rest(), place)
        beside = self._beside
        if beside is None or beside.file != place.file:
            beside = self._beside = _Beside(self, place.file)
        id = place.key or record.text("id", "")
        split = beside.split_of(id)
        turns = _logged(record.records("log"), beside, id)
        metadata = record.rest()
        return a_dialogue(id, turns, {**metadata, "split": split} if split else metadata, place)


class _Beside:
    """What stands beside the dialogues: which of them are of which part, and acts."""

    def __init__(self, reader: MultiwozReader, file: SourceFile) -> None:
        self.file = file
        self._reader = reader
        self._acts: Mapping[str, Any] | None = None
        self._splits: dict[str, str] = {}
        for name, split in SPLIT_LISTS.items():
            for end in ENDS:
                self._splits |= dict.fromkeys(_ids(reader.beside(file, f"{name}{end}")), split)

    def split_of(self, id: str) -> str | None:
        """Return the part of a dialogue: whatever is in neither list is there to train with."""
        return self._splits.get(id, "train") if self._splits else None

    def acts(self, id: str, pair: int) -> Any:
        """Return the acts of the system's turn in the so-manieth pair of turns, counted from 1."""
        if self._acts is None:
            found = (self._reader.mapping_beside(self.file, name) for name in ACT_FILES)
            self._acts = next((acts for acts in found if acts), {})
        turns = self._acts.get(id.removesuffix(".json"))
        return turns.get(str(pair)) if isinstance(turns, dict) else None


def _ids(file: SourceFile | None) -> list[str]:
    if file is None:
        return []
    problems = FileProblems(file.shown, source=file.path)
    found = [line.strip() for _, line in read_lines(problems)]
    problems.finish()
    return found


def _compact_turn(turn: Record) -> DialogueTurn:
    acts = domain_acts(turn.take("dialog_act"), turn.path("dialog_act"))
    return a_turn(role_of(turn, "speaker", SPEAKERS), turn.text("text"), turn.rest(), acts)


def _logged(log: list[Record], beside: _Beside, id: str) -> list[DialogueTurn]:
    roles = _roles(log)
    states: list[dict[str, Any]] = [{} for _ in log]
    turns: list[tuple[str, dict[str, Any], list[DialogueAct]]] = []
    pair = 0
    for number, (turn, role) in enumerate(zip(log, roles, strict=True)):
        state, booked = _belief(turn.record("metadata", {}))
        # A system's turn that no user's turn precedes keeps its state itself.
        states[number - 1 if number and roles[number - 1] == "user" else number] |= state
        text, acts = turn.text("text"), turn.take("dialog_act")
        if role == "bot":
            pair += 1
            acts = acts if acts is not None else beside.acts(id, pair)
        metadata = {**turn.rest(), **({"booked": booked} if booked else {})}
        turns.append((text, metadata, domain_acts(acts, turn.path("dialog_act"))))
    return [
        a_turn(role, text, metadata, acts, state)
        for role, state, (text, metadata, acts) in zip(roles, states, turns, strict=True)
    ]


def _roles(log: list[Record]) -> list[Role]:
    """Return who speaks: the system where there is a belief state; where there is none at all, the two take turns."""
    told = [bool(turn.take("metadata")) for turn in log]
    if not any(told):
        return [alternating(number) for number in range(len(log))]
    return ["bot" if state else "user" for state in told]


def _belief(domains: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the slots that are filled, `hotel-area` and `hotel-book-day`, and what has been booked by domain."""
    state: dict[str, Any] = {}
    booked: dict[str, Any] = {}
    for domain in domains:
        parts = domains.record(domain)
        book = parts.record("book", {})
        if done := book.items("booked", []):
            booked[domain] = done
        state |= filled(parts.record("semi", {}).rest(), f"{domain}-", parts.path("semi"))
        state |= filled(book.rest(), f"{domain}-book-", parts.path("book"))
        if rest := parts.rest():
            raise Unfit(f"the belief state has {next(iter(rest))!r} beside 'semi' and 'book'", parts.place)
    return state, booked
