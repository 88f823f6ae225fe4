"""Chance that is the same each time."""

SEED = 20_261
"""Decides whatever is drawn at random, unless somebody says otherwise."""
