"""Steps of cleaning, one after the other, on items as they come."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from time import perf_counter

from dialog_core.datasets import DataItem, Dialogue
from dialog_core.interfaces import Cleaner, Removed
from dialog_data.checked import checked
from dialog_data.cleaning.report import CleaningReport, StepReport, turns_in
from dialog_data.cleaning.text_cleaner import TextCleaner
from dialog_data.cleaning.turns import NO_TURNS

SEED = 20261
MOST_ROUNDS = 4  # what one text step changes, another may have to look at again: `&Atilde;&copy;` is `Ã©` is `é`


class Pipeline:
    """Takes steps of cleaning in order; nothing but what they remember stays in memory.

    Steps that look at texts by themselves and stand side by side are repeated on an item until none of them changes
    it: cleaned twice, a data set is what it was cleaned once.

    Attributes:
        report: What has been done so far.

    Args:
        steps: What takes each step, by the name of the step.
        seed: For the choice of examples in the report.
    """

    def __init__(self, steps: Mapping[str, Cleaner], seed: int = SEED) -> None:
        self._steps = [(cleaner, StepReport(name, seed)) for name, cleaner in steps.items()]
        self._ends = [self._end_of_texts(place) for place in range(len(steps))]
        self.report = CleaningReport([report for _, report in self._steps])

    def clean(self, items: Iterable[DataItem]) -> Iterator[DataItem]:
        """Yield the items as they are when all steps have been taken."""
        report = self.report
        for item in items:
            report.items_read += 1
            report.turns_read += turns_in(item)
            for cleaned in self._from(0, item):
                report.items_written += 1
                report.turns_written += turns_in(cleaned)
                yield cleaned

    def _end_of_texts(self, start: int) -> int:
        """Return where the text steps end that begin at a place."""
        end = start
        while end < len(self._steps) and isinstance(self._steps[end][0], TextCleaner):
            end += 1
        return end

    def _from(self, place: int, item: DataItem) -> Iterator[DataItem]:
        while place < len(self._steps):
            if (end := self._ends[place]) > place:
                item = self._texts(place, end, item)
                place = end
                continue
            cleaner, report = self._steps[place]
            started = perf_counter()
            result = cleaner.clean(item)
            report.seconds += perf_counter() - started
            report.items += 1
            place += 1
            if result is item:
                continue
            if isinstance(result, Dialogue) and not result.turns:
                result = Removed(NO_TURNS)
            if isinstance(result, Removed):
                report.note_removed(item, result)
                return
            if isinstance(result, Sequence):
                if not result:
                    report.note_removed(item, Removed("nothing is left"))
                    return
                if len(result) > 1:
                    report.split += 1
                    for part in result:
                        yield from self._from(place, checked(part, "cleaner", report.name))
                    return
                (result,) = result
            result = checked(result, "cleaner", report.name)
            if result != item:
                report.note_changed(item, result)
            item = result
        yield item

    def _texts(self, start: int, end: int, item: DataItem) -> DataItem:
        touched: set[int] = set()
        for number in range(MOST_ROUNDS):
            before = item
            for place in range(start, end):
                cleaner, report = self._steps[place]
                started = perf_counter()
                result = cleaner.clean(item)
                report.seconds += perf_counter() - started
                report.items += number == 0
                if result is not item:
                    report.note_changed(item, result, again=place in touched)  # type: ignore[arg-type]
                    touched.add(place)
                    item = result  # type: ignore[assignment]
            if item is before:
                break
        return item
