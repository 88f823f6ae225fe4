"""The options of the readers of published sets of labelled texts and knowledge."""

from typing import Literal

from pydantic import Field

from dialog_core.configuration import Names, Options
from dialog_data.options import SourceOptions


class Clinc150Options(SourceOptions):
    """CLINC150: requests by intent, and what is about none of them."""

    variant: Literal["full", "small", "imbalanced", "oos_plus"] = Field(
        default="full", description="Which of the files `data_VARIANT.json` to read where a folder is named."
    )


class PassagesOptions(SourceOptions):
    """A set of questions about passages."""

    items: Literal["passages", "questions"] = Field(
        default="passages",
        description="What to read: `passages` are what a bot can know; `questions` are texts labelled with the id of "
        "the passage that answers them, as `dialog-core evaluate retrieval` wants them.",
    )


class ChatterbotOptions(SourceOptions):
    """Files of the chatterbot corpus."""

    alternatives: Names = Field(
        default=("computers", "emotion"),
        description="The categories whose lists hold one statement and several replies to it, each a dialogue of its "
        "own. Everywhere else, a list is a dialogue. In the published corpus these two are so.",
    )


class Columns(Options):
    """Which columns of a data set are what; empty: found by their usual names."""

    id: str = Field(default="", description="An id.")
    text: str = Field(default="", description="A text to be labelled: `text`, `utterance`, `sentence`, `query`.")
    label: str = Field(default="", description="Its label: `label`, `intent`, `category`.")
    question: str = Field(default="", description="A question, or a list of phrasings.")
    answer: str = Field(default="", description="Its answer.")
    context: str = Field(default="", description="What was said before: a text, or a list of them, oldest first.")
    response: str = Field(default="", description="What was answered.")
    messages: str = Field(
        default="",
        description="A list of messages with role and text: `messages`, `conversations`, `turns`.",
    )
    utterances: str = Field(
        default="", description="A list of texts, two people in turn: `dialog`, `dialogue`, `utterances`."
    )


class HuggingFaceOptions(SourceOptions):
    """A data set of the Hugging Face library `datasets`."""

    split: str = Field(default="", description="One of its splits, such as `train`; empty: all of them.")
    config: str = Field(default="", description="Which of the data sets under one name; empty: the only one.")
    revision: str = Field(default="", description="A branch, tag or commit on the hub; empty: the newest.")
    columns: Columns = Field(default=Columns(), description="Which columns are what.")


class ConversationsOptions(SourceOptions):
    """Conversations that a bot has stored."""

    user: str = Field(default="", description="Only conversations of this user; empty: of all.")
