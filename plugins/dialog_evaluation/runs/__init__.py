"""Whole bots put to recorded dialogues: runs that are kept, can be resumed, reported and compared."""
