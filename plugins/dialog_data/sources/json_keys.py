"""Which keys a JSON file has, without reading it as JSON: it may be as large as the data set."""

import re

from dialog_data.files.encodings import open_text
from dialog_data.files.problems import FileProblems

_CHUNK = 1 << 20
_LONGEST = 200  # bytes of a key and what stands between it and its colon


def has_key(problems: FileProblems, name: str) -> bool:
    """Whether a file has such a key somewhere; in a text, its quotes would be written in another way.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read.
    """
    wanted = re.compile(rb'"%s"\s*:' % re.escape(name.encode()))
    before = b""
    with open_text(problems) as stream:
        while piece := stream.read(_CHUNK):
            if wanted.search(before + piece):
                return True
            before = piece[-_LONGEST:]
    return False
