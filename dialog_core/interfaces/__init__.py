"""The contracts between the kernel and its parts: one verb each.

Every component is built as `Class(options, context)`: `options` is an instance of the options model it was registered
with, `context` a [`Context`][dialog_core.component.Context]. `dialog_core.Component` has that constructor; using it as
a base class is a convenience, not a duty. Each verb may be a plain or an `async` method.
"""

from dialog_core.interfaces.conversation_tests import CaseOutcome, CheckedStep, ForeignCase, TestFormat
from dialog_core.interfaces.data import (
    MAX_SKIPPED_SHOWN,
    Augmenter,
    Cleaner,
    DatasetReader,
    DatasetWriter,
    RecognizingReader,
    Removed,
    Sample,
    Skipped,
)
from dialog_core.interfaces.knowledge import Indexed, IndexReport, Retriever
from dialog_core.interfaces.stores import ConversationStore, ConversationSummary, ProfileStore, ProfileSummary
from dialog_core.interfaces.text import Analyzer, Encoder, FittableEncoder, Recognized, Recognizer
from dialog_core.interfaces.training import LanguageModel, Likelihood, Metric, Trainer
from dialog_core.interfaces.turn import (
    ActingPolicy,
    Allow,
    Annotator,
    Channel,
    Guard,
    MaybeAwaitable,
    Observer,
    Policy,
    Ranker,
    Refuse,
    Rewrite,
    StreamingPolicy,
    Verdict,
    Warmable,
)

__all__ = [
    "MAX_SKIPPED_SHOWN",
    "ActingPolicy",
    "Allow",
    "Analyzer",
    "Annotator",
    "Augmenter",
    "CaseOutcome",
    "Channel",
    "CheckedStep",
    "Cleaner",
    "ConversationStore",
    "ConversationSummary",
    "DatasetReader",
    "DatasetWriter",
    "Encoder",
    "FittableEncoder",
    "ForeignCase",
    "Guard",
    "IndexReport",
    "Indexed",
    "LanguageModel",
    "Likelihood",
    "MaybeAwaitable",
    "Metric",
    "Observer",
    "Policy",
    "ProfileStore",
    "ProfileSummary",
    "Ranker",
    "Recognized",
    "Recognizer",
    "RecognizingReader",
    "Refuse",
    "Removed",
    "Retriever",
    "Rewrite",
    "Sample",
    "Skipped",
    "StreamingPolicy",
    "TestFormat",
    "Trainer",
    "Verdict",
    "Warmable",
]
