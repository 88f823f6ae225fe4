"""In which part of its data set a file stands, as its name says."""

import re
from pathlib import PurePosixPath

from dialog_data.files.archives import SourceFile
from dialog_data.sources.fields import split_name

_WORDS = re.compile(r"[^a-z]+")


def split_of(file: SourceFile) -> str | None:
    """Return `train`, `validation` or `test` if the name of a file has such a word, or a folder is called so.

    The name counts before the folder: `test/valid_1.json` is of the validation part.
    """
    name = PurePosixPath(file.name)
    for word in _WORDS.split(name.name.lower()):
        if split := split_name(word):
            return split
    folders = [folder.name for folder in name.parents] + [file.shown.parent.name]
    return next((split for folder in folders if (split := split_name(folder))), None)
