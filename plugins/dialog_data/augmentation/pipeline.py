"""A data set made larger: every item as it is, and after it the variants that augmenters make of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialog_core.datasets import AUGMENTED, DataItem, LabelledText
from dialog_core.interfaces import Augmenter
from dialog_data.checked import checked

SAMPLES = 3  # of each augmenter, for the report


@dataclass(slots=True)
class AugmentationReport:
    """What came of it.

    Attributes:
        items: How many items there were.
        templates: How many of them were templates, which nobody says as they are.
        already: How many had been made before; nothing more is made of these.
        made: How many variants each augmenter made, by name.
        samples: Some of them, by name: the item and its variant.
        names: What the augmenters are called.
    """

    items: int = 0
    templates: int = 0
    already: int = 0
    made: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[tuple[DataItem, DataItem]]] = field(default_factory=dict)
    names: tuple[str, ...] = ()


def augmented(
    items: Iterable[DataItem],
    augmenters: Mapping[str, Augmenter],
    count: int,
    report: AugmentationReport,
    *,
    originals: bool = True,
) -> Iterator[DataItem]:
    """Yield the items and their variants.

    Variants carry `AUGMENTED` in their metadata, with who made them and of what; those that are there already are
    left alone.

    Args:
        items: The items.
        augmenters: What makes variants, by name.
        count: How many each of them makes of an item.
        report: Where to note what comes of it.
        originals: Whether the items themselves are wanted as well.
    """
    report.names = tuple(augmenters)
    for item in items:
        report.items += 1
        if AUGMENTED in item.metadata:
            report.already += 1
            if originals:
                yield item
            continue
        template = any(_is_template(augmenter, item) for augmenter in augmenters.values())
        report.templates += template
        if originals and not template:
            yield item
        variants: list[DataItem] = [item]
        for name, augmenter in augmenters.items():
            if template and not _is_template(augmenter, item):
                continue  # a mistake in the name of a slot is no variant
            made = [checked(one, "augmenter", name) for one in augmenter.augment(item, count)]
            fresh = [one for one in made if one not in variants]
            variants += fresh
            for one in fresh:
                report.made[name] += 1
                _sample(report.samples.setdefault(name, []), item, one)
                yield marked(one, item, name, report.made[name], template=template)


def marked(variant: DataItem, item: DataItem, by: str, number: int, *, template: bool = False) -> DataItem:
    """Return a variant with a mark of what it is: who made it, and of what (an id, or of labelled texts the text).

    Args:
        variant: What was made.
        item: What it was made of.
        by: What made it.
        number: Which of its variants it is, for the id.
        template: Whether the item is a template, which is not written itself.
    """
    of = item.text if isinstance(item, LabelledText) else item.id
    mark = {"by": by, "of": of, **({"template": True} if template else {})}
    metadata: dict[str, Any] = {**variant.metadata, AUGMENTED: mark}
    if isinstance(variant, LabelledText):
        return replace(variant, metadata=metadata)
    return replace(variant, id=f"{variant.id}~{by}-{number}", metadata=metadata)


def _is_template(augmenter: Augmenter, item: DataItem) -> bool:
    asks = getattr(augmenter, "is_template", None)
    return asks is not None and bool(asks(item))


def _sample(samples: list[tuple[DataItem, DataItem]], item: DataItem, variant: DataItem) -> None:
    if len(samples) < SAMPLES:
        samples.append((item, variant))
