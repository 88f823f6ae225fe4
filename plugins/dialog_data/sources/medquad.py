"""MedQuAD (Ben Abacha & Demner-Fushman 2019): medical questions and answers, a document on each page of XML.

The same as JSON lines, as it is often passed on, is read too.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, ClassVar

from dialog_core.configuration import Problem
from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_lines import read_objects
from dialog_data.files.problems import MAX_PROBLEMS, FileProblems
from dialog_data.sources.fields import text_at
from dialog_data.sources.source import SourceReader
from dialog_data.sources.xml_elements import XmlElement, read_xml

_KEYS = {"source", "qid", "qtype", "focus", "question", "answer"}
_REMOVED = "the publisher has removed the answer"


class MedQuadReader(SourceReader):
    """Reads questions with their answers. Metadata have `focus`, `qtype`, and from XML `cuis`, `semantic_types`, ...

    Answers that the publisher has removed (three of the twelve sources) are no entries: `skipped` counts them.
    """

    suffixes: ClassVar = (".xml", ".jsonl")

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is `<Document>` with `<QAPairs>`, JSON lines with its keys, or a folder of such XML."""
        if sample.names:
            pages = [name for name in sample.names if name.endswith(".xml")]
            return bool(pages) and len(pages) * 2 > len(sample.names) and _is_page(_beginning(sample, pages[0]))
        if isinstance(sample.first, dict):
            return set(sample.first) >= _KEYS
        return _is_page(sample.head)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[KnowledgeEntry]:
        """Yield the questions with answers."""
        return self._page(file, problems) if file.name.lower().endswith(".xml") else self._lines(problems)

    def _lines(self, problems: FileProblems) -> Iterator[KnowledgeEntry]:
        for line, _, row in read_objects(problems):
            if row is None:
                problems.item_skipped()
                continue
            if not str(row.get("answer") or "").strip() and isinstance(row.get("question"), str):
                self._removed(line, problems)
                continue
            question, answer, qid = (text_at(row, key, line, problems) for key in ("question", "answer", "qid"))
            if question is None or answer is None or qid is None:
                problems.item_skipped()
                continue
            source = str(row.get("source") or "").strip()
            known = {"line": line, **{name: row[name] for name in row if name not in ("question", "answer", "url")}}
            yield _entry(source, qid, question, answer, str(row.get("url") or ""), known)

    def _page(self, file: SourceFile, problems: FileProblems) -> Iterator[KnowledgeEntry]:
        document: XmlElement | None = None
        about: dict[str, Any] = {"file": file.name}
        for element in read_xml(problems, within=("Document", "QAPairs")):
            if element.name == "Document":
                document = element
                about["doc_id"] = element.attributes.get("id", "")
            elif document is None or element.name not in ("QAPair", "Focus", "FocusAnnotations"):
                continue
            elif element.name == "Focus":
                about["focus"] = element.said
            elif element.name == "FocusAnnotations":
                about |= _annotations(element)
            else:
                yield from self._pair(element, document, about, problems)
        if document is None and not problems.count:
            problems.refuse("is no page of MedQuAD: there is no <Document>")

    def _pair(
        self, pair: XmlElement, page: XmlElement, about: dict[str, Any], problems: FileProblems
    ) -> Iterator[KnowledgeEntry]:
        question, answer = pair.child("Question"), pair.child("Answer")
        if question is None or not question.said:
            problems.problem("the pair has no question", pair.line)
            problems.item_skipped()
        elif answer is None or not answer.said:
            self._removed(pair.line, problems)
        else:
            source = page.attributes.get("source", "") or PurePosixPath(about["file"]).parent.name
            qid = question.attributes.get("qid") or f"{about['doc_id']}-{pair.attributes.get('pid', pair.line)}"
            more = {"line": pair.line, "source": source, "qid": qid, "qtype": question.attributes.get("qtype", "")}
            url = page.attributes.get("url", "")
            yield _entry(source, qid, repair_text(question.said), repair_text(answer.said), url, {**more, **about})

    def _removed(self, line: int, problems: FileProblems) -> None:
        self.skipped.count += 1
        if len(self.skipped.problems) < MAX_PROBLEMS:
            self.skipped.problems.append(Problem(_REMOVED, problems.file, line))


def _entry(source: str, qid: str, question: str, answer: str, url: str, known: dict[str, Any]) -> KnowledgeEntry:
    id = f"{source}-{qid}" if source else qid
    return KnowledgeEntry(id, (question,), answer, "en", url, metadata=known)


def _annotations(element: XmlElement) -> dict[str, Any]:
    """Return what is annotated about the focus: concepts, their types and group, synonyms, the category."""
    names = {"CUI": "cuis", "SemanticType": "semantic_types", "Synonym": "synonyms"}
    found: dict[str, Any] = {}
    for one in element.descendants():
        if one.name in names and one.said:
            found.setdefault(names[one.name], []).append(one.said)
        elif one.name == "SemanticGroup" and one.said:
            found["semantic_group"] = one.said
        elif one.name == "Category" and one.said:
            found["category"] = one.said
    return found


def _is_page(head: str) -> bool:
    return "<Document" in head and ("<QAPairs" in head or "<Focus" in head)


def _beginning(sample: Sample, name: str) -> str:
    """Return the first characters of a file in a folder; of one in an archive, nothing."""
    try:
        with (sample.path / name).open(encoding="utf-8", errors="replace") as file:
            return file.read(4000)
    except OSError:
        return ""
