"""Making choices out of labelled dialogues, conversation tests and what a store has kept."""

from dialog_ranking_training.gathering.gathered import Gathered, gather
from dialog_ranking_training.gathering.logs import choices_of_store

__all__ = ["Gathered", "choices_of_store", "gather"]
