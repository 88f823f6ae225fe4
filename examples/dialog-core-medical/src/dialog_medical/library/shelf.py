"""Which article a question is about. It is found by its name, never by likeness: a near miss is another illness."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dialog_core.datasets import KnowledgeEntry
from dialog_medical.library.aspects import ASPECT_ZH, CHILD, CHILD_ZH, COMMON_ZH, says_nothing
from dialog_medical.library.titles import CHILDREN, is_for_adults, names_of
from dialog_medical.library.words import words_of

_CHINESE = re.compile(r"[一-鿿]")
_RUN = re.compile(r"[一-鿿A-Za-z0-9]+")
_LONGEST_NAME = 12  # words
# Words of another illness, wherever they stand: "does gastritis cause cancer" is not answered with gastritis.
_ILLNESS = re.compile(r"cancer|tumor|itis$|osis$|oma$|pathy$|disease$|syndrome$|infection$|failure$|attack$")
_ILLNESS_ZH = "癌瘤炎"
JOINING = (
    frozenset(words_of("in of with and or for due to from by after during without induced associated related the a an"))
    | CHILD
)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question is about.

    Attributes:
        titles: The conditions it names, by the title of their article; the one meant first.
        name: The first of them as the question has it.
        known: The share of the question's words that are understood, from 0 to 1.
        beside: Words beside the name that nobody knows: with them it may be the name of something else.
    """

    titles: tuple[str, ...] = ()
    name: str = ""
    known: float = 0.0
    beside: tuple[str, ...] = ()


@dataclass(slots=True)
class Shelf:
    """Every name under which something may be asked for.

    Attributes:
        articles: The entries, by title.
        by_name: The titles a name may stand for, by its words.
        chinese: The same for names in Chinese, by their characters.
    """

    articles: Mapping[str, Sequence[KnowledgeEntry]] = field(default_factory=dict)
    by_name: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    chinese: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Sequence[KnowledgeEntry], others: Mapping[str, Sequence[str]]) -> "Shelf":
        """Return the shelf with these entries; a title of `others` without an article is a name all the same."""
        articles: dict[str, list[KnowledgeEntry]] = defaultdict(list)
        for entry in entries:
            articles[str(entry.metadata["focus"])].append(entry)
        shelf = cls(articles)
        for title in articles:
            for name in names_of(title):
                shelf._add(name, title)
        for title, names in others.items():
            found = shelf.by_name.get(words_of(title)) or [title]
            for name in (title, *names):
                for one in found:
                    shelf._add(name, one, first=name in names and one in articles)
        return shelf

    def _add(self, name: str, title: str, *, first: bool = False) -> None:
        if _CHINESE.search(name):
            titles = self.chinese.setdefault("".join(name.split()).casefold(), [])
        else:
            titles = self.by_name.setdefault(words_of(name), [])
        if title not in titles:
            titles.insert(0 if first else len(titles), title)

    def has(self, title: str) -> bool:
        """Whether there is an article of that title."""
        return title in self.articles

    def understand(self, question: str) -> Understood:
        """Return what a question is about."""
        return self._chinese(question) if _CHINESE.search(question) else self._latin(question)

    def _latin(self, question: str) -> Understood:
        words = words_of(question)
        found = _longest(words, self.by_name)
        if not found:
            return Understood()
        covered = {place for start, end, _ in found for place in range(start, end)}
        unknown = {place for place, word in enumerate(words) if place not in covered and not says_nothing(word)}
        beside = [words[place] for start, end, _ in found for place in _beside(words, start, end) if place in unknown]
        beside += [words[place] for place in sorted(unknown) if _ILLNESS.search(words[place])]
        of_child = bool(CHILD & set(words))
        titles = [self._pick(self.by_name[name], of_child) for _, _, name in found]
        if of_child and not CHILDREN.search(titles[0]) and is_for_adults(titles[0]):
            beside.append("child")
        start, end, _ = found[0]
        known = 1 - len(unknown) / max(1, len(words))
        return Understood(tuple(dict.fromkeys(titles)), " ".join(words[start:end]), known, tuple(beside))

    def _chinese(self, question: str) -> Understood:
        text = "".join(question.split()).casefold()
        found: list[tuple[int, int, str]] = []
        for name in sorted(self.chinese, key=len, reverse=True):
            for match in re.finditer(re.escape(name), text):
                if not any(start < match.end() and match.start() < end for start, end, _ in found):
                    found.append((match.start(), match.end(), name))
        if not found:
            return (
                self._latin(" ".join(re.findall(r"[A-Za-z0-9' -]+", question)))
                if re.search("[A-Za-z]", question)
                else Understood()
            )
        found.sort()
        masked = "".join(" " * 0 + char for char in text)
        for start, end, _ in found:
            masked = masked[:start] + "\0" * (end - start) + masked[end:]
        masked = ASPECT_ZH.sub(lambda match: " " * len(match[0]), masked)
        masked = re.sub("|".join(CHILD_ZH), lambda match: " " * len(match[0]), masked)
        masked = COMMON_ZH.sub(lambda match: " " * len(match[0]), masked)
        unknown = [place for place, char in enumerate(masked) if char != "\0" and _RUN.match(char)]
        beside = [masked[place] for start, end, _ in found for place in (start - 1, end) if place in unknown]
        beside += [masked[place] for place in unknown if masked[place] in _ILLNESS_ZH]
        of_child = any(word in text for word in CHILD_ZH)
        titles = [self._pick(self.chinese[name], of_child) for _, _, name in found]
        if of_child and is_for_adults(titles[0]):
            beside.append("child")
        return Understood(
            tuple(dict.fromkeys(titles)), found[0][2], 1 - len(unknown) / max(1, len(text)), tuple(beside)
        )

    def _pick(self, titles: Sequence[str], of_child: bool) -> str:
        """Return the title that is meant: with children that about children, otherwise the one with most to say."""
        about = [title for title in titles if bool(CHILDREN.search(title)) == of_child] or titles
        first = about[0]
        return (
            first
            if not self.articles
            else max(about, key=lambda title: (title == first and self.has(title), len(self.articles.get(title, ()))))
        )


def _beside(words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return the places around a name where a word may make it that of something else: "anaemia in ..."."""
    before, after = start - 1, end
    while before >= 0 and words[before] in JOINING:
        before -= 1
    while after < len(words) and words[after] in JOINING:
        after += 1
    return before, after


def _longest(
    words: Sequence[str], names: Mapping[tuple[str, ...], Sequence[str]]
) -> list[tuple[int, int, tuple[str, ...]]]:
    """Return the names that stand in a question, longest first, none within another; then in the order of the text."""
    found: list[tuple[int, int, tuple[str, ...]]] = []
    for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            name = tuple(words[start : start + size])
            if name in names and not any(begin < start + size and start < end for begin, end, _ in found):
                found.append((start, start + size, name))
    return sorted(found)
