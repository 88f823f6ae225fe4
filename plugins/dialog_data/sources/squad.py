"""SQuAD 1.1 and 2.0 and what is made like them, such as XQuAD: articles with paragraphs and questions about them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from dialog_core.datasets import OUT_OF_SCOPE, KnowledgeEntry, LabelledText
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_elements import read_elements
from dialog_data.files.problems import FileProblems
from dialog_data.sources.fields import list_at, split_of_file, text_at
from dialog_data.sources.set_options import PassagesOptions
from dialog_data.sources.source import SourceReader

_LANGUAGE = re.compile(r"\.([a-z]{2})\.json$")  # `xquad.zh.json`


class SquadReader(SourceReader):
    """Reads passages that a bot can know, or with `items: questions` the questions about them.

    A passage's id is its article's title and its number in it, and before them the language that the file's name says
    (`xquad.zh.json`), since parallel files share the titles. A question's label is the passage it is about; one that
    the passage does not answer (SQuAD 2.0) is out of scope. Metadata have its `id`, `passage`, `answers` with their
    places, `is_impossible` and `plausible_answers`.
    """

    options: PassagesOptions
    suffixes: ClassVar = (".json",)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is a mapping with `data`, a list of articles with `paragraphs`."""
        first = sample.first
        data = first.get("data") if isinstance(first, dict) else None
        article = data[0] if isinstance(data, list) and data else None
        return isinstance(article, dict) and isinstance(article.get("paragraphs"), list)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[KnowledgeEntry | LabelledText]:
        """Yield passages, or questions."""
        language = match[1] if (match := _LANGUAGE.search(file.name)) else ""
        numbers: dict[str, int] = {}
        for element in read_elements(problems, under="data"):
            row, line = element.value, element.line
            if not isinstance(row, dict):
                problems.problem("an article needs an object in braces", line)
                problems.item_skipped()
                continue
            title = str(row.get("title") or "").strip() or file.shown.stem
            for number, paragraph in enumerate(list_at(row, "paragraphs", line, problems) or ()):
                numbers[title] = numbers.get(title, 0) + 1
                id = f"{language}:{title}-{numbers[title]}" if language else f"{title}-{numbers[title]}"
                where = f"paragraphs[{number}]"
                context = _context(paragraph, line, where, problems)
                if context is None:
                    problems.item_skipped()
                elif self.options.items == "passages":
                    metadata = {"line": line, **split_of_file(file.name), "title": title}
                    heading = (title.replace("_", " "),)
                    yield KnowledgeEntry(id, heading, context, language, title, metadata=metadata, passage=True)
                else:
                    about = {"line": line, **split_of_file(file.name), "passage": id}
                    yield from _questions(paragraph, about, where, problems)
            if problems.count and "paragraphs" not in row:
                problems.item_skipped()


def _context(paragraph: Any, line: int, where: str, problems: FileProblems) -> str | None:
    if not isinstance(paragraph, dict):
        problems.problem("a paragraph needs an object in braces", line, path=where)
        return None
    return text_at(paragraph, "context", line, problems, path=where)


def _questions(
    paragraph: Mapping[str, Any], about: Mapping[str, Any], where: str, problems: FileProblems
) -> Iterator[LabelledText]:
    line = about["line"]
    for number, row in enumerate(list_at(paragraph, "qas", line, problems, path=where) or ()):
        place = f"{where}.qas[{number}]"
        if not isinstance(row, dict):
            problems.problem("a question needs an object in braces", line, path=place)
            problems.item_skipped()
            continue
        question = text_at(row, "question", line, problems, path=place)
        answers = list_at(row, "answers", line, problems, path=place)
        if question is None or answers is None:
            problems.item_skipped()
            continue
        impossible = row.get("is_impossible") is True or not answers
        more = {name: value for name, value in row.items() if name != "question"}
        label = OUT_OF_SCOPE if impossible else about["passage"]
        yield LabelledText(repair_text(question), label, {**more, **about})
