"""The options of those who read and write what people have labelled."""

from typing import Any, Literal

from pydantic import Field

from dialog_core.configuration import Options
from dialog_data.files.offsets import Counting
from dialog_data.labelling.resolving import REFUSE
from dialog_data.options import SourceOptions

_OFFSETS: Any = Field(
    default="utf16",
    description="What doccano's offsets count: `utf16` code units, as its editor does; `graphemes` in a project that "
    "counts grapheme clusters as one character; `characters` where a program has written them. The difference is "
    "in texts with emoji and the like.",
)


class LabelsOptions(SourceOptions):
    """A log that `dialog-core data label` has written."""

    conflicts: str = Field(
        default=REFUSE,
        min_length=1,
        description="What to do where annotators disagree about a text: `refuse` the file and say where, follow the "
        "`majority` and leave out ties, `leave_out` every such text, or follow the annotator of this name. `all` gives "
        "what each of them has said as a text of its own.",
    )


class AnnotatedOptions(LabelsOptions):
    """An export of a tool that people label with."""


class DoccanoOptions(AnnotatedOptions):
    """An export of doccano."""

    offsets: Counting = _OFFSETS


class LabelStudioOptions(AnnotatedOptions):
    """An export of Label Studio."""

    text: str = Field(
        default="",
        description="Under which key of `data` the text stands; empty: under `text`, or the only one that is a text.",
    )


class DoccanoWriterOptions(Options):
    """Rows to import into doccano."""

    project: Literal["intents", "classification", "entities"] = Field(
        default="intents",
        description="For which kind of project: `intents` for intent detection and slot filling, `classification` for "
        "text classification, `entities` for sequence labelling.",
    )
    offsets: Counting = _OFFSETS


class LabelStudioWriterOptions(Options):
    """Tasks to import into Label Studio."""

    label_control: str = Field(
        default="intent", min_length=1, description="What the labelling interface calls its `Choices`."
    )
    entity_control: str = Field(
        default="entities", min_length=1, description="What the labelling interface calls its `Labels`."
    )
    text_object: str = Field(default="text", min_length=1, description="What the labelling interface calls its `Text`.")
