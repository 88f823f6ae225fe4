"""Thresholds for a stated aim, and what they bring and cost."""
