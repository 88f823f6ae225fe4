"""Finds what to quote for a question, and puts the passage and its source into a reply."""

from collections.abc import Sequence

from dialog_core import Candidate, Context, Evidence, Turn
from dialog_core.datasets import KnowledgeEntry
from dialog_medical.guards.disclaimer import MEDICAL
from dialog_medical.library import wording
from dialog_medical.library.aspects import BY_KIND, INFORMATION, Aspect, aspect_of
from dialog_medical.library.passages import passage_of
from dialog_medical.library.reading import institute_of, read_library, read_names
from dialog_medical.library.shelf import Shelf, Understood
from dialog_medical.library.words import words_of
from dialog_medical.options import LEFT_OUT, LibraryOptions

SURE = 0.95  # score of a quotation that answers what was asked
BESIDE_THE_POINT = 0.42  # of one on another aspect of the condition: said where nobody knows better
CHOICE = 0.75  # of asking which of several conditions is meant
NO_LIBRARY = 0.75
MAX_QUESTION = 400  # characters; a letter is no question to a library


class Answers:
    """The library, read and ready to be asked."""

    def __init__(self, options: LibraryOptions, context: Context) -> None:
        self._options = options
        self.shelf = Shelf.of(read_library(options, context), read_names(options.names))

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return the passage that answers, what to choose from, or nothing."""
        question = turn.text
        if len(question) > MAX_QUESTION:
            return []
        shelf = self.shelf
        understood = shelf.understand(question)
        aspect = aspect_of(question)
        if not understood.titles or understood.beside or understood.known < self._options.least:
            return []
        if aspect is None and not _is_bare(question, understood):
            return []
        if self._options.path is None:
            return [self._no_library(turn)]
        titles = [title for title in understood.titles if shelf.has(title)]
        if len(titles) != len(understood.titles) or not titles:
            return []
        if len(titles) > 1:
            return [self._choice(turn, titles)]
        return [self._quotation(turn, shelf.articles[titles[0]], titles[0], aspect or INFORMATION)]

    def _quotation(self, turn: Turn, entries: Sequence[KnowledgeEntry], title: str, asked: Aspect) -> Candidate:
        entry = _best(entries, asked, turn.text)
        told = BY_KIND.get(str(entry.metadata.get("qtype")), INFORMATION)
        language = turn.language
        note = LEFT_OUT["en"]  # the passage is in English
        passage = passage_of(entry.answer, self._options.longest, note)
        institute = institute_of(entry)
        text = wording.quotation(language, title, asked, told, institute, passage, entry.source)
        score = SURE if told is asked else BESIDE_THE_POINT if asked is not INFORMATION else SURE
        metadata = {
            "id": entry.id,
            "title": f"{entry.metadata['focus']}: {told.en}",
            "url": entry.source,
            "institute": institute,
            MEDICAL: True,
        }
        return Candidate(text, score, evidence=(Evidence(passage, entry.source, score, metadata),))

    def _choice(self, turn: Turn, titles: Sequence[str]) -> Candidate:
        text, replies = wording.choice(turn.language, titles)
        return Candidate(text, CHOICE, quick_replies=replies)

    def _no_library(self, turn: Turn) -> Candidate:
        return Candidate(wording.no_library(turn.language), NO_LIBRARY, quick_replies=wording.book(turn.language))


def _best(entries: Sequence[KnowledgeEntry], asked: Aspect, question: str) -> KnowledgeEntry:
    """Return the entry on what is asked, else the one that says what it is; of several, that with most of the words."""
    for kind in (asked.kind, INFORMATION.kind, None):
        fitting = [entry for entry in entries if kind is None or entry.metadata.get("qtype") == kind]
        if fitting:
            words = set(words_of(question))
            return max(fitting, key=lambda entry: len(words & set(words_of(entry.questions[0]))))
    return entries[0]


def _is_bare(question: str, understood: Understood) -> bool:
    """Whether the question is little more than the name, as people type into a search."""
    words = words_of(question)
    return (
        len(words) <= len(words_of(understood.name)) + 2 and not ({"i", "my", "we"} & set(words)) and "我" not in words
    )
