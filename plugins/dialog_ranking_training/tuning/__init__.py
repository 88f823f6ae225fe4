"""Thresholds for a stated aim, and what they bring and cost."""

from dialog_ranking_training.tuning.choosing import Aim, AimError, Chosen, choose
from dialog_ranking_training.tuning.simulating import Simulated, simulate

__all__ = ["Aim", "AimError", "Chosen", "Simulated", "choose", "simulate"]
