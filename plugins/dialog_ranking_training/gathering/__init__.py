"""Making choices out of labelled dialogues, conversation tests and what a store has kept."""

from dialog_ranking_training.gathering.gathered import Gathered, gather
from dialog_ranking_training.gathering.logs import choices_of_store
from dialog_ranking_training.gathering.weights import cap_users, inverse_propensity

__all__ = ["Gathered", "cap_users", "choices_of_store", "gather", "inverse_propensity"]
