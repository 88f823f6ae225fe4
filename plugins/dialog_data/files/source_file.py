"""A file to read, wherever it stands."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read.

    Attributes:
        path: Where its bytes are; of a file in an archive, only its ending is the one it had.
        shown: What messages call it: `corpus.zip/train.txt` where it stands in an archive.
        name: Its path in the folder or archive, with `/` between; of a file, its name; of `chats.jsonl.gz`,
            `chats.jsonl`. What an archive in an archive or in a folder holds stands below that one's name.
    """

    path: Path
    shown: Path
    name: str
