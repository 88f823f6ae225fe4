"""Choices to learn from: the candidates of one turn, with what is known of which of them were right."""

from dialog_ranking.choices.choice import Choice, Label
from dialog_ranking.choices.files import read_choices, write_choices
from dialog_ranking.choices.recording import choice_of_rehearsed, choice_of_trace

__all__ = ["Choice", "Label", "choice_of_rehearsed", "choice_of_trace", "read_choices", "write_choices"]
