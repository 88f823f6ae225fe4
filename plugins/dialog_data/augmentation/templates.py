"""Templates filled in with values of slots, and marked entities exchanged for others of their kind."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean, read_yaml
from dialog_core.datasets import DataItem, EntitySpan, LabelledText
from dialog_data.augmentation.options import TemplatesOptions
from dialog_data.augmentation.segments import Segment, joined, segments_of
from dialog_data.augmentation.variants import TextAugmenter, asked

PLACE = re.compile(r"\{([\w-]+)(?::([\w-]+))?\}")  # {city}, or {city:from} with the part it plays
WAY = "Write the values of each kind: city: [Berlin, Paris]"


class TemplatesAugmenter(TextAugmenter[TemplatesOptions]):
    """Fills templates in: `fly to {city}` becomes `fly to Berlin`, with Berlin marked as a city."""

    def __init__(self, options: TemplatesOptions, context: Context) -> None:
        super().__init__(options, context)
        self._values = read_values(options.path)

    def is_template(self, item: DataItem) -> bool:
        """Whether an item has slots to fill in, and nobody would say it as it is."""
        return any(PLACE.search(text) for text in asked(item))

    def vary(self, text: LabelledText, chance: random.Random) -> LabelledText:
        """Return the text with other values; as it is where there are no slots in it.

        Raises:
            ConfigurationError: A template names a kind that the file has no values of.
        """
        deck = _Deck(self._values, chance)
        pieces: list[Segment] = []
        for piece in segments_of(text):
            if piece.entity is None:
                pieces += self._filled_in(piece.text, text, deck)
            elif piece.entity.entity in self._values:
                pieces.append(Segment(deck.draw(piece.entity.entity), replace(piece.entity, value="")))
            else:
                pieces.append(piece)
        return joined(text, pieces)

    def _filled_in(self, written: str, item: LabelledText, deck: "_Deck") -> list[Segment]:
        found: list[Segment] = []
        behind = 0
        for match in PLACE.finditer(written):
            kind = match[1]
            if kind not in self._values:
                line = item.metadata.get("line")
                where = f" (line {line})" if line is not None else ""
                problem = Problem(
                    f"{match[0]!r} in {item.text[:60]!r}{where} has no values",
                    self.options.path,
                    remedy=did_you_mean(kind, self._values) or WAY,
                )
                raise ConfigurationError([problem])
            found.append(Segment(written[behind : match.start()]))
            span = EntitySpan(0, 0, kind, match[2] or "")
            found.append(Segment(deck.draw(kind), span))
            behind = match.end()
        return [*found, Segment(written[behind:])]


class _Deck:
    """The values of every kind, shuffled: nobody flies from Berlin to Berlin while there are other cities."""

    def __init__(self, values: Mapping[str, Sequence[str]], chance: random.Random) -> None:
        self._values = values
        self._chance = chance
        self._left: dict[str, list[str]] = {}

    def draw(self, kind: str) -> str:
        """Return a value that was not drawn yet, as long as there are any."""
        if not self._left.get(kind):
            self._left[kind] = self._chance.sample(list(self._values[kind]), len(self._values[kind]))
        return self._left[kind].pop()


def read_values(path: Path) -> Mapping[str, Sequence[str]]:
    """Return the values of every kind.

    Raises:
        ConfigurationError: With every mistake in the file.
    """
    root = read_yaml(path)
    kinds = root.value if isinstance(root.value, dict) else {}
    problems = [] if kinds else [root.problem("needs a mapping from kinds of slots to their values", remedy=WAY)]
    found: dict[str, list[str]] = {}
    for kind, node in kinds.items():
        items = node.value if isinstance(node.value, list) else []
        texts = [item.source or str(item.value) for item in items if isinstance(item.value, str | int | float)]
        found[str(kind)] = [text.strip() for text in texts if text.strip()]
        if not found[str(kind)]:
            problems.append(node.problem(f"{kind!r} has no values", path=(str(kind),), remedy=WAY))
    if problems:
        raise ConfigurationError(problems)
    return found
