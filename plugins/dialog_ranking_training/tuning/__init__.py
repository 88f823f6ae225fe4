"""Thresholds for a stated aim, and what they bring and cost."""

from dialog_ranking_training.tuning.aims import Aim, AimError, Chosen
from dialog_ranking_training.tuning.choosing import choose
from dialog_ranking_training.tuning.simulating import Simulated, simulate

__all__ = ["Aim", "AimError", "Chosen", "Simulated", "choose", "simulate"]
