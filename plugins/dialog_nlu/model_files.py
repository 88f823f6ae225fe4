"""Reading what training has left behind: whatever is wrong with it is told in one way."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile

from dialog_core import ArtefactError
from dialog_core.training import Artefact

TAGGER_VERSION = 1  # of the tagger's features and files; bump it when a model of before would misread them
RETRAIN = "Run: dialog-core train BOT --force"
# What the readers of JSON and npz raise about files that are damaged, or do not belong together.
DAMAGED: tuple[type[Exception], ...] = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    OSError,
    EOFError,
    BadZipFile,
    zlib.error,
)


@contextmanager
def reading(artefact: Artefact, *more: type[Exception]) -> Iterator[None]:
    """Turn what readers raise about an artefact's files, `more` kinds of errors too, into an ArtefactError."""
    try:
        yield
    except (*DAMAGED, *more) as error:
        raise ArtefactError(
            f"the model in {artefact.directory} cannot be used: {error}",
            component=artefact.manifest.component,
            remedy=RETRAIN,
        ) from error
