"""From what several annotators say about each text to what holds, and what to do where they disagree."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import JsonValue
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import DataItem, EntitySpan, LabelledText
from dialog_data.files.problems import MAX_PROBLEMS
from dialog_data.labelling.decision import Decision
from dialog_data.labelling.units import text_id

REFUSE, MAJORITY, LEAVE_OUT, ALL = "refuse", "majority", "leave_out", "all"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A text about which annotators disagree, and nothing has settled it.

    Attributes:
        decisions: What each has said, in the order of the log.
        told: Who says what, in words.
    """

    decisions: tuple[Decision, ...]
    told: str

    def problem(self, path: Path, format: str) -> Problem:
        """Return it as a problem of a file of that format."""
        last = self.decisions[-1]
        shown = last.text if len(last.text) <= 60 else f"{last.text[:59]}…"
        how = f"--format {format} --option conflicts=majority"
        remedy = f"Settle it: dialog-core data convert {shlex.quote(str(path))} agreed.jsonl {how}."
        return Problem(f"annotators disagree about {shown!r}: {self.told}", path, last.line, remedy=remedy)


@dataclass(frozen=True, slots=True)
class _Undecided(Exception):
    told: str


def resolved(decisions: Iterable[Decision], conflicts: str) -> Iterator[LabelledText | Disagreement]:
    """Yield what holds of each text, in the order of the log; skipped texts are nobody's.

    Args:
        decisions: The last decision of each annotator about each text.
        conflicts: `majority`, an annotator's name, or anything else: a disagreement stays one.
    """
    by_text: dict[tuple[str, str], list[Decision]] = {}
    for decision in decisions:
        if not decision.skipped:
            by_text.setdefault((decision.id, decision.text), []).append(decision)
    for found in by_text.values():
        try:
            label = _label(found, conflicts)
            entities = _entities(found, conflicts)
        except _Undecided as undecided:
            yield Disagreement(tuple(found), undecided.told)
        else:
            yield LabelledText(found[0].text, label or "", _metadata(found, entities), entities or ())


def settled(items: Iterable[DataItem], conflicts: str, path: Path, format: str) -> Iterator[DataItem]:
    """Yield items, of texts that several annotators have labelled what holds of them.

    Args:
        items: The items; those with `annotator` in their metadata are somebody's.
        conflicts: `all`, `refuse`, `leave_out`, `majority`, or an annotator's name.
        path: The file, for error messages.
        format: Its format, for error messages.

    Raises:
        ConfigurationError: Annotators disagree, and that is to be refused.
    """
    if conflicts == ALL:
        yield from items
        return
    said: list[LabelledText] = []
    for item in items:
        if isinstance(item, LabelledText) and item.metadata.get("annotator"):
            said.append(item)
        else:
            yield item
    # What one annotator has labelled twice stands there twice: their first row belongs to the others' first, and so on.
    seen: Counter[tuple[str, ...]] = Counter()
    by_text: dict[tuple[str | int, ...], list[LabelledText]] = {}
    for item in said:
        told = item.metadata
        which = (str(told.get("task", told.get("id"))), item.text)
        by_whom = (*which, str(told["annotator"]))
        by_text.setdefault((*which, seen[by_whom]), []).append(item)
        seen[by_whom] += 1
    disagreements: list[Problem] = []
    for found in by_text.values():
        if len(found) == 1:
            yield found[0]
            continue
        for outcome in resolved(decisions_of(found), conflicts):
            if isinstance(outcome, LabelledText):
                yield outcome
            elif conflicts == REFUSE:
                disagreements.append(outcome.problem(path, format))
    if disagreements:
        raise ConfigurationError(disagreements[:MAX_PROBLEMS])


def decisions_of(items: Sequence[LabelledText]) -> list[Decision]:
    """Return labelled texts as the decisions of their annotators.

    A text without a label, or one of a data set that has no entities at all, is taken for one whose label, or whose
    entities, nobody was asked for.
    """
    entities_asked = any(item.entities for item in items)
    found = []
    for item in items:
        told = item.metadata
        asked = bool(item.entities) or (entities_asked and told.get("entities_asked") is not False)
        line = told.get("line")
        found.append(
            Decision(
                text_id(item.text.strip()),
                item.text,
                str(told.get("annotator") or ""),
                str(told.get("at") or ""),
                item.label or None,
                tuple(item.entities) if asked else None,
                line=line if isinstance(line, int) else 0,
            )
        )
    return found


def asked_for_entities(item: LabelledText) -> bool:
    """Whether somebody has looked for entities in a text that came from a log."""
    return item.metadata.get("entities_asked") is not False


def _metadata(found: Sequence[Decision], entities: object) -> dict[str, JsonValue]:
    metadata: dict[str, JsonValue] = {"line": found[-1].line, "id": found[0].id}
    metadata["annotators"] = [one.annotator for one in found]
    if notes := [one.note for one in found if one.note]:
        metadata["notes"] = notes
    return metadata if entities is not None else {**metadata, "entities_asked": False}


def _label(found: Sequence[Decision], conflicts: str) -> str | None:
    said = [(one.annotator, one.label) for one in found if one.label is not None]
    return _settled(said, conflicts) if said else None


def _entities(found: Sequence[Decision], conflicts: str) -> tuple[EntitySpan, ...] | None:
    said = [(one.annotator, one.entities) for one in found if one.entities is not None]
    if not said:
        return None
    if conflicts != MAJORITY or len({spans for _, spans in said}) == 1:
        chosen: tuple[EntitySpan, ...] = _settled(said, conflicts, lambda spans: _told(spans, found[0].text))
        return chosen
    votes = Counter(span for _, spans in said for span in spans)
    if any(2 * count == len(said) for count in votes.values()):
        raise _Undecided(_who(said, lambda spans: _told(spans, found[0].text)))
    # Two that overlap cannot both be what more than half have marked: somebody would have marked both.
    kept = [span for span, count in votes.items() if 2 * count > len(said)]
    return tuple(sorted(kept, key=lambda span: span.start))


def _settled(said: Sequence[tuple[str, Any]], conflicts: str, shown: Any = str) -> Any:
    votes = Counter(value for _, value in said)
    (value, count), *others = votes.most_common()
    if not others:
        return value
    if conflicts == MAJORITY and count > others[0][1]:
        return value
    named = [value for name, value in said if name == conflicts]
    if named and conflicts not in (REFUSE, LEAVE_OUT):
        return named[-1]
    raise _Undecided(_who(said, shown))


def _who(said: Sequence[tuple[str, Any]], shown: Any) -> str:
    return ", ".join(f"{name}: {shown(value)}" for name, value in said)


def _told(spans: Sequence[EntitySpan], text: str) -> str:
    return " ".join(f"[{text[span.start : span.end]}]({span.entity})" for span in spans) or "no entities"
