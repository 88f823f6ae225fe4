"""What users said and what was answered, as questions with answers: knowledge out of chat logs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dialog_core.datasets import AUGMENTED, DataItem, Dialogue, DialogueTurn, KnowledgeEntry

UNANSWERED = "turn nobody answered"
AGAIN = "pair that was there before"
CONTEXT = "context of a pair"


def pairs_of(items: Iterable[DataItem], left_out: Counter[str]) -> Iterator[DataItem]:
    """Yield an entry for each message of a user and what the bot answered to it.

    What one side says in several turns is one text. A pair that says what an earlier one says is left out; memory grows
    by their checksums.

    Args:
        items: Dialogues; what is none stays as it is.
        left_out: Counts what becomes of nothing: what was said before a pair, pairs said again, unanswered messages.
    """
    seen: set[int] = set()
    for item in items:
        if not isinstance(item, Dialogue):
            yield item
            continue
        for number, (asked, answered, before) in enumerate(_exchanges(item.turns), start=1):
            if not asked or not answered:
                left_out[UNANSWERED] += not answered
                continue
            key = hash((_folded(asked), _folded(answered)))
            if key in seen:
                left_out[AGAIN] += 1
                continue
            seen.add(key)
            left_out[CONTEXT] += before
            yield KnowledgeEntry(f"{item.id}:{number}", (asked,), answered, metadata=_metadata(item, number))


def _exchanges(turns: Sequence[DialogueTurn]) -> Iterator[tuple[str, str, bool]]:
    """Yield what the user said, what the bot answered, and whether anything was said before."""
    asked: list[str] = []
    answered: list[str] = []
    before = False
    for turn in turns:
        if turn.role == "system" or not turn.text.strip():
            continue
        if turn.role == "user":
            if answered:
                yield "\n".join(asked), "\n".join(answered), before
                before, asked, answered = True, [], []
            asked.append(turn.text.strip())
        else:
            answered.append(turn.text.strip())
    if asked or answered:
        yield "\n".join(asked), "\n".join(answered), before


def _metadata(dialogue: Dialogue, number: int) -> dict[str, object]:
    """Return what the pair keeps of its dialogue, a mark that it was made up among it."""
    kept = {name: value for name, value in dialogue.metadata.items() if name in ("line", "split", AUGMENTED)}
    mark = kept.get(AUGMENTED)
    return kept if not isinstance(mark, dict) else {**kept, AUGMENTED: {**mark, "of": f"{mark.get('of', '')}:{number}"}}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
