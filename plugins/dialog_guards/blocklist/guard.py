"""The guard `blocklist`: words that are not to be said, however they are disguised."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

from dialog_core import Allow, Candidate, Component, Context, Refuse, Rewrite, Turn
from dialog_core.configuration import Problem, read_lines
from dialog_core.wording import worded
from dialog_guards.blocklist.options import BlocklistOptions, Then
from dialog_guards.blocklist.words import WordFinder


class Blocklist(Component[BlocklistOptions]):
    """Refuses or masks texts with words that an operator has listed."""

    inline = True
    streams = True

    def __init__(self, options: BlocklistOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.update(options.path)
        self._words = WordFinder(
            listed_words(options), anywhere=options.match == "anywhere", disguised=options.disguised
        )
        self._unless = WordFinder(options.unless, anywhere=False, disguised=False) if options.unless else None

    def check_input(self, turn: Turn) -> Allow | Rewrite | Refuse:
        """Judge a message."""
        return self._judge(turn.text, self.options.incoming, turn)

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Rewrite | Refuse:
        """Judge a reply."""
        return self._judge(candidate.text, self.options.outgoing, turn)

    def _judge(self, text: str, then: Then, turn: Turn) -> Allow | Rewrite | Refuse:
        found = self._meant(text) if then != "allow" else []
        if not found:
            return Allow()
        if then == "refuse":
            told = f"{len(found)} blocked word{'s' if len(found) > 1 else ''}"
            return Refuse(told, worded(self.options.reply, turn.language))
        for begin, end in reversed(found):
            text = f"{text[:begin]}{self.options.mask}{text[end:]}"
        return Rewrite(text)

    def _meant(self, text: str) -> list[tuple[int, int]]:
        """Return where words stand that are listed and do not stand within what makes them something else."""
        found = self._words.find(text)
        if not found or self._unless is None:
            return found
        harmless = self._unless.find(text)
        begins = [start for start, _ in harmless]

        def is_part(begin: int, end: int) -> bool:
            place = bisect_right(begins, begin)
            return place > 0 and end <= harmless[place - 1][1]

        return [span for span in found if not is_part(*span)]


def listed_words(options: BlocklistOptions) -> Iterator[str]:
    """Yield the words of the options and of the files they name.

    Raises:
        ConfigurationError: A file cannot be read.
    """
    yield from options.words
    for path in options.path:
        yield from words_in(path)


def words_in(path: Path) -> Iterator[str]:
    """Yield the words of a file, without remarks and empty lines.

    Raises:
        ConfigurationError: It cannot be read.
    """
    for _, line in read_lines(path):
        word = line.strip()
        if word and word != "#" and not word.startswith("# "):
            yield word


def check(options: BlocklistOptions, context: Context) -> Iterable[Problem]:
    """Yield what is wrong with the files; one without a word blocks nothing, which nobody wants."""
    for number, path in enumerate(options.path):
        if not any(True for _ in words_in(path)):
            yield Problem(f"{path.name} has no words in it", path=f"path[{number}]", remedy="Write one a line.")
