"""The parts entities play, told by the words around them: `from Berlin to Paris`, `从北京到上海`, `北京出发`."""

from collections.abc import Mapping, Sequence

from dialog_nlu.word_tokens import words_of

BEHIND = "..."  # begins a word that stands behind the entity
_REACH = 30  # characters between an entity and a word that tells its role, at most
_WORDS_BETWEEN = 2  # "from the lovely Berlin"


class Roles:
    """Tells the role of one kind of entity.

    Args:
        words: The words for each role, in order of priority.
    """

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        before: list[tuple[list[str], str]] = []
        behind: list[tuple[list[str], str]] = []
        for role, phrases in words.items():
            for phrase in phrases:
                keys = [word.key for word in words_of(phrase.removeprefix(BEHIND))]
                if keys:
                    (behind if phrase.startswith(BEHIND) else before).append((keys, role))
        # "from" must not hide "away from", nor "to" hide "back to".
        self._before = sorted(before, key=lambda pair: -len(pair[0]))
        self._behind = sorted(behind, key=lambda pair: -len(pair[0]))

    def role(self, text: str, start: int, end: int, after: int, until: int) -> str | None:
        """Return the role of the entity from `start` to `end`, or None.

        Args:
            text: The message.
            start: Where the entity begins.
            end: Where it ends.
            after: Where the entity before it ends: words before that belong to that one.
            until: Where the entity behind it begins.
        """
        if self._behind:
            keys = [word.key for word in words_of(text[end : min(until, end + _REACH)])]
            for phrase, role in self._behind:
                if keys[: len(phrase)] == phrase:
                    return role
        keys = [word.key for word in words_of(text[max(after, start - _REACH) : start])]
        for skipped in range(min(_WORDS_BETWEEN, len(keys)) + 1):
            stop = len(keys) - skipped
            for phrase, role in self._before:
                if keys[max(stop - len(phrase), 0) : stop] == phrase:
                    return role
        return None
