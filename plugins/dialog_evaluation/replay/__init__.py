"""Stored conversations put to a changed bot: what it would answer differently."""
