"""Accepting a suggestion: what speaks against it, and writing it into the knowledge."""

from dataclasses import replace

from dialog_core import DialogError
from dialog_ranking_training.learning.masking import Masker
from dialog_ranking_training.learning.review.file import Review
from dialog_ranking_training.learning.suggestion import Suggestion
from dialog_ranking_training.learning.terminal.phrases import Phrases
from dialog_ranking_training.learning.writing import Change, KnowledgeWriter, Written


class NotAccepted(DialogError):
    """Something is missing of a suggestion; the message says what."""


class Accepting:
    """Writes suggestions into the knowledge, and keeps that they were.

    Args:
        review: The suggestions.
        writer: Writes into the knowledge.
        masker: Knows what was taken out of texts.
        phrases: In which language to say what is missing.
    """

    def __init__(self, review: Review, writer: KnowledgeWriter, masker: Masker, phrases: Phrases) -> None:
        self._review = review
        self._writer = writer
        self._masker = masker
        self._phrases = phrases

    def check(self, suggestion: Suggestion) -> None:
        """Raise NotAccepted where something is missing."""
        changes = suggestion.kind in ("changed_answer", "rephrasing")
        if not suggestion.questions and not (changes and suggestion.answer):
            raise NotAccepted(self._phrases.needs_question)
        if not suggestion.answer and not changes:
            raise NotAccepted(self._phrases.needs_answer)
        for placeholder in self._masker.placeholders:
            if any(placeholder in text for text in (*suggestion.questions, suggestion.answer)):
                raise NotAccepted(self._phrases.needs_filling_in.format(placeholder=placeholder))

    def accept(self, suggestion: Suggestion) -> Written:
        """Write a suggestion into the knowledge, and keep in the review that it was.

        Raises:
            NotAccepted: Something is missing.
            Unwritable: It has to be written by hand; the message says where.
            ConfigurationError: A file is wrong, or cannot be written.
        """
        self.check(suggestion)
        change = Change(suggestion.questions, suggestion.answer, suggestion.entry)
        written = self._writer.write(suggestion.knowledge, change)
        kept = replace(suggestion, entry=written.entry)
        self._review.decide(kept, "accept", f"{written.file.name}#{written.entry}")
        return written
