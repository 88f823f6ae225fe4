"""The options of the dataset readers. They stand beside `path` in the bot file's `knowledge:`."""

from pydantic import Field

from dialog_core.configuration import Names, Options


class CsvOptions(Options):
    """A table with a header row."""

    delimiter: str = Field(
        default="",
        max_length=1,
        description="What separates cells; empty: a tab in `.tsv` files, else a comma.",
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


class JsonlOptions(Options):
    """A JSON object on each line."""

    fields: JsonlFields = Field(
        default=JsonlFields(), description="Our names and the keys of the file; all other keys become metadata."
    )
    skip_incomplete: bool = Field(
        default=False, description="Pass over lines without a question or an answer instead of refusing the file."
    )


class MarkdownOptions(Options):
    """A page of questions as headings, each with its answer below."""

    also_asked: Names = Field(
        default=("Also asked", "相似问法"),
        min_length=1,
        description="What introduces a list of further phrasings under a heading, without the colon.",
    )


class LabelledOptions(Options):
    """Texts with labels and marked entities: what annotators learn from and are measured with."""

    labels: bool = Field(default=True, description="Whether each text must have a label.")
    entities: bool = Field(
        default=False,
        description="Whether the marked entities matter: then what looks like a mark and is none is a mistake.",
    )
