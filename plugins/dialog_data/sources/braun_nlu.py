"""The NLU evaluation corpora of Braun et al. 2017: sentences with an intent and entities by the positions of tokens."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, ClassVar

from dialog_core.datasets import EntitySpan, LabelledText
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_elements import read_elements
from dialog_data.files.problems import FileProblems
from dialog_data.sources.fields import list_at, text_at
from dialog_data.sources.source import SourceReader

_TOKEN = re.compile(r"\w+|[^\w\s]")
_KEYS = {"text", "intent", "entities", "training"}


class BraunNluReader(SourceReader):
    """Reads AskUbuntu, WebApplications and Chatbot. Metadata have `split` by `training`, and what else is known."""

    suffixes: ClassVar = (".json",)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it has `sentences` beside a `name` and a `lang`, or is the folder of the three."""
        if sample.names:
            corpora = [name for name in sample.names if name.endswith("Corpus.json")]
            return bool({"AskUbuntuCorpus.json", "ChatbotCorpus.json", "WebApplicationsCorpus.json"} & set(corpora))
        first = sample.first
        return isinstance(first, dict) and {"name", "desc", "lang", "sentences"} <= set(first)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[LabelledText]:
        """Yield the sentences."""
        for element in read_elements(problems, under="sentences"):
            found = _sentence(element.value, element.line, problems)
            if found is None:
                problems.item_skipped()
            else:
                yield found


def _sentence(row: Any, line: int, problems: FileProblems) -> LabelledText | None:
    if not isinstance(row, dict):
        problems.problem("a sentence needs an object in braces", line)
        return None
    text, intent = text_at(row, "text", line, problems), text_at(row, "intent", line, problems)
    marked = list_at(row, "entities", line, problems)
    if text is None or intent is None or marked is None:
        return None
    spans = [_span(mark, text, line, problems) for mark in marked]
    entities = sorted((span for span in spans if span is not None), key=lambda one: one.start)
    if len(entities) < len(spans):
        return None
    if any(one.end > other.start for one, other in pairwise(entities)):
        problems.problem("two of its entities overlap", line, path="entities")
        return None
    metadata: dict[str, Any] = {name: value for name, value in row.items() if name not in _KEYS}
    training = row.get("training")
    split = {"split": "train" if training else "test"} if isinstance(training, bool) else {}
    return LabelledText(text, intent, {"line": line, **split, **metadata}, tuple(entities))


def _span(mark: Any, text: str, line: int, problems: FileProblems) -> EntitySpan | None:
    """Return where an entity stands: at its tokens; where those are counted otherwise, at its words nearest to them."""
    fields: Mapping[str, Any] = mark if isinstance(mark, dict) else {}
    start, stop, entity, words = (fields.get(name) for name in ("start", "stop", "entity", "text"))
    if type(start) is not int or type(stop) is not int or not isinstance(entity, str) or not isinstance(words, str):
        problems.problem("an entity needs `entity`, `start`, `stop` and `text`", line, path="entities")
        return None
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    if 0 <= start <= stop < len(tokens):
        begin, end = tokens[start][0], tokens[stop][1]
        if _letters(text[begin:end]) == _letters(words):
            return EntitySpan(begin, end, entity)
    wanted = tokens[min(max(start, 0), len(tokens) - 1)][0] if tokens else 0
    words = repair_text(words).strip()
    places = [match.start() for match in re.finditer(re.escape(words), text)] if words else []
    if not places:
        problems.problem(f"the entity {words[:40]!r} is not in the text", line, path="entities")
        return None
    begin = min(places, key=lambda place: abs(place - wanted))
    return EntitySpan(begin, begin + len(words), entity)


def _letters(text: str) -> str:
    return "".join(text.split())
