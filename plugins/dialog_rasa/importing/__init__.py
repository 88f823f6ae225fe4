"""Turning a Rasa project into one of dialog-core, with a report of what became of it."""
