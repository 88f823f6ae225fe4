"""In which part of its data set a file stands, as its name says."""

import re
from pathlib import PurePosixPath

from dialog_data.files.archives import SourceFile

SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    "test": "test",
}
_WORDS = re.compile(r"[^a-z]+")


def split_of(file: SourceFile) -> str | None:
    """Return `train`, `validation` or `test` if the name of a file has such a word, or a folder is called so.

    The name counts before the folder: `test/valid_1.json` is of the validation part.
    """
    name = PurePosixPath(file.name)
    for word in _WORDS.split(name.name.lower()):
        if word in SPLITS:
            return SPLITS[word]
    folders = [folder.name for folder in name.parents] + [file.shown.parent.name]
    return next((SPLITS[folder.lower()] for folder in folders if folder.lower() in SPLITS), None)
