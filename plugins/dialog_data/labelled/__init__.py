"""Texts with labels and marked entities."""
