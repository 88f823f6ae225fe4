"""Labelling in the terminal: a card for each text, one key for most decisions."""
