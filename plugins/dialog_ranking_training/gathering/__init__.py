"""Making choices out of labelled dialogues, conversation tests and what a store has kept."""

from dialog_ranking_training.gathering.gathered import Gathered, gather

__all__ = ["Gathered", "gather"]
