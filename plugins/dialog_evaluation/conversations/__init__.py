"""Conversation tests: reading them, holding them, telling how they went."""
