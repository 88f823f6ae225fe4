"""Looking at the examples before anything is learnt from them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from dialog_core.configuration import ConfigurationError, Problem
from dialog_nlu_training.labelled_data import OUT_OF_SCOPE, Example, said

FEW = 5  # examples; with fewer a label is learnt by chance
SHOWN = 5  # of what a remark is about


@dataclass(frozen=True, slots=True)
class Checked:
    """Examples that may be learnt from.

    Attributes:
        examples: Each text once.
        labels: Their labels in alphabetical order, out of scope not among them.
        remarks: What looks wrong without being so.
    """

    examples: Sequence[Example]
    labels: Sequence[str]
    remarks: Sequence[str]


def check_examples(examples: Sequence[Example], *, drop_contradictions: bool = False, fewest: int = 2) -> Checked:
    """Return the examples without repetitions.

    Args:
        examples: What was read.
        drop_contradictions: Whether to leave out texts that stand under two labels, instead of refusing them.
        fewest: How many examples a label must have.

    Raises:
        ConfigurationError: A text stands under two labels, a label has too few examples, or there are too few labels.
    """
    by_text: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_text[_folded(example.text)].append(example)
    contradictory = [found for found in by_text.values() if len({example.label for example in found}) > 1]
    if contradictory and not drop_contradictions:
        raise ConfigurationError(_contradiction(found) for found in contradictory)
    kept = [found[0] for found in by_text.values() if len({example.label for example in found}) == 1]
    counts = Counter(example.label for example in kept)
    labels = sorted(label for label in counts if label != OUT_OF_SCOPE)
    _check_counts(kept or examples, labels, counts, fewest)
    remarks = []
    if contradictory:
        shown = _list_of(repr(found[0].text) for found in contradictory)
        remarks.append(f"{len(contradictory)} texts that stand under two labels were left out: {shown}.")
    repeated = sum(len(found) - 1 for found in by_text.values()) - sum(len(found) - 1 for found in contradictory)
    if repeated:
        remarks.append(f"{repeated} examples repeat an earlier one and count once.")
    few = [f"{label} ({counts[label]})" for label in labels if counts[label] < FEW]
    if few:
        remarks.append(f"{len(few)} labels have under {FEW} examples: {_list_of(few)}.")
    return Checked(kept, labels, remarks)


def without_leaks(validation: Sequence[Example], training: Sequence[Example]) -> tuple[list[Example], list[str]]:
    """Return the examples for validation that are not in the training data too, and what there is to say about it."""
    measured = said(validation)
    made_up = len(validation) - len(measured)
    remarks = [f"{made_up} texts of the validation data nobody has said, and were left out."] if made_up else []
    known = {_folded(text) for example in training for text in (example.text, example.origin) if text is not None}
    kept = [example for example in measured if _folded(example.text) not in known]
    leaked = [example for example in measured if _folded(example.text) in known]
    if leaked:
        shown = _list_of(f"{example.text!r} (line {example.line})" for example in leaked)
        remarks.append(
            f"{len(leaked)} texts of the validation data are in the training data too, and were left out: {shown}."
        )
    return kept, remarks


def check_validation(validation: Sequence[Example], labels: Sequence[str]) -> None:
    """See that the validation data can be compared with.

    Raises:
        ConfigurationError: It has a label that nothing is trained for, or nothing is left of it.
    """
    if not any(example.label != OUT_OF_SCOPE for example in validation):
        remedy = "Write other examples into it, or leave `validation` out: then a part of the data is held out."
        raise ConfigurationError([Problem("there is no validation data that is not training data too", remedy=remedy)])
    unknown = {example.label: example for example in validation if example.label not in {*labels, OUT_OF_SCOPE}}
    if unknown:
        remedy = "Add examples of it to the training data, or remove it here."
        raise ConfigurationError(
            example.problem(f"the label {label!r} is not in the training data", remedy)
            for label, example in unknown.items()
        )


def _check_counts(examples: Sequence[Example], labels: Sequence[str], counts: Mapping[str, int], fewest: int) -> None:
    file = examples[0].file if examples else None
    if len(labels) < 2:
        what = f"all examples have the label {labels[0]!r}" if labels else "there are no examples of any label"
        remedy = "A choice takes two labels at least: add examples of another one."
        raise ConfigurationError([Problem(what, file, remedy=remedy)])
    first = {example.label: example for example in reversed(examples) if example.label != OUT_OF_SCOPE}
    rare = [example for label, example in sorted(first.items()) if counts[label] < fewest]
    if rare:
        remedy = f"Write at least {fewest}, better {max(fewest, FEW)} or more: what else would a user say?"
        raise ConfigurationError(
            example.problem(f"the label {example.label!r} has {_so_many(counts[example.label])} only", remedy)
            for example in rare
        )


def _so_many(count: int) -> str:
    return "one example" if count == 1 else f"{count} examples"


def _contradiction(found: Sequence[Example]) -> Problem:
    first = found[0]
    other = next(example for example in found if example.label != first.label)
    where = f"line {first.line}" if first.file == other.file else f"{first.file.name}:{first.line}"
    return other.problem(
        f"{other.text!r} stands under {other.label!r} here, and under {first.label!r} in {where}",
        "Remove one of them, or merge the two labels; `contradictions: drop` leaves both out.",
    )


def _folded(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().split())


def _list_of(texts: Iterable[str]) -> str:
    found = list(texts)
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{', '.join(found[:SHOWN])}{more}"
