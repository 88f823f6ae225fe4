"""The options of the dataset readers. They stand beside `path` in the bot file's `knowledge:`."""

from typing import Literal

from pydantic import Field

from dialog_core.configuration import Names, Options


class SourceOptions(Options):
    """A file that may have mistakes."""

    on_error: Literal["stop", "skip"] = Field(
        default="stop",
        description="What to do about an item that is not as it should be: `stop` refuses the file and says what is "
        "wrong with it; `skip` passes over the item, and says so.",
    )
    encoding: str = Field(
        default="utf-8",
        min_length=1,
        description="How the file's text is encoded, such as `cp1252` or `gb18030`. A byte order mark of UTF-8, UTF-16 "
        "or UTF-32 goes before it.",
    )


class CsvOptions(SourceOptions):
    """A table with a header row."""

    delimiter: str = Field(
        default="",
        max_length=1,
        description="What separates cells; empty: what the header row shows.",
    )


class JsonlFields(Options):
    """Under which keys a file keeps what an entry has: a key, or a text with keys in braces, `{source}-{qid}`."""

    id: str = Field(default="id", min_length=1, description="The entry's id.")
    question: str = Field(default="question", min_length=1, description="The question, or a list of phrasings.")
    questions: str = Field(default="questions", min_length=1, description="Further phrasings.")
    answer: str = Field(default="answer", min_length=1, description="The answer.")
    language: str = Field(default="language", min_length=1, description="Its language.")
    source: str = Field(default="source", min_length=1, description="Where it comes from.")
    tags: str = Field(default="tags", min_length=1, description="A list of tags, or one tag.")
    valid_from: str = Field(default="valid_from", min_length=1, description="The first day it holds.")
    valid_until: str = Field(default="valid_until", min_length=1, description="The last day it holds.")
    metadata: str = Field(default="metadata", min_length=1, description="A mapping with further facts.")


class JsonlOptions(SourceOptions):
    """A JSON object on each line."""

    fields: JsonlFields = Field(
        default=JsonlFields(), description="Our names and the keys of the file; all other keys become metadata."
    )
    passages: bool = Field(
        default=False,
        description="Whether the lines are parts of documents: `question` is the title or heading, and what is asked "
        "for stands in `answer`.",
    )
    skip_incomplete: bool = Field(
        default=False, description="Pass over lines without a question or an answer instead of refusing the file."
    )


class MarkdownOptions(SourceOptions):
    """A page of questions as headings, each with its answer below."""

    also_asked: Names = Field(
        default=("Also asked", "相似问法"),
        min_length=1,
        description="What introduces a list of further phrasings under a heading, without the colon.",
    )


class DocumentsOptions(Options):
    """Long documents, cut into passages along their headings: a file, or all documents of a folder."""

    on_error: Literal["stop", "skip"] = Field(
        default="stop",
        description="What to do about a document that cannot be read: `stop` says what is wrong with all there are; "
        "`skip` passes over it, and says so.",
    )
    passage_length: int = Field(
        default=120,
        ge=10,
        le=10_000,
        description="How many words a passage has at most; eight Chinese characters count as five words. Around 100 is "
        "what question answering over passages is commonly done with, a reply of that length is still read in a chat, "
        "and with its headings it fits into the 256 tokens that small encoders see. Code and rows of tables are never "
        "cut, so a passage with such may be longer.",
    )
    overlap: int = Field(
        default=0,
        ge=0,
        le=10,
        description="How many sentences of the passage before each passage begins with, where both stand under the "
        "same heading; no more than half a passage.",
    )
    language: str = Field(
        default="",
        pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$",
        description="The documents' language, a BCP 47 tag such as `en`; empty: the bot's.",
    )
    tags: Names = Field(default=(), description="Tags of all passages, for filters.")
    exclude: Names = Field(
        default=(), description="Files of a folder to leave out, with `*` for anything: `drafts/*`, `scan.pdf`."
    )
    encoding: str = Field(
        default="",
        description="The encoding of text and HTML files, such as `gb18030`; empty: what their byte order mark or "
        "HTML itself says, else UTF-8.",
    )


class LabelledOptions(SourceOptions):
    """Texts with labels and marked entities: what annotators learn from and are measured with."""

    labels: bool = Field(default=True, description="Whether each text must have a label.")
    entities: bool = Field(
        default=False,
        description="Whether the marked entities matter: then what looks like a mark and is none is a mistake.",
    )
