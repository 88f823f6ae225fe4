"""BEIR (Thakur et al. 2021): `corpus.jsonl`, `queries.jsonl`, and in `qrels/` which document answers which query."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar

from dialog_core.datasets import KnowledgeEntry, LabelledText
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_lines import read_objects
from dialog_data.files.problems import FileProblems
from dialog_data.knowledge.table_rows import TableRow, read_table
from dialog_data.sources.fields import split_of_file, text_at
from dialog_data.sources.set_options import PassagesOptions
from dialog_data.sources.source import SourceReader

_JUDGEMENTS = ["query-id", "corpus-id", "score"]


class BeirReader(SourceReader):
    """Reads the documents as passages, or with `items: questions` the queries, labelled with documents that are right.

    A query with several right documents comes once for each. Of the queries, their texts are held in memory.
    """

    options: PassagesOptions
    suffixes: ClassVar = (".jsonl",)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it has documents with `_id`, `title` and `text`, or is a folder with `corpus.jsonl` and qrels."""
        if sample.names:
            names = {PurePosixPath(name).name for name in sample.names}
            judged = any(name.endswith(".tsv") and "qrels" in name for name in sample.names)
            return "corpus.jsonl" in names and judged
        return isinstance(sample.first, dict) and {"_id", "title", "text"} <= set(sample.first)

    def reads(self, file: SourceFile) -> bool:
        """Whether it is the corpus, or if questions are wanted a table of judgements."""
        name = PurePosixPath(file.name)
        if self.options.items == "passages":
            return name.name == "corpus.jsonl"
        return name.suffix == ".tsv" and "qrels" in file.name

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[KnowledgeEntry | LabelledText]:
        """Yield documents, or queries."""
        return _documents(problems) if self.options.items == "passages" else self._queries(file, problems)

    def _queries(self, file: SourceFile, problems: FileProblems) -> Iterator[LabelledText]:
        rows = read_table(problems, "\t")
        header = next(rows, None)
        if header is None or header.cells != _JUDGEMENTS:
            remedy = "Separate them with tabs."
            problems.refuse("does not begin with the header row query-id, corpus-id, score", remedy=remedy)
        about = split_of_file(file.name)
        texts = _texts(self._queries_file(file, problems))
        for row in rows:
            found = _query(row, texts, about, problems)
            if problems.item_done() and found is not None:
                yield found

    def _queries_file(self, file: SourceFile, problems: FileProblems) -> SourceFile:
        """Return where the queries are: `queries.jsonl` beside the table or above it, or `queries_train.jsonl`."""
        own = f"queries_{PurePosixPath(file.name).stem.removeprefix('qrels_')}.jsonl"
        for name in ("queries.jsonl", "../queries.jsonl", own):
            if (found := self.beside(file, name)) is not None:
                return found
        problems.refuse(f"there is no queries.jsonl or {own} beside it", remedy="Name the folder that has all of them.")


def _query(
    row: TableRow, texts: Mapping[str, tuple[str, dict[str, Any]]], about: Mapping[str, str], problems: FileProblems
) -> LabelledText | None:
    """Return a query with a document that is right; None for one that was judged and is not."""
    if len(row.cells) != len(_JUDGEMENTS):
        problems.problem(f"the row has {len(row.cells)} cells, and the header has {len(_JUDGEMENTS)}", row.line)
        return None
    query, document, written = row.cells
    try:
        score = float(written)
    except ValueError:
        problems.problem(f"the score {written[:20]!r} is not a number", row.line)
        return None
    if query not in texts:
        problems.problem(f"there is no query {query[:40]!r}", row.line, remedy="Add it to queries.jsonl.")
        return None
    text, more = texts[query]
    return (
        LabelledText(text, document, {"line": row.line, **about, **more, "query": query, "score": score})
        if score > 0
        else None
    )


def _documents(problems: FileProblems) -> Iterator[KnowledgeEntry]:
    for line, _, row in read_objects(problems):
        id = None if row is None else _id(row, line, problems)
        text = None if row is None else text_at(row, "text", line, problems)
        if row is None or id is None or text is None:
            problems.item_skipped()
            continue
        title = row.get("title")
        heading = (repair_text(title).strip(),) if isinstance(title, str) and title.strip() else ()
        metadata = {"line": line, **{name: row[name] for name in row if name not in ("_id", "title", "text")}}
        yield KnowledgeEntry(id, heading, text, metadata=metadata, passage=True)


def _texts(file: SourceFile) -> dict[str, tuple[str, dict[str, Any]]]:
    problems = FileProblems(file.shown, source=file.path)
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for line, _, row in read_objects(problems):
        id = None if row is None else _id(row, line, problems)
        text = None if row is None else text_at(row, "text", line, problems)
        if row is not None and id is not None and text is not None:
            if id in found:
                problems.problem(f"the id {id!r} stands there twice", line, path="_id", remedy="Change one of the two.")
            found[id] = text, {name: row[name] for name in row if name not in ("_id", "text")}
    problems.finish()
    return found


def _id(row: dict[str, Any], line: int, problems: FileProblems) -> str | None:
    id = row.get("_id")
    if isinstance(id, int) and not isinstance(id, bool):
        return str(id)
    return text_at(row, "_id", line, problems)
