"""Choices to learn from: the candidates of one turn, with what is known of which of them were right."""

from dialog_ranking.choices.choice import Choice, Label
from dialog_ranking.choices.fields import NotAChoice
from dialog_ranking.choices.files import line_of, read_choices, write_choices
from dialog_ranking.choices.json_form import to_json
from dialog_ranking.choices.parsing import from_json
from dialog_ranking.choices.recording import choice_of_rehearsed, choice_of_trace, in_full

__all__ = [
    "Choice",
    "Label",
    "NotAChoice",
    "choice_of_rehearsed",
    "choice_of_trace",
    "from_json",
    "in_full",
    "line_of",
    "read_choices",
    "to_json",
    "write_choices",
]
