"""The options of the reader of logs of labels."""

from pydantic import Field

from dialog_data.labelling.resolving import REFUSE
from dialog_data.options import SourceOptions


class LabelsOptions(SourceOptions):
    """A log that `dialog-core data label` has written."""

    conflicts: str = Field(
        default=REFUSE,
        min_length=1,
        description="What to do where annotators disagree about a text: `refuse` the file and say where, follow the "
        "`majority` and leave out ties, `leave_out` every such text, or follow the annotator of this name.",
    )
