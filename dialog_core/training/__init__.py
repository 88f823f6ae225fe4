"""Training: what a trainer is given, what it leaves behind, and how serving finds it. Public, for plugin authors.

A trainer writes files into a directory; the runner adds a manifest, moves it to
`models/<bot>/<component>/<fingerprint>/` and points `current.json` at it. Serving code asks its context for the
artefact and never imports training code.
"""

from typing import TYPE_CHECKING

from dialog_core.lazy import lazy_exports

if TYPE_CHECKING:
    from dialog_core.training.artefacts import Artefact
    from dialog_core.training.built import BuiltFiles
    from dialog_core.training.conversations import (
        RecordedConversation,
        read_conversations,
        read_recorded,
        recorded,
        snapshot,
    )
    from dialog_core.training.data_files import DataFile, Untold, line_of, read_data, read_labelled
    from dialog_core.training.job import Progress, SilentProgress, TrainingJob, TrainingResult
    from dialog_core.training.manifest import FileRecord, InputRecord, Manifest
    from dialog_core.training.marks import OnlyIfSet, ServingOnly, SpeedOnly
    from dialog_core.training.planning import entry_with, plan
    from dialog_core.training.reporting import show_outcomes
    from dialog_core.training.runner import Outcome, TrainingRunner
    from dialog_core.training.showing import ShownJob, ShownProgress, show_progress
    from dialog_core.training.split_options import Split, ValidationSplit
    from dialog_core.training.thresholds import (
        Thresholds,
        save_thresholds,
        standing,
        stated_aim,
        stated_answer_at,
    )

__all__ = [
    "Artefact",
    "BuiltFiles",
    "DataFile",
    "FileRecord",
    "InputRecord",
    "Manifest",
    "OnlyIfSet",
    "Outcome",
    "Progress",
    "RecordedConversation",
    "ServingOnly",
    "ShownJob",
    "ShownProgress",
    "SilentProgress",
    "SpeedOnly",
    "Split",
    "Thresholds",
    "TrainingJob",
    "TrainingResult",
    "TrainingRunner",
    "Untold",
    "ValidationSplit",
    "entry_with",
    "line_of",
    "plan",
    "read_conversations",
    "read_data",
    "read_labelled",
    "read_recorded",
    "recorded",
    "save_thresholds",
    "show_outcomes",
    "show_progress",
    "snapshot",
    "standing",
    "stated_aim",
    "stated_answer_at",
]

# Lazily, so that serving an artefact imports nothing of what trains one.
__getattr__, __dir__ = lazy_exports(
    __name__,
    globals(),
    {
        "artefacts": ("Artefact",),
        "built": ("BuiltFiles",),
        "conversations": ("RecordedConversation", "read_conversations", "read_recorded", "recorded", "snapshot"),
        "data_files": ("DataFile", "Untold", "line_of", "read_data", "read_labelled"),
        "job": ("Progress", "SilentProgress", "TrainingJob", "TrainingResult"),
        "manifest": ("FileRecord", "InputRecord", "Manifest"),
        "marks": ("OnlyIfSet", "ServingOnly", "SpeedOnly"),
        "planning": ("entry_with", "plan"),
        "reporting": ("show_outcomes",),
        "runner": ("Outcome", "TrainingRunner"),
        "showing": ("ShownJob", "ShownProgress", "show_progress"),
        "split_options": ("Split", "ValidationSplit"),
        "thresholds": ("Thresholds", "save_thresholds", "standing", "stated_aim", "stated_answer_at"),
    },
)
