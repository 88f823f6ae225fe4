"""The fenced blocks of a Markdown page, with what the page says about them invisibly.

A comment right above a block tells the tests what it is; readers do not see it:

    <!-- file: faq.yaml -->            the block is this file (so does `title="faq.yaml"` behind the language, visibly)
    <!-- append: rules.yaml -->        the block is added to the end of this file
    <!-- wrong on purpose -->          the block has a mistake that `dialog-core check` has to find
    <!-- exit: 2 -->                   the last command of the block ends with this status
    <!-- output -->                    the block is what the Python block before it prints
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DIRECTIVES = {"file", "append", "wrong on purpose", "exit", "output", "read by a command"}

_FENCE = re.compile(
    r"(?P<comments>(?:^[ ]*<!--[^>]*-->[ ]*\n)*)"
    r"^(?P<indent>[ ]*)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=indent)(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
_COMMENT = re.compile(r"<!--\s*([\w ]+?)\s*(?::\s*(.*?)\s*)?-->")
_TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        page: The page it stands on.
        line: The line its fence stands on.
        language: The first word behind the fence.
        text: What stands in it.
        told: What comments say about it.
    """

    page: Path
    line: int
    language: str
    text: str
    told: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: the {self.language or 'nameless'} block"


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page in order."""
    source = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(source):
        told = {name: value or "" for name, value in _COMMENT.findall(match["comments"]) if name in DIRECTIVES}
        title = _TITLE.search(match["info"])
        if title:
            told["file"] = title[1]
        line = source.count("\n", 0, match.start("fence")) + 1
        text = re.sub(rf"^{match['indent']}", "", match["text"], flags=re.MULTILINE)
        language = match["info"].split()[0] if match["info"].split() else ""
        found.append(Block(page, line, language, text, told))
    fences = len(re.findall(r"^[ ]*(?:`{3,}|~{3,})", source, re.MULTILINE))
    assert fences == 2 * len(found), f"{page}: a block is not closed, or nested in another"
    return found
