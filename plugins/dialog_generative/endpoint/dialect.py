"""What an endpoint turns out not to know; it is asked without that from then on."""

import logging
import re
from collections.abc import Mapping
from typing import Any

logger = logging.getLogger(__name__)
LENGTH = ("max_tokens", "max_completion_tokens")  # the old and the new name; endpoints know one or both
DISPENSABLE = ("stream_options", "seed", "logprobs", "temperature", "top_p", "n")
# How endpoints say that they do not know a field, and not that its value is too large, say.
UNKNOWN = re.compile(r"(?i)unsupported|not support|unknown|unrecogni[sz]ed|unexpected|extra|not permitted|not allowed")


class Dialect:
    """The fields an endpoint does without."""

    def __init__(self, name: str, *, modern: bool) -> None:
        """Begin with what is usual.

        Args:
            name: Whose endpoint it is, for the log.
            modern: Whether to begin with the new name of `max_tokens`.
        """
        self._name = name
        self._length = LENGTH[modern]
        self._refused: set[str] = set()

    def spoken(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a request in the endpoint's dialect."""
        told = {self._length if name in LENGTH else name: value for name, value in body.items()}
        return {name: value for name, value in told.items() if name not in self._refused}

    def learn(self, message: str, param: str | None, sent: Mapping[str, Any]) -> bool:
        """Learn from why a request was refused, and return whether it is worth asking again."""
        if not UNKNOWN.search(message):  # it knows the field, and does not like its value
            return False
        for name in (*LENGTH, *DISPENSABLE):
            if name not in sent or name in self._refused or not (param == name or _names(message, name)):
                continue
            self._refused.add(name)
            if name in LENGTH:
                self._length = LENGTH[1 - LENGTH.index(name)]
            logger.warning("the endpoint of %s does not know `%s`: it is asked without", self._name, name)
            return True
        return False


def _names(message: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){name}(?![\w-])", message) is not None
