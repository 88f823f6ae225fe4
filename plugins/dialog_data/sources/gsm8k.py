r"""GSM8K (Cobbe et al. 2021): word problems in JSON lines, solved step by step, in the Socratic form with questions.

`{"question": "...", "answer": "How many ...? ** She has 3 + 4 = <<3+4=7>>7.\n#### 7"}`
"""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_lines import read_objects
from dialog_data.files.problems import FileProblems
from dialog_data.sources.fields import split_of_file, text_at
from dialog_data.sources.source import SourceReader

FINAL = "#### "
_SOCRATIC = " ** "
_CALCULATION = re.compile(r"<<[^<>\n]*>>")


class Gsm8kReader(SourceReader):
    """Reads each problem as an entry: the question, and how it is solved.

    The answer reads as people write it; metadata have the `steps` with their questions (Socratic form) and with the
    calculations in `<<` and `>>`, and what comes out, `final`: together all that the source has.
    """

    suffixes: ClassVar = (".jsonl",)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it has `question` and an `answer` that ends with `####` and a number."""
        first = sample.first
        if not isinstance(first, dict) or set(first) != {"question", "answer"}:
            return False
        answer = first["answer"]
        return isinstance(answer, str) and (FINAL in answer or bool(_CALCULATION.search(answer)))

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[KnowledgeEntry]:
        """Yield the problems."""
        name = file.name.rsplit(".", 1)[0]
        for line, _, row in read_objects(problems):
            found = None if row is None else _entry(row, line, name, split_of_file(file.name), problems)
            if found is None:
                problems.item_skipped()
            else:
                yield found


def _entry(
    row: dict[str, Any], line: int, name: str, about: dict[str, str], problems: FileProblems
) -> KnowledgeEntry | None:
    question, solution = text_at(row, "question", line, problems), text_at(row, "answer", line, problems)
    if question is None or solution is None:
        return None
    body, mark, final = solution.rpartition(FINAL)
    if not mark:
        problems.problem("the answer has no result", line, path="answer", remedy="Its last line is such as: #### 42.")
        return None
    steps = [_step(text) for text in body.strip().split("\n")] if body.strip() else []
    readable = [_CALCULATION.sub("", step["text"]) for step in steps]
    answer = "\n".join([*readable, final.strip()])
    metadata = {"line": line, **about, "steps": steps, "final": final.strip()}
    return KnowledgeEntry(f"{name}:{line}", (question,), answer, metadata=metadata)


def _step(text: str) -> dict[str, str]:
    question, mark, said = text.partition(_SOCRATIC)
    return {"question": question, "text": said} if mark else {"text": text}
