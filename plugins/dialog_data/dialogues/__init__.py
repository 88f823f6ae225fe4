"""Recorded dialogues in our own forms."""
