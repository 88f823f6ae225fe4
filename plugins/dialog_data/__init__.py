"""Readers of dialogues, labelled text and knowledge."""
