"""The reader `personachat`: PersonaChat (Zhang et al. 2018) and ConvAI2 (Dinan et al. 2019), as ParlAI has them."""

import re
from collections.abc import Iterator
from typing import Any

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_elements import Element, read_elements
from dialog_data.files.problems import FileProblems
from dialog_data.sources.dialogue_source import DialogueSource, Place, a_dialogue, a_turn
from dialog_data.sources.json_keys import has_key
from dialog_data.sources.line_groups import LineGroup, line_groups
from dialog_data.sources.personachat_json import turns_of
from dialog_data.sources.records import Record, Unfit

PERSONAS = {"your persona: ": "persona", "partner's persona: ": "partner_persona"}
SILENCE = "__SILENCE__"  # said by nobody: the one with the persona speaks first
PARTS = ("train", "valid", "test")
_NUMBERED = re.compile(r"(\d+) (.*)", re.DOTALL)
# The same dialogues with one persona or another, as they were written or in other words, with candidates or without:
# of a folder, one is read, the one that knows most.
VARIANTS = [
    f"{persona}_{wording}{candidates}"
    for candidates in ("", "_no_cands")
    for wording in ("original", "revised")
    for persona in ("both", "self", "other", "none")
]
_NAMES = re.compile(r"(?:^|/)(?:train|valid|test)_((?:self|other|both|none)_(?:original|revised)(?:_no_cands)?)\.txt$")
_FIRST = re.compile(r"1 (your persona: |partner's persona: |[^\t\n]*\t[^\t\n]+(\t\t[^\t\n]*\|[^\n]*)?\r?\n2 )")


class PersonachatReader(DialogueSource):
    """Reads numbered lines (`train_self_original.txt`) and `personachat_self_original.json`.

    The one with the persona is the bot. What it might have said instead stands with its turn as `candidates`, in which
    what it says is the last. Of a folder with several variants of the same dialogues, one is read.
    """

    suffixes = (".txt", ".json")

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Numbered lines with personas or with a reply behind a tab; JSON of parts with `personality`."""
        if sample.names:
            return any(_NAMES.search(name) for name in sample.names)
        head = sample.head.removeprefix("\ufeff")
        if head.lstrip().startswith("{"):
            return re.match(r'\s*\{\s*"(train|valid|test)"\s*:\s*\[', head) is not None and '"personality"' in head
        return _FIRST.match(head) is not None

    def reads(self, file: SourceFile) -> bool:
        """Whether a file of a folder is one of dialogues, in the first of the variants that are there."""
        match = _NAMES.search(file.name)
        if match is None:
            return file.name.rpartition("/")[2].startswith("personachat") and file.name.endswith(".json")
        there = {other[1] for one in self._files if (other := _NAMES.search(one.name))}
        return match[1] == next(variant for variant in VARIANTS if variant in there)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[Dialogue]:
        """Yield the dialogues of either form."""
        if file.name.lower().endswith(".json"):
            yield from super().items(file, problems)
            return

        def dialogue(group: LineGroup, number: int) -> Dialogue:
            return _numbered(group, Place(file, number, group.line))

        yield from line_groups(problems, lambda text: text.startswith("1 "), dialogue)

    def elements(self, file: SourceFile, problems: FileProblems) -> Iterator[Element]:
        """Yield the dialogues of every part of a JSON file, each with the name of its part as its key."""
        parts = [part for part in PARTS if has_key(problems, part)]
        if not parts:
            problems.problem(f"has none of the parts {', '.join(PARTS)}", 1)
            problems.item_skipped()
        for part in parts:
            for element in read_elements(problems, under=part):
                yield Element(element.value, element.line, part)

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue of an element."""
        metadata: dict[str, Any] = {"persona": record.texts("personality")}
        turns = turns_of(record.records("utterances"))
        split = {"valid": "validation"}.get(place.key or "", place.key)
        return a_dialogue("", turns, {**metadata, **record.rest(), "split": split}, place)


def _numbered(group: LineGroup, place: Place) -> Dialogue:
    """Return the dialogue of a group of numbered lines."""
    metadata: dict[str, list[str]] = {}
    turns: list[DialogueTurn] = []
    for wanted, (line, text) in enumerate(group.lines, 1):
        match = _NUMBERED.fullmatch(text)
        if match is None:
            raise Unfit("the line does not begin with its number and a space", line=line)
        if match[1] != str(wanted):
            message = f"the line has the number {match[1]}, and {wanted} comes next"
            raise Unfit(message, line=line, remedy="A dialogue begins with 1.")
        start = next((start for start in PERSONAS if match[2].startswith(start)), None)
        if start is None:
            turns += _exchange(match[2], line)
        elif turns:
            raise Unfit("a persona stands behind what is said", line=line)
        else:
            metadata.setdefault(PERSONAS[start], []).append(match[2].removeprefix(start).strip())
    return a_dialogue("", turns, metadata, place)


def _exchange(text: str, line: int) -> Iterator[DialogueTurn]:
    """Yield what is said and the reply to it: behind tabs the reply, a reward, and candidates between bars."""
    said, *behind = text.split("\t")
    if said.strip() != SILENCE:
        yield a_turn("user", said, {})
    if len(behind) > 3:
        raise Unfit(f"has {len(behind)} tabs, and three at most are wanted", line=line)
    reply, reward, candidates = (*behind, "", "", "")[:3]
    metadata: dict[str, Any] = {}
    if reward.strip():
        metadata["reward"] = reward.strip()
    if candidates.strip():
        metadata["candidates"] = [one.strip() for one in candidates.split("|")]
    if behind:
        yield a_turn("bot", reply, metadata)
