"""The elements of a JSON file, one at a time, however large it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dialog_data.files.problems import FileProblems


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a list, or one entry of a mapping.

    Attributes:
        value: The element.
        line: On which line it begins.
        key: Under which key it stands; None: in a list.
    """

    value: Any
    line: int
    key: str | None = None


def read_elements(problems: FileProblems) -> Iterator[Element]:
    """Yield the elements of a file whose content is one JSON list or mapping, in order.

    What cannot be read is reported with its line; memory grows with the largest element, not with the file.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read.
    """
    raise NotImplementedError
    yield
