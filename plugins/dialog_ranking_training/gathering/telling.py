"""What a gathering has to tell: what was found, and what was left out and why."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from dialog_ranking_training.gathering.asking import FAILED, LATE, PATIENCE, UNFOUND, UNKNOWN

NAMED = 5  # entries that are named


def of_file(name: str, counts: Mapping[str, int], *, rated: bool = False) -> Iterator[str]:
    """Yield sentences about a file that the bot was asked about; `rated`: it has ratings."""
    asked, right = counts.get("asked", 0), counts.get("right", 0)
    found = f"{name}: the bot was asked about {_many(asked, 'message')}; {right} have a right candidate"
    if rated:
        known = counts.get("known", 0)
        found = f"{name}: the bot was asked about {_many(asked, 'rated message')}; {known} say something of what it has"
    yield f"{found}, and {counts['nobody']} are for nobody to answer." if counts.get("nobody") else f"{found}."
    if silent := counts.get("silent"):
        yield f"{name}: {_many(silent, 'message')} left out that {_say(silent)} nothing of the right reply."
    if guarded := counts.get("guarded"):
        yield f"{name}: {_many(guarded, 'message')} left out that an input guard answers."
    if left_out := counts.get("left out"):
        steps = f"{_many(left_out, 'step')} left out that {_come(left_out)}"
        yield f"{name}: {steps} after a reply that is not as expected."
    for policy, count in _named(FAILED, counts):
        yield f"{name}: the policy {policy} failed for {_many(count, 'message')}; {_count(count)} without it."
    for policy, count in _named(LATE, counts):
        late = f"took more than {PATIENCE:g} s for {_many(count, 'message')}"
        yield f"{name}: the policy {policy} {late}; {_count(count)} without it."
    for policy, count in _named(UNKNOWN, counts):
        yield f"{name}: {_many(count, 'reply', 'replies')} should come from {policy!r}, and no policy is called that."
    if unfound := _named(UNFOUND, counts):
        entries = ", ".join(f"{entry} ({count})" for entry, count in unfound[:NAMED])
        more = f" and {len(unfound) - NAMED} more" if len(unfound) > NAMED else ""
        yield f"{name}: no policy finds these entries for the messages they should answer: {entries}{more}."


def of_no_store(file: Path) -> str:
    """Return that nobody has talked to the bot yet, or that another file is meant."""
    return f"{file.name}: there is no such database in {file.parent} yet; nothing was learnt from conversations."


def of_store(name: str, counts: Mapping[str, int], turns: int) -> Iterator[str]:
    """Yield sentences about a store."""
    kinds = {
        "good": "judged good",
        "bad": "bad",
        "edited": "edited",
        "takeover": "taken over after",
        "rephrased": "asked again after",
    }
    found = ", ".join(f"{counts[kind]:,} {told}" for kind, told in kinds.items() if counts.get(kind)) or "none judged"
    conversations = _many(counts.get("conversations", 0), "conversation")
    yield f"{name}: {conversations}; of the replies {found}: {_many(turns, 'judged turn')}."
    if disputed := counts.get("disputed"):
        yield f"{name}: people do not agree about {_many(disputed, 'turn')}; their labels lie between."
    if untold := counts.get("untold"):
        yield f"{name}: {_many(untold, 'judged reply', 'judged replies')} left out whose trace is missing or damaged."


def of_repetition(count: int) -> Iterator[str]:
    """Yield a sentence about choices that several sources have, if there are such."""
    if count:
        found = f"{_many(count, 'choice')} {'was' if count == 1 else 'were'} there more than once"
        yield f"{found}; what the first says of it holds."


def _named(kind: str, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the names that are counted for one reason, the most frequent first."""
    found = [(key.removeprefix(kind), count) for key, count in counts.items() if key.startswith(kind)]
    return sorted(found, key=lambda item: (-item[1], item[0]))


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _say(count: int) -> str:
    return "says" if count == 1 else "say"


def _count(count: int) -> str:
    return "it counts" if count == 1 else "they count"


def _come(count: int) -> str:
    return "comes" if count == 1 else "come"
