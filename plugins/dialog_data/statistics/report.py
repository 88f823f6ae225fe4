"""Statistics of data sets put into words: the same rows for the terminal and for a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dialog_data.statistics.collecting import Statistics
from dialog_data.statistics.counting import DistinctCounter, Distribution, Tally

MOST_BARS = 12  # labels, acts or slots that are drawn
ROLES = ("user", "bot", "system")
_NAMES = {"user": "user turns", "bot": "bot turns", "system": "system turns", "passage": "texts of passages"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A data set with its statistics.

    Attributes:
        name: What it is called.
        statistics: What was counted.
        languages: The languages of a sample of it.
        no_languages: Why they are not known.
        skipped: Items that were passed over.
    """

    name: str
    statistics: Statistics
    languages: Tally
    no_languages: str = ""
    skipped: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return every figure, by name."""
        sample = {"sample": len(self.statistics.sample), "counts": dict(self.languages), "unknown": self.no_languages}
        return {"file": self.name, "skipped": self.skipped, **self.statistics.to_json(), "languages": sample}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the comparison.

    Attributes:
        name: What is told.
        values: What it is for each data set; empty: it has none.
        begins: Whether another subject begins here.
    """

    name: str
    values: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart.

    Attributes:
        title: What it shows.
        bars: What each bar is called, how long it is, and what stands beside it.
        left_out: How many more there are.
    """

    title: str
    bars: tuple[tuple[str, int, str], ...]
    left_out: int = 0


def lines(sets: Sequence[Counted]) -> Iterator[Line]:
    """Yield the rows that say something about at least one of the data sets."""
    begins = True
    for block in (_items(sets), _dialogues(sets), *_texts(sets)):
        for line in block:
            if any(line.values):
                yield Line(line.name, line.values, begins)
                begins = False
        begins = True


def charts(counted: Counted) -> Iterator[Bars]:
    """Yield the charts of a data set."""
    found = counted.statistics
    for title, tally in (("labels", found.labels), ("entities", found.entities), ("acts", found.acts)):
        if len(tally):
            yield _tally_bars(title, tally)
    if len(found.slots):
        yield _slot_bars(found)
    if found.turns_per_dialogue.total:
        yield _histogram("turns in a dialogue", found.turns_per_dialogue)
    for kind, texts in found.texts.items():
        yield _histogram(f"words in {_texts_of(kind)}", texts.words)


def _items(sets: Sequence[Counted]) -> Iterator[Line]:
    all_found = [one.statistics for one in sets]
    names = dict.fromkeys(name for found in all_found for name, _ in found.items)
    for name in names:
        yield _line(name, (f"{dict(found.items).get(name, 0):,}" for found in all_found))
    yield _line("passed over", (f"{one.skipped:,}" if one.skipped else "" for one in sets))
    yield _line("say what an earlier one says", map(_duplicates, all_found))
    yield _line("made up (augmented)", (_share(found.augmented, found.total) for found in all_found))
    yield _line("parts", (_listed(found.splits) for found in all_found))
    yield _line("languages, of a sample", map(_languages, sets))
    yield _line("different words", (_distinct(found.vocabulary) for found in all_found))


def _dialogues(sets: Sequence[Counted]) -> Iterator[Line]:
    all_found = [one.statistics for one in sets]
    turns = [sum(found.texts[role].words.total for role in ROLES if role in found.texts) for found in all_found]
    yield _line("turns", (f"{count:,}" if count else "" for count in turns))
    yield _line("turns in a dialogue", (_spread(found.turns_per_dialogue) for found in all_found))
    counts = list(zip(all_found, turns, strict=True))
    yield _line("same speaker as before", (_share(found.same_speaker, count) for found, count in counts))
    yield _line(
        "only one side speaks", (_share(found.one_sided, found.turns_per_dialogue.total) for found in all_found)
    )
    yield _line("turns with acts", (_share(found.turns_with_acts, count) for found, count in counts))
    yield _line("turns with a state", (_share(found.turns_with_state, count) for found, count in counts))
    yield _line("questions of an entry", (_spread(found.questions_per_entry) for found in all_found))
    yield _line("labels", (f"{len(found.labels):,}" if len(found.labels) else "" for found in all_found))


def _texts(sets: Sequence[Counted]) -> Iterator[Iterator[Line]]:
    kinds = dict.fromkeys(kind for one in sets for kind in one.statistics.texts)
    for kind in kinds:
        texts = [one.statistics.texts.get(kind) for one in sets]
        yield iter(
            [
                _line(_texts_of(kind), (f"{one.words.total:,}" if one else "" for one in texts)),
                _line("  words", (_spread(one.words) if one else "" for one in texts)),
                _line("  characters", (_spread(one.characters) if one else "" for one in texts)),
                _line("  different", (_different(one.different, one) if one else "" for one in texts)),
                _line("  empty", (_share(one.empty, one.words.total) if one else "" for one in texts)),
            ]
        )


def _line(name: str, values: Any) -> Line:
    return Line(name, tuple(values))


def _texts_of(kind: str) -> str:
    return _NAMES.get(kind, f"{kind}s")


def _spread(found: Distribution) -> str:
    if not found.total:
        return ""
    low, middle, high = (found.percentile(share) for share in (0.05, 0.5, 0.95))
    return f"{middle:,} ({low:,} to {high:,}), mean {found.mean:,.1f}, most {found.largest:,}"


def _duplicates(found: Statistics) -> str:
    among = "" if found.all_seen else ", among the first four million"
    return f"{_share(found.duplicates, found.total)}{among}" if found.duplicates else ""


def _different(count: int, texts: Any) -> str:
    about = "" if texts.distinct.exact else "about "
    return f"{about}{_share(count, texts.words.total)}"


def _distinct(found: DistinctCounter) -> str:
    return (f"{found.count:,}" if found.exact else f"about {found.count:,}") if found.count else ""


def _share(count: int, total: int) -> str:
    return f"{count:,} ({count / total:.1%})" if count and total else ""


def _listed(tally: Tally) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in tally)


def _languages(counted: Counted) -> str:
    total = counted.languages.total
    named = [f"{name} {count / total:.0%}" for name, count in list(counted.languages)[:4]]
    return ", ".join(named) or counted.no_languages


def _tally_bars(title: str, tally: Tally) -> Bars:
    total = tally.total
    bars = tuple(
        (name or "(none)", count, f"{count:,} ({count / total:.1%})") for name, count in list(tally)[:MOST_BARS]
    )
    return Bars(
        f"{len(tally):,} {title}" if not tally.others else f"{title}: more than {len(tally):,}",
        bars,
        max(0, len(tally) - MOST_BARS),
    )


def _slot_bars(found: Statistics) -> Bars:
    bars = []
    for name, count in list(found.slots)[:MOST_BARS]:
        values = found.slot_values.get(name)
        told = f", {_distinct(values)} values" if values is not None and values.count else ""
        bars.append((name, count, f"{count:,} turns{told}"))
    return Bars(f"{len(found.slots):,} slots", tuple(bars), max(0, len(found.slots) - MOST_BARS))


def _histogram(title: str, found: Distribution) -> Bars:
    bars = [
        (f"{low:,}" if low == high else f"{low:,} to {high:,}", count, f"{count:,} ({count / found.total:.1%})")
        for low, high, count in found.histogram()
    ]
    return Bars(title, tuple(bars))
