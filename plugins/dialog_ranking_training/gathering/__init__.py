"""Making choices out of labelled dialogues, conversation tests and what a store has kept."""
